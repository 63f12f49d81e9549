"""The writer: the store's own thread, the only one that writes, a job a transaction.

An operator's job goes before everything that arrives; it is on the disk when its future resolves.
What arrives from the server is written without waiting for the disk: after a crash it would be
read again, while a draft could not be typed again.

A disk that fails, fails the job that meets it, and the next one is tried as if nothing had been:
the thread lives as long as the program, and so does what the operator has on the screen.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from console.changes import ChangeFeed
from console.errors import DiskError, OtklikError, StoreError
from console.precedence import Precedence
from console.store import own
from console.store.copy_file import Copy, copy_path
from console.store.driver import DatabaseError, disk_error
from console.store.own import OwnChange
from console.store.profile import note_damage
from console.workers import THREADS, Workers

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from console.ports import Clocks, Transaction

T = TypeVar("T")
Job = Callable[["Transaction"], T]
FaultPoint = Callable[[str], None]
MakeEngine = Callable[[Path, bytes], "Engine"]

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.02
_MOST_UNSETTLED = 25
"""Committed changes whose copies are not on the disk yet; the store itself has them there."""


@dataclass(frozen=True, slots=True)
class _Ordered:
    job: Job[Any]
    future: Future[Any]
    durable: bool
    before_commit: str
    after_commit: str


class Writer:
    """`ports.Store` over an encrypted file that has been migrated already.

    ``engine`` makes the engine over the file, on the thread; `store.engine.make_engine` else.
    """

    def __init__(
        self,
        path: Path,
        key: bytes,
        *,
        clocks: Clocks,
        changes: ChangeFeed,
        fault_point: FaultPoint,
        workers: Workers = THREADS,
        engine: MakeEngine | None = None,
    ) -> None:
        self._path = path
        self._key = key
        self._clocks = clocks
        self._changes = changes
        self._fault_point = fault_point
        self._engine = engine or _make_engine
        self._workers = workers
        self._wake = workers.signal()
        self._waiting: tuple[deque[_Ordered], ...] = tuple(deque() for _ in Precedence)
        self._closing = False
        self._thread = workers.worker(self._run, name="store")

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def close(self) -> None:
        """Finish what the operator has asked for, drop what has only arrived, and end."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join()
        self._drop_all()

    def submit(
        self,
        job: Job[T],
        *,
        precedence: Precedence = Precedence.OPERATOR,
        before_commit: str = "",
        after_commit: str = "",
    ) -> Future[T]:
        """Run ``job`` in one transaction; see `ports.Store.submit`."""
        future: Future[T] = self._workers.future()
        ordered = _Ordered(
            job=job,
            future=future,
            durable=precedence is Precedence.OPERATOR,
            before_commit=before_commit,
            after_commit=after_commit,
        )
        with self._wake:
            if self._closing:
                future.set_exception(
                    StoreError(
                        "the store is closed; start the program again", key="ui.store_closed"
                    )
                )
                return future
            self._waiting[precedence].append(ordered)
            self._wake.notify()
        return future

    # ------------------------------------------------------------------ on the thread

    def _run(self) -> None:
        open_ = _Open(self._path, self._key, self._engine)
        try:
            while (ordered := self._next(open_)) is not None:
                self._carry_out(open_, ordered)
            open_.settle_copy()
        finally:
            open_.close()

    def _next(self, open_: _Open) -> _Ordered | None:
        """The next job; None when it is time to end. In a pause the copy is brought to the disk."""
        if open_.must_settle:
            open_.settle_copy()
        while True:
            with self._wake:
                patience = _PAUSE_SECONDS if open_.may_settle else None
                if self._wake.wait_for(self._has_work, patience):
                    return self._take()
            open_.settle_copy()

    def _has_work(self) -> bool:
        return self._closing or any(self._waiting)

    def _take(self) -> _Ordered | None:
        operators, arriving = self._waiting
        if operators:
            return operators.popleft()
        return None if self._closing else arriving.popleft()

    def _carry_out(self, open_: _Open, ordered: _Ordered) -> None:
        if not ordered.future.set_running_or_notify_cancel():
            return
        try:
            result = self._transact(open_, ordered)
        except OtklikError as error:
            ordered.future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - whoever asked decides; the thread goes on
            told = self._explained(error)
            if isinstance(told, DiskError) and told.code == "read_only":
                # A file that was opened to read stays so; the next job opens it anew.
                open_.close()
            ordered.future.set_exception(told)
        else:
            ordered.future.set_result(result)

    def _transact(self, open_: _Open, ordered: _Ordered) -> Any:
        from console.store.transaction import StoreTransaction

        db = open_.connection()
        # The pragma has no effect within a transaction, and SQLAlchemy would begin one for it.
        open_.raw().execute(f"PRAGMA synchronous = {'FULL' if ordered.durable else 'NORMAL'}")
        with db.begin():
            transaction = StoreTransaction(db, self._clocks)
            result = ordered.job(transaction)
            changes = transaction.finish()
            if ordered.before_commit:
                self._fault_point(ordered.before_commit)
        if transaction.own_change is not None:
            open_.copy(transaction.own_change, durable=ordered.durable)
        if ordered.after_commit:
            self._fault_point(ordered.after_commit)
        self._changes.publish(changes)
        return result

    def _explained(self, error: Exception) -> Exception:
        """A database's error as one that a person can act on; anything else is a bug, unchanged."""
        cause = getattr(error, "orig", error)
        if not isinstance(cause, DatabaseError | MemoryError):
            return error
        log.error("the store could not write: %s", type(cause).__name__)
        told: DiskError = disk_error(cause, self._path)
        if told.code == "damaged":
            note_damage(self._path)
        return told

    def _drop_all(self) -> None:
        for waiting in self._waiting:
            while waiting:
                waiting.popleft().future.cancel()


