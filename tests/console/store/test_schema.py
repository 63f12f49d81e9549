"""The schema and its migrations: from every older version, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Integer, LargeBinary

from console.errors import StoreError
from console.store import tables
from console.store.driver import Connection, DatabaseError, connect_writer
from console.store.migrate import migrate, version_of
from console.store.schema import STEPS, VERSION
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
