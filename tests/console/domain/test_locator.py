"""What comes in without a place gets the one that its text surely names, and no other."""

from __future__ import annotations

import pytest

from console.domain.appeal import Place
from console.domain.locator import TextLocator
from console.rulebook.places import load_gazetteer

LOCATOR = TextLocator(load_gazetteer())
NOWHERE = Place()


def located(text: str, branch: str | None, given: Place = NOWHERE) -> tuple[str | None, Place]:
    return LOCATOR.locate(text, branch=branch, given=given)


def test_a_sure_place_gives_settlement_street_house_and_branch() -> None:
    branch, place = located("г. Черногорск, ул Кирова 12а, нет света", None)
    assert branch == "khakassia"
    assert (place.settlement, place.street, place.house) == ("Черногорск", "улица Кирова", "12А")
    assert place.lat == pytest.approx(53.8, abs=0.1)


@pytest.mark.parametrize("text", ["в берёзовке нет света", "в тайге темно", "нет света", ""])
def test_an_unsure_place_is_left_to_the_operator(text: str) -> None:
    assert located(text, None) == (None, NOWHERE)


def test_a_place_of_another_branch_changes_neither_branch_nor_place() -> None:
    assert located("г. Черногорск, ул Кирова 5", "omsk") == ("omsk", NOWHERE)


def test_a_city_that_is_not_ours_has_the_empty_branch() -> None:
    branch, place = located("Новосибирск, улица Калинина 5", None)
    assert (branch, place.settlement) == ("", "Новосибирск")


def test_what_was_given_is_kept_and_only_completed() -> None:
    given = Place(settlement="Солонцы")
    branch, place = located("на пятой нет света", "krasnoyarsk", given)
    assert (branch, place.settlement, place.street) == ("krasnoyarsk", "Солонцы", "5-я")
    assert place.lat is not None
    full = Place(settlement="Солонцы", street="улица Мира", house="1")
    assert located("ул Кирова 5", "krasnoyarsk", full)[1].street == "улица Мира"


def test_a_street_in_another_settlement_than_the_given_one_is_not_taken() -> None:
    given = Place(settlement="Солонцы")
    assert located("в Абакане на Кирова 5", "krasnoyarsk", given)[1].street == ""


def test_a_street_without_a_settlement_is_kept_where_the_branch_is_known() -> None:
    assert located("на Взлётной 5 темно", "krasnoyarsk")[1].street == "улица Взлётная"
    assert located("на Взлётной 5 темно", None) == (None, NOWHERE)
