"""Loader of the words of promises in resources/rules/promises.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from console.domain.tense import PromiseRules, PromiseWords
from console.domain.words import Phrase, PhraseSyntaxError
from console.paths import RESOURCES
from console.rulebook.tables import Table

PROMISES: Path = RESOURCES / "rules" / "promises.toml"

_PARTS: Final = (
    *("morning", "to_morning", "noon", "lunch", "afternoon", "evening", "midnight", "night"),
)
_GROUPS: Final = ("ahead", "behind", "asks", "never", "neutral")


def load_promises(path: Path = PROMISES) -> PromiseWords:
    """The words of promises; `ConfigError` where the file is wrong."""
    table = Table.read(path).only("parts", "words")
    parts = table.table("parts").only(*_PARTS)
    written = table.table("words").only(*_GROUPS)
    groups = {group: _phrases(written, group) for group in _GROUPS}
    return PromiseWords(PromiseRules({part: _minutes(parts, part) for part in _PARTS}, **groups))


def _minutes(table: Table, key: str) -> int:
    """«22:00» in minutes after midnight; «30:00» is six o'clock of the next day."""
    hours, _, minutes = table.text(key).partition(":")
    good = hours.isdigit() and minutes.isdigit() and len(minutes) == 2
    if not good or int(hours) > 36 or int(minutes) > 59:
        raise table.wrong(key, "a time such as 22:00 (30:00 is six in the morning of the next day)")
    return int(hours) * 60 + int(minutes)


def _phrases(table: Table, key: str) -> tuple[Phrase, ...]:
    try:
        return tuple(Phrase.parse(source) for source in table.texts(key))
    except PhraseSyntaxError as error:
        raise table.wrong(key, f"a list of phrases: {error}") from error
