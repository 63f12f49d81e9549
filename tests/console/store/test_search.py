"""The search: what a query finds in a real store, in which order, and what is said about it."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import Author, OutageTag, Place, Status
from console.domain.attachment import Attachment
from console.domain.ids import Ref
from console.domain.operator import Operator
from console.listing import LONGER
from console.readmodel import QueueQuery, QueueSort, SearchNotes
from console.store.search import Hits
from tests.support.builders import NOON, a_message, an_appeal
from tests.support.console_store import Store

OTHERS = 14


@pytest.fixture
def full(store: Store, olga: Operator) -> Store:
    """Appeals that say different things, and more that say the same."""
    assert olga
    store.take(
        an_appeal(number="1", text="Провод искрит возле школы, отключили свет"),
        an_appeal(number="2", text="Нет воды: насос встал, свет отключили с утра"),
        an_appeal(number="3", text="Света нет, вода не идёт"),
        an_appeal(
            number="4",
            text="трансфарматор гудит",
            author=Author("Пётр Иванов", phone="+79131114207"),
            place=Place("Омск", street="Ленина", house="12"),
            branch="omsk",
            created_at=NOON - timedelta(days=1),
        ),
        an_appeal(number="5", text="Моргание фонаря на остановке", topic="quality.low"),
        *(an_appeal(number=f"о{n}", text="Котельная без тока") for n in range(OTHERS)),
    )
    return store


def numbers(
    store: Store, text: str, sort: QueueSort = QueueSort.MATCH, **more: object
) -> list[str]:
    query = QueueQuery("all", sort, text=text, **more)  # type: ignore[arg-type]
    ids = store.reader.queue_ids(query, now=NOON)
    return [row.number for row in store.reader.queue_rows(ids)]


def notes(store: Store, text: str) -> SearchNotes:
    return store.reader.search_notes(QueueQuery("all", text=text), now=NOON)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("провод искры", ["1"]),
        ('"нет воды"', ["2"]),
        ("вода -насос", ["3"]),
        ("моргает фонарь", ["5"]),
        ("трансформатор", ["4"]),
        ("nhfyca", ["4"]),
        ("transfarmator", ["4"]),
        ("гудиттрансфарматор", ["4"]),
        ("ул. ленина д12", ["4"]),
        ("111-42-07", ["4"]),
        ("8 (913) 111 42 07", ["4"]),
        ("11-42-07", ["4"]),
        ("от:Иванову", ["4"]),
        ("from:сидоров", []),
        ("филиал:омск гудит", ["4"]),
        ("branch:krasnoyarsk трансфарматор", []),
        ("тема:качество", ["5"]),
        ("дата:10.03", ["4"]),
        ("at<11.03.2026", ["4"]),
        ("адрес:ленина", ["4"]),
        ("номер:о13", ["о13"]),
        ("тел:4207", ["4"]),
        ("это:мои", []),
        ("кто:Ольга", []),
        ("-котельная -свет -вода -фонарь", ["4"]),
    ],
)
def test_it_finds(full: Store, text: str, found: Sequence[str]) -> None:
    assert numbers(full, text) == list(found)


def test_every_order_finds_the_same(full: Store) -> None:
    found = set(numbers(full, "свет отключили"))
    assert found == {"1", "2"}
    for sort in QueueSort:
        assert set(numbers(full, "свет отключили", sort)) == found


def test_the_exact_and_the_near_come_before_what_only_has_the_words(full: Store) -> None:
    full.take(an_appeal(number="далеко", text="Школа закрыта. Провод упал, потом искрит что-то"))
    assert numbers(full, "провод искрит")[0] == "1"


def test_a_misspelling_is_looked_for_where_little_is_found_and_told(full: Store) -> None:
    assert notes(full, "трансформатор").also == ("трансфарматор",)
    assert numbers(full, "катильная") == numbers(full, "котельная")
    assert len(numbers(full, "котельная")) == OTHERS
    assert notes(full, "котельная").also == ()


def test_another_keyboard_layout_is_told(full: Store) -> None:
    assert notes(full, "rjntkmyfz").reading == "котельная"
    assert len(numbers(full, "rjntkmyfz")) == OTHERS


def test_where_nothing_has_all_the_words_most_of_them_will_do_and_it_is_told(full: Store) -> None:
    assert numbers(full, "моргание фонаря пингвин") == ["5"]
    assert notes(full, "моргание фонаря пингвин").lacking


def test_a_strict_search_takes_nothing_else(full: Store) -> None:
    assert numbers(full, "трансформатор", strict=True) == []
    assert numbers(full, "Пётр Иванов", strict=True) == ["4"]
    assert numbers(full, "Пётр Иван", strict=True) == []


def test_a_wrong_operator_is_told_and_the_other_words_are_found(full: Store) -> None:
    told = notes(full, "филил:омск гудит")
    assert [one.code for one in told.problems] == ["unknown_operator"]
    assert numbers(full, "дата:вчерась гудит") == ["4"]


def test_what_is_highlighted_are_the_beginnings_of_what_was_found(full: Store) -> None:
    marks = notes(full, "отключение 12").marks
    assert "отключили".startswith(tuple(marks))
    assert "12" in notes(full, "отключение 12").whole


def test_appeals_are_found_by_what_they_have(full: Store) -> None:
    photo = Attachment("f1", "фото.jpg", "image/jpeg", 3, "00" * 32)
    text = Attachment("f2", "акт.pdf", "application/pdf", 3, "00" * 32)
    shown, written = an_appeal(number="ф"), an_appeal(number="а")
    full.take(
        replace(shown, outages=(OutageTag("авария-7", NOON, "op"),)),
        written,
        messages=[
            a_message(shown, attachments=(photo,)),
            a_message(written, attachments=(text,)),
        ],
    )
    assert numbers(full, "есть:фото") == ["ф"]
    assert set(numbers(full, "has:file")) == {"ф", "а"}
    assert numbers(full, "отключение:авария-7") == ["ф"]
    assert numbers(full, "outage:any") == ["ф"]


def test_what_is_due_is_found_by_how_soon(full: Store) -> None:
    assert "1" in numbers(full, "срок<9ч")
    assert numbers(full, "срок<7ч филиал:красноярск") == []
    ended = an_appeal(number="конец", status=Status.CLOSED)
    full.take(ended)
    assert "конец" not in numbers(full, "срок<9ч")
    assert numbers(full, "статус:закрыто") == ["конец"]
    assert "конец" not in numbers(full, "это:открыто")


def test_messages_that_come_later_are_found_at_once(full: Store) -> None:
    ref = Ref("krasnoyarsk", "никакой")
    assert full.reader.row_id(ref) is None
    appeal = an_appeal(number="новый")
    full.take(appeal, messages=[a_message(appeal, text="Кабельщик приехал")])
    assert numbers(full, "кабельщики") == ["новый"]


def test_old_hits_follow_those_that_were_ranked(full: Store) -> None:
    full.take(*(an_appeal(number=f"м{n}", text="Много всего") for n in range(300)))
    found = numbers(full, "много всего")
    assert len(found) == len(set(found)) == 300


def test_a_search_stands_in_the_order_that_was_asked_for_danger_or_not(full: Store) -> None:
    early, late = NOON - timedelta(hours=5), NOON - timedelta(hours=1)
    full.take(
        an_appeal(number="опасный", text="Пингвин на столбе", danger=True, created_at=early),
        an_appeal(number="обычный", text="Пингвин у столба", created_at=late),
    )
    assert numbers(full, "пингвин", QueueSort.NEWEST) == ["обычный", "опасный"]


def test_a_search_that_looks_for_more_than_was_said_tells_so_first(full: Store) -> None:
    def parts(text: str) -> list[Sequence[int]]:
        return list(full.reader.queue_parts(QueueQuery("all", text=text), now=NOON))

    assert parts("трансформатор")[0] is LONGER
    assert all(one is not LONGER for one in parts("котельная"))


def test_hits_are_a_set_of_rows() -> None:
    hits = Hits(9)
    hits.add([1, 3, 9])
    hits.drop([3])
    assert [row for row in range(12) if row in hits] == [1, 9]
    assert list(hits.among(array("q", [9, 2, 1]))) == [9, 1]
