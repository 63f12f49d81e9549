"""The database: one engine over SQLite or PostgreSQL, with transactions that may be run again.

A write transaction is a function of a connection. It is run again where the database asks for it
(a deadlock, a serialisation failure, a lost connection) or where it says so itself
(`RunAgainError`), so it must have no effect outside of the database.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Column,
    ColumnElement,
    Connection,
    Engine,
    String,
    Table,
    any_,
    create_engine,
    event,
    literal,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, SQLAlchemyError

from console.errors import OtklikError, UsageError

T = TypeVar("T")

# A statement is built once and run with other parameters: building one takes longer than SQLite
# needs to run it.
_DIALECTS: Mapping[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}
_ATTEMPTS = 4
_BUSY_SECONDS = 30
_STEPS = 20_000
"""Steps of SQLite's machine between two looks at the clock: well under a millisecond."""

_CANCELLED = "57014"
"""PostgreSQL: query_canceled."""

_AGAIN = frozenset({"40001", "40P01"})
"""PostgreSQL: serialization_failure and deadlock_detected."""


class DatabaseError(OtklikError):
    """The database cannot be opened or reached."""


class TookTooLongError(Exception):
    """What was read `within` a time was not read in it; the transaction is over."""


class RunAgainError(Exception):
    """The transaction found that another has just done the same; it is rolled back and run anew."""


@dataclass(frozen=True, slots=True)
class Database:
    """An engine and its ways to read and write."""

    engine: Engine
    _writing: AbstractContextManager[Any] = field(default_factory=nullcontext)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a SQLite file (one writer at a time in the whole file)."""
        return self.engine.dialect.name == "sqlite"

    def read(self, work: Callable[[Connection], T]) -> T:
        """``work`` over one snapshot of the data; run again where a connection was lost."""
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        return self._run(work, snapshot, nullcontext())

    def write(self, work: Callable[[Connection], T]) -> T:
        """``work`` in one transaction, durable when this returns; run again where need be."""
        return self._run(work, {"otklik_write": True}, self._writing)

    def _run(
        self,
        work: Callable[[Connection], T],
        options: Mapping[str, Any],
        turn: AbstractContextManager[Any],
    ) -> T:
        attempt = 1
        while True:
            try:
                with turn, self.engine.connect() as connection:
                    connection.execution_options(**options)
                    with connection.begin():
                        return work(connection)
            except (RunAgainError, DBAPIError) as error:
                if attempt == _ATTEMPTS or not _may_run_again(error):
                    raise
            attempt += 1

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _may_run_again(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return True
    # Two transactions made the same new row: the second finds it there when it runs anew.
    if isinstance(error, IntegrityError) or error.connection_invalidated:
        return True
    return getattr(error.orig, "sqlstate", None) in _AGAIN


def open_database(url: str) -> Database:
    """The database at ``url``, such as ``sqlite:///centre.db`` or ``postgresql://user@host/name``.

    Nothing is read yet. `UsageError` for a URL that names no such database.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        # Several servers share what PostgreSQL gives, which is 100 connections by default.
        pool_size=10,
        max_overflow=10,
        connect_args={"connect_timeout": 10},
    )
    return Database(engine)


def shown(url: str) -> str:
    """``url`` without its password, for messages."""
    return _parsed(url).render_as_string(hide_password=True)


