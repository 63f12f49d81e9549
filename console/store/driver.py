"""The driver: connections to the encrypted file, with the settings that every one of them needs.

A raw 256-bit key is given (`PRAGMA key = "x'…'"`), so that no key derivation delays an open.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2

from console.errors import DiskError

if TYPE_CHECKING:  # the driver has no types of its own; its interface is the standard one's
    from sqlite3 import Connection, DatabaseError
else:
    Connection, DatabaseError = dbapi2.Connection, dbapi2.DatabaseError

DBAPI: Any = dbapi2
__all__ = [
    "DBAPI",
    "Connection",
    "DatabaseError",
    "connect_reader",
    "connect_writer",
    "disk_error",
]

_BUSY_MILLIS = 5_000
_READER_CACHE_KIB = 12_000
"""Of each thread that reads. A list is read once through an index that is larger than any of them;
what is read again and again, the inner pages and the rows on the screen, fits."""

_WRITER_CACHE_KIB = 32_000
_CHECKPOINT_PAGES = 8_000
"""Eight times the default: a first sync would else spend half its time in copying pages back."""


_FULL, _READ_ONLY, _DAMAGED, _BUSY = {13}, {8}, {11, 26}, {5, 6}
"""SQLite's primary result codes."""

_LEAST_FREE = 256 * 1024
"""Bytes; with less than this the system fails in ways that do not call themselves «full»."""


def connect_writer(path: Path, key: bytes) -> Connection:
    """The read-write connection; every commit of it is on the disk (FULL) unless turned down.

    `DiskError` where the file is not ours, the key is not its, or the disk does not let us.
    """
    connection = _connect(path, key)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_WRITER_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    except dbapi2.Error as error:
        connection.close()
        raise disk_error(error, path) from error
    return connection


def connect_reader(path: Path, key: bytes) -> Connection:
    """A query-only connection; it may be closed by another thread than the one that reads."""
    connection = _connect(path, key)
    connection.execute("PRAGMA query_only = ON")
    connection.execute(f"PRAGMA cache_size = -{_READER_CACHE_KIB}")
    return connection


def disk_error(error: Exception, path: Path) -> DiskError:
    """A driver's error as one that a person can act on."""
    code = _code_of(error, path)
    return DiskError(f"{path}: {_ADVICE[code]} ({error})", code=code)


_ADVICE = {
    "full": "the disk is full; free some space, then try again",
    "read_only": "the disk or the folder can only be read; make it writable, then try again",
    "damaged": "the store is damaged; end the program and start it again: it sets the file "
    "aside and rescues drafts and outbox",
    "busy": "another program holds the store; close it, then try again",
    "failing": "the disk does not work as it should; check it, then try again",
}


def _code_of(error: Exception, path: Path) -> str:
    if isinstance(error, MemoryError):
        return "damaged"  # a page that is no page any more may speak of any number of bytes
    said = int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
    for codes, code in (
        (_FULL, "full"),
        (_READ_ONLY, "read_only"),
        (_DAMAGED, "damaged"),
        (_BUSY, "busy"),
    ):
        if said in codes:
            return code
    return _surroundings(path.parent)


def _surroundings(folder: Path) -> str:
    """Why a file of ``folder`` may not work, where the error itself does not tell."""
    try:
        if hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY:
            return "read_only"
        if shutil.disk_usage(folder).free < _LEAST_FREE:
            return "full"
    except OSError:
        return "failing"
    return "failing" if os.access(folder, os.W_OK) else "read_only"


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
        raise disk_error(error, path) from error
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except dbapi2.Error as error:
        connection.close()
        found = disk_error(error, path)
        if found.code != "damaged":
            raise found from error
        raise DiskError(
            f"{path}: the store does not open with this key ({error}); the file was not touched. "
            "Restore the keychain entry or the passphrase it was made with",
            code="damaged",
            key="ui.store_wrong_key",
            path=path,
        ) from error
    return connection
