"""A file chip: a file's name and what is to be said of it, and a button that takes it away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from ui.context import Look
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.glyph import Glyph
from ui.widgets.kind import set_kind

_SHORTEST_NAME = 60


class FileChip(QFrame):
    """`removed` comes when the button, or Delete on it, is pressed."""

    removed = Signal()

    def __init__(self, theme: Look, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.px
        self._shortest = px(_SHORTEST_NAME)
        self._icon = Glyph(px(16))
        self._name = ElidedLabel()
        self._detail = QLabel()
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        set_kind(self._detail, "small")
        self._remove = QToolButton()
        self._remove.setIcon(theme.icon("close"))
        self._remove.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._remove.clicked.connect(self.removed)
        kept = self._remove.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # nothing jumps once the file has been saved
        self._remove.setSizePolicy(kept)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(6), px(1), px(1), px(1))
        row.setSpacing(px(5))
        for part in (self._icon, self._name, self._detail, self._remove):
            row.addWidget(part)

    def say(self, name: str, detail: str, *, icon: QIcon, remove: str) -> None:
        """The file's name, what is said of it, and what the button does (empty: there is none)."""
        self._icon.set_icon(icon)
        self._name.setText(name)
        self._detail.setText(detail)
        self._remove.setVisible(bool(remove))
        self._remove.setToolTip(remove)
        self._remove.setAccessibleName(remove)
        self.setAccessibleName(f"{name}, {detail}")

    def fit(self, width: int) -> None:
        """Be no wider than ``width``, as far as the name can give way."""
        for part in (self, self._name, self._detail, self._remove):
            part.ensurePolished()  # else it is measured in other clothes than those of the theme
        around = self.sizeHint().width() - self._name.width()
        wanted = self._name.fontMetrics().horizontalAdvance(self._name.text()) + 2
        self._name.setFixedWidth(min(wanted, max(width - around, self._shortest)))

    def remover(self) -> QToolButton:
        """The button that takes the file away."""
        return self._remove

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete on the button takes the file away as well."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._remove.isVisible():
            self.removed.emit()
            return
        super().keyPressEvent(event)
