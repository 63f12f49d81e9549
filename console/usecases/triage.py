"""Triage: whose an appeal is, what it is about, and when it is done with."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime

from console.domain.appeal import Outcome, Place
from console.domain.ids import Ref
from console.domain.mutations import (
    Assign,
    Claim,
    Close,
    DecideTransfer,
    Postpone,
    Release,
    Reopen,
    RequestTransfer,
    Resume,
    SetPlace,
    SetTopic,
)
from console.readmodel import OutboxEntry
from console.usecases.acting import Acting, Done


class TriageUseCases:
    """Every future resolves after the commit; a refusal comes through it as `RefusedError`."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def claim(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        """Take appeals for oneself."""
        return self._acting.act_on_each(refs, Claim())

    def assign(self, refs: Sequence[Ref], to: str) -> Future[tuple[Done, ...]]:
        """Give appeals to an operator (by id)."""
        return self._acting.act_on_each(refs, Assign(to))

    def release(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        """Put appeals back among the unassigned."""
        return self._acting.act_on_each(refs, Release())

    def set_topics(
        self, refs: Sequence[Ref], topic: str, *, danger: bool = False
    ) -> Future[tuple[Done, ...]]:
        """Say of appeals what they are about, and whether life is in danger."""
        return self._acting.act_on_each(refs, SetTopic(topic, danger))

    def postpone_each(self, refs: Sequence[Ref], rule: Postpone) -> Future[tuple[Done, ...]]:
        """Put appeals off, all by one rule."""
        return self._acting.act_on_each(refs, rule)

    def resume_each(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        """Take postponed appeals up again."""
        return self._acting.act_on_each(refs, Resume())

    def take_back(self, done: Sequence[Done], *, reason: str) -> Future[tuple[Done, ...]]:
        """Bring each appeal back to what it was before; ``reason`` is said where one is due."""
        return self._acting.take_back(done, reason=reason)

    def set_topic(self, ref: Ref, topic: str, *, danger: bool = False) -> Future[OutboxEntry]:
        """Say what an appeal is about, and whether life is in danger."""
        return self._acting.act(ref, SetTopic(topic, danger))

    def set_place(self, ref: Ref, place: Place) -> Future[OutboxEntry]:
        """Say where it is dark."""
        return self._acting.act(ref, SetPlace(place))

    def postpone(self, ref: Ref, until: datetime, reason: str) -> Future[OutboxEntry]:
        """Put off until an instant (UTC)."""
        return self._acting.act(ref, Postpone(until, reason))

    def resume(self, ref: Ref) -> Future[OutboxEntry]:
        """Take a postponed appeal up again."""
        return self._acting.act(ref, Resume())

    def close(self, ref: Ref, outcome: Outcome, *, fact: str = "") -> Future[OutboxEntry]:
        """End an appeal; «solved» needs a fact."""
        return self._acting.act(ref, Close(outcome, fact))

    def reopen(self, ref: Ref, reason: str) -> Future[OutboxEntry]:
        """Open an answered or ended appeal again."""
        return self._acting.act(ref, Reopen(reason))

    def request_transfer(self, ref: Ref, to: str, reason: str) -> Future[OutboxEntry]:
        """Say that it is not our network, and whose it is."""
        return self._acting.act(ref, RequestTransfer(to, reason))

    def decide_transfer(self, ref: Ref, granted: bool, reason: str = "") -> Future[OutboxEntry]:
        """Grant or deny a requested transfer."""
        return self._acting.act(ref, DecideTransfer(granted, reason))
