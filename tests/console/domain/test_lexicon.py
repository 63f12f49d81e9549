"""Shared words and forms by the rules: who may, what is no change, and which of two forms wins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.ids import Ref
from console.domain.lexicon import apply_word
from console.domain.mutations import ShareWord, WithdrawWord, WordMutation
from console.domain.operator import Operator, Role
from console.domain.shared_word import Replaced, SharedWord, shared_word_id
from console.domain.transitions import RefusedError
from tests.support.builders import NOON, a_supervisor, an_envelope, an_operator

OLGA, BORIS, BOSS = an_operator(id="olga"), an_operator(id="boris"), a_supervisor(id="boss")
WORD = ShareWord("реклоузер")
FORM = ShareWord("Шира", "place_in", "в Шире")


def after(
    mutation: WordMutation,
    row: SharedWord | None = None,
    *,
    actor: Operator = OLGA,
    about: ShareWord = WORD,
    branch: str = "krasnoyarsk",
) -> SharedWord:
    target = Ref(branch, shared_word_id(about.word, about.use))
    return apply_word(row, an_envelope(mutation, target, actor), actor=actor, now=NOON)


def refusal(mutation: WordMutation, row: SharedWord | None = None, **more: object) -> str:
    with pytest.raises(RefusedError) as refused:
        after(mutation, row, **more)  # type: ignore[arg-type]
    return refused.value.code


def test_whoever_answers_may_add_a_word_for_their_branch() -> None:
    word = after(WORD)
    assert (word.word, word.by, word.at, word.version) == ("реклоузер", "olga", NOON, 1)
    assert refusal(WORD, branch="omsk") == "not_your_branch"
    for role in (Role.OBSERVER, Role.DISPATCHER):
        assert refusal(WORD, actor=an_operator(role=role)) == "role_may_not"


def test_the_same_word_twice_is_no_change_and_stays_the_first_ones() -> None:
    word = after(WORD)
    assert after(WORD, word, actor=BORIS) == word


def test_what_is_added_is_a_word_or_a_form_and_stands_where_it_belongs() -> None:
    for said in ("два слова", "10кВ", "", "х" * 61):
        assert refusal(ShareWord(said), about=ShareWord(said)) == "not_a_word"
    for name, form in (("Шира", " "), (" ", "в Шире"), ("Ш" * 121, "в Шире"), ("Шира", "х" * 121)):
        empty = ShareWord(name, "place_in", form)
        assert refusal(empty, about=empty) == "not_a_form"
    assert refusal(WORD, about=ShareWord("шкаф")) == "not_a_word"
    assert refusal(FORM, about=ShareWord("Шира", "place_of")) == "not_a_form"
    assert shared_word_id("Роза") != shared_word_id("роза")
    assert shared_word_id("ШИРА", "place_in") == shared_word_id(" шира", "place_in")


def test_one_removes_ones_own_and_a_supervisor_anybody_s() -> None:
    word = after(WORD)
    assert refusal(WithdrawWord(1), word, actor=BORIS) == "word_not_yours"
    for actor in (OLGA, BOSS):
        gone = after(WithdrawWord(1), word, actor=actor)
        assert (gone.removed_by, gone.by, gone.version) == (actor.id, "olga", 2)
        assert refusal(WithdrawWord(2), gone) == "word_gone"
    assert refusal(WithdrawWord()) == "word_gone"


def test_a_removal_that_is_taken_back_gives_the_word_back_to_its_author() -> None:
    gone = after(WithdrawWord(1), after(WORD), actor=BOSS)
    back = after(WORD, gone, actor=BOSS)
    assert (back.by, back.removed_by, back.version) == ("olga", "", 3)
    again = after(WORD, gone, actor=BORIS)
    assert (again.by, again.removed_by) == ("boris", "")


def test_the_last_form_wins_and_says_what_it_replaced_unseen() -> None:
    first = after(FORM, about=FORM)
    other = replace(FORM, form="в посёлке Шира")
    unseen = after(other, first, actor=BORIS, about=FORM)
    assert (unseen.form, unseen.by, unseen.over) == (
        "в посёлке Шира",
        "boris",
        Replaced("olga", "в Шире"),
    )
    assert after(replace(other, base=1), first, actor=BORIS, about=FORM).over is None
    assert after(other, first, about=FORM).over is None
