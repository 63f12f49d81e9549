"""Handing an appeal over: its owner's until the other accepts; and the figures of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import Appeal, Offer, OfferState, Outcome, Status
from console.domain.event import Event, EventKind
from console.domain.handover import GIVEN_BACK_WITHIN, DayAppeal, DayFigures, day_figures
from console.domain.message import MessageKind
from console.domain.mutations import (
    AcceptHandover,
    Assign,
    Claim,
    Close,
    DeclineHandover,
    Mutation,
    OfferHandover,
    Release,
    ReturnHandover,
    WithdrawHandover,
)
from console.domain.operator import Operator
from console.domain.transitions import Applied, RefusedError, State, apply, author_gone
from console.domain.verdict import Send, Superseded, judge
from tests.support.builders import (
    NOON,
    a_reply,
    a_supervisor,
    an_appeal,
    an_envelope,
    an_operator,
)

LATER = NOON + timedelta(hours=1)
ME, PAVEL, THIRD = an_operator(), an_operator(name="Павел"), an_operator(name="Третий")


def mine(**changes: object) -> Appeal:
    """An appeal of mine, in work."""
    own = an_appeal(owner=ME.id, status=Status.IN_WORK, assigned_at=NOON, danger=True)
    return replace(own, danger_at=NOON, **changes)  # type: ignore[arg-type]


def done(
    appeal: Appeal, mutation: Mutation, actor: Operator = ME, *, after: timedelta = timedelta()
) -> Applied:
    """``mutation`` on ``appeal``."""
    envelope = an_envelope(mutation, appeal, actor)
    return apply(State(appeal), envelope, actor=actor, now=LATER + after)


def refusal(appeal: Appeal, mutation: Mutation, actor: Operator = ME, **more: timedelta) -> str:
    """The code with which the rules refuse it."""
    with pytest.raises(RefusedError) as caught:
        done(appeal, mutation, actor, **more)
    return caught.value.code


def offered(**changes: object) -> Appeal:
    """An appeal of mine that Pavel is asked to take over."""
    return done(mine(**changes), OfferHandover(PAVEL.id, "ждёт ЧП", "смена спокойная")).appeal


def test_an_offered_appeal_stays_its_owners_with_every_clock_as_it_was() -> None:
    before = mine()
    after = done(before, OfferHandover(PAVEL.id, " ждёт ЧП ", "смена спокойная"))
    assert after.appeal.offer == Offer(ME.id, PAVEL.id, LATER, "ждёт ЧП", "смена спокойная")
    unmoved = replace(after.appeal, offer=None, version=before.version)
    assert unmoved == before
    (event,), (note,) = after.events, after.messages
    assert event.kind is EventKind.HANDOVER_OFFERED
    assert event.params == {"to": PAVEL.id, "message": note.id}
    assert (note.kind, note.text) == (MessageKind.NOTE, "ждёт ЧП\n\nсмена спокойная")


def test_an_offer_without_a_word_leaves_no_note() -> None:
    assert done(mine(), OfferHandover(PAVEL.id)).messages == ()


@pytest.mark.parametrize(
    ("changes", "to", "code"),
    [
        ({"owner": None}, PAVEL, "handover_not_yours"),
        ({"owner": THIRD.id}, PAVEL, "handover_not_yours"),
        ({}, ME, "handover_to_oneself"),
        ({"status": Status.CLOSED}, PAVEL, "ended"),
        ({"status": Status.PUBLISHED}, PAVEL, "handover_answered"),
    ],
)
def test_only_ones_own_open_appeal_is_offered_to_somebody_else(
    changes: dict[str, object], to: Operator, code: str
) -> None:
    assert refusal(mine(**changes), OfferHandover(to.id)) == code


def test_a_second_offer_waits_for_the_first_to_be_taken_back() -> None:
    assert refusal(offered(), OfferHandover(THIRD.id)) == "already_offered"
    free = done(offered(), WithdrawHandover()).appeal
    assert free.offer is None
    again = done(free, OfferHandover(THIRD.id)).appeal
    assert again.offer is not None and again.offer.to == THIRD.id


def test_who_accepts_becomes_the_owner_and_nothing_else_moves() -> None:
    before = offered()
    after = done(before, AcceptHandover(), PAVEL)
    assert after.appeal.owner == PAVEL.id
    assert after.appeal.offer is not None
    assert after.appeal.offer.state is OfferState.ACCEPTED
    back = replace(after.appeal, owner=ME.id, offer=before.offer, version=before.version)
    assert back == before
    (event,) = after.events
    assert (event.kind, event.params) == (EventKind.HANDED_OVER, {"from": ME.id, "to": PAVEL.id})


def test_nobody_else_accepts_or_declines() -> None:
    for one in (AcceptHandover(), DeclineHandover("не смогу")):
        assert refusal(offered(), one, THIRD) == "offer_gone"
        assert refusal(offered(), one, ME) == "already_yours"


@pytest.mark.parametrize(
    ("mutation", "actor", "code"),
    [
        (WithdrawHandover(), ME, "offer_gone"),
        (Release(), ME, "offer_gone_free"),
        (Assign(THIRD.id), a_supervisor(), "offer_gone"),
        (Close(Outcome.NO_REPLY_NEEDED), ME, "ended"),
        (a_reply(), ME, "handover_answered"),
    ],
)
def test_a_stale_offer_is_refused_with_its_cause(
    mutation: Mutation, actor: Operator, code: str
) -> None:
    calm = replace(offered(), danger=False)
    gone = done(calm, mutation, actor).appeal
    assert gone.offer is None
    assert refusal(gone, AcceptHandover(), PAVEL) == code


def test_an_author_who_is_gone_ends_the_offer() -> None:
    assert author_gone(offered(), event_id="e", now=LATER).appeal.offer is None


def test_a_declined_line_comes_back_with_its_reason_which_stays_in_the_thread() -> None:
    assert refusal(offered(), DeclineHandover("  "), PAVEL) == "needs_reason"
    after = done(offered(), DeclineHandover("у меня и так сорок"), PAVEL)
    offer = after.appeal.offer
    assert offer is not None
    assert (offer.state, offer.reason) == (OfferState.DECLINED, "у меня и так сорок")
    assert after.appeal.owner == ME.id
    (event,), (note,) = after.events, after.messages
    assert (event.kind, note.text) == (EventKind.HANDOVER_DECLINED, "у меня и так сорок")
    assert all("сорок" not in value for value in event.params.values())
    assert refusal(after.appeal, AcceptHandover(), PAVEL) == "offer_gone"
    assert done(after.appeal, OfferHandover(THIRD.id)).appeal.offer is not None
    assert done(after.appeal, WithdrawHandover()).appeal.offer is None


def test_an_acceptance_is_taken_back_soon_or_not_at_all() -> None:
    taken = done(offered(), AcceptHandover(), PAVEL).appeal
    back = done(taken, ReturnHandover(), PAVEL, after=GIVEN_BACK_WITHIN).appeal
    assert back.owner == ME.id
    assert back.offer is not None and back.offer.state is OfferState.OFFERED
    late = GIVEN_BACK_WITHIN + timedelta(seconds=1)
    assert refusal(taken, ReturnHandover(), PAVEL, after=late) == "taken_over_long_ago"
    assert refusal(taken, ReturnHandover(), ME) == "not_taken_over"
    assert refusal(offered(), ReturnHandover(), PAVEL) == "not_taken_over"
    assert refusal(taken, WithdrawHandover()) == "offer_accepted"


def test_a_supervisor_who_claims_it_ends_the_offer() -> None:
    assert done(offered(), Claim(), a_supervisor()).appeal.offer is None


def test_what_is_so_already_goes_quietly() -> None:
    taken = done(offered(), AcceptHandover(), PAVEL).appeal
    accept = an_envelope(AcceptHandover(), taken, PAVEL)
    assert judge(accept, taken, {}) == Superseded("already_yours")
    assert judge(accept, offered(), {}) == Send()
    withdraw = an_envelope(WithdrawHandover(), taken, ME)
    assert judge(withdraw, mine(), {}) == Superseded("not_offered")


# ── The figures of a day ───────────────────────────────────────────────────────────────────────


def a_day(*kinds: EventKind, minutes: int = 30, **changes: object) -> DayAppeal:
    """An appeal with these events, each so many minutes after intake."""
    appeal = an_appeal()
    at = appeal.received_at + timedelta(minutes=minutes)
    events = tuple(
        Event(appeal.branch, f"{appeal.id}:{n}", appeal.id, at, kind)
        for n, kind in enumerate(kinds)
    )
    return DayAppeal(replace(appeal, **{"first_reply_at": at} | changes), events)  # type: ignore[arg-type]


def test_a_day_without_work_is_empty_and_says_no_share() -> None:
    figures = day_figures([], was_in_time=lambda _: True)
    assert figures == DayFigures() and figures.is_empty
    assert (figures.first_minutes, figures.share) == (None, None)


def test_a_day_is_counted_by_what_was_done() -> None:
    kinds = EventKind
    late = a_day(kinds.REPLIED, minutes=90)
    day = [
        a_day(kinds.REPLIED, kinds.PROMISE_KEPT, minutes=10),
        late,
        a_day(kinds.INTERIM_REPLIED, kinds.PROMISED, minutes=20),
        a_day(kinds.TAKEN_IN, kinds.CLOSED, first_reply_at=NOON),
        a_day(kinds.PROMISE_BROKEN, first_reply_at=None),
    ]
    figures = day_figures(day, was_in_time=lambda appeal: appeal != late.appeal)
    assert (figures.answered, figures.interim, figures.closed, figures.calls) == (2, 1, 1, 1)
    assert (figures.kept, figures.broken) == (1, 1)
    assert figures.first_minutes == 20
    assert (figures.in_time, figures.timed, figures.share) == (1, 2, 0.5)


def test_an_answer_that_nothing_binds_says_nothing_of_being_in_time() -> None:
    figures = day_figures([a_day(EventKind.REPLIED)], was_in_time=lambda _: None)
    assert (figures.answered, figures.timed, figures.share) == (1, 0, None)


def test_an_answer_after_somebody_elses_first_one_has_no_wait_of_its_own() -> None:
    later = a_day(EventKind.REPLIED, first_reply_at=NOON + timedelta(minutes=5))
    assert day_figures([later], was_in_time=lambda _: True).first_minutes is None
