"""What the operator waits for, each beside its floor and its limit from the same run.

    python -m tests.bench.console_bench [--appeals 100000] [--rounds 30] [--seconds 15] [--starts 8]

Milliseconds as p50 / p95 / p99 / max of n rounds: `--rounds`, fewer (but `LEAST_ROUNDS`) of a step
that takes longer than `--seconds` altogether. A step of the window counts from the command to the
painted result; of a queue the first rows, which can be worked with, and all of it (`whole`). The
limit of whatever a person does is a frame of a 60 Hz screen; a start has 1.5 times a bare window
with a table that shows the first page as the raw driver reads it. The floor of a queue is the same
query and its first page through the bare driver over the same encrypted file, of an appeal its
rows, of a key a bare QPlainTextEdit. `stall` is the longest the event loop was kept during the
step. Nowhere counts the time in which other programs had the processors, where the system tells.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from console.fulltext import documents
from console.readmodel import Grouping, QueueQuery, QueueSort
from console.roots import root
from console.store import queue_query
from console.store.driver import Connection, connect_reader
from tests.bench.big_desk import BigDesk, a_big_desk, press
from tests.bench.big_store import COUNT, KEY, LONG, ME, NOW, RARE, big_store
from tests.bench.cold_start import LAUNCHED
from tests.support.queueing import Queueing
from tests.support.stalls import StallWatch, pump, pump_until
from ui.immortal import keep_constants_alive

FRAME, STALL = 16.7, 50.0
"""Milliseconds: in which a person is answered, and the most that the loop may be kept."""

START, MEGABYTES = 1.5, 400
"""Times a bare window with the first page, and the most that the process may hold."""

LEAST_ROUNDS = 7
_FLOOR_SHARE = 0.5
_PAGE = 128
_FOUND = "row IN (SELECT rowid FROM words WHERE words MATCH :words)"

Times = Sequence[float]


class Floor:
    """The same reads through the bare driver."""

    def __init__(self, path: Path, due_soon: object) -> None:
        self._raw: Connection = connect_reader(path, KEY)
        self._due_soon = due_soon

    def queue(self, query: QueueQuery) -> None:
        """All ids in order, and the first page of rows."""
        moment = queue_query.Moment(ME.id, NOW, self._due_soon)  # type: ignore[arg-type]
        made = queue_query.statement(query, moment, size=self._size)
        parameters = dict(made.parameters)
        conditions = made.conditions
        if query.text:
            words = documents.plain_words(query.text)
            parameters["words"] = " AND ".join(f'"{root(word)}"' for word in words)
            conditions = (_FOUND, *conditions)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        order = made.order.sql if query.sort is not QueueSort.DUE else f"ended, {made.order.sql}"
        index = f" INDEXED BY {made.order.index}" if made.walked and not query.text else ""
        sql = f"SELECT row FROM queue_row{index}{where} ORDER BY {order}"
        ids = [row for (row,) in self._raw.execute(sql, parameters)]
        marks = ",".join(map(str, ids[:_PAGE]))
        self._raw.execute(f"SELECT * FROM queue_row WHERE row IN ({marks})").fetchall()

    def appeal(self, branch: str, ident: str) -> None:
        """The rows of an appeal."""
        key = (branch, ident)
        one = "SELECT body FROM appeal WHERE branch = ? AND id = ?"
        self._raw.execute(one, key).fetchall()
        for table in ("message", "event"):
            of = f"SELECT body FROM {table} WHERE branch = ? AND appeal = ?"
            self._raw.execute(of, key).fetchall()

    def most_urgent(self) -> None:
        """The first page of what is open and mine or nobody's."""
        self._raw.execute(
            "SELECT * FROM queue_row INDEXED BY queue_due WHERE ended = 0"
            " AND (owner IS NULL OR owner = :me) ORDER BY due_key, row LIMIT 32",
            {"me": ME.id},
        ).fetchall()

    def close(self) -> None:
        """Give back the connection."""
        self._raw.close()

    def _size(self, key: str) -> int:
        found = self._raw.execute("SELECT n FROM tally WHERE key = ?", (key,)).fetchone()
        return 0 if found is None else int(found[0])


