"""Fields of rule files that a TOML table does not read by itself: dates, amounts, hours."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from console.domain.hours import Spans, WeekHours, parse_spans, parse_week
from console.rulebook.tables import Table

_AMOUNT = re.compile(r"(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?")
AMOUNT = "an amount such as 15m, 4h, 1h30m or 7d"


def parse_amount(text: str) -> timedelta | None:
    """``15m``, ``4h``, ``1h30m``, ``7d`` as a length; None if it is not one, or is nothing."""
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    try:
        return timedelta(days=days, hours=hours, minutes=minutes) or None
    except OverflowError:
        return None


def amount(table: Table, key: str) -> timedelta:
    """A length of time."""
    found = parse_amount(table.text(key))
    if found is None:
        raise table.wrong(key, f"{AMOUNT}, not “{table.text(key)}”")
    return found


def day(table: Table, key: str) -> date:
    """A local date, written without quotes: 2027-02-20."""
    return _as_date(table, key, table.values.get(key))


def optional_day(table: Table, key: str) -> date | None:
    """A local date, or None where the key is absent."""
    return day(table, key) if key in table.values else None


def days(table: Table, key: str) -> tuple[date, ...]:
    """A list of local dates; empty where the key is absent."""
    value = table.values.get(key, [])
    if not isinstance(value, list):
        raise table.wrong(key, "a list of dates such as [2027-02-20]")
    return tuple(_as_date(table, key, item) for item in value)


def spans(table: Table, key: str) -> Spans | None:
    """The hours of one day, or None where the key is absent."""
    if key not in table.values:
        return None
    try:
        return parse_spans(table.text(key))
    except ValueError as error:
        raise table.wrong(key, f"hours such as 9:00-13:00,14:00-18:00: {error}") from error


def week(table: Table, key: str) -> WeekHours:
    """The hours of a week."""
    try:
        return parse_week(table.text(key))
    except ValueError as error:
        raise table.wrong(key, f"hours such as mon-fri 9:00-18:00: {error}") from error


def _as_date(table: Table, key: str, value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise table.wrong(key, f"a date without quotes, such as 2027-02-20, not “{value}”")
    return value
