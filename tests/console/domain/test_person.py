"""How people are addressed, whatever way a channel writes their names."""

from __future__ import annotations

import pytest

from console.domain.person import addressee


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Ольга Иванова", "Ольга"),
        ("Иванова Ольга", "Ольга"),
        ("Иванова Ольга Петровна", "Ольга Петровна"),
        ("Ольга Петровна Иванова", "Ольга Петровна"),
        ("ольга петровна", "Ольга Петровна"),
        ("МАРИНА КУЗЬМИНА", "Марина"),
        ("Кузьмина Ирина", "Ирина"),
        ("Анна-Мария Шульц", "Анна-Мария"),
        ("Монгуш Айдын", "Айдын"),
        ("Ирина", "Ирина"),
    ],
)
def test_a_person_is_called_by_first_name_and_patronymic(name: str, called: str) -> None:
    assert addressee(name) == called


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Котик 99",
        "Olga Ivanova",
        "Подслушано Солонцы ★",
        "Иванова",
        "{имя}",
        "Иванов Петров",
        "Мама двух прекрасных дочек и сына",
        "😀",
    ],
)
def test_where_it_is_not_clear_nobody_is_called_by_a_wrong_name(name: str) -> None:
    assert addressee(name) == ""
