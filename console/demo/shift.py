"""A shift's work on one appeal: claimed, tagged, answered, approved, closed, by the real rules.

Every step is an envelope given to `console.domain.transitions`, so that whatever the demonstration
shows could have happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from console.demo.appeals import Draft, Plan
from console.demo.grammar import Context
from console.demo.people import People, Person
from console.demo.scene import Extras, Maker, Moment, Scenery, context_of
from console.demo.staff import Staff
from console.demo.texts import SOCIAL, Writer, channel_tags
from console.domain.appeal import ENDED, Appeal, Outcome, Status
from console.domain.event import Event, EventKind
from console.domain.ids import uuid7
from console.domain.message import EtrQuote, Message, MessageKind
from console.domain.mutations import (
    AddNote,
    AppealMutation,
    Approve,
    Assign,
    Claim,
    Close,
    DecideTransfer,
    Envelope,
    MarkDuplicate,
    Postpone,
    RequestTransfer,
    ReturnReply,
    SendReply,
    TagOutage,
)
from console.domain.operator import Operator
from console.domain.outage import OutageKind
from console.domain.transitions import Applied, State, apply, author_gone, receive

_OPENING: Final = 8
_CLOSING: Final = 21
_FORGOTTEN: Final = 0.035
"""Share of appeals that lie about for a day or two: every centre has some."""
NOT_OURS: Final = ("not_ours", "infrastructure.lighting")
"""Roots of the topics that others answer for."""


class _NotYetError(Exception):
    """The story has reached the present: the next step is still to come."""


@dataclass(slots=True)
class Story:
    """An appeal on its way through the shift, with what has been written to it."""

    plan: Plan
    appeal: Appeal
    rng: Random
    said: Mapping[str, str] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer before it is sent."""

    text: str
    quotes: tuple[EtrQuote, ...] = ()
    promise: datetime | None = None
    outcome: Outcome = Outcome.EXPLAINED


