"""Loader of the norms of soft leases, in resources/rules/leases.toml."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from console.domain.lease import LeaseNorms
from console.paths import RESOURCES
from console.rulebook.tables import Table

LEASES: Final[Path] = RESOURCES / "rules" / "leases.toml"
_MOST = 120


def load_leases(path: Path = LEASES) -> LeaseNorms:
    """The norms; `ConfigError` where the file is wrong."""
    table = Table.read(path).only("minutes", "renew_below_minutes")
    length = table.whole("minutes")
    below = table.whole("renew_below_minutes")
    if not 1 <= length <= _MOST:
        raise table.wrong("minutes", f"a number from 1 to {_MOST}")
    if not 0 < below <= length:
        raise table.wrong("renew_below_minutes", "more than 0, and no more than minutes")
    return LeaseNorms(timedelta(minutes=length), timedelta(minutes=below))
