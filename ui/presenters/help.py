"""Help: pages in both languages from resources/help, with the keys of today's command table.

A page is Markdown; its first line is its title. ``{{reply.send}}`` stands for the key of that
command, or for its name where it has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console.errors import ConfigError
from console.i18n import PSEUDO, Catalog
from console.paths import RESOURCES
from ui.commands.table import BY_ID, keys_of

FOLDER: Path = RESOURCES / "help"

CONTEXTS: dict[str, str] = {
    "RailView": "20-queue",
    "QueueView": "20-queue",
    "ComposerView": "40-reply",
    "TemplatePicker": "40-reply",
    "AppealView": "30-appeal",
    "InspectorView": "30-appeal",
    "OutboxView": "50-outbox",
    "BoardView": "60-board",
    "HandoverView": "65-shift",
    "SettingsWindow": "80-comfort",
}
"""Which page explains a part of the window, by the name of its class."""

FIRST = "10-start"
_HOLE = re.compile(r"\{\{([a-z_.]+)\}\}")
_MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*#`_]")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its file's name without the ending, title, and Markdown with keys filled in."""

    name: str
    title: str
    text: str

    @property
    def plain(self) -> str:
        """Its words without marks, to search in."""
        return _MARKS.sub(lambda found: found.group(1) or "", self.text)


def folder_of(catalog: Catalog) -> Path:
    """Where the pages and pictures of a language are."""
    return FOLDER / ("ru" if catalog.language == PSEUDO else catalog.language)


def pages(catalog: Catalog) -> tuple[Page, ...]:
    """All pages in their order; `ConfigError` for one that names no command or has no title."""
    return tuple(_page(file, catalog) for file in sorted(folder_of(catalog).glob("*.md")))


def search(found_in: Sequence[Page], query: str) -> tuple[Page, ...]:
    """The pages that hold every word of ``query``; those with one in their title first."""
    words = _folded(query).split()
    hits = [one for one in found_in if all(word in _folded(one.plain) for word in words)]
    return tuple(sorted(hits, key=lambda one: not any(w in _folded(one.title) for w in words)))


def _page(file: Path, catalog: Catalog) -> Page:
    text = file.read_text(encoding="utf-8")
    first = text.partition("\n")[0]
    if not first.startswith("# "):
        raise ConfigError(f"{file}: the first line must be a title, “# …”")

    def fill(hole: re.Match[str]) -> str:
        name = hole.group(1)
        if name not in BY_ID:
            raise ConfigError(f"{file}: there is no command “{name}”")
        return f"**{keys_of(name, catalog) or catalog.t(BY_ID[name].title_key)}**"

    return Page(file.stem, first.removeprefix("# "), _HOLE.sub(fill, text))


def _folded(text: str) -> str:
    return text.lower().replace("ё", "е")
