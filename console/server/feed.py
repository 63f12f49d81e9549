"""The change feed: one counter a branch, and pages of what changed after a cursor.

A transaction takes the branch's next number by updating the counter's row and holds that row's
lock until it commits. So numbers commit in their order, and whoever has read number n has read
everything below n: a reader can never pass a number that is still to come.

Compaction is by nature: a row is stored once, under its latest number. A page never splits one
number, so a cursor is one number for each branch and says exactly what its owner has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    Table,
    and_,
    bindparam,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
    update,
)

from console.domain.ids import Ref
from console.server import tables
from console.server.database import insert_new
from console.wire.schema import RowKind, Rows, Tombstone

_TABLES: Mapping[str, Table] = {
    "operators": tables.operators,
    "outages": tables.outages,
    "appeals": tables.appeals,
    "messages": tables.messages,
    "events": tables.events,
    "queues": tables.shared_queues,
    "words": tables.shared_words,
}


MORTAL: Mapping[RowKind, Table] = {
    RowKind.APPEAL: tables.appeals,
    RowKind.MESSAGE: tables.messages,
    RowKind.OUTAGE: tables.outages,
    RowKind.OPERATOR: tables.operators,
}
"""The kinds of rows that can be removed."""


_TAKE = (
    update(tables.feeds)
    .where(tables.feeds.c.branch == bindparam("of_branch"))
    .values(head=tables.feeds.c.head + 1)
    .returning(tables.feeds.c.head)
)


def next_change(connection: Connection, branch: str) -> int:
    """The next number of ``branch``; whoever else asks waits until this transaction ends."""
    parameters = {"of_branch": branch}
    taken = connection.execute(_TAKE, parameters).scalar_one_or_none()
    if taken is None:
        found(connection, [branch])
        taken = connection.execute(_TAKE, parameters).scalar_one()
    return int(taken)


def next_changes(connection: Connection, branches: Iterable[str]) -> dict[str, int]:
    """The next number of each branch, locked in one order so that no two wait for each other."""
    return {branch: next_change(connection, branch) for branch in sorted(set(branches))}


def found(connection: Connection, branches: Iterable[str]) -> None:
    """Give each branch that has none yet a feed, which stands at 0."""
    values = [{"branch": branch, "head": 0} for branch in sorted(set(branches))]
    if values:
        connection.execute(insert_new(connection, tables.feeds), values)


def heads(connection: Connection) -> dict[str, int]:
    """Where every feed ends now."""
    return {row.branch: row.head for row in connection.execute(select(tables.feeds))}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the feed: what changed, as stored, and where each cursor stands after it."""

    rows: Rows
    gone: tuple[Tombstone, ...]
    cursors: Mapping[str, int]
    heads: Mapping[str, int]
    more: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    change: int
    kind: str
    id: str
    body: str | None


def stretch(
    connection: Connection,
    since: Mapping[str, int],
    *,
    branches: Sequence[str],
    limit: int,
    known: Mapping[str, int] | None = None,
) -> Stretch:
    """What follows the cursors in ``since`` (missing: 0) in these branches, about ``limit`` rows.

    The rows are as they were stored, not decoded: good for encoding and nothing else. More than
    ``limit`` come only where one change touched more. ``known`` are the `heads` where they have
    been read already.
    """
    all_ends = heads(connection) if known is None else known
    ends = {branch: head for branch, head in all_ends.items() if branch in branches}
    # A cursor beyond the end is of a past that a restored backup has forgotten: read all anew.
    cursors = {b: n if (n := since.get(b, 0)) <= ends.get(b, 0) else 0 for b in branches}
    entries: list[tuple[str, _Entry]] = []
    for branch in branches:
        head = ends.setdefault(branch, 0)
        if cursors[branch] >= head or len(entries) >= limit:
            continue
        some, upto = _read(connection, branch, since=cursors[branch], room=limit - len(entries))
        entries += ((branch, entry) for entry in some)
        cursors[branch] = head if upto is None else upto
    more = any(cursors[branch] < ends[branch] for branch in branches)
    return Stretch(_as_stored(entries), _gone(entries), cursors, ends, more)


