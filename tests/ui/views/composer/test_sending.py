"""A reply is sent once, or it is said exactly what stands against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from console.domain.appeal import Outcome
from console.domain.draft import Draft, DraftMode
from console.domain.mutations import AddNote, SendReply
from console.domain.transitions import RefusedError
from console.readmodel import EntryState
from tests.support.qt import until_qt
from tests.support.ui_builders import NOW, an_operator
from tests.support.ui_stage import Late, Stage, on_stage
from tests.support.writing import GOOD, press_send, ready, type_text, write
from ui.views.appeal_view import AppealView
from ui.views.composer_view import ComposerView


def test_a_good_reply_is_sent_by_one_key(stage: Stage, composer: ComposerView) -> None:
    ready(composer)
    press_send(composer)
    stage.settle()
    assert composer.start_bar.said() == "Ответ опубликован."
    (reply,) = stage.sent()
    assert isinstance(reply, SendReply)
    assert (reply.text, reply.outcome) == (GOOD, Outcome.EXPLAINED)
    assert stage.drafts() == []
    assert composer.desk.of(stage.ref, ()) == ()
    composer.start(DraftMode.REPLY)
    assert composer.editor.text() == ""
    composer.fold()
    assert composer.sheet is None


def test_what_is_said_of_a_sent_reply_follows_it(stage: Stage, composer: ComposerView) -> None:
    stage.console.online = False
    ready(composer)
    press_send(composer)
    stage.settle()
    assert composer.start_bar.said() == "Ответ поставлен в отправку."
    (entry,) = stage.world.entries
    stage.world.entries[:] = [replace(entry, state=EntryState.HELD)]
    stage.publish(outbox=True)
    assert composer.start_bar.said() == "", "the thread says why, and the outbox what to do"
    stage.world.entries.clear()
    stage.publish(outbox=True)
    assert composer.start_bar.said() == "Ответ опубликован."


def test_a_reply_for_approval_is_not_said_to_be_out(stage: Stage, composer: ComposerView) -> None:
    ready(composer)
    composer.send(approval=True)
    stage.settle()
    assert composer.start_bar.said() == "Ответ на согласовании."


def test_what_was_said_of_one_appeal_is_not_said_of_the_next(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    ready(composer)
    press_send(composer)
    stage.settle()
    view.show_appeal(stage.add(id="a2", number="2"))
    assert composer.start_bar.said() == ""


def test_a_draft_taken_back_from_the_outbox_is_opened_at_once(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    write(composer, "начатое")
    composer.flush()
    back = Draft("d9", stage.ref, DraftMode.REPLY, "Свет дадут к 16:30.", NOW)
    stage.world.drafts["d9"] = back
    stage.publish(drafts=True)
    view.open_draft(back)
    assert composer.editor.text() == "Свет дадут к 16:30."
    assert {draft.text for draft in stage.drafts()} == {"начатое", "Свет дадут к 16:30."}


def test_the_composer_clears_only_when_the_reply_is_committed(
    stage: Stage, composer: ComposerView
) -> None:
    late = Late()
    stage.console.reply.send = late  # type: ignore[method-assign]
    ready(composer)
    press_send(composer)
    stage.settle()
    assert composer.editor.text() == GOOD
    assert composer.editor.isReadOnly()
    late.last.set_result(stage.entry())
    stage.settle()
    assert composer.sheet is None


def test_a_second_press_while_it_is_being_committed_sends_nothing(
    stage: Stage, composer: ComposerView
) -> None:
    late = Late()
    stage.console.reply.send = late  # type: ignore[method-assign]
    ready(composer)
    press_send(composer)
    press_send(composer)
    composer.send()
    assert len(late.calls) == 1
    late.last.set_result(stage.entry())
    stage.settle()


def test_a_refused_reply_keeps_its_text_and_says_why(stage: Stage, composer: ComposerView) -> None:
    late = Late()
    stage.console.reply.send = late  # type: ignore[method-assign]
    ready(composer)
    press_send(composer)
    late.last.set_exception(RefusedError("claimed_by", operator="u2"))
    stage.settle()
    assert composer.editor.text() == GOOD
    assert not composer.editor.isReadOnly()
    assert composer.bar.said() == (
        "Не отправлено. Обращение уже в работе. Ответственный: Борис Ким."
    )
    composer.flush()
    assert [draft.text for draft in stage.drafts()] == [GOOD]


def test_a_reply_committed_while_another_appeal_is_shown_clears_only_itself(
    stage: Stage, view: AppealView, composer: ComposerView
) -> None:
    late = Late()
    stage.console.reply.send = late  # type: ignore[method-assign]
    other = stage.add(id="a2", number="40300")
    ready(composer)
    press_send(composer)
    view.show_appeal(other)
    write(composer, "другому человеку")
    late.last.set_result(stage.entry())
    stage.settle()
    assert composer.editor.text() == "другому человеку"


def test_nothing_is_saved_after_the_hand_over_so_a_sent_draft_does_not_come_back(
    stage: Stage, composer: ComposerView
) -> None:
    late = Late()
    stage.console.reply.send = late  # type: ignore[method-assign]
    ready(composer)
    press_send(composer)
    stage.world.drafts.clear()
    composer.flush()
    late.last.set_result(stage.entry())
    stage.settle()
    composer.flush()
    assert stage.drafts() == []


def test_a_note_is_sent_as_a_note(stage: Stage, composer: ComposerView) -> None:
    late = Late()
    stage.console.reply.send = late  # type: ignore[method-assign]
    write(composer, "позвонить мастеру", DraftMode.NOTE)
    press_send(composer)
    (draft,), named, future = late.calls[0]
    assert (draft.mode, draft.text, named["approval"]) == (
        DraftMode.NOTE,
        "позвонить мастеру",
        False,
    )
    future.set_result(stage.entry())
    stage.settle()
    assert composer.start_bar.said() == "Заметка сохранена."
    assert not any(isinstance(one, AddNote) for one in stage.sent())


def test_who_needs_approval_sends_for_approval(qapp: QApplication) -> None:
    me = replace(an_operator("u1"), needs_approval=True)
    with on_stage(qapp, me=me) as stage:
        stage.world.operators[0] = me
        view = stage.show(
            lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
        )
        view.show_appeal(stage.ref)
        ready(view.composer)
        press_send(view.composer)
        stage.settle()
        (reply,) = stage.sent()
        assert reply.approval


def test_an_empty_text_is_not_sent(stage: Stage, composer: ComposerView) -> None:
    composer.start(DraftMode.REPLY)
    press_send(composer)
    assert composer.bar.said() == "Напишите текст: отправлять пока нечего."
    assert stage.sent() == []


def test_an_unfilled_gap_blocks_and_is_where_the_cursor_goes(
    stage: Stage, composer: ComposerView
) -> None:
    ready(composer, "Свет включим сегодня до 16:30. ")
    composer.editor.insert("Причина — {причина}.")
    type_text(composer.editor, " ")
    press_send(composer)
    cursor = composer.editor.textCursor()
    assert cursor.selectedText() == "{причина}"
    assert composer.bar.said() == "Заполните поле «причина»: курсор уже на нём."
    assert stage.sent() == []
    type_text(composer.editor, "обрыв")
    assert "Причина — обрыв." in composer.editor.text()


def test_a_reply_without_an_outcome_asks_for_it(stage: Stage, composer: ComposerView) -> None:
    write(composer, GOOD)
    press_send(composer)
    assert composer.bar.said() == "Выберите итог ответа."
    assert composer.bar.asks() == "outcome"


def test_the_chosen_outcome_stands_on_its_button(stage: Stage, composer: ComposerView) -> None:
    write(composer, GOOD)
    press_send(composer)
    composer.bar.outcome_chosen.emit(Outcome.SOLVED)
    assert "Решено" in {button.text() for button in composer.bar.findChildren(QPushButton)}


def test_an_interim_reply_without_a_promise_asks_for_it(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "Разбираемся, бригада выехала, напишем сегодня до 17:00.", DraftMode.INTERIM)
    composer.check_now()
    composer._promising.turn()  # what the words say is no promise: another one is asked for
    press_send(composer)
    assert composer.bar.said() == "Укажите, когда житель узнает новости."
    composer.choose_promise(NOW - timedelta(minutes=1))
    press_send(composer)
    assert composer.bar.said() == "Обещанное время уже прошло. Укажите новое."
    composer.choose_promise(NOW + timedelta(hours=2))
    press_send(composer)
    stage.settle()
    (reply,) = stage.sent()
    assert (reply.interim, reply.promise_at) == (True, NOW + timedelta(hours=2))


def test_an_interim_reply_whose_words_promise_a_time_is_sent_with_it(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "Разбираемся, бригада выехала, напишем через два часа.", DraftMode.INTERIM)
    press_send(composer)
    stage.settle()
    (reply,) = stage.sent()
    assert (reply.interim, reply.promise_at) == (True, NOW + timedelta(hours=2))


def test_a_text_over_the_limit_is_not_sent(stage: Stage, composer: ComposerView) -> None:
    ready(composer)
    composer.editor.moveCursor(QTextCursor.MoveOperation.End)
    composer.editor.insert(" да" * 1500)
    type_text(composer.editor, ".")
    press_send(composer)
    assert composer.bar.counter()[1] == "danger"
    assert composer.bar.said().startswith("Сократите текст: ")
    assert stage.sent() == []


def test_the_counter_counts_as_the_channel_does(stage: Stage, view: AppealView) -> None:
    telegram = stage.add(id="a3", number="7", channel="telegram")
    view.show_appeal(telegram)
    view.composer.start(DraftMode.REPLY)
    view.composer.editor.insert("свет 💡")
    type_text(view.composer.editor, ".")
    assert view.composer.bar.counter()[0] == "8 из 4\u202f096"


def test_a_blocking_finding_is_mended_or_overruled_with_a_reason(
    stage: Stage, composer: ComposerView
) -> None:
    ready(composer, GOOD + " Звоните +7 913 555-12-34.")
    press_send(composer)
    assert "Личный телефон" in composer.bar.said()
    assert composer.editor.textCursor().selectedText() == "+7 913 555-12-34"
    assert stage.sent() == []


def test_the_fix_key_mends_the_finding_under_the_cursor(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "Здравствуйте! Свет включим сегодня до 18:00.")
    until_qt(lambda: bool(composer.checks.faces()), what="the findings")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert composer.editor.text() == "Здравствуйте! Свет включим сегодня до 16:30."
    composer.editor.undo()
    assert composer.editor.text() == "Здравствуйте! Свет включим сегодня до 18:00."


def test_an_overruled_finding_keeps_its_reason_with_the_reply(
    stage: Stage, composer: ComposerView
) -> None:
    ready(composer, GOOD + " Согласно ПП РФ № 861 и 59-ФЗ всё по плану.")
    composer.check_now()
    QTest.keyClick(
        composer.editor,
        Qt.Key.Key_Return,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    asked = QApplication.focusWidget()
    assert asked is not None
    assert asked is not composer.editor
    type_text(asked, "так просил житель")
    QTest.keyClick(asked, Qt.Key.Key_Return)
    overruled = [face for face in composer.checks.faces() if face.reason]
    assert [face.reason for face in overruled] == ["так просил житель"]
    assert composer.editor.hasFocus()
    press_send(composer)
    stage.settle()
    (reply,) = stage.sent()
    assert [(o.rule, o.reason) for o in reply.overrides] == [
        (overruled[0].rule, "так просил житель")
    ]


def test_checks_run_by_themselves_soon_after_the_last_key(composer: ComposerView) -> None:
    write(composer, "Звоните +7 913 555-12-34")
    assert composer.findings == ()
    until_qt(lambda: bool(composer.findings), what="the findings")
    assert composer.editor.marks()


def press_fix(composer: ComposerView) -> None:
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)


def press_leave(composer: ComposerView) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, both)


def test_the_fix_key_goes_to_what_only_the_person_can_mend_and_says_so(
    composer: ComposerView,
) -> None:
    text = "Звоните +7 913 555-12-34. " + GOOD
    write(composer, text)
    press_fix(composer)
    assert composer.editor.text() == text
    assert composer.editor.textCursor().selectedText() == "+7 913 555-12-34"
    assert composer.bar.said() == (
        "«Личный телефон»: готовой замены нет. Исправьте выделенное место сами."
    )
    assert composer.editor.hasFocus()


def test_the_fix_key_says_so_where_nothing_is_found(composer: ComposerView) -> None:
    ready(composer)
    press_fix(composer)
    assert composer.bar.said() == "Замечаний нет"
    assert composer.editor.text() == GOOD


def test_a_finding_that_nobody_may_overrule_is_said_to_be_one(composer: ComposerView) -> None:
    composer.start(DraftMode.REPLY)
    composer.editor.insert(GOOD + " Причина: {причина}.")
    press_leave(composer)
    assert "оставить нельзя" in composer.bar.said()


def test_the_promised_time_is_put_into_the_text_by_the_fix_key(
    stage: Stage, composer: ComposerView
) -> None:
    write(composer, "Здравствуйте! Уже разбираемся", DraftMode.INTERIM)
    press_fix(composer)
    assert composer.bar.said() == (
        "«Не сказано, когда новости»: готовой замены нет. Допишите текст сами."
    )
    composer.choose_promise(NOW + timedelta(hours=2))
    press_fix(composer)
    assert composer.editor.text() == (
        "Здравствуйте! Уже разбираемся. Следующую новость напишем сегодня до 17:00."
    )
    assert composer.bar.said() == ""
    press_send(composer)
    stage.settle()
    (reply,) = stage.sent()
    assert isinstance(reply, SendReply)
    assert (reply.interim, reply.promise_at) == (True, NOW + timedelta(hours=2))
    assert reply.overrides == ()


def test_a_time_that_has_passed_is_no_remedy(composer: ComposerView) -> None:
    write(composer, "Здравствуйте! Уже разбираемся.", DraftMode.INTERIM)
    composer.choose_promise(NOW - timedelta(minutes=1))
    press_fix(composer)
    assert composer.editor.text() == "Здравствуйте! Уже разбираемся."
