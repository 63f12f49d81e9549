"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from tests.support.builders import NOON


class StandingClock:
    """Time is what the test says; entropy counts up, so that ids differ and runs repeat."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._draws = count(1)

    def now(self) -> datetime:
        """The instant that was set (aware UTC)."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that go with it."""
        return self._now.timestamp()

    def entropy(self, count: int) -> bytes:
        """``count`` bytes that no other draw has."""
        return next(self._draws).to_bytes(count, "big")

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by
