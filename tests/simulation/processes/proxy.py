"""A proxy between console and server that treats each connection as badly as chance says.

Bytes are passed on, held back for a while, passed on a few at a time, swallowed, cut off in the
middle, or sent over two connections at once, of which the second one's answer is thrown away.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from enum import StrEnum
from random import Random
from urllib.parse import urlsplit

from tests.support.sockets import shut


class Fault(StrEnum):
    """What befalls a connection."""

    NONE = "none"
    CUT = "cut"
    DELAY = "delay"
    TRICKLE = "trickle"
    BLACKHOLE = "blackhole"
    DUPLICATE = "duplicate"


_CHUNK = 65536
_LONGEST_DELAY = 1.5
_BLACKHOLE_SECONDS = 4.0
_MEAN_LIFE = 1.5
"""Seconds after which a connection is cut off, wherever it is, on the average."""

_TRICKLED = 400
"""Bytes of a connection that trickle; the rest goes at once, else nothing would ever end."""


class Proxy:
    """Listens on ``url`` and passes on to the server that was last `join`ed.

    ``calm``: nothing befalls any more connection.
    """

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.1)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.counts: Counter[str] = Counter()
        self.calm = False
        self._server: tuple[str, int] | None = None
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name="proxy")
        self._thread.start()

    def join(self, url: str) -> None:
        """Pass on to the server at ``url``."""
        parts = urlsplit(url)
        assert parts.hostname is not None and parts.port is not None
        self._server = (parts.hostname, parts.port)

    def close(self) -> None:
        """Hang up on everybody."""
        self._over.set()
        with self._lock:
            for end in self._open:
                shut(end)
        self._thread.join()
        for thread in self._threads:
            thread.join()
        self._listening.close()

    # ------------------------------------------------------------------ threads

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                here, _ = self._listening.accept()
            except TimeoutError:
                continue
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            self._start(self._serve, here, self._choose())

    def _choose(self) -> tuple[Fault, Random]:
        with self._lock:
            chance = Random(self._chance.random())
        fault = Fault.NONE if self.calm else chance.choice(tuple(Fault))
        self.counts[fault] += 1
        return fault, chance

    def _serve(self, here: socket.socket, chosen: tuple[Fault, Random]) -> None:
        fault, chance = chosen
        here.settimeout(None)
        self._keep(here)
        try:
            there = self._dial()
            twin = self._dial() if fault is Fault.DUPLICATE else None
        except OSError:
            self._drop(here)
            return
        if twin is not None:
            self._start(self._swallow, twin)
        up = Random(chance.random())
        if not self.calm:
            self._start(self._end_some_time, here, chance.expovariate(1 / _MEAN_LIFE))
        self._start(self._pump, here, (there, twin), fault, up)
        self._pump(there, (here, None), fault, Random(chance.random()))
        for end in (here, there, twin):
            if end is not None:
                self._drop(end)

    def _pump(
        self,
        source: socket.socket,
        targets: tuple[socket.socket, socket.socket | None],
        fault: Fault,
        chance: Random,
    ) -> None:
        """One direction of a connection, until it ends or is ended."""
        left = int(chance.expovariate(1 / 3000)) if fault is Fault.CUT else None
        swallowed = fault is Fault.BLACKHOLE and chance.random() < 0.7
        trickles = _TRICKLED if fault is Fault.TRICKLE else 0
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                if fault is Fault.DELAY and chance.random() < 0.3:
                    self._over.wait(chance.random() * _LONGEST_DELAY)
                if swallowed:
                    self._over.wait(_BLACKHOLE_SECONDS)
                    break
                if left is not None:
                    data = data[:left]
                    left -= len(data)
                while trickles > 0 and data:
                    some = chance.randrange(1, 12)
                    targets[0].sendall(data[:some])
                    data, trickles = data[some:], trickles - some
                    self._over.wait(0.005)
                targets[0].sendall(data)
                if targets[1] is not None:
                    with suppress(OSError):
                        targets[1].sendall(data)
                if left == 0:
                    break
        for end in (source, *targets):
            if end is not None:
                shut(end)

    def _end_some_time(self, end: socket.socket, seconds: float) -> None:
        """No connection lives for ever, so that every fault has its turn."""
        if not self._over.wait(seconds):
            shut(end)

    def _swallow(self, source: socket.socket) -> None:
        with suppress(OSError):
            while source.recv(_CHUNK):
                pass

    # ------------------------------------------------------------------ sockets

    def _dial(self) -> socket.socket:
        there = socket.create_connection(self._server or ("127.0.0.1", 1), timeout=5)
        there.settimeout(None)
        self._keep(there)
        return there

    def _keep(self, end: socket.socket) -> None:
        # Else a header and its body wait for each other's acknowledgement, fault or none.
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open.add(end)
        if self._over.is_set():  # it came too late for `close` to see it
            shut(end)

    def _drop(self, end: socket.socket) -> None:
        shut(end)  # closing alone does not wake another thread that reads from it
        with self._lock:
            self._open.discard(end)
        end.close()

    def _start(self, work: object, *given: object) -> None:
        thread = threading.Thread(target=work, args=given, name="proxied")  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()


def pause(seconds: float) -> None:
    """Let chance run for so long: the one place where a run waits for nothing but time."""
    time.sleep(seconds)
