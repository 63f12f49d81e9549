"""The clock: time and randomness as arguments, so that a whole shift can be replayed."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


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
