"""A notice: a passing remark at the foot of a window, perhaps with something to press."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ui.widgets.glyph import Glyph
from ui.widgets.kind import set_kind

_SHORT_MS = 5000
_LONG_MS = 10000
_MARGIN = 40
_GAP = 16
_WIDEST = 520


class Notice(QFrame):
    """Floats at the foot of ``window`` and goes by itself; what fails stays longer.

    It stands right of ``beside``, where it hides neither what is being written nor its buttons.
    """

    pressed = Signal()

    def __init__(self, window: QWidget, *, beside: QWidget | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._beside = beside
        set_kind(self, "notice")
        self._icon = Glyph(18)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setMaximumWidth(_WIDEST)
        self._button = QPushButton()
        set_kind(self._button, "notice")
        self._button.clicked.connect(self._on_pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        self._timer = QTimer(self)
        self._timer.setObjectName("notice")
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def say(self, text: str, *, icon: QIcon, action: str = "", lasting: bool = False) -> None:
        """Show a remark; ``action`` is what its button says, empty for no button."""
        self._icon.set_icon(icon)
        # One line where it fits, else wrapped: a wrapping label guesses its width too small.
        wide = self._text.fontMetrics().horizontalAdvance(text)
        self._text.setWordWrap(wide > _WIDEST)
        self._text.setFixedWidth(min(wide + 2, _WIDEST))
        self._text.setText(text)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(_LONG_MS if lasting or action else _SHORT_MS)

    def text(self) -> str:
        """The remark, empty while none is shown."""
        return "" if self.isHidden() else self._text.text()

    def dismiss(self) -> None:
        """Take it away now."""
        self._timer.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot of the window."""
        if watched is self._window and event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.adjustSize()
        left = _GAP
        if self._beside is not None:
            left += self._beside.mapTo(self._window, self._beside.rect().topRight()).x()
        self.move(left, self._window.height() - self.height() - _MARGIN)

    def _on_pressed(self) -> None:
        self.dismiss()
        self.pressed.emit()
