from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.domain.clocks import BindingDue, Clock, ClockFacts, ClockState
from console.domain.deadline import alarm_times, binding_due, clock_at, explain, ladder
from console.domain.pause import Pause
from console.domain.preset import (
    Applies,
    Bearing,
    DayEnd,
    DayOff,
    Event,
    FirstDay,
    Pick,
    Preset,
    Unit,
)
from console.domain.term import Term, merged
from console.domain.workday import DayKind, LocalName, SpecialDay
from tests.console.domain.clockwork import DAY, HOUR, MINUTE, a_calendar, a_preset, at

_FRIDAY = at("2026-11-20 16:30")
_LATER = at("2027-06-01 00:00")


def _clock(
    preset: Preset, start: str, *, now: str | None = None, pauses: tuple[Pause, ...] = ()
) -> Clock:
    began = at(start)
    moment = began if now is None else at(now)
    return clock_at(preset, began, a_calendar(), now=moment, pauses=pauses)


def _pause(begin: str, end: str | None = None) -> Pause:
    return Pause(at(begin), None if end is None else at(end))


# ------------------------------------------------------------------------------ real complaints


def test_the_clock_that_ignored_working_hours() -> None:
    calendar = a_calendar("9:00-17:00")
    rule = a_preset(hard=HOUR)
    assert clock_at(rule, _FRIDAY, calendar, now=_FRIDAY).due_at == at("2026-11-23 09:30")


def test_the_clock_that_knew_no_lunch_break() -> None:
    calendar = a_calendar("9:00-13:00,14:00-18:00")
    start = at("2026-11-20 12:30")
    assert clock_at(a_preset(hard=HOUR), start, calendar, now=start).due_at == at(
        "2026-11-20 14:30"
    )


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Asia/Omsk", "2026-11-23T03:30:00+00:00"),
        ("Asia/Krasnoyarsk", "2026-11-23T02:30:00+00:00"),
        ("Asia/Irkutsk", "2026-11-23T01:30:00+00:00"),
        ("Asia/Chita", "2026-11-23T00:30:00+00:00"),
    ],
)
def test_the_same_rule_that_had_to_be_cloned_for_every_time_zone(zone: str, due: str) -> None:
    there = ZoneInfo(zone)
    calendar = a_calendar("9:00-17:00", zone=there)
    start = at("2026-11-20 16:30", there)
    found = binding_due(ClockFacts("vk", start), [a_preset(hard=HOUR)], calendar)
    assert found is not None
    assert found.due_at.isoformat() == due


def test_the_holiday_that_came_a_day_early() -> None:
    holiday = {date(2026, 11, 4): SpecialDay(DayKind.HOLIDAY, LocalName("День", "Day"))}
    calendar = a_calendar(zone=ZoneInfo("Asia/Chita"), special=holiday)
    start = at("2026-11-03 17:30", ZoneInfo("Asia/Chita"))  # in UTC still 3 November 08:30
    due = clock_at(a_preset(hard=HOUR), start, calendar, now=start).due_at
    assert due == at("2026-11-05 09:30", ZoneInfo("Asia/Chita"))


def test_the_pause_that_was_shown_while_the_clock_ran() -> None:
    paused = _pause("2026-11-20 17:00")
    clock = _clock(a_preset(), "2026-11-20 16:30", now="2026-11-25 12:00", pauses=(paused,))
    assert clock.state is ClockState.PAUSED
    assert clock.due_at is None
    assert (clock.elapsed, clock.left) == (timedelta(minutes=30), timedelta(hours=8, minutes=30))
    assert clock.paused_since == paused.start


# ------------------------------------------------------------------------------ pauses


def test_a_pause_moves_the_deadline_by_its_working_part_alone() -> None:
    over_a_weekend = _pause("2026-11-20 17:00", "2026-11-23 10:00")
    clock = _clock(a_preset(), "2026-11-20 16:30", pauses=(over_a_weekend,))
    plain = _clock(a_preset(), "2026-11-20 16:30")
    assert plain.due_at == at("2026-11-23 16:30")
    assert clock.due_at == at("2026-11-24 09:30")


