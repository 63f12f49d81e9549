"""A list of houses as grid companies write it: «д. 1–15 нечётные, 22», «2-40 (чёт.)», «все дома».

Read once into runs and single houses, so that whether a house is among them is one question with
one answer, wherever it is asked. What cannot be read is kept beside, in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from console.domain.words import fold


class Side(StrEnum):
    """The side of a street: Russian streets have even numbers on one, odd ones on the other."""

    BOTH = "both"
    ODD = "odd"
    EVEN = "even"


class HouseFit(StrEnum):
    """What a list says of one house."""

    LISTED = "listed"
    NOT_LISTED = "not_listed"
    WHOLE = "whole"
    """The list is of all houses there are: it names none of them."""
    UNKNOWN = "unknown"
    """No house was asked about, or a part of the list cannot be read, or is vague («частично»)."""


class House(NamedTuple):
    """One house: its number, and what tells it from others of that number («а», «/2», «к2»)."""

    number: int
    mark: str = ""


class Run(NamedTuple):
    """Houses from ``first`` to ``last`` (None: to the end of the street) of one side."""

    first: int
    last: int | None
    side: Side = Side.BOTH

    def holds(self, number: int) -> bool:
        """Whether a house of this number is within."""
        if number < self.first or (self.last is not None and number > self.last):
            return False
        return self.side is Side.BOTH or (number % 2 == 1) is (self.side is Side.ODD)


@dataclass(frozen=True, slots=True)
class Houses:
    """A list of houses that was read. ``whole``: all of them, but for ``but_runs``, ``but``.

    ``vague``: it says that only a part is meant and not which; ``unread`` are pieces of the text
    that could not be read.
    """

    runs: tuple[Run, ...] = ()
    singles: tuple[House, ...] = ()
    whole: bool = False
    but_runs: tuple[Run, ...] = ()
    but: tuple[House, ...] = ()
    vague: bool = False
    unread: tuple[str, ...] = ()

    def fit(self, house: str) -> HouseFit:
        """What the list says of ``house`` («5А», «7/2», «12 корп. 2», or «5, 7»: any of them)."""
        asked = read_houses(house).singles if house.strip() else ()
        if not asked:
            return HouseFit.WHOLE if self._is_plainly_whole else HouseFit.UNKNOWN
        fits = {self._fit(one) for one in asked}
        for likely in (HouseFit.LISTED, HouseFit.WHOLE, HouseFit.UNKNOWN):
            if likely in fits:
                return likely
        return HouseFit.NOT_LISTED

    @property
    def _is_plainly_whole(self) -> bool:
        return self.whole and not (self.but or self.but_runs)

    def _fit(self, asked: House) -> HouseFit:
        if asked in self.but or any(run.holds(asked.number) for run in self.but_runs):
            return HouseFit.NOT_LISTED
        if asked in self.singles or any(run.holds(asked.number) for run in self.runs):
            return HouseFit.LISTED
        if self.whole:
            return HouseFit.WHOLE
        alike = [one for one in self.singles if one.number == asked.number]
        if alike == [House(asked.number)]:
            return HouseFit.LISTED  # «5» without any «5А» beside it is all that is called 5
        if alike and not asked.mark:
            return HouseFit.UNKNOWN  # «7» where 7/1 and 7/2 are listed: nobody said which
        return HouseFit.UNKNOWN if self.vague or self.unread else HouseFit.NOT_LISTED


ALL: Final = Houses(whole=True)

_LETTER: Final = r"[а-я](?![а-я])"
_END: Final = r"(?=\s*(?:[,;()]|$|-|по\b|до\b))"
_NUMBER: Final = rf"""
    (?P<number>\d{{1,4}})(?!\d|-?(?:я|й|го)\b)
    (?:\s?/\s?(?P<part>\d{{1,3}}))?
    (?:-?/?["'«]?(?P<letter>{_LETTER})["'»]?|\s["'«]?(?P<apart>{_LETTER})["'»]?{_END})?
    (?:\s*,?\s*(?:корпус|корп|кор|к)\.?\s?(?P<block>\d{{1,3}}[а-я]?)\b)?
    (?:\s*,?\s*(?:строение|стр)\.?\s?(?P<building>\d{{1,3}})\b)?
    (?:\s*,?\s*лит(?:ера?)?\.?\s?["'«]?(?P<litera>[а-я])\b["'»]?)?
"""
_HOUSE: Final = re.compile(_NUMBER, re.VERBOSE)
_LEAD: Final = re.compile(
    r"(?:дома?х?|дом[ао]влад\w*|дд|д|№+|n(?=\s?\d)|номера?|строения?|владени\w*|вл|участ\w+|уч"
    r"|включительно|вкл|сторон[аыу]|чн|н/?ж|номерами)\b\.?|[№.:()\"'«»]+"
)
_FROM: Final = re.compile(r"(?:с|со|от)\b\.?\s*(?:(?:дома?|д|№)\.?\s*)?(?=\d)")
_TO: Final = re.compile(r"\s*(?:-+|\.{2,}|…|÷|по\b|до\b)\s*(?:(?:дома?|д|№)\b\.?\s*)?№?\s*")
_TO_END: Final = re.compile(r"\s*(?:-|и\s+|,\s*)?\s*(?:до\s+)?(?:конца|конец|далее)(?:\s+улицы)?\b")
_ODD: Final = re.compile(r"неч(?:ет(?:н\w*)?)?\b\.?(?:\s+(?:стор\w*|номера|дома|ст))?\.?")
_EVEN: Final = re.compile(r"ч(?:ет(?:н\w*)?)?\b\.?(?:\s+(?:стор\w*|номера|дома|ст))?\.?")
_WHOLE: Final = re.compile(
    r"(?:все\s+дома|все\s+номера|всю?я?\s+улиц[ау]|по\s+всей\s+(?:улице|длине)|вся|все|весь|всю"
    r"|полностью|целиком)\b"
)
_VAGUE: Final = re.compile(r"(?:частично|част\.|часть\s+домов|частн\w+\s+(?:сектор|дома)|часть)")
_BUT: Final = re.compile(r"(?:кроме|за\s+исключением|исключая|искл\.?)\b")
_PLAIN: Final = re.compile(r"[^,;()]+")
_GAP: Final = re.compile(r"[\s,;]+|(?:и|а\s+также)\b\s*")
_DASHES: Final = str.maketrans("–—−‐‑‒―", "-------")
_LATIN: Final = str.maketrans("abekmhopctyxgd", "авекмнорстухгд")
_MOST_PARTS: Final = 50


@lru_cache(maxsize=8_192)
def read_houses(text: str) -> Houses:
    """The houses of ``text``; an empty text means all of them."""
    plain = _plain(text)
    return _Reader(plain).read() if plain.strip(" .,;-") else ALL


def _plain(text: str) -> str:
    folded = fold(text).translate(_DASHES)
    # «5A» typed with the other layout's letter is the same house.
    return re.sub(r"(?<=\d)\s?[a-z](?![a-z])", lambda m: m[0].translate(_LATIN), folded)


def house_of(found: re.Match[str]) -> House:
    """The house of a match of the number's pattern."""
    mark = f"/{found['part']}" if found["part"] else ""
    mark += found["letter"] or found["apart"] or found["litera"] or ""
    mark += f"к{found['block']}" if found["block"] else ""
    mark += f"с{found['building']}" if found["building"] else ""
    return House(int(found["number"]), mark)


@dataclass(slots=True)
class _Reader:
    """One text, read from left to right.

    A side said after a run is that run's («1–15 нечётные, 22»); said before, it is of what follows
    («нечётные: 1–15, 21–31»), and of nothing else it is a side of the whole street.
    """

    text: str
    at: int = 0
    runs: list[Run] = field(default_factory=list)
    singles: list[House] = field(default_factory=list)
    but_runs: list[Run] = field(default_factory=list)
    but: list[House] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    whole: bool = False
    vague: bool = False
    excluding: bool = False
    side: Side = Side.BOTH
    is_side_used: bool = True
    in_piece: int = 0
    """How many runs the present piece, between two commas, has brought."""

    def read(self) -> Houses:
        while self.at < len(self.text):
            if not (self._gap() or self._houses() or self._said()):
                self._pass_over()
        self._end_side(is_last=True)
        nothing = not (self.runs or self.singles or self.unread or self.vague)
        return Houses(
            runs=tuple(self.runs),
            singles=tuple(self.singles),
            whole=self.whole or nothing,
            but_runs=tuple(self.but_runs),
            but=tuple(self.but),
            vague=self.vague,
            unread=tuple(self.unread),
        )

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found is not None and found.end() > self.at:
            self.at = found.end()
            return found
        return None

    def _gap(self) -> bool:
        found = self._take(_GAP)
        if found is None:
            return False
        if "," in found[0] or ";" in found[0]:
            self.in_piece = 0
        if ";" in found[0]:
            self.excluding = False
        return True

    def _houses(self) -> bool:
        before = self.at
        self._take(_FROM)
        first = self._take(_HOUSE)
        if first is None:
            self.at = before
            return False
        if self._take(_TO_END):
            self._add_run(Run(int(first["number"]), None))
            return True
        between = self.at
        last = self._take(_HOUSE) if self._take(_TO) else None
        if last is None:
            self.at = between
            self._add_single(house_of(first))
            return True
        one, other = house_of(first), house_of(last)
        if one.number < other.number:
            self._add_run(Run(one.number, other.number))
        elif one.number == other.number and first["part"] and last["part"]:
            self._add_parts(one.number, int(first["part"]), int(last["part"]))
        else:
            self.unread.append(self.text[before : self.at].strip())
        return True

    def _add_run(self, run: Run) -> None:
        sided = run._replace(side=self.side)
        (self.but_runs if self.excluding else self.runs).append(sided)
        self.is_side_used = True
        self.in_piece += not self.excluding

    def _add_single(self, house: House) -> None:
        (self.but if self.excluding else self.singles).append(house)
        self.is_side_used = True

    def _add_parts(self, number: int, first: int, last: int) -> None:
        for part in range(first, min(last, first + _MOST_PARTS) + 1):
            self._add_single(House(number, f"/{part}"))

    def _said(self) -> bool:
        """A word that says something of the houses around it."""
        if self._take(_ODD):
            self._turn_to(Side.ODD)
        elif self._take(_EVEN):
            self._turn_to(Side.EVEN)
        elif self._take(_WHOLE):
            if not self.is_side_used:
                self._add_run(Run(1, None))
            else:
                self.whole = True
        elif self._take(_VAGUE):
            self.vague = True
        elif self._take(_BUT):
            self.excluding = True
            if not (self.runs or self.singles):
                self.whole = True
        else:
            return self._take(_LEAD) is not None
        return True

    def _turn_to(self, side: Side) -> None:
        if self.in_piece:
            for place in range(len(self.runs) - self.in_piece, len(self.runs)):
                self.runs[place] = self.runs[place]._replace(side=side)
            self.in_piece = 0
            return
        self._end_side(is_last=False)
        self.side, self.is_side_used = side, False

    def _end_side(self, *, is_last: bool) -> None:
        """A side that nothing followed: of the run before it, or of the whole street."""
        if self.is_side_used:
            return
        if is_last and self.runs and self.runs[-1].side is Side.BOTH:
            self.runs[-1] = self.runs[-1]._replace(side=self.side)
        else:
            self.runs.append(Run(1, None, self.side))

    def _pass_over(self) -> None:
        found = self._take(_PLAIN)
        if found is None:
            self.at += 1
        else:
            self.unread.append(found[0].strip())


def numbers_in(houses: Houses, *, most: int) -> Iterator[House]:
    """The houses that the list names one by one, at most ``most``; an open run names its first."""
    left = most
    for run in houses.runs:
        for number in range(run.first, (run.first if run.last is None else run.last) + 1):
            if not left:
                return
            if run.holds(number):
                left -= 1
                yield House(number)
    yield from houses.singles[:left]


def shown(house: House) -> str:
    """A house as it is written: «5А», «7/2», «12 корп. 2»."""
    mark = re.sub(r"к(?=\d)", " корп. ", house.mark)
    mark = re.sub(r"с(?=\d)", " стр. ", mark)
    return f"{house.number}{re.sub(r'[а-я](?![а-я.])', lambda m: m[0].upper(), mark)}"
