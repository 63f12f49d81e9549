from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.domain.calendar import FIRST_YEAR, LAST_YEAR, CalendarRangeError, WorkCalendar
from console.domain.hours import Span, parse_spans, parse_week
from console.domain.workday import DayKind, LocalName, SpecialDay, YearDays
from tests.console.domain.clockwork import BERLIN, DAY, HOUR, MINUTE, OMSK, a_calendar, at

_VICTORY = LocalName("День Победы", "Victory Day")


def test_friday_half_past_four_and_one_hour_is_monday_half_past_nine() -> None:
    calendar = a_calendar("9:00-17:00")
    assert calendar.add(at("2026-11-20 16:30"), HOUR) == at("2026-11-23 09:30")


def test_a_lunch_break_is_not_counted() -> None:
    calendar = a_calendar("9:00-13:00,14:00-18:00")
    assert calendar.add(at("2026-11-20 12:30"), HOUR) == at("2026-11-20 14:30")


def test_split_shifts_are_counted_one_after_the_other() -> None:
    calendar = a_calendar("8:00-10:00,12:00-14:00,20:00-24:00")
    assert calendar.add(at("2026-11-20 09:00"), 4 * HOUR) == at("2026-11-20 21:00")


def test_work_round_the_clock_is_the_clock_on_the_wall() -> None:
    calendar = a_calendar("mon-sun 0:00-24:00")
    start = at("2026-11-20 16:30")
    assert calendar.add(start, 100 * HOUR) == start + 100 * HOUR


def test_what_ends_at_closing_time_is_due_at_closing_time_not_at_the_next_opening() -> None:
    assert a_calendar().add(at("2026-11-20 09:00"), 9 * HOUR) == at("2026-11-20 18:00")


def test_a_start_before_opening_counts_from_opening() -> None:
    assert a_calendar().add(at("2026-11-20 03:00"), HOUR) == at("2026-11-20 10:00")


def test_a_start_at_closing_time_counts_from_the_next_opening() -> None:
    assert a_calendar().add(at("2026-11-20 18:00"), HOUR) == at("2026-11-23 10:00")


def test_nothing_added_is_the_start_or_the_next_opening() -> None:
    calendar = a_calendar()
    assert calendar.add(at("2026-11-20 16:30"), 0 * HOUR) == at("2026-11-20 16:30")
    assert calendar.add(at("2026-11-20 18:00"), 0 * HOUR) == at("2026-11-23 09:00")


def test_a_negative_amount_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        a_calendar().add(at("2026-11-20 16:30"), -HOUR)


def test_microseconds_are_kept() -> None:
    start = at("2026-11-20 17:59:59.999999")
    due = a_calendar().add(start, timedelta(microseconds=2))
    assert due == at("2026-11-23 09:00:00.000001")


def test_a_deadline_may_lie_in_another_year() -> None:
    calendar = a_calendar()
    assert calendar.add(at("2026-12-31 17:00"), 2 * HOUR) == at("2027-01-01 10:00")
    assert calendar.add(at("2026-01-01 09:00"), 9 * HOUR * 800) > at("2028-01-01 00:00")


def test_what_ends_with_the_last_working_hour_of_a_year_is_due_in_that_year() -> None:
    assert a_calendar().add(at("2026-12-31 09:00"), 9 * HOUR) == at("2026-12-31 18:00")


def test_west_of_greenwich_the_old_year_goes_on() -> None:
    calendar = a_calendar("mon-sun 0:00-24:00", zone=ZoneInfo("America/New_York"))
    start = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)  # 31 December, 22:00 in New York
    assert calendar.add(start, 3 * HOUR) == start + 3 * HOUR
    assert calendar.between(start, start + 3 * HOUR) == 3 * HOUR


def test_the_turn_of_the_year_is_the_local_one() -> None:
    calendar = a_calendar("mon-sun 0:00-24:00")
    start = datetime(2026, 12, 31, 17, 59, tzinfo=UTC)  # 23:59 in Omsk
    assert calendar.add(start, 2 * MINUTE) == start + 2 * MINUTE
    assert calendar.between(start, start + 2 * MINUTE) == 2 * MINUTE


def test_an_instant_of_any_zone_is_understood_and_the_answer_is_utc() -> None:
    start = datetime(2026, 11, 20, 13, 30, tzinfo=ZoneInfo("Europe/Moscow"))
    due = a_calendar("9:00-17:00").add(start, HOUR)
    assert due == at("2026-11-23 09:30")
    assert due.tzinfo is UTC


def test_working_time_is_measured_forward_and_back() -> None:
    calendar = a_calendar()
    friday, monday = at("2026-11-20 16:30"), at("2026-11-23 10:00")
    assert calendar.between(friday, monday) == timedelta(hours=2, minutes=30)
    assert calendar.between(monday, friday) == -timedelta(hours=2, minutes=30)
    assert calendar.between(at("2026-11-21 10:00"), at("2026-11-22 10:00")) == timedelta()