def test_a_pause_outside_working_hours_takes_nothing_from_a_working_clock() -> None:
    night = _pause("2026-11-20 18:00", "2026-11-23 09:00")
    clock = _clock(a_preset(), "2026-11-20 16:30", pauses=(night,))
    assert clock.due_at == at("2026-11-23 16:30")


def test_a_pause_is_subtracted_whole_from_a_calendar_clock() -> None:
    rule = a_preset(unit=Unit.CALENDAR_TIME, hard=24 * HOUR)
    weekend = _pause("2026-11-20 17:00", "2026-11-23 10:00")
    clock = _clock(rule, "2026-11-20 16:30", pauses=(weekend,))
    assert clock.due_at == at("2026-11-24 09:30")


def test_pauses_that_overlap_count_once() -> None:
    pauses = (
        _pause("2026-11-23 11:00", "2026-11-23 13:00"),
        _pause("2026-11-23 10:00", "2026-11-23 12:00"),
        _pause("2026-11-23 10:30", "2026-11-23 10:45"),
    )
    clock = _clock(a_preset(), "2026-11-23 09:00", pauses=pauses)
    assert clock.due_at == at("2026-11-24 12:00")


def test_pauses_that_touch_are_one_and_empty_ones_are_none() -> None:
    pauses = (
        Pause(at("2026-11-23 11:00"), at("2026-11-23 12:00"), "act"),
        Pause(at("2026-11-23 10:00"), at("2026-11-23 11:00"), "photo"),
        Pause(at("2026-11-23 15:00"), at("2026-11-23 15:00")),
        Pause(at("2026-11-23 16:00"), None, "wait"),
        Pause(at("2026-11-24 16:00"), at("2026-11-24 17:00"), "wait"),
    )
    assert merged(pauses) == (
        Pause(at("2026-11-23 10:00"), at("2026-11-23 12:00"), "photo; act"),
        Pause(at("2026-11-23 16:00"), None, "wait"),
    )


def test_a_pause_that_began_before_the_clock_counts_from_its_start() -> None:
    pause = _pause("2026-11-19 09:00", "2026-11-20 17:00")
    clock = _clock(a_preset(hard=HOUR), "2026-11-20 16:30", pauses=(pause,))
    assert clock.due_at == at("2026-11-20 18:00")


def test_a_pause_that_was_over_before_the_clock_began_is_not_its_pause() -> None:
    pause = _pause("2026-11-19 09:00", "2026-11-20 16:30")
    assert _clock(a_preset(), "2026-11-20 16:30", pauses=(pause,)).pauses == ()


def test_a_pause_that_begins_when_it_is_too_late_saves_nothing() -> None:
    late = _pause("2026-11-23 16:30")
    clock = _clock(a_preset(), "2026-11-20 16:30", now="2026-11-23 17:00", pauses=(late,))
    assert clock.due_at == at("2026-11-23 16:30")
    assert clock.state is ClockState.OVERDUE
    assert clock.paused_since is None


def test_a_pause_with_a_known_end_leaves_the_deadline_fixed() -> None:
    until = _pause("2026-11-20 17:00", "2026-11-27 09:00")
    clock = _clock(a_preset(), "2026-11-20 16:30", now="2026-11-24 12:00", pauses=(until,))
    assert clock.state is ClockState.PAUSED
    assert clock.due_at == at("2026-11-27 17:30")
    assert clock.binds


def test_a_change_of_policy_keeps_the_pauses() -> None:
    pause = _pause("2026-11-23 10:00", "2026-11-23 12:00")
    facts = ClockFacts("vk", at("2026-11-23 09:00"), pauses=(pause,))
    presets = (
        a_preset("high", hard=4 * HOUR, applies=Applies(priority_high=True)),
        a_preset("usual", applies=Applies(priority_high=False)),
    )
    before = binding_due(facts, presets, a_calendar())
    after = binding_due(replace(facts, priority_high=True), presets, a_calendar())
    assert before == BindingDue("usual", facts.received_at, at("2026-11-24 11:00"))
    assert after == BindingDue("high", facts.received_at, at("2026-11-23 15:00"))


