"""The question before a link of a resident is opened, and the only way out of the program."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from console.i18n import Catalog
from ui.presenters.links import Link, link_question

OUTSIDE = frozenset({"http", "https", "mailto", "tel"})
"""The schemes that may be handed to the system; anything else could start a program."""


class OpenLinkDialog(QMessageBox):
    """Names the host that ``link`` leads to; opens it, copies its address, or does nothing."""

    def __init__(self, catalog: Catalog, link: Link, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        said = link_question(link, catalog)
        self._link = link
        self.setObjectName("open-link")
        self.setTextFormat(Qt.TextFormat.PlainText)
        odd = bool(said.warning)
        self.setIcon(QMessageBox.Icon.Warning if odd else QMessageBox.Icon.Question)
        self.setWindowTitle(said.title)
        self.setText(said.body)
        self.setInformativeText("\n\n".join(filter(None, (said.warning, said.address))))
        role = QMessageBox.ButtonRole
        self._open = self.addButton(catalog.t("thread.link_open"), role.AcceptRole)
        self._copy = self.addButton(catalog.t("thread.link_copy"), role.ActionRole)
        no = self.addButton(catalog.t("ui.cancel"), role.RejectRole)
        self.setEscapeButton(no)
        self.setDefaultButton(no if odd else self._open)
        self.finished.connect(self._decide)

    def opener(self) -> QPushButton:
        """The button that opens the link."""
        return self._open

    def copier(self) -> QPushButton:
        """The button that copies its address."""
        return self._copy

    def _decide(self) -> None:
        if self.clickedButton() is self._open:
            open_outside(self._link.url)
        elif self.clickedButton() is self._copy:
            QGuiApplication.clipboard().setText(self._link.url)


def open_outside(address: str) -> bool:
    """Hand ``address`` to the system's browser, mail or phone; whether it was taken."""
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if not url.isValid() or url.scheme().lower() not in OUTSIDE:
        return False
    return QDesktopServices.openUrl(url)
