"""The server dialog: asks once for the address of the central server."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.i18n import Catalog
from ui.presenters.server_address import is_server_address
from ui.widgets.kind import set_kind, set_state
from ui.widgets.snug_dialog import SnugDialog

_WIDTH = 420


class ServerDialog(SnugDialog):
    """Accepted with an address that can be one; `address` gives it."""

    def __init__(
        self, catalog: Catalog, address: str = "", *, parent: QWidget | None = None
    ) -> None:
        super().__init__(_WIDTH, parent=parent)
        self._catalog = catalog
        t = catalog.t
        self.setWindowTitle(t("signin.server_title"))
        lead = QLabel(t("signin.server_lead"))
        lead.setWordWrap(True)
        self._field = QLineEdit(address)
        self._field.setPlaceholderText(t("signin.server_hint"))
        self._field.setAccessibleName(t("signin.server"))
        self._error = QLabel()
        self._error.setWordWrap(True)
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        set_kind(self._error, "error")
        self._error.hide()
        button = QPushButton(t("signin.server_button"))
        set_kind(button, "primary")
        button.setDefault(True)
        button.clicked.connect(self.submit)
        cancel = QPushButton(t("signin.cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(lead)
        column.addWidget(self._field)
        column.addWidget(self._error)
        column.addLayout(buttons)

    def fill(self, address: str) -> None:
        """Type an address."""
        self._field.setText(address)

    def submit(self) -> None:
        """Press the button."""
        fault = address_fault(self._field.text())
        if fault is None:
            self.accept()
            return
        set_state(self._field, "invalid", "true")
        self._error.setText(self._catalog.t(fault))
        self._error.show()
        self.fit()

    def address(self) -> str:
        """What was typed."""
        return self._field.text().strip().rstrip("/")

    def error(self) -> str:
        """What is wrong with it; empty while nothing is."""
        return self._error.text() if not self._error.isHidden() else ""


def address_fault(address: str) -> str | None:
    """The key of what is wrong with a server's address, None if nothing is."""
    if not address.strip():
        return "signin.need_server"
    return None if is_server_address(address.strip()) else "signin.bad_server"
