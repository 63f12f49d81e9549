"""Transitions: what a mutation does to an appeal or an outage, or why it may not.

`apply` and `apply_outage` are pure. The console runs them to show the result at once, the server
runs the same functions to decide. Ids of messages and events derive from the envelope's id, so
both sides make the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from console.domain import handover, promised, snooze
from console.domain.appeal import (
    ANSWERED,
    ENDED,
    Appeal,
    DispatchMark,
    Mention,
    Offer,
    OfferState,
    OutageTag,
    Outcome,
    Status,
)
from console.domain.attachment import AttachmentNorms, set_breach
from console.domain.bounds import MANY, breach
from console.domain.event import Event, EventKind
from console.domain.message import Message, MessageKind, MessageState
from console.domain.mutations import (
    AcceptHandover,
    AddNote,
    Approve,
    Assign,
    Claim,
    Close,
    CreateAppeal,
    DecideTransfer,
    DeclineHandover,
    EnterDanger,
    Envelope,
    LeaveDanger,
    LinkAppeals,
    MarkDispatched,
    MarkDuplicate,
    MoveEtr,
    OfferHandover,
    OpenOutage,
    Postpone,
    Release,
    Reopen,
    RequestTransfer,
    Resume,
    ReturnHandover,
    ReturnReply,
    SendReply,
    SetOutageStatus,
    SetPlace,
    SettleMention,
    SettlePromise,
    SetTopic,
    TagOutage,
    UnlinkAppeals,
    UnmarkDuplicate,
    UntagOutage,
    WithdrawHandover,
    attachments_of,
)
from console.domain.operator import Operator, Right
from console.domain.outage import EtrRecord, Outage, OutageStatus
from console.domain.pause import Pause
from console.domain.told import told_after
from console.errors import OtklikError

_FARTHEST = timedelta(days=2 * 366)
"""How far ahead anything can be promised or put off."""


class RefusedError(OtklikError):
    """The rules do not allow this mutation now.

    ``code`` is a stable machine name (translated as ``refusal.<code>``), ``params`` its details.
    """

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, str] = params


@dataclass(frozen=True, slots=True)
class State:
    """An appeal and those of its messages that the mutation speaks of (`needed_messages`)."""

    appeal: Appeal
    messages: Mapping[str, Message] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applied:
    """The next appeal, and the messages and events that are new or changed."""

    appeal: Appeal
    messages: tuple[Message, ...] = ()
    events: tuple[Event, ...] = ()


def needed_messages(mutation: object) -> tuple[str, ...]:
    """Ids of the messages that must be in `State.messages` for this mutation."""
    if isinstance(mutation, Approve | ReturnReply):
        return (mutation.message,)
    return ()


def apply(state: State, envelope: Envelope, *, actor: Operator, now: datetime) -> Applied:
    """The state after ``envelope``; `RefusedError` where the rules do not allow it.

    ``now`` is aware UTC: the server's time there, its estimate here. Whether the author had seen
    the present state is not asked here; that is the verdict's question.
    """
    appeal = state.appeal
    mutation = envelope.mutation
    refuse_unbounded(envelope)
    if not actor.covers(appeal.branch):
        raise RefusedError("not_your_branch", branch=appeal.branch)
    handler, right = _HANDLERS[type(mutation)]
    if not actor.may(right):
        raise RefusedError("role_may_not", right=str(right))
    applied = handler(_Step(state, envelope, actor, now), mutation)
    return replace(applied, appeal=_settled(applied.appeal, version=appeal.version + 1, now=now))


def refuse_unbounded(envelope: Envelope) -> None:
    """`RefusedError` where something of the mutation is past `console.domain.bounds`."""
    found = breach(envelope.mutation)
    if found is not None:
        raise RefusedError(found.code, **found.params)


def refuse_attachments(envelope: Envelope, appeal: Appeal, norms: AttachmentNorms) -> None:
    """`RefusedError` where files of the mutation are not such as may go to the appeal's channel."""
    mutation = envelope.mutation
    channel = appeal.channel if isinstance(mutation, SendReply) else None
    found = set_breach(attachments_of(mutation), norms, channel=channel)
    if found is not None:
        raise RefusedError(found.code, **found.params)


def refuse_long_snooze(envelope: Envelope, norms: snooze.SnoozeNorms, *, now: datetime) -> None:
    """`RefusedError` where the mutation puts off for longer than ``norms`` allow at ``now``.

    Counted from when it was asked for, where that is later: a console's clock may be a little ahead
    of the server's, and its operator was offered dates by it.
    """
    rule = envelope.mutation
    if isinstance(rule, Postpone):
        latest = max(now, envelope.at) + norms.longest_of(rule)
        if rule.until > latest:
            raise RefusedError("snooze_too_far", until=latest.isoformat())


