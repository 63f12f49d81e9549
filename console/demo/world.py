"""The demonstration's world: a month of a contact centre, made from a seed and the present time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from console.demo.appeals import Plan, Planner, Scribe
from console.demo.grammar import Grammar, Speaker
from console.demo.outages import Bank, Grid, Trouble, past, present
from console.demo.people import People
from console.demo.places import DEMO, Atlas
from console.demo.scene import Scenery, Seasons
from console.demo.shift import NOT_OURS, Shift
from console.demo.staff import Staff
from console.demo.story import Story
from console.demo.texts import Writer
from console.demo.voice import Typist
from console.demo.wording import Wording
from console.domain.appeal import Appeal, Status
from console.domain.event import Event
from console.domain.message import Message
from console.domain.operator import Operator
from console.domain.outage import Outage
from console.domain.priority import priority
from console.rulebook.branches import load_branches
from console.rulebook.topics import load_priority

APPEALS: Final = 2400
_WISHES: Final[Mapping[Status, int]] = {
    Status.RETURNED: 4,
    Status.ON_APPROVAL: 5,
    Status.TRANSFER_REQUESTED: 2,
    Status.TRANSFER_DENIED: 1,
}
_TRANSFERS: Final = frozenset({Status.TRANSFER_REQUESTED, Status.TRANSFER_DENIED})
_RIPE: Final = timedelta(hours=4)
"""By then the shift has got as far as any of these states."""
FIRST_NUMBER: Final = 61_204_000
"""The number that the made-up monitoring cabinet gives to the oldest appeal."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the server knows at ``now`` (UTC), oldest first."""

    seed: int
    now: datetime
    operators: tuple[Operator, ...]
    troubles: tuple[Trouble, ...]
    appeals: tuple[Appeal, ...]
    messages: tuple[Message, ...]
    events: tuple[Event, ...]

    @property
    def outages(self) -> tuple[Outage, ...]:
        """The registry of outages, by their start."""
        return tuple(trouble.outage for trouble in self.troubles)


@dataclass(frozen=True, slots=True)
class Stage:
    """What worlds are made with: the phrases, the places, the people, the grid."""

    atlas: Atlas
    people: People
    scenery: Scenery
    staff: Staff
    grid: Grid
    zones: Mapping[str, ZoneInfo]
    writer: Writer

    @staticmethod
    def set(seed: int, now: datetime, *, scene: str = "month") -> Stage:
        """Load the resources of the demonstration; `ConfigError` where one is wrong.

        ``scene`` names what is played: two scenes of one seed say different things.
        """
        atlas, people, seasons = Atlas.load(), People.load(), Seasons.load()
        speaker = Speaker(Grammar.load(DEMO / "phrases"), Random(f"{seed}/words/{scene}"))
        return Stage(
            atlas=atlas,
            people=people,
            scenery=Scenery(atlas, seasons),
            staff=Staff.load(),
            grid=Grid(atlas, Bank.load(), people, season=seasons.season(now)),
            zones={branch.key: branch.zone for branch in load_branches()},
            writer=Writer(speaker, Typist.load()),
        )


def generate(seed: int, now: datetime, *, appeals: int = APPEALS) -> World:
    """The world of ``seed`` at ``now`` (aware UTC): the same arguments make the same world.

    ``appeals`` of the last 30 days, at least as many as the present outages bring (about 300).
    """
    stage = Stage.set(seed, now)
    troubles = _troubles(stage, now, Random(f"{seed}/outages"), scale=appeals / APPEALS)
    plans = _plans(stage, troubles, now, Random(f"{seed}/plans"), count=appeals)
    stories = _work(stage, plans, now, Random(f"{seed}/shift"))
    return World(
        seed=seed,
        now=now,
        operators=stage.staff.operators,
        troubles=tuple(troubles),
        appeals=_weighed([story.appeal for story in stories]),
        messages=tuple(message for story in stories for message in story.messages.values()),
        # A merge is told in the history of its primary, too, which another story is about.
        events=tuple(sorted((e for story in stories for e in story.events), key=_at)),
    )


def _troubles(stage: Stage, now: datetime, rng: Random, *, scale: float) -> list[Trouble]:
    old = past(stage.grid, stage.atlas, stage.zones, now=now, rng=rng, scale=scale)
    new = present(stage.grid, stage.atlas, stage.zones, now=now, rng=rng)
    return sorted(old + new, key=lambda trouble: trouble.outage.started_at)


def _plans(
    stage: Stage, troubles: Sequence[Trouble], now: datetime, rng: Random, *, count: int
) -> list[Plan]:
    planner = Planner(stage.atlas, stage.people, stage.zones, now=now)
    plans = [plan for trouble in troubles for plan in planner.about(trouble, rng)]
    plans += planner.any_day(max(0, count - len(plans)), rng)
    return _wishful(sorted(plans, key=lambda plan: plan.at), now)


def _wishful(plans: list[Plan], now: datetime) -> list[Plan]:
    """``plans``, some of the latest with a state to be left in, so that each can be seen."""
    wishes = dict(_WISHES)
    for at in reversed(range(len(plans))):
        plan = plans[at]
        if now - plan.at < _RIPE or plan.subject.subject.rule in ("noise", "thanks"):
            continue
        foreign = plan.subject.subject.topic.startswith(NOT_OURS)
        wish = next((w for w in wishes if (w in _TRANSFERS) == foreign and wishes[w]), None)
        if wish is not None:
            wishes[wish] -= 1
            plans[at] = replace(plan, wish=wish)
    return plans


def _work(stage: Stage, plans: Sequence[Plan], now: datetime, rng: Random) -> list[Story]:
    scribe = Scribe(stage.writer, stage.scenery, stage.zones, FIRST_NUMBER)
    wording = Wording(stage.writer, stage.scenery, stage.people, stage.zones)
    shift = Shift(wording, stage.staff, now=now)
    stories: list[Story] = []
    seen: dict[str, Appeal] = {}
    for plan in plans:
        draft = scribe.write(plan, rng)
        trouble = plan.trouble
        same = seen.get(trouble.outage.id) if trouble and not draft.appeal.danger else None
        story = shift.work(draft, rng, same_as=same)
        if trouble is not None:
            seen.setdefault(trouble.outage.id, draft.appeal)
        stories.append(story)
    return stories


def _weighed(appeals: Sequence[Appeal]) -> tuple[Appeal, ...]:
    """``appeals`` with the priority of those that are still open, as intake would have set it."""
    rules = load_priority()

    def weighed(appeal: Appeal) -> Appeal:
        if not appeal.is_open:
            return appeal
        found = priority(appeal.text, rules, danger=appeal.danger, at=appeal.created_at)
        return replace(appeal, priority=found.points, high_priority=found.high)

    return tuple(map(weighed, appeals))


def _at(event: Event) -> datetime:
    return event.at
