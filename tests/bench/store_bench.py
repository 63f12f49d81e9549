"""The store at size: what screens and sync ask of it, each beside the raw SQL of the same run.

    python -m tests.bench.store_bench [--appeals 100000] [--taken 6000] [--rounds 20]

Every figure is p50 / p95 / max in milliseconds. The floor of a read is the barest statement that
touches the same rows; of a write, an executemany of the same rows into the same table without
projection, and one full-text insert.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.readmodel import QueueQuery, QueueSort
from console.store.driver import connect_reader, connect_writer
from console.store.migrate import migrate
from console.store.reader import StoreReader
from console.store.writer import Writer
from console.usecases.next_appeal import Source, find_next
from tests.bench.big_store import (
    BRANCHES,
    COUNT,
    KEY,
    ME,
    NOW,
    OPEN_SHARE,
    WORDS,
    big_store,
    fill,
    writing,
)
from ui.models.queue_loader import FIRST_ROWS


def timed(action: Callable[[], Any], rounds: int) -> list[float]:
    """Milliseconds of each round, after one that warms the caches."""
    action()
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        found.append((time.perf_counter() - start) * 1000)
    return found


def line(name: str, ours: Sequence[float], floor: Sequence[float] | None = None) -> None:
    def three(values: Sequence[float]) -> str:
        ordered = sorted(values)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        return f"{statistics.median(ordered):8.2f} {p95:8.2f} {ordered[-1]:8.2f}"

    beside = ""
    if floor is not None:
        times = statistics.median(ours) / max(1e-6, statistics.median(floor))
        beside = f"   floor {three(floor)}   ×{times:.2f}"
    print(f"{name:34} {three(ours)}{beside}", flush=True)


def reads(path: Path, rounds: int) -> None:
    start = time.perf_counter()
    reader = StoreReader(
        path,
        KEY,
        due_soon=timedelta(minutes=60),
        zones={branch: ZoneInfo("Asia/Krasnoyarsk") for branch in BRANCHES},
    )
    first = reader.queue_ids(QueueQuery(), now=NOW)
    reader.queue_rows(first[:128])
    line("cold: open, ids, first page", [(time.perf_counter() - start) * 1000])
    raw = connect_reader(path, KEY)

    def sql(text: str) -> Callable[[], object]:
        return lambda: raw.execute(text).fetchall()

    floors = {
        QueueSort.DUE: "SELECT row FROM queue_row ORDER BY ended, due_key, row",
        QueueSort.NEWEST: "SELECT row FROM queue_row ORDER BY created_at DESC, row DESC",
        QueueSort.PLACE: "SELECT row FROM queue_row ORDER BY place_key, row",
        QueueSort.AUTHOR: "SELECT row FROM queue_row ORDER BY author_key, row",
    }
    for sort, floor in floors.items():
        for queue in ("all", "open"):
            query = QueueQuery(queue=queue, sort=sort)
            bare = floor if queue == "all" else floor.replace(" ORDER", " WHERE ended = 0 ORDER")
            line(
                f"ids {queue} by {sort}",
                timed(lambda query=query: reader.queue_ids(query, now=NOW), rounds),  # type: ignore[misc]
                timed(sql(bare), rounds),
            )
    for name, query in {
        "ids mine": QueueQuery("mine"),
        "ids branch": QueueQuery("branch:omsk"),
        "ids topic newest": QueueQuery("topic:outage", QueueSort.NEWEST),
        "ids overdue": QueueQuery("overdue"),
        "ids outage": QueueQuery("outage:out-7"),
        "ids open + channel + status": QueueQuery(channels=("vk",), statuses=("new", "assigned")),
        "ids all + branch by place": QueueQuery("all", QueueSort.PLACE, branches=("omsk",)),
        "search rare, due": QueueQuery("all", text="1000777"),
        "search common, due": QueueQuery("all", text="отключение"),
        "search common, newest": QueueQuery("all", QueueSort.NEWEST, text="отключение"),
        "search two words, open": QueueQuery("open", text="провод искрит"),
        "search prefix": QueueQuery("open", text="отк"),
    }.items():
        found = len(reader.queue_ids(query, now=NOW))
        line(
            f"{name} ({found})",
            timed(lambda query=query: reader.queue_ids(query, now=NOW), rounds),  # type: ignore[misc]
        )
    ids = reader.queue_ids(QueueQuery("all", QueueSort.PLACE), now=NOW)
    rng = random.Random(3)

    def page() -> object:
        at = rng.randrange(max(1, len(ids) - 128))
        return reader.queue_rows(ids[at : at + 128])

    def bare_page() -> object:
        at = rng.randrange(max(1, len(ids) - 128))
        marks = ",".join(map(str, ids[at : at + 128]))
        return raw.execute(f"SELECT * FROM queue_row WHERE row IN ({marks})").fetchall()

    line("page of 128 rows", timed(page, rounds * 5), timed(bare_page, rounds * 5))
    own = reader.queue_ids(QueueQuery("mine"), now=NOW)
    line(
        f"own queue: ids ({len(own)})",
        timed(lambda: reader.queue_ids(QueueQuery("mine"), now=NOW), rounds),
        timed(
            sql(
                "SELECT json_group_array(row) FROM (SELECT row FROM queue_row"
                " INDEXED BY queue_owner WHERE owner = 'op-1' AND ended = 0 ORDER BY due_key, row)"
            ),
            rounds,
        ),
    )
    line("own queue: first rows", timed(lambda: reader.queue_rows(own[:FIRST_ROWS]), rounds))
    line("next: first of own", timed(lambda: _next(reader, Source.OWN), rounds))
    line("next: first of a branch", timed(lambda: _next(reader, Source.BRANCH), rounds))
    line("counts", timed(lambda: reader.counts(now=NOW), rounds))
    line("board", timed(lambda: reader.board(now=NOW), rounds))
    refs = [row.ref for row in reader.queue_rows([rng.choice(ids) for _ in range(200)])]
    line("open an appeal", timed(lambda: reader.appeal(rng.choice(refs)), rounds * 5))
    around(reader, refs, rng, rounds=rounds)
    raw.close()
    reader.close()


def _next(reader: StoreReader, source: Source) -> object:
    return find_next(reader, source, QueueQuery(), me=ME.id, now=NOW)


def around(reader: StoreReader, refs: Sequence[Ref], rng: random.Random, *, rounds: int) -> None:
    """What stands beside an appeal; read off the window's thread, once somebody stays with it."""
    views = [view for view in map(reader.appeal, refs) if view is not None]
    line("may be the same", timed(lambda: reader.similar_to(rng.choice(refs)), rounds * 2))
    line("linked", timed(lambda: reader.linked_to(rng.choice(refs)), rounds * 2))
    line("comments beside", timed(lambda: reader.comments_beside(rng.choice(refs)), rounds * 2))
    line(
        "earlier of its author",
        timed(lambda: reader.earlier_of(rng.choice(views).appeal.author), rounds * 2),
    )


