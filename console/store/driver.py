"""The driver: connections to the encrypted file, with the settings that every one of them needs.

A raw 256-bit key is given (`PRAGMA key = "x'…'"`), so that no key derivation delays an open.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2

from console.causes import cause_of
from console.errors import StoreError

if TYPE_CHECKING:  # the driver has no types of its own; its interface is the standard one's
    from sqlite3 import Connection, DatabaseError
else:
    Connection, DatabaseError = dbapi2.Connection, dbapi2.DatabaseError

DBAPI: Any = dbapi2
__all__ = ["DBAPI", "Connection", "DatabaseError", "connect_reader", "connect_writer"]

_BUSY_MILLIS = 5_000
_READER_CACHE_KIB = 64_000
_WRITER_CACHE_KIB = 32_000
_CHECKPOINT_PAGES = 8_000
"""Eight times the default: a first sync would else spend half its time in copying pages back."""


def connect_writer(path: Path, key: bytes) -> Connection:
    """The read-write connection; every commit of it is on the disk (FULL) unless turned down.

    `StoreError` where the file is not ours or the key is not its.
    """
    connection = _connect(path, key)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{_WRITER_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    return connection


def connect_reader(path: Path, key: bytes) -> Connection:
    """A query-only connection; it may be closed by another thread than the one that reads."""
    connection = _connect(path, key)
    connection.execute("PRAGMA query_only = ON")
    connection.execute(f"PRAGMA cache_size = -{_READER_CACHE_KIB}")
    return connection


def _connect(path: Path, key: bytes) -> Connection:
    try:
        connection: Connection = dbapi2.connect(
            str(path),
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
            timeout=_BUSY_MILLIS / 1000,
        )
    except dbapi2.Error as error:
        raise StoreError(
            f"{path}: the store cannot be opened: {error}",
            key="ui.store_cannot_open",
            path=path,
            cause=cause_of(error),
        ) from error
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except dbapi2.Error as error:
        connection.close()
        raise StoreError(
            f"{path}: the store does not open with this key ({error}); the file was not touched. "
            "Restore the keychain entry or the passphrase it was made with",
            key="ui.store_wrong_key",
            path=path,
        ) from error
    return connection
