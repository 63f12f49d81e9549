"""The queue in the window: choosing, searching, keeping up, and painting no more than needed."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest

from console.changes import Changes
from console.domain.appeal import Place
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.listing import LONGER
from console.readmodel import Link, PresenceRow, QueueQuery, QueueSort, SyncStatus
from tests.support.fake_console import (
    COLLEAGUE,
    NOON,
    FakeConsole,
    World,
    a_console,
    an_appeal,
)
from tests.support.qt import until_qt
from tests.support.shell import Shell, a_shell
from ui.windows.preferences import Preferences
from ui.windows.queue_look import QueueLook
from ui.windows.row_look import whose

pytestmark = pytest.mark.usefixtures("qapp")


def a_quiet_console(*minutes_left: int) -> FakeConsole:
    """Appeals whose deadlines are so many minutes away, and nothing else."""
    world = World()
    for number, minutes in enumerate(minutes_left):
        world.add(an_appeal(number), due_at=NOON + timedelta(minutes=minutes))
    return FakeConsole(world)


def painted_after(shell: Shell, *moved: timedelta) -> list[int]:
    """How many rows each tick paints, the clock having moved by that much before."""
    counts = []
    for step in moved:
        shell.fake.clock.move(step)
        before = shell.queue.delegate.painted
        shell.queue.tick()
        _pump()
        counts.append(shell.queue.delegate.painted - before)
    return counts


def _pump() -> None:
    """Two turns of the event loop: what is to be painted has been."""
    for _ in range(2):
        loop = QEventLoop()
        QTimer.singleShot(0, loop.quit)
        loop.exec()


def test_the_queue_opens_in_order_of_deadlines() -> None:
    with a_shell() as shell:
        rows = [shell.queue.model.item(at) for at in range(shell.queue.model.rowCount())]
        order = [
            (not item.row.danger, item.row.due_at)
            for item in rows
            if item is not None and item.row.due_at
        ]
        assert order == sorted(order), "danger first, whatever is due"
        assert shell.queue.head._found.text() == str(len(rows))


def test_a_tick_paints_only_rows_that_look_different() -> None:
    with a_shell(a_quiet_console(125, 300, 300, 300)) as shell:
        shell.queue._timer.stop()
        _pump()
        second = timedelta(seconds=1)
        assert painted_after(shell, second, 58 * second) == [4, 0]
        assert painted_after(shell, timedelta(0)) == [0]


def test_a_row_whose_ring_alone_moved_is_painted() -> None:
    world = World()
    long = an_appeal(1, received_at=NOON - timedelta(seconds=50))
    world.add(long, due_at=NOON + timedelta(seconds=46))
    world.add(an_appeal(2), due_at=NOON + timedelta(hours=30, minutes=30))
    with a_shell(FakeConsole(world)) as shell:
        shell.queue._timer.stop()
        _pump()
        assert painted_after(shell, timedelta(seconds=2)) == [1]


def test_j_and_k_go_through_the_queue_and_open_where_they_stop() -> None:
    with a_shell() as shell:
        for _ in range(3):
            shell.key(Qt.Key.Key_J)
        shell.settle()
        third = shell.queue.model.ref(2)
        assert shell.queue.ref == third
        assert shell.appeal.shown[-1] == third
        assert len(shell.appeal.shown) == 1  # those on the way were not opened
        shell.key(Qt.Key.Key_K)
        shell.settle()
        assert shell.appeal.shown[-1] == shell.queue.model.ref(1)


def test_opening_an_appeal_marks_it_as_read() -> None:
    with a_shell() as shell:
        at = next(n for n in range(40) if (i := shell.queue.model.item(n)) and i.row.unread)
        shell.queue.choose(at)
        shell.settle()
        item = shell.queue.model.item(at)
        assert item is not None
        assert not item.row.unread


def test_the_chosen_appeal_stays_chosen_when_others_come_and_go() -> None:
    with a_shell() as shell:
        shell.queue.choose(4)
        shell.settle()
        chosen = shell.queue.ref
        top = shell.queue.rows.visualRect(shell.queue.rows.currentIndex()).top()
        new = an_appeal(900, danger=True)
        shell.fake.world.add(new, due_at=NOON - timedelta(hours=9))
        shell.fake.publish(new.ref)
        shell.settle()
        assert shell.queue.model.ref(0) == new.ref
        assert shell.queue.model.ref(shell.queue.rows.currentIndex().row()) == chosen
        assert shell.queue.rows.visualRect(shell.queue.rows.currentIndex()).top() == top
        assert shell.appeal.shown == [chosen]


def test_an_appeal_that_leaves_the_queue_stays_open_and_j_goes_on_from_its_place() -> None:
    with a_shell() as shell:
        shell.run("queue.go.unassigned")
        shell.settle()
        shell.queue.choose(2)
        shell.settle()
        chosen, following = shell.queue.ref, shell.queue.model.ref(3)
        assert chosen is not None
        shell.fake.triage.claim([chosen])
        shell.settle()
        assert shell.queue.ref == chosen
        assert shell.appeal.shown[-1] == chosen
        shell.key(Qt.Key.Key_J)
        shell.settle()
        assert shell.queue.ref == following


@pytest.mark.parametrize(("left", "key"), [(0, Qt.Key.Key_J), (3, Qt.Key.Key_K)])
def test_the_neighbour_of_an_appeal_that_left_is_not_chosen_until_somebody_does(
    left: int, key: Qt.Key
) -> None:
    with a_shell() as shell:
        shell.run("queue.go.unassigned")
        shell.settle()
        shell.queue.choose(left)
        shell.settle()
        chosen = shell.queue.ref
        neighbour = shell.queue.model.ref(left + 1 if key == Qt.Key.Key_J else left - 1)
        assert chosen is not None and neighbour is not None
        shell.fake.triage.claim([chosen])
        shell.settle()
        assert not shell.queue.rows.currentIndex().isValid()
        shell.key(key)
        shell.settle()
        assert shell.queue.ref == neighbour
        assert shell.appeal.shown[-1] == neighbour


def test_the_neighbour_of_an_appeal_that_left_can_be_shown_by_its_reference() -> None:
    with a_shell() as shell:
        shell.run("queue.go.unassigned")
        shell.settle()
        shell.queue.choose(0)
        shell.settle()
        chosen, neighbour = shell.queue.ref, shell.queue.model.ref(1)
        assert chosen is not None and neighbour is not None
        shell.fake.triage.claim([chosen])
        shell.settle()
        assert shell.queue.choose_ref(neighbour)
        shell.settle()
        assert shell.appeal.shown[-1] == neighbour


def test_coming_back_to_a_queue_chooses_the_same_appeal_again() -> None:
    with a_shell() as shell:
        shell.queue.choose(7)
        shell.settle()
        chosen = shell.queue.ref
        shell.run("queue.go.answered")
        shell.settle()
        shell.run("queue.go.all")
        shell.settle()
        assert shell.queue.model.ref(shell.queue.rows.currentIndex().row()) == chosen
        assert shell.appeal.shown == [chosen]


def test_several_appeals_can_be_selected() -> None:
    with a_shell() as shell:
        shell.queue.choose(1)
        shell.queue.rows.setFocus()
        for _ in range(2):
            QTest.keyClick(shell.queue.rows, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        assert shell.queue.selected() == tuple(shell.queue.model.ref(at) for at in (1, 2, 3))
        assert shell.queue.head._found.text() == "выбрано 3"
        shell.settle()


def test_search_narrows_the_queue_and_can_be_taken_back() -> None:
    with a_shell() as shell:
        whole = shell.queue.model.rowCount()
        shell.key(Qt.Key.Key_Slash)
        shell.key(Qt.Key.Key_Space, text="170")
        shell.queue.head._field._tell()
        shell.settle()
        assert shell.queue.query.text == "170"
        assert 0 < shell.queue.model.rowCount() < whole
        assert shell.dispatcher.enabled("queue.clear")
        shell.run("queue.clear")
        shell.settle()
        assert shell.queue.model.rowCount() == whole


def test_a_search_that_finds_nothing_shows_the_way_out() -> None:
    with a_shell() as shell:
        shell.run("queue.search", text="абракадабра")
        shell.settle()
        assert shell.queue.empty.isVisible()
        assert shell.queue.empty.title() == "Ничего не найдено"
        shell.queue.empty.button().click()
        shell.settle()
        assert not shell.queue.empty.isVisible()
        assert shell.queue.model.rowCount() > 0


def test_filters_narrow_and_say_so() -> None:
    with a_shell() as shell:
        shell.queue.head._choices["branches"].changed.emit(("omsk", "chita"))
        shell.settle()
        items = [shell.queue.model.item(at) for at in range(shell.queue.model.rowCount())]
        assert {item.row.ref.branch for item in items if item} == {"omsk", "chita"}
        assert shell.queue.head._choices["branches"].text() == "Филиал: 2"


def test_a_queue_of_one_branch_does_not_offer_branches_to_narrow_by() -> None:
    with a_shell() as shell:
        shell.queues.go("branch:omsk")
        shell.settle()
        assert shell.queue.head._choices["branches"].isHidden()
        assert not shell.queue.head._choices["topics"].isHidden()


@pytest.mark.parametrize("sort", list(QueueSort))
def test_every_order_can_be_asked_for(sort: QueueSort) -> None:
    with a_shell() as shell:
        shell.run(f"queue.sort.{sort}")
        shell.settle()
        expected = shell.fake.reader.queue_ids(QueueQuery("open", sort), now=NOON)
        assert list(shell.queue.model.ids) == list(expected)


def test_colleagues_in_an_appeal_are_shown_as_they_come() -> None:
    with a_shell() as shell:
        ref = shell.queue.model.ref(0)
        assert ref is not None
        people = (PresenceRow(ref, COLLEAGUE.id, COLLEAGUE.name, typing=True),)
        shell.fake.world.presence = {ref: people}
        shell.fake.changes.publish(Changes(presence=True))
        shell.settle()
        item = shell.queue.model.item(0)
        assert item is not None
        assert item.people == people


def test_a_saved_draft_marks_its_row() -> None:
    with a_shell() as shell:
        ref = shell.queue.model.ref(1)
        assert ref is not None
        draft = Draft("d-9", ref, DraftMode.REPLY, "Добрый день", NOON)
        shell.fake.drafts.save(draft)
        shell.settle()
        item = shell.queue.model.item(1)
        assert item is not None
        assert item.row.has_draft


def test_an_overdue_queue_fills_as_time_goes_by() -> None:
    with a_shell(a_quiet_console(-5, 10, 400)) as shell:
        shell.run("queue.go.overdue")
        shell.settle()
        assert shell.queue.model.rowCount() == 1
        shell.fake.clock.move(timedelta(minutes=11))
        shell.queues.refresh()
        shell.settle()
        assert shell.queue.model.rowCount() == 2


def test_before_the_first_load_the_progress_is_shown() -> None:
    fake = a_console(0)
    fake.sync_status = SyncStatus(Link.SYNCING, progress=(3, 4))
    with a_shell(fake) as shell:
        assert shell.queue.empty.title() == "Загружаем обращения"
        assert shell.queue.empty._progress.isVisible()


def test_an_error_is_shown_with_a_way_to_try_again() -> None:
    with a_shell() as shell:
        reader = shell.fake.reader
        before = reader.queue_ids

        def broken(*_: object, **__: object) -> list[int]:
            raise OSError("disk I/O error")

        reader.queue_ids = broken  # type: ignore[method-assign]
        shell.queue.ask(shell.queue.query, "Все открытые")
        until_qt(shell.queue.empty.isVisible, what="the error")
        assert shell.queue.empty.title() == "Очередь не открылась"
        reader.queue_ids = before  # type: ignore[method-assign]
        shell.queue.empty.button().click()
        shell.settle()
        assert shell.queue.model.rowCount() > 0


class SlowQueue:
    """Gives the first rows of a queue, and the rest, which it looks for in vain, when told to."""

    def __init__(self, fake: FakeConsole, first: int) -> None:
        self._fake, self._first = fake, first
        self.go_on = threading.Event()
        self.asked = 0
        fake.reader.queue_parts = self.parts  # type: ignore[method-assign]

    def parts(self, query: QueueQuery, *, now: datetime) -> Generator[Sequence[int], None, None]:
        self.asked += 1
        ids = self._fake.reader.queue_ids(query, now=now)
        yield ids[: self._first]
        while not self.go_on.wait(0.002):
            yield ()
        yield ids[self._first :]


def test_the_first_rows_can_be_worked_with_while_the_rest_is_read() -> None:
    fake = a_console()
    first = len(fake.reader.queue_ids(QueueQuery(), now=NOON)) - 3
    slow = SlowQueue(fake, first)
    with a_shell(fake, wait=False) as shell:
        until_qt(lambda: shell.queue.model.rowCount() == first, what="the first rows")
        assert shell.queue.rows.isVisible() and shell.queue.head._found.text() == ""
        shell.run("queue.next")
        shell.run("queue.next")
        chosen = shell.queue.ref
        shell.queue.reload()  # waits until the first reading is done
        assert slow.asked == 1
        slow.go_on.set()
        shell.settle()
        assert shell.queue.model.rowCount() == first + 3
        assert shell.queue.ref == chosen
        assert shell.queue.rows.currentIndex().row() == 1
        until_qt(lambda: slow.asked == 2, what="the list to be read anew, after a rest")


def test_while_a_large_queue_has_nothing_to_show_yet_it_says_that_it_is_looking() -> None:
    fake = a_console()
    slow = SlowQueue(fake, 0)
    with a_shell(fake, wait=False) as shell:
        until_qt(shell.queue.empty.isVisible, what="the words")
        assert shell.queue.empty.title() == "Ищем…"
        slow.go_on.set()
        shell.settle()
        assert shell.queue.rows.isVisible()


def test_what_takes_longer_says_that_it_is_looking_although_no_part_of_it_comes() -> None:
    fake, go_on = a_console(), threading.Event()

    def parts(query: QueueQuery, *, now: datetime) -> Generator[Sequence[int], None, None]:
        yield LONGER
        assert go_on.wait(10)
        yield fake.reader.queue_ids(query, now=now)

    fake.reader.queue_parts = parts  # type: ignore[method-assign]
    with a_shell(fake, wait=False) as shell:
        until_qt(shell.queue.empty.isVisible, what="the words")
        assert shell.queue.empty.title() == "Ищем…"
        go_on.set()
        shell.settle()
        assert shell.queue.rows.isVisible() and shell.queue.is_whole


def test_rows_have_as_much_room_as_one_likes_and_that_is_remembered(tmp_path: Path) -> None:
    with a_shell(profile=tmp_path) as shell:
        heights = {}
        for density in ("compact", "roomy", "normal", "of a newer version"):
            shell.queue.set_density(density)
            shell.window.repaint()
            heights[density] = shell.queue.rows.row_height
        assert heights["compact"] < heights["normal"] < heights["roomy"]
        assert heights["of a newer version"] == heights["normal"]
        look = a_look(shell)
        assert shell.queue.density == "normal"
        shell.run("view.rows.compact")
        look.deleteLater()
    with a_shell(profile=tmp_path) as shell:
        a_look(shell)
        assert shell.queue.rows.row_height == heights["compact"]


def a_look(shell: Shell) -> QueueLook:
    preferences = Preferences(shell.memory, whose=lambda: whose(shell.context), parent=shell.window)
    return QueueLook(
        shell.context,
        shell.dispatcher,
        shell.queue,
        preferences=preferences,
        window=shell.window,
    )


def a_grouped_shell() -> FakeConsole:
    world = World()
    for number, place in enumerate(("Сосны", "Ачинск", "Сосны", "", "Ачинск", "Сосны")):
        appeal = replace(an_appeal(number), branch="omsk", place=Place(place))
        world.add(appeal, due_at=NOON + timedelta(hours=1 + number))
    return FakeConsole(world)


def headings(shell: Shell) -> list[tuple[str, int]]:
    """Title and count of each group, and as -1 each row below it."""
    model = shell.queue.model
    groups = (model.group(at) for at in range(model.rowCount()))
    return [("", -1) if one is None else (one.title, len(one.ids)) for one in groups]


def test_a_queue_can_be_put_together_by_place_and_folded() -> None:
    with a_shell(a_grouped_shell()) as shell:
        shell.run("queue.next")
        chosen = shell.queue.ref
        shell.run("queue.group.place")
        shell.settle()
        row = ("", -1)
        assert headings(shell) == [
            *[("Сосны", 3), row, row, row],
            *[("Ачинск", 2), row, row],
            *[("", 1), row],
        ]
        assert shell.queue.head._found.text() == "6"
        assert (shell.queue.ref, shell.queue.rows.currentIndex().row()) == (chosen, 1)
        for _ in range(3):
            shell.run("queue.next")
        assert shell.queue.rows.currentIndex().row() == 5, "the heading was stepped over"
        shell.run("queue.previous")
        assert shell.queue.rows.currentIndex().row() == 3
        QTest.mouseClick(
            shell.queue.rows.viewport(),
            Qt.MouseButton.LeftButton,
            pos=shell.queue.rows.visualRect(shell.queue.model.index(4, 0)).center(),
        )
        assert headings(shell)[4:] == [("Ачинск", 2), ("", 1), row]
        shell.run("queue.fold")
        assert headings(shell) == [("Сосны", 3), ("Ачинск", 2), ("", 1), row]
        assert shell.queue.ref is not None, "what is shown stays chosen when its group is folded"
        shell.run("queue.fold_all")
        shell.run("queue.fold_all")
        assert len(headings(shell)) == 9
        assert shell.queue.ref is not None and shell.queue.rows.currentIndex().row() == 3
        shell.run("queue.group.none")
        shell.settle()
        assert headings(shell) == [row] * 6


def test_groups_follow_what_changes_and_stay_folded() -> None:
    fake = a_grouped_shell()
    with a_shell(fake) as shell:
        shell.run("queue.group.place")
        shell.settle()
        shell.queue.fold(0)
        moved = replace(next(iter(fake.world.appeals.values())), place=Place("Ачинск"))
        fake.world.appeals[moved.ref] = moved
        fake.changes.publish(Changes(appeals=frozenset({moved.ref})))
        shell.settle()
        assert [one for one in headings(shell) if one[1] > 0] == [
            ("Сосны", 2),
            ("Ачинск", 3),
            ("", 1),
        ]
        assert shell.queue.model.group(1) is not None, "the first is folded still"


def test_who_is_where_is_seen_from_the_start() -> None:
    fake = a_console()
    ref = fake.reader.queue_rows(fake.reader.queue_ids(QueueQuery(), now=NOON)[:1])[0].ref
    fake.world.presence = {ref: (PresenceRow(ref, COLLEAGUE.id, "Ершов Иван", typing=False),)}
    with a_shell(fake) as shell:
        item = shell.queue.model.item(0)
        assert item is not None and [one.name for one in item.people] == ["Ершов Иван"]


def test_only_the_latest_wish_is_shown() -> None:
    with a_shell() as shell:
        for key in ("mine", "danger", "all", "unassigned"):
            shell.queues.go(key)
        shell.settle()
        expected = shell.fake.reader.queue_ids(QueueQuery("unassigned"), now=NOON)
        assert list(shell.queue.model.ids) == list(expected)


def test_an_appeal_can_be_shown_by_its_reference() -> None:
    with a_shell() as shell:
        ref = shell.queue.model.ref(9)
        assert ref is not None
        shell.shift.show_ref(ref)
        shell.settle()
        assert shell.queue.rows.currentIndex().row() == 9
        elsewhere = Ref("omsk", "nowhere")
        shell.shift.show_ref(elsewhere)
        assert shell.appeal.shown[-1] == elsewhere


def test_after_an_appeal_from_elsewhere_the_row_of_before_opens_again() -> None:
    with a_shell() as shell:
        shell.queue.choose(3)
        shell.settle()
        here = shell.queue.ref
        elsewhere = Ref("omsk", "nowhere")
        shell.shift.show_ref(elsewhere)
        assert shell.queue.ref == elsewhere  # commands act upon what is seen
        assert shell.queue.selected() == ()
        spot = shell.queue.rows.visualRect(shell.queue.model.index(3, 0)).center()
        QTest.mouseClick(
            shell.queue.rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0), spot
        )
        shell.settle()
        assert shell.appeal.shown[-1] == here
        assert shell.queue.ref == here


def test_after_an_appeal_from_elsewhere_the_keys_go_on_from_the_row_of_before() -> None:
    with a_shell() as shell:
        shell.queue.choose(3)
        shell.settle()
        shell.shift.show_ref(Ref("omsk", "nowhere"))
        shell.queue.go(1)
        shell.settle()
        assert shell.queue.rows.currentIndex().row() == 3
        assert shell.appeal.shown[-1] == shell.queue.ref == shell.queue.model.ref(3)


def test_another_person_can_open_the_row_that_was_chosen_before() -> None:
    with a_shell() as shell:
        shell.run("queue.go.unassigned")
        shell.settle()
        shell.queue.choose(0)
        shell.settle()
        shell.fake.session.sign_in(COLLEAGUE.login, "x")
        shell.settle()
        assert shell.appeal.shown[-1] is None
        assert shell.queue.ref is None
        shell.queue.choose(0)
        shell.settle()
        assert shell.appeal.shown[-1] == shell.queue.model.ref(0)


def test_return_goes_from_the_list_into_the_appeal() -> None:
    with a_shell() as shell:
        shell.queue.choose(0)
        shell.settle()
        shell.queue.rows.setFocus()
        shell.key(Qt.Key.Key_Return)
        assert shell.appeal.editor.hasFocus()


def test_a_restored_outage_changes_the_chip_of_its_rows() -> None:
    with a_shell() as shell:
        outage = shell.fake.world.outages["out-1"]
        done = replace(outage, restored_at=NOON, status=type(outage.status).RESTORED)
        shell.fake.world.outages["out-1"] = done
        shell.fake.changes.publish(Changes(outages=frozenset({outage.ref})))
        shell.settle()
        items = [shell.queue.model.item(at) for at in range(shell.queue.model.rowCount())]
        assert {item.row.outage_status for item in items if item and item.row.outage} == {
            "restored"
        }
