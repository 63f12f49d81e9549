"""Settlements sighted in a text: every name of a place, with the signs around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from console.domain.places import Gazetteer, Named, Settlement
from console.domain.words import Span, Word, fold

_MARKERS: Final = frozenset(
    fold(
        """г гор город города городе городу пгт рп п пос поселок поселка поселке поселку с село села
        селе селу д дер деревня деревни деревне деревню ст станция станции станицы дп аул аал улус
        у хутор мкр микрорайон"""
    ).split()
)
_SHORT_MARKERS: Final = frozenset({"г", "п", "с", "д", "ст", "у", "гор", "дер", "пос"})
_IN: Final = frozenset({"в", "во", "из", "под", "до", "около", "возле", "у", "за", "по", "по-над"})
_NOT_A_PLACE: Final = re.compile(
    r"(?:район\w{0,3}|р-н\w{0,2}|округ\w{0,2}|кра[йеюя]\w?|област\w{1,3}|улус\w{0,2}|рэс\w?|"
    r"(?:городск|сельск|районн)\w{2,3}\sрэс\w?)\b",
    re.I,
)
_LONG_NAME: Final = 8
_STREET_LIKE: Final = ("ская", "ской", "скую", "ную", "ная")
_TOWN: Final = 10_000
"""Inhabitants from which a name counts without any other sign."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A settlement's name in a text, with the signs around it."""

    settlement: Settlement
    named: Named
    first: int
    span: Span
    said: str
    marked: bool
    led: bool
    capital: bool
    before_street: bool

    @property
    def is_signed(self) -> bool:
        """Whether anything but its letters says that a place is meant."""
        return self.marked or self.led or self.capital or self.before_street


def find_sightings(text: str, said: Sequence[Word], gazetteer: Gazetteer) -> Iterator[Sighting]:
    shouted = text.isupper()
    at = 0
    while at < len(said):
        if said[at].folded in _MARKERS:
            at += 1
            continue
        found = gazetteer.settlement_names.find(said, at)
        if not found and not _may_be_name(said, at):
            at += 1
            continue
        signs = Signs(text, said, at)
        if not found and signs.may_be_misspelt(shouted=shouted):
            near = gazetteer.settlement_names.find_misspelt(said[at].folded)
            found = [(key, named) for key, named in near if not gazetteer.settlements[key].weak]
        length = max((named.length for _, named in found), default=1)
        if found and not signs.names_a_district(length):
            yield from _sightings(found, signs, gazetteer, shouted=shouted)
            at += length
        else:
            at += 1


def _may_be_name(said: Sequence[Word], at: int) -> bool:
    """Whether `Signs.may_be_misspelt` can hold at all: most words of a text can be no name."""
    before = said[at - 1].folded if at else ""
    return said[at].text[:1].isupper() or before in _MARKERS or before in _IN


class Signs:
    """What stands around the word ``at`` that tells whether it names a place."""

    def __init__(self, text: str, said: Sequence[Word], at: int) -> None:
        self.text, self.said, self.at = text, said, at
        self.before = said[at - 1].folded if at else ""
        self.marked = self._is_marked()
        gap = text[said[at - 1].end : said[at].start] if at else ""
        self.led = self.marked or (self.before in _IN and gap.strip() == "")

    def _is_marked(self) -> bool:
        """«с. Иволгинск», «п.Майна», «город Абакан», not «с Ивановки» nor «2026 г. Абакан»."""
        if self.before not in _MARKERS or not self.at:
            return False
        marker = self.said[self.at - 1]
        gap = self.text[marker.end : self.said[self.at].start]
        if self.before in _SHORT_MARKERS:
            earlier = self.said[self.at - 2].folded if self.at > 1 else ""
            if earlier.isdigit() or earlier in ("т", "ж"):  # «2026 г.», «и т. д.», «ж/д»
                return False
            if marker.text.isupper() and self.at > 1 and self._is_initial(self.at - 1):
                return False
            bare = self.before in ("г", "п", "пос", "дер", "гор") and gap.strip() == ""
            return bare or gap.strip(" ") == "."
        return gap.strip(' «".' if self.before in ("пгт", "рп", "дп") else ' «"') == ""

    def _is_initial(self, at: int) -> bool:
        """«Винокурова Н. Д. Договор»: the letter after a name or another initial."""
        earlier = self.said[at - 1]
        gap = self.text[earlier.end : self.said[at].start].strip(" ")
        named = earlier.text[:1].isupper() and gap == ""
        return named or (len(earlier.text) == 1 and gap == ".")

    def may_be_misspelt(self, *, shouted: bool) -> bool:
        """Whether a name one letter off is likely here: after «в», «с.», or written as a name."""
        word = self.said[self.at].text
        named = word[:1].isupper() and not shouted and len(word) >= _LONG_NAME
        if self.before in ("по", "на") or self.said[self.at].folded.endswith(_STREET_LIKE):
            return False
        return self.marked or named or (self.led and self.before in ("в", "во", "из"))

    def names_a_district(self, length: int) -> bool:
        """«в Шушенском районе», «Омский РЭС», «улица Кызыл-оола»: not the place of that name."""
        end = self.said[min(self.at + length, len(self.said)) - 1].end
        after = self.text[end : end + 24].lstrip(" ")
        half = self.text[end : end + 1] == "-" and self.text[end + 1 : end + 2].isalpha()
        return half or _NOT_A_PLACE.match(after) is not None


def _sightings(
    found: Iterable[tuple[int, Named]], signs: Signs, gazetteer: Gazetteer, *, shouted: bool
) -> Iterator[Sighting]:
    said, at = signs.said, signs.at
    for key, named in found:
        last = said[at + named.length - 1]
        settlement = gazetteer.settlements[key]
        sighting = Sighting(
            settlement=settlement,
            named=named,
            first=at,
            span=Span(said[at].start, last.end),
            said=signs.text[said[at].start : last.end],
            marked=signs.marked,
            led=signs.led,
            capital=said[at].text[:1].isupper() and not shouted and not named.typo,
            before_street=named.exact and (signs.text[last.end : last.end + 1] == "," or at == 0),
        )
        if sighting.is_signed or not (settlement.weak or settlement.population < _TOWN):
            yield sighting


def named_regions(said: Sequence[Word], gazetteer: Gazetteer) -> frozenset[str]:
    """The branches of the regions that the text names as a whole, or by one of their districts."""
    hits = gazetteer.region_names.find(said)
    named = {gazetteer.regions[hit.phrase] for hit in hits}
    return frozenset(named | set(_districts(said, gazetteer)))


def _districts(said: Sequence[Word], gazetteer: Gazetteer) -> Iterator[str]:
    """The branch of «Емельяновский район», where the district's town tells it beyond doubt."""
    for at, word in enumerate(said[1:], 1):
        is_district = word.folded.startswith(("район", "округ")) or (
            word.folded == "р" and at + 1 < len(said) and said[at + 1].folded == "н"
        )
        adjective = said[at - 1].folded
        cut = adjective.rfind("ск")
        if not is_district or cut < 4:
            continue
        branches = gazetteer.branches_around(adjective[:cut])
        if len(branches) == 1:
            yield from branches
