"""An explanation: step by step, why a deadline is what it is.

It walks the calendar day by day and so comes to the deadline by another way than `term`, which
searches tables; tests compare the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.domain.calendar import WorkCalendar
from console.domain.clocks import Clock
from console.domain.pause import Pause
from console.domain.preset import DayEnd, DayOff, Preset, Unit
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
from console.domain.term import Pauses, Term, pause_over
from console.domain.workday import DayKind, WorkDay

_DAY = timedelta(days=1)
_Piece = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The way to one deadline, in order. ``zone`` is where its days and hours are local."""

    preset: str
    zone: ZoneInfo
    steps: tuple[Step, ...]
    due_at: datetime | None
    target_at: datetime | None


def explain(clock: Clock, calendar: WorkCalendar) -> Explanation:
    """Why the deadline of ``clock`` is what it is, by the calendar of the appeal's branch."""
    rule = clock.rule
    steps: list[Step] = [
        RuleStep(rule.key, rule.unit, clock.length, rule.target, rule.yearly),
        StartStep(clock.start_event, clock.started_at),
        *_walk(clock, calendar),
    ]
    due = next((step.at for step in steps if isinstance(step, DueStep)), None)
    target = next((step.at for step in steps if isinstance(step, TargetStep)), None)
    steps += _unknown_decrees(clock, calendar, due=due)
    return Explanation(rule.key, calendar.zone, tuple(steps), due, target)


def _walk(clock: Clock, calendar: WorkCalendar) -> Iterator[Step]:
    if clock.rule.unit is Unit.WORKING_TIME:
        return _walk_working_time(clock, calendar)
    if clock.rule.unit is Unit.CALENDAR_TIME:
        return _walk_calendar_time(clock)
    return _walk_days(clock, calendar)


# ------------------------------------------------------------------------------ hours, minutes


@dataclass(slots=True)
class _Tally:
    """What is left of the length, and of the target, while a walk goes on."""

    left: timedelta
    target: timedelta | None

    def take(self, start: datetime, end: datetime) -> tuple[datetime, TargetStep | None]:
        """Count [start, end) as far as it is needed: where it stops, and the target if reached."""
        end = min(end, start + self.left)
        amount = end - start
        self.left -= amount
        reached = None
        if self.target is not None:
            if self.target <= amount:
                reached = TargetStep(start + self.target)
                self.target = None
            else:
                self.target -= amount
        return end, reached


def _walk_working_time(clock: Clock, calendar: WorkCalendar) -> Iterator[Step]:
    start = clock.started_at
    pauses = tuple(p for p in clock.pauses if p.end is None or start < p.end)
    tally = _Tally(clock.length, clock.rule.target)
    for day in calendar.days(calendar.local_date(start)):
        intervals = calendar.spans(day)
        pieces = _pieces(intervals, start=start, pauses=pauses)
        yield from _remarks(day, intervals, calendar, start=start, pauses=pauses, used=bool(pieces))
        for item in _in_order(pieces, _begun_on(day.day, pauses, calendar, start=start)):
            if isinstance(item, Pause):
                begin = max(item.start, start)
                if item.end is None:
                    yield OpenPauseStep(begin, tally.left)
                    return
                taken = calendar.between(begin, item.end)
                yield PausedStep(item.start, item.end, taken, item.reason)
                continue
            end, target = tally.take(*item)
            yield WorkedStep(day.day, item[0], end, end - item[0], tally.left)
            if target:
                yield target
            if not tally.left:
                yield DueStep(end)
                return


def _walk_calendar_time(clock: Clock) -> Iterator[Step]:
    tally = _Tally(clock.length, clock.rule.target)
    cursor = clock.started_at
    for pause in clock.pauses:
        if pause.end is not None and pause.end <= cursor:
            continue
        if cursor < pause.start:
            yield from _run(tally, cursor, pause.start)
            if not tally.left:
                return
        begin = max(cursor, pause.start)
        if pause.end is None:
            yield OpenPauseStep(begin, tally.left)
            return
        yield PausedStep(pause.start, pause.end, pause.end - begin, pause.reason)
        cursor = pause.end
    yield from _run(tally, cursor, cursor + tally.left)


def _run(tally: _Tally, start: datetime, end: datetime) -> Iterator[Step]:
    end, target = tally.take(start, end)
    yield RanStep(start, end, end - start, tally.left)
    if target:
        yield target
    if not tally.left:
        yield DueStep(end)


def _pieces(
    intervals: tuple[_Piece, ...], *, start: datetime, pauses: Pauses
) -> tuple[_Piece, ...]:
    """The parts of the intervals that are after ``start`` and in no pause."""
    pieces = [(max(a, start), b) for a, b in intervals if b > start]
    for pause in pauses:
        cut: list[_Piece] = []
        for a, b in pieces:
            end = b if pause.end is None else pause.end
            cut += [(a, min(b, pause.start)), (max(a, end), b)]
        pieces = [(a, b) for a, b in cut if a < b]
    return tuple(pieces)


def _begun_on(
    day: date, pauses: Pauses, calendar: WorkCalendar, *, start: datetime
) -> tuple[Pause, ...]:
    return tuple(p for p in pauses if calendar.local_date(max(p.start, start)) == day)


