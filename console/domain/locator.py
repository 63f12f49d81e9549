"""The place of an appeal that comes in: what its source gave, completed from its text.

Only what is sure is filled in; an unsure guess is left for the operator, who is shown it.
"""

from __future__ import annotations

from dataclasses import replace

from console.domain.address import PlaceGuess, resolve
from console.domain.appeal import Place
from console.domain.places import Gazetteer, Settlement
from console.domain.words import fold


class TextLocator:
    """Completes places with a gazetteer; pure, so that any thread may call it."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._known: dict[tuple[str | None, str], Settlement | None] = {}

    def locate(self, text: str, *, branch: str | None, given: Place) -> tuple[str | None, Place]:
        """The branch (None: unknown, empty: none of ours) and the place.

        ``branch`` and whatever ``given`` has already are kept. A text that surely names a place
        of another branch than ``branch`` fills in nothing.
        """
        if given.settlement and given.street and given.house:
            return branch, self._with_coordinates(given, branch)
        guesses = resolve(text, branch=branch, gazetteer=self._gazetteer)
        best = next(iter(guesses), None)
        if best is None:
            return branch, self._with_coordinates(given, branch)
        if given.settlement:
            same = not best.settlement or fold(best.settlement) == fold(given.settlement)
            place = _with_street(given, best) if same else given
            return branch, self._with_coordinates(place, branch)
        if best.settlement and best.is_sure and branch in (None, best.branch):
            place = replace(
                given,
                settlement=best.settlement,
                municipality=given.municipality or best.municipality,
                lat=best.lat,
                lon=best.lon,
            )
            return best.branch, _with_street(place, best)
        if not best.settlement and branch is not None:
            return branch, _with_street(given, best)
        return branch, given

    def _with_coordinates(self, place: Place, branch: str | None) -> Place:
        """``place`` with its settlement's coordinates, where only one settlement can be meant."""
        if place.lat is not None or not place.settlement:
            return place
        found = self._only(place.settlement, branch)
        if found is None or not found.placed:
            return place
        return replace(place, lat=found.lat, lon=found.lon)

    def _only(self, name: str, branch: str | None) -> Settlement | None:
        """The one settlement of that name; an export names a hundred of them ten thousand times."""
        key = (branch, name)
        if key not in self._known:
            named = self._gazetteer.named(name, branch)
            self._known[key] = named[0] if len(named) == 1 else None
        return self._known[key]


def _with_street(place: Place, guess: PlaceGuess) -> Place:
    """``place`` with the guess's street and house, where it has none."""
    if place.street:
        return place
    return replace(place, street=guess.street, house=place.house or guess.house)
