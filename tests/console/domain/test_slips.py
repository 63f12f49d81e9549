"""Slips: what one slip of the thumb explains is mended, and what exists is left alone."""

from __future__ import annotations

import pytest

from console.domain.slips import Slips
from console.domain.words import Phrase, words

SLIPS = Slips(
    [
        part
        for source in ("провод~", "искрит", "обрыв*", "упало", "столб~", "током")
        for part in Phrase.parse(source).parts
    ],
    alike={"стол", "проводил", "приводы", "столу", "столбик", "обрывок", "только"},
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("првод", "провод"),
        ("порвода", "провода"),
        ("проводаа", "провода"),
        ("проода", "провода"),
        ("провоад", "провода"),
        ("искирт", "искрит"),
        ("искриит", "искрит"),
        ("оброыв", "обрыв"),
        ("обррывы", "обрывы"),
        ("уплао", "упало"),
        ("тоокм", "током"),
    ],
)
def test_one_slip_is_mended(written: str, meant: str) -> None:
    assert SLIPS.mend(written) == meant


@pytest.mark.parametrize(
    "word",
    ["провод", "обрывами", "проводил", "приводы", "столу", "только", "ток", "стол", "вода", "кот"],
)
def test_what_exists_or_is_too_far_or_too_short_is_left(word: str) -> None:
    assert SLIPS.mend(word) == word


def folded(text: str) -> list[str]:
    return [word.folded for word in SLIPS.mended(words(text))]


def test_a_torn_word_is_one_again_and_two_that_were_joined_are_two() -> None:
    assert folded("Пров од лежит") == ["провод", "лежит"]
    assert folded("проводупало") == ["провод", "упало"]
    assert folded("стол б у окна") == ["стол", "б", "у", "окна"]
    assert folded("Про воду. Об рыв") == ["про", "воду", "об", "рыв"]
    assert folded("пров. Од") == ["пров", "од"]


def test_mended_words_keep_their_places_in_the_text() -> None:
    text = "Там пров од и проводупало!"
    found = SLIPS.mended(words(text))
    assert [text[word.start : word.end] for word in found] == [
        "Там",
        "пров од",
        "и",
        "провод",
        "упало",
    ]
