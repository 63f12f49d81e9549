"""``otklik-server import``: real files, each row taken, known or quarantined."""

from __future__ import annotations

import datetime as dt
import fcntl
import io
import os
import pty
import random
import resource
import signal
import struct
import subprocess
import sys
import termios
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from console.domain.appeal import Appeal, Outcome, Status
from console.server import feed
from console.server.__main__ import main
from console.server.database import Database, open_database
from console.server.intake.sheet import open_sheet
from console.wire import codec
from console.wire.schema import Rows
from tests.support.server import BRANCHES, migrated, sqlite_url
from tests.support.surroundings import clean_environment
from tests.support.waiting import until


def run(*arguments: object) -> tuple[int, list[str]]:
    """The exit code and the lines that one command prints."""
    out = io.StringIO()
    code = main([str(argument) for argument in arguments], out=out)
    return code, out.getvalue().splitlines()


def appeals(database: Database) -> dict[str, Appeal]:
    """Every appeal of every branch by its number."""
    stretch = database.read(
        lambda c: feed.stretch(c, {}, branches=BRANCHES, limit=100_000),
    )
    rows = codec.decode(codec.encode(stretch.rows), Rows)
    return {appeal.number: appeal for appeal in rows.appeals}


def _taken(line: str) -> tuple[int, int, int]:
    taken, known, quarantined = (int(part.split()[-1]) for part in line.split(", "))
    assert line == f"taken {taken}, already known {known}, quarantined {quarantined}"
    return taken, known, quarantined


# ── The real file of Kursk ─────────────────────────────────────────────────────────────────────


def test_every_row_of_a_real_file_is_taken_and_none_twice(
    shared_data: Path, tmp_path: Path, database: Database, database_url: str
) -> None:
    file = shared_data / "appeals-kursk-2022.csv"
    command = (
        "import",
        file,
        "--map",
        "text=text,number=id,topic=topic",
        "--quarantine",
        tmp_path / "quarantine.csv",
        "--database",
        database_url,
    )
    code, lines = run(*command)
    assert code == 0
    assert lines == ["taken 1010, already known 0, quarantined 0"]
    found = appeals(database)
    assert len(found) == 1010
    for appeal in found.values():
        for mark in ("<p", "<span", "&nbsp;", "&amp;", "[club", "[id"):
            assert mark not in appeal.text, appeal.number
        assert appeal.text
    with open_sheet(file) as sheet:
        column = sheet.header.index("text")
        for line in sheet.lines:
            appeal = found[str(line.cells[0])]
            assert line.cells[column] == (appeal.original or appeal.text)
    assert run(*command) == (0, ["taken 0, already known 1010, quarantined 0"])


# ── A cabinet's export ─────────────────────────────────────────────────────────────────────────

_KNOWN = [
    "Номер инцидента",
    "Дата создания",
    "Дата окончания",
    "Группа тем",
    "Тема",
    "Регион",
    "Муниципалитет",
    "Населенный пункт",
    "Улица",
    "Дом",
    "Тип инцидента",
    "Итог",
    "Теги",
    "Текст инцидента",
    "Текст ответа",
    "Дата ответа",
]
_HEADER = _KNOWN + [f"Служебное поле {number}" for number in range(45 - len(_KNOWN))]
random.Random(7).shuffle(_HEADER)

_LONG = "<p>" + "Нет света. " * 460 + "</p>"

Row = dict[str, object]

_EXPORT: list[Row | None] = [
    {
        "Номер инцидента": 1001,
        "Дата создания": dt.datetime(2026, 3, 1, 12, 30),
        "Регион": "Забайкальский край",
        "Населенный пункт": "Атамановка",
        "Тип инцидента": "Решаемый",
        "Текст инцидента": "<p>Нет&nbsp;света, [club1|Читаэнерго]!</p>",
        "Служебное поле 3": "что угодно",
    },
    {
        "Номер инцидента": 1002,
        "Дата создания": "32.13.2026",
        "Регион": "Омская область",
        "Текст инцидента": "Когда дадут?",
    },
    {
        "Номер инцидента": "1003",
        "Дата создания": "01.03.2026 10:00",
        "Регион": "Омская область",
        "Текст инцидента": _LONG,
    },
    {"Номер инцидента": 1001, "Регион": "Забайкальский край", "Текст инцидента": "Совсем другое"},
    {
        "Номер инцидента": 1001.0,
        "Регион": "Забайкальский край",
        "Текст инцидента": "Нет света, Читаэнерго!",
    },
    None,
    {
        "Номер инцидента": 1004,
        "Дата создания": 46082.5,
        "Дата окончания": dt.datetime(2026, 3, 2),
        "Регион": "Республика Тыва",
        "Итог": "Решено",
        "Текст инцидента": "Спасибо!",
        "Текст ответа": "<b>Восстановили</b>",
        "Дата ответа": "01.03.2026 15:00",
    },
    {"Номер инцидента": 1005, "Регион": "Курская область", "Текст инцидента": "Из другой области"},
    {"Номер инцидента": 1006, "Регион": "Омская область", "Текст инцидента": None},
    {"Регион": "Омская область", "Текст инцидента": "Без номера"},
    None,
]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An .xlsx in the cabinet's layout: 45 columns, and all that goes wrong in such files."""
    book = openpyxl.Workbook()
    book.active.append(_HEADER)
    for row in _EXPORT:
        book.active.append([(row or {}).get(name) for name in _HEADER])
    path = tmp_path / "export.xlsx"
    book.save(path)
    return path


