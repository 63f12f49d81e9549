"""Watches Qt's event loop: how long it was kept from its next turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer


class StallWatch:
    """Measures the longest time, in seconds, between two turns of the event loop.

    A zero timer beats with every turn; what keeps it from beating kept the window from painting
    and from taking keys. `worst` is wall time, `worst_cpu` the main thread's own processor time
    in the same gap, which a busy neighbour on the machine does not lengthen.
    """

    def __init__(self) -> None:
        self.worst = 0.0
        self.worst_cpu = 0.0
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._beat)
        self._last = 0.0
        self._last_cpu = 0.0

    def __enter__(self) -> StallWatch:
        self._mark()
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.stop()
        self._beat()

    def _mark(self) -> None:
        self._last = time.perf_counter()
        self._last_cpu = time.thread_time()

    def _beat(self) -> None:
        self.worst = max(self.worst, time.perf_counter() - self._last)
        self.worst_cpu = max(self.worst_cpu, time.thread_time() - self._last_cpu)
        self._mark()


def pump_until(done: Callable[[], bool], *, seconds: float = 30.0) -> bool:
    """Turn the event loop until ``done()``; False if that was not so within ``seconds``."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    return True


def pump(seconds: float) -> None:
    """Turn the event loop for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
