"""Steps of an explanation: each a fact on the way from a rule and a start to a deadline.

Data only; `console.deadline_text` has the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from console.domain.preset import Event, FirstDay, Unit
from console.domain.workday import DayKind, LocalName


@dataclass(frozen=True, slots=True)
class RuleStep:
    """Which rule: its key, its length, its target if it has one, and what it is counted in.

    ``length`` is shorter than the rule's own where the yearly limit leaves less.
    """

    preset: str
    unit: Unit
    length: timedelta
    target: timedelta | None
    yearly: timedelta | None


@dataclass(frozen=True, slots=True)
class StartStep:
    """What started the clock, and when."""

    event: Event
    at: datetime


@dataclass(frozen=True, slots=True)
class CountFromStep:
    """For a length in days: the local day that is counted as the first."""

    day: date
    rule: FirstDay


@dataclass(frozen=True, slots=True)
class AfterHoursStep:
    """The clock started on a worked day when its last interval was over."""

    day: date
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class SkippedDayStep:
    """A day that is not worked, and why. ``name`` and ``counterpart`` as in `WorkDay`."""

    day: date
    kind: DayKind
    name: LocalName | None
    counterpart: date | None


@dataclass(frozen=True, slots=True)
class MovedWorkingStep:
    """A day off that is worked; the day off was moved to ``counterpart``."""

    day: date
    counterpart: date | None


@dataclass(frozen=True, slots=True)
class ExtraHoursStep:
    """A day with hours of its own."""

    day: date
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class ShortenedStep:
    """A day before a holiday, ``by`` shorter; it closes at ``closes_at``."""

    day: date
    by: timedelta
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class WorkedStep:
    """An interval that counts: how much it is, and how much of the length is left after it."""

    day: date
    start: datetime
    end: datetime
    amount: timedelta
    left: timedelta


@dataclass(frozen=True, slots=True)
class RanStep:
    """The same for calendar time: it may span days."""

    start: datetime
    end: datetime
    amount: timedelta
    left: timedelta


@dataclass(frozen=True, slots=True)
class CountedDaysStep:
    """Days in a row that count: the first and the last, and how many are counted with them."""

    unit: Unit
    first: date
    last: date
    so_far: int


@dataclass(frozen=True, slots=True)
class PausedStep:
    """A pause: ``subtracted`` is what it takes from the clock (its working part for such a clock).

    ``end`` is None while it lasts. For a length in days ``subtracted`` is None: see the days.
    """

    start: datetime
    end: datetime | None
    subtracted: timedelta | None
    reason: str


@dataclass(frozen=True, slots=True)
class PausedDayStep:
    """A day that does not count because a pause stands at its end."""

    day: date


@dataclass(frozen=True, slots=True)
class RolledStep:
    """The last of the calendar days is not worked, so the deadline moves to another day."""

    day: date
    to: date
    kind: DayKind
    name: LocalName | None
    counterpart: date | None


@dataclass(frozen=True, slots=True)
class DecreeUnknownStep:
    """The Government's decree on moved days off of this year is not known to the calendar."""

    year: int


@dataclass(frozen=True, slots=True)
class TargetStep:
    """Here the target is reached."""

    at: datetime


@dataclass(frozen=True, slots=True)
class DueStep:
    """Here the length is used up."""

    at: datetime


@dataclass(frozen=True, slots=True)
class OpenPauseStep:
    """An open pause: no deadline until it ends; this much of the length is left (None for days)."""

    since: datetime
    left: timedelta | None


Step = (
    RuleStep
    | StartStep
    | CountFromStep
    | AfterHoursStep
    | SkippedDayStep
    | MovedWorkingStep
    | ExtraHoursStep
    | ShortenedStep
    | WorkedStep
    | RanStep
    | CountedDaysStep
    | PausedStep
    | PausedDayStep
    | RolledStep
    | DecreeUnknownStep
    | TargetStep
    | DueStep
    | OpenPauseStep
)
