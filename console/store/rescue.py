"""The rescue: what can still be read of a damaged store, put together with its copy.

A damaged page takes the rows on it, not those beside it: a table is read from both ends, and
what its indexes still name is looked up one by one. Where store and copy differ, the number of
the last change that each has heard of says which one is right.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from console.errors import DiskError
from console.store import own
from console.store.driver import Connection, DatabaseError, connect_reader
from console.store.own import TABLES, OwnKey, Row
from console.wire.codec import decode, encode

if TYPE_CHECKING:
    from console.domain.attachment import Attachment


@dataclass(frozen=True, slots=True)
class Salvage:
    """What was read of a file: ``number`` of its last change (None: not readable) and rows.

    ``whole`` if every row could be read.
    """

    number: int | None = None
    rows: Mapping[OwnKey, Row] = field(default_factory=dict)
    whole: bool = False


RESCUED = "rescued"
"""The source and code of `HeldReason` of an entry that may have been taken back meanwhile."""


def salvage(path: Path, key: bytes) -> Salvage:
    """Read what can be read of a store; nothing of it is changed. Never raises for damage."""
    try:
        connection = connect_reader(path, key)
    except DiskError:
        return Salvage()
    try:
        number = _number(connection)
        rows: dict[OwnKey, Row] = {}
        whole = number is not None
        for table in TABLES:
            found, complete = _table(connection, table)
            rows.update(found)
            whole = whole and complete
        return Salvage(number, rows, whole)
    finally:
        connection.close()


def salvage_files(path: Path, key: bytes, into: Connection) -> None:
    """Bring over the content of own files that ``into`` has not, as far as it is still whole."""
    from console.domain.attachment import Attachment

    try:
        connection = connect_reader(path, key)
    except DiskError:
        return
    try:
        for (body,) in into.execute("SELECT body FROM attachment").fetchall():
            attachment = decode(body, Attachment)
            known = "SELECT 1 FROM piece WHERE attachment = ?"
            if into.execute(known, (attachment.id,)).fetchone() is None:
                _salvage_file(connection, attachment, into)
    finally:
        connection.close()


def _salvage_file(connection: Connection, attachment: Attachment, into: Connection) -> None:
    columns = "attachment, begins, ends, content"
    sql = f"SELECT {columns} FROM piece WHERE attachment = ? ORDER BY begins"
    import hashlib

    digest = hashlib.sha256()
    into.execute("BEGIN IMMEDIATE")
    try:
        for piece in connection.execute(sql, (attachment.id,)):
            digest.update(piece[3])
            into.execute(f"INSERT INTO piece ({columns}) VALUES (?, ?, ?, ?)", piece)
        whole = digest.hexdigest() == attachment.digest
    except (DatabaseError, TypeError):  # damage, or what damage looks like
        whole = False
    into.execute("COMMIT" if whole else "ROLLBACK")


def merged(store: Salvage, copy: Salvage) -> dict[OwnKey, Row]:
    """The operator's own rows, by what the damaged store and its copy still say."""
    if copy.number is None:
        return dict(store.rows)
    if store.number is not None and store.number <= copy.number:
        return dict(copy.rows)
    if store.whole:
        return dict(store.rows)
    found = dict(copy.rows)
    certain = store.number is not None
    for key, row in store.rows.items():
        if key not in found:
            found[key] = row if certain else _for_a_person(key, row)
        elif certain or _is_newer(row, found[key]):
            found[key] = row
    return found


def _is_newer(row: Row, than: Row) -> bool:
    return int(row.get("updated_at", -1)) > int(than.get("updated_at", -1))


def _for_a_person(key: OwnKey, row: Row) -> Row:
    """An entry that may have been taken back since: it does not leave by itself."""
    if key[0] != "outbox" or row.get("state") != "queued":
        return row
    held = [{"source": RESCUED, "code": RESCUED, "params": {}}]
    return row | {"state": "held", "held": encode(held).decode()}


def _number(connection: Connection) -> int | None:
    try:
        return own.change_number(connection)
    except (DatabaseError, ValueError):
        return None


def _table(connection: Connection, table: str) -> tuple[dict[OwnKey, Row], bool]:
    """The rows of a table that can be read, and whether these are all."""
    only = own.only_own(table)
    found, whole = _scan(connection, table, f"SELECT * FROM {table} {only}")
    if whole:
        return found, True
    order = "key" if table == "meta" else "rowid"
    for direction in ("ASC", "DESC"):
        sql = f"SELECT * FROM {table} NOT INDEXED {only} ORDER BY {order} {direction}"
        found |= _scan(connection, table, sql)[0]
    if table != "meta":
        for ident in _indexed(connection, table):
            sql = f"SELECT * FROM {table} WHERE rowid = {ident}"
            found |= _scan(connection, table, sql)[0]
    return found, False


def _scan(connection: Connection, table: str, sql: str) -> tuple[dict[OwnKey, Row], bool]:
    found: dict[OwnKey, Row] = {}
    try:
        cursor = connection.execute(sql)
        columns = own.columns_of(cursor)
        for values in cursor:
            row = _sound(columns, values)
            if row is not None:
                found[own.key_of(table, row)] = row
    except DatabaseError:
        return found, False
    return found, True


def _sound(columns: Iterable[str], values: Iterable[object]) -> Row | None:
    """A row whose JSON is JSON, None where a page was not noticed to be damaged."""
    try:
        row = own.as_row(columns, values)
        for column in ("body", "held", "envelope"):
            if column in row:
                json.loads(row[column])
    except (UnicodeDecodeError, ValueError, TypeError):
        return None
    return row


def _indexed(connection: Connection, table: str) -> list[int]:
    """The rows that an index names, whether or not they can be read."""
    found: set[int] = set()
    for index in connection.execute(f"PRAGMA index_list({table})").fetchall():
        name = index[1]
        first = connection.execute(f"PRAGMA index_info({name})").fetchone()[2]
        sql = f"SELECT rowid FROM {table} INDEXED BY {name} ORDER BY {first}"
        try:
            found.update(ident for (ident,) in connection.execute(sql))
        except DatabaseError:
            continue  # another index may still name what this one does not
    return sorted(found)
