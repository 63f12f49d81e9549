"""A banner: what stands in the way, across a screen, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ui.widgets.glyph import Glyph
from ui.widgets.kind import set_kind


class Banner(QWidget):
    """An icon, a text and up to two buttons; ``kind``: info ok warning danger."""

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
        self._button = QPushButton()
        self._button.clicked.connect(self.pressed)
        self._other = QPushButton()
        self._other.clicked.connect(self.other_pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        row.addWidget(self._other)
        self.hide()

    def say(self, text: str, *, kind: str, icon: QIcon, action: str = "", other: str = "") -> None:
        """Show the banner; ``action`` and ``other`` are what its buttons say, empty for none."""
        set_kind(self, kind)
        self._icon.set_icon(icon)
        self._text.setText(text)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._other.setText(other)
        self._other.setVisible(bool(other))
        self.show()

    def text(self) -> str:
        """The sentence."""
        return self._text.text()
