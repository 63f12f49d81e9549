"""Any request: whatever bytes come, the server answers with what is wrong and does not fail."""

from __future__ import annotations

import json
import socket
from collections.abc import Generator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from console.domain.mutations import BY_KIND, AddNote, Postpone, SetPlace, TagOutage
from console.domain.operator import ALL_BRANCHES, Role
from console.server import attachments, repo
from console.wire import codec, problems
from console.wire.schema import IncomingAppeal, IntakeBatch, PresenceNotice, Rows, SignIn
from tests.support.builders import (
    NOON,
    a_reply,
    an_appeal,
    an_envelope,
    an_opening,
    an_operator,
)
from tests.support.files import NORMS, a_picture, an_attachment
from tests.support.server import LiveServer, employ, signed_in

ME = an_operator(id="me", login="me", role=Role.ADMIN, branches=(ALL_BRANCHES,))
APPEAL = an_appeal(id="appeal-1", number="1")

FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

_PHOTO = an_attachment(a_picture(), ident="file-1")
_FILE = f"/v1/attachments/{APPEAL.branch}/{_PHOTO.id}"
_ROUTES = (
    ("GET", "/v1/health"),
    ("GET", "/v1/changes"),
    ("POST", "/v1/session"),
    ("POST", "/v1/session/refresh"),
    ("DELETE", "/v1/session"),
    ("POST", "/v1/mutations"),
    ("PUT", "/v1/presence"),
    ("POST", "/v1/intake"),
    ("POST", "/v1/outages"),
    ("PUT", "/v1/outages/krasnoyarsk/oms/1"),
    ("PUT", _FILE),
    ("PATCH", f"{_FILE}?offset=0"),
    ("GET", _FILE),
    ("GET", f"{_FILE}/content"),
    ("DELETE", _FILE),
    ("GET", "/schema/openapi.json"),
)

_INCOMING = IncomingAppeal("im", "n1", "Нет света", NOON, attachments=(_PHOTO,))
_MUTATIONS = (
    a_reply(attachments=(_PHOTO,)),
    AddNote("note"),
    TagOutage("outage"),
    SetPlace(APPEAL.place),
    Postpone(NOON, "reason"),
    an_opening(),
)

_VALID: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/v1/session", SignIn("me", "password", "desk")),
    ("POST", "/v1/session/refresh", {"refresh_token": "token"}),
    ("PUT", _FILE, _PHOTO),
    ("PUT", "/v1/presence", PresenceNotice(APPEAL.ref, typing=True)),
    ("POST", "/v1/intake", IntakeBatch((_INCOMING,))),
    *(
        ("POST", "/v1/mutations", codec.to_wire(an_envelope(m, APPEAL, ME, id="envelope-1")))
        for m in _MUTATIONS
    ),
)
"""A request of each kind that would do, as plain data to be spoilt."""

