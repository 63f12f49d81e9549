"""The window's memory: sizes, theme, language and the like, in the profile; no personal text."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QGuiApplication

FILE = "window.ini"


def screens() -> str:
    """The screens that there are now, as a short name: a desk at work, a laptop on a train."""
    parts = sorted(
        f"{one.name()} {one.geometry().getRect()} {one.devicePixelRatio()}"
        for one in QGuiApplication.screens()
    )
    return sha256("; ".join(parts).encode()).hexdigest()[:12]


class WindowMemory:
    """A small ini file in the profile folder; a value that makes no sense counts as absent."""

    def __init__(self, profile: Path) -> None:
        self.folder = profile
        self._settings = QSettings(str(profile / FILE), QSettings.Format.IniFormat)

    def text(self, key: str, default: str = "") -> str:
        """A short text, such as ``dark``."""
        value = self._settings.value(key, default)
        return value if isinstance(value, str) else default

    def set_text(self, key: str, value: str) -> None:
        """Keep a short text."""
        self._settings.setValue(key, value)

    def number(self, key: str, default: float) -> float:
        """A number."""
        try:
            return float(self.text(key, str(default)))
        except ValueError:
            return default

    def texts(self, key: str) -> list[str] | None:
        """Several short texts; None where none were ever kept."""
        if not self._settings.contains(key):
            return None
        return [part for part in self.text(key).split(" ") if part]

    def set_texts(self, key: str, values: list[str]) -> None:
        """Keep several short texts without spaces in them."""
        self._settings.setValue(key, " ".join(values))

    def state(self, key: str) -> QByteArray | None:
        """What Qt calls the geometry or state of a window part, as it was with these screens.

        With screens that have not been there yet it is the last one kept.
        """
        for name in (f"{key}@{screens()}", key):
            value = self._settings.value(name)
            if isinstance(value, QByteArray):
                return value
        return None

    def set_state(self, key: str, value: QByteArray) -> None:
        """Keep geometry or state, for these screens and for those that are still to come."""
        self._settings.setValue(f"{key}@{screens()}", value)
        self._settings.setValue(key, value)

    def save(self) -> None:
        """Write the file now."""
        self._settings.sync()
