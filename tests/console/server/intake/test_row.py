"""Rows: columns found by name, and cells read as the fields of an appeal."""

from __future__ import annotations

import datetime as dt
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.appeal import Author, Outcome, Place
from console.errors import UsageError
from console.rulebook.branches import load_branches
from console.server.intake.arrival import Reason
from console.server.intake.columns import Columns, find_columns, parse_map
from console.server.intake.enrich import RuleEnricher, default_enricher
from console.server.intake.row import RowReader, parse_instant
from console.server.intake.sheet import Cell, Line
from console.wire.schema import IncomingAppeal

EPOCH = dt.datetime(1899, 12, 30)
OMSK, CHITA = ZoneInfo("Asia/Omsk"), ZoneInfo("Asia/Chita")
ZONES = {branch.key: branch.zone for branch in load_branches()}


@pytest.fixture(scope="module")
def enricher() -> RuleEnricher:
    """The enricher of the shipped rules."""
    return default_enricher()


# ── Columns ────────────────────────────────────────────────────────────────────────────────────


def _columns(enricher: RuleEnricher, *header: str, maps: tuple[str, ...] = ()) -> Columns:
    return find_columns(header, enricher.naming, wanted=parse_map(maps))


def test_columns_are_found_in_any_order_and_spelling(enricher: RuleEnricher) -> None:
    columns = _columns(
        enricher, "Ещё что-то", "ТЕКСТ  ИНЦИДЕНТА", "Населённый пункт", "номер инцидента"
    )
    assert columns.places == {"text": 1, "settlement": 2, "number": 3}


def test_of_two_columns_of_one_field_the_better_name_is_taken(enricher: RuleEnricher) -> None:
    columns = _columns(enricher, "Номер", "Номер инцидента", "Текст")
    assert columns.places["number"] == 1


def test_of_two_columns_of_one_name_the_first_is_taken(enricher: RuleEnricher) -> None:
    assert _columns(enricher, "Текст", "Номер", "Текст").places["text"] == 0


def test_a_map_names_columns_and_leaves_the_rest_to_their_names(enricher: RuleEnricher) -> None:
    columns = _columns(enricher, "id", "body", "Регион", maps=("text=body,number=id",))
    assert columns.places == {"text": 1, "number": 0, "region": 2}


def test_a_mapped_column_serves_no_second_field(enricher: RuleEnricher) -> None:
    columns = _columns(enricher, "Номер", "Тема", maps=("text=Тема",))
    assert columns.places == {"text": 1, "number": 0}


def test_a_field_can_be_kept_from_any_column(enricher: RuleEnricher) -> None:
    columns = _columns(enricher, "Номер", "Текст", "Дата создания", maps=("created_at=",))
    assert "created_at" not in columns.places


