"""The history of an appeal: one line for each thing that happened, newest first, by strands."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QComboBox, QScrollArea, QToolButton, QVBoxLayout, QWidget

from ui.context import UiContext
from ui.presenters.history import HistoryLine, Strand, of_strands
from ui.widgets.flow import Flow
from ui.widgets.kind import set_kind
from ui.widgets.wrapping import wrap_flags, wrapped_rect


class HistoryView(QWidget):
    """Shows `HistoryLine`s; `link_opened` carries the `Ref` of another appeal.

    Keys: ↑ ↓ go from line to line, with Shift they choose several, Ctrl+A chooses all; Ctrl+C
    copies what is chosen, Enter opens the appeal that the line names; 0 shows everything, 1 to 6
    one strand alone.
    """

    link_opened = Signal(object)

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._all: tuple[HistoryLine, ...] = ()
        self._strands: frozenset[Strand] = frozenset()
        self._lines = _Lines(context)
        self._lines.link_opened.connect(self.link_opened)
        self._scroll = _Scroll(self._lines)
        self._lines.reached.connect(self._scroll.show_part)
        self.setFocusProxy(self._scroll)
        self._buttons: dict[Strand | None, QToolButton] = {}
        self._choice = QComboBox()
        self._choice.activated.connect(lambda at: self.show_strand(tuple(self._buttons)[at]))
        self._choice.hide()
        self._make_filter()
        self.retranslate()

    def _make_filter(self) -> None:
        px = self._context.theme.px
        row = QWidget()
        flow = Flow(row, gap=px(4))
        for strand in (None, *Strand):
            button = QToolButton()
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            set_kind(button, "segment")
            button.clicked.connect(lambda _=False, one=strand: self.show_strand(one))
            flow.addWidget(button)
            self._buttons[strand] = button
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inner = QVBoxLayout()
        inner.setContentsMargins(px(12), px(6), px(12), px(2))
        inner.addWidget(row)
        inner.addWidget(self._choice)
        self._row = row
        column.addLayout(inner)
        column.addWidget(self._scroll, 1)

    def set_tight(self, *, tight: bool) -> None:
        """Where there is little room the strands are a list to choose from."""
        self._row.setVisible(not tight)
        self._choice.setVisible(tight)

    def show_lines(self, lines: tuple[HistoryLine, ...]) -> None:
        """Show these; where one reads stays where it is, and what is chosen stays chosen."""
        self._all = lines
        self._refill()

    def show_strand(self, strand: Strand | None) -> None:
        """Show one strand alone, or with None everything."""
        self._strands = frozenset() if strand is None else frozenset({strand})
        self._refill()

    def words(self) -> tuple[str, ...]:
        """What is said, line by line."""
        return tuple(placed.line.what for placed in self._lines.placed)

    def copied(self) -> str:
        """What Ctrl+C would copy: the chosen lines, or all that are shown."""
        return self._lines.copied()

    def retranslate(self) -> None:
        """Say everything in the present language; the owner brings new lines."""
        t = self._context.t
        for number, (strand, button) in enumerate(self._buttons.items()):
            button.setText(t(f"history.strand_{strand or 'all'}"))
            button.setToolTip(t("history.strand_hint", number=number))
        self._choice.clear()
        self._choice.addItems([button.text() for button in self._buttons.values()])
        self._choice.setAccessibleName(t("history.strands"))
        self._scroll.setAccessibleName(t("history.title"))
        self._mark()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits choose a strand."""
        digit = event.key() - Qt.Key.Key_0
        strands = tuple(self._buttons)
        if not event.modifiers() and 0 <= digit < len(strands):
            self.show_strand(strands[digit])
        else:
            super().keyPressEvent(event)

    def _refill(self) -> None:
        self._lines.set_lines(of_strands(self._all, self._strands))
        self._lines.arrange(self._scroll.viewport().width())
        self._mark()

    def _mark(self) -> None:
        for strand, button in self._buttons.items():
            chosen = strand in self._strands if strand else not self._strands
            button.setChecked(chosen)
            if chosen:
                self._choice.setCurrentIndex(tuple(self._buttons).index(strand))


