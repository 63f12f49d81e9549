"""A street or settlement of the registry is found in a resident's words, and no other."""

from __future__ import annotations

import pytest

from console.domain.registry_names import (
    asks_ahead,
    names_settlement,
    names_street,
    speaks_of_dark,
    speaks_of_return,
)


@pytest.mark.parametrize(
    ("text", "street", "named"),
    [
        ("на Гримау темень", "ул. Гримау", True),
        ("генерала тихонова 6", "ул. Генерала Тихонова", True),
        ("на тихонова темно", "ул. Генерала Тихонова", True),
        ("Полевого 25", "ул. Бориса Полевого", True),
        ("на 12 амурской", "ул. 12-я Амурская", True),
        ("на пятой кировской", "ул. 5-я Кировская", True),
        ("4-я Кировская без света", "ул. 5-я Кировская", False),
        ("кировская без света", "ул. 5-я Кировская", False),
        ("4-я Кировская без света", "ул. Кировская", False),
        ("дом 5 садовая", "ул. Садовая", True),
        ("пер. Садовый 3", "ул. Садовая", False),
        ("50 лет октября 7", "ул. 50 лет Октября", True),
        ("40 лет октября 7", "ул. 50 лет Октября", False),
        ("3 мкр 28 дом", "3-й микрорайон", True),
        ("28 дом 3 подъезд", "3-й микрорайон", False),
        ("вся Ленинградская область", "ул. Ленинградская", False),
        ("ул. Лесная", "ул. Ленина", False),
        ("", "ул. Ленина", False),
    ],
)
def test_a_street_is_named_with_or_without_its_type(text: str, street: str, named: bool) -> None:
    assert names_street(text, street) is named


def test_a_settlement_is_named_in_any_case() -> None:
    assert names_settlement("в Самагалтае нет света", "Самагалтай")
    assert names_settlement("с. белый яр, Ленина 40", "Белый Яр")
    assert not names_settlement("в белом доме темно", "Белый Яр")


def test_what_the_words_are_about_is_told_apart() -> None:
    assert speaks_of_dark("опять темно") and not speaks_of_dark("сгорел счётчик")
    assert speaks_of_return("свет дали, спасибо") and not speaks_of_return("когда дадите свет")
    assert asks_ahead("завтра отключат?") and not asks_ahead("завтра работы, а света нет сейчас")