def writes(path: Path, rounds: int) -> None:
    with writing(path) as writer:
        _drafts(writer, path, rounds)


def _drafts(writer: Writer, path: Path, rounds: int) -> None:
    reader = StoreReader(path, KEY, due_soon=timedelta(minutes=60), zones={})
    ref = reader.queue_rows(reader.queue_ids(QueueQuery(), now=NOW)[:1])[0].ref
    text = "Здравствуйте! " * 20
    bare = connect_writer(path.with_name("bare.db"), KEY)
    bare.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")
    bare.execute("INSERT INTO t VALUES (1, '')")

    count = itertools.count()

    def save() -> None:
        draft = Draft("d-1", ref, DraftMode.REPLY, f"{text}{next(count)}", NOW)
        writer.submit(lambda tx: tx.drafts.save(draft)).result()

    def one_row() -> None:
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("UPDATE t SET body = ?", (f"{text}{next(count)}",))
        bare.execute("COMMIT")

    line("draft on the disk", timed(save, rounds * 10), timed(one_row, rounds * 10))
    bare.close()
    reader.close()


def floor_of_fill(path: Path, count: int) -> float:
    """Rows a second of an executemany into the bare tables, with one full-text insert."""
    copied = connect_reader(path, KEY)
    limit = min(count, 20_000)
    bodies = copied.execute(
        f"SELECT branch, id, version, body FROM appeal LIMIT {limit}"
    ).fetchall()
    rows = copied.execute(f"SELECT * FROM queue_row ORDER BY row LIMIT {limit}").fetchall()
    messages = copied.execute(
        f"SELECT branch, id, appeal, body FROM message LIMIT {limit}"
    ).fetchall()
    copied.close()
    words = [(row[0], " ".join(WORDS[i % len(WORDS)] for i in range(row[0] % 40))) for row in rows]
    bare = connect_writer(path.with_name("floor.db"), KEY)
    migrate(bare)
    start = time.perf_counter()
    for at in range(0, limit, 10_000):
        bare.execute("BEGIN IMMEDIATE")
        end = at + 10_000
        bare.executemany(
            "INSERT INTO appeal (branch,id,version,body) VALUES (?,?,?,?)", bodies[at:end]
        )
        bare.executemany(
            "INSERT INTO message (branch,id,appeal,body) VALUES (?,?,?,?)", messages[at:end]
        )
        marks = ",".join("?" * len(rows[0]))
        bare.executemany(f"INSERT INTO queue_row VALUES ({marks})", rows[at:end])
        bare.executemany("INSERT INTO words (rowid, stems) VALUES (?,?)", words[at:end])
        bare.execute("COMMIT")
    took = time.perf_counter() - start
    bare.close()
    return limit / took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--appeals", type=int, default=COUNT)
    parser.add_argument("--taken", type=int, default=6_000, help="appeals taken into a new store")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--piece", type=int, default=75, help="appeals in one transaction")
    asked = parser.parse_args()
    kept = big_store(asked.appeals, say=lambda words: print(words, file=sys.stderr, flush=True))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        with writing(path) as writer:
            start = time.perf_counter()
            took = fill(writer, asked.taken, open_share=OPEN_SHARE, size=asked.piece)
            spent = time.perf_counter() - start
        line(f"a piece of {asked.piece} appeals with messages", took)
        print(f"{'taken in':34} {asked.taken / spent:8.0f} appeals/s")
        print(f"{'floor: executemany':34} {floor_of_fill(path, asked.taken):8.0f} appeals/s")
        path = Path(folder) / "store.db"
        shutil.copyfile(kept, path)
        print(f"{'size':34} {path.stat().st_size / 1e6:8.0f} MB")
        reads(path, asked.rounds)
        writes(path, asked.rounds)


if __name__ == "__main__":
    main()
