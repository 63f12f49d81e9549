"""Places in areas: one answer, and «unknown» where nobody can say."""

from __future__ import annotations

import pytest

from console.domain.appeal import Place
from console.domain.area import holds, same_street
from console.domain.outage import OutageArea

SADOVAYA = OutageArea("Солонцы", "улица Садовая", "1–15 нечётные")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("улица Садовая", "ул. Садовая", True),
        ("Садовой", "улица Садовая", True),
        ("переулок Садовый", "улица Садовая", False),
        ("5-я", "5-я линия", True),
        ("5-я улица", "5-я линия", False),
        ("улица 5-я Советская", "улица 1-я Советская", False),
        ("проспект Мира", "пр-т Мира", True),
        ("пр-д Мира", "проспект Мира", False),
        ("м-н Северный", "микрорайон Северный", True),
        ("улица Берёзовая", "ул. Березовая", True),
        ("улица Ленина", "улица Лесная", False),
        ("ул. К. Маркса", "улица Карла Маркса", True),
        ("ул. Маркса", "ул. М.", False),
    ],
)
def test_a_street_is_the_same_in_other_spellings(one: str, other: str, same: bool) -> None:
    assert same_street(one, other) is same
    assert same_street(other, one) is same


@pytest.mark.parametrize(
    ("place", "held"),
    [
        (Place("Солонцы", street="ул. Садовая", house="5А"), True),
        (Place("солонцы", street="ул. Садовая", house="4"), False),
        (Place("Элита", street="ул. Садовая", house="5"), False),
        (Place("Солонцы", street="ул. Мира", house="5"), False),
        (Place("Солонцы", street="ул. Садовая"), None),
        (Place("Солонцы"), None),
        (Place(street="ул. Садовая", house="5"), None),
    ],
)
def test_a_place_lies_in_an_area_or_not_or_nobody_can_say(place: Place, held: bool | None) -> None:
    assert holds(place, [SADOVAYA]) is held


def test_of_several_areas_one_is_enough_and_a_whole_settlement_holds_all_of_it() -> None:
    nowhere = Place("Солонцы")
    assert holds(nowhere, [SADOVAYA, OutageArea("Солонцы")]) is True
    assert holds(nowhere, [OutageArea("Элита"), SADOVAYA]) is None
    assert holds(nowhere, []) is False
