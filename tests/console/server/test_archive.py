"""The archive: what the centre ever took in is found by a query, within the caller's branches."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from console.domain.appeal import Appeal, Author, Place, Status
from console.domain.attachment import Attachment
from console.domain.ids import uuid7
from console.domain.message import Message
from console.domain.query import Query, parse
from console.domain.query_match import Matcher
from console.query_language import load_language
from console.roots import root
from console.rulebook.branches import load_branches
from console.server import archive, indexing, looking, repo, tables, word_index
from console.server.asked import MOST, Asked
from console.server.database import Database, TookTooLongError, open_database, within
from console.wire import codec
from console.wire.schema import ArchivePage, RowKind, Rows
from tests.support.builders import NOON, a_message, an_appeal, an_operator
from tests.support.clock import StandingClock
from tests.support.postgres import Cluster
from tests.support.server import LiveServer, employ, signed_in, sqlite_url

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
    limit: int = MOST,
    stretch: int = looking.STRETCH,
) -> ArchivePage:
    """Without the index."""
    asked = asked_for(text, *branches, before=before, limit=limit)
    return database.read(lambda c: looking.look(c, asked, stretch=stretch))


def find(
    database: Database, text: str, *branches: str, before: str = "", limit: int = MOST
) -> ArchivePage:
    """By the index, which has to be whole."""
    asked = asked_for(text, *branches, before=before, limit=limit)
    return archive.search(database, asked, archive.WordList(database, StandingClock()))


def asked_for(text: str, *branches: str, before: str = "", limit: int = MOST) -> Asked:
    def parsed(typed: str) -> Query:
        return parse(typed, LANGUAGE, today=NOON.date())

    matcher = Matcher(parsed(text), root, "op-1", NOON, ZONES)
    return Asked(matcher, text, parsed, branches or ("krasnoyarsk", "omsk"), before, limit)


def numbers(page: ArchivePage) -> list[str]:
    return [appeal.number for appeal in page.rows.appeals]


@pytest.fixture
def filled(database: Database) -> Database:
    """Appeals of two branches and several years."""
    fill(database)
    return database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def indexed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Database]:
    """The same with its index; to be read alone, for all tests have one."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("archive")
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "centre.db")
        yield from _whole(sqlite_url(folder))
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.create_database(template=request.getfixturevalue("postgres_template"))
    yield from _whole(url)
    cluster.drop_database(url)


def _whole(url: str) -> Generator[Database]:
    database = open_database(url)
    fill(database)
    indexing.catch_up(database)
    yield database
    database.close()


def fill(database: Database) -> None:
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


LOOKED = [
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
]
"""What is found without the index: what is typed, and what is shown for it, the newest first."""


def test_it_is_looked_through_without_an_index(indexed: Database) -> None:
    for text, found in LOOKED:
        assert numbers(look(indexed, text)) == found, text


def test_nothing_of_another_branch_is_found_whatever_is_asked(indexed: Database) -> None:
    assert numbers(look(indexed, "котел", "krasnoyarsk")) == ["старый"]
    assert numbers(look(indexed, "филиал:омск", "krasnoyarsk")) == []
    assert numbers(look(indexed, "котел", "chita")) == []


def test_what_was_found_comes_with_its_thread(indexed: Database) -> None:
    page = look(indexed, "муфта")
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


# By the index


