"""The world: the same for the same seed, like life in its proportions, and legal in every step."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from console.demo.credentials import OPERATOR, SUPERVISOR
from console.demo.world import World, generate
from console.domain.appeal import OPEN, Status
from console.domain.cleaning import clean
from console.domain.event import EventKind
from console.domain.message import MessageKind
from console.domain.operator import Role
from console.domain.outage import OutageKind, OutageStatus
from console.rulebook.book import Rulebook
from console.usecases.clocks import BranchClocks

NOW = datetime(2025, 11, 20, 9, 17, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return generate(1, NOW)


@pytest.fixture(scope="module")
def rules() -> Rulebook:
    return Rulebook.load()


def test_the_same_seed_makes_the_same_world() -> None:
    assert generate(7, NOW, appeals=400) == generate(7, NOW, appeals=400)


def test_another_seed_makes_another_world() -> None:
    one, other = (generate(seed, NOW, appeals=400) for seed in (7, 8))
    assert {a.text for a in one.appeals} != {a.text for a in other.appeals}


def test_nine_branches_share_the_appeals_of_thirty_days(world: World) -> None:
    assert len(world.appeals) >= 2000
    assert min(Counter(appeal.branch for appeal in world.appeals).values()) > 100
    assert len({appeal.branch for appeal in world.appeals}) == 9
    oldest = min(appeal.created_at for appeal in world.appeals)
    assert timedelta(days=27) < NOW - oldest < timedelta(days=31)


def test_hardly_any_two_texts_are_alike(world: World) -> None:
    assert len({appeal.text for appeal in world.appeals}) > 2000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_newest_sixty_do_not_repeat_each_other(seed: int) -> None:
    newest = generate(seed, NOW, appeals=500).appeals[-60:]
    long_ones = [appeal.text for appeal in newest if len(appeal.text) > 40]
    assert len(set(long_ones)) == len(long_ones)
    openings = Counter(" ".join(text.lower().split()[:5]) for text in long_ones)
    assert max(openings.values()) <= 3


def test_nothing_lies_in_the_future(world: World) -> None:
    assert all(appeal.received_at <= NOW for appeal in world.appeals)
    assert all(message.at <= NOW for message in world.messages)
    assert all(event.at <= NOW for event in world.events)
    assert all(r.set_at <= NOW for outage in world.outages for r in outage.etr_history)


def test_what_operators_see_is_plain_text(world: World) -> None:
    for appeal in world.appeals:
        assert appeal.text == clean(appeal.original or appeal.text)
    originals = [appeal.original or "" for appeal in world.appeals]
    assert any("<p>" in text for text in originals)
    assert any("&nbsp;" in text for text in originals)
    assert any("[club" in text for text in originals)


def test_ids_and_numbers_are_unique(world: World) -> None:
    for rows in (world.appeals, world.messages, world.events, world.outages):
        assert len({row.id for row in rows}) == len(rows)
    assert len({(a.source, a.number) for a in world.appeals}) == len(world.appeals)


def test_every_appeal_begins_with_the_words_of_its_resident(world: World) -> None:
    first: dict[str, str] = {}
    for message in sorted(world.messages, key=lambda m: m.at):
        if message.kind is MessageKind.RESIDENT:
            first.setdefault(message.appeal, message.text)
    assert all(first[appeal.id] == appeal.text for appeal in world.appeals)


def test_every_key_is_one_that_the_rules_know(world: World, rules: Rulebook) -> None:
    known = {branch.key for branch in rules.branches}
    for appeal in world.appeals:
        assert appeal.topic in rules.topics.topics
        assert appeal.channel in rules.channels
        assert appeal.branch in known
        assert appeal.danger == rules.topics.topics[appeal.topic].danger


def test_every_reference_leads_somewhere(world: World) -> None:
    appeals = {appeal.id: appeal for appeal in world.appeals}
    outages = {outage.id: outage for outage in world.outages}
    people = {operator.id for operator in world.operators}
    for appeal in world.appeals:
        assert appeal.owner is None or appeal.owner in people
        for tag in appeal.outages:
            assert outages[tag.outage].branch == appeal.branch
        if appeal.duplicate_of is not None:
            assert appeals[appeal.duplicate_of].branch == appeal.branch
    for message in world.messages:
        assert message.appeal in appeals
        assert all(quote.outage in outages for quote in message.quotes)


@pytest.mark.parametrize("seed", [1, 42])
def test_the_whole_life_of_an_appeal_can_be_seen(seed: int) -> None:
    found = {appeal.status for appeal in generate(seed, NOW, appeals=1200).appeals}
    assert set(Status) <= found


def test_outages_are_in_every_state(world: World) -> None:
    states = Counter((outage.kind, outage.status) for outage in world.outages)
    emergency, planned = OutageKind.EMERGENCY, OutageKind.PLANNED
    for status in (OutageStatus.ACTIVE, OutageStatus.CREW_SENT, OutageStatus.RESTORED):
        assert states[emergency, status] >= 2
    for status in (OutageStatus.ANNOUNCED, OutageStatus.ACTIVE, OutageStatus.RESTORED):
        assert states[planned, status] >= 2
    assert states[planned, OutageStatus.CANCELLED]
    dark = [outage for outage in world.outages if outage.is_dark]
    assert any(outage.is_late(NOW) for outage in dark if outage.kind is planned)
    assert any(outage.nested_in for outage in dark)
    assert any(len(outage.etr_history) == 3 for outage in dark)
    assert any(outage.etr_history and outage.etr is None for outage in dark)
    assert {outage.branch for outage in world.outages if outage.is_dark} == {
        appeal.branch for appeal in world.appeals
    }


def test_some_open_appeals_of_an_outage_are_tagged_and_some_wait_for_a_suggestion(
    world: World,
) -> None:
    troubles = {t.outage.id: t for t in world.troubles if t.outage.is_dark}
    places = {(t.town.branch, t.town.name) for t in troubles.values()}
    waiting = [a for a in world.appeals if a.is_open and (a.branch, a.place.settlement) in places]
    assert sum(bool(appeal.outages) for appeal in waiting) > 20
    assert sum(not appeal.outages for appeal in waiting) > 20


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2025, 11, 22, 20, 5, tzinfo=UTC),  # the small hours of a Sunday
        datetime(2026, 1, 4, 5, 0, tzinfo=UTC),  # the New Year holidays
        datetime(2026, 7, 13, 1, 30, tzinfo=UTC),  # a Monday morning in summer
    ],
)
def test_at_any_time_something_is_overdue_and_something_due_soon(
    now: datetime, rules: Rulebook
) -> None:
    world = generate(1, now, appeals=1200)
    topics = rules.topics.topics
    clocks = BranchClocks(rules.presets, rules.calendars, is_ours=lambda key: topics[key].ours)
    outages = {outage.id: outage for outage in world.outages}
    dues = [clocks.due(appeal, outages).due_at for appeal in world.appeals if appeal.is_open]
    assert sum(due is not None and due < now for due in dues) >= 5
    assert sum(due is not None and now <= due < now + timedelta(hours=3) for due in dues) >= 5
    assert len(dues) >= 100


def test_the_operator_of_the_demonstration_has_work(world: World) -> None:
    own = [appeal for appeal in world.appeals if appeal.owner == OPERATOR and appeal.is_open]
    assert 8 <= len(own) <= 60
    assert sum(appeal.status is Status.NEW for appeal in world.appeals) >= 15


def test_the_two_accounts_see_every_branch(world: World) -> None:
    people = {operator.id: operator for operator in world.operators}
    assert len(people) >= 14
    assert people[OPERATOR].role is Role.OPERATOR
    assert people[SUPERVISOR].role is Role.SUPERVISOR
    assert all(people[OPERATOR].covers(appeal.branch) for appeal in world.appeals)


def test_the_history_of_an_appeal_is_told_in_order(world: World) -> None:
    by_appeal: dict[str, list[datetime]] = {}
    taken_in = Counter(e.appeal for e in world.events if e.kind is EventKind.TAKEN_IN)
    for event in world.events:
        by_appeal.setdefault(event.appeal, []).append(event.at)
    assert all(taken_in[appeal.id] == 1 for appeal in world.appeals)
    for instants in by_appeal.values():
        assert all(one <= other for one, other in pairwise(instants))


def test_final_answers_name_what_the_resident_asked_about(world: World) -> None:
    by_appeal = {appeal.id: appeal for appeal in world.appeals}
    for message in world.messages:
        if message.kind is not MessageKind.REPLY:
            continue
        topic = by_appeal[message.appeal].topic
        assert topic != "thanks" or "пасибо" in message.text or "приятно" in message.text
        assert "{" not in message.text and "‹" not in message.text


def test_only_open_appeals_await_approval(world: World) -> None:
    for appeal in world.appeals:
        assert (appeal.awaiting is None) or appeal.status in OPEN
