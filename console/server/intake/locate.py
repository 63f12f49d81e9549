"""The locator: the place that a text speaks of, where nobody has said it otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.domain.address import PlaceGuess, resolve
from console.domain.appeal import Place
from console.domain.places import Gazetteer, Settlement
from console.domain.words import fold


@dataclass(frozen=True, slots=True)
class GazetteerLocator:
    """Takes only what the resolver is sure of; the rest is for the operator to see and decide."""

    gazetteer: Gazetteer
    _known: dict[tuple[str | None, str], Settlement | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    def locate(self, text: str, *, branch: str | None, given: Place) -> tuple[str | None, Place]:
        """The branch (None: unknown) and the place, where ``given`` leaves something open."""
        guess = next(iter(resolve(text, branch=branch, gazetteer=self.gazetteer)), None)
        fits = guess is not None and guess.is_sure and branch in (None, guess.branch)
        if guess is None or not fits:
            return branch, self._with_coordinates(branch, given)
        # An empty branch is a place that another company serves: true, but it answers no appeal.
        found = branch or guess.branch or None
        return found, self._with_coordinates(found, _filled(given, guess))

    def _with_coordinates(self, branch: str | None, place: Place) -> Place:
        if not place.settlement or place.lat is not None:
            return place
        key = (branch, place.settlement)
        if key not in self._known:
            named = self.gazetteer.named(place.settlement, branch)
            self._known[key] = named[0] if len(named) == 1 else None
        settlement = self._known[key]
        if settlement is None:
            return place
        return replace(place, lat=settlement.lat, lon=settlement.lon)


def _filled(given: Place, guess: PlaceGuess) -> Place:
    """``given`` with what the guess adds; where the two name different places, the given stays."""
    if given.settlement and fold(given.settlement) != fold(guess.settlement):
        return given
    same_street = not given.street or fold(given.street) == fold(guess.street)
    return replace(
        given,
        settlement=given.settlement or guess.settlement,
        street=given.street or guess.street,
        house=given.house or (guess.house if same_street else ""),
        lat=guess.lat if given.lat is None else given.lat,
        lon=guess.lon if given.lon is None else given.lon,
    )
