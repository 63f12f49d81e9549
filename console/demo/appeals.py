"""The appeals of the demonstration: who writes, when, through what, about what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from console.demo.grammar import Context
from console.demo.outages import Trouble
from console.demo.people import People, Person, author
from console.demo.places import Address, Atlas, Settlement
from console.demo.scene import Extras, Moment, Scene, Scenery, context_of
from console.demo.subjects import (
    AFTER_RESTORED,
    ANY_DAY,
    OF_ANNOUNCED,
    OF_EMERGENCY,
    OF_PLANNED,
    OF_STORM,
    Weighted,
)
from console.demo.texts import SOCIAL, Writer
from console.domain.appeal import Appeal, Status
from console.domain.cleaning import clean
from console.domain.ids import uuid7
from console.domain.message import Message, MessageKind
from console.domain.outage import OutageKind, OutageStatus

_CHANNELS: Final = {
    "vk": 37,
    "ok": 17,
    "telegram": 13,
    "max": 7,
    "phone": 12,
    "pos": 6,
    "site": 4,
    "email": 3,
    "office": 1,
}
# Local hours from midnight: little at night, a first peak in the morning, the second at dusk.
_RHYTHM: Final = (2, 1, 1, 1, 1, 2, 5, 9, 11, 10, 9, 8, 8, 8, 8, 8, 9, 11, 14, 15, 14, 12, 8, 4)
# Nothing else in a text of ours needs cleaning, and cleaning takes longer than writing it.
_MARKUP: Final = re.compile(r"[<&\[]|\s\n|\n\s")
_WEEKEND: Final = 0.75
_DANGER: Final = "danger"


@dataclass(frozen=True, slots=True)
class Plan:
    """One appeal before its words: everything but the text. Instants are aware UTC."""

    at: datetime
    since: datetime
    subject: Weighted
    address: Address
    person: Person
    channel: str
    trouble: Trouble | None = None
    also: bool = False
    """Whether it only joins others («и у нас»)."""
    wish: Status | None = None
    """Where the shift leaves it for now, so that every state can be seen."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An appeal as it came in, its first message, and what in it an answer will repeat."""

    plan: Plan
    appeal: Appeal
    first: Message
    said: Mapping[str, str]


_REMEMBERED: Final = ("req_tp", "req", "ls", "volt", "snt", "plan_start", "plan_end", "date_plan")


