"""A text painter: lines of text from the left and from the right of a rectangle, each eliding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_MOST_KEPT = 8192


Spans = Sequence[tuple[int, int]]


class Look(Protocol):
    """What is asked of the theme."""

    def color(self, token: str) -> QColor:
        """The colour of a token."""

    def px(self, size: float) -> int:
        """Pixels at the present zoom."""

    def font(self, role: Any = "body") -> QFont:
        """The font of a role."""

    def metrics(self, role: Any = "body") -> QFontMetrics:
        """The metrics of a role's font."""

    def paint_icon(self, painter: QPainter, rect: QRectF, name: str, token: str) -> None:
        """Paint a drawing."""


class TextPainter:
    """Paints the pieces of a row; each piece takes its room off the rectangle that it is given.

    Measuring a text costs more than painting it, so widths and shortened texts are remembered
    until `forget`.
    """

    def __init__(self, theme: Look) -> None:
        self._theme = theme
        self._widths: dict[tuple[str, str], int] = {}
        self._elided: dict[tuple[str, str, int], str] = {}

    def forget(self) -> None:
        """Fonts or zoom have changed."""
        self._widths.clear()
        self._elided.clear()

    def width(self, text: str, role: str) -> int:
        """How wide a text is in the font of a role."""
        found = self._widths.get((text, role))
        if found is None:
            if len(self._widths) > _MOST_KEPT:
                self._widths.clear()
            found = self._widths[text, role] = self._theme.metrics(role).horizontalAdvance(text)
        return found

    def fitting(self, text: str, role: str, room: int) -> str:
        """``text``, shortened with an ellipsis where it is wider than ``room``."""
        if self.width(text, role) <= room:
            return text
        found = self._elided.get((text, role, room))
        if found is None:
            if len(self._elided) > _MOST_KEPT:
                self._elided.clear()
            found = self._theme.metrics(role).elidedText(text, Qt.TextElideMode.ElideRight, room)
            self._elided[text, role, room] = found
        return found

    def left(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        *,
        role: str = "body",
        token: str = "text",
        most: int | None = None,
        spans: Spans = (),
    ) -> None:
        """Paint at the left, in ``most`` pixels at most; nothing where it would be a mere stub.

        ``spans`` of the text, as (start, end), are highlighted as far as they are to be seen.
        """
        room = rect.width() if most is None else min(most, rect.width())
        if room < self._theme.px(24):
            return
        shown = self.fitting(text, role, room)
        painter.setFont(self._theme.font(role))
        painter.setPen(self._theme.color(token))
        painter.drawText(rect, _LEFT, shown)
        if spans:
            self._highlight(painter, rect, shown, role=role, spans=spans)
        rect.setLeft(rect.left() + self.width(shown, role))

    def _highlight(
        self, painter: QPainter, rect: QRect, shown: str, *, role: str, spans: Spans
    ) -> None:
        metrics = self._theme.metrics(role)
        seen = len(shown) - 1 if shown.endswith("…") else len(shown)
        painter.setPen(self._theme.color("match_text"))
        for start, end in spans:
            if start >= seen:
                return
            left = rect.left() + metrics.horizontalAdvance(shown[:start])
            words = shown[start : min(end, seen)]
            height = metrics.height()
            place = QRect(left, rect.center().y() - height // 2 + 1, 0, height)
            place.setWidth(metrics.horizontalAdvance(words))
            painter.fillRect(place.adjusted(-1, 0, 1, 0), self._theme.color("match"))
            painter.drawText(QRect(left, rect.top(), rect.width(), rect.height()), _LEFT, words)

    def right(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        *,
        role: str = "small",
        token: str = "text_dim",
        gap: int = 8,
    ) -> None:
        """Paint at the right, whole."""
        painter.setFont(self._theme.font(role))
        painter.setPen(self._theme.color(token))
        painter.drawText(rect, _RIGHT, text)
        rect.setRight(rect.right() - self.width(text, role) - self._theme.px(gap))

    def left_icon(
        self, painter: QPainter, rect: QRect, icon: str, *, token: str, side: int, gap: int = 5
    ) -> None:
        """Paint a drawing at the left."""
        place = self._place(rect, self._theme.px(side))
        place.moveLeft(rect.left())
        self._theme.paint_icon(painter, place, icon, token)
        rect.setLeft(rect.left() + self._theme.px(side + gap))

    def right_icon(
        self, painter: QPainter, rect: QRect, icon: str, *, token: str, side: int, gap: int = 6
    ) -> None:
        """Paint a drawing at the right."""
        place = self._place(rect, self._theme.px(side))
        place.moveRight(rect.right())
        self._theme.paint_icon(painter, place, icon, token)
        rect.setRight(rect.right() - self._theme.px(side + gap))

    def right_chip(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        *,
        kind: str,
        icon: str = "",
        most: int | None = None,
    ) -> None:
        """Paint a chip at the right, in ``most`` pixels at most."""
        theme, px = self._theme, self._theme.px
        inner = px(_CHIP_ICON + 2) if icon else 0
        shown = self.fitting(text, "small", (most or rect.width()) - inner - px(12))
        width = self.width(shown, "small") + inner + px(12)
        chip = QRectF(rect.right() - width, rect.center().y() - px(9) + 0.5, width, px(18))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"chip_{kind}"))
        painter.drawRoundedRect(chip, px(4), px(4))
        ink = f"chip_{kind}_text"
        if icon:
            side = px(_CHIP_ICON)
            place = QRectF(chip.left() + px(5), chip.center().y() - side / 2, side, side)
            theme.paint_icon(painter, place, icon, ink)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color(ink))
        painter.drawText(chip.adjusted(px(6) + inner, 0, 0, 0), _LEFT, shown)
        rect.setRight(rect.right() - round(width) - px(6))

    @staticmethod
    def _place(rect: QRect, side: int) -> QRectF:
        return QRectF(0, rect.center().y() - side / 2 + 0.5, side, side)


_CHIP_ICON = 13
