"""Breaks: who is away from the desk for a while, and until when; told to every colleague.

A break stops no clock and gives nothing away. It ends when the workstation says so, at its hour,
with the session, or after a shift's length where nobody has said until when.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, or_, select

from console.server import tables
from console.server.database import upsert
from console.server.faults import bad_request
from console.server.instants import instant, micros
from console.server.sessions import Caller
from console.wire.schema import Away, PresenceNotice

LONGEST = timedelta(hours=12)
"""Nobody is away longer than a shift lasts, whatever was said."""

_TABLE = tables.breaks
_NOW = (
    _TABLE.c.since > bindparam("after"),
    or_(_TABLE.c.until.is_(None), _TABLE.c.until > bindparam("now")),
)
_IN_FORCE = select(_TABLE).where(*_NOW).order_by(_TABLE.c.since, _TABLE.c.session)
_MARK = select(
    func.count().label("people"),
    func.max(_TABLE.c.since).label("latest"),
    func.sum(_TABLE.c.until).label("ends"),
).where(*_NOW)


def note(connection: Connection, caller: Caller, notice: PresenceNotice, *, now: datetime) -> None:
    """Keep whether the caller has a break; said again, it began when it was first said."""
    where = _TABLE.c.session == caller.session
    if not notice.away:
        connection.execute(delete(_TABLE).where(where))
        return
    until = notice.away_until
    if until is not None and until.tzinfo is None:
        raise bad_request("away_until has no distance from UTC")
    since = connection.execute(select(_TABLE.c.since).where(where)).scalar_one_or_none()
    values = {
        "session": caller.session,
        "operator": caller.operator.id,
        "since": micros(now) if since is None else since,
        "until": None if until is None else micros(min(until, now + LONGEST)),
    }
    connection.execute(upsert(connection, _TABLE), values)


def in_force(connection: Connection, *, now: datetime) -> tuple[Away, ...]:
    """Who is away at ``now``: once each, by the latest break of their workstations."""
    found = {
        row.operator: Away(
            row.operator, instant(row.since), None if row.until is None else instant(row.until)
        )
        for row in connection.execute(_IN_FORCE, _moment(now))
    }
    return tuple(found.values())


def mark(connection: Connection, *, now: datetime) -> tuple[int, int, int]:
    """Something that changes whenever `in_force` does."""
    row = connection.execute(_MARK, _moment(now)).one()
    return row.people, row.latest or 0, int(row.ends or 0)


def _moment(now: datetime) -> dict[str, int]:
    return {"now": micros(now), "after": micros(now - LONGEST)}
