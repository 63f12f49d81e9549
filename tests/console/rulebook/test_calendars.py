from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import pytest

from console.domain.calendar import WorkCalendar
from console.domain.hours import parse_spans
from console.domain.workday import DayKind, LocalName, YearDays
from console.errors import ConfigError
from console.rulebook.calendars import CALENDARS, load_calendars
from console.rulebook.production import Country, shortened_days, statutory_days_off
from tests.console.domain.clockwork import HOUR, at

_NORM = {  # the yearly norm of a 40-hour week: working days, and hours (8 a day, less one before)
    2018: (247, 1970),
    2019: (247, 1970),
    2020: (248, 1979),
    2021: (247, 1972),
    2022: (247, 1973),
    2023: (247, 1973),
    2024: (248, 1979),
    2025: (247, 1972),
    2026: (247, 1972),
}


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, WorkCalendar]:
    return load_calendars()


def _days(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range(365 + (year % 4 == 0))]


@pytest.mark.parametrize("year", _NORM)
def test_the_year_has_the_official_norm_of_working_days_and_hours(year: int) -> None:
    calendar = _shipped()["omsk"]
    worked = [day for day in _days(year) if calendar.is_worked(day)]
    shortened = sum(calendar.day(day).cut for day in worked) // 60
    assert (len(worked), len(worked) * 8 - shortened) == _NORM[year]


_MOVED = {  # (moved from, moved to) by the Government's decrees
    2024: {
        ("2024-04-27", "2024-04-29"),
        ("2024-11-02", "2024-04-30"),
        ("2024-01-06", "2024-05-10"),
        ("2024-12-28", "2024-12-30"),
        ("2024-01-07", "2024-12-31"),
    },
    2025: {
        ("2025-01-04", "2025-05-02"),
        ("2025-02-23", "2025-05-08"),
        ("2025-03-08", "2025-06-13"),
        ("2025-11-01", "2025-11-03"),
        ("2025-01-05", "2025-12-31"),
    },
    2026: {("2026-01-03", "2026-01-09"), ("2026-01-04", "2026-12-31")},
    2027: {
        ("2027-02-20", "2027-02-22"),
        ("2027-01-02", "2027-11-05"),
        ("2027-01-03", "2027-12-31"),
    },
}


@pytest.mark.parametrize("year", _MOVED)
def test_days_off_are_moved_as_the_decree_says(year: int) -> None:
    calendar = _shipped()["omsk"]
    moved = {
        (str(day.counterpart), str(day.day))
        for day in map(calendar.day, _days(year))
        if day.kind is DayKind.MOVED_OFF
    }
    assert moved == _MOVED[year]


@pytest.mark.parametrize(
    ("year", "saturdays"),
    [
        (2024, ["2024-04-27", "2024-11-02", "2024-12-28"]),
        (2025, ["2025-11-01"]),
        (2026, []),
        (2027, ["2027-02-20"]),
    ],
)
def test_saturdays_are_worked_as_the_decree_says(year: int, saturdays: list[str]) -> None:
    calendar = _shipped()["omsk"]
    worked = [str(d) for d in _days(year) if d.weekday() >= 5 and calendar.is_worked(d)]
    assert worked == saturdays


