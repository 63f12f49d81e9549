"""A working day: what one local date is in a production calendar, and why.

A holiday is a *local* date: the same instant may be a holiday in one region and not in another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from console.domain.hours import Span, Spans, WeekHours, shortened


class DayKind(StrEnum):
    """Why a date is worked, or not."""

    WORKING = "working"
    """An ordinary working day of the weekly pattern."""
    MOVED_WORKING = "moved_working"
    """A day off that is worked, because the day off was moved to another date."""
    EXTRA_HOURS = "extra_hours"
    """Worked by hours of its own, which the branch has set for this date."""
    WEEKLY_OFF = "weekly_off"
    """Closed by the weekly pattern."""
    HOLIDAY = "holiday"
    """A public holiday (ТК РФ ст. 112)."""
    OBSERVED = "observed"
    """Off because a public holiday fell on a day off (ТК РФ ст. 112 ч. 2)."""
    MOVED_OFF = "moved_off"
    """Off because the Government moved a day off here (ТК РФ ст. 112 ч. 5)."""
    REGIONAL = "regional"
    """A holiday of the region alone."""
    CLOSED = "closed"
    """Closed by the branch on this date."""


@dataclass(frozen=True, slots=True)
class LocalName:
    """The name of a holiday in both languages."""

    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """What a calendar says of one date beyond the weekly pattern.

    ``counterpart`` is the date a day off was moved from (for a day off) or to (for a worked one).
    ``spans`` are hours of its own; ``cut`` is how many minutes a day before a holiday is shorter.
    """

    kind: DayKind
    name: LocalName | None = None
    counterpart: date | None = None
    spans: Spans | None = None
    cut: int = 0


@dataclass(frozen=True, slots=True)
class YearDays:
    """The special days of one year.

    ``settled`` is False while the Government's decree on moved days off is not known: then only
    the weekly pattern and the statutory holidays are certain. ``decree`` names it where known.
    """

    days: Mapping[date, SpecialDay] = field(default_factory=dict)
    settled: bool = True
    decree: str = ""


@dataclass(frozen=True, slots=True)
class WorkDay:
    """One local date as it is worked. ``usual`` are the hours before a cut of ``cut`` minutes."""

    day: date
    kind: DayKind
    spans: Spans
    usual: Spans
    name: LocalName | None = None
    counterpart: date | None = None
    cut: int = 0

    @property
    def is_worked(self) -> bool:
        """Whether the date has working time at all."""
        return bool(self.spans)


_WORKED = frozenset({DayKind.WORKING, DayKind.MOVED_WORKING, DayKind.EXTRA_HOURS})


def work_day(day: date, *, week: WeekHours, special: SpecialDay | None) -> WorkDay:
    """What ``day`` is, by the weekly pattern and what the calendar says of this date.

    A worked day off keeps the hours of the weekday it stands in for, unless the pattern (or the
    calendar) gives it hours of its own (Приказ Минздравсоцразвития 588н, п. 1).
    """
    pattern = week.on(day)
    if special is None:
        kind = DayKind.WORKING if pattern else DayKind.WEEKLY_OFF
        return WorkDay(day, kind, pattern, pattern)
    usual = _usual_hours(day, week, special)
    spans = shortened(usual, minutes=special.cut)
    kind = special.kind
    if kind in _WORKED and not spans:
        kind = DayKind.CLOSED if usual else DayKind.WEEKLY_OFF
    cut = special.cut if spans else 0
    return WorkDay(day, kind, spans, usual, special.name, special.counterpart, cut)


def _usual_hours(day: date, week: WeekHours, special: SpecialDay) -> tuple[Span, ...]:
    if special.kind not in _WORKED:
        return ()
    if special.spans is not None:
        return special.spans
    if special.kind is DayKind.MOVED_WORKING and special.counterpart and not week.on(day):
        return week.on(special.counterpart)
    return week.on(day)
