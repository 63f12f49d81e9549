"""Days and hours of planned work, as schedules have them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from console.domain.work_times import Moment, Span, between, read_days, read_moment, read_spans

TODAY = date(2026, 11, 20)
TUESDAY = date(2026, 11, 24)
DAYS = (
    ("24.11.2026", "24.11"),
    ("24.11.26", "24.11"),
    ("24 ноября 2026 г.", "24.11"),
    ("24.11.2026 (вт)", "24.11"),
    ("2026-11-24", "24.11"),
    ("24–26.11.2026", "24.11 25.11 26.11"),
    ("30.11.2026-01.12.2026", "30.11 01.12"),
    ("24.11, 26.11.2026", "24.11 26.11"),
    ("с 24 по 26 ноября", "24.11 25.11 26.11"),
    ("24, 25 и 27 ноября 2026", "24.11 25.11 27.11"),
    ("31.02.2026", ""),
    ("по согласованию", ""),
    ("24.11.2026-24.11.2027", ""),
)
HOURS = (
    ("с 09:00 до 17:00", "24T09:00-24T17:00"),
    ("9.00–17.00", "24T09:00-24T17:00"),
    ("09-00 – 17-00", "24T09:00-24T17:00"),
    ("с 9 до 17", "24T09:00-24T17:00"),
    ("с 9 час. 30 мин. до 17 час. 00 мин.", "24T09:30-24T17:00"),
    ("с 9:00 до 12:00, с 13:00 до 17:00", "24T09:00-24T12:00 24T13:00-24T17:00"),
    ("с 22:00 до 06:00", "24T22:00-25T06:00"),
    ("с 8:30 по 24:00", "24T08:30-25T00:00"),
    ("с 22:00 27.11.2026 до 06:00 28.11.2026", "27T22:00-28T06:00"),
    ("27.11.2026 09:00 - 27.11.2026 17:00", "27T09:00-27T17:00"),
    ("круглосуточно", "24T00:00-25T00:00"),
    ("в течение дня", ""),
    ("с 9 до 17 мск", ""),
    ("31.02.2026 09:00 - 31.02.2026 17:00", ""),
    ("09:00", ""),
)


def test_days_are_read_as_people_write_them() -> None:
    wrong = []
    for text, days in DAYS:
        read = " ".join(f"{day:%d.%m}" for day in read_days(text, today=TODAY))
        wrong += [(text, read)] if read != days else []
    assert wrong == []


def test_a_day_without_a_year_is_the_nearest() -> None:
    assert read_days("05.01", today=TODAY) == (date(2027, 1, 5),)
    assert read_days("25.12", today=date(2027, 1, 3)) == (date(2026, 12, 25),)


def test_hours_are_read_as_people_write_them_and_may_go_over_midnight() -> None:
    wrong = []
    for text, hours in HOURS:
        spans = read_spans(text, [TUESDAY])
        read = " ".join(f"{start:%dT%H:%M}-{end:%dT%H:%M}" for start, end in spans)
        wrong += [(text, read)] if read != hours else []
    assert wrong == []


def test_each_day_has_each_stretch() -> None:
    two = [TUESDAY, TUESDAY + timedelta(days=1)]
    assert len(read_spans("9:00-12:00; 13:00-17:00", two)) == 4
    assert read_spans("9:00-12:00", []) == ()


def test_a_beginning_and_an_end_stand_in_cells_of_their_own() -> None:
    nine, six = timedelta(hours=9), timedelta(hours=6)
    assert read_moment("24.11.2026 09:00") == Moment(TUESDAY, nine)
    assert read_moment("2026-11-24T09:00:00") == Moment(TUESDAY, nine)
    assert read_moment("до 6-00") == Moment(None, six)
    assert read_moment("утром") is None
    night = Span(datetime(2026, 11, 24, 9), datetime(2026, 11, 25, 6))
    assert between(Moment(TUESDAY, nine), Moment(None, six), []) == (night,)
    assert between(Moment(None, nine), Moment(None, six), [TUESDAY]) == (night,)
    assert between(Moment(TUESDAY, nine), Moment(TUESDAY, six), []) == ()
    assert between(Moment(TUESDAY, None), Moment(None, six), []) == ()
