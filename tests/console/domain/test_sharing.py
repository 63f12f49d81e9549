"""Shared queues by the rules: who may, and what becomes of a change that somebody had not seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.ids import Ref
from console.domain.mutations import QueueMutation, ShareQueue, WithdrawQueue
from console.domain.operator import Operator, Role
from console.domain.shared_queue import Overwritten, SharedQueue
from console.domain.sharing import apply_queue
from console.domain.transitions import RefusedError
from tests.support.builders import NOON, a_supervisor, an_envelope, an_operator

HERE = Ref("krasnoyarsk", "q-1")
OMSK = ShareQueue("Омск с фото", "open", "филиал:omsk есть:фото")


def after(
    mutation: QueueMutation,
    queue: SharedQueue | None = None,
    *,
    actor: Operator | None = None,
    target: Ref = HERE,
) -> SharedQueue:
    who = actor or a_supervisor()
    return apply_queue(queue, an_envelope(mutation, target, who), actor=who, now=NOON)


def refusal(
    mutation: QueueMutation, queue: SharedQueue | None = None, *, actor: Operator | None = None
) -> str:
    with pytest.raises(RefusedError) as refused:
        after(mutation, queue, actor=actor)
    return refused.value.code


def test_what_is_shared_says_what_it_asks_for_and_who_shared_it() -> None:
    boss = a_supervisor()
    made = after(OMSK, actor=boss)
    assert (made.ref, made.name, made.queue, made.query) == (HERE, OMSK.name, "open", OMSK.query)
    assert (made.by, made.at, made.version, made.over) == (boss.id, NOON, 1, None)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SENIOR, Role.DISPATCHER, Role.OBSERVER])
def test_sharing_is_for_supervisors(role: Role) -> None:
    someone = an_operator(role=role)
    assert refusal(OMSK, actor=someone) == "role_may_not"
    assert refusal(WithdrawQueue(1), after(OMSK), actor=someone) == "role_may_not"


def test_nobody_shares_with_a_branch_that_is_not_theirs() -> None:
    who = a_supervisor(branches=("omsk",))
    with pytest.raises(RefusedError) as refused:
        after(OMSK, actor=who)
    assert refused.value.code == "not_your_branch"


def test_a_queue_without_a_name_or_without_bounds_is_refused() -> None:
    assert refusal(replace(OMSK, name="  ")) == "queue_needs_name"
    assert refusal(replace(OMSK, query="x" * 4_001)) == "too_long"
    assert refusal(replace(OMSK, name="a\0b")) == "odd_characters"


def test_a_change_of_what_was_seen_replaces_it_without_a_word() -> None:
    first = after(OMSK)
    second = after(replace(OMSK, name="Омск", base=1), first, actor=a_supervisor(id="sup-2"))
    assert (second.name, second.version, second.over) == ("Омск", 2, None)


def test_of_two_changes_the_last_wins_and_says_what_it_replaced_unseen() -> None:
    seen = after(OMSK)
    first = after(replace(OMSK, name="Омск, фото", base=1), seen, actor=a_supervisor(id="sup-1"))
    last = after(replace(OMSK, name="Фото", base=1), first, actor=a_supervisor(id="sup-2"))
    assert (last.name, last.by, last.version) == ("Фото", "sup-2", 3)
    assert last.over == Overwritten("sup-1", "Омск, фото", OMSK.query)
    told = after(replace(OMSK, name="Фото!", base=3), last, actor=a_supervisor(id="sup-2"))
    assert told.over is None


def test_ones_own_changes_in_a_row_overwrite_nobody() -> None:
    boss = a_supervisor()
    first = after(OMSK, actor=boss)
    assert after(replace(OMSK, name="Омск"), first, actor=boss).over is None


def test_what_is_withdrawn_is_gone_and_comes_back_by_a_change_of_somebody_who_did_not_know() -> (
    None
):
    made = after(OMSK)
    gone = after(WithdrawQueue(1), made, actor=a_supervisor(id="sup-1"))
    assert gone.withdrawn and gone.version == 2
    assert refusal(WithdrawQueue(2), gone) == "queue_gone"
    assert refusal(WithdrawQueue()) == "queue_gone"
    back = after(replace(OMSK, base=1), gone, actor=a_supervisor(id="sup-2"))
    assert not back.withdrawn
    assert back.over == Overwritten("sup-1", OMSK.name, OMSK.query, withdrawn=True)
