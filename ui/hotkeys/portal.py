"""Hotkeys through the desktop portal: the way on Wayland, where no program may listen by itself.

Norm: org.freedesktop.portal.GlobalShortcuts (XDG Desktop Portal documentation, version 1 and 2).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtGui import QGuiApplication

from ui.hotkeys.port import Hotkeys, Wanted
from ui.presenters.hotkeys import Chord, State

_BUS = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
_REQUEST = "org.freedesktop.portal.Request"
_SESSION = "org.freedesktop.portal.Session"
_REGISTRY = "org.freedesktop.host.portal.Registry"
_TOKEN = "XDG_ACTIVATION_TOKEN"
_MODIFIERS = {"Ctrl": "CTRL", "Alt": "ALT", "Shift": "SHIFT", "Meta": "LOGO"}
_NAMED = {
    "Space": "space",
    "Ins": "Insert",
    "Del": "Delete",
    "PgUp": "Page_Up",
    "PgDown": "Page_Down",
}

Answer = Callable[[int, Mapping[str, Any]], None]


class PortalHotkeys(Hotkeys):
    """The system may ask the person first, and may give other keys than were asked for.

    Everything is asked without waiting for the answer. The keys belong to a session, which ends
    with the connection; should the portal start anew, it is asked again.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus: DBusConnection | None = None
        self._ear: QSocketNotifier | None = None
        self._wanted: Mapping[str, Wanted] = {}
        self._session = ""
        self._numbers = count(1)
        self._requests: dict[str, Answer] = {}
        self._calls: dict[int, Answer] = {}
        self._token = ""

    def take(self, wanted: Mapping[str, Wanted]) -> None:
        """Ask for these in a new session; whoever had one before loses it."""
        self._end_session()
        self._wanted = dict(wanted)
        if not wanted:
            return
        if self._bus is None and not self._connect():
            self._tell_all("no_portal")
            return
        self._tell_all("asking")
        session = {"session_handle_token": ("s", f"otklik{next(self._numbers)}")}
        self._ask("CreateSession", "a{sv}", (), then=self._on_session, options=session)

    def leave(self) -> None:
        """End the session, and disconnect."""
        self._end_session()
        self._wanted = {}
        self._disconnect()

    def lift(self, _window: int) -> None:
        """Qt hands on the token that came with the press when it asks for its window."""
        if self._token:
            os.environ[_TOKEN] = self._token
            self._token = ""

    def _on_session(self, code: int, results: Mapping[str, Any]) -> None:
        if code:
            self._tell_all("refused")
            return
        self._session = str(results["session_handle"][1])
        shortcuts = [
            (
                name,
                {
                    "description": ("s", one.words),
                    "preferred_trigger": ("s", trigger(one.chord)),
                },
            )
            for name, one in self._wanted.items()
        ]
        asked = (self._session, shortcuts, "")
        self._ask("BindShortcuts", "oa(sa{sv})sa{sv}", asked, then=self._on_bound)

    def _on_bound(self, code: int, results: Mapping[str, Any]) -> None:
        given = results["shortcuts"][1] if not code and "shortcuts" in results else []
        self._tell_given(given)

    def _tell_given(self, shortcuts: list[tuple[str, Mapping[str, Any]]]) -> None:
        given = dict(shortcuts)
        for name in self._wanted:
            if name in given:
                self.tell(name, "on", str(given[name].get("trigger_description", ("s", ""))[1]))
            else:
                self.tell(name, "refused")

    def _tell_all(self, state: State) -> None:
        for name in self._wanted:
            self.tell(name, state)

    # The bus

    def _connect(self) -> bool:
        try:
            self._bus = open_dbus_connection()
        except (OSError, KeyError, ValueError, RuntimeError):
            return False  # no session bus, an address that is none, or one that does not answer
        self._ear = QSocketNotifier(self._bus.sock.fileno(), QSocketNotifier.Type.Read, self)
        self._ear.activated.connect(self._listen)
        for rule in (
            MatchRule(type="signal", sender=_BUS, interface=_REQUEST, member="Response"),
            MatchRule(type="signal", sender=_BUS, interface=_SHORTCUTS),
            MatchRule(type="signal", sender=_BUS, interface=_SESSION, member="Closed"),
            _owner_rule(),
        ):
            self._send(message_bus.AddMatch(rule))
        name = QGuiApplication.desktopFileName()
        if name:  # a portal that is too old for it knows us by our scope, and refuses harmlessly
            self._send(_method(_PATH, _REGISTRY, "Register", "sa{sv}", (name, {})))
        return True

    def _disconnect(self) -> None:
        if self._ear is not None:
            self._ear.setEnabled(False)
            self._ear.deleteLater()
            self._ear = None
        if self._bus is not None:
            self._bus.close()
            self._bus = None
        self._requests.clear()
        self._calls.clear()

    def _end_session(self) -> None:
        self._requests.clear()
        self._calls.clear()
        if self._session and self._bus is not None:
            self._send(_method(self._session, _SESSION, "Close"))
        self._session = ""

    def _ask(
        self,
        method: str,
        signature: str,
        asked: tuple[Any, ...],
        *,
        then: Answer,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """Call a method of the portal whose answer comes as a Response to a request."""
        if self._bus is None:
            return
        token = f"otklik{next(self._numbers)}"
        sender = str(self._bus.unique_name)[1:].replace(".", "_")
        self._requests[f"{_PATH}/request/{sender}/{token}"] = then
        every = {**(options or {}), "handle_token": ("s", token)}
        serial = self._send(_method(_PATH, _SHORTCUTS, method, signature, (*asked, every)))
        self._calls[serial] = then

    def _send(self, message: Message) -> int:
        bus = self._bus
        assert bus is not None
        serial = int(next(bus.outgoing_serial))
        try:
            bus.send(message, serial=serial)
        except OSError:
            self._lose()
        return serial

    def _listen(self) -> None:
        while self._bus is not None:
            try:
                message = self._bus.receive(timeout=0)
            except TimeoutError:
                return
            except OSError:
                self._lose()
                return
            self._on_message(message)

    def _lose(self) -> None:
        self._session = ""
        self._disconnect()
        self._tell_all("no_portal")

    def _on_message(self, message: Message) -> None:
        fields, body = message.header.fields, message.body
        match message.header.message_type:
            case MessageType.error:
                then = self._calls.pop(fields.get(HeaderFields.reply_serial, 0), None)
                if then is not None:
                    self._tell_all("no_portal" if _is_absent(message) else "refused")
            case MessageType.method_return:
                self._calls.pop(fields.get(HeaderFields.reply_serial, 0), None)
            case MessageType.signal:
                self._on_signal(fields[HeaderFields.path], fields[HeaderFields.member], body)

    def _on_signal(self, path: str, member: str, body: tuple[Any, ...]) -> None:
        match member:
            case "Response":
                answer = self._requests.pop(path, None)
                if answer is not None:
                    answer(body[0], body[1])
            case "Activated" if body[0] == self._session and body[1] in self._wanted:
                self._token = str(body[3].get("activation_token", ("s", ""))[1])
                self.pressed.emit(body[1])
            case "ShortcutsChanged" if body[0] == self._session:
                self._tell_given(body[1])
            case "Closed" if path == self._session:
                self._session = ""
                self._tell_all("refused")
            case "NameOwnerChanged" if not body[2]:
                self._session = ""
                self._tell_all("no_portal")
            case "NameOwnerChanged" if not self._calls:  # else it was our call that started it
                self.take(self._wanted)


def trigger(chord: Chord) -> str:
    """A chord as the norm for shortcuts (XDG Shortcuts, version 1) writes it: ``CTRL+ALT+o``."""
    modifiers = [written for one, written in _MODIFIERS.items() if one in chord.modifiers]
    key = chord.key.lower() if len(chord.key) == 1 else _NAMED.get(chord.key, chord.key)
    return "+".join([*modifiers, key])


def _method(
    path: str, interface: str, method: str, signature: str | None = None, body: Any = ()
) -> Message:
    there = DBusAddress(path, bus_name=_BUS, interface=interface)
    return new_method_call(there, method, signature, body)


def _owner_rule() -> MatchRule:
    rule = MatchRule(
        type="signal",
        sender="org.freedesktop.DBus",
        interface="org.freedesktop.DBus",
        member="NameOwnerChanged",
    )
    rule.add_arg_condition(0, _BUS)
    return rule


def _is_absent(message: Message) -> bool:
    """Whether the answer is that there is nobody to ask, or nobody who knows of hotkeys."""
    name = str(message.header.fields.get(HeaderFields.error_name, ""))
    return name.rpartition(".")[2] in (
        "ServiceUnknown",
        "NameHasNoOwner",
        "UnknownMethod",
        "UnknownInterface",
        "UnknownObject",
    )