_ODD = st.one_of(
    st.sampled_from(
        [
            "\0",
            "a\0b",
            "\ud800",
            "\x1b[2J",
            "9" * 5000,
            "x" * 300,
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            10**30,
            -(2**63) - 1,
            1e308,
            float("inf"),
            float("nan"),
            [],
            {},
            [[[[]]]],
            *BY_KIND,
        ]
    ),
    st.text(max_size=20),
    st.integers(),
    st.floats(),
    st.none(),
    st.booleans(),
    st.lists(st.text(max_size=5), max_size=3),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """The start of an answer."""

    status: int
    head: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Wire:
    """Sends bytes as they are, which no decent client would."""

    host: str
    port: int
    token: str

    def send(self, raw: bytes) -> Reply:
        with socket.create_connection((self.host, self.port), timeout=30) as connection:
            connection.sendall(raw)
            with connection.makefile("rb") as answer:
                head, _, body = answer.read().partition(b"\r\n\r\n")
        return Reply(int(head.split(b" ", 2)[1]), head, body)

    def ask(
        self,
        method: str,
        target: str,
        *,
        body: bytes = b"",
        headers: tuple[bytes, ...] = (),
        signed_in: bool = True,
    ) -> Reply:
        lines = [
            f"{method} {target} HTTP/1.1".encode(),
            b"Host: here",
            b"Connection: close",
            b"Content-Length: %d" % len(body),
            *([f"Authorization: Bearer {self.token}".encode()] if signed_in else []),
            *headers,
        ]
        return self.send(b"\r\n".join(lines) + b"\r\n\r\n" + body)


@pytest.fixture
def wire(server: LiveServer) -> Generator[Wire]:
    """A connection of an administrator, who may do everything."""
    employ(server.database, ME)
    server.database.write(lambda c: repo.put_rows(c, Rows(appeals=(APPEAL,))))
    server.database.write(_begin_upload)
    with signed_in(server.url, ME.login) as client:
        token = client.headers["Authorization"].removeprefix("Bearer ")
        address = urlsplit(server.url)
        yield Wire(str(address.hostname), int(address.port or 0), token)


def _begin_upload(connection: Connection) -> None:
    """Half a file is there, to be asked after and gone on with."""
    attachments.declare(connection, APPEAL.branch, _PHOTO, author=ME, norms=NORMS, now=NOON)


def _is_told(reply: Reply) -> None:
    """No failure of the server; and what is refused is refused as a problem."""
    assert reply.status < 500, reply
    if reply.status >= 400 and reply.body and not reply.body.lstrip().startswith(b"<!DOCTYPE"):
        assert problems.MEDIA_TYPE.encode() in reply.head, reply
        assert json.loads(reply.body)["status"] == reply.status


@FUZZ
@given(
    route=st.sampled_from(_ROUTES),
    query=st.one_of(
        st.binary(max_size=60).map(quote_from_bytes),
        st.builds(
            lambda name, value: f"{name}={value}",
            st.sampled_from(["since", "limit", "count", "offset"]),
            st.one_of(
                st.binary(max_size=40).map(quote_from_bytes),
                st.from_regex(r"\A[a-z_]{0,6}:[0-9]{0,30}(,_:[0-9]{1,4})?\Z"),
                st.integers().map(str),
            ),
        ),
    ),
)
@example(("GET", "/v1/changes"), "since=omsk:" + "9" * 5000)
@example(("GET", "/v1/changes"), "since=omsk:9223372036854775808")
@example(("GET", "/v1/changes"), "since=%00:1")
@example(("GET", "/v1/changes"), "since=" + ",".join(f"a{n}:1" for n in range(5000)))
@example(("GET", "/v1/changes"), "limit=" + "9" * 5000)
@example(("GET", "/v1/changes"), "limit=99999999999999999999")
@example(("GET", "/v1/changes"), "count=%FF%FE")
@example(("PATCH", _FILE), "offset=-1")
@example(("PATCH", _FILE), "offset=" + "9" * 30)
@example(("PATCH", _FILE), "offset=%00")
def test_any_query_is_answered(wire: Wire, route: tuple[str, str], query: str) -> None:
    method, path = route
    if method != "DELETE":
        _is_told(wire.ask(method, f"{path.partition('?')[0]}?{query}"))


@FUZZ
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "BREW"]),
    path=st.one_of(
        st.binary(max_size=60).map(quote_from_bytes),
        st.sampled_from(_ROUTES).flatmap(
            lambda route: st.binary(max_size=8).map(lambda b: route[1][1:] + quote_from_bytes(b))
        ),
    ),
)
@example("GET", "v1/changes%00")
@example("GET", "schema/%FF")
def test_any_path_is_answered(wire: Wire, method: str, path: str) -> None:
    if path.rstrip("/") != "v1/pokes" and (method, path.rstrip("/")) != ("DELETE", "v1/session"):
        _is_told(wire.ask(method, f"/{path}"))


