"""Enrichment: what the rules make of an appeal that comes in: branch, topic, danger, priority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from console.domain.appeal import NOWHERE, Place
from console.domain.danger import DangerWords, SignFound
from console.domain.locator import TextLocator
from console.domain.priority import PriorityRules, priority
from console.domain.topic import TopicBook, TopicGuess
from console.rulebook.branches import load_branches
from console.rulebook.danger import load_danger
from console.rulebook.places import load_gazetteer
from console.rulebook.topics import load_priority, load_topics
from console.server.intake.naming import Naming, load_naming
from console.wire.schema import IncomingAppeal

_SURE = 0.5
"""A guess of the topic below this is left to the operator."""


@dataclass(frozen=True, slots=True)
class Enriched:
    """What is known of an appeal beside its words; an empty ``branch`` is an unknown one."""

    branch: str
    topic: str = ""
    danger: bool = False
    priority: int = 0
    high_priority: bool = False
    place: Place = NOWHERE
    tags: tuple[str, ...] = ()


class Enricher(Protocol):
    """Says what is known of an appeal beside its words. Pure, and called on any thread."""

    def enrich(self, incoming: IncomingAppeal, text: str) -> Enriched:
        """``text`` is the cleaned text of ``incoming``."""


class Locator(Protocol):
    """Finds the place that a text speaks of."""

    def locate(self, text: str, *, branch: str | None, given: Place) -> tuple[str | None, Place]:
        """The branch (None: unknown) and the place, where ``given`` leaves something open."""


@dataclass(frozen=True, slots=True)
class RuleEnricher:
    """The rules of resources/: the same that the console shows."""

    naming: Naming
    branches: frozenset[str]
    topics: TopicBook
    dangers: DangerWords
    priorities: PriorityRules
    locator: Locator | None = None
    _outside: dict[tuple[str, ...], str] = field(default_factory=dict, repr=False, compare=False)

    def enrich(self, incoming: IncomingAppeal, text: str) -> Enriched:
        """What the rules say; a region that is of no branch gives an empty branch."""
        branch, place = self.where(incoming, text)
        tags = incoming.tags
        if branch is None:
            branch = self.naming.default_branch
            tags = (*tags, self.naming.default_tag) if self.naming.default_tag else tags
        signs = self.dangers.find(text)
        topic = self._topic(incoming) or self._read(text, signs)
        if incoming.topic and not topic:
            tags = (*tags, *_names(incoming.topic)[:1])
        found = priority(text, self.priorities, danger=bool(signs), at=incoming.created_at)
        return Enriched(
            branch=branch,
            topic=topic,
            danger=bool(signs),
            priority=found.points,
            high_priority=incoming.high_priority or found.high,
            place=place,
            tags=tags,
        )

    def where(self, incoming: IncomingAppeal, text: str) -> tuple[str | None, Place]:
        """The branch (None: nothing says, "": none of ours) and the place.

        The named branch or region comes first, then what the text says of the place.
        """
        branch = incoming.branch or self.naming.branch_of(incoming.region)
        foreign = branch is None and bool(incoming.region.strip())
        if foreign or (branch is not None and branch not in self.branches):
            return "", incoming.place
        if self.locator is None:
            return branch, incoming.place
        found, place = self.locator.locate(text, branch=branch, given=incoming.place)
        # A place that another company serves is true, but somebody must answer the appeal all
        # the same: whose it is, is then as open as without a place.
        return found or branch, place

    def _topic(self, incoming: IncomingAppeal) -> str:
        """The topic as given, or as another system names it; empty where nobody named any."""
        if incoming.topic in self.topics.topics:
            return incoming.topic
        names = _names(incoming.topic)
        return self._named(names) if names else ""

    def _read(self, text: str, signs: Sequence[SignFound]) -> str:
        """The topic that the words speak for; what puts a life at risk is what it is about."""
        likely = _likely(self.topics.guess(text))
        dangerous = likely in self.topics.topics and self.topics.topics[likely].danger
        if dangerous or not signs:
            return likely
        return next((s.sign.topic for s in signs if s.sign.topic in self.topics.topics), likely)

    def _named(self, names: tuple[str, ...]) -> str:
        # An export names a hundred topics ten thousand times.
        if names not in self._outside:
            self._outside[names] = self.topics.from_outside(*names) or ""
        return self._outside[names]


def _names(topic: str) -> tuple[str, ...]:
    """The names of «Группа / Тема», the particular first."""
    return tuple(part.strip() for part in reversed(topic.split(" / ")) if part.strip())


def _likely(guesses: tuple[TopicGuess, ...]) -> str:
    return guesses[0].key if guesses and guesses[0].confidence >= _SURE else ""


def default_enricher(*, default_branch: str = "") -> RuleEnricher:
    """The enricher of the shipped rules; ``default_branch`` overrules the configured one."""
    branches = load_branches()
    naming = load_naming(branches)
    if default_branch:
        naming = replace(naming, default_branch=default_branch)
    return RuleEnricher(
        naming=naming,
        branches=frozenset(branch.key for branch in branches),
        topics=load_topics(),
        dangers=load_danger(),
        priorities=load_priority(),
        locator=TextLocator(load_gazetteer()),
    )
