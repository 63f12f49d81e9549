"""Stages for hotkeys: the fake, and each adapter over what stands in for its system.

Each stage can press keys as a person would, and be another program that has taken some.
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from ctypes import wintypes
from pathlib import Path
from typing import Any, Protocol

import pytest
from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.support import daemons
from ui.hotkeys.port import Hotkeys, Wanted
from ui.hotkeys.portal import PortalHotkeys, trigger
from ui.hotkeys.windows import WindowsHotkeys, virtual_key
from ui.hotkeys.x11 import X11Hotkeys
from ui.hotkeys.xcb import Display
from ui.presenters.hotkeys import MODIFIERS, Chord

_PORTAL = "org.freedesktop.portal.Desktop"
_ROOT = "/org/freedesktop/portal/desktop"
_SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
_LETTERS = {"O": 32, "K": 45, "1": 10}


class Stage(Protocol):
    """A system with a keyboard."""

    refusal: str

    def hotkeys(self) -> Hotkeys:
        """The port to this system."""

    def take_elsewhere(self, chord: Chord) -> None:
        """Another program has these keys from now on."""

    def press(self, chord: Chord) -> None:
        """Press and release, in whatever program."""


class FakeHotkeys(Hotkeys):
    """A system of which a test says what it gives."""

    def __init__(self) -> None:
        super().__init__()
        self.elsewhere: set[Chord] = set()
        self.taken: dict[Chord, str] = {}
        self.lifted: list[int] = []

    def take(self, wanted: Mapping[str, Wanted]) -> None:
        self.taken = {
            one.chord: name for name, one in wanted.items() if one.chord not in self.elsewhere
        }
        for name, one in wanted.items():
            self.tell(name, "on" if one.chord in self.taken else "taken")

    def leave(self) -> None:
        self.taken = {}

    def lift(self, window: int) -> None:
        self.lifted.append(window)

    def press(self, chord: Chord) -> None:
        """Press these keys."""
        if chord in self.taken:
            self.pressed.emit(self.taken[chord])


class FakeStage:
    """One `FakeHotkeys`."""

    refusal = "taken"

    def __init__(self) -> None:
        self._fake = FakeHotkeys()

    def hotkeys(self) -> Hotkeys:
        return self._fake

    def take_elsewhere(self, chord: Chord) -> None:
        self._fake.elsewhere.add(chord)

    def press(self, chord: Chord) -> None:
        self._fake.press(chord)


class WindowsStage:
    """Windows' table of hotkeys, and its messages, after the documentation of RegisterHotKey."""

    refusal = "taken"
    _BITS: Mapping[str, int] = {"Alt": 1, "Ctrl": 2, "Shift": 4, "Meta": 8}

    def __init__(self) -> None:
        self._table: dict[tuple[int, int], int] = {}
        self._made: WindowsHotkeys | None = None

    def hotkeys(self) -> Hotkeys:
        self._made = WindowsHotkeys(self, lambda: 1409)
        return self._made

    def take_elsewhere(self, chord: Chord) -> None:
        self._table[self._entry(chord)] = 0

    def press(self, chord: Chord) -> None:
        ident = self._table.get(self._entry(chord), 0)
        if not ident or self._made is None or self._made._filter is None:
            return
        message = wintypes.MSG(message=0x0312, wParam=ident)
        at = ctypes.addressof(message)
        caught, _ = self._made._filter.nativeEventFilter(b"windows_dispatcher_MSG", at)
        assert caught

    def RegisterHotKey(self, _window: None, ident: int, modifiers: int, key: int) -> int:
        assert modifiers & 0x4000, "a key that is held down would come again and again"
        entry = (modifiers & ~0x4000, key)
        if entry in self._table:
            return 0
        self._table[entry] = ident
        return 1

    def UnregisterHotKey(self, _window: None, ident: int) -> int:
        found = [entry for entry, one in self._table.items() if one == ident]
        for entry in found:
            del self._table[entry]
        return len(found)

    def _entry(self, chord: Chord) -> tuple[int, int]:
        return sum(self._BITS[one] for one in chord.modifiers), virtual_key(chord.key)


class X11Stage:
    """A real X server, with xdotool for a keyboard."""

    refusal = "taken"

    def __init__(self) -> None:
        self._xdotool = daemons.program("xdotool", package="xdotool")
        self._others: list[Display] = []

    def hotkeys(self) -> Hotkeys:
        return X11Hotkeys(Display())

    def take_elsewhere(self, chord: Chord) -> None:
        other = Display()
        bits = {"Shift": 1, "Ctrl": 4, "Alt": 8}
        assert other.grab(_LETTERS[chord.key], sum(bits[one] for one in chord.modifiers)) == 0
        self._others.append(other)

    def press(self, chord: Chord) -> None:
        self.do(*self.down(chord), *self.up(chord))

    def down(self, chord: Chord) -> list[str]:
        """The words for xdotool that press; keys are named by number, for any layout."""
        names = [*(one for one in MODIFIERS if one in chord.modifiers)]
        return [
            *(word for one in names for word in ("keydown", one.lower())),
            *("keydown", str(_LETTERS[chord.key])),
        ]

    def up(self, chord: Chord) -> list[str]:
        """The words that let go."""
        words = self.down(chord)
        return [word.replace("keydown", "keyup") for word in words]

    def do(self, *words: str) -> None:
        """Have xdotool do it."""
        subprocess.run([self._xdotool, *words], check=True)

    def layout(self, *words: str) -> None:
        """Change the layout of the keyboard."""
        program = daemons.program("setxkbmap", package="x11-xkb-utils")
        subprocess.run([program, *words], check=True)

    def close(self) -> None:
        """The other programs end."""
        for one in self._others:
            one.close()


