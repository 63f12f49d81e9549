"""``otklik-server import``: take in a file of appeals."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from console.errors import UsageError
from console.server.commandline import Subparsers, add_database, add_language, add_sheet, opened

if TYPE_CHECKING:
    from console.server.intake.arrival import Reason
    from console.server.intake.enrich import RuleEnricher
    from console.server.intake.quarantine import Quarantine
    from console.server.intake.row import RowReader
    from console.server.intake.sheet import Line, Sheet
    from console.server.intake.take_in import Fate, Intake
    from console.wire.schema import IncomingAppeal

_NOTES = """
Columns are found by their names, in any order and below whatever title the file has;
resources/rules/intake.toml lists the names of every field. Rows without any content are not
counted. A row without a date has the time of the import; one without a region goes to --branch,
else to the branch of the place that its text names, else to the default branch of intake.toml, with
a tag that says so. A number that was taken in before is “already known”; with another text it is
quarantined. The quarantine file can be mended and imported itself.
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
    add_sheet(parser)
    parser.add_argument(
        "--quarantine",
        type=Path,
        metavar="FILE",
        help="where rows go that cannot be taken (default: FILE.quarantine.csv beside the file, "
        "or in the working folder where that place cannot be written)",
    )
    add_language(parser, of="the reasons in it")
    add_database(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace, *, out: TextIO) -> int:
    """Import, and print the three counts, which sum to the rows read."""
    from console.server.intake.columns import has_columns, parse_map
    from console.server.intake.enrich import default_enricher
    from console.server.intake.sheet import open_sheet

    check_source(args.source)
    enricher, wanted = default_enricher(), parse_map(args.maps)

    def is_header(names: tuple[str, ...]) -> bool:
        return has_columns(names, enricher.naming, wanted=wanted)

    with open_sheet(
        args.file, name=args.sheet, encoding=args.encoding, is_header=is_header
    ) as sheet:
        reader = _reader(args, sheet, enricher, wanted)
        database = opened(args)
        try:
            job = _job(args, sheet, reader, database)
            try:
                job.run()
            finally:
                # However it ends, what was taken in stays so, and is told.
                try:
                    job.quarantine.close()
                finally:
                    _report(job, out)
        finally:
            database.close()
    return 0


def _reader(
    args: argparse.Namespace, sheet: Sheet, enricher: RuleEnricher, wanted: Mapping[str, str]
) -> RowReader:
    from console.rulebook.branches import load_branches
    from console.server.intake.columns import find_columns
    from console.server.intake.row import RowReader

    zones = {branch.key: branch.zone for branch in load_branches()}
    if args.branch and args.branch not in zones:
        raise UsageError(f"there is no branch “{args.branch}”; there are: {', '.join(zones)}")
    columns = find_columns(sheet.header, enricher.naming, wanted=wanted)
    return RowReader(columns, enricher, zones, args.source, sheet.epoch, args.branch)


def _job(args: argparse.Namespace, sheet: Sheet, reader: RowReader, database: Any) -> _Job:
    from console.clock import SystemClock
    from console.i18n import Catalog
    from console.server.intake.take_in import Intake

    catalog = Catalog.load(args.lang)
    check_quarantine(args.file, args.quarantine)
    return _Job(
        sheet=sheet,
        reader=reader,
        intake=Intake(database, SystemClock(), reader.enricher),
        quarantine=quarantine_for(args, sheet.header),
        words=lambda reason: catalog.t(f"server.quarantine_{reason.code}", **reason.params),
    )


def check_source(source: str) -> None:
    """`UsageError` for what cannot be the key of an outside system."""
    from console.server.intake.arrival import is_source

    if not is_source(source):
        raise UsageError(
            f"--source “{source}”: a key is made of small Latin letters, digits, dots and dashes"
        )


def quarantine_for(args: argparse.Namespace, header: tuple[str, ...]) -> Quarantine:
    """The quarantine of the file of ``args``, tried; `QuarantineError` if there can be none."""
    from console.server.intake.quarantine import Quarantine, QuarantineError

    if args.quarantine is None:
        beside = Quarantine(Path(f"{args.file}.quarantine.csv"), header)
        here = Quarantine(Path.cwd() / beside.path.name, header)
        try:
            beside.check()
        except QuarantineError:
            here.check()
            return here
        return beside
    named = Quarantine(args.quarantine, header)
    named.check()
    return named


def check_quarantine(file: Path, quarantine: Path | None) -> None:
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
    quarantined = job.quarantined
    print(f"taken {job.taken}, already known {job.known}, quarantined {quarantined}", file=out)
    if job.quarantine.is_in_place:
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
    quarantined: int = 0
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
        fates = self.intake.take_in(good).fates
        self.taken += fates.count(Fate.TAKEN)
        self.known += fates.count(Fate.KNOWN)
        self.quarantined += len(some) - len(good) + sum(isinstance(f, Reason) for f in fates)
        rest = iter(fates)
        for line, row in some:
            fate = row if isinstance(row, Reason) else self._named(next(rest))
            if isinstance(fate, Reason):
                self.quarantine.add(line.number, self.words(fate), line.cells)
        self.quarantine.flush()

    def _named(self, fate: Reason | Fate) -> Reason | Fate:
        """A reason that names a field of ours, with the name of the file's column instead."""
        from console.server.intake.arrival import Reason

        columns = self.reader.columns
        if not isinstance(fate, Reason) or fate.params.get("field") not in columns.places:
            return fate
        name = columns.name(fate.params["field"])
        return replace(fate, params={**fate.params, "field": name})


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
