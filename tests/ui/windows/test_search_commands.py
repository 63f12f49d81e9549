"""The search desk: what is said about a search, what is offered, and the way back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.domain.query import Problem
from console.readmodel import QueueSort, SearchNotes
from tests.support.shell import Shell, a_shell

pytestmark = pytest.mark.usefixtures("qapp")


def search(shell: Shell, text: str) -> None:
    """Type into the field, letter keys of any alphabet, and wait for what comes of it."""
    shell.run("queue.search")
    field = shell.queue.head.field
    field.clear()
    field.insert(text)
    field.typing.emit(text)
    field._tell()
    shell.settle()


def test_notes_stand_under_the_field_and_go_with_the_search() -> None:
    with a_shell() as shell:
        shell.fake.world.search_notes = SearchNotes(
            (Problem("unknown_operator", {"name": "филил", "like": "филиал"}),), also=("провод",)
        )
        search(shell, "1")
        said = shell.queue.head.strip.notes
        assert "«филиал:»" in said
        assert "Показаны также: провод" in said
        shell.run("queue.clear")
        shell.settle()
        assert shell.queue.head.strip.notes == ""


def test_hits_are_shown_best_first_and_the_order_of_before_comes_back() -> None:
    with a_shell() as shell:
        shell.run("queue.sort.newest")
        search(shell, "1")
        orders = [shell.queue.query.sort]
        shell.run("queue.clear")
        shell.settle()
        assert [*orders, shell.queue.query.sort] == [QueueSort.MATCH, QueueSort.NEWEST]


def test_escape_returns_to_the_list_and_the_choice_of_before() -> None:
    with a_shell() as shell:
        shell.queue.choose(3)
        shell.settle()
        before, rows = shell.queue.ref, shell.queue.model.rowCount()
        search(shell, "1")
        QTest.keyClick(shell.queue.head.field, Qt.Key.Key_Down)
        shell.queue.choose(0)
        shell.settle()
        assert shell.queue.rows.hasFocus()
        shell.run("search.leave")
        shell.settle()
        assert shell.queue.query.text == ""
        assert (shell.queue.ref, shell.queue.model.rowCount()) == (before, rows)
        assert shell.queue.rows.hasFocus()
        assert not shell.dispatcher.enabled("search.leave")


def test_tab_takes_what_is_offered_and_else_leads_on() -> None:
    with a_shell() as shell:
        search(shell, "филиа")
        field = shell.queue.head.field
        assert shell.queue.head.strip.suggestions[0].words == "филиал:"
        QTest.keyClick(field, Qt.Key.Key_Tab)
        assert field.text() == "филиал:"
        assert field.hasFocus()
        shell.settle()
        assert any(one.kind == "value" for one in shell.queue.head.strip.suggestions)
        search(shell, "170 ")
        QTest.keyClick(field, Qt.Key.Key_Tab)
        assert not field.hasFocus()


def test_a_value_that_is_being_typed_is_not_called_wrong() -> None:
    with a_shell() as shell:
        shell.fake.world.search_notes = SearchNotes(
            (Problem("unknown_value", {"name": "филиал", "value": "кра"}),)
        )
        search(shell, "филиал:кра")
        assert shell.queue.head.strip.notes == ""
        search(shell, "филиал:кра свет ")
        assert "не знает" in shell.queue.head.strip.notes


def test_searches_that_led_somewhere_are_remembered_offered_and_forgotten() -> None:
    with a_shell() as shell:
        search(shell, "170")
        QTest.keyClick(shell.queue.head.field, Qt.Key.Key_Return)
        assert shell.fake.world.searches == ["170"]
        search(shell, "абракадабра")
        QTest.keyClick(shell.queue.head.field, Qt.Key.Key_Return)
        assert shell.fake.world.searches == ["170"]
        search(shell, "")
        assert [one.words for one in shell.queue.head.strip.suggestions] == ["170"]
        shell.queue.head.strip.forget_asked.emit()
        shell.settle()
        assert shell.fake.world.searches == []
        assert shell.queue.head.strip.suggestions == ()


def test_words_of_appeals_are_offered() -> None:
    with a_shell() as shell:
        word = next(iter(shell.fake.world.appeals.values())).text.split()[0].lower()
        search(shell, word[:3])
        assert any(one.kind == "word" for one in shell.queue.head.strip.suggestions)


def test_what_was_found_is_highlighted_in_the_list() -> None:
    with a_shell() as shell:
        shell.fake.world.search_notes = SearchNotes(marks=("свет",))
        search(shell, "1")
        assert shell.queue.delegate.marks.begin == ("свет",)
        shell.run("queue.clear")
        shell.settle()
        assert not shell.queue.delegate.marks
