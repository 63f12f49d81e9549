"""Which words have a spelling to be checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.spelling import Script, script_of, words_to_check


def checked(text: str) -> list[str]:
    return [word.text for word in words_to_check(text)]


def test_every_word_of_a_sentence_is_looked_at() -> None:
    said = "Здравствуйте! Свет — включим к вечеру, кое-где по-прежнему don't."
    assert checked(said) == [
        *("Здравствуйте", "Свет", "включим", "вечеру", "кое-где", "по-прежнему", "don't")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "www.rossetisib.ru/otkl",
        "https://vk.com/wall-1_2?x=свет",
        "rossetisib.ru",
        "info@rossetisib.ru",
        "{населённый пункт}",
        "@ivan_petrov #нетсвета",
        "10кВ 5-я №48213-Б 220В 0,4кВ",
        "ТП РЭС ВЛ-10 СНТ ЦОД",
        "8-800-220-0-220",
        "а и в",
    ],
)
def test_what_has_no_spelling_is_left_out(text: str) -> None:
    assert checked(text) == []


def test_a_mention_is_left_out_and_its_words_are_not() -> None:
    assert checked("[club123|Россети Сибирь], свет") == ["Россети", "Сибирь", "свет"]


def test_a_word_stands_where_it_is_found_also_after_an_address() -> None:
    text = "Пишите на a@b.ru, здраствуйте"
    word = words_to_check(text)[-1]
    assert text[word.start : word.end] == word.text == "здраствуйте"


def test_a_stress_mark_is_no_letter() -> None:
    text = "зa\u0301мок".replace("a", "а")
    (word,) = words_to_check(text)
    assert (word.text, word.start, word.end) == ("замок", 0, len(text))


@pytest.mark.parametrize(
    ("word", "script"),
    [
        ("авария", Script.RUSSIAN),
        ("outage", Script.ENGLISH),
        ("aвария", Script.MIXED),
        ("сүт", Script.OTHER),
        ("ᠮᠣᠩᠭᠣᠯ", Script.OTHER),
    ],
)
def test_the_letters_say_the_language(word: str, script: Script) -> None:
    assert script_of(word) is script


@given(st.text(max_size=80))
def test_offsets_are_those_of_the_text(text: str) -> None:
    for word in words_to_check(text):
        assert text[word.start : word.end].replace("\u0301", "") == word.text
