"""Snooze: what a postponed appeal waits for, and what wakes it.

Whatever it waits for, it wakes at its latest date and when its resident writes
(`transitions.receive`), and nothing ever closes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from console.domain.appeal import Appeal, Status
from console.domain.event import Event, EventKind
from console.domain.mutations import Postpone
from console.domain.outage import Outage
from console.domain.pause import Pause


class Wake(StrEnum):
    """What has woken an appeal."""

    TIME = "time"
    RESIDENT = "resident"
    OUTAGE = "outage"
    ETR_PASSED = "etr_passed"


@dataclass(frozen=True, slots=True)
class SnoozeNorms:
    """What is offered, and how far ahead at most, by what is waited for [K].

    ``hour`` is the local hour of the offered day, ``days`` how many days ahead it is.
    """

    days: int
    hour: int
    longest: timedelta
    longest_for_outage: timedelta
    longest_for_reply: timedelta

    def longest_of(self, rule: Postpone) -> timedelta:
        """How far ahead the latest date of ``rule`` may be."""
        if rule.outage is not None:
            return self.longest_for_outage
        return self.longest_for_reply if rule.awaits_resident else self.longest


NOT_POSTPONED: Mapping[str, object] = {
    "postponed_until": None,
    "postponed_outage": None,
    "postponed_outage_version": None,
    "awaits_resident": False,
}
"""What is true of every appeal that is not postponed."""


def wake_of(appeal: Appeal, outages: Mapping[str, Outage], now: datetime) -> Wake | None:
    """Why a postponed appeal is to wake at ``now`` (UTC); None while it may sleep on.

    ``outages`` by id. One that has gone from the registry cannot be waited for any more.
    """
    if appeal.status is not Status.POSTPONED:
        return None
    if appeal.postponed_until is not None and appeal.postponed_until <= now:
        return Wake.TIME
    if appeal.postponed_outage is None:
        return None
    outage = outages.get(appeal.postponed_outage)
    seen = appeal.postponed_outage_version
    if outage is None or not outage.is_dark or (seen is not None and outage.version > seen):
        return Wake.OUTAGE
    return Wake.ETR_PASSED if outage.is_late(now) else None


def woken(appeal: Appeal, why: Wake, *, now: datetime) -> tuple[Appeal, Event]:
    """The appeal taken up again by itself, with what its history says of it."""
    params = {"why": str(why)}
    if why in (Wake.OUTAGE, Wake.ETR_PASSED) and appeal.postponed_outage is not None:
        params["outage"] = appeal.postponed_outage
    version = appeal.version + 1
    event = Event(
        branch=appeal.branch,
        id=f"wake:{appeal.id}:{version}",
        appeal=appeal.id,
        at=now,
        kind=EventKind.RESUMED,
        params=params,
    )
    awake = replace(
        appeal,
        version=version,
        status=Status.INTERIM_PUBLISHED,
        woken_by=str(why),
        pauses=ended(appeal.pauses, now),
        postponed_until=None,
        postponed_outage=None,
        postponed_outage_version=None,
        awaits_resident=False,
    )
    return awake, event


def ended(pauses: tuple[Pause, ...], now: datetime) -> tuple[Pause, ...]:
    """``pauses``, the open one ended."""
    return tuple(
        pause if pause.end is not None else replace(pause, end=max(now, pause.start))
        for pause in pauses
    )
