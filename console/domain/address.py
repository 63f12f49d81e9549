"""Where it is dark: settlement, street and house in a resident's own words, and how sure that is.

The same name stands in several regions, residents decline, misspell and shorten; so every guess
carries its confidence and its reasons, and an unsure one is asked about, never taken in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from console.domain.house import HouseFound, find_any_house, find_house
from console.domain.place_score import SURE, Because, Reason, Scored, scored
from console.domain.places import Gazetteer, Settlement, municipality
from console.domain.sighting import Sighting, Signs, find_clues, find_sightings
from console.domain.street import StreetFound, StreetSign, find_streets
from console.domain.words import Span, Word, words

MAX_TEXT: Final = 4_000
"""Characters that are looked at; addresses stand near the beginning."""

_MOST: Final = 200
"""Names of one kind that are looked at; whoever lists more does not say where it is dark."""

_SHOWN: Final = 12
"""Places that are told apart further."""

_SHORTEST_NAME: Final = 3
_ADJECTIVE: Final = ("ый", "ий", "ая", "яя", "ое", "ее", "ые", "ие", "ой", "ом", "ем")


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
    district: str = ""
    lat: float | None = None
    lon: float | None = None

    @property
    def municipality(self) -> str:
        """The district in words: «Манский район»; empty where it is not known."""
        return municipality(self.branch or "", self.district)

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
    clues = find_clues(said, gazetteer)
    sightings = list(islice(find_sightings(shown, said, gazetteer), _MOST))
    firm = [c for c in sightings if c.marked or not c.settlement.weak]
    places = [range(c.first, c.first + c.named.length) for c in firm]
    streets = find_streets(shown, said, gazetteer, places=places)[:_MOST]
    house = find_any_house(shown)
    kept = [c for c in sightings if not _inside(c, streets, said)]
    region = _only(clues.regions) or branch
    likely = _best_of_each(scored(kept, shown, clues, branch))
    guesses = [_guess(each) for each in islice(likely, _SHOWN)]
    guesses = guesses or [*_unlisted(shown, said, streets, branch=region)]
    starts = sorted({guess.spans[0].start for guess in guesses})
    placed = [
        _with_street(shown, guess, _of_place(guess, streets, starts), elsewhere=house)
        for guess in guesses
    ]
    placed = placed or [*_streets_alone(shown, streets, branch=region, elsewhere=house)]
    placed = placed or [_region_alone(each) for each in sorted(clues.regions)]
    return tuple(sorted(placed, key=lambda g: -g.confidence))


def _inside(sighting: Sighting, streets: Sequence[StreetFound], said: Sequence[Word]) -> bool:
    """Whether the name is a street's: «на улице Солнечной», «по Абаканской»."""
    for street in streets:
        if street.span.start <= sighting.span.start < street.span.end:
            certain = street.sign in (StreetSign.TYPED, StreetSign.ORDINAL)
            return certain or not sighting.marked
    before = said[sighting.first - 1].folded if sighting.first else ""
    return sighting.settlement.weak and before in ("на", "по") and not sighting.marked


def _guess(each: Scored) -> PlaceGuess:
    settlement = each.sighting.settlement
    return PlaceGuess(
        settlement=settlement.name,
        branch=settlement.branch,
        street="",
        house="",
        confidence=_bounded(each.score),
        reasons=each.reasons,
        spans=(each.sighting.span,),
        kind=settlement.kind,
        district=settlement.district,
        lat=settlement.lat if settlement.placed else None,
        lon=settlement.lon if settlement.placed else None,
    )


def _unlisted(
    text: str, said: Sequence[Word], streets: Sequence[StreetFound], *, branch: str | None
) -> Iterator[PlaceGuess]:
    """«с. Каптырево»: the sign of a place before a name that no list has."""
    for at in range(1, len(said)):
        signs = Signs(text, said, at)
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


def _best_of_each(scored: Iterable[Scored]) -> Iterator[Scored]:
    """One for each settlement, the surest, which comes first."""
    seen: set[Settlement] = set()
    for each in scored:
        if each.sighting.settlement not in seen:
            seen.add(each.sighting.settlement)
            yield each


def _bounded(score: float) -> float:
    return round(min(0.98, max(0.05, score)), 2)


# ── Street and house ──────────────────────────────────────────────────────────────────────────

_STREET_SCORE: Final = {
    StreetSign.TYPED: 0.08,
    StreetSign.KNOWN: 0.05,
    StreetSign.AFTER_PLACE: 0.05,
    StreetSign.ORDINAL: 0.03,
}


def _of_place(
    guess: PlaceGuess, streets: Sequence[StreetFound], starts: Sequence[int]
) -> Sequence[StreetFound]:
    """The streets of one of several places: each street is of the place that is named before it."""
    if len(starts) < 2:
        return streets
    own = guess.spans[0].start
    return [
        street
        for street in streets
        if max((at for at in starts if at <= street.span.start), default=starts[0]) == own
    ]


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
