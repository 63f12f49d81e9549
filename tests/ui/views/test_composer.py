"""The promises of the composer: nothing is lost, nothing leaves unseen, nothing is sent twice."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from console.changes import Changes
from console.domain.appeal import Outcome
from console.domain.draft import Draft, DraftMode
from console.domain.message import EtrQuote, MessageKind
from console.domain.mutations import AddNote, Seen, SendReply
from console.domain.outage import OutageStatus
from console.domain.transitions import RefusedError
from console.errors import StoreError
from console.i18n import Catalog
from tests.support.qt import until_qt
from tests.support.ui_builders import NOW, a_message, an_operator, here
from tests.support.ui_stage import Late, Stage, on_stage
from ui.actions.dispatch import Dispatcher
from ui.theme.apply import apply
from ui.theme.tokens import load
from ui.views.appeal_view import AppealView
from ui.views.composer_view import ComposerView

GOOD = "Здравствуйте! Оборвался провод, бригада работает. Свет включим сегодня до 16:30."


@pytest.fixture
def stage(qapp: QApplication) -> Generator[Stage]:
    with on_stage(qapp) as made:
        yield made


@pytest.fixture
def view(stage: Stage) -> AppealView:
    shown = stage.show(
        lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
    )
    shown.show_appeal(stage.ref)
    return shown


@pytest.fixture
def composer(view: AppealView) -> ComposerView:
    return view.composer


def type_text(widget: QWidget, text: str) -> None:
    """Press a key for each letter; QTest itself knows the Latin ones alone."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(widget, event)


def write(composer: ComposerView, text: str, mode: DraftMode = DraftMode.REPLY) -> None:
    composer.start(mode)
    for line in text.split("\n"):
        type_text(composer.editor, line)


def ready(composer: ComposerView, text: str = GOOD) -> None:
    write(composer, text)
    composer.bar.outcome_chosen.emit(Outcome.EXPLAINED)


def press_send(composer: ComposerView) -> None:
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


class Untouched:
    """The text, cursor, selection and undo history at one moment, to be compared with later."""

    def __init__(self, composer: ComposerView) -> None:
        self._composer = composer
        self._before = self._now()
        self._document = composer.editor.document()

    def _now(self) -> tuple[str, int, int, int, bool]:
        editor = self._composer.editor
        cursor = editor.textCursor()
        document = editor.document()
        return (
            editor.text(),
            cursor.position(),
            cursor.anchor(),
            document.availableUndoSteps(),
            document.isRedoAvailable(),
        )

    def check(self) -> None:
        assert self._composer.editor.document() is self._document
        assert self._now() == self._before


@pytest.fixture
def writing(composer: ComposerView) -> ComposerView:
    """A text with a selection in the middle, and something to undo and to redo."""
    write(composer, "Здравствуйте! Разбираемся с вашей улицей")
    composer.editor.insert(" сейчас")
    composer.editor.undo()
    composer.editor.select(3, 9)
    composer.desk.flush()
    return composer


# ------------------------------------------------------------------- nothing from outside


def test_a_new_comment_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.resident_writes("c1")
    before.check()


def test_another_owner_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.change(owner="u2")
    before.check()


def test_reading_everything_anew_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.console.changes.publish(Changes(everything=True))
    stage.settle()
    before.check()


def test_another_version_of_the_draft_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    assert writing.sheet is not None
    stage.world.drafts[writing.sheet.draft.id] = replace(
        writing.sheet.draft, text="чужой текст", cursor=2
    )
    stage.publish(drafts=True)
    before.check()


def test_a_deleted_draft_row_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.world.drafts.clear()
    stage.publish(drafts=True)
    before.check()


def test_a_moved_restoration_time_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.move_etr(etr=NOW + timedelta(hours=5))
    before.check()


def test_switching_the_language_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.context.catalog = Catalog.load("en")
    stage.bridge.language_changed.emit()
    stage.settle()
    before.check()
    assert writing.modes.audience()[0] == "Public reply — everybody will see it"


