"""The delegate of the queue: paints the two lines of a row from one tuple, in one call."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.context import UiContext
from ui.models.queue import QueueItem
from ui.models.roles import Role
from ui.presenters.queue import QueueLine, QueueWords, Ringing
from ui.widgets.ring import paint_ring

ROW = 60
"""Height of a row in pixels at zoom 1."""

_RING = 30
_ICON = 14
_WIDE = 520
_TONES = {"soon": "warning", "overdue": "danger"}
_AFTER = "\u2002"


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the parts of a row stand."""

    ring: QRectF
    upper: QRect
    lower: QRect
    wide: bool


class QueueDelegate(QStyledItemDelegate):
    """Paints `QueueItem`s. Colour never says alone: each state has its sign and its words.

    `painted` counts the rows painted so far; `shown` is each row's clock as last painted.
    """

    def __init__(self, context: UiContext, words: QueueWords) -> None:
        super().__init__()
        self._context = context
        self._theme = context.theme
        self.words = words
        self.painted = 0
        self.shown: dict[int, Ringing] = {}

    def sizeHint(self, _: QStyleOptionViewItem, __: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row is as high as every other."""
        return QSize(200, self._theme.px(ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        self.painted += 1
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, state)
        item = index.data(Role.ROW)
        if isinstance(item, QueueItem):
            self._paint_item(painter, rect, item, index.row())
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        color, px = self._theme.color, self._theme.px
        if state & QStyle.StateFlag.State_Selected:
            active = state & QStyle.StateFlag.State_Active
            painter.fillRect(rect, color("selection" if active else "selection_idle"))
            painter.fillRect(QRect(rect.left(), rect.top(), px(3), rect.height()), color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, color("hover"))
        left = rect.left() + px(16)
        painter.fillRect(
            QRect(left, rect.bottom(), rect.right() - px(14) - left, 1), color("border")
        )
        if state & QStyle.StateFlag.State_HasFocus and not state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(color("focus"), 1))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))

    def _paint_item(self, painter: QPainter, rect: QRect, item: QueueItem, at: int) -> None:
        now = self._context.now()
        line = self.words.line(item.row, now)
        ringing = self.words.ringing(item.row, now)
        frame = self._frame(rect)
        self.shown[at] = ringing
        paint_ring(painter, frame.ring, ringing.share, ringing.kind, self._theme)
        if line.unread:
            self._paint_dot(painter, rect)
        self._paint_upper(painter, frame, line, ringing)
        self._paint_lower(painter, frame, line, present=bool(self.words.present(item.people)))

    def _frame(self, rect: QRect) -> _Frame:
        px = self._theme.px
        ring = QRectF(rect.left() + px(16), 0, px(_RING), px(_RING))
        ring.moveTop(rect.top() + (rect.height() - ring.height()) / 2)
        left = round(ring.right()) + px(12)
        width = rect.right() - px(14) - left
        upper = QRect(left, rect.top() + px(9), width, px(20))
        lower = QRect(left, rect.top() + px(31), width, px(20))
        return _Frame(ring, upper, lower, rect.width() >= px(_WIDE))

    def _paint_dot(self, painter: QPainter, rect: QRect) -> None:
        px = self._theme.px
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        center = QPointF(rect.left() + px(9), rect.center().y() + 0.5)
        painter.drawEllipse(center, px(6) / 2, px(6) / 2)

    def _paint_upper(
        self, painter: QPainter, frame: _Frame, line: QueueLine, ringing: Ringing
    ) -> None:
        theme, rect = self._theme, QRect(frame.upper)
        tone = _TONES.get(ringing.kind)
        taken = self._right(painter, rect, ringing.words, theme.font("small"), tone or "text_dim")
        rect.setRight(rect.right() - taken - theme.px(8))
        if line.danger:
            self._left_icon(painter, rect, "danger", "danger")
        author_font = theme.font("strong" if line.unread else "body")
        author_room = min(rect.width(), max(rect.width() * 3 // 5, rect.width() - theme.px(96)))
        self._left(painter, rect, line.author, author_font, "text", most=author_room)
        if line.place:
            rect.setLeft(rect.left() + theme.px(8))
            self._left(painter, rect, line.place, theme.font("small"), "text_dim")

    def _paint_lower(
        self, painter: QPainter, frame: _Frame, line: QueueLine, *, present: bool
    ) -> None:
        theme, rect = self._theme, QRect(frame.lower)
        self._paint_owner(painter, rect, line, present=present)
        self._right_icon(painter, rect, line.channel_icon, "text_dim")
        for mark in line.marks:
            self._right_icon(painter, rect, mark.icon, mark.token)
        if line.outage:
            self._right_chip(painter, rect, line.outage, line.outage_kind, "bolt")
        if line.status:
            self._right_chip(painter, rect, line.status, "neutral", "", most=rect.width() // 2)
        if frame.wide and line.owner_kind != "mine":
            taken = self._right(painter, rect, line.owner, theme.font("small"), "text_dim")
            rect.setRight(rect.right() - taken - theme.px(8))
        self._left(painter, rect, line.topic, theme.font("small"), "text", most=rect.width())
        rect.setLeft(rect.left() + theme.px(8))
        self._left(painter, rect, line.text, theme.font("small"), "text_dim")

    def _paint_owner(
        self, painter: QPainter, rect: QRect, line: QueueLine, *, present: bool
    ) -> None:
        """Whose it is: initials on a disc, or a broken ring where it is nobody's."""
        theme, side = self._theme, self._theme.px(20)
        disc = QRectF(rect.right() - side, rect.center().y() - side / 2 + 0.5, side, side)
        if line.owner_kind == "none":
            painter.setPen(QPen(theme.color("border_strong"), 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(disc.adjusted(1, 1, -1, -1))
        else:
            mine = line.owner_kind == "mine"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent" if mine else "chip_neutral"))
            painter.drawEllipse(disc)
            painter.setPen(theme.color("accent_text" if mine else "chip_neutral_text"))
            painter.setFont(theme.font("tiny"))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, line.owner_initials)
        rect.setRight(rect.right() - side - theme.px(8))
        if present:
            self._right_icon(painter, rect, "eye", "info")

    # Pieces: each takes its room off the rectangle that it is given

    def _left(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        font: QFont,
        token: str,
        *,
        most: int | None = None,
    ) -> None:
        metrics = QFontMetrics(font)
        room = rect.width() if most is None else min(most, rect.width())
        if room < metrics.averageCharWidth() * 3:
            return
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        painter.drawText(rect, _LEFT, shown)
        rect.setLeft(rect.left() + metrics.horizontalAdvance(shown))

    def _right(self, painter: QPainter, rect: QRect, text: str, font: QFont, token: str) -> int:
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        painter.drawText(rect, _RIGHT, text)
        return metrics.horizontalAdvance(text)

    def _left_icon(self, painter: QPainter, rect: QRect, icon: str, token: str) -> None:
        side = self._theme.px(_ICON + 1)
        place = QRectF(rect.left(), rect.center().y() - side / 2 + 0.5, side, side)
        self._theme.paint_icon(painter, place, icon, token)
        rect.setLeft(rect.left() + side + self._theme.px(5))

    def _right_icon(self, painter: QPainter, rect: QRect, icon: str, token: str) -> None:
        side = self._theme.px(_ICON)
        place = QRectF(rect.right() - side, rect.center().y() - side / 2 + 0.5, side, side)
        self._theme.paint_icon(painter, place, icon, token)
        rect.setRight(rect.right() - side - self._theme.px(6))

    def _right_chip(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        kind: str,
        icon: str,
        *,
        most: int | None = None,
    ) -> None:
        theme, px = self._theme, self._theme.px
        font = theme.font("small")
        metrics = QFontMetrics(font)
        inner = px(_ICON - 1) + px(3) if icon else 0
        room = (most or rect.width()) - inner - px(12)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(shown) + inner + px(12)
        chip = QRectF(rect.right() - width, rect.center().y() - px(9) + 0.5, width, px(18))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"chip_{kind}"))
        painter.drawRoundedRect(chip, px(4), px(4))
        ink = f"chip_{kind}_text"
        if icon:
            side = px(_ICON - 1)
            place = QRectF(chip.left() + px(5), chip.center().y() - side / 2, side, side)
            theme.paint_icon(painter, place, icon, ink)
        painter.setFont(font)
        painter.setPen(theme.color(ink))
        painter.drawText(
            chip.adjusted(px(6) + inner - (px(1) if icon else 0), 0, -px(6), 0), _LEFT, shown
        )
        rect.setRight(rect.right() - round(width) - px(6))


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
