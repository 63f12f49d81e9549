"""Paints an entry of the outbox: what and about whom, how it stands, how its text begins."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.context import UiContext
from ui.models.roles import Role
from ui.presenters.outbox import EntryFace

ROW = 76
_ICONS = {"queued": "clock", "in_flight": "sync", "held": "held"}
_MARGIN = 12
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class OutboxDelegate(QStyledItemDelegate):
    """Three lines; the state has an icon and words besides its colour."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._theme = context.theme

    def sizeHint(self, _: QStyleOptionViewItem, __: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row is as high as every other."""
        return QSize(200, self._theme.px(ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one entry."""
        face = index.data(Role.ROW)
        if not isinstance(face, EntryFace):
            return
        theme, px = self._theme, self._theme.px
        whole = QRect(option.rect)
        focus = theme.color("focus")
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(whole, theme.color("selection"))
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.fillRect(whole.left(), whole.top(), px(3), whole.height(), focus)
        painter.setPen(theme.color("border"))
        painter.drawLine(whole.bottomLeft(), whole.bottomRight())
        inside = whole.adjusted(px(_MARGIN), px(8), -px(_MARGIN), -px(8))
        height = inside.height() // 3
        lines = [
            QRect(inside.left(), inside.top() + at * height, inside.width(), height)
            for at in range(3)
        ]
        title = " · ".join(filter(None, (face.what, face.about)))
        self._line(painter, lines[0], title, role="strong", token="text")
        self._state(painter, lines[1], face)
        self._line(painter, lines[2], face.line, role="body", token="text_dim")
        painter.restore()

    def _state(self, painter: QPainter, rect: QRect, face: EntryFace) -> None:
        theme, px = self._theme, self._theme.px
        side = px(14)
        spot = QRectF(rect.left(), rect.center().y() - side / 2 + 0.5, side, side)
        theme.paint_icon(painter, spot, _ICONS.get(face.state, "clock"), face.kind)
        words = rect.adjusted(side + px(6), 0, 0, 0)
        self._line(painter, words, face.why, role="small_strong", token=face.kind)

    def _line(self, painter: QPainter, rect: QRect, text: str, *, role: str, token: str) -> None:
        font = self._theme.font(role)
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, _LEFT, shown)