def test_a_duty_that_cannot_be_paused_runs_on() -> None:
    rule = a_preset("danger", unit=Unit.CALENDAR_TIME, hard=15 * MINUTE, pausable=False)
    clock = _clock(rule, "2026-11-20 16:30", pauses=(_pause("2026-11-20 16:31"),))
    assert clock.due_at == at("2026-11-20 16:45")
    assert clock.state is ClockState.RUNNING


# ------------------------------------------------------------------------------ days

_DAYS = a_preset(unit=Unit.WORKING_DAYS, hard=3 * DAY)
_CALENDAR_DAYS = a_preset(unit=Unit.CALENDAR_DAYS, hard=8 * DAY)


def test_working_days_begin_with_the_next_one_and_end_at_closing_time() -> None:
    assert _clock(_DAYS, "2026-11-20 16:30").due_at == at("2026-11-25 18:00")
    assert _clock(_DAYS, "2026-11-20 03:00").due_at == at("2026-11-25 18:00")
    assert _clock(_DAYS, "2026-11-21 12:00").due_at == at("2026-11-25 18:00")


def test_the_day_of_the_start_may_be_the_first_while_it_is_not_over() -> None:
    rule = replace(_DAYS, first_day=FirstDay.SAME)
    assert _clock(rule, "2026-11-20 16:30").due_at == at("2026-11-24 18:00")
    assert _clock(rule, "2026-11-20 18:00").due_at == at("2026-11-25 18:00")
    assert _clock(rule, "2026-11-21 12:00").due_at == at("2026-11-25 18:00")


def test_days_may_end_at_midnight() -> None:
    rule = replace(_DAYS, day_ends=DayEnd.MIDNIGHT)
    assert _clock(rule, "2026-11-20 16:30").due_at == at("2026-11-26 00:00")


def test_calendar_days_run_over_weekends() -> None:
    assert _clock(_CALENDAR_DAYS, "2026-11-20 16:30").due_at == at("2026-11-29 00:00")


@pytest.mark.parametrize(
    ("where", "due"),
    [
        (DayOff.STAY, "2026-11-29 00:00"),
        (DayOff.PREVIOUS, "2026-11-27 18:00"),
        (DayOff.NEXT, "2026-11-30 18:00"),
    ],
)
def test_a_last_day_that_is_not_worked_may_move(where: DayOff, due: str) -> None:
    rule = replace(_CALENDAR_DAYS, on_day_off=where)
    assert _clock(rule, "2026-11-20 16:30").due_at == at(due)


def test_a_last_day_never_moves_back_to_the_start() -> None:
    rule = a_preset(unit=Unit.CALENDAR_DAYS, hard=2 * DAY, on_day_off=DayOff.PREVIOUS)
    assert _clock(rule, "2026-11-20 16:30").due_at == at("2026-11-23 18:00")


def test_a_day_that_ends_in_a_pause_is_not_counted() -> None:
    pause = _pause("2026-11-23 10:00", "2026-11-25 12:00")  # over the ends of Monday and Tuesday
    clock = _clock(_DAYS, "2026-11-20 16:30", pauses=(pause,))
    assert clock.due_at == at("2026-11-27 18:00")


def test_a_day_that_ends_in_a_pause_is_lost_though_the_pause_ends_the_same_night() -> None:
    pause = _pause("2026-11-23 10:00", "2026-11-24 18:00")
    clock = _clock(_DAYS, "2026-11-20 16:30", pauses=(pause,))
    assert clock.due_at == at("2026-11-27 18:00")
    assert explain(clock, a_calendar()).due_at == clock.due_at


def test_a_pause_within_a_day_takes_no_day() -> None:
    pause = _pause("2026-11-23 10:00", "2026-11-23 17:59")
    assert _clock(_DAYS, "2026-11-20 16:30", pauses=(pause,)).due_at == at("2026-11-25 18:00")


