"""A pause: an interval in which a clock of an appeal does not run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """An interval [start, end) that is subtracted from clocks; ``end`` is None while it lasts.

    Both instants are aware UTC. Pauses are kept as intervals, never as a counter, so that a change
    of policy can be recomputed over the same history (domain.md §3).
    """

    start: datetime
    end: datetime | None = None
    reason: str = ""
