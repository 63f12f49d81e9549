"""Counts of queues under a name: kept up by what is touched, and never other than a fresh count."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from console.domain.appeal import Appeal, Status
from console.domain.ids import Ref
from console.domain.mutations import Claim
from console.domain.operator import Operator
from console.listing import QueueQuery, QueueSort, SavedQueue
from console.query_language import load_language
from console.rulebook.branches import load_branches
from console.store.counted import KeptCounts
from console.store.reader import StoreReader
from console.wire.schema import RowKind, Tombstone
from tests.support.builders import NOON, an_appeal, an_envelope
from tests.support.console_store import KEY, ZONES, Store

QUERIES = {
    "open": QueueQuery("open"),
    "mine": QueueQuery("mine", sort=QueueSort.NEWEST),
    "narrowed": QueueQuery("all", branches=("omsk",), statuses=("in_work", "assigned")),
    "danger": QueueQuery("danger"),
    "words": QueueQuery("all", text="провод искрит", sort=QueueSort.MATCH),
    "ordered": QueueQuery("open", text="провод", sort=QueueSort.OLDEST),
    "excluding": QueueQuery("open", text="-провод"),
    "operators": QueueQuery("all", text="это:open филиал:омск"),
    "unread": QueueQuery("all", text="это:unread"),
    "overdue": QueueQuery("overdue"),
    "restless": QueueQuery("all", text="срок<2ч"),
}
TEXTS = ("Провод искрит у школы", "Нет света с утра", "Провода висят", "Спасибо бригаде")


@contextmanager
def another_reader(store: Store) -> Generator[StoreReader]:
    """One that has counted nothing yet."""
    reader = StoreReader(
        store.path,
        KEY,
        due_soon=timedelta(minutes=60),
        zones=ZONES,
        language=lambda: load_language(load_branches()),
    )
    yield reader
    reader.close()


def an_appeal_of(rng: Random, number: int) -> Appeal:
    return an_appeal(
        id=f"a{number:03d}",
        branch=rng.choice(("krasnoyarsk", "omsk")),
        text=rng.choice(TEXTS),
        danger=rng.random() < 0.2,
        received_at=NOON - timedelta(hours=rng.randrange(12)),
    )


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_up_is_what_a_fresh_count_says(
    store: Store, olga: Operator, seed: int
) -> None:
    rng, version = Random(seed), 1
    appeals = {f"a{n:03d}": an_appeal_of(rng, n) for n in range(30)}
    store.take(*appeals.values())
    for name, query in QUERIES.items():
        store.do(lambda tx, n=name, q=query: tx.desk.save_queue(SavedQueue(n, n, q)))  # type: ignore[misc]
    store.reader.counts(now=NOON)
    with another_reader(store) as fresh:
        for step in range(12):
            store.heard.clear()
            version += 1
            _something(rng, store, olga, appeals, version)
            touched: set[Ref] = set().union(*(changes.appeals for changes in store.heard))
            now = NOON + timedelta(minutes=7 * step)
            kept = store.reader.counts(now=now, touched=touched).counts
            assert kept == fresh.counts(now=now).counts, (seed, step)


def _something(
    rng: Random, store: Store, olga: Operator, appeals: dict[str, Appeal], version: int
) -> None:
    """A few appeals change, one is taken, one is read, one goes, one is new."""
    for ident in rng.sample(sorted(appeals), 4):
        status = rng.choice((Status.NEW, Status.IN_WORK, Status.CLOSED))
        owner = rng.choice((None, olga.id))
        changed = replace(
            appeals[ident], version=version, status=status, owner=owner, text=rng.choice(TEXTS)
        )
        appeals[ident] = changed
        store.take(changed)
    some = appeals[rng.choice(sorted(appeals))]
    match rng.randrange(4):
        case 0:
            store.enqueue(an_envelope(Claim(), some, olga))
        case 1:
            store.do(lambda tx: tx.desk.mark_read(some.ref))
        case 2:
            store.do(lambda tx: tx.mirror.drop([Tombstone(RowKind.APPEAL, some.ref)]))
            del appeals[some.id]
        case _:
            new = an_appeal_of(rng, 100 + version)
            appeals[new.id] = new
            store.take(new)


class Asked:
    """A queue of even rows that notes what it was asked for."""

    def __init__(self, *rows: int) -> None:
        self.rows = set(rows)
        self.asked: list[Collection[int] | None] = []

    def __call__(self, among: Collection[int] | None) -> Iterable[array[int]]:
        self.asked.append(among)
        yield array("q", sorted(self.rows if among is None else self.rows & set(among)))


def test_only_what_was_touched_is_looked_at_again() -> None:
    kept, queue = KeptCounts(), Asked(2, 4, 900_000)

    def count(touched: Collection[int] | None, query: QueueQuery | None = None) -> int:
        asked = query or QueueQuery("open")
        return kept.count("saved:q", asked, queue, me="olga", touched=touched)

    assert count([]) == 3  # never counted before
    assert count([]) == 3
    queue.rows |= {6, 2_000_000}
    queue.rows -= {4}
    assert count([4, 6, 2_000_000, 7]) == 4
    assert queue.asked == [None, [4, 6, 2_000_000, 7]]
    assert count([], QueueQuery("mine")) == 4
    assert queue.asked[2:] == [None]
    kept.keep(())
    assert count([]) == 4
    assert queue.asked[3:] == [None]


def test_somebody_elses_count_is_not_taken_over() -> None:
    kept, queue = KeptCounts(), Asked(2)
    query = QueueQuery("mine")
    kept.count("saved:q", query, queue, me="olga", touched=None)
    queue.rows = set()
    assert kept.count("saved:q", query, queue, me="boss", touched=[]) == 0
