"""Clocks: the facts they are computed from, one clock at a moment, and the ladder of them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from console.domain.pause import Pause
from console.domain.preset import Bearing, Event, Preset


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """Everything about an appeal that its deadlines depend on. All instants are aware UTC.

    What is *not* here does not move a clock: neither approval nor a change of owner
    (domain.md §2).

    - ``received_at``: intake, when the appeal reached us.
    - ``registered_at``: registration in the outside system or the journal.
    - ``assigned_at``: assignment to us, the organisation; not to an operator. Where the outside
      system does not say it, leave it None: intake stands in for it.
    - ``appeal_published_at``: when the *resident's* text became public (portals).
    - ``called_at``: the call after which a call back is owed; None where none is.
    - ``interim_published_at``: the first interim reply, which starts the final clock.
    - ``first_answered_at``, ``answered_at``: the first and the latest final answer. One stops the
      reaction clocks, the other the rework that followed a return.
    - ``returned_at``, ``reopened_at``, ``closed_at``: the latest of each.
    - ``transfer_requested_at``, ``transferred_at``: «не наша сеть».
    - ``outage_started_at``, ``outage_restored_at``: of the outage the appeal is tagged with;
      ``outage_used`` is how long this consumer was without power earlier in the year.
    - ``danger_at``: when danger was recognised or said, where that was after intake.
    - ``promised_at``, ``promise_at``: when we promised what is due next, and when that is due;
      None where no promise is open.
    - ``pauses``: as they are kept, in any order; overlaps count once.
    """

    channel: str
    received_at: datetime
    registered_at: datetime | None = None
    assigned_at: datetime | None = None
    appeal_published_at: datetime | None = None
    called_at: datetime | None = None
    interim_published_at: datetime | None = None
    first_answered_at: datetime | None = None
    answered_at: datetime | None = None
    called_back_at: datetime | None = None
    returned_at: datetime | None = None
    reopened_at: datetime | None = None
    transfer_requested_at: datetime | None = None
    transferred_at: datetime | None = None
    outage_started_at: datetime | None = None
    outage_restored_at: datetime | None = None
    closed_at: datetime | None = None
    danger_at: datetime | None = None
    promised_at: datetime | None = None
    promise_at: datetime | None = None
    danger: bool = False
    priority_high: bool = False
    not_ours: bool = False
    incident_kind: str = ""
    outage_used: timedelta = timedelta()
    pauses: tuple[Pause, ...] = ()


class ClockState(StrEnum):
    """How a clock stands at a moment."""

    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"
    """Stopped, but after its deadline."""
    LAPSED = "lapsed"
    """A window that is over."""


STOPPED: frozenset[ClockState] = frozenset({ClockState.MET, ClockState.MISSED})
"""What the clock waited for has happened."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock at one moment. Instants are UTC.

    ``due_at`` (and ``target_at``, where the rule has a target) is None while an open pause leaves
    it open. ``share`` is the part of the length that has run, 1.0 at the deadline and more after
    it. ``left`` is what remains in the clock's own measure (working time for a working clock,
    negative when overdue); ``until_due`` is the same by the wall clock, None without a deadline.
    ``alarm`` is the highest warning step reached, 0 before the first. ``pauses`` are merged, and
    only those that this clock heeds.
    """

    rule: Preset
    start_event: Event
    started_at: datetime
    due_at: datetime | None
    target_at: datetime | None
    state: ClockState
    alarm: int
    share: float
    elapsed: timedelta
    left: timedelta
    until_due: timedelta | None
    length: timedelta
    target_missed: bool = False
    stopped_at: datetime | None = None
    paused_since: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def preset(self) -> str:
        """The key of the rule."""
        return self.rule.key

    @property
    def binds(self) -> bool:
        """Whether this is a duty of ours that is still open and has a fixed deadline."""
        return (
            self.rule.bearing is Bearing.BINDS
            and self.state not in STOPPED
            and self.due_at is not None
        )


@dataclass(frozen=True, slots=True)
class Ladder:
    """All clocks of an appeal: the open ones by deadline, those without one, the stopped ones.

    ``binding`` is the open duty whose hard deadline comes first (past ones included: an overdue
    duty stays the most pressing until it is done); None if nothing with a deadline is open.
    """

    clocks: tuple[Clock, ...]
    binding: Clock | None


class BindingDue(NamedTuple):
    """The binding clock without its state: what a queue is sorted by."""

    preset: str
    started_at: datetime
    due_at: datetime
