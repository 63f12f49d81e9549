"""The bridge: the one border between the console's threads and Qt's main thread."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from console.changes import ChangeFeed, Changes

T = TypeVar("T")

TURN_SECONDS = 0.008
"""Half a frame: how long results are handed over before the event loop has its next turn."""


class Bridge(QObject):
    """Brings commits and results of other threads to the main thread, merged and in order.

    `changed` carries the merged `Changes` of all commits since the last time. `failed` carries the
    exception of a future that nobody else takes: the window tells it to the person.
    """

    changed = Signal(object)
    failed = Signal(object)
    language_changed = Signal()
    theme_changed = Signal()
    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._changes = Changes()
        self._calls: deque[Callable[[], None]] = deque()
        self._woken = False
        self._unsubscribe: Callable[[], None] = _nothing
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        # A timer and not another posted event: Qt delivers those within the same turn.
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.setObjectName("bridge-rest")
        self._rest.timeout.connect(self._deliver)

    def listen(self, feed: ChangeFeed) -> None:
        """Hear of every later commit of ``feed``, instead of the one heard so far."""
        self._unsubscribe()
        self._unsubscribe = feed.subscribe(self._note)

    def close(self) -> None:
        """Hear no more, and drop what was not delivered yet."""
        self._unsubscribe()
        self._unsubscribe = _nothing
        self._rest.stop()
        with self._lock:
            self._changes = Changes()
            self._calls.clear()

    def call(self, work: Callable[[], None]) -> None:
        """Run ``work`` on the main thread soon; may be called on any thread."""
        with self._lock:
            self._calls.append(work)
        self._rouse()

    def when_done(
        self,
        future: Future[T],
        then: Callable[[T], Any] | None = None,
        failed: Callable[[Exception], Any] | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Hand the result of ``future`` to ``then`` on the main thread, its error to ``failed``.

        Without ``failed`` the error goes out as the signal `failed`. Neither is called once
        ``owner`` is deleted, nor for a cancelled future.
        """

        def deliver() -> None:
            if owner is not None and not shiboken6.isValid(owner):
                return
            try:
                result = future.result()
            except CancelledError:
                return
            except Exception as error:  # noqa: BLE001 - handed on, none is swallowed
                (failed or self.failed.emit)(error)
                return
            if then is not None:
                then(result)

        future.add_done_callback(lambda _: self.call(deliver))

    def _note(self, changes: Changes) -> None:
        with self._lock:
            self._changes |= changes
        self._rouse()

    def _rouse(self) -> None:
        with self._lock:
            if self._woken or not shiboken6.isValid(self):
                return
            self._woken = True
        self._wake.emit()

    @Slot()
    def _deliver(self) -> None:
        """One turn: calls until they have taken `TURN_SECONDS`, then changes; the rest next turn.

        Ten answers that come together must not keep the window from a key ten times as long.
        """
        with self._lock:
            self._woken = False
        until = time.monotonic() + TURN_SECONDS
        try:
            while (call := self._next_call()) is not None:
                call()
                if time.monotonic() >= until:
                    return
            self._hand_on_changes()
        finally:
            if self._calls or self._changes:
                self._rest.start()

    def _next_call(self) -> Callable[[], None] | None:
        with self._lock:
            return self._calls.popleft() if self._calls else None

    def _hand_on_changes(self) -> None:
        with self._lock:
            changes, self._changes = self._changes, Changes()
        if changes:
            self.changed.emit(changes)


def _nothing() -> None:
    return None
