"""«Next» by keyboard: what binds first is shown, taken and said why; and after sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.domain.appeal import Status
from console.domain.draft import DraftMode
from console.domain.ids import Ref
from console.domain.mutations import Claim, Release
from console.readmodel import PresenceRow
from tests.support.fake_console import NOON, OPERATOR, FakeConsole, World, an_appeal
from tests.support.whole_window import WholeWindow, a_whole_window

pytestmark = pytest.mark.usefixtures("qapp")


def _a_desk(**changes: object) -> tuple[FakeConsole, list[Ref]]:
    """Four open appeals, the first of which has least time left."""
    world = World(operators=[OPERATOR])
    refs = [
        world.add(
            an_appeal(n, status=Status.NEW, owner=None, danger=False, **changes),
            due_at=NOON + timedelta(minutes=12 * n),
        )
        for n in range(1, 5)
    ]
    return FakeConsole(world), refs


def _next(whole: WholeWindow) -> Ref | None:
    """Shift+J in the list; the appeal that is shown then."""
    QTest.keyClick(
        whole.window.desk.parts.queue.rows, Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier
    )
    whole.settle()
    return whole.window.desk.parts.appeal.ref


def test_what_burns_first_is_shown_taken_and_said_why_and_one_undo_gives_it_back() -> None:
    fake, refs = _a_desk()
    with a_whole_window(fake) as whole:
        whole.window.desk.parts.queue.choose_ref(refs[3])
        whole.settle()
        assert _next(whole) == refs[0]
        assert [one.mutation for one in fake.sent] == [Claim()]
        assert (
            whole.window.shift.notice.text()
            == "Горит раньше всех: осталось 12 мин. Обращение взято"
        )
        whole.window.dispatcher.run("edit.undo")
        whole.settle()
        assert fake.sent[-1].mutation == Release()


def test_pressed_again_it_goes_on_and_begins_anew_when_all_were_seen() -> None:
    fake, refs = _a_desk()
    with a_whole_window(fake) as whole:
        whole.window.desk.parts.queue.choose_ref(refs[3])
        whole.settle()
        assert [_next(whole) for _ in range(4)] == [*refs[:3], refs[3]]
        assert _next(whole) == refs[0]


def test_what_a_colleague_writes_to_is_passed_over() -> None:
    fake, refs = _a_desk()
    fake.world.presence[refs[0]] = (PresenceRow(refs[0], "op-2", "Ершов Иван", typing=True),)
    with a_whole_window(fake) as whole:
        whole.window.desk.parts.queue.choose_ref(refs[3])
        whole.settle()
        assert _next(whole) == refs[1]


def test_where_there_is_nothing_to_take_it_says_so() -> None:
    fake, refs = _a_desk()
    for ref in refs:
        fake.world.appeals[ref] = replace(fake.world.appeals[ref], owner="op-2")
    with a_whole_window(fake) as whole:
        before = whole.window.desk.parts.appeal.ref
        assert _next(whole) == before
        assert whole.window.shift.notice.text().startswith("В этой очереди больше нечего взять")
        assert fake.sent == []


@pytest.mark.parametrize(("choice", "goes_on"), [("next", True), ("stay", False)])
def test_after_sending_one_stays_or_goes_on_as_one_has_chosen(choice: str, goes_on: bool) -> None:
    fake, refs = _a_desk()
    with a_whole_window(fake) as whole:
        whole.furnished.native.preferences.set("after_send", choice)
        whole.window.desk.parts.queue.choose_ref(refs[0])
        whole.settle()
        composer = whole.window.desk.parts.appeal.composer
        composer.start(DraftMode.NOTE)
        composer.editor.insert("для своих")
        whole.window.dispatcher.run("reply.send")
        whole.settle()
        assert whole.window.desk.parts.appeal.ref == refs[0], "a note answers nobody"
        composer.answered.emit()
        whole.settle()
        assert (whole.window.desk.parts.appeal.ref == refs[1]) is goes_on


def test_what_a_colleague_holds_is_passed_over_until_the_lease_ends() -> None:
    fake, refs = _a_desk()
    until = NOON + timedelta(minutes=5)
    there = PresenceRow(refs[0], "op-2", "Ершов Иван", typing=False, lease_until=until)
    fake.world.presence[refs[0]] = (there,)
    with a_whole_window(fake) as whole:
        queue = whole.window.desk.parts.queue
        queue.choose_ref(refs[3])
        whole.settle()
        assert "Отвечает Ершов И., ещё 5 мин" in queue.model.data(
            queue.model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole
        )
        painted = queue.delegate.shown_held.copy()
        assert painted[0] == "Ершов И., 5 мин"
        assert _next(whole) == refs[1]
        fake.clock.move(timedelta(minutes=5))
        queue.tick()
        whole.settle()
        assert queue.delegate.shown_held[0] == "", "the row is painted anew by itself"
        assert _next(whole) == refs[0]
