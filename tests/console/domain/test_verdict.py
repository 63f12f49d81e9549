"""May a mutation leave now? Words never go out against an unseen state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.domain.appeal import Status
from console.domain.mutations import AddNote, Approve, Assign, Claim, Seen, TagOutage, UntagOutage
from console.domain.outage import OutageStatus
from console.domain.transitions import State, apply, receive
from console.domain.verdict import Send, Stale, StaleCode, Superseded, judge
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

NOW = NOON + timedelta(minutes=20)


def codes(verdict: object) -> set[StaleCode]:
    """The reasons of a stale verdict."""
    assert isinstance(verdict, Stale), verdict
    return {reason.code for reason in verdict.reasons}


def test_a_reply_to_the_state_that_its_author_saw_may_go() -> None:
    appeal = an_appeal()
    assert judge(an_envelope(a_reply(), appeal, an_operator()), appeal, {}) == Send()


def test_a_new_comment_holds_a_reply() -> None:
    appeal = an_appeal()
    envelope = an_envelope(a_reply(), appeal, an_operator())
    moved = receive(State(appeal), a_message(appeal), now=NOW).appeal
    assert codes(judge(envelope, moved, {})) == {StaleCode.NEW_COMMENT}


def test_a_colleagues_answer_holds_a_reply_and_names_the_colleague() -> None:
    appeal, me, colleague = an_appeal(), an_operator(), an_operator()
    envelope = an_envelope(a_reply(), appeal, me)
    theirs = an_envelope(a_reply(), appeal, colleague)
    moved = apply(State(appeal), theirs, actor=colleague, now=NOW).appeal
    verdict = judge(envelope, moved, {})
    assert StaleCode.COLLEAGUE_ANSWERED in codes(verdict)
    assert isinstance(verdict, Stale)
    assert verdict.reasons[0].params["operator"] == colleague.id


def test_ones_own_second_reply_follows_the_first() -> None:
    appeal, me = an_appeal(), an_operator()
    first = apply(State(appeal), an_envelope(a_reply(), appeal, me), actor=me, now=NOW).appeal
    second = an_envelope(a_reply("И ещё: бригада уже на месте."), first, me)
    assert judge(second, replace(first, version=first.version + 3), {}) == Send()


def test_a_new_owner_holds_a_reply_but_not_a_note() -> None:
    appeal, me = an_appeal(), an_operator()
    moved = replace(appeal, owner="op-colleague", status=Status.ASSIGNED)
    assert codes(judge(an_envelope(a_reply(), appeal, me), moved, {})) == {StaleCode.OWNER_CHANGED}
    assert judge(an_envelope(AddNote("Перезвонить."), appeal, me), moved, {}) == Send()


def test_a_moved_etr_holds_every_reply_that_quotes_it() -> None:
    appeal, outage, me = an_appeal(), an_outage(), an_operator()
    envelope = an_envelope(a_reply(quotes=(quoting(outage),)), appeal, me)
    assert judge(envelope, appeal, {outage.id: outage}) == Send()
    moved = replace(outage, etr=NOW + timedelta(hours=9))
    verdict = judge(envelope, appeal, {outage.id: moved})
    assert codes(verdict) == {StaleCode.ETR_MOVED}
    assert isinstance(verdict, Stale)
    assert verdict.reasons[0].params["now"] == (NOW + timedelta(hours=9)).isoformat()


def test_nobody_is_told_of_a_time_when_power_is_back_or_the_work_is_off() -> None:
    appeal, outage, me = an_appeal(), an_outage(), an_operator()
    envelope = an_envelope(Approve("m-1", quotes=(quoting(outage),)), appeal, me)
    for status, code in (
        (OutageStatus.RESTORED, StaleCode.OUTAGE_RESTORED),
        (OutageStatus.CANCELLED, StaleCode.OUTAGE_CANCELLED),
    ):
        ended = replace(outage, status=status)
        assert codes(judge(envelope, appeal, {outage.id: ended})) == {code}


def test_a_deleted_post_and_a_vanished_appeal_hold_a_reply() -> None:
    appeal, me = an_appeal(), an_operator()
    envelope = an_envelope(a_reply(), appeal, me)
    gone = replace(appeal, status=Status.AUTHOR_GONE)
    assert codes(judge(envelope, gone, {})) == {StaleCode.AUTHOR_GONE}
    assert codes(judge(envelope, None, {})) == {StaleCode.APPEAL_GONE}


def test_an_appeal_that_ended_meanwhile_holds_a_reply() -> None:
    appeal, me = an_appeal(), an_operator()
    envelope = an_envelope(a_reply(), appeal, me)
    assert codes(judge(envelope, replace(appeal, status=Status.CLOSED), {})) == {StaleCode.ENDED}


def test_a_reply_from_before_a_merge_is_held_and_one_from_after_it_goes() -> None:
    appeal, me = an_appeal(), an_operator()
    merged = replace(appeal, status=Status.DUPLICATE, duplicate_of="a-2")
    verdict = judge(an_envelope(a_reply(), appeal, me), merged, {})
    assert isinstance(verdict, Stale)
    assert [(r.code, r.params) for r in verdict.reasons] == [(StaleCode.MERGED, {"into": "a-2"})]
    assert judge(an_envelope(a_reply(), merged, me), merged, {}) == Send()


def test_what_is_already_so_goes_quietly() -> None:
    me = an_operator()
    mine = an_appeal(owner=me.id, status=Status.ASSIGNED)
    assert judge(an_envelope(Claim(), mine, me), mine, {}) == Superseded("already_yours")
    assert judge(an_envelope(Assign(me.id), mine, me), mine, {}) == Superseded("already_theirs")
    assert judge(an_envelope(UntagOutage("out-1"), mine, me), mine, {}) == Superseded("not_tagged")
    tagged = apply(State(mine), an_envelope(TagOutage("out-1"), mine, me), actor=me, now=NOW).appeal
    assert judge(an_envelope(TagOutage("out-1"), mine, me), tagged, {}) == Superseded(
        "already_tagged"
    )


@given(
    comment=st.booleans(),
    answered=st.booleans(),
    reassigned=st.booleans(),
    etr_moved=st.booleans(),
)
def test_a_reply_leaves_exactly_when_nothing_that_matters_has_changed(
    *, comment: bool, answered: bool, reassigned: bool, etr_moved: bool
) -> None:
    appeal, outage, me, colleague = an_appeal(), an_outage(), an_operator(), an_operator()
    envelope = an_envelope(a_reply(quotes=(quoting(outage),)), appeal, me)
    now = replace(appeal, version=appeal.version + 5, topic="quality.low")
    if comment:
        now = receive(State(now), a_message(now), now=NOW).appeal
    if answered:
        theirs = an_envelope(a_reply(), now, colleague)
        now = apply(State(now), theirs, actor=colleague, now=NOW).appeal
    if reassigned:
        now = replace(now, owner="op-third")
    known = replace(outage, etr=None, planned_end=None) if etr_moved else outage
    verdict = judge(envelope, now, {outage.id: known})
    assert isinstance(verdict, Send) == (not (comment or answered or reassigned or etr_moved))


def test_seen_is_what_was_before_ones_eyes() -> None:
    appeal = an_appeal(owner="op-1", last_reply="m-1")
    assert Seen.of(appeal) == Seen(
        appeal.version, "new", "op-1", appeal.last_resident_message, "m-1"
    )
