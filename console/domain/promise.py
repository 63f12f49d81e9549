"""A promise: an instant until which a reply says that something of ours will be done.

`find_promises` reads a reply as its resident does: «до 18:00», «завтра», «в течение трёх рабочих
дней», counted from the moment of writing by the calendar and on the clock of the appeal's branch.
What the resident shall do, what has been, opening hours and terms of the law promise nothing.

A day ends at its closing time, at midnight where it has none or where that is past; days are
counted from the day after (ГК РФ ст. 191); «до» a day includes it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from console.domain.calendar import WorkCalendar
from console.domain.day_words import Day, DayKind
from console.domain.tense import PromiseWords, Tense
from console.domain.time_words import Clock, Length, TimeWords, time_words
from console.domain.words import Span

_DAY: Final = timedelta(days=1)
_ZERO: Final = timedelta()
_FARTHEST: Final = timedelta(days=2 * 366)
_RECENT: Final = timedelta(days=60)
"""A date without a year that is no longer ago than this is meant to be past."""

_SENTENCE_END: Final = re.compile(
    r"(?<!\bул\.)(?<!\bг\.)(?<!\bд\.)(?<!\bим\.)(?<=[.!?…])\s+(?=[«\"(]?[А-ЯЁA-Z])|\n+"
)
_CLAUSE_END: Final = re.compile(r"[,;:—]\s|\s[—–]\s")
_MOST: Final = 30
"""Times of one sentence that are looked at; people write three or four."""
_MOSCOW: Final = ZoneInfo("Europe/Moscow")


class PromiseKind(StrEnum):
    """How exactly a promise is said, and so how it is repeated."""

    CLOCK = "clock"
    """To the minute: «до 18:00», «через два часа»."""
    DAY = "day"
    """A day, a week, a month: the end of it."""
    TERM = "term"
    """A number of days or months from now."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise in a text: when it is due (UTC), how it is said, and where it stands."""

    due: datetime
    kind: PromiseKind
    span: Span


def find_promises(
    text: str, rules: PromiseWords, *, now: datetime, calendar: WorkCalendar
) -> tuple[Promise, ...]:
    """The promises of a reply written at ``now`` (aware), first to last, each instant once."""
    found: dict[datetime, Promise] = {}
    for start, sentence in _sentences(text):
        if sentence.rstrip().endswith("?"):
            continue
        for promise in _in_sentence(sentence, rules, _Now(now, calendar, rules.parts)):
            moved = Span(promise.span.start + start, promise.span.end + start)
            found.setdefault(promise.due, Promise(promise.due, promise.kind, moved))
    return tuple(found.values())


def promises_a_time(text: str, rules: PromiseWords) -> bool:
    """Whether ``text`` names an end in time that is yet to come, whatever day it is written."""
    return any(
        True
        for _, sentence in _sentences(text)
        if not sentence.rstrip().endswith("?")
        for _ in _promising(sentence, rules, may_lack_verb=True)
    )


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield start, text[start : end.start()]
        start = end.end()
    yield start, text[start:]


def _promising(
    sentence: str, rules: PromiseWords, *, may_lack_verb: bool = False
) -> Iterator[tuple[Clock | Length | None, Day | None]]:
    """The times of ``sentence`` that are yet to come, and of our doing."""
    named = time_words(sentence)[:_MOST]
    if not named:
        return
    tenses = rules.tenses(sentence)
    clauses = _clauses(sentence)
    for clock, day in _paired(named):
        main = clock or day
        assert main is not None
        tense = _nearest(main.span, tenses, clauses)
        if tense is Tense.AHEAD or (tense is None and (may_lack_verb or _stands_alone(main))):
            yield clock, day


def _in_sentence(sentence: str, rules: PromiseWords, now: _Now) -> Iterator[Promise]:
    for clock, day in _promising(sentence, rules):
        due = now.due(clock, day)
        if due is not None and due - now.instant <= _FARTHEST:
            yield Promise(due, _kind(clock), _span(clock, day))


