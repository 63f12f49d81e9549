"""The archive: everything that the centre ever took in, searched as a console searches its own.

The index of words says what a query finds (`console.fulltext.finder`: forms of a word, beginnings,
typos, numbers, phones, addresses), the appeals themselves whether operators hold. Answers come best
first, as on a console: the newest hits are ranked, a block of them at a time. One search may read
only so many rows and take only so long; then, and where the index cannot help, it is looked through
appeal by appeal (`looking`), which costs the same however large the archive is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from console.clock import Clock
from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.domain.message import Message
from console.fulltext.finder import RANKED, Face, Finder, Found
from console.fulltext.plan import with_operators
from console.fulltext.vocabulary import MOST_WORDS, Vocabulary
from console.server import indexing, looking, word_index
from console.server.asked import Asked
from console.server.database import Database, TookTooLongError, within
from console.server.instants import micros
from console.wire.schema import ArchivePage, Rows

SECONDS = 3.0
"""How long the index is asked, at most."""

_BLOCKS = 8
"""Blocks of `RANKED` hits that one request tests for operators, at most."""

_FIRST_LINE = 240
_KEPT, _KEPT_SMALL = timedelta(minutes=10), timedelta(seconds=20)
_SMALL = 5_000
"""Appeals of which the vocabulary is read in a few hundredths of a second."""

Thread = tuple[Message, ...]


class WordList:
    """The vocabulary of the archive; maybe some minutes old, as only what is not exact needs it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known = Vocabulary()
        self._read_at = clock.now() - _KEPT

    def get(self) -> Vocabulary:
        """The vocabulary as it is known, read now where that is quick or long ago."""
        age = self._clock.now() - self._read_at
        if age >= (_KEPT if self._known.appeals > _SMALL else _KEPT_SMALL):
            self.renew()
        return self._known

    def renew(self) -> None:
        """Read it."""
        self._read_at = self._clock.now()
        self._known = self._database.read(_vocabulary)


def _vocabulary(connection: Connection) -> Vocabulary:
    appeals = sum(one.appeals for one in indexing.progress(connection).values())
    return Vocabulary(word_index.vocabulary_rows(connection, MOST_WORDS), appeals)


def search(
    database: Database, asked: Asked, words: WordList, *, seconds: float = SECONDS
) -> ArchivePage:
    """The answers to what is asked, by the index if it can, else by looking."""
    if any(not one.excluded for one in with_operators(asked.matcher.query).texts):
        vocabulary = words.get()
        try:
            found = database.read(lambda c: _by_index(c, asked, vocabulary, seconds))
        except TookTooLongError:
            found = None
        if found is not None:
            return found
    return database.read(lambda c: looking.look(c, asked))


def _by_index(
    connection: Connection, asked: Asked, vocabulary: Vocabulary, seconds: float
) -> ArchivePage | None:
    """What the index finds; None where it is not whole, or the query has no words."""
    branches = asked.narrowed
    known = indexing.progress(connection)
    if not branches:
        return ArchivePage(Rows(), ignored=asked.matcher.ignored)
    if not indexing.is_whole(known, branches):
        return None
    with within(connection, seconds) as look:
        index = _Index(connection, branches, look, everywhere=set(branches) >= set(known))
        finder = Finder(index, vocabulary)
        query = with_operators(asked.matcher.query)
        found = finder.find(query, asked.text, asked.reparse)
        return None if found is None else _Page(asked, index, finder, found).answer()


