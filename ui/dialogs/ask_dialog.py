"""The ask dialog: a short form over one action, steered by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QDateTime, QTimeZone
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDateTimeEdit,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ui.context import UiContext
from ui.widgets.kind import set_kind

Complaint = Callable[[], str]
"""Says what is missing, in a sentence; empty where nothing is."""

_WIDTH = 440
_TEXT_LINES = 4


class AskDialog(QDialog):
    """Title, a leading sentence, rows added by the caller, and two buttons.

    Ctrl+Return or Return in a one-line field accepts, Esc cancels. What is missing is said above
    the buttons, and the dialog stays.
    """

    def __init__(
        self,
        context: UiContext,
        *,
        title: str,
        lead: str = "",
        accept: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._complaints: list[Complaint] = []
        self.setWindowTitle(title)
        self.setModal(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(8)
        heading = QLabel(title)
        set_kind(heading, "title")
        self._column.addWidget(heading)
        if lead:
            self._column.addWidget(_wrapped(lead, "dim"))
        self._error = _wrapped("", "error")
        self._error.hide()
        self._yes = QPushButton(accept)
        set_kind(self._yes, "primary")
        self._yes.setDefault(True)
        self._yes.clicked.connect(self._try)
        self._no = QPushButton(context.t("ui.cancel"))
        self._no.setAutoDefault(False)
        self._no.clicked.connect(self.reject)
        QShortcut(QKeySequence("Ctrl+Return"), self, self._try)
        self.setMinimumWidth(context.theme.px(_WIDTH))

    def finish(self) -> None:
        """Put the buttons below the rows; called once, after the last row."""
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 8, 0, 0)
        buttons.addStretch(1)
        buttons.addWidget(self._no)
        buttons.addWidget(self._yes)
        self._column.addWidget(self._error)
        self._column.addLayout(buttons)

    def require(self, complaint: Complaint) -> None:
        """Accept only while ``complaint`` has nothing to say."""
        self._complaints.append(complaint)

    def add_text(self, label: str, *, missing: str = "") -> QPlainTextEdit:
        """A text of some lines; ``missing`` is said where it is left empty."""
        field = QPlainTextEdit()
        field.setTabChangesFocus(True)
        height = field.fontMetrics().lineSpacing() * _TEXT_LINES + 16
        field.setFixedHeight(height)
        self._add(label, field)
        if missing:
            self.require(lambda: "" if field.toPlainText().strip() else missing)
        return field

    def add_choice(self, label: str, options: Sequence[tuple[str, str]]) -> QButtonGroup:
        """One of several options (key, words); the chosen button's object name is the key."""
        group = QButtonGroup(self)
        self._column.addWidget(_caption(label))
        for at, (key, words) in enumerate(options):
            button = QRadioButton(words)
            button.setObjectName(key)
            button.setChecked(at == 0)
            group.addButton(button)
            self._column.addWidget(button)
        return group

    def add_moment(self, label: str, moment: datetime, *, earliest: datetime) -> QDateTimeEdit:
        """A date with its clock, in the zone of ``moment`` (aware)."""
        field = QDateTimeEdit()
        field.setCalendarPopup(True)
        field.setDisplayFormat("dd.MM.yyyy HH:mm")
        zone = QTimeZone(str(moment.tzinfo).encode())
        field.setTimeZone(zone)
        field.setDateTime(QDateTime.fromSecsSinceEpoch(int(moment.timestamp()), zone))
        field.setMinimumDateTime(QDateTime.fromSecsSinceEpoch(int(earliest.timestamp()), zone))
        self._add(label, field)
        return field

    def _add(self, label: str, field: QWidget) -> None:
        caption = _caption(label)
        caption.setBuddy(field)
        field.setAccessibleName(label.replace("&", ""))
        self._column.addWidget(caption)
        self._column.addWidget(field)

    def _try(self) -> None:
        said = next((words for words in (one() for one in self._complaints) if words), "")
        self._error.setText(said)
        self._error.setVisible(bool(said))
        if not said:
            self.accept()


def chosen_key(group: QButtonGroup) -> str:
    """The key of the option that is chosen."""
    button = group.checkedButton()
    return "" if button is None else button.objectName()


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    set_kind(label, "section")
    return label


def _wrapped(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    set_kind(label, kind)
    return label
