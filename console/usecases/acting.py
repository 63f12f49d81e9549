"""Acting: how every use case puts a mutation into the outbox, after the rules have agreed to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from console.domain.appeal import Appeal
from console.domain.attachment import AttachmentNorms
from console.domain.bounds import cleaned
from console.domain.creation import create
from console.domain.ids import Ref, uuid7
from console.domain.lexicon import apply_word
from console.domain.message import Message
from console.domain.mutations import (
    AppealMutation,
    CreateAppeal,
    Envelope,
    Mutation,
    OutageMutation,
    Postpone,
    QueueMutation,
    Seen,
    WordMutation,
    attachments_of,
)
from console.domain.reversal import Undoing, reversal
from console.domain.schedule import FARTHEST, SCHEDULED_FROM
from console.domain.sharing import apply_queue
from console.domain.snooze import SnoozeNorms
from console.domain.transitions import (
    RefusedError,
    State,
    apply,
    apply_outage,
    needed_messages,
    refuse_attachments,
    refuse_long_snooze,
)
from console.errors import OtklikError
from console.ports import Clock, Store, Transaction
from console.readmodel import OutboxEntry

T = TypeVar("T")


class GoneError(OtklikError):
    """What was to be changed is not in the store any more.

    ``what`` is a machine word: ``appeal``, ``entry``, ``draft``, ``attachment``, ``queue``,
    ``word``.
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"this {what} is not here any more; look at the list again")
        self.what = what


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one appeal of a bulk call: ``error`` is None where it went through.

    ``before`` is the appeal as it was, and ``mutation`` what was asked: so it can be taken back.
    """

    ref: Ref
    error: OtklikError | None = None
    before: Appeal | None = None
    mutation: AppealMutation | None = None


class Acting:
    """Puts mutations of the signed-in operator into the outbox, within one transaction each."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        undo: timedelta,
        norms: Callable[[], AttachmentNorms],
        snooze: Callable[[], SnoozeNorms],
    ) -> None:
        """``norms`` say what may be attached, ``snooze`` how long an appeal may be put off."""
        self._store = store
        self._norms = norms
        self._snooze = snooze
        self._clock = clock
        self._undo = undo

    def run(
        self, job: Callable[[Transaction], T], *, before_commit: str = "", after_commit: str = ""
    ) -> Future[T]:
        """Any job, in a transaction of its own."""
        return self._store.submit(job, before_commit=before_commit, after_commit=after_commit)

    def act(self, ref: Ref, mutation: AppealMutation) -> Future[OutboxEntry]:
        """Change one appeal; a refusal comes through the future."""
        return self.run(lambda transaction: self.enqueue(transaction, ref, mutation))

    def act_on_each(
        self, refs: Sequence[Ref], mutation: AppealMutation
    ) -> Future[tuple[Done, ...]]:
        """Change many appeals in one transaction; what refuses does not stop the others."""
        return self.run(lambda transaction: tuple(self._each(transaction, refs, mutation)))

    def take_back(self, done: Sequence[Done], *, reason: str) -> Future[tuple[Done, ...]]:
        """Bring each appeal back to what it was before, in one transaction; ``reason`` as due.

        What cannot be brought back, because somebody has gone on meanwhile, stays as it is.
        """

        def job(transaction: Transaction) -> tuple[Done, ...]:
            undoing = Undoing(transaction.account.actor().id, self._clock.now(), reason)
            return tuple(self._back(transaction, one, undoing) for one in done)

        return self.run(job)

    def act_on_outage(self, target: Ref, mutation: OutageMutation) -> Future[OutboxEntry]:
        """Change one outage, or open it."""

        def job(transaction: Transaction) -> OutboxEntry:
            envelope = self._envelope(transaction, target, mutation, seen=None)
            actor = transaction.account.actor()
            apply_outage(transaction.outage(target), envelope, actor=actor, now=envelope.at)
            return self._add(transaction, envelope)

        return self.run(job)

    def change_queue(
        self, transaction: Transaction, target: Ref, mutation: QueueMutation
    ) -> OutboxEntry:
        """Change one shared queue, or share it; else `RefusedError`."""
        envelope = self._envelope(transaction, target, mutation, seen=None)
        actor = transaction.account.actor()
        apply_queue(transaction.queue(target), envelope, actor=actor, now=envelope.at)
        return self._add(transaction, envelope)

    def change_word(
        self, transaction: Transaction, target: Ref, mutation: WordMutation
    ) -> OutboxEntry | None:
        """Change one shared word, or share it; else `RefusedError`. None: it is so already."""
        envelope = self._envelope(transaction, target, mutation, seen=None)
        actor, before = transaction.account.actor(), transaction.word(target)
        after = apply_word(before, envelope, actor=actor, now=envelope.at)
        return None if after == before else self._add(transaction, envelope)

    def enqueue(
        self,
        transaction: Transaction,
        ref: Ref,
        mutation: AppealMutation,
        *,
        seen: Seen | None = None,
        not_before: datetime | None = None,
        ident: str | None = None,
    ) -> OutboxEntry:
        """Into the outbox, if the rules allow it on the projected state.

        ``seen`` is what the author had before their eyes; without it, the state as it is now.
        ``not_before`` is the instant (UTC) to which its author puts it off; see `refuse_schedule`.
        ``ident`` is its id, where the same wish must have the same one; else a fresh one.
        """
        envelope = self.checked(transaction, ref, mutation, seen=seen, ident=ident)
        if not_before is None:
            return self._add(transaction, envelope)
        refuse_schedule(envelope, not_before)
        return transaction.outbox.add(envelope, not_before=not_before, now=envelope.at)

    def begin(self, transaction: Transaction, branch: str, mutation: CreateAppeal) -> OutboxEntry:
        """A new appeal of ``branch``; its id, made here, is the target of the entry."""
        target = Ref(branch, self.new_id())
        envelope = self._envelope(transaction, target, mutation, seen=None)
        create(envelope, actor=transaction.account.actor(), now=envelope.at)
        return self._add(transaction, envelope)

    def checked(
        self,
        transaction: Transaction,
        ref: Ref,
        mutation: AppealMutation,
        *,
        seen: Seen | None = None,
        before: int | None = None,
        ident: str | None = None,
    ) -> Envelope:
        """An envelope that the rules allow on the projected state; else `RefusedError`.

        ``before`` is an entry's place in the outbox: what comes after it has not happened then.
        """
        appeal = transaction.appeal(ref, before=before)
        if appeal is None:
            raise GoneError("appeal")
        envelope = self._envelope(transaction, ref, mutation, seen=seen or Seen.of(appeal))
        if ident is not None:
            envelope = replace(envelope, id=ident)
        if attachments_of(mutation):
            refuse_attachments(envelope, appeal, self._norms())
        if isinstance(mutation, Postpone):
            refuse_long_snooze(envelope, self._snooze(), now=envelope.at)
        state = State(appeal, _messages(transaction, ref, mutation))
        apply(state, envelope, actor=transaction.account.actor(), now=envelope.at)
        return envelope

    def now(self) -> datetime:
        """The server's time, as estimated here."""
        return self._clock.now()

    def new_id(self) -> str:
        """A fresh time-ordered id."""
        return uuid7(self._clock.now(), self._clock.entropy(10))

    def _each(
        self, transaction: Transaction, refs: Sequence[Ref], mutation: AppealMutation
    ) -> Iterable[Done]:
        for ref in refs:
            before = transaction.appeal(ref)
            try:
                self.enqueue(transaction, ref, mutation)
            except OtklikError as error:
                yield Done(ref, error)
            else:
                yield Done(ref, None, before, mutation)

    def _back(self, transaction: Transaction, done: Done, undoing: Undoing) -> Done:
        if done.before is None or done.mutation is None:
            return Done(done.ref)
        failed: OtklikError | None = None
        for mutation in reversal(done.before, done.mutation, undoing):
            try:
                self.enqueue(transaction, done.ref, mutation)
            except OtklikError as error:
                failed = failed or error
        return Done(done.ref, failed)

    def _envelope(
        self,
        transaction: Transaction,
        target: Ref,
        mutation: Mutation,
        *,
        seen: Seen | None,
    ) -> Envelope:
        return Envelope(
            id=self.new_id(),
            target=target,
            author=transaction.account.actor().id,
            at=self._clock.now(),
            mutation=cleaned(mutation),
            seen=seen,
        )

    def _add(self, transaction: Transaction, envelope: Envelope) -> OutboxEntry:
        return transaction.outbox.add(
            envelope, not_before=envelope.at + self.undo_window(envelope), now=envelope.at
        )

    def set_undo(self, undo: timedelta) -> None:
        """How long replies that are sent from now on can be taken back."""
        self._undo = undo

    def undo_window(self, envelope: Envelope) -> timedelta:
        """How long the envelope stays here so that it can be taken back: words to residents."""
        return self._undo if envelope.is_publishing else timedelta()


def refuse_schedule(envelope: Envelope, until: datetime, *, now: datetime | None = None) -> None:
    """`RefusedError` where ``until`` is no hour to which a reply can be put off.

    Not within the next minutes, where it could as well leave now, not beyond a month, and not past
    the hour at which the reply itself promises the next news. ``now`` is that of asking if None.
    """
    ahead = until - (now or envelope.at)
    if ahead < SCHEDULED_FROM:
        raise RefusedError("schedule_too_soon")
    if ahead > FARTHEST:
        raise RefusedError("schedule_too_far")
    promised = getattr(envelope.mutation, "promise_at", None)
    if promised is not None and promised <= until:
        raise RefusedError("schedule_past_promise", until=promised.isoformat())


def _messages(transaction: Transaction, ref: Ref, mutation: AppealMutation) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for ident in needed_messages(mutation):
        message = transaction.message(Ref(ref.branch, ident))
        if message is not None:
            found[ident] = message
    return found
