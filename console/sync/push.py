"""Pushing: the last look at an entry before it leaves, and what its answer does to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from console.domain.ids import Ref, second_id
from console.domain.mutations import Envelope, ShareWord, attachments_of
from console.domain.outage import Outage
from console.domain.transitions import is_appeal_mutation
from console.domain.verdict import Send, Stale, Superseded, Verdict, judge, quotes_of
from console.errors import OtklikError, RejectedError, SignInNeededError, TransientError
from console.ports import FeedPosition, Transaction, entry_holder
from console.readmodel import UNCLEAR, EntryState, HeldReason, OutboxEntry
from console.wire.schema import Answer, AnswerOutcome, Rows

FILE_CHANCES: Final = 1
"""How often a file begins again by itself before its entry is held for a person."""

_MISSING: Final = "attachment_missing"
_REFUSED: Final = "attachment_refused"
_NOT_UNDERSTOOD: Final = "bad_request"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What to deliver; ``again`` where an earlier delivery may have been carried out already."""

    envelope: Envelope
    again: bool


def prepare(transaction: Transaction, seq: int) -> Prepared | None:
    """IN_FLIGHT and what to deliver; None where the entry is held, superseded or taken back.

    An entry that is IN_FLIGHT already goes again unjudged: it may have been carried out, and then
    the server's answer is the only truth about it.
    """
    entry = transaction.outbox.entry(seq)
    if entry is None or entry.state is EntryState.HELD:
        return None
    envelope, again = entry.envelope, entry.state is EntryState.IN_FLIGHT
    if not again and not _still_holds(transaction, entry):
        return None
    transaction.outbox.mark(
        seq, EntryState.IN_FLIGHT, error=entry.last_error, attempts=entry.attempts + 1
    )
    return Prepared(envelope, again)


def may_go(transaction: Transaction, seq: int) -> bool:
    """Whether it is worth sending an entry's files; a stale one is held before, not after."""
    entry = transaction.outbox.entry(seq)
    if entry is None or entry.state is EntryState.HELD:
        return False
    return entry.state is EntryState.IN_FLIGHT or _still_holds(transaction, entry)


def _still_holds(transaction: Transaction, entry: OutboxEntry) -> bool:
    """The verdict on an entry, carried out: a stale one is held, a superseded one out."""
    match _verdict(transaction, entry.envelope):
        case Stale(reasons):
            held = [HeldReason("stale", str(r.code), r.params) for r in reasons]
            transaction.outbox.mark(entry.seq, EntryState.HELD, held=held, attempts=entry.attempts)
            return False
        case Superseded():
            transaction.outbox.remove(entry.seq)
            return False
        case Send():
            return True


def settle(transaction: Transaction, seq: int, answer: Answer, *, keep: int = 0) -> FeedPosition:
    """Server rows into the mirror AND the entry out (or held), in one transaction.

    Of its files so much stays to be looked at as ``keep`` bytes for all files allow. Where the
    mirror stands then: ahead of its cursors, if there were rows.
    """
    position = _take(transaction, answer.rows)
    entry = transaction.outbox.entry(seq)
    if entry is not None:
        _answered(transaction, entry, answer, keep=keep)
    return position


def _take(transaction: Transaction, rows: Rows) -> FeedPosition:
    mirror = transaction.mirror
    position = mirror.position()
    ours = _within_reach(transaction, rows, position.branches)
    if not len(ours):
        return position
    mirror.put(ours)
    if position.ahead:
        return position
    after = replace(position, ahead=True)
    mirror.set_position(after)
    return after


def _answered(transaction: Transaction, entry: OutboxEntry, answer: Answer, *, keep: int) -> None:
    seq, envelope = entry.seq, entry.envelope
    if answer.outcome in (AnswerOutcome.APPLIED, AnswerOutcome.SUPERSEDED):
        if attachments_of(envelope.mutation):
            transaction.attachments.arrived(
                entry_holder(envelope.id), envelope.target, now=answer.server_time, keep=keep
            )
        transaction.outbox.remove(seq)
        return
    if answer.outcome is AnswerOutcome.CONFLICT and _seen_since(transaction, entry):
        return
    source = "stale" if answer.outcome is AnswerOutcome.CONFLICT else "refused"
    held = [HeldReason(source, reason.code, reason.params) for reason in answer.reasons]
    transaction.outbox.mark(seq, EntryState.HELD, held=held, attempts=entry.attempts)


def _seen_since(transaction: Transaction, entry: OutboxEntry) -> bool:
    """Whether nothing stands against the entry any more; it then goes again under its second id.

    An entry of which nobody knew if it had arrived is sent anyway under its own id. If a delivery
    from before has got a conflict meanwhile, that is the answer to the id for ever; but its author
    has seen since what it conflicted with, and need not be asked a second time. The rows of the
    answer are in the mirror: a conflict that is not over would be seen here.
    """
    again = second_id(entry.envelope.id)
    if again is None or not isinstance(_verdict(transaction, entry.envelope), Send):
        return False
    envelope = replace(entry.envelope, id=again)
    transaction.outbox.replace(entry.seq, envelope, not_before=entry.not_before)
    return True


