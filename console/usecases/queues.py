"""Queues that are kept under a name, by an operator or for a branch, and what has been read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace

from console.domain.bounds import NAME, cleaned_text, text_breach
from console.domain.ids import Ref
from console.domain.mutations import ShareQueue, WithdrawQueue
from console.domain.query import Language
from console.domain.shared_queue import SharedQueue
from console.domain.transitions import RefusedError
from console.ports import Transaction
from console.query_text import spelled, understood
from console.readmodel import QueueQuery, SavedQueue
from console.usecases.acting import Acting, GoneError


class QueueUseCases:
    """Saved queues are the signed-in operator's, on this workstation; shared ones a branch's.

    What is done to a shared queue goes to the server like everything else (and there alone it is
    decided); a refusal of the rules comes through the future at once.
    """

    def __init__(self, acting: Acting, language: Callable[[], Language]) -> None:
        self._acting = acting
        self._language = language

    def save(self, name: str, query: QueueQuery) -> Future[SavedQueue]:
        """Keep a query under a name."""
        queue = SavedQueue(self._acting.new_id(), name, query)

        def job(transaction: Transaction) -> SavedQueue:
            named = _named(queue)
            transaction.desk.save_queue(named)
            return named

        return self._acting.run(job)

    def rename(self, queue_id: str, name: str) -> Future[SavedQueue]:
        """Give a saved queue another name."""

        def job(transaction: Transaction) -> SavedQueue:
            found = transaction.desk.saved_queue(queue_id)
            if found is None:
                raise GoneError("queue")
            queue = _named(replace(found, name=name))
            transaction.desk.save_queue(queue)
            return queue

        return self._acting.run(job)

    def remove(self, queue_id: str) -> Future[None]:
        """Forget a saved queue."""
        return self._acting.run(lambda transaction: transaction.desk.remove_queue(queue_id))

    # ------------------------------------------------------------------ shared with branches

    def share(
        self,
        name: str,
        query: QueueQuery,
        branches: Sequence[str],
        *,
        queue_id: str = "",
        instead_of: str = "",
    ) -> Future[str]:
        """Share a query with these branches and no others; the id of the shared queue.

        ``queue_id`` is a shared one that is changed by it, ``instead_of`` a queue of one's own that
        becomes the shared one. `RefusedError` (``queue_not_for_all``) where colleagues could not
        make the same of it.
        """
        ident = queue_id or self._acting.new_id()

        def job(transaction: Transaction) -> str:
            text = spelled(query, self._language())
            if text is None:
                raise RefusedError("queue_not_for_all")
            if not branches:
                raise RefusedError("queue_needs_branch")
            known = {row.branch: row for row in transaction.shared_queue(ident)}
            for branch in branches:
                row = known.get(branch)
                mutation = ShareQueue(
                    name=_clean_name(name),
                    queue=text.queue,
                    query=text.text,
                    sort=str(query.sort),
                    group=str(query.group),
                    strict=query.strict,
                    base=0 if row is None else row.version,
                )
                if row is None or not _says(row, mutation):
                    self._acting.change_queue(transaction, Ref(branch, ident), mutation)
            for branch in known.keys() - set(branches):
                withdrawal = WithdrawQueue(base=known[branch].version)
                self._acting.change_queue(transaction, Ref(branch, ident), withdrawal)
            if instead_of:
                transaction.desk.remove_queue(instead_of)
            return ident

        return self._acting.run(job)

    def rename_shared(self, queue_id: str, name: str) -> Future[None]:
        """Give a shared queue another name, in every branch where it may be done from here."""

        def job(transaction: Transaction) -> None:
            for row in _shared(transaction, queue_id):
                mutation = ShareQueue(
                    name=_clean_name(name),
                    queue=row.queue,
                    query=row.query,
                    sort=row.sort,
                    group=row.group,
                    strict=row.strict,
                    base=row.version,
                )
                self._acting.change_queue(transaction, row.ref, mutation)

        return self._acting.run(job)

    def withdraw(self, queue_id: str) -> Future[None]:
        """Take a shared queue away from every branch where it may be done from here."""

        def job(transaction: Transaction) -> None:
            for row in _shared(transaction, queue_id):
                mutation = WithdrawQueue(base=row.version)
                self._acting.change_queue(transaction, row.ref, mutation)

        return self._acting.run(job)

    def copy(self, queue_id: str, name: str = "") -> Future[SavedQueue]:
        """Keep a shared queue as one of one's own, which nobody else changes."""

        def job(transaction: Transaction) -> SavedQueue:
            row = max(_shared(transaction, queue_id), key=lambda one: (one.at, one.version))
            query = understood(row, self._language())
            if query is None:
                raise RefusedError("queue_not_understood")
            copied = _named(SavedQueue(self._acting.new_id(), name or row.name, query))
            transaction.desk.save_queue(copied)
            return copied

        return self._acting.run(job)

    def mark_read(self, ref: Ref) -> Future[None]:
        """The operator has seen the appeal as it now stands."""
        return self._acting.run(lambda transaction: transaction.desk.mark_read(ref))


def _named(queue: SavedQueue) -> SavedQueue:
    return replace(queue, name=_clean_name(queue.name))


def _clean_name(said: str) -> str:
    name = cleaned_text(said, NAME).strip()
    if not name:
        raise RefusedError("queue_needs_name")
    found = text_breach("name", name, NAME)
    if found is not None:
        raise RefusedError(found.code, **found.params)
    return name


def _shared(transaction: Transaction, queue_id: str) -> tuple[SharedQueue, ...]:
    rows = transaction.shared_queue(queue_id)
    if not rows:
        raise GoneError("queue")
    return rows


def _says(row: SharedQueue, mutation: ShareQueue) -> bool:
    """Whether the queue is as the mutation would make it."""
    return (row.name, row.queue, row.query, row.sort, row.group, row.strict) == (
        mutation.name,
        mutation.queue,
        mutation.query,
        mutation.sort,
        mutation.group,
        mutation.strict,
    )
