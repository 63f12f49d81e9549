"""A reply that is sent later: it waits in the outbox for its hour, and the hour can be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from console.domain.appeal import Outcome
from console.domain.draft import Draft, DraftMode
from console.domain.mutations import AddNote, SendReply
from console.domain.transitions import RefusedError
from console.readmodel import EntryState, OutboxEntry
from console.usecases.reply import ReplyUseCases
from tests.support.builders import an_appeal
from tests.support.console_work import UNDO, Work


def a_draft(work: Work, **changes: object) -> Draft:
    appeal = an_appeal()
    work.store.take(appeal)
    draft = replace(
        work.drafts.new(appeal.ref, DraftMode.REPLY), text="Свет дали.", outcome=Outcome.EXPLAINED
    )
    return work.drafts.save(replace(draft, **changes)).result(30)  # type: ignore[arg-type]


def tomorrow(work: Work) -> datetime:
    return work.clock.now() + timedelta(hours=15)


def scheduled(work: Work, **changes: object) -> OutboxEntry:
    return work.reply.send(a_draft(work, **changes), not_before=tomorrow(work)).result(30)


def test_a_reply_waits_in_the_outbox_for_its_hour(work: Work) -> None:
    entry = scheduled(work)
    assert work.only_entry() == entry
    assert entry.is_scheduled and entry.not_before == tomorrow(work)
    assert work.store.reader.drafts() == []
    assert isinstance(entry.envelope.mutation, SendReply)


def test_an_undo_window_is_no_schedule(work: Work) -> None:
    entry = work.reply.send(a_draft(work)).result(30)
    assert entry.not_before == work.clock.now() + UNDO
    assert not entry.is_scheduled


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (timedelta(minutes=4), "schedule_too_soon"),
        (timedelta(hours=-1), "schedule_too_soon"),
        (timedelta(days=32), "schedule_too_far"),
    ],
)
def test_an_hour_that_makes_no_sense_is_refused_and_the_draft_stays(
    work: Work, ahead: timedelta, code: str
) -> None:
    draft = a_draft(work)
    refused = work.reply.send(draft, not_before=work.clock.now() + ahead).exception(30)
    assert isinstance(refused, RefusedError) and refused.code == code
    assert work.store.reader.outbox() == []
    assert work.store.reader.drafts() == [draft]


def test_a_promise_is_never_sent_after_the_hour_that_it_promises(work: Work) -> None:
    promise = tomorrow(work) - timedelta(minutes=1)
    draft = a_draft(work, mode=DraftMode.INTERIM, promise_at=promise)
    refused = work.reply.send(draft, not_before=tomorrow(work)).exception(30)
    assert isinstance(refused, RefusedError) and refused.code == "schedule_past_promise"
    work.reply.send(draft, not_before=promise - timedelta(minutes=1)).result(30)


def test_the_hour_is_changed_and_nothing_else(work: Work) -> None:
    entry = scheduled(work)
    work.clock.move(timedelta(hours=1))
    later = tomorrow(work)
    after = work.outbox.reschedule(entry.seq, later).result(30)
    assert after == replace(entry, not_before=later) == work.only_entry()


def test_it_leaves_at_once_where_its_author_wants_it(work: Work) -> None:
    entry = scheduled(work)
    work.clock.move(timedelta(minutes=20))
    after = work.outbox.reschedule(entry.seq, None).result(30)
    assert after == replace(entry, not_before=work.clock.now())


def test_a_held_entry_has_no_hour(work: Work) -> None:
    entry = scheduled(work)
    work.store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.HELD))
    refused = work.outbox.reschedule(entry.seq, tomorrow(work)).exception(30)
    assert isinstance(refused, RefusedError) and refused.code == "held_has_no_schedule"


def test_taken_back_it_is_a_draft_again(work: Work) -> None:
    entry = scheduled(work)
    draft = work.outbox.cancel(entry.seq).result(30)
    assert draft is not None and draft.text == "Свет дали."
    assert work.store.reader.outbox() == []


def test_a_note_can_wait_too(work: Work) -> None:
    entry = scheduled(work, mode=DraftMode.NOTE)
    assert isinstance(entry.envelope.mutation, AddNote) and entry.is_scheduled


def test_what_is_promised_counts_from_the_hour_at_which_it_is_said(work: Work) -> None:
    hour = timedelta(hours=1)
    reply = ReplyUseCases(work.reply._acting, promised=lambda _, now: (now + hour,))
    leaves = tomorrow(work)
    entry = reply.send(a_draft(work), not_before=leaves).result(30)
    assert isinstance(entry.envelope.mutation, SendReply)
    assert entry.envelope.mutation.promise_at == leaves + hour
