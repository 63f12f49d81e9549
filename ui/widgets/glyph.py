"""A glyph: an icon as a widget, painted when it is shown, so that it follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Glyph(QWidget):
    """One icon of a fixed side; nothing is shown where there is no icon."""

    def __init__(self, side: int, *, icon: QIcon | None = None, parent: QWidget | None = None):
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_side(side)
        self._icon = QIcon()
        self.set_icon(icon)

    def set_side(self, side: int) -> None:
        """Be another size."""
        self.setFixedSize(QSize(side, side))

    def set_icon(self, icon: QIcon | None) -> None:
        """Show another icon, or none."""
        self._icon = icon or QIcon()
        self.setVisible(icon is not None)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint the icon."""
        self._icon.paint(QPainter(self), self.rect())
