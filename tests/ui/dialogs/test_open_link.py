"""Opening a link: asked first, the host named, and nothing but web, mail and phone."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from console.i18n import Catalog
from tests.support.fitting import cut_words
from ui.dialogs.open_link import OpenLinkDialog, open_outside
from ui.presenters.links import Link, safe_link

pytestmark = pytest.mark.usefixtures("qapp")


class Browser(QObject):
    """Takes the place of the system's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """Note what was to be opened."""
        self.opened.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))


@contextmanager
def a_browser(*schemes: str) -> Generator[Browser]:
    browser = Browser()
    for scheme in schemes:
        # The binding's stubs ask for bytes, the binding itself takes text alone.
        QDesktopServices.setUrlHandler(scheme, browser, "take")  # type: ignore[arg-type]
    try:
        yield browser
    finally:
        for scheme in schemes:
            QDesktopServices.unsetUrlHandler(scheme)


def link_to(address: str) -> Link:
    link = safe_link(address)
    assert link is not None
    return link


@contextmanager
def asked(link: Link, language: str = "ru") -> Generator[OpenLinkDialog]:
    dialog = OpenLinkDialog(Catalog.load(language), link)
    dialog.open()
    QTest.qWaitForWindowExposed(dialog)
    try:
        yield dialog
    finally:
        dialog.close()
        dialog.deleteLater()


def test_a_plain_link_is_opened_by_return() -> None:
    with a_browser("https") as browser, asked(link_to("https://vk.com/wall-1_2")) as dialog:
        assert "vk.com" in dialog.text()
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert browser.opened == ["https://vk.com/wall-1_2"]


def test_a_look_alike_is_not_opened_by_return() -> None:
    with a_browser("https") as browser, asked(link_to("https://gоsuslugi.ru/")) as dialog:
        assert dialog.icon() is QMessageBox.Icon.Warning
        assert "xn--gsuslugi-nbh.ru" in dialog.text()
        assert "gоsuslugi.ru" in dialog.informativeText()
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert browser.opened == []


def test_whoever_insists_opens_the_true_address() -> None:
    with a_browser("https") as browser, asked(link_to("https://gоsuslugi.ru/x")) as dialog:
        dialog.opener().click()
        assert browser.opened == ["https://xn--gsuslugi-nbh.ru/x"]


def test_escape_opens_nothing() -> None:
    with a_browser("https") as browser, asked(link_to("https://vk.com/")) as dialog:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert browser.opened == []
        assert not dialog.isVisible()


def test_the_address_can_be_copied_instead() -> None:
    with a_browser("https") as browser, asked(link_to("https://vk.com/x")) as dialog:
        dialog.copier().click()
        assert QGuiApplication.clipboard().text() == "https://vk.com/x"
        assert browser.opened == []


def test_marks_of_formatting_in_an_address_are_shown_as_they_are() -> None:
    with asked(link_to("https://vk.com/&lt;b&gt;x")) as dialog:
        assert dialog.textFormat() is Qt.TextFormat.PlainText
        assert "&lt;b&gt;" in dialog.informativeText()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_long_address_and_a_warning_fit(language: str, qapp: QApplication) -> None:
    for address in (
        "https://gоsuslugi.ru/" + "очень-длинный-путь/" * 60,
        "https://" + "gоsuslugi." * 15 + "ru/",
    ):
        with asked(link_to(address), language) as dialog:
            assert cut_words(dialog) == []
            assert dialog.width() <= 900


def test_nothing_but_web_mail_and_phone_leaves_the_program() -> None:
    schemes = ("file", "javascript", "ftp", "smb", "data", "ms-msdt", "http", "mailto", "tel")
    with a_browser(*schemes) as browser:
        for address in (
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ftp://a.ru/x",
            "smb://a.ru/x",
            "data:text/html,x",
            "ms-msdt:/id",
            "/etc/passwd",
            "http://[",
            "",
        ):
            assert not open_outside(address), address
        assert browser.opened == []
        for address in ("http://a.ru/", "mailto:a@b.ru", "tel:+73832000000"):
            assert open_outside(address)
        assert browser.opened == ["http://a.ru/", "mailto:a@b.ru", "tel:+73832000000"]
