"""The outbox in the window: states, causes, and every decision by keyboard."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton

from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.mutations import Seen
from console.readmodel import AppealView, EntryState, Link, OutboxEntry, SyncStatus
from console.usecases.acting import GoneError
from tests.support.fake_console import FakeConsole, a_console
from tests.support.fitting import cut_words
from tests.support.outbox_entries import LONG_NAME, REPLY, fill_outbox
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.views.outbox_view import OutboxView

pytestmark = pytest.mark.usefixtures("qapp")


class Outbox:
    """The outbox on its page, and what a person does there."""

    def __init__(self, whole: WholeWindow, refs: list[Ref]) -> None:
        self.whole, self.refs = whole, refs
        self.window = whole.window
        self.fake: FakeConsole = whole.fake
        self.window.dispatcher.run("outbox.open")
        whole.settle()
        view = self.window.findChild(OutboxView)
        assert view is not None
        self.view = view

    def press(self, key: Qt.Key, *, control: bool = False) -> None:
        """Press a key where the focus is."""
        modifier = Qt.KeyboardModifier
        held = modifier.ControlModifier if control else modifier.NoModifier
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)
        self.whole.settle()

    def choose(self, seq: int) -> None:
        """Walk to an entry with the arrow keys."""
        self.view.rows.setFocus()
        self.press(Qt.Key.Key_Home)
        while self.seq != seq:
            before = self.seq
            self.press(Qt.Key.Key_Down)
            assert self.seq != before, f"no entry {seq}"

    @property
    def seq(self) -> int | None:
        """The entry that is shown."""
        return self.view.face.seq if self.view.face else None

    @property
    def order(self) -> list[int]:
        """The entries, from the top."""
        model = self.view.rows.model()
        return [face.seq for face in model.faces]  # type: ignore[attr-defined]

    def waiting(self, seq: int) -> bool:
        """Whether an entry is still in the outbox."""
        return any(entry.seq == seq for entry in self.fake.world.entries)

    def buttons(self) -> set[str]:
        """What can be pressed for the entry."""
        found = self.view.findChildren(QPushButton)
        return {one.objectName().removeprefix("outbox-") for one in found if one.isVisible()}

    def said(self) -> str:
        """All that is written there."""
        labels = self.view.findChildren(QLabel)
        return "\n".join(one.text() for one in labels if one.isVisible())

    def answer(self, *, yes: bool) -> tuple[str, bool]:
        """Answer the question that has come up: what it said, and whether Return would keep."""
        box = self.window.findChild(QMessageBox, "discard-entry")
        assert box is not None, "nothing was asked"
        role = QMessageBox.ButtonRole
        wanted = role.DestructiveRole if yes else role.RejectRole
        asked = box.informativeText()
        keeps = box.buttonRole(box.defaultButton()) is role.RejectRole
        next(one for one in box.buttons() if box.buttonRole(one) is wanted).click()
        self.whole.settle()
        return asked, keeps


@contextmanager
def an_outbox(
    *, theme: str = "light", language: str = "ru", size: tuple[int, int] = (1366, 768)
) -> Generator[Outbox]:
    fake = a_console()
    refs = fill_outbox(fake)
    with a_whole_window(fake, theme=theme, language=language, size=size) as whole:
        yield Outbox(whole, refs)


def test_what_needs_a_person_comes_first_and_is_chosen() -> None:
    with an_outbox() as outbox:
        assert outbox.order == [1, 3, 4, 2, 5, 6, 7]
        assert outbox.seq == 1
        assert "3 изменения задержаны" in outbox.said()
        assert "4 изменения ждут отправки" in outbox.said()


def test_a_held_reply_shows_why_what_to_do_and_the_three_sides() -> None:
    with an_outbox() as outbox:
        said = outbox.said()
        assert "Срок включения изменился" in said
        assert "Житель написал новый комментарий." in said
        assert "Верните ответ в черновик и поправьте" in said
        for title in ("Что вы видели", "Что там сейчас", "Что вы написали"):
            assert title in said
        assert outbox.buttons() == {"retry", "edit", "copy", "open", "discard"}


@pytest.mark.parametrize(
    ("seq", "buttons"),
    [
        (2, {"edit", "copy", "open", "discard"}),
        (3, {"retry", "open", "discard"}),
        (4, {"edit", "copy", "open", "discard"}),
        (7, {"copy", "open"}),
    ],
)
def test_only_what_makes_sense_can_be_pressed(seq: int, buttons: set[str]) -> None:
    with an_outbox() as outbox:
        outbox.choose(seq)
        assert outbox.buttons() == buttons


def test_sending_stale_words_is_never_the_first_choice() -> None:
    with an_outbox() as outbox:
        kinds = {name: one.property("kind") for name, one in outbox.view._buttons.items()}
        assert kinds["edit"] == "primary"
        assert kinds["retry"] == ""
        outbox.choose(3)
        assert outbox.view._buttons["retry"].property("kind") == "primary"
        outbox.choose(5)
        assert "primary" not in {
            one.property("kind") for one in outbox.view._buttons.values() if one.isVisible()
        }


def test_control_d_shows_the_comparison_from_its_beginning_and_gives_it_the_keys() -> None:
    with an_outbox(size=(900, 600)) as outbox:
        outbox.choose(1)
        outbox.press(Qt.Key.Key_D, control=True)
        view, bar = outbox.view, outbox.view._scroll.verticalScrollBar()
        top = view._compare_title.mapTo(view._scroll.viewport(), QPoint(0, 0)).y()
        assert top == 0 or bar.value() == bar.maximum() > 0
        assert view._compare_title.visibleRegion().boundingRect() == view._compare_title.rect()
        assert QApplication.focusWidget() is view._scroll
        before = bar.value()
        outbox.press(Qt.Key.Key_PageUp)
        assert bar.value() < before


def test_control_return_sends_anyway() -> None:
    with an_outbox() as outbox:
        outbox.choose(1)
        outbox.press(Qt.Key.Key_Return, control=True)
        decided_by = outbox.fake.outbox.decided_by
        assert decided_by == Seen.of(outbox.fake.world.appeals[outbox.refs[0]])
        entry = next(one for one in outbox.fake.world.entries if one.seq == 1)
        assert entry.state is EntryState.QUEUED
        assert outbox.seq == 1  # the choice stays with the entry, wherever it stands now


def test_return_takes_the_words_back_into_the_composer() -> None:
    with an_outbox() as outbox:
        outbox.choose(4)
        outbox.press(Qt.Key.Key_Return)
        assert not outbox.waiting(4)
        assert outbox.window.desk.page == "queue"
        appeal = outbox.window.desk.parts.appeal
        assert outbox.window.desk.parts.queue.ref == outbox.refs[3]
        assert appeal.composer.sheet is not None
        assert appeal.composer.sheet.draft.text == REPLY


def test_delete_asks_first_and_no_keeps_the_words() -> None:
    with an_outbox() as outbox:
        outbox.choose(4)
        outbox.press(Qt.Key.Key_Delete)
        asked, keeps = outbox.answer(yes=False)
        assert "Текст пропадёт" in asked
        assert keeps
        assert outbox.waiting(4)


def test_delete_and_yes_discards_and_the_next_one_is_shown() -> None:
    with an_outbox() as outbox:
        outbox.choose(3)
        outbox.press(Qt.Key.Key_Delete)
        asked, _ = outbox.answer(yes=True)
        assert "Взять в работу" in asked
        assert not outbox.waiting(3)
        assert outbox.seq in outbox.order


def test_what_is_on_its_way_cannot_be_thrown_away() -> None:
    with an_outbox() as outbox:
        outbox.choose(7)
        for key in (Qt.Key.Key_Delete, Qt.Key.Key_Return):
            outbox.press(key)
        assert outbox.window.findChild(QMessageBox, "discard-entry") is None
        assert outbox.waiting(7)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_the_button_that_has_the_keys(key: Qt.Key) -> None:
    """In the list the same key takes the entry back, and nothing would be sent."""
    with an_outbox() as outbox:
        outbox.choose(4)
        QGuiApplication.clipboard().setText("")
        outbox.view._buttons["copy"].setFocus()
        outbox.press(key)
        assert QGuiApplication.clipboard().text() == REPLY
        assert outbox.waiting(4)
        assert outbox.window.desk.page == "outbox"


def test_after_sending_anyway_a_second_press_does_nothing_else() -> None:
    with an_outbox() as outbox:
        outbox.choose(1)
        outbox.view._buttons["retry"].setFocus()
        outbox.press(Qt.Key.Key_Space)
        assert not outbox.view._buttons["retry"].isVisible()
        assert outbox.view.rows.hasFocus()


def test_the_text_can_be_copied() -> None:
    with an_outbox() as outbox:
        outbox.choose(4)
        outbox.view._buttons["copy"].click()
        assert QGuiApplication.clipboard().text() == REPLY


def test_the_appeal_of_an_entry_is_opened() -> None:
    with an_outbox() as outbox:
        outbox.choose(6)
        outbox.view._buttons["open"].click()
        outbox.whole.settle()
        assert outbox.window.desk.page == "queue"
        assert outbox.window.desk.parts.queue.ref == outbox.refs[5]


def test_every_button_is_reached_by_tab() -> None:
    with an_outbox() as outbox:
        outbox.view.rows.setFocus()
        reached: set[str] = set()
        for _ in range(20):
            outbox.press(Qt.Key.Key_Tab)
            focus = QApplication.focusWidget()
            if focus is not None:
                reached.add(focus.objectName())
        assert {f"outbox-{name}" for name in outbox.buttons()} <= reached


def test_offline_an_entry_says_that_it_waits_for_the_connection() -> None:
    with an_outbox() as outbox:
        outbox.choose(6)
        now = outbox.fake.clock.now()
        outbox.fake.sync_status = SyncStatus(Link.OFFLINE, since=now, error="dns")
        outbox.fake.publish(status=True)
        outbox.whole.settle()
        assert outbox.view.face is not None
        assert outbox.view.face.state_words == "Ждёт связи"
        assert "Ждёт связи" in outbox.said()


def test_the_waiting_time_counts_down_while_it_is_seen() -> None:
    with an_outbox() as outbox:
        outbox.choose(5)
        assert "через 30 с" in outbox.said()
        outbox.fake.clock.move(timedelta(seconds=10))
        outbox.view._second.timeout.emit()
        assert "через 20 с" in outbox.said()
        outbox.window.dispatcher.run("view.queue")
        assert not outbox.view._second.isActive()


def test_a_long_outbox_is_not_read_anew_each_second_nor_its_appeals_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with an_outbox() as outbox:
        fake, reader = outbox.fake, outbox.fake.reader
        outbox.choose(6)
        fake.world.entries = [one for one in fake.world.entries if one.seq != 5]  # counts down
        fake.publish(outbox=True, status=True)
        outbox.whole.settle()
        read: list[str] = []
        whole, one = reader.outbox, reader.appeal

        def read_outbox() -> list[OutboxEntry]:
            read.append("outbox")
            return whole()

        def read_appeal(ref: Ref) -> AppealView | None:
            read.append(str(ref))
            return one(ref)

        monkeypatch.setattr(reader, "outbox", read_outbox)
        monkeypatch.setattr(reader, "appeal", read_appeal)
        outbox.view._second.timeout.emit()
        assert read == []
        fake.publish(outbox=True)
        outbox.whole.settle()
        assert read == ["outbox"]
        author = replace(fake.world.appeals[outbox.refs[5]].author, name="Новое Имя")
        fake.world.appeals[outbox.refs[5]] = replace(
            fake.world.appeals[outbox.refs[5]], author=author
        )
        fake.publish(outbox.refs[5])
        outbox.whole.settle()
        assert "Новое Имя" in outbox.view._what.text()


def test_an_entry_that_leaves_while_it_is_read_makes_room_for_another() -> None:
    with an_outbox() as outbox:
        outbox.choose(6)
        entries = outbox.fake.world.entries
        outbox.fake.world.entries = [one for one in entries if one.seq not in (6, 7)]
        outbox.fake.publish(outbox=True, status=True)
        outbox.whole.settle()
        assert outbox.order == [1, 3, 4, 2, 5]
        assert outbox.seq in outbox.order
        assert outbox.view.rows.currentIndex() != QModelIndex()


def test_an_empty_outbox_says_that_all_has_left() -> None:
    with an_outbox() as outbox:
        outbox.fake.world.entries = []
        outbox.fake.publish(outbox=True, status=True)
        outbox.whole.settle()
        assert "Исходящих нет" in outbox.said()
        assert outbox.buttons() == set()
        for command in ("retry", "edit", "compare", "discard"):
            assert not outbox.window.dispatcher.enabled(f"outbox.{command}")


def test_an_appeal_out_of_reach_leaves_the_words_and_says_so() -> None:
    with an_outbox() as outbox:
        del outbox.fake.world.appeals[outbox.refs[3]]
        outbox.fake.publish(outbox.refs[3], outbox=True)
        outbox.choose(4)
        assert "Обращение больше вам не доступно." in outbox.said()
        assert outbox.buttons() == {"copy", "discard"}, "a draft of it would never be found again"
        assert outbox.view._buttons["copy"].property("kind") == "primary"
        assert "Скопируйте текст" in outbox.said()
        outbox.press(Qt.Key.Key_Return)
        assert outbox.waiting(4)
        assert outbox.view.face is not None
        assert outbox.view.face.text == REPLY


def _a_lost_draft(outbox: Outbox, text: str) -> Draft:
    draft = Draft("d-9", Ref("tyva", "gone"), DraftMode.REPLY, text, outbox.fake.clock.now())
    outbox.fake.world.drafts[draft.id] = draft
    now = outbox.fake.clock.now()
    outbox.fake.sync_status = SyncStatus(Link.ONLINE, since=now, last_pull_at=now)
    outbox.fake.publish(drafts=True, status=True)
    outbox.whole.settle()
    return draft


def test_a_draft_whose_appeal_is_gone_is_found_in_the_outbox() -> None:
    with an_outbox() as outbox:
        _a_lost_draft(outbox, "Здравствуйте! Проверяем линию.")
        outbox.choose(-1)
        assert outbox.order[0] == -1
        assert "1 черновик остался без обращения" in outbox.said()
        half_way = replace(outbox.fake.sync_status, progress=(10, 40))
        whole, outbox.fake.sync_status = outbox.fake.sync_status, half_way
        outbox.fake.publish(status=True)
        outbox.whole.settle()
        assert "остался без обращения" not in outbox.said(), "it may only not have come yet"
        outbox.fake.sync_status = whole
        outbox.fake.publish(status=True)
        outbox.whole.settle()
        outbox.choose(-1)
        assert "Черновик цел, но открыть его негде" in outbox.said()
        assert "Проверяем линию" in outbox.view.face.text if outbox.view.face else False
        assert outbox.buttons() == {"copy", "discard"}
        outbox.view._buttons["copy"].click()
        assert QGuiApplication.clipboard().text() == "Здравствуйте! Проверяем линию."
        outbox.view.rows.setFocus()
        outbox.press(Qt.Key.Key_Delete)
        outbox.answer(yes=True)
        assert "d-9" not in outbox.fake.world.drafts
        assert "остался без обращения" not in outbox.said()


def test_the_queue_of_drafts_leads_to_those_that_no_row_leads_to() -> None:
    with an_outbox() as outbox:
        outbox.fake.world.drafts.clear()
        _a_lost_draft(outbox, "Проверяем линию.")
        outbox.window.dispatcher.run("queue.go.drafts")
        outbox.whole.settle()
        empty = outbox.window.desk.parts.queue.empty
        assert "1 черновик остался без обращения" in empty._body.text()
        empty.button().click()
        outbox.whole.settle()
        assert outbox.window.desk.page == "outbox"


def test_a_failure_is_told_and_the_entry_stays() -> None:
    with an_outbox() as outbox:
        outbox.choose(4)

        def fail(_: int) -> Future[None]:
            future: Future[None] = Future()
            future.set_exception(GoneError("entry"))
            return future

        outbox.fake.outbox.cancel = fail  # type: ignore[method-assign, assignment]
        outbox.press(Qt.Key.Key_Return)
        assert "в исходящих больше нет" in outbox.window.shift.notice.text()
        assert outbox.window.desk.page == "outbox"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (900, 600)])
def test_long_names_and_causes_fit(theme: str, size: tuple[int, int]) -> None:
    with an_outbox(theme=theme, size=size) as outbox:
        for seq in outbox.order:
            outbox.choose(seq)
            assert cut_words(outbox.view) == []
        model = outbox.view.rows.model()
        spoken = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
        assert LONG_NAME in spoken


def test_the_language_changes_in_place() -> None:
    with an_outbox() as outbox:
        outbox.choose(4)
        outbox.window.dispatcher.run("view.language", language="en")
        outbox.whole.settle()
        assert outbox.seq == 4
        assert "There is nowhere to send it." in outbox.said()
        assert outbox.view._buttons["edit"].text() == "Back to a draft"
