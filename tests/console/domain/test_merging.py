"""Merging, links between appeals, and colleagues who are called by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import Appeal, Outcome, Status
from console.domain.event import EventKind
from console.domain.message import MessageKind
from console.domain.mutations import (
    AddNote,
    LinkAppeals,
    MarkDuplicate,
    Mutation,
    SettleMention,
    UnlinkAppeals,
    UnmarkDuplicate,
)
from console.domain.operator import Operator
from console.domain.pause import Pause
from console.domain.transitions import (
    Applied,
    RefusedError,
    State,
    apply,
    receive,
    receive_from_duplicate,
    refuse_merge,
)
from tests.support.builders import (
    NOON,
    a_message,
    a_reply,
    an_appeal,
    an_envelope,
    an_operator,
)

LATER = NOON + timedelta(hours=1)
ME = an_operator()


def done(appeal: Appeal, mutation: Mutation, actor: Operator = ME) -> Applied:
    """``mutation`` on ``appeal``."""
    return apply(State(appeal), an_envelope(mutation, appeal, actor), actor=actor, now=LATER)


def refusal(appeal: Appeal, mutation: Mutation) -> str:
    """The code with which the rules refuse it."""
    with pytest.raises(RefusedError) as caught:
        done(appeal, mutation)
    return caught.value.code


@pytest.mark.parametrize(
    "status", [Status.NEW, Status.ASSIGNED, Status.INTERIM_PUBLISHED, Status.PUBLISHED]
)
def test_separating_gives_back_what_merging_took(status: Status) -> None:
    before = an_appeal(status=status, owner="op-7")
    merged = done(before, MarkDuplicate("a-2")).appeal
    assert (merged.status, merged.duplicate_of) == (Status.DUPLICATE, "a-2")
    after = done(merged, UnmarkDuplicate()).appeal
    assert replace(after, version=before.version) == before


def test_a_put_off_appeal_is_owed_again_once_it_is_separated() -> None:
    before = an_appeal(
        status=Status.POSTPONED, interim_at=NOON, pauses=(Pause(NOON, None, "ждём"),)
    )
    after = done(done(before, MarkDuplicate("a-2")).appeal, UnmarkDuplicate()).appeal
    assert after.status is Status.INTERIM_PUBLISHED and after.pauses[0].end == LATER


def test_both_histories_tell_of_a_merge_and_of_its_end() -> None:
    appeal = an_appeal()
    merged = done(appeal, MarkDuplicate("a-2"))
    parted = done(merged.appeal, UnmarkDuplicate())
    told = [(e.appeal, e.kind) for e in (*merged.events, *parted.events)]
    assert told == [
        (appeal.id, EventKind.MARKED_DUPLICATE),
        ("a-2", EventKind.DUPLICATE_JOINED),
        (appeal.id, EventKind.UNMARKED_DUPLICATE),
        ("a-2", EventKind.DUPLICATE_LEFT),
    ]
    assert len({e.id for e in (*merged.events, *parted.events)}) == 4


def test_what_is_merged_is_not_merged_again_nor_while_a_reply_awaits_its_approval() -> None:
    merged = done(an_appeal(), MarkDuplicate("a-2")).appeal
    assert refusal(merged, MarkDuplicate("a-3")) == "already_merged"
    waiting = an_appeal(status=Status.ON_APPROVAL, awaiting="m-1")
    assert refusal(waiting, MarkDuplicate("a-2")) == "another_awaits"
    assert refusal(an_appeal(), UnmarkDuplicate()) == "not_a_duplicate"


def test_two_that_are_merged_into_each_other_make_no_circle() -> None:
    first, second = an_appeal(id="a-1"), an_appeal(id="a-2")
    merged = done(first, MarkDuplicate("a-2")).appeal
    with pytest.raises(RefusedError, match="merge_circle"):
        refuse_merge(second.id, merged, of=merged.id)
    with pytest.raises(RefusedError, match="is_duplicate"):
        refuse_merge("a-3", merged, of=merged.id)
    with pytest.raises(RefusedError, match="unknown_appeal"):
        refuse_merge("a-3", None, of="a-4")
    refuse_merge("a-3", second, of=second.id)


def test_a_word_to_a_duplicate_leaves_it_merged_and_opens_the_answered_primary() -> None:
    primary = an_appeal(id="a-2", status=Status.PUBLISHED, published_at=NOON, owner="op-7")
    merged = done(an_appeal(status=Status.PUBLISHED), MarkDuplicate("a-2")).appeal
    word = a_message(merged)
    there = receive(State(merged), word, now=LATER)
    assert there.appeal.status is Status.DUPLICATE and there.messages == (word,)
    here = receive_from_duplicate(primary, word, now=LATER)
    assert here.appeal.status is Status.IN_WORK and here.messages == ()
    assert here.appeal.last_resident_message == word.id
    assert {e.params["appeal"] for e in here.events} == {merged.id}
    assert not {e.id for e in here.events} & {e.id for e in there.events}
    assert done(there.appeal, UnmarkDuplicate()).appeal.status is Status.NEW


def test_a_duplicate_may_be_answered_along_with_its_primary_and_stays_merged() -> None:
    merged = done(an_appeal(), MarkDuplicate("a-2")).appeal
    answered = done(merged, a_reply())
    assert answered.appeal.status is Status.DUPLICATE
    assert answered.messages[0].kind is MessageKind.REPLY
    after = done(answered.appeal, UnmarkDuplicate()).appeal
    assert (after.status, after.outcome) == (Status.PUBLISHED, Outcome.EXPLAINED)
    assert refusal(merged, a_reply(approval=True)) == "ended"


def test_a_link_is_made_once_told_at_both_sides_and_taken_back() -> None:
    appeal = an_appeal()
    linked = done(appeal, LinkAppeals("a-2"))
    assert linked.appeal.related == ("a-2",)
    assert [e.appeal for e in linked.events] == [appeal.id, "a-2"]
    assert refusal(linked.appeal, LinkAppeals("a-2")) == "already_linked"
    assert refusal(appeal, LinkAppeals(appeal.id)) == "linked_to_itself"
    assert done(linked.appeal, UnlinkAppeals("a-2")).appeal.related == ()
    assert refusal(appeal, UnlinkAppeals("a-2")) == "not_linked"


def test_who_is_called_by_name_is_remembered_until_they_take_note() -> None:
    you = an_operator()
    noted = done(an_appeal(), AddNote("@Ольга, взгляните", mentions=(you.id, ME.id, you.id)))
    assert [m.operator for m in noted.appeal.mentions] == [you.id]
    assert noted.messages[0].mentions == (you.id,)
    again = done(noted.appeal, AddNote("И ещё раз", mentions=(you.id,))).appeal
    assert again.mentions == noted.appeal.mentions
    assert done(again, SettleMention(), you).appeal.mentions == ()
    assert done(again, AddNote("Смотрю."), you).appeal.mentions == ()
    assert done(again, a_reply(), you).appeal.mentions == ()
    assert refusal(again, SettleMention()) == "not_mentioned"