@pytest.mark.parametrize(
    ("year", "in_lieu"),
    [
        (2024, []),
        (2025, []),
        (2026, [("2026-03-08", "2026-03-09"), ("2026-05-09", "2026-05-11")]),
        (
            2027,
            [
                ("2027-05-01", "2027-05-03"),
                ("2027-05-09", "2027-05-10"),
                ("2027-06-12", "2027-06-14"),
            ],
        ),
        (2028, [("2028-11-04", "2028-11-06")]),  # by the statute alone
        (
            2032,
            [
                ("2032-05-01", "2032-05-03"),
                ("2032-05-09", "2032-05-10"),
                ("2032-06-12", "2032-06-14"),
            ],
        ),
    ],
)
def test_a_holiday_on_a_day_off_gives_the_next_working_day(
    year: int, in_lieu: list[tuple[str, str]]
) -> None:
    calendar = _shipped()["omsk"]
    found = [
        (str(day.counterpart), str(day.day))
        for day in map(calendar.day, _days(year))
        if day.kind is DayKind.OBSERVED
    ]
    assert found == in_lieu


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_the_official_shortened_days_are_those_of_the_rule(year: int) -> None:
    bare = Country(HOUR).year_days(year).days
    by_rule = {day for day, special in bare.items() if special.cut}
    by_rule = {day for day in by_rule if day.weekday() < 5 or bare[day].kind is not DayKind.WORKING}
    shipped = _shipped()["omsk"]
    listed = {day for day in _days(year) if shipped.day(day).cut}
    assert by_rule == listed
    assert len(listed) in (4, 5)


def test_the_rule_finds_the_shortened_days_of_a_year_that_no_list_has() -> None:
    calendar = _shipped()["omsk"]
    cut = [str(day)[5:] for day in _days(2028) if calendar.day(day).cut]
    assert cut == ["02-22", "03-07", "05-08", "11-03"]


def test_a_moved_eve_shortens_the_day_that_is_worked_instead() -> None:
    assert date(2027, 2, 20) in set(shortened_days(2027, Country(HOUR).year_days(2027).days))


def test_the_statute_agrees_with_what_was_published_for_the_last_ten_years() -> None:
    for year in range(2015, 2028):
        published = Country(HOUR).year_days(year).days
        bare = {d: s for d, s in published.items() if s.kind is not DayKind.OBSERVED}
        by_statute = statutory_days_off(bare)
        assert {(d, s.counterpart) for d, s in by_statute.items()} == {
            (d, s.counterpart) for d, s in published.items() if s.kind is DayKind.OBSERVED
        }


def test_new_year_holidays_have_their_names_in_both_languages() -> None:
    day = _shipped()["omsk"].day(date(2027, 1, 1))
    assert day.kind is DayKind.HOLIDAY
    assert day.name == LocalName("Новогодние каникулы", "New Year Holidays")
    in_lieu = _shipped()["omsk"].day(date(2026, 5, 11))
    assert in_lieu.name == LocalName("День Победы", "Victory Day")


def test_years_are_settled_while_their_decree_is_known() -> None:
    calendar = _shipped()["omsk"]
    assert [year for year in range(1995, 2035) if not calendar.year_days(year).settled] == list(
        range(2028, 2035)
    )
    assert calendar.year_days(2027).decree.endswith("№ 1187")


def test_a_year_before_the_package_knows_anything_is_the_plain_week() -> None:
    assert _shipped()["omsk"].year_days(1950).days == {}


@pytest.mark.parametrize(
    ("branch", "day", "name"),
    [
        ("tyva", date(2026, 2, 18), "Шагаа"),
        ("tyva", date(2026, 5, 8), "День Конституции Республики Тыва"),
        ("tyva", date(2026, 7, 24), "Наадым"),
        ("buryatia", date(2026, 2, 18), "Сагаалган"),
        ("gorno-altaysk", date(2026, 2, 21), "Чага-Байрам"),
    ],
)
def test_a_regional_holiday_is_off_in_its_region_alone(branch: str, day: date, name: str) -> None:
    there = _shipped()[branch].day(day)
    assert (there.kind, there.name and there.name.ru) == (DayKind.REGIONAL, name)
    assert _shipped()["omsk"].day(day).kind in (DayKind.WORKING, DayKind.WEEKLY_OFF)


def test_a_holiday_that_is_not_active_is_worked() -> None:
    assert _shipped()["chita"].is_worked(date(2026, 2, 18))


def test_the_default_hours_are_nine_to_six_without_a_lunch_break_friday_included() -> None:
    for calendar in _shipped().values():
        assert calendar.week.days == (parse_spans("9:00-18:00"),) * 5 + ((), ())