WHOLE = [
    # what is typed, what is found (in any order), what must not be
    ("отключение света", "старый", "новый"),  # a form, and another part of speech
    ("котлом", "имя старый", ""),
    ("отключ", "старый", ""),  # a beginning
    ("отклучили", "старый", ""),  # a typo
    ("саединительная муфта", "нить", ""),
    ("cdtn", "новый старый", ""),  # the other layout
    ("kotel", "имя старый", ""),  # Latin letters
    ("неработает", "старый", ""),  # no space
    ("ёлка", "", "новый"),
    ('"не работает"', "старый", ""),
    ('"работает не"', "", "старый"),
    ("свет -отключили", "новый", "старый"),
    ("111-42-07", "имя", "новый"),
    ("89131114207", "имя", "новый"),
    ("4207 котел", "имя", "старый"),
    ("ленина 12", "имя", "старый"),
    ("д12 омск", "имя", ""),
    ("филиал:омск котел", "имя", "старый"),
    ("-филиал:омск котел", "старый", "имя"),
    ("от:Иванова", "имя", "старый"),
    ("адрес:ленина", "имя", "старый"),
    ("свет тема:качество", "новый", "старый"),
    ("котел статус:закрыто", "имя", "старый"),
    ("котел это:отвечено", "имя", "старый"),
    ("номер:стар", "старый", "имя"),
    ("дата>2026-03-09 свет", "новый", "старый"),
    ("дата:04.2024 свет", "старый", "новый"),
    ("кто:никто свет", "новый старый", "имя"),
    ("муфта есть:фото", "нить", ""),
    ("тел:4207", "имя", "старый"),
]
"""What both databases answer by their index."""


def test_both_databases_answer_by_the_index_as_a_console_would(indexed: Database) -> None:
    for text, found, not_found in WHOLE:
        there = set(numbers(find(indexed, text)))
        assert there >= set(found.split()), text
        assert not there & set(not_found.split()), text


def test_what_was_not_asked_for_is_told(indexed: Database) -> None:
    assert find(indexed, "отклучили").also == ("отключили",)
    assert find(indexed, "kotel").reading == "котел"
    assert find(indexed, "отключили муфта").lacking is True


def test_the_index_shows_nothing_of_another_branch(indexed: Database) -> None:
    assert numbers(find(indexed, "котел", "krasnoyarsk")) == ["старый"]
    assert numbers(find(indexed, "кател", "krasnoyarsk")) == ["старый"]
    assert numbers(find(indexed, "филиал:омск котел", "krasnoyarsk")) == []
    assert numbers(find(indexed, "котел", "chita")) == []
    assert numbers(find(indexed, word_index.branch_word("omsk"), "krasnoyarsk")) == []


def test_an_index_that_lies_about_a_branch_is_not_believed(filled: Database) -> None:
    indexing.catch_up(filled)
    foreign = aged(3, branch="omsk").id
    lie = word_index.Document(foreign, "котел ленин")
    filled.write(lambda c: c.execute(tables.archive_index.delete()))
    filled.write(lambda c: word_index.put(c, "krasnoyarsk", [lie]))
    assert numbers(find(filled, "ленина", "krasnoyarsk")) == []


def test_ranked_pages_give_every_hit_once(filled: Database) -> None:
    put(filled, *(aged(100 + n, number=f"м{n}", text="моргает свет") for n in range(270)))
    indexing.catch_up(filled)
    found: list[str] = []
    before, asked = "", 0
    while asked == 0 or before:
        page = find(filled, "моргание", before=before)
        found += numbers(page)
        before, asked = page.next, asked + 1
    assert asked == 6
    assert sorted(found) == sorted(f"м{n}" for n in range(270))


def test_the_index_follows_what_changes_and_what_goes(filled: Database) -> None:
    indexing.catch_up(filled)
    assert numbers(find(filled, "муфта")) == ["нить"]
    old = aged(700, number="старый", text="КОТЁЛ не работает, отключили свет")
    thread = aged(30, number="нить", text="опять")
    put(
        filled,
        replace(old, text="трансформатор гудит", version=2),
        messages=[a_message(thread, text="Заменили изолятор")],
    )
    indexing.catch_up(filled)
    assert numbers(find(filled, "трансформаторы")) == ["старый"]
    assert numbers(find(filled, "отключили свет -новый")) == []
    assert numbers(find(filled, "изоляторы")) == ["нить"]
    filled.write(lambda c: repo.remove(c, RowKind.APPEAL, old.ref))
    indexing.catch_up(filled)
    assert numbers(find(filled, "трансформаторы")) == []
    counts = dict(filled.read(lambda c: word_index.vocabulary_rows(c, 1_000)))
    assert counts["изолятор"] == 1
    assert "трансформатор" not in counts


