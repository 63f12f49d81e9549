"""Sheets: what .xlsx and .csv files hold, row by row."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from console.errors import UsageError
from console.server.intake.sheet import Cell, Line, SheetError, open_sheet


def read(path: Path, **options: Any) -> tuple[tuple[str, ...], list[Line]]:
    """The header and all lines of a file."""
    with open_sheet(path, **options) as sheet:
        return sheet.header, list(sheet.lines)


def cells(path: Path, **options: Any) -> list[tuple[Cell, ...]]:
    """The cells of every row below the header."""
    return [line.cells for line in read(path, **options)[1]]


def text_file(folder: Path, content: str | bytes, name: str = "appeals.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ── .csv ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    table = f"id{delimiter}Текст\n1{delimiter}Нет света, ёлки; да\n".replace(", ёлки; да", "")
    path = text_file(tmp_path, table.encode(encoding))
    assert read(path)[0] == ("id", "Текст")
    assert cells(path) == [("1", "Нет света")]


def test_an_encoding_can_be_named(tmp_path: Path) -> None:
    path = text_file(tmp_path, "id,текст\n1,свет\n".encode("koi8-r"))
    assert cells(path, encoding="koi8-r") == [("1", "свет")]
    with pytest.raises(UsageError, match="no encoding “latin-99”"):
        read(path, encoding="latin-99")


def test_lines_within_quotes_and_every_line_end_are_kept(tmp_path: Path) -> None:
    path = text_file(tmp_path, 'id,text\r\n1,"Нет\nсвета ""вообще"""\r\n2,да\n')
    assert cells(path) == [("1", 'Нет\nсвета "вообще"'), ("2", "да")]


def test_rows_are_counted_as_in_a_spreadsheet(tmp_path: Path) -> None:
    path = text_file(tmp_path, 'id,text\n1,"a\nb"\n\n3,c\n')
    assert [(line.number, line.is_blank) for line in read(path)[1]] == [
        (2, False),
        (3, True),
        (4, False),
    ]


def test_a_null_character_and_a_huge_field_survive(tmp_path: Path) -> None:
    huge = "я" * 1_000_000
    path = text_file(tmp_path, f"id,text\n1,a\0b\n2,{huge}\n")
    assert cells(path) == [("1", "a\0b"), ("2", huge)]


def test_a_field_without_end_is_told_with_its_row(tmp_path: Path) -> None:
    rest = "x,y\n" * 400_000
    path = text_file(tmp_path, f'id,text\n1,ok\n2,"no end\n{rest}')
    with pytest.raises(SheetError, match=r"row 3 .* quotation mark is missing"):
        read(path)


def test_a_text_that_the_end_of_the_file_cut_off_is_marked(tmp_path: Path) -> None:
    path = text_file(tmp_path, 'id,text\n1,whole\n2,"cut off\n3,swallowed\n')
    assert [line.torn for line in read(path)[1]] == [False, True]
    whole = text_file(tmp_path, 'id,text\n1,5" pipe\n2,"two\nlines"', "whole.csv")
    assert [line.torn for line in read(whole)[1]] == [False, False]


def test_a_few_broken_bytes_do_not_make_it_another_encoding(tmp_path: Path) -> None:
    good = "id,текст\n1,свет\n2,свет\n".encode()
    path = text_file(tmp_path, good + b"3,\xff\xfe\n")
    found = cells(path)
    assert found[0] == ("1", "свет")
    assert found[2] == ("3", "\udcff\udcfe")


def test_blank_lines_before_the_header_are_skipped(tmp_path: Path) -> None:
    path = text_file(tmp_path, "\n,,\nid,text\n1,a\n")
    assert read(path)[0] == ("id", "text")
    assert [line.number for line in read(path)[1]] == [4]


# ── .xlsx ──────────────────────────────────────────────────────────────────────────────────────