def test_a_day_counts_up_to_the_instant_at_which_a_pause_begins() -> None:
    for begin, due in (("18:00", "2026-11-25 18:00"), ("17:59", "2026-11-26 18:00")):
        pause = _pause(f"2026-11-23 {begin}", "2026-11-24 09:00")
        clock = _clock(_DAYS, "2026-11-20 16:30", pauses=(pause,))
        assert clock.due_at == explain(clock, a_calendar()).due_at == at(due)


def test_an_open_pause_leaves_days_open_too() -> None:
    pause = _pause("2026-11-24 10:00")
    clock = _clock(_DAYS, "2026-11-20 16:30", now="2026-12-20 12:00", pauses=(pause,))
    assert (clock.state, clock.due_at) == (ClockState.PAUSED, None)
    assert 0.3 < clock.share < 0.5


def test_an_open_pause_after_the_last_day_changes_nothing() -> None:
    rule = replace(_CALENDAR_DAYS, on_day_off=DayOff.PREVIOUS)
    pause = _pause(
        "2026-11-28 10:00"
    )  # the deadline was on Friday, though the last day is Saturday
    clock = _clock(rule, "2026-11-20 16:30", now="2026-11-28 12:00", pauses=(pause,))
    assert clock.due_at == at("2026-11-27 18:00")
    assert clock.state is ClockState.OVERDUE
    assert explain(clock, a_calendar()).due_at == clock.due_at


def test_a_deadline_does_not_move_back_into_a_pause() -> None:
    rule = replace(_CALENDAR_DAYS, on_day_off=DayOff.PREVIOUS)
    pause = _pause("2026-11-27 12:00", "2026-11-27 20:00")  # Friday does not count
    assert _clock(rule, "2026-11-20 16:30").due_at == at("2026-11-27 18:00")
    clock = _clock(rule, "2026-11-20 16:30", pauses=(pause,))  # so Sunday is the last
    assert clock.due_at == at("2026-11-30 18:00")


def test_a_deadline_does_not_move_on_into_a_pause() -> None:
    rule = replace(_CALENDAR_DAYS, hard=9 * DAY, on_day_off=DayOff.NEXT)
    closed = _pause("2026-11-30 12:00", "2026-12-01 20:00")
    assert _clock(rule, "2026-11-20 16:30", pauses=(closed,)).due_at == at("2026-12-02 18:00")
    still_open = _pause("2026-11-30 12:00")
    assert _clock(rule, "2026-11-20 16:30", pauses=(still_open,)).due_at is None


def test_a_shortened_last_day_is_over_earlier() -> None:
    shorter = {date(2026, 11, 25): SpecialDay(DayKind.WORKING, cut=60)}
    calendar = a_calendar(special=shorter)
    due = clock_at(_DAYS, _FRIDAY, calendar, now=_FRIDAY).due_at
    assert due == at("2026-11-25 17:00")


# ------------------------------------------------------------------------------ start and stop


def test_the_first_known_start_counts_and_the_others_stand_in_for_it() -> None:
    rule = a_preset(starts=(Event.ASSIGNED, Event.INTAKE))
    facts = ClockFacts("vk", at("2026-11-20 09:00"))
    (alone,) = ladder(facts, [rule], a_calendar(), now=_LATER).clocks
    assigned = replace(facts, assigned_at=at("2026-11-20 10:00"))
    (both,) = ladder(assigned, [rule], a_calendar(), now=_LATER).clocks
    assert (alone.start_event, alone.started_at) == (Event.INTAKE, facts.received_at)
    assert (both.start_event, both.started_at) == (Event.ASSIGNED, assigned.assigned_at)


def test_the_latest_start_may_count() -> None:
    rule = a_preset("rework", starts=(Event.RETURNED, Event.REOPENED), pick=Pick.LATEST)
    facts = ClockFacts(
        "vk",
        at("2026-11-20 09:00"),
        returned_at=at("2026-11-23 10:00"),
        reopened_at=at("2026-11-24 10:00"),
    )
    (clock,) = ladder(facts, [rule], a_calendar(), now=_LATER).clocks
    assert (clock.start_event, clock.started_at) == (Event.REOPENED, facts.reopened_at)