def test_an_export_lands_row_by_row(export: Path, database: Database, database_url: str) -> None:
    code, lines = run("import", export, "--database", database_url)
    assert code == 0
    assert lines[0] == "taken 3, already known 1, quarantined 5"
    assert sum(_taken(lines[0])) == sum(row is not None for row in _EXPORT)
    found = appeals(database)
    assert found.keys() == {"1001", "1003", "1004"}
    first, long, ended = found["1001"], found["1003"], found["1004"]
    assert first.branch == "chita"
    assert first.text == "Нет света, Читаэнерго!"
    assert first.created_at == datetime(2026, 3, 1, 3, 30, tzinfo=UTC)
    assert first.place.settlement == "Атамановка"
    assert long.original == _LONG
    assert len(_LONG) > 5000
    assert long.created_at == datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
    assert (ended.branch, ended.status, ended.outcome) == ("tyva", Status.CLOSED, Outcome.SOLVED)
    assert ended.created_at == datetime(2026, 3, 1, 5, 0, tzinfo=UTC)


def test_the_quarantine_says_where_and_why(export: Path, database_url: str) -> None:
    _, lines = run("import", export, "--database", database_url)
    quarantine = export.with_name("export.xlsx.quarantine.csv")
    assert lines[1] == f"quarantined rows: {quarantine}"
    with open_sheet(quarantine) as sheet:
        assert list(sheet.header) == ["row", "reason", *_HEADER]
        reasons = {int(str(line.cells[0])): str(line.cells[1]) for line in sheet.lines}
    assert reasons.keys() == {3, 5, 9, 10, 11}
    assert "столбец «Дата создания»: «32.13.2026» — не дата" in reasons[3]
    assert reasons[5] == "обращение с номером 1001 уже принято, но с другим текстом"
    assert reasons[9] == "регион «Курская область» не относится ни к одному филиалу"
    assert reasons[10] == "нет текста обращения"
    assert reasons[11] == "нет номера обращения"


def test_a_second_import_takes_nothing_more(export: Path, database_url: str) -> None:
    run("import", export, "--database", database_url)
    _, lines = run("import", export, "--database", database_url, "--lang", "en")
    assert lines[0] == "taken 0, already known 4, quarantined 5"
    quarantine = export.with_name("export.xlsx.quarantine.csv").read_text(encoding="utf-8-sig")
    assert "there is no text" in quarantine


def test_a_mended_quarantine_can_be_imported_itself(
    export: Path, tmp_path: Path, database: Database, database_url: str
) -> None:
    run("import", export, "--database", database_url)
    quarantine = export.with_name("export.xlsx.quarantine.csv")
    mended = tmp_path / "mended.csv"
    text = quarantine.read_text(encoding="utf-8-sig").replace(";32.13.2026;", ";12.03.2026;")
    mended.write_text(text, encoding="utf-8-sig")
    _, lines = run("import", mended, "--database", database_url)
    assert lines[0] == "taken 1, already known 0, quarantined 4"
    assert appeals(database)["1002"].created_at == datetime(2026, 3, 11, 18, 0, tzinfo=UTC)


