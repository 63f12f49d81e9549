"""Processes: what was answered survives a kill, and several servers are one centre."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from console.domain.appeal import Appeal
from console.domain.mutations import Claim, Envelope
from console.server import repo
from console.server.database import Database, open_database
from console.wire import codec
from console.wire.schema import Answer, AnswerOutcome, Page, Refresh, Rows, Session
from tests.support.builders import a_reply, an_appeal, an_envelope, an_operator
from tests.support.server import employ, migrated, process, sign_in, signed_in, sqlite_url

OLGA = an_operator(login="olga")


def _post(client: httpx.Client, envelope: Envelope) -> httpx.Response:
    return client.post("/v1/mutations", content=codec.encode(codec.to_wire(envelope)))


def _page(client: httpx.Client) -> Page:
    return codec.decode(client.get("/v1/changes").content, Page)


def _prepare(database: Database) -> Appeal:
    appeal = an_appeal()
    employ(database, OLGA)
    database.write(lambda c: repo.put_rows(c, Rows(appeals=(appeal,))))
    return appeal


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    """The server is killed the moment after its answer; the next one gives the same answer."""
    url = sqlite_url(tmp_path)
    with migrated(url) as database:
        appeal = _prepare(database)
    envelope = an_envelope(a_reply(), appeal, OLGA)
    with process(url) as server, signed_in(server.url, "olga") as client:
        first = _post(client, envelope)
        before = _page(client)
        os.kill(server.pid, signal.SIGKILL)
        token = client.headers["Authorization"]
    with process(url) as server, httpx.Client(base_url=server.url) as client:
        client.headers["Authorization"] = token
        assert _post(client, envelope).content == first.content
        after = _page(client)
        assert (after.epoch, after.cursors, after.rows) == (
            before.epoch,
            before.cursors,
            before.rows,
        )
        assert len(after.rows.messages) == 1


def test_a_session_goes_on_after_a_restart(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    with migrated(url) as database:
        employ(database, OLGA)
    with process(url) as server, httpx.Client(base_url=server.url) as client:
        session = sign_in(client, "olga")
    with process(url) as server, httpx.Client(base_url=server.url) as client:
        asked = codec.encode(Refresh(session.refresh_token))
        again = codec.decode(client.post("/v1/session/refresh", content=asked).content, Session)
        assert again.operator == OLGA


def test_two_servers_over_one_database_are_one_centre(postgres_url: str) -> None:
    with migrated(postgres_url) as database:
        appeal = _prepare(database)
    with (
        process(postgres_url) as one,
        process(postgres_url) as other,
        signed_in(one.url, "olga") as here,
        httpx.Client(base_url=other.url) as there,
    ):
        there.headers["Authorization"] = here.headers["Authorization"]
        envelope = an_envelope(Claim(), appeal, OLGA)
        with there.stream("GET", "/v1/pokes", timeout=10) as stream:
            lines = stream.iter_lines()
            _until(lines, "krasnoyarsk")  # the first poke names every feed
            first = _post(here, envelope)
            assert codec.decode(first.content, Answer).outcome is AnswerOutcome.APPLIED
            _until(lines, "krasnoyarsk")
        assert _post(there, envelope).content == first.content
        assert _page(there).rows.appeals == _page(here).rows.appeals


def _until(lines: Any, feed: str) -> None:
    assert any(line.startswith("data: ") and feed in line for line in lines)


def test_the_database_may_go_away_and_come_back(postgres_url: str) -> None:
    """Connections that the database cut are replaced without anybody's noticing."""
    with migrated(postgres_url) as database:
        _prepare(database)
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with process(postgres_url) as server, signed_in(server.url, "olga") as client:
        assert _page(client).rows.appeals
        admin = open_database(postgres_url)
        admin.write(lambda c: c.execute(cut).all())
        admin.close()
        (appeal,) = _page(client).rows.appeals
        assert _post(client, an_envelope(Claim(), appeal, OLGA)).status_code == 200
