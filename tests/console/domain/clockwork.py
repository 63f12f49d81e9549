"""Builders for tests of calendars and deadlines: small calendars, rules and instants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.domain.calendar import WorkCalendar
from console.domain.hours import parse_week
from console.domain.preset import Event, Preset, Unit
from console.domain.workday import SpecialDay, YearDays

OMSK = ZoneInfo("Asia/Omsk")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def a_calendar(
    hours: str = "9:00-18:00",
    *,
    zone: ZoneInfo = OMSK,
    special: Mapping[date, SpecialDay] | None = None,
    settled: bool = True,
) -> WorkCalendar:
    """A calendar of weekly ``hours`` and nothing else but the ``special`` days."""
    days = dict(special or {})

    def year_days(year: int) -> YearDays:
        return YearDays({day: one for day, one in days.items() if day.year == year}, settled)

    return WorkCalendar("test", zone, week=parse_week(hours), year_source=year_days)


def at(text: str, zone: ZoneInfo = OMSK) -> datetime:
    """A local time such as ``2026-11-20 16:30`` as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def a_preset(key: str = "rule", **changes: object) -> Preset:
    """A rule of nine working hours from the intake until the answer, changed as asked."""
    given: dict[str, object] = {
        "unit": Unit.WORKING_TIME,
        "hard": timedelta(hours=9),
        "starts": (Event.INTAKE,),
        "stops": (Event.ANSWERED, Event.CLOSED),
        **changes,
    }
    return Preset(key, **given)  # type: ignore[arg-type]
