"""Outbox entries as rows of the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from console.domain.ids import Ref
from console.ports import WaitingEntry
from console.readmodel import EntryState, HeldReason, OutboxEntry
from console.store.files import UPLOADS, uploads
from console.store.instants import from_micros
from console.wire.codec import decode, from_wire
from console.wire.schema import WireEnvelope

COLUMNS: Final = (
    "seq",
    "state",
    "created_at",
    "not_before",
    "attempts",
    "last_error",
    "held",
    "envelope",
)
"""What `entry_from` takes, in this order."""

WAITING: Final = f"""
SELECT seq, id, branch, target, state, not_before,
       CASE WHEN envelope ->> '$.kind' IN ('tag_outage', 'untag_outage')
            THEN envelope ->> '$.body.outage' END,
       envelope ->> '$.at', {UPLOADS}
FROM outbox WHERE operator = :me ORDER BY seq
"""
"""The outbox of an operator, for `waiting_from`; a tag waits for the entries of its outage too."""


def waiting_from(row: Sequence[Any]) -> WaitingEntry:
    """What sync decides by, from a row of `WAITING`."""
    seq, ident, branch, target, state, not_before, outage, asked_at, listed = row
    ref = Ref(branch, target)
    return WaitingEntry(
        seq=seq,
        id=ident,
        target=ref,
        state=EntryState(state),
        not_before=from_micros(not_before),
        waits_for=frozenset({ref} if outage is None else {ref, Ref(branch, outage)}),
        asked_at=datetime.fromisoformat(asked_at),
        uploads=uploads(branch, listed),
    )


def entry_from(row: Sequence[Any]) -> OutboxEntry:
    """An entry from a row of `COLUMNS`."""
    seq, state, created_at, not_before, attempts, last_error, held, envelope = row
    return OutboxEntry(
        seq=seq,
        envelope=from_wire(decode(envelope, WireEnvelope)),
        state=EntryState(state),
        created_at=from_micros(created_at),
        not_before=from_micros(not_before),
        attempts=attempts,
        held=decode(held, tuple[HeldReason, ...]),
        last_error=last_error,
    )
