"""The clock: time and randomness as arguments, so that a whole shift can be replayed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time and randomness as arguments, so that a whole shift can be replayed."""

    def now(self) -> datetime:
        """The server's time as best known (aware UTC): this machine's, plus the offset."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def entropy(self, count: int) -> bytes:
        """``count`` random bytes."""


def machine_time() -> datetime:
    """What this machine's own clock shows (aware UTC), right or wrong."""
    return datetime.now(UTC)


class SystemClock:
    """The real clock; `offset` is the measured distance of the server's time from ours.

    ``wall``, ``ticks`` and ``entropy`` are the machine's own, unless a simulation gives others.
    """

    def __init__(
        self,
        *,
        wall: Callable[[], datetime] = machine_time,
        ticks: Callable[[], float] = time.monotonic,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.offset = timedelta(0)
        self.wall = wall
        self._ticks = ticks
        self._entropy = entropy

    def now(self) -> datetime:
        """The server's time as best known (aware UTC)."""
        return self.wall() + self.offset

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self._ticks()

    def entropy(self, count: int) -> bytes:
        """``count`` random bytes from the operating system."""
        return self._entropy(count)