def spend(rounds: int, seconds: float) -> Iterator[int]:
    """Numbers of rounds: so many, or as many as ``seconds`` allow, but never too few."""
    end = time.monotonic() + seconds
    for number in range(rounds):
        if number >= LEAST_ROUNDS and time.monotonic() > end:
            return
        yield number


class Table:
    """Prints a line for each thing that was measured, and what was missed at the end."""

    def __init__(self) -> None:
        self._missed: list[str] = []
        print(f"{'milliseconds':36}{'n':>5}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}", end="")
        print(f"   {'floor p50':>9}{'p95':>8}{'max':>8}   {'limit':>7}", flush=True)

    def line(
        self, name: str, ours: Times, floor: Times = (), *, limit: float = 0.0, what: str = ""
    ) -> None:
        """One line; ``limit`` is of the p99, 0 where there is none."""
        p50, p95, p99, most = _four(ours)
        print(f"{name:36}{len(ours):5}{p50:8.1f}{p95:8.1f}{p99:8.1f}{most:8.1f}", end="")
        beside = "".join(f"{one:8.1f}" for one in _three(floor)) if floor else " " * 24
        bound = f"{limit:7.1f}" if limit else " " * 7
        missed = bool(limit) and p99 > limit
        print(f"    {beside}   {bound}{' !' if missed else '  '} {what}", flush=True)
        if missed:
            self._missed.append(f"{name}: {p99:.1f} over {limit:.1f}")

    def end(self) -> None:
        """Say what was missed."""
        print("missed: " + ("; ".join(self._missed) or "nothing"), flush=True)


def _four(times: Sequence[float]) -> tuple[float, float, float, float]:
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    p50, p95, most = _three(ordered)
    return p50, p95, p99, most


