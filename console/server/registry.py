"""The registry's intake: states of outages from other systems, each merged into what is known.

Idempotent on (branch, system, id): the same state changes nothing, an older one is told to be
stale. What a dispatcher has set stays until the other system says something new about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from console.clock import Clock
from console.domain.ids import Ref, uuid7
from console.domain.operator import Operator
from console.domain.outage import Outage
from console.domain.outage_state import (
    OutageState,
    adopted,
    fault_of,
    in_utc,
    is_newer,
    merged,
    opened,
)
from console.server import repo, tables
from console.server.database import Database, upsert
from console.wire import codec
from console.wire.codec import DecodeError
from console.wire.schema import OutageAnswer, OutageFate, OutageReport, Rows

CHUNK = 200
"""States of one transaction, and of one change number in each branch."""


class _UndoneError(Exception):
    """Ends the transaction of a dry run, with what it would have answered."""

    def __init__(self, answers: tuple[OutageAnswer, ...]) -> None:
        super().__init__()
        self.answers = answers


State = OutageState | Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of each state, in order, and the feeds' new ends."""

    answers: tuple[OutageAnswer, ...]
    heads: Mapping[str, int]

    @property
    def report(self) -> OutageReport:
        """As it is answered."""
        return OutageReport(self.answers)


@dataclass(frozen=True, slots=True)
class Registry:
    """Takes states in; ``branches`` are the keys of those that there are."""

    database: Database
    clock: Clock
    branches: frozenset[str]

    def take_in(
        self, system: str, states: Sequence[State], *, scope: Operator | None = None
    ) -> Taken:
        """Take ``states`` of ``system`` in, in their order; of ``scope``'s branches alone.

        Each `CHUNK` is one transaction: what was interrupted goes on when it is sent again.
        """
        answers: list[OutageAnswer] = []
        heads: dict[str, int] = {}
        for start in range(0, len(states), CHUNK):
            checked = [self._checked(one, scope) for one in states[start : start + CHUNK]]
            good = [one for one in checked if isinstance(one, OutageState)]
            told, reached = self.write(system, lambda _, some=good: some)  # type: ignore[misc]
            heads |= reached
            rest = iter(told)
            answers += [one if isinstance(one, OutageAnswer) else next(rest) for one in checked]
        return Taken(tuple(answers), heads)

    def write(
        self,
        system: str,
        states: Callable[[Connection], Iterable[OutageState]],
        *,
        dry_run: bool = False,
    ) -> tuple[tuple[OutageAnswer, ...], dict[str, int]]:
        """Merge ``states``, which are right, in the transaction in which they are asked for.

        After a dry run nothing has been done, and what would have been is answered.
        """

        def work(connection: Connection) -> tuple[tuple[OutageAnswer, ...], dict[str, int]]:
            some = tuple(states(connection))
            done = _Merging(connection, system, self.clock).run(some) if some else ((), {})
            if dry_run:
                raise _UndoneError(done[0])
            return done

        try:
            return self.database.write(work)
        except _UndoneError as undone:
            return undone.answers, {}

    def _checked(self, given: State, scope: Operator | None) -> OutageState | OutageAnswer:
        if isinstance(given, OutageState):
            state = given
        else:
            try:
                state = codec.from_plain(given, OutageState)
            except DecodeError as error:
                return _refused(str(given.get("id", ""))[:64], str(error))
            if codec.has_naive(state):
                return _refused(state.id, "an instant has no distance from UTC")
        if state.branch not in self.branches:
            return _refused(state.id, f"branch: there is none of the key “{state.branch[:64]}”")
        if scope is not None and not scope.covers(state.branch):
            return _refused(state.id, f"branch: “{state.branch}” is not in the scope of {scope.id}")
        fault = fault_of(state, now=self.clock.now())
        return _refused(state.id, fault) if fault else in_utc(state)


def known(connection: Connection, branch: str, system: str) -> dict[str, tuple[OutageState, str]]:
    """What ``system`` has said in ``branch`` by its ids: the newest state, and our outage's id."""
    table = tables.outage_sources
    query = select(table.c.id, table.c.outage, table.c.said).where(
        table.c.branch == branch, table.c.system == system
    )
    return {
        row.id: (codec.decode(row.said, OutageState), row.outage)
        for row in connection.execute(query)
    }


def _refused(id_: str, reason: str) -> OutageAnswer:
    return OutageAnswer(id_[:64], OutageFate.REFUSED, reason=reason[:500])


