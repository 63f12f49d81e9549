"""Outages: which of them an appeal is about, and what the registry says of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from console.domain.ids import Ref
from console.domain.mutations import MoveEtr, OpenOutage, SetOutageStatus, TagOutage, UntagOutage
from console.domain.outage import OutageStatus
from console.domain.suggest import REMEMBERED, AppealClue, Suggestion, suggest
from console.ports import Reader
from console.readmodel import OutboxEntry
from console.usecases.acting import Acting, Done


class OutageUseCases:
    """Every future resolves after the commit; a refusal comes through it as `RefusedError`."""

    def __init__(self, acting: Acting, reader: Reader, *, is_ours: Callable[[str], bool]) -> None:
        """``is_ours`` says of a topic's key whether the grid company answers for it."""
        self._acting = acting
        self._reader = reader
        self._is_ours = is_ours

    def suggest(self, ref: Ref) -> tuple[Suggestion, ...]:
        """The outages that an appeal may belong to, likeliest first; quick, on any thread."""
        view = self._reader.appeal(ref)
        if view is None:
            return ()
        appeal = view.appeal
        clue = AppealClue(
            branch=appeal.branch,
            place=appeal.place,
            at=appeal.created_at,
            text=appeal.text,
            topic=appeal.topic,
            ours=self._is_ours(appeal.topic),
        )
        outages = self._reader.outages(
            branch=appeal.branch, active_only=False, since=appeal.created_at - REMEMBERED
        )
        return suggest(clue, outages)

    def tag(
        self, refs: Sequence[Ref], outage: str, *, confidence: float | None = None
    ) -> Future[tuple[Done, ...]]:
        """Link appeals to an outage of their branch; ``confidence`` (0..1) of a suggestion."""
        return self._acting.act_on_each(refs, TagOutage(outage, confidence))

    def untag(self, refs: Sequence[Ref], outage: str) -> Future[tuple[Done, ...]]:
        """Remove the link of appeals to an outage."""
        return self._acting.act_on_each(refs, UntagOutage(outage))

    def open(self, branch: str, outage: OpenOutage) -> Future[OutboxEntry]:
        """Enter an outage into the registry of a branch; its id is the entry's target."""
        return self._acting.act_on_outage(Ref(branch, self._acting.new_id()), outage)

    def move_etr(
        self, outage: Ref, etr: datetime | None, *, reason: str = ""
    ) -> Future[OutboxEntry]:
        """Set, move or withdraw (None) the estimated time of restoration (UTC)."""
        return self._acting.act_on_outage(outage, MoveEtr(etr, reason))

    def set_status(
        self, outage: Ref, status: OutageStatus, *, at: datetime, crew: str = ""
    ) -> Future[OutboxEntry]:
        """Move an outage along its life; ``at`` is when it was restored (UTC)."""
        return self._acting.act_on_outage(outage, SetOutageStatus(status, at, crew))
