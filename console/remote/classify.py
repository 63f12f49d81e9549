"""Classification: every way in which a request can fail, as one of the typed errors.

What matters to sync is whether trying again can help, whether the request may have been carried
out all the same, and what the status bar says; the rest is for the log.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from console.errors import (
    AuthError,
    OtklikError,
    ProtocolError,
    RejectedError,
    SignInNeededError,
    TransientError,
)
from console.wire import problems
from console.wire.codec import DecodeError, decode
from console.wire.problems import Problem
from console.wire.schema import PROTOCOL, PROTOCOL_HEADER

_OVERLOADED = frozenset({408, 425, 429, 502, 503, 504})
_PORTAL = frozenset({407, 511})
"""By their definition in RFC 9110 and RFC 6585 nothing was passed on."""
_LONGEST_WAIT = 3600.0
_TOO_LARGE = 413

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
"""Failures before a byte of the request could have left."""


def transport_error(error: httpx.RequestError | httpx.InvalidURL) -> OtklikError:
    """What a request that got no answer becomes."""
    code = _transport_code(error)
    return TransientError(
        f"the server did not answer ({code})", code=code, reached=not isinstance(error, _UNSENT)
    )


def answer_error(response: httpx.Response) -> OtklikError | None:
    """What an answer becomes that is not the one asked for; None if it is. Its body is read."""
    status = response.status_code
    if _is_captive(response):
        # A proxy may have passed the request on and then shown a page of its own all the same.
        return TransientError(
            "a page of the network stands in between",
            code="captive",
            reached=status not in _PORTAL,
        )
    if status in _OVERLOADED:
        return TransientError(
            f"the server is busy ({status})", code="busy", reached=True, retry_after=_wait(response)
        )
    if status >= 500:
        return TransientError(f"the server failed ({status})", code="server", reached=True)
    theirs = response.headers.get(PROTOCOL_HEADER)
    if theirs is None:
        return _not_ours(status)
    if theirs != str(PROTOCOL):
        return ProtocolError(
            f"the server speaks protocol {theirs}, this program {PROTOCOL}", code="version"
        )
    return None if response.is_success else _refusal(response)


def unreadable(error: DecodeError) -> ProtocolError:
    """An answer that is not what the schema says."""
    return ProtocolError(f"the server's answer cannot be read: {error}", code="protocol")


def _not_ours(status: int) -> OtklikError:
    """What an answer becomes that no server of ours has given."""
    if status == _TOO_LARGE:
        # A proxy says so, before the server has seen anything; the same again would fare no better.
        return RejectedError("what stands in between takes no such request", code="too_large")
    return ProtocolError(f"not an Otklik server, or none any more ({status})", code="protocol")


def _refusal(response: httpx.Response) -> OtklikError:
    try:
        problem = decode(response.content, Problem)
    except DecodeError:
        problem = Problem(response.reason_phrase, response.status_code)
    ours, _, name = problem.type.partition(":")
    code = name.replace("-", "_") if ours == "otklik" else ""
    if problem.type == problems.BAD_CREDENTIALS:
        return AuthError("login or password is wrong; check the keyboard layout and try again")
    if response.status_code == 401:
        return SignInNeededError(f"the session has ended ({code or 'unauthorised'}); sign in again")
    if problem.type == problems.PROTOCOL_MISMATCH:
        return ProtocolError(problem.detail or problem.title, code="version")
    return RejectedError(
        problem.detail or problem.title or str(response.status_code),
        code=code or "unknown",
        params=problem.params,
    )


def _is_captive(response: httpx.Response) -> bool:
    """Whether a hotel's or a station's sign-in page answered in the server's place."""
    if response.status_code in _PORTAL:
        return True
    ours = PROTOCOL_HEADER in response.headers
    html = response.headers.get("content-type", "").startswith("text/html")
    return not ours and (response.is_redirect or (response.is_success and html))


def _wait(response: httpx.Response) -> float | None:
    """The seconds of Retry-After; a date there is not worth believing without a good clock."""
    text = response.headers.get("retry-after", "")
    return min(float(text), _LONGEST_WAIT) if text.isdigit() else None


def _transport_code(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "dns"
        if isinstance(cause, ssl.SSLError):
            return "tls"
        if isinstance(cause, ConnectionRefusedError):
            return "refused"
    return "network"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
