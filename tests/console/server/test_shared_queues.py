"""Shared queues over HTTP: decided once, told to the branch's feed, and to nobody else's."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import msgspec
import pytest

from console.domain.ids import Ref
from console.domain.mutations import Envelope, QueueMutation, ShareQueue, WithdrawQueue
from console.domain.operator import Operator, Role
from console.wire import codec
from console.wire.schema import Answer, AnswerOutcome, Page
from tests.support.builders import an_envelope, an_id, an_operator
from tests.support.server import LiveServer, employ, signed_in

OPEN = ShareQueue("Солонцы", "open", "адрес:Солонцы")


@dataclass(frozen=True, slots=True)
class Seat:
    """One signed-in person."""

    who: Operator
    client: httpx.Client

    def post(self, envelope: Envelope) -> Answer:
        said = self.client.post("/v1/mutations", content=codec.encode(codec.to_wire(envelope)))
        assert said.status_code == 200, said.text
        return codec.decode(said.content, Answer)

    def ask(self, mutation: QueueMutation, ref: Ref) -> Answer:
        return self.post(an_envelope(mutation, ref, self.who))

    def names(self) -> list[tuple[str, bool]]:
        queues = codec.decode(self.read(), Page).rows.queues
        return [(queue.name, queue.withdrawn) for queue in queues]

    def read(self) -> bytes:
        return self.client.get("/v1/changes").content


@pytest.fixture
def seats(server: LiveServer) -> Generator[dict[str, Seat]]:
    """Two supervisors and an operator of Красноярскэнерго, and an operator of another branch."""
    people = {
        "boss": an_operator(login="boss", role=Role.SUPERVISOR),
        "deputy": an_operator(login="deputy", role=Role.SUPERVISOR),
        "olga": an_operator(login="olga"),
        "omsk": an_operator(login="omsk", branches=("omsk",)),
    }
    employ(server.database, *people.values())
    with ExitStack() as stack:
        yield {
            name: Seat(who, stack.enter_context(signed_in(server.url, who.login)))
            for name, who in people.items()
        }


def test_a_shared_queue_is_for_its_branch_alone(seats: dict[str, Seat]) -> None:
    ref = Ref("krasnoyarsk", an_id())
    assert seats["boss"].ask(OPEN, ref).outcome is AnswerOutcome.APPLIED
    assert seats["olga"].names() == [("Солонцы", False)]
    assert seats["omsk"].names() == []
    assert "Солонцы" not in seats["omsk"].read().decode()
    assert seats["boss"].ask(WithdrawQueue(1), ref).outcome is AnswerOutcome.APPLIED
    assert seats["olga"].names() == [("Солонцы", True)]


def test_the_right_is_asked_for_at_the_server(seats: dict[str, Seat]) -> None:
    ref = Ref("krasnoyarsk", an_id())
    for name, target, code in (
        ("olga", ref, "role_may_not"),
        ("boss", Ref("omsk", ref.id), "not_your_branch"),
    ):
        answer = seats[name].ask(OPEN, target)
        assert answer.outcome is AnswerOutcome.REFUSED
        assert [reason.code for reason in answer.reasons] == [code]
    assert seats["olga"].names() == []


def test_the_same_envelope_shares_once(seats: dict[str, Seat]) -> None:
    boss, ref = seats["boss"], Ref("krasnoyarsk", an_id())
    envelope = an_envelope(OPEN, ref, boss.who)
    first = boss.post(envelope)
    assert boss.post(envelope) == first
    assert first.rows.queues[0].version == 1


def test_of_two_at_once_both_are_accepted_and_the_last_says_whom_it_replaced(
    seats: dict[str, Seat],
) -> None:
    ref = Ref("krasnoyarsk", an_id())
    seats["boss"].ask(OPEN, ref)
    names = {"boss": "От первого", "deputy": "От второго"}
    asked = [
        lambda who=who, name=name: seats[who].ask(ShareQueue(name, "open", OPEN.query, base=1), ref)
        for who, name in names.items()
    ]
    with ThreadPoolExecutor(2) as pool:
        answers = [future.result(30) for future in [pool.submit(ask) for ask in asked]]
    assert {answer.outcome for answer in answers} == {AnswerOutcome.APPLIED}
    rows = sorted((answer.rows.queues[0] for answer in answers), key=lambda one: one.version)
    assert [one.version for one in rows] == [2, 3]
    # The one that came second had not seen the first, unless it was the same person's.
    over = rows[1].over
    assert over is not None and (over.by, over.name) == (rows[0].by, rows[0].name)
    assert seats["olga"].names() == [(rows[1].name, False)]


def test_two_that_begin_one_id_at_once_end_as_one_queue(seats: dict[str, Seat]) -> None:
    ref = Ref("krasnoyarsk", an_id())
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(seats[who].ask, OPEN, ref) for who in ("boss", "deputy")]
        answers = [future.result(30) for future in both]
    assert {answer.outcome for answer in answers} == {AnswerOutcome.APPLIED}
    assert len(seats["olga"].names()) == 1


def test_a_console_that_knows_no_shared_queues_reads_the_same_page(seats: dict[str, Seat]) -> None:
    seats["boss"].ask(OPEN, Ref("krasnoyarsk", an_id()))
    page = seats["olga"].read()
    older = msgspec.json.decode(page)
    assert older["rows"].pop("queues")
    assert older["gone"] == []  # a withdrawal is a row: no tombstone that an older one cannot read
    decoded = codec.decode(msgspec.json.encode(older), Page)
    assert decoded.rows.queues == () and decoded.cursors == codec.decode(page, Page).cursors
