"""Which outage an appeal belongs to: suggested from place, time and words, with its reasons.

The operator decides. A suggestion is sure only when the place fits to the street, the appeal came
while it was dark, and no other outage fits nearly as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from console.domain.appeal import Place
from console.domain.area import is_part_of_street, same_settlement, same_street
from console.domain.houses import HouseFit, read_houses
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.domain.registry_names import (
    asks_ahead,
    names_settlement,
    names_street,
    speaks_of_dark,
    speaks_of_now,
    speaks_of_return,
)
from console.domain.words import words

SURE: Final = 0.75
MARGIN: Final = 0.15
"""How far ahead of the next one a sure suggestion must be."""

REMEMBERED: Final = timedelta(days=30)
"""What is over and began longer than this before an appeal is not what the appeal is about ([K]);
so the registry of years need not be looked through for each of them."""

_SHOWN: Final = 0.1
_EARLY: Final = timedelta(minutes=60)
"""Residents notice the dark before the registry does."""
_JUST_RESTORED: Final = timedelta(hours=3)
_ANNOUNCED_AHEAD: Final = timedelta(days=3)
_NAMESAKE, _NOWHERE = 0.85, 0.55
"""How much of the likelihood is left where the settlement is named unsurely, or not at all."""

_BY_NAME_ALONE: Final = 0.9


class SuggestReason(StrEnum):
    """Why an outage fits, or does not; the sentence of each is in the translations."""

    SAME_HOUSE = "same_house"
    OTHER_HOUSE = "other_house"
    SAME_STREET = "same_street"
    OTHER_STREET = "other_street"
    STREET_UNKNOWN = "street_unknown"
    WHOLE_SETTLEMENT = "whole_settlement"
    SAME_SETTLEMENT = "same_settlement"
    SETTLEMENT_UNKNOWN = "settlement_unknown"
    DURING = "during"
    JUST_BEFORE = "just_before"
    LONG_BEFORE = "long_before"
    JUST_RESTORED = "just_restored"
    LONG_RESTORED = "long_restored"
    SHOULD_BE_BACK = "should_be_back"
    NOT_YET = "not_yet"
    ASKS_ABOUT_PLANNED = "asks_about_planned"
    CANCELLED = "cancelled"
    SHARED_WORDS = "shared_words"
    OTHER_TOPIC = "other_topic"
    NOT_OUR_NETWORK = "not_our_network"


class Because(NamedTuple):
    """A reason, with what its sentence names (a street, a length of time in minutes, words)."""

    reason: SuggestReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An outage that an appeal may belong to; ``confidence`` is 0..1, ``sure`` may be acted on."""

    outage: Outage
    confidence: float
    reasons: tuple[Because, ...]
    sure: bool = False


@dataclass(frozen=True, slots=True)
class AppealClue:
    """What is known of an appeal: its branch, place, text, topic key, and when it was written.

    ``at`` is an aware instant; ``ours`` is False where the topic says that another company
    answers for the grid there.
    """

    branch: str
    place: Place
    at: datetime
    text: str = ""
    topic: str = ""
    ours: bool = True


def suggest(
    clue: AppealClue, outages: Iterable[Outage], *, limit: int = 5
) -> tuple[Suggestion, ...]:
    """The outages of the appeal's branch that fit, the likeliest first; empty where none does.

    ``outages`` may leave out what is over and began before ``clue.at - REMEMBERED``.
    """
    scored = [
        found
        for outage in outages
        if outage.branch == clue.branch
        and not _is_forgotten(clue, outage)
        and (found := _scored(clue, outage)) is not None
        and found.confidence >= _SHOWN
    ]
    scored.sort(key=lambda s: (-s.confidence, -s.outage.started_at.timestamp(), s.outage.id))
    if scored and scored[0].confidence >= SURE:
        second = scored[1].confidence if len(scored) > 1 else 0.0
        scored[0] = replace(scored[0], sure=scored[0].confidence - second >= MARGIN)
    return tuple(scored[:limit])


def _is_forgotten(clue: AppealClue, outage: Outage) -> bool:
    ended, at = outage.status in (OutageStatus.RESTORED, OutageStatus.CANCELLED), outage.ended_at()
    is_over = ended or (at is not None and at <= clue.at)
    return is_over and outage.started_at < clue.at - REMEMBERED


def _scored(clue: AppealClue, outage: Outage) -> Suggestion | None:
    best: tuple[float, tuple[Because, ...]] = (0.0, ())
    for area in outage.areas:
        fits = _area(clue, area)
        if fits[0] > best[0]:
            best = fits
    place, reasons = best
    if place == 0:
        return None
    when, because_when = _time(clue, outage)
    factor, because_words = _words(clue, outage)
    confidence = round(min(0.98, place * when * factor), 2)
    return Suggestion(outage, confidence, (*reasons, because_when, *because_words))


# ── Place ─────────────────────────────────────────────────────────────────────────────────────


def _area(clue: AppealClue, area: OutageArea) -> tuple[float, tuple[Because, ...]]:
    """How well the appeal's place fits one area of an outage, 0 where it cannot be."""
    place = clue.place
    if place.settlement and not same_settlement(place.settlement, area.settlement):
        return 0.0, ()
    vague = 1.0
    if not place.settlement:
        # What nobody was sure of may be a namesake, but one that the registry has, with its street.
        vague = _NAMESAKE if names_settlement(clue.text, area.settlement) else _NOWHERE
    known = vague > _NOWHERE
    here = SuggestReason.SAME_SETTLEMENT if known else SuggestReason.SETTLEMENT_UNKNOWN
    town = Because(here, area.settlement)
    if not area.street:
        return 0.8 * vague, (Because(SuggestReason.WHOLE_SETTLEMENT, area.settlement), town)
    share, because = _street(clue, area, known=known)
    return share * vague, (*because, town)


