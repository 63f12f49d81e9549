"""Files as they are read: states and bytes, through the driver, on whichever thread asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from console.store.driver import Connection
from console.wire.codec import decode, encode

if TYPE_CHECKING:
    from console.domain.attachment import Attachment
    from console.ports import WaitingFetch, WaitingUpload
    from console.readmodel import AttachmentPhase, AttachmentState, OutboxEntry

Rows = Callable[[str, Mapping[str, object]], Iterable[Any]]

UPLOADS: Final = """
(SELECT json_group_array(json(CAST(a.body AS TEXT)) ORDER BY a.place)
 FROM attachment AS a LEFT JOIN upload AS u ON u.attachment = a.id
 WHERE a.holder = 'entry:' || outbox.id AND ifnull(u.complete, 0) = 0)
"""
"""A column of the outbox: its entry's files that the server does not have whole, as JSON."""

_OF = "SELECT body FROM attachment WHERE holder = :holder ORDER BY place"
_PROGRESS = """
SELECT a.holder, sum(a.body ->> '$.size'),
       sum(CASE WHEN u.complete = 1 THEN a.body ->> '$.size' ELSE ifnull(u.sent, 0) END)
FROM attachment AS a LEFT JOIN upload AS u ON u.attachment = a.id
WHERE a.holder IN (SELECT value FROM json_each(:holders)) GROUP BY a.holder
"""
_STATES = """
SELECT a.id, (SELECT ifnull(sum(ends - begins), 0) FROM piece WHERE attachment = a.id),
       a.body ->> '$.size', 0, ''
FROM attachment AS a WHERE a.id IN (SELECT value FROM json_each(:ids))
UNION ALL
SELECT f.id, f.had, f.size, f.wanted, f.error
FROM fetched AS f WHERE f.id IN (SELECT value FROM json_each(:ids))
"""
_FETCHES = """
SELECT branch, body, had FROM fetched WHERE wanted = 1 ORDER BY used_at, id
"""
_BYTES = """
SELECT begins, content FROM piece
WHERE attachment = :id AND begins < :ends AND ends > :begins ORDER BY begins
"""
_ORPHANS: Final = """
SELECT DISTINCT attachment FROM piece
WHERE attachment NOT IN (SELECT id FROM attachment)
  AND attachment NOT IN (SELECT id FROM fetched)
"""
_HELD_BY_NOBODY: Final = """
SELECT id FROM attachment
WHERE holder NOT IN (SELECT 'draft:' || id FROM draft)
  AND holder NOT IN (SELECT 'entry:' || id FROM outbox)
"""


def of_holder(rows: Rows, holder: str) -> list[Attachment]:
    """The files of a draft or entry, in their order."""
    from console.domain.attachment import Attachment

    return [decode(body, Attachment) for (body,) in rows(_OF, {"holder": holder})]


def with_upload(rows: Rows, entries: Sequence[OutboxEntry]) -> list[OutboxEntry]:
    """Entries with how far their files have come."""
    if not entries:
        return []
    from console.ports import entry_holder
    from console.readmodel import Upload

    holders = [entry_holder(entry.envelope.id) for entry in entries]
    found = {
        holder: Upload(done, total)
        for holder, total, done in rows(_PROGRESS, {"holders": encode(holders).decode()})
    }
    return [
        replace(entry, upload=found[holder]) if holder in found else entry
        for entry, holder in zip(entries, holders, strict=True)
    ]


def states(rows: Rows, ids: Sequence[str]) -> dict[str, AttachmentState]:
    """How much of these files is here; one of which nothing is known is left out."""
    from console.readmodel import AttachmentState

    if not ids:  # nearly every thread: opening an appeal reads nothing for it
        return {}
    found = rows(_STATES, {"ids": encode(list(ids)).decode()})
    return {
        ident: AttachmentState(_phase(had, size, wanted, error), had, size, error)
        for ident, had, size, wanted, error in found
    }


def uploads(branch: str, listed: str) -> tuple[WaitingUpload, ...]:
    """The value of the column `UPLOADS`."""
    from console.domain.attachment import Attachment
    from console.ports import WaitingUpload

    if listed == "[]":
        return ()
    return tuple(WaitingUpload(branch, each) for each in decode(listed, list[Attachment]))


def fetches(rows: Rows) -> list[WaitingFetch]:
    """The files of messages that are wanted and not here whole, the first wanted first."""
    from console.domain.attachment import Attachment
    from console.ports import WaitingFetch

    return [
        WaitingFetch(branch, decode(body, Attachment), had)
        for branch, body, had in rows(_FETCHES, {})
    ]


def content(rows: Rows, attachment: str, begins: int, ends: int) -> bytes:
    """Bytes of a file, as far as they are here without a gap."""
    found = bytearray()
    at = begins
    for begin, piece in rows(_BYTES, {"id": attachment, "begins": begins, "ends": ends}):
        if begin > at:
            break
        part = piece[at - begin : ends - begin]
        found += part
        at += len(part)
    return bytes(found)


def sweep(connection: Connection) -> None:
    """Forget files that nothing holds, and content that is nobody's: what a killed run left."""
    with_nobody = [ident for (ident,) in connection.execute(_HELD_BY_NOBODY)]
    connection.executemany(
        "DELETE FROM attachment WHERE id = ?", [(ident,) for ident in with_nobody]
    )
    orphans = [(ident,) for (ident,) in connection.execute(_ORPHANS)]
    connection.executemany("DELETE FROM piece WHERE attachment = ?", orphans)
    connection.execute("DELETE FROM upload WHERE attachment NOT IN (SELECT id FROM attachment)")


def _phase(had: int, size: int, wanted: int, error: str) -> AttachmentPhase:
    from console.readmodel import AttachmentPhase

    if had >= size:
        return AttachmentPhase.HERE
    if wanted:
        return AttachmentPhase.WANTED
    return AttachmentPhase.FAILED if error else AttachmentPhase.ABSENT
