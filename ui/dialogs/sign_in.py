"""The sign-in dialog: server, login and password, and honest words when it does not work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.readmodel import SessionInfo
from ui.bridge import Bridge
from ui.context import UiContext
from ui.presenters.errors import is_bug, sentence_of
from ui.widgets.kind import set_kind, set_state
from ui.widgets.snug_dialog import SnugDialog

SignIn = Callable[[str, str], Future[SessionInfo]]

_WIDTH = 400


class SignInDialog(SnugDialog):
    """Accepted once somebody has signed in. ``again``: a session has ended, nothing is lost.

    The server's address is a setting of the run and only shown; `other_server` is set when the
    person wants another one, which takes a new start of the console.
    """

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        *,
        again: bool = False,
        login: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context.theme.px(_WIDTH), parent=parent)
        self._context = context
        self._bridge = bridge
        t = context.t
        self.setWindowTitle(t("signin.title"))
        self.setModal(True)
        self._lead = _wrapped(t("signin.again" if again else "signin.lead"), "dim")
        self._server = QLineEdit(context.console.settings.server)
        self._server.setReadOnly(True)
        self.other_server = False
        self._other = QPushButton(t("ui.other_server"))
        set_kind(self._other, "link")
        self._other.setAutoDefault(False)
        self._other.setVisible(not again)
        self._other.clicked.connect(self._want_other)
        self._login = QLineEdit(login)
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._add_eye()
        self._error = _wrapped("", "error")
        self._error.hide()
        self._button = QPushButton(t("signin.button"))
        set_kind(self._button, "primary")
        self._button.setDefault(True)
        self._button.clicked.connect(self._try)
        self._later = QPushButton(t("signin.later" if again else "signin.quit"))
        self._later.setAutoDefault(False)
        self._later.clicked.connect(self.reject)
        self._lay_out()
        (self._password if login else self._login).setFocus()

    def fill(self, login: str, password: str) -> None:
        """Type login and password."""
        self._login.setText(login)
        self._password.setText(password)

    def submit(self) -> None:
        """Press the button."""
        self._try()

    def error(self) -> str:
        """What went wrong, in words; empty while nothing did."""
        return self._error.text() if not self._error.isHidden() else ""

    def _try(self) -> None:
        t = self._context.t
        for field, key in ((self._login, "need_login"), (self._password, "need_password")):
            empty = not field.text().strip()
            set_state(field, "invalid", "true" if empty else "false")
            if empty:
                self._say(t(f"signin.{key}"))
                field.setFocus()
                return
        self._set_busy(busy=True)
        future = self._context.console.session.sign_in(
            self._login.text().strip(), self._password.text()
        )
        self._bridge.when_done(future, lambda _: self.accept(), self._on_failed, owner=self)

    def _want_other(self) -> None:
        self.other_server = True
        self.reject()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        if is_bug(error):
            self._bridge.failed.emit(error)
            return
        self._say(sentence_of(error, self._context.catalog))
        self._password.selectAll()
        self._password.setFocus()

    def _say(self, words: str) -> None:
        self._error.setText(words)
        self._error.setVisible(bool(words))
        self.fit()

    def _set_busy(self, *, busy: bool) -> None:
        t = self._context.t
        for part in (self._login, self._password, self._button):
            part.setEnabled(not busy)
        self._button.setText(t("signin.busy" if busy else "signin.button"))
        if busy:
            self._say("")

    def _add_eye(self) -> None:
        show = QAction(self._context.theme.icon("eye"), "", self._password)
        show.setText(self._context.t("signin.show_password"))
        show.setToolTip(show.text())
        show.setCheckable(True)
        modes = QLineEdit.EchoMode
        show.toggled.connect(
            lambda on: self._password.setEchoMode(modes.Normal if on else modes.Password)
        )
        self._password.addAction(show, QLineEdit.ActionPosition.TrailingPosition)

    def _lay_out(self) -> None:
        t = self._context.t
        title = QLabel(t("ui.app"))
        set_kind(title, "large")
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(16)
        form.addRow(t("signin.server"), self._server)
        form.addRow("", self._other)
        form.addRow(t("signin.login"), self._login)
        form.addRow(t("signin.password"), self._password)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._later)
        buttons.addWidget(self._button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(self._lead)
        column.addSpacing(4)
        column.addLayout(form)
        column.addWidget(self._error)
        column.addSpacing(4)
        column.addLayout(buttons)


def _wrapped(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_kind(label, kind)
    return label
