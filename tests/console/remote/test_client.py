"""The client: a session that renews itself, a measured clock, and requests that can be cut off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from console.domain.operator import Operator
from console.errors import OtklikError, ProtocolError, SignInNeededError, TransientError
from console.remote.client import HttpRemote
from console.remote.offset import OffsetMeter
from console.wire import problems
from console.wire.codec import decode, encode
from console.wire.problems import Problem
from console.wire.schema import (
    PROTOCOL_HEADER,
    TIME_HEADER,
    Page,
    Refresh,
    Rows,
    Session,
)
from tests.support.builders import NOON, an_operator
from tests.support.console_centre import KeptToken, a_client
from tests.support.server import PASSWORD, live_server
from tests.support.village_line import VillageLine
from tests.support.waiting import until


class Front:
    """A server's front door: hands out numbered tokens, and knows which still hold."""

    def __init__(self, operator: Operator | None = None) -> None:
        self.operator = operator or an_operator()
        self.valid = "access-0"
        self.refreshes: list[str] = []
        self.number = 0
        self.on_refresh: Callable[[], None] = lambda: None
        self.ended = False
        self.signed_out = False
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            return self._answer(request)

    def expire(self) -> None:
        """The access token that is out is over."""
        self.valid = "none"

    def _answer(self, request: httpx.Request) -> httpx.Response:
        headers = {PROTOCOL_HEADER: "1", TIME_HEADER: datetime.now(UTC).isoformat()}
        if request.url.path == "/v1/session/refresh":
            self.refreshes.append(decode(request.content, Refresh).refresh_token)
            self.on_refresh()
            if self.ended:
                return _problem(401, problems.TOKEN_REVOKED, headers)
            return httpx.Response(200, content=encode(self._session()), headers=headers)
        if (request.method, request.url.path) == ("POST", "/v1/session"):
            return httpx.Response(200, content=encode(self._session()), headers=headers)
        if request.headers.get("authorization") != f"Bearer {self.valid}":
            return _problem(401, problems.TOKEN_EXPIRED, headers)
        self.signed_out = self.signed_out or request.method == "DELETE"
        return httpx.Response(200, content=encode(a_page()), headers=headers)

    def _session(self) -> Session:
        self.number += 1
        self.valid = f"access-{self.number}"
        return Session(
            self.valid, f"refresh-{self.number}", 900, self.operator, ("omsk",), "e", NOON
        )


def _problem(status: int, type_: str, headers: dict[str, str]) -> httpx.Response:
    return httpx.Response(status, content=encode(Problem("No", status, type_)), headers=headers)


def a_page() -> Page:
    return Page("e", ("omsk",), {"omsk": 1}, {"omsk": 1}, Rows(), (), (), False, NOON)


def over(front: Front, tokens: KeptToken | None = None, **more: object) -> HttpRemote:
    return a_client("http://server", tokens, transport=httpx.MockTransport(front), **more)


def pull(client: HttpRemote) -> Page:
    return client.changes({}, limit=1, count=False)


# ---------------------------------------------------------------------- renewal


def test_an_access_token_that_is_over_is_renewed_unseen() -> None:
    front, tokens = Front(), KeptToken()
    client = over(front, tokens)
    client.sign_in("olga", PASSWORD)
    front.expire()
    assert pull(client) == a_page()
    assert (front.refreshes, tokens.saved) == (["refresh-1"], ["refresh-1", "refresh-2"])


def test_a_new_run_continues_the_session_of_the_last_one() -> None:
    front, tokens = Front(), KeptToken()
    tokens.token = "refresh-of-yesterday"
    client = over(front, tokens)
    assert client.has_session
    pull(client)
    assert front.refreshes == ["refresh-of-yesterday"]


