from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from console.domain.clocks import ClockFacts
from console.domain.deadline import clock_at, explain, ladder
from console.domain.hours import parse_spans
from console.domain.pause import Pause
from console.domain.preset import DayOff, Event, FirstDay, Preset, Unit
from console.domain.steps import (
    AfterHoursStep,
    CountedDaysStep,
    CountFromStep,
    DecreeUnknownStep,
    DueStep,
    ExtraHoursStep,
    MovedWorkingStep,
    OpenPauseStep,
    PausedDayStep,
    PausedStep,
    RanStep,
    RolledStep,
    RuleStep,
    ShortenedStep,
    SkippedDayStep,
    StartStep,
    Step,
    TargetStep,
    WorkedStep,
)
from console.domain.workday import DayKind, LocalName, SpecialDay
from tests.console.domain.clockwork import DAY, HOUR, a_calendar, a_preset, at

_DEFENDER = LocalName("День защитника Отечества", "Defender of the Fatherland Day")
_SATURDAY, _MONDAY = date(2027, 2, 20), date(2027, 2, 22)
_FEBRUARY = {
    _SATURDAY: SpecialDay(DayKind.MOVED_WORKING, counterpart=_MONDAY, cut=60),
    _MONDAY: SpecialDay(DayKind.MOVED_OFF, counterpart=_SATURDAY),
    date(2027, 2, 23): SpecialDay(DayKind.HOLIDAY, _DEFENDER),
}


def _why(
    preset: Preset,
    start: str,
    *pauses: Pause,
    special: Mapping[date, SpecialDay] | None = None,
    hours: str = "9:00-18:00",
    settled: bool = True,
) -> list[Step]:
    """The steps after the rule and the start."""
    calendar = a_calendar(hours, special=special, settled=settled)
    clock = clock_at(preset, at(start), calendar, now=at(start), pauses=pauses)
    return list(explain(clock, calendar).steps[2:])


def _worked(day: str, begin: str, end: str, left: timedelta) -> WorkedStep:
    start, stop = at(f"{day} {begin}"), at(f"{day} {end}")
    return WorkedStep(date.fromisoformat(day), start, stop, stop - start, left)


def _closed(day: str) -> SkippedDayStep:
    return SkippedDayStep(date.fromisoformat(day), DayKind.WEEKLY_OFF, None, None)


def _pause(begin: str, end: str | None, reason: str = "") -> Pause:
    return Pause(at(begin), None if end is None else at(end), reason)


def test_it_begins_with_the_rule_and_the_start() -> None:
    rule = a_preset(target=8 * HOUR, starts=(Event.ASSIGNED, Event.INTAKE))
    facts = ClockFacts("vk", at("2026-11-20 09:00"), assigned_at=at("2026-11-20 10:00"))
    calendar = a_calendar()
    (clock,) = ladder(facts, [rule], calendar, now=facts.received_at).clocks
    found = explain(clock, calendar)
    assert found.steps[:2] == (
        RuleStep("rule", Unit.WORKING_TIME, 9 * HOUR, 8 * HOUR, None),
        StartStep(Event.ASSIGNED, at("2026-11-20 10:00")),
    )
    assert (found.due_at, found.target_at) == (clock.due_at, clock.target_at)
    assert found.zone == calendar.zone


def test_each_interval_and_each_closed_day_is_told() -> None:
    assert _why(a_preset(hard=HOUR), "2026-11-20 16:30", hours="9:00-17:00") == [
        _worked("2026-11-20", "16:30", "17:00", timedelta(minutes=30)),
        _closed("2026-11-21"),
        _closed("2026-11-22"),
        _worked("2026-11-23", "09:00", "09:30", timedelta()),
        DueStep(at("2026-11-23 09:30")),
    ]


def test_a_lunch_break_is_seen_between_two_intervals() -> None:
    assert _why(a_preset(hard=HOUR), "2026-11-20 12:30", hours="9:00-13:00,14:00-18:00") == [
        _worked("2026-11-20", "12:30", "13:00", timedelta(minutes=30)),
        _worked("2026-11-20", "14:00", "14:30", timedelta()),
        DueStep(at("2026-11-20 14:30")),
    ]


def test_a_moved_saturday_a_shortened_day_and_a_holiday_are_told_by_their_names() -> None:
    assert _why(a_preset(hard=10 * HOUR), "2027-02-19 17:00", special=_FEBRUARY) == [
        _worked("2027-02-19", "17:00", "18:00", 9 * HOUR),
        MovedWorkingStep(_SATURDAY, _MONDAY),
        ShortenedStep(_SATURDAY, HOUR, at("2027-02-20 17:00")),
        _worked("2027-02-20", "09:00", "17:00", HOUR),
        _closed("2027-02-21"),
        SkippedDayStep(_MONDAY, DayKind.MOVED_OFF, None, _SATURDAY),
        SkippedDayStep(date(2027, 2, 23), DayKind.HOLIDAY, _DEFENDER, None),
        _worked("2027-02-24", "09:00", "10:00", timedelta()),
        DueStep(at("2027-02-24 10:00")),
    ]


