"""The loader of queues: reads lists and counts off the main thread, the latest wish wins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QObject

from console.ports import Clock, Reader
from console.readmodel import QueueCounts, QueueQuery, QueueRow, SavedQueue
from ui.bridge import Bridge
from ui.presenters.diff import Operation, difference

T = TypeVar("T")

FIRST_ROWS = 64
"""Rows that are read along with a new list: more than a tall screen shows."""


@dataclass(frozen=True, slots=True)
class QueueList:
    """A queue as read: its ids, and what leads there from the list that was shown.

    ``operations`` is None where a new layout is cheaper; ``rows`` are the first of a new list.
    """

    query: QueueQuery
    ids: list[int]
    before: list[int]
    operations: list[Operation] | None
    rows: Sequence[QueueRow] = ()


@dataclass(frozen=True, slots=True)
class RailData:
    """What the rail shows, read at one moment."""

    counts: QueueCounts = field(default_factory=QueueCounts)
    saved: Sequence[SavedQueue] = ()


class QueueLoader:
    """One worker thread with its own view of the store. `close` waits for it to end."""

    def __init__(self, reader: Reader, clock: Clock, bridge: Bridge) -> None:
        self._reader = reader
        self._clock = clock
        self._bridge = bridge
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="queue-reader")
        self._pending: dict[str, Future[object]] = {}

    def load(
        self,
        query: QueueQuery,
        shown: list[int],
        *,
        then: Callable[[QueueList], None],
        failed: Callable[[Exception], None],
        owner: QObject,
    ) -> None:
        """Read the ids of ``query`` and their difference from ``shown``, or else its first rows."""

        def work() -> QueueList:
            ids = list(self._reader.queue_ids(query, now=self._clock.now()))
            if shown:
                return QueueList(query, ids, shown, difference(shown, ids))
            first = ids[:FIRST_ROWS]
            rows = self._reader.queue_rows(first)
            # One that vanished in between shifts the others: they are then read when painted.
            return QueueList(query, ids, shown, None, rows if len(rows) == len(first) else ())

        self._start("queue", work, then, failed, owner)

    def count(
        self,
        *,
        then: Callable[[RailData], None],
        failed: Callable[[Exception], None],
        owner: QObject,
    ) -> None:
        """Read the counts of every queue."""

        def work() -> RailData:
            counts = self._reader.counts(now=self._clock.now())
            return RailData(counts, self._reader.saved_queues())

        self._start("counts", work, then, failed, owner)

    def read(
        self,
        name: str,
        work: Callable[[], T],
        *,
        then: Callable[[T], None],
        failed: Callable[[Exception], None],
        owner: QObject,
    ) -> None:
        """Read something else that takes too long for the main thread; ``name`` says what."""
        self._start(name, work, then, failed, owner)

    def close(self) -> None:
        """Drop what has not begun and wait for what has."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(
        self,
        name: str,
        work: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[Exception], None],
        owner: QObject,
    ) -> None:
        """Begin; an earlier wish of the same name is dropped, or its answer not delivered."""
        earlier = self._pending.get(name)
        if earlier is not None:
            earlier.cancel()
        future: Future[T] = self._pool.submit(work)
        self._pending[name] = future  # type: ignore[assignment]

        def is_latest() -> bool:
            return self._pending.get(name) is future

        self._bridge.when_done(
            future,
            lambda result: then(result) if is_latest() else None,
            lambda error: failed(error) if is_latest() else None,
            owner=owner,
        )