@FUZZ
@given(route=st.sampled_from(_ROUTES), body=st.binary(max_size=200))
def test_any_body_is_answered(wire: Wire, route: tuple[str, str], body: bytes) -> None:
    method, path = route
    if method != "DELETE":
        _is_told(wire.ask(method, path, body=body))


@FUZZ
@given(data=st.data())
def test_any_spoilt_request_is_answered(wire: Wire, data: st.DataObject) -> None:
    method, path, valid = data.draw(st.sampled_from(_VALID))
    spoilt = deepcopy(codec.to_plain(valid))
    for _ in range(data.draw(st.integers(1, 2))):
        where = data.draw(st.sampled_from(list(_places(spoilt)))) if _has_places(spoilt) else None
        odd = data.draw(_ODD)
        if where is None:
            spoilt = odd
        else:
            where[0][where[1]] = odd
    _is_told(wire.ask(method, path, body=json.dumps(spoilt).encode()))


@FUZZ
@given(
    route=st.sampled_from(_ROUTES),
    name=st.sampled_from(
        ["Authorization", "Otklik-Protocol", "Content-Type", "Accept", "Cookie", "Range"]
    ),
    value=st.one_of(
        st.binary(max_size=60).map(lambda raw: bytes(b for b in raw if b >= 32 and b != 127)),
        st.sampled_from([b"Bearer", b"Bearer ..", b"Bearer a.9.b", b"1", b"application/json"]),
        st.text("0123456789abcdef.-", max_size=60).map(lambda t: f"Bearer {t}".encode()),
    ),
)
@example(("GET", "/v1/changes"), "Authorization", "Bearer ё.1.ё".encode())
@example(("GET", "/v1/changes"), "Authorization", b"Bearer \xff.\xb2.\xff")
def test_any_header_is_answered(
    wire: Wire, route: tuple[str, str], name: str, value: bytes
) -> None:
    method, path = route
    _is_told(wire.ask(method, path, headers=(name.encode() + b": " + value,), signed_in=False))


@FUZZ
@given(
    asked=st.one_of(
        st.from_regex(r"\Abytes=[0-9]{0,20}-[0-9]{0,20}\Z"),
        st.binary(max_size=40).map(lambda raw: raw.hex()),
        st.sampled_from(["bytes=-0", "bytes=0-", "bytes=5-1", "bytes=0-0,2-3", "lines=1-2"]),
    )
)
def test_any_range_of_a_file_is_answered(wire: Wire, asked: str) -> None:
    sent = wire.ask("PATCH", f"{_FILE}?offset=0", body=a_picture())
    assert sent.status in (200, 409)
    headers = (f"Range: {asked.strip()}".encode(),)
    reply = wire.ask("GET", f"{_FILE}/content", headers=headers)
    assert reply.status in (200, 206, 416), reply


@pytest.mark.parametrize("key", ["a\0b", "x" * 65, "", "a b", "\x1b"])
def test_a_presence_at_what_is_no_id_is_a_problem(wire: Wire, key: str) -> None:
    for ref in (["krasnoyarsk", key], [key, "appeal-1"]):
        reply = wire.ask("PUT", "/v1/presence", body=json.dumps({"appeal": ref}).encode())
        assert reply.status == 400, reply


def test_a_cursor_of_a_branch_that_is_no_key_is_a_problem(wire: Wire) -> None:
    for since in ("a b:1", "\0:1", "x" * 65 + ":1", "omsk:" + "1" * 20):
        reply = wire.ask("GET", f"/v1/changes?since={quote(since)}")
        assert reply.status == 400, reply
    assert wire.ask("GET", "/v1/changes?since=gorno-altaysk:9,_:0").status == 200


def _has_places(value: Any) -> bool:
    return isinstance(value, dict | list) and bool(value)


def _places(value: Any) -> Generator[tuple[Any, Any]]:
    """Every (container, key) in plain data."""
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])
