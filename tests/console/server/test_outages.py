"""The outage registry over HTTP: an OMS pushes states, in whatever order they come."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from console.domain.ids import Ref
from console.domain.mutations import MoveEtr
from console.domain.operator import Role
from console.domain.outage import ForeignId, Outage, OutageStatus
from console.wire import codec
from console.wire.schema import OutageAnswer, OutageFate, OutageReport, Page
from tests.support.builders import an_envelope, an_opening, an_operator
from tests.support.server import LiveServer, employ, signed_in

DISPATCHER = an_operator(login="oms", role=Role.DISPATCHER)
OPERATOR = an_operator(login="olga")
ELSEWHERE = an_operator(login="omsk", role=Role.DISPATCHER, branches=("omsk",))
BRANCH = "krasnoyarsk"
OPENED, CHANGED, UNCHANGED, STALE, REFUSED = OutageFate


@pytest.fixture
def people(server: LiveServer) -> Generator[dict[str, httpx.Client]]:
    everyone = (DISPATCHER, OPERATOR, ELSEWHERE)
    employ(server.database, *everyone)
    with ExitStack() as stack:
        yield {who.login: stack.enter_context(signed_in(server.url, who.login)) for who in everyone}


def a_state(mrid: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": mrid,
        "branch": BRANCH,
        "at": "2026-01-20T04:00:00Z",
        "kind": "emergency",
        "status": "active",
        "started_at": "2026-01-20T10:40:00+07:00",
        "version": 1,
        "areas": [{"settlement": "Солонцы", "street": "улица Садовая", "houses": "1–15"}],
        "res": "Емельяновский РЭС",
        "feeder": "ф. 12-4",
        "objects": {"feeder": "_feeder-12-4"},
        **changes,
    }


def push(client: httpx.Client, *states: dict[str, Any]) -> tuple[OutageAnswer, ...]:
    said = client.post("/v1/outages", json={"system": "oms", "states": states})
    assert said.status_code == 200, said.text
    return codec.decode(said.content, OutageReport).answers


def fates(client: httpx.Client, *states: dict[str, Any]) -> list[OutageFate]:
    return [answer.fate for answer in push(client, *states)]


def registry(client: httpx.Client) -> dict[str, Outage]:
    """Every outage by the other system's id of it."""
    rows = codec.decode(client.get("/v1/changes").content, Page).rows
    return {outage.foreign[0].id: outage for outage in rows.outages if outage.foreign}


def test_states_of_another_system_become_outages_in_whatever_order_they_come(
    people: dict[str, httpx.Client], server: LiveServer
) -> None:
    _opened_moved_and_restored(people["oms"], people["olga"])
    assert registry(people["omsk"]) == {}
    _again_and_late(people["oms"])
    _beside_a_dispatcher(people["oms"], server)
    _after_a_dispatcher(people["oms"])
    _nested(people["oms"])
    _told_four_times_at_once(people["oms"])


def _opened_moved_and_restored(oms: httpx.Client, reader: httpx.Client) -> None:
    (answer,) = push(oms, a_state("one"))
    assert answer.fate is OPENED
    etr = {"etr": "2026-01-20T08:00:00Z", "etr_reason": "ждём кран"}
    assert fates(oms, a_state("one", version=2, at="2026-01-20T04:10:00Z", **etr)) == [CHANGED]
    back = a_state("one", version=3, at="2026-01-20T04:50:00Z", status="restored", **etr)
    assert fates(oms, back) == [CHANGED]
    outage = registry(reader)["one"]
    assert (outage.id, outage.status) == (answer.outage, OutageStatus.RESTORED)
    assert outage.foreign == (ForeignId("oms", "one"), ForeignId("oms", "_feeder-12-4", "feeder"))
    assert [(r.set_by, r.reason) for r in outage.etr_history] == [("oms", "ждём кран")]
    assert outage.started_at.isoformat() == "2026-01-20T03:40:00+00:00"
    assert outage.version == 3


def _again_and_late(oms: httpx.Client) -> None:
    newer = a_state("two", version=5, at="2026-01-20T04:30:00Z", status="crew_sent")
    told = fates(oms, a_state("two"), newer, newer, a_state("two", version=4))
    assert told == [OPENED, CHANGED, UNCHANGED, STALE]
    before = oms.get("/v1/changes").json()["cursors"][BRANCH]
    assert fates(oms, newer, a_state("two")) == [UNCHANGED, STALE]
    assert oms.get("/v1/changes").json()["cursors"][BRANCH] == before
    assert registry(oms)["two"].status is OutageStatus.CREW_SENT


