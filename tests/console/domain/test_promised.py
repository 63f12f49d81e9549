"""The promise that an appeal stands under: made by a reply, then kept, broken or moved."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from console.domain.appeal import Appeal, Outcome, Status
from console.domain.event import EventKind
from console.domain.mutations import Approve, Close, DecideTransfer, Mutation, SettlePromise
from console.domain.operator import Role
from console.domain.transitions import Applied, RefusedError, State, apply
from console.domain.verdict import Superseded, judge
from tests.support.builders import NOON, a_reply, an_appeal, an_envelope, an_operator

SIX = NOON + timedelta(hours=6)
EIGHT = NOON + timedelta(hours=8)
ME = an_operator(role=Role.SENIOR)


def done(state: Appeal | Applied, mutation: Mutation, *, now: datetime = NOON) -> Applied:
    """``mutation`` at ``now``, on an appeal or on what another mutation left."""
    appeal = state if isinstance(state, Appeal) else state.appeal
    known = {} if isinstance(state, Appeal) else {one.id: one for one in state.messages}
    envelope = an_envelope(mutation, appeal, ME)
    return apply(State(appeal, known), envelope, actor=ME, now=now)


def told(applied: Applied) -> list[EventKind]:
    """What the history says of promises."""
    return [event.kind for event in applied.events if event.kind.startswith("promise")]


def promised(until: datetime = SIX) -> Applied:
    """An appeal that was answered with a promise."""
    return done(an_appeal(), a_reply(promise_at=until))


def test_a_promise_in_a_final_answer_outlives_the_answer_and_its_closing() -> None:
    after = promised()
    assert (after.appeal.promise_at, after.appeal.promised_at) == (SIX, NOON)
    assert after.appeal.promise_message == after.messages[0].id
    assert told(after) == [EventKind.PROMISED]
    closed = done(after, Close(Outcome.EXPLAINED))
    assert (closed.appeal.status, closed.appeal.promise_at) == (Status.CLOSED, SIX)


def test_a_reply_that_awaits_approval_promises_nothing_before_it_is_out() -> None:
    waiting = done(an_appeal(), a_reply(approval=True, promise_at=SIX))
    assert waiting.appeal.promise_at is None
    out = done(waiting, Approve(waiting.messages[0].id), now=NOON + timedelta(hours=1))
    assert (out.appeal.promise_at, out.appeal.promised_at) == (SIX, NOON + timedelta(hours=1))


def test_the_next_reply_in_time_keeps_it_and_a_late_one_has_broken_it() -> None:
    in_time = done(promised(), a_reply(), now=SIX)
    assert told(in_time) == [EventKind.PROMISE_KEPT]
    late = done(promised(), a_reply(), now=SIX + timedelta(seconds=1))
    assert told(late) == [EventKind.PROMISE_BROKEN]
    assert (late.appeal.promise_at, late.appeal.promise_message) == (None, None)


def test_a_reply_that_promises_a_later_time_moves_it_and_says_from_when() -> None:
    moved = done(promised(), a_reply(promise_at=EIGHT), now=NOON + timedelta(hours=1))
    assert moved.appeal.promise_at == EIGHT
    (event,) = [e for e in moved.events if e.kind is EventKind.PROMISE_MOVED]
    assert event.params == {"from": SIX.isoformat(), "until": EIGHT.isoformat()}


def test_a_new_promise_after_a_broken_one_says_both() -> None:
    after = done(promised(), a_reply(promise_at=EIGHT), now=SIX + timedelta(hours=1))
    assert told(after) == [EventKind.PROMISE_BROKEN, EventKind.PROMISED]
    assert after.appeal.promise_at == EIGHT


def test_the_same_promise_again_changes_nothing_in_the_history() -> None:
    assert told(done(promised(), a_reply(promise_at=SIX), now=NOON)) == []


@pytest.mark.parametrize(
    ("kept", "kind"), [(True, EventKind.PROMISE_KEPT), (False, EventKind.PROMISE_BROKEN)]
)
def test_an_operator_says_how_it_ended_also_when_the_appeal_is_closed(
    kept: bool, kind: EventKind
) -> None:
    closed = done(promised(), Close(Outcome.EXPLAINED))
    after = done(closed, SettlePromise(kept), now=EIGHT)
    assert told(after) == [kind]
    assert (after.appeal.promise_at, after.appeal.status) == (None, Status.CLOSED)
    with pytest.raises(RefusedError, match="no_promise"):
        done(after, SettlePromise(kept))


def test_of_several_promises_the_next_is_due_when_the_first_is_settled() -> None:
    both = done(an_appeal(), a_reply(promise_at=SIX, later_promises=(EIGHT, NOON)))
    assert (both.appeal.promise_at, both.appeal.later_promises) == (SIX, (EIGHT,))
    after = done(both, SettlePromise(kept=True), now=SIX)
    assert (after.appeal.promise_at, after.appeal.later_promises) == (EIGHT, ())
    assert after.appeal.promised_at == SIX


def test_what_another_company_answers_we_have_not_to_keep() -> None:
    appeal = an_appeal(
        status=Status.TRANSFER_REQUESTED, promise_at=SIX, promised_at=NOON, promise_message="m"
    )
    boss = an_operator(role=Role.SENIOR)
    envelope = an_envelope(DecideTransfer(granted=True), appeal, boss)
    after = apply(State(appeal), envelope, actor=boss, now=NOON).appeal
    assert (after.promise_at, after.promise_message) == (None, None)


def test_settling_what_is_settled_is_superseded() -> None:
    envelope = an_envelope(SettlePromise(kept=True), an_appeal(), ME)
    assert judge(envelope, an_appeal(), {}) == Superseded("no_promise")


def test_nothing_can_be_promised_beyond_all_reason() -> None:
    far = NOON + timedelta(days=800)
    for reply in (a_reply(promise_at=far), a_reply(promise_at=SIX, later_promises=(far,))):
        with pytest.raises(RefusedError, match="until_is_too_far"):
            done(an_appeal(), reply)
