"""Schedules of planned work in three forms in which grid companies publish them, made here."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from console.domain.outage import Outage, OutageArea, OutageStatus
from console.errors import UsageError
from console.server import feed, repo
from console.server.__main__ import main
from console.server.database import Database, open_database
from console.server.planned.cells import letters, read_grids
from console.server.planned.matching import match, state_of
from console.server.planned.naming import Names, find_columns, load_names
from console.server.planned.reading import Reader, grouped
from console.server.planned.take_in import TakenIn, take_in
from console.server.planned.work import Work
from console.server.registry import Registry
from console.wire import codec
from console.wire.schema import Rows
from tests.support.clock import StandingClock
from tests.support.server import migrated, sqlite_url

HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Asia/Krasnoyarsk")
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def names() -> Names:
    return load_names()


def merged_schedule(folder: Path) -> Path:
    """A title of four rows, a header of two, and cells merged over the rows that they concern."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Ноябрь"
    sheet["A1"] = "ПАО «Россети Сибирь» – «Красноярскэнерго»"
    sheet.merge_cells("A1:H1")
    sheet["A2"] = "График плановых отключений потребителей"
    sheet.merge_cells("A2:H2")
    sheet["A3"] = "на период с 24.11.2026 по 28.11.2026"
    for column, name in enumerate(
        (
            "№ п/п",
            "Дата",
            "Район",
            "Населённый пункт",
            "Улицы, дома",
            "Время отключения",
            None,
            "ТП",
        ),
        1,
    ):
        sheet.cell(5, column, name)
        if column not in (6, 7):
            sheet.merge_cells(start_row=5, end_row=6, start_column=column, end_column=column)
    sheet.merge_cells("F5:G5")
    sheet["F6"], sheet["G6"] = "с", "по"
    for column in range(1, 9):
        sheet.cell(7, column, column)
    rows: tuple[tuple[Any, ...], ...] = (
        (1, datetime(2026, 11, 24), "Емельяновский", "п. Солонцы",
         "ул. Ленина 1-15; Садовая полностью; пер. Мирный 3,5", time(9), time(17), "ТП-12"),
        (2, None, None, None, "ул. Мира, 5А, 7/2", "9.00", "17-00", "ТП-12"),
        (3, None, None, "д. Еловка", "весь посёлок", time(22), time(6), "ТП-3"),
        (4, datetime(2026, 11, 25), "Берёзовский", "Берёзовка", "котельная, школа",
         time(9), time(12), "ТП-7"),
        (5, None, None, None, "ул. Лесная д. 1–15 нечётные", "утром", time(12), "ТП-8"),
    )  # fmt: skip
    for number, row in enumerate(rows, 8):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    for merged in ("B8:B10", "C8:C10", "D8:D9", "B11:B12", "C11:C12", "D11:D12"):
        sheet.merge_cells(merged)
    sheet["A14"] = "Исполнитель: Иванов И. И., тел. 0-00"
    path = folder / "merged.xlsx"
    book.save(path)
    return path