def test_hours_of_its_own_are_told() -> None:
    name = LocalName("Субботник", "Clean-up day")
    extra = SpecialDay(DayKind.EXTRA_HOURS, name, spans=parse_spans("10:00-11:00,12:00-13:00"))
    steps = _why(a_preset(hard=HOUR), "2026-11-20 18:00", special={date(2026, 11, 21): extra})
    assert steps == [
        AfterHoursStep(date(2026, 11, 20), at("2026-11-20 18:00")),
        ExtraHoursStep(date(2026, 11, 21), at("2026-11-21 10:00"), at("2026-11-21 13:00")),
        _worked("2026-11-21", "10:00", "11:00", timedelta()),
        DueStep(at("2026-11-21 11:00")),
    ]


def test_the_target_is_told_where_it_is_passed() -> None:
    steps = _why(a_preset(hard=2 * HOUR, target=HOUR), "2026-11-20 17:00")
    assert steps == [
        _worked("2026-11-20", "17:00", "18:00", HOUR),
        TargetStep(at("2026-11-20 18:00")),
        _closed("2026-11-21"),
        _closed("2026-11-22"),
        _worked("2026-11-23", "09:00", "10:00", timedelta()),
        DueStep(at("2026-11-23 10:00")),
    ]


def test_a_pause_is_told_with_the_working_time_that_it_takes() -> None:
    pause = _pause("2026-11-20 17:00", "2026-11-23 10:00", "акт")
    assert _why(a_preset(hard=HOUR), "2026-11-20 16:30", pause) == [
        _worked("2026-11-20", "16:30", "17:00", timedelta(minutes=30)),
        PausedStep(pause.start, at("2026-11-23 10:00"), 2 * HOUR, "акт"),
        _worked("2026-11-23", "10:00", "10:30", timedelta()),
        DueStep(at("2026-11-23 10:30")),
    ]


def test_days_that_a_pause_covers_whole_are_not_told_one_by_one() -> None:
    pause = _pause("2026-11-20 17:00", "2026-12-20 10:00")
    assert _why(a_preset(hard=HOUR), "2026-11-20 16:30", pause) == [
        _worked("2026-11-20", "16:30", "17:00", timedelta(minutes=30)),
        PausedStep(pause.start, at("2026-12-20 10:00"), 181 * HOUR, ""),
        _closed("2026-12-20"),
        _worked("2026-12-21", "09:00", "09:30", timedelta()),
        DueStep(at("2026-12-21 09:30")),
    ]


def test_an_open_pause_ends_the_explanation_with_what_is_left() -> None:
    pause = _pause("2026-11-20 17:00", None)
    assert _why(a_preset(hard=HOUR), "2026-11-20 16:30", pause) == [
        _worked("2026-11-20", "16:30", "17:00", timedelta(minutes=30)),
        OpenPauseStep(pause.start, timedelta(minutes=30)),
    ]


def test_calendar_time_is_told_in_pieces_between_pauses() -> None:
    rule = a_preset(unit=Unit.CALENDAR_TIME, hard=24 * HOUR, target=2 * HOUR)
    pause = _pause("2026-11-20 17:30", "2026-11-20 18:30")
    start, due = at("2026-11-20 16:30"), at("2026-11-21 17:30")
    assert _why(rule, "2026-11-20 16:30", pause) == [
        RanStep(start, pause.start, HOUR, 23 * HOUR),
        PausedStep(pause.start, at("2026-11-20 18:30"), HOUR, ""),
        RanStep(at("2026-11-20 18:30"), due, 23 * HOUR, timedelta()),
        TargetStep(at("2026-11-20 19:30")),
        DueStep(due),
    ]


def test_working_days_are_told_in_rows() -> None:
    rule = a_preset(unit=Unit.WORKING_DAYS, hard=4 * DAY)
    assert _why(rule, "2027-02-17 12:00", special=_FEBRUARY) == [
        CountFromStep(date(2027, 2, 18), FirstDay.NEXT),
        CountedDaysStep(Unit.WORKING_DAYS, date(2027, 2, 18), date(2027, 2, 19), 2),
        MovedWorkingStep(_SATURDAY, _MONDAY),
        CountedDaysStep(Unit.WORKING_DAYS, _SATURDAY, _SATURDAY, 3),
        _closed("2027-02-21"),
        SkippedDayStep(_MONDAY, DayKind.MOVED_OFF, None, _SATURDAY),
        SkippedDayStep(date(2027, 2, 23), DayKind.HOLIDAY, _DEFENDER, None),
        CountedDaysStep(Unit.WORKING_DAYS, date(2027, 2, 24), date(2027, 2, 24), 4),
        DueStep(at("2027-02-24 18:00")),
    ]


