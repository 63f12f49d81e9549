"""Real processes, killed at random moments: nothing is lost and nothing is sent twice.

    python -m tests.simulation.processes.kills --consoles 200 --servers 100 --minutes 30

A real console (`typist`) works over its encrypted store under a real ``otklik-server`` on a real
socket. Console or server are killed with SIGKILL, or a proxy of ours treats their wire badly. What
the typist was told is done is held against what the next run finds and what the server publishes.
Ends with 1 if anything was lost or doubled.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from console.domain.message import Message
from console.server.database import open_database
from console.server.intake.seed import seed
from console.server.tables import messages
from console.wire.codec import decode
from console.wire.schema import Rows
from tests.simulation.processes.proxy import Proxy, pause
from tests.stories.window import file_keyring
from tests.support.builders import an_appeal, an_operator
from tests.support.daemons import running
from tests.support.server import employ, migrated, process, sqlite_url
from tests.support.surroundings import clean_environment

APPEALS = 40
DRAIN_SECONDS = 900.0
"""Seconds within which everything must have left that can; it ends as soon as it has."""

_MOST_ALIVE = 1.2
"""Seconds after its first word within which a console is killed."""

_MOST_SERVED = 1.0


@dataclass(slots=True)
class Tally:
    """What a run has come to. ``lost`` and ``doubled`` are texts; both must be empty."""

    kills: int = 0
    drafts: int = 0
    sent: int = 0
    published: int = 0
    held: int = 0
    rescued: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    why: Counter[str] = field(default_factory=Counter)
    """Why what is held is held."""

    seconds: float = 0.0

    @property
    def is_well(self) -> bool:
        """Whether every promise was kept."""
        return not self.lost and not self.doubled


class Ledger:
    """What the typist was told is done, and whether it still is."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.drafts: dict[str, str] = {}
        self.leaving: dict[str, str] = {}
        self.sent: dict[str, str] = {}

    def take(self, line: dict[str, Any]) -> None:
        """One line of the typist."""
        match line["what"]:
            case "saved":
                self.tally.drafts += 1
                self.drafts[line["draft"]] = line["text"]
            case "sending":
                self.leaving[line["draft"]] = line["text"]
            case "sent":
                self.tally.sent += 1
                self._gone(line["draft"])
                self.sent[line["draft"]] = line["text"]
            case "refused":
                self.leaving.pop(line["draft"], None)
            case "found":
                self.tally.rescued += line["rescued"]
                self._compare(line["drafts"])
            case "drained":
                self.tally.held = len(line["held"])
                for entry in line["held"]:
                    self.tally.why.update(entry["why"] or ["waits, or stands behind a held one"])

    def settle(self, published: list[str], held: list[str]) -> None:
        """At the end: what was sent is published once, or stands in the outbox."""
        counted = Counter(published)
        self.tally.published = len(published)
        waiting = set(held)
        self.tally.lost += [
            text for text in self.sent.values() if not counted[text] and text not in waiting
        ]
        self.tally.doubled += [text for text, times in counted.items() if times > 1]

    def _compare(self, found: dict[str, str]) -> None:
        """After a restart: every acknowledged draft is there, as long as it was, or was sent."""
        for ident, text in list(self.drafts.items()):
            there = found.get(ident)
            if there is None and ident in self.leaving:
                self.sent[ident] = self.leaving[ident]  # it was under way, and it did leave
                self._gone(ident)
            elif there is None or not there.startswith(text):
                self.tally.lost.append(f"draft {text!r}, found {there!r}")
                self._gone(ident)
        self.leaving.clear()

    def _gone(self, ident: str) -> None:
        self.drafts.pop(ident, None)
        self.leaving.pop(ident, None)


class Bench:
    """A database with appeals and one operator, and a profile to work at them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database_url = sqlite_url(folder)
        self.profile = folder / "profile"
        self.operator = an_operator(login="typist")
        self.tally = Tally()
        self.ledger = Ledger(self.tally)
        with migrated(self.database_url) as database:
            employ(database, self.operator)
            seed(database, Rows(appeals=tuple(an_appeal() for _ in range(APPEALS))))

    @contextmanager
    def typist(self, server: str, number: int, *more: str) -> Generator[_Running]:
        """A console at work; its words go into the ledger."""
        self.profile.mkdir(exist_ok=True)
        environment = clean_environment(
            PYTHON_KEYRING_BACKEND=f"{file_keyring.__name__}.FileKeyring",
            **{file_keyring.FILE: str(self.profile / "keyring.json")},
        )
        command = [sys.executable, "-m", typist_module(), "--profile", str(self.profile)]
        command += ["--server", server, "--login", self.operator.login, "--seed", str(number)]
        with (
            (self.folder / "complaints.txt").open("ab") as complaints,
            running(
                [*command, *more],
                stop=signal.SIGKILL,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
            ) as child,
        ):
            made = _Running(child, self.ledger.take)
            try:
                yield made
            finally:
                made.end()

    def drain(self, server: str) -> None:
        """Let everything leave that can, and compare."""
        patience = ("--drain", "--patience", str(DRAIN_SECONDS))
        held: list[str] = []
        with self.typist(server, 0, *patience) as last:
            line = last.wait_for("drained", within=2 * DRAIN_SECONDS)
            held = [entry["text"] for entry in line["held"]]
        self.ledger.settle(self.published(), held)

    def published(self) -> list[str]:
        """The texts that the server has of us."""
        database = open_database(self.database_url)
        try:
            bodies = database.read(lambda c: list(c.execute(select(messages.c.body)).scalars()))
        finally:
            database.close()
        found = [decode(body, Message) for body in bodies]
        return [message.text for message in found if message.author == self.operator.id]


class _Running:
    """One run of the typist, read by a thread of its own."""

    def __init__(
        self, child: subprocess.Popen[bytes], take: Callable[[dict[str, Any]], None]
    ) -> None:
        self._child = child
        self._take = take
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self._thread = threading.Thread(target=self._read, name="reads-typist")
        self._thread.start()

    def wait_for(self, what: str, *, within: float = 60.0) -> dict[str, Any]:
        """The next line of that kind."""
        end = time.monotonic() + within
        while True:
            line = self._lines.get(timeout=max(0.1, end - time.monotonic()))
            if line["what"] == what:
                return line
            if line["what"] == "ended":
                raise AssertionError(f"the console ended before it said: {what}")

    def kill(self) -> None:
        """``kill -9``."""
        os.kill(self._child.pid, signal.SIGKILL)

    def leave(self) -> None:
        """Have it close as a program does."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        self._child.wait(180)  # a request into a black hole ends by its own limit first

    def end(self) -> None:
        """Read what it has still said."""
        assert self._child.stdin is not None
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait(20)
        if not self._child.stdin.closed:
            self._child.stdin.close()
        self._thread.join()

    def _read(self) -> None:
        assert self._child.stdout is not None
        with self._child.stdout as said:
            for line in said:
                if line.endswith(b"\n"):  # half a line was never told
                    found = json.loads(line)
                    self._take(found)
                    self._lines.put(found)
        self._lines.put({"what": "ended"})


