"""Mutations over HTTP: each is decided once, by the rules, and told to the feed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from console.domain import transitions
from console.domain.appeal import Appeal, Author, Outcome, Status
from console.domain.event import EventKind
from console.domain.ids import Ref
from console.domain.message import MessageKind, MessageState
from console.domain.mutations import (
    AddNote,
    Approve,
    Assign,
    Claim,
    Close,
    CreateAppeal,
    Envelope,
    LinkAppeals,
    MarkDispatched,
    MarkDuplicate,
    MoveEtr,
    OpenOutage,
    Postpone,
    ReturnReply,
    SendReply,
    SetOutageStatus,
    SettlePromise,
    SetTopic,
    TagOutage,
    UntagOutage,
)
from console.domain.operator import Operator, Role
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.rulebook.snooze import load_snooze
from console.server import accounts, repo, tables
from console.server.database import Database
from console.server.decision import decide
from console.server.ledger import settle
from console.wire import codec, problems
from console.wire.problems import Problem
from console.wire.schema import Answer, AnswerOutcome, Page, PresenceNotice, Rows, SignIn
from tests.support.builders import (
    NOON,
    a_message,
    a_reply,
    a_supervisor,
    an_appeal,
    an_envelope,
    an_id,
    an_operator,
    an_outage,
    quoting,
)
from tests.support.clock import StandingClock
from tests.support.files import NORMS
from tests.support.server import LiveServer, employ, signed_in

APPLIED, CONFLICT = AnswerOutcome.APPLIED, AnswerOutcome.CONFLICT
REFUSED, SUPERSEDED = AnswerOutcome.REFUSED, AnswerOutcome.SUPERSEDED


@dataclass(frozen=True, slots=True)
class Desk:
    """One signed-in operator."""

    operator: Operator
    client: httpx.Client

    def post(self, envelope: Envelope) -> httpx.Response:
        return self.client.post("/v1/mutations", content=codec.encode(codec.to_wire(envelope)))

    def ask(self, mutation: Any, target: Any, **changes: Any) -> Answer:
        response = self.post(an_envelope(mutation, target, self.operator, **changes))
        assert response.status_code == 200, response.text
        return codec.decode(response.content, Answer)

    def page(self, since: str = "") -> Page:
        response = self.client.get("/v1/changes", params={"since": since})
        assert response.status_code == 200, response.text
        return codec.decode(response.content, Page)


@contextmanager
def _desk(server: LiveServer, operator: Operator) -> Generator[Desk]:
    employ(server.database, operator)
    with signed_in(server.url, operator.login) as client:
        yield Desk(operator, client)


@pytest.fixture
def desk(server: LiveServer) -> Generator[Desk]:
    """An operator of Красноярскэнерго."""
    with _desk(server, an_operator()) as one:
        yield one


@pytest.fixture
def lead(server: LiveServer) -> Generator[Desk]:
    """A supervisor of Красноярскэнерго."""
    with _desk(server, a_supervisor()) as one:
        yield one


def _at_once(*asks: Callable[[], Answer]) -> list[Answer]:
    """What each is answered, asked on a thread of its own."""
    with ThreadPoolExecutor(len(asks)) as pool:
        return [future.result(30) for future in [pool.submit(ask) for ask in asks]]


def _put(server: LiveServer, **rows: Any) -> None:
    server.database.write(lambda c: repo.put_rows(c, Rows(**rows)))


def _appeal(server: LiveServer, **changes: Any) -> Appeal:
    appeal = an_appeal(**changes)
    _put(server, appeals=(appeal,))
    return appeal


def _now(server: LiveServer, appeal: Appeal) -> Appeal:
    found = server.database.read(lambda c: repo.find(c, Appeal, appeal.ref))
    assert found is not None
    return found


def _codes(answer: Answer) -> list[str]:
    return [reason.code for reason in answer.reasons]


def _problem(response: httpx.Response) -> Problem:
    assert response.headers["content-type"] == problems.MEDIA_TYPE
    problem = codec.decode(response.content, Problem)
    assert problem.status == response.status_code
    return problem


# ── What is allowed is done, and told ──────────────────────────────────────────────────────────


def test_a_claim_gives_the_appeal_and_writes_history(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server)
    answer = desk.ask(Claim(), appeal)
    assert answer.outcome is APPLIED
    (after,) = answer.rows.appeals
    assert (after.owner, after.status, after.version) == (desk.operator.id, Status.ASSIGNED, 2)
    assert after.assigned_at == NOON
    assert [event.kind for event in answer.rows.events] == [EventKind.CLAIMED]
    assert _now(server, appeal) == after


def test_danger_is_not_closed_before_a_dispatcher_was_told(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server, danger=True, status=Status.PUBLISHED, published_at=NOON)
    refused = desk.ask(Close(Outcome.SOLVED, "акт № 5"), appeal)
    assert (refused.outcome, _codes(refused)) == (REFUSED, ["danger_needs_dispatch"])
    told = desk.ask(MarkDispatched("Громов"), appeal)
    assert told.outcome is APPLIED
    assert [event.kind for event in told.rows.events] == [EventKind.DISPATCHED]
    assert desk.ask(Close(Outcome.SOLVED, "акт № 5"), appeal).outcome is APPLIED
    assert _now(server, appeal).status is Status.CLOSED


def test_danger_is_merged_into_danger_alone(server: LiveServer, desk: Desk) -> None:
    appeal, calm = _appeal(server, danger=True), _appeal(server)
    refused = desk.ask(MarkDuplicate(calm.id), appeal)
    assert (refused.outcome, _codes(refused)) == (REFUSED, ["danger_needs_dispatch"])
    other = _appeal(server, danger=True)
    assert desk.ask(MarkDuplicate(other.id), appeal).outcome is APPLIED


def test_a_promise_outlives_closing_and_is_settled_once(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server)
    desk.ask(a_reply(promise_at=NOON + timedelta(hours=2)), appeal)
    desk.ask(Close(Outcome.EXPLAINED), appeal)
    assert _now(server, appeal).promise_at == NOON + timedelta(hours=2)
    kept = desk.ask(SettlePromise(kept=True), appeal)
    assert [event.kind for event in kept.rows.events] == [EventKind.PROMISE_KEPT]
    assert desk.ask(SettlePromise(kept=True), appeal).outcome is SUPERSEDED


def test_what_was_done_stands_in_the_feed(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server)
    before = desk.page()
    answer = desk.ask(a_reply(), appeal)
    since = ",".join(f"{feed}:{number}" for feed, number in before.cursors.items())
    page = desk.page(since)
    assert page.rows == answer.rows
    assert page.cursors["krasnoyarsk"] == before.cursors["krasnoyarsk"] + 1


def test_a_reply_is_published_under_the_id_of_its_envelope(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server)
    answer = desk.ask(a_reply(), appeal, id="reply-1")
    (message,) = answer.rows.messages
    assert (message.id, message.state, message.kind) == (
        "reply-1",
        MessageState.PUBLISHED,
        MessageKind.REPLY,
    )
    assert answer.rows.appeals[0].status is Status.PUBLISHED


def test_an_approval_finds_the_message_that_waits(
    server: LiveServer, desk: Desk, lead: Desk
) -> None:
    appeal = _appeal(server)
    waiting = desk.ask(a_reply(approval=True), appeal)
    assert waiting.rows.messages[0].state is MessageState.AWAITING
    approved = lead.ask(Approve(waiting.rows.messages[0].id), waiting.rows.appeals[0])
    assert approved.rows.messages[0].state is MessageState.PUBLISHED
    assert approved.rows.messages[0].decided_by == lead.operator.id


def test_a_returned_reply_keeps_its_reason(server: LiveServer, desk: Desk, lead: Desk) -> None:
    appeal = _appeal(server)
    waiting = desk.ask(a_reply(approval=True), appeal)
    back = lead.ask(ReturnReply(waiting.rows.messages[0].id, "нет даты"), waiting.rows.appeals[0])
    assert back.rows.messages[0].return_reason == "нет даты"
    assert back.rows.appeals[0].status is Status.RETURNED


def test_outages_are_opened_moved_and_restored(server: LiveServer, lead: Desk) -> None:
    ref = Ref("krasnoyarsk", an_id("out-"))
    opening = OpenOutage(
        OutageKind.EMERGENCY, OutageStatus.ACTIVE, NOON, (OutageArea("Солонцы", "Новая"),)
    )
    opened = lead.ask(opening, ref)
    assert opened.outcome is APPLIED
    etr = NOON + timedelta(hours=2)
    moved = lead.ask(MoveEtr(etr, "нашли обрыв"), opened.rows.outages[0])
    assert moved.rows.outages[0].etr == etr
    restored = lead.ask(SetOutageStatus(OutageStatus.RESTORED, NOON), moved.rows.outages[0])
    assert restored.rows.outages[0].status is OutageStatus.RESTORED
    assert lead.page().rows.outages == restored.rows.outages


def test_nothing_is_put_off_for_longer_than_the_norms_say(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server, interim_at=NOON, status=Status.INTERIM_PUBLISHED)
    norms = server.centre.snooze
    late = desk.ask(Postpone(NOON + norms.longest + timedelta(days=1), "нескоро"), appeal)
    assert late.outcome is AnswerOutcome.REFUSED
    assert [reason.code for reason in late.reasons] == ["snooze_too_far"]
    assert desk.ask(Postpone(NOON + norms.longest, "нескоро"), appeal).outcome is APPLIED


def test_a_tag_names_its_outage_and_can_be_undone(server: LiveServer, desk: Desk) -> None:
    appeal, outage = _appeal(server), an_outage()
    _put(server, outages=(outage,))
    tagged = desk.ask(TagOutage(outage.id, 0.8), appeal)
    assert tagged.rows.appeals[0].outages[0].confidence == 0.8
    untagged = desk.ask(UntagOutage(outage.id), tagged.rows.appeals[0])
    assert untagged.rows.appeals[0].outages == ()


# ── Once and only once ─────────────────────────────────────────────────────────────────────────


def test_a_second_delivery_has_the_first_answer_byte_for_byte(
    server: LiveServer, desk: Desk, clock: StandingClock
) -> None:
    appeal = _appeal(server)
    envelope = an_envelope(a_reply(), appeal, desk.operator)
    first = desk.post(envelope)
    clock.move(timedelta(minutes=5))
    second = desk.post(envelope)
    assert second.content == first.content
    assert _now(server, appeal).version == 2


@pytest.mark.parametrize("mutation", [Claim(), a_reply("  "), a_reply()])
def test_answers_of_every_outcome_are_kept(server: LiveServer, desk: Desk, mutation: Any) -> None:
    """SUPERSEDED, REFUSED and CONFLICT too: the same delivery never has two answers."""
    appeal = _appeal(server, owner=desk.operator.id)
    envelope = an_envelope(mutation, appeal, desk.operator)
    if mutation == a_reply():
        desk.ask(a_reply(), appeal)
    first = desk.post(envelope)
    _put(server, appeals=(replace(appeal, owner=None, version=9),))
    assert desk.post(envelope).content == first.content


def test_a_change_whose_answer_cannot_be_kept_is_not_made(database: Database) -> None:
    operator, appeal = an_operator(), an_appeal()
    envelope = an_envelope(a_reply(), appeal, operator)
    full = "ALTER TABLE ledger ADD COLUMN odd INTEGER CHECK (odd IS NOT NULL)"
    database.write(lambda c: repo.put_rows(c, Rows(appeals=(appeal,))))
    database.write(lambda c: c.execute(text(full)))
    with pytest.raises(DBAPIError):
        settle(
            database,
            envelope,
            lambda c: decide(
                c, envelope, actor=operator, norms=NORMS, snooze=load_snooze(), now=NOON
            ),
        )
    assert database.read(lambda c: repo.find(c, Appeal, appeal.ref)) == appeal
    assert database.read(lambda c: repo.thread(c, appeal.ref)) == ()


def test_deliveries_at_the_same_moment_publish_once(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server)
    envelope = an_envelope(a_reply(), appeal, desk.operator)
    start = threading.Barrier(6)
    answers: list[bytes] = []

    def post() -> None:
        start.wait(10)
        answers.append(desk.post(envelope).content)

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert codec.decode(answers[0], Answer).outcome is APPLIED
    assert len(server.database.read(lambda c: repo.thread(c, appeal.ref))) == 1


def test_of_two_replies_at_the_same_moment_one_is_a_conflict(
    server: LiveServer, desk: Desk, lead: Desk
) -> None:
    appeal = _appeal(server)
    start = threading.Barrier(2)
    outcomes: list[AnswerOutcome] = []

    def send(one: Desk) -> None:
        start.wait(10)
        outcomes.append(one.ask(a_reply(), appeal).outcome)

    threads = [threading.Thread(target=send, args=(one,)) for one in (desk, lead)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [APPLIED, CONFLICT]
    assert len(server.database.read(lambda c: repo.thread(c, appeal.ref))) == 1


def test_of_two_outages_with_one_id_the_second_is_refused(
    server: LiveServer, lead: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the second had looked, and found none, before the first was committed."""
    ref = Ref("krasnoyarsk", an_id("out-"))
    first_decided, second_looked = threading.Event(), threading.Event()
    outcomes: list[AnswerOutcome] = []

    def open_it(connection: Connection, feeder: str) -> AnswerOutcome:
        opening = OpenOutage(OutageKind.EMERGENCY, OutageStatus.ACTIVE, NOON, (), feeder=feeder)
        envelope = an_envelope(opening, ref, lead.operator)
        norms = server.centre.norms
        decision = decide(
            connection, envelope, actor=lead.operator, norms=norms, snooze=load_snooze(), now=NOON
        )
        return decision.answer.outcome

    def first(connection: Connection) -> AnswerOutcome:
        outcome = open_it(connection, "Ф-1")
        first_decided.set()
        second_looked.wait(0.5)  # in SQLite it waits before it can look
        return outcome

    def apply_outage(*args: Any, **options: Any) -> Outage:
        if threading.current_thread() is threading.main_thread():
            second_looked.set()
        return applied(*args, **options)

    applied = transitions.apply_outage
    monkeypatch.setattr(transitions, "apply_outage", apply_outage)
    database = server.database
    thread = threading.Thread(target=lambda: outcomes.append(database.write(first)))
    thread.start()
    first_decided.wait(10)
    outcomes.append(database.write(lambda c: open_it(c, "Ф-2")))
    thread.join()
    assert sorted(outcomes) == [APPLIED, REFUSED]
    assert [outage.feeder for outage in lead.page().rows.outages] == ["Ф-1"]


