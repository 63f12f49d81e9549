"""The trickle: what goes on happening in the demonstration: new appeals, and soon a storm."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from console.demo.appeals import Plan, Planner, Scribe
from console.demo.cases import Case
from console.demo.outages import Trouble
from console.demo.places import Settlement
from console.demo.staff import DISPATCHER
from console.demo.subjects import ANY_DAY, Weighted
from console.demo.texts import SOCIAL
from console.demo.world import FIRST_NUMBER, Stage, World
from console.domain.appeal import Appeal
from console.domain.ids import Ref, uuid7
from console.domain.mutations import (
    Envelope,
    MoveEtr,
    OpenOutage,
    OutageMutation,
    SetOutageStatus,
)
from console.domain.outage import OutageKind, OutageStatus
from console.wire.schema import IncomingAppeal

STORM: Final = 60.0
"""Seconds from the start until the first appeal of the storm."""

_AGAIN: Final = 2700.0
_LENGTH: Final = 1800.0
_GAP: Final = 15.0
_FIRST: Final = 5.0
_NUMBERS: Final = FIRST_NUMBER + 10_000_000
_SOON_AFTER: Final = 0.07
# Seconds into a storm, and the mean gap between two of its appeals from then on.
_SWELL: Final = ((0.0, 9.0), (60.0, 4.0), (180.0, 2.5), (420.0, 4.0), (900.0, 12.0), (1500.0, 40.0))


@dataclass(frozen=True, slots=True, order=True)
class Happening:
    """Something that comes to pass ``after`` so many seconds: an appeal or an outage's change."""

    after: float
    what: IncomingAppeal | Envelope


def trickle(world: World, seed: int) -> Iterator[Happening]:
    """What happens after ``world.now``, in order and without end; the same for the same seed.

    A few appeals a minute everywhere; from `STORM` on, dozens within minutes from the streets of
    one feeder, then of the settlement, while the dispatcher enters the outage and moves its time.
    """
    streams = (_background(world, seed), _storms(world, seed))
    yield from heapq.merge(*streams, key=lambda happening: happening.after)


class _Source:
    """Writes the appeals of one stream."""

    def __init__(self, world: World, seed: int, name: str, first: int) -> None:
        self.rng = Random(f"{seed}/trickle/{name}")
        self.stage = Stage.set(seed, world.now, scene=name)
        self.now = world.now
        stage = self.stage
        self.planner = Planner(stage.atlas, stage.people, stage.zones, now=world.now)
        self.scribe = Scribe(stage.writer, stage.scenery, stage.zones, first)

    def at(self, after: float) -> datetime:
        """The instant of ``after`` seconds."""
        return self.now + timedelta(seconds=after)

    def appeal(self, after: float, plan: Plan) -> tuple[Happening, Appeal]:
        """The arrival of what was planned, and the appeal that it will be."""
        draft = self.scribe.write(plan, self.rng)
        return Happening(after, _incoming(draft.appeal)), draft.appeal


def _incoming(appeal: Appeal) -> IncomingAppeal:
    return IncomingAppeal(
        source=appeal.source,
        number=appeal.number,
        text=appeal.original or appeal.text,
        created_at=appeal.created_at,
        branch=appeal.branch,
        channel=appeal.channel,
        author=appeal.author,
        place=appeal.place,
        thread=appeal.thread,
    )


def _background(world: World, seed: int) -> Iterator[Happening]:
    source = _Source(world, seed, "background", _NUMBERS)
    rng = source.rng
    towns = source.stage.atlas.settlements
    dark = [trouble for trouble in world.troubles if trouble.outage.is_dark]
    recent: list[tuple[Plan, Appeal]] = []
    after = _FIRST - _GAP
    while True:
        after += rng.expovariate(1 / _GAP) if recent else _GAP
        if recent and rng.random() < _SOON_AFTER:
            plan, appeal = recent.pop(rng.randrange(len(recent)))
            yield _again(source, after, plan, appeal)
            continue
        at = source.at(after)
        if dark and rng.random() < 0.5:
            plan = source.planner.now_about(rng.choice(dark), at, rng)
        else:
            subject = _subject(rng)
            town = rng.choices(towns, weights=[town.weight for town in towns])[0]
            plan = source.planner.plan(subject, town, at, rng=rng)
        happening, appeal = source.appeal(after, plan)
        if plan.channel in SOCIAL:
            recent = [*recent[-20:], (plan, appeal)]
        yield happening


