"""Causes: what stands in the way has a name, and each name has words."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from console.causes import cause_of
from console.i18n import LANGUAGES, Catalog
from ui.presenters.errors import cause_words

NAMES = ("denied", "full", "read_only", "missing", "not_a_folder", "disk", "too_long", "damaged",
         "busy", "other")  # fmt: skip


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (errno.ENOSPC, "full"),
        (errno.EACCES, "denied"),
        (errno.EROFS, "read_only"),
        (errno.EBADF, "other"),
    ],
)
def test_a_system_error_has_a_cause(number: int, cause: str) -> None:
    assert cause_of(OSError(number, os.strerror(number))) == cause


def test_a_database_that_is_none_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"nothing of a database" * 100)
    with pytest.raises(sqlite3.DatabaseError) as raised:
        sqlite3.connect(tmp_path / "x.db").execute("SELECT * FROM sqlite_schema")
    assert cause_of(raised.value) == "damaged"


def test_a_full_database_is_full() -> None:
    with sqlite3.connect(":memory:") as db:
        db.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as raised:
            db.execute("CREATE TABLE a (b)")
            db.execute("INSERT INTO a VALUES (zeroblob(100000))")
    db.close()
    assert cause_of(raised.value) == "full"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_has_words(language: str) -> None:
    catalog = Catalog.load(language)
    words = {cause_words(name, catalog) for name in NAMES}
    assert len(words) == len(NAMES)
    assert cause_words("never heard of", catalog) == cause_words("other", catalog)
