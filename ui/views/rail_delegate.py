"""The delegate of the rail: a queue's icon and name at the left, its count at the right."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.context import UiContext
from ui.models.roles import Role
from ui.presenters.rail import RailRow, count_words
from ui.widgets.text_painter import TextPainter

ROW = 24
"""Height of a line in pixels at zoom 1: as low as a target for the mouse may be (WCAG 2.2, 2.5.8),
so that the queues of work and all branches are seen on a screen 768 pixels high.
"""

_ICON = 15
_INK = {"none": "text", "zero": "text_dim", "warning": "warning", "danger": "danger"}
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class RailDelegate(QStyledItemDelegate):
    """Paints `RailRow`s; what is urgent is bold besides being coloured."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._theme = context.theme
        self._text = TextPainter(context.theme)
        self.narrow = False
        """Whether there is room for icons and counts alone."""

    def forget(self) -> None:
        """Fonts or zoom have changed."""
        self._text.forget()

    def width_of(self, rows: Iterable[RailRow]) -> int:
        """How wide the rail must be for every name to be whole."""
        px = self._theme.px
        widths = (
            self._text.width(one.text, "strong")
            + (self._text.width(count_words(one.count), "small_strong") if one.count else 0)
            for one in rows
        )
        return max(widths, default=0) + px(33) + px(14) + px(12)

    def sizeHint(self, _: QStyleOptionViewItem, __: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every line is as high as every other."""
        return QSize(180, self._theme.px(ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one line."""
        row = index.data(Role.ROW)
        if not isinstance(row, RailRow):
            return
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not row.key:
            self._paint_gap(painter, rect)
        elif row.is_heading:
            self._paint_ground(painter, rect, state & ~QStyle.StateFlag.State_Selected)
            self._paint_heading(painter, rect, row)
        else:
            self._paint_ground(painter, rect, state)
            self._paint_queue(painter, rect, row, bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_gap(self, painter: QPainter, rect: QRect) -> None:
        px = self._theme.px
        painter.setPen(QPen(self._theme.color("border"), 1))
        middle = rect.center().y()
        painter.drawLine(rect.left() + px(14), middle, rect.right() - px(14), middle)

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        px, color = self._theme.px, self._theme.color
        ground = QRectF(rect).adjusted(px(6), 1, -px(6), -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(color("selection"))
            painter.drawRoundedRect(ground, px(5), px(5))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(color("hover"))
            painter.drawRoundedRect(ground, px(5), px(5))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color("focus"), 1.5))
            painter.drawRoundedRect(ground.adjusted(0.75, 0.75, -0.75, -0.75), px(5), px(5))

    def _paint_heading(self, painter: QPainter, rect: QRect, row: RailRow) -> None:
        theme, px = self._theme, self._theme.px
        side = px(12)
        arrow = QRectF(rect.left() + px(14), rect.center().y() - side / 2 + 0.5, side, side)
        name = "chevron-right" if row.folded else "chevron-down"
        theme.paint_icon(painter, arrow, name, "text_dim")
        painter.setFont(theme.font("small_strong"))
        painter.setPen(theme.color("text_dim"))
        inside = rect.adjusted(px(33), 0, -px(8 if self.narrow else 14), 0)
        self._text.left(painter, inside, row.text, role="small_strong", token="text_dim")

    def _paint_queue(self, painter: QPainter, rect: QRect, row: RailRow, selected: bool) -> None:
        theme, px = self._theme, self._theme.px
        urgent = row.emphasis == "danger"
        inside = rect.adjusted(px(33), 0, -px(14), 0)
        named = row.key.startswith(("saved:", "shared:"))
        if self.narrow and (
            named or not row.icon
        ):  # its name, as far as it goes: there is nothing else
            self._text.left(painter, rect.adjusted(px(14), 0, -px(8), 0), row.text, role="small")
            return
        if row.icon:
            side = px(_ICON)
            place = QRectF(rect.left() + px(13), rect.center().y() - side / 2 + 0.5, side, side)
            theme.paint_icon(painter, place, row.icon, self._icon_token(row, selected))
        if row.count is not None:
            strong = urgent or row.emphasis == "warning"
            self._text.right(
                painter,
                inside,
                count_words(row.count),
                role="small_strong" if strong else "small",
                token=_INK[row.emphasis],
            )
        if self.narrow:
            return
        self._text.left(
            painter,
            inside,
            row.text,
            role="strong" if selected else "body",
            token="text_dim" if row.emphasis == "zero" else "text",
        )

    @staticmethod
    def _icon_token(row: RailRow, selected: bool) -> str:
        if row.emphasis in ("danger", "warning"):
            return row.emphasis
        return "accent" if selected else "text_dim"
