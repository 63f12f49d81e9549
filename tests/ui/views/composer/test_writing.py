"""Templates, gaps, and who will read it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from console.domain.appeal import Outcome
from console.domain.draft import DraftMode
from console.domain.message import MessageKind
from tests.support.files import a_picture, an_attachment
from tests.support.ui_builders import a_message, here
from tests.support.ui_stage import Stage
from tests.support.writing import type_text, write
from ui.views.appeal_view import AppealView
from ui.views.composer_view import ComposerView


def test_a_template_is_found_inserted_and_filled_by_keys_alone(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    QTest.keyClick(view, Qt.Key.Key_T)
    assert stage.dispatcher.run("reply.template")
    field = view.picker.field()
    assert field.hasFocus()
    type_text(field, "авария")
    assert view.picker.faces()
    preview = view.picker.result()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert view.picker.isHidden()
    assert composer.editor.text() == preview
    assert composer.editor.hasFocus()
    assert composer.sheet is not None
    assert composer.sheet.draft.template is not None


def test_a_template_search_forgives_a_typo(stage: Stage, view: AppealView) -> None:
    stage.dispatcher.run("reply.template")
    type_text(view.picker.field(), "напрежение")
    assert any("апряжени" in face.title for face in view.picker.faces())


def test_a_dismissed_picker_gives_the_cursor_back(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    write(composer, "начало ")
    stage.dispatcher.run("reply.template")
    QTest.keyClick(view.picker.field(), Qt.Key.Key_Escape)
    assert view.picker.isHidden()
    assert composer.editor.hasFocus()
    assert composer.editor.text() == "начало "


def test_inserting_a_template_is_one_step_of_undo(composer: ComposerView) -> None:
    write(composer, "Мой текст. ")
    best = composer.shelf().best(1, here())
    composer.insert_template(best[0].key)
    assert len(composer.editor.text()) > 40
    composer.editor.undo()
    assert composer.editor.text() == "Мой текст. "


def test_a_template_says_what_the_answer_comes_to_unless_its_author_has(
    composer: ComposerView,
) -> None:
    composer.start(DraftMode.REPLY)
    said = []
    for choose in (None, Outcome.SOLVED):
        if choose is not None:
            composer.bar.outcome_chosen.emit(choose)
        composer.insert_template("outage-known-etr")
        assert composer.sheet is not None
        said.append((composer.sheet.draft.outcome, composer.bar._chosen))
    assert said == [(Outcome.EXPLAINED,) * 2, (Outcome.SOLVED,) * 2]


def test_the_first_template_decides_what_is_written(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    stage.dispatcher.run("reply.template")
    composer.insert_template("outage-unknown-etr")
    assert composer.sheet is not None
    assert composer.sheet.mode is DraftMode.INTERIM
    assert composer.sheet.draft.promise_at == composer._composing.usual_promise()
    assert "{" not in composer.editor.text(), "the promise is in the text"


def test_into_a_text_that_has_begun_a_template_brings_its_words_alone(
    composer: ComposerView,
) -> None:
    write(composer, "Мой текст. ")
    composer.insert_template("outage-unknown-etr")
    assert composer.sheet is not None
    assert composer.sheet.mode is DraftMode.REPLY
    assert composer.editor.text().startswith("Мой текст. ")


def test_tab_goes_from_gap_to_gap_and_round(composer: ComposerView) -> None:
    composer.start(DraftMode.REPLY)
    composer.editor.insert("На {улица} с {начало} до {конец}.")
    composer.editor.moveCursor(QTextCursor.MoveOperation.Start)
    seen = []
    for _ in range(4):
        QTest.keyClick(composer.editor, Qt.Key.Key_Tab)
        seen.append(composer.editor.textCursor().selectedText())
    assert seen == ["{улица}", "{начало}", "{конец}", "{улица}"]
    QTest.keyClick(composer.editor, Qt.Key.Key_Backtab)
    assert composer.editor.textCursor().selectedText() == "{конец}"


def test_tab_leaves_the_text_when_nothing_is_to_be_filled(composer: ComposerView) -> None:
    write(composer, "готово")
    QTest.keyClick(composer.editor, Qt.Key.Key_Tab)
    assert not composer.editor.hasFocus()
    assert composer.editor.text() == "готово"


@pytest.mark.parametrize(
    ("channel", "mode", "words", "kind"),
    [
        ("vk", DraftMode.REPLY, "Публичный ответ — увидят все", "audience_public"),
        ("email", DraftMode.REPLY, "Личный ответ — увидит только заявитель", "audience_private"),
        ("vk", DraftMode.NOTE, "Внутренняя заметка — видят только свои", "audience_internal"),
    ],
)
def test_who_will_read_it_is_said_in_words_and_colour(
    stage: Stage, view: AppealView, *, channel: str, mode: DraftMode, words: str, kind: str
) -> None:
    view.show_appeal(stage.add(id="a9", number="9", channel=channel))
    view.composer.start(mode)
    assert view.composer.modes.audience() == (words, kind)


def test_bare_letters_are_text_in_the_editor_and_commands_outside(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    composer.start(DraftMode.REPLY)
    type_text(composer.editor, "rnt")
    assert composer.editor.text() == "rnt"
    assert composer.sheet is not None
    assert composer.sheet.mode is DraftMode.REPLY


def test_a_returned_reply_can_be_reworked_with_its_files(stage: Stage, view: AppealView) -> None:
    photo = an_attachment(a_picture())
    returned = a_message(
        "m5",
        kind=MessageKind.REPLY,
        author="u1",
        text="Старый текст",
        state="returned",
        return_reason="нет срока",
        decided_by="u2",
        attachments=(photo,),
    )
    stage.world.messages[stage.ref].append(returned)
    stage.publish()
    view.messages.rework_wanted.emit("m5")
    assert view.composer.editor.text() == "Старый текст"
    view.flush()
    (draft,) = stage.drafts()
    assert draft.text == "Старый текст"
    assert stage.world.attached[draft.id] == [photo]


# ------------------------------------------------------------------- leaving it


def test_escape_leaves_the_composer_and_the_draft_stays(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    write(composer, "Бригада едет")
    QTest.keyClick(composer.editor, Qt.Key.Key_Escape)
    assert view.messages.hasFocus()
    assert [draft.text for draft in stage.drafts()] == ["Бригада едет"]
    assert composer.editor.text() == "Бригада едет"
    assert stage.dispatcher.run("reply.start")
    assert composer.editor.hasFocus()
    assert composer.editor.textCursor().position() == len("Бригада едет")


def test_escape_folds_a_composer_in_which_nothing_was_written(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    composer.start(DraftMode.REPLY)
    QTest.keyClick(composer.editor, Qt.Key.Key_Escape)
    assert composer.sheet is None
    assert stage.drafts() == []
    assert view.messages.hasFocus()


def test_escape_works_from_the_buttons_of_the_composer_too(
    view: AppealView, composer: ComposerView
) -> None:
    write(composer, "Бригада едет")
    composer.bar.ask_outcome()
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Escape)
    assert view.messages.hasFocus()


def test_escape_closes_the_picker_before_it_leaves(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    write(composer, "Бригада едет")
    stage.dispatcher.run("reply.template")
    composer.focus_text()
    QTest.keyClick(composer.editor, Qt.Key.Key_Escape)
    assert view.picker.isHidden()
    assert composer.editor.hasFocus()
    QTest.keyClick(composer.editor, Qt.Key.Key_Escape)
    assert view.messages.hasFocus()


def test_escape_in_a_reason_gives_the_cursor_back_to_the_text(
    view: AppealView, composer: ComposerView
) -> None:
    write(composer, "Звоните +7 913 555-12-34.")
    stage_keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, stage_keys)
    reason = QApplication.focusWidget()
    assert isinstance(reason, QLineEdit)
    QTest.keyClick(reason, Qt.Key.Key_Escape)
    assert composer.editor.hasFocus()
