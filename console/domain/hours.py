"""Opening hours: working intervals of a day and of a week, in local wall-clock minutes.

They are written as people write them: ``9:00-13:00,14:00-18:00`` for a day, and
``mon-fri 9:00-18:00; sat 10:00-14:00`` for a week. Several intervals are a lunch break or split
shifts; ``24:00`` is the end of the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

DAY_MINUTES = 24 * 60
WEEKDAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Keys of the weekdays, Monday first, as in `date.weekday`."""

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")
_DAYS = re.compile(r"([a-z]{3})(?:\s*[-–—]\s*([a-z]{3}))?")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A working interval [start, end) of one local day, in minutes after midnight."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise ValueError(
                f"{self} must begin before it ends, within one day; "
                "write a shift over midnight as two intervals, to 24:00 and from 0:00"
            )

    def __str__(self) -> str:
        return f"{wall(self.start)}-{wall(self.end)}"


Spans = tuple[Span, ...]
"""The working intervals of a day: in order, apart from each other; empty on a closed day."""


@dataclass(frozen=True, slots=True)
class WeekHours:
    """The weekly pattern: seven days of working intervals, Monday first."""

    days: tuple[Spans, ...]

    def __post_init__(self) -> None:
        if len(self.days) != len(WEEKDAYS):
            raise ValueError(f"a week has {len(WEEKDAYS)} days, not {len(self.days)}")
        if not any(self.days):
            raise ValueError("a week without one working interval never reaches a deadline")

    def on(self, day: date) -> Spans:
        """The intervals of ``day`` by the weekly pattern alone."""
        return self.days[day.weekday()]


def wall(minutes: int) -> str:
    """Minutes after midnight as ``9:00`` (``24:00`` at the end of a day)."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def worked(spans: Iterable[Span]) -> timedelta:
    """The length of ``spans`` together, by the wall clock."""
    return timedelta(minutes=sum(span.end - span.start for span in spans))


def shortened(spans: Spans, *, minutes: int) -> Spans:
    """``spans`` with the last ``minutes`` of work cut off, as before a holiday (ТК РФ ст. 95)."""
    left = list(spans)
    while minutes > 0 and left:
        last = left.pop()
        length = last.end - last.start
        if length > minutes:
            left.append(Span(last.start, last.end - minutes))
        minutes -= length
    return tuple(left)


def parse_spans(text: str) -> Spans:
    """Read the intervals of one day; ``""`` and ``closed`` are none. `ValueError` says what is odd.

    Intervals that overlap are refused rather than joined: one of them is a slip of the hand.
    """
    if text.strip() in ("", "closed"):
        return ()
    spans = tuple(sorted(_parse_span(part) for part in text.split(",")))
    for earlier, later in pairwise(spans):
        if later.start < earlier.end:
            raise ValueError(f"the intervals {earlier} and {later} overlap")
    return spans


def parse_week(text: str) -> WeekHours:
    """Read a week: ``9:00-18:00`` alone is Monday to Friday, else ``mon-fri …; sat …``.

    A day that is not named is closed, and one named twice is refused. `ValueError` says what is
    odd.
    """
    if not re.search("[a-z]", text.replace("closed", "")):
        office = parse_spans(text)
        return WeekHours((office,) * 5 + ((), ()))
    days: dict[int, Spans] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        names, _, hours = part.partition(" ")
        for day in _parse_days(names):
            if day in days:
                raise ValueError(f"“{WEEKDAYS[day]}” is given twice in “{text}”")
            days[day] = parse_spans(hours)
    return WeekHours(tuple(days.get(day, ()) for day in range(len(WEEKDAYS))))


def _parse_span(text: str) -> Span:
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise ValueError(f"“{text.strip()}” is not an interval such as 9:00-13:00")
    hour, minute, end_hour, end_minute = map(int, found.groups())
    if minute > 59 or end_minute > 59:
        raise ValueError(f"“{text.strip()}” has more than 59 minutes in an hour")
    return Span(hour * 60 + minute, end_hour * 60 + end_minute)


def _parse_days(text: str) -> range:
    found = _DAYS.fullmatch(text)
    first, last = (found.group(1), found.group(2) or found.group(1)) if found else ("", "")
    if first not in WEEKDAYS or last not in WEEKDAYS:
        raise ValueError(f"“{text}” is not a day or days such as mon-fri; days: {WEEKDAYS}")
    days = range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1)
    if not days:
        raise ValueError(f"“{text}” runs backwards; write the days from {last} to {first}")
    return days