def _beside_a_dispatcher(oms: httpx.Client, server: LiveServer) -> None:
    """Their ETR stays until the other system has a new one."""
    (answer,) = push(oms, a_state("three", etr="2026-01-20T08:00:00Z"))
    etr = server.centre.clock.now().replace(hour=20)
    moved = an_envelope(MoveEtr(etr), Ref(BRANCH, answer.outage), DISPATCHER)
    said = oms.post("/v1/mutations", content=codec.encode(codec.to_wire(moved)))
    assert said.json()["outcome"] == "applied", said.text
    again = a_state("three", version=2, at="2026-01-20T05:00:00Z", etr="2026-01-20T08:00:00Z")
    assert fates(oms, again) == [UNCHANGED]
    outage = registry(oms)["three"]
    assert outage.etr == etr
    assert [record.set_by for record in outage.etr_history] == ["oms", DISPATCHER.id]


def _after_a_dispatcher(oms: httpx.Client) -> None:
    """What was entered by hand is the same outage, and keeps what the system leaves empty."""
    entered = an_envelope(an_opening(cause="обрыв"), Ref(BRANCH, "by-hand"), DISPATCHER)
    said = oms.post("/v1/mutations", content=codec.encode(codec.to_wire(entered)))
    assert said.json()["outcome"] == "applied", said.text
    (answer,) = push(oms, a_state("four", outage="by-hand", crew="ОВБ-2"))
    assert (answer.fate, answer.outage) == (CHANGED, "by-hand")
    outage = registry(oms)["four"]
    assert (outage.id, outage.cause, outage.crew) == ("by-hand", "обрыв", "ОВБ-2")
    assert fates(oms, a_state("four", version=2, status="crew_sent")) == [CHANGED]
    (nowhere,) = push(oms, a_state("five", outage="no-such"))
    assert "no-such" in nowhere.reason


def _nested(oms: httpx.Client) -> None:
    outer, inner = push(oms, a_state("outer"), a_state("inner", nested_in="outer"))
    assert registry(oms)["inner"].id == inner.outage
    assert registry(oms)["inner"].nested_in == outer.outage


def _told_four_times_at_once(oms: httpx.Client) -> None:
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: push(oms, a_state("same"))[0], range(4)))
    assert {answer.outage for answer in told} == {registry(oms)["same"].id}
    assert sorted(str(answer.fate) for answer in told) == ["opened", *["unchanged"] * 3]


def test_what_is_wrong_is_said_of_each_state_and_concerns_no_other(
    people: dict[str, httpx.Client],
) -> None:
    _one_bad_among_good(people["oms"])
    _at_its_own_address(people["oms"])
    batch = {"system": "oms", "states": [a_state("mine")]}
    assert people["olga"].post("/v1/outages", json=batch).status_code == 403
    nobody = httpx.post(f"{people['olga'].base_url}/v1/outages", json=batch)
    assert nobody.status_code == 401
    too_many = {"system": "oms", "states": [{}] * 1_001}
    assert people["oms"].post("/v1/outages", json=too_many).status_code == 400


def _one_bad_among_good(oms: httpx.Client) -> None:
    answers = push(
        oms,
        a_state("no-start", started_at="gestern"),
        a_state("naive", at="2026-01-20T04:00:00"),
        a_state("elsewhere", branch="omsk"),
        a_state("nowhere", branch="atlantis"),
        a_state("long", cause="ж" * 3_000),
        a_state("good"),
    )
    assert [answer.fate for answer in answers] == [REFUSED] * 5 + [OPENED]
    told = {answer.id: answer.reason for answer in answers}
    assert "$.started_at" in told["no-start"]
    assert "no distance from UTC" in told["naive"]
    assert "scope" in told["elsewhere"]
    assert "atlantis" in told["nowhere"]
    assert told["long"] == "cause: too_long, at most 2000"
    assert set(registry(oms)) == {"good"}


def _at_its_own_address(oms: httpx.Client) -> None:
    state = a_state("put")
    body = {name: part for name, part in state.items() if name not in ("id", "branch")}
    address = f"/v1/outages/{BRANCH}/oms/put"
    for fate in (OPENED, UNCHANGED):
        said = oms.put(address, json=body)
        assert (said.status_code, said.json()["answers"][0]["fate"]) == (200, fate)
    wrong = oms.put(address, json={**body, "status": "dark"})
    assert wrong.status_code == 400
    assert "$.status" in wrong.json()["detail"]
    assert oms.put(address, content=b"[1]").status_code == 400
    assert oms.put(f"/v1/outages/{BRANCH}/My%20OMS/1", json=body).status_code == 400
