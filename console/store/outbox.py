"""The outbox: durable mutations of the signed-in operator, in the order of asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from console.domain.ids import Ref
from console.domain.mutations import QUEUE_MUTATIONS, WORD_MUTATIONS, Envelope
from console.domain.transitions import is_appeal_mutation
from console.errors import StoreError
from console.ports import entry_holder
from console.readmodel import EntryState, HeldReason, OutboxEntry
from console.store import tables
from console.store.attachments import AttachmentsPart
from console.store.entries import COLUMNS, entry_from
from console.store.instants import to_micros
from console.store.work import Work
from console.wire.codec import decode, encode, from_wire, to_wire
from console.wire.schema import WireEnvelope

TABLE = tables.outbox
_SELECT = select(*(TABLE.c[name] for name in COLUMNS))
_OF = f"""
SELECT {", ".join(f"o.{name}" for name in COLUMNS)}
FROM json_each(?) AS wanted JOIN outbox AS o
  ON o.operator = ? AND o.branch = wanted.value ->> 0 AND o.target = wanted.value ->> 1
ORDER BY o.seq
"""


class OutboxPart:
    """`ports.Outbox` over one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def entry(self, seq: int) -> OutboxEntry | None:
        """One entry, if it is there still."""
        rows = self._read(_SELECT.where(TABLE.c.seq == seq))
        return rows[0] if rows else None

    def entries(self) -> tuple[OutboxEntry, ...]:
        """All entries, oldest first."""
        return self._read(_SELECT)

    def of(self, targets: Iterable[Ref]) -> dict[Ref, list[OutboxEntry]]:
        """The entries of these targets, oldest first; none if nobody is signed in."""
        operator = self._work.operator_or_none()
        found: dict[Ref, list[OutboxEntry]] = {}
        if operator is None:
            return found
        rows = self._work.db.exec_driver_sql(_OF, (encode(list(targets)).decode(), operator))
        for row in rows:
            entry = entry_from(row)
            found.setdefault(entry.envelope.target, []).append(entry)
        return found

    def add(self, envelope: Envelope, *, not_before: datetime, now: datetime) -> OutboxEntry:
        """Put an envelope at the end."""
        values = _values(envelope) | {
            "operator": self._work.operator(),
            "state": str(EntryState.QUEUED),
            "created_at": to_micros(now),
            "not_before": to_micros(not_before),
            "attempts": 0,
            "last_error": "",
            "held": b"[]",
        }
        key = self._work.db.execute(insert(TABLE).values(values)).inserted_primary_key
        assert key is not None
        seq = int(key[0])
        self._touch(envelope, seq)
        return self._sure(seq)

    def replace(self, seq: int, envelope: Envelope, *, not_before: datetime) -> OutboxEntry:
        """Put another envelope into an entry's place in the order, QUEUED."""
        before = self._sure(seq)
        AttachmentsPart(self._work).move(
            entry_holder(before.envelope.id), entry_holder(envelope.id)
        )
        values = _values(envelope) | {
            "state": str(EntryState.QUEUED),
            "not_before": to_micros(not_before),
            "attempts": 0,
            "last_error": "",
            "held": b"[]",
        }
        self._work.db.execute(update(TABLE).where(TABLE.c.seq == seq).values(values))
        self._touch(before.envelope, seq)
        self._touch(envelope, seq)
        return self._sure(seq)

    def mark(
        self,
        seq: int,
        state: EntryState,
        *,
        held: Sequence[HeldReason] = (),
        error: str = "",
        attempts: int = 0,
    ) -> None:
        """Change the state of an entry."""
        before = self._sure(seq)
        values = {
            "state": str(state),
            "held": encode(tuple(held)),
            "last_error": error,
            "attempts": attempts,
        }
        self._work.db.execute(update(TABLE).where(TABLE.c.seq == seq).values(values))
        self._touch(before.envelope, seq)

    def remove(self, seq: int) -> None:
        """Take an entry out, with the files that are still its own."""
        before = self._sure(seq)
        AttachmentsPart(self._work).drop(entry_holder(before.envelope.id))
        self._work.db.execute(delete(TABLE).where(TABLE.c.seq == seq))
        self._touch(before.envelope, seq)

    def touch_all(self) -> None:
        """Project everything anew that has an entry: another operator's outbox is in sight."""
        rows = self._work.db.execute(select(TABLE.c.envelope))
        for (envelope,) in rows:
            self._touch(from_wire(decode(envelope, WireEnvelope)))

    def _sure(self, seq: int) -> OutboxEntry:
        found = self.entry(seq)
        if found is None:
            raise StoreError(
                f"the outbox has no entry {seq}; it has left, or was taken back",
                key="ui.say_gone_entry",
            )
        return found

    def _read(self, statement: Any) -> tuple[OutboxEntry, ...]:
        mine = statement.where(TABLE.c.operator == self._work.operator()).order_by(TABLE.c.seq)
        return tuple(entry_from(row) for row in self._work.db.execute(mine))

    def _touch(self, envelope: Envelope, seq: int | None = None) -> None:
        touched = self._work.touched
        touched.outbox = True
        if seq is not None:
            touched.own["outbox", str(seq)] = None
        if is_appeal_mutation(envelope.mutation):
            touched.appeals[envelope.target] = None
        elif isinstance(envelope.mutation, QUEUE_MUTATIONS):
            touched.queues[envelope.target] = None
        elif isinstance(envelope.mutation, WORD_MUTATIONS):
            touched.words[envelope.target] = None
        else:
            touched.outages[envelope.target] = None


def _values(envelope: Envelope) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "branch": envelope.target.branch,
        "target": envelope.target.id,
        "envelope": encode(to_wire(envelope)),
    }
