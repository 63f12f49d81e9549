"""Loader of the norms of finding hotspots, in resources/rules/hotspots.toml."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from console.domain.copies import CopyNorms
from console.domain.hotspot import Family, HotspotNorms, Level, LevelNorms
from console.domain.rhythm import RhythmNorms, shares
from console.domain.surprise import ExcessNorms
from console.paths import RESOURCES
from console.rulebook.tables import Table, unique

HOTSPOTS: Final[Path] = RESOURCES / "rules" / "hotspots.toml"

_NUMBERS: Final = (
    "false_a_day",
    "real_a_day",
    "gap_minutes",
    "horizon_hours",
    "shortest_minutes",
    "half_life_days",
    "author_once_hours",
    "longest_hours",
    "score_from",
    "score_to",
    "restless",
    "rise_chance",
)
_OTHERS: Final = (
    "least",
    "spill",
    "newcomer_days",
    "newcomer_confidence",
    "newcomer_decades",
    "grown",
)
_TABLES: Final = ("refusal", "copies", "rhythm", "family", "level")


def load_hotspots(path: Path = HOTSPOTS) -> HotspotNorms:
    """The norms; `ConfigError` where the file is wrong."""
    table = Table.read(path).only(*_NUMBERS, *_OTHERS, *_TABLES)
    number = {key: _above_zero(table, key) for key in _NUMBERS}
    gap = timedelta(minutes=number["gap_minutes"])
    horizon = timedelta(hours=number["horizon_hours"])
    if horizon < gap:
        raise table.wrong("horizon_hours", "no less than the gap")
    if number["score_to"] < number["score_from"]:
        raise table.wrong("score_to", "no less than score_from")
    refusal = table.table("refusal").only("step", "most", "forgotten_days")
    return HotspotNorms(
        families=tuple(_families(table)),
        levels=_levels(table),
        gap=gap,
        horizon=horizon,
        half_life=timedelta(days=number["half_life_days"]),
        author_once=timedelta(hours=number["author_once_hours"]),
        least=_least(table),
        shortest=timedelta(minutes=number["shortest_minutes"]),
        restless=number["restless"],
        spill=_not_below_zero(table, "spill"),
        rise_chance=_share(table, "rise_chance"),
        false_a_day=number["false_a_day"],
        real_a_day=number["real_a_day"],
        score_from=number["score_from"],
        score_to=number["score_to"],
        newcomer_days=_not_below_zero(table, "newcomer_days"),
        newcomer_confidence=_share(table, "newcomer_confidence"),
        newcomer_decades=_not_below_zero(table, "newcomer_decades"),
        longest=timedelta(hours=number["longest_hours"]),
        grown=_not_below_zero(table, "grown"),
        step=_not_below_zero(refusal, "step"),
        most=_not_below_zero(refusal, "most"),
        forgotten=timedelta(days=_above_zero(refusal, "forgotten_days")),
        rhythm=_rhythm(table.table("rhythm")),
        copies=_copies(table.table("copies")),
    )


def _families(table: Table) -> Iterator[Family]:
    unique((each.text("key") for each in table.tables("family")), table.path, "family")
    taken: dict[str, str] = {}
    total = 0.0
    for each in table.tables("family"):
        each.only("key", "topics", "share", "a_day", "levels")
        family = Family(
            key=each.text("key"),
            topics=frozenset(each.texts("topics")),
            levels=frozenset(_level(each, name) for name in each.texts("levels")),
            share=_share(each, "share"),
            a_day=_above_zero(each, "a_day"),
        )
        for topic in sorted(family.topics):
            if topic in taken:
                raise each.wrong("topics", f"free of “{topic}”, which is in {taken[topic]}")
            taken[topic] = family.key
        total += family.share
        yield family
    if not 0.99 <= total <= 1.01:
        raise table.wrong("family", f"tables whose shares sum up to 1, not {total:g}")


def _level(table: Table, name: str) -> Level:
    try:
        return Level(name)
    except ValueError as error:
        raise table.wrong("levels", f"a list of {', '.join(Level)}, not “{name}”") from error


def _levels(table: Table) -> dict[Level, LevelNorms]:
    inside = table.table("level").only(*Level)
    found = {level: _level_norms(inside.table(level)) for level in Level}
    total = sum(norms.share for norms in found.values())
    if not 0.99 <= total <= 1.01:
        raise table.wrong("level", f"tables whose shares sum up to 1, not {total:g}")
    return found


def _level_norms(table: Table) -> LevelNorms:
    table.only("share", "children", "prior_days", "floor", "peaks_a_day", "peak", "weight")
    children = table.whole("children")
    if children < 1:
        raise table.wrong("children", "1 or more")
    return LevelNorms(
        share=_share(table, "share"),
        children=children,
        prior_days=_above_zero(table, "prior_days"),
        ordinary=ExcessNorms(
            floor=_above_zero(table, "floor"),
            a_day=_above_zero(table, "peaks_a_day"),
            mean=_above_zero(table, "peak"),
            weight=_above_zero(table, "weight"),
        ),
    )


def _rhythm(table: Table) -> RhythmNorms:
    table.only("hours", "weekdays", "hours_weight", "weekdays_weight")
    weekdays = _row(table, "weekdays", 7)
    return RhythmNorms(
        hours=shares(_row(table, "hours", 24)),
        weekdays=tuple(7 * share for share in shares(weekdays)),
        hours_weight=_above_zero(table, "hours_weight"),
        weekdays_weight=_above_zero(table, "weekdays_weight"),
    )


def _copies(table: Table) -> CopyNorms:
    table.only("words", "share", "remembered_hours")
    words = table.whole("words")
    if words < 3:
        raise table.wrong("words", "3 or more")
    remembered = _above_zero(table, "remembered_hours") * 3600
    return CopyNorms(words, _share(table, "share"), remembered)


def _row(table: Table, key: str, length: int) -> tuple[float, ...]:
    values = table.values.get(key)
    if not isinstance(values, list) or len(values) != length:
        raise table.wrong(key, f"a list of {length} numbers")
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and v > 0 for v in values):
        raise table.wrong(key, f"a list of {length} numbers above 0")
    return tuple(float(value) for value in values)


def _least(table: Table) -> int:
    least = table.whole("least")
    if least < 2:
        raise table.wrong("least", "2 or more")
    return least


def _above_zero(table: Table, key: str) -> float:
    value = table.number(key)
    if not 0 < value < float("inf"):
        raise table.wrong(key, "a number above 0")
    return value


def _not_below_zero(table: Table, key: str) -> float:
    value = table.number(key)
    if not 0 <= value < float("inf"):
        raise table.wrong(key, "0 or more")
    return value


def _share(table: Table, key: str) -> float:
    value = table.number(key)
    if not 0 < value <= 1:
        raise table.wrong(key, "a share above 0 and up to 1")
    return value
