"""Dates and lengths of time as they are typed into the search field, in Russian and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from console.domain.words import fold

_LENGTH: Final = re.compile(r"(\d{1,4})\s*([^\W\d_]*)\.?\Z")
_UNITS: Final = {
    "м": timedelta(minutes=1),
    "m": timedelta(minutes=1),
    "ч": timedelta(hours=1),
    "h": timedelta(hours=1),
    "д": timedelta(days=1),
    "d": timedelta(days=1),
    "н": timedelta(days=7),
    "w": timedelta(days=7),
}
_RELATIVE: Final = {
    "сегодня": 0,
    "today": 0,
    "вчера": -1,
    "yesterday": -1,
    "позавчера": -2,
    "завтра": 1,
    "tomorrow": 1,
}
_WEEKS: Final = frozenset({"неделя", "неделю", "неделе", "week"})
_MONTHS: Final = frozenset({"месяц", "месяце", "month"})
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?\Z")
_RUSSIAN: Final = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?\Z")
_MONTH: Final = re.compile(r"(\d{1,2})\.(\d{4})\Z")
_RANGE: Final = re.compile(r"(.+?)(?:\.\.+|…|[–—])(.+)\Z")


@dataclass(frozen=True, slots=True)
class Days:
    """Local days, both included. ``since`` is the day they are counted from, as «вчера» is."""

    first: date
    last: date
    since: date | None = None

    def seen_on(self, today: date) -> Days:
        """The same where another day is today."""
        if self.since is None:
            return self
        apart = today - self.since
        return Days(self.first + apart, self.last + apart, today)


def read_length(text: str) -> timedelta | None:
    """«2ч», «30 мин», «1d»; hours where nothing is said of what."""
    match = _LENGTH.match(fold(text))
    if match is None:
        return None
    unit = _UNITS.get(match[2][:1], None) if match[2] else timedelta(hours=1)
    return None if unit is None else int(match[1]) * unit


def read_days(text: str, today: date) -> Days | None:
    """«18.11», «2026-11-18», «11.2026», «вчера», «10.11..12.11»; None for anything else.

    A day without its year is the last one that there has been.
    """
    one = _day(fold(text.strip()), today)
    if one is not None:
        return one
    match = _RANGE.match(fold(text.strip()))
    if match is None:
        return None
    first, last = _day(match[1].strip(), today), _day(match[2].strip(), today)
    if first is None or last is None or last.last < first.first:
        return None
    return Days(first.first, last.last)


def _day(text: str, today: date) -> Days | None:
    if text in _RELATIVE:
        day = today + timedelta(days=_RELATIVE[text])
        return Days(day, day, today)
    if text in _WEEKS:
        return Days(today - timedelta(days=today.weekday()), today)
    if text in _MONTHS:
        return Days(today.replace(day=1), today)
    try:
        return _written(text, today)
    except ValueError:  # the 31st of November
        return None


def _written(text: str, today: date) -> Days | None:
    match = _ISO.match(text)
    if match is not None:
        if match[3] is None:
            return _month(int(match[1]), int(match[2]))
        day = date(int(match[1]), int(match[2]), int(match[3]))
        return Days(day, day)
    match = _MONTH.match(text)
    if match is not None:
        return _month(int(match[2]), int(match[1]))
    match = _RUSSIAN.match(text)
    if match is None:
        return None
    if match[3] is None:
        day = date(today.year, int(match[2]), int(match[1]))
        day = day if day <= today + timedelta(days=31) else day.replace(year=today.year - 1)
    else:
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        day = date(year, int(match[2]), int(match[1]))
    return Days(day, day)


def _month(year: int, month: int) -> Days:
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return Days(first, following - timedelta(days=1))