@pytest.mark.parametrize(
    ("maps", "says"),
    [
        (("text",), "“text” has no “=”"),
        (("txt=Текст",), "no field “txt”; there are: number, "),
        (("text=Письмо",), "no column “Письмо”; it has: Номер, Текст"),
    ],
)
def test_a_wrong_map_is_told_with_what_there_is(
    enricher: RuleEnricher, maps: tuple[str, ...], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        _columns(enricher, "Номер", "Текст", maps=maps)


def test_a_file_without_number_or_text_is_told_how_to_name_them(enricher: RuleEnricher) -> None:
    with pytest.raises(UsageError, match="--map number=HEADER; the file has: Текст, Прочее"):
        _columns(enricher, "Текст", "", "Прочее")


# ── Instants ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        (dt.datetime(2026, 3, 1, 12, 30), "2026-03-01T06:30"),
        (dt.date(2026, 3, 1), "2026-02-28T18:00"),
        ("01.03.2026", "2026-02-28T18:00"),
        ("1.3.2026 9:05", "2026-03-01T03:05"),
        ("01.03.2026 12:30:15", "2026-03-01T06:30:15"),
        ("01.03.2026, 12:30", "2026-03-01T06:30"),
        (" 01.03.2026  12:30 ", "2026-03-01T06:30"),
        ("2026-03-01", "2026-02-28T18:00"),
        ("2026-03-01 12:30", "2026-03-01T06:30"),
        ("2026-03-01T12:30:00Z", "2026-03-01T12:30"),
        ("2026-03-01T12:30:00+03:00", "2026-03-01T09:30"),
        (46082, "2026-02-28T18:00"),
        (46082.5, "2026-03-01T06:00"),
        ("46082.5", "2026-03-01T06:00"),
        ("46082,5", "2026-03-01T06:00"),
    ],
)
def test_a_date_of_any_spelling_is_local_time_of_the_region(cell: Cell, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert parse_instant(cell, OMSK, epoch=EPOCH) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "32.13.2026",
        "01.03.26",
        "03/01/2026",
        "вчера",
        "#VALUE!",
        "01.03.2026 25:00",
        -5,
        1e12,
        True,
    ],
)
def test_what_is_no_date_is_given_back_as_text(cell: Cell) -> None:
    assert isinstance(parse_instant(cell, OMSK, epoch=EPOCH), str)


def test_an_empty_cell_is_no_date_at_all() -> None:
    for cell in (None, "", "  "):
        assert parse_instant(cell, OMSK, epoch=EPOCH) is None


@given(
    st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2090, 1, 1)), st.sampled_from([OMSK, CHITA])
)
def test_an_instant_survives_every_way_of_writing_it(local: dt.datetime, zone: ZoneInfo) -> None:
    local = local.replace(microsecond=0)
    expected = local.replace(tzinfo=zone).astimezone(UTC)
    serial = (local - EPOCH) / timedelta(days=1)
    for cell in (local, local.strftime("%d.%m.%Y %H:%M:%S"), local.isoformat(" "), serial):
        assert parse_instant(cell, zone, epoch=EPOCH) == expected


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    found = parse_instant(text, OMSK, epoch=EPOCH)
    assert found is None or isinstance(found, str | datetime)


# ── Whole rows ─────────────────────────────────────────────────────────────────────────────────

HEADER = [
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
    "Соцсеть",
    "Автор",
]


def _read(enricher: RuleEnricher, *, branch: str = "", **cells: Cell) -> IncomingAppeal | Reason:
    """A row with the named cells; underscores stand for spaces."""
    given = {name.replace("_", " "): cell for name, cell in cells.items()}
    plain: dict[str, Cell] = {"Номер инцидента": "7", "Текст инцидента": "Нет света", **given}
    columns = find_columns(HEADER, enricher.naming)
    reader = RowReader(columns, enricher, ZONES, "im", EPOCH, branch)
    return reader.read(Line(2, tuple(plain.get(name) for name in HEADER), 2))


def _good(enricher: RuleEnricher, *, branch: str = "", **cells: Cell) -> IncomingAppeal:
    found = _read(enricher, branch=branch, **cells)
    assert isinstance(found, IncomingAppeal), found
    return found


def test_a_row_of_the_cabinet_is_read_whole(enricher: RuleEnricher) -> None:
    found = _good(
        enricher,
        Номер_инцидента=1001.0,
        Дата_создания="01.03.2026 12:30",
        Группа_тем="ЖКХ",
        Тема="Освещение",
        Регион="Забайкальский край",
        Муниципалитет="Читинский район",
        Населенный_пункт="Атамановка",
        Улица="Новая",
        Дом=5,
        Тип_инцидента="Решаемый",
        Теги="свет, повтор; свет",
        Текст_инцидента=" <p>Нет света</p> ",
        Соцсеть="ВКонтакте",
        Автор="Иван",
    )
    assert found == IncomingAppeal(
        source="im",
        number="1001",
        text=" <p>Нет света</p> ",
        created_at=datetime(2026, 3, 1, 3, 30, tzinfo=UTC),
        branch="chita",
        region="Забайкальский край",
        channel="vk",
        author=Author("Иван"),
        place=Place("Атамановка", "Читинский район", "Новая", "5"),
        topic="ЖКХ / Освещение",
        tags=("свет", "повтор"),
    )


