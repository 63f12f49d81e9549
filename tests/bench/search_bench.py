"""Search: how often it finds what was meant, and how long it takes at size.

    python -m tests.bench.search_bench [--appeals 100000] [--rounds 20]

First the labelled set (``tests/bench/data/search``): the share of queries whose appeal is among the
first ten, for the half that the search was tuned by and the half that it was not. Then milliseconds
(p50 / p95 / max) to the first rows and to all of them, in three orders, beside the barest full-text
query of the same word on the same file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from console.domain.ids import Ref
from console.domain.query import Query, parse
from console.domain.query_match import Matcher
from console.ports import Precedence
from console.query_language import load_language
from console.readmodel import QueueQuery, QueueSort
from console.roots import root
from console.rulebook.book import Rulebook
from console.rulebook.branches import load_branches
from console.server import archive, indexing, repo
from console.server.asked import Asked
from console.server.database import Database
from console.store.driver import connect_reader
from console.store.reader import StoreReader
from tests.bench import search_set
from tests.bench.big_store import COUNT, KEY, ME, NOW, RARE, big_store, writing
from tests.bench.store_bench import line, timed
from tests.support.clock import StandingClock
from tests.support.postgres import own_cluster
from tests.support.server import migrated, sqlite_url

QUERIES = {
    "word form": "отключение",
    "two words": "провода искрят",
    "typo": "трансфарматор",
    "prefix": "отк",
    "rare": RARE,
    "common": "свет отключили",
    "number": "1000777",
    "phone": "8 913 123-45-67",
    "address": "посёлок 15 улица 20",
    "operator": "свет филиал:омск",
}
ORDERS = (QueueSort.MATCH, QueueSort.NEWEST, QueueSort.DUE)
SCREEN = 40
"""Rows that fill a screen."""


def reader_of(path: Path) -> StoreReader:
    """A reader with the shipped query language, its vocabulary read."""
    rules = Rulebook.load()
    reader = StoreReader(
        path,
        KEY,
        due_soon=timedelta(minutes=60),
        zones=rules.zones,
        language=lambda: load_language(rules.branches),
    )
    reader.prepare_search(now=NOW)
    return reader


Search = Callable[[str], Sequence[Ref]]


@contextmanager
def local(folder: Path) -> Generator[tuple[Search, Mapping[str, Ref]]]:
    """The labelled appeals in a console's store."""
    path = folder / "labelled.db"
    with writing(path) as writer:
        writer.submit(lambda tx: tx.account.begin(ME, ("*",), "http://127.0.0.1:9")).result()

        def take(rows: object) -> None:
            writer.submit(lambda tx: tx.mirror.put(rows), precedence=Precedence.SYNC).result()  # type: ignore[arg-type]

        refs = search_set.put(take)
    with closing(reader_of(path)) as reader:

        def search(text: str) -> Sequence[Ref]:
            query = QueueQuery("all", QueueSort.MATCH, text=text)
            ids = reader.queue_ids(query, now=search_set.NOW)
            return [row.ref for row in reader.queue_rows(list(ids)[: search_set.FIRST])]

        yield search, refs


@contextmanager
def archived(url: str) -> Generator[tuple[Search, Mapping[str, Ref]]]:
    """The labelled appeals in a server's archive."""
    with migrated(url) as database:
        refs = search_set.put(lambda rows: database.write(lambda c: repo.put_rows(c, rows)))
        indexing.catch_up(database)
        yield archive_search(database), refs


def archive_search(database: Database) -> Search:
    """Asks the archive as a console does, for the first ten."""
    branches = load_branches()
    language = load_language(branches)
    words = archive.WordList(database, StandingClock(search_set.NOW))
    zones = {branch.key: branch.zone for branch in branches}

    def search(text: str) -> Sequence[Ref]:
        def parsed(typed: str) -> Query:
            return parse(typed, language, today=search_set.NOW.date())

        matcher = Matcher(parsed(text), root, ME.id, search_set.NOW, zones)
        asked = Asked(matcher, text, parsed, tuple(zones), limit=search_set.FIRST)
        return [appeal.ref for appeal in archive.search(database, asked, words).rows.appeals]

    return search


def quality(folder: Path) -> None:
    """Recall of both halves of the labelled set, of a console and of the archive."""
    with local(folder) as (search, refs):
        _recall("", search, refs)
    with archived(sqlite_url(folder)) as (search, refs):
        _recall(" of the archive on SQLite", search, refs)
    try:
        with own_cluster() as cluster, archived(cluster.create_database()) as (search, refs):
            _recall(" of the archive on PostgreSQL", search, refs)
    except pytest.skip.Exception as skipped:
        print(f"the archive on PostgreSQL: skipped, {skipped}")


def _recall(whose: str, search: Search, refs: Mapping[str, Ref]) -> None:
    for half in ("tune", "held"):
        asked = [pair for pair in search_set.pairs() if pair.half == half]
        found = search_set.recall(asked, search, refs)
        kinds = ", ".join(
            f"{kind} {found.found.get(kind, 0)}/{n}" for kind, n in sorted(found.asked.items())
        )
        print(f"recall@10{whose}, {half} half: {found.share:.3f} of {len(asked)} ({kinds})")


def speed(path: Path, rounds: int) -> None:
    """Milliseconds to the first screen and to the end, beside a bare query."""
    before = time.perf_counter()
    with closing(reader_of(path)) as reader, closing(connect_reader(path, KEY)) as raw:
        print(f"{'the vocabulary is read in':34} {(time.perf_counter() - before) * 1000:8.0f}")
        for name, text in QUERIES.items():
            words = " AND ".join(f'"{root(word)}"' for word in text.split() if word.isalpha())
            bare = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 100"
            floor = timed(
                lambda words=words, bare=bare: raw.execute(bare, (words,)).fetchall(),  # type: ignore[misc]
                rounds,
            )
            for sort in ORDERS:
                query = QueueQuery("all", sort, text=text)
                first = timed(first_of(reader, query), rounds)
                line(f"{name}, {sort}: first rows", first, floor if words else None)
                found = len(reader.queue_ids(query, now=NOW))
                whole = timed(lambda query=query: reader.queue_ids(query, now=NOW), 3)  # type: ignore[misc]
                line(f"{name}, {sort}: all {found}", whole)


def first_of(reader: StoreReader, query: QueueQuery) -> Callable[[], object]:
    """Reads the first part of a queue that has a screen of rows, as the queue's loader does."""

    def read() -> object:
        had = 0
        for part in reader.queue_parts(query, now=NOW):
            had += len(part)
            if had >= SCREEN:
                break
        return had

    return read


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--appeals", type=int, default=COUNT)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        quality(Path(folder))
    kept = big_store(asked.appeals, say=lambda words: print(words, file=sys.stderr, flush=True))
    speed(kept, asked.rounds)


if __name__ == "__main__":
    main()
