"""Wording: texts about a story, with the facts of its outage in the local time of its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.demo.grammar import Context
from console.demo.people import People, Person
from console.demo.scene import Extras, Maker, Moment, Scenery, context_of
from console.demo.story import Story, half_hour, minutes
from console.demo.texts import Writer, channel_tags
from console.domain.ids import uuid7
from console.domain.message import Message, MessageKind
from console.domain.operator import Operator


class Wording:
    """Writes for operators and residents of stories."""

    def __init__(
        self, writer: Writer, scenery: Scenery, people: People, zones: Mapping[str, ZoneInfo]
    ) -> None:
        self._writer = writer
        self._scenery = scenery
        self._people = people
        self._zones = zones

    def local(self, story: Story, when: datetime) -> datetime:
        """``when`` in the zone of the appeal's region."""
        return when.astimezone(self._zones[story.appeal.branch])

    def comment(self, story: Story, rule: str, at: datetime, *, own: bool) -> Message:
        """A remark of the author in the thread, or of a neighbour where it is not their own."""
        plan, rng = story.plan, story.rng
        person = plan.person if own else self._people.someone(plan.address.settlement, rng)
        context = self.context(story, at, person)
        return Message(
            branch=story.appeal.branch,
            id=uuid7(at, rng.randbytes(10)),
            appeal=story.appeal.id,
            kind=MessageKind.RESIDENT,
            at=at,
            text=self._writer.comment(rule, context, person=person, channel=plan.channel, rng=rng),
            author_name=story.appeal.author.name if own else f"{person.first} {person.surname}",
        )

    def ours(
        self,
        story: Story,
        rule: str,
        at: datetime,
        worker: Operator | None = None,
        *,
        etr: datetime | None = None,
        promise: datetime | None = None,
    ) -> str:
        """An operator's text by ``rule``; ``etr`` and ``promise`` (UTC) where it names them."""
        makers = self._facts(story, at)
        if etr is not None:
            makers["etr"] = lambda _: self._clock(story, etr, at)
        if promise is not None:
            makers["promise"] = lambda _: self._until_clock(story, promise, at)
        context = self.context(story, at, story.plan.person, makers)
        if worker is not None:
            context = replace(context, female=worker.name.split()[0].endswith(("а", "я")))
        return self._writer.ours(rule, context)

    def context(
        self, story: Story, at: datetime, person: Person, makers: Mapping[str, Maker] | None = None
    ) -> Context:
        """The scene of ``person`` at ``at``, with what may be told of the outage."""
        zone = self._zones[story.appeal.branch]
        tags = story.plan.subject.subject.tags | channel_tags(story.plan.channel)
        return context_of(
            self._scenery,
            person,
            address=story.plan.address,
            moment=Moment(at, min(story.plan.since, at), zone),
            rng=story.rng,
            extras=Extras(tags=tags, words=story.said, makers=makers or {}),
        )

    def _facts(self, story: Story, at: datetime) -> dict[str, Maker]:
        """What an answer may tell of the outage; each is put in words only where it is told."""
        trouble = story.plan.trouble
        makers: dict[str, Maker] = {
            "promise": lambda _: self._until_clock(story, at + timedelta(hours=3), at),
            "etr": lambda _: self._clock(story, half_hour(at + timedelta(hours=4)), at),
            "restored": lambda _: self._clock(story, at - minutes(40), at),
        }
        if trouble is None:
            return makers
        outage = trouble.outage
        makers["since_start"] = lambda _: f"в {self._clock(story, outage.started_at, at)}"
        if outage.cause:
            makers["cause"] = lambda _: outage.cause
        if (back := outage.restored_at) is not None:
            makers["restored"] = lambda _: self._clock(story, back, at)
        if (end := outage.planned_end) is not None:
            makers["plan_start"] = lambda _: self._clock(story, outage.started_at, at)
            makers["plan_end"] = lambda _: self._clock(story, end, at)
            makers["date_plan"] = lambda scene: scene.seasons.day(
                outage.started_at.astimezone(self._zones[outage.branch])
            )
        if reasons := [record.reason for record in outage.etr_history if record.reason]:
            makers["late_reason"] = lambda _: reasons[-1][:1].lower() + reasons[-1][1:]
        return makers

    def _until_clock(self, story: Story, when: datetime, at: datetime) -> str:
        return f"до {self._clock(story, half_hour(when), at)}"

    def _clock(self, story: Story, when: datetime, at: datetime) -> str:
        """A local time as it is written to a resident: «21:00», or «09:00 14 ноября»."""
        zone = self._zones[story.appeal.branch]
        there, here = when.astimezone(zone), at.astimezone(zone)
        clock = f"{there.hour:02}:{there.minute:02}"
        if there.date() == here.date():
            return clock
        return f"{clock} {self._scenery.seasons.day(there)}"
