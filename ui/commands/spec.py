"""A command: one thing that a person can invoke, as data; menus, keys and help come from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["queue", "reply", "appeal", "approval", "outbox", "edit", "sync", "view", "app"]
Scope = Literal["window", "queue", "composer", "outbox"]

GROUPS: tuple[Group, ...] = (
    "queue",
    "reply",
    "appeal",
    "approval",
    "outbox",
    "edit",
    "sync",
    "view",
    "app",
)
"""The groups in the order of the menu bar and of the shortcut sheet."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    ``keys`` are portable key sequences of the Latin layout (``J``, ``Ctrl+Return``); the first is
    the one shown. ``when`` is an expression over `Focus`, see `ui.commands.when`. ``scope`` is the
    part of the window that must have the keyboard focus for the keys to work. A ``native`` key is
    handled by the widget itself, the table only tells of it. ``state`` names the fact of `Focus`
    that a checkable command shows. ``palette`` is False for what makes no sense without keys.
    """

    id: str
    group: Group
    keys: tuple[str, ...] = ()
    when: str = ""
    scope: Scope = "window"
    native: bool = False
    state: str = ""
    palette: bool = True
    icon: str = ""
    menu_break: bool = False

    @property
    def title_key(self) -> str:
        """The key of its title in the catalogue."""
        return f"commands.{self.id}"
