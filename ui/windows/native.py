"""Native manners: what a window owes whoever sits before it all day, joined to one desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.theme.appearance import Appearance
from ui.windows.app_commands import AppCommands
from ui.windows.memory import WindowMemory
from ui.windows.preferences import Preferences

if TYPE_CHECKING:  # made when it is first asked for
    from ui.windows.settings_window import SettingsWindow


class Native(QObject):
    """Settings, and what follows them; lives as long as its window."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        appearance: Appearance,
        commands: AppCommands,
        memory: WindowMemory,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._appearance = appearance
        self._commands = commands
        self._window = window
        defaults = {"language": context.catalog.language}
        if context.console.settings.demo:
            defaults |= {"undo_seconds": "0", "lock.minutes": "0"}  # its password is nobody's
        self.preferences = Preferences(memory, defaults=defaults, parent=self)
        self.preferences.changed.connect(self._apply)
        commands.look_changed.connect(self._note_look)
        commands.language_chosen.connect(lambda one: self.preferences.note("language", one))
        dispatcher.register("app.settings", self.open_settings)
        self._settings: SettingsWindow | None = None
        self._apply("undo_seconds")

    def open_settings(self, section: str = "") -> SettingsWindow:
        """Open the settings, or bring them to the front."""
        from ui.windows.settings_window import SettingsWindow

        if self._settings is None:
            made = SettingsWindow(self._context, self.preferences, parent=self._window)
            made.pressed.connect(self._dispatcher.run)
            self.preferences.changed.connect(made.refresh)
            self._bridge.language_changed.connect(made.retranslate)
            made.finished.connect(self._forget_settings)
            self._settings = made
        if section:
            self._settings.open_section(section)
        self._settings.show()
        self._settings.raise_()
        self._settings.activateWindow()
        return self._settings

    def _forget_settings(self) -> None:
        if self._settings is not None:
            self._settings.deleteLater()
            self._settings = None

    def _apply(self, key: str) -> None:
        """Let a preference that was set be so at once."""
        values = self.preferences
        match key:
            case "language" if values.text(key) != self._context.catalog.language:
                self._commands.switch_language(values.text(key))
            case "theme" if values.text(key) != self._appearance.choice:
                self._appearance.choose(values.text(key))
            case "zoom" if values.number(key) != self._appearance.theme.zoom:
                self._appearance.zoom_to(values.number(key))
            case "undo_seconds":
                self._context.console.outbox.set_undo_window(values.number(key))

    def _note_look(self) -> None:
        self.preferences.note("theme", self._appearance.choice)
        self.preferences.note("zoom", str(self._appearance.theme.zoom))
