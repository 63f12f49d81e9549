"""An empty state: what is shown where there is nothing, and the way out of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ui.widgets.glyph import Glyph
from ui.widgets.kind import set_kind

_ICON = 40
_WIDEST = 360


class EmptyState(QWidget):
    """A picture, a title, a sentence, perhaps progress, perhaps a button; in the middle."""

    pressed = Signal()

    def __init__(
        self,
        icon: QIcon | None = None,
        title: str = "",
        body: str = "",
        action: str = "",
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._picture = Glyph(_ICON)
        self._title = _centred("title")
        self._body = _centred("dim")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(220)
        self._button = QPushButton()
        self._button.clicked.connect(self.pressed)
        middle = Qt.AlignmentFlag.AlignHCenter
        # The limit is the block's: a label with a limit of its own is put at the left of a wide
        # column as often as in its middle.
        block = QWidget()
        block.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._picture, 0, middle)
        # A wrapping label needs the whole width: beside an alignment it guesses too little.
        column.addWidget(self._title)
        column.addWidget(self._body)
        column.addWidget(self._progress, 0, middle)
        column.addWidget(self._button, 0, middle)
        column.addStretch(3)
        across = QHBoxLayout(self)
        across.setContentsMargins(24, 24, 24, 24)
        across.addStretch(1)
        across.addWidget(block, 1000)
        across.addStretch(1)
        self.say(icon, title, body, action)

    def say(self, icon: QIcon | None, title: str, body: str = "", action: str = "") -> None:
        """Change all that is said; what is empty is not shown."""
        self._picture.set_icon(icon)
        self._title.setText(title)
        self._body.setText(body)
        self._body.setVisible(bool(body))
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.set_progress(None)

    def set_progress(self, share: float | None) -> None:
        """Show how far along something is (0..1), -1 for nobody knows, None for no progress."""
        self._progress.setVisible(share is not None)
        if share is not None:
            self._progress.setRange(0, 1000 if share >= 0 else 0)
            self._progress.setValue(round(max(0.0, share) * 1000))

    def title(self) -> str:
        """The title, for whoever tests it."""
        return self._title.text()

    def button(self) -> QPushButton:
        """The way out."""
        return self._button


def _centred(kind: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setWordWrap(True)
    set_kind(label, kind)
    return label