def test_anothers_envelope_id_gives_nothing_away(
    server: LiveServer, desk: Desk, lead: Desk
) -> None:
    appeal = _appeal(server)
    desk.ask(AddNote("секрет"), appeal, id="note-1")
    response = lead.post(an_envelope(AddNote("другое"), appeal, lead.operator, id="note-1"))
    assert response.status_code == 403
    assert "секрет" not in response.text


# ── Conflicts ──────────────────────────────────────────────────────────────────────────────────


def test_a_reply_against_an_unseen_comment_comes_back_with_the_thread(
    server: LiveServer, desk: Desk
) -> None:
    appeal = _appeal(server)
    comment = a_message(appeal)
    later = replace(appeal, last_resident_message=comment.id, version=2)
    _put(server, appeals=(later,), messages=(comment,))
    answer = desk.ask(a_reply(), appeal)
    assert answer.outcome is CONFLICT
    assert _codes(answer) == ["new_comment"]
    assert answer.rows.appeals == (later,)
    assert answer.rows.messages == (comment,)
    assert _now(server, appeal) == later


def test_a_reply_that_quotes_an_old_time_comes_back_with_the_outage(
    server: LiveServer, desk: Desk
) -> None:
    appeal, outage = _appeal(server), an_outage()
    moved = replace(outage, etr=NOON + timedelta(hours=5), version=2)
    _put(server, outages=(moved,))
    answer = desk.ask(a_reply(quotes=(quoting(outage),)), appeal)
    assert answer.outcome is CONFLICT
    assert _codes(answer) == ["etr_moved"]
    assert answer.rows.outages == (moved,)


