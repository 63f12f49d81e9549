"""The throttle of sign-in: after some failures each further attempt must wait, longer every time.

Attempts are counted before the password is looked at, so a thousand guesses at once are counted
as a thousand. Known and unknown logins are treated alike.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from console.server import tables
from console.server.instants import instant, micros

FREE = 5
"""Attempts without a wait: a person who mistypes is not punished."""

_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=5)
_FORGOTTEN_AFTER = timedelta(hours=12)


def wait_after(attempts: int) -> timedelta:
    """How long after the last of so many attempts the next is looked at."""
    if attempts < FREE:
        return timedelta(0)
    doublings = min(attempts - FREE, 16)
    return min(_LONGEST_WAIT, _FIRST_WAIT * (1 << doublings))


def count_attempt(connection: Connection, login: str, *, now: datetime) -> timedelta:
    """Count an attempt and give nothing to wait for; or count none and give the time to wait."""
    table = tables.failures
    connection.execute(delete(table).where(table.c.last_at < micros(now - _FORGOTTEN_AFTER)))
    key = _digest(login)
    query = select(table.c.attempts, table.c.last_at).where(table.c.login == key)
    row = connection.execute(query.with_for_update()).one_or_none()
    attempts = 0 if row is None else row.attempts
    if row is not None:
        left: timedelta = instant(row.last_at) + wait_after(attempts) - now
        if left > timedelta(0):
            return left
    values = {"attempts": attempts + 1, "last_at": micros(now)}
    if row is None:
        # Of two first attempts at once the second fails here, and runs again to find the first.
        connection.execute(insert(table).values(login=key, **values))
    else:
        connection.execute(update(table).where(table.c.login == key).values(values))
    return timedelta(0)


def forget(connection: Connection, login: str) -> None:
    """The right password was given: nothing is held against the login any more."""
    table = tables.failures
    connection.execute(delete(table).where(table.c.login == _digest(login)))


def _digest(login: str) -> bytes:
    # A digest, because people type their password into the login field.
    return hashlib.sha256(login.casefold().encode()).digest()