def test_the_four_zones_close_at_four_instants() -> None:
    friday = date(2026, 11, 20)
    closing = {key: _shipped()[key].closing(friday) for key in _shipped()}
    assert closing["omsk"] == at("2026-11-20 18:00")
    assert closing["krasnoyarsk"] == closing["tyva"] == closing["omsk"] - HOUR
    assert closing["buryatia"] == closing["omsk"] - 2 * HOUR
    assert closing["chita"] == closing["omsk"] - 3 * HOUR


# ------------------------------------------------------------------------------ configuration


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped calendars, to be edited."""
    return Path(shutil.copytree(CALENDARS, tmp_path / "calendars"))


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + "\n" + text + "\n", encoding="utf-8")


def test_a_branch_may_have_hours_of_its_own(folder: Path) -> None:
    _append(folder / "branches.toml", '[branch.omsk]\nhours = "mon-fri 9:00-13:00,14:00-18:00"')
    calendars = load_calendars(folder)
    assert calendars["omsk"].add(at("2026-11-20 12:30"), HOUR) == at("2026-11-20 14:30")
    assert calendars["chita"].week == _shipped()["chita"].week


def test_a_branch_may_work_round_the_clock_and_through_holidays(folder: Path) -> None:
    _append(
        folder / "branches.toml",
        '[branch.tyva]\nhours = "mon-sun 0:00-24:00"\nproduction_calendar = false',
    )
    tyva = load_calendars(folder)["tyva"]
    assert tyva.year_days(2026) == YearDays()
    assert tyva.add(at("2026-12-31 23:00"), 5 * HOUR) == at("2027-01-01 04:00")


def test_a_decree_may_be_added_before_the_package_knows_it(folder: Path) -> None:
    _append(
        folder / "production.toml",
        """
[year.2028]
decree = "Постановление № 1"

[[day]]
date = 2028-05-08
kind = "off"
moved_from = 2028-01-02

[[day]]
date = 2028-11-04
kind = "working"
moved_to = 2028-11-03
""",
    )
    calendar = load_calendars(folder)["omsk"]
    assert calendar.year_days(2028).settled
    moved = calendar.day(date(2028, 5, 8))
    assert (moved.kind, moved.counterpart) == (DayKind.MOVED_OFF, date(2028, 1, 2))
    assert calendar.day(date(2028, 11, 4)).kind is DayKind.MOVED_WORKING
    assert calendar.closing(date(2028, 11, 4)) == at("2028-11-04 18:00")


def test_a_holiday_whose_day_off_is_moved_by_hand_gives_no_second_one(folder: Path) -> None:
    _append(
        folder / "production.toml",
        '[[day]]\ndate = 2028-11-10\nkind = "off"\nmoved_from = 2028-11-04',
    )
    calendar = load_calendars(folder)["omsk"]
    assert calendar.day(date(2028, 11, 6)).kind is DayKind.WORKING


def test_single_days_may_be_edited_for_the_country_and_for_a_branch(folder: Path) -> None:
    _append(
        folder / "production.toml",
        """
[[day]]
date = 2026-04-30
kind = "ordinary"

[[day]]
date = 2026-12-30
kind = "shortened"

[[day]]
date = 2026-11-27
kind = "holiday"
name = "Праздник"
name_en = "Feast"
""",
    )
    _append(
        folder / "branches.toml",
        """
[[day]]
date = 2026-11-20
branches = ["omsk"]
kind = "off"
name = "Переезд"