def standstill(connection: Connection, since: Mapping[str, int], rows: Rows) -> Stretch:
    """``rows`` out of their turn: every cursor stays where it is, and there is more to come."""
    return Stretch(rows, (), dict(since), heads(connection), more=True)


def count_after(connection: Connection, cursors: Mapping[str, int]) -> int:
    """How many rows and tombstones lie beyond the cursors."""
    total = 0
    for branch, cursor in cursors.items():
        for table in (*_TABLES.values(), tables.tombstones):
            query = select(func.count()).where(table.c.branch == branch, table.c.change > cursor)
            query = query.where(_is_gone()) if table is tables.tombstones else query
            total += connection.execute(query).scalar_one()
    return total


def _read(
    connection: Connection, branch: str, *, since: int, room: int
) -> tuple[list[_Entry], int | None]:
    """Entries after ``since``, and the number they reach (None: the end of the branch)."""
    some = _select(connection, branch, since, room=room + 1)
    if len(some) <= room:
        return some, None
    cut = some[room].change
    whole = [entry for entry in some if entry.change < cut]
    if whole:
        return whole, whole[-1].change
    return _select(connection, branch, since, upto=cut), cut


def _select(
    connection: Connection,
    branch: str,
    since: int,
    *,
    room: int | None = None,
    upto: int | None = None,
) -> list[_Entry]:
    """Entries after ``since`` in their order: the first ``room``, or all as far as ``upto``."""
    parameters = {"of_branch": branch, "since": since, "room": room, "upto": upto}
    query = _ENTRIES_UPTO if room is None else _FIRST_ENTRIES
    return [_Entry(*row) for row in connection.execute(query, parameters)]


def _entries(*, bounded: bool) -> Select[Any]:
    legs = [_leg(name, table, bounded=bounded) for name, table in _TABLES.items()]
    legs.append(_leg("", tables.tombstones, bounded=bounded))
    both = union_all(*(select(leg) for leg in legs)).subquery()
    query = select(both).order_by(both.c.change)
    return query.limit(bindparam("room")) if bounded else query


def _leg(name: str, table: Table, *, bounded: bool) -> Subquery:
    """The part of one table, walked along its index of (branch, change)."""
    stone = table is tables.tombstones
    kind = table.c.kind if stone else literal(name)
    body = literal(None) if stone else table.c.body
    query = select(table.c.change, kind.label("kind"), table.c.id, body.label("body")).where(
        table.c.branch == bindparam("of_branch"), table.c.change > bindparam("since")
    )
    if stone:
        query = query.where(_is_gone())
    if bounded:
        query = query.order_by(table.c.change).limit(bindparam("room"))
    else:
        query = query.where(table.c.change <= bindparam("upto"))
    return query.subquery()


def _is_gone() -> ColumnElement[bool]:
    """Of a tombstone: its row has not come back since."""
    stones = tables.tombstones
    back = (
        and_(
            stones.c.kind == kind,
            exists().where(table.c.branch == stones.c.branch, table.c.id == stones.c.id),
        )
        for kind, table in MORTAL.items()
    )
    return not_(or_(*back))


_FIRST_ENTRIES = _entries(bounded=True)
_ENTRIES_UPTO = _entries(bounded=False)


def _as_stored(entries: Iterable[tuple[str, _Entry]]) -> Rows:
    stored: dict[str, list[msgspec.Raw]] = {kind: [] for kind in _TABLES}
    for _, entry in entries:
        if entry.body is not None:
            stored[entry.kind].append(msgspec.Raw(entry.body.encode()))
    parts: dict[str, Any] = {kind: tuple(some) for kind, some in stored.items()}
    return Rows(**parts)


def _gone(entries: Iterable[tuple[str, _Entry]]) -> tuple[Tombstone, ...]:
    return tuple(
        Tombstone(RowKind(entry.kind), Ref(branch, entry.id))
        for branch, entry in entries
        if entry.body is None
    )