def test_what_has_not_begun_has_no_clock() -> None:
    rule = a_preset(starts=(Event.CALL,))
    facts = ClockFacts("phone", at("2026-11-20 09:00"))
    assert ladder(facts, [rule], a_calendar(), now=_LATER).clocks == ()
    assert binding_due(facts, [rule], a_calendar()) is None


_REWORK = a_preset(
    "rework", unit=Unit.WORKING_DAYS, hard=3 * DAY, starts=(Event.RETURNED,), pick=Pick.LATEST
)


def test_a_return_does_not_reset_the_reaction_clock() -> None:
    facts = ClockFacts("vk", at("2026-11-20 09:00"))
    returned = replace(facts, returned_at=at("2026-11-20 17:00"))
    before = binding_due(facts, [a_preset(), _REWORK], a_calendar())
    assert before == binding_due(returned, [a_preset(), _REWORK], a_calendar())


def test_an_answer_given_before_the_return_does_not_satisfy_the_rework() -> None:
    facts = ClockFacts(
        "vk",
        at("2026-11-20 09:00"),
        first_answered_at=at("2026-11-20 12:00"),
        answered_at=at("2026-11-20 12:00"),
        returned_at=at("2026-11-23 10:00"),
    )
    presets = [a_preset("reaction"), _REWORK]
    states = {c.preset: c.state for c in ladder(facts, presets, a_calendar(), now=_LATER).clocks}
    assert states == {"reaction": ClockState.MET, "rework": ClockState.OVERDUE}
    again = replace(facts, answered_at=at("2026-11-24 12:00"))
    states = {c.preset: c.state for c in ladder(again, presets, a_calendar(), now=_LATER).clocks}
    assert states == {"reaction": ClockState.MET, "rework": ClockState.MET}


def test_the_reaction_clock_runs_on_during_approval() -> None:
    """Approval is not among the facts, so it cannot stop or move a clock."""
    names = {field.name for field in dataclasses.fields(ClockFacts)}
    assert not {name for name in names if "approv" in name or "submit" in name}


def test_a_clock_that_stopped_at_its_deadline_is_met_and_one_later_is_missed() -> None:
    due = at("2026-11-20 18:00")
    facts = ClockFacts("vk", at("2026-11-20 09:00"), answered_at=due)
    (met,) = ladder(facts, [a_preset()], a_calendar(), now=_LATER).clocks
    late = replace(facts, answered_at=due + timedelta(microseconds=1))
    (missed,) = ladder(late, [a_preset()], a_calendar(), now=_LATER).clocks
    assert (met.state, met.share, met.left) == (ClockState.MET, 1.0, timedelta())
    assert missed.state is ClockState.MISSED
    assert (met.binds, missed.binds) == (False, False)


def test_a_clock_met_in_a_pause_is_met() -> None:
    pauses = (_pause("2026-11-20 10:00"),)
    facts = ClockFacts(
        "vk", at("2026-11-20 09:00"), answered_at=at("2026-11-20 12:00"), pauses=pauses
    )
    (clock,) = ladder(facts, [a_preset()], a_calendar(), now=_LATER).clocks
    assert (clock.state, clock.elapsed) == (ClockState.MET, HOUR)


@pytest.mark.parametrize(
    ("applies", "facts", "expected"),
    [
        (Applies(channels=frozenset({"vk"})), {"channel": "vk"}, True),
        (Applies(channels=frozenset({"vk"})), {"channel": "ok"}, False),
        (Applies(danger=True), {"danger": True}, True),
        (Applies(danger=True), {}, False),
        (Applies(priority_high=False), {}, True),
        (Applies(priority_high=False), {"priority_high": True}, False),
        (Applies(not_ours=True), {"not_ours": True}, True),
        (Applies(not_ours=True), {}, False),
        (Applies(kinds=frozenset({"fast"})), {"incident_kind": "fast"}, True),
        (Applies(kinds=frozenset({"fast"})), {"incident_kind": ""}, False),
        (Applies(other_kinds_than=frozenset({"fast"})), {"incident_kind": "slow"}, True),
        (Applies(other_kinds_than=frozenset({"fast"})), {"incident_kind": "fast"}, False),
    ],
)
def test_a_rule_is_about_the_appeals_that_it_names(
    applies: Applies, facts: dict[str, object], expected: bool
) -> None:
    given = ClockFacts(**{"channel": "vk", "received_at": _FRIDAY, **facts})  # type: ignore[arg-type]
    found = binding_due(given, [a_preset(applies=applies)], a_calendar())
    assert (found is not None) is expected


