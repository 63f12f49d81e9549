"""Loader of the deadline presets in resources/rules/deadlines.toml."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Final

from console.domain.preset import (
    Applies,
    Bearing,
    DayEnd,
    DayOff,
    Event,
    FirstDay,
    Pick,
    Preset,
    Unit,
)
from console.paths import RESOURCES
from console.rulebook import fields
from console.rulebook.channels import load_channels
from console.rulebook.tables import Table, unique

PRESETS: Path = RESOURCES / "rules" / "deadlines.toml"

_ALARMS: Final = (50, 80, 100)
_DAY: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=3660)
_KNOWN: Final = (
    *("key", "unit", "hard", "target", "yearly", "starts", "pick", "stops", "bearing", "pausable"),
    *("alarms", "first_day", "day_ends", "on_day_off", "channels", "kinds", "other_kinds_than"),
    *("danger", "priority_high", "not_ours", "to_promise"),
)


def load_presets(
    path: Path = PRESETS, *, channels: Collection[str] | None = None
) -> tuple[Preset, ...]:
    """The presets in the file's order; `ConfigError` where the file is wrong.

    ``channels`` are the keys that a preset may name; those of channels.toml unless others are
    given.
    """
    known = frozenset(load_channels() if channels is None else channels)
    table = Table.read(path).only("preset")
    unique((preset.text("key") for preset in table.tables("preset")), path, "preset")
    return tuple(_preset(preset, known) for preset in table.tables("preset"))


def _preset(table: Table, channels: frozenset[str]) -> Preset:
    table.only(*_KNOWN)
    unit = table.choice("unit", Unit)
    _refuse_elsewhere(table, unit)
    hard = _length(table, "hard", unit)
    target = _length(table, "target", unit) if "target" in table.values else None
    if target is not None and target >= hard:
        raise table.wrong("target", "shorter than `hard`")
    return Preset(
        key=table.text("key"),
        unit=unit,
        hard=hard,
        target=target,
        starts=_events(table, "starts"),
        pick=table.choice("pick", Pick, Pick.FIRST_KNOWN),
        stops=_events(table, "stops"),
        applies=_applies(table, channels),
        bearing=table.choice("bearing", Bearing, Bearing.BINDS),
        pausable=table.flag("pausable", default=True),
        alarms=_alarms(table),
        first_day=table.choice("first_day", FirstDay, FirstDay.NEXT),
        day_ends=table.choice("day_ends", DayEnd, DayEnd.CLOSING),
        on_day_off=table.choice("on_day_off", DayOff, DayOff.STAY),
        yearly=_length(table, "yearly", unit) if "yearly" in table.values else None,
        to_promise=table.flag("to_promise", default=False),
    )


def _refuse_elsewhere(table: Table, unit: Unit) -> None:
    """A key that means nothing for this unit is a mistake, not a wish to be passed over."""
    belongs = {
        "first_day": unit.in_days,
        "day_ends": unit.in_days,
        "on_day_off": unit is Unit.CALENDAR_DAYS,
        "yearly": unit is Unit.CALENDAR_TIME,
        "to_promise": unit is Unit.CALENDAR_TIME,
    }
    for key, allowed in belongs.items():
        if key in table.values and not allowed:
            raise table.wrong(key, f"left out: it means nothing for the unit “{unit}”")


def _length(table: Table, key: str, unit: Unit) -> timedelta:
    length = fields.amount(table, key)
    if unit.in_days and length % _DAY:
        raise table.wrong(key, f"whole days such as 7d for the unit “{unit}”")
    if not unit.in_days and "d" in table.text(key):
        raise table.wrong(key, f"hours and minutes such as 24h for the unit “{unit}”")
    if length > _LONGEST:
        raise table.wrong(key, f"no more than {_LONGEST.days} days")
    return length


def _events(table: Table, key: str) -> tuple[Event, ...]:
    names = table.texts(key)
    unknown = [name for name in names if name not in tuple(Event)]
    if unknown or not names:
        raise table.wrong(key, f"events among {', '.join(Event)}")
    return tuple(Event(name) for name in names)


def _alarms(table: Table) -> tuple[int, ...]:
    steps = table.values.get("alarms", list(_ALARMS))
    good = isinstance(steps, list) and all(
        isinstance(step, int) and not isinstance(step, bool) and 0 < step <= 1000 for step in steps
    )
    if not good or not isinstance(steps, list) or steps != sorted(set(steps)):
        raise table.wrong("alarms", "percentages in ascending order such as [50, 80, 100]")
    return tuple(steps)


def _applies(table: Table, channels: frozenset[str]) -> Applies:
    named = frozenset(table.texts("channels"))
    if named - channels:
        unknown = ", ".join(sorted(named - channels))
        known = ", ".join(sorted(channels))
        raise table.wrong("channels", f"keys of channels.toml ({known}), not {unknown}")
    return Applies(
        channels=named,
        kinds=frozenset(table.texts("kinds")),
        other_kinds_than=frozenset(table.texts("other_kinds_than")),
        danger=_optional_flag(table, "danger"),
        priority_high=_optional_flag(table, "priority_high"),
        not_ours=_optional_flag(table, "not_ours"),
    )


def _optional_flag(table: Table, key: str) -> bool | None:
    return table.flag(key) if key in table.values else None
