"""The offset: how far the server's clock is from this machine's, measured and smoothed."""

from __future__ import annotations

from datetime import datetime, timedelta

_WEIGHT = 0.2
"""Share of a new measurement in the smoothed offset."""

_JUMP = timedelta(seconds=2)
"""A change beyond this is not noise: somebody set a clock, and the new value holds at once."""


class OffsetMeter:
    """Smooths measurements; the quicker an answer came, the surer is its middle."""

    def __init__(self) -> None:
        self._offset: timedelta | None = None

    def measured(self, server: datetime, *, before: datetime, after: datetime) -> timedelta:
        """The offset (server minus ours), after an exchange that took from ``before`` to ``after``.

        All three are aware; an exchange during which our own clock was set back says nothing.
        """
        known = self._offset
        if after < before:
            return known or timedelta()
        sample = server - (before + (after - before) / 2)
        if known is None or abs(sample - known) > max(_JUMP, after - before):
            self._offset = sample
        else:
            self._offset = known + (sample - known) * _WEIGHT
        return self._offset
