"""The made-up people of the contact centre: operators, seniors, dispatchers, supervisors."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from console.demo.credentials import OPERATOR
from console.demo.places import DEMO
from console.domain.operator import Operator, Role

DISPATCHER: Final = "g.permyakov"
"""Id of the person who keeps the registry of outages of every branch."""

_OURS: Final = 0.16
"""Share of the demonstration's own operator in the work of any branch."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who can sign in; an operator's id is the login."""

    operators: tuple[Operator, ...]

    @staticmethod
    def load(folder: Path = DEMO) -> Staff:
        """Read operators.tsv of ``folder``."""
        with (folder / "operators.tsv").open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t")
            return Staff(tuple(_operator(row) for row in rows))

    def by_id(self, ident: str) -> Operator:
        """The person of that id; `StopIteration` if there is none."""
        return next(person for person in self.operators if person.id == ident)

    def worker(self, branch: str, rng: Random) -> Operator:
        """Somebody who answers appeals of ``branch``."""
        if rng.random() < _OURS:
            return self.by_id(OPERATOR)
        local = self._of(branch, {Role.OPERATOR, Role.SENIOR}) or [self.by_id(OPERATOR)]
        return rng.choice([person for person in local if person.id != OPERATOR] or local)

    def approver(self, branch: str, rng: Random) -> Operator:
        """A senior operator or supervisor of ``branch``."""
        seniors = self._of(branch, {Role.SENIOR})
        return rng.choice(seniors or self._of(branch, {Role.SUPERVISOR}))

    def supervisor(self, branch: str, rng: Random) -> Operator:
        """A supervisor of ``branch``."""
        return rng.choice(self._of(branch, {Role.SUPERVISOR}))

    def _of(self, branch: str, roles: Iterable[Role]) -> list[Operator]:
        wanted = frozenset(roles)
        return [p for p in self.operators if p.role in wanted and p.covers(branch)]


def _operator(row: dict[str, str]) -> Operator:
    return Operator(
        id=row["login"],
        login=row["login"],
        name=row["name"],
        role=Role(row["role"]),
        branches=tuple(row["branches"].split()),
        needs_approval=(row["approval"] or "") == "yes",
    )