def test_a_text_that_looks_like_a_formula_goes_there_and_back(
    tmp_path: Path, database: Database, database_url: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text('Номер,Текст,Дата создания\n1,"- нет света",вчера\n', encoding="utf-8")
    run("import", file, "--database", database_url)
    quarantine = tmp_path / "a.csv.quarantine.csv"
    text = quarantine.read_text(encoding="utf-8-sig")
    assert ";'- нет света;" in text
    quarantine.write_text(text.replace("вчера;", "").replace(";вчера", ";"), encoding="utf-8-sig")
    _, lines = run("import", quarantine, "--database", database_url)
    assert lines[0] == "taken 1, already known 0, quarantined 0"
    assert appeals(database)["1"].text == "- нет света"


# ── Options ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def centre(tmp_path: Path) -> str:
    """The URL of a migrated SQLite database."""
    with migrated(sqlite_url(tmp_path)):
        pass
    return sqlite_url(tmp_path)


def _csv(folder: Path, *rows: str) -> Path:
    path = folder / "letters.csv"
    path.write_text("\n".join(("id;letter;when;region", *rows)), encoding="cp1251")
    return path


MAP = ("--map", "number=id,text=letter", "--map", "created_at=when")


def test_source_branch_and_quarantine_can_be_named(tmp_path: Path, centre: str) -> None:
    file = _csv(tmp_path, "1;Нет света;01.03.2026;", "2;;;", ";;;")
    elsewhere = tmp_path / "later" / "rows.csv"
    elsewhere.parent.mkdir()
    code, lines = run(
        *("import", file, *MAP, "--source", "post", "--branch", "chita"),
        *("--quarantine", elsewhere, "--database", centre),
    )
    assert (code, lines[0]) == (0, "taken 1, already known 0, quarantined 1")
    assert elsewhere.exists()
    database = open_database(centre)
    appeal = appeals(database)["1"]
    database.close()
    assert (appeal.source, appeal.branch) == ("post", "chita")
    assert appeal.created_at == datetime(2026, 2, 28, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("{file}", "--map", "txt=letter"), (2, "there is no field “txt”; there are: number")),
        (("{file}", "--map", "text=brief"), (2, "has no column “brief”; it has: id, letter")),
        (("{file}",), (2, "no column holds the number")),
        (("{file}", *MAP, "--branch", "moscow"), (2, "no branch “moscow”; there are: omsk")),
        (("{file}", *MAP, "--lang", "fr"), (2, "invalid choice: 'fr'")),
        (("{file}", *MAP, "--source", "X Y"), (2, "--source “X Y”: a key is made of small Latin")),
        (("{file}", *MAP, "--quarantine", "{folder}/" + "q" * 300), (1, "File name too long")),
        (("nowhere.csv",), (2, "nowhere.csv: there is no such file")),
        (("{file}", *MAP, "--database", "sqlite:///{folder}/new.db"), (1, "is empty; run: ")),
        (("{file}", *MAP, "--database", "mysql://x"), (2, "“mysql” is not supported")),
        (("{file}", *MAP, "--quarantine", "{folder}/no/q.csv"), (2, "there is no folder")),
        (("{file}", *MAP, "--quarantine", "{file}"), (2, "the file that is imported")),
        ((), (2, "the following arguments are required: FILE")),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    tmp_path: Path,
    centre: str,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    told: tuple[int, str],
) -> None:
    code, says = told
    file = _csv(tmp_path, "1;Нет света;вчера;")
    filled = [part.format(file=file, folder=tmp_path) for part in arguments]
    where = () if "--database" in filled else ("--database", centre)
    assert run("import", *filled, *where)[0] == code
    said = capsys.readouterr().err
    assert says in said
    assert said.startswith("otklik-server: ")
    assert said.count("\n") == 1


def test_a_date_that_cannot_be_is_told_by_the_name_of_its_column(
    tmp_path: Path, centre: str
) -> None:
    file = _csv(tmp_path, "1;Нет света;01.03.1899;", "2;Нет света;01.03.2199;")
    _, lines = run("import", file, *MAP, "--database", centre)
    assert lines[0] == "taken 0, already known 0, quarantined 2"
    told = (tmp_path / "letters.csv.quarantine.csv").read_text(encoding="utf-8-sig")
    assert told.count("столбец «when»") == 2 and "created_at" not in told


def test_a_title_and_the_name_of_the_delimiter_do_not_hide_the_header(
    tmp_path: Path, centre: str
) -> None:
    file = tmp_path / "titled.csv"
    rows = (
        "sep=;\r\nИнциденты за март;;\r\n\r\nНомер;Текст;Регион\r\n7;Нет света;Омская область\r\n"
    )
    file.write_bytes(rows.encode("utf-16"))
    code, lines = run("import", file, "--database", centre)
    assert (code, lines) == (0, ["taken 1, already known 0, quarantined 0"])


# ── The disk ───────────────────────────────────────────────────────────────────────────────────


