"""The supervisor's board: for each branch and operator what burns, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from console.domain.ids import Ref
from console.readmodel import AwayRow, BoardRow
from ui.presenters.handover import away_words
from ui.presenters.here import Here

HereOfBranch = Callable[[str], Here]
"""How to speak of the appeals of one branch."""

NOBODY_AWAY: Mapping[str, AwayRow] = {}

NUMBERS: tuple[str, ...] = ("open", "due_soon", "overdue", "awaiting", "answered_today")
"""The counted columns, left to right."""


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One line. ``level`` is total, branch, operator or unassigned.

    ``key`` names the line from one refresh to the next. ``kinds`` colours the numbers, in the
    order of `NUMBERS`; a zero is shown as a dash. ``oldest`` can be opened.
    """

    key: tuple[str, str]
    level: str
    name: str
    branch: str
    owner: str | None
    numbers: tuple[int, ...]
    shown: tuple[str, ...]
    kinds: tuple[str, ...]
    oldest: Ref | None
    oldest_words: str
    oldest_hint: str
    hint: str

    @property
    def takes_appeals(self) -> bool:
        """Whether an appeal can be dropped here."""
        return self.level == "operator"


def board_lines(
    rows: Iterable[BoardRow],
    here_of: HereOfBranch,
    *,
    branch_names: Mapping[str, str],
    away: Mapping[str, AwayRow] = NOBODY_AWAY,
) -> tuple[BoardLine, ...]:
    """The totals, then each branch with its people below it; what burns stands first.

    Who is ``away`` (by id) is told to be so beside the name.
    """
    by_branch: dict[str, list[BoardRow]] = {}
    for row in rows:
        by_branch.setdefault(row.branch, []).append(row)
    if not by_branch:
        return ()
    lines: list[BoardLine] = []
    everything = [row for group in by_branch.values() for row in group]
    if len(by_branch) > 1:
        any_here = here_of(next(iter(by_branch)))
        name = any_here.t("board.total")
        lines.append(_line(_sum("", everything), "total", name, here_of))
    for branch, group in sorted(by_branch.items(), key=lambda item: _heat(_sum(*item))):
        whole = _sum(branch, group)
        lines.append(_line(whole, "branch", branch_names.get(branch, branch), here_of))
        lines += [_person(row, here_of, away) for row in sorted(group, key=_heat)]
    return tuple(lines)


def _person(row: BoardRow, here_of: HereOfBranch, away: Mapping[str, AwayRow]) -> BoardLine:
    here = here_of(row.branch)
    if row.owner is None:
        return _line(row, "unassigned", here.t("board.unassigned"), here_of)
    name = row.owner_name or here.t("appeal.colleague")
    if row.owner in away:
        name = f"{name} · {away_words(away[row.owner], here)}"
    return _line(row, "operator", name, here_of)


def _line(row: BoardRow, level: str, name: str, here_of: HereOfBranch) -> BoardLine:
    numbers = _numbers(row)
    oldest_branch = row.oldest.branch if row.oldest else row.branch
    here = here_of(oldest_branch)
    oldest, hint = "", ""
    if row.oldest is not None and row.oldest_at is not None:
        oldest = here.roughly_ago(row.oldest_at)
        hint = here.t("board.oldest_hint", time=here.full(row.oldest_at))
    return BoardLine(
        key=(row.branch, row.owner or f"*{level}"),
        level=level,
        name=name,
        branch=row.branch,
        owner=row.owner,
        numbers=numbers,
        shown=tuple(str(n) if n else "–" for n in numbers),
        kinds=_kinds(row),
        oldest=row.oldest,
        oldest_words=oldest,
        oldest_hint=hint,
        hint=here.t(f"board.hint_{level}"),
    )


def _numbers(row: BoardRow) -> tuple[int, ...]:
    return (row.open, row.due_soon, row.overdue, row.awaiting, row.answered_today)


def _kinds(row: BoardRow) -> tuple[str, ...]:
    return (
        "",
        "warning" if row.due_soon else "",
        "danger" if row.overdue else "",
        "info" if row.awaiting else "",
        "ok" if row.answered_today else "",
    )


def _heat(row: BoardRow) -> tuple[object, ...]:
    """Sorts what burns first: overdue, then due soon, then the oldest, then the name."""
    oldest = row.oldest_at.timestamp() if row.oldest_at else float("inf")
    return (-row.overdue, -row.due_soon, oldest, -row.open, row.owner_name, row.branch)


def _sum(branch: str, rows: Iterable[BoardRow]) -> BoardRow:
    group = list(rows)
    oldest = min((row for row in group if row.oldest_at), key=_oldest_at, default=None)
    return BoardRow(
        branch=branch,
        owner=None,
        owner_name="",
        open=sum(row.open for row in group),
        due_soon=sum(row.due_soon for row in group),
        overdue=sum(row.overdue for row in group),
        awaiting=sum(row.awaiting for row in group),
        answered_today=sum(row.answered_today for row in group),
        oldest=oldest.oldest if oldest else None,
        oldest_at=oldest.oldest_at if oldest else None,
    )


def _oldest_at(row: BoardRow) -> datetime:
    assert row.oldest_at is not None, "rows without one are left out"
    return row.oldest_at
