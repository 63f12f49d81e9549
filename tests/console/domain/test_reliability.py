"""Hours without power per address, against the norm of the third category."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.appeal import Place
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.domain.reliability import (
    Candidate,
    Reliability,
    ReliabilityNorms,
    Stage,
    candidates,
    reliability,
)

ZONE = ZoneInfo("Asia/Krasnoyarsk")
NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HERE = Place("Солонцы", street="ул. Садовая", house="5")
NORMS = ReliabilityNorms(
    in_a_row=24 * HOUR,
    in_year=72 * HOUR,
    warn_in_a_row=20 * HOUR,
    warn_in_year=60 * HOUR,
    gap=timedelta(minutes=10),
    counted=frozenset(OutageKind),
    announced=True,
)


def dark(
    name: str,
    hours: float,
    *,
    ago: float,
    houses: str = "",
    street: str = "улица Садовая",
    **k: Any,
) -> Outage:
    """An outage that began ``ago`` hours before now and lasted ``hours``; 0 lasts."""
    started = NOW - ago * HOUR
    return Outage(
        branch="krasnoyarsk",
        id=name,
        kind=k.pop("kind", OutageKind.EMERGENCY),
        status=k.pop("status", OutageStatus.RESTORED if hours else OutageStatus.ACTIVE),
        started_at=started,
        areas=(OutageArea("Солонцы", street, houses),),
        restored_at=k.pop("restored_at", started + hours * HOUR if hours else None),
        **k,
    )


def of(*outages: Outage, place: Place = HERE, norms: ReliabilityNorms = NORMS) -> Reliability:
    return reliability(place, outages, norms=norms, zone=ZONE, now=NOW)


def test_a_lasting_outage_is_warned_of_at_the_twentieth_hour_and_over_after_the_24th() -> None:
    stages = {ago: of(dark("one", 0, ago=ago)).stage for ago in (19.9, 20, 24, 24.1)}
    assert stages == {
        19.9: Stage.WITHIN,
        20: Stage.WARNING,
        24: Stage.WARNING,
        24.1: Stage.OVER,
    }
    long = of(dark("one", 0, ago=30))
    assert long.over == 6 * HOUR
    assert long.lasting is not None
    assert long.lasting.length == 30 * HOUR


def test_outages_that_overlap_or_follow_at_once_are_dark_once() -> None:
    stands = of(
        dark("one", 10, ago=50),
        dark("nested", 4, ago=45),
        dark("again", 10, ago=39.9),
        dark("later", 1, ago=20),
    )
    assert [(spell.outages, spell.length) for spell in stands.spells] == [
        (("one", "nested", "again"), timedelta(hours=20.1)),
        (("later",), HOUR),
    ]
    assert stands.in_year == timedelta(hours=21.1)
    assert (stands.stage, stands.lasting) == (Stage.WITHIN, None)


def test_the_year_is_the_regions_and_a_spell_over_new_year_counts_in_a_row_as_a_whole() -> None:
    midnight = datetime(2026, 1, 1, tzinfo=ZONE)
    ago = (NOW - midnight) / HOUR
    stands = of(dark("new year", 30, ago=ago + 20))
    assert stands.in_year == 10 * HOUR
    assert stands.over_in_a_row == 6 * HOUR
    assert stands.stage is Stage.OVER
    past = reliability(
        HERE, [dark("new year", 30, ago=ago + 20)], norms=NORMS, zone=ZONE, now=NOW, year=2025
    )
    assert past.in_year == 20 * HOUR


def test_many_short_ones_are_over_the_years_hours() -> None:
    some = [dark(f"n{n}", 20, ago=100 * n + 30) for n in range(1, 5)]
    assert of(*some[:3]).stage is Stage.WARNING
    stands = of(*some)
    assert (stands.over_in_a_row, stands.over_in_year) == (timedelta(), 8 * HOUR)


def test_planned_work_counts_as_it_was_announced_and_not_when_it_was_called_off() -> None:
    def work(**changes: Any) -> Outage:
        given = {
            "kind": OutageKind.PLANNED,
            "status": OutageStatus.ANNOUNCED,
            "restored_at": None,
            "planned_end": NOW - 40 * HOUR,
        }
        return dark("work", 0, ago=48, **{**given, **changes})

    assert of(work()).in_year == 8 * HOUR
    assert of(work(status=OutageStatus.CANCELLED)).in_year == timedelta()
    assert of(work(planned_end=None)).in_year == timedelta()
    assert of(work(planned_end=NOW + HOUR)).lasting is not None


def test_only_outages_of_the_address_count_and_unsure_ones_are_named() -> None:
    stands = of(
        dark("its", 3, ago=50, houses="1-15"),
        dark("other houses", 30, ago=90, houses="2-40 (чёт.)"),
        dark("other street", 30, ago=140, street="улица Мира"),
        dark("some houses", 30, ago=190, houses="частично"),
    )
    assert (stands.in_year, stands.unsure) == (3 * HOUR, ("some houses",))


def test_candidates_are_told_by_street_and_by_houses_that_stand_alike() -> None:
    found = candidates(
        [
            dark("all", 10, ago=100, street="ул. Садовая"),
            dark("some", 26, ago=60, houses="1-5 нечётные, 8А"),
            dark("fine", 20, ago=200, street="улица Мира"),
            dark("town", 0, ago=21, street=""),
        ],
        norms=NORMS,
        zone=ZONE,
        now=NOW,
    )
    assert [_told(candidate) for candidate in found] == [
        ("over", "ул. Садовая", "1, 3, 5, 8А", 57),
        ("warning", "ул. Садовая", "", 31),
        ("warning", "улица Мира", "", 41),
        ("warning", "", "", 21),
    ]


def _told(candidate: Candidate) -> tuple[str, str, str, float]:
    area, stands = candidate.area, candidate.reliability
    return (str(stands.stage), area.street, area.houses, stands.in_year / HOUR)
