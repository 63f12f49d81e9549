"""The change feed: pages, cursors, and the order in which numbers commit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, update

from console.domain.appeal import Appeal
from console.domain.event import Event, EventKind
from console.domain.ids import Ref
from console.server import feed, repo, tables
from console.server.database import Database
from console.server.feed import Stretch
from console.wire import codec
from console.wire.schema import CENTRE, RowKind, Rows, Tombstone
from tests.support.builders import NOON, a_message, an_appeal, an_id, an_operator, an_outage


def _put(database: Database, **rows: Any) -> dict[str, int]:
    return database.write(lambda c: repo.put_rows(c, Rows(**rows)))


def _read(
    database: Database,
    since: dict[str, int] | None = None,
    *branches: str,
    limit: int = 500,
) -> Stretch:
    of = branches or ("krasnoyarsk",)
    return database.read(lambda c: feed.stretch(c, since or {}, branches=of, limit=limit))


def _rows(stretch: Stretch) -> Rows:
    """The rows of a stretch, which come as stored, as domain objects."""
    return codec.decode(codec.encode(stretch.rows), Rows)


def _event(ident: str) -> Event:
    return Event("krasnoyarsk", ident, "a1", NOON, EventKind.NOTE_ADDED)


def test_rows_of_every_kind_come_back_as_they_were_put(database: Database) -> None:
    appeal, outage, operator = an_appeal(), an_outage(), an_operator()
    rows = Rows((appeal,), (a_message(appeal),), (_event("e1"),), (outage,), (operator,))
    database.write(lambda c: repo.put_rows(c, rows))
    stretch = _read(database, None, CENTRE, "krasnoyarsk")
    assert _rows(stretch) == rows
    assert stretch.cursors == stretch.heads == {CENTRE: 1, "krasnoyarsk": 1}
    assert not stretch.more


def test_a_cursor_at_the_end_reads_nothing(database: Database) -> None:
    _put(database, appeals=(an_appeal(),))
    end = _read(database).cursors
    again = _read(database, dict(end))
    assert len(again.rows) == 0
    assert again.cursors == end


def test_a_row_stands_in_the_feed_once_under_its_latest_number(database: Database) -> None:
    appeal, other = an_appeal(), an_appeal()
    _put(database, appeals=(appeal,))
    _put(database, appeals=(other,))
    _put(database, appeals=(appeal,))
    stretch = _read(database)
    assert [a.id for a in _rows(stretch).appeals] == [other.id, appeal.id]
    assert stretch.cursors == {"krasnoyarsk": 3}


def test_feeds_of_branches_count_by_themselves(database: Database) -> None:
    for branch in ("omsk", "omsk", "tyva"):
        _put(database, appeals=(an_appeal(branch=branch),))
    assert _read(database, None, "omsk", "tyva", "chita").heads == {
        "omsk": 2,
        "tyva": 1,
        "chita": 0,
    }


def test_only_the_branches_asked_for_are_read(database: Database) -> None:
    mine, foreign = an_appeal(branch="omsk"), an_appeal(branch="tyva")
    _put(database, appeals=(mine, foreign))
    stretch = _read(database, {"tyva": 0}, "omsk")
    assert _rows(stretch).appeals == (mine,)
    assert stretch.cursors == stretch.heads == {"omsk": 1}


def test_a_page_is_about_as_long_as_asked(database: Database) -> None:
    for _ in range(5):
        _put(database, appeals=(an_appeal(),))
    page = _read(database, limit=2)
    assert len(page.rows) == 2
    assert page.cursors == {"krasnoyarsk": 2}
    assert page.more


def test_a_page_never_splits_a_change(database: Database) -> None:
    _put(database, appeals=(an_appeal(),))
    together = tuple(_event(f"e{i}") for i in range(7))
    _put(database, events=together)
    _put(database, appeals=(an_appeal(),))
    first = _read(database, limit=3)
    assert first.cursors == {"krasnoyarsk": 1}
    second = _read(database, dict(first.cursors), limit=3)
    assert _rows(second).events == together
    assert second.cursors == {"krasnoyarsk": 2}
    assert second.more


def test_pages_over_several_branches_share_the_limit(database: Database) -> None:
    for branch in ("omsk", "tyva"):
        for _ in range(3):
            _put(database, appeals=(an_appeal(branch=branch),))
    page = _read(database, None, "omsk", "tyva", limit=4)
    assert page.cursors == {"omsk": 3, "tyva": 1}
    assert page.more


def test_a_removed_row_leaves_a_tombstone(database: Database) -> None:
    appeal = an_appeal()
    _put(database, appeals=(appeal,))
    at = _read(database).cursors
    database.write(lambda c: repo.remove(c, RowKind.APPEAL, appeal.ref))
    after = _read(database, dict(at))
    assert after.gone == (Tombstone(RowKind.APPEAL, appeal.ref),)
    assert len(after.rows) == 0
    assert _read(database).rows == after.rows


def test_a_row_that_comes_back_has_no_tombstone_any_more(database: Database) -> None:
    appeal = an_appeal()
    _put(database, appeals=(appeal,))
    database.write(lambda c: repo.remove(c, RowKind.APPEAL, appeal.ref))
    _put(database, appeals=(appeal,))
    stretch = _read(database)
    assert stretch.gone == ()
    assert _rows(stretch).appeals == (appeal,)
    assert database.read(lambda c: feed.count_after(c, {"krasnoyarsk": 0})) == 1


def test_a_cursor_beyond_the_end_reads_all_anew(database: Database) -> None:
    """A restored backup has forgotten what the console already had."""
    _put(database, appeals=(an_appeal(),))
    stretch = _read(database, {"krasnoyarsk": 40})
    assert len(stretch.rows) == 1
    assert stretch.cursors == {"krasnoyarsk": 1}


def test_what_is_still_to_come_is_counted(database: Database) -> None:
    for _ in range(5):
        _put(database, appeals=(an_appeal(),))
    page = _read(database, limit=2)
    assert database.read(lambda c: feed.count_after(c, page.cursors)) == 3


def test_text_of_any_kind_survives_the_way_through(database: Database) -> None:
    text = "«ёЁ» 👨‍👩‍👧 \0 \u2028 \\ \" ' <p> " + "я" * 5000
    _put(database, appeals=(an_appeal(text=text),))
    assert _rows(_read(database)).appeals[0].text == text


_steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.lists(st.integers(0, 9), min_size=1, max_size=5)),
        st.tuples(st.just("remove"), st.integers(0, 9)),
        st.tuples(st.just("read"), st.integers(1, 4)),
    ),
    max_size=30,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(steps=_steps)
def test_a_reader_ends_with_what_is_there_however_it_pages(
    database: Database, steps: list[tuple[str, Any]]
) -> None:
    """The mirror of a reader who stops and goes on anywhere equals the tables."""
    branch = an_id()  # examples share the database
    truth: dict[str, Appeal] = {}
    mirror: dict[str, Appeal] = {}
    cursors: dict[str, int] = {}
    version = count(1)

    def read(limit: int) -> bool:
        page = _read(database, cursors, branch, limit=limit)
        for tombstone in page.gone:
            mirror.pop(tombstone.ref.id, None)
        mirror.update({appeal.id: appeal for appeal in _rows(page).appeals})
        cursors.update(page.cursors)
        return page.more

    for what, value in steps:
        if what == "put":
            some = [an_appeal(branch=branch, id=str(i), version=next(version)) for i in set(value)]
            truth |= {appeal.id: appeal for appeal in some}
            _put(database, appeals=tuple(some))
        elif what == "remove":
            truth.pop(str(value), None)
            ref = Ref(branch, str(value))
            database.write(lambda c, r=ref: repo.remove(c, RowKind.APPEAL, r))  # type: ignore[misc]
        else:
            read(value)
    while read(2):
        pass
    assert mirror == truth


# ── The order of commits ───────────────────────────────────────────────────────────────────────

Writer = Callable[[str, Callable[[], None]], None]
"""Commits an event with the given id, calling back once it has its number."""


def _with_lock(database: Database) -> Writer:
    def write(ident: str, numbered: Callable[[], None]) -> None:
        def work(connection: Connection) -> None:
            change = feed.next_change(connection, "krasnoyarsk")
            numbered()
            _insert(connection, ident, change)

        database.write(work)

    return write


def _without_lock(database: Database) -> Writer:
    """The planted fault: a sequence, as in many a system, asked before the transaction."""
    sequence = count(1)

    def write(ident: str, numbered: Callable[[], None]) -> None:
        change = next(sequence)
        numbered()

        def work(connection: Connection) -> None:
            feeds = tables.feeds
            feed.found(connection, ["krasnoyarsk"])
            behind = (feeds.c.branch == "krasnoyarsk") & (feeds.c.head < change)
            connection.execute(update(feeds).where(behind).values(head=change))
            _insert(connection, ident, change)

        database.write(work)

    return write


def _insert(connection: Connection, ident: str, change: int) -> None:
    body = codec.encode(_event(ident)).decode()
    row = {"branch": "krasnoyarsk", "id": ident, "change": change, "appeal": "a1", "body": body}
    connection.execute(insert(tables.events).values(row))


def _seen_when_the_second_overtakes(
    database: Database, write: Writer, *, patience: float
) -> set[str]:
    """What a reader has who reads when the second writer has committed, or cannot.

    ``patience`` is how long to wait for that commit, in seconds.
    """
    first_has_number, second_done, read = (threading.Event() for _ in range(3))

    def hold() -> None:
        first_has_number.set()
        read.wait(20)

    def second() -> None:
        first_has_number.wait(10)
        write("second", lambda: None)
        second_done.set()

    threads = [
        threading.Thread(target=lambda: write("first", hold)),
        threading.Thread(target=second),
    ]
    for thread in threads:
        thread.start()
    first_has_number.wait(10)
    second_done.wait(patience)
    early = _read(database)
    read.set()
    for thread in threads:
        thread.join()
    late = _read(database, dict(early.cursors))
    return {event.id for part in (early, late) for event in _rows(part).events}


def test_a_reader_cannot_pass_a_number_that_is_still_to_come(database: Database) -> None:
    database.write(lambda c: feed.found(c, ["krasnoyarsk"]))
    seen = _seen_when_the_second_overtakes(database, _with_lock(database), patience=0.5)
    assert seen == {"first", "second"}


def test_a_counter_without_the_lock_would_lose_a_change(database: Database) -> None:
    """The test above can fail: with a plain sequence the reader never sees the first."""
    database.write(lambda c: feed.found(c, ["krasnoyarsk"]))
    seen = _seen_when_the_second_overtakes(database, _without_lock(database), patience=10)
    assert seen == {"second"}


def test_a_reader_beside_many_writers_misses_nothing(database: Database) -> None:
    write, writers, each = _with_lock(database), 6, 15
    start = threading.Barrier(writers + 1)

    def many(writer: int) -> None:
        start.wait(10)
        for i in range(each):
            write(f"{writer}-{i}", lambda: None)

    threads = [threading.Thread(target=many, args=(i,)) for i in range(writers)]
    for thread in threads:
        thread.start()
    start.wait(10)
    seen: list[str] = []
    cursors: dict[str, int] = {}
    while True:
        alive = any(thread.is_alive() for thread in threads)
        page = _read(database, cursors, limit=7)
        seen += (event.id for event in _rows(page).events)
        cursors = dict(page.cursors)
        if not alive and not page.more:
            break
    assert sorted(seen) == sorted(f"{w}-{i}" for w in range(writers) for i in range(each))
    assert cursors == {"krasnoyarsk": writers * each}


def test_transactions_over_several_branches_do_not_wait_for_each_other_in_a_ring(
    database: Database,
) -> None:
    """Locks are taken in the order of the keys, whatever the order of the rows."""
    start = threading.Barrier(2)
    runs: list[None] = []

    def put(branches: tuple[str, str]) -> None:
        start.wait(10)
        for i in range(20):
            rows = Rows(tuple(an_appeal(branch=b, id=f"{branches[0]}{i}") for b in branches))

            def work(connection: Connection, rows: Rows = rows) -> None:
                runs.append(None)
                repo.put_rows(connection, rows)

            database.write(work)

    threads = [
        threading.Thread(target=put, args=(b,)) for b in (("omsk", "tyva"), ("tyva", "omsk"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _read(database, None, "omsk", "tyva").heads == {"omsk": 40, "tyva": 40}
    assert len(runs) == 40, "a ring was broken by the database, and a transaction run again"


@pytest.mark.parametrize("table", [tables.appeals, tables.messages, tables.events, tables.outages])
def test_the_feed_is_read_along_an_index(database: Database, table: Any) -> None:
    names = {tuple(c.name for c in index.columns) for index in table.indexes}
    assert ("branch", "change") in names
    assert [c.name for c in table.primary_key] == ["branch", "id"]


def test_an_instant_is_kept_to_the_microsecond(database: Database) -> None:
    at = NOON + timedelta(microseconds=123_456)
    _put(database, appeals=(an_appeal(created_at=at),))
    assert _rows(_read(database)).appeals[0].created_at == at
