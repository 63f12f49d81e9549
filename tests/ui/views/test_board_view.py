"""The board in the window: what burns, whose it is, and giving appeals away."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from console.domain.ids import Ref
from console.domain.mutations import Assign
from console.domain.operator import Operator
from console.errors import StoreError
from console.readmodel import BoardRow, Link, SyncStatus
from tests.support.fake_console import COLLEAGUE, OPERATOR, SUPERVISOR, FakeConsole, a_console
from tests.support.fitting import cut_words
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.models.dragging import carrying
from ui.presenters.board import BoardLine
from ui.views.board_view import BoardView

pytestmark = pytest.mark.usefixtures("qapp")

LONG_NAME = "Константинопольская-Преображенская Александра Вячеславовна"


class Board:
    """The board on its page, and what a supervisor does there."""

    def __init__(self, whole: WholeWindow) -> None:
        self.whole, self.window = whole, whole.window
        self.fake: FakeConsole = whole.fake
        self.window.dispatcher.run("view.board")
        whole.settle()
        view = self.window.findChild(BoardView)
        assert view is not None
        self.view = view

    def press(self, key: Qt.Key) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key)
        self.whole.settle()

    @property
    def line(self) -> BoardLine:
        """The line that is chosen."""
        return self.view.lines[self.view.table.currentIndex().row()]

    def line_of(self, owner: str) -> int:
        """Where an operator's first line stands."""
        return next(at for at, one in enumerate(self.view.lines) if one.owner == owner)

    def shown(self) -> list[Ref]:
        """The appeals beside the table."""
        model = self.view._appeals
        refs = (model.ref(at) for at in range(model.rowCount()))
        return [ref for ref in refs if ref is not None]

    def said(self) -> str:
        """All that is written there."""
        labels = self.view.findChildren(QLabel)
        return "\n".join(one.text() for one in labels if one.isVisible())

    def index(self, line: int) -> QModelIndex:
        """The first cell of a line."""
        return self.view.table.model().index(line, 0)


@contextmanager
def a_board(
    fake: FakeConsole | None = None,
    *,
    theme: str = "light",
    language: str = "ru",
    size: tuple[int, int] = (1366, 768),
) -> Generator[Board]:
    fake = fake or a_console(me=SUPERVISOR)
    with a_whole_window(fake, theme=theme, language=language, size=size) as whole:
        yield Board(whole)


def test_nobodys_appeals_are_chosen_first() -> None:
    with a_board() as board:
        assert board.line.level == "unassigned"
        owners = {board.fake.world.appeals[ref].owner for ref in board.shown()}
        assert owners == {None}
        assert "Никто не взял" in board.said()


def test_the_numbers_add_up() -> None:
    with a_board() as board:
        total, *rest = board.view.lines
        branches = [one for one in rest if one.level == "branch"]
        assert total.level == "total"
        assert total.numbers == tuple(
            map(sum, zip(*(one.numbers for one in branches), strict=True))
        )
        assert total.numbers[0] == board.fake.reader.counts(now=board.fake.clock.now()).of("open")


def test_arrows_walk_the_lines_and_the_appeals_follow() -> None:
    with a_board() as board:
        board.view.setFocus()
        board.view.table.selectRow(0)
        lines: set[tuple[str, str]] = set()
        for _ in range(len(board.view.lines)):
            line = board.line
            lines.add(line.key)
            for ref in board.shown():
                appeal = board.fake.world.appeals[ref]
                assert line.level == "total" or appeal.branch == line.branch
                assert line.owner is None or appeal.owner == line.owner
            board.press(Qt.Key.Key_Down)
        assert len(lines) == len(board.view.lines)


def test_return_on_a_line_opens_its_oldest_appeal() -> None:
    with a_board() as board:
        board.view.setFocus()
        oldest = board.line.oldest
        assert oldest is not None
        board.press(Qt.Key.Key_Return)
        assert board.window.desk.page == "queue"
        assert board.window.desk.parts.queue.ref == oldest


def test_return_on_an_appeal_opens_it() -> None:
    with a_board() as board:
        ref = board.shown()[-1]
        board.view._list.setFocus()
        board.press(Qt.Key.Key_End)
        assert board.view.ref == ref
        board.press(Qt.Key.Key_Return)
        assert board.window.desk.page == "queue"
        assert board.window.desk.parts.queue.ref == ref


def test_the_keys_lead_from_the_table_to_the_appeals_and_back() -> None:
    with a_board() as board:
        board.view.setFocus()
        board.press(Qt.Key.Key_Tab)
        assert board.view._list.hasFocus()
        QTest.keyClick(board.view._list, Qt.Key.Key_Backtab)
        assert board.view.table.hasFocus()


def test_appeals_dropped_on_an_operator_are_asked_to_be_given() -> None:
    with a_board() as board:
        refs = tuple(board.shown())
        at = board.line_of(COLLEAGUE.id)
        branch = board.view.lines[at].branch
        given = tuple(ref for ref in board.fake.world.appeals if ref.branch == branch)[:2]
        model = board.view.table.model()
        data = carrying(given)
        action = Qt.DropAction.MoveAction
        assert model.canDropMimeData(data, action, -1, -1, board.index(at))
        assert model.dropMimeData(data, action, -1, -1, board.index(at))
        board.whole.settle()
        sent = {one.target: one.mutation for one in board.fake.sent}
        assert all(sent.get(ref) in (Assign(COLLEAGUE.id), None) for ref in given)
        assert sent
        assert refs