def _settled(appeal: Appeal, *, version: int, now: datetime) -> Appeal:
    """``appeal`` with what follows from its status alone, whichever mutation led there.

    A pause lasts as long as the appeal is postponed, and nothing awaits once it has ended. What
    another company answers, or nobody can read any more, we have not to keep.
    """
    changes: dict[str, Any] = {"version": version}
    if appeal.status is not Status.POSTPONED:
        changes |= {**snooze.NOT_POSTPONED, "pauses": snooze.ended(appeal.pauses, now)}
    if appeal.status in ENDED:
        changes["awaiting"] = None
    if appeal.status in (Status.TRANSFERRED, Status.AUTHOR_GONE):
        changes |= promised.NOTHING
    if not handover.stands(appeal):
        changes["offer"] = None
    return replace(appeal, **changes)


@dataclass(frozen=True, slots=True)
class _Step:
    state: State
    envelope: Envelope
    actor: Operator
    now: datetime

    @property
    def appeal(self) -> Appeal:
        return self.state.appeal

    def event(self, kind: EventKind, **params: str) -> Event:
        return Event(
            branch=self.appeal.branch,
            id=f"{self.envelope.id}:{kind}",
            appeal=self.appeal.id,
            at=self.now,
            kind=kind,
            actor=self.actor.id,
            params=params,
        )

    def event_at(self, other: str, kind: EventKind) -> Event:
        """What the history of ``other`` says of a change that concerns both."""
        return replace(self.event(kind, appeal=self.appeal.id), appeal=other)

    def done(self, kind: EventKind, params: Mapping[str, str], **changes: Any) -> Applied:
        return Applied(replace(self.appeal, **changes), events=(self.event(kind, **params),))

    def refuse_if_ended(self) -> None:
        if self.appeal.status in ENDED:
            raise RefusedError("ended", status=str(self.appeal.status))

    def refuse_before_dispatch(self) -> None:
        """Danger neither waits nor ends before the grid's dispatcher knows of it."""
        if self.appeal.needs_dispatch:
            raise RefusedError("danger_needs_dispatch")

    def awaiting(self, message_id: str) -> Message:
        message = self.state.messages.get(message_id)
        if message is None:
            raise RefusedError("unknown_message")
        if self.appeal.awaiting != message_id or (message.state is not MessageState.AWAITING):
            raise RefusedError("not_awaiting", state=str(message.state))
        return message


def _claim(step: _Step, _: Claim) -> Applied:
    step.refuse_if_ended()
    owner = step.appeal.owner
    if owner == step.actor.id:
        raise RefusedError("already_yours")
    if owner is not None and not step.actor.may(Right.ASSIGN_OTHERS):
        raise RefusedError("claimed_by", operator=owner)
    return _give(step, step.actor.id, EventKind.CLAIMED)


def _assign(step: _Step, mutation: Assign) -> Applied:
    step.refuse_if_ended()
    if mutation.to == step.appeal.owner:
        raise RefusedError("already_theirs", operator=mutation.to)
    return _give(step, mutation.to, EventKind.ASSIGNED)


def _give(step: _Step, to: str, kind: EventKind) -> Applied:
    appeal = step.appeal
    fresh = appeal.status is Status.NEW
    return step.done(
        kind,
        {"to": to} | ({"from": appeal.owner} if appeal.owner else {}),
        owner=to,
        status=Status.ASSIGNED if fresh else appeal.status,
        assigned_at=appeal.assigned_at or step.now,
    )


def _release(step: _Step, _: Release) -> Applied:
    step.refuse_if_ended()
    appeal = step.appeal
    if appeal.owner is None:
        raise RefusedError("nobody_owns_it")
    if appeal.owner != step.actor.id and not step.actor.may(Right.ASSIGN_OTHERS):
        raise RefusedError("claimed_by", operator=appeal.owner)
    unworked = appeal.status in (Status.ASSIGNED, Status.IN_WORK)
    return step.done(
        EventKind.RELEASED,
        {"from": appeal.owner},
        owner=None,
        status=Status.NEW if unworked else appeal.status,
    )


