"""The search of a store: what a query finds, the best first or in a queue's order.

What is found is said by `fulltext.finder`; here is the store's index for it, and the orders.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import compress
from typing import Any

from console.domain.query import Query
from console.fulltext.finder import RANKED, Face, Finder, Found
from console.fulltext.vocabulary import Vocabulary
from console.listing import LONGER
from console.readmodel import QueueQuery, QueueSort
from console.store.queue_query import Statement
from console.wire.codec import decode, encode

_LED_BY_HITS = 1_000
_FIRST = 100
_SPREAD = 8
_SOON_LOOKED_UP = 150
"""Rows of anywhere in the store that are read within half a frame."""

_STRETCH = 32_768
"""Rows of which the hits are read at once: whoever takes more out of JSON keeps the interpreter."""

_HITS = "SELECT json_group_array(rowid) FROM words WHERE words MATCH :words"
_LAST_ROW = "SELECT max(row) FROM queue_row"
_BETWEEN = f"{_HITS} AND rowid BETWEEN :least AND :most"
_AMONG = f"{_HITS} AND rowid IN (SELECT value FROM json_each(:rows))"
_NEWEST = """
SELECT json_group_array(rowid) FROM
(SELECT rowid FROM words WHERE words MATCH :words ORDER BY rowid DESC LIMIT :most)
"""
_FACES = """
SELECT json_group_array(json_array(row, number, author, place, first_line, created_at))
FROM queue_row WHERE row IN (SELECT value FROM json_each(:ids))
"""
_TEXTS = """
SELECT json_group_array(json_array(a.row, CAST(a.body AS TEXT) ->> '$.text',
    CAST(a.body AS TEXT) ->> '$.author.name',
    (SELECT q.place FROM queue_row AS q WHERE q.row = a.row),
    (SELECT group_concat(CAST(m.body AS TEXT) ->> '$.text', char(10)) FROM message AS m
     WHERE m.branch = a.branch AND m.appeal = a.id)))
