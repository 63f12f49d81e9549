"""The schema and its migrations: from every older version, or not at all."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import Integer, LargeBinary

from console.domain.draft import Draft
from console.errors import StoreError
from console.store import tables
from console.store.driver import Connection, DatabaseError, connect_writer
from console.store.migrate import migrate, version_of
from console.store.schema import STEPS, VERSION
from console.wire.codec import decode
from tests.support.console_store import KEY


def opened(tmp_path: Path) -> Connection:
    return connect_writer(tmp_path / "store.db", KEY)


def test_a_new_store_has_the_present_version(tmp_path: Path) -> None:
    connection = opened(tmp_path)
    assert migrate(connection) == 0
    assert version_of(connection) == VERSION == len(STEPS)
    assert migrate(connection) == VERSION
    connection.close()


@pytest.mark.parametrize("version", range(VERSION))
def test_a_store_of_any_older_version_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    old, new = opened(tmp_path), tmp_path / "new"
    migrate(old, STEPS[:version])
    assert version_of(old) == version
    migrate(old)
    new.mkdir()
    fresh = opened(new)
    migrate(fresh)
    assert _shape(old) == _shape(fresh)
    old.close()
    fresh.close()


OLD_DRAFT = (
    '{"id":"d1","appeal":["tyva","a1"],"mode":"interim","text":"Бригада «едет»",'
    '"updated_at":"2026-03-02T08:00:00Z","cursor":7,"template":"etr_known",'
    '"quotes":[{"outage":"o1","etr":"2026-03-02T09:30:00Z"}],'
    '"promise_at":"2026-03-02T10:00:00Z","seen":{"status":"new","owner":null,'
    '"last_resident_message":"m1","last_reply":null,"version":3}}'
)


def test_a_draft_of_the_first_version_is_whole_in_the_present_one(tmp_path: Path) -> None:
    connection = opened(tmp_path)
    migrate(connection, STEPS[:1])
    before = decode(OLD_DRAFT, Draft)
    connection.execute(
        "INSERT INTO draft VALUES ('d1', 'u1', 'tyva', 'a1', 1, ?)", (OLD_DRAFT.encode(),)
    )
    migrate(connection)
    ((kind, body),) = connection.execute("SELECT typeof(body), body FROM draft")
    assert kind == "blob"
    assert set(json.loads(body)) == {field.name for field in fields(Draft)}
    assert decode(body, Draft) == before
    assert (before.text, before.outcome, before.overrides) == ("Бригада «едет»", None, ())
    connection.close()


def test_what_an_older_program_passed_over_in_the_feed_is_read_once_more(tmp_path: Path) -> None:
    connection = opened(tmp_path)
    before = next(at for at, step in enumerate(STEPS) if "CREATE TABLE shared_queue" in step)
    migrate(connection, STEPS[:before])
    connection.execute("INSERT INTO feed_cursor VALUES ('omsk', 7)")
    migrate(connection)
    assert connection.execute("SELECT count(*) FROM feed_cursor").fetchone() == (0,)
    connection.close()


def test_a_step_that_fails_leaves_the_store_at_the_version_before(tmp_path: Path) -> None:
    connection = opened(tmp_path)
    migrate(connection, ["CREATE TABLE kept (a);"])
    steps = ["CREATE TABLE kept (a);", "CREATE TABLE half (a);\nCREATE TABLE kept (a);"]
    with pytest.raises(DatabaseError):
        migrate(connection, steps)
    assert version_of(connection) == 1
    assert [name for name, *_ in _shape(connection)] == ["kept"]
    connection.close()


def test_a_store_made_by_a_newer_program_is_refused(tmp_path: Path) -> None:
    connection = opened(tmp_path)
    migrate(connection)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(StoreError, match="newer program"):
        migrate(connection)
    assert version_of(connection) == VERSION + 1
    connection.close()


def test_the_tables_for_writing_are_the_tables_that_are_there(tmp_path: Path) -> None:
    connection = opened(tmp_path)
    migrate(connection)
    kinds = {Integer: "INTEGER", LargeBinary: "BLOB"}
    for table in tables.METADATA.tables.values():
        there = {
            name: (kind, bool(key))
            for _, name, kind, _, _, key in connection.execute(f"PRAGMA table_info({table.name})")
        }
        ours = {
            column.name: (kinds.get(type(column.type), "TEXT"), column.primary_key)
            for column in table.columns
        }
        assert ours == there, table.name
    connection.close()


def _shape(connection: Connection) -> list[tuple[str, str]]:
    return sorted(connection.execute("SELECT name, ifnull(sql, '') FROM sqlite_schema"))
