"""A first sync at size: a real server on a real socket, a real encrypted store, nothing cut short.

    python -m tests.bench.first_sync_bench [--appeals 100000]

Told are the time to the first usable queue, the time to the end and the peak memory of the
console's process, each beside the same rows put into the same encrypted schema by a bare
``executemany`` in a process of its own. The server's database is kept between runs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from console.app import open_console
from console.config import Settings
from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.domain.message import Message
from console.fulltext import documents
from console.ports import SystemClock
from console.readmodel import QueueQuery, QueueSort
from console.remote.secrets import MemorySecrets
from console.server import migrate as migrate_server
from console.server.database import open_database
from console.server.intake.seed import seed
from console.store.driver import connect_writer
from console.store.migrate import migrate
from console.store.reader import StoreReader
from console.wire.codec import decode
from console.wire.schema import Rows
from tests.bench import big_store
from tests.bench.big_store import ME, appeals, cache, operators, outages, rows_of
from tests.support.server import PASSWORD, employ, migrated, process

COUNT = 100_000
PATIENCE = 3600.0
_SCREEN = 40
"""Rows that fill a screen."""

_MOST_DANGER = 2_000
"""More rows than there are in the lane of danger while the first ones come."""

_PIECE = 2_000
_TABLES = ("appeal", "message", "event", "outage", "operator", "queue_row", "outage_tag")
_TRANSACTION = 10_000


def server_database(count: int) -> str:
    """The URL of a kept database with that many appeals."""
    kept = cache() / f"centre-{count}-{_fingerprint()}.db"
    url = f"sqlite:///{kept}"
    if not kept.exists():
        print(f"making a server's database of {count} appeals, kept for the next run", flush=True)
        with tempfile.TemporaryDirectory(dir=cache()) as folder:
            making = Path(folder) / "centre.db"
            _fill(f"sqlite:///{making}", count)
            making.replace(kept)
    return url


def _fingerprint() -> str:
    """Changes with what the database is made by."""
    steps = sorted((Path(str(migrate_server.__file__)).parent / "migrations/versions").glob("*.py"))
    made = hashlib.sha256(Path(str(big_store.__file__)).read_bytes())
    for step in steps:
        made.update(step.read_bytes())
    return made.hexdigest()[:16]


def _fill(url: str, count: int) -> None:
    with migrated(url) as database:
        employ(database, ME)
        seed(database, Rows(outages=outages(), operators=operators()[1:]))
        piece: list[Appeal] = []
        for appeal in appeals(count):
            piece.append(appeal)
            if len(piece) == _PIECE:
                seed(database, rows_of(piece))
                piece.clear()
        seed(database, rows_of(piece))
    with closing(open_database(url)) as database:
        database.read(lambda c: c.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())


def synced(profile: Path, server: str, newest: Ref) -> dict[str, float]:
    """Sync a new profile; seconds from the sign-in, and the peak of this process in megabytes.

    Usable is a queue of a full screen that has the ``newest`` open appeal in it.
    """
    console = open_console(
        Settings(profile=profile, server=server),
        clock=SystemClock(),
        secrets=MemorySecrets(),
        passphrase=lambda _: None,
    )
    key = console._writer._key
    before = _peak()
    console.start()
    try:
        began = time.perf_counter()
        console.session.sign_in(ME.login, PASSWORD).result(PATIENCE)
        usable = 0.0
        while not console.reader.position().complete:
            if not usable and _shows_a_screen(console.reader, newest):
                usable = time.perf_counter() - began
            time.sleep(0.01)
        whole = time.perf_counter() - began
    finally:
        console.close()
    (profile / "key").write_text(key.hex())
    return {"usable": usable or whole, "whole": whole, "before": before, "peak": _peak()}


def _shows_a_screen(reader: StoreReader, newest: Ref) -> bool:
    """A full screen, and ``newest`` above all where there is no danger, which comes first."""
    if reader.row_id(newest) is None:
        return False
    query = QueueQuery("open", QueueSort.NEWEST)
    ids = reader.queue_ids(query, now=SystemClock().now())
    rows = [row for row in reader.queue_rows(ids[:_MOST_DANGER]) if not row.danger]
    return len(ids) >= _SCREEN and bool(rows) and rows[0].ref == newest


def newest_open(count: int) -> Ref:
    """The appeal that stands first where the newest do, under those in the lane of danger."""
    return [one for one in appeals(count) if one.is_open and not one.danger][-1].ref


def inserted(profile: Path) -> dict[str, float]:
    """The same rows by a bare executemany; what is inserted is read and prepared before."""
    key = bytes.fromhex((profile / "key").read_text())
    with closing(connect_writer(profile / "store.db", key)) as source:
        rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}
    words = _words(rows)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(connect_writer(Path(folder) / "bare.db", key)) as bare,
    ):
        migrate(bare)
        bare.execute("PRAGMA synchronous = NORMAL")
        before, began = _peak(), time.perf_counter()
        for table in _TABLES:
            _insert(bare, table, rows[table])
        _insert(bare, "words (rowid, stems)", words)
        took = time.perf_counter() - began
    return {"whole": took, "before": before, "peak": _peak(), "rows": sum(map(len, rows.values()))}


def _insert(bare: object, into: str, rows: list[tuple[object, ...]]) -> None:
    if not rows:
        return
    marks = ", ".join("?" * len(rows[0]))
    for at in range(0, len(rows), _TRANSACTION):
        bare.execute("BEGIN IMMEDIATE")  # type: ignore[attr-defined]
        bare.executemany(  # type: ignore[attr-defined]
            f"INSERT INTO {into} VALUES ({marks})", rows[at : at + _TRANSACTION]
        )
        bare.execute("COMMIT")  # type: ignore[attr-defined]


def _words(rows: dict[str, list[tuple[object, ...]]]) -> list[tuple[object, ...]]:
    threads: dict[str, list[Message]] = {}
    for row in rows["message"]:
        message = decode(row[-1], Message)  # type: ignore[arg-type]
        threads.setdefault(message.appeal, []).append(message)
    found: list[tuple[object, ...]] = []
    for row in rows["appeal"]:
        appeal = decode(row[-1], Appeal)  # type: ignore[arg-type]
        found.append((row[0], documents.document(appeal, threads.get(appeal.id, []))))
    return found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _child(what: str, profile: Path, server: str = "", newest: str = "") -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.first_sync_bench", "--child", what]
    command += ["--profile", str(profile), "--server", server, "--newest", newest]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(said.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--appeals", type=int, default=COUNT)
    parser.add_argument("--child", choices=("sync", "insert"))
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--server", default="")
    parser.add_argument("--newest", default="")
    asked = parser.parse_args()
    if asked.child:
        if asked.child == "sync":
            newest = Ref(*asked.newest.split("/"))
            print(json.dumps(synced(asked.profile, asked.server, newest)))
        else:
            print(json.dumps(inserted(asked.profile)))
        return
    with tempfile.TemporaryDirectory() as folder, process(server_database(asked.appeals)) as server:
        profile = Path(folder) / "profile"
        newest = newest_open(asked.appeals)
        ours = _child("sync", profile, server.url, f"{newest.branch}/{newest.id}")
        floor = _child("insert", profile)
    count = asked.appeals
    print(f"{'first screen of the queue':34} {ours['usable']:8.2f} s")
    print(
        f"{'all of it':34} {ours['whole']:8.1f} s   floor {floor['whole']:6.1f} s"
        f"   ×{ours['whole'] / floor['whole']:.2f}   {count / ours['whole']:.0f} appeals/s"
        f" beside {count / floor['whole']:.0f}"
    )
    print(
        f"{'peak memory over its beginning':34} {ours['peak'] - ours['before']:8.0f} MB"
        f"   floor {floor['peak'] - floor['before']:6.0f} MB (whole: {ours['peak']:.0f} MB)"
    )


if __name__ == "__main__":
    main()
