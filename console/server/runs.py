"""Runs: which lives the server has had over this database, so that a restored backup is noticed.

A backup that is put back takes the change counters back, and soon they stand again where they had
been, with other changes behind the same numbers: a cursor alone cannot tell. But whoever restores a
database starts the server anew. Each start is a row here, with where every feed then stood; a
console says with its cursors which run it last heard of. A run that is not known here, or cursors
beyond what the feeds had when the next run began, are of a past that this database has forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, func, select

from console.clock import Clock
from console.domain.ids import uuid7
from console.server import feed, tables
from console.wire import codec

_RUNS = tables.runs
_NEWEST = select(_RUNS.c.id).order_by(_RUNS.c.number.desc()).limit(1)
_NUMBER = select(_RUNS.c.number).where(_RUNS.c.id == bindparam("with_id"))
_NEXT = (
    select(_RUNS.c.heads)
    .where(_RUNS.c.number > bindparam("after"))
    .order_by(_RUNS.c.number)
    .limit(1)
)


def begin(connection: Connection, clock: Clock) -> None:
    """A server starts over this database."""
    last = connection.execute(select(func.max(_RUNS.c.number))).scalar()
    values = {
        "number": 1 if last is None else last + 1,
        "id": uuid7(clock.now(), clock.entropy(10)),
        "heads": codec.encode(feed.heads(connection)).decode(),
    }
    connection.execute(_RUNS.insert(), [values])


def newest(connection: Connection) -> str:
    """The run that a reader hears of now."""
    return str(connection.execute(_NEWEST).scalar_one())


def has_forgotten(connection: Connection, run: str, cursors: Mapping[str, int]) -> bool:
    """Whether a reader with these cursors, who last heard of ``run``, has read what is not here.

    An empty ``run`` is that of a reader who does not say; the ends of the feeds must do then.
    """
    ends = feed.heads(connection)
    if run and any(cursors.values()):
        number = connection.execute(_NUMBER, {"with_id": run}).scalar()
        if number is None:
            return True
        heads = connection.execute(_NEXT, {"after": number}).scalar()
        if heads is not None:
            ends = codec.decode(heads, dict[str, int])
    return any(cursor > ends.get(branch, 0) for branch, cursor in cursors.items())
