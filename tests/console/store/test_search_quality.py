"""The labelled set of search: the appeal that is meant is among the first ten."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from console.domain.ids import Ref
from console.readmodel import QueueQuery, QueueSort
from tests.bench import search_set
from tests.support.builders import an_operator
from tests.support.console_store import a_store

LEAST = 0.95


def test_at_least_95_of_100_queries_have_their_appeal_among_the_first_ten(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        store.sign_in(an_operator(branches=("*",)))
        refs = search_set.put(lambda rows: store.do(lambda tx: tx.mirror.put(rows)), others=600)

        def search(text: str) -> Sequence[Ref]:
            query = QueueQuery("all", QueueSort.MATCH, text=text)
            ids = store.reader.queue_ids(query, now=search_set.NOW)
            return [row.ref for row in store.reader.queue_rows(list(ids)[: search_set.FIRST])]

        for half in ("tune", "held"):
            asked = [pair for pair in search_set.pairs() if pair.half == half]
            found = search_set.recall(asked, search, refs)
            missed = [f"{pair.kind}: {pair.query}" for pair in found.missed]
            assert found.share >= LEAST, "\n".join(missed)


def test_the_set_is_large_enough_and_every_pair_names_an_appeal() -> None:
    keys = {key for key, _, _ in search_set.targets()}
    pairs = search_set.pairs()
    assert len(keys) >= 250
    assert len(pairs) >= 200
    assert {pair.appeal for pair in pairs} <= keys
    assert {pair.half for pair in pairs} == {"tune", "held"}


def test_no_pair_is_in_the_set_twice() -> None:
    asked = [(pair.query, pair.appeal) for pair in search_set.pairs()]
    assert len(asked) == len(set(asked))
