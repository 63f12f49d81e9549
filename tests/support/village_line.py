"""A line to a far village: it breaks off after so many bytes, and may fall silent altogether.

It stands between a console and a real server, over real sockets, and counts what went up.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from tests.support.sockets import shut

_CHUNK = 16 * 1024


class VillageLine:
    """Listens on ``url`` and passes on to a server; `cut_after` and `silence_after` are its faults.

    ``sent`` are all bytes that went up, ``requests`` how many requests they were, ``cuts`` how
    often the line broke.
    """

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._server = (str(parts.hostname), int(parts.port or 0))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.05)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.sent = 0
        self.requests = 0
        self.cuts = 0
        self.silent = threading.Event()
        self._lock = threading.Lock()
        self._cut_at: list[int] = []
        self._silent_at: int | None = None
        self._over = threading.Event()
        self._heard = threading.Event()
        self._heard.set()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._accept, name="village-line")
        self._thread.start()

    def cut_after(self, *sent: int) -> None:
        """Break every connection whenever so many bytes (in all, rising) have gone up."""
        with self._lock:
            self._cut_at = list(sent)

    def silence_after(self, sent: int) -> None:
        """Let nothing pass any more once so many bytes have gone up, until `speak`."""
        with self._lock:
            self._silent_at = sent

    def speak(self) -> None:
        """Break what is open, and be a line again."""
        with self._lock:
            self._silent_at = None
        self._hang_up()
        self.silent.clear()
        self._heard.set()

    def close(self) -> None:
        """Hang up on everybody."""
        self._over.set()
        self._heard.set()
        self._thread.join()
        self._hang_up()
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
            try:
                there = socket.create_connection(self._server, timeout=5)
            except OSError:
                here.close()
                continue
            for end in (here, there):
                end.settimeout(None)
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open |= {here, there}
            for source, target, up in ((here, there, True), (there, here, False)):
                thread = threading.Thread(
                    target=self._pump, args=(source, target), kwargs={"up": up}, name="pumped"
                )
                self._threads.append(thread)
                thread.start()

    def _pump(self, source: socket.socket, target: socket.socket, *, up: bool) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                if up and not self._may_go(data):
                    break
                target.sendall(data)
        for end in (source, target):
            shut(end)
        with self._lock:
            self._open -= {source, target}
        source.close()

    def _may_go(self, data: bytes) -> bool:
        """Count; False where the line breaks here, and much later where it falls silent."""
        with self._lock:
            self.sent += len(data)
            self.requests += data.count(b" HTTP/1.1\r\n")
            breaks = bool(self._cut_at) and self.sent >= self._cut_at[0]
            if breaks:
                self._cut_at.pop(0)
                self.cuts += 1
            if self._silent_at is not None and self.sent >= self._silent_at:
                self._heard.clear()
                self.silent.set()
        if breaks:
            self._hang_up()
            return False
        self._heard.wait()
        return not self._over.is_set()

    def _hang_up(self) -> None:
        with self._lock:
            ends = tuple(self._open)
        for end in ends:
            shut(end)
