"""A colleague: a second console, without a window, of somebody else at the same centre."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx

from console.app import Console, Machinery, open_console
from console.config import Settings
from console.domain.operator import Operator
from console.ports import SystemClock
from console.readmodel import Link
from console.remote.secrets import MemorySecrets
from console.rulebook.book import Rulebook
from tests.support.server import PASSWORD
from tests.support.waiting import until

PATIENCE = 60.0

NEVER = 600.0
"""Seconds between polls, far more than a test has patience: only a poke can bring anything."""


@contextmanager
def a_colleague(
    folder: Path,
    url: str,
    person: Operator,
    *,
    poll: float = NEVER,
    transport: httpx.BaseTransport | None = None,
    rulebook: Rulebook | None = None,
) -> Generator[Console]:
    """The console of ``person``, signed in and online; ``rulebook`` may be another's."""
    console = open_console(
        Settings(profile=folder, server=url, poll_seconds=poll),
        clock=SystemClock(),
        secrets=MemorySecrets(),
        passphrase=lambda _: None,
        rulebook=rulebook,
        machinery=Machinery(transport=transport),
    )
    console.start()
    try:
        console.session.sign_in(person.login, PASSWORD).result(PATIENCE)
        until(lambda: console.sync.status().link is Link.ONLINE, what="it online", within=PATIENCE)
        yield console
    finally:
        console.close()
