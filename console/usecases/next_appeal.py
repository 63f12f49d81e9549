"""The next appeal: the one that binds first among those that its reader may take now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from console.domain.ids import Ref
from console.domain.status import Status
from console.listing import Grouping, QueueQuery, QueueRow, QueueSort

TAKABLE: frozenset[Status] = frozenset(
    {
        Status.NEW,
        Status.ASSIGNED,
        Status.IN_WORK,
        Status.RETURNED,
        Status.INTERIM_PUBLISHED,
        Status.TRANSFER_DENIED,
    }
)
"""Something is to be done now: it neither waits for anybody's decision nor is put off."""

_FIRST, _MOST = 32, 512
"""So many rows are looked at; only what is left out besides the query makes it more than one."""


class Source(StrEnum):
    """What «next» draws from."""

    QUEUE = "queue"
    BRANCH = "branch"
    OWN = "own"


class Rows(Protocol):
    """What of the reader is needed here."""

    def queue_ids(
        self, query: QueueQuery, *, now: datetime, limit: int | None = None
    ) -> Sequence[int]:
        """So many ids of the first rows of a query."""

    def queue_rows(self, ids: Sequence[int]) -> list[QueueRow]:
        """The rows of these ids."""


def find_next(
    rows: Rows,
    source: Source,
    shown: QueueQuery,
    *,
    me: str,
    now: datetime,
    but: Collection[Ref] = (),
) -> QueueRow | None:
    """Danger first, then what is nearest to its deadline or furthest past it; None for nothing.

    Among what is nobody's and what is ``me``'s; of ``shown``, or wherever one's branches are.
    ``but`` are left out: what a colleague holds, what was just looked at. Each query is asked for
    its first rows alone. Off the window's thread.
    """
    found = [_first(rows, query, now=now, but=but) for query in _queries(source, shown, me)]
    return min((row for row in found if row is not None), key=_urgency, default=None)


def _queries(source: Source, shown: QueueQuery, me: str) -> Iterable[QueueQuery]:
    statuses = tuple(sorted(TAKABLE))
    mine = QueueQuery("mine", statuses=statuses)
    if source is Source.OWN:
        return (mine,)
    if source is Source.BRANCH:
        return (mine, QueueQuery("unassigned", statuses=statuses))
    if shown.queue == "answered":
        return ()
    owners = tuple(one for one in ("", me) if not shown.owners or one in shown.owners)
    wanted = tuple(one for one in statuses if not shown.statuses or one in shown.statuses)
    if not owners or not wanted:
        return ()
    narrowed = replace(
        shown,
        queue="open" if shown.queue == "all" else shown.queue,
        sort=QueueSort.DUE,
        owners=owners,
        statuses=wanted,
        group=Grouping.NONE,
    )
    return (narrowed,)


def _first(
    rows: Rows, query: QueueQuery, *, now: datetime, but: Collection[Ref]
) -> QueueRow | None:
    limit = _FIRST
    while True:
        ids = rows.queue_ids(query, now=now, limit=limit)
        found = next((row for row in rows.queue_rows(ids) if row.ref not in but), None)
        if found is not None or len(ids) < limit or limit >= _MOST:
            return found
        limit = _MOST


def _urgency(row: QueueRow) -> tuple[bool, bool, float]:
    due = row.due_at
    return (not row.danger, due is None, 0.0 if due is None else due.timestamp())
