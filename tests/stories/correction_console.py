"""A console as a process of its own that corrects all replies of an outage, once it has moved.

    python -m tests.stories.correction_console PROFILE SERVER LOGIN PASSWORD BRANCH OUTAGE SECRETS

It dies where ``OTKLIK_KILL_AT`` says. ``SECRETS`` is a file that stands for the keychain.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

from console.app import Console, open_console
from console.config import Settings
from console.domain.ids import Ref
from console.ports import SystemClock
from console.readmodel import Link
from console.rulebook.book import Rulebook

PATIENCE = 60.0


class FileSecrets:
    """`ports.Secrets` in a file, so that the next process finds what this one has kept."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> str | None:
        return self._all().get(name)

    def set(self, name: str, value: str) -> None:
        self._path.write_text(json.dumps(self._all() | {name: value}), encoding="utf-8")

    def delete(self, name: str) -> None:
        kept = {key: value for key, value in self._all().items() if key != name}
        self._path.write_text(json.dumps(kept), encoding="utf-8")

    def _all(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        kept: dict[str, str] = json.loads(self._path.read_text(encoding="utf-8"))
        return kept


def opened(
    profile: Path, server: str, secrets: Path, *, rulebook: Rulebook | None = None
) -> Console:
    """The console over ``profile``, started."""
    console = open_console(
        Settings(profile=profile, server=server),
        clock=SystemClock(),
        secrets=FileSecrets(secrets),
        passphrase=lambda _: None,
        rulebook=rulebook,
    )
    console.start()
    return console


def correct_all(console: Console, outage: Ref) -> int:
    """One press; how many were put into the outbox."""
    plan = console.corrections.plan(outage)
    assert plan is not None
    done = [
        one
        for future in console.corrections.send(plan.outage, plan.to_send)
        for one in future.result(PATIENCE)
    ]
    return sum(one.error is None for one in done)


def main(arguments: list[str]) -> None:
    profile, server, login, password, branch, ident, secrets = arguments
    console, outage = opened(Path(profile), server, Path(secrets)), Ref(branch, ident)
    console.session.sign_in(login, password).result(PATIENCE)
    end = time.monotonic() + PATIENCE
    while console.sync.status().link is not Link.ONLINE and time.monotonic() < end:
        threading.Event().wait(0.005)
    correct_all(console, outage)
    console.close()


if __name__ == "__main__":
    main(sys.argv[1:])
