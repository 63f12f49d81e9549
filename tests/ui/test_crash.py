"""Bugs are shown as bugs, with a description that gives nobody away."""

from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from console.i18n import Catalog
from tests.support.qt import until_qt
from ui.crash import CrashDialog, CrashWatch, describe

pytestmark = pytest.mark.usefixtures("qapp")


class Bell(QObject):
    rung = Signal()


def a_bug(text: str = "planted") -> Exception:
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def test_the_description_names_the_place_and_the_versions() -> None:
    said = describe(a_bug())
    assert "ValueError: planted" in said
    assert "in a_bug" in said
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in said
    assert "PySide" in said


def test_what_a_resident_wrote_is_not_in_the_description() -> None:
    said = describe(a_bug("не разобрать: Марина Кузнецова, +7 913 123-45-67, marina@example.ru"))
    assert "Марина" not in said
    assert "913" not in said
    assert "marina@" not in said


@pytest.mark.expected_logs("not foreseen")
def test_an_exception_in_a_slot_is_heard() -> None:
    heard: list[BaseException] = []
    watch, bell = CrashWatch(heard.append), Bell()

    def explode() -> None:
        raise ZeroDivisionError("planted")

    bell.rung.connect(explode)
    watch.install()
    try:
        bell.rung.emit()
        until_qt(lambda: bool(heard), what="the crash to be told")
    finally:
        watch.remove()
    assert isinstance(heard[0], ZeroDivisionError)
    assert sys.excepthook is not watch._hear


@pytest.mark.expected_logs("not foreseen")
def test_an_exception_on_another_thread_is_told_on_the_main_one() -> None:
    where: list[str] = []
    watch = CrashWatch(lambda _: where.append(threading.current_thread().name))
    watch.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0, name="doomed")
        thread.start()
        thread.join()
        until_qt(lambda: bool(where), what="the crash to be told")
    finally:
        watch.remove()
    assert where == [threading.main_thread().name]


@pytest.mark.expected_logs("not foreseen")
def test_while_one_bug_is_told_others_do_not_pile_up() -> None:
    told: list[BaseException] = []

    def tell(error: BaseException) -> None:
        told.append(error)
        watch._on_heard(a_bug("another"))

    watch = CrashWatch(tell)
    watch.report(a_bug("first"))
    until_qt(lambda: bool(told), what="the first to be told")
    assert [str(one) for one in told] == ["first"]


def test_the_dialog_hands_out_its_description() -> None:
    dialog = CrashDialog(Catalog.load("ru"), "ValueError at …")
    dialog.copy()
    assert QGuiApplication.clipboard().text() == "ValueError at …"
    words = {button.text() for button in dialog.findChildren(QPushButton)}
    assert words == {"Скопировано", "Закрыть программу", "Продолжить работу"}
    dialog.close()
    dialog.deleteLater()
