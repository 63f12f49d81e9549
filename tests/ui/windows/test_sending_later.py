"""Sending later: an hour in the region's time, by keys; it waits in the outbox, and can be changed.

And taking back what was sent a moment ago.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from console.i18n import Catalog
from tests.support.fake_console import SUPERVISOR, a_console
from tests.support.whole_window import WholeWindow, a_whole_window, open_what_is_not_dangerous
from tests.support.writing import GOOD, ready
from ui.dialogs.ask_dialog import AskDialog
from ui.presenters.here import Here
from ui.presenters.later import later_choices
from ui.views.composer_view import ComposerView

pytestmark = pytest.mark.usefixtures("qapp")
KRASNOYARSK = ZoneInfo("Asia/Krasnoyarsk")


@pytest.fixture
def whole() -> Generator[WholeWindow]:
    with a_whole_window(a_console(me=SUPERVISOR)) as made:
        open_what_is_not_dangerous(made)
        made.fake.world.entries.clear()
        made.fake.outbox.set_undo_window(0.0)
        yield made


def composer_of(whole: WholeWindow) -> ComposerView:
    return whole.window.desk.parts.appeal.composer


def asked(whole: WholeWindow) -> AskDialog:
    dialog = whole.window.findChild(AskDialog, "send-later")
    assert dialog is not None
    return dialog


def written(whole: WholeWindow) -> ComposerView:
    composer = composer_of(whole)
    ready(composer, GOOD.replace("16:30", "14:30"))
    return composer


def press(whole: WholeWindow, key: Qt.Key) -> None:
    """Where the keys are, in the dialog; without any, on the dialog itself."""
    whole.settle()
    dialog = asked(whole)
    QTest.keyClick(dialog.focusWidget() or dialog, key)
    whole.settle()


def here(now: datetime) -> Here:
    return Here(Catalog.load("ru"), now, zone=KRASNOYARSK, branch="krasnoyarsk")


def words_at(local: datetime) -> list[str]:
    now = local.replace(tzinfo=KRASNOYARSK).astimezone(UTC)
    return [words for _, words, _ in later_choices(here(now))]


def test_the_hours_that_are_offered_are_ahead_and_the_regions() -> None:
    wednesday = datetime(2026, 11, 18, 12, 0)
    assert words_at(wednesday) == ["Сегодня в 18:00", "Завтра в 09:00", "В понедельник в 09:00"]
    assert words_at(wednesday.replace(hour=7))[0] == "Сегодня в 09:00"
    assert words_at(wednesday.replace(hour=17, minute=56))[0] == "Завтра в 09:00"
    sunday = datetime(2026, 11, 22, 20, 0)
    assert words_at(sunday) == ["Завтра в 09:00", "В понедельник в 09:00"]
    now = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
    instants = [instant for _, _, instant in later_choices(here(now))]
    assert instants[0] == datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
    assert instants[-1] == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_a_reply_is_sent_tomorrow_by_three_keys(whole: WholeWindow) -> None:
    composer = written(whole)
    QTest.keyClick(
        composer.editor,
        Qt.Key.Key_L,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    press(whole, Qt.Key.Key_2)
    press(whole, Qt.Key.Key_Return)
    (entry,) = whole.fake.world.entries
    assert entry.is_scheduled
    assert entry.not_before == datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
    assert composer.start_bar.said().startswith("Уйдёт завтра в 09:00")
    assert composer.sheet is None


def test_what_stands_against_sending_is_said_before_the_hour_is_asked_for(
    whole: WholeWindow,
) -> None:
    composer = composer_of(whole)
    ready(composer, GOOD.replace("16:30", "{срок}"))
    composer._sending.send_later()
    assert whole.window.findChild(AskDialog, "send-later") is None
    assert composer.bar.said()


def test_a_text_that_speaks_of_today_is_warned_about(whole: WholeWindow) -> None:
    composer = written(whole)
    composer._sending.send_later()
    said = " ".join(label.text() for label in asked(whole).findChildren(QLabel))
    assert "В тексте сказано: сегодня." in said


def test_nothing_is_sent_where_the_question_is_closed(whole: WholeWindow) -> None:
    composer = written(whole)
    composer._sending.send_later()
    press(whole, Qt.Key.Key_Escape)
    assert composer.sheet is not None and not composer.sheet.sending
    assert not whole.fake.sent


def test_the_hour_stands_in_the_outbox_and_can_be_changed_there(whole: WholeWindow) -> None:
    composer = written(whole)
    composer.send(not_before=whole.fake.clock.now() + timedelta(hours=20))
    whole.window.dispatcher.run("outbox.open")
    whole.settle()
    outbox = whole.window.desk.parts.outbox.view
    assert outbox.face is not None and outbox.face.state_words.startswith("Уйдёт завтра в ")
    assert "outbox.reschedule" in outbox.face.can
    assert whole.window.dispatcher.run("outbox.reschedule")
    press(whole, Qt.Key.Key_2)  # the first is now
    press(whole, Qt.Key.Key_Return)
    (entry,) = whole.fake.world.entries
    assert entry.not_before == datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
    assert whole.window.dispatcher.run("outbox.reschedule")
    press(whole, Qt.Key.Key_1)
    press(whole, Qt.Key.Key_Return)
    (entry,) = whole.fake.world.entries
    assert entry.not_before == whole.fake.clock.now()


def test_what_was_sent_counts_down_and_comes_back_by_ctrl_z(whole: WholeWindow) -> None:
    whole.fake.outbox.set_undo_window(10.0)
    composer = written(whole)
    text = composer.editor.text()
    composer.send()
    whole.settle()
    assert composer.start_bar.said() == "Уйдёт через 10 с. Ctrl+Z — вернуть"
    whole.fake.clock.move(timedelta(seconds=4))
    composer._handed_over._second.timeout.emit()
    assert composer.start_bar.said() == "Уйдёт через 6 с. Ctrl+Z — вернуть"
    whole.window.desk.parts.queue.rows.setFocus()
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    whole.settle()
    assert composer.sheet is not None and composer.editor.text() == text
    assert whole.fake.world.entries == []
    assert composer.editor.hasFocus()


def test_when_the_window_has_closed_nothing_is_counted_any_more(whole: WholeWindow) -> None:
    whole.fake.outbox.set_undo_window(10.0)
    composer = written(whole)
    composer.send()
    whole.settle()
    whole.fake.clock.move(timedelta(seconds=11))
    composer._handed_over._second.timeout.emit()
    assert composer.start_bar.said() == "Ответ поставлен в отправку."
    assert not composer._handed_over._second.isActive()


def test_without_a_window_nothing_is_offered_to_be_taken_back(whole: WholeWindow) -> None:
    composer = written(whole)
    composer.send()
    whole.settle()
    assert not whole.window.dispatcher.focus.can_undo