def test_a_quarantine_that_cannot_be_written_is_told_before_the_first_row(
    tmp_path: Path, centre: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _csv(tmp_path, "1;Нет света;;")
    (tmp_path / "q.csv.part").symlink_to("/dev/full")
    place = ("--quarantine", tmp_path / "q.csv")
    code, lines = run("import", file, *MAP, *place, "--database", centre)
    assert (code, lines) == (1, [])
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "No space left on device" in said
    database = open_database(centre)
    assert appeals(database) == {}
    database.close()


def test_beside_a_file_that_may_only_be_read_the_working_folder_takes_the_quarantine(
    tmp_path: Path, centre: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    file = _csv(tmp_path, "1;Нет света;вчера;")
    (tmp_path / "letters.csv.quarantine.csv.part").symlink_to("/dev/full")
    code, lines = run("import", file, *MAP, "--database", centre)
    assert (code, lines[0]) == (0, "taken 0, already known 0, quarantined 1")
    assert lines[1] == f"quarantined rows: {tmp_path}/here/letters.csv.quarantine.csv"


def test_a_disk_that_fills_up_is_one_line_and_what_was_taken_stays(
    tmp_path: Path, centre: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A limit on the size of a file stands for the full disk; the database stays far below it."""
    good = [f"{n};Нет света {n};;" for n in range(600)]
    bad = [f"x{n};{'темно ' * 20_000};вчера;" for n in range(100)]
    file = _csv(tmp_path, *good, *bad)
    place = ("--quarantine", tmp_path / "q.csv")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000_000, before[1]))
    try:
        code, lines = run("import", file, *MAP, *place, "--database", centre)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (code, lines) == (1, ["taken 600, already known 0, quarantined 100"])
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "q.csv: cannot be written" in said
    assert not (tmp_path / "q.csv").exists() and not (tmp_path / "q.csv.part").exists()
    code, lines = run("import", file, *MAP, *place, "--database", centre)
    assert (code, lines[0]) == (0, "taken 0, already known 600, quarantined 100")
    assert (tmp_path / "q.csv").stat().st_size > 8_000_000


# ── Interruptions and the terminal ─────────────────────────────────────────────────────────────


def _many(folder: Path, count: int) -> Path:
    path = folder / "many.csv"
    rows = "".join(f"{i},Нет света на улице Новой {i}\n" for i in range(count))
    path.write_text(f"Номер,Текст\n{rows}", encoding="utf-8")
    return path


def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path: Path, centre: str) -> None:
    count = 6000
    file = _many(tmp_path, count)
    command = [sys.executable, "-m", "console.server", "import", str(file), "--database", centre]
    process = subprocess.Popen(
        command, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    database = open_database(centre)
    until(lambda: bool(appeals(database)), what="the first rows", within=60)
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=60)
    assert process.returncode == 130
    assert complained == "otklik-server: interrupted\n"
    taken, known, quarantined = _taken(said.strip())
    assert (known, quarantined) == (0, 0)
    there = len(appeals(database))
    assert 0 < taken <= there < count
    _, lines = run("import", file, "--database", centre)
    assert _taken(lines[0]) == (count - there, there, 0)
    assert len(appeals(database)) == count
    database.close()


def test_on_a_terminal_the_progress_is_shown(tmp_path: Path, centre: str) -> None:
    file = _many(tmp_path, 1200)
    seen, screen = pty.openpty()
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [sys.executable, "-m", "console.server", "import", str(file), "--database", centre]
    with os.fdopen(seen, "rb", buffering=0) as reading:
        process = subprocess.Popen(
            command, env=clean_environment(), stdout=subprocess.PIPE, stderr=screen
        )
        os.close(screen)
        shown = _drain(reading)
        out, _ = process.communicate(timeout=60)
    assert out.decode() == "taken 1200, already known 0, quarantined 0\n"
    assert b"100%" in shown
    assert b"rows" in shown


def _drain(reading: Any) -> bytes:
    shown = b""
    while True:
        try:
            part = reading.read(4096)
        except OSError:  # Linux tells the end of a terminal so
            return shown
        if not part:
            return shown
        shown += part


def test_rows_that_ran_into_each_other_are_not_taken_as_one(tmp_path: Path, centre: str) -> None:
    file = tmp_path / "torn.csv"
    file.write_text(
        'id,text,c\n5,"нет света у нас,b\n6,"нет света у других",c\n7,темно,d\n', encoding="utf-8"
    )
    code, lines = run("import", str(file), "--map", "text=text,number=id", "--database", centre)
    assert (code, lines[0]) == (0, "taken 1, already known 0, quarantined 1")