def test_what_is_so_already_is_superseded(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server, owner=desk.operator.id)
    answer = desk.ask(Claim(), appeal)
    assert answer.outcome is SUPERSEDED
    assert _now(server, appeal).version == 1


# ── Refusals ───────────────────────────────────────────────────────────────────────────────────


def _refusal(answer: Answer) -> str:
    assert answer.outcome is REFUSED
    (code,) = _codes(answer)
    return code


def test_an_unknown_appeal_is_refused(desk: Desk) -> None:
    assert _refusal(desk.ask(Claim(), Ref("krasnoyarsk", "nowhere"))) == "unknown_appeal"


def test_another_branch_is_refused_before_anything_is_looked_up(
    server: LiveServer, desk: Desk
) -> None:
    appeal = _appeal(server, branch="omsk")
    answer = desk.ask(Claim(), appeal)
    assert _refusal(answer) == "not_your_branch"
    assert len(answer.rows) == 0


def test_a_role_without_the_right_is_refused(server: LiveServer) -> None:
    appeal = _appeal(server)
    with _desk(server, an_operator(role=Role.OBSERVER)) as observer:
        assert _refusal(observer.ask(Claim(), appeal)) == "role_may_not"


def test_a_refusal_shows_the_appeal_as_it_stands(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server, owner="somebody", version=7)
    answer = desk.ask(Claim(), replace(appeal, owner=None))
    assert _refusal(answer) == "claimed_by"
    assert answer.rows.appeals == (appeal,)


