"""Which outbox entry goes next: first come, first served for each appeal, appeals independently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from console.domain.ids import Ref
from console.ports import WaitingEntry
from console.readmodel import EntryState


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The entry that may go now, and else the instant at which the next may (None: none will)."""

    entry: WaitingEntry | None = None
    next_at: datetime | None = None


def next_outgoing(
    entries: Iterable[WaitingEntry], *, now: datetime, put_off: Mapping[str, datetime]
) -> Outgoing:
    """The oldest entry (``entries`` are oldest first) that nothing keeps back.

    An entry that is held, or not due yet, keeps back every later one of the same appeal or outage;
    the tag of an outage also waits for the entries of that outage, which may open it.
    ``put_off`` are single envelopes, by id, whose delivery has failed, and until when.
    """
    kept_back: set[Ref] = set()
    next_at: datetime | None = None
    for entry in entries:
        if not kept_back.isdisjoint(entry.waits_for):
            kept_back.add(entry.target)
            continue
        due = max(entry.not_before, put_off.get(entry.id, entry.not_before))
        if entry.state is not EntryState.HELD:
            if due <= now:
                return Outgoing(entry)
            next_at = due if next_at is None else min(next_at, due)
        kept_back.add(entry.target)
    return Outgoing(next_at=next_at)