# ------------------------------------------------------------------------------ the ladder


def test_the_earliest_open_duty_binds() -> None:
    presets = [
        a_preset("standard"),
        a_preset("ceiling", unit=Unit.CALENDAR_TIME, hard=24 * HOUR),
        a_preset("late", unit=Unit.WORKING_DAYS, hard=7 * DAY),
    ]
    monday = ladder(ClockFacts("vk", at("2026-11-23 09:00")), presets, a_calendar(), now=_LATER)
    friday = ladder(ClockFacts("vk", at("2026-11-20 12:00")), presets, a_calendar(), now=_LATER)
    assert monday.binding is not None
    assert monday.binding.preset == "standard"
    assert friday.binding is not None
    assert friday.binding.preset == "ceiling"
    assert [clock.preset for clock in friday.clocks] == ["ceiling", "standard", "late"]


def test_an_overdue_duty_binds_until_it_is_done() -> None:
    presets = [a_preset("short", hard=HOUR), a_preset("long")]
    facts = ClockFacts("vk", at("2026-11-20 09:00"))
    found = ladder(facts, presets, a_calendar(), now=at("2026-11-20 15:00")).binding
    assert found is not None
    assert (found.preset, found.state) == ("short", ClockState.OVERDUE)


def test_a_window_lapses_without_being_late_and_never_binds() -> None:
    window = a_preset("window", hard=HOUR, bearing=Bearing.WINDOW)
    facts = ClockFacts("vk", at("2026-11-20 09:00"))
    found = ladder(facts, [window, a_preset("duty")], a_calendar(), now=at("2026-11-20 11:00"))
    assert found.binding is not None
    assert found.binding.preset == "duty"
    assert {c.preset: c.state for c in found.clocks}["window"] is ClockState.LAPSED


def test_somebody_elses_duty_is_late_but_does_not_bind() -> None:
    watched = a_preset("restore", hard=HOUR, bearing=Bearing.WATCHED)
    facts = ClockFacts("vk", at("2026-11-20 09:00"))
    found = ladder(facts, [watched], a_calendar(), now=at("2026-11-20 11:00"))
    assert found.binding is None
    assert found.clocks[0].state is ClockState.OVERDUE


def test_stopped_clocks_stand_last_and_those_without_a_deadline_before_them() -> None:
    presets = [
        a_preset("met", stops=(Event.INTERIM_PUBLISHED,)),
        a_preset("paused"),
        a_preset("danger", pausable=False),
    ]
    facts = ClockFacts(
        "vk",
        at("2026-11-20 09:00"),
        interim_published_at=at("2026-11-20 10:00"),
        pauses=(_pause("2026-11-20 11:00"),),
    )
    found = ladder(facts, presets, a_calendar(), now=at("2026-11-20 12:00"))
    assert [clock.preset for clock in found.clocks] == ["danger", "paused", "met"]


def test_nothing_binds_while_all_is_paused_or_done() -> None:
    facts = ClockFacts("vk", at("2026-11-20 09:00"), pauses=(_pause("2026-11-20 11:00"),))
    assert ladder(facts, [a_preset()], a_calendar(), now=_LATER).binding is None
    assert binding_due(facts, [a_preset()], a_calendar()) is None


def test_the_yearly_limit_shortens_the_length() -> None:
    rule = a_preset(
        unit=Unit.CALENDAR_TIME,
        hard=24 * HOUR,
        yearly=72 * HOUR,
        starts=(Event.OUTAGE_STARTED,),
    )
    began = at("2026-11-20 09:00")
    for used, left in ((0, 24), (48, 24), (60, 12), (72, 0), (90, 0)):
        facts = ClockFacts("vk", began, outage_started_at=began, outage_used=used * HOUR)
        found = binding_due(facts, [rule], a_calendar())
        assert found is not None
        assert found.due_at == began + left * HOUR


