"""The one place that turns instants into local text.

Every instant is an aware `datetime` in UTC; what a person reads is the local time of the
appeal's region (never of the workstation), because a promise is kept where the lamp is dark.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.i18n import Catalog


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """``instant`` in ``zone``; `ValueError` for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime has no place on a map")
    return instant.astimezone(zone)


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """Hours and minutes, as ``16:30``."""
    return local(instant, zone).strftime("%H:%M")


def exact_clock(instant: datetime, zone: ZoneInfo) -> str:
    """Hours and minutes, and seconds where there are any: ``16:30``, ``16:30:42``."""
    there = local(instant, zone)
    return there.strftime("%H:%M:%S" if there.second else "%H:%M")


def day(value: date, catalog: Catalog) -> str:
    """Day and month in words, as «30 декабря»."""
    return catalog.t(f"time.month_{value.month}", day=value.day)


def moment(instant: datetime, zone: ZoneInfo, now: datetime, catalog: Catalog) -> str:
    """The shortest unambiguous words for an instant: today by clock alone, else with the day.

    «16:30», «завтра 09:00», «вчера 18:20», «30 декабря 16:30», «30 декабря 2025, 16:30».
    """
    there, here = local(instant, zone), local(now, zone)
    at = there.strftime("%H:%M")
    days = (there.date() - here.date()).days
    if days == 0:
        return at
    if days in (1, -1):
        return catalog.t("time.tomorrow" if days == 1 else "time.yesterday", at=at)
    if there.year == here.year:
        return catalog.t("time.day_at", day=day(there.date(), catalog), at=at)
    return catalog.t("time.day_year_at", day=day(there.date(), catalog), year=there.year, at=at)


def full(instant: datetime, zone: ZoneInfo, catalog: Catalog) -> str:
    """Weekday, day, month, year and clock: «среда, 30 декабря 2026, 16:30»."""
    there = local(instant, zone)
    return catalog.t(
        "time.full",
        weekday=catalog.t(f"time.weekday_{there.isoweekday()}"),
        day=day(there.date(), catalog),
        year=there.year,
        at=there.strftime("%H:%M"),
    )


def duration(amount: timedelta, catalog: Catalog) -> str:
    """The two largest units of a length, its sign dropped: «2 дня 3 ч», «1 ч 05 мин», «4 мин»."""
    minutes = int(abs(amount.total_seconds()) // 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    if days:
        words = catalog.t("time.days", count=days)
        return f"{words} {catalog.t('time.hours', n=hours)}" if hours else words
    if hours:
        words = catalog.t("time.hours", n=hours)
        return f"{words} {catalog.t('time.minutes', n=f'{minutes:02d}')}" if minutes else words
    return catalog.t("time.minutes", n=minutes)


def zone_offset(instant: datetime, zone: ZoneInfo) -> str:
    """The zone's distance from UTC at that instant: ``UTC+7``."""
    seconds = int((local(instant, zone).utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sign = "-" if seconds < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")
