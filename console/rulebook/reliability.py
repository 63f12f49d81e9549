"""Loader of the norms of reliability, in resources/rules/reliability.toml and deadlines.toml."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from console.domain.outage import OutageKind
from console.domain.preset import Preset
from console.domain.reliability import ReliabilityNorms
from console.paths import RESOURCES
from console.rulebook.deadlines import load_presets
from console.rulebook.fields import amount
from console.rulebook.tables import Table

RELIABILITY: Final[Path] = RESOURCES / "rules" / "reliability.toml"


def load_reliability(
    path: Path = RELIABILITY, *, presets: Iterable[Preset] | None = None
) -> ReliabilityNorms:
    """The norms; ``presets`` are those of deadlines.toml. `ConfigError` where the file is wrong."""
    keys = ("preset", "warn_in_a_row", "warn_in_year", "gap", "kinds", "announced")
    table = Table.read(path).only(*keys)
    known = {preset.key: preset for preset in (load_presets() if presets is None else presets)}
    preset = known.get(table.text("preset"))
    if preset is None or preset.yearly is None:
        raise table.wrong("preset", "the key of a clock in deadlines.toml that has a yearly limit")
    warn_in_a_row, warn_in_year = amount(table, "warn_in_a_row"), amount(table, "warn_in_year")
    if warn_in_a_row > preset.hard:
        raise table.wrong("warn_in_a_row", "no longer than the limit itself")
    if warn_in_year > preset.yearly:
        raise table.wrong("warn_in_year", "no longer than the limit itself")
    try:
        kinds = frozenset(map(OutageKind, table.texts("kinds")))
    except ValueError as error:
        raise table.wrong("kinds", f"some of {', '.join(OutageKind)}") from error
    return ReliabilityNorms(
        in_a_row=preset.hard,
        in_year=preset.yearly,
        warn_in_a_row=warn_in_a_row,
        warn_in_year=warn_in_year,
        gap=amount(table, "gap"),
        counted=kinds,
        announced=table.flag("announced"),
    )