def _send_reply(step: _Step, mutation: SendReply) -> Applied:
    appeal = step.appeal
    if appeal.status in ENDED and not _may_answer_ended(appeal, mutation):
        raise RefusedError("ended", status=str(appeal.status))
    if not mutation.text.strip():
        raise RefusedError("empty_text")
    if mutation.interim and mutation.promise_at is None:
        raise RefusedError("interim_needs_promise")
    for at in (mutation.promise_at, *mutation.later_promises):
        if at is not None:
            _refuse_too_far(at, step.now)
    if not mutation.interim and mutation.outcome is None:
        raise RefusedError("final_needs_outcome")
    if step.actor.needs_approval and not mutation.approval:
        raise RefusedError("needs_approval")
    if appeal.awaiting is not None:
        raise RefusedError("another_awaits", message=appeal.awaiting)
    message = _outgoing(step, mutation)
    if mutation.approval:
        waiting = replace(message, state=MessageState.AWAITING)
        after = step.done(
            EventKind.SUBMITTED,
            {},
            status=Status.ON_APPROVAL,
            awaiting=message.id,
            owner=appeal.owner or step.actor.id,
            assigned_at=appeal.assigned_at or step.now,
        )
        return replace(after, messages=(waiting,))
    return _publish(step, message)


def _may_answer_ended(appeal: Appeal, mutation: SendReply) -> bool:
    """A merged appeal may be answered along with its primary; nobody approves of that twice."""
    if appeal.status is Status.DUPLICATE:
        return not mutation.approval
    return appeal.status is Status.CLOSED


def _outgoing(step: _Step, mutation: SendReply) -> Message:
    return Message(
        branch=step.appeal.branch,
        id=step.envelope.id,
        appeal=step.appeal.id,
        kind=MessageKind.INTERIM if mutation.interim else MessageKind.REPLY,
        at=step.now,
        text=mutation.text,
        author_name=step.actor.name,
        author=step.actor.id,
        quotes=mutation.quotes,
        template=mutation.template,
        outcome=None if mutation.outcome is None else str(mutation.outcome),
        promise_at=mutation.promise_at,
        later_promises=mutation.later_promises,
        overrides=mutation.overrides,
        attachments=mutation.attachments,
        corrects=mutation.corrects,
    )


def _publish(step: _Step, message: Message) -> Applied:
    """The appeal once ``message`` is out; shared by sending and approving."""
    appeal = step.appeal
    interim = message.kind is MessageKind.INTERIM
    changes: dict[str, Any] = {
        **_stands_as(appeal, Status.INTERIM_PUBLISHED if interim else Status.PUBLISHED),
        "mentions": _mentions_but(appeal, message.author),
        "owner": appeal.owner or message.author,
        "assigned_at": appeal.assigned_at or step.now,
        "first_reply_at": appeal.first_reply_at or step.now,
        "last_reply": message.id,
        "last_reply_by": message.author,
        "awaiting": None,
        "woken_by": "",
        "told": told_after(appeal, message),
    }
    if interim:
        changes["interim_at"] = appeal.interim_at or step.now
    else:
        changes |= {
            "published_at": step.now,
            "outcome": Outcome(message.outcome) if message.outcome else None,
        }
    promise, told = promised.after_reply(appeal, message, now=step.now)
    kind = EventKind.INTERIM_REPLIED if interim else EventKind.REPLIED
    after = step.done(kind, {"message": message.id}, **changes, **promise)
    after = replace(after, events=(*after.events, *(step.event(t.kind, **t.params) for t in told)))
    published = replace(message, state=MessageState.PUBLISHED, at=step.now)
    return replace(after, messages=(published,))


def _stands_as(appeal: Appeal, status: Status) -> dict[str, Any]:
    """``status``; of a merged appeal, what it will have when it is separated again."""
    if appeal.status is Status.DUPLICATE:
        return {"status_before": status}
    return {"status": status}


def _mentions_but(appeal: Appeal, author: str | None) -> tuple[Mention, ...]:
    """Who speaks here has taken note of being called."""
    return tuple(mention for mention in appeal.mentions if mention.operator != author)


def _add_note(step: _Step, mutation: AddNote) -> Applied:
    if not mutation.text.strip():
        raise RefusedError("empty_text")
    note = replace(
        _own_note(step, mutation.text),
        attachments=mutation.attachments,
        mentions=_called(step, mutation),
    )
    others = _mentions_but(step.appeal, step.actor.id)
    called = tuple(
        Mention(operator, note.id, step.now, step.actor.id)
        for operator in note.mentions
        if not step.appeal.mentions_of(operator)
    )
    after = step.done(
        EventKind.NOTE_ADDED, {"message": note.id}, mentions=(*others, *called)[-MANY:]
    )
    events = after.events
    if note.mentions:
        events += (step.event(EventKind.MENTIONED, operators=" ".join(note.mentions)),)
    return replace(after, messages=(note,), events=events)


def _own_note(step: _Step, text: str) -> Message:
    return Message(
        branch=step.appeal.branch,
        id=step.envelope.id,
        appeal=step.appeal.id,
        kind=MessageKind.NOTE,
        at=step.now,
        text=text,
        author_name=step.actor.name,
        author=step.actor.id,
    )


def _called(step: _Step, mutation: AddNote) -> tuple[str, ...]:
    """Each colleague once, and nobody themselves."""
    return tuple(one for one in dict.fromkeys(mutation.mentions) if one != step.actor.id)


