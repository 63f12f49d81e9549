"""Day words: the days and the ends of weeks, months, quarters and years that a text names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.domain.numerals import ORDINAL, ordinal
from console.domain.words import Span

_MONTHS: Final = (
    *("январ", "феврал", "март", "апрел", "ма[йяе]", "июн", "июл", "август", "сентябр"),
    *("октябр", "ноябр", "декабр"),
)
_MONTH: Final = "(?:" + "|".join(_MONTHS) + r")\w{0,3}"
_WEEKDAYS: Final = (
    *("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень"),
)
_WEEKDAY: Final = "(?:" + "|".join(_WEEKDAYS) + r")\w{0,2}"
_QUARTERS: Final = ("i|1|перв", "ii|2|втор", "iii|3|трет", "iv|4|четв")
_UNTIL: Final = r"(?:не\s(?:позднее|позже)|до|к|ко)\s"
_END: Final = r"(?<!\w)(?:до\sконца|к\sконцу)\s"
_THIS: Final = r"(?:этого\s|этой\s|текущего\s|текущей\s)?"


class DayKind(StrEnum):
    """What the number of a `Day` counts."""

    OFFSET = "offset"
    """Days from today."""
    WEEKDAY = "weekday"
    """The weekday that comes next, Monday is 0."""
    NEXT_WEEKDAY = "next_weekday"
    """That weekday of the next week."""
    DATE = "date"
    """A day of ``month`` and ``year``, 0 where they are not said."""
    WEEK = "week"
    """The end of the week so many weeks ahead."""
    MONTH = "month"
    """The end of ``month``, 0 for this one."""
    BEFORE_MONTH = "before_month"
    """The day before ``month`` begins."""
    QUARTER = "quarter"
    """The end of a quarter, 0 for this one."""
    YEAR = "year"
    """The end of this year."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a text names. ``weak``: it gives way to another one («в течение дня»)."""

    span: Span
    kind: DayKind
    number: int = 0
    month: int = 0
    year: int = 0
    weak: bool = False


_Groups = Mapping[str, str | None]
_Maker = Callable[[Span, _Groups], Day | None]


def day_words(text: str) -> Iterator[Day]:
    """The days of a folded text; they may overlap, the surer one comes first."""
    for pattern, make in _PATTERNS:
        for found in pattern.finditer(text):
            day = make(Span(*found.span()), found.groupdict())
            if day is not None:
                yield day


def _offset(number: int, *, weak: bool = False) -> _Maker:
    return lambda span, _: Day(span, DayKind.OFFSET, number, weak=weak)


def _week(number: int) -> _Maker:
    return lambda span, _: Day(span, DayKind.WEEK, number)


def _weekday(span: Span, got: _Groups) -> Day:
    kind = DayKind.NEXT_WEEKDAY if got["next"] else DayKind.WEEKDAY
    return Day(span, kind, _among(_WEEKDAYS, got["weekday"] or ""))


def _date(span: Span, got: _Groups) -> Day:
    month = _month(got["month"]) if got["month"] else 0
    return Day(span, DayKind.DATE, ordinal(got["day"] or ""), month, int(got["year"] or 0))


def _figures(span: Span, got: _Groups) -> Day:
    year = int(got["year"] or 0)
    year += 2000 if 0 < year < 100 else 0
    return Day(span, DayKind.DATE, int(got["day"] or 0), int(got["month"] or 0), year)


def _end_of_month(span: Span, got: _Groups) -> Day:
    return Day(span, DayKind.MONTH, month=_month(got["month"]) if got["month"] else 0)


def _in_month(span: Span, got: _Groups) -> Day:
    kind = DayKind.MONTH if got["by"] == "в" else DayKind.BEFORE_MONTH
    return Day(span, kind, month=_month(got["month"]), year=int(got["year"] or 0))


def _quarter(span: Span, got: _Groups) -> Day:
    said = got["quarter"] or ""
    number = next((n for n, q in enumerate(_QUARTERS, 1) if re.fullmatch(f"(?:{q})\\w*", said)), 0)
    return Day(span, DayKind.QUARTER, number, year=int(got["year"] or 0))


def _year(span: Span, _: _Groups) -> Day:
    return Day(span, DayKind.YEAR)


def _month(word: str | None) -> int:
    return _among(_MONTHS, word or "") + 1


def _among(stems: tuple[str, ...], word: str) -> int:
    return next(number for number, stem in enumerate(stems) if re.match(stem, word))


_DATE: Final = (
    rf"(?<![\w.])(?:(?:{_UNTIL}|с\s|на\s))?(?:\d{{1,2}}\s?[–-]\s?)?"
    rf"(?P<day>\d{{1,2}}|{ORDINAL})(?:-го)?\s(?:(?P<month>{_MONTH})|числ[ау])"
    r"(?:\s(?P<year>20\d\d)(?:\sгода|\sг\.)?)?"
)
_FIGURES: Final = (
    rf"(?<![\w.])(?:{_UNTIL})?(?P<day>[0-3]?\d)\.(?P<month>0[1-9]|1[0-2])"
    r"(?:\.(?P<year>20\d\d|\d\d)(?!\d))?(?!\d)"
)
_ON_WEEKDAY: Final = (
    rf"(?<!\w)(?:во?\s|на\s|{_UNTIL})(?P<next>следующ\w{{2,3}}\s)?(?P<weekday>{_WEEKDAY})(?!\w)"
)
_IN_QUARTER: Final = (
    r"(?<!\w)(?:до\sконца|к\sконцу|в)\s"
    r"(?P<quarter>i{1,3}|iv|[1-4]|перв\w{2}|втор\w{2}|треть\w{1,3}|четверт\w{2,3})"
    r"(?:-?м|-го)?\sквартал\w(?:\s(?P<year>20\d\d)(?:\sгода)?)?"
)
_IN_MONTH: Final = (
    rf"(?<!\w)(?P<by>в|до|к)\s(?P<month>{_MONTH})(?!\w)(?:\s(?P<year>20\d\d)(?:\sгода)?)?"
)
_WITHIN_DAY: Final = r"(?<!\w)(?:до\sконца|к\sконцу|в\sтечение)\s(?:рабочего\s|этого\s)?дня"

_PATTERNS: Final[tuple[tuple[re.Pattern[str], _Maker], ...]] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (_DATE, _date),
        (_FIGURES, _figures),
        (rf"(?<!\w)(?:{_UNTIL}|на\s|уже\s)?сегодня(?:\sже)?(?!\w)", _offset(0)),
        (rf"(?<!\w)(?:{_UNTIL}|на\s)?послезавтра(?!\w)", _offset(2)),
        (rf"(?<!\w)(?:{_UNTIL}|на\s|уже\s)?завтра(?:шн\w{{1,3}})?(?!\w)", _offset(1)),
        (_ON_WEEKDAY, _weekday),
        (rf"{_END}{_THIS}недели|(?<!\w)на\sэтой\sнеделе", _week(0)),
        (rf"{_END}следующей\sнедели|(?<!\w)на\sследующей\sнеделе", _week(1)),
        (rf"{_END}{_THIS}(?:месяца|(?P<month>{_MONTH}))", _end_of_month),
        (rf"{_END}{_THIS}года|(?<!\w)в\sэтом\sгоду", _year),
        (_IN_QUARTER, _quarter),
        (rf"{_END}{_THIS}(?P<quarter>)(?P<year>)квартала", _quarter),
        (_IN_MONTH, _in_month),
        (_WITHIN_DAY, _offset(0, weak=True)),
    )
)