class _Scroll(QScrollArea):
    """Keeps the lines as wide as itself."""

    def __init__(self, lines: _Lines) -> None:
        super().__init__()
        self._lines = lines
        self.setWidget(lines)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_part(self, top: int, bottom: int) -> None:
        """Scroll as little as need be for this part to be seen."""
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if top < bar.value():
            bar.setValue(top)
        elif bottom > bar.value() + height:
            bar.setValue(bottom - height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        self._lines.arrange(self.viewport().width())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from line to line, choose, copy, open."""
        if not self._lines.press(event):
            super().keyPressEvent(event)


@dataclass(slots=True)
class _Placed:
    line: HistoryLine
    top: int = 0
    height: int = 0


class _Lines(QWidget):
    """The painted lines. `reached` carries the upper and lower edge of the one that is current."""

    link_opened = Signal(object)
    reached = Signal(int, int)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self.placed: list[_Placed] = []
        self._current = ""
        self._anchor = ""
        set_kind(self, "transparent")

    def set_lines(self, lines: tuple[HistoryLine, ...]) -> None:
        self.placed = [_Placed(line) for line in lines]
        self.setAccessibleName("\n".join(line.copied for line in lines))
        self.update()

    def arrange(self, width: int) -> None:
        """Give each line its place; then the widget is as tall as all of them."""
        px = self._context.theme.px
        top = px(8)
        for each in self.placed:
            each.top = top + (px(28) if each.line.day else 0)
            each.height = self._text_rect(each, width).height() + self._below(each) + px(10)
            top = each.top + each.height
        self.resize(QSize(width, max(top + px(8), px(80))))
        self.update()

    def chosen(self) -> list[HistoryLine]:
        """The lines between where choosing began and where it went to."""
        ids = [each.line.id for each in self.placed]
        if self._current not in ids:
            return []
        ends = ids.index(self._current), ids.index(self._anchor) if self._anchor in ids else None
        first, last = ends[0], ends[0] if ends[1] is None else ends[1]
        first, last = min(first, last), max(first, last)
        return [each.line for each in self.placed[first : last + 1]]

    def copied(self) -> str:
        lines = self.chosen() or [each.line for each in self.placed]
        return "\n".join(line.copied for line in lines)

    def press(self, event: QKeyEvent) -> bool:
        """Whether it was a key of ours."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
        elif event.matches(QKeySequence.StandardKey.SelectAll) and self.placed:
            self._anchor, self._current = self.placed[0].line.id, self.placed[-1].line.id
            self.update()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            down = event.key() == Qt.Key.Key_Down
            extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(1 if down else -1, extend=extend)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            link = next((line.link for line in self.chosen() if line.link is not None), None)
            if link is not None:
                self.link_opened.emit(link)
        else:
            return False
        return True

    def _step(self, by: int, *, extend: bool) -> None:
        if not self.placed:
            return
        ids = [each.line.id for each in self.placed]
        at = ids.index(self._current) + by if self._current in ids else 0
        at = min(max(at, 0), len(ids) - 1)
        self._current = ids[at]
        if not extend or self._anchor not in ids:
            self._anchor = self._current
        placed = self.placed[at]
        self.reached.emit(placed.top - self._context.theme.px(28), placed.top + placed.height)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is to be seen."""
        painter = QPainter(self)
        if not self.placed:
            self._paint_text(painter, self.rect(), self._context.t("history.empty"), "text_dim")
        chosen = {line.id for line in self.chosen()}
        for each in self.placed:
            if each.top - 40 > event.rect().bottom() or each.top + each.height < event.rect().top():
                continue
            if each.line.id in chosen:
                ground = QRect(0, each.top, self.width(), each.height)
                painter.fillRect(ground, self._context.theme.color("selection"))
            self._paint_line(painter, each)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a line, with Shift up to it."""
        each = self._at(event.position().toPoint())
        if each is not None:
            self._current = each.line.id
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._anchor = self._current
            self.update()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A line about another appeal opens it."""
        each = self._at(event.position().toPoint())
        if each is not None and each.line.link is not None:
            self.link_opened.emit(each.line.link)

    def _at(self, point: QPoint) -> _Placed | None:
        for each in self.placed:
            if each.top <= point.y() < each.top + each.height:
                return each
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
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("text_dim"))
        top = text.bottom() + px(2)
        width = self.width() - text.left() - px(12)
        for words in _small_lines(each.line):
            below = QRect(text.left(), top, width, self._small().height())
            shown = self._small().elidedText(words, Qt.TextElideMode.ElideRight, below.width())
            painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, shown)
            top += self._small().height()

    def _paint_text(self, painter: QPainter, rect: QRect, text: str, token: str) -> None:
        painter.setFont(self._context.theme.font("body"))
        painter.setPen(self._context.theme.color(token))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _below(self, each: _Placed) -> int:
        return len(_small_lines(each.line)) * self._small().height()

    def _text_rect(self, each: _Placed, width: int) -> QRect:
        px = self._context.theme.px
        left = px(12) + self._small().horizontalAdvance("00:00") + px(12)
        room = QRect(left, each.top + px(2), max(width - left - px(12), px(40)), 0)
        return wrapped_rect(self._body(), each.line.what, room)

    def _body(self) -> QFontMetrics:
        return QFontMetrics(self._context.theme.font("body"))

    def _small(self) -> QFontMetrics:
        return QFontMetrics(self._context.theme.font("small"))


def _small_lines(line: HistoryLine) -> tuple[str, ...]:
    """What stands below what happened: the beginning of the words, and who."""
    return tuple(words for words in (line.detail, line.who) if words)
