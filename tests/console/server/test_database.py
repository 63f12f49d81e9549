"""The database: URLs, transactions and what is done when they fail."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text

from console.errors import UsageError
from console.server import tables
from console.server.database import (
    Database,
    DatabaseError,
    RunAgainError,
    check_reachable,
    insert_new,
    open_database,
    upsert,
)

_FEEDS = tables.feeds


def _heads(connection: Connection) -> dict[str, int]:
    return {row.branch: row.head for row in connection.execute(select(_FEEDS))}


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "not a database URL"),
        ("centre.db", "not a database URL"),
        ("mysql://root@host/otklik", "“mysql” is not supported"),
        ("oracle+cx://host/otklik", "“oracle” is not supported"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_a_url_that_names_no_database_is_refused_in_one_line(url: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        open_database(url)
    assert "\n" not in str(caught.value)


def test_an_unreachable_server_is_told_without_its_password() -> None:
    database = open_database("postgres://olga:s3cret@127.0.0.1:1/otklik")
    with pytest.raises(DatabaseError, match="cannot open the database") as caught:
        check_reachable(database)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 100)
    database = open_database(f"sqlite:///{tmp_path / 'letter.db'}")
    with pytest.raises(DatabaseError, match="not a database"):
        check_reachable(database)
    database.close()


def test_a_folder_for_the_file_is_made(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new' / 'centre.db'}")
    check_reachable(database)
    database.close()
    assert (tmp_path / "new" / "centre.db").exists()


def test_sqlite_survives_a_power_cut_and_lets_readers_read(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'centre.db'}")

    def settings(connection: Connection) -> tuple[object, object]:
        mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        return mode, connection.execute(text("PRAGMA synchronous")).scalar_one()

    assert database.read(settings) == ("wal", 2)
    database.close()


def test_a_failed_write_leaves_nothing(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.execute(insert(_FEEDS).values(branch="omsk", head=1))
        raise ValueError("after the insert")

    with pytest.raises(ValueError, match="after"):
        database.write(work)
    assert database.read(_heads) == {}


def test_a_write_that_asks_for_it_runs_again_over_clean_data(database: Database) -> None:
    seen: list[dict[str, int]] = []

    def work(connection: Connection) -> str:
        seen.append(_heads(connection))
        connection.execute(insert(_FEEDS).values(branch="omsk", head=1))
        if len(seen) < 3:
            raise RunAgainError
        return "done"

    assert database.write(work) == "done"
    assert seen == [{}, {}, {}]
    assert database.read(_heads) == {"omsk": 1}


def test_a_write_does_not_run_for_ever(database: Database) -> None:
    runs: list[None] = []

    def work(_: Connection) -> None:
        runs.append(None)
        raise RunAgainError

    with pytest.raises(RunAgainError):
        database.write(work)
    assert len(runs) == 4


def test_two_that_make_the_same_row_both_end_well(database: Database) -> None:
    first_inserted, second_begins = threading.Event(), threading.Event()

    def first(connection: Connection) -> None:
        connection.execute(insert(_FEEDS).values(branch="omsk", head=1))
        first_inserted.set()
        if not database.is_sqlite:  # in SQLite the second waits before it can look at all
            second_begins.wait(10)

    def second(connection: Connection) -> str:
        if "omsk" in _heads(connection):
            return "found it"
        second_begins.set()
        connection.execute(insert(_FEEDS).values(branch="omsk", head=2))
        return "made it"

    thread = threading.Thread(target=lambda: database.write(first))
    thread.start()
    first_inserted.wait(10)
    assert database.write(second) == "found it"
    thread.join()
    assert database.read(_heads) == {"omsk": 1}


def test_a_read_sees_one_moment_of_the_data(database: Database) -> None:
    def work(connection: Connection) -> tuple[dict[str, int], dict[str, int]]:
        before = _heads(connection)
        thread = threading.Thread(
            target=lambda: database.write(
                lambda c: c.execute(insert(_FEEDS).values(branch="omsk", head=1))
            )
        )
        thread.start()
        thread.join()
        return before, _heads(connection)

    assert database.read(work) == ({}, {})
    assert database.read(_heads) == {"omsk": 1}


def test_an_upsert_keeps_a_password_and_an_insert_of_a_known_row_does_nothing(
    database: Database,
) -> None:
    operators = tables.operators
    row = {"branch": "_", "id": "o", "change": 1, "login": "olga", "body": "{}"}

    def work(connection: Connection) -> list[tuple[object, ...]]:
        connection.execute(insert(operators).values({**row, "password_hash": "hash"}))
        connection.execute(upsert(connection, operators), [row | {"change": 2}])
        connection.execute(insert_new(connection, operators), [row | {"change": 3}])
        return [tuple(r) for r in connection.execute(select(operators))]

    assert database.write(work) == [("_", "o", 2, "olga", "hash", "{}")]
