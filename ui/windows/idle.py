"""Idle: how long nobody has touched keys or mouse in any window of the program."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_LOOK_MS = 5_000
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class Idle(QObject):
    """`too_long` is emitted once after ``limit()`` seconds (0: never) without a touch.

    It listens at the windows, not at the application: that would call Python for every timer and
    paint. ``monotonic`` are seconds on a clock that nobody sets.
    """

    too_long = Signal()

    def __init__(
        self,
        monotonic: Callable[[], float],
        limit: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self._limit = limit
        self._touched = monotonic()
        self._said = False
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.setObjectName("idle")
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Watch from now on."""
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._listen)
        self._listen(QGuiApplication.focusWindow())
        self.touch()
        self._timer.start()

    def end(self) -> None:
        """Watch no more."""
        app = QGuiApplication.instance()
        if self._timer.isActive() and isinstance(app, QGuiApplication):
            app.focusWindowChanged.disconnect(self._listen)
        self._timer.stop()

    def touch(self) -> None:
        """Somebody is here."""
        self._touched = self._monotonic()
        self._said = False

    def look(self) -> None:
        """Tell, if it has been too long."""
        limit = self._limit()
        if limit and not self._said and self._monotonic() - self._touched >= limit:
            self._said = True
            self.too_long.emit()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Note that somebody is here; nothing is kept from anybody."""
        if event.type() in _TOUCHES:
            self.touch()
        return False

    def _listen(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)
            self.touch()
