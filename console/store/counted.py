"""Counts of queues under a name, kept up: of what a commit touched, and of nothing else.

A queue that the tally does not count is counted whole once. Which rows belong to it is then kept as
a bit for each row (a million appeals take 125 KB), and with each change the touched rows alone are
looked at again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from console.listing import QueueQuery

Parts = Callable[[Collection[int] | None], Iterable[Sequence[int]]]
"""The rows of a queue, of all there are or among these."""


@dataclass(slots=True)
class _Members:
    query: QueueQuery
    me: str
    bits: bytearray
    count: int = 0

    def put(self, row: int, *, belongs: bool) -> None:
        at, bit = row >> 3, 1 << (row & 7)
        if at >= len(self.bits):
            if not belongs:
                return
            self.bits.extend(bytes(at + 1 - len(self.bits) + len(self.bits) // 8))
        if bool(self.bits[at] & bit) is not belongs:
            self.bits[at] ^= bit
            self.count += 1 if belongs else -1


class KeptCounts:
    """Of one store. Any thread may ask; one at a time is answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, _Members] = {}

    def count(
        self,
        key: str,
        query: QueueQuery,
        parts: Parts,
        *,
        me: str,
        touched: Collection[int] | None,
    ) -> int:
        """How many rows ``query`` has; ``touched`` may belong to it otherwise than when last asked.

        None: anything may. A query is counted whole, too, where it is not the one of before, or
        somebody else asks it.
        """
        with self._lock:
            known = self._known.get(key)
            if touched is None or known is None or (known.query, known.me) != (query, me):
                known = self._known[key] = _Members(query, me, bytearray())
                for part in parts(None):
                    for row in part:
                        known.put(row, belongs=True)
            elif touched:
                belong = {row for part in parts(touched) for row in part}
                for row in touched:
                    known.put(row, belongs=row in belong)
            return known.count

    def keep(self, keys: Collection[str]) -> None:
        """Forget all queues but these."""
        with self._lock:
            self._known = {key: known for key, known in self._known.items() if key in keys}
