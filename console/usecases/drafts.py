"""Drafts: begun, kept and thrown away by their author alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.mutations import Seen
from console.domain.transitions import RefusedError
from console.ports import Clock, Reader, Transaction
from console.usecases.acting import Acting


class DraftUseCases:
    """A draft is on the disk when the future of `save` resolves."""

    def __init__(
        self, acting: Acting, reader: Reader, clock: Clock, *, fault_point: Callable[[str], None]
    ) -> None:
        self._acting = acting
        self._reader = reader
        self._clock = clock
        self._fault_point = fault_point

    def new(self, ref: Ref, mode: DraftMode) -> Draft:
        """An empty draft that knows the appeal as it now stands; nothing is written yet."""
        view = self._reader.appeal(ref)
        return Draft(
            id=self._acting.new_id(),
            appeal=ref,
            mode=mode,
            text="",
            updated_at=self._clock.now(),
            seen=None if view is None else Seen.of(view.appeal),
        )

    def save(self, draft: Draft) -> Future[Draft]:
        """Keep a draft; the future has it with the instant of keeping.

        `RefusedError` where it is another person's, who worked here when the composer was opened.
        """
        self._fault_point("after_keystroke")
        kept = replace(draft, updated_at=self._clock.now())

        def job(transaction: Transaction) -> Draft:
            sure_of_author(transaction, draft)
            transaction.drafts.save(kept)
            return kept

        return self._acting.run(
            job, before_commit="before_draft_commit", after_commit="after_draft_commit"
        )

    def discard(self, draft_id: str) -> Future[None]:
        """Throw a draft away."""
        return self._acting.run(lambda transaction: transaction.drafts.remove(draft_id))


def sure_of_author(transaction: Transaction, draft: Draft) -> None:
    """`RefusedError` where somebody else has begun the draft: nobody speaks in another's name."""
    if transaction.drafts.is_anothers(draft.id):
        raise RefusedError("not_your_draft")
