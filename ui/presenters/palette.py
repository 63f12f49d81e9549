"""The palette in words: everything that can be invoked, and what matches a query best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from console.i18n import LANGUAGES, Catalog
from ui.commands.keys import key_words, retyped
from ui.commands.spec import GROUPS, Command
from ui.presenters.rail import RailRow

Kind = Literal["command", "queue", "template", "appeal", "choice"]

_WORD_START, _RUN, _LETTER, _EXACT = 8, 5, 1, 60
_OTHER_LANGUAGE = 0.8


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """One thing to choose: ``words`` are what it can be found by besides its title."""

    kind: Kind
    id: str
    title: str
    detail: str = ""
    keys: str = ""
    icon: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaletteHit:
    """An item that matches, and the letters of its title that do."""

    item: PaletteItem
    score: float
    letters: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetSection:
    """A group of the shortcut sheet: its title, and (what it does, its keys) line by line."""

    title: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]


def command_items(commands: Iterable[Command], catalog: Catalog) -> list[PaletteItem]:
    """Commands that can be chosen, with their titles in every language to be found by."""
    others = [Catalog.load(one) for one in LANGUAGES if one != catalog.language]
    return [
        PaletteItem(
            kind="command",
            id=one.id,
            title=catalog.t(one.title_key),
            detail=catalog.t(f"commands.group.{one.group}"),
            keys=key_words(one.keys[0], catalog) if one.keys else "",
            icon=one.icon or "command",
            words=tuple(other.t(one.title_key) for other in others),
        )
        for one in commands
        if one.palette
    ]


def queue_items(rows: Iterable[RailRow], catalog: Catalog) -> list[PaletteItem]:
    """The queues of the rail."""
    return [
        PaletteItem(
            kind="queue",
            id=row.key,
            title=row.text,
            detail=catalog.t("palette.queue"),
            icon=row.icon or "list",
        )
        for row in rows
        if row.is_queue
    ]


def rank(query: str, items: Sequence[PaletteItem], *, most: int = 100) -> list[PaletteHit]:
    """The items that match ``query``, best first; all of them, in order, for an empty query.

    Letters may be left out, and the query may have been typed in the wrong keyboard layout.
    """
    wanted = _plain(query)
    if not wanted:
        return [PaletteHit(item, 0.0) for item in items]
    spellings = (wanted, _plain(retyped(query)))
    hits = [hit for item in items if (hit := _best(spellings, item)) is not None]
    hits.sort(key=lambda hit: (-hit.score, len(hit.item.title)))
    return hits[:most]


def sheet(commands: Iterable[Command], catalog: Catalog, *, query: str = "") -> list[SheetSection]:
    """The shortcut sheet: every command that has a key, by group, narrowed by ``query``."""
    table = [one for one in commands if one.keys]
    wanted = (_plain(query), _plain(retyped(query)))
    sections = []
    for group in GROUPS:
        heading = catalog.t(f"commands.group.{group}")
        lines = tuple(
            (catalog.t(one.title_key), tuple(key_words(key, catalog) for key in one.keys))
            for one in table
            if one.group == group and _is_in_sheet(one, heading, wanted, catalog)
        )
        if lines:
            sections.append(SheetSection(heading, lines))
    return sections


def _is_in_sheet(command: Command, heading: str, wanted: tuple[str, str], catalog: Catalog) -> bool:
    if not wanted[0]:
        return True
    keys = (key_words(key, catalog) for key in command.keys)
    words = [heading, catalog.t(command.title_key), *keys, *command.keys]
    texts = [_plain(one) for one in words]
    return any(query in text for query in wanted for text in texts)


def _best(spellings: tuple[str, str], item: PaletteItem) -> PaletteHit | None:
    best: PaletteHit | None = None
    for spelling in spellings:
        found = _match(spelling, _plain(item.title))
        if found is not None and (best is None or found[0] > best.score):
            best = PaletteHit(item, found[0], found[1])
        for other in item.words:
            found = _match(spelling, _plain(other))
            if found is not None and (best is None or found[0] * _OTHER_LANGUAGE > best.score):
                best = PaletteHit(item, found[0] * _OTHER_LANGUAGE)
    return best


@lru_cache(maxsize=4096)
def _match(wanted: str, text: str) -> tuple[float, tuple[int, ...]] | None:
    """How well the letters of ``wanted`` stand in ``text`` in order, and where; None: they do not.

    A run of letters and the start of a word count most; every word of the query must be found.
    """
    letters: list[int] = []
    score = 0.0
    for word in wanted.split():
        found = _match_word(word, text)
        if found is None:
            return None
        score += found[0]
        letters += found[1]
    return score - len(text) * 0.05, tuple(sorted(letters))


def _match_word(word: str, text: str) -> tuple[float, list[int]] | None:
    at = _word_start(word, text)
    if at < 0:
        at = text.find(word)
    if at >= 0:
        start = at == 0 or not text[at - 1].isalnum()
        score = _EXACT + _RUN * len(word) + (_WORD_START * 3 if start else 0)
        return score, list(range(at, at + len(word)))
    return _scattered(word, text)


def _word_start(word: str, text: str) -> int:
    at = text.find(word)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(word, at + 1)
    return at


def _scattered(word: str, text: str) -> tuple[float, list[int]] | None:
    places: list[int] = []
    at, score = -1, 0.0
    for letter in word:
        found = text.find(letter, at + 1)
        if found < 0:
            return None
        score += _LETTER
        if found == at + 1 and places:
            score += _RUN
        if found == 0 or not text[found - 1].isalnum():
            score += _WORD_START
        places.append(found)
        at = found
    spread = places[-1] - places[0] + 1
    return (score, places) if spread <= 4 * len(word) else None


def _plain(text: str) -> str:
    return text.lower().replace("ё", "е")
