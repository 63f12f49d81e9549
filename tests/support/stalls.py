"""Watches Qt's event loop: how long it was kept from its next turn, and by what."""

from __future__ import annotations

import pstats
import time
from collections.abc import Callable
from cProfile import Profile
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer

from tests.support.queueing import Queueing

_BEAT_MILLIS = 1


class StallWatch:
    """Measures the longest time, in seconds, between two turns of the event loop.

    A timer beats with every turn; what keeps it from beating kept the window from painting and
    from taking keys. It beats once in a millisecond and not at every turn, so that the threads of
    the program get the interpreter as they do when nobody watches.

    `worst` is wall time. `worst_own` is the same without the time in which the thread could have
    run but other programs had the processors (Linux tells, elsewhere it is `worst`): what waits
    for a lock, the disk or another thread of this program counts in full. `worst_cpu` is the
    thread's own processor time. With ``profiling``, `where` tells what the time was spent on.
    """

    def __init__(self, *, profiling: bool = False) -> None:
        self.worst = 0.0
        self.worst_own = 0.0
        self.worst_cpu = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT_MILLIS)
        self._timer.timeout.connect(self._beat)
        self._queueing = Queueing()
        self._profiling = profiling
        self._profile: Profile | None = None
        self._worst_profile: Profile | None = None
        self._last = self._last_cpu = self._last_queued = 0.0

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
        self._measure()
        self._queueing.close()

    def where(self, *, most: int = 8) -> str:
        """The functions that took longest, callees included, in the longest gap."""
        if self._worst_profile is None:
            return ""
        found = pstats.Stats(self._worst_profile).stats  # type: ignore[attr-defined]
        longest = sorted(found.items(), key=lambda one: one[1][3], reverse=True)
        return "\n".join(
            f"  {timing[3] * 1000:6.1f} ms  {name} ({Path(file).name}:{line}), {timing[0]} calls"
            for (file, line, name), timing in longest[:most]
        )

    def _mark(self) -> None:
        if self._profiling:
            self._profile = Profile()
            self._profile.enable()
        self._last_queued = self._queueing.seconds()
        self._last_cpu = time.thread_time()
        self._last = time.perf_counter()

    def _beat(self) -> None:
        self._measure()
        self._mark()

    def _measure(self) -> None:
        wall = time.perf_counter() - self._last
        cpu = time.thread_time() - self._last_cpu
        own = max(cpu, wall - (self._queueing.seconds() - self._last_queued))
        if self._profile is not None:
            self._profile.disable()
        if own > self.worst_own:
            self.worst_own, self._worst_profile = own, self._profile
        self.worst = max(self.worst, wall)
        self.worst_cpu = max(self.worst_cpu, cpu)


def pump_until(done: Callable[[], bool], *, seconds: float = 30.0) -> bool:
    """Turn the event loop until ``done()``; False if that was not so within ``seconds``."""
    end = time.monotonic() + seconds
    beat = QTimer()  # without it the loop would wait for an event that need not come
    beat.setTimerType(Qt.TimerType.PreciseTimer)
    beat.start(_BEAT_MILLIS)
    try:
        while not done():
            if time.monotonic() > end:
                return False
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    finally:
        beat.stop()
    return True


def pump(seconds: float) -> None:
    """Turn the event loop for a while."""
    loop = QEventLoop()
    limit = QTimer(singleShot=True)
    limit.setTimerType(Qt.TimerType.PreciseTimer)
    limit.timeout.connect(loop.quit)
    limit.start(round(seconds * 1000))
    loop.exec()
