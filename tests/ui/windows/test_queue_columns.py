"""What rows of the queue show and how dense they are: by keyboard, at once, for each person."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox

from tests.support.fake_console import COLLEAGUE, NOON, SUPERVISOR, FakeConsole, World, a_console
from tests.support.fake_console import an_appeal as a_fake_appeal
from tests.support.qt import until_qt
from tests.support.whole_window import WholeWindow, a_whole_window
from ui.dialogs.ask_dialog import AskDialog
from ui.presenters.queue import FACTS, SHOWN


def dialog(whole: WholeWindow) -> AskDialog:
    (found,) = [one for one in whole.window.findChildren(AskDialog) if one.isVisible()]
    QTest.qWaitForWindowExposed(found)
    return found


def press(form: AskDialog, key: Qt.Key) -> None:
    QTest.keyClick(form.focusWidget() or form, key)


def box(form: AskDialog, name: str) -> QCheckBox:
    found = form.findChild(QCheckBox, name)
    assert isinstance(found, QCheckBox)
    return found


def test_a_key_opens_a_dialog_and_the_queue_follows_each_choice() -> None:
    with a_whole_window() as whole:
        queue = whole.window.desk.parts.queue
        queue.rows.setFocus()
        QTest.keyClick(queue.rows, Qt.Key.Key_V)
        form = dialog(whole)
        assert {name for name in FACTS if box(form, name).isChecked()} == SHOWN
        press(form, Qt.Key.Key_3)
        assert queue.density == "compact"
        box(form, "number").setFocus()
        press(form, Qt.Key.Key_Space)
        box(form, "owner").setFocus()
        press(form, Qt.Key.Key_Space)
        assert queue.facts == SHOWN - {"owner"} | {"number"}
        press(form, Qt.Key.Key_Return)
        whole.settle()
        assert queue.density == "compact"
        assert queue.facts == SHOWN - {"owner"} | {"number"}


def test_escape_puts_back_what_was_before() -> None:
    with a_whole_window() as whole:
        queue = whole.window.desk.parts.queue
        whole.window.dispatcher.run("view.columns")
        form = dialog(whole)
        press(form, Qt.Key.Key_1)
        box(form, "branch").setChecked(True)
        assert (queue.density, "branch" in queue.facts) == ("roomy", True)
        press(form, Qt.Key.Key_Escape)
        assert (queue.density, queue.facts) == ("normal", SHOWN)


def test_the_settings_and_the_dialog_say_the_same() -> None:
    with a_whole_window() as whole:
        queue, native = whole.window.desk.parts.queue, whole.furnished.native
        settings = native.open_settings("rows")
        assert settings.shown() == ("density", *(f"row.{name}" for name in FACTS))
        density = settings.control("density")
        assert isinstance(density, QComboBox)
        density.setCurrentIndex(density.findData("compact"))
        branch = settings.control("row.branch")
        assert isinstance(branch, QCheckBox)
        branch.setFocus()
        QTest.keyClick(branch, Qt.Key.Key_Space)
        assert (queue.density, queue.facts) == ("compact", SHOWN | {"branch"})
        whole.window.dispatcher.run("view.rows.roomy")
        assert density.currentData() == "roomy"
        settings.reject()


def test_choice_and_place_in_the_list_stay_when_the_rows_change() -> None:
    with a_whole_window(a_console(200)) as whole:
        queue = whole.window.desk.parts.queue
        queue.choose(90)
        whole.settle()
        chosen, top = queue.ref, queue.rows.visualRect(queue.model.index(90, 0)).top()
        for command in ("view.rows.compact", "view.rows.roomy", "view.rows.normal"):
            whole.window.dispatcher.run(command)
            whole.settle()
            assert queue.ref == chosen
            assert queue.selected() == (chosen,)
            assert 90 in queue.rows.visible_rows()
        assert queue.rows.visualRect(queue.model.index(90, 0)).top() == top
        before = queue.rows.verticalScrollBar().value()
        whole.furnished.native.preferences.set("row.place", "0")
        whole.settle()
        assert (queue.ref, queue.rows.verticalScrollBar().value()) == (chosen, before)


def test_only_what_is_seen_is_painted() -> None:
    with a_whole_window(a_console(400)) as whole:
        queue = whole.window.desk.parts.queue
        before = queue.delegate.painted
        whole.furnished.native.preferences.set("row.number", "1")
        queue.rows.viewport().repaint()
        painted = queue.delegate.painted - before
        assert 0 < painted <= 2 * len(queue.rows.visible_rows())


def test_each_who_signs_in_has_rows_of_their_own() -> None:
    with a_whole_window(a_console(me=SUPERVISOR)) as whole:
        queue = whole.window.desk.parts.queue
        whole.window.dispatcher.run("view.rows.compact")
        whole.furnished.native.preferences.set("row.number", "1")
        whole.fake.session.sign_in(COLLEAGUE.login, "x")
        until_pulse(whole)
        assert (queue.density, queue.facts) == ("normal", SHOWN)
        whole.window.dispatcher.run("view.rows.roomy")
        whole.fake.session.sign_in(SUPERVISOR.login, "x")
        until_pulse(whole)
        assert (queue.density, queue.facts) == ("compact", SHOWN | {"number"})


def until_pulse(whole: WholeWindow) -> None:
    """Changes that come soon after others are shown together, a moment later."""
    whole.settle()
    pulse = whole.furnished.shift._pulse
    until_qt(lambda: not pulse._rest.isActive(), what="the pulse to rest")
    whole.settle()


def a_long_name() -> FakeConsole:
    world = World()
    appeal = a_fake_appeal(1)
    name = "Константинопольский-Преображенский Александр Владиславович"
    world.add(replace(appeal, author=replace(appeal.author, name=name)), due_at=NOON)
    return FakeConsole(world)


def test_what_a_narrow_row_cuts_short_is_whole_in_its_tooltip() -> None:
    with a_whole_window(a_long_name(), zoom=2.0) as whole:
        queue, preferences = whole.window.desk.parts.queue, whole.furnished.native.preferences
        for name in FACTS:
            preferences.set(f"row.{name}", "1")
        for density in ("compact", "normal", "roomy"):
            preferences.set("density", density)
            whole.settle()
            index = queue.model.index(0, 0)
            for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                said = index.data(role)
                for part in ("Владиславович", "№ 48001", "Алтайэнерго", "Берёзовка, ул. Мира"):
                    assert part in said, (density, said)
