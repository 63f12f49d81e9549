"""Seeding: fully formed rows in bulk, for demonstrations and for moving from another system."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection

from console.server import repo, tables
from console.server.database import Database, upsert
from console.wire.schema import Rows


def seed(database: Database, rows: Rows) -> dict[str, int]:
    """Put ``rows`` in one transaction; the appeals are known to intake. The feeds' new ends."""

    def work(connection: Connection) -> dict[str, int]:
        if rows.appeals:
            values = [
                {
                    "source": appeal.source,
                    "number": appeal.number,
                    "branch": appeal.branch,
                    "appeal": appeal.id,
                    "text_digest": hashlib.blake2b(appeal.text.encode(), digest_size=16).digest(),
                }
                for appeal in rows.appeals
            ]
            connection.execute(upsert(connection, tables.numbers), values)
        return repo.put_rows(connection, rows)

    return database.write(work)
