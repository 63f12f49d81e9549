"""Time words: the days, clock times and lengths that a Russian text names, each with its place.

Only what can be the end of something is found: «до 18:00», «завтра», «через два часа», the end of
«с 9 до 17»; a beginning («с понедельника») is none. What a time means is counted from an instant by
`console.domain.promise`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from console.domain.day_words import Day, day_words
from console.domain.numerals import NUMBER, ORDINAL, number, ordinal
from console.domain.words import Span, fold


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes after midnight (1440 is midnight at its end).

    ``either``: whether the same figure of the other half of the day may be meant («до пяти»).
    ``led``: whether a word says that it is an end («до», «к», «около»). ``moscow``: by the clock
    of Moscow. ``part``: the name of a part of the day instead of minutes («evening»).
    """

    span: Span
    minutes: int = 0
    either: bool = False
    led: bool = True
    moscow: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time from now: ``amount`` for hours and minutes, else ``number`` of ``unit``.

    ``unit`` is ``time``, ``days``, ``working_days`` or ``months``.
    """

    span: Span
    unit: str
    amount: timedelta = timedelta()
    number: int = 0


TimeWords = Clock | Day | Length

_BY: Final = (
    r"(?:(?:не\s(?:позднее|позже)|до|к|ко|около|часам\sк|примерно\sв|ориентировочно\sв|в|во|на|"
    r"после)\s)"
)
_LED: Final = re.compile(r"(?:до|к|ко|около|позднее|позже|ориентировочно\sв|примерно\sв)\s?\Z")
_CLOCK: Final = re.compile(
    rf"""
    (?<![\w.:/-])(?P<by>{_BY})?
    (?P<h>[01]?\d|2[0-4])\s?
    (?: [:-](?P<m>[0-5]\d)(?![\d-]) | \.(?P<dot>[0-5]\d)(?![\d.]) |
        (?:час\w{{0,3}}\.?|ч\b\.?)(?:\s(?P<hm>[0-5]\d)\s?мин\w{{0,2}}\.?)? )
    (?:\s(?P<half>утра|дня|вечера|ночи))?""",
    re.VERBOSE,
)
_WORD_CLOCK: Final = re.compile(
    rf"""
    (?<!\w)(?P<by>{_BY})
    (?: (?P<half_past>половин\w)\s(?P<ordinal>{ORDINAL}) |
        (?P<word>{NUMBER}|\d{{1,2}}|час[ау])(?:\sчас\w{{0,3}})? )
    (?:\s(?P<half>утра|дня|вечера|ночи))?(?![\w])""",
    re.VERBOSE,
)
_RANGE: Final = re.compile(
    r"(?<!\w)(?:с|между)\s(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)?\s?(?:ч\.?|час\w{0,3})?\s?(?:до|и|по)\s"
    r"(?P<h>[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d))?(?:\s?час\w{0,3}|\s?ч\b)?"
    r"(?!\s?(?:\d|вольт|ноябр|декабр|январ|числ|квт|метр|дом|дня|дне|рубл|%))"
)
_PARTS: Final[Mapping[str, str]] = {
    "morning": r"утром",
    "to_morning": r"(?:к|до)\sутр[уа]",
    "noon": r"(?:до|к|в)\sпол(?:день|у?дн\w{1,2})",
    "lunch": r"(?:до|к)\sобед[ау]|в\sпервой\sполовине(?:\sдня)?|в\sобед",
    "afternoon": r"после\sобеда|во\sвторой\sполовине(?:\sдня)?|днем",
    "evening": r"вечером|(?:к|до)\sвечер[уа]",
    "midnight": r"(?:до|к|в)\sполун\w{2,3}",
    "night": r"ночью|до\sконца\sночи",
}
_PART: Final = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{key}>{words})" for key, words in _PARTS.items()) + r")(?!\w)"
)
_MOSCOW: Final = re.compile(r"[\s(,]{0,3}(?:мск|по\sмоск\w{2,7}(?:\sвремени)?)")

_BEGIN: Final = re.compile(r"(?:^|\s)(?:с|со|от|за|не\s(?:раньше|ранее)|после)\s\Z")

_LEAD: Final = (
    r"(?:через|в\sтечение|за|еще|нужно|нужен|надо|потребу[ею]тся|понадобится|займет|остал[оа]сь|"
    r"не\sболее(?:\sчем\sчерез)?|примерно|около)"
)
_UNIT: Final = (
    r"(?:минут\w{0,2}|мин\b|час\w{0,3}|ч\b|сут\w{1,3}|дн\w{1,2}|день|недел\w{1,2}|месяц\w{0,3})"
)
_LENGTH: Final = re.compile(
    rf"""
    (?<!\w)(?:(?P<inverted>минут|часа|часов)\sчерез\s(?P<back>\d{{1,3}}|{NUMBER}) |
    (?P<bare>полчаса|(?:\w+\s)?час[а]?)(?=,\sи\s) |
    (?:{_LEAD}\s){{1,3}}(?:(?:еще|примерно|около|ближайш\w{{2,3}})\s){{0,2}}
    (?: (?P<half_hour>полчаса|получаса) | (?P<one_half>полтор[аы]|полутора)\s(?:часа|часов|суток) |
        (?P<quarter>четверть\sчаса) | (?P<day_half>полдня) |
        (?:(?:\d{{1,3}}|{NUMBER})\s?[–-]\s?)?(?:(?P<number>\d{{1,3}}|{NUMBER})(?:-х|-ти|-и)?\s)?
        (?P<kind>рабоч\w{{2,3}}\s|календарн\w{{2,3}}\s)?(?P<unit>{_UNIT}) ))(?!\w)""",
    re.VERBOSE,
)


def time_words(sentence: str) -> tuple[TimeWords, ...]:
    """The ends in time that ``sentence`` names, in their order; none overlaps another."""
    text = fold(sentence).replace("\u00a0", " ")
    if len(text) != len(sentence):
        return ()
    taken: list[TimeWords] = []
    covered: set[int] = set()
    for finder in (_lengths, _ranges, _days, _clocks, _word_clocks, _parts):
        for each in finder(text):
            places = range(each.span.start, each.span.end)
            if covered.isdisjoint(places):
                covered.update(places)
                taken.append(each)
    return tuple(sorted(taken, key=lambda each: each.span))


def _lengths(text: str) -> Iterator[Length]:
    for found in _LENGTH.finditer(text):
        span = Span(*found.span())
        if found["inverted"]:
            minutes = number(found["back"]) * (1 if found["inverted"] == "минут" else 60)
            yield Length(span, "time", timedelta(minutes=minutes))
        elif found["half_hour"] or found["bare"] == "полчаса":
            yield Length(span, "time", timedelta(minutes=30))
        elif found["one_half"]:
            hours = 36 if "сут" in found.group() else 1.5
            yield Length(span, "time", timedelta(hours=hours))
        elif found["quarter"]:
            yield Length(span, "time", timedelta(minutes=15))
        elif found["day_half"]:
            yield Length(span, "time", timedelta(hours=12))
        elif found["unit"] and not (text[found.end() :].startswith(" назад")):
            length = _length(span, found["unit"], found["number"], working=bool(found["kind"]))
            if length is not None and not (found["unit"].startswith("дн") and not found["number"]):
                yield length


def _length(span: Span, unit: str, said: str | None, *, working: bool) -> Length | None:
    count = number(said) if said else 1
    if unit.startswith("мин"):
        return Length(span, "time", timedelta(minutes=count)) if said else None
    if unit.startswith(("ч",)):
        return Length(span, "time", timedelta(hours=count))
    if unit.startswith("сут"):
        return Length(span, "time", timedelta(days=count))
    if unit.startswith("недел"):
        return Length(span, "days", number=7 * count)
    if unit.startswith("месяц"):
        return Length(span, "months", number=count)
    return Length(span, "working_days" if working else "days", number=count)


def _ranges(text: str) -> Iterator[Clock]:
    for found in _RANGE.finditer(text):
        minutes = int(found["h"]) * 60 + int(found["m"] or 0)
        if minutes <= 24 * 60:
            yield _clock(text, Span(*found.span()), minutes, led=True)


def _clocks(text: str) -> Iterator[Clock]:
    for found in _CLOCK.finditer(text):
        if _begins(text, found.start()):
            continue
        dated = found["dot"] is not None and 1 <= int(found["dot"]) <= 12 and not found["by"]
        minutes = int(found["m"] or found["dot"] or found["hm"] or 0)
        at = _half(int(found["h"]), found["half"]) * 60 + minutes
        if not dated and at <= 24 * 60:
            bare = found["m"] is None and found["dot"] is None and found["half"] is None
            yield _clock(
                text,
                Span(*found.span()),
                at,
                either=bare and 0 < int(found["h"]) <= 12,
                led=bool(found["by"]) and _LED.search(found["by"]) is not None,
            )


def _word_clocks(text: str) -> Iterator[Clock]:
    for found in _WORD_CLOCK.finditer(text):
        word, half = found["word"], found["half"]
        if word is not None and not half and "час" not in found.group():
            continue
        if found["half_past"]:
            hour, minutes = ordinal(found["ordinal"]) - 1, 30
        else:
            hour, minutes = (1 if word.startswith("час") else number(word)), 0
        if hour > 12:
            continue
        at = _half(hour, half) * 60 + minutes
        led = _LED.search(found["by"]) is not None
        yield _clock(text, Span(*found.span()), at, either=half is None, led=led)


def _half(hour: int, half: str | None) -> int:
    """The hour of the day: six in the evening is 18, twelve at night 0."""
    if half in ("дня", "вечера") and hour < 12:
        return hour + 12
    return 0 if half == "ночи" and hour == 12 else hour


def _clock(
    text: str, span: Span, minutes: int, *, either: bool = False, led: bool = False
) -> Clock:
    moscow = _MOSCOW.match(text, span.end)
    end = moscow.end() if moscow else span.end
    return Clock(Span(span.start, end), minutes, either, led, moscow is not None)


def _parts(text: str) -> Iterator[Clock]:
    for found in _PART.finditer(text):
        yield Clock(Span(*found.span()), part=str(found.lastgroup))


def _days(text: str) -> Iterator[Day]:
    return (day for day in day_words(text) if not _begins(text, day.span.start))


def _begins(text: str, at: int) -> bool:
    """Whether the words before ``at`` say that it is a beginning, or a reason to look back."""
    return _BEGIN.search(text, max(0, at - 12), at) is not None
