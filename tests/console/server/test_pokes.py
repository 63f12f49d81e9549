"""Pokes and presence over HTTP: who hears of what, and from which process."""

from __future__ import annotations

import asyncio
import queue
import socket
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.domain.ids import Ref
from console.domain.mutations import Claim
from console.rulebook.leases import load_leases
from console.server import pokes, presence, repo
from console.server.database import Database, open_database
from console.server.pokes import Hub, Look, Relay
from console.wire import codec
from console.wire.schema import HeldLease, Page, PokeNotice, Presence, PresenceNotice, Rows
from tests.support.builders import NOON, an_appeal, an_envelope, an_operator
from tests.support.clock import StandingClock
from tests.support.server import LiveServer, employ, process, signed_in
from tests.support.waiting import until

Heard = queue.Queue[tuple[str, ...] | None]


@contextmanager
def listening(url: str, login: str) -> Generator[Heard]:
    """What a console hears: the feeds of each poke, and None when the stream ends."""
    heard: Heard = queue.Queue()
    with signed_in(url, login) as client, client.stream("GET", "/v1/pokes") as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")

        def listen() -> None:
            with suppress(httpx.HTTPError, httpx.StreamError):
                for line in stream.iter_lines():
                    if line.startswith("data: "):
                        heard.put(codec.decode(line.removeprefix("data: "), PokeNotice).feeds)
            heard.put(None)

        thread = threading.Thread(target=listen, name="console")
        thread.start()
        try:
            yield heard
        finally:
            _break(stream)
            thread.join()


def _break(stream: httpx.Response) -> None:
    """Close the connection under a thread that reads from it."""
    wire: socket.socket = stream.extensions["network_stream"].get_extra_info("socket")
    with suppress(OSError):  # the server has closed it already
        wire.shutdown(socket.SHUT_RDWR)


def _next(heard: Heard) -> tuple[str, ...] | None:
    return heard.get(timeout=10)


def _hears(heard: Heard, feed: str) -> bool:
    """Whether a poke of ``feed`` comes (others may come before it)."""
    while True:
        feeds = heard.get(timeout=10)
        if feeds is None or feed in feeds:
            return feeds is not None


def _put(database: Database, **rows: Any) -> dict[str, int]:
    return database.write(lambda c: repo.put_rows(c, Rows(**rows)))


@pytest.fixture
def olga(server: LiveServer) -> str:
    """The login of an operator of Krasnoyarsk and Omsk."""
    both = ("krasnoyarsk", "omsk")
    employ(server.database, an_operator(login="olga", id="op-olga", branches=both))
    return "olga"


def test_a_stream_begins_with_a_poke_of_every_feed(server: LiveServer, olga: str) -> None:
    with listening(server.url, olga) as heard:
        assert _next(heard) == ("_", "krasnoyarsk", "omsk")


def test_a_mutation_pokes_those_who_read_its_branch(server: LiveServer, olga: str) -> None:
    employ(server.database, foreign := an_operator(branches=("tyva",)))
    appeal, theirs = an_appeal(), an_appeal(branch="tyva")
    _put(server.database, appeals=(appeal, theirs))
    with listening(server.url, olga) as here, listening(server.url, foreign.login) as there:
        assert _next(here) and _next(there)
        with signed_in(server.url, olga) as client:
            operator = an_operator(id="op-olga")
            envelope = codec.to_wire(an_envelope(Claim(), appeal, operator))
            client.post("/v1/mutations", content=codec.encode(envelope))
        assert _hears(here, "krasnoyarsk")
        _put(server.database, appeals=(theirs,))
        heard = _next(there)
        while heard is not None and "tyva" not in heard:
            assert "krasnoyarsk" not in heard
            heard = _next(there)
        assert heard is not None


def test_what_another_process_commits_is_poked_too(
    server: LiveServer, olga: str, database_url: str
) -> None:
    with listening(server.url, olga) as heard:
        assert _next(heard)
        elsewhere = open_database(database_url)
        _put(elsewhere, appeals=(an_appeal(branch="omsk"),))
        elsewhere.close()
        assert _hears(heard, "omsk")


