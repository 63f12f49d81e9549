"""The dispatcher: commands as actions, and keys that do not fire where somebody types."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from console.domain.transitions import RefusedError
from console.i18n import Catalog
from tests.support.fake_console import a_console, as_console
from ui.actions.dispatch import Dispatcher
from ui.context import UiContext
from ui.theme.theme import Theme

pytestmark = pytest.mark.usefixtures("qapp")


def a_dispatcher(language: str = "ru") -> Dispatcher:
    context = UiContext(as_console(a_console(0)), Catalog.load(language), Theme())
    dispatcher = Dispatcher(context)
    dispatcher.refocus(signed_in=True, in_queue=True, has_rows=True, has_appeal=True)
    return dispatcher


@contextmanager
def a_window(dispatcher: Dispatcher, *parts: QWidget) -> Generator[QWidget]:
    window = QWidget()
    column = QVBoxLayout(window)
    for part in parts:
        column.addWidget(part)
    dispatcher.attach("window", window)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    try:
        yield window
    finally:
        shiboken6.delete(window)
        shiboken6.delete(dispatcher)


def press(widget: QWidget, letter: str, modifiers: Qt.KeyboardModifier) -> None:
    """A key as the system reports it: in the Russian layout its code is the Russian letter's."""
    key = cast(Any, QKeySequence(letter))[0].key()
    QTest.sendKeyEvent(QTest.KeyAction.Click, widget, key, letter.lower(), modifiers)


def test_a_command_runs_its_handler_with_its_arguments() -> None:
    dispatcher, got = a_dispatcher(), []
    dispatcher.register("queue.search", lambda text="": got.append(text))
    assert dispatcher.run("queue.search", text="свет")
    assert got == ["свет"]


def test_a_command_without_sense_now_does_not_run() -> None:
    dispatcher, got = a_dispatcher(), []
    dispatcher.register("queue.next", lambda: got.append(1))
    dispatcher.refocus(has_rows=False)
    assert not dispatcher.run("queue.next")
    assert not dispatcher.action("queue.next").isEnabled()
    assert got == []


def test_only_commands_of_the_table_can_be_registered() -> None:
    with pytest.raises(KeyError, match="make_coffee"):
        a_dispatcher().register("app.make_coffee", lambda: None)


def test_a_refusal_is_told_and_not_thrown() -> None:
    dispatcher = a_dispatcher()
    heard: list[Exception] = []

    def refuse() -> None:
        raise RefusedError("ended")

    dispatcher.register("queue.next", refuse)
    dispatcher.failed.connect(heard.append)
    assert dispatcher.run("queue.next")
    assert isinstance(heard[0], RefusedError)


def test_a_bug_of_a_handler_is_not_swallowed() -> None:
    dispatcher = a_dispatcher()
    dispatcher.register("queue.next", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        dispatcher.run("queue.next")


def test_what_was_done_last_is_undone_first() -> None:
    dispatcher, undone = a_dispatcher(), []
    assert not dispatcher.enabled("edit.undo")
    dispatcher.tell("одно", undo=lambda: undone.append(1))
    dispatcher.tell("другое", undo=lambda: undone.append(2))
    dispatcher.run("edit.undo")
    assert undone == [2]
    dispatcher.run("edit.undo")
    assert undone == [2, 1]
    assert not dispatcher.enabled("edit.undo")


def test_actions_speak_the_present_language_and_name_their_key() -> None:
    dispatcher = a_dispatcher("en")
    action = dispatcher.action("queue.next")
    assert action.text() == "Next appeal\tJ"
    assert action.toolTip() == "Next appeal (J)"


@pytest.mark.parametrize("letter", ["J", "О"])
def test_a_letter_works_in_both_layouts(letter: str) -> None:
    dispatcher, got = a_dispatcher(), []
    dispatcher.register("queue.next", lambda: got.append(1))
    with a_window(dispatcher, QListView()) as window:
        press(window, letter, Qt.KeyboardModifier.NoModifier)
        assert got == [1]


@pytest.mark.parametrize("letter", ["K", "Л"])
def test_a_key_with_ctrl_works_in_both_layouts(letter: str) -> None:
    dispatcher, got = a_dispatcher(), []
    dispatcher.register("app.palette", lambda: got.append(1))
    with a_window(dispatcher, QListView()) as window:
        press(window, letter, Qt.KeyboardModifier.ControlModifier)
        assert got == [1]


@pytest.mark.parametrize(
    "make", [QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateTimeEdit, QComboBox]
)
def test_a_bare_letter_is_typed_where_somebody_types(make: type[QWidget]) -> None:
    dispatcher, got = a_dispatcher(), []
    for command in ("queue.next", "queue.search"):
        dispatcher.register(command, lambda: got.append(1))
    editor = make()
    if isinstance(editor, QComboBox):
        editor.setEditable(True)
    with a_window(dispatcher, editor):
        editor.setFocus()
        QTest.keyClicks(editor, "j/J")
        assert got == []
    if isinstance(editor, QLineEdit) and shiboken6.isValid(editor):
        assert editor.text() == "j/J"


def test_letters_fire_over_a_text_that_can_only_be_read() -> None:
    dispatcher, got = a_dispatcher(), []
    dispatcher.register("queue.next", lambda: got.append(1))
    reading = QPlainTextEdit("прочитать")
    reading.setReadOnly(True)
    with a_window(dispatcher, reading):
        reading.setFocus()
        QTest.keyClick(reading, Qt.Key.Key_J)
        assert got == [1]


def test_keys_of_a_scope_work_there_and_nowhere_else() -> None:
    dispatcher, got = a_dispatcher(), []
    dispatcher.refocus(composing=True)
    dispatcher.register("reply.send", lambda: got.append(1))
    composer, other = QPlainTextEdit(), QListView()
    with a_window(dispatcher, composer, other):
        dispatcher.attach("composer", composer)
        other.setFocus()
        QTest.keySequence(other, "Ctrl+Return")
        assert got == []
        composer.setFocus()
        QTest.keySequence(composer, "Ctrl+Return")
        assert got == [1]
        assert composer.toPlainText() == ""
