"""What the operator waits for over 100,000 appeals, each beside its floor from the same run.

    python -m tests.bench.console_bench [--appeals 100000] [--rounds 30] [--starts 8]

Milliseconds as p50 / p95 / max. A step of the window counts from the command to the painted
result. The floor of a queue is the same query and its first page through the bare driver over the
same encrypted file, of an appeal its rows, of a key a bare QPlainTextEdit, of a start a bare
window with a table.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

from PySide6.QtWidgets import QApplication, QPlainTextEdit

from console.readmodel import QueueQuery, QueueSort
from console.roots import root
from console.store import fulltext, queue_query
from console.store.driver import Connection, connect_reader
from tests.bench.big_desk import BigDesk, a_big_desk, press
from tests.bench.big_store import COUNT, KEY, ME, NOW, RARE, big_store
from tests.bench.cold_start import LAUNCHED
from tests.support.stalls import pump, pump_until
from ui.immortal import keep_constants_alive

_PAGE = 128
_FOUND = "row IN (SELECT rowid FROM words WHERE words MATCH :words)"

Times = list[float]


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
            words = fulltext.plain_words(query.text)
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

    def close(self) -> None:
        """Give back the connection."""
        self._raw.close()

    def _size(self, key: str) -> int:
        found = self._raw.execute("SELECT n FROM tally WHERE key = ?", (key,)).fetchone()
        return 0 if found is None else int(found[0])


class Table:
    """Prints a line for each thing that was measured."""

    def __init__(self) -> None:
        print(f"{'milliseconds':34}{'otklik p50':>11}{'p95':>8}{'max':>8}", end="")
        print(f"   {'floor p50':>9}{'p95':>8}{'max':>8}{'ratio':>8}   floor is", flush=True)

    def line(self, name: str, ours: Times, floor: Times, what: str) -> None:
        """One line."""
        ratio = statistics.median(ours) / max(1e-6, statistics.median(floor))
        mine, other = _three(ours), _three(floor)
        print(f"{name:34}{mine[0]:11.1f}{mine[1]:8.1f}{mine[2]:8.1f}", end="")
        print(f"   {other[0]:9.1f}{other[1]:8.1f}{other[2]:8.1f}{ratio:8.1f}   {what}", flush=True)


def _three(times: Sequence[float]) -> tuple[float, float, float]:
    ordered = sorted(times)
    return (
        statistics.median(ordered),
        ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        ordered[-1],
    )


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def starts(profile: Path, rounds: int) -> tuple[Times, Times]:
    """Cold starts of both, one after the other."""

    def start(which: str) -> float:
        environment = {**os.environ, LAUNCHED: str(time.time())}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.cold_start", which, str(profile)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode or not done.stdout.strip():
            raise SystemExit(f"the cold start “{which}” failed:\n{done.stderr}")
        return float(done.stdout.split()[0]) * 1000

    ours, bare = [], []
    for _ in range(rounds + 1):
        bare.append(start("bare"))
        ours.append(start("otklik"))
    return ours[1:], bare[1:]  # the first of each read the files from the disk


def queues(desk: BigDesk, floor: Floor, table: Table, rounds: int) -> None:
    """Opening, sorting, narrowing and searching."""

    def measure(name: str, away: QueueQuery, wanted: QueueQuery) -> None:
        ours, raw = [], []
        for _ in range(rounds):
            desk.show(away)
            pump(0.02)
            ours.append(_timed(lambda: desk.show(wanted)))
            raw.append(_timed(lambda: floor.queue(wanted)))
        table.line(
            f"{name} ({desk.queue.model.rowCount()})", ours, raw, "the same SQL, bare driver"
        )

    everything = QueueQuery("all")
    measure("open queue: open", everything, QueueQuery("open"))
    measure("open queue: mine", everything, QueueQuery("mine"))
    measure("sort all: newest", everything, QueueQuery("all", QueueSort.NEWEST))
    measure("sort all: place", everything, QueueQuery("all", QueueSort.PLACE))
    measure("filter: branch", everything, QueueQuery("all", branches=("omsk",)))
    measure(
        "filter: topic and channel", everything, QueueQuery(topics=("outage",), channels=("vk",))
    )
    measure("search: number", everything, QueueQuery("all", text="1000777"))
    measure("search: rare word", everything, QueueQuery("all", text=RARE))
    measure("search: common word", everything, QueueQuery("all", text="отключение"))
    measure("search: beginning", QueueQuery("open"), QueueQuery("open", text="отк"))


def appeals(desk: BigDesk, floor: Floor, table: Table, rounds: int) -> None:
    """From the choice of an appeal to its being shown."""
    desk.show(QueueQuery("open"))
    ours, raw = [], []
    for at in range(rounds):
        ours.append(_timed(lambda at=at: desk.open_at(10 + at * 7)))  # type: ignore[misc]
        pump(0.05)
        ref = desk.queue.ref
        assert ref is not None, "open_at() has chosen one"
        raw.append(_timed(lambda ref=ref: floor.appeal(ref.branch, ref.id)))  # type: ignore[misc]
    table.line("open appeal (30 ms are waited)", ours, raw, "its rows, bare driver")


def keystrokes(desk: BigDesk, table: Table, rounds: int) -> None:
    """From the key to the painted letter."""
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
    table.line("keystroke", ours, floor, "a bare QPlainTextEdit")


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


def resident_megabytes() -> float:
    """What this process holds in memory, 0 where the system does not tell."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    line = next(one for one in text.splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Measure everything and print one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--appeals", type=int, default=COUNT)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--starts", type=int, default=8)
    asked = parser.parse_args()
    store = big_store(asked.appeals, say=lambda words: print(words, file=sys.stderr, flush=True))
    keep_constants_alive()
    app = QApplication(["otklik-bench"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with a_big_desk(app, store, folder) as desk:
            pump(1.0)
            table = Table()
            floor = Floor(folder / "store.db", desk.console.reader._due_soon)
            queues(desk, floor, table, asked.rounds)
            appeals(desk, floor, table, asked.rounds)
            keystrokes(desk, table, asked.rounds)
            floor.close()
            memory = resident_megabytes()
        ours, bare = starts(folder, asked.starts)
        table.line("start to first rows", ours, bare, "a bare window with a table")
    print(f"{asked.appeals} appeals; the window and its console hold {memory:.0f} MB at the end")


if __name__ == "__main__":
    main()
