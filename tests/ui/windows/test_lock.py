"""The lock: nothing can be read or typed, nothing is lost, and only the password opens."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from tests.support.qt import until_qt
from tests.support.whole_window import WholeWindow, a_whole_window
from tests.support.writing import type_text
from ui.windows.lock import Lock, UnlockDialog

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def whole(qapp: object) -> Generator[WholeWindow]:
    with a_whole_window() as one:
        yield one


def lock_of(whole: WholeWindow) -> Lock:
    return whole.furnished.native.lock


def locked(whole: WholeWindow) -> UnlockDialog:
    assert whole.window.dispatcher.run("app.lock")
    dialog = lock_of(whole).dialog
    assert dialog is not None
    return dialog


def given(dialog: UnlockDialog, password: str) -> None:
    dialog.fill(password)
    dialog.submit()
    until_qt(
        lambda: not isValid(dialog) or dialog._yes.isEnabled() or dialog._wait.isActive(),
        what="an answer",
    )


def test_what_was_written_is_there_again_with_cursor_selection_and_undo(
    whole: WholeWindow,
) -> None:
    whole.window.desk.parts.queue.choose(0)
    whole.settle()
    whole.window.dispatcher.run("reply.start")
    whole.settle()
    editor = whole.window.desk.parts.appeal.composer.editor
    type_text(editor, "Свет дадут к вечеру")
    cursor = editor.textCursor()
    cursor.setPosition(5)
    cursor.setPosition(10, cursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    text = editor.toPlainText()
    dialog = locked(whole)
    assert not editor.isVisible()
    given(dialog, "correct horse")
    assert not lock_of(whole).is_locked
    assert editor.isVisible()
    assert editor.toPlainText() == text
    assert (editor.textCursor().anchor(), editor.textCursor().position()) == (5, 10)
    assert editor.document().isUndoAvailable()
    assert QApplication.focusWidget() is editor


def test_neither_keys_nor_commands_get_past_it(whole: WholeWindow) -> None:
    dialog = locked(whole)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.close()
    assert lock_of(whole).is_locked
    assert not whole.window.desk.isVisible()
    assert not whole.window.menuBar().isVisible()
    assert whole.window.windowTitle() == "Отклик — заблокировано"
    assert QApplication.activeModalWidget() is dialog
    given(dialog, "correct horse")


def test_a_wrong_password_opens_nothing_and_five_of_them_take_a_while(whole: WholeWindow) -> None:
    dialog = locked(whole)
    dialog.submit()
    assert dialog.error() == "Введите пароль."
    for _ in range(4):
        given(dialog, "wrong")
    assert dialog.error().startswith("Пароль не подошёл. Проверьте")
    given(dialog, "wrong")
    assert "30 секунд" in dialog.error()
    assert not dialog._yes.isEnabled()
    assert lock_of(whole).is_locked


def test_where_only_the_server_knows_it_is_asked(whole: WholeWindow) -> None:
    whole.fake.session.password = None
    dialog = locked(whole)
    given(dialog, "anything that the server takes")
    until_qt(lambda: not lock_of(whole).is_locked, what="the server to let in")


def test_it_locks_by_itself_when_nobody_is_there(whole: WholeWindow) -> None:
    native = whole.furnished.native
    native.preferences.set("lock.minutes", "5")
    native.idle.begin()
    whole.fake.clock.move(timedelta(seconds=299))
    native.idle.look()
    assert native.lock.dialog is None
    whole.fake.clock.move(timedelta(seconds=1))
    native.idle.look()
    dialog = lock_of(whole).dialog
    assert dialog is not None
    given(dialog, "correct horse")
    native.idle.look()
    assert not native.lock.is_locked, "who has unlocked is there"


def test_a_key_or_the_mouse_says_that_somebody_is_there(whole: WholeWindow) -> None:
    native = whole.furnished.native
    native.preferences.set("lock.minutes", "5")
    native.idle.begin()
    whole.fake.clock.move(timedelta(seconds=299))
    handle = whole.window.windowHandle()
    native.idle._listen(handle)
    whole.fake.clock.move(timedelta(seconds=200))
    QTest.keyClick(handle, Qt.Key.Key_Shift)
    whole.fake.clock.move(timedelta(seconds=200))
    native.idle.look()
    assert not native.lock.is_locked


def test_who_wants_no_lock_gets_none(whole: WholeWindow) -> None:
    native = whole.furnished.native
    native.preferences.set("lock.minutes", "0")
    native.idle.begin()
    whole.fake.clock.move(timedelta(seconds=100_000))
    native.idle.look()
    assert not native.lock.is_locked


def test_what_was_copied_here_leaves_the_clipboard_and_nothing_else(whole: WholeWindow) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("Марина Кузнецова, 8 900 123-45-67")
    dialog = locked(whole)
    assert clipboard.text() == ""
    given(dialog, "correct horse")
    whole.furnished.native.preferences.set("lock.clipboard", "0")
    clipboard.setText("остаётся")
    dialog = locked(whole)
    assert clipboard.text() == "остаётся"
    given(dialog, "correct horse")


def test_a_clipboard_of_somebody_else_is_left_alone(
    whole: WholeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QGuiApplication, "focusWindow", staticmethod(lambda: None))
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("чужое")
    assert not lock_of(whole)._clipboard.clear()
    assert clipboard.text() == "чужое"


def test_nobody_signed_in_means_nothing_to_lock(whole: WholeWindow) -> None:
    whole.fake.me = None
    lock_of(whole).lock()
    assert not lock_of(whole).is_locked


def test_while_it_is_locked_notices_name_nobody(whole: WholeWindow) -> None:
    dialog = locked(whole)
    assert whole.furnished.native.notices.discreet
    given(dialog, "correct horse")
    assert not whole.furnished.native.notices.discreet


def test_another_window_is_covered_too(whole: WholeWindow) -> None:
    settings = whole.furnished.native.open_settings()
    dialog = locked(whole)
    (cover, *_) = [one for one in lock_of(whole)._covers if one.parentWidget() is settings]
    assert cover.geometry() == settings.rect()
    settings.resize(settings.width() + 40, settings.height() + 40)
    QApplication.processEvents()
    assert cover.geometry() == settings.rect()
    given(dialog, "correct horse")
    assert not settings.isHidden()
