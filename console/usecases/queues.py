"""Queues that an operator keeps under a name, and what they have read."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

from console.domain.bounds import NAME, cleaned_text, text_breach
from console.domain.ids import Ref
from console.domain.transitions import RefusedError
from console.ports import Transaction
from console.readmodel import QueueQuery, SavedQueue
from console.usecases.acting import Acting, GoneError


class QueueUseCases:
    """Saved queues belong to the signed-in operator on this workstation."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

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

    def mark_read(self, ref: Ref) -> Future[None]:
        """The operator has seen the appeal as it now stands."""
        return self._acting.run(lambda transaction: transaction.desk.mark_read(ref))


def _named(queue: SavedQueue) -> SavedQueue:
    name = cleaned_text(queue.name, NAME).strip()
    if not name:
        raise RefusedError("queue_needs_name")
    found = text_breach("name", name, NAME)
    if found is not None:
        raise RefusedError(found.code, **found.params)
    return replace(queue, name=name)