def check_reachable(database: Database) -> None:
    """`DatabaseError` with one clear line where no connection can be had."""
    try:
        with database.engine.connect():
            pass
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        where = database.engine.url.render_as_string(hide_password=True)
        raise DatabaseError(f"cannot open the database {where}: {reason}") from error


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise UsageError(
            f"“{url}” is not a database URL; write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from error
    if backend not in ("sqlite", "postgresql"):
        raise UsageError(f"the database “{backend}” is not supported; use sqlite or postgresql")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise UsageError("SQLite needs a file here, as in sqlite:///centre.db")
    return parsed


def _sqlite(url: URL) -> Database:
    file = Path(url.database or "")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"cannot make the folder {file.parent}: {error.strerror}") from error
    engine = create_engine(
        url.set(drivername="sqlite"),
        hide_parameters=True,
        pool_size=8,
        max_overflow=40,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    # SQLite waits for its write lock by sleeping and trying again, without any order: threads of
    # this process queue here instead, and only other processes are waited for that way.
    return Database(engine, threading.Lock())


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; `_begin` does
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns into a writing one fails at once where another wrote
    # meanwhile, whatever the busy timeout; a writer takes the lock at its beginning.
    writes = connection.get_execution_options().get("otklik_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def within(connection: Connection, seconds: float) -> Generator[Callable[[], None]]:
    """Whatever is read in this context ends after ``seconds``, with `TookTooLongError`.

    It gives a look at the clock, which raises that too. On PostgreSQL a statement that was begun
    in time may itself take so long.
    """

    def look() -> None:
        if time.monotonic() > end:
            raise TookTooLongError

    end = time.monotonic() + seconds
    driver: Any = connection.connection.driver_connection
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    else:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}")
    try:
        yield look
    except DBAPIError as error:
        sqlstate = getattr(error.orig, "sqlstate", None)
        if sqlstate == _CANCELLED or (is_sqlite and time.monotonic() > end):
            raise TookTooLongError from error
        raise
    finally:
        if is_sqlite:
            driver.set_progress_handler(None, 0)


def upsert(connection: Connection, table: Table) -> Any:
    """``INSERT … ON CONFLICT (primary key) DO UPDATE`` of all columns that a row gives.

    Columns that no row gives (a password hash) keep their value; so every row of one execution
    must give the same columns.
    """
    return _upsert(connection.dialect.name, table)


@lru_cache(maxsize=64)
def _upsert(dialect: str, table: Table) -> Any:
    statement = _DIALECTS[dialect].insert(table)
    keys = {column.name for column in table.primary_key}
    kept = {"password_hash"}
    changed = {c.name: statement.excluded[c.name] for c in table.c if c.name not in keys | kept}
    return statement.on_conflict_do_update(index_elements=sorted(keys), set_=changed)


def is_among(
    connection: Connection, column: Column[str], texts: Sequence[str]
) -> ColumnElement[bool]:
    """``column`` is one of ``texts``: on PostgreSQL one parameter, however many they are."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(texts), postgresql.ARRAY(String)))
    return column.in_(texts)


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows, which all give the same columns, by the quickest way that there is.

    An integrity error, so that the transaction is run again, where one of them is there already.
    """
    if not rows:
        return
    columns = tuple(rows[0])
    values = [tuple(row.values()) for row in rows]
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, values)
        return
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)


def _copy(
    connection: Connection, table: Table, columns: Sequence[str], values: Sequence[tuple[Any, ...]]
) -> None:
    import psycopg
    from psycopg import sql

    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copying:
            for row in values:
                copying.write_row(row)
    except psycopg.Error as error:
        # As SQLAlchemy tells of its own statements, which this one goes past.
        kinds = {psycopg.IntegrityError: IntegrityError, psycopg.DataError: DataError}
        kind = next((k for of, k in kinds.items() if isinstance(error, of)), DBAPIError)
        raise kind(
            f"COPY {table.name}", None, error, connection_invalidated=driver.broken
        ) from None


def insert_new(connection: Connection, table: Table) -> Any:
    """``INSERT … ON CONFLICT DO NOTHING``."""
    return _insert_new(connection.dialect.name, table)


@lru_cache(maxsize=64)
def _insert_new(dialect: str, table: Table) -> Any:
    return _DIALECTS[dialect].insert(table).on_conflict_do_nothing()


def upsert_counts(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add to the counts in the table's last column, where need be with new rows."""
    if not rows:
        return
    (key,), count = table.primary_key, list(table.c)[-1]
    statement = _DIALECTS[connection.dialect.name].insert(table)
    added = {count.name: count + statement.excluded[count.name]}
    connection.execute(
        statement.on_conflict_do_update(index_elements=[key.name], set_=added), list(rows)
    )
