"""The ledger: every mutation that was decided, with its answer; decides each exactly once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select

from console.domain.ids import Ref
from console.domain.mutations import Envelope
from console.server import tables
from console.server.database import Database, RunAgainError, insert_new
from console.server.faults import not_allowed
from console.wire import codec
from console.wire.schema import Answer

_FIND = select(tables.ledger.c.author, tables.ledger.c.answer).where(
    tables.ledger.c.branch == bindparam("of_branch"), tables.ledger.c.id == bindparam("with_id")
)


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer, and the change numbers that its rows took (none where nothing changed)."""

    answer: Answer
    heads: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """The bytes of an answer as kept, and what this delivery changed (a repeated one: nothing)."""

    answer: bytes
    heads: Mapping[str, int] = field(default_factory=dict)


def settle(
    database: Database,
    envelope: Envelope,
    decide: Callable[[Connection], Decision],
) -> Kept:
    """Decide ``envelope`` in one transaction, or give the answer that it had the first time.

    Of two deliveries at once the second finds the first one's entry when it writes its own; its
    transaction is rolled back and run again, and then gives the first one's answer.
    """

    def work(connection: Connection) -> Kept:
        known = find(connection, envelope.target, envelope.id, author=envelope.author)
        if known is not None:
            return Kept(known)
        decision = decide(connection)
        answer = codec.encode(decision.answer)
        _keep(connection, envelope, answer)
        return Kept(answer, decision.heads)

    return database.write(work)


def find(connection: Connection, target: Ref, envelope: str, *, author: str) -> bytes | None:
    """The kept answer, None for an unknown id; a fault where another person asked with that id."""
    parameters = {"of_branch": target.branch, "with_id": envelope}
    row = connection.execute(_FIND, parameters).one_or_none()
    if row is None:
        return None
    if row.author != author:
        raise not_allowed("this mutation id is another person's")
    return bytes(row.answer)


def _keep(connection: Connection, envelope: Envelope, answer: bytes) -> None:
    values = {
        "branch": envelope.target.branch,
        "id": envelope.id,
        "author": envelope.author,
        "answer": answer,
    }
    insert = insert_new(connection, tables.ledger).returning(tables.ledger.c.id)
    if connection.execute(insert, values).scalar_one_or_none() is None:
        raise RunAgainError