def test_the_index_is_made_in_pieces_whatever_their_size(database: Database) -> None:
    for piece in range(5):  # of one change each
        put(
            database, *(aged(9 * piece + n, number=f"{piece}.{n}", text="авария") for n in range(9))
        )
    database.write(indexing.begin)
    put(database, *(aged(100 + n, number=f"новый.{n}", text="авария") for n in range(4)))
    assert numbers(find(database, "авария")) != [], (
        "it is looked through as long as it is not whole"
    )
    assert indexing.catch_up(database, size=4) >= 6
    assert indexing.catch_up(database, size=4) == 0
    assert len(numbers(find(database, "аварии", limit=50))) == 49
    known = database.read(indexing.progress)
    assert sum(one.appeals for one in known.values()) == 49


def test_a_piece_that_another_server_has_written_is_not_written_again(filled: Database) -> None:
    filled.write(indexing.begin)
    piece = filled.read(indexing.next_piece)
    assert piece is not None
    assert filled.write(lambda c: indexing.write(c, piece))
    assert not filled.write(lambda c: indexing.write(c, piece))


def test_appeals_of_one_millisecond_all_have_a_row(database: Database) -> None:
    same = [uuid7(NOON, bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, n])) for n in range(30)]
    put(database, *(an_appeal(id=one, text="авария") for one in [*same, "not-a-uuid", "nor-this"]))
    indexing.catch_up(database, size=7)
    assert len(numbers(find(database, "авария"))) == 32


def test_an_index_that_takes_too_long_is_done_without(indexed: Database) -> None:
    words = archive.WordList(indexed, StandingClock())
    page = archive.search(indexed, asked_for("отключение света"), words, seconds=-1)
    assert numbers(page) == ["старый"]
    assert numbers(find(indexed, "отключение света")) == ["старый"], "and it is there again"


def test_a_read_within_a_time_ends_with_it(indexed: Database) -> None:
    slow = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000)"
        " SELECT count(*) FROM n"
    )

    def read(connection: Connection) -> None:
        with within(connection, 0.05):
            connection.exec_driver_sql(slow)

    with pytest.raises(TookTooLongError):
        indexed.read(read)
    assert indexed.read(lambda c: c.exec_driver_sql("SELECT 1").scalar()) == 1


def test_an_expression_says_the_same_to_both_databases() -> None:
    said = word_index.as_tsquery('("а" OR "б12" *) AND ("в" NOT ("г" OR "д"))')
    assert said == "('а' | 'б12':*) & ('в' & ! ('г' | 'д'))"


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)), st.binary(min_size=10, max_size=10)
)
def test_a_row_tells_its_id_up_to_chance(at: datetime, entropy: bytes) -> None:
    ident = uuid7(at.replace(tzinfo=UTC), entropy)
    row = word_index.row_of(ident)
    assert word_index.row_of(word_index.id_of(row)) == row
    assert word_index.id_of(row) <= ident


def test_an_operator_that_only_a_console_knows_is_said_to_be_ignored(indexed: Database) -> None:
    for page in (look(indexed, "котел срок<2ч"), find(indexed, "котел срок<2ч")):
        assert set(numbers(page)) == {"имя", "старый"}
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

    for _ in ("without the index", "with it"):
        assert asked("omsk-only") == ["имя"]
        assert set(asked("all")) == {"имя", "старый"}
        indexing.catch_up(filled)


def test_the_route_refuses_strangers_and_nonsense(server: LiveServer) -> None:
    assert httpx.get(f"{server.url}/v1/search", params={"q": "свет"}).status_code == 401
    employ(server.database, an_operator(login="one"))
    with signed_in(server.url, "one") as client:
        for wrong in ({"q": " "}, {"q": "а" * 501}, {"q": "а", "before": "../"}, {}):
            assert client.get("/v1/search", params=wrong).status_code == 400, wrong
