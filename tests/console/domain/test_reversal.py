"""Reversal: each mutation that a selection may get leads back to what the appeal was before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.domain.appeal import OutageTag, Outcome, Status
from console.domain.mutations import (
    AppealMutation,
    Assign,
    Claim,
    Close,
    Envelope,
    LeaveDanger,
    Postpone,
    Release,
    Resume,
    SetTopic,
    TagOutage,
    UntagOutage,
)
from console.domain.pause import Pause
from console.domain.reversal import Undoing, reversal
from console.domain.transitions import State, apply
from tests.support.builders import NOON, a_supervisor, an_appeal

ME = a_supervisor()
UNDOING = Undoing(ME.id, NOON + timedelta(minutes=1), "по ошибке")
LATER = NOON + timedelta(days=1)
POSTPONED: dict[str, Any] = {
    "status": Status.POSTPONED,
    "interim_at": NOON - timedelta(hours=1),
    "postponed_until": LATER,
    "pauses": (Pause(NOON, None, "ждём опору"),),
}


def _after(appeal: Any, mutation: AppealMutation) -> Any:
    envelope = Envelope("m", appeal.ref, ME.id, UNDOING.now, mutation)
    return apply(State(appeal), envelope, actor=ME, now=UNDOING.now).appeal


@pytest.mark.parametrize(
    ("before", "mutation"),
    [
        ({"owner": None}, Claim()),
        ({"owner": "op-other", "status": Status.IN_WORK}, Claim()),
        ({"owner": "op-other", "status": Status.IN_WORK}, Assign("op-third")),
        ({"owner": None}, Assign("op-third")),
        ({"owner": "op-other", "status": Status.ASSIGNED}, Release()),
        ({"topic": "outage.planned"}, SetTopic("danger.wire", danger=True)),
        ({"topic": "", "danger": True, "danger_at": NOON}, SetTopic("danger.wire", danger=True)),
        ({}, TagOutage("o1", 0.5)),
        ({"outages": (OutageTag("o1", NOON, "op-other", 0.7),)}, UntagOutage("o1")),
        ({"status": Status.INTERIM_PUBLISHED, "interim_at": NOON}, Postpone(LATER, "ждём")),
        (POSTPONED, Resume()),
        (POSTPONED, Postpone(LATER + timedelta(days=2), "ещё ждём")),
    ],
)
def test_what_is_taken_back_is_as_it_was(before: dict[str, Any], mutation: AppealMutation) -> None:
    appeal = an_appeal(**before)
    changed = _after(appeal, mutation)
    back = reversal(appeal, mutation, UNDOING)
    assert back
    for one in back:
        changed = _after(changed, one)
    for field in ("owner", "topic", "danger", "postponed_until"):
        assert getattr(changed, field) == getattr(appeal, field), field
    assert [(t.outage, t.confidence) for t in changed.outages] == [
        (t.outage, t.confidence) for t in appeal.outages
    ]
    given_back = isinstance(mutation, Release | Assign | Claim)
    assert given_back or changed.status is appeal.status


def test_what_one_had_is_claimed_again_and_what_another_had_is_given_back() -> None:
    mine = an_appeal(owner=ME.id, status=Status.ASSIGNED)
    assert reversal(mine, Release(), UNDOING) == (Claim(),)
    assert reversal(replace(mine, owner="op-2"), Release(), UNDOING) == (Assign("op-2"),)


def test_the_lane_of_danger_is_left_with_the_reason_that_is_given() -> None:
    back = reversal(an_appeal(topic="a"), SetTopic("b", danger=True), UNDOING)
    assert back == (LeaveDanger("по ошибке"), SetTopic("a", False))


def test_a_time_that_has_passed_meanwhile_is_not_postponed_to_again() -> None:
    late = Undoing(ME.id, LATER, "")
    assert reversal(an_appeal(**POSTPONED), Resume(), late) == ()


def test_what_cannot_be_taken_back_has_no_way_back() -> None:
    assert reversal(an_appeal(), Close(Outcome.NO_REPLY_NEEDED), UNDOING) == ()
