"""Calls: what a caller says, written down while they speak, and an appeal of it in the end."""

from __future__ import annotations

from concurrent.futures import Future

from console.domain.mutations import CreateAppeal
from console.ports import Transaction
from console.readmodel import CallForm, OutboxEntry
from console.usecases.acting import Acting


class CallUseCases:
    """Every future resolves after the commit; a refusal comes through it as `RefusedError`.

    The form of a call that has not ended is a row of the operator's own: it outlives a crash, as a
    draft does.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def keep(self, form: CallForm) -> Future[None]:
        """Keep what was written down so far."""
        return self._acting.run(lambda transaction: transaction.desk.save_call(form))

    def forget(self) -> Future[None]:
        """The call came to nothing: throw away what was written down."""
        return self._acting.run(lambda transaction: transaction.desk.save_call(None))

    def write_down(self, branch: str, call: CreateAppeal) -> Future[OutboxEntry]:
        """An appeal of it: in ONE transaction the entry goes in and the form out."""

        def job(transaction: Transaction) -> OutboxEntry:
            entry = self._acting.begin(transaction, branch, call)
            transaction.desk.save_call(None)
            return entry

        return self._acting.run(job)