def test_a_server_of_its_own_process_pokes_what_is_put_beside_it(
    database: Database, database_url: str
) -> None:
    employ(database, an_operator(login="olga"))
    with process(database_url) as server, listening(server.url, "olga") as heard:
        assert _next(heard)
        _put(database, appeals=(an_appeal(),))
        assert _hears(heard, "krasnoyarsk")


def test_what_comes_soon_after_a_poke_goes_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pokes, "GAP", 0.5)

    async def listen() -> list[bytes]:
        hub = Hub()
        hub.open()
        stream = hub.stream(("omsk", "tyva"), seconds=60)
        heard = [await anext(stream)]
        coming = asyncio.ensure_future(anext(stream))
        for number, feed in enumerate(("omsk", "tyva", "omsk"), 1):
            hub.announce({feed: number})
            for _ in range(3):
                await asyncio.sleep(0)  # let the loop pass the word on
        heard.append(await coming)
        await stream.aclose()
        assert not hub.is_needed
        return heard

    both = b'event: poke\ndata: {"feeds":["omsk","tyva"]}\n\n'
    assert asyncio.run(listen()) == [both, both]


def test_a_quiet_stream_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pokes, "HEARTBEAT", 0.01)

    async def listen() -> bytes:
        stream = Hub().stream(("omsk",), seconds=60)
        await anext(stream)
        second = await anext(stream)
        await stream.aclose()
        return second

    assert asyncio.run(listen()).startswith(b":")


@pytest.mark.expected_logs("console.server.pokes: the feeds cannot be read: OSError")
def test_the_relay_goes_on_after_a_failure() -> None:
    async def watch() -> bytes:
        hub, failures = Hub(), [OSError(), OSError()]
        hub.open()
        stream = hub.stream(("omsk",), seconds=60)
        await anext(stream)

        def look() -> Look:
            if failures:
                raise failures.pop()
            return Look({"omsk": 7})

        relay = asyncio.ensure_future(Relay(hub, look, period=0.01).run())
        heard = await anext(stream)
        relay.cancel()
        await stream.aclose()
        return heard

    assert b"omsk" in asyncio.run(watch())


def test_a_console_that_goes_is_forgotten(server: LiveServer, olga: str) -> None:
    hub = server.centre.hub
    with listening(server.url, olga) as heard:
        assert _next(heard)
        assert hub.is_needed
    until(lambda: not hub.is_needed, what="the hub to forget the stream")


def test_a_stream_ends_with_its_access_token(
    server: LiveServer, olga: str, clock: StandingClock
) -> None:
    with signed_in(server.url, olga) as client:
        clock.move(timedelta(minutes=10) - timedelta(milliseconds=200))
        with client.stream("GET", "/v1/pokes") as stream:
            assert any(line.startswith("event: poke") for line in stream.iter_lines())


def test_stopping_the_server_ends_the_streams(database: Database, database_url: str) -> None:
    employ(database, an_operator(login="olga"))
    with process(database_url) as server:
        listener = listening(server.url, "olga")
        heard = listener.__enter__()
        assert _next(heard)
    while _next(heard) is not None:
        pass  # a poke that was on its way
    listener.__exit__(*sys.exc_info())


# ── Presence ───────────────────────────────────────────────────────────────────────────────────


def _look(client: httpx.Client) -> tuple[Presence, ...]:
    return codec.decode(client.get("/v1/changes").content, Page).presence


def _say(client: httpx.Client, appeal: Ref | None, **more: Any) -> int:
    notice = PresenceNotice(appeal, **more)
    return client.put("/v1/presence", content=codec.encode(notice)).status_code


def test_others_see_who_has_an_appeal_open(server: LiveServer, olga: str) -> None:
    appeal = an_appeal()
    employ(server.database, colleague := an_operator())
    with signed_in(server.url, olga) as mine, signed_in(server.url, colleague.login) as theirs:
        assert _say(mine, appeal.ref, typing=True) == 204
        assert _look(theirs) == (Presence(appeal.ref, "op-olga", True, NOON),)
        _say(mine, None)
        assert _look(theirs) == ()


