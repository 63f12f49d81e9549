"""A wire between window and server that can be cut exactly when a reply is on its way.

Bytes are passed on as they come. When a cut is armed, the next mutation decides: either its
answer, which the server gives after its commit, is thrown away, or the request has just been
handed over and nobody knows how far the server got.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import urlsplit

_MUTATION = b"POST /v1/mutations "
_REQUEST = (b"GET /", b"POST /", b"PUT /", b"DELETE /")
_CHUNK = 65536
_LOOK_EVERY = 0.05


class Cut(Enum):
    """Where the wire is cut."""

    BEFORE_ANSWER = auto()
    """The answer has come as far as the wire: what was asked for has been carried out."""

    AFTER_REQUEST = auto()
    """The request has gone through: it may be carried out, now or never."""


@dataclass(slots=True, eq=False)
class _Link:
    """One connection: the window's end and the server's."""

    here: socket.socket
    there: socket.socket
    carries_mutation: bool = False


@dataclass(frozen=True, slots=True)
class _Armed:
    cut: Cut
    then: Callable[[], None]
    delay: float


class Wire:
    """Listens on ``url`` and passes on to whatever server was last `joined`."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.cut = threading.Event()
        self._server: tuple[str, int] | None = None
        self._armed: _Armed | None = None
        self._links: list[_Link] = []
        self._ends = selectors.DefaultSelector()
        self._ends.register(self._listening, selectors.EVENT_READ)
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="wire")

    def join(self, url: str) -> None:
        """Pass on to the server at ``url`` from now on."""
        parts = urlsplit(url)
        assert parts.hostname is not None and parts.port is not None
        self._server = (parts.hostname, parts.port)

    def arm(self, cut: Cut, then: Callable[[], None], *, delay: float = 0.0) -> None:
        """Cut the next mutation off, so many seconds later than said by ``cut``.

        ``then`` is called at that moment, on the wire's thread; nothing passes meanwhile.
        """
        self.cut.clear()
        self._armed = _Armed(cut, then, delay)

    # ------------------------------------------------------------------ the thread

    def _run(self) -> None:
        while not self._closing:
            for key, _ in self._ends.select(_LOOK_EVERY):
                if key.fileobj is self._listening:
                    self._accept()
                elif key.data in self._links:  # else it was hung up a moment ago
                    self._pass_on(key.data, key.fileobj)
        for link in tuple(self._links):
            self._hang_up(link)
        self._ends.close()
        self._listening.close()

    def _accept(self) -> None:
        here, _ = self._listening.accept()
        try:
            there = socket.create_connection(self._server or ("127.0.0.1", 1))
        except OSError:
            here.close()
            return
        link = _Link(here, there)
        self._links.append(link)
        for end in (here, there):
            self._ends.register(end, selectors.EVENT_READ, link)

    def _pass_on(self, link: _Link, end: object) -> None:
        towards_server = end is link.here
        source, target = (link.here, link.there) if towards_server else (link.there, link.here)
        try:
            data = source.recv(_CHUNK)
            if towards_server and data.startswith(_REQUEST):
                link.carries_mutation = data.startswith(_MUTATION)
            if not towards_server and self._cuts(link, Cut.BEFORE_ANSWER):
                self._cut_now()
                return
            target.sendall(data)
        except OSError:
            data = b""
        if not data:
            self._hang_up(link)
        elif towards_server and self._cuts(link, Cut.AFTER_REQUEST):
            self._cut_now()

    def _cuts(self, link: _Link, cut: Cut) -> bool:
        return link.carries_mutation and self._armed is not None and self._armed.cut is cut

    def _cut_now(self) -> None:
        assert self._armed is not None
        armed, self._armed, self._server = self._armed, None, None
        threading.Event().wait(armed.delay)
        armed.then()
        for link in tuple(self._links):
            self._hang_up(link)
        self.cut.set()

    def _hang_up(self, link: _Link) -> None:
        self._links.remove(link)
        for end in (link.here, link.there):
            with suppress(KeyError):
                self._ends.unregister(end)
            end.close()


@contextmanager
def wire() -> Generator[Wire]:
    """A wire, joined to no server yet."""
    made = Wire()
    made._thread.start()
    try:
        yield made
    finally:
        made._closing = True
        made._thread.join()
