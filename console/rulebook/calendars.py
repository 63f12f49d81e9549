"""Loader of the working-time calendars in resources/calendars, one for each branch.

Three files: production.toml (the country), regions.toml (regional holidays) and branches.toml
(opening hours, single days of a branch). Files are read and checked at once; the public holidays of
a year are worked out when the year is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from pathlib import Path

from console.domain.branch import Branch
from console.domain.calendar import WorkCalendar
from console.domain.hours import WeekHours
from console.domain.workday import DayKind, LocalName, SpecialDay, YearDays
from console.paths import RESOURCES
from console.rulebook import fields
from console.rulebook.branches import load_branches
from console.rulebook.production import Country, Override, OverrideKind, overridden
from console.rulebook.tables import Table

CALENDARS: Path = RESOURCES / "calendars"

_LONGEST_CUT = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class _Hours:
    """How one branch works: its week, and whether public holidays matter to it."""

    week: WeekHours
    production: bool


_Regional = Mapping[str, Mapping[date, LocalName]]


def load_calendars(
    folder: Path = CALENDARS, *, branches: Iterable[Branch] | None = None
) -> Mapping[str, WorkCalendar]:
    """The calendar of each branch by its key; `ConfigError` where a file is wrong.

    ``branches`` are those of resources/rules/branches.toml unless others are given.
    """
    known = tuple(load_branches() if branches is None else branches)
    keys = frozenset(branch.key for branch in known)
    country = _country(folder / "production.toml")
    regional = _regional(folder / "regions.toml", keys)
    file = Table.read(folder / "branches.toml").only("default", "branch", "day")
    overrides = tuple(_override(day, keys) for day in file.tables("day"))
    national = lru_cache(maxsize=None)(country.year_days)
    calendars: dict[str, WorkCalendar] = {}
    for branch, hours in _hours(file, known):
        source = partial(
            _year_days,
            national=national if hours.production else _ordinary_year,
            regional=regional.get(branch.key, {}) if hours.production else {},
            overrides=tuple(one for one in overrides if branch.key in one.branches),
            shorter_by=country.shorter_by,
        )
        calendars[branch.key] = WorkCalendar(
            branch.key, branch.zone, week=hours.week, year_source=source
        )
    return calendars


# ------------------------------------------------------------------------------ one year


def _ordinary_year(_year: int) -> YearDays:
    return YearDays()


def _year_days(
    year: int,
    *,
    national: Callable[[int], YearDays],
    regional: Mapping[date, LocalName],
    overrides: tuple[Override, ...],
    shorter_by: timedelta,
) -> YearDays:
    """The special days of a branch: the country's, the region's over them, its own over both."""
    base = national(year)
    days = dict(base.days)
    for day, name in regional.items():
        known = days.get(day)
        if day.year == year and (known is None or known.kind not in _NATIONAL_DAYS_OFF):
            days[day] = SpecialDay(DayKind.REGIONAL, name)
    overridden(days, (one for one in overrides if one.day.year == year), shorter_by=shorter_by)
    return YearDays(days, base.settled, base.decree)


_NATIONAL_DAYS_OFF = frozenset({DayKind.HOLIDAY, DayKind.OBSERVED, DayKind.MOVED_OFF})


# ------------------------------------------------------------------------------ the files


def _country(path: Path) -> Country:
    file = Table.read(path).only("shorter_by", "year", "day")
    shorter_by = fields.amount(file, "shorter_by")
    if shorter_by > _LONGEST_CUT:
        raise file.wrong("shorter_by", "no more than 8h")
    years = dict(_years(file.table("year")))
    return Country(
        shorter_by=shorter_by,
        decrees={year: text for year, table in years.items() if (text := table.text("decree", ""))},
        shortened={
            year: frozenset(_shortened(table, year))
            for year, table in years.items()
            if "shortened" in table.values
        },
        overrides=tuple(_override(day, None) for day in file.tables("day")),
    )


def _years(table: Table) -> Iterator[tuple[int, Table]]:
    for key in table.values:
        if not (key.isascii() and key.isdigit() and len(key) == 4):
            raise table.wrong(key, "a year such as [year.2027]")
        yield int(key), table.table(key).only("decree", "shortened")


def _shortened(table: Table, year: int) -> Iterator[date]:
    for day in fields.days(table, "shortened"):
        if day.year != year:
            raise table.wrong("shortened", f"days of {year}; {day} is not one")
        yield day


def _regional(path: Path, branches: frozenset[str]) -> _Regional:
    found: dict[str, dict[date, LocalName]] = {}
    for holiday in Table.read(path).only("holiday").tables("holiday"):
        holiday.only("name", "name_en", "branches", "dates", "active")
        name = _name(holiday)
        if name is None:
            raise holiday.wrong("name", "the holiday's name")
        dates = fields.days(holiday, "dates")
        for branch in _branches(holiday, branches):
            if holiday.flag("active", default=True):
                found.setdefault(branch, {}).update(dict.fromkeys(dates, name))
    return found


def _hours(file: Table, branches: tuple[Branch, ...]) -> Iterator[tuple[Branch, _Hours]]:
    default = file.table("default").only("hours", "production_calendar")
    usual = _Hours(fields.week(default, "hours"), default.flag("production_calendar", default=True))
    own = file.table("branch").only(*(branch.key for branch in branches))
    for branch in branches:
        table = own.table(branch.key).only("hours", "production_calendar")
        yield (
            branch,
            _Hours(
                fields.week(table, "hours") if "hours" in table.values else usual.week,
                table.flag("production_calendar", default=usual.production),
            ),
        )


def _override(table: Table, branches: frozenset[str] | None) -> Override:
    """An entry ``[[day]]``; ``branches`` are the known keys where it must name some."""
    place = () if branches is None else ("branches",)
    table.only("date", "kind", "name", "name_en", "moved_from", "moved_to", "hours", *place)
    found = Override(
        day=fields.day(table, "date"),
        kind=table.choice("kind", OverrideKind),
        name=_name(table),
        counterpart=fields.optional_day(table, "moved_from")
        or fields.optional_day(table, "moved_to"),
        spans=fields.spans(table, "hours"),
        branches=frozenset() if branches is None else _branches(table, branches),
    )
    _check_override(table, found)
    return found


def _check_override(table: Table, override: Override) -> None:
    kind = override.kind
    if kind is OverrideKind.HOLIDAY and override.name is None:
        raise table.wrong("name", "given: a holiday has a name")
    if kind is OverrideKind.WORKING and not (override.counterpart or override.spans):
        raise table.wrong("hours", "given (or `moved_to`), else nobody knows when it is worked")
    for key, allowed in (
        ("moved_from", OverrideKind.OFF),
        ("moved_to", OverrideKind.WORKING),
        ("hours", OverrideKind.WORKING),
    ):
        if key in table.values and kind is not allowed:
            raise table.wrong(key, f"left out: it goes with kind = “{allowed}”, not “{kind}”")


def _name(table: Table) -> LocalName | None:
    name = table.text("name", "")
    return LocalName(name, table.text("name_en", name)) if name else None


def _branches(table: Table, known: frozenset[str]) -> frozenset[str]:
    named = frozenset(table.texts("branches"))
    unknown = sorted(named - known)
    if unknown or not named:
        raise table.wrong("branches", f"keys among {', '.join(sorted(known))}")
    return named