def _settle_mention(step: _Step, _: SettleMention) -> Applied:
    if not step.appeal.mentions_of(step.actor.id):
        raise RefusedError("not_mentioned")
    left = _mentions_but(step.appeal, step.actor.id)
    return step.done(EventKind.MENTION_SETTLED, {}, mentions=left)


def _approve(step: _Step, mutation: Approve) -> Applied:
    message = step.awaiting(mutation.message)
    if message.author == step.actor.id and step.actor.needs_approval:
        raise RefusedError("own_reply")
    text = message.text if mutation.text is None else mutation.text
    if not text.strip():
        raise RefusedError("empty_text")
    decided = replace(
        message,
        text=text,
        quotes=mutation.quotes if mutation.text is not None else message.quotes,
        decided_by=step.actor.id,
        decided_at=step.now,
    )
    return _publish(step, decided)


def _return_reply(step: _Step, mutation: ReturnReply) -> Applied:
    message = step.awaiting(mutation.message)
    if not mutation.reason.strip():
        raise RefusedError("needs_reason")
    returned = replace(
        message,
        state=MessageState.RETURNED,
        decided_by=step.actor.id,
        decided_at=step.now,
        return_reason=mutation.reason,
    )
    after = step.done(
        EventKind.RETURNED,
        {"message": message.id},
        status=Status.RETURNED,
        returned_at=step.now,
        awaiting=None,
    )
    return replace(after, messages=(returned,))


def _tag_outage(step: _Step, mutation: TagOutage) -> Applied:
    appeal = step.appeal
    if appeal.has_outage(mutation.outage):
        raise RefusedError("already_tagged", outage=mutation.outage)
    tag = OutageTag(mutation.outage, step.now, step.actor.id, mutation.confidence)
    return step.done(EventKind.TAGGED, {"outage": mutation.outage}, outages=(*appeal.outages, tag))


def _untag_outage(step: _Step, mutation: UntagOutage) -> Applied:
    appeal = step.appeal
    if not appeal.has_outage(mutation.outage):
        raise RefusedError("not_tagged", outage=mutation.outage)
    left = tuple(tag for tag in appeal.outages if tag.outage != mutation.outage)
    return step.done(EventKind.UNTAGGED, {"outage": mutation.outage}, outages=left)


def _set_topic(step: _Step, mutation: SetTopic) -> Applied:
    """A topic of danger puts the appeal into its lane; out of it leads `LeaveDanger` alone."""
    entered = mutation.danger and not step.appeal.danger
    changes = _in_danger(step.now) if entered else {}
    after = step.done(
        EventKind.TOPIC_SET, {"topic": mutation.topic}, topic=mutation.topic, **changes
    )
    events = (step.event(EventKind.DANGER_ENTERED),) if entered else ()
    return replace(after, events=(*after.events, *events))


def _in_danger(now: datetime) -> dict[str, Any]:
    return {"danger": True, "danger_at": now, "dispatched": None}


def _enter_danger(step: _Step, _: EnterDanger) -> Applied:
    step.refuse_if_ended()
    if step.appeal.danger:
        raise RefusedError("already_in_danger")
    return step.done(EventKind.DANGER_ENTERED, {}, **_in_danger(step.now))


def _leave_danger(step: _Step, mutation: LeaveDanger) -> Applied:
    if not step.appeal.danger:
        raise RefusedError("not_in_danger")
    if not mutation.reason.strip():
        raise RefusedError("needs_reason")
    after = step.done(EventKind.DANGER_LEFT, {}, danger=False, danger_at=None, dispatched=None)
    return replace(after, messages=(_own_note(step, mutation.reason),))


def _mark_dispatched(step: _Step, mutation: MarkDispatched) -> Applied:
    step.refuse_if_ended()
    if not step.appeal.danger:
        raise RefusedError("not_in_danger")
    if not mutation.told.strip():
        raise RefusedError("needs_dispatcher")
    mark = DispatchMark(step.actor.id, step.now, mutation.told.strip(), mutation.what.strip())
    return step.done(EventKind.DISPATCHED, {}, dispatched=mark)


def _settle_promise(step: _Step, mutation: SettlePromise) -> Applied:
    if step.appeal.promise_at is None:
        raise RefusedError("no_promise")
    changes, told = promised.settled(step.appeal, kept=mutation.kept, now=step.now)
    return step.done(told.kind, told.params, **changes)


