"""The pulse: hands changes on at once when they are rare and merged when they are many."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from console.changes import Changes

REST_MS = 120
"""During a storm the screens are refreshed no more often than this."""

LONGEST_REST_MS = 480
"""A storm that goes on: each refresh takes a frame or two, in which somebody may be typing."""


class Pulse(QObject):
    """`beat` carries merged `Changes`: the first at once, those that come while it rests together.

    A rest is ``rest_ms``, and twice as long as the one before while changes go on coming.
    """

    beat = Signal(object)

    def __init__(self, parent: QObject | None = None, *, rest_ms: int = REST_MS) -> None:
        super().__init__(parent)
        self._waiting = Changes()
        self._rest = QTimer(self)
        self._rest.setObjectName("pulse")
        self._rest.setSingleShot(True)
        self._rest_ms = self._next_ms = rest_ms
        self._rest.timeout.connect(self._beat)

    def feel(self, changes: Changes) -> None:
        """Hand these on, now or soon."""
        self._waiting |= changes
        if not self._rest.isActive():
            self._beat()

    def stop(self) -> None:
        """Hand nothing on any more."""
        self._waiting = Changes()
        self._rest.stop()

    def _beat(self) -> None:
        changes, self._waiting = self._waiting, Changes()
        if not changes:
            self._next_ms = self._rest_ms
            return
        self._rest.start(self._next_ms)
        self._next_ms = min(2 * self._next_ms, max(self._rest_ms, LONGEST_REST_MS))
        self.beat.emit(changes)
