"""A queue that has an index of its own is found along it, danger first, and no row is read."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from console.readmodel import QueueQuery
from console.store import queue_query
from console.store.driver import connect_writer
from console.store.migrate import migrate
from tests.support.builders import NOON


@pytest.mark.parametrize(
    ("queue", "index"),
    [
        ("mine", "queue_owner"),
        ("owner:op-2", "queue_owner"),
        ("approval", "queue_status"),
        ("postponed", "queue_status"),
    ],
)
def test_a_queue_with_an_index_of_its_own_reads_no_row(
    tmp_path: Path, queue: str, index: str
) -> None:
    moment = queue_query.Moment("op-me", NOON, timedelta(minutes=30))
    small = queue_query.statement(QueueQuery(queue), moment, size=lambda _: 9)
    with closing(connect_writer(tmp_path / "store.db", bytes(32))) as connection:
        migrate(connection)
        for part in (small.in_danger(size=lambda _: 9), small.below_danger()):
            plan = connection.execute(
                f"EXPLAIN QUERY PLAN {part.ids()}", dict(part.parameters)
            ).fetchall()
            steps = [str(step[-1]) for step in plan]
            assert any(f"USING COVERING INDEX {index}" in step for step in steps), steps
