"""The shift: status, banner, language, theme, memory, and another person at the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from console.changes import Changes
from console.domain.transitions import RefusedError
from console.readmodel import Link, QueueQuery, SyncStatus
from tests.support.fake_console import OPERATOR, SUPERVISOR, FakeConsole, a_console
from tests.support.qt import until_qt
from tests.support.shell import Shell, a_shell
from tests.support.whole_window import a_whole_window
from ui.commands.spec import GROUPS
from ui.presenters.palette import PaletteItem
from ui.views.palette_view import PaletteView
from ui.views.shortcut_sheet import ShortcutSheet
from ui.widgets.row_list import RowList
from ui.windows.desk import PAGES
from ui.windows.pulse import Pulse

pytestmark = pytest.mark.usefixtures("qapp")

OF_THE_PROGRAM = {"app.switch_role", "app.sign_out"}
"""Commands that concern the whole run; `ui.main` carries them out."""


def a_demo() -> FakeConsole:
    fake = a_console()
    fake.settings = replace(fake.settings, demo=True)
    return fake


def words_of(shell: Shell) -> list[str]:
    """What the status bar says, part by part."""
    parts = shell.desk.parts.status.findChildren(QPushButton)
    return [part.text() for part in parts if part.isVisible() and part.text()]


def test_every_command_is_carried_out_by_somebody() -> None:
    with a_whole_window() as whole:
        dispatcher = whole.window.dispatcher
        for page in PAGES:  # the commands of a page come with it
            whole.window.desk.show_page(page)
        ids = {command.id for command in dispatcher.commands()}
        assert ids - dispatcher.registered == OF_THE_PROGRAM


def test_every_command_is_in_a_menu_with_its_key() -> None:
    with a_shell() as shell:
        menus = [action.menu() for action in shell.window.menuBar().actions()]
        found = [action for menu in menus for action in menu.actions() if not action.isSeparator()]  # type: ignore[attr-defined]
        assert {action.objectName() for action in found} == {
            command.id for command in shell.dispatcher.commands()
        }
        assert len({command.group for command in shell.dispatcher.commands()}) == len(GROUPS)


def test_the_status_bar_says_how_things_stand() -> None:
    with a_shell() as shell:
        said = words_of(shell)
        assert "На связи" in said
        assert "1 ждёт отправки" in said
        assert "1 не отправлено" in said
        assert OPERATOR.name in said


def test_offline_is_told_with_a_banner_that_tries_again() -> None:
    with a_shell() as shell:
        shell.fake.sync_status = SyncStatus(
            Link.OFFLINE,
            since=shell.fake.clock.now() - timedelta(minutes=1),
            error="refused",
            next_try_at=shell.fake.clock.now() + timedelta(seconds=30),
        )
        shell.fake.publish(status=True)
        shell.settle()
        assert "сервер не отвечает" in shell.desk.banner.text()
        assert "повтор через 30 с" in words_of(shell)
        assert shell.shift._second.isActive()
        shell.desk.banner._button.click()
        shell.settle()
        assert shell.fake.sync_status.next_try_at is None
        assert not shell.shift._second.isActive()


def test_from_the_banner_somebody_can_choose_to_work_offline() -> None:
    with a_shell() as shell:
        _offline(shell.fake)
        shell.settle()
        shell.desk.banner._other.click()
        shell.settle()
        assert shell.fake.sync_status.link is Link.WORK_OFFLINE
        assert shell.desk.banner._other.isHidden()
        shell.desk.banner._button.click()
        shell.settle()
        assert shell.desk.banner.isHidden()


def test_back_online_the_banner_goes() -> None:
    with a_shell() as shell:
        shell.run("sync.work_offline")
        shell.settle()
        assert not shell.desk.banner.isHidden()
        assert shell.dispatcher.action("sync.work_offline").isChecked()
        shell.desk.banner._button.click()
        shell.settle()
        assert shell.desk.banner.isHidden()
        assert not shell.dispatcher.action("sync.work_offline").isChecked()


def _offline(fake: FakeConsole) -> None:
    since = fake.clock.now() - timedelta(minutes=1)
    fake.sync_status = SyncStatus(Link.OFFLINE, since=since, error="dns")
    fake.publish(status=True)


def test_a_link_that_blinks_moves_no_page_and_one_that_is_lost_does() -> None:
    with a_shell() as shell:
        now = shell.fake.clock.now()
        shell.fake.sync_status = SyncStatus(Link.OFFLINE, since=now, error="network")
        shell.fake.publish(status=True)
        shell.settle()
        assert shell.desk.banner.isHidden()
        assert any(words.startswith("Нет связи") for words in words_of(shell))
        shell.fake.clock.move(timedelta(seconds=6))
        shell.shift._second.timeout.emit()
        assert shell.desk.banner.text().startswith("Нет связи с сервером")


def test_a_click_on_the_banner_leaves_the_keys_with_whoever_is_writing() -> None:
    with a_whole_window() as whole:
        desk = whole.window.desk
        desk.parts.queue.go(1)
        whole.settle()
        whole.window.dispatcher.run("reply.start")
        _offline(whole.fake)
        whole.settle()
        editor = desk.parts.appeal.composer.editor
        assert editor.hasFocus()
        for button in (desk.banner._button, desk.parts.status._link):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            assert editor.hasFocus()


def test_the_keys_go_back_to_where_they_were_when_the_banner_has_been_pressed_and_goes() -> None:
    with a_whole_window() as whole:
        desk = whole.window.desk
        rows = desk.parts.queue.rows
        rows.setFocus()
        _offline(whole.fake)
        whole.settle()
        desk.banner._other.setFocus()
        QTest.keyClick(desk.banner._other, Qt.Key.Key_Space)
        whole.settle()
        assert rows.hasFocus(), "the button was there no more"
        desk.banner._button.setFocus()
        QTest.keyClick(desk.banner._button, Qt.Key.Key_Space)
        whole.settle()
        assert desk.banner.isHidden()
        assert rows.hasFocus()


def test_going_offline_is_said_at_once_though_a_request_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_shell() as shell:
        asked: list[bool] = []
        now = shell.fake.clock.now()
        monkeypatch.setattr(shell.fake.sync, "set_work_offline", asked.append)
        _offline(shell.fake)
        shell.settle()
        shell.desk.banner._other.click()
        assert asked == [True]
        assert shell.desk.banner.text().startswith("Отключаемся от связи")
        assert shell.dispatcher.action("sync.work_offline").isChecked()
        shell.fake.sync_status = SyncStatus(Link.WORK_OFFLINE, since=now)
        shell.fake.publish(status=True)
        shell.settle()
        assert shell.desk.banner.text().startswith("Вы отключились от связи")
        shell.desk.banner._button.click()
        assert asked == [True, False]


def test_updating_while_working_offline_says_what_has_to_come_first() -> None:
    with a_shell() as shell:
        shell.run("sync.work_offline")
        shell.settle()
        shell.run("sync.now")
        assert "сначала выйдите на связь" in shell.shift.notice.text()
        assert shell.fake.sync_status.link is Link.WORK_OFFLINE


def test_updating_without_a_session_asks_somebody_to_sign_in() -> None:
    with a_shell() as shell:
        asked: list[int] = []
        shell.shift.sign_in_asked.connect(lambda: asked.append(1))
        shell.fake.sync_status = SyncStatus(Link.SIGN_IN_NEEDED)
        shell.run("sync.now")
        assert asked == [1]


def test_an_ended_session_asks_somebody_to_sign_in() -> None:
    with a_shell() as shell:
        asked: list[int] = []
        shell.shift.sign_in_asked.connect(lambda: asked.append(1))
        shell.fake.sync_status = SyncStatus(Link.SIGN_IN_NEEDED)
        shell.fake.publish(status=True)
        shell.settle()
        shell.desk.banner._button.click()
        assert asked == [1]


def test_the_parts_of_the_status_bar_lead_somewhere() -> None:
    with a_shell() as shell:
        shell.desk.parts.status._held.click()
        assert shell.desk.page == "outbox"
        assert shell.rail.current == "outbox"


def test_the_language_is_switched_without_a_restart() -> None:
    with a_shell() as shell:
        shell.run("view.language")
        shell.settle()
        labels = [one.text() for one in shell.window.findChildren(QLabel) if one.isVisible()]
        assert "All open" in labels
        assert "Все открытые" not in labels
        assert "Online" in words_of(shell)
        assert [action.text() for action in shell.window.menuBar().actions()][1] == "Queue"
        assert shell.dispatcher.action("reply.start").text() == "Reply\tR"
        assert {row.text for row in shell.rail.rows()} >= {"Mine", "Overdue"}
        assert shell.window.windowTitle() == "All open — Otklik"
        shell.run("view.language", language="ru")
        shell.settle()
        assert shell.window.windowTitle() == "Все открытые — Отклик"


def test_the_theme_goes_round_and_is_remembered() -> None:
    with a_shell() as shell:
        shell.run("view.theme", choice="dark")
        assert shell.context.theme.name == "dark"
        assert shell.memory.text("theme") == "dark"
        shell.run("view.theme")
        assert shell.memory.text("theme") == "contrast"
        shell.run("view.theme")
        assert shell.memory.text("theme") == "system"


def test_zoom_enlarges_the_rows_and_is_remembered() -> None:
    with a_shell() as shell:
        before = shell.queue.rows.row_height
        shell.run("view.zoom_in")
        shell.run("view.zoom_in")
        assert shell.queue.rows.row_height == round(before * 1.25)
        assert shell.memory.number("zoom", 1.0) == 1.25
        shell.run("view.zoom_reset")
        assert shell.queue.rows.row_height == before


def test_window_and_queue_are_remembered(tmp_path: Path) -> None:
    with a_shell(profile=tmp_path) as shell:
        shell.run("queue.go.danger")
        shell.run("queue.sort.newest")
        shell.rail._list.fold.emit("group:branches")
        shell.window.resize(1500, 800)
        shell.settle()
    with a_shell(profile=tmp_path, size=(0, 0)) as shell:
        assert shell.queue.query == QueueQuery("danger", sort=shell.queue.query.sort.NEWEST)
        assert "branches" in shell.rail.folded
    written = (tmp_path / "window.ini").read_text(encoding="utf-8")
    assert OPERATOR.name not in written


def test_a_memory_that_makes_no_sense_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text("[General]\nsort=sideways\nzoom=many\nfolded=7\n")
    with a_shell(profile=tmp_path) as shell:
        assert shell.queue.query.sort == "due"


def test_another_person_finds_their_own_desk() -> None:
    with a_shell(a_demo()) as shell:
        shell.run("queue.search", text="свет")
        shell.queue.choose(0)
        shell.dispatcher.tell("сделано", undo=lambda: None)
        shell.settle()
        shell.fake.session.sign_in(SUPERVISOR.login, "x")
        shell.settle()
        assert shell.queue.query.text == ""
        assert shell.appeal.shown[-1] is None
        assert shell.dispatcher.enabled("view.board")
        assert not shell.dispatcher.enabled("edit.undo")
        assert shell.rail.rows()[0].key == "board"
        assert "Роль: Супервизор" in words_of(shell)


def test_who_may_not_see_the_board_is_taken_off_it() -> None:
    with a_shell(a_console(me=SUPERVISOR)) as shell:
        shell.run("view.board")
        assert shell.desk.page == "board"
        shell.fake.session.sign_in(OPERATOR.login, "x")
        shell.settle()
        assert shell.desk.page == "queue"


def test_what_was_done_is_told_and_can_be_taken_back() -> None:
    with a_shell() as shell:
        undone: list[int] = []
        shell.dispatcher.tell("Взято в работу", undo=lambda: undone.append(1))
        assert shell.shift.notice.text() == "Взято в работу"
        QTest.keySequence(shell.queue.rows, "Ctrl+Z")
        assert undone == [1]
        assert "Отменено" in shell.shift.notice.text()


@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_a_remark_covers_nothing_that_can_be_pressed(zoom: float) -> None:
    with a_whole_window(zoom=zoom) as whole:
        window = whole.window
        window.desk.parts.queue.go(1)
        whole.settle()
        before = window.desk.geometry()
        window.dispatcher.tell("Назначено: Константинопольская Анастасия", undo=lambda: None)
        notice = window.shift.notice
        assert notice.isVisible()
        assert not window.desk.geometry().intersects(_in(window, notice))
        assert window.desk.geometry() == before  # and nothing has moved
        bar = window.menuBar()
        assert not any(bar.actionGeometry(a).intersects(notice.geometry()) for a in bar.actions())
        whole.furnished.shift.notice.dismiss()


def _in(window: QWidget, part: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def test_a_refusal_is_told_in_a_sentence_and_a_bug_goes_on() -> None:
    with a_shell() as shell:
        bugs: list[Exception] = []
        shell.shift.bug.connect(bugs.append)
        shell.bridge.failed.emit(RefusedError("claimed_by", operator="op-2"))
        assert "Ершов Иван" in shell.shift.notice.text()
        shell.bridge.failed.emit(KeyError("x"))
        assert isinstance(bugs[0], KeyError)


def test_a_queue_can_be_saved_and_forgotten() -> None:
    with a_shell() as shell:
        shell.run("queue.search", text="свет")
        shell.settle()
        shell.queues.save("Про свет")
        shell.settle()
        saved = [row for row in shell.rail.rows() if row.key.startswith("saved:")]
        assert [(row.text, row.count) for row in saved] == [
            ("Про свет", shell.queue.model.rowCount())
        ]
        shell.queues.go("open")
        shell.settle()
        shell.queues.go(saved[0].key)
        shell.settle()
        assert shell.queue.query.text == "свет"
        assert shell.rail.current == saved[0].key
        shell.queues.forget(ask=False)
        shell.settle()
        assert not any(row.key.startswith("saved:") for row in shell.rail.rows())


def test_alt_and_a_digit_open_the_queues() -> None:
    with a_shell() as shell:
        for digit, queue in enumerate(("mine", "unassigned", "due_soon", "overdue", "danger"), 1):
            QTest.keySequence(shell.queue.rows, f"Alt+{digit}")
            shell.settle()
            assert (shell.queue.query.queue, shell.rail.current) == (queue, queue)


def test_the_rail_is_walked_and_folded_by_keys() -> None:
    with a_shell() as shell:
        shell.queues.go("mine")
        shell.settle()
        rail = shell.rail._list
        rail.setFocus()
        QTest.keyClick(rail, Qt.Key.Key_Down)
        shell.settle()
        assert shell.queue.query.queue == "unassigned"
        at = shell.rail._model.place_of("group:branches")
        rail.setCurrentIndex(shell.rail._model.index(at, 0))
        shell.settle()
        assert shell.queue.query.queue == "unassigned"  # a heading opens nothing
        QTest.keyClick(rail, Qt.Key.Key_Left)
        assert "branches" in shell.rail.folded
        QTest.keyClick(rail, Qt.Key.Key_Right)
        assert "branches" not in shell.rail.folded


def test_f6_leads_through_the_parts_of_the_window() -> None:
    with a_shell() as shell:
        shell.queue.rows.setFocus()
        shell.run("view.next_pane")
        assert shell.appeal.editor.hasFocus()
        shell.run("view.previous_pane")
        assert shell.queue.rows.hasFocus()
        shell.run("view.previous_pane")
        assert shell.rail._list.hasFocus()


def test_the_palette_runs_what_is_chosen() -> None:
    with a_shell() as shell:
        QTest.keySequence(shell.queue.rows, "Ctrl+K")
        palette = shell.window.findChild(PaletteView)
        assert palette is not None
        palette.type("просроч")
        assert palette.hits()[0].item.title == "Просрочены"
        QTest.keyClick(palette._field, Qt.Key.Key_Return)
        shell.settle()
        assert shell.queue.query.queue == "overdue"


def test_the_palette_offers_an_appeal_by_its_number() -> None:
    with a_shell() as shell:
        palette = shell.commands.open_palette()
        item = shell.queue.model.item(5)
        assert item is not None
        offered: list[PaletteItem] = []
        palette.chosen.connect(offered.append)
        shell.fake.world.appeals[item.row.ref] = replace(
            shell.fake.world.appeals[item.row.ref], text=f"{item.row.number} не горит"
        )
        palette.type(item.row.number)
        QTest.keyClick(palette._field, Qt.Key.Key_Return)
        assert offered[0].id == str(item.row.ref)
        shell.settle()
        assert shell.appeal.shown[-1] == item.row.ref


def test_the_palette_leaves_out_what_makes_no_sense_now() -> None:
    with a_shell() as shell:
        ids = {hit.item.id for hit in shell.commands.open_palette().hits()}
        assert "view.board" not in ids
        assert "queue.go.mine" in ids


def test_the_palette_is_steered_from_its_field() -> None:
    with a_shell() as shell:
        palette = shell.commands.open_palette()
        palette.type("очередь")
        count = len(palette.hits())
        for key, at in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Up, 0), (Qt.Key.Key_Up, count - 1)):
            QTest.keyClick(palette._field, key)
            assert palette._list.currentIndex().row() == at
        palette.type("ъъъъ")
        assert palette._nothing.isVisibleTo(palette)
        palette.close()


def test_its_key_opens_the_sheet_of_all_keys() -> None:
    with a_shell() as shell:
        QTest.keySequence(shell.queue.rows, "Ctrl+/")
        sheet = shell.window.findChild(ShortcutSheet)
        assert sheet is not None
        assert len(sheet.sections()) == len(GROUPS)
        sheet.type("Ctrl+K")
        assert [line[0] for part in sheet.sections() for line in part.lines] == ["Найти команду"]
        sheet.close()


def test_the_inspector_steps_back_where_there_is_no_room() -> None:
    with a_shell() as shell:
        inspector = shell.desk.parts.inspector
        assert inspector.isVisible()
        shell.window.resize(1000, 700)
        until_qt(lambda: not inspector.isVisible(), what="the inspector to step back")
        shell.window.resize(1366, 768)
        until_qt(inspector.isVisible, what="the inspector to come back")


def test_changes_in_a_storm_are_shown_together() -> None:
    pulse = Pulse(rest_ms=20)
    beats: list[Changes] = []
    pulse.beat.connect(beats.append)
    refs = [Changes(appeals=frozenset({ref})) for ref in a_console(9).world.appeals]
    for change in refs:
        pulse.feel(change)
    assert len(beats) == 1  # the first at once
    until_qt(lambda: len(beats) == 2, what="the rest, together")
    assert len(beats[1].appeals) == len(refs) - 1
    pulse.stop()


def test_a_storm_that_goes_on_is_shown_more_rarely_and_what_comes_in_a_calm_at_once() -> None:
    pulse = Pulse(rest_ms=20)
    beats: list[Changes] = []
    pulse.beat.connect(beats.append)
    rests = []
    for count in range(1, 5):
        pulse.feel(Changes(status=True))
        until_qt(lambda count=count: len(beats) == count, what="the next beat")  # type: ignore[misc]
        rests.append(pulse._rest.interval())
    assert rests == [20, 40, 80, 160]
    until_qt(lambda: not pulse._rest.isActive(), what="a rest in which nothing came")
    pulse.feel(Changes(status=True))
    assert len(beats) == 5
    assert pulse._rest.interval() == 20
    pulse.stop()


def test_closing_the_window_tells_it_once(qapp: QApplication) -> None:
    with a_shell() as shell:
        closed: list[int] = []
        shell.window.closed.connect(lambda: closed.append(1))
        shell.window.close()
        shell.window.close()
        assert closed == [1]


def test_another_queue_repaints_the_two_lines_of_the_rail_that_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    painted: list[tuple[RowList, QRect]] = []
    paint = RowList.paintEvent

    def note(self: RowList, event: QPaintEvent) -> None:
        region: Iterable[QRect] = event.region()  # type: ignore[assignment]
        painted.extend((self, one) for one in region)
        paint(self, event)

    monkeypatch.setattr(RowList, "paintEvent", note)
    with a_shell() as shell:
        rail = shell.rail._list
        other = "unassigned" if shell.rail.current != "unassigned" else "open"
        painted.clear()
        shell.rail.set_current(other)
        until_qt(lambda: any(one is rail for one, _ in painted), what="the lines to be painted")
        height = sum(rect.height() for one, rect in painted if one is rail)
        assert height < rail.viewport().height() / 2
