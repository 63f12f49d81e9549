"""The Russian production calendar of a year: public holidays, moved days off, shortened days.

Public holidays and moved days come from the ``holidays`` package, which is imported when the first
year is asked for; the rest comes from resources/calendars/production.toml (`Country`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from console.domain.hours import Spans
from console.domain.workday import DayKind, LocalName, SpecialDay, YearDays

if TYPE_CHECKING:
    from holidays.countries.russia import Russia

_DAY = timedelta(days=1)
_SATURDAY = 5
_FIRST_MOVED_YEARLY = 2013
"""From this year on article 112 of the ТК РФ has its present words (35-ФЗ of 2012), and every year
has moved days off: one without any is a year whose decree is not known."""

_OFF = frozenset({DayKind.HOLIDAY, DayKind.OBSERVED, DayKind.MOVED_OFF, DayKind.CLOSED})


class OverrideKind(StrEnum):
    """What an entry ``[[day]]`` makes of its date."""

    OFF = "off"
    HOLIDAY = "holiday"
    WORKING = "working"
    SHORTENED = "shortened"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Override:
    """An entry ``[[day]]``: a date that is other than the calendar says."""

    day: date
    kind: OverrideKind
    name: LocalName | None = None
    counterpart: date | None = None
    spans: Spans | None = None
    branches: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Country:
    """What production.toml adds: decrees and shortened days by year, and single days."""

    shorter_by: timedelta
    decrees: Mapping[int, str] = field(default_factory=dict)
    shortened: Mapping[int, frozenset[date]] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()

    def year_days(self, year: int) -> YearDays:
        """The special days of ``year``, for every branch."""
        days = dict(_published(year))
        settled = bool(_moved(days)) or year in self.decrees or year < _FIRST_MOVED_YEARLY
        today = tuple(override for override in self.overrides if override.day.year == year)
        if year >= _FIRST_MOVED_YEARLY:
            moved = {one.counterpart for one in today if one.counterpart is not None}
            days.update(statutory_days_off(days, moved=moved))
        overridden(days, today, shorter_by=self.shorter_by)
        untouched = {override.day for override in today}
        eves = self.shortened.get(year)
        if eves is None:
            eves = frozenset(shortened_days(year, days))
        for eve in eves - untouched:
            shorten(days, eve, by=self.shorter_by)
        return YearDays(days, settled, self.decrees.get(year, ""))


def overridden(
    days: dict[date, SpecialDay], overrides: Iterable[Override], *, shorter_by: timedelta
) -> None:
    """Put the entries over what ``days`` says of their dates."""
    for override in overrides:
        if override.kind is OverrideKind.ORDINARY:
            days.pop(override.day, None)
        elif override.kind is OverrideKind.SHORTENED:
            shorten(days, override.day, by=shorter_by)
        else:
            days[override.day] = SpecialDay(
                _kind_of(override), override.name, override.counterpart, override.spans
            )


def shorten(days: dict[date, SpecialDay], day: date, *, by: timedelta) -> None:
    """Make ``day`` shorter, whatever else it is."""
    known = days.get(day, SpecialDay(DayKind.WORKING))
    days[day] = replace(known, cut=by // timedelta(minutes=1))


def shortened_days(year: int, days: Mapping[date, SpecialDay]) -> Iterator[date]:
    """The days before public holidays by the rule (ТК РФ ст. 95; Приказ 588н, п. 1).

    Where the day before a holiday is itself a moved day off, the day worked in its stead is
    shortened.
    """
    instead = {
        special.counterpart: day
        for day, special in days.items()
        if special.kind is DayKind.MOVED_WORKING
    }
    holidays = [day for day, special in days.items() if special.kind is DayKind.HOLIDAY]
    new_year = [date(year + 1, 1, 1)] if holidays else []
    for holiday in (*holidays, *new_year):
        eve = holiday - _DAY
        special = days.get(eve)
        if eve.year != year:
            continue
        if special is None or special.kind not in _OFF:
            yield eve
        elif eve in instead:
            yield instead[eve]


def statutory_days_off(
    days: Mapping[date, SpecialDay], *, moved: Collection[date] = ()
) -> dict[date, SpecialDay]:
    """The days off in lieu of holidays on a Saturday or Sunday (ТК РФ ст. 112 ч. 2).

    Each is the next working day after its holiday, unless ``days`` has one for it already, or it
    is ``moved`` elsewhere. The holidays of January are moved by the Government alone.
    """
    given = {special.counterpart for special in days.values()} | set(moved)
    found: dict[date, SpecialDay] = {}
    for holiday, special in sorted(days.items()):
        on_day_off = special.kind is DayKind.HOLIDAY and holiday.weekday() >= _SATURDAY
        if not on_day_off or holiday.month == 1 or holiday in given:
            continue
        to = holiday + _DAY
        while to.weekday() >= _SATURDAY or to in days or to in found:
            to += _DAY
        found[to] = SpecialDay(DayKind.OBSERVED, special.name, holiday)
    return found


def _kind_of(override: Override) -> DayKind:
    moved = override.counterpart is not None
    if override.kind is OverrideKind.OFF:
        return DayKind.MOVED_OFF if moved else DayKind.CLOSED
    if override.kind is OverrideKind.WORKING:
        return DayKind.MOVED_WORKING if moved else DayKind.EXTRA_HOURS
    return DayKind.HOLIDAY


def _moved(days: Mapping[date, SpecialDay]) -> list[date]:
    return [day for day, special in days.items() if special.kind is DayKind.MOVED_OFF]


# ------------------------------------------------------------------------------ the package


def _published(year: int) -> Iterator[tuple[date, SpecialDay]]:
    """What the ``holidays`` package says of ``year``; nothing for a year it does not know."""
    from holidays.countries.russia import Russia  # slow to import, and needed by few runs

    # The package annotates its classes, but not their constructors.
    russian = Russia(years=year, language="ru")  # type: ignore[no-untyped-call]
    english = Russia(years=year, language="en_US")  # type: ignore[no-untyped-call]
    observed = _pattern(russian.observed_label)
    sources = dict(_substituted(russian))
    names = {day: LocalName(russian[day], english[day]) for day in russian}
    for day, name in names.items():
        in_lieu = observed.fullmatch(name.ru)
        holiday = _latest(names, in_lieu.group(1), before=day) if in_lieu else None
        if day in sources:
            yield day, SpecialDay(DayKind.MOVED_OFF, counterpart=sources[day])
        elif holiday is not None:
            yield day, SpecialDay(DayKind.OBSERVED, names[holiday], holiday)
        else:
            yield day, SpecialDay(DayKind.HOLIDAY, name)
    targets = {source: day for day, source in sources.items()}
    for day in russian.weekend_workdays:
        if day.year == year:
            yield day, SpecialDay(DayKind.MOVED_WORKING, counterpart=targets.get(day))


def _substituted(russian: Russia) -> Iterator[tuple[date, date]]:
    """The moved days off and the dates they were moved from, read from their names."""
    moved = _pattern(russian.substituted_label)
    for day, name in russian.items():
        found = moved.fullmatch(name)
        if found:
            source, month, year = map(int, found.group(1).split("."))
            yield day, date(year, month, source)


def _pattern(label: str) -> re.Pattern[str]:
    return re.compile(re.escape(label).replace("%s", "(.+)"))


def _latest(names: Mapping[date, LocalName], name: str, *, before: date) -> date | None:
    named = (day for day, known in names.items() if known.ru == name and day < before)
    return max(named, default=None)
