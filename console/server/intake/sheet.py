"""A sheet: the rows of an .xlsx or .csv file, one after another, never all in memory."""

from __future__ import annotations

import codecs
import csv
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, TextIO

from console.errors import OtklikError, UsageError

Cell = str | int | float | bool | datetime | date | time | timedelta | None
"""What a cell holds; a .csv has texts alone."""

MAX_FIELD: Final = 1_048_576
"""Characters of one field of a .csv; beyond it a quotation mark must be missing."""

_DELIMITERS: Final = ",;\t"
_SEPARATOR_LINE: Final = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
"""What Excel writes above the header so that it knows the delimiter; it does not show it."""

_TITLES: Final = 30
"""Rows that a title, a period, a filter may take up above the header."""

IsHeader = Callable[[tuple[str, ...]], bool]
"""Whether a row can be the header."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class SheetError(OtklikError):
    """The file cannot be read as a table."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row. ``number`` counts from 1, the header's; ``position`` is how far the reading is.

    ``torn`` says that the file ended within a quoted field.
    """

    number: int
    cells: tuple[Cell, ...]
    position: int
    torn: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return all(
            cell is None or (isinstance(cell, str) and not cell.strip()) for cell in self.cells
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the rows below it. ``total`` is the last `Line.position`, None if unknown.

    ``epoch`` is the day from which the file counts days that are plain numbers.
    """

    header: tuple[str, ...]
    lines: Iterator[Line]
    total: int | None
    epoch: datetime = field(default=datetime(1899, 12, 30))  # noqa: DTZ001 - a local day


@contextmanager
def open_sheet(
    path: Path, *, name: str = "", encoding: str = "", is_header: IsHeader = any
) -> Generator[Sheet]:
    """The sheet in ``path``; an .xlsx may have several: the first, or the one with that name.

    The header is the first row for which ``is_header`` holds, or where none does the first row
    that is not blank. `UsageError` for a file that is not there or is of another kind, `SheetError`
    for one that is broken.
    """
    _check(path)
    if zipfile.is_zipfile(path):
        with _open_workbook(path, name, is_header) as sheet:
            yield sheet
        return
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
        raise UsageError(f"{path}: not an .xlsx file; save it as .xlsx or .csv without a password")
    if name:
        raise UsageError(f"{path}: only an .xlsx file has sheets; leave --sheet out")
    with _open_csv(path, encoding, is_header) as sheet:
        yield sheet


def _check(path: Path) -> None:
    if not path.exists():
        raise UsageError(f"{path}: there is no such file")
    if path.is_fifo():
        raise UsageError(f"{path}: a pipe cannot be imported, for it is read twice; save it first")
    if not path.is_file():
        raise UsageError(f"{path}: not a file")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise UsageError(f"{path}: the file is empty")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error


# ── .xlsx ──────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _open_workbook(path: Path, name: str, is_header: IsHeader) -> Generator[Sheet]:
    import openpyxl

    with warnings.catch_warnings():
        # openpyxl warns of styles, validations and dates that it cannot read; a date that it
        # cannot read comes as an error value, and is quarantined for that.
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except Exception as error:
            raise SheetError(f"{path}: not a readable .xlsx file: {error}") from error
        try:
            yield _worksheet(path, book, name, is_header)
        finally:
            book.close()


def _worksheet(path: Path, book: Any, name: str, is_header: IsHeader) -> Sheet:
    if name and name not in book.sheetnames:
        raise UsageError(f"{path}: no sheet “{name}”; there are: {', '.join(book.sheetnames)}")
    worksheets = book.worksheets
    if not worksheets:
        raise UsageError(f"{path}: there is no sheet with cells")
    worksheet = book[name] if name else worksheets[0]
    total = worksheet.max_row
    # Some exporters write a range of one cell, and openpyxl would believe it.
    worksheet.reset_dimensions()
    header, lines = _headed(path, _rows(path, worksheet), is_header)
    return Sheet(header, lines, total, epoch=book.epoch)


def _rows(path: Path, worksheet: Any) -> Iterator[Line]:
    from openpyxl.utils.escape import unescape

    try:
        for number, row in enumerate(worksheet.iter_rows(values_only=True), 1):
            cells = tuple(
                unescape(cell) if isinstance(cell, str) and "_x" in cell else cell for cell in row
            )
            yield Line(number, cells, number)
    except (
        zipfile.BadZipFile,
        zlib.error,
        SyntaxError,
        ValueError,
        TypeError,
        LookupError,
        EOFError,
        OSError,
    ) as error:
        raise SheetError(f"{path}: the sheet is broken: {error}") from error


