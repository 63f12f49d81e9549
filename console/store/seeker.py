"""The seeker: a search as the reader is asked for it, from what is typed to rows and notes."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from console.domain.query import Language, Query, Text, parse
from console.domain.words import fold
from console.fulltext.finder import Found
from console.fulltext.plan import with_operators
from console.fulltext.vocabulary import Vocabulary
from console.listing import LONGER
from console.localtime import local
from console.readmodel import QueueQuery, SearchNotes
from console.store.query_filters import conditions
from console.store.queue_query import Statement
from console.store.search import One, Search, Walk
from console.store.word_book import WordBook
from console.wire.codec import decode, encode

_LEAST_BEGINNING, _MOST_WORDS = 2, 5


class Seeker:
    """Searches of one store; ``language`` is read at the first search, ``size`` counts a queue."""

    def __init__(
        self,
        one: One,
        read_words: Callable[[], Vocabulary],
        *,
        language: Callable[[], Language],
        zones: Mapping[str, ZoneInfo],
        size: Callable[[str], int],
    ) -> None:
        self._one = one
        self._book = WordBook(read_words)
        self._read_language = language
        self._zones = zones
        self._size = size
        self._known: Language | None = None

    def close(self) -> None:
        """End; reads have been interrupted before."""
        self._book.close()

    def prepare(self, *, now: datetime) -> None:
        """Read now what the first search would have to wait for, or do without."""
        self._book.prepare(now=now)
        self._parse("", now)

    def parts(
        self, query: QueueQuery, statement: Statement, *, now: datetime, walk: Walk
    ) -> Iterator[array[int]]:
        """The rows of ``statement`` that ``query.text`` finds, part by part in its order."""
        if not query.text.strip():
            yield from walk(statement)
            return
        parsed = self._parse(query.text, now)
        tests = conditions(parsed.filters, now=now, zones=self._zones)
        narrowed = replace(
            statement,
            conditions=(*statement.conditions, *tests.covered),
            parameters={**statement.parameters, **tests.parameters},
        )
        if tests.others:
            walk = self._narrowing(walk, tests.others)
        search = self._search(now)
        if not query.strict and search.is_slow(with_operators(parsed)):
            yield LONGER
        found = self._find(search, parsed, query, now)
        if found is None:
            yield from walk(narrowed if parsed else statement)
            return
        yield from search.parts(found, narrowed, query, now=now, walk=walk)

    def is_restless(self, text: str, *, now: datetime) -> bool:
        """Whether what is found changes with the time of day, or with a draft of one's own."""
        return any(
            one.key in ("due", "at")
            or (one.key == "is" and not {"overdue", "due_soon"}.isdisjoint(one.values))
            or (one.key == "has" and "draft" in one.values)
            for one in self._parse(text, now).filters
        )

    def _narrowing(self, walk: Walk, others: Sequence[str]) -> Walk:
        """A walk that lets through what fits conditions on whole rows."""
        where = " AND ".join(others)
        kept = (
            "SELECT json_group_array(row) FROM queue_row"
            f" WHERE row IN (SELECT value FROM json_each(:part)) AND {where}"
        )

        def narrowed(statement: Statement) -> Iterator[array[int]]:
            for part in walk(statement):
                parameters = {**statement.parameters, "part": encode(list(part)).decode()}
                fit = set(decode(self._one(kept, parameters), list[int]))
                yield array("q", filter(fit.__contains__, part))

        return narrowed

    def notes(self, query: QueueQuery, *, now: datetime) -> SearchNotes:
        """What is to be said about a search, and what is to be highlighted."""
        if not query.text.strip():
            return SearchNotes()
        parsed = self._parse(query.text, now)
        found = self._find(self._search(now), parsed, query, now)
        if found is None:
            return SearchNotes(parsed.problems)
        marks, whole = _marks(found)
        return SearchNotes(
            problems=parsed.problems,
            also=found.also,
            reading=found.reading,
            lacking=found.lacking,
            marks=marks,
            whole=whole,
        )

    def _search(self, now: datetime) -> Search:
        return Search(self._one, self._book.get(appeals=self._size("all"), now=now))

    def _find(
        self, search: Search, parsed: Query, query: QueueQuery, now: datetime
    ) -> Found | None:
        excluded = any(one.excluded for one in parsed.texts)
        whole = with_operators(parsed)
        if query.strict:
            return search.strictly(whole) or (search.without(whole) if excluded else None)
        found = search.find(whole, query.text, lambda other: self._parse(other, now))
        if found is None and excluded:
            return search.without(whole)
        return found

    @property
    def language(self) -> Language:
        """The operators, read when they are first asked for."""
        if self._known is None:
            self._known = self._read_language()
        return self._known

    def words(self, beginning: str, *, now: datetime) -> list[str]:
        """Words that begin so, of the newest appeals that have any, as people write them."""
        wanted = fold(beginning.strip())
        if len(wanted) < _LEAST_BEGINNING or not wanted.isalpha():
            return []
        found = self._find(
            self._search(now), Query((Text(wanted),)), QueueQuery(text=wanted, strict=False), now
        )
        if found is None:
            return []
        counted = Counter(self._search(now).words_of(found, wanted))
        return [word for word, _ in counted.most_common(_MOST_WORDS) if word != wanted]

    def _parse(self, text: str, now: datetime) -> Query:
        return parse(text, self.language, today=self._today(now))

    def _today(self, now: datetime) -> date:
        """A date that is today in some region; the days of a filter are those of each region."""
        return next((local(now, zone) for zone in self._zones.values()), now).date()


def _marks(found: Found) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Beginnings of words, and whole words, that are to be highlighted."""
    words: dict[str, None] = {}
    for group in found.plan.groups:
        if group.optional:
            continue
        words |= dict.fromkeys((group.typed, *group.words))
        if found.wide:
            words |= dict.fromkeys(word for wide in group.wide for word in wide.words)
    begin = tuple(word for word in words if word.isalpha() and len(word) > 1)
    return begin, tuple(word for word in words if not word.isalpha())
