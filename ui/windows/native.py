"""Native manners: what a window owes whoever sits before it all day, joined to one desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from console.domain.ids import Ref
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.presenters.preferences import HOTKEYS
from ui.theme.appearance import Appearance
from ui.windows.app_commands import AppCommands
from ui.windows.hints import Hints
from ui.windows.hotkeys import HotkeyDesk
from ui.windows.idle import Idle
from ui.windows.lock import Lock
from ui.windows.main_window import MainWindow
from ui.windows.memory import WindowMemory
from ui.windows.native_commands import NativeCommands
from ui.windows.notify import NoticeDesk
from ui.windows.preferences import Preferences
from ui.windows.row_look import whose
from ui.windows.shift import Shift
from ui.windows.sounds import Sounds
from ui.windows.tray import Tray

if TYPE_CHECKING:  # made when it is first asked for
    from ui.windows.settings_window import SettingsWindow

_MAPPED_MS = 100


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
        loader: QueueLoader,
        shift: Shift,
        window: MainWindow,
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
        self.preferences = Preferences(
            memory, defaults=defaults, whose=lambda: whose(context), parent=self
        )
        self.preferences.changed.connect(self._apply)
        commands.look_changed.connect(self._note_look)
        commands.language_chosen.connect(lambda one: self.preferences.note("language", one))
        dispatcher.register("app.settings", self.open_settings)
        self._settings: SettingsWindow | None = None
        self.tray = Tray(context, dispatcher, self)
        self.sounds = Sounds(memory.folder / "sounds", parent=self)
        self.notices = NoticeDesk(
            context,
            bridge,
            self.preferences,
            tray=self.tray,
            sounds=self.sounds,
            remark=shift.notice,
            window=window,
        )
        self._shift = shift
        self.tray.activated.connect(self.come_forward)
        self.notices.opened.connect(self._open_appeal)
        self.notices.queue_wanted.connect(self._open_queue)
        self.notices.person_changed.connect(self._on_other_person)
        bridge.language_changed.connect(self.tray.retranslate)
        self.beside = NativeCommands(
            context,
            bridge,
            dispatcher,
            loader=loader,
            shift=shift,
            come_forward=self.come_forward,
            window=window,
        )
        parts = shift.desk.parts
        self.hints = Hints(
            context,
            memory,
            places={
                "rail": lambda: parts.rail,
                "queue": lambda: parts.queue,
                "appeal": lambda: parts.appeal,
                "status": lambda: parts.status,
                "menu": window.menuBar,
            },
            window=window,
        )
        bridge.language_changed.connect(self.hints.retranslate)
        dispatcher.register("app.hints", self.hints.start)
        self.lock = Lock(
            context,
            bridge,
            clears_clipboard=lambda: self.preferences.is_on("lock.clipboard"),
            window=window,
        )
        self.lock.locked.connect(self._on_locked)
        self.lock.unlocked.connect(self._on_unlocked)
        self.lock.quit_wanted.connect(self.quit)
        self.idle = Idle(
            context.console.clock.monotonic,
            lambda: 60 * self.preferences.number("lock.minutes"),
            self,
        )
        self.idle.too_long.connect(self.lock.lock)
        self.hotkeys = HotkeyDesk(context, self.preferences, parent=self)
        self.hotkeys.pressed.connect(self._on_hotkey)
        self.hotkeys.said.connect(self._say_hotkey)
        bridge.language_changed.connect(self.hotkeys.retranslate)
        self._call_waits = False
        self._lifted_late = QTimer(self, singleShot=True, interval=_MAPPED_MS)
        self._lifted_late.timeout.connect(self._lift)
        dispatcher.register("app.lock", self.lock.lock)
        self._is_quitting = False
        window.stays_in_tray = self._stays_in_tray
        dispatcher.register("app.quit", self.quit)

    def begin(self) -> None:
        """Be there: watch, and stand in the tray."""
        self._apply("undo_seconds")
        self._apply("tray.on")
        self.notices.begin()
        self.idle.begin()
        self.hotkeys.begin()

    def end(self) -> None:
        """Leave nothing running."""
        self.lock.dismiss()
        self.hints.dismiss()
        self.beside.end()
        self.idle.end()
        self._lifted_late.stop()
        self.hotkeys.end()
        self.notices.end()
        self.tray.remove()

    def welcome(self) -> None:
        """Show the hints to whoever has never seen them."""
        if self.hints.are_new:
            self.hints.start()

    def quit(self) -> None:
        """End the program, also where closing would only hide it."""
        self._is_quitting = True
        self._window.close()
        self._is_quitting = False

    def _on_other_person(self) -> None:
        """What the one before had open beside the desk is not for the next one's eyes."""
        self.beside.end()
        self.hints.dismiss()
        self._call_waits = False

    def _on_locked(self) -> None:
        self.hints.dismiss()
        self.notices.discreet = True

    def _on_unlocked(self) -> None:
        self.notices.discreet = False
        self.idle.touch()
        if self._call_waits:
            self._call_waits = False
            self._dispatcher.run("appeal.call")

    def _on_hotkey(self, name: str) -> None:
        """Keys were pressed in whatever program; behind a lock a call waits for the password."""
        if not self._window.isVisible():  # the window manager will know of it in a moment
            self._lifted_late.start()
        self._lift()
        self.come_forward()
        if name == "hotkey.call":
            self._call_waits = self.lock.is_locked
            if not self._call_waits:
                self._dispatcher.run("appeal.call")

    def _lift(self) -> None:
        self.hotkeys.lift(int(self._window.winId()))

    def _stays_in_tray(self) -> bool:
        wanted = self.preferences.is_on("tray.close") and not self._is_quitting
        return wanted and self.tray.is_shown

    def come_forward(self) -> None:
        """Bring the window before the person, from wherever it is."""
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def open_settings(self, section: str = "") -> SettingsWindow:
        """Open the settings, or bring them to the front."""
        from ui.windows.settings_window import SettingsWindow

        if self._settings is None:
            made = SettingsWindow(self._context, self.preferences, parent=self._window)
            made.pressed.connect(self._dispatcher.run)
            made.tested.connect(self._try_out)
            self.preferences.changed.connect(made.refresh)
            self._bridge.language_changed.connect(made.retranslate)
            made.finished.connect(self._forget_settings)
            self._settings = made
            for name in HOTKEYS:
                self._say_hotkey(name)
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

    def _try_out(self, what: str) -> None:
        if what in HOTKEYS:
            self.hotkeys.try_out(what)
        else:
            self.notices.try_out(what)

    def _say_hotkey(self, name: str) -> None:
        if self._settings is not None:
            self._settings.say(name, self.hotkeys.words(name))

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
            case "hotkey.front" | "hotkey.call":
                self.hotkeys.apply(key)
            case "tray.on":
                self.tray.show(wanted=values.is_on(key))
            case "undo_seconds":
                self._context.console.outbox.set_undo_window(values.number(key))

    def _open_appeal(self, ref: Ref) -> None:
        self.come_forward()
        self._shift.show_ref(ref)

    def _open_queue(self, queue: str) -> None:
        self.come_forward()
        self._commands.queue_chosen.emit(queue)

    def _note_look(self) -> None:
        self.preferences.note("theme", self._appearance.choice)
        self.preferences.note("zoom", str(self._appearance.theme.zoom))
