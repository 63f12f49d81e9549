"""The verdict: may a mutation leave now, or has the world moved on since its author looked?

Judged on the console right after each pull, and again on the server inside the transaction that
would apply it. Words that reach a resident never leave against a state that their author had not
seen; everything else is rebased silently and refused only by the rules themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from console.domain.appeal import ANSWERED, Appeal, Status
from console.domain.message import EtrQuote
from console.domain.mutations import (
    AcceptHandover,
    Approve,
    Assign,
    Claim,
    CreateAppeal,
    EnterDanger,
    Envelope,
    LeaveDanger,
    LinkAppeals,
    MarkDuplicate,
    Mutation,
    SendReply,
    SettleMention,
    SettlePromise,
    TagOutage,
    UnlinkAppeals,
    UnmarkDuplicate,
    UntagOutage,
    WithdrawHandover,
)
from console.domain.outage import Outage, OutageStatus
from console.domain.told import told_as


class StaleCode(StrEnum):
    """What changed since the author looked; translated as ``stale.<code>``."""

    NEW_COMMENT = "new_comment"
    COLLEAGUE_ANSWERED = "colleague_answered"
    OWNER_CHANGED = "owner_changed"
    ETR_MOVED = "etr_moved"
    OUTAGE_RESTORED = "outage_restored"
    OUTAGE_CANCELLED = "outage_cancelled"
    AUTHOR_GONE = "author_gone"
    MERGED = "merged"
    ENDED = "ended"
    APPEAL_GONE = "appeal_gone"


@dataclass(frozen=True, slots=True)
class StaleReason:
    """One reason, with machine details (ids, instants in ISO 8601)."""

    code: StaleCode
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Send:
    """Nothing stands against it."""


@dataclass(frozen=True, slots=True)
class Stale:
    """Its author must look again; the text stays."""

    reasons: tuple[StaleReason, ...]


@dataclass(frozen=True, slots=True)
class Superseded:
    """The world already is as asked; the entry may quietly go."""

    by: str


Verdict = Send | Stale | Superseded


def judge(envelope: Envelope, appeal: Appeal | None, outages: Mapping[str, Outage]) -> Verdict:
    """The verdict on ``envelope`` against the newest known state.

    ``appeal`` is None where it no longer is within reach (deleted, or of a foreign branch);
    ``outages`` holds those that the envelope's words quote, by id.
    """
    if isinstance(envelope.mutation, CreateAppeal):
        return Send()
    if appeal is None:
        return Stale((StaleReason(StaleCode.APPEAL_GONE),))
    done = _already_so(envelope, appeal)
    if done is not None:
        return Superseded(done)
    if not envelope.is_publishing:
        return Send()
    reasons = (*_moved_on(envelope, appeal), *_quotes_moved(quotes_of(envelope), outages))
    return Stale(reasons) if reasons else Send()


def quotes_of(envelope: Envelope) -> tuple[EtrQuote, ...]:
    """The restoration times that the envelope's words quote."""
    mutation = envelope.mutation
    return mutation.quotes if isinstance(mutation, SendReply | Approve) else ()


def _already_so(envelope: Envelope, appeal: Appeal) -> str | None:
    mutation = envelope.mutation
    match mutation:
        case Claim() | AcceptHandover() if appeal.owner == envelope.author:
            found = "already_yours"
        case Assign(to=to) if appeal.owner == to:
            found = "already_theirs"
        case TagOutage(outage=outage) if appeal.has_outage(outage):
            found = "already_tagged"
        case UntagOutage(outage=outage) if not appeal.has_outage(outage):
            found = "not_tagged"
        case LinkAppeals(to=to) if to in appeal.related:
            found = "already_linked"
        case UnlinkAppeals(to=to) if to not in appeal.related:
            found = "not_linked"
        case MarkDuplicate(of=of) if appeal.duplicate_of == of:
            found = "already_merged"
        case UnmarkDuplicate() if appeal.duplicate_of is None:
            found = "not_a_duplicate"
        case SettleMention() if not appeal.mentions_of(envelope.author):
            found = "not_mentioned"
        case _:
            return _lane_already_so(mutation, appeal)
    return found


def _lane_already_so(mutation: Mutation, appeal: Appeal) -> str | None:
    match mutation:
        case EnterDanger() if appeal.danger:
            return "already_in_danger"
        case LeaveDanger() if not appeal.danger:
            return "not_in_danger"
        case SettlePromise() if appeal.promise_at is None:
            return "no_promise"
        case SendReply(corrects=str(outage)) if told_as(appeal, outage, mutation.quotes):
            return "already_told"
        case WithdrawHandover() if appeal.offer is None:
            return "not_offered"
    return None


def _moved_on(envelope: Envelope, appeal: Appeal) -> tuple[StaleReason, ...]:
    if appeal.status is Status.AUTHOR_GONE:
        return (StaleReason(StaleCode.AUTHOR_GONE),)
    seen = envelope.seen
    if seen is None:
        return ()
    found: list[StaleReason] = []
    if appeal.status is Status.DUPLICATE and seen.status != Status.DUPLICATE:
        found.append(StaleReason(StaleCode.MERGED, {"into": appeal.duplicate_of or ""}))
    if appeal.last_resident_message != seen.last_resident_message:
        found.append(
            StaleReason(StaleCode.NEW_COMMENT, {"message": appeal.last_resident_message or ""})
        )
    if appeal.last_reply != seen.last_reply and appeal.last_reply is not None:
        found.append(
            StaleReason(
                StaleCode.COLLEAGUE_ANSWERED,
                {"message": appeal.last_reply, "operator": appeal.last_reply_by or ""},
            )
        )
    if appeal.owner != seen.owner and appeal.owner not in (None, envelope.author):
        found.append(StaleReason(StaleCode.OWNER_CHANGED, {"operator": appeal.owner or ""}))
    if not found and appeal.status in ANSWERED and str(appeal.status) != seen.status:
        found.append(StaleReason(StaleCode.ENDED, {"status": str(appeal.status)}))
    return tuple(found)


def _quotes_moved(
    quotes: tuple[EtrQuote, ...], outages: Mapping[str, Outage]
) -> tuple[StaleReason, ...]:
    found: list[StaleReason] = []
    for quote in quotes:
        outage = outages.get(quote.outage)
        if outage is None:
            continue
        params = {"outage": outage.id}
        if outage.status is OutageStatus.RESTORED:
            found.append(StaleReason(StaleCode.OUTAGE_RESTORED, params))
        elif outage.status is OutageStatus.CANCELLED:
            found.append(StaleReason(StaleCode.OUTAGE_CANCELLED, params))
        elif outage.expected_end() != quote.etr:
            end = outage.expected_end()
            params |= {
                "was": quote.etr.isoformat() if quote.etr else "",
                "now": end.isoformat() if end else "",
            }
            found.append(StaleReason(StaleCode.ETR_MOVED, params))
    return tuple(found)