def test_switching_theme_and_zoom_does_not_touch_what_is_being_written(
    qapp: QApplication, stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.theme.use(load("dark"), zoom=1.5)
    apply(qapp, stage.theme)
    stage.bridge.theme_changed.emit()
    stage.settle()
    before.check()


def test_an_appeal_that_vanishes_takes_no_draft_with_it(
    stage: Stage, view: AppealView, writing: ComposerView
) -> None:
    text = writing.editor.text()
    appeal = stage.world.appeals.pop(stage.ref)
    stage.publish()
    assert view.empty.title() == "Обращения больше нет"
    assert [draft.text for draft in stage.drafts()] == [text]
    stage.world.appeals[stage.ref] = appeal
    stage.publish()
    assert writing.editor.text() == text


# ------------------------------------------------------------------- drafts


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


# ------------------------------------------------------------------- sending


def test_a_good_reply_is_sent_by_one_key(stage: Stage, composer: ComposerView) -> None:
    ready(composer)
    press_send(composer)
    stage.settle()
    assert composer.start_bar.said() == "Ответ поставлен в отправку."
    (reply,) = stage.sent()
    assert isinstance(reply, SendReply)
    assert (reply.text, reply.outcome) == (GOOD, Outcome.EXPLAINED)
    assert stage.drafts() == []
    assert composer.desk.of(stage.ref, ()) == ()
    composer.start(DraftMode.REPLY)
    assert composer.editor.text() == ""
    composer.fold()
    assert composer.sheet is None


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


# ------------------------------------------------------------------- what stands against it


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


# ------------------------------------------------------------------- while one writes


def test_what_changes_while_one_writes_is_told_and_not_modal(
    stage: Stage, composer: ComposerView
) -> None:
    ready(composer)
    stage.resident_writes("c1")
    assert composer.news.text() == "Пока вы писали: житель написал новый комментарий."
    assert composer.editor.hasFocus()


def test_a_reply_does_not_leave_past_an_unread_comment(
    stage: Stage, composer: ComposerView
) -> None:
    ready(composer)
    stage.resident_writes("c1")
    press_send(composer)
    stage.settle()
    assert stage.sent() == []
    assert composer.bar.said().startswith("Пока вы писали, обращение изменилось.")


def test_the_second_press_has_seen_what_the_first_was_told(
    stage: Stage, composer: ComposerView
) -> None:
    late = Late()
    stage.console.reply.send = late  # type: ignore[method-assign]
    ready(composer)
    stage.resident_writes("c1")
    press_send(composer)
    press_send(composer)
    ((draft,), _, future) = late.calls[0]
    assert draft.seen == Seen.of(stage.appeal)
    assert draft.seen.last_resident_message == "c1"
    future.set_result(stage.entry())
    stage.settle()


def test_a_further_comment_between_the_presses_is_told_again(
    stage: Stage, composer: ComposerView
) -> None:
    late = Late()
    stage.console.reply.send = late  # type: ignore[method-assign]
    ready(composer)
    stage.resident_writes("c1")
    press_send(composer)
    stage.resident_writes("c2", "и ещё")
    press_send(composer)
    assert late.calls == []


def test_noted_news_are_part_of_what_was_seen(stage: Stage, composer: ComposerView) -> None:
    ready(composer)
    stage.resident_writes("c1")
    composer.news.pressed.emit()
    assert composer.news.isHidden()
    press_send(composer)
    stage.settle()
    (reply,) = stage.sent()
    assert reply.text == GOOD


def test_what_was_on_the_screen_when_one_began_is_what_was_seen(
    stage: Stage, composer: ComposerView
) -> None:
    late = Late()
    stage.console.reply.send = late  # type: ignore[method-assign]
    began = Seen.of(stage.appeal)
    ready(composer)
    stage.change(topic="quality.low")
    press_send(composer)
    ((draft,), _, future) = late.calls[0]
    assert draft.seen == began
    future.set_result(stage.entry())
    stage.settle()


def test_a_note_does_not_care_for_news(stage: Stage, composer: ComposerView) -> None:
    write(composer, "для своих", DraftMode.NOTE)
    stage.resident_writes("c1")
    assert composer.news.isHidden()


# ------------------------------------------------------------------- the restoration time


def test_a_restoration_time_typed_by_hand_is_a_live_quote(
    stage: Stage, composer: ComposerView
) -> None:
    ready(composer)
    composer.check_now()
    assert composer.etr.words() == "Срок в тексте верный: 16:30 (Кызыл, UTC+7)"
    press_send(composer)
    stage.settle()
    (reply,) = stage.sent()
    assert reply.quotes == (EtrQuote("o1", NOW + timedelta(minutes=90)),)


def test_a_moved_time_is_told_and_mended_by_one_key(stage: Stage, composer: ComposerView) -> None:
    ready(composer)
    composer.check_now()
    stage.move_etr(etr=NOW + timedelta(hours=3))
    composer.check_now()
    assert "был 16:30 (Кызыл, UTC+7), стал 18:00 (Кызыл, UTC+7)" in composer.etr.words()
    press_send(composer)
    assert stage.sent() == []
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert composer.editor.text() == GOOD.replace("16:30", "18:00")
    press_send(composer)
    stage.settle()
    (reply,) = stage.sent()
    assert reply.quotes == (EtrQuote("o1", NOW + timedelta(hours=3)),)


def test_a_restored_outage_stops_a_promise_until_the_person_has_mended_it(
    stage: Stage, composer: ComposerView
) -> None:
    ready(composer)
    composer.check_now()
    stage.move_etr(status=OutageStatus.RESTORED, restored_at=NOW)
    press_send(composer)
    assert stage.sent() == []
    assert "восстановлено" in composer.etr.words()
    composer.etr.settled.emit()
    assert composer.etr.words() == ""


# ------------------------------------------------------------------- templates and gaps


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


# ------------------------------------------------------------------- who reads it


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


def test_a_returned_reply_can_be_reworked(stage: Stage, view: AppealView) -> None:
    returned = a_message(
        "m5",
        kind=MessageKind.REPLY,
        author="u1",
        text="Старый текст",
        state="returned",
        return_reason="нет срока",
        decided_by="u2",
    )
    stage.world.messages[stage.ref].append(returned)
    stage.publish()
    view.messages.rework_wanted.emit("m5")
    assert view.composer.editor.text() == "Старый текст"
    view.flush()
    assert [draft.text for draft in stage.drafts()] == ["Старый текст"]
