"""Ports: what use cases and sync ask of the world, as protocols; adapters stand outside.

`Clock` gives time and randomness, `Reader` reads the projection on the calling thread, `Secrets`
keeps keys and tokens in the operating system's keychain.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from console.domain.draft import Draft
from console.domain.ids import Ref
from console.domain.operator import Operator
from console.domain.outage import Outage
from console.readmodel import (
    AppealView,
    BoardRow,
    OutboxEntry,
    PresenceRow,
    QueueCounts,
    QueueQuery,
    QueueRow,
    SavedQueue,
)


class Clock(Protocol):
    """Time and randomness as arguments, so that a whole shift can be replayed."""

    def now(self) -> datetime:
        """The server's time as best known (aware UTC): this machine's, plus the offset."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def entropy(self, count: int) -> bytes:
        """``count`` random bytes."""


class SystemClock:
    """The real clock; `offset` is the measured distance of the server's time from ours."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def now(self) -> datetime:
        """The server's time as best known (aware UTC)."""
        return datetime.now(UTC) + self.offset

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def entropy(self, count: int) -> bytes:
        """``count`` random bytes from the operating system."""
        return secrets.token_bytes(count)


class Secrets(Protocol):
    """A keychain: small secrets by name."""

    def get(self, name: str) -> str | None:
        """The secret, or None if there is none of that name."""

    def set(self, name: str, value: str) -> None:
        """Keep a secret, replacing an older one."""

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens if there is none."""


class Reader(Protocol):
    """Query-only reads of the projection; quick enough for the main thread.

    A queue is a list of row ids (`queue_ids`), of which pages are read (`queue_rows`).
    """

    def queue_ids(self, query: QueueQuery, *, now: datetime) -> Sequence[int]:
        """The ids of all rows of a queue in its order."""

    def queue_rows(self, ids: Sequence[int]) -> list[QueueRow]:
        """The rows of these ids, in the given order; a vanished one is left out."""

    def row_id(self, ref: Ref) -> int | None:
        """The id of an appeal's row, None if it is not in the store."""

    def counts(self, *, now: datetime) -> QueueCounts:
        """Live counts of every queue."""

    def appeal(self, ref: Ref) -> AppealView | None:
        """All of one appeal, None if it is not in the store."""

    def outages(self, *, branch: str | None = None, active_only: bool = True) -> list[Outage]:
        """The registry, newest first."""

    def outage(self, branch: str, outage: str) -> Outage | None:
        """One outage."""

    def operators(self) -> list[Operator]:
        """Colleagues, by name."""

    def drafts(self) -> list[Draft]:
        """All drafts, newest first."""

    def draft(self, draft_id: str) -> Draft | None:
        """One draft."""

    def outbox(self) -> list[OutboxEntry]:
        """All entries, oldest first."""

    def presence(self) -> Mapping[Ref, tuple[PresenceRow, ...]]:
        """Who is in which appeal."""

    def board(self, *, now: datetime) -> list[BoardRow]:
        """The supervisor's board: a row for each branch and owner with open or answered work."""

    def saved_queues(self) -> list[SavedQueue]:
        """The operator's own queues, in the order of saving."""

    def template_usage(self) -> Mapping[str, int]:
        """How often this operator sent each template."""