def _three(times: Sequence[float]) -> tuple[float, float, float]:
    ordered = sorted(times)
    return (
        statistics.median(ordered),
        ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        ordered[-1],
    )


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds, but for those in which other programs had the processors."""
    waited, start = _WAITED.seconds(), time.perf_counter()
    work()
    return (time.perf_counter() - start - (_WAITED.seconds() - waited)) * 1000


_WAITED = Queueing()


def starts(profile: Path, rounds: int) -> tuple[Times, Times, Times]:
    """Cold starts of both, one after the other: first rows, the whole desk, and the bare window."""

    def start(which: str) -> list[float]:
        environment = {**os.environ, LAUNCHED: str(time.time())}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.cold_start", which, str(profile), KEY.hex()],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode or not done.stdout.strip():
            raise SystemExit(f"the cold start “{which}” failed:\n{done.stderr}")
        return [float(one) * 1000 for one in done.stdout.split()]

    rows, desks, bare = [], [], []
    for _ in range(rounds + 1):
        bare.append(start("bare")[0])
        first, desk = start("otklik")
        rows.append(first)
        desks.append(desk)
    return rows[1:], desks[1:], bare[1:]  # the first of each read the files from the disk


def queues(desk: BigDesk, floor: Floor, table: Table, rounds: int, seconds: float) -> None:
    """Opening, sorting, narrowing, grouping and searching, from a queue of some thousand rows."""
    for name, wanted in (
        ("open queue: open", QueueQuery("open")),
        ("open queue: mine", QueueQuery("mine")),
        ("sort all: newest", QueueQuery("all", QueueSort.NEWEST)),
        ("sort all: place", QueueQuery("all", QueueSort.PLACE)),
        ("filter: branch", QueueQuery("all", branches=("omsk",))),
        ("filter: topic, channel", QueueQuery(topics=("outage",), channels=("vk",))),
        ("filter: four of them", _RARE),
        ("group: outage", QueueQuery("open", group=Grouping.OUTAGE)),
        ("group: place", QueueQuery("open", group=Grouping.PLACE)),
        ("group: thread of a post", QueueQuery("open", group=Grouping.THREAD)),
        ("group: resident", QueueQuery("open", group=Grouping.RESIDENT)),
        ("search: number", QueueQuery("all", text="1000777")),
        ("search: rare word", QueueQuery("all", text=RARE)),
        ("search: common word", QueueQuery("all", text="отключение")),
        ("search: word form", QueueQuery("open", text="отключили воду")),
        ("search: typo", QueueQuery("open", text="трансфарматор")),
        ("search: beginning", QueueQuery("open", text="отк")),
    ):
        firsts, wholes, stalls = list[float](), list[float](), list[float]()
        raw = list[float]()
        for _ in spend(rounds, seconds):
            desk.show(_ELSEWHERE)
            pump(0.02)
            with StallWatch() as watch:
                first, whole = desk.timed(wanted)
            firsts.append(first * 1000)
            wholes.append(whole * 1000)
            stalls.append(watch.worst_own * 1000)
            if sum(raw) / 1000 < seconds * _FLOOR_SHARE or not raw:
                raw.append(_timed(lambda wanted=wanted: floor.queue(wanted)))  # type: ignore[misc]
        found = desk.queue.model.rowCount()
        table.line(f"{name}: first rows", firsts, limit=FRAME)
        table.line(f"  whole ({found})", wholes, raw, what="the same SQL, bare driver")
        table.line("  stall", stalls, limit=STALL)


_ELSEWHERE = QueueQuery("answered", owners=("op-7",), branches=("omsk",))
"""What is shown before each step: not empty, and soon read."""

_RARE = QueueQuery(
    "all",
    QueueSort.AUTHOR,
    branches=("omsk",),
    topics=("danger",),
    channels=("vk",),
    statuses=("new",),
)


def appeals(desk: BigDesk, floor: Floor, table: Table, rounds: int) -> None:
    """From the choice of an appeal to its being shown; the next one by its key; a long thread."""
    desk.show(QueueQuery("open"))
    ours, raw, stalls = [], [], []
    for at in range(rounds):
        with StallWatch() as watch:
            ours.append(_timed(lambda at=at: desk.open_at(10 + at * 7)))  # type: ignore[misc]
        stalls.append(watch.worst_own * 1000)
        pump(0.05)
        ref = desk.queue.ref
        assert ref is not None, "open_at() has chosen one"
        raw.append(_timed(lambda ref=ref: floor.appeal(ref.branch, ref.id)))  # type: ignore[misc]
    table.line("open appeal (30 ms are waited)", ours, raw, what="its rows, bare driver")
    table.line("  stall", stalls, limit=STALL)
    rows = desk.queue.rows
    rows.setFocus()
    moves = []
    for _ in range(rounds * 3):
        moves.append(_timed(lambda: _press_j(desk)))
        pump(0.05)
    table.line("row below (J): it is marked", moves, limit=FRAME)
    _take_next(desk, floor, table, rounds)
    desk.show(QueueQuery("all", text=str(1_000_000 + LONG)))
    longs, raw, stalls = [], [], []
    for _ in range(max(5, rounds // 3)):
        desk.queue.leave()
        desk.window.shift.open_appeal(None)
        pump(0.05)
        with StallWatch() as watch:
            longs.append(_timed(lambda: desk.open_at(0)))
        stalls.append(watch.worst_own * 1000)
        pump(0.2)
        ref = desk.queue.ref
        assert ref is not None, "open_at() has chosen one"
        raw.append(_timed(lambda ref=ref: floor.appeal(ref.branch, ref.id)))  # type: ignore[misc]
    table.line("open 1,000 messages (30 waited)", longs, raw, what="its rows, bare driver")
    table.line("  stall", stalls, limit=STALL)


def _take_next(desk: BigDesk, floor: Floor, table: Table, rounds: int) -> None:
    """«Next» (Shift+J): what binds first of a queue of 300,000 at a million."""
    marked, shown, raw, stalls = [], [], [], []
    for _ in range(rounds):
        with StallWatch() as watch:
            first, whole = desk.next_appeal()
        marked.append(first * 1000)
        shown.append(whole * 1000)
        stalls.append(watch.worst_own * 1000)
        pump(0.2)
        raw.append(_timed(floor.most_urgent))
    table.line(
        "next (Shift+J): it is marked", marked, raw, limit=FRAME, what="first 32, bare driver"
    )
    table.line("  shown (30 ms are waited)", shown)
    table.line("  stall", stalls, limit=STALL)


def _press_j(desk: BigDesk) -> None:
    QTest.keyClick(desk.queue.rows, Qt.Key.Key_J)
    desk.queue.rows.viewport().repaint()


def scrolling(desk: BigDesk, table: Table, frames: int) -> None:
    """A row at a time, then leaps to anywhere: each frame with the reading of its rows."""
    desk.show(QueueQuery("all", QueueSort.NEWEST))
    bar, view = desk.queue.rows.verticalScrollBar(), desk.queue.rows.viewport()
    chance = random.Random(3)

    def frame(value: int) -> float:
        def move() -> None:
            bar.setValue(value)
            view.repaint()

        took = _timed(move)
        pump(0.001)
        return took

    smooth = [frame(bar.value() + 37) for _ in range(frames)]
    leaps = [frame(chance.randrange(bar.maximum())) for _ in range(frames // 5)]
    for name, took in (("scroll: a frame", smooth), ("scroll: a leap anywhere", leaps)):
        dropped = sum(one > FRAME for one in took)
        table.line(name, took, limit=FRAME, what=f"{dropped} of {len(took)} frames dropped")


def keystrokes(desk: BigDesk, table: Table, rounds: int) -> None:
    """From the key to the painted letter."""
    desk.show(QueueQuery("open"))
    desk.open_at(3)
    bare = QPlainTextEdit()
    bare.resize(desk.editor.size())
    bare.show()
    desk.window.dispatcher.run("reply.start")
    letters = cycle("свет дадут к вечеру ")
    ours, floor = [], []
    for _ in range(rounds * 5):
        letter = next(letters)
        ours.append(_timed(lambda letter=letter: _key(desk.editor, letter)))  # type: ignore[misc]
        floor.append(_timed(lambda letter=letter: _key(bare, letter)))  # type: ignore[misc]
    bare.close()
    table.line("keystroke", ours, floor, limit=FRAME, what="a bare QPlainTextEdit")


def _key(editor: QPlainTextEdit, letter: str) -> None:
    painted: list[object] = []

    def note(*seen: object) -> None:
        painted.append(seen)

    editor.updateRequest.connect(note)
    press(editor, letter)
    done = pump_until(lambda: bool(painted))
    editor.updateRequest.disconnect(note)
    assert done, "the letter was never painted"
    editor.viewport().repaint()


def megabytes(profile: Path) -> tuple[int, int, int]:
    """What a window holds after its start, at the end of some work, and at most."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.memory_at_size", str(profile)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the window of the memory failed:\n{done.stderr}")
    begun, ended, most = map(int, done.stdout.split())
    return begun, ended, most


