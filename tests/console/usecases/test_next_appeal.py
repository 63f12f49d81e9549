"""What «next» finds in a real store: what binds first among what one may take."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.domain.appeal import Appeal, Status
from console.domain.ids import Ref
from console.listing import QueueQuery, QueueRow, QueueSort
from console.usecases.next_appeal import TAKABLE, Source, find_next
from tests.support.builders import NOON, an_appeal
from tests.support.console_work import Work

OPEN = QueueQuery("open")


def _find(work: Work, source: Source = Source.QUEUE, **more: Any) -> Ref | None:
    query = more.pop("shown", OPEN)
    row = find_next(work.store.reader, source, query, me=work.me.id, now=NOON, **more)
    return None if row is None else row.ref


def _aged(hours: int, **changes: Any) -> Appeal:
    """An appeal that came so many hours ago: the older, the sooner it is due."""
    return an_appeal(
        received_at=NOON - timedelta(hours=hours),
        created_at=NOON - timedelta(hours=hours),
        **changes,
    )


def test_danger_comes_first_then_the_nearest_deadline(work: Work) -> None:
    old, older = _aged(3), _aged(9)
    wire = _aged(1, danger=True, danger_at=NOON, topic="danger.wire")
    work.store.take(old, older, wire)
    assert _find(work) == wire.ref
    assert _find(work, but=[wire.ref]) == older.ref
    assert _find(work, but=[wire.ref, older.ref]) == old.ref
    assert _find(work, but=[wire.ref, older.ref, old.ref]) is None


@pytest.mark.parametrize("source", list(Source))
def test_what_a_colleague_owns_or_what_waits_is_never_found(work: Work, source: Source) -> None:
    others = [_aged(9, owner="op-other", status=Status.ASSIGNED)]
    waiting = [
        _aged(8, owner=work.me.id, status=status, interim_at=NOON)
        for status in sorted(set(Status) - TAKABLE)
    ]
    work.store.take(*others, *waiting)
    assert _find(work, source) is None
    mine = _aged(1, owner=work.me.id, status=Status.IN_WORK)
    work.store.take(mine)
    assert _find(work, source) == mine.ref


def test_each_source_draws_from_its_own(work: Work) -> None:
    mine = _aged(1, owner=work.me.id, status=Status.IN_WORK)
    free = _aged(5)
    bad = _aged(3, topic="quality.low")
    work.store.take(mine, free, bad)
    quality = QueueQuery("topic:quality", sort=QueueSort.NEWEST)
    assert _find(work, Source.OWN, shown=quality) == mine.ref
    assert _find(work, Source.BRANCH, shown=quality) == free.ref
    assert _find(work, Source.QUEUE, shown=quality) == bad.ref
    assert _find(work, Source.QUEUE, shown=replace(OPEN, owners=(work.me.id,))) == mine.ref
    assert _find(work, Source.QUEUE, shown=replace(OPEN, owners=("op-other",))) is None
    assert _find(work, Source.QUEUE, shown=QueueQuery("answered")) is None


def test_danger_of_one_query_comes_before_a_nearer_deadline_of_another(work: Work) -> None:
    mine = _aged(9, owner=work.me.id, status=Status.IN_WORK)
    wire = _aged(0, danger=True, danger_at=NOON, topic="danger.wire")
    work.store.take(mine, wire)
    assert _find(work, Source.BRANCH) == wire.ref
    assert _find(work, Source.BRANCH, but=[wire.ref]) == mine.ref


class Counting:
    """A reader of a million rows that counts what it is asked for."""

    def __init__(self) -> None:
        self.limits: list[int | None] = []

    def queue_ids(self, query: QueueQuery, *, now: Any, limit: int | None = None) -> list[int]:
        self.limits.append(limit)
        return list(range(1_000_000))[:limit]

    def queue_rows(self, ids: Any) -> list[QueueRow]:
        self.limits.append(len(ids))
        return []


def test_no_whole_list_is_read(work: Work) -> None:
    reader = Counting()
    assert find_next(reader, Source.QUEUE, OPEN, me="op", now=NOON) is None
    assert max(limit or 10**9 for limit in reader.limits) <= 512
