"""When a reply is sent that is sent later: what is offered, and how it is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from console import localtime
from console.domain.schedule import SCHEDULED_FROM
from console.readmodel import EntryState, OutboxEntry
from ui.presenters.here import Here

_MORNING, _EVENING = time(9, 0), time(18, 0)
_MONDAY = 0


def later_choices(here: Here) -> tuple[tuple[str, str, datetime], ...]:
    """Ready hours in the time of the appeal's region: (key, words, instant in UTC), the next first.

    This morning, this evening, tomorrow morning and Monday morning, as far as each is ahead and
    none is said twice.
    """
    now = localtime.local(here.now, here.zone)
    until_monday = (7 - now.weekday()) % 7 or 7
    wanted = (
        ("morning", 0, _MORNING),
        ("evening", 0, _EVENING),
        ("tomorrow", 1, _MORNING),
        ("monday", until_monday if until_monday > 1 else 7, _MORNING),
    )
    found = []
    for key, days, clock in wanted:
        there = datetime.combine(now.date() + timedelta(days=days), clock, tzinfo=here.zone)
        instant = there.astimezone(here.now.tzinfo)
        if instant - here.now >= SCHEDULED_FROM:
            found.append((key, here.t(f"later.{key}", time=here.clock(instant)), instant))
    return tuple(found)


def waits_for_its_hour(entry: OutboxEntry, now: datetime) -> bool:
    """Whether its author wanted it to leave later than now."""
    waits = entry.state is EntryState.QUEUED and entry.is_scheduled and not entry.attempts
    return waits and entry.not_before > now


def leaves_words(instant: datetime, here: Here) -> str:
    """When it leaves: «Уйдёт завтра в 09:00 (Кызыл, UTC+7)»."""
    return _said("leaves", instant, here)


def changed_words(instant: datetime, here: Here) -> str:
    """That it leaves at another time now."""
    return _said("changed", instant, here)


def promised_words(promised: Sequence[datetime], here: Here, *, counts: bool) -> str:
    """What a text promises: the first instant, and how many more; or that it counts for nothing."""
    if not counts:
        return here.t("promise.disowned")
    words = here.t("promise.found", time=_when(promised[0], here))
    more = len(promised) - 1
    return f"{words}. {here.t('promise.more', count=more)}" if more else words


def _said(how: str, instant: datetime, here: Here) -> str:
    return here.t(f"later.{how}", time=_when(instant, here))


def _when(instant: datetime, here: Here) -> str:
    """«завтра в 09:00 (Кызыл, UTC+7)»."""
    there, now = (localtime.local(one, here.zone) for one in (instant, here.now))
    days = (there.date() - now.date()).days
    when = here.t(
        f"later.on_{({0: 'today', 1: 'tomorrow'}).get(days, 'day')}",
        day=here.day(instant),
        clock=here.clock(instant),
    )
    if here.is_foreign(instant):
        when = here.t("appeal.time_in_zone", time=when, zone=here.zone_name(instant))
    return when
