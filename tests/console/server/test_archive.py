"""The archive: what the centre ever took in is found by a query, within the caller's branches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import httpx
import pytest

from console.domain.appeal import Appeal, Author, Place, Status
from console.domain.attachment import Attachment
from console.domain.ids import uuid7
from console.domain.message import Message
from console.domain.query import parse
from console.domain.query_match import Matcher
from console.query_language import load_language
from console.roots import root
from console.rulebook.branches import load_branches
from console.server import archive, repo
from console.server.database import Database
from console.wire import codec
from console.wire.schema import ArchivePage, Rows
from tests.support.builders import NOON, a_message, an_appeal, an_operator
from tests.support.server import LiveServer, employ, signed_in

LANGUAGE = load_language(load_branches())
ZONES = {branch.key: branch.zone for branch in load_branches()}


def aged(days: int, **changes: object) -> Appeal:
    """An appeal that came so many days before noon."""
    at = NOON - timedelta(days=days)
    return an_appeal(id=uuid7(at, days.to_bytes(10, "big")), created_at=at, **changes)


def put(database: Database, *appeals: Appeal, messages: Iterable[Message] = ()) -> None:
    rows = Rows(appeals=appeals, messages=tuple(messages))
    database.write(lambda c: repo.put_rows(c, rows))


def look(
    database: Database,
    text: str,
    *branches: str,
    before: str = "",
    limit: int = archive.MOST,
    stretch: int = archive.STRETCH,
) -> ArchivePage:
    query = parse(text, LANGUAGE, today=NOON.date())
    matcher = Matcher(query, root, "op-1", NOON, ZONES)
    asked = archive.Asked(matcher, branches or ("krasnoyarsk", "omsk"), before, limit)
    return database.read(lambda c: archive.search(c, asked, stretch=stretch))


def numbers(page: ArchivePage) -> list[str]:
    return [appeal.number for appeal in page.rows.appeals]


@pytest.fixture
def filled(database: Database) -> Database:
    """Appeals of two branches and several years."""
    old = aged(700, number="старый", text="КОТЁЛ не работает, отключили свет")
    photo = Attachment("f1", "фото.jpg", "image/jpeg", 3, "00" * 32)
    thread = aged(30, number="нить", text="опять")
    put(
        database,
        old,
        thread,
        aged(
            3,
            number="имя",
            branch="omsk",
            author=Author("Пётр Иванов", phone="+79131114207"),
            place=Place("Омск", street="Ленина", house="12"),
            status=Status.CLOSED,
            text="котел",
        ),
        aged(1, number="новый", text="Свет есть, а напряжения нет", topic="quality.low"),
        messages=[
            a_message(thread, text="Заменили соединительную муфту", attachments=(photo,)),
        ],
    )
    return database


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("котлом", []),
        ("котел", ["имя", "старый"]),
        ("отключение света", ["старый"]),
        ('"не работает"', ["старый"]),
        ("свет -отключили", ["новый"]),
        ("муфта", ["нить"]),
        ("есть:фото", ["нить"]),
        ("111-42-07 котел", ["имя"]),
        ("89131114207", ["имя"]),
        ("филиал:омск", ["имя"]),
        ("-филиал:омск котел", ["старый"]),
        ("от:Иванова", ["имя"]),
        ("адрес:ленина", ["имя"]),
        ("тема:качество", ["новый"]),
        ("статус:закрыто", ["имя"]),
        ("это:отвечено", ["имя"]),
        ("номер:стар", ["старый"]),
        ("дата>2026-03-09 свет", ["новый"]),
        ("дата:04.2024", ["старый"]),
        ("кто:никто свет", ["новый", "старый"]),
        ("тел:4207", ["имя"]),
        ("отключение:есть", []),
    ],
)
def test_it_finds(filled: Database, text: str, found: list[str]) -> None:
    assert numbers(look(filled, text)) == found


def test_nothing_of_another_branch_is_found_whatever_is_asked(filled: Database) -> None:
    assert numbers(look(filled, "котел", "krasnoyarsk")) == ["старый"]
    assert numbers(look(filled, "филиал:омск", "krasnoyarsk")) == []
    assert numbers(look(filled, "котел", "chita")) == []


def test_what_was_found_comes_with_its_thread(filled: Database) -> None:
    page = look(filled, "муфта")
    assert [message.text for message in page.rows.messages] == ["Заменили соединительную муфту"]


def test_pages_and_stretches_miss_nothing_and_show_nothing_twice(filled: Database) -> None:
    put(filled, *(aged(100 + n, number=f"м{n}", text="моргает") for n in range(7)))
    for limit, stretch in ((2, 20_000), (50, 2), (3, 4)):
        found: list[str] = []
        before, asked = "", 0
        while asked == 0 or before:
            page = look(filled, "моргание", before=before, limit=limit, stretch=stretch)
            found += numbers(page)
            before, asked = page.next, asked + 1
            assert asked < 30
        assert found == [f"м{n}" for n in range(7)]


def test_an_operator_that_only_a_console_knows_is_said_to_be_ignored(filled: Database) -> None:
    page = look(filled, "котел срок<2ч")
    assert numbers(page) == ["имя", "старый"]
    assert page.ignored == ("due",)


def test_the_route_gives_the_branches_of_the_caller_and_no_others(
    server: LiveServer, filled: Database
) -> None:
    employ(filled, an_operator(login="omsk-only", branches=("omsk",)))
    employ(filled, an_operator(login="all", branches=("*",)))

    def asked(login: str) -> list[str]:
        with signed_in(server.url, login) as client:
            answer = client.get("/v1/search", params={"q": "котел"})
        assert answer.status_code == 200, answer.text
        return numbers(codec.decode(answer.content, ArchivePage))

    assert asked("omsk-only") == ["имя"]
    assert asked("all") == ["имя", "старый"]


def test_the_route_refuses_strangers_and_nonsense(server: LiveServer) -> None:
    assert httpx.get(f"{server.url}/v1/search", params={"q": "свет"}).status_code == 401
    employ(server.database, an_operator(login="one"))
    with signed_in(server.url, "one") as client:
        for wrong in ({"q": " "}, {"q": "а" * 501}, {"q": "а", "before": "../"}, {}):
            assert client.get("/v1/search", params=wrong).status_code == 400, wrong