[[day]]
date = 2026-11-21
branches = ["omsk", "chita"]
kind = "working"
hours = "10:00-12:00"
""",
    )
    calendars = load_calendars(folder)
    omsk, tyva = calendars["omsk"], calendars["tyva"]
    assert omsk.day(date(2026, 4, 30)).cut == 0
    assert omsk.day(date(2026, 12, 30)).cut == tyva.day(date(2026, 12, 30)).cut == 60
    assert tyva.day(date(2026, 11, 27)).name == LocalName("Праздник", "Feast")
    closed = omsk.day(date(2026, 11, 20))
    assert (closed.kind, closed.name) == (DayKind.CLOSED, LocalName("Переезд", "Переезд"))
    assert tyva.day(date(2026, 11, 20)).kind is DayKind.WORKING
    assert omsk.day(date(2026, 11, 21)).spans == parse_spans("10:00-12:00")
    assert not tyva.is_worked(date(2026, 11, 21))


@pytest.mark.parametrize(
    ("file", "text", "named"),
    [
        ("production.toml", 'colour = "red"', "colour"),
        ("production.toml", "[year.26]\nshortened = []", "year.26"),
        ("production.toml", "[year.2030]\nshortened = [2029-02-22]", "year.2030.shortened"),
        ("production.toml", '[year.2030]\nshortened = ["2030-02-22"]', "without quotes"),
        ("production.toml", "[year.2030]\nshortened = 2030-02-22", "a list of dates"),
        ("production.toml", '[[day]]\nkind = "off"', "day 1.date"),
        ("production.toml", '[[day]]\ndate = 2030-01-10\nkind = "of"', "day 1.kind"),
        ("production.toml", '[[day]]\ndate = 2030-01-10\nkind = "holiday"', "day 1.name"),
        ("production.toml", '[[day]]\ndate = 2030-01-12\nkind = "working"', "day 1.hours"),
        (
            "production.toml",
            '[[day]]\ndate = 2030-01-10\nkind = "off"\nhours = "9:00-10:00"',
            "day 1.hours",
        ),
        (
            "production.toml",
            '[[day]]\ndate = 2030-01-10\nkind = "working"\nmoved_from = 2030-01-12',
            "day 1.moved_from",
        ),
        (
            "production.toml",
            '[[day]]\ndate = 2030-01-10\nkind = "working"\nhours = "9-10"',
            "day 1.hours.*9-10",
        ),
        (
            "production.toml",
            '[[day]]\ndate = 2030-01-10\nkind = "off"\nbranches = ["omsk"]',
            "day 1.branches",
        ),
        ("branches.toml", '[branch.omks]\nhours = "9:00-18:00"', "branch.omks"),
        ("branches.toml", '[branch.omsk]\nhours = "9:00-9:00"', "branch.omsk.hours"),
        ("branches.toml", '[branch.omsk]\nhours = "closed"', "never reaches a deadline"),
        ("branches.toml", "[branch.omsk]\nproduction_calendar = 1", "production_calendar"),
        ("branches.toml", '[[day]]\ndate = 2030-01-10\nkind = "off"', "day 1.branches"),
        (
            "branches.toml",
            '[[day]]\ndate = 2030-01-10\nkind = "off"\nbranches = ["omks"]',
            "day 1.branches",
        ),
        (
            "regions.toml",
            '[[holiday]]\nbranches = ["omsk"]\ndates = [2030-01-10]',
            "holiday 9.name",
        ),
        (
            "regions.toml",
            '[[holiday]]\nname = "День"\nbranches = ["omks"]\ndates = []',
            "holiday 9.branches",
        ),
    ],
)
def test_a_mistake_is_named_with_file_and_key(
    file: str, text: str, named: str, folder: Path
) -> None:
    path = folder / file
    if text.startswith("colour"):
        path.write_text(f"{text}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    else:
        _append(path, text)
    with pytest.raises(ConfigError, match=f"{file}: .*{named}"):
        load_calendars(folder)


@pytest.mark.parametrize("amount", ["1", "9h", "an hour", "0m"])
def test_shortening_by_nonsense_is_refused(amount: str, folder: Path) -> None:
    path = folder / "production.toml"
    text = path.read_text(encoding="utf-8").replace('"1h"', f'"{amount}"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"production\.toml: “shorter_by”"):
        load_calendars(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "regions.toml").unlink()
    with pytest.raises(ConfigError, match=r"regions\.toml"):
        load_calendars(folder)
