"""Runs: which lives the server has had over this database, so that a restored backup is noticed.

A backup that is put back takes the change counters back, and soon they stand again where they had
been, with other changes behind the same numbers: a cursor alone cannot tell. But whoever restores a
database starts the server anew. Each start is a row here, with where every feed then stood; a
console says with its cursors which run it last heard of. A run that is not known here, or cursors
beyond what the feeds had when the next run began, are of a past that this database has forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from console.clock import Clock
from console.domain.ids import uuid7
from console.server import feed, tables
from console.wire import codec

_RUNS = tables.runs
_NEWEST = select(_RUNS.c.id).order_by(_RUNS.c.number.desc()).limit(1)
_SINCE = (
    select(_RUNS.c.id, _RUNS.c.heads)
    .where(
        _RUNS.c.number
        >= select(_RUNS.c.number).where(_RUNS.c.id == bindparam("with_id")).scalar_subquery()
    )
    .order_by(_RUNS.c.number)
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader is told: the ``newest`` run, and whether its cursors are of a lost past."""

    newest: str
    rewound: bool


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


def judge(
    connection: Connection, run: str, cursors: Mapping[str, int], *, heads: Mapping[str, int]
) -> Reading:
    """Whether a reader with these cursors, who last heard of ``run``, has read what is not here.

    ``heads`` are the present ends of the feeds. An empty ``run`` is that of a reader who does not
    say; the ends must do then.
    """
    since = connection.execute(_SINCE, {"with_id": run}).all() if run else []
    now = since[-1].id if since else newest(connection)
    if run and not since and any(cursors.values()):
        return Reading(now, rewound=True)
    ends = codec.decode(since[1].heads, dict[str, int]) if len(since) > 1 else heads
    beyond = any(cursor > ends.get(branch, 0) for branch, cursor in cursors.items())
    return Reading(now, rewound=beyond)
