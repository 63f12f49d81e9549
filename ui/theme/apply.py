"""Puts a theme onto the application: palette, font and the one style sheet."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from ui.theme.theme import Theme
from ui.theme.tokens import FOLDER, Tokens

SHEET: Path = FOLDER / "app.qss"

_HOLE = re.compile(r"\{\{(\w+)\}\}")
_ROLES: tuple[tuple[QPalette.ColorRole, str], ...] = (
    (QPalette.ColorRole.Window, "window"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.Base, "field"),
    (QPalette.ColorRole.AlternateBase, "panel_alt"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.PlaceholderText, "text_dim"),
    (QPalette.ColorRole.Button, "panel"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.BrightText, "danger"),
    (QPalette.ColorRole.Highlight, "accent"),
    (QPalette.ColorRole.HighlightedText, "accent_text"),
    (QPalette.ColorRole.Accent, "accent"),
    (QPalette.ColorRole.Link, "accent"),
    (QPalette.ColorRole.LinkVisited, "accent"),
    (QPalette.ColorRole.ToolTipBase, "tooltip"),
    (QPalette.ColorRole.ToolTipText, "tooltip_text"),
    (QPalette.ColorRole.Light, "panel"),
    (QPalette.ColorRole.Midlight, "panel_alt"),
    (QPalette.ColorRole.Mid, "border_strong"),
    (QPalette.ColorRole.Dark, "border_strong"),
    (QPalette.ColorRole.Shadow, "border"),
)
_DISABLED = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)


def apply(app: QApplication, theme: Theme) -> None:
    """Show ``theme`` in every window, at its zoom."""
    font = QFont(app.font())
    font.setPixelSize(theme.pixels("body"))
    app.setFont(font)
    app.setPalette(palette(theme.tokens))
    app.setStyleSheet(sheet(theme))


def palette(tokens: Tokens) -> QPalette:
    """What the base style draws with wherever the style sheet says nothing."""
    made = QPalette()
    for role, token in _ROLES:
        made.setColor(role, QColor(tokens.of(token)[:7]))
    for role in _DISABLED:
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.of("text_disabled")))
    return made


def sheet(theme: Theme) -> str:
    """The style sheet with colours and sizes filled in; `ConfigError` for an unknown colour."""

    def fill(hole: re.Match[str]) -> str:
        name = hole.group(1)
        if name.startswith("image_"):
            return _image(name.removeprefix("image_"), dark=theme.dark)
        return str(theme.px(int(name))) if name.isdigit() else theme.tokens.of(name)

    return _HOLE.sub(fill, _template())


def _image(name: str, *, dark: bool) -> str:
    """A drawing for a style sheet, which knows files alone: an arrow in the ink of the theme's
    text, a tick on its accent.
    """
    ink = "light" if dark != (name == "tick") else "dark"
    return (FOLDER / f"{name}-{ink}.svg").as_posix()


@lru_cache(maxsize=1)
def _template() -> str:
    text = SHEET.read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