def test_work_is_assigned_to_somebody_who_can_do_it(server: LiveServer, lead: Desk) -> None:
    appeal = _appeal(server)
    good = an_operator()
    away = an_operator(active=False)
    foreign = an_operator(branches=("omsk",))
    employ(server.database, good, away, foreign)
    for nobody in ("nobody", away.id, foreign.id):
        assert _refusal(lead.ask(Assign(nobody), appeal)) == "unknown_operator"
    assert lead.ask(Assign(good.id), appeal).outcome is APPLIED


def test_a_tag_of_no_outage_is_refused(server: LiveServer, desk: Desk) -> None:
    elsewhere = an_outage(branch="omsk")
    _put(server, outages=(elsewhere,))
    appeal = _appeal(server)
    for outage in ("nowhere", elsewhere.id):
        assert _refusal(desk.ask(TagOutage(outage), appeal)) == "unknown_outage"


def test_a_duplicate_of_nothing_is_refused(server: LiveServer, desk: Desk) -> None:
    appeal, other = _appeal(server), _appeal(server)
    assert _refusal(desk.ask(MarkDuplicate("nowhere"), appeal)) == "unknown_appeal"
    assert _refusal(desk.ask(MarkDuplicate(appeal.id), appeal)) == "duplicate_of_itself"
    assert desk.ask(MarkDuplicate(other.id), appeal).outcome is APPLIED


