"""The difference of two id lists."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.presenters.diff import MOST_MOVES, Insert, Move, Operation, Remove, difference

ids = st.lists(st.integers(0, 60), unique=True, max_size=50)


def applied(old: list[int], new: list[int], operations: list[Operation]) -> list[int]:
    at_work = list(old)
    for one in operations:
        match one:
            case Remove(first, last):
                del at_work[first : last + 1]
            case Move(source, target):
                at_work.insert(target, at_work.pop(source))
            case Insert(first, last):
                at_work[first:first] = new[first : last + 1]
    return at_work


@given(ids, ids)
def test_the_operations_turn_one_list_into_the_other(old: list[int], new: list[int]) -> None:
    operations = difference(old, new)
    assert operations is None or applied(old, new, operations) == new


@given(ids)
def test_equal_lists_need_no_operation(rows: list[int]) -> None:
    assert difference(rows, list(rows)) == []


def test_a_row_that_falls_to_the_end_is_one_move() -> None:
    rows = list(range(100_000))
    assert difference(rows, [*rows[1:], 0]) == [Move(0, 99_999)]
    assert difference([*rows[1:], 0], rows) == [Move(99_999, 0)]


def test_neighbouring_rows_go_and_come_together() -> None:
    assert difference([1, 2, 3, 4], [1, 4]) == [Remove(1, 2)]
    assert difference([1, 4], [1, 2, 3, 4]) == [Insert(1, 2)]


def test_another_order_of_everything_is_a_new_layout() -> None:
    rows = list(range(1000))
    assert difference(rows, rows[::-1]) is None
    assert MOST_MOVES < 1000
