"""The operator's own rows: what no server could give back, should the store's file be lost.

They are the outbox, the drafts with what is said of their files, the saved queues, the words added
to the dictionary, the forms of names that were corrected, and who is signed in. The content of
files is not among them: it came from a file that the operator has, while words exist nowhere else,
and twenty megabytes would be read at each start. Each transaction that changes one gets a number;
a second file, the copy (`copy_file`), holds the same rows and the number of the last change that it
has heard of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
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
    "own_word": "id",
    "own_form": "id",
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
        known = _columns(connection, table)
        for (of, _), row in rows.items():
            if of == table:
                _insert(connection, table, {k: v for k, v in row.items() if k in known})


def adopt(
    connection: Connection, rows: Mapping[OwnKey, Row]
) -> tuple[tuple[OwnKey, ...], tuple[OwnKey, ...]]:
    """Have these rows of another store as well; who is signed in stays as it is.

    An entry of the outbox comes before those that are here and were asked for later. The keys of
    what came, and the keys before and after of what had to make room.
    """
    came: list[OwnKey] = []
    for table in ("draft", "saved_queue", "own_word", "own_form", "attachment"):
        known = _columns(connection, table) - {"row"}
        for (of, ident), row in rows.items():
            if of == table and not _has(connection, table, ident):
                _insert(connection, table, {k: v for k, v in row.items() if k in known})
                came.append((table, ident))
    entries = [row for (of, _), row in rows.items() if of == "outbox"]
    adopted, moved = _adopt_entries(connection, sorted(entries, key=lambda row: int(row["seq"])))
    return (*came, *adopted), moved


def _adopt_entries(
    connection: Connection, entries: Sequence[Row]
) -> tuple[tuple[OwnKey, ...], tuple[OwnKey, ...]]:
    here = [
        {"seq": seq, "id": ident, "created_at": at}
        for seq, ident, at in connection.execute(
            "SELECT seq, id, created_at FROM outbox ORDER BY seq"
        )
    ]
    known, ids = _columns(connection, "outbox"), {row["id"] for row in here}
    missing = [row for row in entries if row["id"] not in ids]
    free = max((int(row["seq"]) for row in (*here, *missing)), default=0) + 1
    came: list[OwnKey] = []
    moved: list[OwnKey] = []
    # Neither list changes its own order, whatever the clock showed when its entries were made.
    for seq, row in enumerate(merge(missing, here, key=lambda row: int(row["created_at"])), free):
        if row["id"] not in ids:
            _insert(
                connection, "outbox", {k: v for k, v in row.items() if k in known} | {"seq": seq}
            )
            came.append(("outbox", str(seq)))
        elif came:
            connection.execute("UPDATE outbox SET seq = ? WHERE seq = ?", (seq, row["seq"]))
            moved += [("outbox", str(row["seq"])), ("outbox", str(seq))]
    return tuple(came), tuple(moved)


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


def _columns(connection: Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def _has(connection: Connection, table: str, ident: str) -> bool:
    sql = f"SELECT 1 FROM {table} WHERE {TABLES[table]} = ?"
    return connection.execute(sql, (ident,)).fetchone() is not None


def _insert(connection: Connection, table: str, row: Row) -> None:
    marks = ", ".join("?" * len(row))
    values = [
        value.encode() if column in _BYTES and isinstance(value, str) else value
        for column, value in row.items()
    ]
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", values)
