"""What another system says of an outage, merged with what a person has set meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from console.domain.ids import Ref
from console.domain.outage import (
    EtrRecord,
    ForeignId,
    Outage,
    OutageArea,
    OutageKind,
    OutageStatus,
)
from console.domain.outage_state import (
    OutageState,
    fault_of,
    in_utc,
    is_newer,
    merged,
    opened,
)

NOON = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
REF = Ref("omsk", "outage-1")


def a_state(**changes: Any) -> OutageState:
    state = OutageState(
        id="_7f3c",
        branch="omsk",
        at=NOON,
        kind=OutageKind.EMERGENCY,
        status=OutageStatus.ACTIVE,
        started_at=NOON - HOUR,
        areas=(OutageArea("Омск", "улица Мира", "1-15"),),
        etr=NOON + HOUR,
        objects={"feeder": "_f1"},
    )
    return replace(state, **changes)


def first(state: OutageState) -> Outage:
    return opened(state, ref=REF, system="oms", nested_in=None)


def after(outage: Outage, said: OutageState, **changes: Any) -> Outage:
    return merged(outage, said, replace(said, **changes), system="oms", nested_in=None)


def test_a_new_outage_has_the_ids_of_the_other_system_and_its_first_etr() -> None:
    outage = first(a_state())
    assert outage.foreign == (ForeignId("oms", "_7f3c"), ForeignId("oms", "_f1", "feeder"))
    assert outage.etr_history == (EtrRecord(NOON + HOUR, NOON, "oms"),)


def test_the_same_once_more_is_the_same_outage_and_a_change_is_its_next_version() -> None:
    said = a_state()
    outage = first(said)
    assert after(outage, said, at=NOON + HOUR) is outage
    moved = after(outage, said, at=NOON + HOUR, etr=NOON + 3 * HOUR, etr_reason="ждём кран")
    assert moved.version == outage.version + 1
    assert moved.etr == NOON + 3 * HOUR
    assert [record.set_by for record in moved.etr_history] == ["oms", "oms"]
    assert moved.etr_history[-1].reason == "ждём кран"


def test_what_the_other_system_only_repeats_does_not_undo_what_a_person_has_set() -> None:
    said = a_state()
    mine = EtrRecord(NOON + 5 * HOUR, NOON + HOUR, "anna")
    by_hand = replace(
        first(said),
        cause="обрыв",
        crew="Бригада 3",
        etr=mine.etr,
        etr_history=(*first(said).etr_history, mine),
    )
    assert after(by_hand, said, at=NOON + 2 * HOUR) is by_hand
    sent = after(by_hand, said, at=NOON + 2 * HOUR, status=OutageStatus.CREW_SENT)
    assert (sent.etr, sent.cause, sent.crew) == (mine.etr, "обрыв", "Бригада 3")


def test_an_etr_older_than_a_persons_stands_in_the_history_and_is_not_promised() -> None:
    said = a_state()
    mine = EtrRecord(NOON + 5 * HOUR, NOON + 2 * HOUR, "anna")
    by_hand = replace(first(said), etr=mine.etr, etr_history=(*first(said).etr_history, mine))
    late = after(by_hand, said, at=NOON + HOUR, etr=NOON + 4 * HOUR)
    assert late.etr == mine.etr
    assert [record.set_by for record in late.etr_history] == ["oms", "oms", "anna"]


def test_power_is_back_when_it_is_said_or_when_the_state_was_so() -> None:
    said = a_state()
    outage = first(said)
    at = NOON + HOUR
    assert after(outage, said, at=at, status=OutageStatus.RESTORED).restored_at == at
    exact = after(outage, said, at=at, status=OutageStatus.RESTORED, restored_at=NOON)
    assert exact.restored_at == NOON


@pytest.mark.parametrize(
    ("one", "other", "newer"),
    [
        ({"version": 2}, {"version": 1, "at": NOON + HOUR}, True),
        ({"version": 1, "at": NOON + HOUR}, {"version": 2}, False),
        ({"at": NOON}, {"at": NOON + HOUR}, False),
        ({"version": 1, "at": NOON + HOUR}, {}, True),
        ({}, {}, True),
    ],
)
def test_the_higher_version_is_the_newer_or_else_the_later_time(
    one: dict[str, Any], other: dict[str, Any], newer: bool
) -> None:
    assert is_newer(a_state(**one), than=a_state(**other)) is newer


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "x" * 65}, "id"),
        ({"at": NOON + HOUR}, "at"),
        ({"at": datetime(1, 1, 1, tzinfo=UTC)}, "an instant"),
        ({"version": -1}, "version"),
        ({"restored_at": NOON - 2 * HOUR}, "restored_at"),
        ({"planned_end": NOON - HOUR}, "planned_end"),
        ({"areas": (OutageArea(" "),)}, "areas"),
        ({"areas": (OutageArea("Омск"),) * 201}, "areas"),
        ({"cause": "ж" * 2_001}, "cause"),
        ({"etr_reason": "ж" * 2_001}, "etr_reason"),
        ({"objects": {"feeder": "f" * 201}}, "objects"),
        ({"started_at": datetime(1990, 1, 1, tzinfo=UTC)}, "started_at"),
    ],
)
def test_what_is_wrong_with_a_state_is_said_with_the_field(
    changes: dict[str, Any], field: str
) -> None:
    assert fault_of(a_state(), now=NOON) == ""
    assert fault_of(a_state(**changes), now=NOON).startswith(f"{field}:")


def test_instants_are_kept_in_utc() -> None:
    local = (NOON + HOUR).astimezone(timezone(6 * HOUR))
    assert in_utc(a_state(etr=local)).etr == NOON + HOUR
    assert str(in_utc(a_state(etr=local)).etr) == "2026-01-20 13:00:00+00:00"