def _offer_handover(step: _Step, mutation: OfferHandover) -> Applied:
    appeal = step.appeal
    step.refuse_if_ended()
    if appeal.status in ANSWERED:
        raise RefusedError("handover_answered", status=str(appeal.status))
    if appeal.owner != step.actor.id:
        raise RefusedError("handover_not_yours")
    if mutation.to == step.actor.id:
        raise RefusedError("handover_to_oneself")
    if appeal.offer is not None and appeal.offer.state is OfferState.OFFERED:
        raise RefusedError("already_offered", operator=appeal.offer.to)
    note, brief = mutation.note.strip(), mutation.brief.strip()
    offer = Offer(step.actor.id, mutation.to, step.now, note, brief)
    words = handover.words_of(note, brief)
    said = (_own_note(step, words),) if words else ()
    params = {"to": mutation.to} | ({"message": said[0].id} if said else {})
    return replace(step.done(EventKind.HANDOVER_OFFERED, params, offer=offer), messages=said)


def _accept_handover(step: _Step, _: AcceptHandover) -> Applied:
    offer = _offer_to_actor(step)
    return step.done(
        EventKind.HANDED_OVER,
        {"from": offer.by, "to": step.actor.id},
        owner=step.actor.id,
        offer=handover.accepted(offer, now=step.now),
    )


def _decline_handover(step: _Step, mutation: DeclineHandover) -> Applied:
    offer, reason = _offer_to_actor(step), mutation.reason.strip()
    if not reason:
        raise RefusedError("needs_reason")
    said = _own_note(step, reason)
    after = step.done(
        EventKind.HANDOVER_DECLINED,
        {"from": offer.by, "message": said.id},
        offer=handover.declined(offer, reason, now=step.now),
    )
    return replace(after, messages=(said,))


def _offer_to_actor(step: _Step) -> Offer:
    """The offer that waits for the actor; else why there is none any more."""
    appeal = step.appeal
    step.refuse_if_ended()
    if appeal.offer is not None and handover.is_offered_to(appeal, step.actor.id):
        return appeal.offer
    if appeal.status in ANSWERED:
        raise RefusedError("handover_answered", status=str(appeal.status))
    if appeal.owner == step.actor.id:
        raise RefusedError("already_yours")
    if appeal.owner is None:
        raise RefusedError("offer_gone_free")
    raise RefusedError("offer_gone", operator=appeal.owner)


def _withdraw_handover(step: _Step, _: WithdrawHandover) -> Applied:
    offer = step.appeal.offer
    if offer is None:
        raise RefusedError("not_offered")
    if offer.state is OfferState.ACCEPTED:
        raise RefusedError("offer_accepted", operator=offer.to)
    if offer.by != step.actor.id and not step.actor.may(Right.ASSIGN_OTHERS):
        raise RefusedError("handover_not_yours")
    return step.done(EventKind.HANDOVER_WITHDRAWN, {"from": offer.by, "to": offer.to}, offer=None)


def _return_handover(step: _Step, _: ReturnHandover) -> Applied:
    offer = step.appeal.offer
    if offer is None or offer.state is not OfferState.ACCEPTED or offer.to != step.actor.id:
        raise RefusedError("not_taken_over")
    if step.now - offer.at > handover.GIVEN_BACK_WITHIN:
        minutes = handover.GIVEN_BACK_WITHIN // timedelta(minutes=1)
        raise RefusedError("taken_over_long_ago", operator=offer.by, minutes=str(minutes))
    return step.done(
        EventKind.HANDED_BACK,
        {"from": step.actor.id, "to": offer.by},
        owner=offer.by,
        offer=handover.given_back(offer, now=step.now),
    )


def _set_place(step: _Step, mutation: SetPlace) -> Applied:
    return step.done(EventKind.PLACE_SET, {}, place=mutation.place)


def _postpone(step: _Step, mutation: Postpone) -> Applied:
    appeal = step.appeal
    step.refuse_if_ended()
    step.refuse_before_dispatch()
    if appeal.interim_at is None:
        raise RefusedError("postpone_needs_interim")
    if not mutation.reason.strip():
        raise RefusedError("needs_reason")
    if mutation.until <= step.now:
        raise RefusedError("until_is_past", until=mutation.until.isoformat())
    _refuse_too_far(mutation.until, step.now)
    if mutation.outage is not None and not appeal.has_outage(mutation.outage):
        raise RefusedError("not_tagged", outage=mutation.outage)
    open_pause = Pause(step.now, None, mutation.reason)
    return step.done(
        EventKind.POSTPONED,
        {"until": mutation.until.isoformat()},
        status=Status.POSTPONED,
        postponed_until=mutation.until,
        postponed_outage=mutation.outage,
        postponed_outage_version=mutation.outage_version,
        awaits_resident=mutation.awaits_resident,
        woken_by="",
        pauses=(*snooze.ended(appeal.pauses, step.now), open_pause),
    )


