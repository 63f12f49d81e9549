"""A search in words: notes, suggestions and highlighted places, in both languages."""

from __future__ import annotations

import pytest

from console.domain.query import Problem
from console.i18n import LANGUAGES, Catalog
from console.query_language import load_language
from console.readmodel import SearchNotes
from console.rulebook.branches import load_branches
from ui.presenters.search import Marks, last_word, note_lines, suggestions

RU, EN = (Catalog.load(one) for one in LANGUAGES)
LANGUAGE = load_language(load_branches())


def offered(text: str, catalog: Catalog = RU, **more: list[str]) -> list[str]:
    return [one.text for one in suggestions(text, LANGUAGE, catalog, **more)]


def marked(text: str, *begin: str, whole: tuple[str, ...] = ()) -> list[str]:
    marks = Marks(begin, frozenset(whole))
    return [text[start:end] for start, end in marks.spans(text)]


def test_an_operator_is_offered_by_its_beginning_in_the_language_of_the_window() -> None:
    assert offered("свет фил") == ["свет филиал:"]
    assert offered("br", EN) == ["branch:"]


def test_the_values_of_an_operator_are_offered_by_their_names() -> None:
    assert "филиал:Омскэнерго " in offered("филиал:ом")
    assert "свет -статус:Новое " in offered("свет -статус:нов")
    assert "has:photo " in offered("has:ph", EN)
    assert 'статус:"В работе" ' in offered('статус:"в раб')
    assert offered("филиал:марс") == []


def test_words_follow_the_operators_and_recent_searches_stand_in_an_empty_field() -> None:
    assert offered("от", words=["отключили"]) == ["от:", "отключение:", "отключили "]
    assert offered("", recent=["ленина 12", "вода"]) == ["ленина 12", "вода"]
    assert offered("свет ") == []


def test_the_last_word_is_what_is_being_typed() -> None:
    assert last_word("нет Свё") == "све"
    assert last_word("нет ") == ""
    assert last_word("филиал:ом") == ""


def test_forms_of_what_was_found_are_highlighted_and_other_words_are_not() -> None:
    assert marked("Отключили свет, Светлана!", "отключ", "свет") == ["Отключили", "свет"]
    assert marked("Ленина 12, кв 120", "ленин", whole=("12",)) == ["Ленина", "12"]
    assert marked("Фёдорова", "федоров") == ["Фёдорова"]
    assert marked("всё") == []


def test_a_hit_that_is_far_in_is_brought_to_the_front() -> None:
    marks = Marks(("трансформатор",))
    text = "Здравствуйте, у нас уже третий день гудит трансформатор"
    assert marks.excerpt(text) == "…день гудит трансформатор"
    assert marks.excerpt("гудит трансформатор") == "гудит трансформатор"


@pytest.mark.parametrize("catalog", [RU, EN])
def test_everything_that_can_be_said_has_its_words(catalog: Catalog) -> None:
    problems = (
        Problem("unknown_operator", {"name": "филил", "like": "филиал"}),
        Problem("unknown_operator", {"name": "ы", "like": ""}),
        Problem("unknown_value", {"name": "филиал", "value": "марс"}),
        Problem("bad_date", {"name": "дата", "value": "32"}),
        Problem("bad_length", {"name": "срок", "value": "ой"}),
        Problem("no_value", {"name": "от"}),
    )
    notes = SearchNotes(problems, also=("трансфарматор",), reading="свет", lacking=True)
    lines = note_lines(notes, catalog)
    assert len(lines) == len(problems) + 2
    assert any("трансфарматор" in line for line in lines)
    assert note_lines(SearchNotes(lacking=True), catalog) != ()
    assert note_lines(SearchNotes(), catalog) == ()
