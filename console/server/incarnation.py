"""The incarnation of a database: what was drawn once, when its tables were first made."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from console.server import tables


@dataclass(frozen=True, slots=True, repr=False)
class Incarnation:
    """``epoch`` tells consoles whether their cursors still mean something; ``token_key`` signs
    access tokens, and is the same for every process over one database."""

    epoch: str
    token_key: bytes


def read(connection: Connection) -> Incarnation:
    """What `console.server.migrate.upgrade` has put there."""
    rows = connection.execute(select(tables.meta.c.key, tables.meta.c.value))
    values = {row.key: row.value for row in rows}
    return Incarnation(values["epoch"], bytes.fromhex(values["token_key"]))