def _refuse_too_far(until: datetime, now: datetime) -> None:
    """A date beyond all reason is a slip of the hand, and no calendar could show it."""
    if until - now > _FARTHEST:
        raise RefusedError("until_is_too_far", until=until.isoformat())


def _resume(step: _Step, _: Resume) -> Applied:
    appeal = step.appeal
    if appeal.status is not Status.POSTPONED:
        raise RefusedError("not_postponed")
    return step.done(
        EventKind.RESUMED,
        {},
        status=Status.INTERIM_PUBLISHED,
    )


def _close(step: _Step, mutation: Close) -> Applied:
    appeal = step.appeal
    step.refuse_if_ended()
    step.refuse_before_dispatch()
    if appeal.danger and mutation.outcome is not Outcome.SOLVED:
        raise RefusedError("danger_needs_solution")
    unanswered = appeal.status not in ANSWERED
    if unanswered and mutation.outcome is not Outcome.NO_REPLY_NEEDED:
        raise RefusedError("close_needs_reply")
    if mutation.outcome is Outcome.SOLVED and not (mutation.fact.strip() or appeal.outages):
        raise RefusedError("solved_needs_fact")
    return step.done(
        EventKind.CLOSED,
        {"outcome": str(mutation.outcome)},
        status=Status.CLOSED,
        woken_by="",
        outcome=mutation.outcome,
        closed_at=step.now,
    )


def _reopen(step: _Step, mutation: Reopen) -> Applied:
    appeal = step.appeal
    if appeal.status not in ANSWERED:
        raise RefusedError("is_open", status=str(appeal.status))
    if not mutation.reason.strip():
        raise RefusedError("needs_reason")
    return step.done(EventKind.REOPENED, {}, **_reopened(appeal, step.now))


def _reopened(appeal: Appeal, now: datetime) -> dict[str, Any]:
    return {
        "status": Status.IN_WORK if appeal.owner else Status.NEW,
        "outcome": None,
        "published_at": None,
        "closed_at": None,
        "duplicate_of": None,
        "status_before": None,
        "reopened_at": now,
        "dispatched": None,
    }


def _request_transfer(step: _Step, mutation: RequestTransfer) -> Applied:
    step.refuse_if_ended()
    step.refuse_before_dispatch()
    if not mutation.reason.strip():
        raise RefusedError("needs_reason")
    return step.done(
        EventKind.TRANSFER_REQUESTED,
        {"to": mutation.to},
        status=Status.TRANSFER_REQUESTED,
    )


def _decide_transfer(step: _Step, mutation: DecideTransfer) -> Applied:
    appeal = step.appeal
    if appeal.status is not Status.TRANSFER_REQUESTED:
        raise RefusedError("no_transfer_requested")
    if mutation.granted:
        return step.done(EventKind.TRANSFERRED, {}, status=Status.TRANSFERRED, closed_at=step.now)
    return step.done(EventKind.TRANSFER_DENIED, {}, status=Status.TRANSFER_DENIED)


def _mark_duplicate(step: _Step, mutation: MarkDuplicate) -> Applied:
    appeal = step.appeal
    if appeal.duplicate_of is not None:
        raise RefusedError("already_merged", of=appeal.duplicate_of)
    step.refuse_if_ended()
    if mutation.of == appeal.id:
        raise RefusedError("duplicate_of_itself")
    if appeal.awaiting is not None:
        raise RefusedError("another_awaits", message=appeal.awaiting)
    after = step.done(
        EventKind.MARKED_DUPLICATE,
        {"of": mutation.of},
        status=Status.DUPLICATE,
        status_before=appeal.status,
        duplicate_of=mutation.of,
        closed_at=step.now,
    )
    told = step.event_at(mutation.of, EventKind.DUPLICATE_JOINED)
    return replace(after, events=(*after.events, told))


def refuse_merge(ref: str, primary: Appeal | None, *, of: str, in_danger: bool = False) -> None:
    """`RefusedError` where ``of`` cannot be the primary of the appeal ``ref`` (both are ids).

    Only what is not merged itself can be a primary: so no circle can come to be, in whatever order
    two consoles merge. An appeal with duplicates may be merged: they come along. One ``in_danger``
    of which no dispatcher knows goes only where the same is asked for.
    """
    if of == ref:
        return  # the transition says so, and better
    if primary is None:
        raise RefusedError("unknown_appeal", appeal=of)
    if primary.duplicate_of == ref:
        raise RefusedError("merge_circle", appeal=of)
    if primary.duplicate_of is not None:
        raise RefusedError("is_duplicate", appeal=of, of=primary.duplicate_of)
    if in_danger and not primary.danger:
        raise RefusedError("danger_needs_dispatch")


