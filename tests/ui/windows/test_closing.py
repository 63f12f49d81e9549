"""Closing the window: at once, unless a text would end with it."""

from __future__ import annotations

from concurrent.futures import Future

import pytest
from PySide6.QtWidgets import QMessageBox

from console.domain.draft import Draft
from console.errors import StoreError
from tests.support.whole_window import WholeWindow, a_whole_window

pytestmark = pytest.mark.usefixtures("qapp")


def _refused(_: Draft) -> Future[Draft]:
    future: Future[Draft] = Future()
    future.set_exception(StoreError("the disk is full"))
    return future


def _write(whole: WholeWindow, text: str) -> None:
    whole.window.desk.parts.queue.go(1)
    whole.settle()
    whole.window.dispatcher.run("reply.start")
    composer = whole.window.desk.parts.appeal.composer
    composer.editor.setPlainText(text)
    assert composer.sheet is not None
    composer.desk.touch(composer.sheet)
    composer.desk.flush()
    whole.settle()


def _answer(whole: WholeWindow, *, leave: bool) -> None:
    box = whole.window.findChild(QMessageBox, "close-unkept")
    assert box is not None, "nothing was asked"
    roles = QMessageBox.ButtonRole
    assert box.buttonRole(box.defaultButton()) is roles.RejectRole
    wanted = roles.DestructiveRole if leave else roles.RejectRole
    next(one for one in box.buttons() if box.buttonRole(one) is wanted).click()
    whole.settle()


def test_a_text_that_the_disk_refused_is_not_lost_by_closing_the_window_unasked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_whole_window() as whole:
        ended: list[int] = []
        whole.window.closed.connect(lambda: ended.append(1))
        monkeypatch.setattr(whole.fake.drafts, "save", _refused)
        _write(whole, "важное")
        whole.window.close()
        assert whole.window.isVisible()
        _answer(whole, leave=False)
        assert whole.window.isVisible() and ended == []
        whole.window.close()
        _answer(whole, leave=True)
        assert not whole.window.isVisible() and ended == [1]


def test_a_text_that_got_onto_the_disk_after_all_lets_the_window_close(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_whole_window() as whole:
        with monkeypatch.context() as patch:
            patch.setattr(whole.fake.drafts, "save", _refused)
            _write(whole, "важное")
        whole.window.desk.parts.appeal.composer.desk.flush()
        whole.settle()
        whole.window.close()
        assert not whole.window.isVisible()
