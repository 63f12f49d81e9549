"""The central server for tests: on a thread of the test's own process, and as a real process.

Both serve a database of their own, with the operators that the test names; every password is
`PASSWORD`. Nothing of the network is faked: both listen on a free port of the loopback.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE

import httpx
from argon2 import PasswordHasher
from litestar import Litestar

from console.clock import Clock
from console.domain.operator import Operator
from console.rulebook.branches import load_branches
from console.server import accounts, migrate
from console.server.app import create_app
from console.server.centre import Centre
from console.server.database import Database, open_database
from console.server.intake.enrich import Enricher
from console.server.passwords import Passwords
from console.server.serve import Server, listen
from console.wire import codec
from console.wire.schema import Session, SignIn
from tests.support.daemons import running
from tests.support.surroundings import clean_environment

PASSWORD = "light-in-every-window"
BRANCHES = tuple(branch.key for branch in load_branches())


def quick_passwords() -> Passwords:
    """Real argon2id with parameters that cost next to nothing."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def sqlite_url(folder: Path) -> str:
    """The URL of a SQLite database in ``folder``."""
    return f"sqlite:///{folder / 'centre.db'}"


@contextmanager
def migrated(url: str) -> Generator[Database]:
    """The database at ``url``, with its tables made; closed at the end."""
    database = open_database(url)
    try:
        migrate.upgrade(database, now=datetime.now(UTC))
        yield database
    finally:
        database.close()


def employ(database: Database, *operators: Operator) -> None:
    """Enter operators, whose password is `PASSWORD`."""
    hashed = quick_passwords().hash(PASSWORD)
    for operator in operators:
        database.write(lambda c, o=operator: accounts.add(c, o, password_hash=hashed))  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A server on a thread of this process; its insides may be looked at."""

    url: str
    app: Litestar
    centre: Centre

    @property
    def database(self) -> Database:
        """What it serves."""
        return self.centre.database


@contextmanager
def serving(app: Litestar) -> Generator[LiveServer]:
    """``app`` on a free port, served by a thread that has ended when this ends."""
    ready = threading.Event()
    ports: list[int] = []

    def tell(port: int) -> None:
        ports.append(port)
        ready.set()

    server = Server(app, tell)
    with listen("127.0.0.1", 0) as bound:
        thread = threading.Thread(target=lambda: server.run(sockets=[bound]), name="central-server")
        thread.start()
        try:
            while not ready.wait(0.05):
                assert thread.is_alive(), "the server ended before it listened"
            yield LiveServer(f"http://127.0.0.1:{ports[0]}", app, app.state.centre)
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def live_server(
    where: Path | str,
    *,
    operators: Iterable[Operator] = (),
    clock: Clock | None = None,
    enricher: Enricher | None = None,
    branches: Sequence[str] = BRANCHES,
) -> Generator[LiveServer]:
    """A server over a new database: SQLite in the folder ``where``, or the one at that URL."""
    url = where if isinstance(where, str) else sqlite_url(where)
    with migrated(url) as database:
        employ(database, *operators)
        app = create_app(
            database,
            branches=branches,
            clock=clock,
            enricher=enricher,
            passwords=quick_passwords(),
        )
        with serving(app) as server:
            yield server


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A real ``otklik-server serve``; ``database_url`` is what it serves."""

    url: str
    database_url: str
    pid: int


@contextmanager
def running_server(
    where: Path | str, *, operators: Iterable[Operator] = (), port: int = 0
) -> Generator[RunningServer]:
    """The real program as a child process over a new database, as `live_server` makes it."""
    url = where if isinstance(where, str) else sqlite_url(where)
    with migrated(url) as database:
        employ(database, *operators)
    with process(url, port=port) as server:
        yield server


@contextmanager
def process(url: str, *, port: int = 0) -> Generator[RunningServer]:
    """The real program over the database at ``url``, which is there already."""
    command = [sys.executable, "-m", "console.server", "serve", "--port", str(port)]
    with running(
        [*command, "--database", url], env=clean_environment(), stdout=PIPE, stdin=PIPE
    ) as child:
        assert child.stdout is not None
        said = child.stdout.readline().decode()
        address = re.search(r"http://\S+", said)
        assert address is not None, f"the server said {said!r} and not where it listens"
        yield RunningServer(address.group(), url, child.pid)


@contextmanager
def signed_in(url: str, login: str) -> Generator[httpx.Client]:
    """A client whose every request carries the access token of ``login``."""
    with httpx.Client(base_url=url, timeout=30) as client:
        session = sign_in(client, login)
        client.headers["Authorization"] = f"Bearer {session.access_token}"
        yield client


def sign_in(client: httpx.Client, login: str, *, password: str = PASSWORD) -> Session:
    """A new session of ``login``."""
    asked = codec.encode(SignIn(login, password, "test"))
    answer = client.post("/v1/session", content=asked)
    assert answer.status_code == 200, answer.text
    return codec.decode(answer.content, Session)
