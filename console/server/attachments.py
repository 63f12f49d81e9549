"""Attachments: files that come in pieces, and go with a message once they are whole.

A file is declared, then sent piece by piece, each at the offset where the last one ended; whoever
was interrupted declares it again and hears where to go on. The pieces are rows of the database:
they commit with the offset that counts them, and whoever keeps a backup of one thing has all of
it. A file that no message names is seen by its author alone, and forgotten after a while.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from console.domain.attachment import (
    HEAD_BYTES,
    Attachment,
    AttachmentNorms,
    file_breach,
    head_breach,
)
from console.domain.bounds import Breach, breach
from console.domain.ids import Ref
from console.domain.operator import Operator
from console.server import tables
from console.server.faults import (
    FaultError,
    another_attachment,
    attachment_missing,
    attachment_refused,
    hash_mismatch,
    not_allowed,
    quota_exceeded,
    too_large,
    unknown_attachment,
    wrong_offset,
)
from console.server.instants import micros
from console.wire import codec
from console.wire.schema import UploadState

MAX_PIECE = 1024 * 1024
"""Bytes of one piece."""

_FORGET = 20
"""How many files that nobody came back for one declaration clears away."""

_FILES, _PIECES = tables.attachments, tables.attachment_pieces


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it stands: ``stored`` of its bytes are here; ``message`` has named it."""

    attachment: Attachment
    author: str
    message: str | None
    stored: int

    @property
    def state(self) -> UploadState:
        """What its author hears."""
        return UploadState(self.stored, self.attachment.size, self.is_whole)

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here, as it was declared."""
        return self.stored == self.attachment.size


def declare(
    connection: Connection,
    branch: str,
    attachment: Attachment,
    *,
    author: Operator,
    norms: AttachmentNorms,
    now: datetime,
) -> UploadState:
    """Begin an upload, or hear where an earlier one stands; a fault where it may not be."""
    found = breach(attachment) or file_breach(attachment, norms)
    if found is not None:
        raise attachment_refused(found)
    _forget_old(connection, norms, now=now)
    ref = Ref(branch, attachment.id)
    known = find(connection, ref, lock=True)
    if known is not None:
        _refuse_other(known, attachment, author)
        _touch(connection, ref, now=now)
        return known.state
    if _pending(connection, author) + attachment.size > norms.pending:
        raise quota_exceeded(norms.pending)
    values = {
        "branch": branch,
        "id": attachment.id,
        "author": author.id,
        "message": None,
        "size": attachment.size,
        "stored": 0,
        "touched_at": micros(now),
        "body": codec.encode(attachment).decode(),
    }
    # Of two first declarations at once the second one fails, and runs again to find the first.
    connection.execute(_FILES.insert(), values)
    return UploadState(0, attachment.size, complete=False)


def append(
    connection: Connection,
    ref: Ref,
    piece: bytes,
    *,
    offset: int,
    author: Operator,
    norms: AttachmentNorms,
    now: datetime,
) -> UploadState | FaultError:
    """Take a piece at ``offset``; the fault is given back where what was stored has to go."""
    known = _mine(connection, ref, author, lock=True)
    if offset != known.stored:
        raise wrong_offset(known.stored)
    if len(piece) > MAX_PIECE:
        raise too_large(MAX_PIECE)
    if offset + len(piece) > known.attachment.size:
        raise too_large(known.attachment.size)
    if offset == 0 and piece:
        found = _disguise(known.attachment, piece, norms)
        if found is not None:
            raise attachment_refused(found)
    if piece:
        values = {"branch": ref.branch, "attachment": ref.id, "begins": offset}
        values |= {"ends": offset + len(piece), "content": piece}
        connection.execute(_PIECES.insert(), values)
        _touch(connection, ref, now=now, stored=offset + len(piece))
    stored = offset + len(piece)
    if stored == known.attachment.size and _digest(connection, ref) != known.attachment.digest:
        _drop_pieces(connection, ref)
        _touch(connection, ref, now=now, stored=0)
        return hash_mismatch()
    return UploadState(stored, known.attachment.size, stored == known.attachment.size)


def state(connection: Connection, ref: Ref, *, reader: Operator) -> UploadState:
    """Where an upload stands; a fault (404) where there is none that ``reader`` may know of."""
    return _readable(connection, ref, reader).state


def whole(connection: Connection, ref: Ref, *, reader: Operator) -> Attachment:
    """A file that can be read; a fault (404) where there is none for ``reader``."""
    found = _readable(connection, ref, reader)
    if not found.is_whole:
        raise unknown_attachment()
    return found.attachment


def content(connection: Connection, ref: Ref, *, begins: int, ends: int) -> bytes:
    """Bytes from ``begins`` up to ``ends`` of a file, without asking who reads."""
    query = (
        select(_PIECES.c.begins, _PIECES.c.content)
        .where(_PIECES.c.branch == ref.branch, _PIECES.c.attachment == ref.id)
        .where(_PIECES.c.begins < ends, _PIECES.c.ends > begins)
        .order_by(_PIECES.c.begins)
    )
    return b"".join(
        bytes(row.content)[max(0, begins - row.begins) : ends - row.begins]
        for row in connection.execute(query)
    )


def forget(connection: Connection, ref: Ref, *, author: Operator) -> None:
    """Drop an upload that no message has named; nothing happens where there is none."""
    known = find(connection, ref, lock=True)
    if known is None or known.author != author.id or known.message is not None:
        return
    _drop(connection, [ref])


def bind(
    connection: Connection, branch: str, attachments: Sequence[Attachment], *, author: str, to: str
) -> None:
    """Have message ``to`` own these files; a fault (409) names the first that is not here whole.

    It is a fault and no answer of the ledger: the same mutation goes once the file has come.
    """
    for attachment in sorted(attachments, key=lambda each: each.id):
        ref = Ref(branch, attachment.id)
        known = find(connection, ref, lock=True)
        fits = known is not None and (known.author, known.attachment) == (author, attachment)
        if known is None or not fits or not known.is_whole:
            raise attachment_missing(attachment.id)
        if known.message is None:
            statement = update(_FILES).where(*_at(ref)).values(message=to)
            connection.execute(statement)


def find(connection: Connection, ref: Ref, *, lock: bool = False) -> Stored | None:
    """A file as it stands; with ``lock`` nobody else changes it until commit."""
    query = select(_FILES.c.body, _FILES.c.author, _FILES.c.message, _FILES.c.stored)
    query = query.where(*_at(ref))
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        return None
    return Stored(codec.decode(row.body, Attachment), row.author, row.message, row.stored)


# ---------------------------------------------------------------------- inside


def _readable(connection: Connection, ref: Ref, reader: Operator) -> Stored:
    found = find(connection, ref)
    if found is None or (found.message is None and found.author != reader.id):
        raise unknown_attachment()
    return found


def _mine(connection: Connection, ref: Ref, author: Operator, *, lock: bool) -> Stored:
    found = find(connection, ref, lock=lock)
    if found is None:
        raise unknown_attachment()
    if found.author != author.id:
        raise not_allowed("this attachment is another person's")
    return found


def _refuse_other(known: Stored, attachment: Attachment, author: Operator) -> None:
    if known.author != author.id:
        raise not_allowed("this attachment is another person's")
    if known.attachment != attachment:
        raise another_attachment()


def _disguise(attachment: Attachment, piece: bytes, norms: AttachmentNorms) -> Breach | None:
    # A first piece that is shorter than the marks says nothing; no client of ours sends one.
    if len(piece) < min(HEAD_BYTES, attachment.size):
        return Breach("attachment_disguised", {"name": attachment.name})
    return head_breach(attachment, piece[:HEAD_BYTES], norms)


def _pending(connection: Connection, author: Operator) -> int:
    query = select(func.coalesce(func.sum(_FILES.c.size), 0))
    query = query.where(_FILES.c.message.is_(None), _FILES.c.author == author.id)
    return int(connection.execute(query).scalar_one())


def _forget_old(connection: Connection, norms: AttachmentNorms, *, now: datetime) -> None:
    """Drop files that no message has named and nobody has come back for."""
    end = micros(now - timedelta(days=norms.patience_days))
    query = select(_FILES.c.branch, _FILES.c.id).where(
        _FILES.c.message.is_(None), _FILES.c.touched_at < end
    )
    # One that a message is just naming is locked, and passed over.
    rows = connection.execute(query.limit(_FORGET).with_for_update(skip_locked=True))
    _drop(connection, [Ref(*row) for row in rows])


def _drop(connection: Connection, refs: Sequence[Ref]) -> None:
    for ref in refs:
        _drop_pieces(connection, ref)
        connection.execute(delete(_FILES).where(*_at(ref)))


def _drop_pieces(connection: Connection, ref: Ref) -> None:
    of_it = (_PIECES.c.branch == ref.branch, _PIECES.c.attachment == ref.id)
    connection.execute(delete(_PIECES).where(*of_it))


def _touch(connection: Connection, ref: Ref, *, now: datetime, stored: int | None = None) -> None:
    values: dict[str, Any] = {"touched_at": micros(now)}
    values |= {} if stored is None else {"stored": stored}
    connection.execute(update(_FILES).where(*_at(ref)).values(values))


def _digest(connection: Connection, ref: Ref) -> str:
    summed = hashlib.sha256()
    for piece in _pieces(connection, ref):
        summed.update(piece)
    return summed.hexdigest()


def _pieces(connection: Connection, ref: Ref) -> Iterator[bytes]:
    """The content piece by piece, so that never all of it is in memory."""
    begins = select(_PIECES.c.begins).where(
        _PIECES.c.branch == ref.branch, _PIECES.c.attachment == ref.id
    )
    for offset in connection.execute(begins.order_by(_PIECES.c.begins)).scalars().all():
        one = select(_PIECES.c.content).where(
            _PIECES.c.branch == ref.branch,
            _PIECES.c.attachment == ref.id,
            _PIECES.c.begins == offset,
        )
        yield bytes(connection.execute(one).scalar_one())


def _at(ref: Ref) -> tuple[Any, ...]:
    return (_FILES.c.branch == ref.branch, _FILES.c.id == ref.id)
