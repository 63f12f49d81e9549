"""Presence: who has which appeal open now; soft, and forgotten when not said again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from console.domain.ids import Ref
from console.domain.lease import LeaseNorms
from console.server import tables
from console.server.database import upsert
from console.server.instants import instant, micros
from console.server.sessions import Caller
from console.wire.schema import Presence, PresenceNotice

LIFE = timedelta(seconds=45)
"""A workstation says it again within this time, or is taken to have gone."""

_KEPT = timedelta(hours=1)

_MOST_LEASES = 20
"""Nobody writes to more appeals within some minutes; a console that says so is not believed."""

_TABLE, _LEASES = tables.presence, tables.leases
_IN_BRANCHES = (
    select(_TABLE)
    .where(_TABLE.c.seen_at > bindparam("after"))
    .where(_TABLE.c.branch.in_(bindparam("among", expanding=True)))
    .order_by(_TABLE.c.since, _TABLE.c.session)
)
_LEASED = (
    select(_LEASES)
    .where(_LEASES.c.seen_at > bindparam("after"), _LEASES.c.until > bindparam("now"))
    .where(_LEASES.c.branch.in_(bindparam("among", expanding=True)))
    .order_by(_LEASES.c.until, _LEASES.c.session)
)


def note(
    connection: Connection,
    caller: Caller,
    notice: PresenceNotice,
    *,
    norms: LeaseNorms,
    now: datetime,
) -> None:
    """Keep what the caller has open; the relay pokes those who see something else now."""
    table = tables.presence
    connection.execute(delete(table).where(table.c.seen_at < micros(now - _KEPT)))
    _note_leases(connection, caller, notice, norms=norms, now=now)
    row = connection.execute(select(table).where(table.c.session == caller.session)).one_or_none()
    was = None if row is None or not _alive(row.seen_at, now) else Ref(row.branch, row.appeal)
    if notice.appeal is None:
        connection.execute(delete(table).where(table.c.session == caller.session))
        return
    lease = norms.bounded(notice.lease_until, now)
    values = {
        "session": caller.session,
        "operator": caller.operator.id,
        "branch": notice.appeal.branch,
        "appeal": notice.appeal.id,
        "typing": notice.typing,
        "since": row.since if row is not None and was == notice.appeal else micros(now),
        "seen_at": micros(now),
        "lease_until": None if lease is None else micros(lease),
    }
    connection.execute(upsert(connection, table), values)


def _note_leases(
    connection: Connection,
    caller: Caller,
    notice: PresenceNotice,
    *,
    norms: LeaseNorms,
    now: datetime,
) -> None:
    """What the caller writes to besides; a branch that is theirs no more is passed over."""
    gone = (_LEASES.c.session == caller.session) | (_LEASES.c.seen_at < micros(now - _KEPT))
    connection.execute(delete(_LEASES).where(gone))
    wanted = {
        one.appeal: until
        for one in notice.leases[:_MOST_LEASES]
        if (until := norms.bounded(one.until, now)) is not None
        and one.appeal != notice.appeal
        and caller.operator.covers(one.appeal.branch)
    }
    values = [
        {
            "session": caller.session,
            "operator": caller.operator.id,
            "branch": ref.branch,
            "appeal": ref.id,
            "seen_at": micros(now),
            "until": micros(until),
        }
        for ref, until in wanted.items()
    ]
    if values:
        connection.execute(insert(_LEASES), values)


def in_branches(
    connection: Connection, branches: Sequence[str], *, now: datetime
) -> tuple[Presence, ...]:
    """Who has which appeal of these branches open, or still writes to it."""
    parameters = {"after": micros(now - LIFE), "among": list(branches)}
    leased = connection.execute(_LEASED, {**parameters, "now": micros(now)})
    held = tuple(
        Presence(
            Ref(row.branch, row.appeal),
            row.operator,
            False,
            instant(row.seen_at),
            instant(row.until),
        )
        for row in leased
    )
    return held + tuple(
        Presence(
            Ref(row.branch, row.appeal),
            row.operator,
            row.typing,
            instant(row.since),
            None if row.lease_until is None else instant(row.lease_until),
        )
        for row in connection.execute(_IN_BRANCHES, parameters)
    )


def marks(connection: Connection, *, now: datetime) -> dict[str, tuple[int, ...]]:
    """By branch a mark that changes whenever the presence there does."""
    table = tables.presence
    query = (
        select(
            table.c.branch,
            func.count().label("people"),
            func.max(table.c.since).label("latest"),
            func.count().filter(table.c.typing).label("typing"),
            func.count(table.c.lease_until).label("leases"),
            func.coalesce(func.max(table.c.lease_until), 0).label("longest"),
        )
        .where(table.c.seen_at > micros(now - LIFE))
        .group_by(table.c.branch)
    )
    held = (
        select(
            _LEASES.c.branch, func.count().label("leases"), func.sum(_LEASES.c.until).label("all")
        )
        .where(_LEASES.c.seen_at > micros(now - LIFE), _LEASES.c.until > micros(now))
        .group_by(_LEASES.c.branch)
    )
    others = {row.branch: (row.leases, int(row.all)) for row in connection.execute(held)}
    open_now = {
        row.branch: (row.people, row.latest, row.typing, row.leases, row.longest)
        for row in connection.execute(query)
    }
    return {
        branch: (*open_now.get(branch, ()), *others.get(branch, ())) for branch in open_now | others
    }


def _alive(seen_at: int, now: datetime) -> bool:
    return instant(seen_at) > now - LIFE
