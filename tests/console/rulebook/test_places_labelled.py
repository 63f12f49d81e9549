"""The places resolver against the labelled set; tests/bench/places_bench.py has the whole table."""

from __future__ import annotations

from collections import defaultdict

from console.domain.address import resolve
from console.domain.places import Settlement
from console.domain.words import fold
from console.rulebook.cases import load_cases
from console.rulebook.places import load_gazetteer
from console.wording import Use, Wording
from tests.support.labelled_places import halves, labelled, score


def test_on_both_halves_it_finds_what_is_meant_and_never_takes_a_wrong_branch_unasked() -> None:
    assert len(labelled()) >= 320
    gazetteer = load_gazetteer()
    for rows in halves():
        got = score(rows, gazetteer)
        assert got.top_1 >= 0.94, got.missed
        assert got.top_3 >= 0.96, got.missed
        assert got.wrong_branch == []
        assert got.asked == got.to_ask
        assert len(got.wrong_place) <= 0.025 * got.sure, got.wrong_place
        # What is shown as nearly certain is.
        near = [(count, right) for low, _, count, right in got.reliability() if low >= 0.7]
        assert sum(right for _, right in near) >= 0.97 * sum(count for count, _ in near)


def test_every_name_is_found_declined_and_shared_ones_are_asked_about() -> None:
    gazetteer, wording = load_gazetteer(), Wording(load_cases())
    named: dict[str, list[Settlement]] = defaultdict(list)
    for settlement in gazetteer.settlements:
        named[fold(settlement.name)].append(settlement)
    missed = []
    for name, places in named.items():
        text = f"Нет света {wording.form(places[0].name, Use.PLACE_IN)} с утра"
        guesses = resolve(text, branch=None, gazetteer=gazetteer)
        if not any(fold(guess.settlement) == name for guess in guesses[:3]):
            missed.append(text)
        if guesses and guesses[0].is_sure and fold(guesses[0].settlement) == name:
            sure = guesses[0].branch
            # A town of ten thousand may be meant where a hamlet of another branch has its name.
            people = max(place.population for place in places if place.branch == sure)
            assert {place.branch for place in places} == {sure} or people >= 10_000, text
    assert len(missed) <= 0.01 * len(named), missed
