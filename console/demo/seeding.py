"""Seeding: the made-up world into the database of a real server, with accounts to sign in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from console.demo.credentials import OPERATOR, SUPERVISOR, Credentials
from console.demo.world import World
from console.domain.event import Event
from console.domain.message import Message
from console.server import accounts
from console.server.database import Database
from console.server.intake.seed import seed
from console.server.passwords import Passwords
from console.wire.schema import Rows

T = TypeVar("T", Message, Event)

CHUNK: Final = 240
"""Appeals of one transaction: about as many rows as a console reads in one page."""

Progress = Callable[[int, int], None]
"""Hears how many appeals of how many are in."""


def put_world(database: Database, world: World, *, progress: Progress) -> None:
    """Put all of ``world`` into a migrated, empty database."""
    seed(database, Rows(operators=world.operators, outages=world.outages))
    messages, events = _by_appeal(world.messages), _by_appeal(world.events)
    appeals = iter(world.appeals)
    done = 0
    while chunk := tuple(islice(appeals, CHUNK)):
        rows = Rows(
            appeals=chunk,
            messages=tuple(m for appeal in chunk for m in messages.get(appeal.id, ())),
            events=tuple(e for appeal in chunk for e in events.get(appeal.id, ())),
        )
        seed(database, rows)
        done += len(chunk)
        progress(done, len(world.appeals))


def give_passwords(
    database: Database, passwords: Passwords, *, now: datetime
) -> tuple[Credentials, ...]:
    """Fresh random passwords for the operator and the supervisor of the demonstration."""
    made = tuple(Credentials(login, secrets.token_urlsafe(18)) for login in (OPERATOR, SUPERVISOR))
    for one in made:
        _set_password(database, one.login, passwords.hash(one.password), now=now)
    return made


def _set_password(database: Database, login: str, hashed: str, *, now: datetime) -> None:
    database.write(lambda c: accounts.change_password(c, login, password_hash=hashed, now=now))


def _by_appeal(rows: Sequence[T]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for row in rows:
        found.setdefault(row.appeal, []).append(row)
    return found
