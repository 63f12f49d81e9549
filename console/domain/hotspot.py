"""A hotspot («очаг»): many cries from one place at once, more than its hour and weekday explain.

domain.md §6: for a street, a feeder, a settlement, rising to the level above; a gap in time is a
new one. How it is found stands in `radar`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from console.domain.appeal import Appeal
from console.domain.copies import CopyNorms
from console.domain.rhythm import RhythmNorms
from console.domain.surprise import ExcessNorms


class Level(StrEnum):
    """How much of the grid or the land a hotspot covers, the smallest first."""

    STREET = "street"
    FEEDER = "feeder"
    SETTLEMENT = "settlement"
    DISTRICT = "district"
    BRANCH = "branch"


class HotspotState(StrEnum):
    """What people have made of it. What is neither confirmed nor refused closes by itself."""

    CANDIDATE = "candidate"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    MERGED = "merged"


class Scope(NamedTuple):
    """A place at a level; ``name`` is a key to compare, ``within`` the settlement of a street."""

    branch: str
    level: Level
    name: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class Cry:
    """What the radar needs to know of an appeal; ``at`` (aware) is when it was written.

    Whatever is not known is empty: the settlement, the street, the author, even the topic.
    """

    id: str
    at: datetime
    branch: str
    settlement: str = ""
    street: str = ""
    topic: str = ""
    author: str = ""
    text: str = ""

    @staticmethod
    def of(appeal: Appeal) -> Cry:
        """That of an appeal; its author is known by profile, else phone, else name."""
        who = appeal.author
        return Cry(
            id=appeal.id,
            at=appeal.created_at,
            branch=appeal.branch,
            settlement=appeal.place.settlement,
            street=appeal.place.street,
            topic=appeal.topic,
            author=who.handle or who.phone or who.name,
            text=appeal.text,
        )


@dataclass(frozen=True, slots=True)
class Lesson:
    """What refusals have taught of one place: so many decades more are asked for there."""

    scope: Scope
    family: str
    decades: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Threshold:
    """Why a hotspot was told at that score; scores are −log₁₀ of the chance.

    ``needed`` is the sum of ``ordinary``, what ordinary days reach ``budget`` times a day in a
    branch, ``newcomer``, while the branch is hardly known, and ``caution``, what refusals here have
    added. ``days`` of history stand behind it.
    """

    needed: float
    ordinary: float
    newcomer: float
    caution: float
    budget: float
    days: float


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A hotspot as it stands. Instants are aware UTC.

    ``place`` and ``street`` are as residents' appeals have them, empty where the level is above
    them; ``feeder`` and ``district`` are named where the level is theirs. ``seen`` is how many
    counted since ``since``, ``expected`` how many would on such an hour and weekday. ``evidence``
    are the ids of what counted, ``maybe`` of what came from the same settlement without saying
    where, ``repeats`` of what did not count: an author's further posts and copied texts.
    ``confidence`` (0..1) is the share of candidates with such a score that are real. ``chance`` is
    how often a day of the branch would reach such a score by itself. ``found_at`` is when it was
    first told, ``rose_at`` when it last rose; ``into`` is what it was merged into.
    """

    id: str
    branch: str
    level: Level
    family: str
    topic: str
    place: str
    street: str
    feeder: str
    district: str
    since: datetime
    last: datetime
    found_at: datetime
    rose_at: datetime | None
    seen: int
    expected: float
    evidence: tuple[str, ...]
    maybe: tuple[str, ...]
    repeats: tuple[str, ...]
    score: float
    chance: float
    confidence: float
    threshold: Threshold
    state: HotspotState = HotspotState.CANDIDATE
    closed: bool = False
    into: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """Topics that are one thing to a dispatcher; ``share`` of the budget of false alarms.

    A topic counts here by its key, or by its root. ``a_day`` is how many come in a branch on a
    mean day, until its own days have told.
    """

    key: str
    topics: frozenset[str]
    levels: frozenset[Level]
    share: float
    a_day: float


@dataclass(frozen=True, slots=True)
class LevelNorms:
    """Of one level: its share of the budget, and what is believed of ordinary peaks there.

    ``children`` burning make the level rise; ``prior_days`` of a place's own history outweigh what
    is expected of it by its parent.
    """

    share: float
    children: int
    prior_days: float
    ordinary: ExcessNorms


@dataclass(frozen=True, slots=True)
class HotspotNorms:
    """The norms of finding hotspots, resources/rules/hotspots.toml ([K] throughout).

    ``false_a_day``: how many false alarms a branch may have in a day. ``real_a_day``: how many
    hotspots it has, for the confidence. ``grown``: one that nobody has judged and that exceeds its
    threshold by so many decades was real; a smaller one was ordinary, and so is one that goes on
    for ``longest``. ``step``, ``most`` (decades) and ``forgotten`` are of what
    refusals teach.
    """

    families: tuple[Family, ...]
    levels: Mapping[Level, LevelNorms]
    gap: timedelta
    horizon: timedelta
    half_life: timedelta
    author_once: timedelta
    least: int
    shortest: timedelta
    restless: float
    spill: float
    rise_chance: float
    false_a_day: float
    real_a_day: float
    score_from: float
    score_to: float
    newcomer_days: float
    newcomer_confidence: float
    newcomer_decades: float
    grown: float
    longest: timedelta
    step: float
    most: float
    forgotten: timedelta
    rhythm: RhythmNorms
    copies: CopyNorms

    def family_of(self, topic: str) -> Family | None:
        """The family of a topic key; None for what makes no hotspot."""
        root = topic.partition(".")[0]
        for family in self.families:
            if topic in family.topics:
                return family
        return next((family for family in self.families if root in family.topics), None)
