"""The joints: what one view asks for is done by another."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QMessageBox

from console.domain.ids import Ref
from console.domain.mutations import Approve, Assign
from tests.support.fake_console import COLLEAGUE, SUPERVISOR, FakeConsole, a_console
from tests.support.outbox_entries import REPLY, fill_outbox
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.dialogs.open_link import OpenLinkDialog
from ui.presenters.links import safe_link
from ui.views.board_view import BoardView
from ui.views.outbox_view import OutboxView
from ui.windows.joints import MENU, DeskChoice

pytestmark = pytest.mark.usefixtures("qapp")


@contextmanager
def a_desk(fake: FakeConsole | None = None) -> Generator[WholeWindow]:
    with a_whole_window(fake or a_console(me=SUPERVISOR)) as whole:
        yield whole


def page(whole: WholeWindow, command: str) -> None:
    whole.window.dispatcher.run(command)
    whole.settle()


def test_commands_act_upon_the_page_that_is_seen() -> None:
    with a_desk() as whole:
        parts = whole.window.desk.parts
        chosen = DeskChoice(whole.window.desk, parts.queue, parts.board)
        parts.queue.choose(2)
        whole.settle()
        assert chosen.ref == parts.queue.ref
        assert chosen.selected() == parts.queue.selected() != ()
        page(whole, "view.board")
        assert chosen.selected() == ()
        board = whole.window.findChild(BoardView)
        assert board is not None
        board._list.setCurrentIndex(board._list.model().index(1, 0))
        assert chosen.ref == board.ref
        assert chosen.selected() == board.selected() != ()


def test_an_appeal_that_another_one_speaks_of_is_shown() -> None:
    with a_desk() as whole:
        parts = whole.window.desk.parts
        wanted = parts.queue.model.ref(5)
        assert wanted is not None
        parts.appeal.link_opened.emit(wanted)
        whole.settle()
        assert parts.queue.ref == wanted


def test_the_menu_of_an_appeal_holds_what_can_be_done_now() -> None:
    with a_desk() as whole:
        whole.window.desk.parts.queue.choose(0)
        whole.settle()
        whole.window.desk.parts.appeal.menu_wanted.emit(whole.window.menuBar())
        menu = next(one for one in whole.window.findChildren(QMenu) if one.isVisible())
        ids = [action.objectName() for action in menu.actions() if not action.isSeparator()]
        wanted = [one for group in MENU for one in group if whole.window.dispatcher.enabled(one)]
        assert ids == wanted
        assert ids
        assert not menu.actions()[0].isSeparator()
        assert not menu.actions()[-1].isSeparator()
        QTest.keyClick(menu, Qt.Key.Key_Escape)
        whole.settle()


def test_a_link_is_asked_about_and_escape_opens_nothing() -> None:
    with a_desk() as whole:
        link = safe_link("https://vk.com@evil.example/x")
        whole.window.desk.parts.appeal.web_link_opened.emit(link)
        box = whole.window.findChild(QMessageBox, "open-link")
        assert isinstance(box, OpenLinkDialog)
        assert "evil.example" in box.text()
        QTest.keyClick(box, Qt.Key.Key_Escape)
        whole.settle()
        assert whole.window.findChild(QMessageBox, "open-link") is None


def test_the_appeal_leads_to_the_outbox() -> None:
    with a_desk() as whole:
        whole.window.desk.parts.appeal.outbox_wanted.emit()
        whole.settle()
        assert whole.window.desk.page == "outbox"


def test_words_that_are_taken_back_are_opened_where_they_belong() -> None:
    fake = a_console()
    refs = fill_outbox(fake)
    with a_desk(fake) as whole:
        page(whole, "outbox.open")
        outbox = whole.window.findChild(OutboxView)
        assert outbox is not None
        draft = fake.outbox.cancel(6).result()
        outbox.draft_restored.emit(draft)
        whole.settle()
        assert whole.window.desk.page == "queue"
        assert whole.window.desk.parts.queue.ref == refs[5]
        sheet = whole.window.desk.parts.appeal.composer.sheet
        assert sheet is not None
        assert sheet.draft.text == REPLY


def test_what_is_dropped_on_the_board_is_assigned() -> None:
    with a_desk() as whole:
        page(whole, "view.board")
        board = whole.window.findChild(BoardView)
        assert board is not None
        free = next(ref for ref, one in whole.fake.world.appeals.items() if one.owner is None)
        board.assign_wanted.emit((free,), COLLEAGUE.id)
        whole.settle()
        assert [(one.target, one.mutation) for one in whole.fake.sent] == [
            (free, Assign(COLLEAGUE.id))
        ]


def test_an_appeal_of_the_board_is_opened_in_the_queue() -> None:
    with a_desk() as whole:
        page(whole, "view.board")
        board = whole.window.findChild(BoardView)
        assert board is not None
        ref: Ref = next(iter(whole.fake.world.appeals))
        board.appeal_activated.emit(ref)
        whole.settle()
        assert whole.window.desk.page == "queue"
        assert whole.window.desk.parts.queue.ref == ref


def test_a_decision_that_the_rules_refuse_is_told_and_not_lost() -> None:
    with a_desk() as whole:
        whole.window.desk.parts.queue.choose(0)
        whole.settle()
        whole.window.desk.parts.appeal.decided.emit("no such message", True)
        whole.settle()
        assert not any(isinstance(one.mutation, Approve) for one in whole.fake.sent)
        assert whole.window.shift.notice.text() != ""
        assert whole.window.desk.parts.queue.rows.hasFocus()
