"""The application: what every answer carries, and how it says no."""

from __future__ import annotations

import json
from datetime import datetime

import httpx
import pytest
from sqlalchemy import text

from console.clock import SystemClock
from console.domain.mutations import BY_KIND
from console.server.app import MAX_BODY, create_app
from console.server.database import DatabaseError, open_database
from console.server.faults import FaultError
from console.server.routes.changes import parse_cursors
from console.wire import codec, problems
from console.wire.problems import Problem
from console.wire.schema import (
    PROTOCOL,
    PROTOCOL_HEADER,
    TIME_HEADER,
    Health,
    Page,
    Refresh,
    Session,
    SignIn,
)
from tests.support.builders import NOON, an_operator
from tests.support.server import BRANCHES, PASSWORD, LiveServer, employ, sign_in, signed_in


def _problem(response: httpx.Response) -> Problem:
    assert response.headers["content-type"] == problems.MEDIA_TYPE
    problem = codec.decode(response.content, Problem)
    assert problem.status == response.status_code
    return problem


def test_the_health_says_which_server_it_is(server: LiveServer) -> None:
    response = httpx.get(f"{server.url}/v1/health")
    health = codec.decode(response.content, Health)
    assert (health.status, health.protocol, health.server_time) == ("ok", PROTOCOL, NOON)
    assert health.epoch == server.centre.incarnation.epoch


def test_every_answer_says_protocol_and_time(server: LiveServer) -> None:
    asked = [
        ("GET", "/v1/health", 200),
        ("GET", "/nowhere", 404),
        ("PUT", "/v1/health", 405),
        ("GET", "/v1/changes", 401),
        ("GET", "/v1/pokes", 401),
        ("POST", "/v1/session", 400),
        ("GET", "/schema/openapi.json", 200),
    ]
    for method, path, status in asked:
        response = httpx.request(method, f"{server.url}{path}")
        assert response.status_code == status, path
        assert response.headers[PROTOCOL_HEADER] == "1"
        assert datetime.fromisoformat(response.headers[TIME_HEADER]) == NOON
        if status >= 400:
            _problem(response)


def test_the_time_header_has_microseconds_even_when_there_are_none(server: LiveServer) -> None:
    response = httpx.get(f"{server.url}/v1/health")
    assert response.headers[TIME_HEADER] == "2026-03-11T05:00:00.000000+00:00"


def test_another_protocol_is_told_both_versions(server: LiveServer) -> None:
    response = httpx.get(f"{server.url}/v1/health", headers={PROTOCOL_HEADER: "2"})
    problem = _problem(response)
    assert problem.status == 426
    assert problem.type == problems.PROTOCOL_MISMATCH
    assert problem.params == {"server": "1", "console": "2"}
    same = httpx.get(f"{server.url}/v1/health", headers={PROTOCOL_HEADER: "1"})
    assert same.status_code == 200


def test_a_request_beyond_the_limit_is_refused_unread(server: LiveServer) -> None:
    too_much = b" " * (MAX_BODY + 1)
    for content in (too_much, (too_much[i : i + 65536] for i in range(0, len(too_much), 65536))):
        problem = _problem(httpx.post(f"{server.url}/v1/session", content=content))
        assert problem.status == 413
        assert problem.type == problems.TOO_LARGE


def test_only_who_is_signed_in_may_ask(server: LiveServer) -> None:
    for method, path in (
        ("GET", "/v1/changes"),
        ("POST", "/v1/mutations"),
        ("PUT", "/v1/presence"),
        ("GET", "/v1/pokes"),
        ("POST", "/v1/intake"),
        ("DELETE", "/v1/session"),
    ):
        response = httpx.request(method, f"{server.url}{path}", content=b"{}")
        assert response.status_code in (400, 401), path
        if method in ("GET", "DELETE"):
            assert _problem(response).type == problems.TOKEN_REVOKED


def test_sign_in_refresh_and_sign_out_over_http(server: LiveServer) -> None:
    olga = an_operator()
    employ(server.database, olga)
    with httpx.Client(base_url=server.url) as client:
        session = sign_in(client, olga.login)
        asked = codec.encode(Refresh(session.refresh_token))
        response = client.post("/v1/session/refresh", content=asked)
        again = codec.decode(response.content, Session)
        client.headers["Authorization"] = f"Bearer {again.access_token}"
        assert client.get("/v1/changes").status_code == 200
        assert client.delete("/v1/session").status_code == 204
        assert _problem(client.get("/v1/changes")).type == problems.TOKEN_REVOKED
        assert _problem(client.delete("/v1/session")).type == problems.TOKEN_REVOKED


