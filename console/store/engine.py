"""The engine: SQLAlchemy over the encrypted driver, with transactions that begin at once.

SQLAlchemy takes a third of a second to import: only the store's own thread does that.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import NullPool

from console.store.driver import DBAPI, connect_writer


def make_engine(path: Path, key: bytes) -> Engine:
    """An engine whose every connection is a read-write one to the encrypted file."""
    engine = create_engine(
        "sqlite://",
        module=DBAPI,
        creator=lambda: connect_writer(path, key),
        poolclass=NullPool,
        query_cache_size=500,
    )
    # The driver's own transactions begin at the first write, too late to keep others out.
    event.listen(engine, "begin", _begin_at_once)
    return engine


def _begin_at_once(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def batch(statement: Any, *columns: str) -> str:
    """An insert as the driver's own SQL, for tuples of ``columns``.

    SQLAlchemy looks at each value of each row on its way, which takes a batch as long as SQLite.
    """
    compiled = statement.compile(dialect=sqlite.dialect(), column_keys=list(columns))
    assert compiled.positiontup == list(columns), f"{columns} are not in the order of the table"
    return str(compiled)


def upsert(table: Any, *key: str) -> Any:
    """``INSERT … ON CONFLICT (key) DO UPDATE`` of every other column of ``table``."""
    from sqlalchemy.dialects.sqlite import insert

    statement = insert(table)
    changes = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in key and not (column.primary_key and column.name in {"row", "seq"})
    }
    return statement.on_conflict_do_update(index_elements=list(key), set_=changes)
