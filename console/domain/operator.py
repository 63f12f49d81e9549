"""An operator: a person who signs in, with a role and the branches that it covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles of a contact centre (domain.md §2, [K])."""

    OPERATOR = "operator"
    SENIOR = "senior"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    HEAD = "head"
    ADMIN = "admin"
    OBSERVER = "observer"


class Right(StrEnum):
    """What a role may do; checked in one place, `Operator.may`."""

    READ = "read"
    ANSWER = "answer"
    APPROVE = "approve"
    ASSIGN_OTHERS = "assign_others"
    MANAGE_OUTAGES = "manage_outages"
    DECIDE_TRANSFER = "decide_transfer"
    NOTE = "note"
    SEE_BOARD = "see_board"
    ADMINISTER = "administer"
    INTAKE = "intake"
    SHARE_QUEUES = "share_queues"
    TEND_WORDS = "tend_words"


_OPERATOR = frozenset({Right.READ, Right.ANSWER, Right.NOTE})
_SENIOR = _OPERATOR | {Right.APPROVE, Right.DECIDE_TRANSFER}
_SUPERVISOR = _SENIOR | {
    Right.ASSIGN_OTHERS,
    Right.SEE_BOARD,
    Right.MANAGE_OUTAGES,
    Right.SHARE_QUEUES,
    Right.TEND_WORDS,
}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.OPERATOR: _OPERATOR,
    Role.SENIOR: _SENIOR,
    Role.DISPATCHER: frozenset({Right.READ, Right.NOTE, Right.MANAGE_OUTAGES}),
    Role.SUPERVISOR: _SUPERVISOR,
    Role.HEAD: _SUPERVISOR | {Right.INTAKE},
    Role.ADMIN: frozenset(Right),
    Role.OBSERVER: frozenset({Right.READ, Right.NOTE, Right.SEE_BOARD}),
}
"""The rights of every role."""

ALL_BRANCHES = "*"
"""In `Operator.branches`: every branch, those founded later included."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A person at a workstation. ``branches`` are branch keys, or (`ALL_BRANCHES`,)."""

    id: str
    login: str
    name: str
    role: Role
    branches: tuple[str, ...]
    active: bool = True
    needs_approval: bool = False

    def may(self, right: Right, branch: str | None = None) -> bool:
        """Whether this person has ``right`` (in ``branch``, where one is named) and is active."""
        return (
            self.active and right in RIGHTS[self.role] and (branch is None or self.covers(branch))
        )

    def covers(self, branch: str) -> bool:
        """Whether ``branch`` is in this person's scope."""
        return ALL_BRANCHES in self.branches or branch in self.branches
