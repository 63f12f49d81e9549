"""Where it is dark: settlement, street and house in a resident's own words, and how sure that is.

The same name stands in several regions, residents decline, misspell and shorten; so every guess
carries its confidence and its reasons, and an unsure one is asked about, never taken in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Final

from console.domain.places import Gazetteer, Named, Settlement
from console.domain.street import (
    HouseFound,
    StreetFound,
    StreetSign,
    find_any_house,
    find_house,
    find_streets,
)
from console.domain.words import Span, Word, fold, words

SURE: Final = 0.7
"""From this confidence on a guess may be taken without asking."""

MAX_TEXT: Final = 4_000
"""Characters that are looked at; addresses stand near the beginning."""

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
_MOST: Final = 40
"""Names of one kind that are looked at; whoever lists more does not say where it is dark."""

_SHORTEST_NAME: Final = 3
_STREET_LIKE: Final = ("ская", "ской", "скую", "ную", "ная")
_ADJECTIVE: Final = ("ый", "ий", "ая", "яя", "ое", "ее", "ые", "ие", "ой", "ом", "ем")
_SUBURB_KM: Final = 60.0
_CITY, _TOWN = 100_000, 10_000


class Reason(StrEnum):
    """Why a guess is as sure as it is; the sentence of each is in the translations."""

    NAMED = "named"
    DECLINED = "declined"
    MARKED = "marked"
    TYPO = "typo"
    EVERYDAY_WORD = "everyday_word"
    OWN_BRANCH = "own_branch"
    OTHER_BRANCH = "other_branch"
    REGION_NAMED = "region_named"
    OTHER_REGION_NAMED = "other_region_named"
    SAME_NAME = "same_name"
    SAME_NAME_HERE = "same_name_here"
    COMMON_NAME = "common_name"
    NEAR_TOWN = "near_town"
    NOT_OURS = "not_ours"
    NO_SETTLEMENT = "no_settlement"
    UNLISTED = "unlisted"
    STREET_TYPED = "street_typed"
    STREET_KNOWN = "street_known"
    STREET_ORDINAL = "street_ordinal"
    STREET_AFTER_PLACE = "street_after_place"
    STREET_TYPO = "street_typo"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Because:
    """A reason, with what its sentence names (a place, a branch, a number)."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PlaceGuess:
    """A place that a text may mean. Empty strings for what it does not say.

    ``branch`` is None where the text names no settlement and the caller no branch, and empty for
    a place that another company serves. ``confidence`` is 0..1.
    """

    settlement: str
    branch: str | None
    street: str
    house: str
    confidence: float
    reasons: tuple[Because, ...]
    spans: tuple[Span, ...]
    kind: str = ""
    lat: float | None = None
    lon: float | None = None

    @property
    def is_sure(self) -> bool:
        """Whether it may be taken without asking a person."""
        return self.confidence >= SURE

    def has(self, reason: Reason) -> bool:
        """Whether ``reason`` is among the reasons."""
        return any(because.reason is reason for because in self.reasons)


def resolve(text: str, *, branch: str | None, gazetteer: Gazetteer) -> tuple[PlaceGuess, ...]:
    """The places that ``text`` may mean, the likeliest first; empty where it names none.

    ``branch`` is the branch of the appeal where that is known. A place of another branch is still
    named, with its own branch and a low confidence: the person decides.
    """
    shown = text[:MAX_TEXT]
    said = words(shown)
    regions = _regions(said, gazetteer)
    candidates = list(islice(_settlements(shown, said, gazetteer), _MOST))
    firm = [c for c in candidates if c.marked or not c.settlement.weak]
    places = [range(c.first, c.first + c.named.length) for c in firm]
    streets = find_streets(shown, said, gazetteer, places=places)[:_MOST]
    house = find_any_house(shown)
    kept = [c for c in candidates if not _inside(c, streets, said)]
    region = _only(regions) or branch
    guesses = [*_best_of_each(_guesses(kept, branch, regions))]
    guesses = guesses or [*_unlisted(shown, said, streets, branch=region)]
    placed = [_with_street(shown, guess, streets, elsewhere=house) for guess in guesses]
    placed = placed or [*_streets_alone(shown, streets, branch=region, elsewhere=house)]
    placed = placed or [_region_alone(each) for each in sorted(regions)]
    return tuple(sorted(placed, key=lambda g: -g.confidence))


