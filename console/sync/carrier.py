"""The carrier: moves a piece of a file between store and server, and notes what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from console.errors import RejectedError, TransientError
from console.ports import Remote, SyncReader, Transaction, WaitingFetch
from console.sync import push
from console.sync.transfers import Fetch, Upload

Do = Callable[[Callable[[Transaction], Any]], Any]
"""Carries out a job at the store and waits for it."""

_READ_BYTES = 256 * 1024


class Outcome(Enum):
    """What became of a piece that was to be sent."""

    MOVED = auto()
    """The server has it, see `Sent`."""

    ASK_AGAIN = auto()
    """The file begins anew."""

    TOO_LARGE = auto()
    """Something between takes no piece of this size."""

    SETTLED = auto()
    """The entry is held, or gone: there is nothing more to send for it now."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome; ``offset`` is where the server stands after it."""

    outcome: Outcome
    offset: int = 0
    complete: bool = False


def send(upload: Upload, *, reader: SyncReader, remote: Remote, do: Do) -> Sent:
    """Ask the server where it stands, or send it the next piece; errors of the link are raised."""
    file, entry = upload.file, upload.entry
    attachment = file.attachment
    if upload.offset is None and not do(lambda tx: push.may_go(tx, entry.seq)):
        return Sent(Outcome.SETTLED)
    try:
        if upload.offset is None:
            state = remote.declare(file.branch, attachment)
        else:
            ends = min(upload.offset + upload.size, attachment.size)
            content = reader.attachment_bytes(attachment.id, upload.offset, ends)
            if not content:
                return _held(upload, RejectedError("lost here", code="attachment_lost"), do)
            state = remote.upload(file.branch, attachment.id, upload.offset, content)
    except RejectedError as error:
        return _rejected(upload, error, do)
    do(lambda tx: tx.attachments.sent(attachment.id, state.offset, complete=state.complete))
    return Sent(Outcome.MOVED, state.offset, state.complete)


def _rejected(upload: Upload, error: RejectedError, do: Do) -> Sent:
    attachment = upload.file.attachment
    match error.code:
        case "wrong_offset" | "unknown_attachment":
            # It stands elsewhere than it said, or has forgotten the file: soon it is asked anew.
            raise TransientError(str(error), code="server", reached=True) from error
        case "hash_mismatch":
            if do(lambda tx: tx.attachments.begin_again(attachment.id)) <= push.FILE_CHANCES:
                return Sent(Outcome.ASK_AGAIN)
        case "too_large" if upload.offset is not None:
            return Sent(Outcome.TOO_LARGE)
        case "unknown":
            # A server from before there were files knows no such address.
            error = RejectedError(str(error), code="no_attachments")
    return _held(upload, error, do)


def refuse(upload: Upload, code: str, do: Do) -> None:
    """Hold the entry for a person: its file cannot be sent."""
    _held(upload, RejectedError(code, code=code), do)


def _held(upload: Upload, error: RejectedError, do: Do) -> Sent:
    name = upload.file.attachment.name
    do(lambda tx: push.hold_for_file(tx, upload.entry.seq, error, name=name))
    return Sent(Outcome.SETTLED)


def fetch(action: Fetch, *, reader: SyncReader, remote: Remote, do: Do) -> None:
    """Bring the next piece; what cannot be had is noted, errors of the link are raised."""
    file = action.file
    attachment = file.attachment
    ends = min(file.had + action.size, attachment.size)
    try:
        content = remote.download(file.branch, attachment.id, file.had, ends)
    except RejectedError as error:
        code = error.code
        do(lambda tx: tx.attachments.failed(attachment.id, code))
        return
    whole = file.had + len(content) == attachment.size
    if whole and _digest(reader, file, content) != attachment.digest:
        do(lambda tx: tx.attachments.failed(attachment.id, "hash_mismatch"))
        return
    do(lambda tx: tx.attachments.took(attachment.id, file.had, content))


def _digest(reader: SyncReader, file: WaitingFetch, last: bytes) -> str:
    """Of what is here already, and the last piece: a file is shown only as it was sent."""
    summed, attachment = hashlib.sha256(), file.attachment
    for at in range(0, file.had, _READ_BYTES):
        upto = min(at + _READ_BYTES, file.had)
        summed.update(reader.attachment_bytes(attachment.id, at, upto))
    summed.update(last)
    return summed.hexdigest()
