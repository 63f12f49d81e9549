"""One appeal as screens show it: the projection, its thread and history, and what waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from console.domain.appeal import Appeal
from console.domain.draft import Draft
from console.domain.event import Event
from console.domain.ids import Ref
from console.domain.message import Message
from console.domain.operator import Operator
from console.domain.outage import Outage
from console.readmodel import AppealView, EntryState, OutboxEntry
from console.store import files
from console.store.entries import COLUMNS, entry_from
from console.store.projection import project_appeal
from console.wire.codec import decode

Rows = Callable[[str, Mapping[str, object]], Iterable[Any]]

_APPEAL = "SELECT body FROM appeal WHERE branch = :branch AND id = :id"
_MESSAGES = "SELECT body FROM message WHERE branch = :branch AND appeal = :id"
_EVENTS = "SELECT body FROM event WHERE branch = :branch AND appeal = :id"
_DRAFTS = """
SELECT body FROM draft
WHERE operator = :me AND branch = :branch AND appeal = :id ORDER BY updated_at DESC
"""
_ENTRIES = f"""
SELECT {", ".join(COLUMNS)} FROM outbox
WHERE operator = :me AND branch = :branch AND target = :id ORDER BY seq
"""
_SIBLINGS = """
SELECT count(*) FROM queue_row WHERE branch = :branch AND thread = :thread AND thread <> ''
"""
_OUTAGE = "SELECT body FROM outage_row WHERE branch = :branch AND id = :id"


def appeal_view(rows: Rows, ref: Ref, *, me: str, actor: Operator | None) -> AppealView | None:
    """All of one appeal, None if it is not in the store."""
    key = {"branch": ref.branch, "id": ref.id, "me": me}
    found = mirrored(rows, ref)
    if found is None:
        return None
    known = {m.id: m for m in (decode(body, Message) for (body,) in rows(_MESSAGES, key))}
    entries = [entry_from(row) for row in rows(_ENTRIES, key)]
    done = project_appeal(found, known, entries=entries, actor=actor)
    events = {e.id: e for e in (decode(body, Event) for (body,) in rows(_EVENTS, key))}
    events |= {event.id: event for event in done.events}
    siblings = next(iter(rows(_SIBLINGS, key | {"thread": found.thread})))[0]
    return AppealView(
        appeal=done.appeal,
        messages=tuple(sorted(done.messages.values(), key=lambda m: (m.at, m.id))),
        events=tuple(sorted(events.values(), key=lambda e: (e.at, e.id))),
        outages=tuple(_outages(rows, done.appeal)),
        drafts=tuple(decode(body, Draft) for (body,) in rows(_DRAFTS, key)),
        entries=tuple(with_server(entry, found) for entry in files.with_upload(rows, entries)),
        siblings=max(0, siblings - 1),
    )


def mirrored(rows: Rows, ref: Ref) -> Appeal | None:
    """The appeal as the server last said it."""
    for (body,) in rows(_APPEAL, {"branch": ref.branch, "id": ref.id}):
        return decode(body, Appeal)
    return None


def with_server(entry: OutboxEntry, appeal: Appeal | None) -> OutboxEntry:
    """A held entry beside the appeal as it stands at the server, to show both."""
    return replace(entry, server=appeal) if entry.state is EntryState.HELD else entry


def _outages(rows: Rows, appeal: Appeal) -> Iterable[Outage]:
    for tag in appeal.outages:
        for (body,) in rows(_OUTAGE, {"branch": appeal.branch, "id": tag.outage}):
            yield decode(body, Outage)