def test_too_many_attempts_are_told_when_to_come_again(server: LiveServer) -> None:
    for _ in range(5):
        asked = codec.encode(SignIn("olga", "wrong"))
        response = httpx.post(f"{server.url}/v1/session", content=asked)
        assert _problem(response).type == problems.BAD_CREDENTIALS
    asked = codec.encode(SignIn("olga", PASSWORD))
    response = httpx.post(f"{server.url}/v1/session", content=asked)
    assert _problem(response).type == problems.TOO_MANY
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "5"


def test_a_page_has_the_scope_the_epoch_and_the_time(server: LiveServer) -> None:
    employ(server.database, an_operator(login="olga", branches=("omsk", "tyva")))
    with signed_in(server.url, "olga") as client:
        page = codec.decode(client.get("/v1/changes").content, Page)
        counted = codec.decode(client.get("/v1/changes?count=1&limit=1").content, Page)
    assert page.branches == ("omsk", "tyva")
    assert page.cursors == {"_": 1, "omsk": 0, "tyva": 0} == page.heads
    assert page.epoch == server.centre.incarnation.epoch
    assert page.server_time == NOON
    assert page.remaining is None
    assert [operator.login for operator in page.rows.operators] == ["olga"]
    assert counted.remaining == 0


def test_wrong_cursors_and_limits_are_problems(server: LiveServer) -> None:
    employ(server.database, an_operator(login="olga"))
    with signed_in(server.url, "olga") as client:
        for query in ("since=omsk", "since=omsk:x", "since=:5", "since=omsk:-1", "limit=many"):
            response = client.get(f"/v1/changes?{query}")
            assert _problem(response).type == problems.BAD_REQUEST, query
        for query in ("since=", "limit=0", "limit=999999", "since=omsk:999999999999"):
            assert client.get(f"/v1/changes?{query}").status_code == 200, query


def test_cursors_are_read_as_they_are_written() -> None:
    assert parse_cursors("omsk:120,_:5,gorno-altaysk:0") == {
        "omsk": 120,
        "_": 5,
        "gorno-altaysk": 0,
    }
    with pytest.raises(FaultError):
        parse_cursors("omsk:²")


def test_the_description_of_the_interface_names_every_type(server: LiveServer) -> None:
    response = httpx.get(f"{server.url}/schema/openapi.json")
    described = json.loads(response.content)
    assert {"/v1/changes", "/v1/mutations", "/v1/session"} <= described["paths"].keys()
    schemas = described["components"]["schemas"]
    assert {"Page", "Answer", "Appeal", "Problem"} <= schemas.keys()
    assert {cls.__name__ for cls in BY_KIND.values()} <= schemas.keys()
    mutate = described["paths"]["/v1/mutations"]["post"]
    body = mutate["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/WireEnvelope"}
    named = set(_refs(described))
    assert named <= {f"#/components/schemas/{name}" for name in schemas}


def _refs(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [ref for value in part.values() for ref in _refs(value)]
    if isinstance(part, list):
        return [ref for value in part for ref in _refs(value)]
    return []


@pytest.mark.expected_logs("console.server.app: the database failed")
@pytest.mark.allowed_logs("the feeds cannot be read")
def test_a_database_that_fails_is_told_as_such(server: LiveServer) -> None:
    server.database.write(lambda c: c.execute(text("DROP TABLE feeds")))
    response = httpx.get(f"{server.url}/v1/health")
    problem = _problem(response)
    assert problem.status == 503
    assert "feeds" not in response.text
    assert response.headers["Retry-After"]


@pytest.mark.expected_logs("console.server.app: a request failed: ZeroDivisionError")
def test_a_bug_is_a_problem_without_its_insides(
    server: LiveServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError(" ".join(("words", "of", "a", "resident")))

    monkeypatch.setattr("console.server.routes.health.Health", fail)
    response = httpx.get(f"{server.url}/v1/health")
    assert _problem(response).status == 500
    assert "Zero" not in response.text
    assert "in health" in caplog.text
    assert "words of a resident" not in caplog.text


def test_a_server_over_an_empty_database_is_not_made(postgres_url: str) -> None:
    with pytest.raises(DatabaseError, match="run: otklik-server migrate"):
        create_app(postgres_url, branches=BRANCHES)


def test_logs_hold_nothing_personal(server: LiveServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    employ(server.database, an_operator(login="olga-secret-login"))
    with signed_in(server.url, "olga-secret-login") as client:
        client.get("/v1/changes?since=secretbranch:1")
        client.post("/v1/mutations", content=b'{"text": "secret text"}')
        client.post("/v1/session", content=codec.encode(SignIn("olga-secret-login", "secret")))
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert not any("secret" in line for line in ours), ours


def test_the_real_clock_is_the_default(database: object, database_url: str) -> None:
    app = create_app(open_database(database_url), branches=BRANCHES)
    assert isinstance(app.state.centre.clock, SystemClock)
    app.state.centre.database.close()