def test_a_sum_takes_no_appeals() -> None:
    with a_board() as board:
        data = carrying(board.shown())
        model = board.view.table.model()
        for at, line in enumerate(board.view.lines):
            if line.owner is None:
                assert not model.canDropMimeData(
                    data, Qt.DropAction.MoveAction, -1, -1, board.index(at)
                )


def test_a_command_acts_upon_what_is_selected_here() -> None:
    with a_board() as board:
        board.view._list.setFocus()
        board.press(Qt.Key.Key_Home)
        first = board.view.ref
        assert first is not None
        assert board.window.dispatcher.enabled("appeal.assign")
        assert not board.window.dispatcher.enabled("appeal.close")  # its text is not in sight
        board.window.dispatcher.run("appeal.assign", to=COLLEAGUE.id)
        board.whole.settle()
        assert [one.target for one in board.fake.sent] == [first]


def test_the_line_stays_chosen_when_the_numbers_change() -> None:
    with a_board() as board:
        at = board.line_of(COLLEAGUE.id)
        board.view.table.selectRow(at)
        key = board.line.key
        ref = board.shown()[0]
        appeal = board.fake.world.appeals[ref]
        board.fake.world.appeals[ref] = replace(appeal, owner=OPERATOR.id)
        board.fake.publish(ref)
        board.whole.settle()
        assert board.line.key == key or key not in {one.key for one in board.view.lines}
        assert ref not in board.shown()


def test_an_empty_board_says_that_nothing_is_open() -> None:
    fake = a_console(me=SUPERVISOR)
    fake.world.appeals.clear()
    with a_board(fake) as board:
        assert "Открытых обращений нет" in board.said()
        assert "Обновлено" not in board.said()


def test_whoever_loses_the_right_is_told_so() -> None:
    with a_board() as board:
        board.fake.me = OPERATOR
        board.view.refresh()
        assert "Доска вам недоступна" in board.said()


def test_a_failure_is_said_on_the_page_with_a_way_to_try_again() -> None:
    with a_board() as board:
        reader = board.fake.reader
        whole = reader.board

        def broken(*, now: object) -> list[BoardRow]:
            raise StoreError("no", key="ui.store_folder", path="profile", cause="disk")

        reader.board = broken  # type: ignore[method-assign]
        board.view.refresh()
        assert "Доска не открылась" in board.said()
        assert "диск отвечает с ошибкой" in board.said()
        reader.board = whole  # type: ignore[method-assign]
        board.view._empty.button().click()
        assert "Доска не открылась" not in board.said()
        assert board.view.lines


def test_offline_the_board_says_how_old_its_numbers_are() -> None:
    with a_board() as board:
        assert "Обновлено в" in board.said()
        now = board.fake.clock.now()
        board.fake.sync_status = SyncStatus(
            Link.OFFLINE, since=now, error="dns", last_pull_at=now - timedelta(minutes=17)
        )
        board.fake.publish(status=True)
        board.whole.settle()
        assert "Нет связи, данные на" in board.said()
        assert "Обновлено в" not in board.said()


def test_nothing_is_read_while_nobody_looks() -> None:
    with a_board() as board:
        board.window.dispatcher.run("view.queue")
        board.whole.settle()
        assert not board.view._again.isActive()
        calls: list[int] = []
        reader, whole = board.fake.reader, board.fake.reader.board

        def counted(*, now: object) -> list[BoardRow]:
            calls.append(1)
            return whole(now=now)  # type: ignore[arg-type]

        reader.board = counted  # type: ignore[method-assign]
        board.fake.publish(everything=True)
        board.whole.settle()
        assert calls == []
        board.window.dispatcher.run("view.board")
        board.whole.settle()
        assert calls != []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (900, 600)])
def test_long_names_fit_or_are_told_whole(theme: str, size: tuple[int, int]) -> None:
    fake = a_console(me=SUPERVISOR)
    people: list[Operator] = fake.world.operators
    fake.world.operators = [replace(one, name=LONG_NAME) for one in people]
    with a_board(fake, theme=theme, size=size) as board:
        assert cut_words(board.view) == []
        at = board.line_of(COLLEAGUE.id)
        board.view.table.selectRow(at)
        assert board.view._caption.text() == LONG_NAME
        assert cut_words(board.view) == []
        tip = board.index(at).data(Qt.ItemDataRole.ToolTipRole)
        assert LONG_NAME in tip


def test_columns_are_all_seen_on_the_smallest_window() -> None:
    with a_board(size=(900, 600)) as board:
        table = board.view.table
        assert table.horizontalScrollBar().maximum() == 0
        name = table.columnWidth(0)
        assert name >= table.fontMetrics().horizontalAdvance("Красноярскэнерго")


def test_the_language_changes_in_place() -> None:
    with a_board() as board:
        board.window.dispatcher.run("view.language", language="en")
        board.whole.settle()
        headers = board.view.table.model()
        words = headers.headerData(1, Qt.Orientation.Horizontal)
        assert words == "Open"
        assert "As of" in board.said()


def test_a_double_click_opens_the_appeal() -> None:
    with a_board() as board:
        listed = board.view._list
        spot = listed.visualRect(listed.model().index(1, 0)).center()
        ref = board.shown()[1]
        nothing = Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, nothing, QPoint(spot))
        QTest.mouseDClick(listed.viewport(), Qt.MouseButton.LeftButton, nothing, QPoint(spot))
        board.whole.settle()
        assert board.window.desk.parts.queue.ref == ref
