"""Rows in and out: the domain's dataclasses as stored JSON, read by key and put in bulk."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, bindparam, delete, select

from console.domain.appeal import Appeal
from console.domain.event import Event
from console.domain.ids import Ref
from console.domain.message import Message
from console.domain.operator import Operator
from console.domain.outage import Outage
from console.domain.shared_queue import SharedQueue
from console.domain.shared_word import SharedWord
from console.server import feed, tables
from console.server.database import insert_rows, upsert
from console.wire import codec
from console.wire.schema import CENTRE, RowKind, Rows

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one type of row is kept: its table, and the columns beside key, change and body."""

    table: Table
    columns: Callable[[Any], Mapping[str, object]]


KINDS: Mapping[type[Any], Kind] = {
    Operator: Kind(tables.operators, lambda row: {"login": row.login.casefold()}),
    Outage: Kind(tables.outages, lambda row: {"version": row.version}),
    Appeal: Kind(
        tables.appeals,
        lambda row: {
            "source": row.source,
            "number": row.number,
            "version": row.version,
            "status": str(row.status),
            "owner": row.owner,
        },
    ),
    Message: Kind(tables.messages, lambda row: {"appeal": row.appeal}),
    Event: Kind(tables.events, lambda row: {"appeal": row.appeal}),
    SharedQueue: Kind(tables.shared_queues, lambda row: {"version": row.version}),
    SharedWord: Kind(tables.shared_words, lambda row: {"version": row.version}),
}


def find(connection: Connection, type_: type[T], ref: Ref, *, lock: bool = False) -> T | None:
    """The row of ``type_`` at ``ref``; with ``lock`` nobody else changes it until commit."""
    query = _by_key(KINDS[type_].table, lock)
    parameters = {"of_branch": ref.branch, "with_id": ref.id}
    body = connection.execute(query, parameters).scalar_one_or_none()
    return None if body is None else codec.decode(body, type_)


@lru_cache(maxsize=16)
def _by_key(table: Table, lock: bool) -> Select[Any]:
    query = select(table.c.body).where(
        table.c.branch == bindparam("of_branch"), table.c.id == bindparam("with_id")
    )
    return query.with_for_update() if lock else query


def find_many(
    connection: Connection, type_: type[T], branch: str, ids: Iterable[str], *, share: bool = False
) -> dict[str, T]:
    """Rows of one branch by id; with ``share`` nobody changes them until commit."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    table = KINDS[type_].table
    query = select(table.c.id, table.c.body).where(table.c.branch == branch, table.c.id.in_(wanted))
    if share:
        query = query.order_by(table.c.id).with_for_update(read=True)
    return {row.id: codec.decode(row.body, type_) for row in connection.execute(query)}


def thread(connection: Connection, ref: Ref) -> tuple[Message, ...]:
    """The messages of an appeal, oldest first."""
    table = tables.messages
    query = select(table.c.body).where(table.c.branch == ref.branch, table.c.appeal == ref.id)
    found = [codec.decode(body, Message) for body in connection.execute(query).scalars()]
    return tuple(sorted(found, key=lambda message: (message.at, message.id)))


def operators(connection: Connection) -> tuple[Operator, ...]:
    """Every operator, by login."""
    table = tables.operators
    query = select(table.c.body).order_by(table.c.login)
    return tuple(codec.decode(body, Operator) for body in connection.execute(query).scalars())


def outages(connection: Connection, branch: str) -> Iterator[Outage]:
    """Every outage of a branch."""
    query = select(tables.outages.c.body).where(tables.outages.c.branch == branch)
    return (codec.decode(body, Outage) for body in connection.execute(query).scalars())


def put_rows(
    connection: Connection, rows: Rows, *, new: Container[Ref] = frozenset()
) -> dict[str, int]:
    """Insert or replace rows of any branches; the change number that each feed has taken.

    Appeals at ``new`` are known not to be there, nor anything that hangs on them: they go in
    quicker, and if one is there after all, with an integrity error (so: run again).
    """
    heads = feed.next_changes(connection, set(map(_branch_of, _each(rows))))
    for type_, some in _by_type(rows):
        kind = KINDS[type_]
        fresh, known = list[Mapping[str, object]](), list[Mapping[str, object]]()
        for row in some:
            branch = _branch_of(row)
            values = _values(kind, row, change=heads[branch], branch=branch)
            (fresh if _appeal_of(row) in new else known).append(values)
        insert_rows(connection, kind.table, fresh)
        if known:
            connection.execute(upsert(connection, kind.table), known)
    return heads


def insert_row(connection: Connection, row: Outage | SharedQueue | SharedWord) -> dict[str, int]:
    """Insert one new row; an integrity error (so: run again) where its key exists by now."""
    heads = feed.next_changes(connection, [row.branch])
    kind = KINDS[type(row)]
    values = _values(kind, row, change=heads[row.branch], branch=row.branch)
    connection.execute(kind.table.insert(), [values])
    return heads


def remove(connection: Connection, kind: RowKind, ref: Ref) -> dict[str, int]:
    """Delete a row, leaving a tombstone in the feed."""
    heads = feed.next_changes(connection, [ref.branch])
    table = feed.MORTAL[kind]
    connection.execute(delete(table).where(table.c.branch == ref.branch, table.c.id == ref.id))
    values = {"branch": ref.branch, "kind": str(kind), "id": ref.id}
    statement = upsert(connection, tables.tombstones)
    connection.execute(statement, [values | {"change": heads[ref.branch]}])
    return heads


def _by_type(rows: Rows) -> tuple[tuple[type[Any], Sequence[Any]], ...]:
    """The rows of each type, appeals before what hangs on them."""
    return (
        (Operator, rows.operators),
        (Outage, rows.outages),
        (Appeal, rows.appeals),
        (Message, rows.messages),
        (Event, rows.events),
        (SharedQueue, rows.queues),
        (SharedWord, rows.words),
    )


def _each(rows: Rows) -> Iterator[Any]:
    return chain.from_iterable(some for _, some in _by_type(rows))


def _branch_of(row: Any) -> str:
    branch: str = CENTRE if isinstance(row, Operator) else row.branch
    return branch


def _appeal_of(row: Any) -> Ref | None:
    """The appeal that a row is, or hangs on."""
    if isinstance(row, Message | Event):
        return Ref(row.branch, row.appeal)
    return row.ref if isinstance(row, Appeal) else None


def _values(kind: Kind, row: Any, *, change: int, branch: str) -> dict[str, object]:
    return {
        "branch": branch,
        "id": row.id,
        "change": change,
        "body": codec.encode(row).decode(),
        **kind.columns(row),
    }
