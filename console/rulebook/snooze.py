"""Loader of the norms of postponing, in resources/rules/snooze.toml."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from console.domain.snooze import SnoozeNorms
from console.paths import RESOURCES
from console.rulebook.tables import Table

SNOOZE: Final[Path] = RESOURCES / "rules" / "snooze.toml"
_MOST_DAYS = 366
_LONGEST = ("longest_days", "longest_days_for_outage", "longest_days_for_reply")


def load_snooze(path: Path = SNOOZE) -> SnoozeNorms:
    """The norms; `ConfigError` where the file is wrong."""
    table = Table.read(path).only("days", "hour", *_LONGEST)
    hour = table.whole("hour")
    if not 0 <= hour <= 23:
        raise table.wrong("hour", "an hour from 0 to 23")
    longest = [_days(table, key) for key in _LONGEST]
    days = _days(table, "days")
    if days > min(longest):
        raise table.wrong("days", "no more than each of the longest")
    return SnoozeNorms(days, hour, *(timedelta(days=one) for one in longest))


def _days(table: Table, key: str) -> int:
    days = table.whole(key)
    if not 1 <= days <= _MOST_DAYS:
        raise table.wrong(key, f"a number of days from 1 to {_MOST_DAYS}")
    return days
