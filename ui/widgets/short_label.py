"""A label of a few words: one line where there is room, more where there is not."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget


class ShortLabel(QLabel):
    """Qt's own wrapped label asks for two lines as soon as one is longer than forty letters."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    def sizeHint(self) -> QSize:
        """All of it in one line."""
        self.ensurePolished()
        metrics, frame = self.fontMetrics(), self.contentsMargins()
        width = metrics.horizontalAdvance(self.text()) + frame.left() + frame.right() + 1
        return QSize(width, super().heightForWidth(width))
