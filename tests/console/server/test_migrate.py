"""Migrations: from nothing to the newest tables, which are those of the code."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from console.server import incarnation, migrate
from console.server.database import Database, DatabaseError, open_database
from console.server.tables import metadata
from tests.support.builders import NOON
from tests.support.server import sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    """An empty database."""
    sqlite = request.param == "sqlite"
    url = sqlite_url(tmp_path) if sqlite else request.getfixturevalue("postgres_url")
    database = open_database(url)
    yield database
    database.close()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Not the index of words, which each database has in a form of its own."""
    return kind not in ("table", "index") or not (name or "").startswith("archive_words")


def test_an_empty_database_is_brought_to_the_newest_version(empty: Database) -> None:
    assert migrate.current(empty) is None
    migrate.upgrade(empty, now=NOON)
    assert migrate.current(empty) == migrate.NEWEST
    migrate.require_newest(empty)


def test_the_newest_version_is_the_last_migration() -> None:
    scripts = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    assert scripts.get_current_head() == migrate.NEWEST


def test_the_migrations_make_the_tables_of_the_code(empty: Database) -> None:
    migrate.upgrade(empty, now=NOON)

    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))

    assert empty.read(differences) == []


def test_a_second_upgrade_changes_nothing_and_keeps_the_epoch(empty: Database) -> None:
    migrate.upgrade(empty, now=NOON)
    drawn = empty.read(incarnation.read)
    migrate.upgrade(empty, now=NOON)
    assert empty.read(incarnation.read) == drawn
    assert len(drawn.token_key) == 32


def test_two_upgrades_at_once_make_one_set_of_tables(empty: Database) -> None:
    failed: list[BaseException] = []

    def upgrade() -> None:
        try:
            migrate.upgrade(empty, now=NOON)
        except BaseException as error:  # noqa: BLE001 - told by the assertion below
            failed.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    migrate.require_newest(empty)


def test_an_empty_database_is_refused_with_what_to_do(empty: Database) -> None:
    with pytest.raises(DatabaseError, match="is empty; run: otklik-server migrate --database"):
        migrate.require_newest(empty)


def test_a_database_of_a_newer_program_is_refused(empty: Database) -> None:
    migrate.upgrade(empty, now=NOON)
    empty.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(DatabaseError, match="does not know; run a newer otklik-server"):
        migrate.require_newest(empty)


def test_the_key_of_the_tokens_is_not_shown(empty: Database) -> None:
    migrate.upgrade(empty, now=NOON)
    drawn = empty.read(incarnation.read)
    assert drawn.token_key.hex() not in repr(drawn)
    assert str(drawn.token_key) not in repr(drawn)
