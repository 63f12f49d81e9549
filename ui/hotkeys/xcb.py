"""The few calls of libxcb that hotkeys need, through ctypes: Qt's own X11 plugin has it loaded.

Names and layouts are those of xcb/xproto.h, which is part of the protocol and does not change.
"""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from typing import Any, ClassVar

KEY_PRESS = 2
KEY_RELEASE = 3
MAPPING_NOTIFY = 34
SHIFT, LOCK, CONTROL = 0x1, 0x2, 0x4
BAD_ACCESS = 10
_ASYNC = 1
_SUBSTRUCTURE = 0x80000 | 0x100000
_CLIENT_MESSAGE = 33

_pointer, _u8, _u16, _u32 = ctypes.c_void_p, ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32


class _Cookie(ctypes.Structure):
    _fields_: ClassVar = [("sequence", ctypes.c_uint)]


class _Screens(ctypes.Structure):
    _fields_: ClassVar = [("data", _pointer), ("rem", ctypes.c_int), ("index", ctypes.c_int)]


class KeyEvent(ctypes.Structure):
    """xcb_key_press_event_t: ``detail`` is the keycode, ``time`` the server's, in ms."""

    _fields_: ClassVar = [
        ("response_type", _u8),
        ("detail", _u8),
        ("sequence", _u16),
        ("time", _u32),
        ("windows", _u32 * 3),
        ("places", ctypes.c_int16 * 4),
        ("state", _u16),
    ]


class _ClientMessage(ctypes.Structure):
    _fields_: ClassVar = [
        ("response_type", _u8),
        ("format", _u8),
        ("sequence", _u16),
        ("window", _u32),
        ("type", _u32),
        ("data", _u32 * 5),
    ]


_SIGNATURES: dict[str, tuple[Any, ...]] = {  # the result, then the arguments
    "xcb_connect": (_pointer, ctypes.c_char_p, ctypes.POINTER(ctypes.c_int)),
    "xcb_connection_has_error": (ctypes.c_int, _pointer),
    "xcb_disconnect": (None, _pointer),
    "xcb_flush": (ctypes.c_int, _pointer),
    "xcb_get_file_descriptor": (ctypes.c_int, _pointer),
    "xcb_get_setup": (_pointer, _pointer),
    "xcb_setup_roots_iterator": (_Screens, _pointer),
    "xcb_poll_for_event": (_pointer, _pointer),
    "xcb_request_check": (_pointer, _pointer, _Cookie),
    "xcb_grab_key_checked": (_Cookie, _pointer, _u8, _u32, _u16, _u8, _u8, _u8),
    "xcb_ungrab_key": (_Cookie, _pointer, _u8, _u32, _u16),
    "xcb_get_keyboard_mapping": (_Cookie, _pointer, _u8, _u8),
    "xcb_get_keyboard_mapping_reply": (_pointer, _pointer, _Cookie, _pointer),
    "xcb_get_keyboard_mapping_keysyms": (ctypes.POINTER(_u32), _pointer),
    "xcb_get_modifier_mapping": (_Cookie, _pointer),
    "xcb_get_modifier_mapping_reply": (_pointer, _pointer, _Cookie, _pointer),
    "xcb_get_modifier_mapping_keycodes": (ctypes.POINTER(_u8), _pointer),
    "xcb_intern_atom": (_Cookie, _pointer, _u8, _u16, ctypes.c_char_p),
    "xcb_intern_atom_reply": (_pointer, _pointer, _Cookie, _pointer),
    "xcb_send_event": (_Cookie, _pointer, _u8, _u32, _u32, _pointer),
}


