"""A dictated address: what a call-taker types while a caller says where they live.

Nothing but an address stands there, so that small letters, a missing comma and the beginning of a
name mean more than they would in a text; what is not sure is still offered, never taken in silence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from console.domain.address import PlaceGuess, resolve
from console.domain.house import find_house
from console.domain.places import Gazetteer, Settlement
from console.domain.words import Span, fold, words

_LETTERS: Final = re.compile(r"[А-Яа-яЁё]{3,}")
_STREET: Final = re.compile(r"[\s,.]*(?P<street>[^\d,]*[^\d,\s.])?[\s,.]*(?=\d|,|$)")
_SHORTEST: Final = 2
_BEGUN: Final = 0.45
"""How sure the beginning of a name is that many places may have."""


def dictated(
    text: str, *, scope: Collection[str], gazetteer: Gazetteer, limit: int = 6
) -> tuple[PlaceGuess, ...]:
    """The places that ``text`` may mean, the likeliest first, of the branches in ``scope``.

    An empty ``scope`` stands for every branch of ours.
    """
    whole = _capitalised(text)
    only = next(iter(scope)) if len(scope) == 1 else None
    named = [
        _with_rest(whole, guess)
        for guess in resolve(whole, branch=only, gazetteer=gazetteer)
        if guess.settlement and guess.branch and (not scope or guess.branch in scope)
    ]
    found = {(g.settlement, g.branch, g.district): g for g in reversed(named)}
    best = list(reversed(found.values()))
    if len(best) < limit:
        for guess in _begun(whole, scope, gazetteer):
            if (guess.settlement, guess.branch, guess.district) not in found:
                found[guess.settlement, guess.branch, guess.district] = guess
                best.append(guess)
            if len(best) == limit:
                break
    return tuple(best[:limit])


def _capitalised(text: str) -> str:
    return _LETTERS.sub(lambda found: found[0][:1].upper() + found[0][1:], text)


def _with_rest(text: str, guess: PlaceGuess) -> PlaceGuess:
    """Whatever stands after the settlement is its street and house."""
    if guess.street or not guess.spans:
        return guess
    return _with_street(text, guess, guess.spans[0].end)


def _with_street(text: str, guess: PlaceGuess, start: int) -> PlaceGuess:
    match = _STREET.match(text, start)
    if match is None:
        return guess
    street = (match["street"] or "").strip()
    house = find_house(text, match.end())
    return replace(
        guess, street=street or guess.street, house=house.house if house else guess.house
    )


def _begun(text: str, scope: Collection[str], gazetteer: Gazetteer) -> Iterator[PlaceGuess]:
    """Settlements whose name begins like the text, the largest first."""
    said = words(text)
    if not said or len(said[0].folded) < _SHORTEST or not said[0].folded.isalpha():
        return
    typed = [word.folded for word in said]
    fits = [
        (each, name)
        for each in gazetteer.settlements
        if each.branch
        and (not scope or each.branch in scope)
        and (folded := fold(each.name)).startswith(typed[0])
        and _goes_on(name := folded.replace("-", " ").split(), typed)
    ]
    fits.sort(key=lambda fit: (-fit[0].population, fit[0].name))
    for settlement, name in fits:
        end = said[min(len(name), len(said)) - 1].end
        yield _with_street(text, _guess(settlement, said[0].start, end), end)


def _goes_on(name: Sequence[str], typed: Sequence[str]) -> bool:
    """Whether each word of a name begins as typed: «нижний ка» is «Нижний Казанчеж»."""
    return all(word.startswith(begun) for word, begun in zip(name, typed, strict=False))


def _guess(settlement: Settlement, start: int, end: int) -> PlaceGuess:
    return PlaceGuess(
        settlement=settlement.name,
        branch=settlement.branch,
        street="",
        house="",
        confidence=_BEGUN,
        reasons=(),
        spans=(Span(start, end),),
        kind=settlement.kind,
        district=settlement.district,
        lat=settlement.lat if settlement.placed else None,
        lon=settlement.lon if settlement.placed else None,
    )
