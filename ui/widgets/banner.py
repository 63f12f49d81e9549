"""A banner: what stands in the way, across a screen, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ui.widgets.elided_label import ElidedLabel
from ui.widgets.glyph import Glyph
from ui.widgets.kind import set_kind

_NARROWEST = 36
"""So many letters of the sentence are read in a line; with fewer the buttons stand below it."""


class Banner(QWidget):
    """An icon, a text and up to two buttons; ``kind``: info ok warning danger.

    Where there is little room it is one line (`set_compact`): its tooltip has the sentence whole.
    """

    pressed = Signal()
    other_pressed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = Glyph(18)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._line = ElidedLabel()
        self._line.hide()
        self._button = QPushButton()
        self._button.clicked.connect(self.pressed)
        self._other = QPushButton()
        self._other.clicked.connect(self.other_pressed)
        for button in (self._button, self._other):
            # A click must not take the keys away from whoever is writing: letters are commands.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._button)
        row.addWidget(self._other)
        row.addStretch(1)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 6, 12, 6)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._icon, 0, 0)
        self._grid.addWidget(self._text, 0, 1)
        self._grid.addWidget(self._line, 0, 1)
        self._below = self._compact = False
        self._grid.addWidget(self._buttons, 0, 2)
        self.hide()

    def say(self, text: str, *, kind: str, icon: QIcon, action: str = "", other: str = "") -> None:
        """Show the banner; ``action`` and ``other`` are what its buttons say, empty for none."""
        set_kind(self, kind)
        self._icon.set_icon(icon)
        self._text.setText(text)
        self._line.setText(text)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._other.setText(other)
        self._other.setVisible(bool(other))
        self._buttons.setVisible(bool(action or other))
        self._arrange()
        self.show()

    def set_compact(self, *, compact: bool) -> None:
        """One line, whose buttons look like links, or as much as it takes."""
        if compact == self._compact:
            return
        self._compact = compact
        self._text.setHidden(compact)
        self._line.setVisible(compact)
        for button in (self._button, self._other):
            set_kind(button, "small_link" if compact else "")
        edge = 3 if compact else 6
        self._grid.setContentsMargins(12, edge, 12, edge)
        self._arrange()

    def add_below(self, widget: QWidget) -> None:
        """Something that stands below the sentence, as wide as it."""
        self._grid.addWidget(widget, 2, 1, 1, 2)

    def text(self) -> str:
        """The sentence."""
        return self._text.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the buttons leave too little room for the sentence, they stand below it."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self._text.ensurePolished()
        metrics = self._text.fontMetrics()
        self._icon.set_side(metrics.height() + 2)
        margins, gap = self._grid.contentsMargins(), self._grid.horizontalSpacing()
        taken = margins.left() + margins.right() + self._icon.width() + 2 * gap
        room = self.width() - taken - self._buttons.sizeHint().width()
        is_cramped = not self._compact and not self._buttons.isHidden()
        below = is_cramped and room < _NARROWEST * metrics.averageCharWidth()
        if below != self._below:
            self._below = below
            self._grid.removeWidget(self._buttons)
            self._grid.addWidget(self._buttons, 1 if below else 0, 1 if below else 2)