# ── Settlements ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Candidate:
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


def _settlements(text: str, said: Sequence[Word], gazetteer: Gazetteer) -> Iterator[_Candidate]:
    shouted = text.isupper()
    at = 0
    while at < len(said):
        if said[at].folded in _MARKERS:
            at += 1
            continue
        found = gazetteer.settlement_names.find(said, at)
        signs = _Signs(text, said, at)
        if not found and signs.may_be_misspelt(shouted=shouted):
            near = gazetteer.settlement_names.find_misspelt(said[at].folded)
            found = [(key, named) for key, named in near if not gazetteer.settlements[key].weak]
        length = max((named.length for _, named in found), default=1)
        if found and not signs.names_a_district(length):
            yield from _candidates(found, signs, gazetteer, shouted=shouted)
            at += length
        else:
            at += 1


class _Signs:
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


def _candidates(
    found: Iterable[tuple[int, Named]], signs: _Signs, gazetteer: Gazetteer, *, shouted: bool
) -> Iterator[_Candidate]:
    said, at = signs.said, signs.at
    for key, named in found:
        last = said[at + named.length - 1]
        settlement = gazetteer.settlements[key]
        candidate = _Candidate(
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
        if candidate.is_signed or not (settlement.weak or settlement.population < _TOWN):
            yield candidate


def _inside(candidate: _Candidate, streets: Sequence[StreetFound], said: Sequence[Word]) -> bool:
    """Whether the name is a street's: «на улице Солнечной», «по Абаканской»."""
    for street in streets:
        if street.span.start <= candidate.span.start < street.span.end:
            certain = street.sign in (StreetSign.TYPED, StreetSign.ORDINAL)
            return certain or not candidate.marked
    before = said[candidate.first - 1].folded if candidate.first else ""
    return candidate.settlement.weak and before in ("на", "по") and not candidate.marked


def _regions(said: Sequence[Word], gazetteer: Gazetteer) -> frozenset[str]:
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
        stem = adjective[:cut]
        branches = {
            each.branch for each in gazetteer.settlements if fold(each.name).startswith(stem)
        }
        if len(branches) == 1:
            yield from branches


# ── How sure ──────────────────────────────────────────────────────────────────────────────────


def _guesses(
    candidates: Sequence[_Candidate], branch: str | None, regions: frozenset[str]
) -> Iterator[tuple[_Candidate, PlaceGuess]]:
    for candidate in candidates:
        namesakes = [
            other.settlement
            for other in candidates
            if other.first == candidate.first
            and other.settlement != candidate.settlement
            and fold(other.settlement.name) == fold(candidate.settlement.name)
        ]
        score, reasons = _own_signs(candidate)
        score, more = _in_region(candidate.settlement, branch, regions, namesakes, score=score)
        score, near = _beside_town(candidate, candidates, score=score)
        settlement = candidate.settlement
        yield (
            candidate,
            PlaceGuess(
                settlement=settlement.name,
                branch=settlement.branch,
                street="",
                house="",
                confidence=_bounded(score),
                reasons=(*reasons, *more, *near),
                spans=(candidate.span,),
                kind=settlement.kind,
                lat=settlement.lat,
                lon=settlement.lon,
            ),
        )


def _own_signs(candidate: _Candidate) -> tuple[float, list[Because]]:
    """How surely these words name this place at all."""
    settlement, named = candidate.settlement, candidate.named
    score = 0.4
    reasons = [
        Because(Reason.TYPO, settlement.name)
        if named.typo
        else Because(Reason.NAMED if named.exact else Reason.DECLINED, candidate.said)
    ]
    if candidate.marked:
        score += 0.3
        reasons.append(Because(Reason.MARKED))
    elif candidate.led or candidate.before_street:
        score += 0.2
    score += 0.1 * candidate.capital + 0.05 * (named.length > 1)
    score += 0.1 * (settlement.population >= _CITY) + 0.05 * (settlement.population >= _TOWN)
    if named.typo:
        score -= 0.15
    elif not named.exact and not candidate.led:
        # «Назарова» by itself is rather a surname than «из Назарова».
        score -= 0.25
    if settlement.weak and not candidate.marked:
        score -= 0.1 if candidate.capital else 0.2
        score = min(score, SURE - 0.2)
        reasons.append(Because(Reason.EVERYDAY_WORD, settlement.name))
    return score, reasons


def _in_region(
    settlement: Settlement,
    branch: str | None,
    regions: frozenset[str],
    namesakes: Sequence[Settlement],
    *,
    score: float,
) -> tuple[float, list[Because]]:
    """How well it fits the appeal's branch and the region that the text names."""
    reasons: list[Because] = []
    known = set(regions) | ({branch} if branch else set())
    if not settlement.branch:
        score -= 0.2 if branch else 0.0
        reasons.append(Because(Reason.NOT_OURS, settlement.name))
    if settlement.branch in regions and settlement.branch:
        score += 0.2
        reasons.append(Because(Reason.REGION_NAMED, settlement.branch))
    elif regions:
        score -= 0.3
        reasons.append(Because(Reason.OTHER_REGION_NAMED, settlement.branch))
    if branch and settlement.branch == branch:
        score += 0.15
        reasons.append(Because(Reason.OWN_BRANCH, branch))
    elif branch and settlement.branch:
        score = min(score - 0.25, SURE - 0.15)
        reasons.append(Because(Reason.OTHER_BRANCH, settlement.branch))
    rivals = [n for n in namesakes if not known or n.branch in known]
    elsewhere = [n for n in rivals if n.branch != settlement.branch]
    if elsewhere:
        score = min(score, SURE - 0.3)
        reasons.append(Because(Reason.SAME_NAME, str(len(elsewhere) + 1)))
    elif len(rivals) > 0:
        # The branch is sure all the same; which of its villages is meant is not.
        score = min(score, SURE - 0.05)
        reasons.append(Because(Reason.SAME_NAME_HERE, str(len(rivals) + 1)))
    elif settlement.elsewhere and settlement.branch not in known and settlement.population < _CITY:
        score = min(score, SURE - 0.15)
        reasons.append(Because(Reason.COMMON_NAME, str(settlement.elsewhere)))
    return score, reasons


def _beside_town(
    candidate: _Candidate, others: Sequence[_Candidate], *, score: float
) -> tuple[float, list[Because]]:
    """«Красноярск, посёлок Солонцы»: the village is meant, and the town vouches for it."""
    own = candidate.settlement
    for other in others:
        town = other.settlement
        if other.first == candidate.first or town.branch != own.branch:
            continue
        if town.population > 3 * own.population and own.distance_km(town) <= _SUBURB_KM:
            return score + 0.2, [Because(Reason.NEAR_TOWN, town.name)]
        if own.population > 3 * town.population and own.distance_km(town) <= _SUBURB_KM:
            return score - 0.15, []
    return score, []


def _unlisted(
    text: str, said: Sequence[Word], streets: Sequence[StreetFound], *, branch: str | None
) -> Iterator[PlaceGuess]:
    """«с. Каптырево»: the sign of a place before a name that no list has."""
    for at in range(1, len(said)):
        signs = _Signs(text, said, at)
        word = said[at]
        if not signs.marked or not word.text[:1].isupper() or len(word.text) < _SHORTEST_NAME:
            continue
        if any(street.span.start <= word.start < street.span.end for street in streets):
            continue
        both = said[at : at + 2] if word.folded.endswith(_ADJECTIVE) else said[at : at + 1]
        named = [w for w in both if w.text[:1].isupper()]
        yield PlaceGuess(
            settlement=" ".join(w.text[:1] + w.text[1:].lower() for w in named),
            branch=branch,
            street="",
            house="",
            confidence=0.35 if branch else 0.2,
            reasons=(Because(Reason.UNLISTED, word.text),),
            spans=(Span(word.start, named[-1].end),),
        )
        return


def _region_alone(branch: str) -> PlaceGuess:
    reason = Because(Reason.REGION_NAMED, branch) if branch else Because(Reason.NOT_OURS)
    return PlaceGuess("", branch, "", "", 0.2, (Because(Reason.NO_SETTLEMENT), reason), ())


def _only(regions: frozenset[str]) -> str | None:
    """The branch of the region that the text names, where it names one of ours alone."""
    return next(iter(regions)) or None if len(regions) == 1 else None


def _best_of_each(guesses: Iterable[tuple[_Candidate, PlaceGuess]]) -> Iterator[PlaceGuess]:
    """One guess for each settlement, the surest; with the words of the surest."""
    best: dict[Settlement, PlaceGuess] = {}
    for candidate, guess in guesses:
        before = best.get(candidate.settlement)
        if before is None or guess.confidence > before.confidence:
            best[candidate.settlement] = guess
    yield from best.values()


def _bounded(score: float) -> float:
    return round(min(0.98, max(0.05, score)), 2)


# ── Street and house ──────────────────────────────────────────────────────────────────────────

_STREET_SCORE: Final = {
    StreetSign.TYPED: 0.08,
    StreetSign.KNOWN: 0.05,
    StreetSign.AFTER_PLACE: 0.05,
    StreetSign.ORDINAL: 0.03,
}


def _with_street(
    text: str, guess: PlaceGuess, streets: Sequence[StreetFound], *, elsewhere: HouseFound | None
) -> PlaceGuess:
    """The guess with the street that stands nearest after its settlement (or before it).

    ``elsewhere`` is a house named anywhere in the text, taken where none follows the street.
    """
    place = guess.spans[0]
    after = [street for street in streets if street.span.start >= place.start]
    street = after[0] if after else (streets[-1] if streets else None)
    if street is None:
        house = find_house(text, place.end) or elsewhere
        return guess if house is None else _with_house(guess, house)
    found = replace(
        guess,
        street=street.street,
        confidence=_bounded(guess.confidence + _STREET_SCORE[street.sign]),
        reasons=(*guess.reasons, *_street_reasons(street)),
        spans=(*guess.spans, street.span),
    )
    if not guess.is_sure and found.is_sure:
        # A street makes nobody surer which of two villages is meant.
        found = replace(found, confidence=guess.confidence)
    house = find_house(text, street.span.end) or elsewhere
    return found if house is None else _with_house(found, house)


def _with_house(guess: PlaceGuess, house: HouseFound) -> PlaceGuess:
    return replace(
        guess,
        house=house.house,
        reasons=(*guess.reasons, Because(Reason.HOUSE, house.house)),
        spans=(*guess.spans, house.span),
    )


def _streets_alone(
    text: str,
    streets: Sequence[StreetFound],
    *,
    branch: str | None,
    elsewhere: HouseFound | None,
) -> Iterator[PlaceGuess]:
    for street in streets:
        guess = PlaceGuess(
            settlement="",
            branch=branch,
            street=street.street,
            house="",
            confidence=_bounded((0.35 if branch else 0.2) + _STREET_SCORE[street.sign]),
            reasons=(Because(Reason.NO_SETTLEMENT), *_street_reasons(street)),
            spans=(street.span,),
        )
        house = find_house(text, street.span.end) or elsewhere
        yield guess if house is None else _with_house(guess, house)


def _street_reasons(street: StreetFound) -> Iterator[Because]:
    yield Because(Reason(street.sign.value), street.street)
    if street.typo:
        yield Because(Reason.STREET_TYPO, street.street)
