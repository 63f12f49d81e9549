"""The foremost rows: what a console shows first, before it has read its feeds from the beginning.

A feed is read in the order of its changes, the oldest first, and a large branch takes a minute.
Here stand the open appeals that an operator would look for: those where there is danger, the
newest, and those that have waited longest, whose deadlines are the next. They come again with the
feed; no cursor moves for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, Table, select

from console.domain.appeal import OPEN
from console.server import tables
from console.wire.schema import CENTRE, Rows

MOST = 360
"""Appeals in all: an equal share of each branch and kind, at least a few."""

_LEAST = 10
_MANY = 500
_STATUSES = tuple(sorted(str(status) for status in OPEN))
_DANGER = '%"danger":true%'


def foremost(connection: Connection, branches: Sequence[str]) -> Rows:
    """The rows, as they were stored: good for encoding and nothing else."""
    each = max(_LEAST, MOST // (3 * max(1, len(branches))))
    bodies = {
        (branch, row.id): row.body
        for branch in branches
        for query in _queries(branch)
        for row in connection.execute(query.limit(each))
    }
    return _rows(
        appeals=list(bodies.values()),
        messages=_of(connection, tables.messages, bodies),
        events=[],
        outages=_newest(connection, tables.outages, branches),
        operators=_newest(connection, tables.operators, [CENTRE, *branches]),
    )


def _queries(branch: str) -> Iterable[Select[Any]]:
    """Danger first, then the newest, then the longest waiting."""
    table = tables.appeals
    query = select(table.c.id, table.c.body).where(
        table.c.branch == branch, table.c.status.in_(_STATUSES)
    )
    newest, oldest = query.order_by(table.c.id.desc()), query.order_by(table.c.id)
    yield newest.where(table.c.body.like(_DANGER))
    yield newest
    yield oldest


def _of(connection: Connection, table: Table, appeals: Iterable[tuple[str, str]]) -> list[str]:
    by_branch: dict[str, list[str]] = {}
    for branch, appeal in appeals:
        by_branch.setdefault(branch, []).append(appeal)
    found: list[str] = []
    for branch, ids in by_branch.items():
        query = select(table.c.body).where(table.c.branch == branch, table.c.appeal.in_(ids))
        found += connection.execute(query).scalars()
    return found


def _newest(connection: Connection, table: Table, branches: Sequence[str]) -> list[str]:
    query = select(table.c.body).where(table.c.branch.in_(list(branches)))
    return list(connection.execute(query.order_by(table.c.change.desc()).limit(_MANY)).scalars())


def _rows(**bodies: list[str]) -> Rows:
    parts: dict[str, Any] = {
        kind: tuple(msgspec.Raw(body.encode()) for body in some) for kind, some in bodies.items()
    }
    return Rows(**parts)
