"""Loader of the branches in resources/rules/branches.toml."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.domain.branch import Branch
from console.paths import RESOURCES
from console.rulebook.tables import Table, unique

BRANCHES: Path = RESOURCES / "rules" / "branches.toml"


def load_branches(path: Path = BRANCHES) -> tuple[Branch, ...]:
    """The branches in the file's order; `ConfigError` where the file is wrong."""
    table = Table.read(path).only("branch")
    unique((branch.text("key") for branch in table.tables("branch")), path, "branch")
    return tuple(_branch(branch) for branch in table.tables("branch"))


def _branch(table: Table) -> Branch:
    table.only("key", "name", "region", "zone", "lat", "lon")
    return Branch(
        key=table.text("key"),
        name=table.text("name"),
        region=table.text("region"),
        zone=_zone(table),
        lat=_degrees(table, "lat", most=90.0),
        lon=_degrees(table, "lon", most=180.0),
    )


def _zone(table: Table) -> ZoneInfo:
    name = table.text("zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise table.wrong("zone", f"an IANA time zone such as Asia/Omsk, not “{name}”") from error


def _degrees(table: Table, key: str, *, most: float) -> float:
    value = table.number(key)
    if not -most <= value <= most:
        raise table.wrong(key, f"degrees between -{most:g} and {most:g}")
    return value
