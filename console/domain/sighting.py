"""Settlements sighted in a text, with the signs around each, and the districts that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from console.domain.name_index import Named
from console.domain.places import Gazetteer, Settlement
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
    """A settlement's name in a text, with the signs around it.

    ``inside``: it stands within a sentence, where a capital letter says more than at its start.
    """

    settlement: Settlement
    named: Named
    first: int
    span: Span
    said: str
    marked: bool
    led: bool
    capital: bool
    before_street: bool
    marker: str = ""
    inside: bool = False
    before: str = ""

    @property
    def is_instrumental(self) -> bool:
        """«Омском» after «в» is no Омск: that would be «в Омске»."""
        town = self.settlement.name.endswith("ск") and self.named.length == 1
        return town and self.before in ("в", "во", "о") and self.said.lower().endswith("ском")

    @property
    def is_signed(self) -> bool:
        """Whether anything but its letters says that a place is meant."""
        several = self.named.length > 1 and not self.settlement.weak
        return self.marked or self.led or self.capital or self.before_street or several


@dataclass(frozen=True, slots=True)
class Clues:
    """What a text says of the surroundings: branches of regions that it names, and districts."""

    regions: frozenset[str]
    districts: frozenset[tuple[str, str]]
    called_so: frozenset[tuple[str, str]]
    """Those of ``districts`` beside which «район» stands."""

    def is_in_district(self, settlement: Settlement) -> bool:
        """Whether the settlement is in a district that is named."""
        return (settlement.branch, settlement.district) in self.districts

    def is_sure_of(self, settlement: Settlement) -> bool:
        """Whether its district is surely named."""
        return (settlement.branch, settlement.district) in self.called_so


def find_sightings(text: str, said: Sequence[Word], gazetteer: Gazetteer) -> Iterator[Sighting]:
    """Every settlement that the words of a text may name, in the order of the words."""
    shouted = text.isupper()
    at = 0
    while at < len(said):
        found = gazetteer.settlement_names.find(said, at)
        if said[at].folded in _MARKERS and max((n.length for _, n in found), default=0) < 2:
            at += 1  # but «Улус-Черга» is a name
            continue
        signs = Signs(text, said, at)
        if not found and (_may_be_name(said, at) or at == 0):
            found = gazetteer.settlement_names.find_joined(said, at)
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
        self.bare_marker = self.before in ("с", "д", "ст") and gap.strip() == ""

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
        alone = self.at == 0 and self.text[self.said[0].end : self.said[0].end + 1] == ","
        named = (word[:1].isupper() or alone) and not shouted and not word.isupper()
        named = named and len(word) >= _LONG_NAME
        if self.before in ("по", "на") or self.said[self.at].folded.endswith(_STREET_LIKE):
            return False
        return self.marked or named or (self.led and self.before in ("в", "во", "из"))

    def names_a_district(self, length: int) -> bool:
        """«в Шушенском районе», «Омский РЭС», «улица Кызыл-оола»: not the place of that name."""
        end = self.said[min(self.at + length, len(self.said)) - 1].end
        after = self.text[end : end + 24].lstrip(" ")
        if _follows_district_word(self.said, self.at):
            return True
        half = self.text[end : end + 1] == "-" and self.text[end + 1 : end + 2].isalpha()
        return half or _NOT_A_PLACE.match(after) is not None


def _sightings(
    found: Iterable[tuple[int, Named]], signs: Signs, gazetteer: Gazetteer, *, shouted: bool
) -> Iterator[Sighting]:
    said, at = signs.said, signs.at
    for key, named in found:
        last = said[at + named.length - 1]
        settlement = gazetteer.settlements[key]
        # «с Зональное»: after the preposition it would have another ending.
        marked = signs.marked or (signs.bare_marker and named.exact)
        sighting = Sighting(
            settlement=settlement,
            named=named,
            first=at,
            span=Span(said[at].start, last.end),
            said=signs.text[said[at].start : last.end],
            marked=marked,
            led=signs.led or marked,
            capital=said[at].text[:1].isupper() and not shouted,
            before_street=_is_before_street(signs, named, last.end),
            marker=signs.before if marked else "",
            before=signs.before,
            inside=at > 0 and said[at - 1].sentence == said[at].sentence,
        )
        if _is_likely(sighting):
            yield sighting


def _is_before_street(signs: Signs, named: Named, end: int) -> bool:
    """«Ксенивка, ул. Мира», «Абакан нет света», not «Половина Омска»."""
    comma = signs.text[end : end + 1] == ","
    return comma if named.typo else named.exact and (comma or signs.at == 0)


def _is_likely(sighting: Sighting) -> bool:
    """Whether the words may name the place at all: «Бочкарева 26» is rather a street."""
    settlement, named = sighting.settlement, sighting.named
    if sighting.is_instrumental:
        return False
    if sighting.marked or sighting.led:
        return True
    if sighting.before_street and named.typo:
        return True
    if not settlement.placed and named.length == 1 and not named.exact:
        return False
    return sighting.is_signed or not (settlement.weak or settlement.population < _TOWN)


_DISTRICT_WORD: Final = re.compile(r"(?:район|округ|кожуун|кожуу|аймак)\w{0,3}\Z")
_SHORT_DISTRICT: Final = frozenset({"н", "на", "не", "он", "оне", "ну"})
"""What follows «р-» in «р-н», «р-не»."""

_STREET_BEFORE: Final = frozenset({"ул", "улица", "улице", "улицы", "по", "на", "пер", "пр"})

_ALSO_OF_TOWNS: Final = frozenset(
    fold(
        """Советский Октябрьский Ленинский Кировский Железнодорожный Центральный Первомайский
        Свердловский Куйбышевский Орджоникидзевский Заводский Рудничный Кузнецкий Северный"""
    ).split()
)
"""Districts of towns are called so, too: such a name says nothing of the region."""


def find_clues(said: Sequence[Word], gazetteer: Gazetteer) -> Clues:
    """The regions and districts that a text names."""
    hits = gazetteer.region_names.find(said)
    regions = {gazetteer.regions[hit.phrase] for hit in hits}
    firm: set[int] = set()
    soft: set[int] = set()
    for at in range(len(said)):
        found = gazetteer.district_names.find(said, at)
        named = _is_called_district(said, at, max((n.length for _, n in found), default=1))
        if found and named:
            firm |= {key for key, _ in found}
        elif found and _may_be_district(said, at):
            soft |= {key for key, _ in found}
    districts = [gazetteer.districts[key] for key in firm]
    telling = {d.branch for d in districts if fold(d.name) not in _ALSO_OF_TOWNS}
    if not regions and len(telling) == 1:
        regions |= telling
    called_so = frozenset((d.branch, d.name) for d in districts)
    hinted = frozenset((d.branch, d.name) for d in (gazetteer.districts[key] for key in soft))
    return Clues(frozenset(regions), called_so | hinted, called_so)


def _is_called_district(said: Sequence[Word], at: int, length: int) -> bool:
    """Whether «район», «р-н» or «МО» stands beside the words from ``at`` on."""
    after = at + length
    if after < len(said) and _is_district_word(said, after):
        return True
    return _follows_district_word(said, at)


def _follows_district_word(said: Sequence[Word], at: int) -> bool:
    """«район Манский», «м.р-н Манский», not «Манский р-н, Нарва»."""
    if not at or said[at].start - said[at - 1].end != 1:
        return False
    if _DISTRICT_WORD.match(said[at - 1].folded) is not None:
        return True
    return at > 1 and said[at - 2].folded == "р" and said[at - 1].folded in _SHORT_DISTRICT


def _is_district_word(said: Sequence[Word], at: int) -> bool:
    word = said[at].folded
    if word == "р" and at + 1 < len(said):
        return said[at + 1].folded in _SHORT_DISTRICT
    return word in ("мо", "мр", "го") or _DISTRICT_WORD.match(word) is not None


def _may_be_district(said: Sequence[Word], at: int) -> bool:
    """Whether an adjective by itself may be a district: «Майминский», not «по Омской»."""
    word = said[at].folded
    if word.endswith(("ой", "ом", "ым", "им", "ем")):
        return False
    return at > 0 and said[at - 1].folded not in _STREET_BEFORE
