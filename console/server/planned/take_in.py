"""Taking in a schedule: its works matched with the registry and merged, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from console.domain.bounds import MANY
from console.domain.outage import Outage, OutageStatus
from console.domain.outage_state import OutageState, fault_of
from console.server import repo
from console.server.planned.matching import Match, Matched, match, state_of
from console.server.planned.work import Work
from console.server.registry import Registry, known
from console.wire.schema import OutageAnswer, OutageFate


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a schedule; ``answers`` are of ``told``, one each.

    ``closed``: ids of works that nobody has marked, long over by now, and so ended as published.
    ``over``: ended before it was heard of, so not entered. ``gone``: announced for these days and
    not in the schedule any more. ``wrong``: with what cannot be (a day of another century).
    """

    told: tuple[OutageState, ...]
    answers: tuple[OutageAnswer, ...]
    closed: frozenset[str]
    over: tuple[Matched, ...]
    gone: tuple[OutageState, ...]
    wrong: tuple[tuple[Work, str], ...]

    def count(self, fate: OutageFate) -> int:
        """How many works have had this fate by the schedule; those that were closed are apart."""
        return sum(a.fate is fate and a.id not in self.closed for a in self.answers)


def take_in(
    works: Sequence[Work],
    registry: Registry,
    *,
    branch: str,
    source: str,
    close_after: timedelta,
    cancel_missing: bool = False,
    adds: bool = False,
    dry_run: bool = False,
) -> TakenIn:
    """Enter the ``works`` of one schedule; ``source`` is its key, within which works are known.

    ``close_after`` the published end a work of an earlier schedule is over if nobody has said else.
    ``adds``: these are parts of works, whose other streets are known already.
    """
    taking = _Taking(
        works,
        branch,
        source,
        registry.clock.now(),
        close_after,
        cancel_missing=cancel_missing,
        adds=adds,
    )
    answers, _ = registry.write(source, taking.states, dry_run=dry_run)
    return TakenIn(
        told=tuple(taking.told.values()),
        answers=answers,
        closed=frozenset(taking.closed),
        over=tuple(one for one in taking.match.works if one.over),
        gone=taking.match.gone,
        wrong=tuple(taking.wrong),
    )


@dataclass(slots=True)
class _Taking:
    """What one schedule says, against what its source has said before; found out anew each try."""

    works: Sequence[Work]
    branch: str
    source: str
    now: datetime
    close_after: timedelta
    cancel_missing: bool
    adds: bool
    match: Match = field(default_factory=lambda: Match((), ()))
    told: dict[str, OutageState] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    wrong: list[tuple[Work, str]] = field(default_factory=list)

    def states(self, connection: Connection) -> Iterable[OutageState]:
        """What the registry is to be told, in the transaction of ``connection``."""
        sources = known(connection, self.branch, self.source)
        said = {id_: state for id_, (state, _) in sources.items()}
        self.match = match(self.works, said, now=self.now)
        self.told, self.closed, self.wrong = {}, set(), []
        for one in self.match.works:
            self._tell(one, said.get(one.id))
        if self.cancel_missing and not self.adds:
            for state in self.match.gone:
                gone = replace(state, at=self.now, status=OutageStatus.CANCELLED)
                self.told[state.id] = gone
        self._close(connection, sources)
        return self.told.values()

    def _tell(self, one: Matched, before: OutageState | None) -> None:
        state = state_of(one, branch=self.branch, now=self.now)
        if before is not None and one.work.end <= self.now and not one.work.cancelled:
            # What is over stays as it ended, though the schedule still announces it.
            state = replace(state, status=before.status, restored_at=before.restored_at)
        if self.adds and before is not None:
            areas = dict.fromkeys((*before.areas, *state.areas))
            state = replace(state, areas=tuple(areas)[:MANY])
        fault = fault_of(state, now=self.now)
        if fault:
            self.wrong.append((one.work, fault))
        elif not one.over:
            self.told[one.id] = state

    def _close(
        self, connection: Connection, sources: Mapping[str, tuple[OutageState, str]]
    ) -> None:
        """End the works that nobody has marked, so that a year of them does not go on for ever."""
        long_ago = self.now - self.close_after
        due = {
            id_: (self.told.get(id_, state), ours)
            for id_, (state, ours) in sources.items()
            if state.status is OutageStatus.ANNOUNCED and state.started_at < long_ago
        }
        rows = repo.find_many(connection, Outage, self.branch, [ours for _, ours in due.values()])
        for id_, (state, ours) in due.items():
            outage = rows.get(ours)
            if outage is None or outage.status is not OutageStatus.ANNOUNCED:
                continue
            end = outage.expected_end()
            if end is not None and end <= long_ago and state.status is OutageStatus.ANNOUNCED:
                ended = replace(state, at=self.now, status=OutageStatus.RESTORED, restored_at=end)
                self.told[id_] = ended
                self.closed.add(id_)
