"""The promises in the words of a draft, and what is said of them later."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime

from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.mutations import SettlePromise
from console.domain.promise import Promise, find_promises
from console.readmodel import OutboxEntry
from console.rulebook.book import Rulebook
from console.usecases.acting import Acting


class PromiseFinder:
    """Reads promises by the calendar of the branch whose resident was promised something."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def find(self, branch: str, text: str, *, now: datetime) -> tuple[Promise, ...]:
        """The promises in a reply; none for a branch without a calendar."""
        calendar = self._rulebook.calendars.get(branch)
        if calendar is None:
            return ()
        return find_promises(text, self._rulebook.promises, now=now, calendar=calendar)

    def __call__(self, draft: Draft, now: datetime) -> tuple[datetime, ...]:
        """What a draft promises from ``now`` on, in order: what was chosen, and what it says.

        Nothing where its author has said that its words promise nothing; a note promises nothing.
        """
        if draft.mode is DraftMode.NOTE:
            return ()
        chosen = {draft.promise_at} if draft.mode is DraftMode.INTERIM else set()
        if not draft.no_promise:
            found = self.find(draft.appeal.branch, draft.text, now=now)
            chosen |= {promise.due for promise in found if promise.due > now}
        return tuple(sorted(at for at in chosen if at is not None))


class PromiseUseCases:
    """Every future resolves after the commit; a refusal comes through it as `RefusedError`."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def settle(self, ref: Ref, *, kept: bool) -> Future[OutboxEntry]:
        """Say whether the promise that is due next was kept."""
        return self._acting.act(ref, SettlePromise(kept))
