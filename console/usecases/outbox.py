"""The outbox as its owner sees it: take back, send anyway, throw away."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta

from console.domain.draft import Draft, DraftMode
from console.domain.mutations import (
    AddNote,
    Approve,
    Envelope,
    Seen,
    SendReply,
    ShareQueue,
)
from console.domain.query import Language
from console.domain.shared_queue import SharedQueue
from console.domain.transitions import RefusedError, is_appeal_mutation
from console.ports import Clock, Transaction, draft_holder, entry_holder
from console.query_text import understood
from console.readmodel import EntryState, OutboxEntry, SavedQueue
from console.usecases.acting import Acting, GoneError, refuse_schedule


class OutboxUseCases:
    """An entry that is IN_FLIGHT may have arrived already: nothing can be done to it here.

    One that is held as `UNCLEAR` may have too: it can be sent anyway, under the id that the server
    would know it by, or thrown away, but not taken back to be sent a second time.
    """

    def __init__(
        self, acting: Acting, clock: Clock, *, language: Callable[[], Language] = Language
    ) -> None:
        """``language`` is that of shared queues."""
        self._acting = acting
        self._clock = clock
        self._language = language

    def set_undo_window(self, seconds: float) -> None:
        """How long replies that are sent from now on can be taken back."""
        self._acting.set_undo(timedelta(seconds=seconds))

    def cancel(self, seq: int) -> Future[Draft | None]:
        """Take an entry back; if it has words, they become a draft again (the future has it).

        Its files come back with them, and what the server has of these is not sent twice.
        `GoneError` where its appeal is here no more: nobody would find the draft again.
        """

        def job(transaction: Transaction) -> Draft | None:
            entry = _mine(transaction, seq)
            if entry.may_have_arrived:
                raise RefusedError("may_have_arrived")
            ident = self._acting.new_id()
            transaction.attachments.move(entry_holder(entry.envelope.id), draft_holder(ident))
            transaction.outbox.remove(seq)
            self._keep_own(transaction, entry.envelope)
            draft = self._draft_again(transaction, entry.envelope, ident)
            if draft is not None:
                if draft.seen is None:
                    raise GoneError("appeal")  # and with it everything that this job has done
                transaction.drafts.save(draft)
            return draft

        return self._acting.run(job)

    def retry(self, seq: int, *, shown: Seen | None = None) -> Future[OutboxEntry]:
        """Send a held entry anyway: the same words, against the state as its author sees it now.

        ``shown`` is the state that its author decided by. It leaves under a new id where the old
        one has been answered, and keeps its place in the order. `RefusedError` where the rules
        still do not allow it, or what was shown has changed since (``changed_meanwhile``). Of an
        `UNCLEAR` one whose appeal is out of reach by now the server is asked what became of it.
        """

        def job(transaction: Transaction) -> OutboxEntry:
            entry = _mine(transaction, seq)
            if entry.may_have_arrived and _is_out_of_reach(transaction, entry.envelope):
                transaction.outbox.mark(seq, EntryState.IN_FLIGHT, attempts=entry.attempts)
                return transaction.outbox.entry(seq) or entry
            if shown is not None:
                _refuse_unseen(transaction, entry.envelope, shown)
            after = self._again(transaction, entry)
            if not entry.is_answered:
                after = replace(after, id=entry.envelope.id)
            not_before = after.at + self._acting.undo_window(after)
            return transaction.outbox.replace(seq, after, not_before=not_before)

        return self._acting.run(job)

    def reschedule(self, seq: int, until: datetime | None) -> Future[OutboxEntry]:
        """Let an entry that waits leave at another instant (UTC); None: as soon as it may.

        Only its hour changes: the words, and what their author had seen, stay as they were.
        """

        def job(transaction: Transaction) -> OutboxEntry:
            entry, now = _mine(transaction, seq), self._clock.now()
            if entry.state is not EntryState.QUEUED:
                raise RefusedError("held_has_no_schedule")
            if until is not None:
                refuse_schedule(entry.envelope, until, now=now)
            return transaction.outbox.replace(seq, entry.envelope, not_before=until or now)

        return self._acting.run(job)

    def discard(self, seq: int) -> Future[None]:
        """Throw an entry away, words and all; what was not shared by it becomes one's own."""

        def job(transaction: Transaction) -> None:
            entry = _mine(transaction, seq)
            transaction.outbox.remove(seq)
            self._keep_own(transaction, entry.envelope)

        return self._acting.run(job)

    def _again(self, transaction: Transaction, entry: OutboxEntry) -> Envelope:
        """The same, asked for now; what waits behind the entry has not happened yet."""
        before = entry.envelope
        if not is_appeal_mutation(before.mutation):
            return replace(before, id=self._acting.new_id(), at=self._clock.now())
        return self._acting.checked(
            transaction,
            before.target,
            before.mutation,  # type: ignore[arg-type]
            before=entry.seq,
        )

    def _keep_own(self, transaction: Transaction, envelope: Envelope) -> None:
        self._keep_queue(transaction, envelope)
        transaction.keep_word(envelope)

    def _keep_queue(self, transaction: Transaction, envelope: Envelope) -> None:
        """A queue that nobody else has is not lost with its entry: it was one's own before."""
        share, ref = envelope.mutation, envelope.target
        if not isinstance(share, ShareQueue) or share.base or transaction.queue(ref) is not None:
            return
        row = SharedQueue(
            branch=ref.branch,
            id=ref.id,
            name=share.name,
            queue=share.queue,
            query=share.query,
            by=envelope.author,
            at=envelope.at,
            sort=share.sort,
            group=share.group,
            strict=share.strict,
        )
        query = understood(row, self._language())
        if query is not None:
            transaction.desk.save_queue(SavedQueue(ref.id, share.name, query))

    def _draft_again(
        self, transaction: Transaction, envelope: Envelope, ident: str
    ) -> Draft | None:
        appeal = transaction.appeal(envelope.target)
        draft = Draft(
            id=ident,
            appeal=envelope.target,
            mode=DraftMode.REPLY,
            text="",
            updated_at=self._clock.now(),
            seen=None if appeal is None else Seen.of(appeal),
        )
        match envelope.mutation:
            case SendReply() as reply:
                return replace(
                    draft,
                    mode=DraftMode.INTERIM if reply.interim else DraftMode.REPLY,
                    text=reply.text,
                    template=reply.template,
                    quotes=reply.quotes,
                    promise_at=reply.promise_at if reply.interim else None,
                    outcome=reply.outcome,
                    overrides=reply.overrides,
                )
            case AddNote(text=text):
                return replace(draft, mode=DraftMode.NOTE, text=text)
            case Approve(text=str(text), quotes=quotes):
                return replace(draft, text=text, quotes=quotes)
            case _:
                return None


def _refuse_unseen(transaction: Transaction, envelope: Envelope, shown: Seen) -> None:
    """What came between the look and the key press has been seen by nobody."""
    appeal = transaction.appeal(envelope.target)
    if appeal is None:
        raise GoneError("appeal")
    now = Seen.of(appeal)
    if replace(shown, version=now.version) != now:
        raise RefusedError("changed_meanwhile")


def _is_out_of_reach(transaction: Transaction, envelope: Envelope) -> bool:
    """Whether its appeal is not here any more: its author works for another branch by now."""
    return is_appeal_mutation(envelope.mutation) and transaction.appeal(envelope.target) is None


def _mine(transaction: Transaction, seq: int) -> OutboxEntry:
    entry = transaction.outbox.entry(seq)
    if entry is None:
        raise GoneError("entry")
    if entry.state is EntryState.IN_FLIGHT:
        raise RefusedError("in_flight")
    return entry