def test_a_length_of_nothing_is_over_at_once() -> None:
    rule = a_preset(unit=Unit.CALENDAR_TIME, hard=24 * HOUR, yearly=timedelta(hours=1))
    facts = ClockFacts("vk", _FRIDAY, outage_used=2 * HOUR)
    (clock,) = ladder(facts, [rule], a_calendar(), now=_FRIDAY).clocks
    assert (clock.share, clock.alarm, clock.due_at) == (1.0, 100, _FRIDAY)


# ------------------------------------------------------------------------------ state and alarms


def test_time_left_is_the_clocks_own_and_time_until_due_is_the_walls() -> None:
    clock = _clock(a_preset(), "2026-11-20 16:30", now="2026-11-20 17:00")
    assert clock.left == timedelta(hours=8, minutes=30)
    assert clock.until_due == timedelta(days=2, hours=23, minutes=30)


def test_an_overdue_clock_has_less_than_nothing_left() -> None:
    clock = _clock(a_preset(), "2026-11-20 09:00", now="2026-11-23 10:00")
    assert (clock.state, clock.left) == (ClockState.OVERDUE, -HOUR)
    assert clock.until_due == at("2026-11-20 18:00") - at("2026-11-23 10:00")
    assert clock.share > 1


def test_at_the_very_deadline_it_is_not_yet_late() -> None:
    clock = _clock(a_preset(), "2026-11-20 09:00", now="2026-11-20 18:00")
    assert (clock.state, clock.share, clock.alarm) == (ClockState.RUNNING, 1.0, 100)


def test_after_closing_time_a_clock_whose_hours_are_used_up_is_late() -> None:
    clock = _clock(a_preset(), "2026-11-20 09:00", now="2026-11-20 20:00")
    assert (clock.state, clock.left) == (ClockState.OVERDUE, timedelta())


@pytest.mark.parametrize(
    ("now", "alarm"),
    [("13:29", 0), ("13:30", 50), ("16:11", 50), ("16:12", 80), ("17:59", 80), ("18:00", 100)],
)
def test_warnings_come_at_their_share_of_the_length(now: str, alarm: int) -> None:
    clock = _clock(a_preset(), "2026-11-20 09:00", now=f"2026-11-20 {now}")
    assert clock.alarm == alarm


def test_the_times_of_warnings_are_known_ahead() -> None:
    clock = _clock(a_preset(), "2026-11-20 16:30")
    assert alarm_times(clock, a_calendar()) == (
        (50, at("2026-11-23 12:00")),
        (80, at("2026-11-23 14:42")),
        (100, at("2026-11-23 16:30")),
    )


def test_warnings_beyond_an_open_pause_have_no_time_yet() -> None:
    pause = _pause("2026-11-23 13:00")
    clock = _clock(a_preset(), "2026-11-20 16:30", pauses=(pause,))
    assert alarm_times(clock, a_calendar()) == ((50, at("2026-11-23 12:00")),)


def test_the_target_is_told_apart_from_the_deadline() -> None:
    rule = a_preset(target=8 * HOUR)
    before = _clock(rule, "2026-11-20 09:00", now="2026-11-20 17:00")
    after = _clock(rule, "2026-11-20 09:00", now="2026-11-20 17:01")
    assert before.target_at == after.target_at == at("2026-11-20 17:00")
    assert (before.target_missed, after.target_missed) == (False, True)
    assert after.state is ClockState.RUNNING


def test_before_its_start_a_clock_has_not_run() -> None:
    clock = _clock(a_preset(), "2026-11-20 16:30", now="2026-11-19 12:00")
    assert (clock.share, clock.elapsed, clock.state) == (0.0, timedelta(), ClockState.RUNNING)


def test_the_term_of_a_rule_may_be_asked_for_alone() -> None:
    term = Term(a_preset(), _FRIDAY, a_calendar())
    assert term.due(HOUR) == at("2026-11-20 17:30")
    assert term.run(at("2026-11-23 10:00")) == timedelta(hours=2, minutes=30)
