"""Calling a colleague in a note: names are offered after the sign, and taken by one key."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.domain.draft import DraftMode
from console.domain.mutations import AddNote
from tests.support.qt import until_qt
from tests.support.ui_stage import Stage, on_stage
from tests.support.writing import press_send, type_text
from ui.views.appeal_view import AppealView


@pytest.fixture
def stage(qapp: QApplication) -> Generator[Stage]:
    with on_stage(qapp) as made:
        yield made


def _note(stage: Stage) -> AppealView:
    view = stage.show(
        lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
    )
    view.show_appeal(stage.ref)
    view.composer.start(DraftMode.NOTE)
    return view


def _offered(view: AppealView) -> tuple[str, ...]:
    offers = view.composer.mentioning
    return offers.names() if offers.is_open else ()


def test_a_name_is_offered_after_the_sign_and_taken_by_one_key(stage: Stage) -> None:
    view = _note(stage)
    composer = view.composer
    type_text(composer.editor, "Посмотрите, @")
    until_qt(lambda: bool(_offered(view)), what="the names")
    assert "Анна Петрова" not in _offered(view)
    type_text(composer.editor, "ки")
    assert _offered(view) == ("Борис Ким",)
    QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.editor.text() == "Посмотрите, @Борис Ким "
    assert not _offered(view)
    type_text(composer.editor, "адрес тот?")
    assert not _offered(view)
    press_send(composer)
    stage.settle()
    (sent,) = stage.sent()
    assert isinstance(sent, AddNote) and sent.mentions == ("u2",)


def test_escape_leaves_the_sign_alone_and_a_reply_offers_nobody(stage: Stage) -> None:
    view = _note(stage)
    type_text(view.composer.editor, "@бо")
    assert _offered(view)
    QTest.keyClick(view.composer.editor, Qt.Key.Key_Escape)
    type_text(view.composer.editor, "р")
    assert not _offered(view)
    assert view.composer.sheet is not None and view.composer.editor.text() == "@бор"
    view.composer.start(DraftMode.REPLY)
    type_text(view.composer.editor, "@бо")
    assert not _offered(view)
