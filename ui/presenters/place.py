"""The question where it is dark, in words: which places a text may mean, how surely, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from console.domain.address import PlaceGuess
from console.domain.appeal import Appeal, Place
from console.domain.place_score import Because, Reason
from ui.presenters.here import Here

_HIGH, _MIDDLE, _WORTH = 0.7, 0.45, 0.25
_MOST = 3
_REASONS = 2
_NAMES_A_BRANCH: Final = frozenset(
    {Reason.OWN_BRANCH, Reason.OTHER_BRANCH, Reason.REGION_NAMED, Reason.OTHER_REGION_NAMED}
)
_TOLD_ALREADY: Final = frozenset(
    {Reason.OTHER_BRANCH, Reason.OWN_BRANCH, Reason.NOT_OURS, Reason.HOUSE}
)
"""Reasons that the face says in another way, or that go without saying; those of the street are in
its title."""


@dataclass(frozen=True, slots=True)
class PlaceFace:
    """A place that is offered: its address, the district below, ``sure`` in words, and why.

    ``place`` is what choosing it says; None where it is no place of the appeal's branch, which
    ``elsewhere`` then tells.
    """

    title: str
    district: str
    sure: str
    kind: str
    because: tuple[str, ...]
    elsewhere: str
    place: Place | None


def is_open_question(appeal: Appeal) -> bool:
    """Whether nobody knows yet in which town or village it is dark."""
    return not appeal.place.settlement and appeal.closed_at is None


def place_faces(
    guesses: Iterable[PlaceGuess], appeal: Appeal, here: Here, branches: Mapping[str, str]
) -> tuple[PlaceFace, ...]:
    """The settlements that the text of ``appeal`` may mean, the likeliest first."""
    worth = [each for each in guesses if each.settlement and each.confidence >= _WORTH]
    return tuple(_face(each, appeal, here, branches) for each in worth[:_MOST])


def place_of(guess: PlaceGuess, known: Place) -> Place:
    """The place that a guess stands for, with what was known before and the text does not say."""
    return replace(
        known,
        settlement=guess.settlement,
        municipality=guess.municipality or known.municipality,
        street=guess.street or known.street,
        house=guess.house or known.house,
        lat=guess.lat,
        lon=guess.lon,
    )


def place_words(place: Place) -> str:
    """A place in one line, with its district: «Берёзовка (Манский район), улица Мира, 5»."""
    town = place.settlement
    if place.municipality:
        town = f"{town} ({place.municipality})"
    return ", ".join(part for part in (town, place.street, place.house) if part)


def _face(guess: PlaceGuess, appeal: Appeal, here: Here, branches: Mapping[str, str]) -> PlaceFace:
    ours = guess.branch == appeal.ref.branch
    level = "high" if guess.confidence >= _HIGH else "middle"
    level = level if guess.confidence >= _MIDDLE else "low"
    sure = here.t(
        "inspector.sure_with_share",
        words=here.t(f"inspector.sure_{level}"),
        share=round(guess.confidence * 100),
    )
    elsewhere = ""
    if not ours:
        name = branches.get(guess.branch or "", "")
        elsewhere = here.t("place.other_branch", branch=name) if name else here.t("place.not_ours")
    address = (guess.settlement, guess.street, guess.house)
    return PlaceFace(
        title=", ".join(part for part in address if part),
        district=guess.municipality,
        sure=sure,
        kind={"high": "ok", "middle": "info", "low": "neutral"}[level],
        because=_because(guess.reasons, here, branches),
        elsewhere=elsewhere,
        place=place_of(guess, appeal.place) if ours else None,
    )


def _because(
    reasons: Sequence[Because], here: Here, branches: Mapping[str, str]
) -> tuple[str, ...]:
    """What speaks most against taking it unasked comes last in the list, and is shown first."""
    told = [
        each
        for each in reversed(reasons)
        if each.reason not in _TOLD_ALREADY and not each.reason.startswith("street")
    ]
    return tuple(_sentence(each, here, branches) for each in told[:_REASONS])


def _sentence(because: Because, here: Here, branches: Mapping[str, str]) -> str:
    said = here.t(f"address.reason_{because.reason}", detail=because.detail)
    if because.reason in _NAMES_A_BRANCH and because.detail in branches:
        return f"{said}: {branches[because.detail]}"
    return said
