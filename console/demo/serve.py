"""The demonstration's server: a child process with a database of its own, seeded and alive.

    python -m console.demo.serve --profile DIR [--seed N] [--appeals N] [--still]

Writes JSON lines to its standard output: ``{"step": …, "done": …, "total": …}`` while it prepares,
then one line ``{"ready": {"url": …, "seed": …, "accounts": […]}}``, or ``{"error": …}``. It ends
when its standard input does (so: with its parent), and on SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from console.causes import cause_of
from console.clock import SystemClock
from console.demo.credentials import Credentials
from console.demo.play import Play
from console.demo.seeding import give_passwords, put_world
from console.demo.trickle import trickle
from console.demo.world import APPEALS, World, generate
from console.errors import OtklikError
from console.rulebook.branches import load_branches
from console.server.app import create_app
from console.server.centre import Centre
from console.server.database import Database, open_database
from console.server.migrate import upgrade
from console.server.passwords import Passwords
from console.server.serve import Server, listen

HOST = "127.0.0.1"
DATABASE = "demo-centre.db"
"""Name of the database in the profile; thrown away at each start."""


class DemoServerError(OtklikError):
    """The demonstration's server cannot be prepared."""


class _ParentGoneError(OtklikError):
    """Standard input has ended while the world was being made."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run until told to stop; the exit code is 0, or 1 after an ``error`` line."""
    options = _parser().parse_args(argv)
    try:
        _run(options, Lifeline())
    except _ParentGoneError:
        return 0
    except OtklikError as error:
        _say({"error": str(error), "cause": error.said.get("cause", "other")})
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m console.demo.serve",
        description="The embedded server of the demonstration, started by otklik --demo.",
    )
    parser.add_argument("--profile", type=Path, required=True, help="folder for the database")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same world")
    parser.add_argument("--appeals", type=int, default=APPEALS, help="appeals of the last 30 days")
    parser.add_argument("--still", action="store_true", help="nothing new happens")
    return parser


class Lifeline:
    """Notices the end of standard input: the parent has ended, whatever way it did."""

    def __init__(self) -> None:
        self._gone = threading.Event()
        self._then: Callable[[], None] = lambda: None
        threading.Thread(target=self._watch, name="demo-lifeline", daemon=True).start()

    def _watch(self) -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        self._gone.set()
        self._then()

    def check(self) -> None:
        """`_ParentGoneError` if the parent has ended."""
        if self._gone.is_set():
            raise _ParentGoneError("the parent has ended")

    def when_cut(self, then: Callable[[], None]) -> None:
        """Call ``then`` when the parent ends; at once if it has ended already."""
        self._then = then
        if self._gone.is_set():
            then()


def _run(options: argparse.Namespace, lifeline: Lifeline) -> None:
    clock, passwords = SystemClock(), Passwords()
    # Bound at once: a port that was free a moment ago may not be so after the seeding.
    with listen(HOST, 0) as bound:
        database = _fresh_database(options.profile, now=clock.now())
        try:
            world = _seeded(options, database, lifeline, now=clock.now())
            accounts = give_passwords(database, passwords, now=clock.now())
            branches = [branch.key for branch in load_branches()]
            app = create_app(database, branches=branches, clock=clock, passwords=passwords)
            play = _play(options, app.state.centre, world)
            server = Server(app, lambda port: _ready(port, options.seed, accounts, play))
            lifeline.when_cut(partial(setattr, server, "should_exit", True))
            # Uvicorn raises the signal that ended it once more; ours makes that a clean end.
            signal.signal(signal.SIGTERM, lambda *_: None)
            try:
                server.run(sockets=[bound])
            finally:
                play.end()
        finally:
            database.close()


def _fresh_database(profile: Path, *, now: datetime) -> Database:
    """A migrated, empty database in ``profile``; what an earlier demonstration left goes."""
    file = profile / DATABASE
    try:
        profile.mkdir(parents=True, exist_ok=True)
        for left in profile.glob(f"{DATABASE}*"):
            left.unlink()
    except OSError as error:
        raise DemoServerError(
            f"the folder {profile} cannot be used: {error.strerror}", cause=cause_of(error)
        ) from error
    database = open_database(f"sqlite:///{file}")
    _say({"step": "database", "done": 0, "total": 1})
    upgrade(database, now=now)
    return database


def _seeded(
    options: argparse.Namespace, database: Database, lifeline: Lifeline, *, now: datetime
) -> World:
    _say({"step": "world", "done": 0, "total": options.appeals})
    world = generate(options.seed, now, appeals=options.appeals)

    def progress(done: int, total: int) -> None:
        lifeline.check()
        _say({"step": "seeding", "done": done, "total": total})

    put_world(database, world, progress=progress)
    return world


def _play(options: argparse.Namespace, centre: Centre, world: World) -> Play:
    happenings = () if options.still else trickle(world, options.seed)
    return Play(centre, happenings, world.operators, start=world.now)


def _ready(port: int, seed: int, accounts: Sequence[Credentials], play: Play) -> None:
    play.begin()
    known = [{"login": one.login, "password": one.password} for one in accounts]
    _say({"ready": {"url": f"http://{HOST}:{port}", "seed": seed, "accounts": known}})


def _say(line: object) -> None:
    """One JSON line to the parent; it may have ended, and then nobody wants it."""
    with suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
