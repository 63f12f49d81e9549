"""Cells of a schedule with their addresses: an .xlsx with its merged cells, or a .csv.

A schedule is a document first: a title of several rows, a header of one row or two, cells merged
over the rows that they concern. Merged cells hold their value in each of their rows here.
"""

from __future__ import annotations

import math
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from console.errors import UsageError
from console.server.intake.naming import plain
from console.server.intake.sheet import Cell, SheetError, open_sheet

MAX_BYTES: Final = 20_000_000
"""Of an .xlsx: a whole year of a branch is a twentieth of it."""

MAX_ROWS: Final = 50_000
_MAX_COLUMNS: Final = 100
_TITLES: Final = 30
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a local day
_DAYS: Final = range(36_526, 73_051)  # 2000 to 2099, as spreadsheets count days

Fits = Callable[[Sequence[str]], bool]
"""Whether a row can be the header."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the sheet, counted from 1, and its cells as texts."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its name (empty for a .csv), what stands above the header, header, and rows.

    ``fills``: a cell that is empty may mean the one above, as in documents for people.
    """

    sheet: str
    title: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    fills: bool

    def address(self, row: int, column: int | None = None) -> str:
        """«Лист1!C17», or of the whole row «Лист1!17»."""
        cell = f"{letters(column) if column is not None else ''}{row}"
        return f"{self.sheet}!{cell}" if self.sheet else cell


def letters(column: int) -> str:
    """The letters of a column that is counted from 0: 2 is «C»."""
    name, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(65 + letter) + name
    return name


def read_grids(path: Path, *, fits: Fits, sheet: str = "", encoding: str = "") -> tuple[Grid, ...]:
    """The sheets of the file that have a header which ``fits``; all of them, or the one named.

    `UsageError` where there is none, or no such file; `SheetError` for one that is broken.
    """
    if path.is_file() and zipfile.is_zipfile(path):
        grids = [_headed(name, rows, fits) for name, rows in _sheets(path, sheet)]
        found = tuple(grid for grid in grids if grid is not None)
    else:
        found = _csv(path, sheet, encoding, fits)
    if not found:
        raise UsageError(
            f"{path}: no row names the columns of a schedule: a settlement or streets, and a time, "
            "or a beginning and an end, and all that --map names; say what holds them with --map "
            "FIELD=HEADER"
        )
    return found


def _csv(path: Path, sheet: str, encoding: str, fits: Fits) -> tuple[Grid, ...]:
    with open_sheet(path, name=sheet, encoding=encoding, is_header=fits) as read:
        if not fits(read.header):
            return ()
        rows: list[Row] = []
        for line in read.lines:
            if len(rows) == MAX_ROWS:
                raise _too_many(path)
            rows.append(Row(line.number, tuple(_text(cell) for cell in line.cells)))
        return (Grid("", "", read.header, tuple(rows), fills=False),)


def _sheets(path: Path, wanted: str) -> Iterator[tuple[str, list[Row]]]:
    import openpyxl

    if path.stat().st_size > MAX_BYTES:
        raise UsageError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB; this is no schedule")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and validations that openpyxl cannot read
        try:
            book = openpyxl.load_workbook(path, data_only=True)
        except Exception as error:
            raise SheetError(f"{path}: not a readable .xlsx file: {error}") from error
    if wanted and wanted not in book.sheetnames:
        raise UsageError(f"{path}: no sheet “{wanted}”; there are: {', '.join(book.sheetnames)}")
    for worksheet in book.worksheets:
        if not wanted or worksheet.title == wanted:
            if (worksheet.max_row or 0) > MAX_ROWS:
                raise _too_many(path)
            yield worksheet.title, _rows(worksheet)


def _too_many(path: Path) -> SheetError:
    return SheetError(f"{path}: more than {MAX_ROWS} rows; divide the file")


def _rows(worksheet: Any) -> list[Row]:
    width = min(worksheet.max_column or 0, _MAX_COLUMNS)
    values = [
        [_text(value) for value in row]
        for row in worksheet.iter_rows(max_col=width, values_only=True)
    ]
    for merged in worksheet.merged_cells.ranges:
        value = values[merged.min_row - 1][merged.min_col - 1] if merged.min_col <= width else ""
        for row in range(merged.min_row - 1, min(merged.max_row, len(values))):
            for column in range(merged.min_col - 1, min(merged.max_col, width)):
                values[row][column] = value
    return [Row(number, tuple(cells)) for number, cells in enumerate(values, 1)]


def _text(cell: Cell) -> str:
    """A cell as a person reads it: dates and times in the Russian manner."""
    said = " ".join(str(cell).split("\xa0")).strip()
    match cell:
        case None:
            said = ""
        case bool():
            said = str(cell)
        case datetime():
            said = f"{cell:%d.%m.%Y %H:%M}" if cell.time() != time() else f"{cell:%d.%m.%Y}"
        case date():
            said = f"{cell:%d.%m.%Y}"
        case time():
            said = f"{cell:%H:%M}"
        case timedelta():
            said = _clock(cell)
        case float():
            said = _number(cell)
    return said


def _number(cell: float) -> str:
    """A number whose format was lost may be hours of a day, or a day with its hours."""
    if 0 < cell < 1:
        return _clock(timedelta(days=cell))
    if cell.is_integer():
        return str(int(cell))
    if math.isfinite(cell) and int(cell) in _DAYS:
        moment = _EPOCH + timedelta(minutes=round(cell * 24 * 60))
        return f"{moment:%d.%m.%Y %H:%M}"
    return str(cell)


def _clock(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _headed(sheet: str, rows: Sequence[Row], fits: Fits) -> Grid | None:
    """The grid below the header, which is one row, or two where no one row is enough."""
    for height in (1, 2):
        for place in range(min(_TITLES, len(rows))):
            header, below = rows[place].cells, place + 1
            joined = _joined(rows[place : place + 2])
            if height == 2 or _is_second(header, rows[place + 1 : place + 2]):
                header, below = joined, place + 2
            if fits(header) and (height == 2 or fits(rows[place].cells)):
                above = "\n".join(" ".join(dict.fromkeys(r.cells)) for r in rows[:place])
                data = [one for one in rows[below:] if not _is_numbering(one.cells)]
                return Grid(sheet, above, header, tuple(data), fills=True)
    return None


def _joined(rows: Sequence[Row]) -> tuple[str, ...]:
    """Two rows of a header as one: «Время отключения» over «с» is «Время отключения с»."""
    if len(rows) < 2:
        return rows[0].cells if rows else ()
    pairs = zip(rows[0].cells, rows[1].cells, strict=True)
    return tuple(top if plain(top) == plain(low) else f"{top} {low}".strip() for top, low in pairs)


def _is_second(header: Sequence[str], below: Sequence[Row]) -> bool:
    """Whether the row below goes on with the header: a cell over several has names under it."""
    if not below:
        return False
    repeats = [place for place in range(1, len(header)) if header[place] == header[place - 1] != ""]
    under = [below[0].cells[place] for place in repeats]
    return bool(under) and all(text and not any(c.isdigit() for c in text) for text in under)


def _is_numbering(cells: Sequence[str]) -> bool:
    """Whether the row counts the columns: «1 | 2 | 3», as documents have it under the header."""
    said = [cell for cell in cells if cell]
    return len(said) > 2 and said == [str(n) for n in range(1, len(said) + 1)]
