"""The lexicon: what a mutation does to a word or a form that a branch shares, or why it may not.

`apply_word` is pure, like the transitions of appeals: the console shows by it what the server will
decide by it. Adding what is there already changes nothing, whoever had the thought first stays its
author. Of two forms of one name the last one accepted wins, and says which it replaced unseen.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from console.domain.mutations import Envelope, ShareWord, WithdrawWord
from console.domain.operator import Operator, Right
from console.domain.shared_word import Replaced, SharedWord, shared_word_id
from console.domain.spelling import is_word
from console.domain.transitions import RefusedError, refuse_unbounded

MAX_FORM: Final = 120
"""Characters of a name and of its form: longer than any address in words."""


def apply_word(
    row: SharedWord | None, envelope: Envelope, *, actor: Operator, now: datetime
) -> SharedWord:
    """The row after ``envelope``; ``row`` is None where the branch has none of that id.

    `RefusedError` where the rules do not allow it. ``now`` is aware UTC.
    """
    mutation = envelope.mutation
    refuse_unbounded(envelope)
    if not actor.covers(envelope.target.branch):
        raise RefusedError("not_your_branch", branch=envelope.target.branch)
    if not actor.may(Right.ANSWER):
        raise RefusedError("role_may_not", right=str(Right.ANSWER))
    if isinstance(mutation, ShareWord):
        return _shared(row, envelope, mutation, actor=actor, now=now)
    if isinstance(mutation, WithdrawWord):
        if row is None or row.removed_by:
            raise RefusedError("word_gone")
        if not may_withdraw(row, actor):
            raise RefusedError("word_not_yours")
        return replace(row, version=row.version + 1, removed_by=actor.id, over=None)
    raise TypeError(f"not a mutation of shared words: {type(mutation).__name__}")


def may_withdraw(row: SharedWord, actor: Operator) -> bool:
    """Whether ``actor`` may remove it: it is their own, or they look after the branch's words."""
    return row.by == actor.id or actor.may(Right.TEND_WORDS, row.branch)


def refuse_nonsense(word: str, use: str, form: str) -> None:
    """`RefusedError` for what is no word, or no form of a name."""
    if not use and (form or not is_word(word)):
        raise RefusedError("not_a_word")
    if use and not (0 < len(word.strip()) <= MAX_FORM and 0 < len(form.strip()) <= MAX_FORM):
        raise RefusedError("not_a_form")


def _shared(
    row: SharedWord | None,
    envelope: Envelope,
    mutation: ShareWord,
    *,
    actor: Operator,
    now: datetime,
) -> SharedWord:
    word, use, form = mutation.word, mutation.use, mutation.form
    refuse_nonsense(word, use, form)
    target = envelope.target
    if target.id != shared_word_id(word, use):
        raise RefusedError("not_a_form" if use else "not_a_word")
    if row is not None and row.form == form:
        if not row.removed_by:
            return row
        if row.removed_by == actor.id:  # taken back: it is whose it was
            return replace(row, version=row.version + 1, removed_by="")
    return SharedWord(
        branch=target.branch,
        id=target.id,
        word=word,
        by=actor.id,
        at=now,
        use=use,
        form=form,
        version=1 if row is None else row.version + 1,
        over=_unseen(row, mutation.base, actor),
    )


def _unseen(row: SharedWord | None, base: int, actor: Operator) -> Replaced | None:
    """What somebody else made of it after ``base``, the version that the author had seen."""
    if row is None or row.removed_by or row.version <= base or row.by == actor.id:
        return None
    return Replaced(row.by, row.form)