def test_working_time_is_measured_over_years() -> None:
    calendar = a_calendar("mon-sun 0:00-24:00")
    start, end = at("2024-06-01 00:00"), at("2028-06-01 00:00")
    assert calendar.between(start, end) == end - start


# ------------------------------------------------------------------------------ special days


def test_a_holiday_is_a_local_date() -> None:
    holiday = {date(2026, 5, 8): SpecialDay(DayKind.HOLIDAY, _VICTORY)}
    chita = a_calendar("mon-sun 0:00-24:00", zone=ZoneInfo("Asia/Chita"), special=holiday)
    omsk = a_calendar("mon-sun 0:00-24:00", zone=OMSK, special=holiday)
    instant = datetime(2026, 5, 7, 16, 0, tzinfo=UTC)  # 8 May 1:00 in Chita, 7 May 22:00 in Omsk
    assert chita.next_working(instant) == datetime(2026, 5, 8, 15, 0, tzinfo=UTC)
    assert omsk.next_working(instant) == instant


def test_a_shortened_day_ends_an_hour_earlier() -> None:
    shorter = {date(2026, 4, 30): SpecialDay(DayKind.WORKING, cut=60)}
    calendar = a_calendar(special=shorter)
    assert calendar.add(at("2026-04-30 16:30"), HOUR) == at("2026-05-01 09:30")
    day = calendar.day(date(2026, 4, 30))
    assert (day.cut, day.spans, day.usual) == (60, (Span(540, 1020),), (Span(540, 1080),))


def test_a_worked_saturday_has_the_hours_of_the_day_it_stands_in_for() -> None:
    moved = {
        date(2027, 2, 20): SpecialDay(DayKind.MOVED_WORKING, counterpart=date(2027, 2, 22)),
        date(2027, 2, 22): SpecialDay(DayKind.MOVED_OFF, counterpart=date(2027, 2, 20)),
    }
    calendar = a_calendar("mon 10:00-16:00; tue-fri 9:00-18:00", special=moved)
    assert calendar.day(date(2027, 2, 20)).spans == parse_spans("10:00-16:00")
    assert calendar.add(at("2027-02-19 17:30"), HOUR) == at("2027-02-20 10:30")
    assert calendar.add(at("2027-02-20 15:30"), HOUR) == at("2027-02-23 09:30")


def test_a_worked_saturday_keeps_hours_that_saturday_has_anyway() -> None:
    moved = {date(2027, 2, 20): SpecialDay(DayKind.MOVED_WORKING, counterpart=date(2027, 2, 22))}
    calendar = a_calendar("mon-fri 9:00-18:00; sat 10:00-12:00", special=moved)
    assert calendar.day(date(2027, 2, 20)).spans == parse_spans("10:00-12:00")


def test_a_date_may_have_hours_of_its_own() -> None:
    extra = {date(2026, 11, 21): SpecialDay(DayKind.EXTRA_HOURS, spans=parse_spans("10:00-11:00"))}
    calendar = a_calendar(special=extra)
    assert calendar.add(at("2026-11-20 17:30"), HOUR) == at("2026-11-21 10:30")


def test_a_worked_day_without_hours_of_any_kind_stays_closed() -> None:
    special = {date(2026, 11, 21): SpecialDay(DayKind.MOVED_WORKING)}
    day = a_calendar(special=special).day(date(2026, 11, 21))
    assert (day.kind, day.is_worked) == (DayKind.WEEKLY_OFF, False)


def test_a_day_shortened_to_nothing_is_closed() -> None:
    special = {date(2026, 11, 20): SpecialDay(DayKind.WORKING, cut=540)}
    day = a_calendar(special=special).day(date(2026, 11, 20))
    assert (day.kind, day.is_worked, day.cut) == (DayKind.CLOSED, False, 0)


# ------------------------------------------------------------------------------ working days


def test_working_days_are_counted_over_weekends_and_years() -> None:
    calendar = a_calendar()
    assert calendar.nth_working_day(date(2026, 11, 20), 1) == date(2026, 11, 20)
    assert calendar.nth_working_day(date(2026, 11, 21), 1) == date(2026, 11, 23)
    assert calendar.nth_working_day(date(2026, 12, 31), 2) == date(2027, 1, 1)
    assert calendar.nth_working_day(date(2026, 1, 1), 600) == date(2028, 4, 19)


def test_the_last_working_day_may_be_in_the_year_before() -> None:
    first = {date(2027, 1, 1): SpecialDay(DayKind.HOLIDAY)}
    calendar = a_calendar(special=first)
    assert calendar.last_working_day(date(2027, 1, 3)) == date(2026, 12, 31)
    assert calendar.last_working_day(date(2026, 11, 20)) == date(2026, 11, 20)


