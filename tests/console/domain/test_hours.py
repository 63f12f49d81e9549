from __future__ import annotations

from datetime import date, timedelta

import pytest

from console.domain.hours import (
    Span,
    WeekHours,
    parse_spans,
    parse_week,
    shortened,
    worked,
)

_OFFICE = (Span(9 * 60, 18 * 60),)
_WITH_LUNCH = (Span(9 * 60, 13 * 60), Span(14 * 60, 18 * 60))


def test_a_lunch_break_is_two_intervals() -> None:
    assert parse_spans("9:00-13:00,14:00-18:00") == _WITH_LUNCH


def test_intervals_may_be_written_in_any_order_and_with_any_dash() -> None:
    assert parse_spans(" 14:00 – 18:00 , 9:00—13:00 ") == _WITH_LUNCH


def test_a_day_may_be_closed() -> None:
    assert parse_spans("closed") == parse_spans("") == ()


def test_a_day_may_end_at_midnight() -> None:
    assert parse_spans("0:00-24:00") == (Span(0, 1440),)
    assert worked(parse_spans("0:00-24:00")) == timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("9:00", "9:00"),
        ("9-18", "9-18"),
        ("18:00-9:00", "two intervals"),
        ("22:00-6:00", "two intervals"),
        ("9:00-9:00", "begin before it ends"),
        ("9:00-25:00", "within one day"),
        ("9:60-18:00", "59 minutes"),
        ("9:00-13:00,12:00-18:00", "overlap"),
        ("nine to six", "nine to six"),
    ],
)
def test_hours_that_make_no_sense_are_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        parse_spans(text)


def test_hours_without_days_are_monday_to_friday() -> None:
    week = parse_week("9:00-18:00")
    assert week.days == (_OFFICE,) * 5 + ((), ())


def test_a_week_may_differ_by_day() -> None:
    week = parse_week("mon-thu 9:00-13:00,14:00-18:00; fri 9:00-18:00; sat closed")
    assert week.days == (_WITH_LUNCH,) * 4 + (_OFFICE, (), ())
    assert week.on(date(2026, 11, 20)) == _OFFICE


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("mon-fri 9:00-18:00; fri 9:00-17:00", "twice"),
        ("fri-mon 9:00-18:00", "backwards"),
        ("funday 9:00-18:00", "funday"),
        ("mon-fri closed", "never reaches"),
        ("closed", "never reaches"),
        ("", "never reaches"),
        ("mon 9:00", "9:00"),
    ],
)
def test_a_week_that_makes_no_sense_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        parse_week(text)


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="7 days"):
        WeekHours((_OFFICE,) * 5)


def test_a_shortened_day_loses_its_end() -> None:
    assert shortened(_OFFICE, minutes=60) == (Span(9 * 60, 17 * 60),)
    assert shortened(_OFFICE, minutes=0) == _OFFICE


def test_a_short_last_interval_is_lost_whole_and_the_rest_taken_from_the_one_before() -> None:
    split = (Span(9 * 60, 13 * 60), Span(17 * 60, 17 * 60 + 30))
    assert shortened(split, minutes=60) == (Span(9 * 60, 12 * 60 + 30),)
    assert shortened(split, minutes=30) == (Span(9 * 60, 13 * 60),)


def test_a_day_shortened_by_more_than_it_has_is_closed() -> None:
    assert shortened(_OFFICE, minutes=10 * 60) == ()
