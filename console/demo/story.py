"""A story: one appeal on its way through a shift, moved on by the real rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from console.demo.appeals import Draft, Plan
from console.domain.appeal import Appeal
from console.domain.event import Event, EventKind
from console.domain.ids import uuid7
from console.domain.message import Message
from console.domain.mutations import AppealMutation, Envelope
from console.domain.operator import Operator
from console.domain.transitions import Applied, State, apply, author_gone, receive


class NotYetError(Exception):
    """The story has reached the present: the next step is still to come."""


@dataclass(slots=True)
class Story:
    """An appeal, its messages and its history until ``now`` (UTC); nothing happens after that.

    ``said`` are words of the appeal that answers repeat, such as the number of an application.
    """

    plan: Plan
    appeal: Appeal
    rng: Random
    now: datetime
    said: Mapping[str, str] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    @staticmethod
    def begin(draft: Draft, rng: Random, *, now: datetime) -> Story:
        """The story of an appeal that has just been taken in."""
        appeal = draft.appeal
        taken_in = Event(
            branch=appeal.branch,
            id=f"{appeal.id}:{EventKind.TAKEN_IN}",
            appeal=appeal.id,
            at=appeal.received_at,
            kind=EventKind.TAKEN_IN,
            params={"source": appeal.source},
        )
        first = {draft.first.id: draft.first}
        return Story(draft.plan, appeal, rng, now, draft.said, first, [taken_in])

    @property
    def is_dark(self) -> bool:
        """Whether it was written in the dark of an outage, so that the answer is about that."""
        trouble = self.plan.trouble
        if trouble is None or self.appeal.danger or trouble.outage.started_at > self.plan.at:
            return False
        return not trouble.is_over(self.plan.at)

    @property
    def last_heard(self) -> datetime:
        """When the resident side last wrote (UTC)."""
        return self.appeal.last_resident_at or self.appeal.created_at

    def until(self, at: datetime) -> None:
        """`NotYetError` if ``at`` is still to come."""
        if at > self.now:
            raise NotYetError

    def do(self, mutation: AppealMutation, actor: Operator, at: datetime) -> str:
        """``actor`` does something at ``at``; the id of the envelope."""
        self.until(at)
        ident = uuid7(at, self.rng.randbytes(10))
        envelope = Envelope(ident, self.appeal.ref, actor.id, at, mutation)
        state = State(self.appeal, self.messages)
        self._keep(apply(state, envelope, actor=actor, now=at))
        return ident

    def hear(self, message: Message) -> None:
        """A resident writes."""
        self.until(message.at)
        self._keep(receive(State(self.appeal), message, now=message.at))

    def lose_author(self, at: datetime) -> None:
        """The author deletes what they wrote."""
        self.until(at)
        ident = f"{self.appeal.id}:{EventKind.AUTHOR_GONE}"
        self._keep(author_gone(self.appeal, event_id=ident, now=at))

    def _keep(self, applied: Applied) -> None:
        self.appeal = applied.appeal
        self.messages.update((message.id, message) for message in applied.messages)
        self.events.extend(applied.events)


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


def half_hour(when: datetime) -> datetime:
    """``when`` up to the next half of an hour: nobody promises 14:07."""
    whole = when.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=-whole.minute % 30)
