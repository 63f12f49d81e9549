"""Shared words over HTTP: decided once, told to the branch's feed, and to nobody else's."""

from __future__ import annotations

from contextlib import ExitStack

import httpx

from console.domain.ids import Ref
from console.domain.mutations import ShareWord, WithdrawWord, WordMutation
from console.domain.operator import Operator, Role
from console.domain.shared_word import SharedWord, shared_word_id
from console.wire import codec
from console.wire.schema import Answer, AnswerOutcome, Page
from tests.support.builders import an_envelope, an_operator
from tests.support.server import LiveServer, employ, signed_in

WORD = ShareWord("реклоузер")
REF = Ref("krasnoyarsk", shared_word_id("реклоузер"))


def ask(client: httpx.Client, mutation: WordMutation, who: Operator) -> Answer:
    envelope = codec.encode(codec.to_wire(an_envelope(mutation, REF, who)))
    said = client.post("/v1/mutations", content=envelope)
    assert said.status_code == 200, said.text
    return codec.decode(said.content, Answer)


def pulled(client: httpx.Client) -> Page:
    return codec.decode(client.get("/v1/changes").content, Page)


def words(client: httpx.Client) -> tuple[SharedWord, ...]:
    return pulled(client).rows.words


def test_a_shared_word_is_for_its_branch_and_told_once(server: LiveServer) -> None:
    olga, boris = an_operator(login="olga"), an_operator(login="boris")
    boss = an_operator(login="boss", role=Role.SUPERVISOR)
    omsk = an_operator(login="omsk", branches=("omsk",))
    employ(server.database, olga, boris, boss, omsk)
    with ExitStack() as stack:
        people = (olga, boris, boss, omsk)
        seats = {who.login: stack.enter_context(signed_in(server.url, who.login)) for who in people}
        first = ask(seats["olga"], WORD, olga)
        assert first.outcome is AnswerOutcome.APPLIED
        before = pulled(seats["boris"])
        assert before.rows.words == first.rows.words
        # The same from another is no change, and nobody hears of it.
        assert ask(seats["boris"], WORD, boris).rows.words == first.rows.words
        assert pulled(seats["boris"]).heads == before.heads
        refused = ask(seats["boris"], WithdrawWord(1), boris)
        assert [reason.code for reason in refused.reasons] == ["word_not_yours"]
        assert ask(seats["boss"], WithdrawWord(1), boss).outcome is AnswerOutcome.APPLIED
        assert [one.removed_by for one in words(seats["olga"])] == [boss.id]
        assert words(seats["omsk"]) == ()
