"""The template picker: search, list and preview, floating above the composer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.template import find_gaps
from ui.context import UiContext
from ui.presenters.here import Here
from ui.presenters.templates import TemplateFace, TemplateShelf
from ui.widgets.kind import set_kind
from ui.widgets.marked_editor import MarkedEditor

_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 6,
    Qt.Key.Key_PageUp: -6,
}


class TemplatePicker(QFrame):
    """`chosen` carries the key of a template; `dismissed` comes when nothing was chosen."""

    chosen = Signal(str)
    dismissed = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._shelf: TemplateShelf | None = None
        self._here: Here | None = None
        self._faces: tuple[TemplateFace, ...] = ()
        set_kind(self, "overlay")
        self._field = QLineEdit()
        set_kind(self._field, "search")
        self._field.textChanged.connect(self._search)
        self._field.installEventFilter(self)
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setWordWrap(True)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentRowChanged.connect(self._preview)
        self._list.itemClicked.connect(lambda _: self._field.setFocus())
        self._list.itemDoubleClicked.connect(lambda _: self._insert())
        self._nothing = QLabel()
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_kind(self._nothing, "dim")
        self._preview_title = QLabel()
        set_kind(self._preview_title, "section")
        self._result = MarkedEditor(context.theme, gaps_of)
        self._result.setReadOnly(True)
        self._result.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_kind(self._result, "bare")
        self._why = QLabel()
        self._why.setWordWrap(True)
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        set_kind(self._why, "small")
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        set_kind(self._hint, "small")
        self._button = QPushButton()
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_kind(self._button, "primary")
        self._button.clicked.connect(self._insert)
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        px = self._context.theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(12), px(12), px(8))
        column.setSpacing(px(8))
        column.addWidget(self._field)
        middle = QHBoxLayout()
        middle.setSpacing(px(12))
        left = QVBoxLayout()
        left.addWidget(self._list, 1)
        left.addWidget(self._nothing, 1)
        middle.addLayout(left, 5)
        right = QVBoxLayout()
        right.setSpacing(px(4))
        right.addWidget(self._preview_title)
        right.addWidget(self._result, 1)
        right.addWidget(self._why)
        middle.addLayout(right, 6)
        column.addLayout(middle, 1)
        bottom = QHBoxLayout()
        bottom.addWidget(self._hint, 1)
        bottom.addWidget(self._button)
        column.addLayout(bottom)

    def open(self, shelf: TemplateShelf, here: Here) -> None:
        """Offer the templates of ``shelf``; the search begins empty."""
        self._shelf, self._here = shelf, here
        t = self._context.t
        self._field.setPlaceholderText(t("composer.templates_search"))
        self._field.setAccessibleName(t("composer.templates_search"))
        self._list.setAccessibleName(t("access.templates"))
        self._result.setAccessibleName(t("composer.templates_preview"))
        self._nothing.setText(t("composer.templates_none"))
        self._preview_title.setText(t("composer.templates_preview"))
        self._hint.setText(t("composer.templates_hint"))
        self._button.setText(t("composer.templates_insert"))
        self._field.clear()
        self._search("")
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def faces(self) -> tuple[TemplateFace, ...]:
        """What is offered now, the best first."""
        return self._faces

    def field(self) -> QLineEdit:
        """Where one types."""
        return self._field

    def result(self) -> str:
        """What the chosen template makes."""
        return self._result.text()

    def why(self) -> str:
        """Why the chosen template stands where it does."""
        return "" if self._why.isHidden() else self._why.text()

    def dismiss(self) -> None:
        """Close it; nothing is inserted."""
        if not self.isHidden():
            self.hide()
            self.dismissed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list is steered from the field."""
        if watched is self._field and isinstance(event, QKeyEvent):
            pressed = event.type() is QEvent.Type.KeyPress
            if pressed and self._steer(event.key()):
                return True
        return bool(super().eventFilter(watched, event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes from everywhere."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _steer(self, key: int) -> bool:
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._insert()
        elif (step := _STEPS.get(Qt.Key(key))) is not None:
            last = self._list.count() - 1
            self._list.setCurrentRow(min(max(self._list.currentRow() + step, 0), last))
        else:
            return False
        return True

    def _search(self, query: str) -> None:
        if self._shelf is None or self._here is None:
            return
        self._faces = self._shelf.find(query, self._here)
        self._list.clear()
        for face in self._faces:
            item = QListWidgetItem(face.title)
            item.setToolTip(f"{face.title}\n{face.kind}")
            self._list.addItem(item)
        self._list.setVisible(bool(self._faces))
        self._nothing.setVisible(not self._faces)
        self._button.setEnabled(bool(self._faces))
        self._list.setCurrentRow(0)
        if not self._faces:
            self._result.setPlainText("")
            self._why.hide()

    def _preview(self, row: int) -> None:
        if self._shelf is not None and 0 <= row < len(self._faces):
            face = self._faces[row]
            self._result.setPlainText(self._shelf.draft(face.key).text)
            self._why.setText(face.why)
            self._why.setVisible(bool(face.why))

    def _insert(self) -> None:
        row = self._list.currentRow()
        if 0 <= row < len(self._faces):
            self.hide()
            self.chosen.emit(self._faces[row].key)


def gaps_of(text: str) -> list[tuple[int, int]]:
    """The gaps of a text, for an editor."""
    return [(gap.start, gap.end) for gap in find_gaps(text)]