def test_of_two_that_are_merged_into_each_other_one_stays_primary(
    server: LiveServer, desk: Desk
) -> None:
    one, two = _appeal(server), _appeal(server)
    assert desk.ask(MarkDuplicate(two.id), one).outcome is APPLIED
    assert _refusal(desk.ask(MarkDuplicate(one.id), two)) == "merge_circle"
    third = _appeal(server)
    assert _refusal(desk.ask(MarkDuplicate(one.id), third)) == "is_duplicate"
    histories = {(e.appeal, e.kind) for e in desk.page().rows.events}
    assert (two.id, EventKind.DUPLICATE_JOINED) in histories


def test_two_consoles_that_merge_in_different_directions_at_once_make_no_circle(
    server: LiveServer, desk: Desk, lead: Desk
) -> None:
    for _ in range(5):
        one, two = _appeal(server), _appeal(server)
        answers = _at_once(
            partial(desk.ask, MarkDuplicate(two.id), one),
            partial(lead.ask, MarkDuplicate(one.id), two),
        )
        assert sorted(a.outcome for a in answers) == [APPLIED, REFUSED]


def test_a_reply_that_waits_while_its_appeal_is_merged_comes_back_to_its_author(
    server: LiveServer, desk: Desk, lead: Desk
) -> None:
    one, two = _appeal(server), _appeal(server)
    assert lead.ask(MarkDuplicate(two.id), one).outcome is APPLIED
    answer = desk.ask(a_reply(), one)
    assert answer.outcome is CONFLICT
    assert [(r.code, r.params["into"]) for r in answer.reasons] == [("merged", two.id)]


