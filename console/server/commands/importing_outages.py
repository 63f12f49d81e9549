"""``otklik-server import-outages``: take in a schedule of planned work."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from console.errors import UsageError
from console.server.commandline import Subparsers, add_database, add_language, add_sheet, opened

if TYPE_CHECKING:
    from datetime import timedelta

    from console.domain.branch import Branch
    from console.domain.outage import OutageArea
    from console.domain.outage_state import OutageState
    from console.i18n import Catalog
    from console.server.intake.quarantine import Quarantine
    from console.server.planned.take_in import TakenIn
    from console.server.planned.work import Doubt, Work
    from console.wire.schema import OutageAnswer

_NOTES = """
Sheets, titles and headers are found by themselves; resources/rules/planned_work.toml lists what
schedules call their columns. Merged cells count for each of their rows. Times are those of the
branch's region. Importing a file again changes nothing; a work of the same request number, or else
at the same place, moves where its time has changed. What is not in the file any more stays as it is
and is told (or is cancelled, with --cancel-missing). Works of earlier schedules that nobody has
marked are closed as published, some hours after their end. A cell that is not understood is
quarantined with its address and a reason; the rest of its row is taken in. The quarantine file can
be mended and imported itself: it adds to the works.
"""


def add_parser(subparsers: Subparsers[Any]) -> None:
    """Add ``import-outages`` with its arguments."""
    parser = subparsers.add_parser(
        "import-outages",
        help="take in a schedule of planned work (.xlsx or .csv)",
        description="Enter planned work into the outage registry from a schedule, in the form in "
        "which grid companies publish it.",
        epilog=_NOTES,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="an .xlsx or .csv file")
    parser.add_argument("--branch", required=True, metavar="KEY", help="the branch of the schedule")
    parser.add_argument(
        "--map",
        dest="maps",
        action="append",
        default=[],
        metavar="FIELD=HEADER,…",
        help="which column holds which field, as in street=Адреса,time=Часы; may be repeated",
    )
    parser.add_argument(
        "--source",
        default="planned",
        help="key of the schedule; works are the same only within one (default: planned)",
    )
    add_sheet(parser)
    parser.add_argument(
        "--cancel-missing",
        action="store_true",
        help="cancel what was announced for the days of this file and is not in it any more",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, do nothing")
    parser.add_argument("--json", action="store_true", help="data instead of lines")
    parser.add_argument(
        "--quarantine",
        type=Path,
        metavar="FILE",
        help="where rows go that have a cell which is not understood (default: "
        "FILE.quarantine.csv beside the file)",
    )
    add_language(parser, of="the reasons")
    add_database(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace, *, out: TextIO) -> int:
    """Import, and print what became of the works and of the cells."""
    from console.i18n import Catalog
    from console.rulebook.branches import load_branches
    from console.server.commands.importing import check_quarantine, check_source

    check_source(args.source)
    branches = {branch.key: branch for branch in load_branches()}
    if args.branch not in branches:
        known = ", ".join(branches)
        raise UsageError(f"there is no branch “{args.branch}”; there are: {known}")
    check_quarantine(args.file, args.quarantine)
    read = _read(args, branches[args.branch])
    report = _Report(args, branches[args.branch], Catalog.load(args.lang), read)
    quarantine = _quarantine(args, read)
    report.taken = _take_in(args, read, frozenset(branches))
    if quarantine is not None and read.doubts:
        try:
            for doubt in read.doubts:
                quarantine.add(doubt.address, report.reason(doubt), doubt.row)
        finally:
            quarantine.close()
        report.file = str(quarantine.path)
    report.tell(out)
    return 0


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read: its works, what is in doubt, how many rows it has, its header."""

    works: tuple[Work, ...]
    doubts: tuple[Doubt, ...]
    rows: int
    header: tuple[str, ...]
    close_after: timedelta
    is_mended: bool


def _read(args: argparse.Namespace, branch: Branch) -> _Read:
    from console.clock import SystemClock
    from console.server.intake.columns import parse_map
    from console.server.planned.cells import read_grids
    from console.server.planned.naming import find_columns, load_names
    from console.server.planned.reading import Reader, grouped

    names, wanted = load_names(), parse_map(args.maps)
    today = SystemClock().now().astimezone(branch.zone).date()

    def fits(header: Sequence[str]) -> bool:
        return not find_columns(header, names, wanted=wanted).missing

    readers = [
        Reader(grid, find_columns(grid.header, names, wanted=wanted), names, branch.zone, today)
        for grid in read_grids(args.file, fits=fits, sheet=args.sheet, encoding=args.encoding)
    ]
    for reader in readers:
        reader.read()
    return _Read(
        works=grouped([work for reader in readers for work in reader.works]),
        doubts=tuple(doubt for reader in readers for doubt in reader.doubts),
        rows=sum(reader.rows for reader in readers),
        header=max((reader.grid.header for reader in readers), key=len),
        close_after=names.close_after,
        is_mended=any(reader.is_mended for reader in readers),
    )


