"""Conditions of commands: short expressions over what is in focus now.

``has_appeal may_answer !composing`` asks for all of it, ``!`` for the opposite, and
``in_queue|in_board`` for one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Focus:
    """What is true of the window now; each view keeps its own facts up to date.

    Signed-in person: ``signed_in may_*`` (see `console.domain.operator.Right`), ``demo``.
    Page: ``in_queue in_outbox in_board in_shift``, on the board ``has_choice`` (appeals are
    selected), of the shift ``has_offers`` (somebody hands something over), ``on_break``.
    Queue: ``has_rows filtered searched``, ``shows_saved`` (one's own queue under a name is shown),
    ``shows_shared`` (one of the branch). Open appeal:
    ``has_appeal owned mine ended answered postponed awaiting tagged``, ``merged`` (into another),
    ``has_merged`` (others into it), ``mentioned`` (who is signed in was called by name),
    ``in_danger`` (it is in that lane), ``promised`` (a promise of ours is open).
    Composer: ``composing`` (a draft is open), ``is_note``, ``has_gap``, ``has_finding``,
    ``can_override``. Outbox: ``has_entry entry_held entry_waits``. Window:
    ``can_undo work_offline``, ``previewing`` (the preview is wanted beside the composer).
    """

    signed_in: bool = False
    demo: bool = False
    may_answer: bool = False
    may_note: bool = False
    may_approve: bool = False
    may_assign_others: bool = False
    may_manage_outages: bool = False
    may_decide_transfer: bool = False
    may_see_board: bool = False
    may_share_queues: bool = False
    in_queue: bool = False
    in_outbox: bool = False
    in_board: bool = False
    in_shift: bool = False
    has_offers: bool = False
    on_break: bool = False
    has_choice: bool = False
    has_rows: bool = False
    filtered: bool = False
    searched: bool = False
    shows_saved: bool = False
    shows_shared: bool = False
    has_appeal: bool = False
    owned: bool = False
    mine: bool = False
    ended: bool = False
    answered: bool = False
    postponed: bool = False
    awaiting: bool = False
    transfer_requested: bool = False
    tagged: bool = False
    merged: bool = False
    has_merged: bool = False
    mentioned: bool = False
    in_danger: bool = False
    promised: bool = False
    composing: bool = False
    is_note: bool = False
    has_gap: bool = False
    has_finding: bool = False
    can_override: bool = False
    has_entry: bool = False
    entry_held: bool = False
    entry_waits: bool = False
    previewing: bool = False
    can_undo: bool = False
    work_offline: bool = False


FACTS: frozenset[str] = frozenset(field.name for field in fields(Focus))
"""The names that a condition may use."""


def holds(condition: str, focus: Focus) -> bool:
    """Whether ``condition`` is true of ``focus``; `ValueError` for a fact that nobody knows."""
    return all(_any(part, focus) for part in condition.split())


def facts_in(condition: str) -> frozenset[str]:
    """The facts that a condition names."""
    return frozenset(
        name.removeprefix("!") for part in condition.split() for name in part.split("|")
    )


def _any(part: str, focus: Focus) -> bool:
    return any(_is(name, focus) for name in part.split("|"))


def _is(name: str, focus: Focus) -> bool:
    fact = name.removeprefix("!")
    if fact not in FACTS:
        raise ValueError(f"no fact is called “{fact}”; known: {', '.join(sorted(FACTS))}")
    return bool(getattr(focus, fact)) is not name.startswith("!")
