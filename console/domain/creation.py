"""Creation: an appeal that came by word of mouth, as its call-taker has written it down."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from console.domain.appeal import OWN_SOURCE, Appeal, OutageTag, Outcome, Status
from console.domain.event import Event, EventKind
from console.domain.message import Message, MessageKind
from console.domain.mutations import CreateAppeal, Envelope
from console.domain.operator import Operator, Right
from console.domain.told import told_after
from console.domain.transitions import Applied, RefusedError, refuse_unbounded


def create(envelope: Envelope, *, actor: Operator, now: datetime) -> Applied:
    """The appeal that a `CreateAppeal` writes down, its number still open.

    It was received when the caller said it, not when the server heard of it: the call-back runs
    from then. ``now`` is aware UTC. `RefusedError` where the rules do not allow it.
    """
    mutation, branch = envelope.mutation, envelope.target.branch
    assert isinstance(mutation, CreateAppeal)
    refuse_unbounded(envelope)
    if not actor.covers(branch):
        raise RefusedError("not_your_branch", branch=branch)
    if not actor.may(Right.ANSWER):
        raise RefusedError("role_may_not", right=str(Right.ANSWER))
    if not mutation.text.strip():
        raise RefusedError("empty_text")
    if mutation.said.strip() and mutation.danger:
        raise RefusedError("danger_needs_solution")
    call = _Call(envelope, mutation, actor, min(mutation.called_at or envelope.at, now))
    messages, events = [call.words()], [call.event(EventKind.TAKEN_IN, source=OWN_SOURCE)]
    if mutation.outage:
        events.append(call.event(EventKind.TAGGED, outage=mutation.outage))
    appeal = call.appeal()
    if mutation.note.strip():
        note = call.ours("note", MessageKind.NOTE, mutation.note)
        messages.append(note)
        events.append(call.event(EventKind.NOTE_ADDED, message=note.id))
    if mutation.said.strip():
        outcome = Outcome.EXPLAINED
        said = call.ours("said", MessageKind.REPLY, mutation.said)
        messages.append(replace(said, quotes=mutation.quotes, outcome=str(outcome)))
        events.append(call.event(EventKind.REPLIED, message=said.id))
        events.append(call.event(EventKind.CLOSED, outcome=str(outcome)))
        appeal = _ended(appeal, said, outcome)
    return Applied(appeal, tuple(messages), tuple(events))


class _Call:
    """A call as it was written down, at the instant (UTC) when it was."""

    def __init__(
        self, envelope: Envelope, mutation: CreateAppeal, actor: Operator, at: datetime
    ) -> None:
        self._envelope = envelope
        self._mutation = mutation
        self._actor = actor
        self._at = at

    def appeal(self) -> Appeal:
        """The appeal, which whoever wrote it down has taken."""
        mutation, actor, at = self._mutation, self._actor, self._at
        return Appeal(
            branch=self._envelope.target.branch,
            id=self._envelope.target.id,
            source=OWN_SOURCE,
            number="",
            channel=mutation.channel,
            author=mutation.author,
            text=mutation.text,
            created_at=at,
            received_at=at,
            status=Status.ASSIGNED,
            topic=mutation.topic,
            danger=mutation.danger,
            danger_at=at if mutation.danger else None,
            place=mutation.place,
            owner=actor.id,
            assigned_at=at,
            outages=(OutageTag(mutation.outage, at, actor.id),) if mutation.outage else (),
            last_resident_message=self._envelope.id,
            last_resident_at=at,
        )

    def words(self) -> Message:
        """What the caller said."""
        return Message(
            branch=self._envelope.target.branch,
            id=self._envelope.id,
            appeal=self._envelope.target.id,
            kind=MessageKind.RESIDENT,
            at=self._at,
            text=self._mutation.text,
            author_name=self._mutation.author.name,
        )

    def ours(self, what: str, kind: MessageKind, text: str) -> Message:
        """What the call-taker said, or noted."""
        return replace(
            self.words(),
            id=f"{self._envelope.id}.{what}",
            kind=kind,
            text=text,
            author_name=self._actor.name,
            author=self._actor.id,
        )

    def event(self, kind: EventKind, **params: str) -> Event:
        """One line of the history."""
        return Event(
            branch=self._envelope.target.branch,
            id=f"{self._envelope.id}:{kind}",
            appeal=self._envelope.target.id,
            at=self._at,
            kind=kind,
            actor=self._actor.id,
            params=params,
        )


def _ended(appeal: Appeal, said: Message, outcome: Outcome) -> Appeal:
    """The caller has their answer: nothing more is owed."""
    return replace(
        appeal,
        told=told_after(appeal, said),
        status=Status.CLOSED,
        outcome=outcome,
        first_reply_at=said.at,
        published_at=said.at,
        closed_at=said.at,
        last_reply=said.id,
        last_reply_by=said.author,
    )