# ── .csv ───────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _open_csv(path: Path, encoding: str, is_header: IsHeader) -> Generator[Sheet]:
    total, found = _look_through(path)
    try:
        # Bytes that are not of the encoding come as surrogates: such a row is quarantined whole.
        file = path.open(encoding=encoding or found, errors="surrogateescape", newline="")
    except LookupError as error:
        raise UsageError(f"there is no encoding “{encoding}”; try utf-8 or cp1251") from error
    with file:
        try:
            delimiter = _delimiter(path, file, is_header)
        except UnicodeError as error:
            raise SheetError(f"{path}: the text cannot be decoded as {file.encoding}") from error
        header, lines = _headed(path, _records(path, file, delimiter), is_header)
        yield Sheet(header, lines, total)


def _look_through(path: Path) -> tuple[int, str]:
    """The number of lines and the encoding; one pass over the bytes."""
    ends = good = bad = 0
    with path.open("rb") as file:
        start = file.read(65_536)
        file.seek(0)
        for line in file:
            ends += 1
            if line.isascii():
                continue
            try:
                line.decode()
                good += 1
            except UnicodeDecodeError:
                bad += 1
    for bom, name in _BOMS:
        if start.startswith(bom):
            return ends, name
    if (halves := _unmarked_utf16(start)) is not None:
        return ends, halves
    # A text in cp1251 is never UTF-8 by accident, line after line; so a few broken lines are
    # broken lines of a UTF-8 file.
    return ends, "utf-8" if good >= bad else "cp1251"


def _unmarked_utf16(start: bytes) -> str | None:
    """UTF-16 without its mark, as some spreadsheets write it: one half of the bytes has zeros."""
    first, second = start[::2].count(0), start[1::2].count(0)
    if max(first, second) * 20 < len(start) or min(first, second) * 10 > max(first, second):
        return None
    return "utf-16-le" if second > first else "utf-16-be"


def _delimiter(path: Path, file: TextIO, is_header: IsHeader) -> str:
    """The delimiter, with ``file`` at the first row: the one that the file names above it, or the
    one with which a header is found, or that divides the first row into the most cells.
    """
    csv.field_size_limit(MAX_FIELD)
    named = _SEPARATOR_LINE.fullmatch(file.readline(20))
    if named is not None:
        return named.group(1)

    def rank(delimiter: str) -> tuple[bool, int]:
        rows = list(_first_rows(file, delimiter))
        if not rows:
            raise _too_long(path, 1)
        return any(map(is_header, rows)), len(rows[0])

    best = max(_DELIMITERS, key=rank)
    file.seek(0)
    return best


def _first_rows(file: TextIO, delimiter: str) -> Iterator[tuple[str, ...]]:
    """The first rows that are not empty; none where already the first has no end."""
    file.seek(0)
    found = False
    try:
        for row in islice(csv.reader(file, delimiter=delimiter), _TITLES):
            if row:
                found = True
                yield tuple(cell.strip() for cell in row)
    except csv.Error:
        return
    if not found:
        yield ()


def _records(path: Path, file: TextIO, delimiter: str) -> Iterator[Line]:
    csv.field_size_limit(MAX_FIELD)
    source = _Quotes(file)
    reader = csv.reader(source, delimiter=delimiter)
    number = 0
    while True:
        began, source.quotes = reader.line_num, 0
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _too_long(path, number + 1) from error
        except UnicodeError as error:
            raise SheetError(f"{path}: after row {number} the text cannot be decoded") from error
        if cells is None:
            return
        number += 1
        spans_lines = reader.line_num > began + 1
        # In a record of several lines every mark has its partner, or one of them is missing and
        # rows have run into each other.
        torn = spans_lines and source.quotes % 2 == 1
        yield Line(number, tuple(cells), reader.line_num, torn)


class _Quotes:
    """The lines of a file, and how many quotation marks stood in those given since the reset."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.quotes = 0
        self.ended = False

    def __iter__(self) -> _Quotes:
        return self

    def __next__(self) -> str:
        line = next(self._file, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.quotes += line.count('"')
        return line


def _too_long(path: Path, number: int) -> SheetError:
    return SheetError(
        f"{path}: row {number} has a field of over {MAX_FIELD} characters; "
        "most likely a quotation mark is missing in it"
    )


def _headed(
    path: Path, lines: Iterator[Line], is_header: IsHeader
) -> tuple[tuple[str, ...], Iterator[Line]]:
    """The header, and the lines below it."""
    above: list[Line] = []
    for line in lines:
        if not line.is_blank:
            if is_header(_names(line)):
                return _names(line), lines
            above.append(line)
        if line.number >= _TITLES:
            break
    if not above:
        raise UsageError(f"{path}: there is no row with column names")
    return _names(above[0]), chain(above[1:], lines)


def _names(line: Line) -> tuple[str, ...]:
    return tuple("" if cell is None else str(cell).strip() for cell in line.cells)
