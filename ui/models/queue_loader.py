"""The loader of queues: reads lists and counts off the main thread, the latest wish wins."""

from __future__ import annotations

import threading
import time
from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

from console.domain.ids import Ref
from console.listing import (
    LONGER,
    Grouping,
    QueueCounts,
    QueueQuery,
    QueueRow,
    SavedQueue,
    SharedRow,
)
from ui.bridge import Bridge
from ui.presenters.diff import Operation, difference
from ui.presenters.grouping import Group, grouped

if TYPE_CHECKING:
    from console.ports import Clock, Reader

T = TypeVar("T")

FIRST_ROWS = 40
"""Rows that are read along with a new list: as many as a tall screen shows."""

FIRST_SECONDS = 0.006
"""A list whose first rows are not found by then is shown as far as it has been read."""

_PAINT_SECONDS = 0.02
"""How long the rest of a list waits at most until its first rows are painted."""

_KEYS_AT_ONCE = 2_000
_KEYS_AT_FIRST = 256


@dataclass(frozen=True, slots=True)
class QueueList:
    """A queue as read: its ids, and what leads there from the list that was shown.

    ``operations`` is None where a new layout is cheaper; ``rows`` are the first of a new list,
    which is not ``whole`` while the rest of it is still being read.
    """

    query: QueueQuery
    ids: array[int]
    before: Sequence[int]
    operations: list[Operation] | None
    rows: Sequence[QueueRow] = ()
    whole: bool = True
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class RailData:
    """What the rail shows, read at one moment."""

    counts: QueueCounts = field(default_factory=QueueCounts)
    saved: Sequence[SavedQueue] = ()
    shared: Sequence[SharedRow] = ()


