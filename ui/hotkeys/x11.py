"""Hotkeys on X11: keys are grabbed on the root window, by the physical key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from PySide6.QtCore import QObject, QSocketNotifier

from ui.hotkeys.port import Hotkeys, Wanted
from ui.hotkeys.xcb import (
    BAD_ACCESS,
    CONTROL,
    KEY_PRESS,
    KEY_RELEASE,
    LOCK,
    MAPPING_NOTIFY,
    SHIFT,
    Display,
    KeyEvent,
)
from ui.presenters.hotkeys import Chord, State

_NAMED = {  # keysymdef.h
    "Space": 0x20,
    "Pause": 0xFF13,
    "Home": 0xFF50,
    "Left": 0xFF51,
    "Up": 0xFF52,
    "Right": 0xFF53,
    "Down": 0xFF54,
    "PgUp": 0xFF55,
    "PgDown": 0xFF56,
    "End": 0xFF57,
    "Ins": 0xFF63,
    "Del": 0xFFFF,
}
_F1 = 0xFFBE
_ALT, _META, _NUM, _SCROLL = (0xFFE9, 0xFFEA), (0xFFEB, 0xFFEC), (0xFF7F,), (0xFF14,)
_USUAL = {_ALT: 0x8, _META: 0x40, _NUM: 0x10, _SCROLL: 0}
_ROWS = {"QWERTYUIOP": 24, "ASDFGHJKL": 38, "ZXCVBNM": 52}
_PLACES = {letter: first + at for row, first in _ROWS.items() for at, letter in enumerate(row)}
"""The keycodes of letters on every keyboard that Linux drives, by their place on a Latin one."""


class X11Hotkeys(Hotkeys):
    """Each chord is grabbed with every state of Caps Lock, Num Lock and Scroll Lock.

    A key held down is one press: its repeats are told by the release that carries the same time.
    """

    def __init__(self, display: Display, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._display: Display | None = display
        self._wanted: Mapping[str, Wanted] = {}
        self._names: dict[tuple[int, int], str] = {}
        self._grabbed: list[tuple[int, int]] = []
        self._significant = 0
        self._released: tuple[int, int] | None = None
        self._time = 0
        self._ear = QSocketNotifier(display.socket, QSocketNotifier.Type.Read, self)
        self._ear.activated.connect(self._listen)

    def take(self, wanted: Mapping[str, Wanted]) -> None:
        """Grab each; the server answers at once."""
        self._give_back()
        self._wanted = dict(wanted)
        display = self._display
        if display is None:
            super().take(wanted)
            return
        keyboard = _Keyboard(display)
        self._significant = keyboard.significant
        for name, one in wanted.items():
            self.tell(name, self._take(display, keyboard, name, one.chord))
        self._listen()  # what came while the server was asked does not ring again

    def leave(self) -> None:
        """Give everything back, and disconnect."""
        self._give_back()
        if self._display is not None:
            self._ear.setEnabled(False)
            self._display.close()
            self._display = None

    def lift(self, _window: int) -> None:
        """Ask the window manager, with the time of the press."""
        if self._display is not None:
            self._display.activate(_window, self._time)

    def _take(self, display: Display, keyboard: _Keyboard, name: str, chord: Chord) -> State:
        keycode, modifiers = keyboard.keycode(chord.key), keyboard.bits(chord)
        if not keycode:
            return "missing"
        grabbed: list[tuple[int, int]] = []
        for locks in keyboard.locks:
            error = display.grab(keycode, modifiers | locks)
            if error:
                for one in grabbed:
                    display.ungrab(*one)
                return "taken" if error == BAD_ACCESS else "refused"
            grabbed.append((keycode, modifiers | locks))
        self._grabbed += grabbed
        self._names[keycode, modifiers] = name
        return "on"

    def _give_back(self) -> None:
        if self._display is not None:
            for one in self._grabbed:
                self._display.ungrab(*one)
            self._display.flush()
        self._grabbed.clear()
        self._names.clear()

    def _listen(self) -> None:
        display, remapped = self._display, False
        if display is None:
            return
        while (event := display.event()) is not None:
            remapped = remapped or event.response_type == MAPPING_NOTIFY
            if event.response_type in (KEY_PRESS, KEY_RELEASE):
                self._on_key(event)
        if display.is_lost:
            self._ear.setEnabled(False)
        elif remapped:  # another layout: the same keys may have other numbers now
            self.take(self._wanted)

    def _on_key(self, event: KeyEvent) -> None:
        if event.response_type == KEY_RELEASE:
            self._released = (event.detail, event.time)
            return
        repeated, self._released = self._released == (event.detail, event.time), None
        name = self._names.get((event.detail, event.state & self._significant))
        if name is not None and not repeated:
            self._time = event.time
            self.pressed.emit(name)


class _Keyboard:
    """The keyboard as it is now: which key and which bits a chord is."""

    def __init__(self, display: Display) -> None:
        self._symbols = display.symbols()
        self._modifiers = display.modifiers()
        self._alt, self._meta = self._bit(_ALT), self._bit(_META)
        extras = [bit for bit in (LOCK, self._bit(_NUM), self._bit(_SCROLL)) if bit]
        self.locks = tuple(
            sum(some) for count in range(len(extras) + 1) for some in combinations(extras, count)
        )
        self.significant = (SHIFT | CONTROL | self._alt | self._meta) & ~sum(extras)

    def keycode(self, key: str) -> int:
        """The key that gives this in any layout; a letter that none gives, by its place. Or 0."""
        symbol = _symbol(key)
        found = next(self._giving(symbol), 0)
        return found or _PLACES.get(key, 0)

    def bits(self, chord: Chord) -> int:
        """The modifiers as the server counts them."""
        bits = {"Ctrl": CONTROL, "Shift": SHIFT, "Alt": self._alt, "Meta": self._meta}
        return sum(bits[one] for one in chord.modifiers)

    def _bit(self, symbols: tuple[int, ...]) -> int:
        for symbol in symbols:
            for code in self._giving(symbol):
                if code in self._modifiers:
                    return self._modifiers[code]
        return _USUAL[symbols]

    def _giving(self, symbol: int) -> Iterator[int]:
        return (code for code, given in self._symbols.items() if symbol in given)


def _symbol(key: str) -> int:
    """The keysym (keysymdef.h) of one of `ui.presenters.hotkeys.KEYS`."""
    if len(key) == 1:
        return ord(key.lower())
    return _NAMED[key] if key in _NAMED else _F1 + int(key[1:]) - 1


def x11_hotkeys(parent: QObject | None = None) -> Hotkeys:
    """Those of this session's X server; without one, or without its library, there are none."""
    try:
        return X11Hotkeys(Display(), parent)
    except OSError:
        return Hotkeys(parent)
