"""Typing presence: colleagues see that somebody writes, and soon after the last key no more."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from ui.views.composing import Composing

TYPING_MILLIS = 8_000
"""How long after the last key colleagues still see that somebody types."""


class TypingPresence(QObject):
    """Tells of the appeal that is shown when a key is pressed."""

    def __init__(
        self, composing: Composing, *, parent: QObject, millis: int = TYPING_MILLIS
    ) -> None:
        super().__init__(parent)
        self._composing = composing
        self._told = False
        self._timer = QTimer(self, singleShot=True, interval=millis)
        self._timer.timeout.connect(self.stop)

    def typed(self) -> None:
        """A key was pressed."""
        if not self._told:
            self._tell(typing=True)
        self._timer.start()

    def stop(self) -> None:
        """Nobody types any more."""
        self._timer.stop()
        if self._told:
            self._tell(typing=False)

    def _tell(self, *, typing: bool) -> None:
        self._told = typing
        view = self._composing.view
        if view is not None:
            self._composing.context.console.sync.set_presence(view.appeal.ref, typing=typing)
