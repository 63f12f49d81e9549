"""Taking in a schedule: its works matched with the registry and merged, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from console.domain.outage import OutageStatus
from console.domain.outage_state import OutageState, fault_of
from console.server.planned.matching import Match, Matched, match, state_of
from console.server.planned.work import Work
from console.server.registry import Registry, known
from console.wire.schema import OutageAnswer, OutageFate

_NOTHING: Final = Match((), ())


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a schedule; ``answers`` are of ``told``, one each.

    ``over``: ended before it was heard of, so not entered. ``gone``: announced for these days and
    not in the schedule any more. ``wrong``: with what cannot be (a day of another century).
    """

    told: tuple[OutageState, ...]
    answers: tuple[OutageAnswer, ...]
    over: tuple[Matched, ...]
    gone: tuple[OutageState, ...]
    wrong: tuple[tuple[Work, str], ...]

    def count(self, fate: OutageFate) -> int:
        """How many works have had this fate."""
        return sum(answer.fate is fate for answer in self.answers)


def take_in(
    works: Sequence[Work],
    registry: Registry,
    *,
    branch: str,
    source: str,
    cancel_missing: bool = False,
    dry_run: bool = False,
) -> TakenIn:
    """Enter the ``works`` of one schedule; ``source`` is its key, within which works are known."""
    now = registry.clock.now()
    found, told, wrong = _NOTHING, list[OutageState](), list[tuple[Work, str]]()

    def states(connection: Connection) -> Sequence[OutageState]:
        nonlocal found
        told.clear()
        wrong.clear()
        said = {id_: state for id_, (state, _) in known(connection, branch, source).items()}
        found = match(works, said, now=now)
        for one in found.works:
            state = state_of(one, branch=branch, now=now)
            fault = fault_of(state, now=now)
            if fault:
                wrong.append((one.work, fault))
            elif not one.over:
                told.append(state)
        if cancel_missing:
            gone = (replace(one, at=now, status=OutageStatus.CANCELLED) for one in found.gone)
            told.extend(gone)
        return told

    answers, _ = registry.write(source, states, dry_run=dry_run)
    over = tuple(one for one in found.works if one.over)
    return TakenIn(tuple(told), answers, over, found.gone, tuple(wrong))
