"""The copy: a second small encrypted file that holds the operator's own rows once more.

The store is the truth as long as it can be read. The copy is written right after each commit that
changes a row of the operator's own, before whoever asked is told that it is done, so that neither
a killed process nor a damaged store takes a word with it; it is brought to the disk once they have
been told, so that nobody waits for a second disk.
"""

from __future__ import annotations

import json
from pathlib import Path

from console.store.driver import Connection, connect_writer
from console.store.own import OwnChange, OwnKey, Row

_SCHEMA = """
CREATE TABLE IF NOT EXISTS own (
    what TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (what, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (
    id INTEGER PRIMARY KEY, number INTEGER NOT NULL, settled INTEGER NOT NULL
);
INSERT OR IGNORE INTO state VALUES (0, 0, 0);
"""
_PUT = (
    "INSERT INTO own (what, key, body) VALUES (?, ?, ?)"
    " ON CONFLICT (what, key) DO UPDATE SET body = excluded.body"
)
_DROP = "DELETE FROM own WHERE what = ? AND key = ?"
_CHANGES_TILL_CHECKPOINT = 200


def copy_path(store: Path) -> Path:
    """Where the copy of a store stands: beside it."""
    return store.with_name(f"{store.stem}-copy.db")


class Copy:
    """An open copy; used by one thread. Errors are the driver's own."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._connection: Connection = connect_writer(path, key)
        try:
            self._connection.execute("PRAGMA cache_size = -2000")
            self._make()
            self._number = self._read_number()
            # Pages are copied back when nobody waits, see `settle`.
            self._connection.execute("PRAGMA wal_autocheckpoint = 0")
            self._connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            self._connection.close()
            raise
        self._since_checkpoint = 0

    @property
    def number(self) -> int:
        """The number of the last change that is in here."""
        return self._number

    def rows(self) -> dict[OwnKey, Row]:
        """Every row."""
        found = self._connection.execute("SELECT what, key, body FROM own ORDER BY what, key")
        return {(what, key): json.loads(body) for what, key, body in found}

    def keep(self, change: OwnChange) -> bool:
        """Take in the next change; False, and nothing done, where one before it is missing."""
        if change.number != self._number + 1:
            return False
        with _Writing(self._connection):
            for (what, key), row in change.rows.items():
                if row is None:
                    self._connection.execute(_DROP, (what, key))
                else:
                    body = json.dumps(row, ensure_ascii=False)
                    self._connection.execute(_PUT, (what, key, body))
            self._connection.execute("UPDATE state SET number = ?", (change.number,))
        self._number = change.number
        self._since_checkpoint += 1
        return True

    def replace(self, number: int, rows: dict[OwnKey, Row]) -> None:
        """Hold these rows and no others; on the disk when this returns."""
        self._connection.execute("PRAGMA synchronous = FULL")
        try:
            with _Writing(self._connection):
                self._connection.execute("DELETE FROM own")
                self._connection.executemany(
                    _PUT,
                    [
                        (what, key, json.dumps(row, ensure_ascii=False))
                        for (what, key), row in rows.items()
                    ],
                )
                self._connection.execute("UPDATE state SET number = ?", (number,))
        finally:
            self._connection.execute("PRAGMA synchronous = NORMAL")
        self._number = number

    def settle(self) -> None:
        """Bring what was kept to the disk."""
        if self._since_checkpoint >= _CHANGES_TILL_CHECKPOINT:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._since_checkpoint = 0
            return
        self._connection.execute("PRAGMA synchronous = FULL")
        try:
            # Any commit takes those before it to the disk with it.
            self._connection.execute("UPDATE state SET settled = number")
        finally:
            self._connection.execute("PRAGMA synchronous = NORMAL")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _make(self) -> None:
        """The tables, where the file is new."""
        known = self._connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'state'")
        if known.fetchone() is None:
            with _Writing(self._connection):
                for statement in _SCHEMA.strip().split(";\n"):
                    self._connection.execute(statement)

    def _read_number(self) -> int:
        return int(self._connection.execute("SELECT number FROM state").fetchone()[0])


class _Writing:
    """A transaction: kept where the block ends well, else as if it had never begun."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
