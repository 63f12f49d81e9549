"""What a text promises is said under it, and can be disowned by who wrote it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from console.domain.draft import DraftMode
from tests.support.ui_stage import Stage
from tests.support.writing import write
from ui.views.composer_view import ComposerView


def test_a_promise_is_said_with_its_time(stage: Stage, composer: ComposerView) -> None:
    write(composer, "Здравствуйте! Перезвоним вам завтра до 12:00.")
    composer.check_now()
    assert composer.promise.words().startswith("Обещание: завтра в 12:00")


def test_a_text_without_a_promise_says_nothing(composer: ComposerView) -> None:
    write(composer, "Здравствуйте! Свет есть.")
    composer.check_now()
    assert composer.promise.words() == ""


def test_a_note_promises_nothing(composer: ComposerView) -> None:
    write(composer, "Перезвоним завтра до 12:00", DraftMode.NOTE)
    composer.check_now()
    assert composer.promise.words() == ""


def test_words_that_are_no_promise_are_disowned_and_owned_again(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "Здравствуйте! Перезвоним вам завтра до 12:00.")
    composer.check_now()
    (link,) = composer.promise.findChildren(QPushButton)
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert composer.promise.words() == "Слова о сроке обещанием не считаются."
    composer.desk.flush()
    (draft,) = stage.drafts()
    assert draft.no_promise
    composer.check_now()
    assert composer.promise.words() == "Слова о сроке обещанием не считаются."
    stage.dispatcher.run("reply.no_promise")
    assert composer.promise.words().startswith("Обещание: ")
