"""A term: when a length of time that began at an instant is over, and how much of it has run.

Hours and minutes run on from the start and stand still in a pause. Days are counted one by one: a
day counts if the clock is running at its end (closing time or midnight, as the rule says), so a
pause from Monday noon to Wednesday noon takes two days, and one that ends before closing none.
A pause that begins when the term is already over changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from console.domain.calendar import WorkCalendar
from console.domain.pause import Pause
from console.domain.preset import DayEnd, DayOff, FirstDay, Preset, Unit

Pauses = tuple[Pause, ...]
"""Pauses as `merged` gives them: in order, apart from each other, an open one last."""

_ZERO = timedelta()
_DAY = timedelta(days=1)


def merged(pauses: Iterable[Pause]) -> Pauses:
    """The pauses in order, joined where they touch or overlap, empty ones dropped.

    Nothing follows an open pause. Reasons of joined pauses are kept, each once.
    """
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        if pause.end is not None and pause.end <= pause.start:
            continue
        last = found[-1] if found else None
        if last is None or (last.end is not None and last.end < pause.start):
            found.append(pause)
        else:
            found[-1] = _joined(last, pause)
    return tuple(found)


def pause_over(pauses: Pauses, instant: datetime) -> Pause | None:
    """The pause in which a clock stands still up to ``instant``."""
    for pause in pauses:
        if pause.start < instant and (pause.end is None or instant <= pause.end):
            return pause
    return None


@dataclass(frozen=True, slots=True)
class Term:
    """A rule set running at an instant, by a branch's calendar. Every answer is UTC."""

    rule: Preset
    start: datetime
    calendar: WorkCalendar

    def due(self, length: timedelta, pauses: Pauses = ()) -> datetime | None:
        """When ``length`` is over; None if an open pause begins before that."""
        if self.rule.unit.in_days:
            return self._due_by_days(length.days, pauses)
        return self._due_by_time(length, pauses)

    def heeded(self, length: timedelta, pauses: Pauses) -> Pauses:
        """The pauses that begin before the term is over; the others come too late to matter."""
        for index, pause in enumerate(pauses):
            due = self.due(length, pauses[:index])
            if due is None or due <= pause.start:
                return pauses[:index]
        return pauses

    def run(self, end: datetime, pauses: Pauses = ()) -> timedelta:
        """What has run up to ``end``, less the pauses; nothing if that is before the start.

        Working time for a rule in working time or days, plain time for the others.
        """
        if end <= self.start:
            return _ZERO
        run = self._between(self.start, end)
        for pause in pauses:
            first = max(pause.start, self.start)
            last = end if pause.end is None else min(pause.end, end)
            if first < last:
                run -= self._between(first, last)
        return run

    # ------------------------------------------------------------------------------ time

    def _due_by_time(self, length: timedelta, pauses: Pauses) -> datetime | None:
        start = self.start
        for pause in pauses:
            if pause.end is not None and pause.end <= start:
                continue
            due = self._after(start, length)
            if due <= pause.start:
                return due
            if pause.end is None:
                return None
            if start < pause.start:
                length -= self._between(start, pause.start)
            start = pause.end
        return self._after(start, length)

    def _after(self, start: datetime, length: timedelta) -> datetime:
        if self.rule.unit is Unit.WORKING_TIME:
            return self.calendar.add(start, length)
        return start + length

    def _between(self, start: datetime, end: datetime) -> timedelta:
        if self.rule.unit.in_working_time:
            return self.calendar.between(start, end)
        return end - start

    # ------------------------------------------------------------------------------ days

    def first_day(self) -> date:
        """The local day from which days are counted."""
        day = self.calendar.local_date(self.start)
        if self.rule.first_day is FirstDay.SAME and self.start < self.end_of(day):
            return day
        return day + _DAY

    def end_of(self, day: date) -> datetime:
        """When a length in days that ends on ``day`` is over, and whether ``day`` counts."""
        if self.rule.day_ends is DayEnd.CLOSING and self.calendar.is_worked(day):
            return self.calendar.closing(day)
        return self.calendar.midnight(day + _DAY)

    def landing(self, day: date, pauses: Pauses) -> date | None:
        """The day on whose end the deadline falls when ``day`` is the last of the counted ones.

        ``day`` itself, or the working day it is moved to if it is off; never one at whose end the
        clock stands in a pause. None if that pause is open.
        """
        calendar = self.calendar
        if self.rule.on_day_off is DayOff.STAY or calendar.is_worked(day):
            return day
        if self.rule.on_day_off is DayOff.PREVIOUS:
            before = calendar.last_working_day(day)
            after_start = before > calendar.local_date(self.start)
            if after_start and pause_over(pauses, self.end_of(before)) is None:
                return before
        to = calendar.nth_working_day(day, 1)
        while pause := pause_over(pauses, self.end_of(to)):
            if pause.end is None:
                return None
            to = calendar.nth_working_day(to + _DAY, 1)
        return to

    def _due_by_days(self, number: int, pauses: Pauses) -> datetime | None:
        first = self.first_day()
        opening = self.calendar.midnight(first)
        day = self._nth_day(first, number)
        for index, pause in enumerate(pauses):
            due = self._landed(day, pauses[:index])
            if due is None or due <= pause.start:
                return due
            if pause.end is None:
                return None
            if opening < pause.end and pause.start < self.end_of(day):
                number += self._day_ends(max(pause.start, opening), pause.end)
                day = self._nth_day(first, number)
        return self._landed(day, pauses)

    def _nth_day(self, first: date, number: int) -> date:
        if self.rule.unit is Unit.WORKING_DAYS:
            return self.calendar.nth_working_day(first, number)
        return first + timedelta(days=number - 1)

    def _landed(self, day: date, pauses: Pauses) -> datetime | None:
        to = self.landing(day, pauses)
        return None if to is None else self.end_of(to)

    def _day_ends(self, start: datetime, end: datetime) -> int:
        """How many days that may count end in (start, end]."""
        first, last = self.calendar.local_date(start), self.calendar.local_date(end)
        if self.rule.unit is Unit.WORKING_DAYS:
            number = self.calendar.working_days(first, last)
        else:
            number = (last - first).days
        return number - self._ended(first, start) + self._ended(last, end)

    def _ended(self, day: date, instant: datetime) -> bool:
        """Whether ``day`` is one that may count, and is over by ``instant``."""
        may_count = self.rule.unit is not Unit.WORKING_DAYS or self.calendar.is_worked(day)
        return may_count and self.end_of(day) <= instant


def _joined(first: Pause, second: Pause) -> Pause:
    reasons = dict.fromkeys(reason for reason in (first.reason, second.reason) if reason)
    if first.end is None or second.end is None:
        return Pause(first.start, None, "; ".join(reasons))
    return Pause(first.start, max(first.end, second.end), "; ".join(reasons))
