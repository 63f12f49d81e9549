"""Shared queues in the window, by keyboard: shared, followed, renamed, copied, withdrawn."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit

from console.domain.operator import Role as RoleOf
from console.domain.shared_queue import Overwritten, SharedQueue
from console.listing import QueueQuery
from tests.support.fake_console import COLLEAGUE, NOON, OPERATOR, SUPERVISOR, a_console
from tests.support.shell import Shell, a_shell
from ui.dialogs.ask_dialog import AskDialog
from ui.models.roles import Role
from ui.presenters.rail import RailRow
from ui.windows.shared_queue_commands import SharedQueueCommands

BOSS = replace(SUPERVISOR, branches=("omsk", "krasnoyarsk"))


@contextmanager
def desk(me: object = BOSS, *queues: SharedQueue) -> Generator[Shell]:
    """A window with these queues shared, and the commands about them."""
    fake = a_console(me=me)
    fake.world.shared = {one.ref: one for one in queues}
    with a_shell(fake) as shell:
        SharedQueueCommands(
            shell.context,
            shell.bridge,
            shell.dispatcher,
            queues=shell.queues,
            window=shell.window,
        )
        yield shell


def a_queue(**changes: object) -> SharedQueue:
    row = SharedQueue("omsk", "s1", "С фото", "open", "есть:фото", COLLEAGUE.id, NOON)
    return replace(row, **changes)  # type: ignore[arg-type]


def shared(shell: Shell) -> list[RailRow]:
    return [row for row in shell.rail.rows() if row.key.startswith("shared:")]


def dialog(shell: Shell) -> AskDialog:
    (found,) = [one for one in shell.window.findChildren(AskDialog) if one.isVisible()]
    QTest.qWaitForWindowExposed(found)
    return found


def accept(asked: AskDialog) -> None:
    """Ctrl+Enter."""
    focus = asked.focusWidget() or asked
    QTest.keyClick(focus, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def put(shell: Shell, *queues: SharedQueue) -> None:
    shell.fake.world.shared |= {one.ref: one for one in queues}
    shell.fake.publish(queues=True)
    shell.settle()


def test_a_queue_of_ones_own_is_shared_by_keys() -> None:
    with desk() as shell:
        shell.run("queue.search", text="свет")
        shell.settle()
        shell.queues.save("Про свет")
        shell.settle()
        QTest.keySequence(shell.queue.rows, "Ctrl+Shift+O")
        asked = dialog(shell)
        (name,) = asked.findChildren(QLineEdit)
        assert name.text() == "Про свет"
        assert any("станет общей" in one.text() for one in asked.findChildren(QLabel))
        boxes = {one.objectName(): one for one in asked.findChildren(QCheckBox)}
        assert set(boxes) == {"omsk", "krasnoyarsk"}
        assert all(one.isChecked() for one in boxes.values())
        boxes["omsk"].setFocus()
        QTest.keyClick(boxes["omsk"], Qt.Key.Key_Space)
        accept(asked)
        shell.settle()
        (row,) = shared(shell)
        assert (row.text, row.count) == ("Про свет", shell.queue.model.rowCount())
        assert shell.rail.current == row.key
        assert not any(one.key.startswith("saved:") for one in shell.rail.rows())
        assert [ref.branch for ref in shell.fake.world.shared] == ["krasnoyarsk"]
        assert "стала общей" in shell.shift.notice.text()
        headings = [one.text for one in shell.rail.rows() if one.is_heading]
        assert headings[-1] == "Общие"


def test_without_a_branch_or_a_name_nothing_is_shared() -> None:
    with desk() as shell:
        shell.run("queue.share")
        asked = dialog(shell)
        accept(asked)
        assert asked.said() == "Назовите очередь."
        (name,) = asked.findChildren(QLineEdit)
        name.setText("Все")
        for box in asked.findChildren(QCheckBox):
            box.setChecked(False)
        accept(asked)
        assert asked.said() == "Отметьте хотя бы один филиал."
        assert shell.fake.world.shared == {}
        asked.reject()


@pytest.mark.parametrize("role", [RoleOf.OPERATOR, RoleOf.SENIOR])
def test_who_may_not_share_is_not_offered_it(role: RoleOf) -> None:
    with desk(replace(OPERATOR, role=role), a_queue()) as shell:
        assert not shell.dispatcher.enabled("queue.share")
        shell.queues.go("shared:s1")
        shell.settle()
        assert not shell.dispatcher.enabled("queue.withdraw")
        assert shell.dispatcher.enabled("queue.copy")


def test_a_colleagues_queue_is_opened_and_copied() -> None:
    with desk(OPERATOR, a_queue(query="свет")) as shell:
        shell.queues.go("shared:s1")
        shell.settle()
        assert shell.queue.query == QueueQuery("open", text="свет")
        assert shell.window.windowTitle().startswith("С фото")
        shell.run("queue.copy")
        shell.settle()
        assert shell.rail.current == "saved:q1"
        assert [one.name for one in shell.fake.world.saved] == ["С фото"]


def test_what_is_not_understood_is_grey_says_so_and_opens_nothing() -> None:
    with desk(OPERATOR, a_queue(query="луна:полная")) as shell:
        (row,) = shared(shell)
        assert (row.count, row.emphasis) == (None, "zero")
        before = shell.queue.query
        shell.queues.go(row.key)
        shell.settle()
        assert shell.queue.query == before
        assert shell.rail.current == "open"
        assert "более новой версии" in shell.shift.notice.text()
        model = shell.rail._model
        said = model.index(model.place_of(row.key), 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert "более новой версии" in said
        assert model.index(model.place_of(row.key), 0).data(Role.ROW) == row


def test_a_queue_that_somebody_changes_or_withdraws_is_followed() -> None:
    with desk(OPERATOR, a_queue(query="свет")) as shell:
        shell.queues.go("shared:s1")
        shell.settle()
        put(shell, a_queue(query="провод", name="Провода", version=2))
        assert shell.queue.query.text == "провод"
        assert shell.window.windowTitle().startswith("Провода")
        put(shell, a_queue(query="провод", name="Провода", version=3, withdrawn=True))
        assert shared(shell) == []
        assert shell.queue.query.text == "провод"  # what is looked at stays
        assert shell.rail.current == "open"
        assert "больше не общая" in shell.shift.notice.text()


def test_what_is_being_typed_stays_when_somebody_changes_the_queue() -> None:
    with desk(OPERATOR, a_queue(query="свет")) as shell:
        shell.queues.go("shared:s1")
        shell.settle()
        shell.queue.head.field.setText("свет в Омс")
        put(shell, a_queue(query="провод", name="Провода", version=2))
        assert shell.queue.head.field.text() == "свет в Омс"


def test_who_overwrote_and_who_was_overwritten_are_told_once() -> None:
    with desk(BOSS, a_queue()) as shell:
        over = Overwritten(COLLEAGUE.id, "Чужое", "есть:фото")
        mine = a_queue(name="Моё", by=BOSS.id, version=3, over=over)
        put(shell, mine)
        assert "принято последним" in shell.shift.notice.text()
        assert "«Чужое»" in shell.shift.notice.text()
        shell.shift.notice.dismiss()
        put(shell, replace(mine, version=4))
        assert not shell.shift.notice.isVisible()
        theirs = a_queue(version=5, over=Overwritten(BOSS.id, "Моё", "есть:фото"))
        put(shell, theirs)
        assert "изменена после вас" in shell.shift.notice.text()
        assert COLLEAGUE.name in shell.shift.notice.text()


def test_a_shared_queue_is_changed_renamed_and_withdrawn_by_keys() -> None:
    with desk(BOSS, a_queue(query="свет")) as shell:
        shell.queues.go("shared:s1")
        shell.settle()
        shell.run("queue.rename")
        asked = dialog(shell)
        (name,) = asked.findChildren(QLineEdit)
        name.setText("Свет в Омске")
        QTest.keyClick(name, Qt.Key.Key_Return)
        shell.settle()
        assert [row.text for row in shared(shell)] == ["Свет в Омске"]
        shell.run("queue.search", text="провод")
        shell.settle()
        shell.run("queue.share")
        asked = dialog(shell)
        ticked = [x.objectName() for x in asked.findChildren(QCheckBox) if x.isChecked()]
        assert ticked == ["omsk"]
        accept(asked)
        shell.settle()
        (row,) = shell.fake.world.shared.values()
        assert (row.query, row.name) == ("провод", "Свет в Омске")
        shell.run("queue.withdraw")
        accept(dialog(shell))
        shell.settle()
        assert shared(shell) == []
        assert shell.queue.query.queue == "open"
        shell.run("edit.undo")
        shell.settle()
        assert [row.text for row in shared(shell)] == ["Свет в Омске"]


def test_counts_are_asked_for_with_what_was_touched_since_the_last_ones() -> None:
    with desk(OPERATOR) as shell:
        asked = shell.fake.reader.touched
        assert asked[0] is None
        asked.clear()
        refs = list(shell.fake.world.appeals)[:2]
        for ref in refs:
            shell.fake.publish(ref)
        shell.settle()
        assert set().union(*(set(one or ()) for one in asked)) == set(refs)
        assert None not in asked
        shell.fake.publish(everything=True)
        shell.settle()
        assert None in asked
