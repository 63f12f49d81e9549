"""A store that is closed while somebody reads in it: the read ends, the process does not."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from console.errors import StoreError
from console.readmodel import QueueQuery
from console.store.driver import DatabaseError, connect_reader
from console.store.lanes import Lanes
from console.store.reader import StoreReader
from tests.support.builders import NOON, an_appeal, an_operator
from tests.support.console_store import KEY, ZONES, a_store

ROUNDS = 25
_LONG = """
WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted LIMIT 30000000)
SELECT count(*) FROM counted
"""
"""Some seconds of reading, where nobody interrupts it."""

_HAMMER = """
import random, sys, threading, time
from pathlib import Path
from tests.console.store.test_reader_close import hammer
sys.exit(hammer(Path(sys.argv[1]), int(sys.argv[2])))
"""


def hammer(folder: Path, rounds: int) -> int:
    """Close a reader under four threads that read, again and again; how many were told wrongly."""
    wrong: list[str] = []
    with a_store(folder) as store:
        store.sign_in(an_operator())
        store.take(*(an_appeal(text="отключили свет, дома холодно " * 20) for _ in range(300)))
        for turn in range(rounds):
            reader = _reader(store.path)
            begun = threading.Barrier(5)
            threads = [
                threading.Thread(target=_read_on, args=(reader, begun, wrong)) for _ in range(4)
            ]
            for thread in threads:
                thread.start()
            begun.wait()
            threading.Event().wait(turn % 10 / 500)  # each round meets them at another place
            reader.close()
            for thread in threads:
                thread.join()
    print(*wrong, file=sys.stderr)
    return len(wrong)


def _read_on(reader: StoreReader, begun: threading.Barrier, wrong: list[str]) -> None:
    begun.wait()
    try:
        while True:
            ids = reader.queue_ids(QueueQuery("all", text="свет"), now=NOON)
            reader.queue_rows(ids)
            reader.counts(now=NOON)
    except StoreError as error:
        if error.key != "ui.store_closed":
            wrong.append(repr(error))
    except Exception as error:  # noqa: BLE001 - told by the parent process
        wrong.append(repr(error))


def _reader(path: Path) -> StoreReader:
    return StoreReader(path, KEY, due_soon=timedelta(minutes=60), zones=ZONES)


def test_closing_under_threads_that_read_ends_each_read_and_never_the_process(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", _HAMMER, str(tmp_path), str(ROUNDS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_read_after_the_end_is_refused_on_every_thread(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        reader = _reader(store.path)
        assert reader.outbox() == []
        reader.close()
        told: list[str] = []

        def read() -> None:
            with pytest.raises(StoreError) as refused:
                reader.outbox()
            told.append(refused.value.key)

        read()
        another = threading.Thread(target=read)
        another.start()
        another.join()
        assert told == ["ui.store_closed"] * 2
        reader.close()


def test_a_long_read_is_interrupted(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        lanes = Lanes(lambda: connect_reader(store.path, KEY))
        begun, told = threading.Event(), list[str]()

        def count_on() -> None:
            with lanes.reading() as connection, pytest.raises(DatabaseError) as caught:
                begun.set()
                connection.execute(_LONG).fetchone()
            told.append(str(caught.value))

        reading = threading.Thread(target=count_on)
        reading.start()
        begun.wait()
        lanes.close(patience=60)
        reading.join()
        assert told == ["interrupted"]


@pytest.mark.expected_logs("a read of the store did not end")
def test_a_connection_in_which_a_read_does_not_end_is_left_alone(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        lanes = Lanes(lambda: connect_reader(store.path, KEY))
        begun, go_on = threading.Event(), threading.Event()
        found: list[int] = []

        def read() -> None:
            with lanes.reading() as connection:
                begun.set()
                go_on.wait()
                found.append(connection.execute("SELECT count(*) FROM appeal").fetchone()[0])
                connection.close()

        reading = threading.Thread(target=read)
        reading.start()
        begun.wait()
        lanes.close(patience=0.1)
        go_on.set()
        reading.join()
        assert found == [0]
