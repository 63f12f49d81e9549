"""The ask dialog: a short form over one action, steered by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from PySide6.QtCore import QDateTime, Qt, QTimeZone
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDateTimeEdit,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ui.context import UiContext
from ui.widgets.kind import set_kind
from ui.widgets.passing import open_once
from ui.widgets.snug_dialog import SnugDialog

Complaint = Callable[[], str]
"""Says what is missing, in a sentence; empty where nothing is."""

_WIDTH = 440
_TEXT_LINES = 4


class AskDialog(SnugDialog):
    """Title, a leading sentence, rows added by the caller, and two buttons.

    Ctrl+Enter or Enter in a one-line field accepts, Esc cancels, a digit chooses. Nothing is chosen
    beforehand: until something is, it cannot be accepted, and that is said above the buttons.
    Whatever else is missing is said there, too, and the dialog stays.
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
        super().__init__(context.theme.px(_WIDTH), parent=parent)
        self._context = context
        self._complaints: list[Complaint] = []
        self._unchosen: list[Complaint] = []
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
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._try)

    def finish(self) -> None:
        """Put the buttons below the rows; called once, after the last row."""
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 8, 0, 0)
        buttons.addStretch(1)
        buttons.addWidget(self._no)
        buttons.addWidget(self._yes)
        self._column.addWidget(self._error)
        self._column.addLayout(buttons)
        self._wait_for_choice()

    def ask(self, then: Callable[[], None]) -> None:
        """Finish it and show it; ``then`` is called once it is accepted, and it is gone after."""
        self.finish()
        self.accepted.connect(then)
        open_once(self)

    def require(self, complaint: Complaint) -> None:
        """Accept only while ``complaint`` has nothing to say."""
        self._complaints.append(complaint)

    def add_notice(self, words: str, kind: str) -> None:
        """A sentence to be read before anything is entered; ``kind``: dim, warning or danger."""
        self._column.addWidget(_wrapped(words, kind))

    def add_text(self, label: str, *, missing: str = "") -> QPlainTextEdit:
        """A text of some lines; ``missing`` is said where it is left empty."""
        field = QPlainTextEdit()
        field.setTabChangesFocus(True)
        height = field.fontMetrics().lineSpacing() * _TEXT_LINES + 16
        field.setFixedHeight(height)
        self._add(label, field)
        field.textChanged.connect(self._wait_for_choice)
        if missing:
            self.require(lambda: "" if field.toPlainText().strip() else missing)
        return field

    def add_line(self, label: str, text: str) -> QLineEdit:
        """One line, with what it says now; Enter in it accepts."""
        field = QLineEdit(text)
        self._add(label, field)
        return field

    def add_choice(
        self, label: str, options: Sequence[tuple[str, str]], *, missing: str
    ) -> QButtonGroup:
        """One of at most nine options (key, words), each with the digit that chooses it.

        ``missing`` is said until one is chosen; see `chosen_key`. A form has one choice at most,
        for the digits are its.
        """
        group = QButtonGroup(self)
        self._column.addWidget(_caption(label))
        for digit, (key, words) in enumerate(options, start=1):
            button = QRadioButton(f"{digit}. {words}".replace("&", "&&"))
            button.setObjectName(key)
            button.setAccessibleName(words)
            group.addButton(button)
            self._column.addWidget(button)
            QShortcut(QKeySequence(str(digit)), self, lambda one=button: _choose(one))

        def unchosen() -> str:
            return "" if group.checkedButton() is not None else missing

        self._unchosen.append(unchosen)
        self.require(unchosen)
        group.buttonToggled.connect(lambda *_: self._wait_for_choice())
        return group

    def add_several(
        self, label: str, options: Sequence[tuple[str, str]], *, chosen: Collection[str]
    ) -> dict[str, QCheckBox]:
        """Any of some options (key, words), two beside each other; the boxes by key."""
        self._column.addWidget(_caption(label))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(self._context.theme.px(4))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        boxes: dict[str, QCheckBox] = {}
        for at, (key, words) in enumerate(options):
            box = QCheckBox(words.replace("&", "&&"))
            box.setObjectName(key)
            box.setAccessibleName(words)
            box.setChecked(key in chosen)
            # As one reads and Tab goes; no wider than the words, which are what is pressed.
            grid.addWidget(box, at // 2, at % 2, Qt.AlignmentFlag.AlignLeft)
            boxes[key] = box
        self._column.addLayout(grid)
        return boxes

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

    def said(self) -> str:
        """What stands against accepting, as it is shown; empty while nothing is."""
        return "" if self._error.isHidden() else self._error.text()

    def _wait_for_choice(self) -> None:
        missing = _first(self._unchosen)
        self._yes.setEnabled(not missing)
        self._say(missing, "dim")

    def _try(self) -> None:
        said = _first(self._complaints)
        self._say(said, "error")
        if not said:
            self.accept()

    def _say(self, words: str, kind: str) -> None:
        set_kind(self._error, kind)
        self._error.setText(words)
        self._error.setVisible(bool(words))
        self.fit()


def ask_dialog(
    context: UiContext, area: str, what: str, *, parent: QWidget, lead: str = ""
) -> AskDialog:
    """The dialog of the question ``what``: its title and its button are words of ``area``."""
    dialog = AskDialog(
        context,
        title=context.t(f"{area}.{what}_title"),
        lead=lead,
        accept=context.t(f"{area}.{what}_accept"),
        parent=parent,
    )
    dialog.setObjectName(f"ask-{what}")
    return dialog


def chosen_key(group: QButtonGroup) -> str:
    """The key of the option that is chosen."""
    button = group.checkedButton()
    return "" if button is None else button.objectName()


def _choose(button: QRadioButton) -> None:
    button.setChecked(True)
    button.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _first(complaints: Sequence[Complaint]) -> str:
    return next((words for words in (one() for one in complaints) if words), "")


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    set_kind(label, "section")
    return label


def _wrapped(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    set_kind(label, kind)
    return label
