"""How residents type: tidy first, then each in their own way."""

from __future__ import annotations

from random import Random

import pytest

from console.demo.voice import CAREFUL, Typist, Voice, voice_of


@pytest.fixture(scope="module")
def typist() -> Typist:
    return Typist.load()


@pytest.mark.parametrize(
    ("rough", "tidy"),
    [
        ("  нет  света . когда дадут?.", "Нет света. Когда дадут?"),
        ("ул. ленина 5. света нет", "Ул. ленина 5. света нет"),
        (", здравствуйте!", "Здравствуйте!"),
        ("ждём.. очень", "Ждём. Очень"),
        ("ну что...", "Ну что..."),
        ("Иванова Т. Н. сообщает", "Иванова Т. Н. сообщает"),
        ("правда?, да", "Правда? Да"),
    ],
)
def test_a_text_is_put_in_order(typist: Typist, rough: str, tidy: str) -> None:
    assert typist.tidy(rough) == tidy


@pytest.mark.parametrize(
    ("voice", "typed"),
    [
        (Voice(case="lower"), "света нет. ул. мира, 5. когда?"),
        (Voice(case="caps"), "СВЕТА НЕТ. УЛ. МИРА, 5. КОГДА?"),
        (Voice(marks="none"), "Света нет ул Мира 5 Когда?"),
        (Voice(marks="glued"), "Света нет.ул.Мира, 5. Когда?"),
        (Voice(marks="lines"), "Света нет. ул. Мира, 5. Когда?"),
        (CAREFUL, "Света нет. ул. Мира, 5. Когда?"),
    ],
)
def test_a_voice_has_its_own_capitals_and_marks(typist: Typist, voice: Voice, typed: str) -> None:
    assert typist.type_out("Света нет. ул. Мира, 5. Когда?", voice, Random(1)) == typed


def test_a_careless_voice_misspells_words_but_not_numbers(typist: Typist) -> None:
    text = "Здравствуйте, сейчас опять отключили электричество на Ленина 14, сколько можно"
    typed = typist.type_out(text, Voice(habit=1.0, slips=1.0), Random(3))
    assert typed != text
    assert "14" in typed


def test_the_elderly_shout_more_than_the_young(typist: Typist) -> None:
    def shouting(age: str) -> int:
        rng = Random(1)
        return sum(voice_of(age, rng).case == "caps" for _ in range(400))

    assert shouting("elder") > 3 * shouting("young")
