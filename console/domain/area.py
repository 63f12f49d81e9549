"""Whether a place lies in an area of an outage: the one answer that everything here goes by.

Suggestions, norms of reliability and imports ask the same question, so they get the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from console.domain.appeal import Place
from console.domain.houses import HouseFit, read_houses
from console.domain.outage import OutageArea
from console.domain.street_words import ABBREVIATED, HYPHENED, KINDS, ordinal_of
from console.domain.words import fold, words


class AreaFit(NamedTuple):
    """How a place stands to an area; None is unknown (one of the two does not say).

    ``street`` is True also where the area is a whole settlement; ``house`` counts only where the
    street is the same.
    """

    settlement: bool | None
    street: bool | None
    house: HouseFit

    @property
    def holds(self) -> bool | None:
        """Whether the place lies in the area; None where that cannot be said."""
        if self.settlement is False or self.street is False:
            return False
        if self.settlement is None or self.street is None or self.house is HouseFit.UNKNOWN:
            return None
        return self.house is not HouseFit.NOT_LISTED


def fit(place: Place, area: OutageArea) -> AreaFit:
    """How ``place`` stands to ``area``."""
    settlement = same_settlement(place.settlement, area.settlement) if place.settlement else None
    if not area.street:
        return AreaFit(settlement, True, HouseFit.WHOLE)
    if not place.street:
        return AreaFit(settlement, None, HouseFit.UNKNOWN)
    street = same_street(place.street, area.street)
    return AreaFit(settlement, street, read_houses(area.houses).fit(place.house))


def holds(place: Place, areas: Iterable[OutageArea]) -> bool | None:
    """Whether ``place`` lies in any of ``areas``; None where that cannot be said of one of them."""
    answer: bool | None = False
    for area in areas:
        said = fit(place, area).holds
        if said:
            return True
        if said is None:
            answer = None
    return answer


def same_settlement(one: str, other: str) -> bool:
    """Whether two names are one settlement's, but for case and «ё»."""
    return fold(one) == fold(other)


def same_street(one: str, other: str) -> bool:
    """Whether two spellings are one street: «улица Садовая», «ул. Садовая», «Садовой».

    A type is compared only where both have one: «переулок Садовый» is not «улица Садовая». An
    initial stands for the name that begins so: «К. Маркса» is «Карла Маркса».
    """
    kind, name = _street_parts(one)
    other_kind, other_name = _street_parts(other)
    if kind and other_kind and kind != other_kind:
        return False
    if name == other_name:
        return bool(name)
    return len(name) == len(other_name) > 1 and all(map(_same_word, name, other_name))


def street_key(street: str) -> str:
    """One text for the spellings of a street, to count by; empty for none.

    Without a type it is an «улица»; an initial is not the name that begins so, as in `same_street`.
    """
    kind, name = _street_parts(street)
    return " ".join((*name, kind) if kind and kind != _USUAL else name)


def is_part_of_street(read: str, street: str) -> bool:
    """Whether what was read of a name is its beginning or end: «Амурская» of «12-я Амурская»."""
    _, some = _street_parts(read)
    _, whole = _street_parts(street)
    return bool(some) and set(some) <= set(whole)


def _same_word(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one.isalpha() and other.isalpha() and one[0] == other[0]
    return one == other


_USUAL: Final = "улица"
_ENDING: Final = re.compile(r"(?:ая|яя|ой|ей|ую|юю|ый|ий|ого|его|ому|ему|ом|ем)\Z")


@lru_cache(maxsize=8_192)
def _street_parts(street: str) -> tuple[str, tuple[str, ...]]:
    """The type of a street («улица») and its name as comparable words."""
    kind, name = "", []
    said = [word.folded for word in words(street)]
    if tuple(said[:2]) in HYPHENED and len(said) > 2:
        kind, said = HYPHENED[said[0], said[1]], said[2:]
    for word in said:
        known = KINDS.get(word)
        if known is not None and not kind and len(said) > 1:
            kind = known.name
        elif word not in ABBREVIATED and word not in ("я", "й", "ая", "т"):
            name.append(_comparable(word))
    return kind, tuple(name)


def _comparable(word: str) -> str:
    """«Садовой» as «садов», «пятая» as «5»."""
    number = ordinal_of(word)
    if number:
        return str(number)
    return _ENDING.sub("", word) if len(word) > 4 else word
