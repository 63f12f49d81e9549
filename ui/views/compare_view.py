"""The comparison: what its author saw, what is there now, what the author wrote, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.context import UiContext
from ui.presenters.compare import Comparison, Line
from ui.widgets.chip import Chip
from ui.widgets.kind import set_kind
from ui.widgets.text_block import TextBlock

_NARROWEST = 180
"""The narrowest column that can be read, unzoomed."""


class CompareView(QWidget):
    """Three columns of plain text; what has changed carries a word and a tint."""

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._columns: QBoxLayout = QHBoxLayout(self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(8)
        self._shown: Comparison | None = None

    def show_comparison(self, comparison: Comparison) -> None:
        """Show another one; the same stays as it is, with what is selected in it."""
        if comparison == self._shown:
            return
        self._shown = comparison
        self._clear()
        t = self._context.t
        nothing = t("outbox.compare_nothing" if comparison.gone else "outbox.compare_unknown")
        for key, lines in (
            ("compare_saw", comparison.saw),
            ("compare_now", comparison.now),
            ("compare_wrote", (Line("", comparison.wrote),)),
        ):
            self._columns.addWidget(self._column(t(f"outbox.{key}"), lines, nothing), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where three columns would be too narrow to read, they stand below each other."""
        super().resizeEvent(event)
        narrow = self.width() < 3 * self._context.theme.px(_NARROWEST)
        way = QBoxLayout.Direction
        self._columns.setDirection(way.TopToBottom if narrow else way.LeftToRight)

    def retranslate(self) -> None:
        """Forget the words shown; the next comparison is shown anew."""
        self._shown = None

    def _clear(self) -> None:
        while (item := self._columns.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _column(self, title: str, lines: Sequence[Line], nothing: str) -> QWidget:
        card = QFrame()
        set_kind(card, "card_alt")
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        head = QLabel(title)
        head.setWordWrap(True)
        set_kind(head, "section")
        column.addWidget(head)
        if not lines:
            column.addWidget(self._dim(nothing))
        for line in lines:
            self._add_line(column, line)
        column.addStretch(1)
        return card

    def _add_line(self, column: QVBoxLayout, line: Line) -> None:
        if line.head:
            heading = QHBoxLayout()
            heading.setSpacing(6)
            heading.addWidget(self._dim(line.head), 1)
            if line.changed or line.new:
                mark = "compare_new" if line.new else "compare_changed"
                heading.addWidget(Chip(self._context.t(f"outbox.{mark}"), "warning"))
            column.addLayout(heading)
        column.addWidget(TextBlock(line.text, words=self._words))

    def _words(self, what: str) -> str:
        return self._context.t(f"thread.{what}")

    def _dim(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        set_kind(label, "small")
        return label
