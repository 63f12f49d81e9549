"""What mutations do to appeals, and what they may not do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.appeal import ANSWERED, ENDED, Appeal, DispatchMark, Outcome, Status
from console.domain.message import Message, MessageKind, MessageState
from console.domain.mutations import (
    APPEAL_MUTATIONS,
    AddNote,
    Approve,
    Assign,
    Claim,
    Close,
    DecideTransfer,
    MarkDuplicate,
    MoveEtr,
    Mutation,
    OpenOutage,
    Postpone,
    Release,
    Reopen,
    RequestTransfer,
    Resume,
    ReturnReply,
    SendReply,
    SetOutageStatus,
    SetPlace,
    SetTopic,
    TagOutage,
    UntagOutage,
)
from console.domain.operator import Operator, Role
from console.domain.outage import OutageArea, OutageKind, OutageStatus
from console.domain.transitions import (
    Applied,
    RefusedError,
    State,
    apply,
    apply_outage,
    author_gone,
    is_appeal_mutation,
    needed_messages,
    receive,
)
from tests.support.builders import (
    NOON,
    a_message,
    a_reply,
    a_supervisor,
    an_appeal,
    an_envelope,
    an_operator,
    an_outage,
)

NOW = NOON + timedelta(minutes=20)


def done(appeal: Appeal, mutation: Mutation, actor: Operator, *messages: Message) -> Applied:
    """``mutation`` by ``actor`` on ``appeal``, now."""
    state = State(appeal, {message.id: message for message in messages})
    return apply(state, an_envelope(mutation, appeal, actor), actor=actor, now=NOW)


def refusal(appeal: Appeal, mutation: Mutation, actor: Operator, *messages: Message) -> str:
    """The code with which the rules refuse it."""
    with pytest.raises(RefusedError) as caught:
        done(appeal, mutation, actor, *messages)
    return caught.value.code


def test_every_appeal_mutation_has_a_transition() -> None:
    assert all(is_appeal_mutation(object.__new__(cls)) for cls in APPEAL_MUTATIONS)


def test_a_claimed_appeal_is_assigned_and_its_clock_starts() -> None:
    me = an_operator()
    after = done(an_appeal(), Claim(), me).appeal
    assert (after.owner, after.status, after.assigned_at) == (me.id, Status.ASSIGNED, NOW)


def test_a_later_owner_does_not_restart_the_clock() -> None:
    first, boss = an_operator(), a_supervisor()
    claimed = done(an_appeal(), Claim(), first).appeal
    earlier = replace(claimed, assigned_at=NOON)
    assert done(earlier, Assign("op-2"), boss).appeal.assigned_at == NOON


def test_a_colleagues_appeal_is_not_claimed_silently() -> None:
    taken = an_appeal(owner="op-colleague", status=Status.ASSIGNED)
    assert refusal(taken, Claim(), an_operator()) == "claimed_by"


def test_nobody_touches_a_foreign_branch() -> None:
    stranger = an_operator(branches=("omsk",))
    assert refusal(an_appeal(), Claim(), stranger) == "not_your_branch"


def test_an_observer_may_note_but_not_answer() -> None:
    curator = an_operator(role=Role.OBSERVER)
    assert refusal(an_appeal(), a_reply(), curator) == "role_may_not"
    assert done(an_appeal(), AddNote("Проверьте адрес."), curator).messages


def test_a_disabled_operator_may_do_nothing() -> None:
    assert refusal(an_appeal(), Claim(), an_operator(active=False)) == "role_may_not"


def test_a_final_reply_is_published_at_once_and_stops_the_reaction() -> None:
    me, appeal = an_operator(), an_appeal()
    after = done(appeal, a_reply(), me)
    (message,) = after.messages
    assert after.appeal.status is Status.PUBLISHED
    assert after.appeal.published_at == NOW
    assert after.appeal.outcome is Outcome.EXPLAINED
    assert after.appeal.last_reply == message.id
    assert (message.kind, message.state) == (MessageKind.REPLY, MessageState.PUBLISHED)
    assert after.appeal.owner == me.id


def test_an_interim_reply_needs_the_date_of_its_promise_and_keeps_the_appeal_open() -> None:
    me = an_operator()
    assert refusal(an_appeal(), SendReply("Разбираемся.", interim=True), me) == (
        "interim_needs_promise"
    )
    promise = NOW + timedelta(hours=4)
    interim = SendReply("Разбираемся.", interim=True, promise_at=promise)
    after = done(an_appeal(), interim, me).appeal
    assert (after.status, after.interim_at, after.promise_at) == (
        Status.INTERIM_PUBLISHED,
        NOW,
        promise,
    )
    assert after.is_open


def test_an_empty_reply_and_one_without_an_outcome_are_refused() -> None:
    assert refusal(an_appeal(), a_reply("  \n "), an_operator()) == "empty_text"
    assert refusal(an_appeal(), SendReply("Готово."), an_operator()) == "final_needs_outcome"


def test_a_beginner_needs_approval_and_the_clock_runs_on_meanwhile() -> None:
    beginner = an_operator(needs_approval=True)
    appeal = an_appeal()
    assert refusal(appeal, a_reply(), beginner) == "needs_approval"
    after = done(appeal, a_reply(approval=True), beginner)
    assert after.appeal.status is Status.ON_APPROVAL
    assert after.appeal.published_at is None
    assert after.appeal.pauses == ()
    assert after.messages[0].state is MessageState.AWAITING


def test_an_approved_reply_goes_out_with_the_approvers_wording() -> None:
    author, senior = an_operator(), an_operator(role=Role.SENIOR)
    sent = done(an_appeal(), a_reply(approval=True), author)
    (waiting,) = sent.messages
    after = done(sent.appeal, Approve(waiting.id, "Ирина, свет дадим к 15:00."), senior, waiting)
    (message,) = after.messages
    assert message.text == "Ирина, свет дадим к 15:00."
    assert (message.author, message.decided_by) == (author.id, senior.id)
    assert (after.appeal.status, after.appeal.awaiting) == (Status.PUBLISHED, None)


def test_a_returned_reply_keeps_its_text_and_its_reason() -> None:
    author, senior = an_operator(), an_operator(role=Role.SENIOR)
    sent = done(an_appeal(), a_reply(approval=True), author)
    (waiting,) = sent.messages
    assert refusal(sent.appeal, ReturnReply(waiting.id, " "), senior, waiting) == "needs_reason"
    after = done(sent.appeal, ReturnReply(waiting.id, "Нет даты."), senior, waiting)
    (message,) = after.messages
    assert (message.state, message.return_reason) == (MessageState.RETURNED, "Нет даты.")
    assert message.text == waiting.text
    assert after.appeal.status is Status.RETURNED


def test_a_reply_is_approved_once() -> None:
    author, senior = an_operator(), an_operator(role=Role.SENIOR)
    sent = done(an_appeal(), a_reply(approval=True), author)
    (waiting,) = sent.messages
    out = done(sent.appeal, Approve(waiting.id), senior, waiting)
    assert refusal(out.appeal, Approve(waiting.id), senior, out.messages[0]) == "not_awaiting"
    assert refusal(out.appeal, Approve("m-none"), senior) == "unknown_message"


def test_a_second_reply_does_not_pass_one_that_awaits_approval() -> None:
    author = an_operator()
    sent = done(an_appeal(), a_reply(approval=True), author)
    assert refusal(sent.appeal, a_reply(), author) == "another_awaits"


def test_postponing_needs_a_published_interim_reply_a_reason_and_a_future_date() -> None:
    me = an_operator()
    until = NOW + timedelta(days=2)
    assert refusal(an_appeal(), Postpone(until, "ждём опору"), me) == "postpone_needs_interim"
    promised = an_appeal(interim_at=NOON, status=Status.INTERIM_PUBLISHED)
    assert refusal(promised, Postpone(until, " "), me) == "needs_reason"
    assert refusal(promised, Postpone(NOW, "ждём"), me) == "until_is_past"
    after = done(promised, Postpone(until, "ждём опору"), me).appeal
    assert (after.status, after.postponed_until) == (Status.POSTPONED, until)


def test_a_pause_is_an_interval_that_ends_when_work_goes_on() -> None:
    me = an_operator()
    promised = an_appeal(interim_at=NOON, status=Status.INTERIM_PUBLISHED)
    waiting = done(promised, Postpone(NOW + timedelta(days=2), "ждём опору"), me).appeal
    assert [(p.start, p.end) for p in waiting.pauses] == [(NOW, None)]
    after = done(waiting, Resume(), me).appeal
    assert [(p.start, p.end) for p in after.pauses] == [(NOW, NOW)]
    assert refusal(after, Resume(), me) == "not_postponed"


def test_solved_needs_a_fact() -> None:
    me = an_operator()
    answered = an_appeal(status=Status.PUBLISHED, published_at=NOW)
    assert refusal(answered, Close(Outcome.SOLVED), me) == "solved_needs_fact"
    assert done(answered, Close(Outcome.SOLVED, "акт № 5"), me).appeal.status is Status.CLOSED


def test_an_unanswered_appeal_is_closed_only_where_no_reply_is_needed() -> None:
    me = an_operator()
    assert refusal(an_appeal(), Close(Outcome.EXPLAINED), me) == "close_needs_reply"
    after = done(an_appeal(), Close(Outcome.NO_REPLY_NEEDED), me).appeal
    assert (after.status, after.closed_at) == (Status.CLOSED, NOW)


def test_danger_is_not_closed_without_a_solution() -> None:
    burning = an_appeal(danger=True, dispatched=DispatchMark("op-1", NOON, "Иванов"))
    assert refusal(burning, Close(Outcome.NO_REPLY_NEEDED), an_operator()) == (
        "danger_needs_solution"
    )


def test_a_reopened_appeal_keeps_who_answered_it() -> None:
    me = an_operator()
    answered = done(an_appeal(), a_reply(), me).appeal
    after = done(answered, Reopen("света всё ещё нет"), me).appeal
    assert after.status is Status.IN_WORK
    assert after.published_at is None
    assert (after.last_reply, after.first_reply_at) == (answered.last_reply, NOW)
    assert refusal(after, Reopen("ещё раз"), me) == "is_open"


def test_a_resident_who_writes_again_opens_an_answered_appeal() -> None:
    me = an_operator()
    answered = done(an_appeal(), a_reply(), me).appeal
    message = a_message(answered)
    after = receive(State(answered), message, now=NOW)
    assert after.appeal.status is Status.IN_WORK
    assert after.appeal.last_resident_message == message.id
    assert {str(event.kind) for event in after.events} == {"resident_wrote", "reopened"}


def test_a_postponed_appeal_wakes_when_the_resident_writes() -> None:
    me = an_operator()
    promised = an_appeal(interim_at=NOON, status=Status.INTERIM_PUBLISHED)
    waiting = done(promised, Postpone(NOW + timedelta(days=2), "ждём"), me).appeal
    after = receive(State(waiting), a_message(waiting), now=NOW).appeal
    assert after.status is Status.INTERIM_PUBLISHED
    assert all(pause.end is not None for pause in after.pauses)


def test_an_appeal_whose_author_is_gone_is_over_and_takes_no_reply() -> None:
    gone = author_gone(an_appeal(), event_id="e1", now=NOW).appeal
    assert gone.status is Status.AUTHOR_GONE
    assert refusal(gone, a_reply(), an_operator()) == "ended"


def test_an_outage_is_tagged_once_and_untagged_once() -> None:
    me = an_operator()
    tagged = done(an_appeal(), TagOutage("out-1", 0.8), me).appeal
    assert tagged.has_outage("out-1")
    assert refusal(tagged, TagOutage("out-1"), me) == "already_tagged"
    after = done(tagged, UntagOutage("out-1"), me).appeal
    assert after.outages == ()
    assert refusal(after, UntagOutage("out-1"), me) == "not_tagged"


def test_an_appeal_may_name_several_outages_in_time() -> None:
    me = an_operator()
    one = done(an_appeal(), TagOutage("out-1"), me).appeal
    two = done(one, TagOutage("out-2"), me).appeal
    assert [tag.outage for tag in two.outages] == ["out-1", "out-2"]


def test_a_transfer_is_decided_by_those_who_may() -> None:
    me, senior = an_operator(), an_operator(role=Role.SENIOR)
    asked = done(an_appeal(), RequestTransfer("УК «Уют»", "внутридомовая сеть"), me).appeal
    assert refusal(asked, DecideTransfer(granted=True), me) == "role_may_not"
    assert done(asked, DecideTransfer(granted=True), senior).appeal.status is Status.TRANSFERRED
    assert done(asked, DecideTransfer(granted=False), senior).appeal.status is (
        Status.TRANSFER_DENIED
    )


def test_an_appeal_is_no_duplicate_of_itself() -> None:
    appeal = an_appeal()
    assert refusal(appeal, MarkDuplicate(appeal.id), an_operator()) == "duplicate_of_itself"
    assert done(appeal, MarkDuplicate("other"), an_operator()).appeal.duplicate_of == "other"


def test_a_released_appeal_is_everybodys_again() -> None:
    me = an_operator()
    mine = done(an_appeal(), Claim(), me).appeal
    after = done(mine, Release(), me).appeal
    assert (after.owner, after.status) == (None, Status.NEW)
    assert refusal(after, Release(), me) == "nobody_owns_it"


# Outages


def test_a_moved_etr_is_remembered_with_its_author() -> None:
    boss, outage = a_supervisor(), an_outage()
    later = NOW + timedelta(hours=6)
    after = apply_outage(
        outage, an_envelope(MoveEtr(later, "нет подъезда"), outage, boss), actor=boss, now=NOW
    )
    assert after.etr == later
    assert [record.etr for record in after.etr_history] == [outage.etr, later]
    assert after.etr_history[-1].set_by == boss.id


def test_a_restored_outage_stays_restored() -> None:
    boss, outage = a_supervisor(), an_outage()
    restore = SetOutageStatus(OutageStatus.RESTORED, NOW)
    after = apply_outage(outage, an_envelope(restore, outage, boss), actor=boss, now=NOW)
    assert (after.status, after.restored_at) == (OutageStatus.RESTORED, NOW)
    with pytest.raises(RefusedError, match="outage_ended"):
        apply_outage(after, an_envelope(MoveEtr(NOW), after, boss), actor=boss, now=NOW)


def test_an_operator_does_not_move_the_grids_promises() -> None:
    me, outage = an_operator(), an_outage()
    with pytest.raises(RefusedError, match="role_may_not"):
        apply_outage(outage, an_envelope(MoveEtr(NOW), outage, me), actor=me, now=NOW)


def test_an_outage_is_opened_once() -> None:
    boss, known = a_supervisor(), an_outage()
    opening = OpenOutage(
        OutageKind.EMERGENCY, OutageStatus.ACTIVE, NOON, (OutageArea("Солонцы"),), etr=NOW
    )
    envelope = an_envelope(opening, known, boss)
    made = apply_outage(None, envelope, actor=boss, now=NOW)
    assert (made.ref, made.etr) == (known.ref, NOW)
    with pytest.raises(RefusedError, match="outage_exists"):
        apply_outage(made, envelope, actor=boss, now=NOW)


# Properties over whole lives


_MOVES = st.sampled_from(
    [
        Claim(),
        Assign("op-other"),
        Release(),
        a_reply(),
        a_reply(approval=True),
        SendReply("Разбираемся.", interim=True, promise_at=NOW + timedelta(hours=3)),
        AddNote("Позвонить."),
        TagOutage("out-1"),
        UntagOutage("out-1"),
        SetTopic("quality.low"),
        SetPlace(an_appeal().place),
        Postpone(NOW + timedelta(days=2), "ждём"),
        Resume(),
        Close(Outcome.SOLVED, "акт"),
        Close(Outcome.NO_REPLY_NEEDED),
        Reopen("снова темно"),
        RequestTransfer("УК", "не наша сеть"),
        DecideTransfer(granted=True),
        DecideTransfer(granted=False),
        MarkDuplicate("other"),
        "approve",
        "return",
        "resident",
    ]
)


def _step(appeal: Appeal, thread: dict[str, Message], move: object, actor: Operator) -> Applied:
    if move == "resident":
        return receive(State(appeal), a_message(appeal), now=NOW)
    mutation: object = move
    if move == "approve":
        mutation = Approve(appeal.awaiting or "m-none")
    elif move == "return":
        mutation = ReturnReply(appeal.awaiting or "m-none", "нет даты")
    envelope = an_envelope(mutation, appeal, actor)  # type: ignore[arg-type]
    needed = {key: thread[key] for key in needed_messages(mutation) if key in thread}
    return apply(State(appeal, needed), envelope, actor=actor, now=NOW)


@settings(max_examples=300)
@given(st.lists(_MOVES, min_size=6, max_size=30))
def test_whatever_happens_the_invariants_of_an_appeal_hold(moves: list[object]) -> None:
    actor = a_supervisor()
    appeal = an_appeal()
    thread: dict[str, Message] = {}
    published: set[str] = set()
    for move in moves:
        before = appeal
        try:
            after = _step(appeal, thread, move, actor)
        except RefusedError:
            continue
        appeal = after.appeal
        thread |= {message.id: message for message in after.messages}
        fresh = {m.id for m in after.messages if m.is_ours and m.state is MessageState.PUBLISHED}
        assert not (fresh & published), "a reply was published twice"
        published |= {m for m in fresh if thread[m].kind is not MessageKind.NOTE}
        assert appeal.version == before.version + 1
        assert after.events, "a change without a line of history"
        assert before.assigned_at in (None, appeal.assigned_at), "a clock was restarted"
        assert before.received_at == appeal.received_at
        assert (appeal.awaiting is not None) <= (
            thread[appeal.awaiting or ""].state is MessageState.AWAITING
            if appeal.awaiting
            else True
        )
        assert sum(pause.end is None for pause in appeal.pauses) <= 1
        assert (appeal.status is Status.POSTPONED) == any(
            pause.end is None for pause in appeal.pauses
        )
        assert not (appeal.status in ENDED and appeal.is_open)
        assert (appeal.status in ANSWERED) != appeal.is_open


def test_nothing_is_promised_or_put_off_beyond_all_reason() -> None:
    me = an_operator()
    promised = an_appeal(interim_at=NOON, status=Status.INTERIM_PUBLISHED)
    late_in_life = NOW + timedelta(days=14_600)
    assert refusal(promised, Postpone(late_in_life, "ждём"), me) == "until_is_too_far"
    late = SendReply("Разбираемся.", interim=True, promise_at=late_in_life)
    assert refusal(an_appeal(), late, me) == "until_is_too_far"
