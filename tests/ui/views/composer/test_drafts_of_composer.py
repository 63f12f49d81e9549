"""What is being written is on the disk soon, and comes back whole."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from console.domain.appeal import Outcome
from console.domain.draft import Draft, DraftMode
from console.domain.mutations import SendReply
from console.errors import StoreError
from tests.support.qt import until_qt
from tests.support.ui_builders import NOW
from tests.support.ui_stage import Late, Stage
from tests.support.writing import GOOD, ready, type_text, write
from ui.actions.dispatch import Dispatcher
from ui.views.appeal_view import AppealView
from ui.views.composer_view import ComposerView


def test_a_draft_is_on_the_disk_soon_after_the_first_key_however_long_the_typing(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "Бригада")
    assert stage.drafts() == []

    def typed_on_until_saved() -> bool:
        if not stage.drafts():
            type_text(composer.editor, "!")
        return bool(stage.drafts())

    until_qt(typed_on_until_saved, what="the draft on the disk while the typing goes on")
    assert stage.drafts()[0].text.startswith("Бригада!")
    assert stage.drafts()[0].cursor == len(stage.drafts()[0].text)


def test_going_elsewhere_saves_at_once(stage: Stage, composer: ComposerView) -> None:
    write(composer, "Бригада едет")
    composer.editor.clearFocus()
    assert [draft.text for draft in stage.drafts()] == ["Бригада едет"]


def test_showing_another_appeal_saves_at_once_and_coming_back_restores_everything(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    write(composer, "Бригада едет к вам")
    composer.editor.select(2, 6)
    steps = composer.editor.document().availableUndoSteps()
    other = stage.add(id="a2", number="40300")
    view.show_appeal(other)
    assert composer.sheet is None
    assert [draft.text for draft in stage.drafts()] == ["Бригада едет к вам"]
    view.show_appeal(stage.ref)
    assert composer.editor.text() == "Бригада едет к вам"
    cursor = composer.editor.textCursor()
    assert (cursor.anchor(), cursor.position()) == (2, 6)
    assert composer.editor.document().availableUndoSteps() == steps


def test_a_closed_window_saves_at_once(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    write(composer, "Почти готово")
    view.close()
    assert [draft.text for draft in stage.drafts()] == ["Почти готово"]


def test_after_a_restart_the_draft_is_there_with_its_cursor(stage: Stage) -> None:
    draft = Draft("d1", stage.ref, DraftMode.INTERIM, "Уже разбираемся", NOW, cursor=4)
    stage.world.drafts["d1"] = draft
    view = stage.show(
        lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
    )
    view.show_appeal(stage.ref)
    assert view.composer.editor.text() == "Уже разбираемся"
    assert view.composer.editor.textCursor().position() == 4
    assert view.composer.modes.audience()[0] == "Промежуточный ответ — увидят все"
    assert stage.drafts() == [draft]


def test_after_a_restart_the_composer_is_back_whole(stage: Stage, composer: ComposerView) -> None:
    text = GOOD + " Согласно ПП РФ № 861 и 59-ФЗ всё по плану."
    ready(composer, text)
    composer.check_now()
    rule = next(face.rule for face in composer.checks.faces() if face.can_override)
    composer.checks.overridden.emit(rule, "так просил житель")
    composer.choose_promise(NOW + timedelta(hours=2))
    composer.flush()
    (kept,) = stage.drafts()

    def again() -> AppealView:
        return AppealView(
            stage.context, stage.bridge, Dispatcher(stage.context), speech=stage.speech
        )

    second = stage.show(again)
    second.show_appeal(stage.ref)
    back = second.composer
    back.check_now()
    assert back.sheet is not None
    assert back.sheet.now() == kept
    assert "Разъяснено" in {button.text() for button in back.bar.findChildren(QPushButton)}
    assert {face.rule: face.reason for face in back.checks.faces() if face.reason} == {
        rule: "так просил житель"
    }
    back.start(DraftMode.INTERIM)
    shown = {button.text() for button in back.bar.findChildren(QPushButton)}
    assert any("17:00" in words for words in shown), shown
    back.start(DraftMode.REPLY)
    back.send()
    stage.settle()
    (reply,) = stage.sent()
    assert isinstance(reply, SendReply)
    assert reply.outcome is Outcome.EXPLAINED
    assert [(o.rule, o.reason) for o in reply.overrides] == [(rule, "так просил житель")]


def test_an_outcome_chosen_after_the_last_key_is_on_the_disk_by_itself(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "Бригада едет")
    composer.flush()
    composer.bar.outcome_chosen.emit(Outcome.SOLVED)
    until_qt(
        lambda: [one.outcome for one in stage.drafts()] == [Outcome.SOLVED],
        what="the outcome on the disk",
    )


def test_reply_and_note_are_two_drafts(stage: Stage, composer: ComposerView) -> None:
    write(composer, "Для жителя")
    write(composer, "Для своих", DraftMode.NOTE)
    composer.flush()
    assert {draft.mode: draft.text for draft in stage.drafts()} == {
        DraftMode.REPLY: "Для жителя",
        DraftMode.NOTE: "Для своих",
    }
    composer.start(DraftMode.REPLY)
    assert composer.editor.text() == "Для жителя"


def test_a_note_never_becomes_a_public_reply_by_switching(composer: ComposerView) -> None:
    write(composer, "он опять скандалит", DraftMode.NOTE)
    composer.start(DraftMode.REPLY)
    assert composer.editor.text() == ""


def test_a_reply_can_be_turned_into_an_interim_one(stage: Stage, composer: ComposerView) -> None:
    write(composer, "Разбираемся")
    composer.start(DraftMode.INTERIM)
    composer.flush()
    assert composer.editor.text() == "Разбираемся"
    assert [draft.mode for draft in stage.drafts()] == [DraftMode.INTERIM]


def test_an_emptied_draft_leaves_the_disk(stage: Stage, composer: ComposerView) -> None:
    write(composer, "ой")
    composer.flush()
    composer.editor.selectAll()
    QTest.keyClick(composer.editor, Qt.Key.Key_Delete)
    composer.flush()
    assert stage.drafts() == []


def test_a_draft_that_cannot_be_saved_says_so_and_is_tried_again(
    stage: Stage, composer: ComposerView
) -> None:
    late = Late()
    stage.console.drafts.save = late  # type: ignore[method-assign]
    write(composer, "важное")
    composer.flush()
    late.last.set_exception(StoreError("диск полон."))
    stage.settle()
    assert "диск полон" in composer.bar.said()
    type_text(composer.editor, "!")
    composer.flush()
    assert late.calls[-1][0][0].text == "важное!"


def test_a_draft_that_got_onto_the_disk_after_all_is_not_said_to_be_on_the_screen_alone(
    stage: Stage, composer: ComposerView
) -> None:
    late = Late()
    stage.console.drafts.save = late  # type: ignore[method-assign]
    write(composer, "важное")
    composer.flush()
    late.last.set_exception(StoreError("диск полон."))
    stage.settle()
    assert "только на экране" in composer.bar.said()
    composer.desk.flush()  # tried again by itself, without a further key
    late.last.set_result(late.calls[-1][0][0])
    stage.settle()
    assert composer.bar.said() == "Черновик сохранён"


def test_other_drafts_of_the_appeal_can_be_reached(stage: Stage) -> None:
    for name, text in (("d1", "первый"), ("d2", "второй")):
        stage.world.drafts[name] = Draft(name, stage.ref, DraftMode.REPLY, text, NOW)
    view = stage.show(
        lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
    )
    view.show_appeal(stage.ref)
    assert view.composer.editor.text() == "второй"
    view.composer.modes.draft_chosen.emit("d1")
    assert view.composer.editor.text() == "первый"