@dataclass(slots=True)
class _Merging:
    """One transaction's states, against what was said and what the registry has."""

    connection: Connection
    system: str
    clock: Clock
    said: dict[tuple[str, str], tuple[OutageState, str]] = field(default_factory=dict)
    outages: dict[Ref, Outage] = field(default_factory=dict)
    changed: dict[Ref, Outage] = field(default_factory=dict)
    fresh: list[dict[str, object]] = field(default_factory=list)
    spoken: dict[tuple[str, str], OutageState] = field(default_factory=dict)

    def run(self, states: Sequence[OutageState]) -> tuple[tuple[OutageAnswer, ...], dict[str, int]]:
        self._load(states)
        now = self.clock.now()
        answers = tuple(self._take(state, now) for state in states)
        # Of two that first hear of one id at once, the second insert fails and runs again.
        if self.fresh:
            self.connection.execute(tables.outage_sources.insert(), self.fresh)
        again = [self._row(key, state) for key, state in self.spoken.items()]
        if again:
            self.connection.execute(upsert(self.connection, tables.outage_sources), again)
        if not self.changed:
            return answers, {}
        return answers, repo.put_rows(self.connection, Rows(outages=tuple(self.changed.values())))

    def _load(self, states: Sequence[OutageState]) -> None:
        table = tables.outage_sources
        wanted: dict[str, set[str]] = {}
        for state in states:
            wanted.setdefault(state.branch, set()).update({state.id, state.nested_in})
        for branch, ids in sorted(wanted.items()):
            query = select(table.c.id, table.c.outage, table.c.said).where(
                table.c.branch == branch, table.c.system == self.system, table.c.id.in_(sorted(ids))
            )
            for row in self.connection.execute(query):
                state = codec.decode(row.said, OutageState)
                self.said[branch, row.id] = (state, row.outage)
        ours = {Ref(branch, outage) for (branch, _), (_, outage) in self.said.items()}
        ours |= {Ref(state.branch, state.outage) for state in states if state.outage}
        for ref in sorted(ours):
            outage = repo.find(self.connection, Outage, ref, lock=True)
            if outage is not None:
                self.outages[ref] = outage

    def _take(self, state: OutageState, now: datetime) -> OutageAnswer:
        key = (state.branch, state.id)
        before = self.said.get(key)
        nested = self.said.get((state.branch, state.nested_in))
        nested_in = None if nested is None else nested[1]
        if before is None:
            return self._first(state, nested_in, now)
        said, ours = before
        if not is_newer(state, said):
            return OutageAnswer(state.id, OutageFate.STALE, ours)
        ref = Ref(state.branch, ours)
        present = self.outages.get(ref)
        if present is None:  # it has gone from the registry; what is said anew stands there anew
            after = opened(state, ref=ref, system=self.system, nested_in=nested_in)
        else:
            after = merged(present, said, state, system=self.system, nested_in=nested_in)
        self.said[key] = (state, ours)
        if state != said:
            self.spoken[key] = state
        if after is present:
            return OutageAnswer(state.id, OutageFate.UNCHANGED, ours)
        self._keep(after)
        return OutageAnswer(state.id, OutageFate.CHANGED, ours)

    def _first(self, state: OutageState, nested_in: str | None, now: datetime) -> OutageAnswer:
        """A new outage, or one that was entered by hand before the other system had it."""
        key = (state.branch, state.id)
        by_hand = self.outages.get(Ref(state.branch, state.outage))
        if state.outage and by_hand is None:
            return _refused(state.id, f"outage: the registry has none of the id “{state.outage}”")
        if by_hand is None:
            ref = Ref(state.branch, uuid7(now, self.clock.entropy(10)))
            outage = opened(state, ref=ref, system=self.system, nested_in=nested_in)
        else:
            outage = adopted(by_hand, state, system=self.system, nested_in=nested_in)
        self._keep(outage)
        self.said[key] = (state, outage.id)
        self.fresh.append(self._row(key, state))
        fate = OutageFate.OPENED if by_hand is None else OutageFate.CHANGED
        return OutageAnswer(state.id, fate, outage.id)

    def _keep(self, outage: Outage) -> None:
        self.outages[outage.ref] = self.changed[outage.ref] = outage

    def _row(self, key: tuple[str, str], state: OutageState) -> dict[str, object]:
        branch, id_ = key
        return {
            "branch": branch,
            "system": self.system,
            "id": id_,
            "outage": self.said[key][1],
            "said": codec.encode(state).decode(),
        }
