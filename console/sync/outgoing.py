"""Which outbox entry goes next: first come, first served for each appeal, appeals independently."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from console.domain.ids import Ref
from console.ports import WaitingEntry
from console.readmodel import EntryState


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The entry that may go now, and else when the next may, in ticks (None: none will).

    ``upload`` is the oldest entry that would go if its files were at the server.
    """

    entry: WaitingEntry | None = None
    next_at: float | None = None
    upload: WaitingEntry | None = None


def next_outgoing(
    entries: Iterable[WaitingEntry],
    *,
    now: float,
    due: Mapping[str, float],
    scheduled: Collection[str] = (),
) -> Outgoing:
    """The oldest entry (``entries`` are oldest first) that nothing keeps back.

    An entry that is held, not due yet, or waiting for its files to be sent, keeps back every later
    one of the same appeal or outage; the tag of an outage also waits for the entries of that
    outage, which may open it. One whose hour has not come (``scheduled``, ids) keeps nothing back:
    its author wanted it to be later.
    ``due`` says of single envelopes, by id, until when they wait; ``now`` and it are ticks, for a
    clock that is set must keep nothing back.
    """
    kept_back: set[Ref] = set()
    next_at: float | None = None
    upload: WaitingEntry | None = None
    for entry in entries:
        if not kept_back.isdisjoint(entry.waits_for):
            kept_back.add(entry.target)
            continue
        if entry.state is not EntryState.HELD:
            until = due.get(entry.id, now)
            if entry.id in scheduled:
                next_at = until if next_at is None else min(next_at, until)
                continue
            if until > now:
                next_at = until if next_at is None else min(next_at, until)
            elif entry.uploads:
                upload = upload or entry
            else:
                return Outgoing(entry, upload=upload)
        kept_back.add(entry.target)
    return Outgoing(next_at=next_at, upload=upload)
