"""Hotkeys on Windows: RegisterHotKey, whose presses come as messages of the window's thread."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping
from ctypes import wintypes
from typing import Protocol

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject

from ui.hotkeys.port import Hotkeys, Wanted

_WM_HOTKEY = 0x0312
_NO_REPEAT = 0x4000
_ALREADY_REGISTERED = 1409
_MODIFIERS = {"Alt": 0x1, "Ctrl": 0x2, "Shift": 0x4, "Meta": 0x8}
_NAMED = {
    "Pause": 0x13,
    "Space": 0x20,
    "PgUp": 0x21,
    "PgDown": 0x22,
    "End": 0x23,
    "Home": 0x24,
    "Left": 0x25,
    "Up": 0x26,
    "Right": 0x27,
    "Down": 0x28,
    "Ins": 0x2D,
    "Del": 0x2E,
}
_F1 = 0x70


class User32(Protocol):
    """What is called of the system's library."""

    def RegisterHotKey(self, window: None, ident: int, modifiers: int, key: int) -> int:
        """Nonzero where the keys are ours from now on."""

    def UnregisterHotKey(self, window: None, ident: int) -> int:
        """Nonzero where they were ours."""


class WindowsHotkeys(Hotkeys):
    """Letters are asked for by virtual key, which stays where it is in the Russian layout.

    Held keys do not repeat, and a program that handles WM_HOTKEY may come forward, so `lift` has
    nothing to do. ``last_error`` is GetLastError of the call before it.
    """

    def __init__(
        self, user32: User32, last_error: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._user32 = user32
        self._last_error = last_error
        self._names: dict[int, str] = {}
        self._filter: _Filter | None = None

    def take(self, wanted: Mapping[str, Wanted]) -> None:
        """Register each; the system answers at once."""
        self.leave()
        app = QCoreApplication.instance()
        if app is not None and wanted:
            self._filter = _Filter(self._on_message)
            app.installNativeEventFilter(self._filter)
        for ident, (name, one) in enumerate(wanted.items(), start=1):
            modifiers = sum(_MODIFIERS[part] for part in one.chord.modifiers) | _NO_REPEAT
            if self._user32.RegisterHotKey(None, ident, modifiers, virtual_key(one.chord.key)):
                self._names[ident] = name
                self.tell(name, "on")
            else:
                taken = self._last_error() == _ALREADY_REGISTERED
                self.tell(name, "taken" if taken else "refused")

    def leave(self) -> None:
        """Unregister all."""
        for ident in self._names:
            self._user32.UnregisterHotKey(None, ident)
        self._names.clear()
        app = QCoreApplication.instance()
        if self._filter is not None and app is not None:
            app.removeNativeEventFilter(self._filter)
            self._filter = None

    def _on_message(self, message: wintypes.MSG) -> bool:
        name = self._names.get(message.wParam) if message.message == _WM_HOTKEY else None
        if name is None:
            return False
        self.pressed.emit(name)
        return True


class _Filter(QAbstractNativeEventFilter):
    """Shows each message of the thread before Qt sees it."""

    def __init__(self, see: Callable[[wintypes.MSG], bool]) -> None:
        super().__init__()
        self._see = see

    def nativeEventFilter(
        self, event_type: QByteArray | bytes | bytearray | memoryview[int], message: int
    ) -> tuple[bool, int]:
        """Whether the message ends here, and its result."""
        kind = event_type.data() if isinstance(event_type, QByteArray) else event_type
        if bytes(kind) not in (b"windows_generic_MSG", b"windows_dispatcher_MSG"):
            return False, 0
        return self._see(wintypes.MSG.from_address(int(message))), 0


def virtual_key(key: str) -> int:
    """The virtual key code (winuser.h) of one of `ui.presenters.hotkeys.KEYS`."""
    if len(key) == 1:
        return ord(key)
    return _NAMED[key] if key in _NAMED else _F1 + int(key[1:]) - 1


def windows_hotkeys(parent: QObject | None = None) -> Hotkeys:
    """Those of this system; elsewhere there are none."""
    if sys.platform == "win32":
        library = ctypes.WinDLL("user32", use_last_error=True)
        number, window = wintypes.UINT, wintypes.HWND
        library.RegisterHotKey.argtypes = (window, ctypes.c_int, number, number)
        library.UnregisterHotKey.argtypes = (window, ctypes.c_int)
        return WindowsHotkeys(library, ctypes.get_last_error, parent)
    return Hotkeys(parent)
