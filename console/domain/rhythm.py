"""The rhythm of a branch: how its appeals are spread over hours and weekdays, as it is learned.

The integral of the rhythm is a clock of its own, the **load**: it runs by one in a mean day, fast
at a busy hour and slowly at night. Measured in load, ordinary appeals come evenly, so that one rate
is enough for a place whatever the hour (a non-homogeneous Poisson process in operational time).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

HOUR: Final = 3600.0
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class RhythmNorms:
    """What is believed of hours and weekdays before anything was seen ([K]).

    ``hours`` are 24 shares of a day, ``weekdays`` 7 factors from Monday on. ``hours_weight`` is how
    many appeals, ``weekdays_weight`` how many days of the same name outweigh the belief.
    """

    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    hours_weight: float
    weekdays_weight: float


class Rhythm:
    """The rhythm of one branch; instants are seconds since 1970 (UTC), hours are its local ones."""

    def __init__(self, zone: ZoneInfo, norms: RhythmNorms, *, kept_a_day: float) -> None:
        """``kept_a_day`` is the share of what was learned that outlives a day."""
        self._zone = zone
        self._norms = norms
        self._kept = kept_a_day
        self._hours = [[0.0] * 24, [0.0] * 24]
        self._weekdays = [0.0] * 7
        self._days = [0.0] * 7
        self._from = 0.0
        self._load = 0.0
        self._pace = 0.0
        self._today: tuple[int, int] = (0, 0)

    def load_at(self, at: float) -> float:
        """The load at ``at``; what lies before the running hour counts as its beginning."""
        if not self._pace:
            self._from = at - at % HOUR
            self._begin_hour()
        while at >= self._from + HOUR:
            self._load += self._pace
            self._from += HOUR
            self._begin_hour()
        return self._load + self._pace * max(0.0, at - self._from) / HOUR

    def least(self, minutes: float) -> float:
        """The load of so many minutes of the running hour."""
        return self._pace * minutes / 60

    def learn(self, at: float) -> None:
        """Count an ordinary appeal of the instant ``at``."""
        there = datetime.fromtimestamp(at, self._zone)
        self._hours[there.weekday() >= _SATURDAY][there.hour] += 1
        self._weekdays[there.weekday()] += 1

    def _begin_hour(self) -> None:
        there = datetime.fromtimestamp(self._from, UTC).astimezone(self._zone)
        today = (there.toordinal(), there.weekday())
        if today != self._today:
            if self._today[0]:
                self._end_day(self._today[1])
            self._today = today
        share = self._share(there.weekday() >= _SATURDAY, there.hour)
        self._pace = max(1e-6, share * self._factor(there.weekday()))

    def _end_day(self, weekday: int) -> None:
        for counts in (*self._hours, self._weekdays, self._days):
            counts[:] = [count * self._kept for count in counts]
        self._days[weekday] += 1

    def _share(self, weekend: bool, hour: int) -> float:
        counts, weight = self._hours[weekend], self._norms.hours_weight
        return (counts[hour] + weight * self._norms.hours[hour]) / (sum(counts) + weight)

    def _factor(self, weekday: int) -> float:
        """How many times a mean day's appeals come on this weekday."""
        seen, weight = sum(self._days), self._norms.weekdays_weight
        mean = sum(self._weekdays) / seen if seen else 0.0
        believed = self._norms.weekdays[weekday]
        if mean <= 0:
            return believed
        return (self._weekdays[weekday] / mean + weight * believed) / (self._days[weekday] + weight)


def shares(weights: Sequence[float]) -> tuple[float, ...]:
    """``weights`` so that they sum up to one."""
    total = sum(weights)
    return tuple(weight / total for weight in weights)
