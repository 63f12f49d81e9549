"""Snooze: what wakes a postponed appeal, that it always wakes, and that nothing closes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.domain.appeal import Appeal, OutageTag, Status
from console.domain.event import EventKind
from console.domain.message import Message, MessageKind
from console.domain.mutations import Envelope, Postpone, Resume
from console.domain.outage import Outage, OutageStatus
from console.domain.snooze import Wake, wake_of, woken
from console.domain.transitions import RefusedError, State, apply, receive, refuse_long_snooze
from console.errors import ConfigError
from console.rulebook.snooze import SNOOZE, load_snooze
from tests.support.builders import NOON, a_message, an_appeal, an_operator, an_outage

ME = an_operator()
UNTIL = NOON + timedelta(days=2)
SOME = timedelta(seconds=30)
SOON = NOON + timedelta(minutes=5)


def _after(appeal: Appeal, mutation: Any) -> Appeal:
    envelope = Envelope("m", appeal.ref, ME.id, NOON, mutation)
    return apply(State(appeal), envelope, actor=ME, now=NOON).appeal


def _postponed(outage: Outage | None = None, **rule: Any) -> Appeal:
    tags = () if outage is None else (OutageTag(outage.id, NOON, ME.id),)
    appeal = an_appeal(interim_at=NOON, status=Status.INTERIM_PUBLISHED, outages=tags)
    if outage is not None:
        rule |= {"outage": outage.id, "outage_version": outage.version}
    return _after(appeal, Postpone(UNTIL, "ждём", **rule))


def test_it_sleeps_until_its_date_and_then_wakes_whatever_it_waits_for() -> None:
    outage = an_outage(etr=None)
    for appeal in (_postponed(), _postponed(outage), _postponed(awaits_resident=True)):
        known = {outage.id: outage}
        assert wake_of(appeal, known, UNTIL - timedelta(seconds=1)) is None
        assert wake_of(appeal, known, UNTIL) is Wake.TIME


@pytest.mark.parametrize(
    ("changes", "at", "why"),
    [
        ({}, SOON, None),
        ({"status": OutageStatus.RESTORED, "version": 2}, SOON, Wake.OUTAGE),
        ({"status": OutageStatus.CANCELLED, "version": 2}, SOON, Wake.OUTAGE),
        ({"etr": NOON + timedelta(hours=9), "version": 2}, SOON, Wake.OUTAGE),
        ({}, NOON + timedelta(hours=3), None),
        ({}, NOON + timedelta(hours=3, seconds=1), Wake.ETR_PASSED),
    ],
)
def test_what_waits_for_power_wakes_when_the_outage_changes_or_is_late(
    changes: dict[str, Any], at: Any, why: Wake | None
) -> None:
    outage = an_outage()
    appeal = _postponed(outage)
    assert wake_of(appeal, {outage.id: replace(outage, **changes)}, at) is why


def test_an_outage_that_is_not_in_the_registry_is_not_waited_for() -> None:
    assert wake_of(_postponed(an_outage()), {}, SOON) is Wake.OUTAGE


def test_who_waits_for_a_time_alone_is_not_woken_by_an_outage() -> None:
    outage = an_outage(status=OutageStatus.RESTORED, version=9)
    appeal = replace(_postponed(), outages=(OutageTag(outage.id, NOON, ME.id),))
    assert wake_of(appeal, {outage.id: outage}, SOON) is None


def test_only_what_is_postponed_can_wake() -> None:
    assert wake_of(an_appeal(postponed_until=NOON), {}, UNTIL) is None


@pytest.mark.parametrize("rule", [{}, {"awaits_resident": True}, {"outage": True}])
def test_it_always_wakes_when_the_resident_writes(rule: dict[str, Any]) -> None:
    outage = an_outage() if rule.pop("outage", False) else None
    appeal = _postponed(outage, **rule)
    comment: Message = a_message(appeal, kind=MessageKind.RESIDENT, at=SOON)
    done = receive(State(appeal), comment, now=SOON)
    assert (done.appeal.status, done.appeal.woken_by) == (Status.INTERIM_PUBLISHED, "resident")
    resumed = next(one for one in done.events if one.kind is EventKind.RESUMED)
    assert resumed.params["why"] == "resident"
    _check_awake(done.appeal)


def test_waking_ends_the_pause_and_says_why_and_what() -> None:
    outage = an_outage()
    appeal, event = woken(_postponed(outage), Wake.OUTAGE, now=SOON)
    assert (appeal.status, appeal.woken_by) == (Status.INTERIM_PUBLISHED, "outage")
    assert dict(event.params) == {"why": "outage", "outage": outage.id}
    assert (event.kind, event.actor) == (EventKind.RESUMED, None)
    _check_awake(appeal)


def _check_awake(appeal: Appeal) -> None:
    assert [pause.end for pause in appeal.pauses] == [SOON]
    assert appeal.postponed_until is None
    assert appeal.postponed_outage is None and appeal.postponed_outage_version is None
    assert not appeal.awaits_resident


def test_what_a_person_resumes_says_nothing_of_waking_and_postponing_again_forgets_it() -> None:
    assert _after(_postponed(), Resume()).woken_by == ""
    again, _ = woken(_postponed(), Wake.TIME, now=SOON)
    assert _after(again, Postpone(UNTIL, "ещё")).woken_by == ""


def test_an_outage_that_it_is_not_tagged_with_cannot_be_waited_for() -> None:
    appeal = an_appeal(interim_at=NOON, status=Status.INTERIM_PUBLISHED)
    with pytest.raises(RefusedError, match="not_tagged"):
        _after(appeal, Postpone(UNTIL, "ждём", "o-9", 1))


@pytest.mark.parametrize(
    ("rule", "days"),
    [({}, 90), ({"outage": "o-1"}, 14), ({"awaits_resident": True}, 30)],
)
def test_each_kind_of_waiting_has_its_longest(rule: dict[str, Any], days: int) -> None:
    norms, longest = load_snooze(), NOON + timedelta(days=days)
    envelope = Envelope("m", an_appeal().ref, ME.id, NOON, Postpone(longest, "ждём", **rule))
    refuse_long_snooze(envelope, norms, now=NOON)
    refuse_long_snooze(envelope, norms, now=NOON - SOME)  # the console's clock is ahead
    later = replace(envelope, mutation=Postpone(longest + SOME, "ждём", **rule))
    with pytest.raises(RefusedError, match="snooze_too_far") as refused:
        refuse_long_snooze(later, norms, now=NOON)
    assert refused.value.params == {"until": longest.isoformat()}


def test_the_shipped_norms_can_be_read_and_senseless_ones_are_refused(tmp_path: Path) -> None:
    assert load_snooze().longest >= timedelta(days=load_snooze().days)
    path = tmp_path / SNOOZE.name
    for wrong in (("hour = 10", "hour = 24"), ("days = 3", "days = 40"), ("\ndays = 3", "")):
        path.write_text(SNOOZE.read_text("utf-8").replace(*wrong), "utf-8")
        with pytest.raises(ConfigError):
            load_snooze(path)
