"""The end of a shift, read from the store: what one leaves behind, and what one has done today.

Every look-up goes along an index by operator, so that it costs the same at a hundred appeals and
at a million.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.appeal import Appeal
from console.domain.draft import Draft
from console.domain.event import Event
from console.domain.handover import DayAppeal
from console.domain.ids import Ref
from console.domain.operator import Operator
from console.readmodel import (
    DraftRow,
    EntryState,
    HandoverFacts,
    OfferedRow,
    OutboxEntry,
    PromisedRow,
    QueueRow,
)
from console.store.appeal_view import projected
from console.store.instants import to_micros
from console.store.queue_rows import offered_by, offered_to, promised_by
from console.wire.codec import decode

Rows = Callable[[str, Mapping[str, object]], Iterable[Any]]
ListRows = Callable[[Sequence[int]], list[QueueRow]]

_MOST = 500
"""So many lines of one kind are listed; nobody reads more of them at the end of a shift."""

_OWN = """
SELECT row FROM queue_row INDEXED BY queue_owner
WHERE owner = :me AND ended = 0 ORDER BY danger DESC, due_key, row LIMIT :most
"""
_OWN_COUNT = "SELECT count(*) FROM queue_row INDEXED BY queue_owner WHERE owner = :me AND ended = 0"
_MARKED = "SELECT row FROM mark WHERE key = :key ORDER BY row LIMIT :most"
_ROW = "SELECT row FROM appeal WHERE branch = :branch AND id = :id"
_DEEDS = """
SELECT DISTINCT branch, appeal FROM deed WHERE operator = :me AND at >= :since
UNION SELECT branch, target FROM outbox WHERE operator = :me AND state <> 'held'
"""
_ANSWERED = """
SELECT branch, id FROM queue_row INDEXED BY queue_answered
WHERE branch = :branch AND answered_at >= :since AND owner = :me
"""
_EVENTS = "SELECT body FROM event WHERE branch = :branch AND appeal = :id"


def facts(
    rows: Rows,
    listed: ListRows,
    *,
    me: str,
    actor: Operator | None,
    drafts: Iterable[Draft],
    entries: Iterable[OutboxEntry],
) -> HandoverFacts:
    """What ``me`` leaves behind, but for the outages."""
    desk = _Desk(rows, listed, me, actor)
    own = desk.rows_of(_OWN, {"me": me, "most": _MOST})
    offered, offering = desk.offers(offered_to(me)), desk.offers(offered_by(me))
    count = next(iter(rows(_OWN_COUNT, {"me": me})))[0]
    return HandoverFacts(
        own=tuple(own),
        more=max(0, count - len(own)),
        promised=tuple(sorted(desk.promises(), key=lambda one: one.promise_at)),
        drafts=tuple(DraftRow(one, desk.row_of(one.appeal)) for one in drafts if one.text.strip()),
        held=tuple(entry for entry in entries if entry.state is EntryState.HELD),
        offered=offered,
        offering=offering,
    )


def own_day(
    rows: Rows, *, me: str, actor: Operator | None, zones: Mapping[str, ZoneInfo], now: datetime
) -> list[DayAppeal]:
    """What ``me`` has done since midnight in each branch; one without a zone has no day."""
    midnights = {branch: _midnight(now, zone) for branch, zone in zones.items()}
    if not midnights:
        return []
    since = to_micros(min(midnights.values()))
    refs = {Ref(*row) for row in rows(_DEEDS, {"me": me, "since": since})}
    for branch, midnight in midnights.items():
        key = {"branch": branch, "since": to_micros(midnight), "me": me}
        refs |= {Ref(*row) for row in rows(_ANSWERED, key)}
    found = (
        _day_of(rows, ref, me=me, actor=actor, since=midnights[ref.branch])
        for ref in sorted(refs)
        if ref.branch in midnights
    )
    return [one for one in found if one is not None]


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _day_of(
    rows: Rows, ref: Ref, *, me: str, actor: Operator | None, since: datetime
) -> DayAppeal | None:
    done = projected(rows, ref, me=me, actor=actor)
    if done is None:
        return None
    key = {"branch": ref.branch, "id": ref.id}
    events = {e.id: e for e in (decode(body, Event) for (body,) in rows(_EVENTS, key))}
    events |= {event.id: event for event in done.events if event.appeal == ref.id}
    mine = tuple(e for e in events.values() if e.actor == me and e.at >= since)
    return DayAppeal(done.appeal, mine) if mine else None


class _Desk:
    def __init__(self, rows: Rows, listed: ListRows, me: str, actor: Operator | None) -> None:
        self._rows = rows
        self._listed = listed
        self._me = me
        self._actor = actor

    def rows_of(self, sql: str, parameters: Mapping[str, object]) -> list[QueueRow]:
        return self._listed([row for (row,) in self._rows(sql, parameters)])

    def row_of(self, ref: Ref) -> QueueRow | None:
        found = self.rows_of(_ROW, {"branch": ref.branch, "id": ref.id})
        return found[0] if found else None

    def offers(self, mark: str) -> tuple[OfferedRow, ...]:
        found = (
            OfferedRow(row, appeal.offer)
            for row, appeal in self._marked(mark)
            if appeal.offer is not None
        )
        return tuple(sorted(found, key=lambda one: _urgency(one.row)))

    def promises(self) -> Iterator[PromisedRow]:
        for row, appeal in self._marked(promised_by(self._me)):
            if appeal.promise_at is not None:
                yield PromisedRow(row, appeal.promise_at)

    def _marked(self, mark: str) -> Iterator[tuple[QueueRow, Appeal]]:
        for row in self.rows_of(_MARKED, {"key": mark, "most": _MOST}):
            done = projected(self._rows, row.ref, me=self._me, actor=self._actor)
            if done is not None:
                yield row, done.appeal


def _urgency(row: QueueRow) -> tuple[object, ...]:
    """Those in danger first, then by what binds first; what nothing binds comes last."""
    due = row.due_at
    return (not row.danger, due is None, due.timestamp() if due is not None else 0.0, row.ref)