def _in_order(pieces: tuple[_Piece, ...], pauses: tuple[Pause, ...]) -> list[_Piece | Pause]:
    items: list[_Piece | Pause] = [*pauses, *pieces]
    return sorted(items, key=lambda item: item.start if isinstance(item, Pause) else item[0])


def _remarks(
    day: WorkDay,
    intervals: tuple[_Piece, ...],
    calendar: WorkCalendar,
    *,
    start: datetime,
    pauses: Pauses,
    used: bool,
) -> Iterator[Step]:
    """What is special about a day: why it is skipped, or how its hours differ."""
    if not intervals:
        if not _paused_throughout(day.day, pauses, calendar):
            yield _skipped(day)
        return
    if intervals[-1][1] <= start:
        yield AfterHoursStep(day.day, intervals[-1][1])
        return
    if not used:
        return
    if day.kind is DayKind.MOVED_WORKING:
        yield MovedWorkingStep(day.day, day.counterpart)
    if day.kind is DayKind.EXTRA_HOURS:
        yield ExtraHoursStep(day.day, intervals[0][0], intervals[-1][1])
    if day.cut:
        yield ShortenedStep(day.day, timedelta(minutes=day.cut), intervals[-1][1])


def _skipped(day: WorkDay) -> SkippedDayStep:
    return SkippedDayStep(day.day, day.kind, day.name, day.counterpart)


def _paused_throughout(day: date, pauses: Pauses, calendar: WorkCalendar) -> bool:
    begin, end = calendar.midnight(day), calendar.midnight(day + _DAY)
    return any(p.start <= begin and (p.end is None or end <= p.end) for p in pauses)


# ------------------------------------------------------------------------------ days


def _walk_days(clock: Clock, calendar: WorkCalendar) -> Iterator[Step]:
    rule, number = clock.rule, clock.length.days
    term = Term(rule, clock.started_at, calendar)
    pauses = term.heeded(clock.length, clock.pauses)
    untold = [pause for pause in pauses if pause.end is not None]
    run = _Run(rule.unit, 0, [])
    first = term.first_day()
    yield CountFromStep(first, rule.first_day)
    for day in calendar.days(first):
        while untold and calendar.local_date(untold[0].start) <= day.day:
            yield from run.told()
            yield _pause_in_days(untold.pop(0))
        if rule.unit is Unit.WORKING_DAYS and not day.is_worked:
            yield from run.told()
            if not _paused_throughout(day.day, pauses, calendar):
                yield _skipped(day)
            continue
        pause = pause_over(pauses, term.end_of(day.day))
        if pause is None:
            if day.kind is DayKind.MOVED_WORKING:
                yield from run.told()
                yield MovedWorkingStep(day.day, day.counterpart)
            run.days.append(day.day)
            if run.so_far + len(run.days) == number:
                break
        else:
            yield from run.told()
            if pause.end is None:
                yield _pause_in_days(pause)
                return
            yield PausedDayStep(day.day)
    last = run.days[-1]
    yield from run.told()
    yield from _landing(term, last, pauses, target=clock.target_at)


def _landing(term: Term, last: date, pauses: Pauses, *, target: datetime | None) -> Iterator[Step]:
    """From the last counted day to the deadline: it may be off, and so moved."""
    to = term.landing(last, pauses)
    if to is None:
        yield _pause_in_days(pauses[-1])
        return
    if to != last:
        day = term.calendar.day(last)
        yield RolledStep(last, to, day.kind, day.name, day.counterpart)
    cut = term.calendar.day(to).cut
    if cut and term.rule.day_ends is DayEnd.CLOSING:
        yield ShortenedStep(to, timedelta(minutes=cut), term.end_of(to))
    if target is not None:
        yield TargetStep(target)
    yield DueStep(term.end_of(to))


@dataclass(slots=True)
class _Run:
    """Days in a row that count, told together."""

    unit: Unit
    so_far: int
    days: list[date]

    def told(self) -> Iterator[Step]:
        """The row so far as one step, if there is one; the next row begins."""
        if self.days:
            self.so_far += len(self.days)
            yield CountedDaysStep(self.unit, self.days[0], self.days[-1], self.so_far)
            self.days = []


def _pause_in_days(pause: Pause) -> Step:
    if pause.end is None:
        return OpenPauseStep(pause.start, None)
    return PausedStep(pause.start, pause.end, None, pause.reason)


# ------------------------------------------------------------------------------ what is unknown


def _unknown_decrees(
    clock: Clock, calendar: WorkCalendar, *, due: datetime | None
) -> tuple[Step, ...]:
    """A note for each year that was counted by the weekly pattern and the statute alone."""
    rule = clock.rule
    if not rule.unit.in_working_time and not _ends_by_the_calendar(rule):
        return ()
    last = calendar.local_date(due or clock.started_at).year
    first = calendar.local_date(clock.started_at).year if rule.unit.in_working_time else last
    return tuple(
        DecreeUnknownStep(year)
        for year in range(first, last + 1)
        if not calendar.year_days(year).settled
    )


def _ends_by_the_calendar(rule: Preset) -> bool:
    days = rule.unit is Unit.CALENDAR_DAYS
    return days and (rule.on_day_off is not DayOff.STAY or rule.day_ends is DayEnd.CLOSING)
