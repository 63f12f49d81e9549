"""An address as a call-taker types it."""

from __future__ import annotations

from functools import lru_cache

import pytest

from console.domain.dictation import dictated
from console.domain.places import Gazetteer
from console.rulebook.places import load_gazetteer


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The shipped one."""
    return load_gazetteer()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("кызыл кочетова 12", ("Кызыл", "Кочетова", "12")),
        ("кызыл, кочетова", ("Кызыл", "Кочетова", "")),
        ("солонцы пятая 5а", ("Солонцы", "Пятая", "5А")),
        ("Абак", ("Абакан", "", "")),
        ("барн", ("Барнаул", "", "")),
        ("омск проспект мира 5", ("Омск", "проспект Мира", "5")),
    ],
)
def test_an_address_is_read_while_it_is_typed(typed: str, found: tuple[str, str, str]) -> None:
    best = dictated(typed, scope=(), gazetteer=gazetteer())[0]
    assert (best.settlement, best.street.replace("Проспект", "проспект"), best.house) == found


def test_a_name_of_several_words_is_found_by_the_beginnings_of_each() -> None:
    found = dictated("нижний ка", scope=("krasnoyarsk",), gazetteer=gazetteer())
    assert [(guess.settlement, guess.street) for guess in found] == [("Нижний Казанчеж", "")]


def test_villages_of_one_name_are_told_by_their_districts() -> None:
    found = dictated("берёзовка мира 5", scope=("krasnoyarsk",), gazetteer=gazetteer())
    assert {guess.settlement for guess in found} == {"Берёзовка"}
    assert len({guess.district for guess in found}) == len(found) > 3


def test_only_the_branches_in_scope_are_offered_and_never_nothing_as_something() -> None:
    offered = dictated("берёз", scope=("krasnoyarsk",), gazetteer=gazetteer())
    assert offered and {guess.branch for guess in offered} == {"krasnoyarsk"}
    assert dictated("12", scope=(), gazetteer=gazetteer()) == ()
    assert dictated("", scope=(), gazetteer=gazetteer()) == ()
