"""Pulling in pieces, and the last look at an entry before it leaves."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.appeal import Appeal, Status
from console.domain.event import Event, EventKind
from console.domain.ids import Ref, second_id, uuid7
from console.domain.message import Message
from console.domain.mutations import Claim, MoveEtr, OpenOutage, Seen
from console.domain.operator import Operator, Role
from console.domain.outage import OutageKind, OutageStatus
from console.errors import (
    OtklikError,
    ProtocolError,
    RejectedError,
    SignInNeededError,
    TransientError,
)
from console.ports import FeedPosition
from console.readmodel import EntryState, HeldReason, OutboxEntry
from console.sync import pull, push
from console.wire.schema import (
    Answer,
    AnswerOutcome,
    AnswerReason,
    Page,
    RowKind,
    Rows,
    Tombstone,
)
from tests.support.builders import (
    NOON,
    a_message,
    a_reply,
    an_appeal,
    an_envelope,
    an_operator,
    an_outage,
    quoting,
)
from tests.support.console_store import Store, a_store


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    with a_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def olga(store: Store) -> Operator:
    operator = an_operator()
    store.sign_in(operator)
    return operator


def only(store: Store) -> OutboxEntry:
    (entry,) = store.reader.outbox()
    return entry


# ---------------------------------------------------------------------- pieces


@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from("ame")), max_size=60), st.integers(1, 8)
)
def test_pieces_hold_every_row_once_and_never_part_an_appeal(
    made: list[tuple[int, str]], size: int
) -> None:
    appeals: list[Appeal] = []
    messages: list[Message] = []
    events: list[Event] = []
    for number, (which, kind) in enumerate(made):
        appeal = an_appeal(id=f"a{which}")
        if kind == "a":
            appeals.append(appeal)
        elif kind == "m":
            messages.append(a_message(appeal, id=f"m{number}"))
        else:
            events.append(Event(appeal.branch, f"e{number}", appeal.id, NOON, EventKind.TAGGED))
    whole = Rows(tuple(appeals), tuple(messages), tuple(events), (an_outage(),), (an_operator(),))
    parts = list(pull.pieces(whole, size=size))
    assert parts[0].outages == whole.outages and parts[0].operators == whole.operators
    assert sorted(a.id for p in parts for a in p.appeals) == sorted(a.id for a in appeals)
    assert sorted(m.id for p in parts for m in p.messages) == sorted(m.id for m in messages)
    assert sorted(e.id for p in parts for e in p.events) == sorted(e.id for e in events)
    homes = [
        {a.id for a in p.appeals} | {m.appeal for m in p.messages} | {e.appeal for e in p.events}
        for p in parts
    ]
    for which in range(10):
        assert sum(f"a{which}" in home for home in homes) <= 1


def test_an_empty_page_has_no_pieces() -> None:
    assert list(pull.pieces(Rows(), size=10)) == []


# ---------------------------------------------------------------------- prepare


def test_an_entry_is_in_flight_before_it_leaves(store: Store, olga: Operator) -> None:
    appeal = an_appeal()
    store.take(appeal)
    envelope = an_envelope(a_reply(), appeal, olga)
    seq = store.enqueue(envelope).seq
    prepared = store.do(lambda tx: push.prepare(tx, seq))
    assert prepared == push.Prepared(envelope, again=False)
    assert (only(store).state, only(store).attempts) == (EntryState.IN_FLIGHT, 1)
    again = store.do(lambda tx: push.prepare(tx, seq))
    assert again == push.Prepared(envelope, again=True)
    assert only(store).attempts == 2


def test_a_stale_reply_is_held_with_every_reason(store: Store, olga: Operator) -> None:
    outage = an_outage()
    appeal = an_appeal()
    store.take(appeal, outages=[outage])
    reply = a_reply(quotes=(quoting(outage),))
    seq = store.enqueue(an_envelope(reply, appeal, olga)).seq
    moved = replace(appeal, version=2, last_resident_message="m-2", owner="op-pavel")
    store.take(moved, outages=[replace(outage, version=2, etr=None)])
    assert store.do(lambda tx: push.prepare(tx, seq)) is None
    held = only(store)
    assert held.state is EntryState.HELD
    assert {(r.source, r.code) for r in held.held} == {
        ("stale", "new_comment"),
        ("stale", "owner_changed"),
        ("stale", "etr_moved"),
    }
    assert held.server == moved
    assert store.do(lambda tx: push.prepare(tx, seq)) is None
    assert only(store).attempts == 0


def test_an_entry_in_flight_is_not_judged_again(store: Store, olga: Operator) -> None:
    """It may be out already, and then the appeal has moved on because of it."""
    appeal = an_appeal()
    store.take(appeal)
    envelope = an_envelope(a_reply(), appeal, olga)
    seq = store.enqueue(envelope).seq
    store.do(lambda tx: push.prepare(tx, seq))
    store.take(replace(appeal, version=2, last_reply=envelope.id, status=Status.PUBLISHED))
    assert store.do(lambda tx: push.prepare(tx, seq)) == push.Prepared(envelope, again=True)


def test_a_reply_is_judged_by_the_mirror_and_not_by_our_own_wishes(
    store: Store, olga: Operator
) -> None:
    """The claim before it is still here; its owner is not yet on the server."""
    appeal = an_appeal()
    store.take(appeal)
    store.enqueue(an_envelope(Claim(), appeal, olga))
    mine = replace(appeal, owner=olga.id, status=Status.ASSIGNED)
    entry = store.enqueue(an_envelope(a_reply(), appeal, olga, seen=Seen.of(mine)))
    assert store.do(lambda tx: push.prepare(tx, entry.seq)) is not None


def test_what_is_so_already_quietly_goes(store: Store, olga: Operator) -> None:
    appeal = an_appeal()
    store.take(appeal)
    seq = store.enqueue(an_envelope(Claim(), appeal, olga)).seq
    store.take(replace(appeal, version=2, owner=olga.id))
    assert store.do(lambda tx: push.prepare(tx, seq)) is None
    assert store.reader.outbox() == []


def test_an_entry_that_was_taken_back_meanwhile_is_no_error(store: Store, olga: Operator) -> None:
    assert store.do(lambda tx: push.prepare(tx, 99)) is None


def test_an_appeal_out_of_reach_holds_its_entry(store: Store, olga: Operator) -> None:
    seq = store.enqueue(an_envelope(a_reply(), an_appeal(), olga)).seq
    assert store.do(lambda tx: push.prepare(tx, seq)) is None
    assert [reason.code for reason in only(store).held] == ["appeal_gone"]
    assert only(store).server is None


def test_an_outage_that_is_opened_here_is_sent_without_a_verdict(store: Store) -> None:
    dispatcher = an_operator(role=Role.DISPATCHER)
    store.sign_in(dispatcher)
    opened = OpenOutage(OutageKind.EMERGENCY, OutageStatus.ACTIVE, NOON, ())
    for target, mutation in (
        (Ref("krasnoyarsk", "out-new"), opened),
        (an_outage().ref, MoveEtr(None)),
    ):
        seq = store.enqueue(an_envelope(mutation, target, dispatcher)).seq
        assert store.do(lambda tx, seq=seq: push.prepare(tx, seq)) is not None  # type: ignore[misc]


# ---------------------------------------------------------------------- settle


def in_flight(store: Store, olga: Operator) -> tuple[Appeal, int]:
    appeal = an_appeal()
    store.take(appeal)
    seq = store.enqueue(an_envelope(a_reply(), appeal, olga)).seq
    store.do(lambda tx: push.prepare(tx, seq))
    return appeal, seq


@pytest.mark.parametrize("outcome", [AnswerOutcome.APPLIED, AnswerOutcome.SUPERSEDED])
def test_an_acknowledged_entry_goes_and_its_rows_come_at_once(
    store: Store, olga: Operator, outcome: AnswerOutcome
) -> None:
    appeal, seq = in_flight(store, olga)
    after = replace(appeal, version=2, status=Status.PUBLISHED, last_reply="r")
    answer = Answer("x", outcome, Rows(appeals=(after,)), NOON)
    store.heard.clear()
    store.do(lambda tx: push.settle(tx, seq, answer))
    assert store.reader.outbox() == []
    view = store.reader.appeal(appeal.ref)
    assert view is not None and view.appeal == after
    (changes,) = store.heard
    assert changes.outbox and changes.appeals == {appeal.ref}


@pytest.mark.parametrize(
    ("outcome", "source"), [(AnswerOutcome.CONFLICT, "stale"), (AnswerOutcome.REFUSED, "refused")]
)
def test_an_answer_that_is_a_no_holds_the_entry_with_its_reasons(
    store: Store, olga: Operator, outcome: AnswerOutcome, source: str
) -> None:
    appeal, seq = in_flight(store, olga)
    now = replace(appeal, version=9, owner="op-pavel")
    reasons = (AnswerReason("owner_changed", {"operator": "op-pavel"}),)
    answer = Answer("x", outcome, Rows(appeals=(now,)), NOON, reasons)
    store.do(lambda tx: push.settle(tx, seq, answer))
    held = only(store)
    assert held.held == (HeldReason(source, "owner_changed", {"operator": "op-pavel"}),)
    assert (held.state, held.server) == (EntryState.HELD, now)


def test_a_conflict_that_its_author_has_seen_since_goes_again_under_a_second_id(
    store: Store, olga: Operator
) -> None:
    appeal = an_appeal()
    store.take(appeal)
    asked = an_envelope(a_reply(), appeal, olga, id=uuid7(NOON, bytes(10)))
    seq = store.enqueue(asked).seq
    store.do(lambda tx: push.prepare(tx, seq))
    conflict = AnswerReason("new_comment", {"message": "m1"})
    answer = Answer("x", AnswerOutcome.CONFLICT, Rows(appeals=(appeal,)), NOON, (conflict,))
    store.do(lambda tx: push.settle(tx, seq, answer))
    again = only(store)
    assert (again.state, again.held) == (EntryState.QUEUED, ())
    assert again.envelope == replace(asked, id=second_id(asked.id) or "")
    store.do(lambda tx: push.prepare(tx, seq))
    store.do(lambda tx: push.settle(tx, seq, answer))
    assert only(store).state is EntryState.HELD, "it is not asked for a third time by itself"


def test_an_answer_to_nothing_still_brings_its_rows(store: Store, olga: Operator) -> None:
    appeal = an_appeal()
    store.take(appeal)
    after = replace(appeal, version=2, topic="quality.voltage")
    answer = Answer("x", AnswerOutcome.APPLIED, Rows(appeals=(after,)), NOON)
    store.do(lambda tx: push.settle(tx, 99, answer))
    view = store.reader.appeal(appeal.ref)
    assert view is not None and view.appeal == after


def test_a_stored_answer_does_not_bring_back_what_has_been_removed_since(
    store: Store, olga: Operator
) -> None:
    """Its tombstone has been pulled already, and no other would ever come."""
    appeal, seq = in_flight(store, olga)
    note, outage = a_message(appeal), an_outage(branch="omsk")
    store.do(lambda tx: tx.mirror.drop([Tombstone(RowKind.APPEAL, appeal.ref)]))
    rows = Rows(appeals=(appeal,), messages=(note,), outages=(outage,))
    store.do(lambda tx: push.settle(tx, seq, Answer("x", AnswerOutcome.APPLIED, rows, NOON)))
    assert store.reader.outbox() == []
    assert store.reader.appeal(appeal.ref) is None
    assert store.reader.outage("omsk", outage.id) is None
    assert store.reader.mirrored_rows() == 0


def test_rows_of_an_answer_are_ahead_of_the_cursors_until_a_pull_brings_them(
    store: Store, olga: Operator
) -> None:
    appeal, seq = in_flight(store, olga)
    before = FeedPosition("e", ("krasnoyarsk",), {"krasnoyarsk": 1}, complete=True, run="run-1")
    store.do(lambda tx: tx.mirror.set_position(before))
    refused = Answer("x", AnswerOutcome.REFUSED, Rows(), NOON)
    assert store.do(lambda tx: push.settle(tx, seq, refused)) == before
    rows = Rows(appeals=(replace(appeal, version=2),))
    answer = Answer("x", AnswerOutcome.APPLIED, rows, NOON)
    ahead = store.do(lambda tx: push.settle(tx, seq, answer))
    assert ahead == replace(before, ahead=True) == store.reader.position()
    more = store.do(lambda tx: pull.take_end(tx, a_page(more=True), complete=True))
    assert more.ahead and store.reader.position().ahead
    after = store.do(lambda tx: pull.take_end(tx, a_page(), complete=True))
    assert not after.ahead and not store.reader.position().ahead


@pytest.mark.parametrize(
    ("changes", "is_lost"),
    [
        ({}, False),
        ({"run": "run-2"}, False),
        ({"ahead": True}, False),
        ({"ahead": True, "run": "run-2"}, True),
        ({"ahead": True, "run": "run-2", "cursors": {}}, False),
        ({"epoch": "another"}, True),
        ({"epoch": ""}, False),
    ],
)
def test_what_only_answers_have_brought_is_not_believed_in_another_run(
    changes: dict[str, Any], is_lost: bool
) -> None:
    position = replace(
        FeedPosition("e", ("omsk",), {"omsk": 1}, complete=True, run="run-1"), **changes
    )
    assert pull.is_of_another_past(a_page(), position) is is_lost


def a_page(*, more: bool = False) -> Page:
    return Page("e", ("omsk",), {"omsk": 1}, {"omsk": 1}, Rows(), (), (), more, NOON, None, "run-1")


@pytest.mark.parametrize("state", [EntryState.IN_FLIGHT, EntryState.HELD])
def test_what_the_feed_shows_as_done_leaves_the_outbox_without_an_answer(
    store: Store, olga: Operator, state: EntryState
) -> None:
    appeal, seq = in_flight(store, olga)
    other = store.enqueue(an_envelope(a_reply(), appeal, olga)).seq
    for each in (seq, other):
        store.do(lambda tx, each=each: tx.outbox.mark(each, state))  # type: ignore[misc]
    ident = store.reader.outbox()[0].envelope.id
    event = Event(appeal.branch, f"{ident}:replied", appeal.id, NOON, EventKind.REPLIED)
    store.do(lambda tx: pull.take_piece(tx, Rows(events=(event,))))
    assert only(store).seq == other


# ---------------------------------------------------------------------- failures

_UNSENT = TransientError("", code="refused", reached=False)
_MAYBE = TransientError("", code="timeout", reached=True)


_FAILURES: list[tuple[OtklikError, bool, EntryState, str]] = [
    (_UNSENT, False, EntryState.QUEUED, "refused"),
    (_UNSENT, True, EntryState.IN_FLIGHT, "refused"),
    (_MAYBE, False, EntryState.IN_FLIGHT, "timeout"),
    (_MAYBE, True, EntryState.IN_FLIGHT, "timeout"),
    (ProtocolError("", code="version"), False, EntryState.IN_FLIGHT, "version"),
    (SignInNeededError("over"), False, EntryState.QUEUED, ""),
    (SignInNeededError("over"), True, EntryState.IN_FLIGHT, ""),
]


@pytest.mark.parametrize("failure", _FAILURES, ids=repr)
def test_only_what_certainly_did_not_arrive_may_be_taken_back(
    store: Store, olga: Operator, failure: tuple[OtklikError, bool, EntryState, str]
) -> None:
    error, again, state, said = failure
    _, seq = in_flight(store, olga)
    store.do(lambda tx: push.failed(tx, seq, error, again=again))
    assert (only(store).state, only(store).last_error, only(store).attempts) == (state, said, 1)


def test_what_will_never_be_taken_is_held_for_a_person(store: Store, olga: Operator) -> None:
    _, seq = in_flight(store, olga)
    error = RejectedError("too long", code="too_large")
    store.do(lambda tx: push.failed(tx, seq, error, again=False))
    assert only(store).held == (HeldReason("rejected", "too_large"),)
    store.do(lambda tx: push.failed(tx, 99, error, again=False))


def test_what_is_turned_away_after_a_delivery_without_an_answer_is_held_as_unclear(
    store: Store, olga: Operator
) -> None:
    _, seq = in_flight(store, olga)
    error = RejectedError("not yours any more", code="not_allowed")
    store.do(lambda tx: push.failed(tx, seq, error, again=True))
    assert only(store).held == (HeldReason("rejected", "unclear", {"code": "not_allowed"}),)
    assert only(store).may_have_arrived
