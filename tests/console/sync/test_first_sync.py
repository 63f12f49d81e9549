"""The first sync: usable at once, and the same in the end however often it is broken off."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from console.app import Console, Machinery, open_console
from console.config import Settings
from console.domain.appeal import Appeal, Status
from console.domain.ids import uuid7
from console.domain.operator import Operator
from console.errors import StoreError
from console.ports import SystemClock
from console.readmodel import QueueQuery, QueueSort
from console.remote.secrets import MemorySecrets
from console.server.intake.seed import seed
from console.store.doctor import examine
from console.store.driver import connect_reader
from console.store.engine import make_engine
from console.sync import runner
from console.wire.schema import Rows
from tests.support.builders import NOON, a_message, an_appeal, an_operator, an_outage
from tests.support.server import PASSWORD, LiveServer, live_server
from tests.support.waiting import until

PATIENCE = 60.0
APPEALS = 900
INTERRUPTIONS = 10
NEVER = 1_000_000
COMPARED = {
    "appeal": "branch, id, version, body",
    "message": "branch, id, appeal, body",
    "outage": "branch, id, version, body",
    "operator": "id, name, body",
    "queue_row": "branch, id, number, status, due_at, owner, outage, first_line, words_digest",
    "outage_row": "branch, id, status, active, body",
    "tally": "key, n",
    "feed_cursor": "feed, position",
}


def test_a_first_sync_that_is_broken_off_ten_times_ends_as_one_that_never_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = an_operator()
    monkeypatch.setattr(runner, "PAGE_ROWS", 60)
    monkeypatch.setattr(runner, "FIRST_PIECE_ROWS", 20)
    with live_server(tmp_path / "centre", operators=[me]) as server:
        _fill(server)
        whole, broken = _Profile(tmp_path / "whole"), _Profile(tmp_path / "broken")
        with whole.console(server, me) as console:
            until(lambda: _is_complete(console), what="the end", within=PATIENCE)
        points = []
        for turn in range(INTERRUPTIONS):
            with broken.console(server, me, stop_after=4 + turn % 5 if turn else 40) as console:
                assert broken.stopped.wait(PATIENCE)
                assert console.reader.position().cursors, "it never came to the feed"
                assert not _is_complete(console), "it was over before it was broken off"
                points.append(console.reader.mirrored_rows())
        assert points == sorted(set(points)), "each goes on where the one before was broken off"
        with broken.console(server, me) as console:
            until(lambda: _is_complete(console), what="the end", within=PATIENCE)
        assert broken.starts == INTERRUPTIONS + 1
        for table, columns in COMPARED.items():
            assert broken.rows(table, columns) == whole.rows(table, columns), table
        assert examine(broken.path, broken.key).faults == ()


def test_what_an_operator_looks_for_first_is_there_before_the_feed_has_come_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = an_operator()
    monkeypatch.setattr(runner, "PAGE_ROWS", 40)
    with live_server(tmp_path / "centre", operators=[me]) as server:
        given = _fill(server)
        profile = _Profile(tmp_path / "profile")
        with profile.console(server, me, stop_after=20) as console:
            profile.stopped.wait(PATIENCE)
            query = QueueQuery("open", QueueSort.NEWEST)
            ids = console.reader.queue_ids(query, now=console.clock.now())
            shown = [row.ref for row in console.reader.queue_rows(ids[:20])]
            open_ = [appeal for appeal in given if appeal.is_open]
            newest = [appeal for appeal in reversed(open_) if appeal.danger]
            newest += [appeal for appeal in reversed(open_) if not appeal.danger]
            assert shown == [appeal.ref for appeal in newest[:20]], "danger first"
            dangerous = [appeal for appeal in open_ if appeal.danger]
            assert all(console.reader.row_id(appeal.ref) for appeal in dangerous[-20:])
            assert console.reader.row_id(open_[0].ref) is not None, "the longest waiting"
            view = console.reader.appeal(open_[-1].ref)
            assert view is not None
            assert [message.text for message in view.messages] == ["Что со светом?"]
            assert not _is_complete(console)


class _Profile:
    """A profile that may be opened again and again, with one keychain."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "store.db"
        self.key = b""
        self.starts = 0
        self.stopped = threading.Event()
        self._folder = folder
        self._secrets = MemorySecrets()

    @contextmanager
    def console(
        self, server: LiveServer, me: Operator, *, stop_after: int = NEVER
    ) -> Generator[Console]:
        """A console whose store takes so many transactions after the sign-in, and then no more."""
        self.starts += 1
        self.stopped.clear()
        left = iter(range(stop_after))

        def begin(_: Connection) -> None:
            if signed_in.is_set() and next(left, None) is None:
                self.stopped.set()
                raise StoreError("the power is gone")

        def engine(path: Path, key: bytes) -> Engine:
            made = make_engine(path, key)
            event.listen(made, "begin", begin)
            self.key = key
            return made

        signed_in = threading.Event()
        console = open_console(
            Settings(profile=self._folder, server=server.url),
            clock=SystemClock(),
            secrets=self._secrets,
            passphrase=lambda _: None,
            machinery=Machinery(engine=engine),
        )
        if console.session.current is not None:
            signed_in.set()
        console.start()
        try:
            if not signed_in.is_set():
                console.session.sign_in(me.login, PASSWORD).result(PATIENCE)
                signed_in.set()
            yield console
        finally:
            console.close()

    def rows(self, table: str, columns: str) -> list[Any]:
        """What a table holds, whatever its row ids are."""
        with closing(connect_reader(self.path, self.key)) as store:
            found = store.execute(f"SELECT {columns} FROM {table} WHERE {_SAID[table]}").fetchall()
        return sorted(found, key=repr)


_SAID = dict.fromkeys(COMPARED, "1") | {"tally": "n <> 0"}


def _is_complete(console: Console) -> bool:
    return console.reader.position().complete


def _fill(server: LiveServer) -> list[Appeal]:
    """A branch with open and answered appeals, oldest first, each with a message."""
    outage = an_outage()
    given = []
    for number in range(APPEALS):
        at = NOON + timedelta(minutes=number)
        given.append(
            an_appeal(
                id=uuid7(at, number.to_bytes(10, "big")),
                created_at=at,
                received_at=at,
                status=Status.NEW if number % 3 else Status.PUBLISHED,
                published_at=None if number % 3 else at,
                danger=number % 50 == 1,
            )
        )
    messages = [a_message(one, text="Что со светом?") for one in given]
    for start in range(0, APPEALS, 15):
        part = slice(start, start + 15)
        rows = Rows(appeals=tuple(given[part]), messages=tuple(messages[part]), outages=(outage,))
        seed(server.database, rows)
        seed(server.database, Rows(appeals=tuple(given[start : start + 2])))
    return given
