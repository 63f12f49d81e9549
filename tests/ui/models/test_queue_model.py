"""The queue model reads pages, and moves row by row."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex

from console.domain.ids import Ref
from console.readmodel import PresenceRow, QueueRow
from tests.support.fake_console import NOON
from ui.models.queue import PAGE, QueueItem, QueueModel
from ui.models.roles import Role
from ui.presenters.diff import difference

pytestmark = pytest.mark.usefixtures("qapp")


def a_row(number: int, **changes: object) -> QueueRow:
    row = QueueRow(
        ref=Ref("omsk", str(number)),
        number=str(number),
        status="new",
        topic="",
        danger=False,
        high_priority=False,
        channel="vk",
        author=f"Житель {number}",
        place="",
        first_line="",
        created_at=NOON,
        started_at=NOON,
        due_at=NOON,
        preset="",
        paused=False,
        owner=None,
        owner_name="",
        outage=None,
        outage_status=None,
        outage_etr=None,
        outbox_state=None,
        has_draft=False,
        unread=False,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


class Rows:
    """What the store holds, and what was asked of it."""

    def __init__(self, count: int) -> None:
        self.rows = {number: a_row(number) for number in range(count)}
        self.asked: list[list[int]] = []

    def __call__(self, ids: Sequence[int]) -> list[QueueRow]:
        self.asked.append(list(ids))
        return [self.rows[one] for one in ids if one in self.rows]


def a_model(count: int) -> tuple[QueueModel, Rows]:
    rows = Rows(count)
    model = QueueModel(rows)
    model.reset(range(count))
    return model, rows


def authors(model: QueueModel) -> list[str]:
    return [item.row.author for at in range(model.rowCount()) if (item := model.item(at))]


def test_a_page_is_read_when_one_of_its_rows_is_looked_at() -> None:
    model, rows = a_model(1000)
    assert rows.asked == []
    model.item(300)
    assert rows.asked == [list(range(2 * PAGE, 3 * PAGE))]
    model.item(310)
    assert len(rows.asked) == 1


def test_only_so_many_rows_are_kept() -> None:
    model, _ = a_model(20_000)
    for at in range(0, 20_000, PAGE):
        model.item(at)
    assert len(model._items) <= 1024 + PAGE


def test_a_row_that_has_vanished_is_no_row_and_shifts_nothing() -> None:
    model, rows = a_model(10)
    del rows.rows[4]
    assert model.item(4) is None
    assert model.ref(5) == Ref("omsk", "5")
    assert model.index(4, 0).data(Role.ROW) is None


def test_the_whole_row_is_one_call() -> None:
    model, _ = a_model(3)
    item = model.index(1, 0).data(Role.ROW)
    assert isinstance(item, QueueItem)
    assert item.row.author == "Житель 1"
    assert model.index(1, 0).data(Role.REF) == Ref("omsk", "1")


@given(st.lists(st.integers(0, 40), unique=True), st.lists(st.integers(0, 40), unique=True))
def test_whatever_changes_the_model_ends_with_the_new_list(old: list[int], new: list[int]) -> None:
    model = QueueModel(Rows(41))
    model.reset(old)
    held = {one: QPersistentModelIndex(model.index(at, 0)) for at, one in enumerate(old)}
    model.change(new, difference(old, new))
    assert list(model.ids) == new
    for one, index in held.items():
        assert index.isValid() == (one in new)
        if one in new:
            assert index.row() == new.index(one)


def test_a_new_layout_keeps_hold_of_what_was_held() -> None:
    model, _ = a_model(200)
    held = QPersistentModelIndex(model.index(17, 0))
    shuffled = random.Random(1).sample(range(200), 200)
    model.change(shuffled, None)
    assert held.row() == shuffled.index(17)


def test_a_row_is_found_among_a_million_whatever_its_number_looks_like() -> None:
    model = QueueModel(Rows(0))
    ids = [*range(1 << 20, 1 << 8, -1), 2**40 + 7, 1, 2**56]
    model.reset(ids)
    for row_id in (ids[0], 0x0101, 0x010101, 2**40 + 7, 1, 2**56):
        assert model.place_of(row_id) == (ids.index(row_id) if row_id in ids else -1)
    assert model.place_of(0) == model.place_of(None) == -1


def test_rows_that_come_later_stand_below() -> None:
    model, _ = a_model(100)
    held = QPersistentModelIndex(model.index(99, 0))
    model.extend([])
    model.extend(range(100, 120))
    assert (model.rowCount(), held.row(), model.place_of(119)) == (120, 99, 119)


def test_only_what_changed_and_is_seen_is_announced() -> None:
    model, rows = a_model(50)
    for at in range(50):
        model.item(at)
    announced: list[int] = []
    model.dataChanged.connect(lambda first, _: announced.append(first.row()))
    rows.rows[3] = a_row(3, author="Другой")
    rows.rows[40] = a_row(40, author="Невидимый")
    model.refresh({Ref("omsk", str(one)) for one in (3, 4, 40)}, range(10))
    assert announced == [3]
    assert authors(model)[40] == "Невидимый"


def test_everything_is_read_anew_when_anything_may_have_changed() -> None:
    model, rows = a_model(10)
    model.item(0)
    rows.rows[7] = a_row(7, author="Другой")
    model.refresh(None, range(10))
    assert authors(model)[7] == "Другой"


def test_presence_comes_and_goes_without_reading_the_row() -> None:
    model, rows = a_model(5)
    model.item(0)
    reads = len(rows.asked)
    ref = Ref("omsk", "2")
    announced: list[int] = []
    model.dataChanged.connect(lambda first, _: announced.append(first.row()))
    model.set_presence({ref: (PresenceRow(ref, "op-2", "Ершов Иван", typing=False),)}, range(5))
    model.set_presence({}, range(5))
    assert announced == [2, 2]
    assert len(rows.asked) == reads
