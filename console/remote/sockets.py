"""Sockets of requests under way, so that closing the program need not wait for a silent server."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping
from typing import Any
from weakref import WeakSet


class Sockets:
    """Follows httpx's trace events; `close` wakes every thread that waits for an answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: WeakSet[socket.socket] = WeakSet()
        self._closed = False

    def follow(self, event: str, details: Mapping[str, Any]) -> None:
        """A trace event of a request; a connection made after `close` is shut at once."""
        if event not in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            return
        self._add(details["return_value"])

    def follow_response(self, extensions: Mapping[str, Any]) -> None:
        """The connection that a streamed response is read from."""
        self._add(extensions.get("network_stream"))

    def shut(self) -> None:
        """Shut every connection that is open now; their readers get an error."""
        with self._lock:
            for one in self._open:
                _shut(one)
            self._open.clear()

    def close(self) -> None:
        """Shut every connection, and every later one."""
        with self._lock:
            self._closed = True
        self.shut()

    def _add(self, stream: Any) -> None:
        found = None if stream is None else stream.get_extra_info("socket")
        if found is None:
            return  # a transport without sockets
        with self._lock:
            self._open.add(found)
            if self._closed:
                _shut(found)


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side may have been quicker
        one.shutdown(socket.SHUT_RDWR)