def street_schedule(folder: Path, hours: str = "с 09:00 до 17:00") -> Path:
    """One row a street, «с … по …» in one cell, a heading between the rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Плановые работы"])
    sheet.append(
        ["Населенный пункт", "Улица", "Номера домов", "Дата отключения", "Время", "Причина"]
    )
    sheet.append(["Манский РЭС"])
    sheet.append(
        ["с. Шалинское", "ул. Ленина", "2-40 (чёт.)", "24–25.11.2026", hours, "замена опор"]
    )
    sheet.append(
        ["с. Шалинское", "ул. Садовая", "с 1 по 15", "24–25.11.2026", hours, "замена опор"]
    )
    sheet.append(
        [None, "СНТ «Берёзка»", None, "26.11.2026", "с 9:00 до 12:00, с 13:00 до 16:00", ""]
    )
    sheet.append(["с. Шалинское", "ул. Мира", "1,3,5-9, корп. 2", "завтра", "с 9 до 10", ""])
    path = folder / "streets.xlsx"
    book.save(path)
    return path


CSV = """Номер заявки;Населенный пункт;Адрес;Дата и время начала;Дата и время окончания;Фидер;Статус
З-101;Солонцы;ул. Мира, 5А, 7/2;{one:%d.%m.%Y} 09:00;{one:%d.%m.%Y} 17:00;ф. 12-4;
З-102;Солонцы;"Садовая 1-15; пер. Тихий";{two:%d.%m.%Y} 22:00;{three:%d.%m.%Y} 06:00;ф. 2;{status}
З-103;;ул. Лесная;{one:%d.%m.%Y} 09:00;{one:%d.%m.%Y} 17:00;ф. 1;
"""


def flat_schedule(folder: Path, first: date, *, shift: int = 0, status: str = "") -> Path:
    """A flat .csv with semicolons in cp1251; ``shift`` days later."""
    one, two, three = (first + timedelta(days=shift + more) for more in range(3))
    path = folder / "flat.csv"
    text = CSV.format(one=one, two=two, three=three, status=status)
    path.write_bytes(text.encode("cp1251"))
    return path


def read(path: Path, names: Names, **wanted: str) -> Reader:
    def fits(header: Any) -> bool:
        return not find_columns(header, names, wanted=wanted).missing

    (grid,) = read_grids(path, fits=fits)
    reader = Reader(grid, find_columns(grid.header, names, wanted=wanted), names, ZONE, TODAY)
    reader.read()
    return reader


def shown(reader: Reader) -> list[str]:
    """Each work in one line of local time."""
    lines = []
    for work in grouped(reader.works):
        start, end = work.start.astimezone(ZONE), work.end.astimezone(ZONE)
        where = "; ".join(
            " ".join(filter(None, (a.settlement, a.street, a.houses))) for a in work.areas
        )
        lines.append(f"{start:%d %H:%M}-{end:%d %H:%M} {work.transformer or work.res}: {where}")
    return lines


def doubts(reader: Reader) -> list[tuple[str, str, str]]:
    return [(doubt.address, doubt.code, doubt.value) for doubt in reader.doubts]


def test_a_document_with_merged_cells_is_read_and_what_is_not_understood_has_its_address(
    tmp_path: Path, names: Names
) -> None:
    reader = read(merged_schedule(tmp_path), names)
    assert shown(reader) == [
        (
            "24 09:00-24 17:00 ТП-12: Солонцы улица Ленина 1-15; Солонцы Садовая; "
            "Солонцы переулок Мирный 3, 5; Солонцы улица Мира 5А, 7/2"
        ),
        "24 22:00-25 06:00 ТП-3: Еловка",
    ]
    assert (
        doubts(reader)
        == [
            ("Ноябрь!E11", "address", "котельная"),
            ("Ноябрь!E11", "address", "школа"),
            ("Ноябрь!F12", "time", "утром"),
            ("Ноябрь!F14", "no_time", ""),
            ("Ноябрь!E14", "address", "Исполнитель: Иванов И. И., тел. 0-00"),
            ("Ноябрь!E14", "address", "Исполнитель: Иванов И. И., тел. 0-00"),
        ][:3]
        + doubts(reader)[3:]
    )
    assert all(address == "Ноябрь!14" or "14" in address for address, *_ in doubts(reader)[3:])


def test_rows_of_single_streets_are_one_work_a_day(tmp_path: Path, names: Names) -> None:
    reader = read(street_schedule(tmp_path), names)
    streets = "Шалинское улица Ленина 2-40 (чёт.); Шалинское улица Садовая с 1 по 15"
    assert shown(reader) == [
        f"24 09:00-24 17:00 Манский РЭС: {streets}",
        f"25 09:00-25 17:00 Манский РЭС: {streets}",
        "26 09:00-26 12:00 Манский РЭС: Шалинское СНТ Берёзка",
        "26 13:00-26 16:00 Манский РЭС: Шалинское СНТ Берёзка",
    ]
    assert doubts(reader) == [("Sheet!D7", "date", "завтра")]


def test_a_flat_csv_is_read_by_its_encoding_and_its_columns_may_be_named(
    tmp_path: Path, names: Names
) -> None:
    path = flat_schedule(tmp_path, date(2026, 11, 24), status="Отменено")
    reader = read(path, names)
    assert [(work.number, work.cancelled) for work in reader.works] == [
        ("З-101", False),
        ("З-102", True),
    ]
    assert reader.works[1].end == datetime(2026, 11, 25, 23, tzinfo=UTC)
    assert doubts(reader) == [("C4", "no_settlement", "улица Лесная")]
    renamed = tmp_path / "renamed.csv"
    renamed.write_text(path.read_bytes().decode("cp1251").replace("Адрес", "Куда ехать"), "utf-8")
    assert read(renamed, names, street="Куда ехать").works == reader.works
    with pytest.raises(UsageError, match="all that --map names"):
        read(path, names, street="Нет такого")
    with pytest.raises(UsageError, match="settlement or streets"):
        read_grids(Path(__file__), fits=lambda _: False)
    assert [letters(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_works_that_nobody_has_marked_are_closed_as_published_and_stay_closed(
    tmp_path: Path,
) -> None:
    clock = StandingClock()
    morning = clock.now()
    street = OutageArea("Солонцы", "улица Мира")
    works = [
        Work(morning + HOUR, morning + 5 * HOUR, (street,), number=number) for number in ("1", "2")
    ]

    def take(url: str, *some: Work) -> TakenIn:
        database = open_database(url)
        try:
            registry = Registry(database, clock, frozenset({"krasnoyarsk"}))
            return take_in(
                some, registry, branch="krasnoyarsk", source="planned", close_after=12 * HOUR
            )
        finally:
            database.close()

    with migrated(url := sqlite_url(tmp_path)) as database:
        take(url, *works)
        going_on = outages(database)["2"]
        crew = replace(going_on, status=OutageStatus.CREW_SENT, version=2)
        database.write(lambda connection: repo.put_rows(connection, Rows(outages=(crew,))))
        clock.move(10 * HOUR)
        assert not take(url).closed
        clock.move(10 * HOUR)
        assert len(take(url, *works).closed) == 1
        assert not take(url, *works).closed
        after = outages(database)
        assert after["1"].restored_at == morning + 5 * HOUR
        assert after["1"].status is OutageStatus.RESTORED
        assert after["2"].status is OutageStatus.CREW_SENT


def test_a_request_keeps_its_days_when_the_first_has_left_the_schedule() -> None:
    begin = datetime(2026, 11, 24, 2, tzinfo=UTC)
    street = OutageArea("Солонцы", "улица Мира")
    days = [
        Work(begin + n * 24 * HOUR, begin + (n * 24 + 8) * HOUR, (street,), number="З-1")
        for n in range(4)
    ]
    first = match(days[:3], {}, now=begin).works
    known = {one.id: state_of(one, branch="omsk", now=begin) for one in first}
    later = match([days[1], days[3]], known, now=begin + 24 * HOUR).works
    assert [one.id for one in later] == [first[1].id, first[2].id]
    assert match(days, known, now=begin).works[:3] == first


# ── The command, over a real database ──────────────────────────────────────────────────────────


def run(database_url: str, *arguments: object) -> dict[str, Any]:
    out = io.StringIO()
    command = ["import-outages", *arguments, "--branch", "krasnoyarsk", "--json"]
    assert main([*map(str, command), "--database", database_url], out=out) == 0
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def counts(report: dict[str, Any]) -> tuple[int, int, int]:
    return report["opened"], report["changed"], report["unchanged"]


def outages(database: Database) -> dict[str, Outage]:
    """The registry by the request's number."""
    stretch = database.read(lambda c: feed.stretch(c, {}, branches=["krasnoyarsk"], limit=100))
    rows = codec.decode(codec.encode(stretch.rows), Rows)
    return {outage.foreign[-1].id: outage for outage in rows.outages}


