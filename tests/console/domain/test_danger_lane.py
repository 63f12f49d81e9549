"""The lane of danger: counted in minutes, and out of it leads a reason or a dispatcher's mark."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import Appeal, DispatchMark, Outcome, Status
from console.domain.event import EventKind
from console.domain.message import MessageKind
from console.domain.mutations import (
    Close,
    EnterDanger,
    LeaveDanger,
    MarkDispatched,
    Mutation,
    Postpone,
    Reopen,
    RequestTransfer,
    SetTopic,
)
from console.domain.transitions import Applied, RefusedError, State, apply, receive, refuse_merge
from console.domain.verdict import Superseded, judge
from tests.support.builders import NOON, a_message, an_appeal, an_envelope, an_operator

LATER = NOON + timedelta(hours=1)
ME = an_operator()
TOLD = MarkDispatched("Иванов, Таштыпский РЭС", "бригада выезжает")


def done(appeal: Appeal, mutation: Mutation) -> Applied:
    """``mutation`` on ``appeal``."""
    return apply(State(appeal), an_envelope(mutation, appeal, ME), actor=ME, now=LATER)


def refusal(appeal: Appeal, mutation: Mutation) -> str:
    """The code with which the rules refuse it."""
    with pytest.raises(RefusedError) as caught:
        done(appeal, mutation)
    return caught.value.code


def kinds(applied: Applied) -> list[EventKind]:
    """What the history says."""
    return [event.kind for event in applied.events]


def in_danger(**changes: object) -> Appeal:
    """An appeal of the lane, of which no dispatcher knows."""
    return replace(an_appeal(danger=True, danger_at=NOON), **changes)  # type: ignore[arg-type]


def test_an_appeal_is_put_into_the_lane_by_hand_and_its_minutes_count_from_then() -> None:
    after = done(an_appeal(), EnterDanger())
    assert (after.appeal.danger, after.appeal.danger_at) == (True, LATER)
    assert kinds(after) == [EventKind.DANGER_ENTERED]
    assert refusal(after.appeal, EnterDanger()) == "already_in_danger"


def test_it_is_taken_out_with_a_reason_that_stays_in_the_thread() -> None:
    assert refusal(in_danger(), LeaveDanger("  ")) == "needs_reason"
    after = done(in_danger(), LeaveDanger("Это салют, провод цел"))
    assert (after.appeal.danger, after.appeal.danger_at) == (False, None)
    assert kinds(after) == [EventKind.DANGER_LEFT]
    (note,) = after.messages
    assert (note.kind, note.text) == (MessageKind.NOTE, "Это салют, провод цел")
    assert refusal(after.appeal, LeaveDanger("ещё раз")) == "not_in_danger"


def test_another_topic_does_not_take_it_out() -> None:
    after = done(in_danger(dispatched=DispatchMark("op-1", NOON, "Иванов")), SetTopic("thanks"))
    assert after.appeal.danger and after.appeal.dispatched is not None
    assert kinds(after) == [EventKind.TOPIC_SET]


def test_a_topic_of_danger_puts_it_in() -> None:
    after = done(an_appeal(), SetTopic("danger.wire", danger=True))
    assert (after.appeal.danger, after.appeal.danger_at) == (True, LATER)
    assert kinds(after) == [EventKind.TOPIC_SET, EventKind.DANGER_ENTERED]


@pytest.mark.parametrize(
    "mutation",
    [
        Postpone(LATER + timedelta(days=1), "ждём"),
        Close(Outcome.SOLVED, "акт № 5"),
        Close(Outcome.NO_REPLY_NEEDED),
        RequestTransfer("УК", "не наша сеть"),
    ],
)
def test_without_a_dispatchers_mark_it_neither_waits_nor_ends(mutation: Mutation) -> None:
    answered = in_danger(status=Status.PUBLISHED, published_at=NOON, interim_at=NOON)
    assert refusal(answered, mutation) == "danger_needs_dispatch"


def test_the_mark_says_who_told_whom_and_when_and_opens_the_way() -> None:
    assert refusal(in_danger(), MarkDispatched("  ")) == "needs_dispatcher"
    assert refusal(an_appeal(), TOLD) == "not_in_danger"
    told = done(in_danger(status=Status.PUBLISHED, published_at=NOON, interim_at=NOON), TOLD)
    assert told.appeal.dispatched == DispatchMark(
        ME.id, LATER, "Иванов, Таштыпский РЭС", "бригада выезжает"
    )
    assert kinds(told) == [EventKind.DISPATCHED]
    assert all("Иванов" not in str(event.params) for event in told.events)
    assert done(told.appeal, Close(Outcome.SOLVED, "акт № 5")).appeal.status is Status.CLOSED
    waiting = done(told.appeal, Postpone(LATER + timedelta(days=1), "ждём опору")).appeal
    assert waiting.status is Status.POSTPONED


def test_a_reopened_danger_needs_another_mark() -> None:
    told = in_danger(
        status=Status.PUBLISHED, published_at=NOON, dispatched=DispatchMark("op-1", NOON, "Иванов")
    )
    again = done(told, Reopen("снова искрит")).appeal
    assert again.danger and again.needs_dispatch


def test_a_residents_new_words_put_it_into_the_lane() -> None:
    appeal = an_appeal(owner="op-1")
    message = a_message(appeal, kind=MessageKind.RESIDENT, text="Теперь провод на земле!")
    after = receive(State(appeal), message, now=LATER, danger=True)
    assert (after.appeal.danger, after.appeal.danger_at) == (True, LATER)
    assert kinds(after) == [EventKind.RESIDENT_WROTE, EventKind.DANGER_ENTERED]
    assert not receive(State(appeal), message, now=LATER).appeal.danger
    still = receive(State(in_danger()), message, now=LATER).appeal
    assert still.danger_at == NOON


def test_danger_that_no_dispatcher_knows_of_is_merged_into_danger_alone() -> None:
    with pytest.raises(RefusedError) as caught:
        refuse_merge("a-1", an_appeal(), of="a-2", in_danger=True)
    assert caught.value.code == "danger_needs_dispatch"
    refuse_merge("a-1", in_danger(), of="a-2", in_danger=True)
    refuse_merge("a-1", an_appeal(), of="a-2")


def test_what_is_so_already_is_superseded() -> None:
    cases: list[tuple[Appeal, Mutation, str]] = [
        (in_danger(), EnterDanger(), "already_in_danger"),
        (an_appeal(), LeaveDanger("салют"), "not_in_danger"),
    ]
    for appeal, mutation, by in cases:
        assert judge(an_envelope(mutation, appeal, ME), appeal, {}) == Superseded(by)