class QueueLoader:
    """Two worker threads with their own view of the store, so that no list waits for a count.

    `close` waits for them to end.
    """

    def __init__(self, reader: Reader, clock: Clock, bridge: Bridge) -> None:
        self._reader = reader
        self._clock = clock
        self._bridge = bridge
        self._lists = ThreadPoolExecutor(1, thread_name_prefix="queue-reader")
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="count-reader")
        self._pending: dict[str, Future[object]] = {}
        self._wish = 0

    def load(
        self,
        query: QueueQuery,
        shown: Sequence[int],
        *,
        then: Callable[[QueueList], None],
        failed: Callable[[Exception], None],
        owner: QObject,
    ) -> None:
        """Read the ids of ``query`` and their difference from ``shown``.

        Where nothing is shown, ``then`` hears of the first rows as soon as they are there, and
        once more of all.
        """
        self._wish += 1
        wish, before = self._wish, array("q", shown)

        def work() -> QueueList | None:
            with closing(self._reader.queue_parts(query, now=self._clock.now())) as parts:
                ids = array("q")
                if not before:
                    begun = self._begun(query, parts, ids, wish, tell=tell, owner=owner)
                    if begun is None or begun.whole:
                        return begun
                    shown = threading.Event()
                    self._bridge.call(lambda: tell_and_paint(begun, shown))
                    shown.wait(_PAINT_SECONDS)
                for part in parts:
                    ids.extend(part)
                    if wish != self._wish:
                        return None
            found = self._groups(query, ids, wish)
            if found is None:
                return None
            operations = difference(before, ids) if before and not found else None
            return QueueList(query, ids, before, operations, groups=found)

        def tell(found: QueueList | None) -> None:
            if found is not None and wish == self._wish and isValid(owner):
                then(found)

        def tell_and_paint(begun: QueueList, shown: threading.Event) -> None:
            tell(begun)
            QTimer.singleShot(0, shown.set)  # what is to be painted is painted before

        self._start("queue", work, tell, failed, owner, pool=self._lists)

    def _begun(
        self,
        query: QueueQuery,
        parts: Iterator[Sequence[int]],
        ids: array[int],
        wish: int,
        *,
        tell: Callable[[QueueList], None],
        owner: QObject,
    ) -> QueueList | None:
        """The beginning of a list, read into ``ids``; None once nobody waits for it.

        Where nothing is found soon, ``tell`` hears of an empty beginning meanwhile: not before
        its time, lest a list vanishes for a moment only.
        """
        until = time.monotonic() + FIRST_SECONDS
        whole = self._first(parts, ids, until=until)
        if not whole and not ids:
            came = threading.Event()
            nothing = QueueList(query, array("q"), (), None, whole=False)

            def tell_of_nothing() -> None:
                if not came.is_set():
                    tell(nothing)

            def in_time() -> None:
                if isValid(owner):
                    left = max(0.0, until - time.monotonic())
                    QTimer.singleShot(round(left * 1000), owner, tell_of_nothing)

            self._bridge.call(in_time)
            try:
                while not whole and not ids:
                    if wish != self._wish:
                        return None
                    whole = self._first(parts, ids, until=0.0)
            finally:
                came.set()
        if query.group is not Grouping.NONE and len(ids) > _KEYS_AT_FIRST:
            whole = False  # to put all of them together takes longer than to show the first
        groups = self._groups(query, ids if whole else ids[:_KEYS_AT_FIRST], wish) or ()
        return QueueList(query, ids[:], (), None, self._first_rows(ids), whole, groups)

    def _first(self, parts: Iterator[Sequence[int]], ids: array[int], *, until: float) -> bool:
        """Read ``ids`` as far as can be shown at once; whether those are all."""
        for part in parts:
            ids.extend(part)
            if part is LONGER or len(ids) >= FIRST_ROWS or time.monotonic() >= until:
                return False
        return True

    def _groups(self, query: QueueQuery, ids: array[int], wish: int) -> tuple[Group, ...] | None:
        """The groups of these rows, if there are to be any; None once nobody waits for them."""
        if query.group is Grouping.NONE:
            return ()
        keys: list[tuple[str, str]] = []
        known: dict[tuple[str, str], tuple[str, str]] = {}  # one of each: rows are many more
        for at in range(0, len(ids), _KEYS_AT_ONCE):
            if wish != self._wish:
                return None
            some = self._reader.group_keys(ids[at : at + _KEYS_AT_ONCE], query.group)
            keys += [known.setdefault(one, one) for one in some]
        return grouped(ids, keys, query.group)

    def _first_rows(self, ids: array[int]) -> Sequence[QueueRow]:
        first = ids[:FIRST_ROWS]
        rows = self._reader.queue_rows(first)
        # One that vanished in between shifts the others: they are then read when painted.
        return rows if len(rows) == len(first) else ()

    def count(
        self,
        *,
        then: Callable[[RailData], None],
        failed: Callable[[Exception], None],
        owner: QObject,
        touched: Collection[Ref] | None = None,
    ) -> None:
        """Read the counts of every queue; ``touched`` as in `Reader.counts`."""

        def work() -> RailData:
            counts = self._reader.counts(now=self._clock.now(), touched=touched)
            return RailData(counts, self._reader.saved_queues(), self._reader.shared_queues())

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
        self._wish += 1
        for pool in (self._lists, self._pool):
            pool.shutdown(wait=True, cancel_futures=True)

    def _start(
        self,
        name: str,
        work: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[Exception], None],
        owner: QObject,
        *,
        pool: ThreadPoolExecutor | None = None,
    ) -> None:
        """Begin; an earlier wish of the same name is dropped, or its answer not delivered."""
        earlier = self._pending.get(name)
        if earlier is not None:
            earlier.cancel()
        future: Future[T] = (pool or self._pool).submit(work)
        self._pending[name] = future  # type: ignore[assignment]

        def is_latest() -> bool:
            return self._pending.get(name) is future

        self._bridge.when_done(
            future,
            lambda result: then(result) if is_latest() else None,
            lambda error: failed(error) if is_latest() else None,
            owner=owner,
        )


def read_beside(
    loader: QueueLoader | None,
    name: str,
    work: Callable[[], T],
    *,
    then: Callable[[T], None],
    bridge: Bridge,
    owner: QObject,
) -> None:
    """Read by ``loader``, a failure told by ``bridge``; at once where nothing reads beside."""
    if loader is None:
        then(work())
    else:
        loader.read(name, work, then=then, failed=bridge.failed.emit, owner=owner)
