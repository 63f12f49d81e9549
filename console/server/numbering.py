"""Numbers of appeals that were written down here: a year and a count, one after the other.

They stand in the same table as those of outside systems, under `OWN_SOURCE`: short enough to be
read out on the phone, and found by the search like any other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from console.domain.appeal import OWN_SOURCE, Appeal
from console.server import tables
from console.server.database import RunAgainError, insert_new

_DIGITS: Final = 7
"""So many appeals a year that no national installation comes near."""

_TURN: Final = select(tables.meta.c.value).where(tables.meta.c.key == "created").with_for_update()
"""A row that is always there, to wait in line at (SQLite has one writer at a time anyway)."""


def give_number(connection: Connection, appeal: Appeal, *, digest: bytes, now: datetime) -> str:
    """The next free number, taken for ``appeal`` in the transaction of ``connection``.

    ``now`` (UTC) says of which year. Of two at once the second waits for the first one's commit.
    """
    connection.execute(_TURN)
    year = f"{now.year % 100:02d}-"
    number = tables.numbers.c.number
    last = connection.execute(
        select(func.max(number)).where(
            tables.numbers.c.source == OWN_SOURCE, number >= year, number < f"{year}:"
        )
    ).scalar()
    count = int(last.removeprefix(year)) + 1 if last else 1
    given = f"{year}{count:0{_DIGITS}d}"
    values = {
        "source": OWN_SOURCE,
        "number": given,
        "branch": appeal.branch,
        "appeal": appeal.id,
        "text_digest": digest,
    }
    insert = insert_new(connection, tables.numbers).returning(number)
    if connection.execute(insert, values).scalar_one_or_none() is None:
        raise RunAgainError
    return given