class PortalStage:
    """A small desktop portal on a real bus, on a thread of its own."""

    refusal = "refused"

    def __init__(self, address: str) -> None:
        self._address = address
        self._triggers: dict[str, str] = {}
        self._elsewhere: set[str] = set()
        self._session = ""
        self._owner = ""
        self.asked: list[str] = []
        self.given = ""
        """The trigger that a person chooses in the system's window, where it is another."""
        self._bus: DBusConnection | None = None
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Be the portal."""
        self._bus = open_dbus_connection(self._address)
        self._bus.send_and_get_reply(message_bus.RequestName(_PORTAL))
        self._thread = threading.Thread(target=self._serve, name="portal", args=(self._bus,))
        self._thread.start()

    def close(self) -> None:
        """The portal ends."""
        if self._bus is not None and self._thread is not None:
            self._bus.sock.shutdown(socket.SHUT_RDWR)
            self._thread.join()
            self._bus.close()
            self._bus = self._thread = None
            self._session = ""

    def hotkeys(self) -> Hotkeys:
        return PortalHotkeys()

    def take_elsewhere(self, chord: Chord) -> None:
        self._elsewhere.add(trigger(chord))

    def press(self, chord: Chord) -> None:
        for name, keys in self._triggers.items():
            if keys == trigger(chord) and self._session:
                token = {"activation_token": ("s", "token-1")}
                body = (self._session, name, 1, token)
                self._tell(_ROOT, _SHORTCUTS, "Activated", "osta{sv}", body)

    def change(self, name: str, keys: str) -> None:
        """The person assigns other keys in the system's settings."""
        given = [(name, {"trigger_description": ("s", keys)})]
        body = (self._session, given)
        self._tell(_ROOT, _SHORTCUTS, "ShortcutsChanged", "oa(sa{sv})", body)

    def _serve(self, bus: DBusConnection) -> None:
        while True:
            try:
                message = bus.receive()
            except OSError:
                return
            if message.header.message_type is MessageType.method_call:
                self._answer(bus, message)

    def _answer(self, bus: DBusConnection, message: Message) -> None:
        fields, body = message.header.fields, message.body
        method = fields[HeaderFields.member]
        self._owner = fields[HeaderFields.sender]
        self.asked.append(method)
        if method == "Close":
            self._session, self._triggers = "", {}
            bus.send(new_method_return(message))
            return
        if method not in ("CreateSession", "BindShortcuts"):
            bus.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))
            return
        options = body[-1]
        sender = self._owner[1:].replace(".", "_")
        request = f"{_ROOT}/request/{sender}/{options['handle_token'][1]}"
        bus.send(new_method_return(message, "o", (request,)))
        results = self._created(sender, options) if method == "CreateSession" else self._bound(body)
        response = "org.freedesktop.portal.Request"
        self._tell(request, response, "Response", "ua{sv}", (0, results))

    def _created(self, sender: str, options: Mapping[str, Any]) -> dict[str, Any]:
        token = options["session_handle_token"][1]
        self._session = f"{_ROOT}/session/{sender}/{token}"
        return {"session_handle": ("s", self._session)}

    def _bound(self, body: tuple[Any, ...]) -> dict[str, Any]:
        assert body[0] == self._session
        asked = {name: facts["preferred_trigger"][1] for name, facts in body[1]}
        self._triggers = {name: keys for name, keys in asked.items() if keys not in self._elsewhere}
        given = {"trigger_description": ("s", self.given)}
        return {"shortcuts": ("a(sa{sv})", [(name, given) for name in self._triggers])}

    def _tell(
        self, path: str, interface: str, member: str, signature: str, body: tuple[Any, ...]
    ) -> None:
        assert self._bus is not None
        emitter = DBusAddress(path, bus_name=_PORTAL, interface=interface)
        signal = new_signal(emitter, member, signature, body)
        signal.header.fields[HeaderFields.destination] = self._owner
        self._bus.send(signal)


@contextmanager
def a_portal(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Generator[PortalStage]:
    """A bus with a portal on it, which this process finds."""
    with daemons.session_bus({"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        stage = PortalStage(address)
        stage.open()
        try:
            yield stage
        finally:
            stage.close()
            os.environ.pop("XDG_ACTIVATION_TOKEN", None)


@contextmanager
def an_x_server(monkeypatch: pytest.MonkeyPatch, display: str) -> Generator[X11Stage]:
    """The X server of the run, which this process finds."""
    monkeypatch.setenv("DISPLAY", display)
    stage = X11Stage()
    try:
        yield stage
    finally:
        stage.close()
