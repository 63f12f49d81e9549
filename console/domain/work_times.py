"""Dates and hours of planned work as schedules have them: «24–26.11.2026», «с 22:00 до 06:00».

All of it is local: the time of the branch's region, without a zone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from console.domain.words import fold

MOST_DAYS: Final = 62
"""Days that one cell may name."""

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("янв январь января", "фев февр февраль февраля", "мар март марта"),
            *("апр апрель апреля", "май мая", "июн июнь июня", "июл июль июля"),
            *("авг август августа", "сен сент сентябрь сентября", "окт октябрь октября"),
            *("ноя нояб ноябрь ноября", "дек декабрь декабря"),
        ),
        1,
    )
    for name in names.split()
}
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DASHES: Final = re.compile("[–—−‐‑―]")
_DAY: Final = re.compile(
    r"(?P<day>\d{1,2})(?:\s*[./]\s*(?P<month>\d{1,2})(?:\s*[./]\s*(?P<year>\d{4}|\d{2}))?(?!\d)"
    rf"|\s+(?P<word>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
    r"(?:\s+(?P<wordyear>\d{4}))?)?"
)
_DAY_NOISE: Final = re.compile(
    r"(?:\(?(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)\b"
    r"\.?\)?|\bгода?\b|\bг\b\.?|\bс\b|\bсо\b)",
)
_BETWEEN: Final = re.compile(r"\s*(?:(?P<range>-+|\bпо\b|\bдо\b)|,|;|\bи\b|\n)?\s*")
_FULL_DATE: Final = r"\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})(?:\s*г(?:ода|\.)?)?,?"
_CLOCK: Final = (
    r"(?P<h{n}>[01]?\d|2[0-4])(?:[:.](?P<m{n}>[0-5]\d)(?::[0-5]\d)?)?(?!\d|[.:]\d)"
    r"(?:\s*(?:часов|часа|час|ч)\b\.?)?(?:\s*(?P<mm{n}>[0-5]\d)\s*мин\w*\.?)?"
)
_END_OF: Final = _CLOCK.replace("{n}", "2")
_SPAN: Final = re.compile(
    rf"(?:\b(?:с|со|от)\b\s*)?(?:(?P<d1>{_FULL_DATE})\s*)?(?:\b(?:с|в)\b\s*)?"
    + _CLOCK.replace("{n}", "1")
    + rf"(?:\s*(?P<d1b>{_FULL_DATE}))?\s*(?:-+|\bдо\b|\bпо\b)\s*(?:(?P<d2>{_FULL_DATE})\s*)?"
    rf"(?:\b(?:до|в)\b\s*)?{_END_OF}(?:\s*(?P<d2b>{_FULL_DATE}))?"
)
_HYPHENED: Final = re.compile(r"(?<![\d.:-])([01]?\d|2[0-4])-([0-5]\d)(?![\d:.])")
_LEFT_OVER: Final = re.compile(r"(?:[\s,;/.()]|\bи\b|\bвремя\b|\bместно[ег]о?\b|\bвремени\b)*")
_ROUND_THE_CLOCK: Final = ("круглосуточно", "весь день", "сутки")
_ONE: Final = re.compile(
    rf"(?:(?P<d1>{_FULL_DATE})\s*)?(?:\b(?:с|в|до|по)\b\s*)?(?:"
    + _CLOCK.replace("{n}", "1")
    + rf")?(?:\s*(?P<d1b>{_FULL_DATE}))?\s*"
)
_DAY_LONG: Final = timedelta(days=1)
_HALF_YEAR: Final = timedelta(days=183)


class Span(NamedTuple):
    """From when until when, in local time."""

    start: datetime
    end: datetime


def read_days(text: str, *, today: date) -> tuple[date, ...]:
    """The days that ``text`` names; empty where it cannot be read.

    A day without its month has that of the day after it («24–26.11»), one without a year the year
    in which it is nearest to ``today``.
    """
    said = _DAY_NOISE.sub(" ", _plain(text))
    said = re.sub(r"\s+", " ", said).strip(" .,;")
    found: list[tuple[bool, re.Match[str]]] = []
    at, is_range = 0, False
    while at < len(said):
        one = _DAY.match(said, at)
        if one is None:
            return ()
        found.append((is_range, one))
        between = _BETWEEN.match(said, one.end())
        assert between is not None
        if between.end() == one.end() and between.end() < len(said):
            return ()
        at, is_range = between.end(), between["range"] is not None
    try:
        return _days(found, today)
    except ValueError:
        return ()


def _days(found: Sequence[tuple[bool, re.Match[str]]], today: date) -> tuple[date, ...]:
    month = year = 0
    days: list[tuple[bool, date]] = []
    for is_range, one in reversed(found):
        month = int(one["month"] or 0) or _MONTHS.get(one["word"] or "", 0) or month
        said = one["year"] or one["wordyear"]
        year = (int(said) + 2000 * (len(said) == 2)) if said else year
        if not month:
            return ()
        day = (
            _nearest(month, int(one["day"]), today)
            if not year
            else date(year, month, int(one["day"]))
        )
        days.append((is_range, day))
    listed: list[date] = []
    for is_range, day in reversed(days):
        if is_range and listed:
            count = (day - listed[-1]).days
            if not 0 < count <= MOST_DAYS:
                return ()
            listed += [listed[-1] + timedelta(days=n) for n in range(1, count + 1)]
        else:
            listed.append(day)
    return tuple(dict.fromkeys(listed))[: MOST_DAYS + 1]


def _nearest(month: int, day: int, today: date) -> date:
    this = date(today.year, month, day)
    if today - this > _HALF_YEAR:
        return this.replace(year=today.year + 1)
    return this.replace(year=today.year - 1) if this - today > _HALF_YEAR else this


def read_spans(text: str, days: Sequence[date]) -> tuple[Span, ...]:
    """The stretches of ``text`` on each of ``days``; a stretch that names its own days needs none.

    Empty where there is anything that cannot be read. An end before its start is the next day's.
    """
    said = _plain(text)
    if said.strip(" .") in _ROUND_THE_CLOCK:
        midnight = [datetime.combine(day, time()) for day in days]
        return tuple(Span(start, start + _DAY_LONG) for start in midnight)
    if _DAY_WORD.search(said) is None and re.search(r"\b(?:до|по)\b|\d-\d\d\s*-+\s*\d", said):
        said = _HYPHENED.sub(r"\1:\2", said)
    spans: list[Span] = []
    at = 0
    while (found := _SPAN.search(said, at)) is not None:
        if not _is_nothing(said[at : found.start()]):
            return ()
        some = _of_days(found, days)
        if not some:
            return ()
        spans += some
        at = found.end()
    if not spans or not _is_nothing(said[at:]):
        return ()
    return tuple(sorted(set(spans)))


_DAY_WORD: Final = re.compile(_FULL_DATE)


def _is_nothing(text: str) -> bool:
    return _LEFT_OVER.fullmatch(text) is not None


def _of_days(found: re.Match[str], days: Sequence[date]) -> list[Span]:
    first = _own_day(found["d1"] or found["d1b"])
    last = _own_day(found["d2"] or found["d2b"])
    if (first is None and (found["d1"] or found["d1b"])) or (
        last is None and (found["d2"] or found["d2b"])
    ):
        return []
    begin, end = _clock(found, 1), _clock(found, 2)
    spans = []
    for day in [first] if first is not None else days:
        start = datetime.combine(day, time()) + begin
        stop = datetime.combine(last or day, time()) + end
        if stop <= start and last is None:
            stop += _DAY_LONG
        if stop > start:
            spans.append(Span(start, stop))
    return spans


def _own_day(text: str | None) -> date | None:
    found = re.match(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})", text or "")
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year + 2000 * (year < 100), month, day)
    except ValueError:
        return None


def _clock(found: re.Match[str], which: int) -> timedelta:
    minutes = found[f"m{which}"] or found[f"mm{which}"] or 0
    return timedelta(hours=int(found[f"h{which}"]), minutes=int(minutes))


class Moment(NamedTuple):
    """What a cell of a beginning or an end says: a day, hours after midnight, or both."""

    day: date | None
    clock: timedelta | None


def read_moment(text: str) -> Moment | None:
    """«24.11.2026 09:00», «09:00», «24.11.2026»; None where it cannot be read."""
    said = _HYPHENED.sub(r"\1:\2", _plain(text)).strip(" ,.")
    found = _ONE.fullmatch(said)
    if found is None or not said:
        return None
    day = _own_day(found["d1"] or found["d1b"])
    clock = _clock(found, 1) if found["h1"] else None
    if day is None and (clock is None or found["d1"] or found["d1b"]):
        return None
    return Moment(day, clock)


def between(start: Moment, end: Moment, days: Sequence[date]) -> tuple[Span, ...]:
    """From ``start`` until ``end``; ``days`` are those of a cell of their own."""
    if start.clock is None or end.clock is None:
        return ()
    spans = []
    for day in [start.day] if start.day is not None else days:
        begin = datetime.combine(day, time()) + start.clock
        stop = datetime.combine(end.day or day, time()) + end.clock
        if stop <= begin and end.day is None:
            stop += _DAY_LONG
        if stop > begin:
            spans.append(Span(begin, stop))
    return tuple(spans)


def _plain(text: str) -> str:
    said = _DASHES.sub("-", fold(text).replace("\xa0", " "))
    said = re.sub(r"(?<=\d)t(?=\d)", " ", said)
    return re.sub(r"\s+", " ", _ISO.sub(r"\3.\2.\1", said)).strip()
