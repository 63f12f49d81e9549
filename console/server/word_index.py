"""The index of words over the archive: FTS5 on SQLite, a GIN of tsvectors on PostgreSQL.

Both are asked in the language of `console.fulltext.finder` and give the same answers. An appeal is
known by its row, a number that grows with the time in its id; a document is words with spaces
between them, one of which names the branch, so that a search of one branch costs nothing for the
appeals of others.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol
from zlib import crc32

from sqlalchemy import Connection, bindparam, delete, select, text

from console.server import tables
from console.server.database import upsert_counts

NEWEST = 2**63 - 1
"""A row above all others."""

_STRETCHES = (4_000, 60_000)
"""How many of the newest rows are looked through before older ones. What is in many appeals is
found there at once; what is not is rare enough that all that an index has of it costs little."""

_SEQUENCE_BITS = 15
_SEQUENCE = (1 << _SEQUENCE_BITS) - 1
_VERSION = 7
_TOGETHER = 400
_LONGEST_WORD = 32
_RUSSIAN = re.compile(r"[а-яѐ][^\W_]*\Z")
_NOT_WORD = re.compile(r"[^a-z0-9]")
_TERM = re.compile(r'"([^"]+)"( \*)?| (AND|OR|NOT) ')
_SIGNS = {"AND": " & ", "OR": " | ", "NOT": " & ! "}

_INDEX, _VOCABULARY = tables.archive_index, tables.archive_vocabulary


def row_of(ident: str) -> int:
    """The row that an appeal of this id would have: 48 bits of milliseconds, then 15 of chance."""
    try:
        value = uuid.UUID(ident)
    except ValueError:
        return crc32(ident.encode())  # none of ours: before everything else
    if value.version != _VERSION:
        return crc32(ident.encode())
    chance = ((value.int >> 64 & 0xFFF) << 3) | (value.int >> 59 & 0b111)
    return (value.int >> 80) << _SEQUENCE_BITS | chance


def id_of(row: int) -> str:
    """The smallest id whose row is ``row``: the reverse of `row_of` for ids of ours."""
    chance = row & _SEQUENCE
    value = (row >> _SEQUENCE_BITS) << 80 | _VERSION << 76 | (chance >> 3) << 64
    return str(uuid.UUID(int=value | 0b10 << 62 | (chance & 0b111) << 59))


def branch_word(branch: str) -> str:
    """The word of every document of a branch. Its first letter is of an alphabet that nobody here
    writes in, so that no query finds it."""
    return "ა" + _NOT_WORD.sub("", branch.lower())


@dataclass(frozen=True, slots=True)
class Document:
    """What an appeal is found by, ``words`` with spaces between them."""

    appeal: str
    words: str


class Words(Protocol):
    """What the two databases do in their own way."""

    def insert(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows (row, branch, appeal, words), the lowest first."""

    def change(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Give rows (row, before, words) other words."""

    def remove(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Take rows (row, before) away."""

    def known(self, connection: Connection, branch: str, ids: Sequence[str]) -> Iterator[Any]:
        """The rows (row, appeal, before) of these appeals; ``before`` is their words."""

    def newest(
        self, connection: Connection, expression: str, *, most: int, below: int
    ) -> list[int]:
        """The newest hits under the row ``below``."""


class SqliteWords:
    """FTS5, over the column as external content."""

    def insert(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """See `Words`."""
        connection.execute(_INDEX.insert(), list(rows))
        connection.execute(_FTS_INSERT, list(rows))

    def change(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """See `Words`."""
        connection.execute(_FTS_DELETE, list(rows))
        connection.execute(_FTS_UPDATE, list(rows))
        connection.execute(_FTS_INSERT, list(rows))

    def remove(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """See `Words`."""
        connection.execute(_FTS_DELETE, list(rows))
        connection.execute(_DELETE, list(rows))

    def known(self, connection: Connection, branch: str, ids: Sequence[str]) -> Iterator[Any]:
        """See `Words`."""
        columns = (_INDEX.c.row, _INDEX.c.appeal, _INDEX.c.words.label("before"))
        where = (_INDEX.c.branch == branch, _INDEX.c.appeal.in_(ids))
        yield from connection.execute(select(*columns).where(*where))

    def newest(
        self, connection: Connection, expression: str, *, most: int, below: int
    ) -> list[int]:
        """See `Words`."""
        asked = {"words": expression, "most": most, "below": below}
        return list(connection.execute(_FTS_NEWEST, asked).scalars())


class PostgresWords:
    """A GIN index. The newest hits are looked for stretch by stretch: left to itself the planner
    would sort all hits of a common word, or walk all rows for a rare one."""

    def insert(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """See `Words`."""
        connection.execute(_TS_INSERT, list(rows))

    def change(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """See `Words`."""
        connection.execute(_TS_UPDATE, list(rows))

    def remove(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """See `Words`."""
        connection.execute(_DELETE, list(rows))

    def known(self, connection: Connection, branch: str, ids: Sequence[str]) -> Iterator[Any]:
        """See `Words`."""
        asked = {"branch": branch, "ids": list(ids)}
        yield from connection.execute(_TS_KNOWN, asked)

    def newest(
        self, connection: Connection, expression: str, *, most: int, below: int
    ) -> list[int]:
        """See `Words`."""
        wanted, found = as_tsquery(expression), list[int]()
        for size in (*_STRETCHES, None):
            least = 0 if size is None else self._lower_end(connection, below, size)
            asked = {
                "words": wanted,
                "most": most - len(found),
                "below": below,
                "least": least,
            }
            found += connection.execute(_TS_NEWEST, asked).scalars()
            if len(found) >= most or not least:
                break
            below = least
        return found

    def _lower_end(self, connection: Connection, below: int, size: int) -> int:
        end = connection.execute(_TS_LOWER_END, {"below": below, "size": size}).scalar()
        return int(end or 0)


_FTS_INSERT = text("INSERT INTO archive_words (rowid, words) VALUES (:row, :words)")
_FTS_DELETE = text(
    "INSERT INTO archive_words (archive_words, rowid, words) VALUES ('delete', :row, :before)"
)
_FTS_UPDATE = text("UPDATE archive_index SET words = :words WHERE row = :row")
_FTS_NEWEST = text(
    "SELECT rowid FROM archive_words WHERE archive_words MATCH :words AND rowid < :below"
    " ORDER BY rowid DESC LIMIT :most"
)
_TS_INSERT = text(
    "INSERT INTO archive_index (row, branch, appeal, words)"
    " VALUES (:row, :branch, :appeal, array_to_tsvector(string_to_array(:words, ' ')))"
)
_TS_UPDATE = text(
    "UPDATE archive_index SET words = array_to_tsvector(string_to_array(:words, ' '))"
    " WHERE row = :row"
)
_TS_KNOWN = text(
    "SELECT row, appeal, array_to_string(tsvector_to_array(words), ' ') AS before"
    " FROM archive_index WHERE branch = :branch AND appeal = ANY(:ids)"
)
_TS_NEWEST = text(
    "WITH hits AS MATERIALIZED (SELECT row FROM archive_index"
    " WHERE words @@ CAST(:words AS tsquery) AND row < :below AND row >= :least)"
    " SELECT row FROM hits ORDER BY row DESC LIMIT :most"
)
_TS_LOWER_END = text(
    "SELECT row FROM archive_index WHERE row < :below ORDER BY row DESC OFFSET :size LIMIT 1"
)
_DELETE = delete(_INDEX).where(_INDEX.c.row == bindparam("row"))


def words_of(connection: Connection) -> Words:
    """The index of the database that is connected to."""
    return SqliteWords() if connection.dialect.name == "sqlite" else PostgresWords()


def as_tsquery(expression: str) -> str:
    """An expression of FTS5 in the language of PostgreSQL's tsquery."""
    return _TERM.sub(_in_tsquery, expression)


def _in_tsquery(term: re.Match[str]) -> str:
    word, begun, sign = term.groups()
    if sign:
        return _SIGNS[sign]
    return f"'{word}':*" if begun else f"'{word}'"


# Writing


def put(
    connection: Connection, branch: str, documents: Sequence[Document], *, gone: Iterable[str] = ()
) -> int:
    """Index appeals of a branch, and no longer those ``gone``; how many more there are now."""
    words = words_of(connection)
    ids = [*(one.appeal for one in documents), *gone]
    known = {one.appeal: one for one in _known(connection, words, branch, ids)}
    new, changed = list[dict[str, Any]](), list[dict[str, Any]]()
    for one in documents:
        before = known.pop(one.appeal, None)
        said = f"{one.words} {branch_word(branch)}".strip()
        if before is None:
            new.append({"branch": branch, "appeal": one.appeal, "words": said})
        elif set(before.before.split()) != set(said.split()):
            changed.append({"row": before.row, "before": before.before, "words": said})
    away = [{"row": one.row, "before": one.before} for one in known.values()]
    _number(connection, new)
    new.sort(key=lambda one: one["row"])
    changed.sort(key=lambda one: one["row"])
    for write, rows in ((words.insert, new), (words.change, changed), (words.remove, away)):
        if rows:
            write(connection, rows)
    _count(connection, (*new, *changed, *away))
    return len(new) - len(away)


def _known(connection: Connection, words: Words, branch: str, ids: Sequence[str]) -> Iterator[Any]:
    for start in range(0, len(ids), _TOGETHER):
        yield from words.known(connection, branch, ids[start : start + _TOGETHER])


def _number(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Give each its row; where two have the same, one takes the next that is free."""
    taken: set[int] = set()
    for one in rows:
        row = row_of(one["appeal"])
        while row in taken:
            row += 1
        one["row"] = row
        taken.add(row)
    waiting = list(rows)
    while waiting:
        there = _there(connection, [one["row"] for one in waiting])
        waiting = [one for one in waiting if one["row"] in there]
        for one in waiting:
            while one["row"] in taken or one["row"] in there:
                one["row"] += 1
            taken.add(one["row"])


def _there(connection: Connection, rows: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(rows), _TOGETHER):
        some = rows[start : start + _TOGETHER]
        found.update(
            connection.execute(select(_INDEX.c.row).where(_INDEX.c.row.in_(some))).scalars()
        )
    return found


def _count(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Keep the vocabulary: how many more appeals, or fewer, have each word."""
    counts: Counter[str] = Counter()
    for one in rows:
        after, before = set(one.get("words", "").split()), set(one.get("before", "").split())
        counts.update(after - before)
        counts.subtract(before - after)
    said = [
        {"word": word, "count": count}
        for word, count in sorted(counts.items())
        if count and len(word) <= _LONGEST_WORD and _RUSSIAN.match(word)
    ]
    upsert_counts(connection, _VOCABULARY, said)


# Reading


def vocabulary_rows(connection: Connection, most: int) -> list[tuple[str, int]]:
    """The ``most`` frequent Russian words, each with how many appeals have it."""
    table = _VOCABULARY
    query = select(table.c.word, table.c.count).where(table.c.count > 0)
    found = connection.execute(query.order_by(table.c.count.desc(), table.c.word).limit(most))
    return [(row.word, row[1]) for row in found]


def refs(
    connection: Connection, rows: Sequence[int], branches: Sequence[str]
) -> dict[int, tuple[str, str]]:
    """The branch and id of each row that is of one of ``branches``."""
    pieces = (rows[at : at + _TOGETHER] for at in range(0, len(rows), _TOGETHER))
    found = (
        connection.execute(
            select(_INDEX.c.row, _INDEX.c.branch, _INDEX.c.appeal).where(
                _INDEX.c.row.in_(some), _INDEX.c.branch.in_(list(branches))
            )
        )
        for some in pieces
    )
    return {row.row: (row.branch, row.appeal) for row in chain.from_iterable(found)}