def test_a_number_keeps_its_zeros(enricher: RuleEnricher) -> None:
    assert _good(enricher, Номер_инцидента="0042").number == "0042"
    assert _good(enricher, Номер_инцидента=42).number == "42"


def test_a_row_without_region_goes_to_the_given_branch(enricher: RuleEnricher) -> None:
    found = _good(enricher, branch="tyva", Дата_создания="01.03.2026 12:00")
    assert found.branch == "tyva"
    assert found.created_at == datetime(2026, 3, 1, 5, 0, tzinfo=UTC)
    assert _good(enricher, branch="tyva", Регион="Омская область").branch == "omsk"


def test_the_place_in_the_text_tells_whose_local_time_it_is(enricher: RuleEnricher) -> None:
    text = "Нет света в посёлке Атамановка Читинского района"
    found = _good(enricher, Текст_инцидента=text, Дата_создания="01.03.2026 12:00")
    assert found.branch == "chita"
    assert found.created_at == datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


def test_a_broken_date_is_a_reason_with_column_and_value(enricher: RuleEnricher) -> None:
    assert _read(enricher, Дата_создания="32.13.2026") == Reason(
        "date", {"field": "Дата создания", "value": "32.13.2026"}
    )


def test_an_ended_appeal_brings_its_past(enricher: RuleEnricher) -> None:
    found = _good(
        enricher,
        Регион="Омская область",
        Итог="Решено",
        Дата_окончания="02.03.2026",
        Текст_ответа="<p>Свет дали</p>",
        Дата_ответа="01.03.2026 15:00",
    )
    assert found.outcome is Outcome.SOLVED
    assert found.reply_text == "<p>Свет дали</p>"
    assert found.reply_at == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert found.closed_at == datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


def test_not_solved_is_an_end_only_where_something_else_says_so(enricher: RuleEnricher) -> None:
    still_open = _good(enricher, Итог="Не решено")
    assert (still_open.outcome, still_open.tags) == (None, ("не решено",))
    ended = _good(enricher, Итог="Не решено", Дата_окончания="02.03.2026")
    assert (ended.outcome, ended.tags) == (Outcome.EXPLAINED, ())


def test_put_off_and_words_that_nobody_knows_become_tags(enricher: RuleEnricher) -> None:
    assert _good(enricher, Итог="Отложено").tags == ("отложено",)
    assert _good(enricher, Итог="На рассмотрении у министра").tags == (
        "На рассмотрении у министра",
    )
    assert _good(enricher, Тип_инцидента="Нерешаемый").tags == ("Нерешаемый",)


def test_more_cells_than_columns_are_told(enricher: RuleEnricher) -> None:
    columns = find_columns(("Номер", "Текст"), enricher.naming)
    reader = RowReader(columns, enricher, ZONES, "im", EPOCH)
    assert reader.read(Line(2, ("1", "a", "b"), 2)) == Reason(
        "cells", {"cells": "3", "columns": "2"}
    )
    assert isinstance(reader.read(Line(2, ("1", "a", "", None), 2)), IncomingAppeal)
    assert isinstance(reader.read(Line(2, ("1",), 2)), IncomingAppeal)


def test_broken_bytes_and_torn_rows_are_told(enricher: RuleEnricher) -> None:
    columns = find_columns(("Номер", "Текст"), enricher.naming)
    reader = RowReader(columns, enricher, ZONES, "im", EPOCH)
    assert reader.read(Line(2, ("1", "\udcff"), 2)) == Reason("encoding")
    assert reader.read(Line(2, ("1", "a"), 2, torn=True)) == Reason("torn")