def _subject(rng: Random) -> Weighted:
    table = [w for w in ANY_DAY if "t_uk" not in w.subject.tags]
    return rng.choices(table, weights=[w.weight for w in table])[0]


def _again(source: _Source, after: float, plan: Plan, appeal: Appeal) -> Happening:
    """The same person asks again under the same post: a comment in the thread they began."""
    later = replace(plan, at=source.at(after))
    comment = source.scribe.comment("nudge", later, source.rng)
    incoming = _incoming(replace(appeal, created_at=later.at, text=comment, original=None))
    return Happening(
        after, replace(incoming, number=f"{appeal.number}-{int(after)}", reply_to=appeal.number)
    )


def _storms(world: World, seed: int) -> Iterator[Happening]:
    source = _Source(world, seed, "storm", _NUMBERS + 5_000_000)
    begin = STORM
    while True:
        yield from _storm(source, begin)
        begin += _AGAIN


def _storm(source: _Source, begin: float) -> Iterator[Happening]:
    rng, stage = source.rng, source.stage
    town = _stricken(source)
    case = Case(OutageStatus.ACTIVE, 0, 20, crew=True, hard=True)
    trouble = stage.grid.trouble(
        case, town, now=source.at(begin - 45), zone=stage.zones[town.branch], rng=rng
    )
    registry = _registry(source, begin, trouble)
    yield from heapq.merge(
        _burst(source, begin, trouble), registry, key=lambda happening: happening.after
    )


def _stricken(source: _Source) -> Settlement:
    """A settlement of middle size: in a city a feeder is a drop in the sea."""
    towns = [town for town in source.stage.atlas.settlements if 3 <= town.weight <= 9]
    return source.rng.choice(towns)


def _burst(source: _Source, begin: float, trouble: Trouble) -> Iterator[Happening]:
    """First one transformer's streets, then the feeder's, then the whole settlement."""
    rng, town = source.rng, trouble.town
    whole = source.stage.atlas.streets(town)
    into = 0.0
    while into < _LENGTH:
        streets = trouble.streets[:2] if into < 75 else trouble.streets
        if into > 400 and rng.random() < 0.4:
            streets = whole
        narrowed = replace(trouble, streets=streets)
        plan = source.planner.now_about(narrowed, source.at(begin + into), rng)
        yield source.appeal(begin + into, plan)[0]
        gap = next(gap for start, gap in reversed(_SWELL) if into >= start)
        into += rng.expovariate(1 / gap)


def _registry(source: _Source, begin: float, trouble: Trouble) -> Iterator[Happening]:
    """The dispatcher's entries: the outage, the crew, a first time, another, the light."""
    outage = trouble.outage
    opened = OpenOutage(
        outage_kind=OutageKind.EMERGENCY,
        status=OutageStatus.ACTIVE,
        started_at=outage.started_at,
        areas=outage.areas,
        res=outage.res,
        substation=outage.substation,
        feeder=outage.feeder,
        transformer=outage.transformer,
        cause=outage.cause,
        residents=outage.residents,
    )
    reasons = source.stage.grid.reasons()
    first, second = (source.at(begin + 60 * minutes) for minutes in (125, 190))
    steps: tuple[tuple[float, OutageMutation], ...] = (
        (150, opened),
        (270, SetOutageStatus(OutageStatus.CREW_SENT, source.at(begin + 270), outage.crew)),
        (400, MoveEtr(_quarter(first))),
        (1150, MoveEtr(_quarter(second), source.rng.choice(reasons))),
        (2400, SetOutageStatus(OutageStatus.RESTORED, source.at(begin + 2400))),
    )
    target = Ref(outage.branch, outage.id)
    for into, mutation in steps:
        at = source.at(begin + into)
        ident = uuid7(at, source.rng.randbytes(10))
        yield Happening(begin + into, Envelope(ident, target, DISPATCHER, at, mutation))


def _quarter(when: datetime) -> datetime:
    whole = when.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=-whole.minute % 15)
