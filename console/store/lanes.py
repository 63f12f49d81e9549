"""The lanes: one connection for each thread that reads, and a way to close them all from outside.

The library falls over where one thread closes a connection in which another one reads. So whoever
reads holds the lock of its lane, and whoever closes interrupts what runs and waits for the lock.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from console.errors import StoreError
from console.store.driver import Connection

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0
"""How long a read is waited for that has been interrupted."""

_AGAIN_SECONDS = 0.02


@dataclass(slots=True)
class _Lane:
    connection: Connection
    lock: threading.RLock = field(default_factory=threading.RLock)


class Lanes:
    """Connections that ``connect`` makes, each used by the thread that first asked for it."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: list[_Lane] = []
        self._closed = False

    @property
    def are_closed(self) -> bool:
        """Whether `close` has been called: a read that fails now was interrupted."""
        return self._closed

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """This thread's connection, which nobody closes meanwhile; `StoreError` once closed."""
        lane = self._mine()
        with lane.lock:
            if self._closed:
                raise closed()
            yield lane.connection

    def close(self, *, patience: float = PATIENCE_SECONDS) -> None:
        """Interrupt every read, and close what nobody reads from any more.

        A connection in which somebody still reads after ``patience`` seconds is left open: the
        system closes it with the process, and until then it does no harm.
        """
        with self._lock:
            self._closed = True
            lanes, self._opened = self._opened, []
        until = time.monotonic() + patience
        for lane in lanes:
            if _take(lane, until):
                lane.connection.close()
                lane.lock.release()
            else:
                log.error("a read of the store did not end; its connection stays open")

    def _mine(self) -> _Lane:
        found: _Lane | None = getattr(self._local, "lane", None)
        if found is None:
            found = _Lane(self._connect())
            with self._lock:
                if self._closed:
                    found.connection.close()
                    raise closed()
                self._opened.append(found)
            self._local.lane = found
        return found


def closed() -> StoreError:
    """What a read is told that comes too late."""
    return StoreError("the store is closed; start the program again", key="ui.store_closed")


def _take(lane: _Lane, until: float) -> bool:
    """Take the lane from who reads in it, if they let go in time."""
    while not lane.lock.acquire(timeout=_AGAIN_SECONDS):
        if time.monotonic() >= until:
            return False
        lane.connection.interrupt()
    return True
