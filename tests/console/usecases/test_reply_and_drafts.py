"""Replies and drafts: the words of an operator, from the first key to the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.domain.appeal import Outcome, Status
from console.domain.draft import Draft, DraftMode
from console.domain.message import MessageKind, MessageState, Override
from console.domain.mutations import AddNote, Seen, SendReply
from console.domain.transitions import RefusedError
from console.readmodel import UNCLEAR, EntryState, HeldReason
from console.usecases.acting import GoneError
from console.wire.schema import RowKind, Tombstone
from tests.support.builders import (
    a_message,
    a_supervisor,
    an_appeal,
    an_operator,
    an_outage,
    quoting,
)
from tests.support.console_work import UNDO, Work, a_work


def a_draft(work: Work, text: str = "Свет дадут к трём.", **changes: object) -> Draft:
    appeal = an_appeal()
    work.store.take(appeal)
    chosen: dict[str, object] = {"text": text, "outcome": Outcome.EXPLAINED, **changes}
    draft = replace(work.drafts.new(appeal.ref, DraftMode.REPLY), **chosen)  # type: ignore[arg-type]
    return work.drafts.save(draft).result(30)


def test_a_new_draft_knows_what_its_author_sees_and_is_not_yet_kept(work: Work) -> None:
    appeal = an_appeal()
    work.store.take(appeal)
    one, two = (work.drafts.new(appeal.ref, DraftMode.REPLY) for _ in range(2))
    assert one.seen == Seen.of(appeal) and one.text == ""
    assert one.id != two.id
    assert work.store.reader.drafts() == []


def test_a_saved_draft_says_when_and_is_told_to_its_list(work: Work) -> None:
    work.store.heard.clear()
    draft = a_draft(work)
    assert draft.updated_at == work.clock.now()
    assert work.store.reader.draft(draft.id) == draft
    assert work.store.heard[-1].drafts and work.store.heard[-1].appeals == {draft.appeal}
    work.drafts.save(replace(draft, text="ещё")).result(30)
    assert work.store.heard[-1].appeals == frozenset(), "its row looks as before"
    work.drafts.discard(draft.id).result(30)
    assert work.store.reader.drafts() == []
    assert work.store.heard[-1].appeals == {draft.appeal}


def test_a_kept_draft_has_all_that_its_author_chose(work: Work) -> None:
    draft = a_draft(
        work,
        mode=DraftMode.INTERIM,
        cursor=4,
        outcome=Outcome.SOLVED,
        overrides=(Override("too_formal", "так просили"), Override("no_when", "срока нет")),
        promise_at=work.clock.now() + timedelta(hours=2),
    )
    assert work.store.reader.drafts() == [draft]
    view = work.store.reader.appeal(draft.appeal)
    assert view is not None
    assert view.drafts == (draft,)


def test_sending_puts_the_entry_in_and_the_draft_out_at_once(work: Work) -> None:
    override = Override("too_formal", "так просили")
    quotes = (quoting(an_outage()),)
    draft = a_draft(work, template="etr_known", quotes=quotes, overrides=(override,))
    work.store.heard.clear()
    entry = work.reply.send(draft).result(30)
    assert entry.envelope.mutation == SendReply(
        text=draft.text,
        outcome=Outcome.EXPLAINED,
        quotes=draft.quotes,
        template="etr_known",
        overrides=(override,),
    )
    assert entry.envelope.seen == draft.seen
    assert work.store.reader.drafts() == []
    (changes,) = work.store.heard
    assert changes.drafts and changes.outbox and changes.appeals == {draft.appeal}
    assert work.store.reader.template_usage() == {"etr_known": 1}


def test_a_refused_reply_leaves_draft_and_outbox_as_they_were(work: Work) -> None:
    draft = a_draft(work, text="   ")
    refused = work.reply.send(draft).exception(30)
    assert isinstance(refused, RefusedError) and refused.code == "empty_text"
    assert work.store.reader.drafts() == [draft]
    assert work.store.reader.outbox() == []


def test_a_composer_that_was_left_open_writes_and_sends_in_nobody_elses_name(work: Work) -> None:
    draft, author = a_draft(work), work.store.do(lambda tx: tx.account.actor())
    work.store.sign_in(an_operator(id="op-next", login="next"))
    for refused in (
        work.reply.send(draft).exception(30),
        work.drafts.save(replace(draft, text="чужое")).exception(30),
    ):
        assert isinstance(refused, RefusedError) and refused.code == "not_your_draft"
    assert work.store.reader.outbox() == []
    work.store.sign_in(author)
    assert work.store.reader.drafts() == [draft]


def test_a_final_reply_needs_an_outcome_and_an_interim_one_a_promise(work: Work) -> None:
    draft = a_draft(work, outcome=None)
    final = work.reply.send(draft).exception(30)
    assert isinstance(final, RefusedError) and final.code == "final_needs_outcome"
    interim = replace(draft, mode=DraftMode.INTERIM)
    late = work.reply.send(interim).exception(30)
    assert isinstance(late, RefusedError) and late.code == "interim_needs_promise"
    promised = replace(
        interim, promise_at=work.clock.now() + timedelta(hours=2), outcome=Outcome.SOLVED
    )
    work.reply.send(promised).result(30)
    mutation = work.only_entry().envelope.mutation
    assert isinstance(mutation, SendReply) and mutation.interim and mutation.outcome is None


def test_words_to_a_resident_wait_for_the_undo_window_and_a_note_does_not(work: Work) -> None:
    draft = a_draft(work)
    entry = work.reply.send(draft).result(30)
    assert entry.not_before == work.clock.now() + UNDO
    note = work.reply.note(draft.appeal, "перезвонить").result(30)
    assert note.not_before == work.clock.now()


def test_a_draft_of_a_note_becomes_a_note(work: Work) -> None:
    draft = a_draft(work, mode=DraftMode.NOTE)
    work.reply.send(draft).result(30)
    assert work.only_entry().envelope.mutation == AddNote(draft.text)


def test_an_appeal_that_is_gone_is_said_and_the_draft_stays(work: Work) -> None:
    draft = Draft(
        "d", an_appeal().ref, DraftMode.REPLY, "кому?", work.clock.now(), outcome=Outcome.EXPLAINED
    )
    work.drafts.save(draft).result(30)
    error = work.reply.send(draft).exception(30)
    assert isinstance(error, GoneError) and error.what == "appeal"
    assert len(work.store.reader.drafts()) == 1


def test_every_step_to_the_disk_has_its_fault_point_in_order(work: Work) -> None:
    draft = a_draft(work)
    work.reply.send(draft).result(30)
    assert work.points == [
        "after_keystroke",
        "before_draft_commit",
        "after_draft_commit",
        "before_send_commit",
        "after_send_commit",
    ]


# ---------------------------------------------------------------------- the outbox


def test_a_reply_taken_back_is_a_draft_again_with_all_that_it_had(work: Work) -> None:
    overrides = (Override("too_formal", "так просили"),)
    quotes = (quoting(an_outage()),)
    draft = a_draft(work, template="etr_known", quotes=quotes, overrides=overrides)
    entry = work.reply.send(draft).result(30)
    again = work.outbox.cancel(entry.seq).result(30)
    assert again is not None
    assert replace(again, id=draft.id, updated_at=draft.updated_at) == draft
    assert work.store.reader.drafts() == [again]
    assert work.store.reader.outbox() == []
    view = work.store.reader.appeal(draft.appeal)
    assert view is not None and view.appeal.status is Status.NEW


def test_a_change_without_words_is_just_taken_back(work: Work) -> None:
    appeal = an_appeal()
    work.store.take(appeal)
    work.triage.claim([appeal.ref]).result(30)
    assert work.outbox.cancel(work.only_entry().seq).result(30) is None
    assert (work.store.reader.drafts(), work.shown(appeal).owner) == ([], None)


@pytest.mark.parametrize("what", ["cancel", "retry", "discard"])
def test_nothing_is_done_to_an_entry_that_may_be_out(work: Work, what: str) -> None:
    entry = work.reply.send(a_draft(work)).result(30)
    work.store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.IN_FLIGHT, attempts=1))
    error = getattr(work.outbox, what)(entry.seq).exception(30)
    assert isinstance(error, RefusedError) and error.code == "in_flight"
    assert work.only_entry().state is EntryState.IN_FLIGHT


@pytest.mark.parametrize("what", ["cancel", "retry", "discard"])
def test_an_entry_that_has_left_is_said_to_have(work: Work, what: str) -> None:
    error = getattr(work.outbox, what)(99).exception(30)
    assert isinstance(error, GoneError) and error.what == "entry"


def test_sending_anyway_keeps_the_place_and_the_words_under_a_new_id(work: Work) -> None:
    first = work.reply.send(a_draft(work, "первый")).result(30)
    work.reply.send(a_draft(work, "второй")).result(30)
    work.store.do(lambda tx: tx.outbox.mark(first.seq, EntryState.HELD, attempts=3))
    appeal = work.store.do(lambda tx: tx.mirror.appeal(first.envelope.target))
    assert appeal is not None
    work.store.take(replace(appeal, version=5, last_resident_message="m-9"))
    again = work.outbox.retry(first.seq).result(30)
    assert again.seq == first.seq and again.envelope.id != first.envelope.id
    assert again.envelope.mutation == first.envelope.mutation
    assert again.envelope.seen is not None
    assert again.envelope.seen.last_resident_message == "m-9"
    assert (again.state, again.attempts, again.held) == (EntryState.QUEUED, 0, ())
    assert [e.seq for e in work.store.reader.outbox()] == [first.seq, first.seq + 1]


def test_what_is_sent_anyway_has_not_seen_what_waits_behind_it(work: Work) -> None:
    """Else it would be held again, for an answer that will only go out after it."""
    first = work.reply.send(a_draft(work, "первый")).result(30)
    work.reply.send(a_draft(work, "второй")).result(30)
    work.store.do(lambda tx: tx.outbox.mark(first.seq, EntryState.HELD))
    seen = work.outbox.retry(first.seq).result(30).envelope.seen
    assert seen is not None and seen.last_reply is None


@pytest.mark.parametrize(
    ("reason", "keeps"),
    [
        (HeldReason("stale", "new_comment"), False),
        (HeldReason("refused", "ended"), False),
        (HeldReason("rejected", "not_allowed"), True),
        (HeldReason("rejected", UNCLEAR), True),
        (HeldReason("rescued", "rescued"), True),
    ],
)
def test_only_what_has_been_answered_is_sent_anyway_under_another_id(
    work: Work, reason: HeldReason, keeps: bool
) -> None:
    entry = work.reply.send(a_draft(work)).result(30)
    work.store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.HELD, held=[reason]))
    after = work.outbox.retry(entry.seq).result(30)
    assert (after.envelope.id == entry.envelope.id) is keeps


def test_what_may_have_arrived_is_not_taken_back_but_may_be_thrown_away(work: Work) -> None:
    entry = work.reply.send(a_draft(work)).result(30)
    held = [HeldReason("rejected", UNCLEAR)]
    work.store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.HELD, held=held))
    error = work.outbox.cancel(entry.seq).exception(30)
    assert isinstance(error, RefusedError) and error.code == "may_have_arrived"
    work.outbox.discard(entry.seq).result(30)
    assert work.store.reader.outbox() == []


def test_what_became_of_an_unclear_one_is_asked_though_its_appeal_is_out_of_reach(
    work: Work,
) -> None:
    draft = a_draft(work)
    entry = work.reply.send(draft).result(30)
    held = [HeldReason("rejected", UNCLEAR)]
    work.store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.HELD, held=held))
    work.store.do(lambda tx: tx.mirror.forget_branches((), limit=100))
    after = work.outbox.retry(entry.seq).result(30)
    assert after.state is EntryState.IN_FLIGHT, "it is not judged: its answer is the only truth"
    assert after.envelope == entry.envelope


def test_what_came_between_the_look_and_the_key_is_not_answered_blindly(work: Work) -> None:
    draft = a_draft(work)
    entry = work.reply.send(draft).result(30)
    work.store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.HELD))
    view = work.store.reader.appeal(draft.appeal)
    mirrored = work.store.do(lambda tx: tx.mirror.appeal(draft.appeal))
    assert view is not None and mirrored is not None
    shown = Seen.of(view.appeal)
    work.store.take(replace(mirrored, version=8, last_resident_message="m-9"))
    error = work.outbox.retry(entry.seq, shown=shown).exception(30)
    assert isinstance(error, RefusedError) and error.code == "changed_meanwhile"
    assert work.only_entry().state is EntryState.HELD
    view = work.store.reader.appeal(draft.appeal)
    assert view is not None
    after = work.outbox.retry(entry.seq, shown=Seen.of(view.appeal)).result(30)
    assert after.state is EntryState.QUEUED


def test_what_the_rules_still_forbid_is_not_sent_anyway(work: Work) -> None:
    draft = a_draft(work)
    entry = work.reply.send(draft).result(30)
    work.store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.HELD))
    appeal = work.store.do(lambda tx: tx.mirror.appeal(draft.appeal))
    assert appeal is not None
    work.store.take(replace(appeal, version=2, status=Status.TRANSFERRED))
    error = work.outbox.retry(entry.seq).exception(30)
    assert isinstance(error, RefusedError) and error.code == "ended"
    assert work.only_entry().state is EntryState.HELD


def test_words_about_an_appeal_that_is_gone_stay_where_they_can_be_found(work: Work) -> None:
    draft = a_draft(work)
    entry = work.reply.send(draft).result(30)
    work.store.do(lambda tx: tx.mirror.drop([Tombstone(RowKind.APPEAL, draft.appeal)]))
    error = work.outbox.cancel(entry.seq).exception(30)
    assert isinstance(error, GoneError) and error.what == "appeal"
    assert work.only_entry().envelope.mutation == entry.envelope.mutation
    assert work.store.reader.drafts() == []


def test_an_approval_carries_what_stood_on_the_approvers_screen(tmp_path: Path) -> None:
    appeal = an_appeal(status=Status.ON_APPROVAL, awaiting="m-1", last_resident_message="m-0")
    waiting = a_message(
        appeal, id="m-1", kind=MessageKind.REPLY, author="op-9", state=MessageState.AWAITING
    )
    with a_work(tmp_path, operator=a_supervisor()) as work:
        work.store.take(appeal, messages=(waiting,))
        shown = Seen.of(appeal)
        work.store.take(replace(appeal, version=9, last_resident_message="m-2"))
        entry = work.reply.approve(appeal.ref, "m-1", seen=shown).result(30)
        assert entry.envelope.seen == shown


def test_throwing_away_leaves_neither_entry_nor_draft(work: Work) -> None:
    entry = work.reply.send(a_draft(work)).result(30)
    work.outbox.discard(entry.seq).result(30)
    assert (work.store.reader.outbox(), work.store.reader.drafts()) == ([], [])


def test_a_reply_beyond_its_bounds_is_refused_here_and_stays_a_draft(work: Work) -> None:
    draft = a_draft(work, "ы" * 20_001, outcome=Outcome.EXPLAINED)
    sending = work.reply.send(draft)
    with pytest.raises(RefusedError) as refused:
        sending.result(30)
    assert refused.value.params == {"field": "text", "limit": "20000", "length": "20001"}
    assert work.store.reader.outbox() == []
    assert work.store.reader.draft(draft.id) == draft, "every character is still there"


def test_invisible_characters_of_what_was_pasted_do_not_leave(work: Work) -> None:
    draft = a_draft(work, "Свет\0 дадут\x0bк трём.", outcome=Outcome.EXPLAINED)
    entry = work.reply.send(draft).result(30)
    assert isinstance(entry.envelope.mutation, SendReply)
    assert entry.envelope.mutation.text == "Свет дадут\nк трём."
