"""Handing over and breaks at the server: decided once, told to everybody whom it concerns."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from console.domain.appeal import Appeal, OfferState, Status
from console.domain.mutations import (
    AcceptHandover,
    DeclineHandover,
    Envelope,
    OfferHandover,
    ReturnHandover,
)
from console.domain.operator import Operator, Role
from console.server import breaks, repo
from console.wire import codec
from console.wire.schema import Answer, AnswerOutcome, Away, Page, PresenceNotice, Rows
from tests.support.builders import NOON, an_appeal, an_envelope, an_operator
from tests.support.clock import StandingClock
from tests.support.server import LiveServer, employ, signed_in

APPLIED, REFUSED = AnswerOutcome.APPLIED, AnswerOutcome.REFUSED


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    operator: Operator
    client: httpx.Client

    def post(self, envelope: Envelope) -> Answer:
        content = codec.encode(codec.to_wire(envelope))
        return codec.decode(self.client.post("/v1/mutations", content=content).content, Answer)

    def ask(self, mutation: Any, target: Appeal) -> Answer:
        return self.post(an_envelope(mutation, target, self.operator))

    def say(self, notice: PresenceNotice) -> int:
        return self.client.put("/v1/presence", content=codec.encode(notice)).status_code

    def away(self) -> tuple[Away, ...]:
        return codec.decode(self.client.get("/v1/changes").content, Page).away


@contextmanager
def two(server: LiveServer, *, second: Operator | None = None) -> Generator[tuple[Person, Person]]:
    """Two colleagues of one branch."""
    people = (an_operator(), second or an_operator(name="Павел"))
    with ExitStack() as stack:
        for one in people:
            employ(server.database, one)
        clients = [stack.enter_context(signed_in(server.url, one.login)) for one in people]
        yield Person(people[0], clients[0]), Person(people[1], clients[1])


def own(server: LiveServer, owner: Operator) -> Appeal:
    """An appeal of somebody's."""
    appeal = an_appeal(owner=owner.id, status=Status.IN_WORK, assigned_at=NOON)
    server.database.write(lambda c: repo.put_rows(c, Rows(appeals=(appeal,))))
    return appeal


def codes(answer: Answer) -> list[str]:
    """Why it was not applied."""
    return [reason.code for reason in answer.reasons]


def test_an_offer_is_accepted_once_however_often_it_is_delivered(server: LiveServer) -> None:
    with two(server) as (me, pavel):
        appeal = own(server, me.operator)
        offer = an_envelope(OfferHandover(pavel.operator.id, "ждёт ЧП"), appeal, me.operator)
        first, again = me.post(offer), me.post(offer)
        assert first == again and first.outcome is APPLIED
        (offered,) = first.rows.appeals
        assert (offered.owner, offered.version) == (me.operator.id, 2)
        accept = an_envelope(AcceptHandover(), offered, pavel.operator)
        taken = pavel.post(accept)
        assert taken.rows.appeals[0].owner == pavel.operator.id
        assert pavel.post(accept) == taken
        assert codes(pavel.ask(AcceptHandover(), offered)) == ["already_yours"]
        back = pavel.ask(ReturnHandover(), offered).rows.appeals[0]
        assert back.owner == me.operator.id
        assert back.offer is not None and back.offer.state is OfferState.OFFERED


def test_a_declined_offer_comes_back_with_its_reason(server: LiveServer) -> None:
    with two(server) as (me, pavel):
        appeal = own(server, me.operator)
        me.ask(OfferHandover(pavel.operator.id), appeal)
        answer = pavel.ask(DeclineHandover("не успею"), appeal)
        (after,) = answer.rows.appeals
        assert (after.owner, after.offer and after.offer.reason) == (me.operator.id, "не успею")
        refused = pavel.ask(AcceptHandover(), appeal)
        assert (refused.outcome, codes(refused)) == (REFUSED, ["offer_gone"])


def test_nothing_is_offered_to_who_may_not_answer_there(server: LiveServer) -> None:
    watching = an_operator(role=Role.OBSERVER)
    with two(server, second=watching) as (me, _):
        foreign = an_operator(branches=("tyva",))
        employ(server.database, foreign)
        appeal = own(server, me.operator)
        for to in (watching.id, foreign.id, "op-nobody"):
            assert codes(me.ask(OfferHandover(to), appeal)) == ["cannot_take_over"]


def test_a_break_is_told_to_everybody_until_its_hour_or_the_return(
    server: LiveServer, clock: StandingClock
) -> None:
    with two(server) as (me, pavel):
        until = NOON + timedelta(minutes=30)
        assert me.say(PresenceNotice(None, away=True, away_until=until)) == 204
        assert pavel.away() == (Away(me.operator.id, NOON, until),)
        clock.move(timedelta(minutes=9))
        me.say(PresenceNotice(None, away=True, away_until=until))
        assert pavel.away() == (Away(me.operator.id, NOON, until),)
        me.say(PresenceNotice(None))
        assert pavel.away() == ()
        me.say(PresenceNotice(an_appeal().ref, away=True))
        assert [one.until for one in pavel.away()] == [None]
        me.client.delete("/v1/session")
        assert pavel.away() == ()


def test_a_break_ends_at_its_hour_though_the_workstation_sleeps(server: LiveServer) -> None:
    until = NOON + timedelta(minutes=30)
    with two(server) as (me, pavel):
        me.say(PresenceNotice(None, away=True, away_until=until))
        pavel.say(PresenceNotice(None, away=True))

        def away(now: datetime) -> set[str]:
            found = server.database.read(lambda c: breaks.in_force(c, now=now))
            return {one.operator for one in found}

        assert away(until - timedelta(seconds=1)) == {me.operator.id, pavel.operator.id}
        assert away(until) == {pavel.operator.id}
        assert away(NOON + breaks.LONGEST) == set()


def test_a_break_of_no_hour_that_could_be_is_turned_away(server: LiveServer) -> None:
    with two(server) as (me, _):
        body = b'{"appeal": null, "away": true, "away_until": "2026-03-11T06:00:00"}'
        assert me.client.put("/v1/presence", content=body).status_code == 400
        assert me.client.put("/v1/presence", content=b'{"appeal": null}').status_code == 204
