"""The operator's own rows: what no server could give back, should the store's file be lost.

They are the outbox, the drafts with what is said of their files, the saved queues, and who is
signed in. The content of files is not among them: it came from a file that the operator has, while
words exist nowhere else, and twenty megabytes would be read at each start. Each transaction that
changes one gets a number; a second file, the copy (`copy_file`), holds the same rows and the
number of the last change that it has heard of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from console.store import names
from console.store.driver import Connection

OwnKey = tuple[str, str]
"""A table and the key of a row in it."""

Row = dict[str, Any]
"""A row by column. Bytes are JSON everywhere here, and stand as text."""

TABLES: Final[Mapping[str, str]] = {
    "draft": "id",
    "outbox": "seq",
    "saved_queue": "id",
    "attachment": "id",
    "meta": "key",
}
"""The tables, each with the column of its key."""

_BYTES: Final = frozenset({"body", "held", "envelope"})


@dataclass(frozen=True, slots=True)
class OwnChange:
    """What a transaction has changed; None stands for a row that is gone."""

    number: int
    rows: Mapping[OwnKey, Row | None]


def note_change(connection: Connection, keys: Iterable[OwnKey]) -> OwnChange:
    """Number the change within its transaction, and read the rows as they are after it."""
    number = change_number(connection) + 1
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (names.OWN_CHANGE, str(number)),
    )
    return OwnChange(number, {key: _read_one(connection, key) for key in keys})


def change_number(connection: Connection) -> int:
    """The number of the last change; 0 where there was none yet."""
    sql = "SELECT value FROM meta WHERE key = ?"
    found = connection.execute(sql, (names.OWN_CHANGE,)).fetchone()
    return 0 if found is None else int(found[0])


def tables_in(connection: Connection) -> tuple[str, ...]:
    """Those of `TABLES` that a store has: an older one that is not migrated yet lacks some."""
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    known = {name for (name,) in connection.execute(sql)}
    return tuple(table for table in TABLES if table in known)


def read_all(connection: Connection) -> dict[OwnKey, Row]:
    """Every row of the operators who have worked here."""
    found: dict[OwnKey, Row] = {}
    for table in tables_in(connection):
        cursor = connection.execute(f"SELECT * FROM {table} {only_own(table)}")
        columns = columns_of(cursor)
        for values in cursor:
            row = as_row(columns, values)
            found[key_of(table, row)] = row
    return found


def replace_all(connection: Connection, rows: Mapping[OwnKey, Row]) -> None:
    """Have these rows and no others; a column that the table does not know is left out."""
    for table in TABLES:
        connection.execute(f"DELETE FROM {table} {only_own(table)}")
        known = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        for (of, _), row in rows.items():
            if of == table:
                _insert(connection, table, {k: v for k, v in row.items() if k in known})


def only_own(table: str) -> str:
    """The condition by which rows of ``table`` are the operator's own."""
    if table != "meta":
        return ""
    listed = ", ".join(f"'{name}'" for name in sorted(names.OWN))
    return f"WHERE key IN ({listed})"


def key_of(table: str, row: Row) -> OwnKey:
    """Under which key a row stands."""
    return table, str(row[TABLES[table]])


def columns_of(cursor: Any) -> tuple[str, ...]:
    """The names of what a cursor gives."""
    return tuple(column[0] for column in cursor.description)


def as_row(columns: Iterable[str], values: Iterable[Any]) -> Row:
    """Values as a row."""
    return {
        column: value.decode() if isinstance(value, bytes) else value
        for column, value in zip(columns, values, strict=True)
    }


def _read_one(connection: Connection, key: OwnKey) -> Row | None:
    table, ident = key
    cursor = connection.execute(f"SELECT * FROM {table} WHERE {TABLES[table]} = ?", (ident,))
    found = cursor.fetchone()
    return None if found is None else as_row(columns_of(cursor), found)


def _insert(connection: Connection, table: str, row: Row) -> None:
    marks = ", ".join("?" * len(row))
    values = [
        value.encode() if column in _BYTES and isinstance(value, str) else value
        for column, value in row.items()
    ]
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", values)