class Planner:
    """Decides on the appeals of a month."""

    def __init__(
        self, atlas: Atlas, people: People, zones: Mapping[str, ZoneInfo], *, now: datetime
    ) -> None:
        self._atlas = atlas
        self._people = people
        self._zones = zones
        self._now = now

    def about(self, trouble: Trouble, rng: Random) -> Iterator[Plan]:
        """The appeals that an outage brings: a burst at its start, then ever fewer."""
        for _ in range(trouble.appeals):
            yield self.now_about(trouble, self._when(trouble, rng), rng)

    def now_about(self, trouble: Trouble, at: datetime, rng: Random) -> Plan:
        """One more appeal about an outage that lasts, written at ``at`` (UTC)."""
        table = self._subjects(trouble, at)
        subject = rng.choices(table, weights=[w.weight for w in table])[0]
        return self.plan(subject, trouble.town, at, rng=rng, trouble=trouble)

    def any_day(self, count: int, rng: Random) -> Iterator[Plan]:
        """``count`` appeals of the last 30 days that no outage explains."""
        towns, weights = self._atlas.settlements, [t.weight for t in self._atlas.settlements]
        shares = [w.weight for w in ANY_DAY]
        for subject in rng.choices(ANY_DAY, weights=shares, k=count):
            town = rng.choices(towns, weights=weights)[0]
            while "t_uk" in subject.subject.tags and town.kind != "г":
                town = rng.choices(towns, weights=weights)[0]
            at = self._moment(self._zones[town.branch], rng)
            yield self.plan(subject, town, at, rng=rng)

    def plan(
        self,
        subject: Weighted,
        town: Settlement,
        at: datetime,
        *,
        rng: Random,
        trouble: Trouble | None = None,
    ) -> Plan:
        """One appeal about ``subject`` from ``town``, written at ``at`` (UTC)."""
        streets = trouble.streets if trouble else self._atlas.streets(town)
        if trouble and rng.random() < 0.1:
            streets = self._atlas.streets(town)
        person = self._people.someone(town, rng)
        since = at - timedelta(minutes=rng.lognormvariate(4.3, 1.1))
        if trouble and trouble.outage.started_at <= at:
            since = trouble.outage.started_at
        also = trouble is not None and subject.subject.rule == "emergency" and rng.random() < 0.12
        return Plan(
            at=at,
            since=since,
            subject=subject,
            address=Address(town, rng.choice(streets), self._atlas.house(town, rng)),
            person=person,
            channel=_channel(subject, person, rng, also=also),
            trouble=trouble,
            also=also,
        )

    def _when(self, trouble: Trouble, rng: Random) -> datetime:
        outage = trouble.outage
        if outage.status in (OutageStatus.ANNOUNCED, OutageStatus.CANCELLED):
            return self._now - timedelta(minutes=rng.uniform(20, 2200))
        end = min(self._now, outage.restored_at or self._now)
        minutes = rng.expovariate(1 / 70) + rng.uniform(1, 6)
        at = outage.started_at + timedelta(minutes=minutes)
        late = end + timedelta(minutes=rng.uniform(3, 50))
        if at > end:
            at = late if rng.random() < 0.25 else _between(outage.started_at, end, rng)
        return min(at, self._now - timedelta(seconds=rng.uniform(20, 400)))

    def _subjects(self, trouble: Trouble, at: datetime) -> Sequence[Weighted]:
        if trouble.outage.kind is OutageKind.PLANNED:
            return OF_PLANNED if trouble.outage.started_at <= at else OF_ANNOUNCED
        if trouble.is_over(at):
            return AFTER_RESTORED
        return OF_EMERGENCY + OF_STORM if trouble.hard else OF_EMERGENCY

    def _moment(self, zone: ZoneInfo, rng: Random) -> datetime:
        """An instant of the last 30 days, as often as people write at that local hour."""
        while True:
            at = self._now - timedelta(days=30 * rng.random() ** 1.15, seconds=30)
            there = at.astimezone(zone)
            weight = _RHYTHM[there.hour] * (_WEEKEND if there.isoweekday() > 5 else 1)
            if rng.random() * max(_RHYTHM) < weight:
                return at


def _between(start: datetime, end: datetime, rng: Random) -> datetime:
    return start + (end - start) * rng.random() if end > start else start


def _channel(subject: Weighted, person: Person, rng: Random, *, also: bool) -> str:
    shares = dict(_CHANNELS)
    if also or subject.subject.rule == "noise":
        shares = {channel: share for channel, share in shares.items() if channel in SOCIAL}
    if person.age == "elder":
        shares |= {"ok": 30, "phone": 26 if "phone" in shares else 0, "telegram": 3}
    if person.age == "young":
        shares |= {"ok": 5, "telegram": 24}
    if subject.subject.topic.startswith(_DANGER) and "phone" in shares:
        shares["phone"] = 26
    if subject.subject.rule in ("connection", "price", "refusal") and "pos" in shares:
        shares |= {"pos": 14, "email": 9, "office": 5}
    return rng.choices(list(shares), weights=list(shares.values()))[0]


