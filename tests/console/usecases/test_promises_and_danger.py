"""Promises that become timers with the reply, and the lane of danger, over a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import Outcome, Status
from console.domain.draft import Draft, DraftMode
from console.domain.mutations import (
    Close,
    EnterDanger,
    LeaveDanger,
    MarkDispatched,
    SendReply,
    SettlePromise,
)
from console.domain.transitions import RefusedError
from console.readmodel import QueueQuery
from tests.support.builders import NOON, an_appeal
from tests.support.console_work import Work

TEXT = "Бригада приедет через час, свет включим через три часа."


def a_draft(work: Work, *, mode: DraftMode = DraftMode.REPLY, text: str = TEXT) -> Draft:
    """A draft for a fresh appeal of the store."""
    appeal = an_appeal()
    work.store.take(appeal)
    return Draft("d-1", appeal.ref, mode, text, NOON, outcome=Outcome.EXPLAINED)


def sent(work: Work, draft: Draft) -> SendReply:
    """The mutation that a draft goes out as."""
    mutation = work.reply.send(draft).result(5).envelope.mutation
    assert isinstance(mutation, SendReply)
    return mutation


def test_what_a_final_answer_promises_goes_with_it_in_order(work: Work) -> None:
    now = work.clock.now()
    mutation = sent(work, a_draft(work))
    assert mutation.promise_at == now + timedelta(hours=1)
    assert mutation.later_promises == (now + timedelta(hours=3),)


def test_an_author_may_say_that_the_words_promise_nothing(work: Work) -> None:
    mutation = sent(work, replace(a_draft(work), no_promise=True))
    assert (mutation.promise_at, mutation.later_promises) == (None, ())


def test_of_an_interim_reply_what_was_chosen_is_promised_beside_what_it_says(work: Work) -> None:
    now = work.clock.now()
    chosen = replace(
        a_draft(work, mode=DraftMode.INTERIM), promise_at=now + timedelta(hours=2), no_promise=True
    )
    assert sent(work, chosen).promise_at == now + timedelta(hours=2)


def test_an_interim_reply_whose_words_promise_a_time_needs_no_other(work: Work) -> None:
    now = work.clock.now()
    draft = a_draft(work, mode=DraftMode.INTERIM, text="Ищем обрыв, напишем через два часа.")
    assert sent(work, draft).promise_at == now + timedelta(hours=2)


def test_a_promise_stands_in_its_queue_until_it_is_settled_whatever_the_appeal_is(
    work: Work,
) -> None:
    promise = work.clock.now() + timedelta(hours=1)
    appeal = an_appeal(
        status=Status.CLOSED,
        published_at=NOON,
        closed_at=NOON,
        promise_at=promise,
        promised_at=NOON,
    )
    work.store.take(appeal)
    now = work.clock.now()
    reader = work.store.reader
    (row,) = reader.queue_rows(reader.queue_ids(QueueQuery("promises"), now=now))
    assert row.ref == appeal.ref
    assert reader.counts(now=now).of("promises") == 1
    entry = work.promised.settle(appeal.ref, kept=True).result(5)
    assert entry.envelope.mutation == SettlePromise(kept=True)
    assert list(reader.queue_ids(QueueQuery("promises"), now=now)) == []
    assert reader.counts(now=now).of("promises") == 0


def test_the_lane_of_danger_is_entered_told_of_and_left(work: Work) -> None:
    appeal = an_appeal(owner=work.me.id)
    work.store.take(appeal)
    assert work.danger.enter(appeal.ref).result(5).envelope.mutation == EnterDanger()
    with pytest.raises(RefusedError, match="danger_needs_dispatch"):
        work.triage.close(appeal.ref, Outcome.SOLVED, fact="акт").result(5)
    told = work.danger.dispatched(appeal.ref, "Иванов", "едут").result(5)
    assert told.envelope.mutation == MarkDispatched("Иванов", "едут")
    left = work.danger.leave(appeal.ref, "салют").result(5)
    assert left.envelope.mutation == LeaveDanger("салют")
    closed = work.triage.close(appeal.ref, Outcome.NO_REPLY_NEEDED).result(5)
    assert closed.envelope.mutation == Close(Outcome.NO_REPLY_NEEDED)