def test_a_shortened_last_day_is_told() -> None:
    rule = a_preset(unit=Unit.WORKING_DAYS, hard=3 * DAY)
    steps = _why(rule, "2027-02-17 12:00", special=_FEBRUARY)
    assert steps[-2:] == [
        ShortenedStep(_SATURDAY, HOUR, at("2027-02-20 17:00")),
        DueStep(at("2027-02-20 17:00")),
    ]


def test_a_pause_is_told_beside_the_days_that_it_takes() -> None:
    rule = a_preset(unit=Unit.WORKING_DAYS, hard=2 * DAY)
    within_a_day = _pause("2026-11-23 10:00", "2026-11-23 11:00")
    over_a_night = _pause("2026-11-24 10:00", "2026-11-25 11:00", "акт")
    assert _why(rule, "2026-11-20 12:00", within_a_day, over_a_night) == [
        CountFromStep(date(2026, 11, 21), FirstDay.NEXT),
        _closed("2026-11-21"),
        _closed("2026-11-22"),
        PausedStep(within_a_day.start, at("2026-11-23 11:00"), None, ""),
        CountedDaysStep(Unit.WORKING_DAYS, date(2026, 11, 23), date(2026, 11, 23), 1),
        PausedStep(over_a_night.start, at("2026-11-25 11:00"), None, "акт"),
        PausedDayStep(date(2026, 11, 24)),
        CountedDaysStep(Unit.WORKING_DAYS, date(2026, 11, 25), date(2026, 11, 25), 2),
        DueStep(at("2026-11-25 18:00")),
    ]


def test_an_open_pause_ends_the_count_of_days() -> None:
    rule = a_preset(unit=Unit.WORKING_DAYS, hard=2 * DAY)
    pause = _pause("2026-11-24 10:00", None)
    assert _why(rule, "2026-11-20 12:00", pause)[-2:] == [
        CountedDaysStep(Unit.WORKING_DAYS, date(2026, 11, 23), date(2026, 11, 23), 1),
        OpenPauseStep(pause.start, None),
    ]


def test_a_last_day_that_moves_is_told_with_its_reason() -> None:
    rule = a_preset(unit=Unit.CALENDAR_DAYS, hard=3 * DAY, on_day_off=DayOff.NEXT)
    assert _why(rule, "2027-02-20 12:00", special=_FEBRUARY) == [
        CountFromStep(date(2027, 2, 21), FirstDay.NEXT),
        CountedDaysStep(Unit.CALENDAR_DAYS, date(2027, 2, 21), date(2027, 2, 23), 3),
        RolledStep(date(2027, 2, 23), date(2027, 2, 24), DayKind.HOLIDAY, _DEFENDER, None),
        DueStep(at("2027-02-24 18:00")),
    ]


def test_the_yearly_limit_is_told_with_what_it_leaves() -> None:
    rule = a_preset(unit=Unit.CALENDAR_TIME, hard=24 * HOUR, yearly=72 * HOUR)
    facts = ClockFacts("vk", at("2026-11-20 12:00"), outage_used=60 * HOUR)
    calendar = a_calendar()
    (clock,) = ladder(facts, [rule], calendar, now=facts.received_at).clocks
    steps = explain(clock, calendar).steps
    assert steps[0] == RuleStep("rule", Unit.CALENDAR_TIME, 12 * HOUR, None, 72 * HOUR)
    assert steps[-1] == DueStep(at("2026-11-21 00:00"))


def _unknown(steps: list[Step]) -> list[int]:
    return [step.year for step in steps if isinstance(step, DecreeUnknownStep)]


def test_each_year_whose_moved_days_off_are_unknown_is_named() -> None:
    start = "2028-12-30 12:00"
    assert _unknown(_why(a_preset(hard=20 * HOUR), start, settled=False)) == [2028, 2029]
    assert _unknown(_why(a_preset(hard=20 * HOUR), start)) == []


def test_what_does_not_depend_on_the_decree_does_not_mention_it() -> None:
    start = "2028-12-30 12:00"
    hours = a_preset(unit=Unit.CALENDAR_TIME, hard=24 * HOUR)
    assert _unknown(_why(hours, start, settled=False)) == []
    days = a_preset(unit=Unit.CALENDAR_DAYS, hard=3 * DAY)
    assert _unknown(_why(days, start, settled=False)) == [2029]


def test_it_has_no_words() -> None:
    """The steps are data: their texts are keys, names from the calendar and given reasons."""
    pause = _pause("2026-11-20 17:00", "2026-11-23 10:00")
    for step in _why(replace(a_preset(), target=HOUR), "2026-11-20 16:30", pause):
        values = [getattr(step, name) for name in step.__slots__]
        assert all(
            isinstance(value, date | datetime | timedelta | DayKind | LocalName | None)
            or value == ""
            for value in values
        )