class Scribe:
    """Turns plans into appeals with their words, in the order given."""

    def __init__(
        self, writer: Writer, scenery: Scenery, zones: Mapping[str, ZoneInfo], first: int
    ) -> None:
        """``first`` is the number that the monitoring cabinet gives to the first appeal."""
        self._writer = writer
        self._scenery = scenery
        self._zones = zones
        self._number = first

    def write(self, plan: Plan, rng: Random) -> Draft:
        """The new appeal of ``plan``: nobody has touched it yet."""
        context = self._context(plan, rng)
        if plan.also:
            original = self._writer.comment(
                "me.too", context, person=plan.person, channel=plan.channel, rng=rng
            )
        else:
            original = self._writer.appeal(
                plan.subject.subject, context, person=plan.person, channel=plan.channel, rng=rng
            )
        said = context.words.said(*_REMEMBERED) if isinstance(context.words, Scene) else {}
        appeal = self._appeal(plan, original, rng)
        return Draft(plan, appeal, _first_message(appeal), said)

    def comment(self, rule: str, plan: Plan, rng: Random) -> str:
        """What the author of ``plan`` adds later under the same post, by a rule of the phrases."""
        context = self._context(plan, rng)
        tags = context.tags | plan.subject.subject.tags
        context = replace(context, tags=tags)
        return self._writer.comment(
            rule, context, person=plan.person, channel=plan.channel, rng=rng
        )

    def _context(self, plan: Plan, rng: Random) -> Context:
        return context_of(
            self._scenery,
            plan.person,
            address=plan.address,
            moment=Moment(plan.at, plan.since, self._zones[plan.address.settlement.branch]),
            rng=rng,
            extras=self._extras(plan),
        )

    def _extras(self, plan: Plan) -> Extras:
        trouble = plan.trouble
        if trouble is None:
            return Extras()
        words: dict[str, str] = {}
        zone = self._zones[plan.address.settlement.branch]
        etr = trouble.etr_at(plan.at)
        if etr is not None:
            words["etr"] = etr.astimezone(zone).strftime("%H:%M")
        if trouble.outage.planned_end is not None:
            words["plan_start"] = trouble.outage.started_at.astimezone(zone).strftime("%H:%M")
            words["plan_end"] = trouble.outage.planned_end.astimezone(zone).strftime("%H:%M")
            words["date_plan"] = self._scenery.seasons.day(
                trouble.outage.started_at.astimezone(zone)
            )
        tags = {"wind"} if trouble.hard else set()
        if trouble.outage.planned_end is not None and trouble.outage.planned_end < plan.at:
            tags.add("late")
        return Extras(frozenset(tags), words)

    def _appeal(self, plan: Plan, original: str, rng: Random) -> Appeal:
        town, channel = plan.address.settlement, plan.channel
        self._number += rng.randint(1, 40)
        text = clean(original) if _MARKUP.search(original) else original
        social = channel in SOCIAL
        known = 0.5 if social else 0.95
        received = plan.at + timedelta(seconds=rng.uniform(5, 20))
        return Appeal(
            branch=town.branch,
            id=uuid7(received, rng.randbytes(10)),
            source="im" if social else channel,
            number=str(self._number) if social else f"{channel.upper()}-{self._number}",
            channel=channel,
            author=author(plan.person, channel, rng),
            text=text,
            original=original if original != text else None,
            created_at=plan.at,
            received_at=received,
            status=Status.NEW,
            topic=plan.subject.subject.topic,
            danger=plan.subject.subject.topic.startswith(_DANGER),
            place=plan.address.place(exact=rng.random() < known),
            thread=_thread(plan, rng) if social else "",
            last_resident_message=uuid7(received, rng.randbytes(10)),
            last_resident_at=plan.at,
        )


def _first_message(appeal: Appeal) -> Message:
    """What the resident wrote, as the thread shows it."""
    assert appeal.last_resident_message is not None
    return Message(
        branch=appeal.branch,
        id=appeal.last_resident_message,
        appeal=appeal.id,
        kind=MessageKind.RESIDENT,
        at=appeal.created_at,
        text=appeal.text,
        author_name=appeal.author.name,
        original=appeal.original,
        external=appeal.number,
    )


def _thread(plan: Plan, rng: Random) -> str:
    """The post under which it stands: people gather under one about their outage."""
    town = plan.address.settlement
    if plan.trouble is not None:
        return f"{plan.channel}:{town.branch}:{plan.trouble.outage.id[-8:]}"
    day = plan.at.strftime("%m%d")
    return f"{plan.channel}:{town.branch}:{day}{rng.randint(1, 3)}"
