"""The templates that fit are offered until something is written, and say why they are there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from console.domain.draft import DraftMode
from console.domain.outage import OutageStatus
from tests.support.ui_builders import NOW
from tests.support.ui_stage import Stage
from tests.support.writing import type_text
from ui.views.appeal_view import AppealView
from ui.views.composer_view import ComposerView


def offered(composer: ComposerView) -> list[str]:
    return [face.key for face in composer.strip.faces()]


def test_the_best_templates_are_offered_until_something_is_written(
    composer: ComposerView,
) -> None:
    composer.start(DraftMode.REPLY)
    best = composer.shelf().best(3, composer._composing.here())
    assert offered(composer) == [face.key for face in best]
    assert len(offered(composer)) == 3
    type_text(composer.editor, "С")
    assert offered(composer) == []
    QTest.keyClick(composer.editor, Qt.Key.Key_Backspace)
    assert len(offered(composer)) == 3


def test_an_offered_template_goes_in_by_one_press(composer: ComposerView) -> None:
    composer.start(DraftMode.REPLY)
    (key, *_) = offered(composer)
    first = next(one for one in composer.strip.findChildren(QPushButton) if one.accessibleName())
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert composer.sheet is not None and composer.sheet.draft.template == key
    assert composer.editor.text() == composer.shelf().draft(key).text
    assert composer.editor.hasFocus()
    assert offered(composer) == []


def test_one_key_begins_a_reply_with_the_best_template(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    stage.dispatcher.refocus(has_appeal=True)
    stage.dispatcher.run("reply.best_template")
    assert composer.sheet is not None
    best = composer.shelf().best(1, composer._composing.here())[0]
    assert composer.sheet.draft.template == best.key


def test_a_template_says_why_it_stands_first(stage: Stage, composer: ComposerView) -> None:
    composer.start(DraftMode.REPLY)
    best = composer.shelf().best(1, composer._composing.here())[0]
    assert best.why.startswith("Почему здесь: отключение: ")
    assert "тема «" in best.why or "раздел «" in best.why
    stage.world.template_use[best.key] = 12
    again = composer.shelf().best(1, composer._composing.here())[0]
    assert again.why.endswith("вы отправляли 12 раз")


def test_the_outage_decides_what_is_offered(stage: Stage, composer: ComposerView) -> None:
    composer.start(DraftMode.REPLY)
    before = offered(composer)
    stage.move_etr(status=OutageStatus.RESTORED, restored_at=NOW)
    assert "outage-restored" in offered(composer) and "outage-restored" not in before


def test_habit_decides_between_equals_alone(stage: Stage, composer: ComposerView) -> None:
    composer.start(DraftMode.REPLY)
    before = offered(composer)
    stage.world.template_use["theft"] = 10_000
    composer.fold()
    composer.start(DraftMode.REPLY)
    assert offered(composer) == before


def test_the_picker_says_why_too(stage: Stage, view: AppealView, composer: ComposerView) -> None:
    composer.start(DraftMode.REPLY)
    composer.pick_template()
    assert view.picker.why().startswith("Почему здесь: ")
    view.picker.field().setText("хищение")
    assert view.picker.why() == ""
    view.picker.dismiss()


def test_a_note_is_offered_what_is_written_for_notes(composer: ComposerView) -> None:
    composer.start(DraftMode.NOTE)
    assert set(offered(composer)) <= {"note-call", "note-dispatcher"}
    assert offered(composer)
