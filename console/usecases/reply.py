"""Replies: words on their way to a resident, notes for ourselves, and their approval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime

from console.domain.bounds import MANY
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.mention import called_in, colleagues_of
from console.domain.message import EtrQuote
from console.domain.mutations import AddNote, Approve, ReturnReply, Seen, SendReply
from console.domain.operator import Operator
from console.ports import Transaction, draft_holder, entry_holder
from console.readmodel import OutboxEntry
from console.usecases.acting import Acting
from console.usecases.drafts import sure_of_author

Promised = Callable[[Draft, datetime], Sequence[datetime]]


class ReplyUseCases:
    """Every future resolves after the commit; a refusal comes through it as `RefusedError`."""

    def __init__(
        self,
        acting: Acting,
        *,
        operators: Callable[[], Sequence[Operator]] = tuple,
        promised: Promised | None = None,
    ) -> None:
        """``operators`` are all colleagues: a note may call those of its branch by name.

        ``promised`` are the instants that a draft promises, first to last; they become timers.
        """
        self._acting = acting
        self._operators = operators
        self._promised = promised

    def send(
        self, draft: Draft, *, approval: bool = False, not_before: datetime | None = None
    ) -> Future[OutboxEntry]:
        """Send what a composer holds: in ONE transaction the entry goes in and the draft out.

        The draft's files go with it; the words leave once the server has these. ``not_before``
        (UTC) puts it off: it is judged when its time comes, against what is there then.

        ``draft.seen`` is the state that its author had on the screen: the composer sets it anew
        whenever the thread beside it is shown anew (`Seen.of` the appeal shown). What came after
        it makes the reply stale, and it is held rather than sent past an unread comment. A draft
        without it counts as written against the state of this moment. `RefusedError` also where
        the draft is another person's, who worked here when the composer was opened.
        """
        words = self._with_promises(draft, _mutation(draft, approval=approval), not_before)
        if isinstance(words, AddNote):
            words = replace(words, mentions=self._called(draft.appeal, words.text))

        def job(transaction: Transaction) -> OutboxEntry:
            sure_of_author(transaction, draft)
            files, holder = transaction.attachments, draft_holder(draft.id)
            mutation = replace(words, attachments=files.of(holder))
            entry = self._acting.enqueue(
                transaction, draft.appeal, mutation, seen=draft.seen, not_before=not_before
            )
            files.move(holder, entry_holder(entry.envelope.id))
            transaction.drafts.remove(draft.id)
            if draft.template is not None:
                transaction.desk.count_template(draft.template)
            return entry

        return self._acting.run(
            job, before_commit="before_send_commit", after_commit="after_send_commit"
        )

    def _with_promises(
        self, draft: Draft, words: SendReply | AddNote, not_before: datetime | None
    ) -> SendReply | AddNote:
        """What is promised «for tomorrow» counts from the hour at which it is said."""
        if self._promised is None or isinstance(words, AddNote):
            return words
        found = self._promised(draft, not_before or self._acting.now())[:MANY]
        if not found:
            return words
        return replace(words, promise_at=found[0], later_promises=tuple(found[1:]))

    def note(self, ref: Ref, text: str) -> Future[OutboxEntry]:
        """Write an internal note."""
        return self._acting.act(ref, AddNote(text, mentions=self._called(ref, text)))

    def _called(self, ref: Ref, text: str) -> tuple[str, ...]:
        colleagues = colleagues_of(ref.branch, self._operators())
        return tuple(dict.fromkeys(one.operator for one in called_in(text, colleagues)))

    def approve(
        self,
        ref: Ref,
        message: str,
        text: str | None = None,
        quotes: Sequence[EtrQuote] = (),
        *,
        seen: Seen | None = None,
    ) -> Future[OutboxEntry]:
        """Publish a message that awaits approval, with one's own wording where given.

        ``seen`` is what stood on the screen; without it, what stands here at this moment.
        """
        mutation = Approve(message, text, tuple(quotes))
        return self._acting.run(
            lambda transaction: self._acting.enqueue(transaction, ref, mutation, seen=seen)
        )

    def return_reply(self, ref: Ref, message: str, reason: str) -> Future[OutboxEntry]:
        """Send a message that awaits approval back to its author."""
        return self._acting.act(ref, ReturnReply(message, reason))


def _mutation(draft: Draft, *, approval: bool) -> SendReply | AddNote:
    if draft.mode is DraftMode.NOTE:
        return AddNote(draft.text)
    interim = draft.mode is DraftMode.INTERIM
    return SendReply(
        text=draft.text,
        outcome=None if interim else draft.outcome,
        interim=interim,
        promise_at=draft.promise_at if interim else None,
        quotes=draft.quotes,
        template=draft.template,
        overrides=draft.overrides,
        approval=approval,
    )
