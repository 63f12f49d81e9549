"""The hotkeys at the desk: asked for as the settings say, tried out, and told about in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from PySide6.QtCore import QObject, QTimer, Signal

from ui.commands.keys import key_words
from ui.context import UiContext
from ui.hotkeys.choose import system_hotkeys
from ui.hotkeys.port import Hotkeys, Wanted
from ui.presenters.hotkeys import Chord, State, chord, state_words
from ui.presenters.preferences import HOTKEYS
from ui.windows.preferences import Preferences

_TRIAL_SECONDS = 15


class HotkeyDesk(QObject):
    """`pressed` carries which of `HOTKEYS` was pressed, `said` that there are new words for one.

    The system is first spoken to when a hotkey is wanted (``make`` gives its port).
    """

    pressed = Signal(str)
    said = Signal(str)

    def __init__(
        self,
        context: UiContext,
        preferences: Preferences,
        *,
        make: Callable[[QObject], Hotkeys] = system_hotkeys,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._preferences = preferences
        self._make = make
        self._system: Hotkeys | None = None
        self._states: dict[str, tuple[State, str]] = {}
        self._tried = ""
        self._remarks: dict[str, str] = {}
        self._trial = QTimer(self, singleShot=True, interval=1000 * _TRIAL_SECONDS)
        self._trial.timeout.connect(self._on_trial_over)

    def begin(self) -> None:
        """Ask the system for what is set; again whenever that has changed."""
        wanted: dict[str, Wanted] = {}
        self._states.clear()
        for name in HOTKEYS:
            keys = self._chord(name)
            if keys is None:
                continue
            if any(one.chord == keys for one in wanted.values()):
                self._states[name] = ("same", "")
            else:
                wanted[name] = Wanted(keys, self._context.t(f"hotkeys.{name.replace('.', '_')}"))
        if wanted and self._system is None:
            self._system = self._make(self)
            self._system.pressed.connect(self._on_pressed)
            self._system.told.connect(self._on_told)
        if self._system is not None:
            self._system.take(wanted)
        self.retranslate()

    def end(self) -> None:
        """Give every key back."""
        self._trial.stop()
        if self._system is not None:
            self._system.leave()
            self._system.deleteLater()
            self._system = None
        self._states.clear()

    def lift(self, window: int) -> None:
        """Help a window of ours to come before others' after a press (`Hotkeys.lift`)."""
        if self._system is not None:
            self._system.lift(window)

    def apply(self, name: str) -> None:
        """One of them was set to other keys."""
        self._remarks.pop(name, None)
        self._stop_trial()
        self.begin()

    def try_out(self, name: str) -> None:
        """Ask the system once more, and wait a little for the keys to be pressed."""
        self._remarks.clear()
        self._stop_trial()
        if self._chord(name) is None:
            self._remark(name, "hotkeys.try_none")
            return
        self._tried = name
        self.begin()
        self._trial.start()

    def retranslate(self) -> None:
        """There are other words for all of them."""
        for name in HOTKEYS:
            self.said.emit(name)

    def words(self, name: str) -> str:
        """What is to be said of one: whether its keys are ours, and how a trial has gone."""
        catalog, keys = self._context.catalog, self._preferences.text(name)
        if name in self._remarks:
            shown = key_words(keys, catalog)
            return catalog.t(self._remarks[name], keys=shown, seconds=_TRIAL_SECONDS)
        if not keys or name not in self._states:
            return ""
        state, said = self._states[name]
        if state == "on" and name == self._tried:
            shown = said or key_words(keys, catalog)
            return catalog.t("hotkeys.try_press", keys=shown, seconds=_TRIAL_SECONDS)
        return state_words(state, keys, catalog, said=said)

    def _chord(self, name: str) -> Chord | None:
        keys = self._preferences.text(name)
        return chord(keys) if keys else None

    def _on_told(self, name: str, state: str, said: str) -> None:
        self._states[name] = (next(one for one in get_args(State) if one == state), said)
        if state not in ("on", "asking") and name == self._tried:
            self._stop_trial()
        self.said.emit(name)

    def _on_pressed(self, name: str) -> None:
        if name != self._tried:
            self.pressed.emit(name)
            return
        self._stop_trial()
        self._remark(name, "hotkeys.try_came")

    def _on_trial_over(self) -> None:
        name, self._tried = self._tried, ""
        self._remark(name, "hotkeys.try_nothing")

    def _stop_trial(self) -> None:
        self._trial.stop()
        self._tried = ""

    def _remark(self, name: str, words: str) -> None:
        self._remarks[name] = words
        self.said.emit(name)