FROM appeal AS a WHERE a.row IN (SELECT value FROM json_each(:ids))
"""
_PHONES = """
SELECT json_group_array(json_array(row, CAST(body AS TEXT) ->> '$.author.phone'))
FROM appeal WHERE row IN (SELECT value FROM json_each(:ids))
"""

One = Callable[[str, Mapping[str, object]], Any]
Walk = Callable[[Statement], "Iterator[array[int]]"]


class Hits:
    """A set of rows, a byte for each row of the store: a set of numbers would take a hundred."""

    def __init__(self, most: int) -> None:
        self._flags = bytearray(most + 1)

    def __contains__(self, row: int) -> bool:
        return row < len(self._flags) and bool(self._flags[row])

    def add(self, rows: Iterable[int]) -> None:
        """Take in rows, none beyond the last of the store."""
        flags = self._flags
        for row in rows:
            flags[row] = 1

    def drop(self, rows: Iterable[int]) -> None:
        """Leave out rows."""
        flags = self._flags
        for row in rows:
            flags[row] = 0

    def among(self, rows: array[int]) -> array[int]:
        """Those of ``rows`` that are in it, in their order."""
        return array("q", compress(rows, map(self._flags.__getitem__, rows)))


class StoreIndex:
    """The store's index of words; ``one`` reads the first column of the first row."""

    def __init__(self, one: One) -> None:
        self._one = one

    def newest(self, expression: str, most: int) -> list[int]:
        """The newest hits: rows come as they were taken in."""
        return decode(self._one(_NEWEST, {"words": expression, "most": most}), list[int])

    def faces(self, rows: Sequence[int]) -> list[Face]:
        """What the queue shows of them."""
        return decode(self._one(_FACES, {"ids": _json(rows)}), list[Face])

    def texts(self, rows: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
        """Their text, author, place and thread."""
        for row, *texts in decode(self._one(_TEXTS, {"ids": _json(rows)}), list[list[Any]]):
            yield row, [text for text in texts if text]

    def phones(self, rows: Sequence[int]) -> Iterator[tuple[int, str]]:
        """The phones of their residents."""
        found = decode(self._one(_PHONES, {"ids": _json(rows)}), list[tuple[int, str | None]])
        for row, phone in found:
            yield row, phone or ""


class Search:
    """Searches for one read of the store; ``one`` reads the first column of the first row."""

    def __init__(self, one: One, vocabulary: Vocabulary) -> None:
        self._one = one
        self._index = StoreIndex(one)
        self._finder = Finder(self._index, vocabulary)

    def find(self, query: Query, text: str, reparse: Callable[[str], Query]) -> Found | None:
        """See `Finder.find`."""
        return self._finder.find(query, text, reparse)

    def is_slow(self, query: Query) -> bool:
        """Whether `find` will look for more than what the words say, and take its time."""
        found = self._finder.surely(query)
        return found is not None and self._finder.is_little(found)

    def strictly(self, query: Query) -> Found | None:
        """See `Finder.strictly`."""
        return self._finder.strictly(query)

    def without(self, query: Query) -> Found | None:
        """See `Finder.without`."""
        return self._finder.without(query)

    def words_of(self, found: Found, beginning: str) -> Iterator[str]:
        """See `Finder.words_of`."""
        return self._finder.words_of(found, beginning)

    def parts(
        self, found: Found, statement: Statement, query: QueueQuery, *, now: datetime, walk: Walk
    ) -> Iterator[array[int]]:
        """The rows of ``statement`` that are ``found``, in its order, part by part."""
        if found.barred:
            barred = self._hits(found.barred)
            for part in walk(statement):
                yield array("q", (row for row in part if row not in barred))
        elif query.sort is QueueSort.MATCH:
            yield from self._by_match(found, statement, now=now, walk=walk)
        else:
            yield from self._by_order(found, statement, walk=walk)
            if found.wide:
                yield from walk(statement.only(_json(found.wide)))

    # In an order of the queue

    def _by_order(self, found: Found, statement: Statement, *, walk: Walk) -> Iterator[array[int]]:
        """A search that finds much is a sieve over the order, else it leads it."""
        if found.checked is not None:
            yield from walk(statement.only(_json(found.checked)))
            return
        newest = self._index.newest(found.sure, _LED_BY_HITS + 1)
        if len(newest) <= _LED_BY_HITS:
            if len(newest) > _SOON_LOOKED_UP:
                yield LONGER
            yield from walk(statement.only(_json(newest)))
            return
        yield from self._sieved(found, statement, walk=walk, given=frozenset())

    def _sieved(
        self, found: Found, statement: Statement, *, walk: Walk, given: frozenset[int]
    ) -> Iterator[array[int]]:
        """What is found of each part of an order.

        Rows of one time stand near each other, and hits are then read for that stretch alone. In
        another order all hits have to be read; the first rows are looked up before, one by one.
        """
        wanted: Hits | None = None
        for part in walk(statement):
            rest = part
            if wanted is None and part:
                least, most = min(part), max(part)
                if most - least < _SPREAD * len(part):
                    near = set(self._between(found.sure, least, most)) - given
                    yield array("q", filter(near.__contains__, part))
                    continue
                if "*" in found.sure:
                    yield LONGER
                else:
                    first = set(self._among(found.sure, part[:_FIRST])) - given
                    yield array("q", filter(first.__contains__, part[:_FIRST]))
                    rest = part[_FIRST:]
                wanted = self._hits(found.sure, but=given)
            yield wanted.among(rest) if wanted is not None else rest

    def _hits(self, expression: str, *, but: Collection[int] = ()) -> Hits:
        """All hits, read stretch by stretch: of a common word they are most of a large store.

        A word that is only begun is merged anew for each stretch, and is never in many appeals.
        """
        most = self._one(_LAST_ROW, {}) or 0
        hits = Hits(most)
        step = most + 1 if "*" in expression else _STRETCH
        for least in range(0, most + 1, step):
            hits.add(self._between(expression, least, least + step - 1))
        hits.drop(but)
        return hits

    def _between(self, expression: str, least: int, most: int) -> list[int]:
        parameters = {"words": expression, "least": least, "most": most}
        return decode(self._one(_BETWEEN, parameters), list[int])

    def _among(self, expression: str, rows: Sequence[int]) -> list[int]:
        parameters = {"words": expression, "rows": _json(rows)}
        return decode(self._one(_AMONG, parameters), list[int])

    # The best first

    def _by_match(
        self, found: Found, statement: Statement, *, now: datetime, walk: Walk
    ) -> Iterator[array[int]]:
        newest = (
            self._index.newest(found.sure, RANKED + 1)
            if found.checked is None
            else list(found.checked[: RANKED + 1])
        )
        best = self._allowed(newest[:RANKED], statement, walk)
        ranked = self._finder.ranked(best, found.plan, now=now)
        yield array("q", ranked)
        if len(newest) > RANKED:
            given = frozenset(newest[:RANKED])
            if found.checked is not None:
                rest = [row for row in found.checked if row not in given]
                yield from walk(statement.only(_json(rest)))
            else:
                yield from self._sieved(found, statement, walk=walk, given=given)
        if found.wide:
            known = set(ranked)
            rest = [row for row in found.wide if row not in known]
            allowed = set(self._allowed(rest, statement, walk))
            yield array("q", filter(allowed.__contains__, rest))

    def _allowed(self, rows: Sequence[int], statement: Statement, walk: Walk) -> list[int]:
        """Those of ``rows`` that the queue and its filters have."""
        if not rows:
            return []
        return [row for part in walk(statement.only(_json(rows))) for row in part]


def _json(rows: Sequence[int]) -> str:
    return encode(list(rows)).decode()
