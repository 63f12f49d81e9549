"""Hints for newcomers: a few words beside each part of the window, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from console.i18n import Catalog
from ui.commands.table import keys_of

Place = Literal["rail", "queue", "appeal", "menu", "status"]


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint: beside which part it stands, and whose keys its words name."""

    name: str
    place: Place
    commands: tuple[str, ...] = ()


HINTS: tuple[Hint, ...] = (
    Hint("rail", "rail", ("queue.go.mine", "queue.go.danger")),
    Hint("queue", "queue", ("queue.next", "queue.previous", "queue.search")),
    Hint("reply", "appeal", ("reply.start", "reply.template", "reply.send")),
    Hint("status", "status", ("outbox.open", "sync.now")),
    Hint("palette", "menu", ("app.palette", "app.help", "app.settings")),
)


@dataclass(frozen=True, slots=True)
class HintWords:
    """A hint in words: its title, what it says, and how far one is («2 из 5»)."""

    title: str
    body: str
    step: str


def hint_words(at: int, catalog: Catalog) -> HintWords:
    """The words of the hint with that number, from 0."""
    hint, t = HINTS[at], catalog.t
    keys = {f"key{n}": keys_of(one, catalog) for n, one in enumerate(hint.commands, 1)}
    return HintWords(
        t(f"hints.{hint.name}_title"),
        t(f"hints.{hint.name}", **keys),
        t("hints.step", at=at + 1, all=len(HINTS)),
    )
