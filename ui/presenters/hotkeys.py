"""Hotkeys: keys that reach the program while another one has the keyboard; what they may be.

A chord is written as Qt writes it, ``Ctrl+Alt+O``, always by the Latin letter of the physical key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from console.i18n import Catalog
from ui.commands.keys import RUSSIAN, key_words, split
from ui.commands.table import COMMANDS

MODIFIERS = ("Ctrl", "Alt", "Shift", "Meta")
"""In the order in which they are written; Meta is the key with the system's sign."""

Objection = Literal["unknown", "bare", "few", "system", "command"]
State = Literal["asking", "on", "taken", "missing", "refused", "no_portal", "nowhere", "same"]
"""What became of a hotkey: asked of a person by the system, ours, another program's, not on this
keyboard, refused by the system or a person, no portal to ask, no hotkeys on this system, the same
keys as another one's.
"""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_NAMED = ("Space", "Ins", "Del", "Home", "End", "PgUp", "PgDown", "Left", "Up", "Right", "Down")
_FUNCTION = tuple(f"F{at}" for at in range(1, 13))
KEYS = (*_LETTERS, *_DIGITS, *_NAMED, "Pause", *_FUNCTION)
"""Every key that a chord can end with: each keyboard has it, in every layout."""

_TERMINALS = (f"Ctrl+Alt+{key}" for key in _FUNCTION)
_SYSTEM = frozenset({"Alt+F4", "Ctrl+Alt+Del", "Alt+Space", "Meta+L", *_TERMINALS})
_LATIN = {russian: latin for latin, russian in RUSSIAN.items()}


@dataclass(frozen=True, slots=True)
class Chord:
    """Keys pressed together; ``modifiers`` are of `MODIFIERS`, ``key`` is one of `KEYS`."""

    modifiers: frozenset[str]
    key: str

    def __str__(self) -> str:
        return "+".join([*(one for one in MODIFIERS if one in self.modifiers), self.key])


def chord(text: str) -> Chord | None:
    """``text`` as a chord, a Cyrillic letter as the Latin one of its key; None if it is none."""
    head, key = split(text)
    modifiers = [part for part in head.split("+") if part]
    key = _LATIN.get(key.upper(), key)
    if key not in KEYS or not set(modifiers) <= set(MODIFIERS):
        return None
    return Chord(frozenset(modifiers), key)


def objection(text: str) -> Objection | None:
    """Why ``text`` cannot be a hotkey, or None.

    What types a character, or is a menu's key in nearly every program, is not taken from all of
    them: letters, digits and the like need two modifiers, function keys one.
    """
    one = chord(text)
    if one is None:
        return "unknown"
    if str(one) in _SYSTEM:
        return "system"
    strong = one.modifiers - {"Shift"}
    if one.key != "Pause" and not strong:
        return "bare"
    if one.key not in (*_FUNCTION, "Pause") and len(one.modifiers) < 2:
        return "few"
    return "command" if command_with(text) else None


def command_with(text: str) -> str:
    """The title key of the command that has these keys within the window; else empty."""
    one = chord(text)
    titles = (
        command.title_key for command in COMMANDS if one in [chord(key) for key in command.keys]
    )
    return next(titles, "") if one is not None else ""


def objection_words(text: str, why: Objection, catalog: Catalog) -> str:
    """Why these keys cannot be chosen, and what to choose."""
    taken = command_with(text)
    return catalog.t(
        f"hotkeys.not_{why}",
        keys=key_words(text, catalog),
        command=catalog.t(taken) if taken else "",
    )


def state_words(state: State, keys: str, catalog: Catalog, *, said: str = "") -> str:
    """What became of a hotkey; ``said`` are the keys that the system has given in its place."""
    if state == "on" and said:
        return catalog.t("hotkeys.state_on_as", keys=said)
    return catalog.t(f"hotkeys.state_{state}", keys=key_words(keys, catalog))