def _quarantine(args: argparse.Namespace, read: _Read) -> Quarantine | None:
    """Where doubts go, tried before anything is entered; none where there is nothing to keep."""
    from console.server.commands.importing import quarantine_for

    return quarantine_for(args, read.header) if read.doubts and not args.dry_run else None


def _take_in(args: argparse.Namespace, read: _Read, branches: frozenset[str]) -> TakenIn:
    from console.clock import SystemClock
    from console.server.planned.take_in import take_in
    from console.server.registry import Registry

    database = opened(args)
    try:
        return take_in(
            read.works,
            Registry(database, SystemClock(), branches),
            branch=args.branch,
            source=args.source,
            close_after=read.close_after,
            cancel_missing=args.cancel_missing,
            adds=read.is_mended,
            dry_run=args.dry_run,
        )
    finally:
        database.close()


@dataclass(slots=True)
class _Report:
    """What is told of an import."""

    args: argparse.Namespace
    branch: Branch
    catalog: Catalog
    read: _Read
    taken: TakenIn | None = None
    file: str = ""

    def reason(self, doubt: Doubt) -> str:
        """Why a cell was not understood, in words."""
        return self.catalog.t(f"planned.doubt_{doubt.code}", value=doubt.value, **doubt.params)

    def tell(self, out: TextIO) -> None:
        """As lines, or as data."""
        if self.args.json:
            out.write(json.dumps(self._data(), ensure_ascii=False, indent=2) + "\n")
        else:
            out.writelines(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        assert self.taken is not None
        counts = ", ".join(f"{name} {count}" for name, count in self._counts().items())
        yield f"dry run: {counts}" if self.args.dry_run else counts
        for state in self.taken.gone:
            verb = "cancelled" if self.args.cancel_missing else "not in this file any more"
            yield f"{verb}: {self._begins(state)} {_where(state)}"
        for work, fault in self.taken.wrong:
            yield f"not entered: {work.start.isoformat()} {_streets(work.areas)}: {fault}"
        if self.args.dry_run:
            yield from (f"{doubt.address}: {self.reason(doubt)}" for doubt in self.read.doubts)
        if self.file:
            yield f"cells that were not understood: {self.file}"

    def _counts(self) -> dict[str, int]:
        assert self.taken is not None
        from console.wire.schema import OutageFate

        return {
            "opened": self.taken.count(OutageFate.OPENED),
            "changed": self.taken.count(OutageFate.CHANGED),
            "unchanged": self.taken.count(OutageFate.UNCHANGED),
            "closed": len(self.taken.closed),
            "over": len(self.taken.over),
            "missing": len(self.taken.gone),
            "quarantined": len(self.read.doubts),
        }

    def _data(self) -> Mapping[str, Any]:
        assert self.taken is not None
        works = zip(self.taken.told, self.taken.answers, strict=True)
        return {
            "branch": self.args.branch,
            "source": self.args.source,
            "dry_run": self.args.dry_run,
            "rows": self.read.rows,
            **self._counts(),
            "outages": [self._outage(state, answer) for state, answer in works],
            "gone": [
                {"begins": self._begins(one), "where": _where(one)} for one in self.taken.gone
            ],
            "not_entered": [
                {"begins": work.start.isoformat(), "where": _streets(work.areas), "reason": fault}
                for work, fault in self.taken.wrong
            ],
            "quarantine": [
                {
                    "cell": doubt.address,
                    "code": doubt.code,
                    "value": doubt.value,
                    "reason": self.reason(doubt),
                }
                for doubt in self.read.doubts
            ],
        }

    def _outage(self, state: OutageState, answer: OutageAnswer) -> Mapping[str, Any]:
        assert state.planned_end is not None
        return {
            "id": answer.outage,
            "fate": str(answer.fate),
            "status": str(state.status),
            "begins": self._begins(state),
            "ends": state.planned_end.astimezone(self.branch.zone).isoformat(),
            "where": _where(state),
            "request": state.objects.get("request", ""),
        }

    def _begins(self, state: OutageState) -> str:
        return state.started_at.astimezone(self.branch.zone).isoformat()


def _where(state: OutageState) -> str:
    return _streets(state.areas)


def _streets(areas: Sequence[OutageArea]) -> str:
    lines = (", ".join(filter(None, (a.settlement, a.street, a.houses))) for a in areas)
    return "; ".join(lines)
