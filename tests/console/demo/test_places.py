"""Settlements and streets: real names in the right forms."""

from __future__ import annotations

import pytest

from console.demo.places import Atlas, Street
from console.domain.address import resolve
from console.rulebook.branches import load_branches
from console.rulebook.places import load_gazetteer


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.load()


def test_every_branch_has_settlements_and_no_other_has(atlas: Atlas) -> None:
    assert set(atlas.branches) == {branch.key for branch in load_branches()}
    assert all(len(atlas.of_branch(branch)) >= 15 for branch in atlas.branches)


def test_coordinates_lie_near_their_region(atlas: Atlas) -> None:
    capitals = {branch.key: branch for branch in load_branches()}
    for town in atlas.settlements:
        capital = capitals[town.branch]
        assert abs(town.lat - capital.lat) < 8 and abs(town.lon - capital.lon) < 9, town.name


def test_the_console_knows_every_settlement_by_the_name_that_residents_use(atlas: Atlas) -> None:
    gazetteer = load_gazetteer()
    for town in atlas.settlements:
        guess, *_ = resolve(town.where, branch=town.branch, gazetteer=gazetteer)
        assert (guess.branch, guess.settlement) == (town.branch, town.name)
        assert guess.lat == pytest.approx(town.lat, abs=0.1)
        assert guess.lon == pytest.approx(town.lon, abs=0.1)


def test_a_settlement_always_has_the_same_streets(atlas: Atlas) -> None:
    again = Atlas.load()
    for town in atlas.settlements:
        assert atlas.streets(town) == again.streets(town)
        assert len(atlas.streets(town)) >= 10


@pytest.mark.parametrize(
    ("street", "cases"),
    [
        (Street("ул", "Садовая"), ("Садовой", "Садовой", "Садовой")),
        (Street("ул", "Ленина"), ("Ленина", "Ленина", "Ленина")),
        (Street("ул", "50 лет Октября"), ("50 лет Октября",) * 3),
        (Street("ул", "Весенняя"), ("Весенней", "Весенней", "Весенней")),
        (Street("пер", "Советский"), ("Советского", "Советском", "Советскому")),
        (Street("пер", "Весенний"), ("Весеннего", "Весеннем", "Весеннему")),
        (Street("пер", "Тихий"), ("Тихого", "Тихом", "Тихому")),
        (Street("мкр", "Молодёжный"), ("Молодёжного", "Молодёжном", "Молодёжному")),
        (Street("ш", "Енисейское"), ("Енисейского", "Енисейском", "Енисейскому")),
        (Street("ул", "Доржи Банзарова"), ("Доржи Банзарова",) * 3),
    ],
)
def test_a_street_is_declined_where_it_is_an_adjective(
    street: Street, cases: tuple[str, str, str]
) -> None:
    assert street.cases() == cases


def test_every_kind_of_street_has_all_its_forms(atlas: Atlas) -> None:
    forms = {"street", "full", "on", "of", "of_full", "whole", "plain"}
    used = {street.type for town in atlas.settlements for street in atlas.streets(town)}
    for kind in used:
        assert set(atlas.forms[kind]) == forms, kind