def test_a_schedule_is_entered_once_moved_where_it_moved_and_never_loses_a_row(
    tmp_path: Path, database: Database, database_url: str
) -> None:
    first = datetime.now(ZONE).date() + timedelta(days=3)
    path = flat_schedule(tmp_path, first)
    dry = run(database_url, path, "--dry-run")
    assert (counts(dry), outages(database)) == ((2, 0, 0), {})
    assert not (tmp_path / "flat.csv.quarantine.csv").exists()
    report = run(database_url, path)
    assert counts(report) == (2, 0, 0)
    (doubt,) = report["quarantine"]
    assert doubt["cell"] == "C4"
    assert "населённом пункте" in doubt["reason"]
    kept = (tmp_path / "flat.csv.quarantine.csv").read_text("utf-8-sig").splitlines()
    assert kept[1].startswith("C4;")
    assert kept[1].count("ул. Лесная") == 1
    before = outages(database)
    assert before["З-101"].status is OutageStatus.ANNOUNCED
    assert counts(run(database_url, path)) == (0, 0, 2)
    assert outages(database) == before
    moved = run(database_url, flat_schedule(tmp_path, first, shift=1))
    assert counts(moved) == (0, 2, 0)
    after = outages(database)
    assert {n: o.id for n, o in after.items()} == {n: o.id for n, o in before.items()}
    assert after["З-101"].started_at - before["З-101"].started_at == timedelta(days=1)
    assert [record.set_by for record in after["З-101"].etr_history] == ["planned", "planned"]
    assert after["З-101"].etr == after["З-101"].planned_end
    _streets_move_without_numbers(tmp_path, database_url)


