"""A real encrypted store for tests: its writer on its thread, its reader, and no network."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from console.changes import ChangeFeed, Changes
from console.domain.appeal import ANSWERED, Appeal
from console.domain.mutations import Envelope
from console.domain.operator import Operator
from console.domain.outage import Outage, OutageStatus
from console.faultpoints import FaultPoint, never
from console.ports import Clocks, DueFacts, Precedence, Transaction
from console.query_language import load_language
from console.readmodel import OutboxEntry
from console.rulebook.branches import load_branches
from console.store.driver import connect_writer
from console.store.migrate import migrate
from console.store.reader import StoreReader
from console.store.writer import Writer
from console.wire.schema import Rows
from tests.support.builders import NOON

T = TypeVar("T")

KEY = bytes(range(32))
OVER = (OutageStatus.RESTORED, OutageStatus.CANCELLED)
ZONES = {key: ZoneInfo("Asia/Krasnoyarsk") for key in ("krasnoyarsk", "khakassia", "omsk")}


class EightHours:
    """`ports.Clocks` of one rule: eight hours from intake, fifteen minutes where there is danger.

    A tagged outage that still lasts adds an hour, so that a test sees it being looked at.
    """

    def due(self, appeal: Appeal, outages: Mapping[str, Outage]) -> DueFacts:
        if appeal.status in ANSWERED:
            return DueFacts()
        if any(pause.end is None for pause in appeal.pauses):
            return DueFacts(paused=True)
        length = timedelta(minutes=15) if appeal.danger else timedelta(hours=8)
        lasting = [outages[t.outage] for t in appeal.outages if t.outage in outages]
        length += timedelta(hours=sum(1 for one in lasting if one.status not in OVER))
        return DueFacts("plain", appeal.received_at, appeal.received_at + length)


@dataclass(slots=True)
class Store:
    """The store of one test. ``heard`` are the changes of every commit."""

    path: Path
    writer: Writer
    reader: StoreReader
    heard: list[Changes] = field(default_factory=list)

    def do(self, job: Callable[[Transaction], T]) -> T:
        """Carry out a job and wait for its commit (not for the disk, which only a crash asks)."""
        return self.writer.submit(job, precedence=Precedence.SYNC).result(30)

    def sign_in(self, operator: Operator) -> None:
        """Have somebody signed in."""
        self.do(lambda tx: tx.account.begin(operator, operator.branches, "http://server"))

    def take(self, *appeals: Appeal, **rows: Iterable[object]) -> None:
        """Take rows into the mirror, as sync does."""
        taken = Rows(appeals=appeals, **{kind: tuple(some) for kind, some in rows.items()})  # type: ignore[arg-type]
        self.do(lambda tx: tx.mirror.put(taken))

    def enqueue(self, envelope: Envelope, *, not_before: datetime = NOON) -> OutboxEntry:
        """Put an envelope into the outbox."""
        return self.do(lambda tx: tx.outbox.add(envelope, not_before=not_before, now=NOON))


@contextmanager
def a_store(
    folder: Path, *, clocks: Clocks | None = None, fault_point: FaultPoint = never
) -> Generator[Store]:
    """A new store in ``folder`` (or the one that is there), its thread running until the end."""
    path = folder / "store.db"
    connection = connect_writer(path, KEY)
    migrate(connection)
    connection.close()
    changes = ChangeFeed()
    writer = Writer(
        path, KEY, clocks=clocks or EightHours(), changes=changes, fault_point=fault_point
    )
    reader = StoreReader(
        path,
        KEY,
        due_soon=timedelta(minutes=60),
        zones=ZONES,
        language=lambda: load_language(load_branches()),
    )
    store = Store(path, writer, reader)
    changes.subscribe(store.heard.append)
    writer.start()
    try:
        yield store
    finally:
        writer.close()
        reader.close()
