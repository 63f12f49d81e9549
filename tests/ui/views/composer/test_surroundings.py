"""What changes around a text is told beside it, and nothing leaves past it."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.domain.draft import DraftMode
from console.domain.message import EtrQuote
from console.domain.mutations import Seen
from console.domain.outage import OutageStatus
from tests.support.ui_builders import NOW
from tests.support.ui_stage import Late, Stage
from tests.support.writing import GOOD, press_send, ready, write
from ui.views.composer_view import ComposerView


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
