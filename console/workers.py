"""Workers: how threads, and what they wait for, are made; a simulation makes its own kind.

A console has three threads (store, sync, poke). They wait for each other through conditions and
futures alone, so whoever makes those decides who runs when: the operating system, or a scheduler
that runs one of them at a time and can do so in the same order again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Protocol


class Worker(Protocol):
    """A thread, as far as a console needs one."""

    def start(self) -> None:
        """Begin."""

    def join(self) -> None:
        """Wait for its end."""

    def is_alive(self) -> bool:
        """Whether it has begun and not ended."""


class Signal(Protocol):
    """A lock and what is waited for under it, as `threading.Condition` has them."""

    def __enter__(self) -> bool:
        """Take the lock."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
        /,
    ) -> None:
        """Give it back."""

    def notify(self) -> None:
        """Wake one who waits."""

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """Wait, the lock given back meanwhile, until ``predicate`` holds; its last value."""


class Workers(Protocol):
    """Makes workers, signals and futures."""

    def worker(self, work: Callable[[], None], *, name: str) -> Worker:
        """A thread that will do ``work`` once it is started."""

    def signal(self) -> Signal:
        """A lock with something to wait for."""

    def future(self) -> Future[Any]:
        """What a worker will have done."""


class Threads:
    """`Workers` of the operating system."""

    def worker(self, work: Callable[[], None], *, name: str) -> Worker:
        """A thread that will do ``work`` once it is started."""
        return threading.Thread(target=work, name=name)

    def signal(self) -> Signal:
        """A lock with something to wait for."""
        return threading.Condition()

    def future(self) -> Future[Any]:
        """What a worker will have done."""
        return Future()


THREADS = Threads()
