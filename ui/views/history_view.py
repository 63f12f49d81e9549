"""The history of an appeal: one line an event, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from console.domain.ids import Ref
from ui.context import UiContext
from ui.presenters.history import HistoryLine
from ui.widgets.kind import set_kind
from ui.widgets.wrapping import wrap_flags, wrapped_rect


class HistoryView(QScrollArea):
    """Shows `HistoryLine`s; `link_opened` carries the `Ref` of another appeal."""

    link_opened = Signal(object)

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._lines = _Lines(context)
        self._lines.link_opened.connect(self.link_opened)
        self.setWidget(self._lines)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_lines(self, lines: tuple[HistoryLine, ...]) -> None:
        """Show these; where one reads stays where it is."""
        self.setAccessibleName(self._context.t("access.history"))
        self._lines.set_lines(lines)
        self._lines.arrange(self.viewport().width())

    def words(self) -> tuple[str, ...]:
        """What is said, line by line."""
        return tuple(placed.line.what for placed in self._lines.placed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        self._lines.arrange(self.viewport().width())


@dataclass(slots=True)
class _Placed:
    line: HistoryLine
    top: int = 0
    height: int = 0


class _Lines(QWidget):
    """The painted lines."""

    link_opened = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self.placed: list[_Placed] = []
        set_kind(self, "transparent")

    def set_lines(self, lines: tuple[HistoryLine, ...]) -> None:
        self.placed = [_Placed(line) for line in lines]
        self.setAccessibleName("\n".join(f"{x.when} {x.who}: {x.what}" for x in lines))
        self.update()

    def arrange(self, width: int) -> None:
        """Give each line its place; then the widget is as tall as all of them."""
        px = self._context.theme.px
        top = px(8)
        for each in self.placed:
            each.top = top + (px(28) if each.line.day else 0)
            each.height = self._text_rect(each, width).height() + self._small().height() + px(10)
            top = each.top + each.height
        self.resize(QSize(width, max(top + px(8), px(80))))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is to be seen."""
        painter = QPainter(self)
        if not self.placed:
            self._paint_text(painter, self.rect(), self._context.t("history.empty"), "text_dim")
        for each in self.placed:
            if each.top - 40 > event.rect().bottom() or each.top + each.height < event.rect().top():
                continue
            self._paint_line(painter, each)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A line about another appeal opens it."""
        link = self._link_at(event.position().toPoint())
        if link is not None:
            self.link_opened.emit(link)

    def _link_at(self, point: QPoint) -> Ref | None:
        for each in self.placed:
            if each.top <= point.y() < each.top + each.height:
                return each.line.link
        return None

    def _paint_line(self, painter: QPainter, each: _Placed) -> None:
        theme = self._context.theme
        px = theme.px
        if each.line.day:
            day = QRect(px(12), each.top - px(24), self.width() - px(24), px(20))
            painter.setFont(theme.font("small_strong"))
            painter.setPen(theme.color("text_dim"))
            painter.drawText(day, Qt.AlignmentFlag.AlignVCenter, each.line.day)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text_dim"))
        painter.drawText(px(12), each.top + px(2) + self._body().ascent(), each.line.when)
        text = self._text_rect(each, self.width())
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("accent" if each.line.link else "text"))
        painter.drawText(
            text, wrap_flags(self._body(), each.line.what, text.width()), each.line.what
        )
        below = QRect(text.left(), text.bottom() + px(2), text.width(), self._small().height())
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text_dim"))
        who = self._small().elidedText(each.line.who, Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, who)

    def _paint_text(self, painter: QPainter, rect: QRect, text: str, token: str) -> None:
        painter.setFont(self._context.theme.font("body"))
        painter.setPen(self._context.theme.color(token))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _text_rect(self, each: _Placed, width: int) -> QRect:
        px = self._context.theme.px
        left = px(12) + self._small().horizontalAdvance("00:00") + px(12)
        room = QRect(left, each.top + px(2), max(width - left - px(12), px(40)), 0)
        return wrapped_rect(self._body(), each.line.what, room)

    def _body(self) -> QFontMetrics:
        return QFontMetrics(self._context.theme.font("body"))

    def _small(self) -> QFontMetrics:
        return QFontMetrics(self._context.theme.font("small"))
