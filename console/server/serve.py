"""Serving: the application on a socket, until it is told to stop."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import Any

import uvicorn

from console.errors import OtklikError
from console.server.pokes import Hub

_GRACE = 5
"""Seconds that requests under way are given when the server stops."""


class ServeError(OtklikError):
    """The address cannot be listened on."""


class Server(uvicorn.Server):
    """A server that says when it listens, and ends its streams before it waits for the rest.

    Set ``should_exit`` (on any thread) to stop it.
    """

    def __init__(self, app: Any, ready: Callable[[int], None]) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=_GRACE,
            # A console sends a pull every few seconds over one connection.
            timeout_keep_alive=75,
        )
        super().__init__(config)
        # Addresses of requests are nobody's business, whatever handlers are on the loggers above.
        logging.getLogger("uvicorn.access").disabled = True
        self._hub: Hub = app.state.hub
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell the port."""
        await super().startup(sockets)
        if self.started and sockets:
            self._ready(sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams of pokes, which never end by themselves, then everything else."""
        self._hub.close()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address (port 0: any free one); `ServeError` where it is taken."""
    # The protocol is named because asyncio switches Nagle’s delay off for such sockets alone.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except (OSError, OverflowError, TypeError, ValueError) as error:  # the last two: no host name
        bound.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise ServeError(f"cannot listen on {host}:{port}: {reason}") from error
    return bound


def serve(app: Any, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``ready`` hears the port once requests are taken."""
    with listen(host, port) as bound:
        Server(app, ready).run(sockets=[bound])
