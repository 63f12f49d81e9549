"""The gazetteer: settlements and streets by every form in which residents write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

from console.domain.declension import name_forms
from console.domain.words import Phrase, PhraseBook, Word, fold

_TYPO_FROM: Final = 6
"""Letters from which a name may be one letter off."""

_LEARNT: Final = 50_000
"""Words whose near names an index remembers."""

_HEAD, _TAIL = 2, 3
"""A word one letter off (never the first) shares its first two or its last three letters."""

_EARTH_KM: Final = 6371.0


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town or village. ``branch`` is empty where another company serves it.

    Coordinates in degrees (WGS 84); ``zone`` an IANA name; ``elsewhere`` the number of places of
    the same name in regions that are not ours; ``weak``: the name is an everyday word, too.
    """

    branch: str
    name: str
    lat: float
    lon: float
    population: int
    zone: str
    kind: str = ""
    elsewhere: int = 0
    aliases: tuple[str, ...] = ()
    weak: bool = False

    def distance_km(self, other: Settlement) -> float:
        """The distance to another settlement over the ground."""
        lat, other_lat = radians(self.lat), radians(other.lat)
        half = sin((other_lat - lat) / 2) ** 2
        half += cos(lat) * cos(other_lat) * sin(radians(other.lon - self.lon) / 2) ** 2
        return 2 * _EARTH_KM * asin(sqrt(half))


@dataclass(frozen=True, slots=True)
class StreetName:
    """A common street: its name as it is written, and its usual kind («улица», «проспект»)."""

    name: str
    kind: str = "улица"


@dataclass(frozen=True, slots=True)
class Named:
    """A name found in a text: how many words it takes, whether in its nominative, or misspelt."""

    length: int
    exact: bool
    typo: bool = False


class NameIndex:
    """Names by the forms of their words; ``find`` gives what begins at a word of a text."""

    def __init__(self) -> None:
        self._first: dict[str, list[tuple[int, tuple[frozenset[str], ...], str]]] = {}
        self._near: dict[str, set[str]] = {}
        self._slips: dict[str, tuple[tuple[int, Named], ...]] = {}

    def add(self, key: int, name: str, *, inexact: bool = True) -> None:
        """Let ``key`` be found by ``name``; ``inexact``: also one letter off."""
        parts = name_forms(name)
        for form in parts[0]:
            self._first.setdefault(form, []).append((key, parts, fold(name).replace("-", " ")))
            if inexact and len(parts) == 1 and len(form) >= _TYPO_FROM:
                self._near.setdefault(f"{form[:_HEAD]}_", set()).add(form)
                self._near.setdefault(f"_{form[-_TAIL:]}", set()).add(form)

    def begins(self, folded: str) -> bool:
        """Whether any name begins with this word, in some form of it."""
        return folded in self._first

    def find(self, text: Sequence[Word], at: int) -> list[tuple[int, Named]]:
        """The keys whose name begins at word ``at``, only those of the longest name."""
        begun = self._first.get(text[at].folded)
        if begun is None:
            return []
        found: list[tuple[int, Named]] = []
        for key, parts, nominative in begun:
            said = text[at : at + len(parts)]
            if len(said) == len(parts) and all(
                word.folded in form for word, form in zip(said, parts, strict=True)
            ):
                exact = " ".join(word.folded for word in said) == nominative
                found.append((key, Named(len(parts), exact)))
        longest = max((named.length for _, named in found), default=0)
        return [(key, named) for key, named in found if named.length == longest]

    def find_misspelt(self, word: str) -> tuple[tuple[int, Named], ...]:
        """The keys whose one-word name has a form one letter away from the folded ``word``."""
        if len(word) < _TYPO_FROM:
            return ()
        if word not in self._slips:
            if len(self._slips) >= _LEARNT:
                self._slips.clear()
            self._slips[word] = self._misspelt(word)
        return self._slips[word]

    def _misspelt(self, word: str) -> tuple[tuple[int, Named], ...]:
        near = self._near.get(f"{word[:_HEAD]}_", set()) | self._near.get(
            f"_{word[-_TAIL:]}", set()
        )
        keys = {
            key
            for form in near
            if form[0] == word[0] and abs(len(form) - len(word)) < 2 and one_letter_off(word, form)
            for key, parts, _ in self._first[form]
            if len(parts) == 1
        }
        return tuple((key, Named(1, exact=False, typo=True)) for key in sorted(keys))


def one_letter_off(one: str, other: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours turns one into other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    if short[at + 1 :] == long[at + 1 :]:
        return True
    swapped = short[at : at + 2] == long[at : at + 2][::-1]
    return swapped and short[at + 2 :] == long[at + 2 :]


class Gazetteer:
    """All settlements and common streets, and the words that name a region as a whole.

    ``regions`` are phrases such as «хакаси*» or «красноярск*_кра~» with the branch that serves
    the region; an empty branch means a region that is not ours.
    """

    def __init__(
        self,
        settlements: Iterable[Settlement],
        streets: Iterable[StreetName],
        regions: Mapping[Phrase, str],
    ) -> None:
        self.settlements: tuple[Settlement, ...] = tuple(settlements)
        self.streets: tuple[StreetName, ...] = tuple(streets)
        self.regions = regions
        self.region_names = PhraseBook(regions)
        self._around: dict[str, frozenset[str]] = {}
        self.settlement_names = NameIndex()
        for key, settlement in enumerate(self.settlements):
            self.settlement_names.add(key, settlement.name)
            for alias in settlement.aliases:
                self.settlement_names.add(key, alias, inexact=False)
        self.street_names = NameIndex()
        for key, street in enumerate(self.streets):
            self.street_names.add(key, street.name)
            if " " not in street.name and street.name.endswith(("ая", "яя")):
                self.street_names.add(key, street.name[:-2] + "ый", inexact=False)

    def branches_around(self, stem: str) -> frozenset[str]:
        """The branches of the settlements whose names begin so; asked for many times."""
        if stem not in self._around:
            if len(self._around) >= _LEARNT:
                self._around.clear()
            named = (each for each in self.settlements if fold(each.name).startswith(stem))
            self._around[stem] = branches_of(named)
        return self._around[stem]

    def named(self, name: str, branch: str | None = None) -> tuple[Settlement, ...]:
        """The settlements of exactly this name (in ``branch``, where one is given)."""
        wanted = fold(name)
        return tuple(
            each
            for each in self.settlements
            if fold(each.name) == wanted and (branch is None or each.branch == branch)
        )


def branches_of(settlements: Iterable[Settlement]) -> frozenset[str]:
    """The branches that serve them."""
    return frozenset(settlement.branch for settlement in settlements)
