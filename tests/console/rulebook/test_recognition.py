"""How well the rules read appeals that they were not written from: the demonstration's world."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from console.demo.world import World, generate
from console.domain.address import PlaceGuess, resolve
from console.domain.appeal import Appeal
from console.domain.area import same_street
from console.domain.suggest import AppealClue, suggest
from console.domain.words import fold
from console.rulebook.danger import load_danger
from console.rulebook.places import load_gazetteer

GAZETTEER = load_gazetteer()
DANGER = load_danger()


@pytest.fixture(scope="module")
def world() -> World:
    return generate(2026, datetime(2026, 7, 20, 9, 0, tzinfo=UTC), appeals=700)


def guessed(world: World) -> Iterator[tuple[Appeal, PlaceGuess]]:
    for appeal in world.appeals:
        found = resolve(appeal.text, branch=appeal.branch, gazetteer=GAZETTEER)
        if found:
            yield appeal, found[0]


def test_a_sure_settlement_is_the_right_one(world: World) -> None:
    sure = [(a, g) for a, g in guessed(world) if g.settlement and g.is_sure]
    wrong = [
        (a.text, g.settlement, a.place.settlement)
        for a, g in sure
        if (fold(g.settlement), g.branch) != (fold(a.place.settlement), a.branch)
    ]
    assert len(sure) > 150
    assert wrong == []


def test_a_street_is_read_right_nineteen_times_of_twenty(world: World) -> None:
    # A gardeners' society that is written of is not the street where its writer lives.
    read = [
        (a.place.street, g.street)
        for a, g in guessed(world)
        if g.street and a.place.street and not g.street.startswith(("СНТ", "ДНТ", "СТ"))
    ]
    right = [pair for pair in read if same_street(*pair)]
    assert len(read) > 150
    assert len(right) >= 0.95 * len(read), [pair for pair in read if not same_street(*pair)]


def test_danger_is_missed_once_in_twelve_at_most_and_rarely_cried(world: World) -> None:
    in_danger = [a.text for a in world.appeals if a.danger]
    missed = [text for text in in_danger if not DANGER.is_danger(text)]
    assert len(missed) <= len(in_danger) / 12, missed
    calm = [a.text for a in world.appeals if not a.danger]
    assert sum(map(DANGER.is_danger, calm)) <= 0.03 * len(calm)


def test_a_sure_suggestion_is_the_outage_that_the_appeal_was_written_about(world: World) -> None:
    sure, right = 0, 0
    for appeal in world.appeals:
        clue = AppealClue(appeal.branch, appeal.place, appeal.created_at, appeal.text, appeal.topic)
        first = next(iter(suggest(clue, world.outages)), None)
        if appeal.outages and first is not None and first.sure:
            sure += 1
            right += appeal.has_outage(first.outage.id)
    assert sure > 40
    assert right >= 0.95 * sure
