"""The pulse: hands changes on at once when they are rare and merged when they are many."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from console.changes import Changes

REST_MS = 120
"""During a storm the screens are refreshed no more often than this."""


class Pulse(QObject):
    """`beat` carries merged `Changes`, the first at once, those within `REST_MS` together."""

    beat = Signal(object)

    def __init__(self, parent: QObject | None = None, *, rest_ms: int = REST_MS) -> None:
        super().__init__(parent)
        self._waiting = Changes()
        self._rest = QTimer(self)
        self._rest.setObjectName("pulse")
        self._rest.setSingleShot(True)
        self._rest.setInterval(rest_ms)
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
        if changes:
            self._rest.start()
            self.beat.emit(changes)
