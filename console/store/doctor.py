"""The doctor: is the store whole, and what is in it, told without a word of anybody's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from console.store.driver import Connection, connect_reader
from console.store.migrate import version_of
from console.store.queue_rows import TALLY_COLUMNS, tally_keys
from console.store.schema import MIRRORED, VERSION

_TABLES = (
    *MIRRORED,
    "outbox",
    "draft",
    "attachment",
    "fetched",
    "saved_queue",
    "own_word",
    "own_form",
    "queue_row",
    "outage_row",
    "shared_row",
    "word_row",
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What an examination found: counts by table, and each fault in a sentence."""

    version: int
    rows: dict[str, int]
    outbox: dict[str, int]
    schema: tuple[str, ...]
    faults: tuple[str, ...] = field(default=())

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def examine(path: Path, key: bytes) -> Findings:
    """Look at everything that can be checked without changing anything; may take a minute."""
    connection = connect_reader(path, key)
    try:
        return Findings(
            version=version_of(connection),
            rows={table: _count(connection, table) for table in _TABLES},
            outbox=dict(connection.execute("SELECT state, count(*) FROM outbox GROUP BY state")),
            schema=tuple(
                sql for (sql,) in connection.execute("SELECT sql FROM sqlite_schema") if sql
            ),
            faults=(*_pages(connection), *_projection(connection), *_version(connection)),
        )
    finally:
        connection.close()


def _pages(connection: Connection) -> list[str]:
    """Pages whose signature or structure is wrong."""
    broken = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    return [*(f"cipher: {line}" for line in broken), *(line for line in found if line != "ok")]


def _projection(connection: Connection) -> list[str]:
    """Appeals without a row or the reverse, and counts that do not tally."""
    faults = []
    orphans = _scalar(
        connection,
        "SELECT (SELECT count(*) FROM appeal WHERE row NOT IN (SELECT row FROM queue_row))"
        " + (SELECT count(*) FROM queue_row WHERE row NOT IN (SELECT row FROM appeal))",
    )
    if orphans:
        faults.append(f"projection: {orphans} appeals and queue rows without each other")
    counted: Counter[str] = Counter()
    for columns in connection.execute(f"SELECT {TALLY_COLUMNS} FROM queue_row"):
        counted.update(tally_keys(columns))
    for outage, count in connection.execute("SELECT outage, count(*) FROM outage_tag GROUP BY 1"):
        counted[f"outage:{outage}"] = count
    kept = {key: n for key, n in connection.execute("SELECT key, n FROM tally") if n}
    wrong = sum(1 for key in kept.keys() | counted.keys() if kept.get(key, 0) != counted[key])
    if wrong:
        faults.append(f"tally: {wrong} queues are counted wrong")
    return faults


def _version(connection: Connection) -> list[str]:
    found = version_of(connection)
    return [] if found == VERSION else [f"schema: version {found}, this program has {VERSION}"]


def _count(connection: Connection, table: str) -> int:
    return _scalar(connection, f"SELECT count(*) FROM {table}")


def _scalar(connection: Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0])
