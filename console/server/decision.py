"""The decision on one mutation: the same verdict and transitions as on the console, but final."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from console.domain import transitions
from console.domain.appeal import Appeal
from console.domain.attachment import AttachmentNorms
from console.domain.creation import create
from console.domain.ids import Ref
from console.domain.lexicon import apply_word
from console.domain.message import Message
from console.domain.mutations import (
    QUEUE_MUTATIONS,
    WORD_MUTATIONS,
    Assign,
    CreateAppeal,
    Envelope,
    LinkAppeals,
    MarkDuplicate,
    OfferHandover,
    OpenOutage,
    TagOutage,
    attachments_of,
)
from console.domain.operator import Operator, Right
from console.domain.outage import Outage
from console.domain.shared_queue import SharedQueue
from console.domain.shared_word import SharedWord
from console.domain.sharing import apply_queue
from console.domain.snooze import SnoozeNorms
from console.domain.transitions import RefusedError
from console.domain.verdict import Send, Stale, Superseded, judge, quotes_of
from console.server import attachments, repo
from console.server.ledger import Decision
from console.server.numbering import give_number
from console.wire.schema import CENTRE, Answer, AnswerOutcome, AnswerReason, Rows

_NOTHING = Rows()


def decide(
    connection: Connection,
    envelope: Envelope,
    *,
    actor: Operator,
    norms: AttachmentNorms,
    snooze: SnoozeNorms,
    now: datetime,
) -> Decision:
    """Carry out ``envelope`` for ``actor`` in the transaction of ``connection``, or say why not.

    ``now`` is the server's time (aware UTC), ``norms`` say what may be attached, ``snooze`` how
    long an appeal may be put off. Rows are locked until the transaction ends, so what is judged is
    what is changed. A fault (409) where an attachment is not here: nothing has been decided then.
    """
    step = _Step(connection, envelope, actor, norms, snooze, now)
    try:
        transitions.refuse_unbounded(envelope)
        if not actor.covers(envelope.target.branch):
            raise RefusedError("not_your_branch", branch=envelope.target.branch)
        if isinstance(envelope.mutation, CreateAppeal):
            return step.on_creation(envelope.mutation)
        if transitions.is_appeal_mutation(envelope.mutation):
            return step.on_appeal()
        if isinstance(envelope.mutation, QUEUE_MUTATIONS):
            return step.on_queue()
        if isinstance(envelope.mutation, WORD_MUTATIONS):
            return step.on_word()
        return step.on_outage()
    except RefusedError as refused:
        return step.refused(refused)


@dataclass(slots=True)
class _Step:
    connection: Connection
    envelope: Envelope
    actor: Operator
    norms: AttachmentNorms
    snooze: SnoozeNorms
    now: datetime
    rows_now: Rows = _NOTHING

    @property
    def target(self) -> Ref:
        return self.envelope.target

    def on_appeal(self) -> Decision:
        envelope, connection = self.envelope, self.connection
        self.lock_smaller()
        appeal = repo.find(connection, Appeal, self.target, lock=True)
        if appeal is None:
            raise RefusedError("unknown_appeal")
        self.rows_now = Rows(appeals=(appeal,))
        quoted = [quote.outage for quote in quotes_of(envelope)]
        outages = repo.find_many(connection, Outage, appeal.branch, quoted, share=True)
        match judge(envelope, appeal, outages):
            case Stale(reasons):
                return self.conflict(
                    appeal, outages, tuple(AnswerReason(str(r.code), r.params) for r in reasons)
                )
            case Superseded(by):
                reason = AnswerReason(by)
                return self.answered(AnswerOutcome.SUPERSEDED, self.rows_now, (reason,))
            case Send():
                return self.applied_to(appeal)

    def lock_smaller(self) -> None:
        """Two appeals are locked in one order, whoever merges which into which."""
        mutation = self.envelope.mutation
        if isinstance(mutation, MarkDuplicate) and mutation.of < self.target.id:
            repo.find(self.connection, Appeal, Ref(self.target.branch, mutation.of), lock=True)

    def on_creation(self, mutation: CreateAppeal) -> Decision:
        """A new appeal has no row to lock: of two with one id, the second runs again."""
        connection = self.connection
        known = repo.find(connection, Appeal, self.target)
        if known is not None:
            self.rows_now = Rows(appeals=(known,))
            raise RefusedError("appeal_exists", appeal=known.id)
        if mutation.outage is not None:
            self.check_outage(mutation.outage)
        made = create(self.envelope, actor=self.actor, now=self.now)
        digest = hashlib.blake2b(made.appeal.text.encode(), digest_size=16).digest()
        number = give_number(connection, made.appeal, digest=digest, now=self.now)
        appeal = replace(made.appeal, number=number)
        rows = Rows(appeals=(appeal,), messages=made.messages, events=made.events)
        heads = repo.put_rows(connection, rows, new={appeal.ref})
        return self.answered(AnswerOutcome.APPLIED, rows, heads=heads)

    def check_outage(self, outage: str) -> None:
        """`RefusedError` where the registry of the branch has no such outage."""
        if repo.find(self.connection, Outage, Ref(self.target.branch, outage)) is None:
            raise RefusedError("unknown_outage", outage=outage)

    def applied_to(self, appeal: Appeal) -> Decision:
        self.check_references()
        needed = transitions.needed_messages(self.envelope.mutation)
        messages = repo.find_many(self.connection, Message, appeal.branch, needed)
        of_appeal = {key: m for key, m in messages.items() if m.appeal == appeal.id}
        state = transitions.State(appeal, of_appeal)
        transitions.refuse_long_snooze(self.envelope, self.snooze, now=self.now)
        after = transitions.apply(state, self.envelope, actor=self.actor, now=self.now)
        self.bind_attachments(appeal)
        rows = Rows(appeals=(after.appeal,), messages=after.messages, events=after.events)
        heads = repo.put_rows(self.connection, rows)
        return self.answered(AnswerOutcome.APPLIED, rows, heads=heads)

    def check_references(self) -> None:
        """`RefusedError` where the mutation names something that only the server can look up."""
        branch, mutation = self.target.branch, self.envelope.mutation
        if isinstance(mutation, Assign):
            to = repo.find(self.connection, Operator, Ref(CENTRE, mutation.to))
            if to is None or not to.active or not to.covers(branch):
                raise RefusedError("unknown_operator", operator=mutation.to)
        elif isinstance(mutation, OfferHandover):
            self.check_colleague(mutation.to)
        elif isinstance(mutation, TagOutage):
            self.check_outage(mutation.outage)
        elif isinstance(mutation, MarkDuplicate):
            primary = repo.find(self.connection, Appeal, Ref(branch, mutation.of), lock=True)
            merged = repo.find(self.connection, Appeal, self.target)
            in_danger = merged is not None and merged.needs_dispatch
            transitions.refuse_merge(self.target.id, primary, of=mutation.of, in_danger=in_danger)
        elif isinstance(mutation, LinkAppeals):
            other = Ref(branch, mutation.to)
            if other != self.target and repo.find(self.connection, Appeal, other) is None:
                raise RefusedError("unknown_appeal", appeal=mutation.to)

    def check_colleague(self, operator: str) -> None:
        """`RefusedError` where that is nobody who may answer in the branch."""
        found = repo.find(self.connection, Operator, Ref(CENTRE, operator))
        if found is None or not found.may(Right.ANSWER, self.target.branch):
            raise RefusedError("cannot_take_over", operator=operator)

    def bind_attachments(self, appeal: Appeal) -> None:
        """The files of the words belong to their message from here on."""
        envelope = self.envelope
        files = attachments_of(envelope.mutation)
        if files:
            transitions.refuse_attachments(envelope, appeal, self.norms)
            attachments.bind(
                self.connection, appeal.branch, files, author=envelope.author, to=envelope.id
            )

    def on_outage(self) -> Decision:
        envelope = self.envelope
        outage = repo.find(self.connection, Outage, self.target, lock=True)
        if outage is not None:
            self.rows_now = Rows(outages=(outage,))
        after = transitions.apply_outage(outage, envelope, actor=self.actor, now=self.now)
        rows = Rows(outages=(after,))
        # A new outage has no row to lock: of two with one id, the second insert fails and runs
        # again, to find the first.
        if isinstance(envelope.mutation, OpenOutage):
            heads = repo.insert_row(self.connection, after)
        else:
            heads = repo.put_rows(self.connection, rows)
        return self.answered(AnswerOutcome.APPLIED, rows, heads=heads)

    def on_queue(self) -> Decision:
        """Nobody is refused for having been second: the last change wins, and says what it was."""
        queue = repo.find(self.connection, SharedQueue, self.target, lock=True)
        if queue is not None:
            self.rows_now = Rows(queues=(queue,))
        after = apply_queue(queue, self.envelope, actor=self.actor, now=self.now)
        rows = Rows(queues=(after,))
        # Of two that begin one id, the second insert fails and runs again, as with outages.
        if queue is None:
            heads = repo.insert_row(self.connection, after)
        else:
            heads = repo.put_rows(self.connection, rows)
        return self.answered(AnswerOutcome.APPLIED, rows, heads=heads)

    def on_word(self) -> Decision:
        """As with queues; what is there already is no change, and nobody need hear of it."""
        word = repo.find(self.connection, SharedWord, self.target, lock=True)
        if word is not None:
            self.rows_now = Rows(words=(word,))
        after = apply_word(word, self.envelope, actor=self.actor, now=self.now)
        rows = Rows(words=(after,))
        if word is None:
            heads = repo.insert_row(self.connection, after)
        elif after != word:
            heads = repo.put_rows(self.connection, rows)
        else:
            heads = {}
        return self.answered(AnswerOutcome.APPLIED, rows, heads=heads)

    def conflict(
        self,
        appeal: Appeal,
        outages: Mapping[str, Outage],
        reasons: tuple[AnswerReason, ...],
    ) -> Decision:
        rows = Rows(
            appeals=(appeal,),
            messages=repo.thread(self.connection, appeal.ref),
            outages=tuple(outages.values()),
        )
        return self.answered(AnswerOutcome.CONFLICT, rows, reasons)

    def refused(self, error: RefusedError) -> Decision:
        reason = AnswerReason(error.code, dict(error.params))
        return self.answered(AnswerOutcome.REFUSED, self.rows_now, (reason,))

    def answered(
        self,
        outcome: AnswerOutcome,
        rows: Rows,
        reasons: tuple[AnswerReason, ...] = (),
        *,
        heads: Mapping[str, int] | None = None,
    ) -> Decision:
        answer = Answer(self.envelope.id, outcome, rows, self.now, reasons)
        return Decision(answer, heads or {})