def test_a_call_is_written_down_once_and_gets_the_next_number(
    server: LiveServer, desk: Desk
) -> None:
    call = CreateAppeal("phone", Author("Ирина", phone="+79135550101"), "Темно с обеда.")
    envelopes = [an_envelope(call, Ref("krasnoyarsk", an_id()), desk.operator) for _ in range(2)]
    answers = [codec.decode(desk.post(e).content, Answer) for e in (*envelopes, envelopes[0])]
    made = [answer.rows.appeals[0] for answer in answers]
    assert made[0] == made[2] and made[0].id != made[1].id
    assert [one.number[-7:] for one in made] == ["0000001", "0000002", "0000001"]
    assert {a.id: a.number for a in desk.page().rows.appeals} == {a.id: a.number for a in made}
    again = an_envelope(call, made[0].ref, desk.operator)
    assert _refusal(codec.decode(desk.post(again).content, Answer)) == "appeal_exists"
    untold = replace(call, outage="nowhere", said="Ждите.")
    assert _refusal(desk.ask(untold, Ref("krasnoyarsk", an_id()))) == "unknown_outage"


def test_calls_that_come_at_once_never_share_a_number(
    server: LiveServer, desk: Desk, lead: Desk
) -> None:
    call = CreateAppeal("phone", Author("Ирина"), "Темно.")
    asks = [
        partial(who.ask, call, Ref("krasnoyarsk", an_id())) for who in (desk, lead) for _ in "123"
    ]
    numbers = {answer.rows.appeals[0].number for answer in _at_once(*asks)}
    assert len(numbers) == len(asks)


def test_a_link_to_nothing_is_refused(server: LiveServer, desk: Desk) -> None:
    one, two = _appeal(server), _appeal(server)
    assert _refusal(desk.ask(LinkAppeals("nowhere"), one)) == "unknown_appeal"
    assert desk.ask(LinkAppeals(two.id), one).outcome is APPLIED


def test_a_message_of_another_appeal_cannot_be_approved(
    server: LiveServer, desk: Desk, lead: Desk
) -> None:
    appeal, other = _appeal(server), _appeal(server)
    waiting = desk.ask(a_reply(approval=True), appeal).rows.messages[0]
    assert _refusal(lead.ask(Approve(waiting.id), other)) == "unknown_message"


def test_a_move_of_no_outage_is_refused(server: LiveServer, lead: Desk) -> None:
    answer = lead.ask(MoveEtr(NOON), Ref("krasnoyarsk", "nowhere"))
    assert _refusal(answer) == "unknown_outage"


# ── What is no mutation at all ─────────────────────────────────────────────────────────────────


def _ledger_size(server: LiveServer) -> int:
    count = select(func.count()).select_from(tables.ledger)
    return server.database.read(lambda c: c.execute(count).scalar_one())


def test_a_malformed_request_is_a_problem_and_leaves_nothing(
    server: LiveServer, desk: Desk
) -> None:
    half = b'{"id":"x","target":["omsk"],"author":"a","at":"2026-01-01T00:00:00Z","kind":"claim"}'
    for body in (b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"id": 5}', half):
        response = desk.client.post("/v1/mutations", content=body)
        assert _problem(response).type == problems.BAD_REQUEST
        assert response.status_code == 400
    assert _ledger_size(server) == 0


def test_an_envelope_that_makes_no_sense_is_a_problem(server: LiveServer, desk: Desk) -> None:
    plain = codec.to_plain(codec.to_wire(an_envelope(Claim(), _appeal(server), desk.operator)))
    wrong: tuple[dict[str, Any], ...] = (
        {"kind": "explode"},
        {"kind": "assign", "body": {}},
        {"kind": "assign", "body": {"to": 5}},
        {"at": "2026-01-01T00:00:00"},
        {"kind": "postpone", "body": {"until": "2026-01-01T00:00:00", "reason": "ждём"}},
        {"id": ""},
        {"id": "x" * 65},
        {"id": "a b"},
        {"target": ["krasnoyarsk", "\0"]},
    )
    for changes in wrong:
        response = desk.client.post("/v1/mutations", content=codec.encode(plain | changes))
        assert _problem(response).type == problems.BAD_REQUEST
    assert _ledger_size(server) == 0


