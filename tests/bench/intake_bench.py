"""Batch intake, beside the same rows written by the barest means in the same run.

    python -m tests.bench.intake_bench [--appeals 6000] [--rounds 3]

Appeals a second, the best of the rounds, and the share of the floor. The floor of SQLite is an
executemany, of PostgreSQL a COPY: the very rows that intake has stored (an appeal, its message, its
history, its number), read back and written into empty tables through the bare driver. Without rules
is what storing costs, with rules what topic, danger, priority and place cost on top. “Beside the
index” is that with the archive being indexed in the same process, as a server does; “the index”
how fast that goes by itself.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from psycopg import sql
from sqlalchemy import Table, select

from console.clock import SystemClock
from console.demo.world import generate
from console.rulebook.branches import load_branches
from console.server import feed, indexing, tables
from console.server.centre import on_a_thread
from console.server.database import Database
from console.server.intake.enrich import Enriched, Enricher, default_enricher
from console.server.intake.take_in import CHUNK, Intake
from console.wire.schema import IncomingAppeal
from tests.support.postgres import Cluster, own_cluster
from tests.support.server import migrated, sqlite_url

TABLES = (tables.appeals, tables.messages, tables.events, tables.numbers)
Stored = dict[Table, list[tuple[Any, ...]]]
NewDatabase = Callable[[], Any]


class NoRules:
    """Takes the branch that is said, and knows nothing else."""

    def enrich(self, incoming: IncomingAppeal, text: str) -> Enriched:
        """The branch alone."""
        return Enriched(incoming.branch)


def arrivals(count: int) -> list[IncomingAppeal]:
    """Appeals as a cabinet hands them over: their words, and no place or topic."""
    now = datetime.now(UTC)
    world = generate(7, now, appeals=min(count, 2_000))
    some = world.appeals
    return [
        IncomingAppeal(
            source="im",
            number=str(number),
            text=(one := some[number % len(some)]).text,
            created_at=min(one.created_at, now),
            branch=one.branch,
            channel=one.channel,
            author=one.author,
        )
        for number in range(count)
    ]


@dataclass(frozen=True, slots=True)
class Bench:
    """One kind of database; ``new`` gives an empty one, ``bare`` fills it by the barest means."""

    name: str
    new: NewDatabase
    bare: Callable[[Database, Stored], None]

    def run(self, appeals: Sequence[IncomingAppeal], rules: Enricher, rounds: int) -> None:
        """Measure and print."""
        plain, stored = self._intake(appeals, NoRules(), rounds)
        with_rules, _ = self._intake(appeals, rules, rounds)
        beside, _ = self._intake(appeals, rules, rounds, beside=indexed)
        floor = max(self._floor(stored, len(appeals)) for _ in range(rounds))
        for what, speed in (
            ("without rules", plain),
            ("with rules", with_rules),
            ("beside the index", beside),
            ("the index", self._index(appeals)),
        ):
            share = speed / floor
            print(f"{self.name:11} {what:16} {speed:8.0f} /s  floor {floor:8.0f} /s  {share:5.2f}×")

    def _index(self, appeals: Sequence[IncomingAppeal]) -> float:
        with self.new() as database:
            Intake(database, SystemClock(), NoRules()).take_in(appeals)
            start = time.perf_counter()
            indexing.catch_up(database)
            return len(appeals) / (time.perf_counter() - start)

    def _intake(
        self,
        appeals: Sequence[IncomingAppeal],
        rules: Enricher,
        rounds: int,
        *,
        beside: Callable[[Database], AbstractContextManager[None]] | None = None,
    ) -> tuple[float, Stored]:
        best, stored = 0.0, Stored()
        for _ in range(rounds):
            with self.new() as database, beside(database) if beside else nullcontext():
                start = time.perf_counter()
                taken = Intake(database, SystemClock(), rules).take_in(appeals).report.taken
                best = max(best, taken / (time.perf_counter() - start))
                assert taken == len(appeals), "all of them are new"
                stored = stored or _read_back(database)
        return best, stored

    def _floor(self, stored: Stored, appeals: int) -> float:
        with self.new() as database:
            start = time.perf_counter()
            self.bare(database, stored)
            return appeals / (time.perf_counter() - start)


@contextmanager
def indexed(database: Database) -> Generator[None]:
    """What is taken in is indexed meanwhile."""
    done = threading.Event()

    async def index() -> None:
        while not done.is_set():
            await indexing.index_all(database, on_a_thread)
            await anyio.sleep(0.05)

    database.write(lambda c: feed.found(c, [branch.key for branch in load_branches()]))
    database.write(indexing.begin)
    thread = threading.Thread(target=anyio.run, args=(index,), name="indexing")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _read_back(database: Database) -> Stored:
    return database.read(lambda c: {t: [tuple(r) for r in c.execute(select(t))] for t in TABLES})


def _pieces(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def executemany(database: Database, stored: Stored) -> None:
    """Into SQLite: a transaction for each piece of each table, as durable as ours."""
    raw = database.engine.raw_connection()
    driver: Any = raw.driver_connection
    for table, rows in stored.items():
        marks = ", ".join("?" * len(table.columns))
        for piece in _pieces(rows):
            driver.execute("BEGIN IMMEDIATE")
            driver.executemany(f"INSERT INTO {table.name} VALUES ({marks})", piece)
            driver.execute("COMMIT")
    raw.close()


def copy(database: Database, stored: Stored) -> None:
    """Into PostgreSQL: a COPY for each piece of each table."""
    raw = database.engine.raw_connection()
    driver: Any = raw.driver_connection
    for table, rows in stored.items():
        into = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table.name))
        for piece in _pieces(rows):
            with driver.cursor() as cursor, cursor.copy(into) as copying:
                for row in piece:
                    copying.write_row(row)
            driver.commit()
    raw.close()


@contextmanager
def _new_sqlite() -> Generator[Database]:
    with tempfile.TemporaryDirectory() as folder, migrated(sqlite_url(Path(folder))) as database:
        yield database


@contextmanager
def _new_postgres(cluster: Cluster) -> Generator[Database]:
    url = cluster.create_database()
    with migrated(url) as database:
        yield database
    cluster.drop_database(url)


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--appeals", type=int, default=6_000)
    parser.add_argument("--rounds", type=int, default=3)
    args, _ = parser.parse_known_args(sys.argv[1:])
    appeals, rules = arrivals(args.appeals), default_enricher()
    Bench("SQLite", _new_sqlite, executemany).run(appeals, rules, args.rounds)
    try:
        with own_cluster() as cluster:
            Bench("PostgreSQL", partial(_new_postgres, cluster), copy).run(
                appeals, rules, args.rounds
            )
    except pytest.skip.Exception as skipped:
        print(f"PostgreSQL  skipped: {skipped}")


if __name__ == "__main__":
    main()
