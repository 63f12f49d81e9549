"""Outbox entries as rows of the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from console.readmodel import EntryState, HeldReason, OutboxEntry
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
