"""A soft lease: that an operator is writing to an appeal, until when; it locks nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class LeaseNorms:
    """How long a lease lasts after the last renewal, and with how much left it is renewed [K]."""

    length: timedelta
    renew_below: timedelta

    def renewed(self, until: datetime | None, now: datetime) -> datetime | None:
        """The lease as it is after a key press at ``now`` (UTC); ``until`` while enough is left."""
        if until is not None and until - now >= self.renew_below:
            return until
        return now + self.length

    def bounded(self, until: datetime | None, now: datetime) -> datetime | None:
        """What a workstation asks for, as far as it is given; None where it has passed."""
        if until is None or until <= now:
            return None
        return min(until, now + self.length)