def _unmark_duplicate(step: _Step, _: UnmarkDuplicate) -> Applied:
    appeal = step.appeal
    if appeal.duplicate_of is None:
        raise RefusedError("not_a_duplicate")
    unknown = Status.IN_WORK if appeal.owner else Status.NEW
    before = appeal.status_before or unknown
    after = step.done(
        EventKind.UNMARKED_DUPLICATE,
        {"of": appeal.duplicate_of},
        # Its pause has ended when it was merged: it is owed again.
        status=Status.INTERIM_PUBLISHED if before is Status.POSTPONED else before,
        status_before=None,
        duplicate_of=None,
        closed_at=None,
    )
    told = step.event_at(appeal.duplicate_of, EventKind.DUPLICATE_LEFT)
    return replace(after, events=(*after.events, told))


def _link_appeals(step: _Step, mutation: LinkAppeals) -> Applied:
    related = step.appeal.related
    if mutation.to == step.appeal.id:
        raise RefusedError("linked_to_itself")
    if mutation.to in related:
        raise RefusedError("already_linked")
    if len(related) >= MANY:
        raise RefusedError("too_many", field="related", limit=str(MANY), length=str(len(related)))
    after = step.done(EventKind.LINKED, {"appeal": mutation.to}, related=(*related, mutation.to))
    return replace(after, events=(*after.events, step.event_at(mutation.to, EventKind.LINKED)))


def _unlink_appeals(step: _Step, mutation: UnlinkAppeals) -> Applied:
    if mutation.to not in step.appeal.related:
        raise RefusedError("not_linked")
    left = tuple(one for one in step.appeal.related if one != mutation.to)
    after = step.done(EventKind.UNLINKED, {"appeal": mutation.to}, related=left)
    return replace(after, events=(*after.events, step.event_at(mutation.to, EventKind.UNLINKED)))


def _create_again(step: _Step, _: CreateAppeal) -> Applied:
    raise RefusedError("appeal_exists", appeal=step.appeal.id)


_Handler = Callable[[_Step, Any], Applied]
_HANDLERS: Mapping[type[Any], tuple[_Handler, Right]] = {
    Claim: (_claim, Right.ANSWER),
    Assign: (_assign, Right.ASSIGN_OTHERS),
    Release: (_release, Right.ANSWER),
    SendReply: (_send_reply, Right.ANSWER),
    AddNote: (_add_note, Right.NOTE),
    Approve: (_approve, Right.APPROVE),
    ReturnReply: (_return_reply, Right.APPROVE),
    TagOutage: (_tag_outage, Right.ANSWER),
    UntagOutage: (_untag_outage, Right.ANSWER),
    SetTopic: (_set_topic, Right.ANSWER),
    SetPlace: (_set_place, Right.ANSWER),
    Postpone: (_postpone, Right.ANSWER),
    Resume: (_resume, Right.ANSWER),
    Close: (_close, Right.ANSWER),
    Reopen: (_reopen, Right.ANSWER),
    RequestTransfer: (_request_transfer, Right.ANSWER),
    DecideTransfer: (_decide_transfer, Right.DECIDE_TRANSFER),
    MarkDuplicate: (_mark_duplicate, Right.ANSWER),
    UnmarkDuplicate: (_unmark_duplicate, Right.ANSWER),
    LinkAppeals: (_link_appeals, Right.NOTE),
    UnlinkAppeals: (_unlink_appeals, Right.NOTE),
    SettleMention: (_settle_mention, Right.READ),
    EnterDanger: (_enter_danger, Right.ANSWER),
    LeaveDanger: (_leave_danger, Right.ANSWER),
    MarkDispatched: (_mark_dispatched, Right.ANSWER),
    SettlePromise: (_settle_promise, Right.ANSWER),
    OfferHandover: (_offer_handover, Right.ANSWER),
    AcceptHandover: (_accept_handover, Right.ANSWER),
    DeclineHandover: (_decline_handover, Right.ANSWER),
    WithdrawHandover: (_withdraw_handover, Right.ANSWER),
    ReturnHandover: (_return_handover, Right.ANSWER),
    CreateAppeal: (_create_again, Right.ANSWER),
}


def is_appeal_mutation(mutation: object) -> bool:
    """Whether its target is an appeal (else it is an outage)."""
    return type(mutation) in _HANDLERS


