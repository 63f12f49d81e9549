"""Waking: postponed appeals are taken up again when what they wait for has come.

Looked at a few times a minute along an index of the postponed alone. Each wakes in a transaction of
its own, which looks once more under its lock: two servers wake nothing twice, and no order of locks
is at odds with that of a mutation.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

import anyio
from sqlalchemy import Connection, literal_column, select

from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.domain.outage import Outage
from console.domain.snooze import wake_of, woken
from console.server import repo, tables
from console.server.centre import Centre
from console.wire import codec
from console.wire.schema import Rows

log = logging.getLogger(__name__)

PERIOD = 20.0
"""Seconds between two looks; an appeal is put off by hours and days."""

_POSTPONED = (
    select(tables.appeals.c.body)
    .where(tables.appeals.c.status == literal_column("'postponed'"))
    .order_by(tables.appeals.c.branch, tables.appeals.c.id)
)


def ready(connection: Connection, *, now: datetime) -> tuple[Ref, ...]:
    """The postponed appeals that are to wake at ``now`` (UTC)."""
    found = [codec.decode(body, Appeal) for body in connection.execute(_POSTPONED).scalars()]
    wanted: dict[str, set[str]] = {}
    for appeal in found:
        if appeal.postponed_outage is not None:
            wanted.setdefault(appeal.branch, set()).add(appeal.postponed_outage)
    outages = {
        branch: repo.find_many(connection, Outage, branch, ids) for branch, ids in wanted.items()
    }
    return tuple(
        appeal.ref
        for appeal in found
        if wake_of(appeal, outages.get(appeal.branch, {}), now) is not None
    )


def wake(connection: Connection, ref: Ref, *, now: datetime) -> Mapping[str, int]:
    """Take an appeal up again if that is still due; how far the feeds reach then."""
    appeal = repo.find(connection, Appeal, ref, lock=True)
    if appeal is None:
        return {}
    named = [] if appeal.postponed_outage is None else [appeal.postponed_outage]
    outages = repo.find_many(connection, Outage, ref.branch, named)
    why = wake_of(appeal, outages, now)
    if why is None:
        return {}
    after, event = woken(appeal, why, now=now)
    return repo.put_rows(connection, Rows(appeals=(after,), events=(event,)))


def wake_all(centre: Centre) -> int:
    """Wake whatever is to wake now; how many that was. On a thread, not on the event loop."""
    now, count = centre.clock.now(), 0
    for ref in centre.database.read(lambda connection: ready(connection, now=now)):
        heads = centre.database.write(lambda connection, one=ref: wake(connection, one, now=now))  # type: ignore[misc]
        centre.announce(heads)
        count += bool(heads)
    return count


async def keep_waking(centre: Centre, *, period: float = PERIOD) -> None:
    """Until cancelled; what fails is tried again at the next look."""
    failing = False
    while True:
        await anyio.sleep(period)
        try:
            await centre.off_loop(wake_all, centre)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look may succeed
            if not failing:
                log.warning("postponed appeals cannot be woken: %s", type(error).__name__)
            failing = True
        else:
            failing = False