def _kind(clock: Clock | Length | None) -> PromiseKind:
    if isinstance(clock, Length):
        return PromiseKind.CLOCK if clock.unit == "time" else PromiseKind.TERM
    return PromiseKind.DAY if clock is None else PromiseKind.CLOCK


def _span(clock: Clock | Length | None, day: Day | None) -> Span:
    spans = [each.span for each in (clock, day) if each is not None]
    near = max(s.start for s in spans) - min(s.end for s in spans) <= 3
    if len(spans) == 2 and near:
        return Span(min(s.start for s in spans), max(s.end for s in spans))
    return spans[0]


def _stands_alone(main: TimeWords) -> bool:
    """Whether a time promises without a verb: «свет до 18:00», but not «сегодня аварий нет»."""
    return isinstance(main, Length) or (isinstance(main, Clock) and main.led and not main.part)


def _paired(named: Sequence[TimeWords]) -> Iterator[tuple[Clock | Length | None, Day | None]]:
    """Each clock with its day (the nearest before it, else the next), then the days alone."""
    used: set[Day] = set()
    exact = [each for each in named if isinstance(each, Clock) and not each.part]
    pairs: list[tuple[Clock | Length | None, Day | None]] = []
    for each in named:
        if isinstance(each, Length):
            pairs.append((each, None))
        elif isinstance(each, Clock):
            day = _day_of(each, named)
            if day is not None:
                used.add(day)
            if each.part and any(abs(each.span.start - other.span.end) < 12 for other in exact):
                continue
            pairs.append((each, day))
    days = [each for each in named if isinstance(each, Day)]
    for day in days:
        if day not in used and not (day.weak and len(days) > 1):
            pairs.append((None, day))
    yield from sorted(pairs, key=lambda pair: (pair[0] or pair[1]).span)  # type: ignore[union-attr]


def _day_of(clock: Clock, named: Sequence[TimeWords]) -> Day | None:
    days = [each for each in named if isinstance(each, Day) and not each.weak]
    before = [day for day in days if day.span.end <= clock.span.start]
    if before:
        return before[-1]
    return next((d for d in days if 0 <= d.span.start - clock.span.end <= 2), None)


def _clauses(sentence: str) -> tuple[Span, ...]:
    starts = [0, *(found.end() for found in _CLAUSE_END.finditer(sentence))]
    return tuple(
        Span(start, end) for start, end in zip(starts, [*starts[1:], len(sentence)], strict=True)
    )


def _nearest(
    at: Span, tenses: Sequence[tuple[Span, Tense]], clauses: Sequence[Span]
) -> Tense | None:
    """What the nearest telling word says: of its own clause first, then of the sentence."""
    clause = next(c for c in clauses if c.start <= at.start < c.end)
    telling = [
        (span, tense)
        for span, tense in tenses
        if tense is not Tense.NEUTRAL and not (at.start <= span.start < at.end)
    ]
    own = [each for each in telling if clause.start <= each[0].start < clause.end]
    if any(tense is Tense.NEVER for _, tense in own):
        return Tense.NEVER
    for some in (own, telling):
        if some:
            return min(some, key=lambda each: _apart(each[0], at))[1]
    return None


def _apart(one: Span, other: Span) -> int:
    return max(other.start - one.end, one.start - other.end, 0)


