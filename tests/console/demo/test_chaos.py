"""The option --chaos, and the bad network that it asks for."""

from __future__ import annotations

from random import Random

import httpx
import pytest

from console.demo.chaos import parse
from console.errors import UsageError
from console.remote.chaos import Chaos, ChaosTransport


@pytest.mark.parametrize(
    ("text", "chaos"),
    [
        ("drop=.2,dup=.1,latency=2s", Chaos(0.2, 0.1, 2.0)),
        ("drop=20%", Chaos(drop=0.2)),
        (" dup = 1 , latency = 300ms ", Chaos(dup=1.0, latency=0.3)),
        ("latency=.5s", Chaos(latency=0.5)),
    ],
)
def test_the_option_is_read(text: str, chaos: Chaos) -> None:
    assert parse(text) == chaos


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "nothing is asked for"),
        ("drop", "“drop” is not drop, dup or latency"),
        ("loss=.2", "“loss=.2” is not"),
        ("drop=2", "a share from 0 to 1, not “2”"),
        ("drop=-1", "not “-1”"),
        ("dup=120%", "not “120%”"),
        ("latency=2", "latency is a time, not “2”"),
        ("latency=2h", "latency is a time"),
        ("latency=100s", "at most 60s"),
        ("drop=.1,drop=.2", "given twice"),
    ],
)
def test_a_wrong_option_is_named_with_an_example(text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint) as raised:
        parse(text)
    assert "such as drop=.2,dup=.1,latency=2s" in str(raised.value)


class CountingServer:
    """Answers every request and remembers the bodies."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.content)
        return httpx.Response(200, json={"seen": len(self.bodies)})


def a_client(server: CountingServer, chaos: Chaos, *, seed: int = 1) -> httpx.Client:
    transport = ChaosTransport(httpx.MockTransport(server), chaos, Random(seed))
    return httpx.Client(transport=transport, base_url="http://server")


def test_without_chaos_everything_passes_once() -> None:
    server = CountingServer()
    with a_client(server, Chaos()) as client:
        assert client.post("/", content=b"one").json() == {"seen": 1}
    assert server.bodies == [b"one"]


def test_of_what_is_lost_the_server_has_done_half() -> None:
    server = CountingServer()
    lost = 0
    with a_client(server, Chaos(drop=1.0)) as client:
        for _ in range(200):
            with pytest.raises((httpx.ConnectError, httpx.ReadError)):
                client.post("/", content=b"x")
            lost += 1
    assert lost == 200
    assert 70 < len(server.bodies) < 130


def test_a_doubled_request_arrives_twice_with_its_body_and_one_answer() -> None:
    server = CountingServer()
    with a_client(server, Chaos(dup=1.0)) as client:
        assert client.post("/", content=b"one").json() == {"seen": 2}
    assert server.bodies == [b"one", b"one"]


def test_the_same_seed_spoils_the_same_requests() -> None:
    def fates(seed: int) -> list[bool]:
        found = []
        with a_client(CountingServer(), Chaos(drop=0.5), seed=seed) as client:
            for _ in range(40):
                try:
                    client.get("/")
                    found.append(True)
                except httpx.TransportError:
                    found.append(False)
        return found

    assert fates(5) == fates(5)
    assert fates(5) != fates(6)


def test_closing_ends_a_delay() -> None:
    transport = ChaosTransport(
        httpx.MockTransport(CountingServer()), Chaos(latency=3600.0), Random(1)
    )
    transport.close()
    with httpx.Client(transport=transport, base_url="http://server") as client:
        assert client.get("/").status_code == 200
