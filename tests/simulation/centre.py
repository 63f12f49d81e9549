"""The centre: the real server application over its real database, called in place.

No socket and no event loop: a request is one coroutine that never has to wait, because the way off
the event loop (`console.server.centre.OffLoop`) leads to the same thread. The application is made
once for a process; each run begins with a copy of a database that was migrated once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from argon2 import PasswordHasher
from litestar import Litestar
from sqlalchemy import Connection, event, update

from console.clock import SystemClock
from console.domain.operator import Operator
from console.server import accounts, migrate, runs, tables
from console.server.app import create_app
from console.server.centre import Centre
from console.server.database import open_database
from console.server.intake.enrich import Enriched
from console.server.passwords import Passwords
from console.wire.schema import IncomingAppeal
from tests.simulation.kernel import KilledError
from tests.support.builders import NOON

T = TypeVar("T")

PASSWORD = "light-in-every-window"
BRANCHES = ("omsk", "krasnoyarsk", "khakassia")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class ServerKilledError(KilledError):
    """The server's process was killed while it served."""


@dataclass(slots=True)
class Hands:
    """What a run puts into the application that outlives it: its time, chance and ends."""

    now: Callable[[], float] = lambda: 0.0
    entropy: Callable[[int], bytes] = bytes
    poke: Callable[[Mapping[str, int]], None] = lambda _: None
    steps_to_live: int | None = None
    dies_over: str = ""
    """The beginning of the paths over which it dies."""

    serving: str = ""
    asked: int = 0

    def wall(self) -> datetime:
        """The server's time: no two questions have the same answer."""
        self.asked += 1
        return NOON + timedelta(seconds=self.now(), microseconds=self.asked)

    def step(self) -> None:
        """One statement of the database, which may be the process's last."""
        if self.steps_to_live is None or not self.serving.startswith(self.dies_over):
            return
        self.steps_to_live -= 1
        if self.steps_to_live <= 0:
            self.steps_to_live = None
            raise ServerKilledError


class NamedBranch:
    """An enricher that believes what the outside system says; the rules have tests of their own."""

    def enrich(self, incoming: IncomingAppeal, text: str) -> Enriched:
        """The branch as given."""
        return Enriched(incoming.branch, topic="outage.emergency", place=incoming.place)


class Server:
    """The application of one process of the simulation, and its database file."""

    def __init__(self, folder: Path, operators: Sequence[Operator], *, url: str = "") -> None:
        self._file = folder / "centre.db"
        self._template = folder / "template.db"
        self._backup = folder / "backup.db"
        self.hands = Hands()
        self._on_sqlite = not url
        self.database = open_database(url or f"sqlite:///{self._file}")
        self._found(operators)
        self.app = self._application()
        self._save(self._template)
        event.listen(self.database.engine, "before_cursor_execute", self._before_statement)
        event.listen(self.database.engine, "commit", self._before_commit)

    @property
    def centre(self) -> Centre:
        """The inside of the application."""
        found: Centre = self.app.state.centre
        return found

    # ------------------------------------------------------------------ a run

    def begin(self, hands: Hands) -> None:
        """A new run over a new database."""
        self._forget_hands()
        self._load(self._template)
        for name in ("now", "entropy", "poke", "steps_to_live", "dies_over", "asked"):
            setattr(self.hands, name, getattr(hands, name))

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def answer(
        self, method: str, target: str, headers: Sequence[tuple[bytes, bytes]], body: bytes
    ) -> Answer:
        """Serve one request. `ServerKilledError` where the process did not live to its end."""
        path, _, query = target.partition("?")
        self.hands.serving = path
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.lower(), value) for name, value in headers],
            "client": ("console", 1),
            "server": ("centre", 80),
            "extensions": {},
        }
        sent = _Sent()
        _in_place(self.app, scope, body, sent)
        return Answer(sent.status, tuple(sent.headers), b"".join(sent.parts))

    def read(self, work: Callable[[Connection], T]) -> T:
        """What the database holds, seen from outside of the run."""
        with self._unharmed():
            return self.database.read(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Something that an administrator does, at the server's own command line."""
        with self._unharmed():
            return self.database.write(work)

    # ------------------------------------------------------------------ its ends

    def restart(self) -> None:
        """The process is another one; what was committed is there."""
        self.hands.steps_to_live = None
        self.database.close()
        self.database.write(lambda c: runs.begin(c, self.centre.clock))

    def back_up(self) -> None:
        """Keep the database as it is."""
        self._save(self._backup)

    def restore(self) -> None:
        """The database is as it was when it was last kept."""
        self._load(self._backup)

    # ------------------------------------------------------------------ inside

    def _found(self, operators: Sequence[Operator]) -> None:
        migrate.upgrade(self.database, now=NOON)
        hashed = _quick().hash(PASSWORD)

        def work(connection: Connection) -> None:
            for key, value in (("epoch", "epoch-1"), ("token_key", "42" * 32)):
                connection.execute(
                    update(tables.meta).where(tables.meta.c.key == key).values(value=value)
                )
            for operator in operators:
                accounts.add(connection, operator, password_hash=hashed)

        self.database.write(work)

    def _application(self) -> Litestar:
        app = create_app(
            self.database,
            branches=BRANCHES,
            clock=SystemClock(
                wall=self.hands.wall,
                entropy=lambda count: self.hands.entropy(count),  # noqa: PLW0108 - its run's own
            ),
            enricher=NamedBranch(),
            passwords=_quick(),
            off_loop=_in_this_thread,
        )
        # The hub's streams live on an event loop; the simulation has its own way to poke.
        setattr(app.state.hub, "announce", self._announce)  # noqa: B010
        return app

    def _announce(self, heads: Mapping[str, int]) -> None:
        self.hands.poke(heads)

    def _save(self, to: Path) -> None:
        self.database.close()  # the last connection folds its log into the file
        shutil.copyfile(self._file, to)

    def _load(self, kept: Path) -> None:
        self.database.close()
        for suffix in ("-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(kept, self._file)

    def _forget_hands(self) -> None:
        self.hands.steps_to_live = None

    @contextmanager
    def _unharmed(self) -> Iterator[None]:
        left, self.hands.steps_to_live = self.hands.steps_to_live, None
        try:
            yield
        finally:
            self.hands.steps_to_live = left

    def _before_statement(self, *_: object) -> None:
        self.hands.step()

    def _before_commit(self, _: Connection) -> None:
        self.hands.step()


@dataclass(slots=True)
class _Sent:
    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)


def _in_place(app: Litestar, scope: dict[str, Any], body: bytes, sent: _Sent) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            sent.status, sent.headers = message["status"], list(message["headers"])
        else:
            sent.parts.append(message.get("body", b""))

    served = app(scope, receive, send)  # type: ignore[arg-type]
    try:
        served.send(None)
    except StopIteration:
        return
    raise AssertionError("the server waited for something that is not here")


async def _in_this_thread(work: Callable[..., T], *args: object) -> T:
    return work(*args)


def _quick() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def utc(seconds: float) -> datetime:
    """The true instant so many seconds after the beginning."""
    return (NOON + timedelta(seconds=seconds)).astimezone(UTC)
