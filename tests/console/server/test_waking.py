"""Waking at the server: once, told through the feed, with its history, over both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import Appeal, OutageTag, Status
from console.domain.ids import Ref
from console.domain.pause import Pause
from console.server import feed, repo, tables, waking
from console.server.database import Database
from console.wire.schema import Rows
from tests.support.builders import NOON, an_appeal, an_outage
from tests.support.clock import StandingClock
from tests.support.server import LiveServer

DAY = timedelta(days=1)


def _postponed(**changes: object) -> Appeal:
    return an_appeal(
        **{
            "status": Status.POSTPONED,
            "interim_at": NOON,
            "postponed_until": NOON + DAY,
            "pauses": (Pause(NOON, None, "ждём"),),
        }
        | changes
    )


def _put(database: Database, *appeals: Appeal, **rows: object) -> None:
    database.write(lambda c: repo.put_rows(c, Rows(appeals=appeals, **rows)))  # type: ignore[arg-type]


def _now(database: Database, ref: Ref) -> Appeal:
    found = database.read(lambda c: repo.find(c, Appeal, ref))
    assert found is not None
    return found


def test_only_what_is_due_is_ready_and_wakes_once(database: Database) -> None:
    outage = an_outage()
    tagged = {
        "outages": (OutageTag(outage.id, NOON, "op"),),
        "postponed_outage": outage.id,
        "postponed_outage_version": outage.version,
    }
    dated, waiting, other = _postponed(), _postponed(**tagged), _postponed(awaits_resident=True)
    open_ = an_appeal(postponed_until=NOON)
    _put(database, dated, waiting, other, open_, outages=(outage,))
    assert database.read(lambda c: waking.ready(c, now=NOON)) == ()
    _put(database, outages=(replace(outage, etr=NOON + DAY / 2, version=2),))
    assert database.read(lambda c: waking.ready(c, now=NOON)) == (waiting.ref,)
    before = database.read(feed.heads)[waiting.branch]
    heads = database.write(lambda c: waking.wake(c, waiting.ref, now=NOON))
    assert heads == {waiting.branch: before + 1}
    awake = _now(database, waiting.ref)
    assert (awake.status, awake.woken_by) == (Status.INTERIM_PUBLISHED, "outage")
    assert awake.version == waiting.version + 1
    assert database.write(lambda c: waking.wake(c, waiting.ref, now=NOON)) == {}
    ready = database.read(lambda c: waking.ready(c, now=NOON + DAY))
    assert set(ready) == {dated.ref, other.ref}


def test_the_server_wakes_by_itself_and_its_history_says_so(
    server: LiveServer, clock: StandingClock
) -> None:
    appeal = _postponed()
    _put(server.database, appeal)
    assert waking.wake_all(server.centre) == 0
    clock.move(DAY)
    assert waking.wake_all(server.centre) == 1
    assert waking.wake_all(server.centre) == 0
    assert _now(server.database, appeal.ref).woken_by == "time"
    events = server.database.read(lambda c: c.execute(tables.events.select()).all())
    assert len(events) == 1 and '"why":"time"' in events[0].body


@pytest.mark.expected_logs("postponed appeals cannot be woken: RuntimeError")
def test_a_look_that_fails_is_not_the_last(
    server: LiveServer, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    appeal = _postponed(postponed_until=NOON)
    _put(server.database, appeal)
    looks = [RuntimeError("the database is away")]
    real = waking.wake_all

    def wake_all(centre: object) -> int:
        if looks:
            raise looks.pop()
        return real(server.centre)

    monkeypatch.setattr(waking, "wake_all", wake_all)

    async def until_awake() -> None:
        task = asyncio.create_task(waking.keep_waking(server.centre, period=0.001))
        async with asyncio.timeout(30):
            while _now(server.database, appeal.ref).status is Status.POSTPONED:
                await asyncio.sleep(0.001)
        task.cancel()

    asyncio.run(until_awake())
    assert looks == []