def receive(state: State, message: Message, *, now: datetime, danger: bool = False) -> Applied:
    """The appeal after a resident wrote again in its thread; an answered one opens again.

    ``danger``: the words speak of danger, and put it into that lane.

    The text of an open appeal's newest comment makes every reply in the making stale. A merged one
    stays merged; `receive_from_duplicate` tells its primary.
    """
    appeal = state.appeal
    changes: dict[str, Any] = {
        "last_resident_message": message.id,
        "last_resident_at": message.at,
    }
    events = [_outside_event(appeal, message, EventKind.RESIDENT_WROTE, now)]
    if appeal.status is Status.DUPLICATE:
        if appeal.status_before in ANSWERED:
            changes["status_before"] = Status.IN_WORK if appeal.owner else Status.NEW
    elif appeal.status in ANSWERED and appeal.status is not Status.TRANSFERRED:
        changes |= _reopened(appeal, now)
        events.append(_outside_event(appeal, message, EventKind.REOPENED, now))
    elif appeal.status is Status.POSTPONED:
        why = str(snooze.Wake.RESIDENT)
        changes |= {"status": Status.INTERIM_PUBLISHED, "woken_by": why}
        event = _outside_event(appeal, message, EventKind.RESUMED, now)
        events.append(replace(event, params={**event.params, "why": why}))
    if danger and not appeal.danger:
        changes |= _in_danger(now)
        events.append(_outside_event(appeal, message, EventKind.DANGER_ENTERED, now))
    after = _settled(replace(appeal, **changes), version=appeal.version + 1, now=now)
    own = (message,) if message.appeal == appeal.id else ()
    return Applied(after, messages=own, events=tuple(events))


def receive_from_duplicate(
    primary: Appeal, message: Message, *, now: datetime, danger: bool = False
) -> Applied:
    """The primary after a resident wrote in the thread of one of its duplicates.

    The message stays in that thread; here it makes replies in the making stale, and opens again
    what was answered, as any other word of a resident does.
    """
    return receive(State(primary), message, now=now, danger=danger)


def _outside_event(appeal: Appeal, message: Message, kind: EventKind, now: datetime) -> Event:
    ident, params = f"{message.id}:{kind}", {"message": message.id}
    if message.appeal != appeal.id:
        ident, params = f"{ident}:{appeal.id}", params | {"appeal": message.appeal}
    return Event(
        branch=appeal.branch,
        id=ident,
        appeal=appeal.id,
        at=now,
        kind=kind,
        params=params,
    )


def author_gone(appeal: Appeal, *, event_id: str, now: datetime) -> Applied:
    """The appeal after its author deleted the post or closed the comments."""
    event = Event(appeal.branch, event_id, appeal.id, now, EventKind.AUTHOR_GONE)
    ended = replace(appeal, status=Status.AUTHOR_GONE, closed_at=now)
    return Applied(_settled(ended, version=appeal.version + 1, now=now), events=(event,))


def apply_outage(
    outage: Outage | None, envelope: Envelope, *, actor: Operator, now: datetime
) -> Outage:
    """The outage after ``envelope``; ``outage`` is None where the registry has none of that id.

    `RefusedError` where the rules do not allow it.
    """
    target, mutation = envelope.target, envelope.mutation
    refuse_unbounded(envelope)
    if not actor.covers(target.branch):
        raise RefusedError("not_your_branch", branch=target.branch)
    if not actor.may(Right.MANAGE_OUTAGES):
        raise RefusedError("role_may_not", right=str(Right.MANAGE_OUTAGES))
    if isinstance(mutation, OpenOutage):
        if outage is not None:
            raise RefusedError("outage_exists")
        return _open_outage(envelope, mutation, now)
    if outage is None:
        raise RefusedError("unknown_outage")
    if outage.status in (OutageStatus.RESTORED, OutageStatus.CANCELLED):
        raise RefusedError("outage_ended", status=str(outage.status))
    if isinstance(mutation, MoveEtr):
        record = EtrRecord(mutation.etr, now, actor.id, mutation.reason)
        return replace(
            outage,
            etr=mutation.etr,
            etr_history=(*outage.etr_history, record),
            version=outage.version + 1,
        )
    if isinstance(mutation, SetOutageStatus):
        restored = mutation.at if mutation.status is OutageStatus.RESTORED else None
        return replace(
            outage,
            status=mutation.status,
            restored_at=restored,
            crew=mutation.crew or outage.crew,
            version=outage.version + 1,
        )
    raise TypeError(f"not an outage mutation: {type(mutation).__name__}")


def _open_outage(envelope: Envelope, mutation: OpenOutage, now: datetime) -> Outage:
    history = (EtrRecord(mutation.etr, now, envelope.author),) if mutation.etr else ()
    return Outage(
        branch=envelope.target.branch,
        id=envelope.target.id,
        kind=mutation.outage_kind,
        status=mutation.status,
        started_at=mutation.started_at,
        areas=mutation.areas,
        res=mutation.res,
        substation=mutation.substation,
        feeder=mutation.feeder,
        transformer=mutation.transformer,
        cause=mutation.cause,
        crew=mutation.crew,
        etr=mutation.etr,
        etr_history=history,
        planned_end=mutation.planned_end,
        nested_in=mutation.nested_in,
        residents=mutation.residents,
    )