class Display:
    """A connection of our own to the X server of this session; `OSError` where there is none."""

    def __init__(self) -> None:
        self._xcb: Any = ctypes.CDLL("libxcb.so.1")
        self._free: Any = ctypes.CDLL(find_library("c") or "libc.so.6").free
        self._free.argtypes = (_pointer,)
        for name, (result, *arguments) in _SIGNATURES.items():
            function = getattr(self._xcb, name)
            function.restype, function.argtypes = result, arguments
        self._to = self._xcb.xcb_connect(None, None)
        if self._xcb.xcb_connection_has_error(self._to):
            self._xcb.xcb_disconnect(self._to)
            raise OSError("there is no X display to connect to")
        setup = self._xcb.xcb_get_setup(self._to)
        self._first, self._last = ctypes.string_at(setup, 36)[34:36]
        screens = self._xcb.xcb_setup_roots_iterator(setup)
        self.root: int = _u32.from_address(screens.data).value

    @property
    def socket(self) -> int:
        """The file descriptor on which events come."""
        return int(self._xcb.xcb_get_file_descriptor(self._to))

    @property
    def is_lost(self) -> bool:
        """Whether the server has gone."""
        return bool(self._xcb.xcb_connection_has_error(self._to))

    def close(self) -> None:
        """Disconnect; the server forgets every grab of ours."""
        self._xcb.xcb_disconnect(self._to)

    def grab(self, keycode: int, modifiers: int) -> int:
        """Have a key with exactly these modifiers; 0, or the code of the server's error."""
        cookie = self._xcb.xcb_grab_key_checked(
            self._to, 1, self.root, modifiers, keycode, _ASYNC, _ASYNC
        )
        error = self._xcb.xcb_request_check(self._to, cookie)
        if not error:
            return 0
        code = ctypes.string_at(error, 2)[1]
        self._free(error)
        return code

    def ungrab(self, keycode: int, modifiers: int) -> None:
        """Give a key back."""
        self._xcb.xcb_ungrab_key(self._to, keycode, self.root, modifiers)

    def flush(self) -> None:
        """Send what has been asked for."""
        self._xcb.xcb_flush(self._to)

    def event(self) -> KeyEvent | None:
        """The next event that has come, or None; of others than keys only the type has sense."""
        found = self._xcb.xcb_poll_for_event(self._to)
        if not found:
            return None
        event = KeyEvent.from_buffer_copy(ctypes.string_at(found, 32))
        self._free(found)
        event.response_type &= 0x7F
        return event

    def symbols(self) -> dict[int, tuple[int, ...]]:
        """What each key gives, in every layout and level, by keycode."""
        count = self._last - self._first + 1
        cookie = self._xcb.xcb_get_keyboard_mapping(self._to, self._first, count)
        reply = self._xcb.xcb_get_keyboard_mapping_reply(self._to, cookie, None)
        if not reply:
            return {}
        each = ctypes.string_at(reply, 2)[1]
        given = self._xcb.xcb_get_keyboard_mapping_keysyms(reply)[: count * each]
        self._free(reply)
        return {self._first + at: tuple(given[at * each : (at + 1) * each]) for at in range(count)}

    def modifiers(self) -> dict[int, int]:
        """Which modifier's bit each modifying key sets, by keycode."""
        cookie = self._xcb.xcb_get_modifier_mapping(self._to)
        reply = self._xcb.xcb_get_modifier_mapping_reply(self._to, cookie, None)
        if not reply:
            return {}
        each = ctypes.string_at(reply, 2)[1]
        codes = self._xcb.xcb_get_modifier_mapping_keycodes(reply)[: 8 * each]
        self._free(reply)
        return {code: 1 << at // each for at, code in enumerate(codes) if code}

    def activate(self, window: int, time: int) -> None:
        """Ask the window manager for a window (EWMH, _NET_ACTIVE_WINDOW), ``time`` as its proof."""
        name = b"_NET_ACTIVE_WINDOW"
        cookie = self._xcb.xcb_intern_atom(self._to, 0, len(name), name)
        reply = self._xcb.xcb_intern_atom_reply(self._to, cookie, None)
        if not reply:
            return
        atom = _u32.from_buffer_copy(ctypes.string_at(reply, 12), 8).value
        self._free(reply)
        from_program = 1
        message = _ClientMessage(
            _CLIENT_MESSAGE, 32, 0, window, atom, (_u32 * 5)(from_program, time, 0, 0, 0)
        )
        self._xcb.xcb_send_event(self._to, 0, self.root, _SUBSTRUCTURE, ctypes.byref(message))
        self.flush()
