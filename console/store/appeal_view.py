"""One appeal as screens show it: the projection, its thread and history, and what waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from console.domain.appeal import Appeal
from console.domain.draft import Draft
from console.domain.event import Event
from console.domain.ids import Ref
from console.domain.message import Message
from console.domain.operator import Operator
from console.domain.outage import Outage
from console.readmodel import AppealView, EntryState, Joined, OutboxEntry, Thread
from console.store import files
from console.store.entries import COLUMNS, entry_from
from console.store.projection import PLACEHOLDER, Projected, project_appeal
from console.store.queue_rows import duplicates_of
from console.wire.codec import decode, encode

Rows = Callable[[str, Mapping[str, object]], Iterable[Any]]

_APPEAL = "SELECT body FROM appeal WHERE branch = :branch AND id = :id"
_MESSAGES = "SELECT body FROM message WHERE branch = :branch AND appeal = :id"
_EVENTS = "SELECT body FROM event WHERE branch = :branch AND appeal = :id"
_JOINED = """
WITH RECURSIVE joined (row) AS (
    SELECT row FROM mark WHERE key = :first
    UNION
    SELECT m.row FROM joined AS j JOIN appeal AS a ON a.row = j.row
    JOIN mark AS m ON m.key = 'duplicate:' || a.branch || '/' || a.id
)
SELECT a.branch, a.id FROM joined AS j JOIN appeal AS a ON a.row = j.row ORDER BY j.row
"""
_DRAFTS = """
SELECT body FROM draft WHERE operator = :me AND branch = :branch
  AND appeal IN (SELECT value FROM json_each(:ids)) ORDER BY updated_at DESC
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
    entries = [entry_from(row) for row in rows(_ENTRIES, key)]
    done = _projected(rows, found, entries, actor)
    joined = tuple(_joined(rows, ref, me=me, actor=actor))
    events = {e.id: e for e in (decode(body, Event) for (body,) in rows(_EVENTS, key))}
    events |= {event.id: event for event in done.events if event.appeal == ref.id}
    ids = encode([ref.id, *(each.appeal.id for each in joined)]).decode()
    siblings = next(iter(rows(_SIBLINGS, key | {"thread": found.thread})))[0]
    return AppealView(
        appeal=done.appeal,
        messages=_in_order(done),
        events=tuple(sorted(events.values(), key=lambda e: (e.at, e.id))),
        outages=tuple(_outages(rows, done.appeal)),
        drafts=tuple(decode(body, Draft) for (body,) in rows(_DRAFTS, key | {"ids": ids})),
        entries=tuple(with_server(entry, found) for entry in files.with_upload(rows, entries)),
        siblings=max(0, siblings - 1),
        merged=joined,
    )


def thread(rows: Rows, ref: Ref, *, me: str, actor: Operator | None) -> Thread | None:
    """An appeal and its own messages with what waits here done to them; None if not here."""
    found = mirrored(rows, ref)
    if found is None:
        return None
    key = {"branch": ref.branch, "id": ref.id, "me": me}
    entries = tuple(entry_from(row) for row in rows(_ENTRIES, key))
    done = _projected(rows, found, entries, actor)
    return Thread(done.appeal, _in_order(done), entries)


def projected(rows: Rows, ref: Ref, *, me: str, actor: Operator | None) -> Projected | None:
    """An appeal with what waits in the outbox done to it, None if it is not in the store.

    The thread is read where something waits alone.
    """
    found = mirrored(rows, ref)
    if found is None:
        return None
    key = {"branch": ref.branch, "id": ref.id, "me": me}
    entries = [entry_from(row) for row in rows(_ENTRIES, key)]
    return _projected(rows, found, entries, actor) if entries else Projected(found, {})


def _projected(
    rows: Rows, appeal: Appeal, entries: Iterable[OutboxEntry], actor: Operator | None
) -> Projected:
    key = {"branch": appeal.branch, "id": appeal.id}
    known = {m.id: m for m in (decode(body, Message) for (body,) in rows(_MESSAGES, key))}
    return project_appeal(appeal, known, entries=entries, actor=actor)


def _in_order(done: Projected) -> tuple[Message, ...]:
    return tuple(sorted(done.messages.values(), key=lambda m: (m.at, m.id)))


def _joined(rows: Rows, ref: Ref, *, me: str, actor: Operator | None) -> Iterator[Joined]:
    """What is merged into an appeal, and into that."""
    for branch, ident in rows(_JOINED, {"first": duplicates_of(ref)}):
        found = mirrored(rows, Ref(branch, ident)) if ident != ref.id else None
        if found is not None:
            key = {"branch": branch, "id": ident, "me": me}
            entries = tuple(entry_from(row) for row in rows(_ENTRIES, key))
            done = _projected(rows, found, entries, actor)
            yield Joined(done.appeal, _in_order(done), entries)


def mirrored(rows: Rows, ref: Ref) -> Appeal | None:
    """The appeal as the server last said it."""
    for (body,) in rows(_APPEAL, {"branch": ref.branch, "id": ref.id}):
        return decode(body, Appeal)
    return None


def with_server(entry: OutboxEntry, appeal: Appeal | None) -> OutboxEntry:
    """A held entry beside the appeal as it stands at the server, to show both."""
    known = appeal is not None and appeal.version != PLACEHOLDER
    return replace(entry, server=appeal) if known and entry.state is EntryState.HELD else entry


def _outages(rows: Rows, appeal: Appeal) -> Iterable[Outage]:
    for tag in appeal.outages:
        for (body,) in rows(_OUTAGE, {"branch": appeal.branch, "id": tag.outage}):
            yield decode(body, Outage)
