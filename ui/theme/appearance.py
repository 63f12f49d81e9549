"""The appearance: which theme is in use, after the system or by choice, and how large."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from ui.theme.apply import apply
from ui.theme.theme import ZOOMS, Theme
from ui.theme.tokens import load

Choice = Literal["system", "light", "dark", "contrast"]
CHOICES: tuple[Choice, ...] = ("system", "light", "dark", "contrast")


def after_system(scheme: Qt.ColorScheme, contrast: Qt.ContrastPreference) -> Choice:
    """The theme for somebody whose system asks for these."""
    if contrast is Qt.ContrastPreference.HighContrast:
        return "contrast"
    return "dark" if scheme is Qt.ColorScheme.Dark else "light"


class Appearance(QObject):
    """Keeps the application in the chosen theme; `changed` tells that everything looks new."""

    changed = Signal()

    def __init__(self, app: QApplication, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.theme = theme
        self._choice: Choice = "system"
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system)
        hints.accessibility().contrastPreferenceChanged.connect(self._on_system)

    @property
    def choice(self) -> Choice:
        """After the system, or one of the themes."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Use a theme; an unknown choice means after the system."""
        self._choice = choice if choice in CHOICES else "system"
        self._show()

    def next_choice(self) -> Choice:
        """The choice after the present one, round and round."""
        return CHOICES[(CHOICES.index(self._choice) + 1) % len(CHOICES)]

    def zoom_to(self, zoom: float) -> None:
        """Make everything so much larger; the nearest step is taken."""
        self._show(zoom=min(ZOOMS, key=lambda one: abs(one - zoom)))

    def zoom_by(self, steps: int) -> None:
        """Go to a larger (1) or smaller (-1) step, as far as there is one."""
        at = ZOOMS.index(min(ZOOMS, key=lambda one: abs(one - self.theme.zoom))) + steps
        self.zoom_to(ZOOMS[min(len(ZOOMS) - 1, max(0, at))])

    def _on_system(self, _: object) -> None:
        if self._choice == "system":
            self._show()

    def _show(self, *, zoom: float | None = None) -> None:
        name = self._choice
        if name == "system":
            hints = QGuiApplication.styleHints()
            name = after_system(hints.colorScheme(), hints.accessibility().contrastPreference())
        self.theme.use(load(name), zoom=zoom)
        apply(self._app, self.theme)
        self.changed.emit()
