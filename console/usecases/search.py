"""Searches that an operator has made: kept for themselves, and forgotten when they say so."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Final

from console.domain.bounds import NAME, cleaned_text
from console.ports import Transaction
from console.usecases.acting import Acting

MOST: Final = 30
"""Searches that are kept."""


class SearchUseCases:
    """The history of searches belongs to the signed-in operator on this workstation."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def remember(self, text: str) -> Future[None]:
        """Keep what was searched for as the latest; once, and not what it began with."""
        said = " ".join(cleaned_text(text, NAME).split())

        def job(transaction: Transaction) -> None:
            kept = transaction.desk.searches()
            others = [one for one in kept if not said.casefold().startswith(one.casefold())]
            if said and (said, *others)[:MOST] != kept:
                transaction.desk.save_searches((said, *others)[:MOST])

        return self._acting.run(job)

    def forget(self) -> Future[None]:
        """Forget every search."""
        return self._acting.run(lambda transaction: transaction.desk.save_searches(()))