def test_of_many_threads_one_renews_for_all() -> None:
    front, tokens = Front(), KeptToken()
    all_refused, errors = threading.Barrier(8), list[OtklikError]()

    def handler(request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") == "Bearer access-1":
            all_refused.wait(30)
        return front(request)

    client = a_client("http://server", tokens, transport=httpx.MockTransport(handler))
    client.sign_in("olga", PASSWORD)
    front.expire()

    def ask() -> None:
        try:
            pull(client)
        except OtklikError as error:
            errors.append(error)

    threads = [threading.Thread(target=ask, name=f"asker-{n}") for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert front.refreshes == ["refresh-1"]


def test_the_next_refresh_token_is_kept_before_the_access_token_is_used() -> None:
    order: list[str] = []
    front = Front()

    class Watched(KeptToken):
        def save(self, token: str) -> None:
            order.append(f"kept {token}")
            super().save(token)

    def handler(request: httpx.Request) -> httpx.Response:
        used = request.headers.get("authorization")
        if used is not None:
            order.append(used)
        return front(request)

    client = a_client("http://server", Watched(), transport=httpx.MockTransport(handler))
    client.sign_in("olga", PASSWORD)
    front.expire()
    pull(client)
    assert order == [
        "kept refresh-1",
        "Bearer access-1",
        "kept refresh-2",
        "Bearer access-2",
    ]


def test_a_token_that_cannot_be_kept_is_never_used() -> None:
    """Else the next start would come with a token that is used up, which ends the session."""
    front = Front()

    class Full(KeptToken):
        def save(self, token: str) -> None:
            raise OSError("no space left")

    client = over(front, Full())
    with pytest.raises(OSError, match="no space"):
        client.sign_in("olga", PASSWORD)
    assert client._access is None


def test_a_session_that_has_ended_is_said_once_and_for_all() -> None:
    front, tokens = Front(), KeptToken()
    client = over(front, tokens)
    client.sign_in("olga", PASSWORD)
    front.expire()
    front.ended = True
    for _ in range(2):
        with pytest.raises(SignInNeededError):
            pull(client)
    client.forget_session()
    with pytest.raises(SignInNeededError):
        pull(client)
    assert len(front.refreshes) == 2


def test_a_renewal_that_gets_no_answer_keeps_the_session() -> None:
    front, tokens = Front(), KeptToken()
    client = over(front, tokens)
    client.sign_in("olga", PASSWORD)
    front.expire()

    def broken() -> None:
        raise httpx.ConnectError("gone")

    front.on_refresh = broken
    with pytest.raises(TransientError):
        pull(client)
    front.on_refresh = lambda: None
    assert pull(client) == a_page()


def test_a_server_that_never_accepts_a_new_token_is_asked_no_third_time() -> None:
    front = Front()
    client = over(front, KeptToken())
    client.sign_in("olga", PASSWORD)
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path == "/v1/changes":
            front.expire()
        return front(request)

    client._client = httpx.Client(base_url="http://server", transport=httpx.MockTransport(handler))
    with pytest.raises(SignInNeededError):
        pull(client)
    assert asked == ["/v1/changes", "/v1/session/refresh", "/v1/changes"]


# ---------------------------------------------------------------------- time


def test_the_offset_is_measured_at_the_middle_of_an_exchange() -> None:
    meter = OffsetMeter()
    after = NOON + timedelta(seconds=2)
    server = NOON + timedelta(seconds=31)
    assert meter.measured(server, before=NOON, after=after) == timedelta(seconds=30)


def test_noise_is_smoothed_and_a_set_clock_holds_at_once() -> None:
    meter = OffsetMeter()

    def measured(offset: float) -> float:
        server = NOON + timedelta(seconds=offset)
        return meter.measured(server, before=NOON, after=NOON).total_seconds()

    assert measured(10.0) == 10.0
    assert measured(11.0) == pytest.approx(10.2)
    assert measured(-50.0) == -50.0


def test_a_clock_set_back_during_an_exchange_says_nothing() -> None:
    meter = OffsetMeter()
    meter.measured(NOON, before=NOON, after=NOON)
    before = NOON + timedelta(hours=1)
    assert meter.measured(NOON, before=before, after=NOON) == timedelta()


def test_every_answer_measures_the_servers_clock() -> None:
    told: list[timedelta] = []
    ahead = datetime.now(UTC) + timedelta(hours=2)

    def handler(request: httpx.Request) -> httpx.Response:
        response = Front()._answer(request)
        response.headers[TIME_HEADER] = ahead.isoformat()
        return response

    transport = httpx.MockTransport(handler)
    client = a_client("http://server", transport=transport, on_offset=told.append)
    client.sign_in("olga", PASSWORD)
    assert told and abs(told[0] - timedelta(hours=2)) < timedelta(minutes=1)


@pytest.mark.parametrize("told", ["", "yesterday", "2026-03-11T05:00:00"])
def test_a_time_that_cannot_be_read_is_no_time(told: str) -> None:
    heard: list[timedelta] = []

    def handler(request: httpx.Request) -> httpx.Response:
        response = Front()._answer(request)
        response.headers[TIME_HEADER] = told
        return response

    transport = httpx.MockTransport(handler)
    client = a_client("http://server", transport=transport, on_offset=heard.append)
    client.sign_in("olga", PASSWORD)
    assert heard == []


# ---------------------------------------------------------------------- against the real server


def test_an_interrupted_request_ends_at_once(tmp_path: Path) -> None:
    olga = an_operator(login="olga")
    with live_server(tmp_path, operators=[olga]) as server:
        client = a_client(server.url)
        client.sign_in("olga", PASSWORD)
        opened, ended = threading.Event(), list[BaseException]()

        def listen() -> None:
            try:
                with client.pokes() as notices:
                    for _ in notices:
                        opened.set()
            except TransientError as error:
                ended.append(error)

        thread = threading.Thread(target=listen, name="listening")
        thread.start()
        assert opened.wait(30), "the first poke comes with the stream"
        client.interrupt()
        thread.join(30)
        assert not thread.is_alive()
        with pytest.raises(TransientError):
            pull(client)
        client.close()


def test_a_request_is_broken_off_and_the_next_one_is_not(tmp_path: Path) -> None:
    olga = an_operator(login="olga")
    with (
        live_server(tmp_path, operators=[olga]) as server,
        closing(VillageLine(server.url)) as line,
    ):
        line.silence_after(1)
        client = a_client(line.url)
        ended = list[TransientError]()

        def sign_in() -> None:
            try:
                client.sign_in("olga", PASSWORD)
            except TransientError as error:
                ended.append(error)

        thread = threading.Thread(target=sign_in, name="signing in")
        thread.start()
        assert line.silent.wait(30)
        client.break_off()
        thread.join(30)
        assert not thread.is_alive()
        assert [error.code for error in ended] != ["timeout"]
        line.speak()
        client.sign_in("olga", PASSWORD)
        assert pull(client).branches == ("krasnoyarsk",)
        client.close()


def test_hanging_up_ends_the_stream_and_nothing_else(tmp_path: Path) -> None:
    olga = an_operator(login="olga")
    with live_server(tmp_path, operators=[olga]) as server:
        client = a_client(server.url)
        client.sign_in("olga", PASSWORD)
        heard, over_ = list[tuple[str, ...]](), threading.Event()

        def listen() -> None:
            try:
                with client.pokes() as notices:
                    for notice in notices:
                        heard.append(notice.feeds)
            except TransientError:
                pass
            finally:
                over_.set()

        thread = threading.Thread(target=listen, name="listening")
        thread.start()
        until(lambda: bool(heard), what="the first poke")
        client.hang_up()
        assert over_.wait(30)
        thread.join(30)
        assert pull(client).branches == ("krasnoyarsk",)
        client.close()


def test_a_stream_whose_token_is_over_is_renewed_for_the_next_try(tmp_path: Path) -> None:
    front = Front()
    client = over(front, KeptToken())
    client.sign_in("olga", PASSWORD)
    front.expire()
    with pytest.raises(TransientError), client.pokes():
        pass
    assert front.refreshes == ["refresh-1"]
    assert pull(client) == a_page()


def test_signing_out_ends_the_session_even_without_a_link() -> None:
    front, tokens = Front(), KeptToken()
    client = over(front, tokens)
    client.sign_in("olga", PASSWORD)
    client._client = httpx.Client(
        base_url="http://server",
        transport=httpx.MockTransport(lambda _: httpx.Response(500)),
    )
    client.sign_out()
    assert (client.has_session, tokens.token) == (False, None)


@pytest.mark.parametrize("restarted", [False, True])
def test_signing_out_ends_the_session_at_the_server_though_the_token_is_over(
    restarted: bool,
) -> None:
    front, tokens = Front(), KeptToken()
    client = over(front, tokens)
    client.sign_in("olga", PASSWORD)
    front.expire()
    if restarted:
        client = over(front, tokens)
    client.sign_out()
    assert (client.has_session, tokens.token) == (False, None)
    assert front.signed_out


def test_an_operator_that_cannot_be_read_is_the_servers_fault() -> None:
    front = Front(replace(an_operator(), role="king"))  # type: ignore[arg-type]
    with pytest.raises(ProtocolError):
        over(front).sign_in("olga", PASSWORD)