def failed(transaction: Transaction, seq: int, error: OtklikError, *, again: bool) -> None:
    """A delivery without an answer: rejected for good, certainly not arrived, or nobody knows.

    What may have arrived, now or ``again`` earlier, stays IN_FLIGHT: it must not be taken back.
    Turned away for good it is held, as one of which nobody knows if it has been carried out.
    """
    entry = transaction.outbox.entry(seq)
    if entry is None:
        return
    if _is_without_file(error) and _begin_file_again(transaction, entry, error, again=again):
        return
    if isinstance(error, RejectedError):
        if isinstance(entry.envelope.mutation, ShareWord) and error.code == _NOT_UNDERSTOOD:
            # The server is older than this program and knows no shared words.
            transaction.outbox.remove(seq)
            transaction.keep_word(entry.envelope)
            return
        unclear = HeldReason("rejected", UNCLEAR, {"code": error.code})
        held = [unclear if again else HeldReason("rejected", error.code)]
        transaction.outbox.mark(seq, EntryState.HELD, held=held, attempts=entry.attempts)
        return
    unsent = isinstance(error, SignInNeededError) or (
        isinstance(error, TransientError) and not error.reached
    )
    transaction.outbox.mark(
        seq,
        EntryState.QUEUED if unsent and not again else EntryState.IN_FLIGHT,
        error=str(getattr(error, "code", "")),
        attempts=entry.attempts,
    )


def _begin_file_again(
    transaction: Transaction, entry: OutboxEntry, error: OtklikError, *, again: bool
) -> bool:
    """The server has a file of the entry no more, and has decided nothing: it is sent again.

    False where that has not helped before. An entry that may have arrived stays as such.
    """
    named = error.params.get("attachment") if isinstance(error, RejectedError) else None
    if named not in {each.id for each in attachments_of(entry.envelope.mutation)}:
        return False
    if transaction.attachments.begin_again(str(named)) > FILE_CHANCES:
        return False
    state = EntryState.IN_FLIGHT if again else EntryState.QUEUED
    transaction.outbox.mark(entry.seq, state, error=_MISSING, attempts=entry.attempts)
    return True


def hold_for_file(transaction: Transaction, seq: int, error: RejectedError, *, name: str) -> None:
    """Hold an entry whose file (of this ``name``) the server will not have, until somebody acts."""
    entry = transaction.outbox.entry(seq)
    if entry is None or entry.state is EntryState.HELD:
        return
    params = {**error.params, "name": name}
    if entry.state is EntryState.IN_FLIGHT:
        reason = HeldReason("rejected", UNCLEAR, {"code": error.code, **params})
    elif error.code == _REFUSED:
        reason = HeldReason("refused", params.pop("code", error.code), params)
    else:
        reason = HeldReason("rejected", error.code, params)
    transaction.outbox.mark(seq, EntryState.HELD, held=[reason], attempts=entry.attempts)


def _is_without_file(error: OtklikError) -> bool:
    """Whether nothing was decided because a file is not at the server: the link is well."""
    return isinstance(error, RejectedError) and error.code == _MISSING


def _within_reach(transaction: Transaction, rows: Rows, branches: Sequence[str]) -> Rows:
    """What of an answer belongs into the mirror: a stored one may be older than what was pulled.

    Its appeal may have been removed since, or its branch be ours no more, and no pull would ever
    take it away again; what is new, the next pull brings.
    """
    mirror = transaction.mirror
    known = {appeal.ref for appeal in rows.appeals if mirror.appeal(appeal.ref) is not None}
    return Rows(
        appeals=tuple(row for row in rows.appeals if row.ref in known),
        messages=tuple(row for row in rows.messages if Ref(row.branch, row.appeal) in known),
        events=tuple(row for row in rows.events if Ref(row.branch, row.appeal) in known),
        outages=tuple(row for row in rows.outages if row.branch in branches),
        queues=tuple(row for row in rows.queues if row.branch in branches),
        words=tuple(row for row in rows.words if row.branch in branches),
    )


def _verdict(transaction: Transaction, envelope: Envelope) -> Verdict:
    """Judged against what the server last said, never against our own wishes."""
    if not is_appeal_mutation(envelope.mutation):
        return Send()
    return judge(
        envelope, transaction.mirror.appeal(envelope.target), _quoted(transaction, envelope)
    )


def _quoted(transaction: Transaction, envelope: Envelope) -> Mapping[str, Outage]:
    found: dict[str, Outage] = {}
    for quote in quotes_of(envelope):
        outage = transaction.mirror.outage(Ref(envelope.target.branch, quote.outage))
        if outage is not None:
            found[outage.id] = outage
    return found
