"""The preferences as they are now: read from the window's memory, and told when one changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time

from PySide6.QtCore import QObject, Signal

from ui.presenters.preferences import BY_KEY, time_of
from ui.windows.memory import WindowMemory


class Preferences(QObject):
    """`changed` carries the key; ``defaults`` stand in for those of the table (a demonstration).

    ``whose`` says for whom personal ones are kept (an operator's id); what nobody has chosen yet is
    as it was for whoever was here before.
    """

    changed = Signal(str)

    def __init__(
        self,
        memory: WindowMemory,
        *,
        defaults: Mapping[str, str] | None = None,
        whose: Callable[[], str] = lambda: "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._memory = memory
        self._whose = whose
        self._defaults = dict(defaults or {})

    def text(self, key: str) -> str:
        """The value; `KeyError` for a preference that is not in the table."""
        one = BY_KEY[key]
        default = self._defaults.get(key, one.default)
        kept = self._memory.text(key, default)
        if one.personal:
            kept = self._memory.text(self._own(key), kept)
        return kept if one.sensible(kept) == kept else default

    def is_on(self, key: str) -> bool:
        """Whether a switch is on."""
        return self.text(key) == "1"

    def number(self, key: str) -> float:
        """The value of a choice among numbers."""
        return float(self.text(key))

    def time(self, key: str) -> time:
        """A time of the day, on this workstation's clock."""
        return time_of(self.text(key))

    def set(self, key: str, value: str) -> None:
        """Keep a value and tell; one that makes no sense is refused with `ValueError`."""
        if BY_KEY[key].sensible(value) != value:
            raise ValueError(f"{value!r} is nothing that {key} can be")
        if value != self.text(key):
            self._memory.set_text(self._own(key) if BY_KEY[key].personal else key, value)
            self.changed.emit(key)

    def _own(self, key: str) -> str:
        who = self._whose()
        return f"{key}@{who}" if who else key

    def note(self, key: str, value: str) -> None:
        """A command elsewhere has changed what a preference shows (theme, zoom, language)."""
        self._memory.set_text(key, value)
        self.changed.emit(key)
