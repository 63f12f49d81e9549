"""Tokens: the named colours of one theme, read from resources/themes and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from console.errors import ConfigError
from console.paths import RESOURCES

THEMES: tuple[str, ...] = ("light", "dark", "contrast")
"""The shipped themes, each a JSON file of that name; both name the same colours."""

FOLDER: Path = RESOURCES / "themes"

_HEX = re.compile(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme: ``#RRGGBB``, or ``#RRGGBBAA`` where it is translucent."""

    name: str
    dark: bool
    colors: Mapping[str, str]

    def of(self, token: str) -> str:
        """The colour of a token; `ConfigError` if the theme has none of that name."""
        try:
            return self.colors[token]
        except KeyError:
            raise ConfigError(f"the theme “{self.name}” has no colour “{token}”") from None


@lru_cache(maxsize=8)
def load(name: str, *, folder: Path = FOLDER) -> Tokens:
    """The theme of that name; `ConfigError` naming file and key where it is wrong."""
    file = folder / f"{name}.json"
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        known = ", ".join(THEMES)
        raise ConfigError(f"{file}: there is no theme “{name}”; known: {known}") from error
    except json.JSONDecodeError as error:
        raise ConfigError(f"{file}: line {error.lineno} is not JSON: {error.msg}") from error
    colors = data.get("colors", {})
    for token, value in colors.items():
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise ConfigError(f"{file}: “{token}” must be a colour such as #1A2B3C, not “{value}”")
    return Tokens(name, bool(data.get("dark", False)), colors)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