@dataclass(frozen=True, slots=True)
class _Now:
    """The moment of writing, from which everything is counted."""

    instant: datetime
    calendar: WorkCalendar
    parts: Mapping[str, int]

    @property
    def today(self) -> date:
        return self.calendar.local_date(self.instant)

    def due(self, clock: Clock | Length | None, day: Day | None) -> datetime | None:
        """The instant that the words mean; None where they mean none, or the past."""
        if isinstance(clock, Length):
            return self._after(clock)
        on = self.day(day) if day is not None else None
        if day is not None and on is None:
            return None
        if clock is None:
            return self.end_of(on) if on is not None and on >= self.today else None
        return self._at(clock, on)

    def end_of(self, day: date) -> datetime:
        """The closing of ``day``; midnight where it has none, or where that is past."""
        if self.calendar.is_worked(day) and self.calendar.closing(day) > self.instant:
            return self.calendar.closing(day)
        return self.calendar.midnight(day + _DAY)

    def _at(self, clock: Clock, on: date | None) -> datetime:
        minutes = self.parts[clock.part] if clock.part else clock.minutes
        if on is not None:
            due = self._wall(on, minutes, clock)
            early = due <= self.instant and minutes <= 8 * 60 and on == self.today
            return self._wall(on + _DAY, minutes, clock) if early else due
        today = self.instant.astimezone(_MOSCOW).date() if clock.moscow else self.today
        halves = (minutes, minutes + 720) if clock.either and minutes < 720 else (minutes,)
        coming = [
            due
            for day in (today, today + _DAY)
            for each in halves
            if (due := self._wall(day, each, clock)) > self.instant
        ]
        return min(coming)

    def _wall(self, day: date, minutes: int, clock: Clock) -> datetime:
        begin = self.calendar.midnight(day + timedelta(days=minutes // 1440))
        if clock.moscow:
            wall = datetime.combine(day, datetime.min.time(), _MOSCOW)
            return (wall + timedelta(minutes=minutes)).astimezone(begin.tzinfo)
        return begin + timedelta(minutes=minutes % 1440)

    def _after(self, length: Length) -> datetime | None:
        if length.unit == "time":
            return self.instant + length.amount if length.amount > _ZERO else None
        if length.number < 1:
            return None
        first = self.today + _DAY
        if length.unit == "working_days":
            return self.end_of(self.calendar.nth_working_day(first, length.number))
        if length.unit == "months":
            return self.end_of(_months_on(self.today, length.number))
        return self.end_of(self.today + timedelta(days=length.number))

    # ------------------------------------------------------------------------------ days

    def day(self, day: Day) -> date | None:
        """The last day that is meant; None for a date that does not exist or has just been."""
        today = self.today
        match day.kind:
            case DayKind.OFFSET:
                return today + timedelta(days=day.number)
            case DayKind.WEEKDAY:
                return today + timedelta(days=(day.number - today.weekday() - 1) % 7 + 1)
            case DayKind.NEXT_WEEKDAY:
                return today + timedelta(days=7 - today.weekday() + day.number)
            case DayKind.WEEK:
                return self._end_of_week(day.number)
            case DayKind.DATE:
                return self._date(day)
        return self._period(day)

    def _end_of_week(self, weeks: int) -> date:
        sunday = self.today + timedelta(days=6 - self.today.weekday() + 7 * weeks)
        worked = self.calendar.last_working_day(sunday)
        past = worked == self.today and self.calendar.closing(worked) <= self.instant
        return worked if worked >= self.today and not past else sunday

    def _date(self, day: Day) -> date | None:
        today = self.today
        if day.year:
            return _date(day.year, day.month, day.number)
        if not day.month:
            found = _date(today.year, today.month, day.number)
            if found is None or found < today:
                after = _months_on(today.replace(day=1), 1)
                found = _date(after.year, after.month, day.number)
            return found
        found = _date(today.year, day.month, day.number)
        if found is not None and found < today:
            return (
                None if today - found <= _RECENT else _date(today.year + 1, day.month, day.number)
            )
        return found

    def _period(self, day: Day) -> date:
        today = self.today
        if day.kind is DayKind.YEAR:
            return date(today.year, 12, 31)
        if day.kind is DayKind.QUARTER:
            quarter = day.number or (today.month + 2) // 3
            return _end_of_month(*self._coming(day.year, quarter * 3))
        if day.kind is DayKind.BEFORE_MONTH:
            year, month = self._coming(day.year, day.month)
            return date(year, month, 1) - _DAY
        return _end_of_month(*self._coming(day.year, day.month or today.month))

    def _coming(self, year: int, month: int) -> tuple[int, int]:
        """That month of ``year``, or where none is said the next one of its name."""
        return (year or self.today.year + (month < self.today.month)), month


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _months_on(day: date, months: int) -> date:
    """The same day ``months`` later, or the last of a month that is shorter (ГК РФ ст. 192)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
