"""A reply template: a template's text with what it is for, and which of them come first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from console.domain.appeal import Outcome
from console.domain.channel import Channel, Visibility
from console.domain.outage import Outage, OutageKind, OutageStatus
from console.domain.template import Template, normal_name


class OutageState(StrEnum):
    """What a resident needs to hear about an outage; a template is written for some of them."""

    NONE = "none"
    UNKNOWN_ETR = "unknown_etr"
    KNOWN_ETR = "known_etr"
    MOVED = "moved"
    PLANNED = "planned"
    RESTORED = "restored"


class PlaceState(StrEnum):
    """Whether the settlement of an appeal is known; a template may be written for one of them."""

    KNOWN = "known"
    UNKNOWN = "unknown"


class ReplyKind(StrEnum):
    """What a text made from the template is."""

    FINAL = "final"
    INTERIM = "interim"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that templates may use.

    ``key`` is what the program knows it by; ``manual``: only the operator can fill it in;
    ``promises_etr``: its value is the restoration time of an outage.
    """

    name: str
    key: str
    example: str
    manual: bool = False
    promises_etr: bool = False


class Variables:
    """The catalogue of names."""

    def __init__(self, variables: Iterable[Variable]) -> None:
        self.by_name: Mapping[str, Variable] = {normal_name(v.name): v for v in variables}
        self.by_key: Mapping[str, Variable] = {v.key: v for v in self.by_name.values()}

    def named(self, values: Mapping[str, str]) -> dict[str, str]:
        """``values`` by key turned into values by name; a key without a name is left out."""
        return {self.by_key[key].name: text for key, text in values.items() if key in self.by_key}

    def examples(self) -> dict[str, str]:
        """A value for every name, to show what a template looks like."""
        return {variable.name: variable.example for variable in self.by_name.values()}


@dataclass(frozen=True, slots=True)
class ReplyTemplate:
    """A template with its card.

    ``topics`` are topic keys (a root stands for its children), empty for all; ``states`` the
    states of the outage it is written for, empty for all; ``channels`` channel keys, empty for
    all. ``visibility``: the widest audience it is safe for. ``words``: what it is searched by
    besides its title and body. ``outcome``: what an answer with it comes to, where it says so by
    itself; the operator may choose another. ``place``: what it takes for granted of the place.
    """

    key: str
    title: str
    body: Template
    kind: ReplyKind = ReplyKind.FINAL
    visibility: Visibility = Visibility.PUBLIC
    topics: tuple[str, ...] = ()
    states: tuple[OutageState, ...] = ()
    channels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    outcome: Outcome | None = None
    place: PlaceState | None = None

    def suits(self, channel: Channel | None) -> bool:
        """Whether a text made from it may go out through ``channel`` (None: not known yet)."""
        if channel is None:
            return True
        too_open = (
            self.visibility is not Visibility.PUBLIC and channel.visibility is Visibility.PUBLIC
        )
        return (not self.channels or channel.key in self.channels) and (
            self.kind is ReplyKind.NOTE or not too_open
        )


_MOST_USED: Final = 0.08
"""What habit may add at most: less than the smallest difference that topic and state make."""


class Fitness(StrEnum):
    """Why a template stands where it does, the weightiest first."""

    STATE = "state"
    """It is written for what there is to say about the outage at hand."""
    TOPIC = "topic"
    """It is written for this very topic."""
    ROOT = "root"
    """It is written for the group of topics that this one belongs to."""
    PLACE = "place"
    """It is written for what is known of the place."""
    HABIT = "habit"
    """The operator has sent it before."""


@dataclass(frozen=True, slots=True)
class RankedTemplate:
    """A template and how well it suits; higher is better, below 0 is beside the point.

    ``fits`` says what speaks for it, ``times`` how often the operator has sent it.
    """

    template: ReplyTemplate
    score: float
    fits: tuple[Fitness, ...] = ()
    times: int = 0


def outage_state(outage: Outage | None, now: datetime) -> OutageState:
    """What there is to say about ``outage`` at ``now``.

    An ETR that has passed is no longer a promise, so the time is unknown again. It has moved when
    an earlier, different ETR was set before.
    """
    if outage is None or outage.status is OutageStatus.CANCELLED:
        return OutageState.NONE
    if outage.status is OutageStatus.RESTORED:
        return OutageState.RESTORED
    end = outage.expected_end()
    if end is None or end < now:
        return OutageState.UNKNOWN_ETR
    if any(record.etr is not None and record.etr != end for record in outage.etr_history):
        return OutageState.MOVED
    return OutageState.PLANNED if outage.kind is OutageKind.PLANNED else OutageState.KNOWN_ETR


def rank(
    templates: Iterable[ReplyTemplate],
    *,
    topic: str = "",
    state: OutageState = OutageState.NONE,
    channel: Channel | None = None,
    usage: Mapping[str, int] | None = None,
    place: PlaceState | None = None,
) -> tuple[RankedTemplate, ...]:
    """The templates that may be used in ``channel``, the most fitting first.

    ``usage`` is how often the operator used each key; it decides between equals, and never lifts
    a template for another topic above one for this topic. ``place`` is None where nobody knows
    whether it is known.
    """
    used = usage or {}
    ranked = (
        RankedTemplate(
            each,
            _topic_score(each, topic)
            + _state_score(each, state, topic)
            + _place_score(each, place)
            + min(_MOST_USED, 0.01 * math.log1p(used.get(each.key, 0))),
            tuple(_fits(each, topic, state, place, used.get(each.key, 0))),
            used.get(each.key, 0),
        )
        for each in templates
        if each.suits(channel)
    )
    return tuple(sorted(ranked, key=lambda r: (-r.score, r.template.title)))


def _fits(
    template: ReplyTemplate, topic: str, state: OutageState, place: PlaceState | None, times: int
) -> Iterator[Fitness]:
    if state is not OutageState.NONE and state in template.states:
        yield Fitness.STATE
    if topic and topic in template.topics:
        yield Fitness.TOPIC
    elif topic and topic.partition(".")[0] in template.topics:
        yield Fitness.ROOT
    if place is not None and template.place is place:
        yield Fitness.PLACE
    if times:
        yield Fitness.HABIT


def _topic_score(template: ReplyTemplate, topic: str) -> float:
    if not template.topics:
        return 1.0
    if topic in template.topics:
        return 5.0
    root = topic.partition(".")[0]
    if root and root in template.topics:
        return 4.0
    if any(own.partition(".")[0] == root for own in template.topics):
        return 1.5
    return -2.0


def _state_score(template: ReplyTemplate, state: OutageState, topic: str) -> float:
    if not template.states:
        return 0.0
    if state in template.states:
        # An outage at hand says more about what to answer than the topic does, and a template
        # written for this state alone says it better than one for several.
        return 0.0 if state is OutageState.NONE else 4.0 + 1 / len(template.states)
    if state is OutageState.NONE and topic.startswith("outage"):
        return -1.0
    return -4.0


def _place_score(template: ReplyTemplate, place: PlaceState | None) -> float:
    if template.place is None or place is None:
        return 0.0
    return 0.5 if template.place is place else -4.0