def main() -> None:
    """Measure everything and print one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--appeals", type=int, default=COUNT)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=15, help="that one step may take")
    parser.add_argument("--starts", type=int, default=8)
    parser.add_argument("--frames", type=int, default=500)
    asked = parser.parse_args()
    store = big_store(asked.appeals, say=lambda words: print(words, file=sys.stderr, flush=True))
    keep_constants_alive()
    app = QApplication(["otklik-bench"])
    with tempfile.TemporaryDirectory(dir=store.parent) as name:
        folder = Path(name)
        with a_big_desk(app, store, folder) as desk:
            pump(3.0)
            table = Table()
            floor = Floor(folder / "store.db", desk.console.reader._due_soon)
            queues(desk, floor, table, asked.rounds, asked.seconds)
            appeals(desk, floor, table, asked.rounds)
            scrolling(desk, table, asked.frames)
            keystrokes(desk, table, asked.rounds)
            floor.close()
        rows, desks, bare = starts(folder, asked.starts)
        limit = START * statistics.median(bare)
        table.line("start to first rows", rows, bare, what="a bare window with the first page")
        table.line("start to first rows, p50", [statistics.median(rows)], bare, limit=limit)
        table.line("start to the whole desk", desks)
        begun, ended, most = megabytes(folder)
        print(
            f"memory: {begun} MB after the start, {ended} MB after work, {most} MB at most", end=""
        )
        print(f"; limit {MEGABYTES} MB; {asked.appeals} appeals", flush=True)
    table.end()


if __name__ == "__main__":
    main()