def workbook(folder: Path, *rows: list[object], title: str = "Лист1") -> Path:
    """An .xlsx of these rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    path = folder / "appeals.xlsx"
    book.save(path)
    return path


def test_cells_keep_their_types(tmp_path: Path) -> None:
    at = dt.datetime(2026, 3, 1, 12, 30)
    path = workbook(tmp_path, ["n", "at", "text"], [1001, at, "Нет света"], [1.5, None, True])
    assert cells(path) == [(1001, at, "Нет света"), (1.5, None, True)]


def test_rows_have_the_numbers_of_the_file_even_where_rows_are_missing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A5"] = "text", "late"
    path = tmp_path / "gaps.xlsx"
    book.save(path)
    assert [line.number for line in read(path)[1] if not line.is_blank] == [5]


def test_a_wrong_range_in_the_file_is_not_believed(tmp_path: Path) -> None:
    """Some exporters write that the sheet is one cell."""
    import zipfile

    path = workbook(tmp_path, ["n", "text"], [1, "a"], [2, "b"])
    lying = tmp_path / "lying.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(lying, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1"'))
    assert cells(lying) == [(1, "a"), (2, "b")]


def test_escaped_characters_are_restored(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["text"], ["a_x000D_b"])
    assert cells(path) == [("a\rb",)]


def test_a_date_beyond_all_limits_is_an_error_value_and_no_crash(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["at"])
    sheet.append([99_999_999_999])
    sheet["A2"].number_format = "dd.mm.yyyy"
    path = tmp_path / "far.xlsx"
    book.save(path)
    assert cells(path) == [("#VALUE!",)]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["first"])
    book.create_sheet("Март").append(["second"])
    path = tmp_path / "two.xlsx"
    book.save(path)
    assert read(path)[0] == ("first",)
    assert read(path, name="Март")[0] == ("second",)
    with pytest.raises(UsageError, match="no sheet “Май”; there are: Sheet, Март"):
        read(path, name="Май")


# ── Above the header ───────────────────────────────────────────────────────────────────────────


def _has_id(names: tuple[str, ...]) -> bool:
    return "id" in names


@pytest.mark.parametrize("mark", ["sep=;\r\n", '"sep=;"\n', "SEP=;\n"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_the_line_that_names_the_delimiter_is_no_row(
    tmp_path: Path, mark: str, encoding: str
) -> None:
    table = f"{mark}id;Текст, полный, со всеми запятыми\n1;Нет света\n"
    header, lines = read(text_file(tmp_path, table.encode(encoding)))
    assert header == ("id", "Текст, полный, со всеми запятыми")
    assert [(line.number, line.cells) for line in lines] == [(2, ("1", "Нет света"))]


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    title = "Отчёт, по инцидентам, за март, весь;\n\nПериод:;01.03.2026\n"
    path = text_file(tmp_path, title + "id;Текст\n1;Нет света\n")
    with open_sheet(path, is_header=_has_id) as sheet:
        assert sheet.header == ("id", "Текст")
        assert [(line.number, line.cells) for line in sheet.lines] == [(5, ("1", "Нет света"))]
    book = openpyxl.Workbook()
    for row in (["Отчёт"], [], ["id", "Текст"], [1, "Нет света"]):
        book.active.append(row)
    book.save(tmp_path / "titled.xlsx")
    with open_sheet(tmp_path / "titled.xlsx", is_header=_has_id) as sheet:
        assert sheet.header == ("id", "Текст")
        assert [(line.number, line.cells) for line in sheet.lines] == [(4, (1, "Нет света"))]


def test_without_a_header_the_first_row_is_taken_for_one_and_no_row_is_lost(tmp_path: Path) -> None:
    path = text_file(tmp_path, "\na;b\n1;2\n3;4\n")
    with open_sheet(path, is_header=_has_id) as sheet:
        assert sheet.header == ("a", "b")
        assert [line.cells for line in sheet.lines if not line.is_blank] == [("1", "2"), ("3", "4")]


# ── What is no table ───────────────────────────────────────────────────────────────────────────


def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    wrong = {
        "nowhere.csv": "there is no such file",
        "folder": "not a file",
        text_file(tmp_path, b"", "empty.csv").name: "the file is empty",
        text_file(tmp_path, "\n\n", "blank.csv").name: "no row with column names",
        text_file(tmp_path, b"\xd0\xcf\x11\xe0" + b"x" * 600, "old.xls").name: "not an .xlsx file",
        text_file(tmp_path, b"PK\x03\x04" + b"x" * 600, "torn.xlsx").name: "not an .xlsx file",
    }
    for name, says in wrong.items():
        with pytest.raises(UsageError, match=says) as caught:
            read(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_an_archive_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.jpg", b"")
    with pytest.raises(SheetError, match=r"not a readable \.xlsx file"):
        read(path)


def test_a_csv_has_no_sheets(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="leave --sheet out"):
        read(text_file(tmp_path, "id\n"), name="Март")


def test_a_pipe_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UsageError, match="a pipe cannot be imported"):
        read(tmp_path / "pipe.csv")


def test_half_a_character_at_the_end_is_told(tmp_path: Path) -> None:
    path = text_file(tmp_path, "id;Текст\n1;Нет света\n".encode("utf-16") + b"\x41")
    with pytest.raises(SheetError, match="decoded"):
        read(path)