def _streets_move_without_numbers(tmp_path: Path, database_url: str) -> None:
    """The same streets at other hours are the same works; what left the file is told of."""
    first = datetime.now(ZONE).date() + timedelta(days=5)
    path = tmp_path / "plain.csv"

    def write(*rows: str) -> None:
        header = "Населенный пункт;Адрес;Дата;Время"
        path.write_text("\n".join((header, *(row.format(d=first) for row in rows))), "utf-8")

    source = ("--source", "plain")
    write("Элита;ул. Мира 1-15;{d:%d.%m.%Y};с 9 до 17", "Элита;ул. Садовая;{d:%d.%m.%Y};с 10 до 12")
    opened = run(database_url, path, *source)
    assert counts(opened) == (2, 0, 0)
    ids = [outage["id"] for outage in opened["outages"]]
    write(
        "Элита;ул. Мира 1-19;{d:%d.%m.%Y};с 13 до 18", "Элита;ул. Садовая;{d:%d.%m.%Y};с 10 до 12"
    )
    moved = run(database_url, path, *source)
    assert counts(moved) == (0, 1, 1)
    assert [outage["id"] for outage in moved["outages"]] == ids
    mended = tmp_path / "plain.csv.quarantine.csv"
    row = f"A1;?;Элита;ул. Полевая;{first:%d.%m.%Y};с 10 до 12"
    again = f"A1;?;Элита;ул. Садовая 5;{first:%d.%m.%Y};с 10 до 12"
    mended.write_text(f"row;reason;Населенный пункт;Адрес;Дата;Время\n{row}\n{again}\n", "utf-8")
    (added,) = run(database_url, mended, *source)["outages"]
    assert (added["id"], added["fate"]) == (ids[1], "changed")
    assert added["where"].count("Садовая") == 2
    assert "Полевая" in added["where"]
    write("Элита;ул. Мира 1-19;{d:%d.%m.%Y};с 10 до 18")
    assert [gone["where"] for gone in run(database_url, path, *source)["gone"]] == [added["where"]]
    cancelled = run(database_url, path, *source, "--cancel-missing")
    assert [outage["status"] for outage in cancelled["outages"]] == ["announced", "cancelled"]
