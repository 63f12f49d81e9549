"""The writer: the store's own thread, the only one that writes, a job a transaction.

An operator's job goes before everything that arrives; it is on the disk when its future resolves.
What arrives from the server is written without waiting for the disk: after a crash it would be
read again, while a draft could not be typed again.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from console.causes import cause_of
from console.changes import ChangeFeed
from console.errors import OtklikError, StoreError
from console.ports import Clocks, Precedence, Transaction
from console.store.driver import DatabaseError
from console.workers import THREADS, Workers

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

T = TypeVar("T")
Job = Callable[[Transaction], T]
FaultPoint = Callable[[str], None]
MakeEngine = Callable[[Path, bytes], "Engine"]

log = logging.getLogger(__name__)


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
        engine = self._engine(self._path, self._key)
        try:
            with engine.connect() as db:
                while (ordered := self._next()) is not None:
                    self._carry_out(db, ordered)
        finally:
            engine.dispose()

    def _next(self) -> _Ordered | None:
        """The next job; None when it is time to end."""
        operators, arriving = self._waiting
        with self._wake:
            while True:
                if operators:
                    return operators.popleft()
                if self._closing:
                    return None
                if arriving:
                    return arriving.popleft()
                self._wake.wait_for(lambda: operators or arriving or self._closing)

    def _carry_out(self, db: Connection, ordered: _Ordered) -> None:
        if not ordered.future.set_running_or_notify_cancel():
            return
        try:
            result = self._transact(db, ordered)
        except OtklikError as error:
            ordered.future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - whoever asked decides; the thread goes on
            ordered.future.set_exception(_explained(error))
        else:
            ordered.future.set_result(result)

    def _transact(self, db: Connection, ordered: _Ordered) -> Any:
        from console.store.transaction import StoreTransaction

        # The pragma has no effect within a transaction, and SQLAlchemy would begin one for it.
        db.connection.driver_connection.execute(  # type: ignore[union-attr]
            f"PRAGMA synchronous = {'FULL' if ordered.durable else 'NORMAL'}"
        )
        with db.begin():
            transaction = StoreTransaction(db, self._clocks)
            result = ordered.job(transaction)
            changes = transaction.finish()
            if ordered.before_commit:
                self._fault_point(ordered.before_commit)
        if ordered.after_commit:
            self._fault_point(ordered.after_commit)
        self._changes.publish(changes)
        return result

    def _drop_all(self) -> None:
        for waiting in self._waiting:
            while waiting:
                waiting.popleft().future.cancel()


def _make_engine(path: Path, key: bytes) -> Engine:
    from console.store.engine import make_engine

    return make_engine(path, key)


def _explained(error: Exception) -> Exception:
    """A database's error as one that a person can act on; anything else is a bug, unchanged."""
    cause = getattr(error, "orig", error)
    if not isinstance(cause, DatabaseError):
        return error
    log.error("the store could not write: %s", type(cause).__name__)
    return StoreError(
        f"the change could not be written to the disk ({cause}); "
        "free some space or check the disk, then try again",
        key="ui.store_write",
        cause=cause_of(cause),
    )
