"""An appeal that a call-taker writes down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.domain.appeal import OWN_SOURCE, Author, Outcome, Place, Status
from console.domain.creation import create
from console.domain.event import EventKind
from console.domain.ids import Ref
from console.domain.message import MessageKind
from console.domain.mutations import CreateAppeal
from console.domain.operator import Operator, Role
from console.domain.transitions import Applied, RefusedError, State, apply
from tests.support.builders import NOON, an_envelope, an_operator, an_outage, quoting

TARGET = Ref("krasnoyarsk", "a-new")
CALL = CreateAppeal(
    channel="phone",
    author=Author("Ирина Петрова", phone="+7 913 555-01-01"),
    text="Нет света с обеда.",
    place=Place("Солонцы", street="Новая", house="5"),
    topic="outage.emergency",
)


def made(call: CreateAppeal = CALL, actor: Operator | None = None, **changes: Any) -> Applied:
    """What becomes of ``call``, which the server hears of an hour later."""
    actor = actor or an_operator()
    envelope = replace(an_envelope(call, TARGET, actor), **changes)
    return create(envelope, actor=actor, now=NOON + timedelta(hours=1))


def test_the_caller_waits_since_the_call_not_since_the_server_heard_of_it() -> None:
    me = an_operator()
    done = made(actor=me)
    appeal = done.appeal
    assert appeal.ref == TARGET and (appeal.source, appeal.number) == (OWN_SOURCE, "")
    assert appeal.created_at == appeal.received_at == NOON + timedelta(minutes=15)
    assert (appeal.status, appeal.owner) == (Status.ASSIGNED, me.id)
    assert [m.kind for m in done.messages] == [MessageKind.RESIDENT]
    assert appeal.last_resident_message == done.messages[0].id


def test_a_clock_that_is_ahead_dates_nothing_into_the_future() -> None:
    assert made(at=NOON + timedelta(days=1)).appeal.created_at == NOON + timedelta(hours=1)
    said_so = replace(CALL, called_at=NOON - timedelta(minutes=3))
    assert made(said_so).appeal.created_at == NOON - timedelta(minutes=3)


def test_who_was_told_of_the_outage_is_owed_nothing_more() -> None:
    outage = an_outage()
    said = "Свет дадут до 15:00."
    call = replace(CALL, outage=outage.id, said=said, quotes=(quoting(outage),), note="Звонила.")
    done = made(call)
    appeal = done.appeal
    assert (appeal.status, appeal.outcome) == (Status.CLOSED, Outcome.EXPLAINED)
    assert appeal.has_outage(outage.id)
    kinds = [(m.kind, m.text) for m in done.messages]
    assert kinds == [
        (MessageKind.RESIDENT, CALL.text),
        (MessageKind.NOTE, "Звонила."),
        (MessageKind.REPLY, said),
    ]
    assert [e.kind for e in done.events] == [
        EventKind.TAKEN_IN,
        EventKind.TAGGED,
        EventKind.NOTE_ADDED,
        EventKind.REPLIED,
        EventKind.CLOSED,
    ]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (replace(CALL, text="  "), "empty_text"),
        (replace(CALL, danger=True, said="Ждите."), "danger_needs_solution"),
        (replace(CALL, author=Author("И" * 201)), "too_long"),
    ],
)
def test_a_call_without_words_or_with_danger_talked_away_is_refused(
    call: CreateAppeal, code: str
) -> None:
    with pytest.raises(RefusedError, match=code):
        made(call)


def test_only_who_may_answer_there_writes_down_calls() -> None:
    with pytest.raises(RefusedError, match="role_may_not"):
        made(actor=an_operator(role=Role.OBSERVER))
    with pytest.raises(RefusedError, match="not_your_branch"):
        made(actor=an_operator(branches=("omsk",)))


def test_what_is_there_already_is_not_created_again() -> None:
    me = an_operator()
    appeal = made(actor=me).appeal
    with pytest.raises(RefusedError, match="appeal_exists"):
        apply(State(appeal), an_envelope(CALL, appeal, me), actor=me, now=NOON)
