"""The window over 100,000 appeals: nothing that an operator does keeps it from the next key.

The event loop is watched through every step of `STEPS`, up to five times each. What counts is the
shortest of the longest waits, without the time in which other programs had the processors: a busy
machine cannot fail this test, a slow read on the main thread does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.readmodel import QueueSort
from console.wire.schema import Rows
from tests.bench.big_desk import BigDesk, a_big_desk, lay_profile
from tests.bench.big_store import RARE, big_store
from tests.support.stalls import StallWatch, pump, pump_until

LIMIT = 0.050
"""Seconds that the event loop may be kept from its next turn (issue 2, done-when 9)."""

REPEATS = 5
SETTLING = 0.25
"""Seconds that are watched after a step: counts, checks and late parts of the window."""

PIECE = 150
"""Rows in one transaction of sync (`console.sync.runner.PIECE_ROWS`)."""

SENTENCE = "Здравствуйте, Мария! Свет дадут в ближайшее время, бригада выехала.\n"

Work = Callable[[], object]
Step = Callable[[BigDesk, int], Work]
"""Prepares a repeat of a step, unwatched, and gives the work to watch."""


def _switch(desk: BigDesk, _: int) -> Work:
    def work() -> None:
        for key in ("all", "overdue", "mine", "branch:omsk", "answered", "open"):
            desk.go(key)

    return work


def _sort(sort: QueueSort) -> Step:
    other = QueueSort.NEWEST if sort is QueueSort.DUE else QueueSort.DUE

    def step(desk: BigDesk, _: int) -> Work:
        desk.go("all")
        desk.ask(sort=other)
        return lambda: desk.ask(sort=sort)

    return step


def _filter(**chosen: tuple[str, ...]) -> Step:
    def step(desk: BigDesk, _: int) -> Work:
        desk.go("all")

        def work() -> None:
            desk.ask(**chosen)
            desk.ask(**dict.fromkeys(chosen, ()))

        return work

    return step


def _search(text: str) -> Step:
    def step(desk: BigDesk, _: int) -> Work:
        desk.go("all")
        desk.ask(text="")

        def work() -> None:
            desk.search(text)
            desk.ask(text="")

        return work

    return step


def _open(desk: BigDesk, repeat: int) -> Work:
    desk.go("open")

    def work() -> None:
        for at in range(5):
            desk.open_at(20 * (repeat + 1) + at * 3)

    return work


def _step_through(desk: BigDesk, _: int) -> Work:
    desk.go("open")
    return lambda: desk.step(20)


def _write(desk: BigDesk, repeat: int) -> Work:
    desk.go("open")
    desk.open_at(repeat)
    return lambda: desk.write(SENTENCE * 3)


def _write_while_appeals_change(desk: BigDesk, repeat: int) -> Work:
    desk.go("open")
    desk.open_at(repeat)
    refs = [row.ref for row in desk.console.reader.queue_rows(desk.queue.model.ids[:200])]
    changed = Rows(
        appeals=tuple(
            replace(one, version=one.version + 1, text=f"{one.text} {repeat}")
            for one in desk.mirrored(refs)
        )
    )

    def work() -> None:
        waiting = desk.deliver(changed, piece=PIECE)
        desk.write(SENTENCE)
        assert pump_until(lambda: all(one.done() for one in waiting))

    return work


def _scroll(desk: BigDesk, _: int) -> Work:
    desk.go("all")
    return desk.scroll_through


STEPS: dict[str, Step] = {
    "switch queues": _switch,
    **{f"sort by {sort}": _sort(sort) for sort in QueueSort},
    "filter by branch": _filter(branches=("omsk",)),
    "filter by topic": _filter(topics=("outage",)),
    "filter by channel": _filter(channels=("vk",)),
    "search a form of a word": _search("отключениями"),
    "search the beginning of a word": _search("отк"),
    "search a number": _search("1000777"),
    "search a rare word": _search(RARE),
    "search a common word": _search("свет"),
    "open appeals": _open,
    "press J twenty times": _step_through,
    "type 200 letters": _write,
    "type while 200 appeals change": _write_while_appeals_change,
    "scroll to the end": _scroll,
}


def _stall(work: Work, *, profiling: bool = False) -> StallWatch:
    with StallWatch(profiling=profiling) as watch:
        work()
        pump(SETTLING)
    return watch


def _complaint(name: str, step: Callable[[int], Work]) -> str:
    """Empty if the step was quick once; else how long it took at best, and what that was."""
    best = LIMIT
    for repeat in range(REPEATS):
        found = _stall(step(repeat)).worst_own
        if found < LIMIT:
            return ""
        best = found if repeat == 0 else min(best, found)
    where = _stall(step(REPEATS), profiling=True).where()
    return f"{name}: the window stood still for {best * 1000:.0f} ms, most of it in\n{where}"


def test_no_step_over_100000_appeals_keeps_the_window_from_the_next_key(
    qapp: QApplication, tmp_path: Path
) -> None:
    with a_big_desk(qapp, big_store(), tmp_path) as desk:
        complaints = [
            complaint
            for name, step in STEPS.items()
            if (complaint := _complaint(name, lambda repeat, step=step: step(desk, repeat)))  # type: ignore[misc]
        ]
    assert not complaints, "\n".join(complaints)


def test_the_queue_of_100000_appeals_opens_without_a_stall(
    qapp: QApplication, tmp_path: Path
) -> None:
    secrets = lay_profile(big_store(), tmp_path)

    def anew(_: int) -> Work:
        while desks:  # a profile has one window at a time
            desks.pop().close()
        desk = BigDesk(qapp, tmp_path, secrets)
        desks.append(desk)
        desk.furnish()
        return desk.opened

    desks: list[BigDesk] = []
    try:
        complaint = _complaint("open the queue", anew)
    finally:
        for desk in desks:
            desk.close()
    assert not complaint, complaint
