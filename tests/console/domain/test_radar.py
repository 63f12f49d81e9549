"""The radar: what it tells of, what it counts once, how hotspots rise, end, and are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

import pytest

from console.domain.appeal import Author, Place
from console.domain.grid_tree import Branching, GridTree
from console.domain.hotspot import Cry, Hotspot, HotspotState, Level
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.domain.radar import Radar
from console.rulebook.branches import load_branches
from console.rulebook.hotspots import load_hotspots
from tests.support.builders import an_appeal

NORMS = load_hotspots()
ZONES = {branch.key: branch.zone for branch in load_branches()}
START = datetime(2026, 3, 2, tzinfo=UTC)
STORM = START + timedelta(days=15, hours=8)
TOWNS = ("Тара", "Калачинск", "Исилькуль", "Черлак", "Лузино", "Муромцево")
STREETS = ("Ленина", "Мира", "Садовая", "Лесная", "Новая")
TREE = GridTree.of(
    [
        *(Branching("omsk", "Тара", f"ул. {one}", feeder="Ф-7") for one in STREETS[:3]),
        *(Branching("omsk", town, district="Север") for town in TOWNS[:3]),
    ]
)


def a_radar(*, days: int = 15) -> tuple[Radar, Iterator[int]]:
    """A radar that has seen so many ordinary days of one branch, and the next numbers."""
    numbers = count()
    radar = Radar(NORMS, ZONES, tree=TREE)
    for number in range(days * 24):
        at = START + timedelta(hours=number, minutes=7 * number % 60)
        town, street = TOWNS[number % 6], STREETS[number % 5]
        topic = ("outage.emergency", "metering.meter", "quality.low")[number % 3]
        cry = a_cry(next(numbers), at, town, f"ул. {street}", topic=topic)
        radar.feel(cry)
    return radar, numbers


def a_cry(
    number: int,
    at: datetime,
    town: str = "Тара",
    street: str = "",
    *,
    topic: str = "outage.emergency",
    author: str = "",
    text: str = "Нет света",
    branch: str = "omsk",
) -> Cry:
    return Cry(str(number), at, branch, town, street, topic, author or f"id{number}", text)


def storm(
    radar: Radar, numbers: Iterator[int], places: list[tuple[str, str]], *, at: datetime = STORM
) -> list[Hotspot]:
    """One cry every two minutes from each place in turn; every change."""
    changes: list[Hotspot] = []
    for step, (town, street) in enumerate(places):
        minute = at + timedelta(minutes=2 * step)
        changes += radar.feel(a_cry(next(numbers), minute, town, street))
    return changes


def test_a_street_that_cries_is_told_of_with_its_evidence() -> None:
    radar, numbers = a_radar()
    found = storm(radar, numbers, [("Лузино", "ул. Мира")] * 5)[-1]
    assert (found.level, found.place, found.street) == (Level.STREET, "Лузино", "ул. Мира")
    assert found.seen == len(found.evidence) == 5
    assert found.expected < 0.1
    assert found.confidence > 0.9
    assert found.since == STORM
    assert found.found_at <= STORM + timedelta(minutes=6)
    assert found.score >= found.threshold.needed


def test_ordinary_days_are_silent_and_spellings_of_a_street_are_one() -> None:
    radar, numbers = a_radar()
    assert not radar.hotspots()
    spelt = ["ул. Лесная", "Лесная", "улица лесная", "на Лесной"]
    found = storm(radar, numbers, [("Лузино", street) for street in spelt[:3]])[-1]
    assert (found.level, found.seen) == (Level.STREET, 3)


def test_one_authors_many_posts_count_once() -> None:
    radar, numbers = a_radar()
    for step in range(15):
        cry = a_cry(next(numbers), STORM + timedelta(minutes=step), author="id-one")
        assert not radar.feel(cry)


def test_copies_of_a_text_count_once() -> None:
    radar, numbers = a_radar()
    text = "В марте прошлого года двое суток не было света, сгорела техника, никто не ответил людям"
    for step in range(15):
        said = f"{'Репост! ' * (step % 2)}{text}"
        assert not radar.feel(a_cry(next(numbers), STORM + timedelta(minutes=step), text=said))


def test_repeats_stand_beside_the_evidence_of_a_hotspot() -> None:
    radar, numbers = a_radar()
    first = storm(radar, numbers, [("Лузино", "ул. Мира")] * 4)[-1].evidence[0]
    at = STORM + timedelta(minutes=20)
    again = a_cry(next(numbers), at, "Лузино", "ул. Мира", author=f"id{first}")
    changed = radar.feel(again)
    assert changed[-1].repeats == (again.id,)
    assert changed[-1].seen == 4


def test_several_streets_of_a_feeder_are_the_feeder() -> None:
    radar, numbers = a_radar()
    places = [("Тара", f"ул. {street}") for street in STREETS[:3]] * 3
    found = storm(radar, numbers, places)[-1]
    assert (found.level, found.feeder) == (Level.FEEDER, "Ф-7")
    assert found.seen == 9


def test_a_hotspot_rises_and_takes_in_the_smaller_ones() -> None:
    radar, numbers = a_radar()
    first = storm(radar, numbers, [("Лузино", "ул. Мира")] * 4)[-1]
    places = [("Лузино", f"ул. {street}") for street in ("Лесная", "Новая", "Ленина")] * 2
    last = storm(radar, numbers, places, at=STORM + timedelta(minutes=9))[-1]
    assert (first.level, last.level) == (Level.STREET, Level.SETTLEMENT)
    assert last.seen == 10
    assert last.rose_at is not None
    burning = [h for h in radar.hotspots() if h.state is HotspotState.CANDIDATE]
    assert [h.id for h in burning] == [last.id]


def test_a_settlement_without_streets_is_found_whole() -> None:
    radar, numbers = a_radar()
    found = storm(radar, numbers, [("Черлак", "")] * 5)[-1]
    assert (found.level, found.place) == (Level.SETTLEMENT, "Черлак")


def test_settlements_of_a_district_are_the_district() -> None:
    radar, numbers = a_radar()
    found = storm(radar, numbers, [("Тара", ""), ("Калачинск", ""), ("Исилькуль", "")] * 5)
    assert found[-1].level is Level.DISTRICT
    assert found[-1].district == "Север"


def test_after_a_gap_it_is_a_new_one() -> None:
    radar, numbers = a_radar()
    one = storm(radar, numbers, [("Лузино", "ул. Мира")] * 8)[-1]
    later = STORM + timedelta(hours=5)
    changes = storm(radar, numbers, [("Лузино", "ул. Мира")] * 8, at=later)
    assert changes[0].id == one.id
    assert changes[0].closed
    assert changes[-1].id != one.id
    assert changes[-1].since == later


def test_time_alone_ends_a_hotspot() -> None:
    radar, numbers = a_radar()
    storm(radar, numbers, [("Лузино", "ул. Мира")] * 5)
    assert not radar.pass_time(STORM + timedelta(hours=2))
    assert radar.pass_time(STORM + timedelta(hours=4))[0].closed


def test_a_refusal_asks_for_more_there_within_bounds_and_is_forgotten() -> None:
    radar, numbers = a_radar()
    asked: list[float] = []
    for time in range(6):
        at = STORM + timedelta(hours=6 * time)
        changes = storm(radar, numbers, [("Лузино", "ул. Мира")] * 9, at=at)
        asked.append(changes[-1].threshold.caution)
        radar.refuse(changes[-1].id)
    norms = NORMS
    assert asked[0] == 0 < asked[1] < asked[2] <= max(asked) <= norms.most
    assert max(lesson.decades for lesson in radar.lessons()) <= norms.most
    radar.pass_time(STORM + 12 * norms.forgotten)
    assert not radar.lessons()


def test_what_was_refused_is_no_evidence_again() -> None:
    radar, numbers = a_radar()
    first = storm(radar, numbers, [("Лузино", "ул. Мира")] * 4)[-1]
    assert radar.refuse(first.id).state is HotspotState.REFUSED
    at = STORM + timedelta(minutes=20)
    again = radar.feel(a_cry(next(numbers), at, "Лузино", "ул. Мира"))
    assert not again
    assert radar.refuse(first.id).state is HotspotState.REFUSED


def test_confirmed_and_merged_hotspots_stay_what_they_are() -> None:
    radar, numbers = a_radar()
    one = storm(radar, numbers, [("Лузино", "ул. Мира")] * 4)[-1]
    other = storm(radar, numbers, [("Черлак", "")] * 5, at=STORM + timedelta(minutes=30))[-1]
    assert radar.confirm(one.id).state is HotspotState.CONFIRMED
    whole = radar.merge([other.id], into=one.id)
    assert (whole.level, whole.seen) == (Level.BRANCH, 9)
    states = {h.id: (h.state, h.into) for h in radar.hotspots()}
    assert states[other.id] == (HotspotState.MERGED, one.id)


def test_a_branch_that_is_new_asks_for_more_and_is_less_sure() -> None:
    radar, numbers = a_radar(days=1)
    found = storm(radar, numbers, [("Лузино", "ул. Мира")] * 8, at=START + timedelta(hours=26))[-1]
    assert found.threshold.newcomer > 1
    assert found.confidence <= 0.7


def test_an_id_that_came_before_and_an_old_appeal_change_nothing() -> None:
    radar, numbers = a_radar()
    cry = a_cry(next(numbers), STORM, "Лузино", "ул. Мира")
    radar.feel(cry)
    for number in range(20):
        assert not radar.feel(replace(cry, author=f"id-x{number}"))
        old = a_cry(next(numbers), STORM - timedelta(days=2), "Лузино", "ул. Мира")
        assert not radar.feel(old)


def test_what_makes_no_hotspot_and_unknown_places_are_taken_in_silence() -> None:
    radar, numbers = a_radar()
    for step in range(9):
        at = STORM + timedelta(minutes=step)
        assert not radar.feel(a_cry(next(numbers), at, topic="thanks"))
    with pytest.raises(KeyError):
        radar.feel(a_cry(0, STORM, branch="nowhere"))


def test_an_appeal_costs_the_same_whatever_has_been() -> None:
    radar, _ = a_radar(days=3)
    few = _kept(radar)
    radar, _ = a_radar(days=9)
    assert _kept(radar) == pytest.approx(few, abs=8)


def _kept(radar: Radar) -> int:
    """How many appeals it still has in hand."""
    watch = radar._watches["omsk"]
    return len(watch._order) + sum(len(some) for some in watch.near.values())


def test_the_registry_tells_the_tree() -> None:
    outage = Outage(
        branch="omsk",
        id="o1",
        kind=OutageKind.EMERGENCY,
        status=OutageStatus.ACTIVE,
        started_at=START,
        areas=(OutageArea("Тара", "ул. Мира"), OutageArea("Лузино")),
        res="Тарский РЭС",
        substation="ПС Тара",
        feeder="Ф-2",
    )
    tree = GridTree.of_outages([outage])
    assert tree.feeder("omsk", "тара", "мира") == "ПС Тара / Ф-2"
    assert tree.feeder("omsk", "лузино", "ленина") == "ПС Тара / Ф-2"
    assert tree.feeder("omsk", "тара", "ленина") == ""
    assert tree.district("omsk", "Тара") == "Тарский РЭС"


def test_what_is_usual_in_a_busy_place_is_told_of_no_more() -> None:
    radar = Radar(NORMS, ZONES, tree=TREE)
    told: dict[str, datetime] = {}
    for number in range(13 * 24 * 5):
        at = START + timedelta(minutes=12 * number)
        for hotspot in radar.feel(a_cry(number, at, "Омск", f"ул. {STREETS[number % 5]}")):
            told.setdefault(hotspot.id, at)
    assert not [at for at in told.values() if at > START + timedelta(days=9)]
    end = START + timedelta(days=13)
    loud = [("Омск", "ул. Мира")] * 12
    assert storm(radar, iter(range(9000, 9999)), loud, at=end)[-1].street == "ул. Мира"


def test_whatever_comes_and_is_decided_an_appeal_is_in_one_live_hotspot_at_most() -> None:
    rng = Random(11)
    radar, at = Radar(NORMS, ZONES, tree=TREE), START
    for number in range(900):
        at += timedelta(minutes=rng.expovariate(1 / rng.choice((1, 5, 40))))
        at += timedelta(days=rng.choice((1, 8, 400))) * (rng.random() < 0.004)
        late = timedelta(minutes=rng.choice((0, 0, 30, 700)))
        town, street = rng.choice((*TOWNS[:3], "")), rng.choice(("", "ул. Мира", "Новая", "!!"))
        topic = rng.choice(("outage.emergency", "danger.wire", "quality.low", "", "x.y"))
        author = rng.choice(("", f"id{rng.randrange(200)}"))
        radar.feel(a_cry(number, at - late, town, street, topic=topic, author=author))
        all_of_them = [hotspot.id for hotspot in radar.hotspots()]
        if all_of_them:
            one, other = rng.choice(all_of_them), rng.choice(all_of_them)
            roll = rng.random()
            if roll < 0.02:
                radar.refuse(other)
            elif roll < 0.03:
                radar.confirm(other)
            elif roll < 0.04:
                radar.merge([other], into=one)
        live = Counter(
            ident
            for hotspot in radar.hotspots()
            if not hotspot.closed and hotspot.state is not HotspotState.REFUSED
            for ident in (*hotspot.evidence, *hotspot.maybe)
        )
        assert max(live.values(), default=1) == 1
    assert len(radar.hotspots()) > 3


def test_an_appeal_is_a_cry_of_its_author_whoever_names_them() -> None:
    place = Place(settlement="Тара", street="ул. Мира")
    appeal = an_appeal(author=Author("Анна", phone="89131234567"), place=place, topic="outage")
    cry = Cry.of(appeal)
    assert (cry.id, cry.at, cry.author) == (appeal.id, appeal.created_at, "89131234567")
    assert (cry.settlement, cry.street, cry.topic) == ("Тара", "ул. Мира", "outage")
    assert Cry.of(replace(appeal, author=Author("Анна"))).author == "Анна"
