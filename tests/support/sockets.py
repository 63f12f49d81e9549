"""Sockets of the lines that tests put between a console and a server."""

from __future__ import annotations

import socket
from contextlib import suppress


def shut(end: socket.socket) -> None:
    """End a connection for whoever reads from it; the other side may have been quicker."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