def test_working_days_of_a_range_are_counted_without_its_end() -> None:
    calendar = a_calendar()
    assert calendar.working_days(date(2026, 11, 20), date(2026, 11, 24)) == 2
    assert calendar.working_days(date(2026, 11, 20), date(2026, 11, 20)) == 0
    assert calendar.working_days(date(2025, 1, 1), date(2027, 1, 1)) == 261 + 261


def test_a_closed_day_has_no_closing_time() -> None:
    calendar = a_calendar()
    assert calendar.closing(date(2026, 11, 20)) == at("2026-11-20 18:00")
    with pytest.raises(ValueError, match="2026-11-21"):
        calendar.closing(date(2026, 11, 21))


# ------------------------------------------------------------------------------ summer time


def test_a_night_in_which_the_clock_goes_forward_is_an_hour_shorter() -> None:
    calendar = a_calendar("mon-sun 0:00-24:00", zone=BERLIN)
    start = at("2026-03-28 23:00", BERLIN)
    assert calendar.between(start, at("2026-03-29 12:00", BERLIN)) == 12 * HOUR


def test_a_night_in_which_the_clock_goes_back_is_an_hour_longer() -> None:
    calendar = a_calendar("mon-sun 0:00-24:00", zone=BERLIN)
    start = at("2026-10-24 23:00", BERLIN)
    assert calendar.between(start, at("2026-10-25 12:00", BERLIN)) == 14 * HOUR


def test_the_second_of_two_equal_times_is_an_hour_after_the_first() -> None:
    calendar = a_calendar("mon-sun 0:00-24:00", zone=BERLIN)
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    second = first.replace(fold=1)
    assert calendar.between(first, second) == HOUR
    assert calendar.between(second, first) == -HOUR
    assert calendar.add(first, HOUR) == second.astimezone(UTC)


def test_opening_at_a_time_that_is_skipped_is_the_moment_of_the_change() -> None:
    calendar = a_calendar("mon-sun 2:30-5:00", zone=BERLIN)
    change = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert calendar.next_working(change - 5 * MINUTE) == change
    assert calendar.between(change - HOUR, change + 5 * HOUR) == 2 * HOUR


def test_hours_that_the_change_swallows_whole_are_not_worked() -> None:
    calendar = a_calendar("mon-sat 2:10-2:50; sun 2:10-2:50", zone=BERLIN)
    sunday = date(2026, 3, 29)
    assert not calendar.is_worked(sunday)
    assert calendar.next_working(at("2026-03-29 00:00", BERLIN)) == at("2026-03-30 02:10", BERLIN)


def test_closing_at_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    calendar = a_calendar("mon-sun 0:00-2:30", zone=BERLIN)
    assert calendar.closing(date(2026, 10, 25)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_office_hours_do_not_feel_the_change() -> None:
    calendar = a_calendar(zone=BERLIN)
    friday = at("2026-03-27 17:00", BERLIN)
    assert calendar.add(friday, 2 * HOUR) == at("2026-03-30 10:00", BERLIN)


def test_midnight_may_be_skipped() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # on 29 March 2026 its clocks go from 0:00 to 1:00
    calendar = a_calendar("mon-sun 0:00-9:00", zone=beirut)
    change = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    assert calendar.midnight(date(2026, 3, 29)) == change
    assert calendar.next_working(change - 5 * MINUTE) == change
    assert calendar.between(change, change + 12 * HOUR) == 8 * HOUR


# ------------------------------------------------------------------------------ its ends


@pytest.mark.parametrize("year", [1, FIRST_YEAR - 1, LAST_YEAR + 1, 9998])
def test_a_year_that_no_appeal_can_have_is_refused_with_a_remedy(year: int) -> None:
    with pytest.raises(CalendarRangeError, match="check the date"):
        a_calendar().add(datetime(year, 6, 1, tzinfo=UTC), HOUR)


def test_a_calendar_that_is_always_closed_says_so_instead_of_searching_for_ever() -> None:
    every = {date(2026, 1, 1) + DAY * n: SpecialDay(DayKind.CLOSED) for n in range(365 * 80)}
    with pytest.raises(CalendarRangeError, match="before the deadline"):
        a_calendar(special=every).add(at("2026-11-20 10:00"), HOUR)


def test_years_that_were_prepared_are_not_asked_for_again() -> None:
    asked: list[int] = []

    def year_days(year: int) -> YearDays:
        asked.append(year)
        return YearDays()

    calendar = WorkCalendar("test", OMSK, week=parse_week("9:00-18:00"), year_source=year_days)
    calendar.prepare(2026, 2027)
    calendar.add(at("2026-12-31 17:00"), 2 * HOUR)
    assert asked == [2026, 2027]


def test_other_hours_may_be_tried_without_changing_the_calendar() -> None:
    calendar = a_calendar()
    longer = calendar.with_week(a_calendar("8:00-20:00").week)
    assert longer.add(at("2026-11-20 18:00"), HOUR) == at("2026-11-20 19:00")
    assert calendar.add(at("2026-11-20 18:00"), HOUR) == at("2026-11-23 10:00")
