"""What watches a generated stream: the radar, and two plain rules to compare it with."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from console.domain.area import street_key
from console.domain.grid_tree import Branching, GridTree
from console.domain.hotspot import Cry, Hotspot, HotspotNorms
from console.domain.radar import Radar
from tests.bench.storms.score import Alarm
from tests.bench.storms.stream import Post, Stream

_DARK = ("outage", "danger")


def cry_of(post: Post) -> Cry:
    """A post as the radar gets it."""
    return Cry(
        post.id, post.at, post.branch, post.place, post.street, post.topic, post.author, post.text
    )


def tree_of(stream: Stream) -> GridTree:
    """The part of the grid that the registry of this stream knows."""
    lines = (
        Branching(land.branch, town, f"{street.kind} {street.name}", feeder=line.name)
        for land in stream.lands
        for line in land.lines
        if line.name in land.known
        for town, street in line.ends
    )
    districts = (
        Branching(land.branch, town.name, district=town.res)
        for land in stream.lands
        for town in land.towns
    )
    return GridTree.of([*lines, *districts])


def radar_over(stream: Stream, norms: HotspotNorms) -> Iterator[tuple[datetime, Hotspot]]:
    """Each change of each hotspot with the instant at which it came."""
    radar = Radar(norms, {land.branch: land.zone for land in stream.lands}, tree=tree_of(stream))
    for post in stream.posts:
        for hotspot in radar.feel(cry_of(post)):
            yield post.at, hotspot


def radar(stream: Stream, norms: HotspotNorms) -> Iterator[Alarm]:
    """What it tells, of each hotspot at first and again with more."""
    told: dict[str, tuple[str, ...]] = {}
    for at, hotspot in radar_over(stream, norms):
        before = told.get(hotspot.id)
        if before != hotspot.evidence and not hotspot.closed:
            told[hotspot.id] = hotspot.evidence
            again = before is not None
            yield Alarm(at, hotspot.branch, hotspot.evidence, again, hotspot.confidence)


class Dark(NamedTuple):
    """An appeal that a plain rule counts, with keys of its settlement and its street (or none)."""

    post: Post
    town: str
    street: str


def dark(stream: Stream) -> Iterator[Dark]:
    """What the plain rules count: cries about the dark from a place that is known."""
    for post in stream.posts:
        if post.topic.startswith(_DARK) and post.place:
            town = f"{post.branch}/{post.place}"
            street = street_key(post.street)
            yield Dark(post, town, f"{town}/{street}" if street else "")


@dataclass(frozen=True, slots=True)
class Fixed:
    """N appeals about the dark in M minutes from one place; then silent until a gap.

    ``by_street`` counts for streets (where one is known), else for settlements. ``once``: an
    author's posts count once.
    """

    count: int
    minutes: int
    by_street: bool
    once: bool

    def __call__(self, cries: Iterable[Dark]) -> Iterator[Alarm]:
        """Its alarms."""
        near: dict[str, deque[Post]] = defaultdict(deque)
        quiet: dict[str, datetime] = {}
        window, gap = timedelta(minutes=self.minutes), timedelta(hours=3)
        for post, town, street in cries:
            key = street if self.by_street else town
            if not key:
                continue
            some = near[key]
            if self.once and any(one.author == post.author for one in some):
                continue
            some.append(post)
            while some[0].at < post.at - window:
                some.popleft()
            told = key in quiet and post.at < quiet[key]
            if told or len(some) >= self.count:
                quiet[key] = post.at + gap
            if len(some) >= self.count:
                yield Alarm(post.at, post.branch, tuple(one.id for one in some), again=told)


@dataclass(frozen=True, slots=True)
class Ewma:
    """Counts of bins of minutes against their own moving mean and deviation, for settlements."""

    minutes: int
    weight: float
    sigmas: float
    least: int

    def __call__(self, cries: Iterable[Dark]) -> Iterator[Alarm]:
        """Its alarms; a bin is judged as it fills."""
        state: dict[str, _Moving] = defaultdict(_Moving)
        quiet: dict[str, datetime] = {}
        for post, key, _ in cries:
            moving = state[key]
            moving.go_on(int(post.at.timestamp() // (60 * self.minutes)), self.weight)
            moving.now.append(post.id)
            count = len(moving.now)
            limit = moving.mean + self.sigmas * math.sqrt(max(moving.variance, moving.mean, 1e-3))
            loud = count >= self.least and count > limit
            told = key in quiet and post.at < quiet[key]
            if told or loud:
                quiet[key] = post.at + timedelta(hours=3)
            if loud:
                yield Alarm(post.at, post.branch, tuple(moving.now), again=told)


class _Moving:
    """The moving mean and variance of one place's bins."""

    def __init__(self) -> None:
        self.bin = 0
        self.mean = self.variance = 0.0
        self.now: list[str] = []

    def go_on(self, bin_: int, weight: float) -> None:
        """End the bins before ``bin_``; the empty ones in between at once."""
        if bin_ == self.bin:
            return
        if self.bin:
            off = len(self.now) - self.mean
            self.mean += weight * off
            self.variance = (1 - weight) * (self.variance + weight * off * off)
            kept = (1 - weight) ** (bin_ - self.bin - 1)
            self.mean *= kept
            self.variance *= kept
        self.bin, self.now = bin_, []
