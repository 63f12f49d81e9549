"""The dictionaries know two languages, our trade and our places, and what was meant."""

from __future__ import annotations

import io
import json
import tomllib

import pytest

from console.domain.spelling import words_to_check
from console.paths import RESOURCES
from console.spelling.__main__ import serve
from console.spelling.dictionaries import Dictionaries
from tests.bench import composer_bench


@pytest.fixture(scope="module")
def dictionaries() -> Dictionaries:
    return Dictionaries()


def test_right_words_are_known_in_every_form(dictionaries: Dictionaries) -> None:
    said = (
        "Здравствуйте подключённый подключенный ёлка елка электричества восстановим трансформатору"
        " кое-где по-прежнему restoration don't don’t"
    )
    assert dictionaries.misspelt(said.split()) == []


def test_our_trade_and_our_places_are_known(dictionaries: Dictionaries) -> None:
    said = (
        "техприсоединению энергосбыта Россетей кВт автовышку набросы Бурятэнерго"
        " Солонцах Горно-Алтайске Улан-Удэ Берёзовку Белокурихой"
    )
    assert dictionaries.misspelt(said.split()) == []


def test_misspelt_words_are_not(dictionaries: Dictionaries) -> None:
    wrong = [
        "здраствуйте",
        "извените",
        "электричиства",
        "жыльцы",
        "подстанцыя",
        "aвария",
        "recieve",
    ]
    assert dictionaries.misspelt(wrong) == wrong


def test_other_languages_of_the_regions_are_left_alone(dictionaries: Dictionaries) -> None:
    assert dictionaries.misspelt(["сүт", "өдөр"]) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("здраствуйте", "здравствуйте"),
        ("извените", "извините"),
        ("электричиства", "электричества"),
        ("подстанцыя", "подстанция"),
        ("Солонци", "Солонцы"),
        ("техпресоединение", "техприсоединение"),
        ("aвария", "авария"),
        ("recieve", "receive"),
    ],
)
def test_what_was_meant_comes_first(dictionaries: Dictionaries, written: str, meant: str) -> None:
    assert dictionaries.suggest(written)[0] == meant


def test_a_word_that_is_like_no_other_has_no_suggestion(dictionaries: Dictionaries) -> None:
    assert dictionaries.suggest("ъъщщъъщщ") == []


def test_no_word_of_our_own_templates_is_underlined(dictionaries: Dictionaries) -> None:
    said: dict[str, str] = {}
    for file in sorted((RESOURCES / "templates").glob("*.toml")):
        body = tomllib.loads(file.read_text(encoding="utf-8")).get("body", "")
        said |= {word.text: file.stem for word in words_to_check(body)}
    wrong = dictionaries.misspelt(said)
    assert {word: said[word] for word in wrong} == {}


def test_the_labelled_words_are_judged_rightly(dictionaries: Dictionaries) -> None:
    """The figures, and those of the suggestions, are printed by the bench."""
    assert composer_bench.judged(composer_bench.read("misspellings.tsv"), dictionaries) >= 0.95


def test_the_process_answers_line_for_line(
    dictionaries: Dictionaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.spelling.__main__.Dictionaries", lambda: dictionaries)
    asked = io.StringIO('{"check": ["свет", "светт"]}\n{"suggest": "здраствуйте"}\n')
    answers = io.StringIO()
    serve(asked, answers)
    first, second = map(json.loads, answers.getvalue().splitlines())
    assert first == ["светт"]
    assert second[0] == "здравствуйте"
