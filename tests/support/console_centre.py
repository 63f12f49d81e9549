"""Two servers that must answer alike: the one in memory, and the real one over a real socket."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from console.domain.operator import Operator, Role
from console.faultpoints import never
from console.remote.client import HttpRemote
from console.server import repo
from console.sync.runner import Connected
from tests.support.builders import an_operator
from tests.support.clock import StandingClock
from tests.support.console_server import ClientDouble, Row, ServerDouble, as_rows
from tests.support.server import LiveServer, live_server


class KeptToken:
    """`remote.client.TokenKeeper` in memory; ``saved`` is every token in the order of keeping."""

    def __init__(self) -> None:
        self.token: str | None = None
        self.saved: list[str] = []

    def load(self) -> str | None:
        return self.token

    def save(self, token: str) -> None:
        self.token = token
        self.saved.append(token)

    def forget(self) -> None:
        self.token = None


def a_client(url: str, tokens: KeptToken | None = None, **more: object) -> HttpRemote:
    """The real client."""
    options = {"on_offset": lambda _: None, "fault_point": never} | more
    return HttpRemote(url, tokens=tokens or KeptToken(), **options)  # type: ignore[arg-type]


class Centre(Protocol):
    """A server of either kind."""

    olga: Operator
    boss: Operator

    def put(self, *rows: Row) -> None:
        """Rows as they now are there."""

    def client(self) -> Connected:
        """A workstation that nobody has signed in to."""


@dataclass(slots=True)
class _InMemory:
    server: ServerDouble
    olga: Operator
    boss: Operator

    def put(self, *rows: Row) -> None:
        self.server.put(*rows)

    def client(self) -> Connected:
        return ClientDouble(self.server)


@dataclass(slots=True)
class _Real:
    server: LiveServer
    olga: Operator
    boss: Operator
    clients: list[HttpRemote]

    def put(self, *rows: Row) -> None:
        self.server.database.write(lambda c: repo.put_rows(c, as_rows(rows)))

    def client(self) -> Connected:
        made = a_client(self.server.url)
        self.clients.append(made)
        return made


@contextmanager
def a_centre(kind: str, folder: Path) -> Generator[Centre]:
    """A server (``in_memory`` or ``real``) with an operator and a supervisor of Красноярск."""
    olga = an_operator(login="olga", id="op-olga")
    boss = an_operator(login="boss", id="op-boss", role=Role.SUPERVISOR, name="Виктор Ким")
    clock = StandingClock()
    if kind == "in_memory":
        yield _InMemory(ServerDouble(clock, olga, boss), olga, boss)
        return
    with live_server(folder, operators=[olga, boss], branches=("krasnoyarsk",)) as server:
        real = _Real(server, olga, boss, [])
        yield real
        for client in real.clients:
            client.close()
