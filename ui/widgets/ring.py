"""A ring: the share of a time that is used up, told by its arc, its colour and its middle."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

_FULL = 5760  # a whole turn in Qt's sixteenths of a degree
_TOP = 1440
_KEPT = 512
_INKS = {"none": "ring_track", "done": "ok"}


class Colors(Protocol):
    """What a ring asks of the theme."""

    def color(self, token: str) -> QColor:
        """The colour of a token."""

    def px(self, size: float) -> int:
        """Pixels at the present zoom."""


def paint_ring(painter: QPainter, rect: QRectF, share: float, kind: str, theme: Colors) -> None:
    """Paint a ring into ``rect``: ``share`` 0..1 of it used up, in steps of a hundredth.

    ``kind``: ``ok``, ``soon`` (a dot in the middle), ``overdue`` (an exclamation mark), ``paused``
    (two bars), ``none`` (an empty track: no clock runs), ``done`` (a tick).
    """
    side = min(rect.width(), rect.height())
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    ink = theme.color(_INKS.get(kind, f"ring_{kind}")).rgba()
    step = round(100 * max(0.0, min(1.0, share)))
    picture = _picture(round(side * ratio), kind, step, ink, theme.color("ring_track").rgba())
    square = QRectF(0, 0, side, side)
    square.moveCenter(rect.center())
    painter.drawPixmap(square, picture, QRectF(picture.rect()))


@lru_cache(maxsize=_KEPT)
def _picture(side: int, kind: str, step: int, ink: int, track: int) -> QPixmap:
    """A ring of ``side`` device pixels; a queue shows the same few again and again."""
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = side * 0.12
    square = QRectF(width / 2, width / 2, side - width, side - width)
    _arc(painter, square, 1.0, QColor.fromRgba(track), width)
    if kind not in ("none", "done"):
        left = 1.0 if kind == "overdue" else 1.0 - step / 100
        _arc(painter, square, left, QColor.fromRgba(ink), width)
    _paint_middle(painter, square, kind, QColor.fromRgba(ink))
    painter.end()
    return picture


def _arc(painter: QPainter, square: QRectF, share: float, color: QColor, width: float) -> None:
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(square, _TOP, round(_FULL * share))


def _paint_middle(painter: QPainter, square: QRectF, kind: str, color: QColor) -> None:
    center, unit = square.center(), square.width() / 10
    if kind in ("none", "ok"):
        return
    pen = QPen(color, unit * 1.4)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)

    def at(x: float, y: float) -> QPointF:
        return center + QPointF(x * unit, y * unit)

    if kind == "soon":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(center, unit * 1.5, unit * 1.5)
    elif kind == "overdue":
        painter.drawLine(at(0, -2.2), at(0, 0.5))
        painter.drawPoint(at(0, 2.6))
    elif kind == "paused":
        painter.drawLine(at(-1.3, -1.8), at(-1.3, 1.8))
        painter.drawLine(at(1.3, -1.8), at(1.3, 1.8))
    elif kind == "done":
        painter.drawPolyline([at(-2.2, 0.2), at(-0.6, 1.8), at(2.3, -1.7)])


class Ring(QWidget):
    """A ring as a widget of its own; ``side`` pixels at zoom 1."""

    def __init__(self, theme: Colors, *, side: int = 32, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._side = side
        self._share = 0.0
        self._kind = "none"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set(self, share: float, kind: str, words: str) -> None:
        """Show a share and kind; ``words`` say the same to whoever cannot see it."""
        self.setAccessibleName(words)
        self.setToolTip(words)
        if (share, kind) != (self._share, self._kind):
            self._share, self._kind = share, kind
            self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        side = self._theme.px(self._side)
        return QSize(side, side)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint the ring."""
        painter = QPainter(self)
        paint_ring(painter, QRectF(self.rect()), self._share, self._kind, self._theme)
