"""Merging: appeals that are one, appeals that have to do with each other, and who was called."""

from __future__ import annotations

from concurrent.futures import Future

from console.domain.ids import Ref
from console.domain.mutations import (
    LinkAppeals,
    MarkDuplicate,
    SettleMention,
    UnlinkAppeals,
    UnmarkDuplicate,
)
from console.domain.transitions import refuse_merge
from console.ports import Transaction
from console.readmodel import OutboxEntry
from console.usecases.acting import Acting

_FARTHEST = 8
"""So many merges are followed to where they end; nobody has made more of them."""


class MergeUseCases:
    """Every future resolves after the commit; a refusal comes through it as `RefusedError`."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def merge(self, ref: Ref, into: str) -> Future[OutboxEntry]:
        """Merge an appeal into another of its branch (by id), or into that one's own primary.

        Drafts of the appeal are found at the primary from then on; nothing is moved, so that
        separating gives everything back.
        """

        def job(transaction: Transaction) -> OutboxEntry:
            of = _root(transaction, ref, into)
            appeal = transaction.appeal(ref)
            in_danger = appeal is not None and appeal.needs_dispatch
            primary = transaction.appeal(Ref(ref.branch, of))
            refuse_merge(ref.id, primary, of=of, in_danger=in_danger)
            return self._acting.enqueue(transaction, ref, MarkDuplicate(of))

        return self._acting.run(job)

    def separate(self, ref: Ref) -> Future[OutboxEntry]:
        """Have a merged appeal stand by itself again, as it did before."""
        return self._acting.act(ref, UnmarkDuplicate())

    def link(self, ref: Ref, to: str) -> Future[OutboxEntry]:
        """Say that another appeal of the branch (by id) has to do with this one."""
        return self._acting.act(ref, LinkAppeals(to))

    def unlink(self, ref: Ref, to: str) -> Future[OutboxEntry]:
        """Take back a link that was made from this appeal."""
        return self._acting.act(ref, UnlinkAppeals(to))

    def settle_mention(self, ref: Ref) -> Future[OutboxEntry]:
        """Say that one has taken note of being called by name."""
        return self._acting.act(ref, SettleMention())


def _root(transaction: Transaction, ref: Ref, into: str) -> str:
    """Where the merges of ``into`` end; where they end in ``ref`` itself, the rules will refuse."""
    of = into
    for _ in range(_FARTHEST):
        appeal = transaction.appeal(Ref(ref.branch, of))
        if appeal is None or appeal.duplicate_of in (None, ref.id):
            return of
        of = appeal.duplicate_of or of
    return of
