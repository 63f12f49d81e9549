"""Icons: line drawings from resources/themes/icons, painted in the colour of a token."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from console.errors import ConfigError
from ui.theme.tokens import FOLDER

ICONS: Path = FOLDER / "icons"
_KEPT = 512


class LiveIcon(QIconEngine):
    """An icon that asks for its colour each time it is painted: a theme switch needs no reload."""

    def __init__(self, name: str, color: Callable[[], QColor], faint: Callable[[], QColor]) -> None:
        super().__init__()
        self._name = name
        self._color = color
        self._faint = faint

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _: QIcon.State) -> None:
        """Paint the drawing into ``rect``, faint where the widget is disabled."""
        color = self._faint() if mode is QIcon.Mode.Disabled else self._color()
        paint(painter, QRectF(rect), self._name, color)

    def pixmap(self, size: QSize, mode: QIcon.Mode, _: QIcon.State) -> QPixmap:
        """The drawing as a pixmap of ``size`` device pixels; none for a widget not laid out yet."""
        if size.isEmpty():
            return QPixmap()
        color = self._faint() if mode is QIcon.Mode.Disabled else self._color()
        return _pixmap(self._name, color.rgba(), min(size.width(), size.height()))

    def clone(self) -> QIconEngine:
        """A copy for Qt's copy-on-write."""
        return LiveIcon(self._name, self._color, self._faint)


def paint(painter: QPainter, rect: QRectF, name: str, color: QColor) -> None:
    """Paint the drawing ``name`` into the square in the middle of ``rect``, sharp at any scale."""
    side = min(rect.width(), rect.height())
    ratio = painter.device().devicePixelRatio() if painter.device() else 1.0
    scale = ratio * abs(painter.worldTransform().m11() or 1.0)
    pixmap = _pixmap(name, color.rgba(), max(1, round(side * scale)))
    square = QRectF(0, 0, side, side)
    square.moveCenter(rect.center())
    painter.drawPixmap(square, pixmap, QRectF(pixmap.rect()))


@lru_cache(maxsize=_KEPT)
def _pixmap(name: str, rgba: int, side: int) -> QPixmap:
    image = QPixmap(side, side)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, QColor.fromRgba(rgba).name()).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return image


@lru_cache(maxsize=_KEPT)
def _renderer(name: str, color: str) -> QSvgRenderer:
    file = ICONS / f"{name}.svg"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(f"{file}: there is no such icon") from error
    return QSvgRenderer(QByteArray(text.replace("currentColor", color).encode()))
