"""Attachments: files that an operator adds to a draft, and those of messages, looked at or saved.

Files are read and written in pieces, on threads of their own: a picture on a slow network drive
keeps neither the window nor the store waiting.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, TypeVar

from console.causes import cause_of
from console.domain.attachment import (
    HEAD_BYTES,
    Attachment,
    AttachmentNorms,
    file_breach,
    head_breach,
    set_breach,
    size_breach,
)
from console.domain.bounds import NAME, Breach, cleaned_text
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.transitions import RefusedError
from console.errors import OtklikError, StoreError
from console.ports import Clock, Precedence, Reader, Store, Transaction, draft_holder
from console.readmodel import AttachmentPhase, AttachmentState
from console.usecases.acting import Acting, GoneError
from console.usecases.drafts import sure_of_author
from console.workers import THREADS, Worker, Workers

T = TypeVar("T")

PIECE_BYTES = 256 * 1024
"""What is in memory of a file, and one row of the store."""

Norms = Callable[[], AttachmentNorms]


class FileError(OtklikError):
    """A file of the workstation cannot be read or written; ``said`` names it and the cause."""


class AttachmentUseCases:
    """Every future resolves once what it speaks of is durable; a refusal comes through it."""

    def __init__(
        self,
        acting: Acting,
        store: Store,
        reader: Reader,
        clock: Clock,
        *,
        norms: Norms,
        workers: Workers = THREADS,
    ) -> None:
        self._acting = acting
        self._store = store
        self._reader = reader
        self._clock = clock
        self._norms = norms
        self._workers = workers
        self._at_work: list[Worker] = []
        self._closing = threading.Event()

    def close(self) -> None:
        """Let go of the files that are being read; what was not whole is forgotten."""
        self._closing.set()
        for worker in self._at_work:
            if worker.is_alive():
                worker.join()

    @property
    def norms(self) -> AttachmentNorms:
        """What may be attached: for a file dialog's filter, and to say so beforehand."""
        return self._norms()

    # ------------------------------------------------------------------ of a draft

    def attach_file(self, draft: Draft, path: Path) -> Future[Attachment]:
        """Add a file to a draft, which is kept if it was not yet.

        `RefusedError` where the norms do not allow it, `FileError` where it cannot be read,
        `GoneError` where the draft was sent or thrown away meanwhile: who shows the draft keeps it
        from being sent until the future resolves. `RefusedError` also where the draft is another
        person's, who worked here when the composer was opened.
        """

        def opened() -> IO[bytes]:
            size = path.stat().st_size
            if size > self.norms.size:
                raise _refused(size_breach(path.name, size, self.norms))
            return path.open("rb")

        return self._attach(draft, path.name, opened)

    def attach_bytes(self, draft: Draft, name: str, content: bytes) -> Future[Attachment]:
        """`attach_file` for what is in memory: a picture from the clipboard."""
        return self._attach(draft, name, lambda: io.BytesIO(content))

    def attach_again(
        self, draft: Draft, files: Sequence[Attachment]
    ) -> Future[tuple[Attachment, ...]]:
        """Add files of one's own message, such as a returned reply, to a draft, which is kept.

        The server has them already, so that nothing of them has to be here. The future has those
        that came: not what another draft has.
        """
        now = self._clock.now()

        def job(transaction: Transaction) -> tuple[Attachment, ...]:
            sure_of_author(transaction, draft)
            if transaction.drafts.get(draft.id) is None:
                transaction.drafts.save(replace(draft, updated_at=now))
            holder = draft_holder(draft.id)
            return tuple(each for each in files if transaction.attachments.add_again(holder, each))

        return self._acting.run(job)

    def detach(self, attachment: str) -> Future[None]:
        """Take a file (by id) off its draft."""
        return self._acting.run(lambda transaction: transaction.attachments.remove(attachment))

    def of_draft(self, draft_id: str) -> list[Attachment]:
        """The files of a draft, in the order of attaching."""
        return self._reader.draft_attachments(draft_id)

    # ------------------------------------------------------------------ of a message

    def states(self, attachments: Sequence[Attachment]) -> Mapping[str, AttachmentState]:
        """How much of these files is here, by id."""
        found = self._reader.attachment_states([each.id for each in attachments])
        nothing = AttachmentPhase.ABSENT
        return {
            each.id: found.get(each.id, AttachmentState(nothing, 0, each.size))
            for each in attachments
        }

    def fetch(self, appeal: Ref, attachment: Attachment) -> Future[None]:
        """Have a message's file brought here as soon as there is a connection, also later on.

        The future resolves when that is noted; how far it is say `states` and the changes.
        """
        now, keep = self._clock.now(), self.norms.kept
        return self._acting.run(
            lambda transaction: transaction.attachments.want(appeal, attachment, now=now, keep=keep)
        )

    def stop_fetching(self, attachment: str) -> Future[None]:
        """Do not bring a file (by id) any further; what is here of it is gone on with later."""
        return self._acting.run(lambda transaction: transaction.attachments.unwant(attachment))

    def content(self, attachment: Attachment) -> bytes | None:
        """All of a file, to be shown; None unless it is here."""
        found = self._reader.attachment_bytes(attachment.id, 0, attachment.size)
        return found if len(found) == attachment.size else None

    def save_as(self, attachment: Attachment, path: Path) -> Future[Path]:
        """Write a file that is here to ``path``, replacing what is there once all is written.

        `GoneError` where it is not here whole, `FileError` where it cannot be written.
        """

        def work() -> Path:
            beside = path.with_name(f"{path.name}.part")
            try:
                with beside.open("wb") as stream:
                    self._write(attachment, stream)
                beside.replace(path)
            except OSError as error:
                raise _unusable("attachment.unwritable", path.name, error) from error
            finally:
                beside.unlink(missing_ok=True)
            return path

        return self._on_a_thread(work, name="save-file")

    # ------------------------------------------------------------------ on a thread

    def _attach(
        self, draft: Draft, name: str, opened: Callable[[], IO[bytes]]
    ) -> Future[Attachment]:
        named = cleaned_text(name, NAME).replace("\\", "_").replace("/", "_").strip()
        now = self._clock.now()

        def keep(transaction: Transaction) -> None:
            sure_of_author(transaction, draft)
            if transaction.drafts.get(draft.id) is None:
                transaction.drafts.save(replace(draft, updated_at=now))

        kept = self._acting.run(keep)

        def work() -> Attachment:
            kept.result()
            ident = self._acting.new_id()
            try:
                with opened() as stream:
                    attachment = self._take(ident, named, stream)
                return self._do(
                    lambda transaction: self._give(transaction, draft, attachment),
                    precedence=Precedence.OPERATOR,
                )
            except BaseException as error:
                self._drop(ident)
                if isinstance(error, OSError):
                    raise _unusable("attachment.unreadable", named, error) from error
                raise

        return self._on_a_thread(work, name="attach-file")

    def _take(self, ident: str, name: str, stream: IO[bytes]) -> Attachment:
        """Read a file into the store; what it is comes to light on the way."""
        norms, digest, size = self.norms, hashlib.sha256(), 0
        media = norms.media_of(name)
        said = Attachment(ident, name, "" if media is None else media.key, 1, "0" * 64)
        _refuse(file_breach(said, norms))
        while content := stream.read(PIECE_BYTES):
            if self._closing.is_set():
                raise _closed()
            if size == 0:
                _refuse(head_breach(said, content[:HEAD_BYTES], norms))
            if size + len(content) > norms.size:
                raise _refused(size_breach(name, size + len(content), norms))
            digest.update(content)
            self._do(lambda tx, at=size, part=content: tx.attachments.put_piece(ident, at, part))  # type: ignore[misc]
            size += len(content)
        attachment = replace(said, size=size, digest=digest.hexdigest())
        _refuse(file_breach(attachment, norms))
        return attachment

    def _give(self, transaction: Transaction, draft: Draft, attachment: Attachment) -> Attachment:
        """The last step: the draft has one file more, if it is still there and may have it."""
        if transaction.drafts.get(draft.id) is None:
            raise GoneError("draft")
        holder = draft_holder(draft.id)
        files = (*transaction.attachments.of(holder), attachment)
        appeal = transaction.appeal(draft.appeal)
        note = draft.mode is DraftMode.NOTE or appeal is None
        channel = None if note or appeal is None else appeal.channel
        _refuse(set_breach(files, self.norms, channel=channel))
        transaction.attachments.add(holder, attachment)
        return attachment

    def _drop(self, ident: str) -> None:
        # Where even that cannot be done, the next start does it.
        self._store.submit(
            lambda transaction: transaction.attachments.drop_pieces(ident),
            precedence=Precedence.SYNC,
        )

    def _write(self, attachment: Attachment, stream: IO[bytes]) -> None:
        for at in range(0, attachment.size, PIECE_BYTES):
            if self._closing.is_set():
                raise _closed()
            upto = min(at + PIECE_BYTES, attachment.size)
            content = self._reader.attachment_bytes(attachment.id, at, upto)
            if len(content) < upto - at:
                raise GoneError("attachment")
            stream.write(content)

    def _do(
        self, job: Callable[[Transaction], T], *, precedence: Precedence = Precedence.SYNC
    ) -> T:
        """A job at the store; pieces give way to whatever the operator is doing meanwhile."""
        try:
            return self._store.submit(job, precedence=precedence).result()
        except CancelledError:
            raise _closed() from None

    def _on_a_thread(self, work: Callable[[], T], *, name: str) -> Future[T]:
        future: Future[Any] = self._workers.future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(work())
            except Exception as error:  # noqa: BLE001 - whoever asked is told
                future.set_exception(error)

        self._at_work = [worker for worker in self._at_work if worker.is_alive()]
        if self._closing.is_set():
            future.set_exception(_closed())
            return future
        worker = self._workers.worker(run, name=name)
        self._at_work.append(worker)
        worker.start()
        return future


def _refuse(found: Breach | None) -> None:
    if found is not None:
        raise _refused(found)


def _refused(found: Breach) -> RefusedError:
    return RefusedError(found.code, **found.params)


def _unusable(key: str, name: str, error: OSError) -> FileError:
    cause = cause_of(error)
    return FileError(f"a file cannot be used ({cause})", key=key, name=name, cause=cause)


def _closed() -> StoreError:
    return StoreError("the program is being closed", key="ui.store_closed")