class Shift:
    """Works on appeals until ``now`` (UTC)."""

    def __init__(
        self,
        writer: Writer,
        scenery: Scenery,
        staff: Staff,
        people: People,
        zones: Mapping[str, ZoneInfo],
        *,
        now: datetime,
    ) -> None:
        self._writer = writer
        self._scenery = scenery
        self._staff = staff
        self._people = people
        self._zones = zones
        self._now = now

    def work(self, draft: Draft, rng: Random, *, same_as: Appeal | None = None) -> Story:
        """What has become of an appeal by now; ``same_as`` is an older one that it may repeat."""
        appeal = draft.appeal
        story = Story(draft.plan, appeal, rng, draft.said, {draft.first.id: draft.first})
        story.events.append(
            Event(
                branch=appeal.branch,
                id=f"{appeal.id}:{EventKind.TAKEN_IN}",
                appeal=appeal.id,
                at=appeal.received_at,
                kind=EventKind.TAKEN_IN,
                params={"source": appeal.source},
            )
        )
        with suppress(_NotYetError):
            self._tell(story, same_as)
        return story

    # -- the plot ---------------------------------------------------------------------------

    def _tell(self, story: Story, same_as: Appeal | None) -> None:
        rng, plan = story.rng, story.plan
        if plan.wish is None and rng.random() < 0.012 and plan.channel in SOCIAL:
            self._author_leaves(story)
            return
        at = self._opened(story, story.appeal.received_at + self._wait(story, 14))
        worker = self._take(story, at)
        if plan.subject.subject.rule == "noise":
            closing = Close(Outcome.NO_REPLY_NEEDED)
            self._do(story, closing, worker, at + _minutes(rng.uniform(1, 9)))
            return
        at = self._tag(story, worker, at)
        if plan.wish is None and same_as is not None and rng.random() < 0.12:
            self._do(story, MarkDuplicate(same_as.id), worker, at + _minutes(rng.uniform(1, 6)))
            return
        if rng.random() < 0.13:
            at += _minutes(rng.uniform(1, 8))
            note = self._ours(story, "note", at, worker)
            self._do(story, AddNote(note), worker, at)
        asked = self._ask_transfer(story, worker, at)
        if asked is None:
            return
        self._others_join(story, asked)
        self._answer(story, worker, asked)

    def _author_leaves(self, story: Story) -> None:
        at = story.appeal.received_at + _minutes(story.rng.uniform(20, 900))
        self._until(at)
        applied = author_gone(
            story.appeal, event_id=f"{story.appeal.id}:{EventKind.AUTHOR_GONE}", now=at
        )
        self._keep(story, applied)

    def _take(self, story: Story, at: datetime) -> Operator:
        branch, rng = story.appeal.branch, story.rng
        worker = self._staff.worker(branch, rng)
        if rng.random() < 0.2:
            boss = self._staff.supervisor(branch, rng)
            self._do(story, Assign(worker.id), boss, at)
        else:
            self._do(story, Claim(), worker, at)
        return worker

    def _tag(self, story: Story, worker: Operator, at: datetime) -> datetime:
        trouble, rng = story.plan.trouble, story.rng
        if trouble is None or trouble.outage.status == "cancelled":
            return at
        recent = self._now - at < timedelta(hours=12)
        if rng.random() < (0.45 if recent else 0.13):
            return at
        at += _minutes(rng.uniform(0.5, 5))
        confidence = round(rng.uniform(0.55, 0.97), 2) if rng.random() < 0.8 else None
        self._do(story, TagOutage(trouble.outage.id, confidence), worker, at)
        return at

    def _ask_transfer(self, story: Story, worker: Operator, at: datetime) -> datetime | None:
        """Say that it is not our network, where it is not; None once it has been transferred."""
        rng, wish = story.rng, story.plan.wish
        if not story.appeal.topic.startswith(NOT_OURS) or (wish is None and rng.random() > 0.4):
            return at
        at += _minutes(rng.uniform(5, 40))
        to, why = (self._ours(story, rule, at) for rule in ("transfer.to", "transfer.reason"))
        self._do(story, RequestTransfer(to, why), worker, at)
        if wish is Status.TRANSFER_REQUESTED:
            raise _NotYetError
        senior = self._staff.approver(story.appeal.branch, rng)
        granted = wish is None and rng.random() < 0.75
        at += _minutes(rng.lognormvariate(3.6, 0.8))
        self._do(story, DecideTransfer(granted), senior, at)
        if wish is Status.TRANSFER_DENIED:
            raise _NotYetError
        return None if granted else at

    def _others_join(self, story: Story, at: datetime) -> None:
        """Neighbours write under the same post, or the author asks again."""
        rng, plan = story.rng, story.plan
        if plan.channel not in SOCIAL or plan.trouble is None or rng.random() > 0.3:
            return
        for _ in range(rng.randint(1, 4)):
            at += _minutes(rng.uniform(2, 25))
            if at > self._now:
                return
            own = rng.random() < 0.3
            rule = "nudge" if own else "me.too"
            self._resident(story, rule, at, story.plan.person if own else None)

    def _answer(self, story: Story, worker: Operator, claimed: datetime) -> None:
        rng, plan = story.rng, story.plan
        wait = plan.subject.hours * 60 * rng.lognormvariate(0, 0.75) * 0.7
        if self._is_dark(story):
            wait = rng.lognormvariate(4.0, 0.9)
        if not story.appeal.danger and rng.random() < _FORGOTTEN:
            wait = rng.uniform(500, 3600)
        at = self._opened(story, claimed + _minutes(min(wait, 3600)))
        if plan.wish is not None:
            at = claimed + _minutes(rng.uniform(9, 40))
        last = story.appeal.last_resident_at or claimed
        asked = max(claimed + (at - claimed) * rng.uniform(0.5, 0.9), last + _minutes(4))
        patient = plan.subject.subject.rule == "thanks" or at - claimed < timedelta(minutes=50)
        if not patient and rng.random() < 0.3 and asked < self._now:
            self._resident(story, "nudge", asked, plan.person)
        last = story.appeal.last_resident_at or claimed
        at = max(at, last + _minutes(rng.uniform(3, 15)))
        at = self._first_answer(story, worker, at)
        self._afterwards(story, worker, at)

    def _first_answer(self, story: Story, worker: Operator, at: datetime) -> datetime:
        """Answer at ``at``: at once, or first with a promise; the time of the final answer."""
        rng, trouble, subject = story.rng, story.plan.trouble, story.plan.subject
        if trouble is not None and self._is_dark(story):
            if trouble.is_over(at):
                return self._send(story, worker, at, self._about_restored)
            etr = trouble.etr_at(at)
            if etr is not None and etr > at and rng.random() < 0.4:
                return self._send(story, worker, at, self._about_etr)
            at = self._send(story, worker, at, self._about_etr, interim=True)
            back = trouble.outage.restored_at
            if back is None:
                raise _NotYetError
            again = max(back, at) + _minutes(rng.lognormvariate(3.2, 0.7))
            return self._send(story, worker, again, self._about_restored)
        if subject.interim and (rng.random() < 0.6 or story.appeal.danger):
            return self._in_two_steps(story, worker, at)
        return self._send(story, worker, at, self._about_subject)

    def _in_two_steps(self, story: Story, worker: Operator, at: datetime) -> datetime:
        rng, danger = story.rng, story.appeal.danger
        at = self._send(story, worker, at, self._about_interim, interim=True)
        days = rng.lognormvariate(-2.3, 0.6) if danger else rng.lognormvariate(0.9, 0.6)
        final = at + timedelta(days=days)
        if not danger and rng.random() < 0.15:
            at += _minutes(rng.uniform(10, 300))
            final = at + timedelta(days=rng.uniform(4, 14))
            reason = self._ours(story, "postpone.reason", at)
            self._do(story, Postpone(final, reason), worker, at)
        return self._send(story, worker, self._opened(story, final), self._about_subject)

    def _afterwards(self, story: Story, worker: Operator, at: datetime) -> None:
        rng = story.rng
        roll = rng.random()
        if not story.appeal.danger and roll < 0.2:
            at += _minutes(rng.lognormvariate(3.6, 1.0))
            self._until(at)
            angry = roll < 0.06 and story.plan.subject.subject.rule != "thanks"
            solved = story.appeal.outcome is Outcome.SOLVED and self._is_dark(story)
            pleased = "thanks.light" if solved else "thanks.reply"
            self._resident(story, "angry.reply" if angry else pleased, at, story.plan.person)
            if not angry:
                done = Close(Outcome.NO_REPLY_NEEDED)
                self._do(story, done, worker, at + _minutes(rng.uniform(3, 70)))
                return
            at = self._opened(story, at + _minutes(rng.lognormvariate(4.6, 0.8)))
            at = self._send(story, worker, at, self._about_again)
        if rng.random() < 0.05:
            story.appeal = replace(
                story.appeal, status=Status.CONTROL, version=story.appeal.version + 1
            )
        at += timedelta(hours=rng.uniform(1.5, 60))
        self._close(story, worker, at)

    def _close(self, story: Story, worker: Operator, at: datetime) -> None:
        outcome = story.appeal.outcome or Outcome.EXPLAINED
        if story.appeal.danger:
            outcome = Outcome.SOLVED
        fact = self._ours(story, "close.fact", at) if outcome is Outcome.SOLVED else ""
        self._do(story, Close(outcome, fact), worker, at)

    # -- what is answered ---------------------------------------------------------------------

    def _about_etr(self, story: Story, at: datetime) -> Answer:
        trouble = story.plan.trouble
        assert trouble is not None
        etr = trouble.etr_at(at)
        planned = trouble.outage.kind is OutageKind.PLANNED
        if etr is None and planned:
            etr = trouble.outage.planned_end
        quote = (EtrQuote(trouble.outage.id, etr),)
        if etr is None or etr <= at:
            promise = _half_hour(at + _minutes(story.rng.uniform(60, 130)))
            text = self._ours(story, "r.unknown", at, promise=promise)
            return Answer(text, (EtrQuote(trouble.outage.id, None),), promise)
        rule = "r.planned" if planned else "r.known"
        if len([r for r in trouble.outage.etr_history if r.set_at <= at]) > 1:
            rule = "r.moved"
        return Answer(self._ours(story, rule, at, etr=etr), quote, etr)

    def _about_restored(self, story: Story, at: datetime) -> Answer:
        trouble = story.plan.trouble
        planned = trouble is not None and trouble.outage.kind is OutageKind.PLANNED
        rule = "r.planned.done" if planned else "r.restored"
        return Answer(self._ours(story, rule, at), outcome=Outcome.SOLVED)

    def _about_interim(self, story: Story, at: datetime) -> Answer:
        promise = self._promised_day(story, at)
        if story.appeal.danger:
            promise = _half_hour(at + timedelta(hours=story.rng.uniform(0.7, 2)))
        rule = story.plan.subject.interim
        return Answer(self._ours(story, rule, at, promise=promise), promise=promise)

    def _about_subject(self, story: Story, at: datetime) -> Answer:
        trouble, reply = story.plan.trouble, story.plan.subject.reply
        if trouble is not None and self._is_dark(story):
            over = trouble.is_over(at)
            return (self._about_restored if over else self._about_etr)(story, at)
        solved = reply in ("r.danger", "r.single", "r.single.done", "r.surge", "r.meter", "r.low")
        rule = "r.single.done" if reply == "r.single" else reply
        outcome = Outcome.SOLVED if solved else Outcome.EXPLAINED
        return Answer(self._ours(story, rule, at), outcome=outcome)

    def _promised_day(self, story: Story, at: datetime) -> datetime:
        """A working hour one to five days ahead."""
        there = at.astimezone(self._zones[story.appeal.branch])
        day = there + timedelta(days=story.rng.randint(1, 5))
        hour = story.rng.choice((11, 12, 15, 16, 17))
        return day.replace(hour=hour, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)

    def _about_again(self, story: Story, at: datetime) -> Answer:
        rule = "r.again" if self._is_dark(story) else "r.again.other"
        return Answer(self._ours(story, rule, at))

    @staticmethod
    def _is_dark(story: Story) -> bool:
        """Whether it was written in the dark of an outage, so that the answer is about that."""
        trouble, appeal = story.plan.trouble, story.appeal
        if trouble is None or appeal.danger or trouble.outage.started_at > story.plan.at:
            return False
        return not trouble.is_over(story.plan.at)

    # -- steps ----------------------------------------------------------------------------------

    def _send(
        self,
        story: Story,
        worker: Operator,
        at: datetime,
        answer: Callable[[Story, datetime], Answer],
        *,
        interim: bool = False,
    ) -> datetime:
        """Send an answer at ``at``, through approval where it is needed; when it was published."""
        self._until(at)
        rng = story.rng
        made = answer(story, at)
        promise = made.promise or at + timedelta(hours=2)
        reply = SendReply(
            text=made.text,
            outcome=None if interim else made.outcome,
            interim=interim,
            promise_at=promise if interim else None,
            quotes=made.quotes,
            approval=worker.needs_approval or story.plan.wish is not None or rng.random() < 0.08,
        )
        ident = self._do(story, reply, worker, at)
        if not reply.approval:
            return at
        wish = story.plan.wish
        if wish is Status.ON_APPROVAL:
            raise _NotYetError
        senior = self._staff.approver(story.appeal.branch, rng)
        at += _minutes(rng.lognormvariate(3.3, 0.8))
        if wish is not Status.RETURNED and rng.random() < 0.75:
            self._do(story, Approve(ident), senior, at)
            return at
        self._do(story, ReturnReply(ident, self._ours(story, "return.reason", at)), senior, at)
        if wish is Status.RETURNED:
            raise _NotYetError
        at += _minutes(rng.lognormvariate(3.6, 0.8))
        self._until(at)
        made = answer(story, at)
        again = replace(reply, text=made.text, quotes=made.quotes, approval=worker.needs_approval)
        self._do(story, again, worker, at)
        if worker.needs_approval:
            awaiting = story.appeal.awaiting
            at += _minutes(rng.lognormvariate(3.0, 0.8))
            assert awaiting is not None
            self._do(story, Approve(awaiting), senior, at)
        return at

    def _resident(self, story: Story, rule: str, at: datetime, person: Person | None) -> None:
        """A comment of the author, or of a neighbour where ``person`` is None."""
        if story.appeal.status in ENDED and story.appeal.status is not Status.CLOSED:
            return
        plan, rng = story.plan, story.rng
        writer = person or self._people.someone(plan.address.settlement, rng)
        context = self._context(story, at, writer)
        said = self._writer.comment(rule, context, person=writer, channel=plan.channel, rng=rng)
        message = Message(
            branch=story.appeal.branch,
            id=uuid7(at, rng.randbytes(10)),
            appeal=story.appeal.id,
            kind=MessageKind.RESIDENT,
            at=at,
            text=said,
            author_name=story.appeal.author.name if person else f"{writer.first} {writer.surname}",
        )
        self._keep(story, receive(State(story.appeal), message, now=at))

    def _do(self, story: Story, mutation: AppealMutation, actor: Operator, at: datetime) -> str:
        """Apply ``mutation`` at ``at``; the id of its envelope. Nothing happens in the future."""
        self._until(at)
        ident = uuid7(at, story.rng.randbytes(10))
        envelope = Envelope(ident, story.appeal.ref, actor.id, at, mutation)
        state = State(story.appeal, story.messages)
        self._keep(story, apply(state, envelope, actor=actor, now=at))
        return ident

    def _keep(self, story: Story, applied: Applied) -> None:
        story.appeal = applied.appeal
        story.messages.update((message.id, message) for message in applied.messages)
        story.events.extend(applied.events)

    def _until(self, at: datetime) -> None:
        if at > self._now:
            raise _NotYetError

    # -- words and times ------------------------------------------------------------------------

    def _ours(
        self,
        story: Story,
        rule: str,
        at: datetime,
        worker: Operator | None = None,
        *,
        etr: datetime | None = None,
        promise: datetime | None = None,
    ) -> str:
        makers = self._facts(story, at)
        if etr is not None:
            makers["etr"] = lambda _: self._clock(story, etr, at)
        if promise is not None:
            makers["promise"] = lambda _: self._until_clock(story, promise, at)
        context = self._context(story, at, story.plan.person, makers)
        if worker is not None:
            context = replace(context, female=worker.name.split()[0].endswith(("а", "я")))
        return self._writer.ours(rule, context)

    def _context(
        self, story: Story, at: datetime, person: Person, makers: Mapping[str, Maker] | None = None
    ) -> Context:
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
            "etr": lambda _: self._clock(story, _half_hour(at + timedelta(hours=4)), at),
            "restored": lambda _: self._clock(story, at - _minutes(40), at),
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
        return f"до {self._clock(story, _half_hour(when), at)}"

    def _clock(self, story: Story, when: datetime, at: datetime) -> str:
        """A local time as it is written to a resident: «21:00», or «09:00 14 ноября»."""
        zone = self._zones[story.appeal.branch]
        there, here = when.astimezone(zone), at.astimezone(zone)
        clock = f"{there.hour:02}:{there.minute:02}"
        if there.date() == here.date():
            return clock
        return f"{clock} {self._scenery.seasons.day(there)}"

    def _wait(self, story: Story, minutes: float) -> timedelta:
        """How long until somebody takes it: at once for danger, longer for what can wait."""
        rng = story.rng
        if story.appeal.danger:
            return _minutes(rng.uniform(1, 7))
        urgent = self._is_dark(story) or story.plan.wish is not None
        return _minutes(rng.expovariate(1 / (minutes if urgent else minutes * 4)))

    def _opened(self, story: Story, at: datetime) -> datetime:
        """``at``, or the next morning where the matter can wait for the centre to open."""
        if story.appeal.danger or story.plan.wish is not None or self._is_dark(story):
            return at
        there = at.astimezone(self._zones[story.appeal.branch])
        if _OPENING <= there.hour < _CLOSING:
            return at
        morning = there.replace(hour=_OPENING, minute=0) + _minutes(story.rng.uniform(0, 110))
        morning += timedelta(days=there.hour >= _CLOSING)
        return max(at, morning.astimezone(at.tzinfo))


def _minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def _half_hour(when: datetime) -> datetime:
    whole = when.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=-whole.minute % 30)