class _Index:
    """The index of words for one search, which sees ``branches`` alone."""

    def __init__(
        self,
        connection: Connection,
        branches: Sequence[str],
        look: Callable[[], None],
        *,
        everywhere: bool,
    ) -> None:
        """``look`` raises where the search has taken too long."""
        self._connection = connection
        self._branches = branches
        self._look = look
        self._words = word_index.words_of(connection)
        each = [f'"{word_index.branch_word(branch)}"' for branch in branches]
        self._scope = "" if everywhere else f"({' OR '.join(each)})"
        self._read: dict[int, tuple[Appeal, Thread]] = {}

    def newest(self, expression: str, most: int) -> list[int]:
        """See `finder.Index`."""
        return self.below(word_index.NEWEST, expression, most)

    def below(self, row: int, expression: str, most: int) -> list[int]:
        """The newest hits under a row."""
        self._look()
        if self._scope:
            expression = f"{self._scope} AND ({expression})"
        return self._words.newest(self._connection, expression, most=most, below=row)

    def faces(self, rows: Sequence[int]) -> list[Face]:
        """See `finder.Index`."""
        return [_face(row, appeal) for row, (appeal, _) in self.read(rows).items()]

    def texts(self, rows: Sequence[int]) -> Iterator[tuple[int, Sequence[str]]]:
        """See `finder.Index`."""
        for row, (appeal, thread) in self.read(rows).items():
            said = "\n".join(message.text for message in thread)
            yield row, (appeal.text, appeal.author.name, _place(appeal), said)

    def phones(self, rows: Sequence[int]) -> Iterator[tuple[int, str]]:
        """See `finder.Index`."""
        for row, (appeal, _) in self.read(rows).items():
            yield row, appeal.author.phone

    def read(self, rows: Sequence[int]) -> dict[int, tuple[Appeal, Thread]]:
        """The appeals of these rows, in their order; none of another branch, whatever was found."""
        unread = [row for row in rows if row not in self._read]
        refs = word_index.refs(self._connection, unread, self._branches)
        by_ref = {Ref(*ref): row for row, ref in refs.items()}
        for appeal, thread in looking.whole(self._connection, list(by_ref)):
            self._read[by_ref[appeal.ref]] = (appeal, thread)
        return {row: self._read[row] for row in rows if row in self._read}


def _face(row: int, appeal: Appeal) -> Face:
    first_line = " ".join(appeal.text[: 2 * _FIRST_LINE].split())[:_FIRST_LINE]
    created_at = micros(appeal.created_at)
    return Face(row, appeal.number, appeal.author.name, _place(appeal), first_line, created_at)


def _place(appeal: Appeal) -> str:
    place = appeal.place
    return ", ".join(part for part in (place.settlement, place.street, place.house) if part)


@dataclass(frozen=True, slots=True)
class _Page:
    """One answer: ranked block after ranked block, from where the last one ended."""

    asked: Asked
    index: _Index
    finder: Finder
    found: Found

    def answer(self) -> ArchivePage:
        """The page."""
        below, given = self._start()
        rows, goes_on = list[int](), ""
        for _ in range(_BLOCKS):
            block = self._block(below)
            is_last = len(block) < RANKED
            ranked = self._ranked(block, also=self.found.wide if is_last else ())
            shown = ranked[given : given + self.asked.limit - len(rows)]
            rows += shown
            if given + len(shown) < len(ranked):
                top = block[0] + 1 if block else below
                goes_on = f"{word_index.id_of(top)}.{given + len(shown)}"
                break
            goes_on = "" if is_last else word_index.id_of(block[-1])
            if is_last or len(rows) >= self.asked.limit:
                break
            below, given = block[-1], 0
        return self._made(rows, goes_on)

    def _start(self) -> tuple[int, int]:
        before = self.asked.before_id
        return word_index.row_of(before) if before else word_index.NEWEST, self.asked.given

    def _block(self, below: int) -> list[int]:
        if self.found.checked is not None:
            return [row for row in self.found.checked if row < below][:RANKED]
        return self.index.below(below, self.found.sure, RANKED)

    def _ranked(self, block: Sequence[int], *, also: Sequence[int]) -> list[int]:
        """The rows of a block that operators let through, the best first, and then ``also``."""
        now = self.asked.matcher.now
        best = self.finder.ranked(self._held(block), self.found.plan, now=now)
        known = set(best)
        return [*best, *self._held([row for row in also if row not in known])]

    def _held(self, rows: Sequence[int]) -> list[int]:
        matcher = self.asked.matcher
        return [
            row
            for row, (appeal, thread) in self.index.read(rows).items()
            if matcher.holds(appeal, thread)
        ]

    def _made(self, rows: Sequence[int], goes_on: str) -> ArchivePage:
        read: Mapping[int, tuple[Appeal, Thread]] = self.index.read(rows)
        return ArchivePage(
            Rows(
                appeals=tuple(appeal for appeal, _ in read.values()),
                messages=tuple(message for _, thread in read.values() for message in thread),
            ),
            next=goes_on,
            ignored=self.asked.matcher.ignored,
            also=self.found.also,
            reading=self.found.reading,
            lacking=self.found.lacking,
        )
