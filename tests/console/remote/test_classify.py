"""Classification: what each way to fail means for what is to be sent."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest

from console.domain.mutations import AddNote
from console.errors import (
    AuthError,
    OtklikError,
    ProtocolError,
    RejectedError,
    SignInNeededError,
    TransientError,
)
from console.remote.classify import transport_error
from console.remote.client import HttpRemote
from console.wire import problems
from console.wire.codec import encode
from console.wire.problems import MEDIA_TYPE, Problem
from console.wire.schema import PROTOCOL_HEADER, TIME_HEADER
from tests.support.builders import an_appeal, an_envelope, an_operator
from tests.support.console_centre import KeptToken, a_client

OURS = {PROTOCOL_HEADER: "1", TIME_HEADER: datetime.now(UTC).isoformat()}


def answering(handler: Callable[[httpx.Request], httpx.Response]) -> HttpRemote:
    """A signed-in client whose server is ``handler``."""
    client = a_client("http://server", transport=httpx.MockTransport(handler))
    client._access = "access"
    return client


def raised(response: httpx.Response, *, headers: dict[str, str] | None = None) -> OtklikError:
    """What a pull that is answered so raises."""
    response.headers.update(OURS if headers is None else headers)
    client = answering(lambda _: response)
    try:
        with pytest.raises(OtklikError) as caught:
            client.changes({}, limit=1, count=False)
        return caught.value
    finally:
        client.close()


def a_problem(status: int, type_: str = "about:blank", **headers: str) -> httpx.Response:
    body = encode(Problem("Somehow", status, type_, "in detail"))
    return httpx.Response(status, content=body, headers={"content-type": MEDIA_TYPE} | headers)


def test_a_network_that_wants_a_sign_in_of_its_own_is_captive() -> None:
    page = httpx.Response(200, html="<h1>Wi-Fi вокзала</h1>")
    moved = httpx.Response(302, headers={"location": "http://portal"})
    wanted = httpx.Response(511)
    # Only the last says that it passed nothing on: behind the others a reply may be out.
    for response, reached in ((page, True), (moved, True), (wanted, False)):
        error = raised(response, headers={})
        assert isinstance(error, TransientError)
        assert (error.code, error.reached) == ("captive", reached)


@pytest.mark.parametrize("status", [408, 425, 429, 502, 503, 504])
def test_a_busy_server_is_tried_again_when_it_says(status: int) -> None:
    error = raised(httpx.Response(status, headers={"retry-after": "7"}))
    assert isinstance(error, TransientError)
    assert (error.code, error.retry_after, error.reached) == ("busy", 7.0, True)
    dated = raised(httpx.Response(status, headers={"retry-after": "Fri, 01 Jan 2027 00:00:00 GMT"}))
    assert isinstance(dated, TransientError) and dated.retry_after is None


def test_nobody_is_sent_away_for_a_year() -> None:
    error = raised(httpx.Response(503, headers={"retry-after": "31536000"}))
    assert isinstance(error, TransientError) and error.retry_after == 3600.0


def test_a_proxy_in_between_is_no_other_protocol() -> None:
    error = raised(httpx.Response(502, html="<h1>nginx</h1>"), headers={})
    assert isinstance(error, TransientError) and error.code == "busy"


def test_a_failing_server_may_have_done_it() -> None:
    error = raised(a_problem(500))
    assert isinstance(error, TransientError)
    assert (error.code, error.reached) == ("server", True)


def test_what_is_no_otklik_server_is_said_to_be_none() -> None:
    for response in (httpx.Response(200, json={}), httpx.Response(404)):
        error = raised(response, headers={})
        assert isinstance(error, ProtocolError) and error.code == "protocol"


def test_another_version_is_told_apart() -> None:
    newer = raised(httpx.Response(200, json={}), headers={PROTOCOL_HEADER: "2"})
    said = raised(a_problem(426, problems.PROTOCOL_MISMATCH))
    for error in (newer, said):
        assert isinstance(error, ProtocolError) and error.code == "version"


def test_an_answer_that_is_not_in_the_schema_is_a_protocol_error() -> None:
    for content in (b"", b"{}", b"[1]", "не json".encode("cp1251")):
        error = raised(httpx.Response(200, content=content))
        assert isinstance(error, ProtocolError) and error.code == "protocol"


def test_an_ended_session_needs_a_sign_in() -> None:
    for type_ in (problems.TOKEN_REVOKED, "about:blank"):
        assert isinstance(raised(a_problem(401, type_)), SignInNeededError)


@pytest.mark.parametrize(
    ("status", "type_", "code"),
    [
        (400, problems.BAD_REQUEST, "bad_request"),
        (403, problems.NOT_ALLOWED, "not_allowed"),
        (413, problems.TOO_LARGE, "too_large"),
        (418, "about:blank", "unknown"),
        (404, "", "unknown"),
    ],
)
def test_what_will_never_do_is_rejected_by_name(status: int, type_: str, code: str) -> None:
    error = raised(a_problem(status, type_))
    assert isinstance(error, RejectedError) and error.code == code


def test_a_proxy_that_takes_no_such_request_is_told_from_a_server_that_is_not_ours() -> None:
    error = raised(httpx.Response(413, html="<h1>413 Request Entity Too Large</h1>"), headers={})
    assert isinstance(error, RejectedError) and error.code == "too_large"


def test_what_is_rejected_comes_with_its_details() -> None:
    problem = Problem("No", 409, problems.WRONG_OFFSET, params={"offset": "7"})
    error = raised(httpx.Response(409, content=encode(problem)))
    assert isinstance(error, RejectedError) and error.params == {"offset": "7"}


def test_a_wrong_password_is_no_ended_session() -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(
            401,
            content=encode(Problem("No", 401, problems.BAD_CREDENTIALS)),
            headers=OURS,
        )

    client = a_client("http://server", transport=httpx.MockTransport(handler))
    with pytest.raises(AuthError) as caught:
        client.sign_in("olga", "guess")
    assert not isinstance(caught.value, SignInNeededError)
    client.close()


# ---------------------------------------------------------------------- no answer at all


def _caused(error: httpx.TransportError, cause: BaseException) -> httpx.TransportError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "code", "reached"),
    [
        (_caused(httpx.ConnectError("x"), socket.gaierror(-2, "unknown")), "dns", False),
        (_caused(httpx.ConnectError("x"), ConnectionRefusedError()), "refused", False),
        (_caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError()), "tls", False),
        (_caused(httpx.ConnectError("x"), OSError(101, "unreachable")), "network", False),
        (httpx.ConnectTimeout("x"), "timeout", False),
        (httpx.PoolTimeout("x"), "timeout", False),
        (httpx.ReadTimeout("x"), "timeout", True),
        (httpx.WriteTimeout("x"), "timeout", True),
        (httpx.ReadError("x"), "network", True),
        (httpx.RemoteProtocolError("x"), "network", True),
    ],
    ids=lambda value: getattr(type(value), "__name__", str(value)),
)
def test_a_request_without_an_answer(
    error: httpx.TransportError, code: str, *, reached: bool
) -> None:
    found = transport_error(error)
    assert isinstance(found, TransientError)
    assert (found.code, found.reached) == (code, reached)


def a_push(client: HttpRemote) -> TransientError:
    envelope = an_envelope(AddNote("!"), an_appeal(), an_operator())
    with pytest.raises(TransientError) as caught:
        client.push(envelope)
    client.close()
    return caught.value


def a_signed_in(url: str) -> HttpRemote:
    client = a_client(url, KeptToken())
    client._access = "access"
    return client


def test_a_closed_port_is_refused_and_was_not_reached() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        error = a_push(a_signed_in(f"http://127.0.0.1:{bound.getsockname()[1]}"))
    assert (error.code, error.reached) == ("refused", False)


def test_a_server_that_hangs_up_may_have_heard() -> None:
    with _hanging_up() as url:
        error = a_push(a_signed_in(url))
    assert (error.code, error.reached) == ("network", True)


def test_a_server_without_tls_is_said_so() -> None:
    with _hanging_up() as url:
        error = a_push(a_signed_in(url.replace("http:", "https:")))
    assert (error.code, error.reached) == ("tls", False)


def test_an_address_that_is_none_is_an_error_and_no_bug() -> None:
    error = a_push(a_signed_in("gopher://server"))
    assert error.reached is False


@contextmanager
def _hanging_up() -> Generator[str]:
    """A server that hears a request and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            heard, _ = listening.accept()
            with heard:
                heard.recv(65536)
                heard.sendall(b"\0")

        thread = threading.Thread(target=serve, name="hanging-up")
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(30)
