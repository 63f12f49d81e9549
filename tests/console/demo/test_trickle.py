"""The trickle: a few appeals a minute, then a storm over one settlement."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pytest

from console.demo.trickle import STORM, Happening, trickle
from console.demo.world import World, generate
from console.domain.mutations import Envelope
from console.wire.schema import IncomingAppeal

NOW = datetime(2025, 11, 20, 9, 17, tzinfo=UTC)
TEN_MINUTES = 600.0


@pytest.fixture(scope="module")
def world() -> World:
    return generate(3, NOW, appeals=500)


def first(world: World, seconds: float, *, seed: int = 3) -> list[Happening]:
    return list(takewhile(lambda h: h.after < seconds, trickle(world, seed)))


def appeals(happenings: list[Happening]) -> list[tuple[float, IncomingAppeal]]:
    return [(h.after, h.what) for h in happenings if isinstance(h.what, IncomingAppeal)]


def test_the_same_seed_brings_the_same_happenings(world: World) -> None:
    assert first(world, TEN_MINUTES) == first(world, TEN_MINUTES)
    assert first(world, TEN_MINUTES) != first(world, TEN_MINUTES, seed=4)


def test_happenings_come_in_their_order(world: World) -> None:
    order = [happening.after for happening in first(world, TEN_MINUTES)]
    assert order == sorted(order)


def test_before_the_storm_a_few_appeals_come_from_anywhere(world: World) -> None:
    early = appeals(first(world, STORM))
    assert 1 <= len(early) <= 12


def test_the_storm_brings_dozens_within_minutes_from_one_settlement(world: World) -> None:
    storm = appeals(first(world, STORM + 300))
    places = Counter(
        (appeal.branch, appeal.place.settlement) for after, appeal in storm if after >= STORM
    )
    (_, count), *others = places.most_common()
    assert count >= 36
    assert all(count > 8 * other for _, other in others)


def test_the_storm_grows_before_it_ebbs(world: World) -> None:
    counts = Counter(int((after - STORM) // 150) for after, _ in appeals(first(world, 1500)))
    assert counts[0] < counts[1]
    assert counts[8] < counts[1]


def test_the_dispatcher_enters_the_outage_and_moves_its_time(world: World) -> None:
    entries = [h.what for h in first(world, 2600) if isinstance(h.what, Envelope)]
    kinds = [entry.mutation.kind for entry in entries]
    status = "set_outage_status"
    assert kinds == ["open_outage", status, "move_etr", "move_etr", status]
    assert len({entry.target for entry in entries}) == 1


def test_an_appeal_arrives_with_the_time_at_which_it_happens(world: World) -> None:
    for after, appeal in appeals(first(world, TEN_MINUTES)):
        assert appeal.created_at == NOW + timedelta(seconds=after)


def test_no_number_is_one_that_the_server_has(world: World) -> None:
    known = {(appeal.source, appeal.number) for appeal in world.appeals}
    new = [(appeal.source, appeal.number) for _, appeal in appeals(first(world, 3600))]
    assert len(set(new)) == len(new)
    assert known.isdisjoint(new)


def test_residents_come_back_to_the_thread_that_they_began(world: World) -> None:
    new = [appeal for _, appeal in appeals(first(world, 3600))]
    authors = {appeal.number: appeal.author for appeal in new}
    again = [appeal for appeal in new if appeal.reply_to]
    assert again
    assert all(authors[appeal.reply_to] == appeal.author for appeal in again)