def _street(
    clue: AppealClue, area: OutageArea, *, known: bool
) -> tuple[float, tuple[Because, ...]]:
    """How well the street fits; ``known`` says whether the settlement does."""
    place = clue.place
    said = names_street(clue.text, area.street)
    if place.street and same_street(place.street, area.street):
        share, because = _house(place.house, area)
    elif said and (not place.street or is_part_of_street(place.street, area.street)):
        # The registry has the name: it is a street's, though nothing in the text says so.
        share, because = _house(place.house, area)
        share = min(share, _BY_NAME_ALONE)
    elif not place.street:
        return 0.5, (Because(SuggestReason.STREET_UNKNOWN, area.street),)
    else:
        # Without a settlement a street elsewhere says nothing at all.
        share = (0.5 if said else 0.15) if known else 0.0
        return share, (Because(SuggestReason.OTHER_STREET, area.street),)
    return share, (*because, Because(SuggestReason.SAME_STREET, area.street))


def _house(house: str, area: OutageArea) -> tuple[float, tuple[Because, ...]]:
    match read_houses(area.houses).fit(house):
        case HouseFit.LISTED:
            return 0.98, (Because(SuggestReason.SAME_HOUSE, house),)
        case HouseFit.NOT_LISTED:
            return 0.5, (Because(SuggestReason.OTHER_HOUSE, area.houses),)
        case HouseFit.WHOLE | HouseFit.UNKNOWN:
            return 0.92, ()


# ── Time ──────────────────────────────────────────────────────────────────────────────────────


def _time(clue: AppealClue, outage: Outage) -> tuple[float, Because]:
    """How well the appeal's instant fits the outage's; details are minutes."""
    if outage.status is OutageStatus.CANCELLED:
        return 0.1, Because(SuggestReason.CANCELLED)
    early = outage.started_at - clue.at
    if early > timedelta(0):
        return _before(clue, outage, early)
    ended = outage.ended_at()
    if ended is None or clue.at <= ended:
        return 1.0, Because(SuggestReason.DURING, _minutes(-early))
    return _after(clue, outage, clue.at - ended)


def _after(clue: AppealClue, outage: Outage, late: timedelta) -> tuple[float, Because]:
    if outage.status is OutageStatus.ANNOUNCED:
        # Nobody has said that power is back, and work often goes on for longer than was published.
        share = 0.9 if late <= _JUST_RESTORED else 0.15
        return share, Because(SuggestReason.SHOULD_BE_BACK, _minutes(late))
    if late > _JUST_RESTORED:
        return 0.15, Because(SuggestReason.LONG_RESTORED, _minutes(late))
    if speaks_of_return(clue.text):
        return 1.0, Because(SuggestReason.JUST_RESTORED, _minutes(late))
    share = 0.75 - 0.25 * (late / _JUST_RESTORED)
    return share, Because(SuggestReason.JUST_RESTORED, _minutes(late))


def _before(clue: AppealClue, outage: Outage, early: timedelta) -> tuple[float, Because]:
    if outage.status is OutageStatus.ANNOUNCED or outage.kind is OutageKind.PLANNED:
        if _asks_about_work(clue) and early <= _ANNOUNCED_AHEAD:
            return 0.9, Because(SuggestReason.ASKS_ABOUT_PLANNED, _minutes(early))
        if early > _EARLY:
            return 0.15, Because(SuggestReason.NOT_YET, _minutes(early))
        return 0.5, Because(SuggestReason.NOT_YET, _minutes(early))
    if early <= _EARLY:
        return 0.9, Because(SuggestReason.JUST_BEFORE, _minutes(early))
    return 0.3, Because(SuggestReason.LONG_BEFORE, _minutes(early))


def _asks_about_work(clue: AppealClue) -> bool:
    """Whether it is about announced work rather than about power that is gone now."""
    by_topic = clue.topic == "outage.planned" and not speaks_of_now(clue.text)
    return by_topic or asks_ahead(clue.text)


def _minutes(length: timedelta) -> str:
    return str(int(length.total_seconds() // 60))


# ── Words ─────────────────────────────────────────────────────────────────────────────────────

_OUTAGE_TOPICS: Final = frozenset({"", "outage", "danger", "information", "quality", "thanks"})
_STEM: Final = 5


def _words(clue: AppealClue, outage: Outage) -> tuple[float, Sequence[Because]]:
    """A factor from the topic and from words that the appeal shares with the outage's cause."""
    if not clue.ours:
        return 0.25, (Because(SuggestReason.NOT_OUR_NETWORK),)
    if clue.topic.partition(".")[0] not in _OUTAGE_TOPICS:
        return 0.4, (Because(SuggestReason.OTHER_TOPIC, clue.topic),)
    factor = 1.0
    if outage.kind is not OutageKind.PLANNED and _asks_about_work(clue):
        factor = 0.6
    if clue.topic.partition(".")[0] != "outage" and not speaks_of_dark(clue.text):
        factor *= 0.7
    shared = sorted(set(_stems(clue.text)) & set(_stems(f"{outage.cause} {outage.transformer}")))
    if not shared:
        return factor, ()
    return factor * 1.06, (Because(SuggestReason.SHARED_WORDS, ", ".join(shared)),)


def _stems(text: str) -> Iterator[str]:
    for word in words(text):
        if len(word.folded) > _STEM and word.folded.isalpha():
            yield word.folded[:_STEM]
