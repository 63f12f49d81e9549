"""Case forms of place names."""

from __future__ import annotations

import pytest

from console.domain.declension import forms, name_forms


@pytest.mark.parametrize(
    ("nominative", "oblique"),
    [
        ("солонцы", "солонцах солонцов солонцам"),
        ("черногорск", "черногорска черногорске черногорском"),
        ("емельяново", "емельянова емельянове емельяново емельяновом"),
        ("березовка", "березовке березовки березовку березовкой"),
        ("элита", "элите элиты элиту"),
        ("шушенское", "шушенском шушенского"),
        ("боровой", "боровом борового"),
        ("чикой", "чикое чикоя"),
        ("мыски", "мысках мысков мыски"),
        ("исилькуль", "исилькуле исилькуля"),
        ("богучаны", "богучан богучанах"),
        ("дудэ", "дудэ"),
        ("промышленная", "промышленной промышленную"),
        ("городок", "городке городка"),
        ("камень", "камне камня"),
    ],
)
def test_a_name_is_known_in_its_case_forms(nominative: str, oblique: str) -> None:
    assert set(oblique.split()) <= forms(nominative)


def test_near_names_keep_apart() -> None:
    assert not forms("березовка") & forms("березово")
    assert "березовском" not in forms("березово")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Улан-Удэ", "улан удэ"),
        ("Усть-Абакан", "усть абакане"),
        ("Горно-Алтайск", "горно алтайске"),
        ("Ленинск-Кузнецкий", "ленинске кузнецком"),
        ("Камень-на-Оби", "камне на оби"),
        ("Красный Яр", "красном яре"),
        ("Большая Мурта", "большой мурте"),
    ],
)
def test_a_name_of_several_words_declines_where_residents_decline_it(name: str, said: str) -> None:
    parts = name_forms(name)
    words = said.split()
    assert len(parts) == len(words)
    assert all(word in part for word, part in zip(words, parts, strict=True))