def kill_consoles(folder: Path, count: int, *, seed: int) -> Tally:
    """Kill the console so many times, at its start as well as while it types and sends."""
    bench, chance, began = Bench(folder), Random(seed), time.monotonic()
    with process(bench.database_url) as server:
        for number in range(1, count + 1):
            with bench.typist(server.url, number) as console:
                if number == 1:
                    console.wait_for("sent")  # else a short run might have nothing to lose
                elif chance.random() < 0.9:
                    console.wait_for("found")
                    pause(chance.random() * _MOST_ALIVE)
                else:
                    pause(chance.random() * 0.5)
                console.kill()
            bench.tally.kills += 1
        bench.drain(server.url)
    bench.tally.seconds = time.monotonic() - began
    return bench.tally


def kill_servers(folder: Path, count: int, *, seed: int) -> Tally:
    """Kill the server so many times under one console that works on."""
    bench, chance, began = Bench(folder), Random(seed), time.monotonic()
    with closing(Proxy(seed)) as wire:
        wire.calm = True
        with bench.typist(wire.url, 1) as console:
            with process(bench.database_url) as server:
                wire.join(server.url)
                console.wait_for("sent")  # signed in, and at work
            for _ in range(count):
                with process(bench.database_url) as server:
                    wire.join(server.url)
                    pause(0.2 + chance.random() * _MOST_SERVED)
                    os.kill(server.pid, signal.SIGKILL)
                bench.tally.kills += 1
            console.leave()
        with process(bench.database_url) as server:
            wire.join(server.url)
            bench.drain(wire.url)
    bench.tally.seconds = time.monotonic() - began
    return bench.tally


def fault_the_wire(folder: Path, seconds: float, *, seed: int) -> Tally:
    """Work for so long over a wire that fails in every way."""
    bench, began = Bench(folder), time.monotonic()
    with process(bench.database_url) as server, closing(Proxy(seed)) as wire:
        wire.join(server.url)
        with bench.typist(wire.url, 1) as console:
            console.wait_for("found")
            pause(seconds)
            console.leave()
        _note(wire, bench.tally)
        wire.calm = True
        bench.drain(wire.url)
    bench.tally.seconds = time.monotonic() - began
    return bench.tally


def typist_module() -> str:
    """The program that is killed."""
    return f"{__package__ or 'tests.simulation.processes'}.typist"


def _note(wire: Proxy, tally: Tally) -> None:
    tally.faults.update(wire.counts)


def _print(name: str, tally: Tally) -> None:
    print(
        f"{name:24} kills {tally.kills:4}  drafts kept {tally.drafts:6}  sent {tally.sent:6}"
        f"  published {tally.published:6}  held {tally.held:3}  rescued {tally.rescued}"
        f"  lost {len(tally.lost)}  doubled {len(tally.doubled)}  {tally.seconds:.0f} s",
        flush=True,
    )
    if tally.faults:
        print(f"{'':24} connections: " + ", ".join(f"{k} {n}" for k, n in tally.faults.items()))
    if tally.why:
        print(f"{'':24} held: " + ", ".join(f"{why} {n}" for why, n in tally.why.items()))
    for text in (*tally.lost[:10], *tally.doubled[:10]):
        print(f"{'':24} ! {text}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--consoles", type=int, default=200, help="kills of the console")
    parser.add_argument("--servers", type=int, default=100, help="kills of the server")
    parser.add_argument("--minutes", type=float, default=30, help="of a wire that fails")
    parser.add_argument("--seed", type=int, default=20261123)
    asked = parser.parse_args()
    runs: tuple[tuple[str, Callable[[Path], Tally]], ...] = (
        ("console killed", lambda where: kill_consoles(where, asked.consoles, seed=asked.seed)),
        ("server killed", lambda where: kill_servers(where, asked.servers, seed=asked.seed)),
        ("wire fails", lambda where: fault_the_wire(where, asked.minutes * 60, seed=asked.seed)),
    )
    results = []
    for name, run in runs:
        with tempfile.TemporaryDirectory() as folder:
            results.append(run(Path(folder)))
            _print(name, results[-1])
    return 0 if all(tally.is_well for tally in results) else 1


if __name__ == "__main__":
    sys.exit(main())
