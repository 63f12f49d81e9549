"""The lane of danger: into it, out of it with a reason, and that a dispatcher was told."""

from __future__ import annotations

from concurrent.futures import Future

from console.domain.ids import Ref
from console.domain.mutations import EnterDanger, LeaveDanger, MarkDispatched
from console.readmodel import OutboxEntry
from console.usecases.acting import Acting


class DangerUseCases:
    """Every future resolves after the commit; a refusal comes through it as `RefusedError`."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def enter(self, ref: Ref) -> Future[OutboxEntry]:
        """Put an appeal into the lane."""
        return self._acting.act(ref, EnterDanger())

    def leave(self, ref: Ref, reason: str) -> Future[OutboxEntry]:
        """Take an appeal out of the lane; the reason is kept as a note in its thread."""
        return self._acting.act(ref, LeaveDanger(reason))

    def dispatched(self, ref: Ref, told: str, what: str = "") -> Future[OutboxEntry]:
        """Say who at the grid was told of the danger, and what was agreed."""
        return self._acting.act(ref, MarkDispatched(told, what))
