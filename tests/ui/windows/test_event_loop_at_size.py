"""With 100,000 appeals the window goes on taking keys: the event loop is never kept for long."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pytest

from console.changes import Changes
from console.domain.ids import Ref
from console.readmodel import QueueCounts, QueueQuery, QueueRow, QueueSort
from tests.support.fake_console import FakeConsole, a_console
from tests.support.qt import until_qt
from tests.support.shell import Shell, a_shell
from tests.support.stalls import StallWatch

pytestmark = pytest.mark.usefixtures("qapp")

MANY = 100_000
LONGEST = 0.050
"""Seconds of the main thread's own time between two turns of the loop (Done when, 9)."""


class ManyAppeals:
    """Answers like the store's reader, with one real appeal said a hundred thousand times."""

    def __init__(self, fake: FakeConsole) -> None:
        reader = fake.reader
        self._row = reader.queue_rows(reader.queue_ids(QueueQuery(), now=fake.clock.now())[:1])[0]
        rng = random.Random(1)
        self.orders = {sort: rng.sample(range(MANY), MANY) for sort in QueueSort}
        reader.queue_ids = self.queue_ids  # type: ignore[method-assign]
        reader.queue_rows = self.queue_rows  # type: ignore[method-assign]
        reader.row_id = self.row_id  # type: ignore[method-assign]
        reader.counts = lambda **_: QueueCounts({"all": MANY})  # type: ignore[method-assign]

    def queue_ids(self, query: QueueQuery, **_: object) -> Sequence[int]:
        ids = self.orders[query.sort]
        return ids[: MANY // 2] if query.text else list(ids)

    def queue_rows(self, ids: Sequence[int]) -> list[QueueRow]:
        return [replace(self._row, ref=Ref("omsk", str(one)), number=str(one)) for one in ids]

    def row_id(self, ref: Ref) -> int | None:
        return int(ref.id) if ref.id.isdigit() else None


def longest(shell: Shell, work: Callable[[], object]) -> float:
    """The longest stall of the loop while ``work`` is carried out and shown."""
    with StallWatch() as watch:
        work()
        shell.settle()
    return watch.worst_cpu


def test_opening_sorting_searching_and_moving_never_keep_the_loop() -> None:
    fake = a_console()
    many = ManyAppeals(fake)
    with a_shell(fake) as shell:
        stalls = {
            "open": longest(shell, lambda: shell.queues.go("all")),
            "search": longest(shell, lambda: shell.run("queue.search", text="свет")),
            "clear": longest(shell, lambda: shell.run("queue.clear")),
            "middle": longest(shell, lambda: shell.queue.choose(MANY // 2)),
            "end": longest(shell, lambda: shell.queue.choose(MANY - 1)),
        }
        for sort in QueueSort:
            work = partial(shell.queue.sort_by, sort)
            stalls[f"sort {sort}"] = longest(shell, work)
        order = many.orders[shell.queue.query.sort]
        for at in (10, 50_000, 99_000):
            order.insert(random.Random(at).randrange(MANY), order.pop(at))
        del order[500:510]
        until_qt(lambda: not shell.queue._rest.isActive(), what="a long reading to be made up for")
        stalls["merge"] = longest(shell, shell.queue.reload)
        assert list(shell.queue.model.ids) == order
        random.Random(2).shuffle(order)
        until_qt(lambda: not shell.queue._rest.isActive(), what="a long reading to be made up for")
        stalls["new order"] = longest(shell, shell.queue.reload)
        touched = Changes(appeals=frozenset(Ref("omsk", str(one)) for one in range(2000)))
        stalls["storm"] = longest(shell, lambda: fake.changes.publish(touched))
        assert {name: took for name, took in stalls.items() if took > LONGEST} == {}