def _make_engine(path: Path, key: bytes) -> Engine:
    from console.store.engine import make_engine

    return make_engine(path, key)


class _Open:
    """The store and its copy as the thread has them open; opened when they are first needed."""

    def __init__(self, path: Path, key: bytes, make_engine: MakeEngine) -> None:
        self._path = path
        self._key = key
        self._make_engine = make_engine
        self._engine: Engine | None = None
        self._db: Connection | None = None
        self._copy: Copy | None = None
        self._unsettled = 0

    @property
    def may_settle(self) -> bool:
        """Whether the copy is not on the disk yet and should be, when there is time."""
        return self._unsettled > 0

    @property
    def must_settle(self) -> bool:
        """Whether there has been no time for too long."""
        return self._unsettled >= _MOST_UNSETTLED

    def connection(self) -> Connection:
        """The store's read-write connection."""
        if self._db is None:
            self._engine = self._make_engine(self._path, self._key)
            self._db = self._engine.connect()
        return self._db

    def raw(self) -> Any:
        """The same, as the driver knows it."""
        return self.connection().connection.driver_connection

    def copy(self, change: OwnChange, *, durable: bool) -> None:
        """Keep a committed change in the copy; where that fails, a later change makes up for it."""
        try:
            if self._copy is None:
                self._copy = Copy(copy_path(self._path), self._key)
            if not self._copy.keep(change):
                raw = self.raw()
                self._copy.replace(own.change_number(raw), own.read_all(raw))
            self._unsettled += durable
        except (DatabaseError, DiskError) as error:
            log.error("the copy of the outbox could not be written: %s", type(error).__name__)

    def settle_copy(self) -> None:
        """Bring the copy to the disk, now that nobody waits for it."""
        if self._copy is None or not self._unsettled:
            return
        self._unsettled = 0
        try:
            self._copy.settle()
        except DatabaseError as error:
            log.error("the copy of the outbox could not be synced: %s", type(error).__name__)

    def close(self) -> None:
        """Close both; what is asked of them next opens them anew."""
        copy, self._copy = self._copy, None
        db, self._db = self._db, None
        engine, self._engine = self._engine, None
        if copy is not None:
            copy.close()
        if db is not None:
            db.close()
        if engine is not None:
            engine.dispose()
