"""A preset: one rule of the deadlines book, as resources/rules/deadlines.toml holds it.

A preset says which event of an appeal starts its clock, how long it runs and in what unit, which
events stop it, and which appeals it is about. The lengths and conditions are configuration
(domain.md §3); this module only gives them a shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Unit(StrEnum):
    """What a length is counted in."""

    WORKING_TIME = "working_time"
    CALENDAR_TIME = "calendar_time"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"

    @property
    def in_days(self) -> bool:
        """Whether whole days are counted, rather than hours and minutes."""
        return self in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)

    @property
    def in_working_time(self) -> bool:
        """Whether what passes outside the opening hours does not count."""
        return self in (Unit.WORKING_TIME, Unit.WORKING_DAYS)


class Event(StrEnum):
    """What happens to an appeal and starts or stops a clock."""

    INTAKE = "intake"
    DANGER_FOUND = "danger_found"
    REGISTERED = "registered"
    ASSIGNED = "assigned"
    APPEAL_PUBLISHED = "appeal_published"
    CALL = "call"
    INTERIM_PUBLISHED = "interim_published"
    ANSWERED = "answered"
    CALLED_BACK = "called_back"
    RETURNED = "returned"
    REOPENED = "reopened"
    TRANSFER_REQUESTED = "transfer_requested"
    TRANSFERRED = "transferred"
    PROMISED = "promised"
    PROMISE_SETTLED = "promise_settled"
    OUTAGE_STARTED = "outage_started"
    OUTAGE_RESTORED = "outage_restored"
    CLOSED = "closed"


class Pick(StrEnum):
    """Which of several start events counts."""

    FIRST_KNOWN = "first_known"
    """The first of the list that has happened; the others stand in for it."""
    LATEST = "latest"
    """The one that happened last."""


class Bearing(StrEnum):
    """What a clock means for the person who answers."""

    BINDS = "binds"
    """A duty: the earliest of these decides where the appeal stands in the queue."""
    WATCHED = "watched"
    """Somebody else's duty: shown and counted, without moving the appeal."""
    WINDOW = "window"
    """A right that lapses: when it is over, nothing is late."""


class FirstDay(StrEnum):
    """Which local day is the first of a length in days."""

    NEXT = "next"
    """The day after the start (ГК РФ ст. 191)."""
    SAME = "same"
    """The day of the start itself."""


class DayEnd(StrEnum):
    """When on its last day a length in days is over."""

    CLOSING = "closing"
    """At the end of that day's working hours; at midnight where it has none."""
    MIDNIGHT = "midnight"
    """At 24:00 local time."""


class DayOff(StrEnum):
    """Where the last of the calendar days goes if it is not worked."""

    STAY = "stay"
    PREVIOUS = "previous"
    """To the working day before; to the one after if that would be no later than the start."""
    NEXT = "next"
    """To the working day after (ГК РФ ст. 193)."""


@dataclass(frozen=True, slots=True)
class Applies:
    """Which appeals a preset is about; an empty set and None leave a question open."""

    channels: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    other_kinds_than: frozenset[str] = frozenset()
    danger: bool | None = None
    priority_high: bool | None = None
    not_ours: bool | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """One rule. Lengths in days are whole days of a `timedelta`; ``target`` comes before ``hard``.

    ``pausable`` is False for a duty that runs on whatever is agreed with the resident.
    ``yearly`` is a second limit: so much in a calendar year, all outages together (ПП 861).
    ``to_promise``: the clock runs to the instant that was promised, whatever ``hard`` says, and
    also after the answer.
    ``alarms`` are the percentages of ``hard`` at which a person is warned, in ascending order.
    """

    key: str
    unit: Unit
    hard: timedelta
    starts: tuple[Event, ...]
    stops: tuple[Event, ...]
    target: timedelta | None = None
    pick: Pick = Pick.FIRST_KNOWN
    applies: Applies = field(default_factory=Applies)
    bearing: Bearing = Bearing.BINDS
    pausable: bool = True
    alarms: tuple[int, ...] = (50, 80, 100)
    first_day: FirstDay = FirstDay.NEXT
    day_ends: DayEnd = DayEnd.CLOSING
    on_day_off: DayOff = DayOff.STAY
    yearly: timedelta | None = None
    to_promise: bool = False
