"""The search of a store: what a query finds, the best first or in a queue's order.

What is found is said by `fulltext.finder`; here is the store's index for it, and the orders.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from console.domain.query import Query
from console.fulltext.finder import RANKED, Face, Finder, Found
from console.fulltext.vocabulary import Vocabulary
from console.readmodel import QueueQuery, QueueSort
from console.store.queue_query import Statement
from console.wire.codec import decode, encode

_LED_BY_HITS = 1_000
_FIRST = 100
_SPREAD = 8

_HITS = "SELECT json_group_array(rowid) FROM words WHERE words MATCH :words"
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
            barred = set(decode(self._one(_HITS, {"words": found.barred}), list[int]))
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
        wanted: set[int] | None = None
        for part in walk(statement):
            rest = part
            if wanted is None and part:
                least, most = min(part), max(part)
                if most - least < _SPREAD * len(part):
                    near = set(self._between(found.sure, least, most)) - given
                    yield array("q", filter(near.__contains__, part))
                    continue
                if "*" not in found.sure:
                    first = set(self._among(found.sure, part[:_FIRST])) - given
                    yield array("q", filter(first.__contains__, part[:_FIRST]))
                    rest = part[_FIRST:]
                wanted = set(decode(self._one(_HITS, {"words": found.sure}), list[int])) - given
            yield array("q", filter((wanted or set()).__contains__, rest))

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