def test_values_that_no_database_takes_are_no_failure_of_the_server(
    server: LiveServer, desk: Desk, lead: Desk
) -> None:
    """PostgreSQL stores no null character: it says so, or the rules say that nobody has that id."""
    appeal = _appeal(server)
    for mutation in (Assign("a\0b"), TagOutage("a\0b"), MarkDuplicate("a\0b")):
        response = lead.post(an_envelope(mutation, appeal, lead.operator))
        assert response.status_code in (200, 400), response.text
        if response.status_code == 200:
            assert codec.decode(response.content, Answer).outcome is REFUSED
    asked = codec.encode(SignIn("a\0b", "x", "desk\0"))
    assert desk.client.post("/v1/session", content=asked).status_code in (400, 401)
    notice = codec.encode(PresenceNotice(Ref("krasnoyarsk", "a\0b" * 100)))
    assert desk.client.put("/v1/presence", content=notice).status_code in (204, 400)


def test_a_body_of_a_hundred_thousand_brackets_is_a_problem(desk: Desk) -> None:
    deep = b'{"id":"x","body":{"a":' + b"[" * 100_000
    response = desk.client.post("/v1/mutations", content=deep)
    assert _problem(response).type == problems.BAD_REQUEST


def test_nobody_writes_in_anothers_name(server: LiveServer, desk: Desk, lead: Desk) -> None:
    appeal = _appeal(server)
    response = desk.post(an_envelope(Claim(), appeal, lead.operator))
    assert response.status_code == 403
    assert _problem(response).type == problems.NOT_ALLOWED
    assert _now(server, appeal) == appeal


def test_a_disabled_operator_changes_nothing_more(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server)
    login = desk.operator.login
    server.database.write(lambda c: accounts.set_active(c, login, active=False, now=NOON))
    response = desk.post(an_envelope(Claim(), appeal, desk.operator))
    assert response.status_code == 401
    assert _problem(response).type == problems.TOKEN_REVOKED
    assert _now(server, appeal) == appeal


def test_a_change_of_scope_counts_from_the_next_request(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server)
    moved = replace(desk.operator, branches=("omsk",))
    _put(server, operators=(moved,))
    assert _refusal(desk.ask(Claim(), appeal)) == "not_your_branch"
    assert desk.page().branches == ("omsk",)


def test_a_long_reply_of_every_alphabet_comes_through(server: LiveServer, desk: Desk) -> None:
    appeal = _appeal(server)
    text = "Ёлки 👨‍👩‍👧 \u2028 " + "ю" * 19_000
    reply = SendReply(text=text, outcome=Outcome.EXPLAINED)
    assert desk.ask(reply, appeal).rows.messages[0].text == text


@pytest.mark.parametrize(
    ("mutation", "code", "params"),
    [
        (AddNote("ы" * 900_000), "too_long", {"field": "text", "limit": "20000"}),
        (SetTopic("t" * 100_000), "too_long", {"field": "topic", "limit": "64"}),
        (SetTopic("outage\0"), "odd_characters", {"field": "topic"}),
        (TagOutage("o\0"), "odd_characters", {"field": "outage"}),
        (TagOutage("o", confidence=7.0), "out_of_range", {"field": "confidence"}),
    ],
    ids=["note", "topic", "topic with NUL", "id with NUL", "number"],
)
def test_what_is_out_of_bounds_is_refused_and_changes_nothing(
    server: LiveServer, desk: Desk, mutation: Any, code: str, params: dict[str, str]
) -> None:
    appeal = _appeal(server)
    answer = desk.ask(mutation, appeal)
    assert answer.outcome is REFUSED and _codes(answer) == [code]
    assert params.items() <= answer.reasons[0].params.items()
    assert _now(server, appeal) == appeal
