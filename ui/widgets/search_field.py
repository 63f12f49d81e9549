"""A search field: tells what is typed once the typing pauses, and at once on Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.widgets.kind import set_kind


class SearchField(QLineEdit):
    """`searched` carries the trimmed text; `left` says that the person went on (Down, Escape).

    `typing` carries every text that is typed, `focused` whether keys come here. While
    ``can_complete`` is set, Tab is `completed` and does not lead on.
    """

    searched = Signal(str)
    left = Signal()
    typing = Signal(str)
    focused = Signal(bool)
    completed = Signal()
    cleared = Signal()

    def __init__(self, icon: QIcon, *, pause_ms: int = 150, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "search")
        self.addAction(QAction(icon, "", self), QLineEdit.ActionPosition.LeadingPosition)
        self.setClearButtonEnabled(True)
        self._told = ""
        self.can_complete = False
        self._pause = QTimer(self)
        self._pause.setObjectName("search-pause")
        self._pause.setSingleShot(True)
        self._pause.setInterval(pause_ms)
        self._pause.timeout.connect(self._tell)
        self.textChanged.connect(self._on_text)
        self.textEdited.connect(self.typing)

    def show_text(self, text: str) -> None:
        """Show a text that was searched for elsewhere, without searching again."""
        self._told = text.strip()
        if text.strip() != self.text().strip():
            self.setText(text)
        self._pause.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Down search and go on to what was found; Escape clears, then goes on."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self._tell()
            self.left.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._tell()
            self.cleared.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tab takes what is offered, where something is."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Tab
            and self.can_complete
        ):
            self.completed.emit()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keys come here."""
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys go elsewhere."""
        super().focusOutEvent(event)
        self.focused.emit(False)

    def _on_text(self, text: str) -> None:
        if text.strip() != self._told:
            self._pause.start()

    def _tell(self) -> None:
        self._pause.stop()
        if self.text().strip() != self._told:
            self._told = self.text().strip()
            self.searched.emit(self._told)
