"""What has an index of its own is found along it, and no row is read for it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from console.readmodel import QueueQuery
from console.store import board, queue_query
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
    for part in (small.in_danger(size=lambda _: 9), small.below_danger()):
        steps = _plan(tmp_path, part.ids(), part.parameters)
        assert any(f"USING COVERING INDEX {index}" in step for step in steps), steps


def test_the_board_reads_no_row_but_the_oldest(tmp_path: Path) -> None:
    asked: list[tuple[str, Mapping[str, object]]] = []

    def rows(sql: str, parameters: Mapping[str, object]) -> list[tuple[object, ...]]:
        asked.append((sql, parameters))
        return []

    board.board_rows(rows, now=NOON, due_soon=timedelta(minutes=30), zones={})
    steps = _plan(tmp_path, *asked[0])
    assert steps == ["SCAN queue_row USING COVERING INDEX queue_branch"]


def _plan(folder: Path, sql: str, parameters: Mapping[str, object]) -> list[str]:
    with closing(connect_writer(folder / "store.db", bytes(32))) as connection:
        migrate(connection)
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", dict(parameters)).fetchall()
    return [str(step[-1]) for step in plan]
