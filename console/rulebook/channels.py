"""Loader of the channels in resources/rules/channels.toml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from console.domain.channel import Channel, LengthUnit, Visibility
from console.paths import RESOURCES
from console.rulebook.tables import Table, unique

CHANNELS: Path = RESOURCES / "rules" / "channels.toml"


def load_channels(path: Path = CHANNELS) -> Mapping[str, Channel]:
    """The channels by key, in the file's order; `ConfigError` where the file is wrong."""
    tables = list(Table.read(path).only("channel").tables("channel"))
    unique((table.text("key") for table in tables), path, "channel")
    return {table.text("key"): _channel(table) for table in tables}


def _channel(table: Table) -> Channel:
    table.only("key", "visibility", "limit", "unit")
    limit = table.optional_whole("limit")
    if limit is not None and limit < 1:
        raise table.wrong("limit", "a whole number above 0; leave it out where there is no limit")
    return Channel(
        key=table.text("key"),
        visibility=table.choice("visibility", Visibility),
        limit=limit,
        unit=table.choice("unit", LengthUnit, LengthUnit.CHARACTERS),
    )
