"""The supervisor's board: open and answered work, counted by branch and owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.appeal import Status
from console.domain.ids import Ref
from console.readmodel import BoardRow
from console.store.instants import from_micros, to_micros

Rows = Callable[[str, Mapping[str, object]], Iterable[Any]]

_OPEN = f"""
SELECT branch, owner, count(*),
       sum(due_key > :now AND due_key <= :soon), sum(due_key <= :now),
       sum(status = '{Status.ON_APPROVAL}'), min(received_at)
FROM queue_row INDEXED BY queue_branch WHERE ended = 0 GROUP BY branch, owner
"""
_OLDEST = """
SELECT id FROM queue_row
WHERE ended = 0 AND branch = :branch AND owner IS :owner AND received_at = :at LIMIT 1
"""
_ANSWERED = """
SELECT owner, count(*) FROM queue_row
WHERE branch = :branch AND answered_at >= :midnight GROUP BY owner
"""
_NAMES = "SELECT id, name FROM operator"


@dataclass(slots=True)
class _Line:
    open: int = 0
    due_soon: int = 0
    overdue: int = 0
    awaiting: int = 0
    answered: int = 0
    oldest: Ref | None = None
    oldest_at: datetime | None = None


def board_rows(
    rows: Rows, *, now: datetime, due_soon: timedelta, zones: Mapping[str, ZoneInfo]
) -> list[BoardRow]:
    """A line for each branch and owner with work, the unassigned of a branch first.

    «Today» is the local day of the branch; a branch without a zone counts no answers.
    """
    lines: dict[tuple[str, str | None], _Line] = {}
    moment = {"now": to_micros(now), "soon": to_micros(now + due_soon)}
    for branch, owner, count, soon, overdue, awaiting, oldest in list(rows(_OPEN, moment)):
        line = lines.setdefault((branch, owner), _Line())
        line.open, line.due_soon, line.overdue, line.awaiting = count, soon, overdue, awaiting
        line.oldest_at = from_micros(oldest)
        found = list(rows(_OLDEST, {"branch": branch, "owner": owner, "at": oldest}))
        line.oldest = Ref(branch, found[0][0]) if found else None
    for branch, zone in zones.items():
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        today = {"branch": branch, "midnight": to_micros(midnight)}
        for owner, count in rows(_ANSWERED, today):
            lines.setdefault((branch, owner), _Line()).answered = count
    names: dict[str | None, str] = dict(rows(_NAMES, {}))
    ordered = sorted(lines, key=lambda key: _place(key, names))
    return [_board_row(key, lines[key], names) for key in ordered]


def _board_row(
    key: tuple[str, str | None], line: _Line, names: Mapping[str | None, str]
) -> BoardRow:
    branch, owner = key
    return BoardRow(
        branch=branch,
        owner=owner,
        owner_name="" if owner is None else names.get(owner, owner),
        open=line.open,
        due_soon=line.due_soon,
        overdue=line.overdue,
        awaiting=line.awaiting,
        answered_today=line.answered,
        oldest=line.oldest,
        oldest_at=line.oldest_at,
    )


def _place(key: tuple[str, str | None], names: Mapping[str | None, str]) -> tuple[object, ...]:
    """The unassigned first, then colleagues by name, then those whom nobody knows any more."""
    branch, owner = key
    return (branch, owner is not None, owner not in names, names.get(owner, owner) or "")
