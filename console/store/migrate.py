"""Migrations: bring a store of any older version to the present one, a step a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from console.errors import StoreError
from console.store.driver import Connection
from console.store.schema import STEPS


def version_of(connection: Connection) -> int:
    """The version of the store's schema; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: Connection, steps: Sequence[str] = STEPS) -> int:
    """Carry out the steps that are missing; the version found before.

    A step that fails leaves the store at the version before it. `StoreError` if the store was
    made by a newer program: an older one would not know what it breaks.
    """
    found = version_of(connection)
    if found > len(steps):
        raise StoreError(
            f"the store has version {found}, this program knows versions up to {len(steps)}; "
            "start the newer program, or choose another profile folder",
            key="ui.store_too_new",
        )
    for version in range(found, len(steps)):
        _step(connection, steps[version], version + 1)
    return found


def _step(connection: Connection, script: str, version: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in _statements(script):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> list[str]:
    return [part for part in (text.strip() for text in script.split(";\n")) if part]
