"""The passphrase dialog: asked where there is no keychain to keep the store's key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.i18n import Catalog
from console.store.vault import LEAST_PASSPHRASE
from ui.widgets.kind import set_kind
from ui.widgets.snug_dialog import SnugDialog

_WIDTH = 440


class PassphraseDialog(SnugDialog):
    """Asks for the passphrase of the store, or twice for a new one, and says why.

    ``reason`` is what `console.store.vault.AskPassphrase` is called with.
    """

    def __init__(self, catalog: Catalog, reason: str, *, parent: QWidget | None = None) -> None:
        super().__init__(_WIDTH, parent=parent)
        self._catalog = catalog
        self._is_new = reason == "short" or reason.startswith("new_")
        t = catalog.t
        self.setWindowTitle(t("signin.passphrase_title"))
        lead = "signin.passphrase_new" if self._is_new else "signin.passphrase_ask"
        self._lead = _wrapped(t(lead), "")
        failed = reason in ("wrong", "short")
        self._why = _wrapped("" if failed else t(f"keychain.{reason}"), "dim")
        self._why.setVisible(not failed)
        self._first, self._second = _secret(), _secret()
        self._error = _wrapped(t(f"keychain.{reason}") if failed else "", "error")
        self._error.setVisible(failed)
        self._button = QPushButton(
            t("signin.passphrase_set" if self._is_new else "signin.passphrase_open")
        )
        set_kind(self._button, "primary")
        self._button.setDefault(True)
        self._button.clicked.connect(self._try)
        self._cancel = QPushButton(t("signin.cancel"))
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self.reject)
        self._lay_out()

    def fill(self, first: str, second: str = "") -> None:
        """Type the passphrase, and for a new one once more."""
        self._first.setText(first)
        self._second.setText(second)

    def submit(self) -> None:
        """Press the button."""
        self._try()

    def passphrase(self) -> str:
        """What was typed."""
        return self._first.text()

    def error(self) -> str:
        """What is wrong with it; empty while nothing is."""
        return self._error.text() if not self._error.isHidden() else ""

    def _try(self) -> None:
        t, first = self._catalog.t, self._first.text()
        if self._is_new and len(first) < LEAST_PASSPHRASE:
            self._say(t("signin.passphrase_short", count=LEAST_PASSPHRASE))
        elif self._is_new and first != self._second.text():
            self._say(t("signin.passphrase_differ"))
        elif first:
            self.accept()

    def _say(self, words: str) -> None:
        self._error.setText(words)
        self._error.show()
        self.fit()

    def _lay_out(self) -> None:
        t = self._catalog.t
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(16)
        form.addRow(t("signin.passphrase_label"), self._first)
        if self._is_new:
            form.addRow(t("signin.passphrase_repeat"), self._second)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self._lead)
        column.addWidget(self._why)
        column.addLayout(form)
        column.addWidget(self._error)
        if self._is_new:
            column.addWidget(_wrapped(t("signin.passphrase_warning"), "warning"))
        column.addLayout(buttons)


def _secret() -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


def _wrapped(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if kind:
        set_kind(label, kind)
    return label