def test_presence_is_forgotten_when_it_is_not_said_again(
    server: LiveServer, olga: str, clock: StandingClock
) -> None:
    appeal = an_appeal()
    with signed_in(server.url, olga) as client:
        _say(client, appeal.ref)
        clock.move(presence.LIFE - timedelta(seconds=1))
        assert len(_look(client)) == 1
        _say(client, appeal.ref)
        clock.move(presence.LIFE - timedelta(seconds=1))
        assert _look(client) == (Presence(appeal.ref, "op-olga", False, NOON),)
        clock.move(timedelta(seconds=1))
        assert _look(client) == ()


def test_two_workstations_of_one_operator_are_two(server: LiveServer, olga: str) -> None:
    first, second = an_appeal(), an_appeal()
    with signed_in(server.url, olga) as one, signed_in(server.url, olga) as other:
        _say(one, first.ref)
        _say(other, second.ref)
        assert {p.appeal for p in _look(one)} == {first.ref, second.ref}


def test_presence_is_seen_within_the_scope_alone(server: LiveServer, olga: str) -> None:
    employ(server.database, foreign := an_operator(branches=("tyva",)))
    appeal = an_appeal()
    with signed_in(server.url, olga) as mine, signed_in(server.url, foreign.login) as theirs:
        _say(mine, appeal.ref)
        assert _look(theirs) == ()
        assert _say(theirs, appeal.ref) == 403


def test_presence_pokes_the_others(server: LiveServer, olga: str) -> None:
    appeal = an_appeal(branch="omsk")
    with listening(server.url, olga) as heard, signed_in(server.url, olga) as client:
        assert _next(heard)
        _say(client, appeal.ref)
        assert _hears(heard, "omsk")
        _say(client, appeal.ref, typing=True)
        assert _hears(heard, "omsk")
        _say(client, None)
        assert _hears(heard, "omsk")


def test_signing_out_takes_the_presence_away(server: LiveServer, olga: str) -> None:
    employ(server.database, colleague := an_operator())
    with signed_in(server.url, olga) as mine, signed_in(server.url, colleague.login) as theirs:
        _say(mine, an_appeal().ref)
        assert len(_look(theirs)) == 1
        mine.delete("/v1/session")
        assert _look(theirs) == ()


def test_a_malformed_notice_is_a_problem(server: LiveServer, olga: str) -> None:
    with signed_in(server.url, olga) as client:
        for body in (b"", b"{}", b'{"appeal": "x"}', b'{"appeal": ["a"], "typing": false}'):
            assert client.put("/v1/presence", content=body).status_code == 400


def test_a_soft_lease_is_seen_shortened_told_at_once_and_gone_with_its_holder(
    server: LiveServer, olga: str, clock: StandingClock
) -> None:
    appeal, norms = an_appeal(), load_leases()
    employ(server.database, colleague := an_operator())
    far = NOON + timedelta(days=1)
    with signed_in(server.url, olga) as mine, signed_in(server.url, colleague.login) as theirs:
        _say(mine, appeal.ref)
        before = server.database.read(lambda c: presence.marks(c, now=NOON))
        assert _say(mine, appeal.ref, lease_until=far) == 204
        assert _look(theirs)[0].lease_until == NOON + norms.length
        assert server.database.read(lambda c: presence.marks(c, now=NOON)) != before, "a poke"
        plain = {"appeal": list(appeal.ref), "typing": False}  # an older console
        assert mine.put("/v1/presence", json=plain).status_code == 204
        assert _look(theirs)[0].lease_until is None
        elsewhere, foreign = an_appeal().ref, Ref("tyva", "a1")
        other = (HeldLease(appeal.ref, far), HeldLease(foreign, far))
        before = server.database.read(lambda c: presence.marks(c, now=NOON))
        assert _say(mine, elsewhere, leases=other) == 204
        assert server.database.read(lambda c: presence.marks(c, now=NOON)) != before, "a poke"
        assert {one.appeal: one.lease_until for one in _look(theirs)} == {
            appeal.ref: NOON + norms.length,
            elsewhere: None,
        }, "it goes on while another appeal is open, in one's own branches"
        _say(mine, appeal.ref, lease_until=far, leases=other)
        assert [one.appeal for one in _look(theirs)] == [appeal.ref]
        _say(mine, elsewhere, leases=other)
        clock.move(presence.LIFE)
        assert _look(theirs) == (), "whoever has closed the program holds nothing"
