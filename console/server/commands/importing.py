"""``otklik-server import``: take in a file of appeals."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from console.errors import UsageError
from console.i18n import LANGUAGES
from console.server.commandline import Subparsers, add_database, opened

if TYPE_CHECKING:
    from console.server.intake.arrival import Reason
    from console.server.intake.quarantine import Quarantine
    from console.server.intake.row import RowReader
    from console.server.intake.sheet import Line, Sheet
    from console.server.intake.take_in import Intake
    from console.wire.schema import IncomingAppeal

_NOTES = """
Columns are found by their names, in any order; resources/rules/intake.toml lists the names of
every field. Rows without any content are not counted. A row without a date has the time of the
import; one without a region goes to --branch, else to the branch of the place that its text
names, else to the default branch of intake.toml, with a tag that says so. A number that was taken
in before is “already known”; with another text it is quarantined. The quarantine file can be
mended and imported itself.
"""


def add_parser(subparsers: Subparsers[Any]) -> None:
    """Add ``import`` with its arguments."""
    parser = subparsers.add_parser(
        "import",
        help="take in a file of appeals (.xlsx or .csv)",
        description="Take in a file of appeals: an export of «Инцидент Менеджмент», or any table "
        "with --map. Importing it again takes nothing twice.",
        epilog=_NOTES,
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="an .xlsx or .csv file")
    parser.add_argument(
        "--map",
        dest="maps",
        action="append",
        default=[],
        metavar="FIELD=HEADER,…",
        help="which column holds which field, as in text=text,number=id; may be repeated; "
        "an empty HEADER keeps a field from any column",
    )
    parser.add_argument(
        "--source",
        default="im",
        help="key of the outside system; numbers are unique within it (default: im)",
    )
    parser.add_argument(
        "--branch", default="", metavar="KEY", help="branch of rows that name no region"
    )
    parser.add_argument("--sheet", default="", metavar="NAME", help="sheet of an .xlsx file")
    parser.add_argument(
        "--encoding", default="", help="encoding of a .csv file (default: found by itself)"
    )
    parser.add_argument(
        "--quarantine",
        type=Path,
        metavar="FILE",
        help="where rows go that cannot be taken (default: FILE.quarantine.csv beside the file)",
    )
    parser.add_argument(
        "--lang",
        default=LANGUAGES[0],
        choices=LANGUAGES,
        help=f"language of the reasons in it: {' or '.join(LANGUAGES)} (default: {LANGUAGES[0]})",
    )
    add_database(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace, *, out: TextIO) -> int:
    """Import, and print the three counts, which sum to the rows read."""
    from console.server.intake.sheet import open_sheet

    with open_sheet(args.file, name=args.sheet, encoding=args.encoding) as sheet:
        reader = _reader(args, sheet)
        database = opened(args)
        try:
            job = _job(args, sheet, reader, database)
            try:
                job.run()
            finally:
                job.quarantine.close()
                _report(job, out)
        finally:
            database.close()
    return 0


def _reader(args: argparse.Namespace, sheet: Sheet) -> RowReader:
    from console.rulebook.branches import load_branches
    from console.server.intake.columns import find_columns, parse_map
    from console.server.intake.enrich import default_enricher
    from console.server.intake.row import RowReader

    zones = {branch.key: branch.zone for branch in load_branches()}
    if args.branch and args.branch not in zones:
        raise UsageError(f"there is no branch “{args.branch}”; there are: {', '.join(zones)}")
    enricher = default_enricher()
    columns = find_columns(sheet.header, enricher.naming, wanted=parse_map(args.maps))
    return RowReader(columns, enricher, zones, args.source, sheet.epoch, args.branch)


def _job(args: argparse.Namespace, sheet: Sheet, reader: RowReader, database: Any) -> _Job:
    from console.clock import SystemClock
    from console.i18n import Catalog
    from console.server.intake.quarantine import Quarantine
    from console.server.intake.take_in import Intake

    catalog = Catalog.load(args.lang)
    _check_quarantine(args.file, args.quarantine)
    beside = args.file.with_name(args.file.name + ".quarantine.csv")
    return _Job(
        sheet=sheet,
        reader=reader,
        intake=Intake(database, SystemClock(), reader.enricher),
        quarantine=Quarantine(args.quarantine or beside, sheet.header),
        words=lambda reason: catalog.t(f"server.quarantine_{reason.code}", **reason.params),
    )


def _check_quarantine(file: Path, quarantine: Path | None) -> None:
    """`UsageError` for a quarantine that would take the place of something else."""
    if quarantine is None:
        return
    if not quarantine.name:
        raise UsageError("--quarantine needs the name of a file")
    if not quarantine.parent.is_dir():
        raise UsageError(f"--quarantine {quarantine}: there is no folder {quarantine.parent}")
    if quarantine.exists() and not quarantine.is_file():
        raise UsageError(f"--quarantine {quarantine}: this is not an ordinary file")
    if quarantine.exists() and quarantine.samefile(file):
        raise UsageError(f"--quarantine {quarantine}: this is the file that is imported")


def _report(job: _Job, out: TextIO) -> None:
    quarantined = job.quarantine.count
    print(f"taken {job.taken}, already known {job.known}, quarantined {quarantined}", file=out)
    if quarantined:
        print(f"quarantined rows: {job.quarantine.path}", file=out)


@dataclass(slots=True)
class _Job:
    sheet: Sheet
    reader: RowReader
    intake: Intake
    quarantine: Quarantine
    words: Callable[[Reason], str]
    taken: int = 0
    known: int = 0
    waiting: list[tuple[Line, IncomingAppeal | Reason]] = field(default_factory=list)

    def run(self) -> None:
        """Read, and take in by the chunk."""
        from console.server.intake.take_in import CHUNK

        with _progress(self.sheet.total) as tell:
            for line in self._lines():
                self.waiting.append((line, self.reader.read(line)))
                if len(self.waiting) == CHUNK:
                    self._take()
                    tell(line.position)
            self._take()
            tell(self.sheet.total or 0)

    def _lines(self) -> Iterator[Line]:
        from console.server.intake.quarantine import MARKS, restored

        again = self.sheet.header[: len(MARKS)] == MARKS
        for line in self.sheet.lines:
            if line.is_blank:
                continue
            if again:
                cells = (restored(c) if isinstance(c, str) else c for c in line.cells)
                line = replace(line, cells=tuple(cells))  # noqa: PLW2901
            yield line

    def _take(self) -> None:
        from console.server.intake.arrival import Reason
        from console.server.intake.take_in import Fate

        some, self.waiting = self.waiting, []
        good = [row for _, row in some if not isinstance(row, Reason)]
        fates = iter(self.intake.take_in(good).fates)
        for line, row in some:
            fate = row if isinstance(row, Reason) else next(fates)
            if isinstance(fate, Reason):
                self.quarantine.add(line.number, self.words(fate), line.cells)
            elif fate is Fate.TAKEN:
                self.taken += 1
            else:
                self.known += 1


class _progress:  # noqa: N801 - used as a function
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._bar: Any = None

    def __enter__(self) -> Callable[[int], None]:
        if not sys.stderr.isatty():
            return lambda _: None
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # no thread that wakes a bar which nobody waits for
        self._bar = tqdm(total=self._total, unit=" rows", file=sys.stderr)
        return lambda position: self._bar.update(max(0, position - self._bar.n))

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
