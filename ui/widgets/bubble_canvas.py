"""A canvas of bubbles: theirs left, ours right, a heading where a new day begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.context import Look
from ui.widgets.message_bubble import MessageBubble

_EDGE, _GAP, _DAY = 12, 8, 28
_SHARE = 0.86
_TEXT_WIDTH = 620


@dataclass(slots=True)
class Placed:
    """A bubble on the canvas; ``day`` heads it where it is not empty."""

    bubble: MessageBubble
    right: bool
    day: str = ""
    top: int = 0


class BubbleCanvas(QWidget):
    """Lays out the bubbles it is given, top to bottom; scrolling is its owner's business."""

    def __init__(self, theme: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._items: list[Placed] = []

    def items(self) -> Sequence[Placed]:
        """What is on it, top to bottom."""
        return self._items

    def set_items(self, items: Sequence[Placed]) -> None:
        """Show these; `arrange` then places them."""
        self._items = list(items)

    def arrange(self, width: int, *, head: QWidget | None = None) -> int:
        """Place everything for ``width``, ``head`` above it all; the height that takes."""
        px = self._theme.px
        edge, room = px(_EDGE), max(width - 2 * px(_EDGE), 80)
        widest = min(int(room * _SHARE), px(_TEXT_WIDTH)) if room > px(260) else room
        top = px(_GAP)
        if head is not None:
            size = head.sizeHint()
            head.setGeometry((width - size.width()) // 2, top, size.width(), size.height())
            top += size.height() + px(_GAP)
        for item in self._items:
            if item.day:
                top += px(_DAY)
            bubble = item.bubble
            bubble_width = bubble.width_at_most(widest)
            left = width - edge - bubble_width if item.right else edge
            place = QRect(left, top, bubble_width, bubble.height_at(bubble_width))
            item.top = top - (px(_DAY) if item.day else 0)
            if bubble.geometry() != place:
                bubble.setGeometry(place)
            bubble.setVisible(True)
            top += place.height() + px(_GAP)
        self.resize(width, top)
        self.update()
        return top

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the headings of the days that are to be seen."""
        painter = QPainter(self)
        painter.setFont(self._theme.font("small"))
        height = self._theme.px(_DAY)
        for item in self._items:
            if not item.day:
                continue
            line = QRect(0, item.top, self.width(), height)
            if not line.intersects(event.rect()):
                continue
            painter.setPen(self._theme.color("text_dim"))
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, item.day)
            middle = line.center().y()
            half = painter.fontMetrics().horizontalAdvance(item.day) // 2 + self._theme.px(12)
            painter.setPen(self._theme.color("border"))
            edge = self._theme.px(_EDGE)
            painter.drawLine(edge, middle, line.center().x() - half, middle)
            painter.drawLine(line.center().x() + half, middle, self.width() - edge, middle)
