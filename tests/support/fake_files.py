"""The files of a fake console: held in a dictionary, refused by the real norms."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from console.changes import Changes
from console.domain.attachment import Attachment, AttachmentNorms, file_breach
from console.domain.draft import Draft
from console.domain.ids import Ref, uuid7
from console.domain.transitions import RefusedError
from console.readmodel import AttachmentPhase, AttachmentState

if TYPE_CHECKING:
    from tests.support.fake_console import FakeConsole

T = TypeVar("T")


class FakeFiles:
    """Files of drafts and messages. ``late`` holds back what is being attached until `arrive`."""

    def __init__(self, console: FakeConsole) -> None:
        self.console = console
        self.late = False
        self.asked: list[tuple[str, str]] = []
        self._coming: list[Callable[[], None]] = []

    @property
    def norms(self) -> AttachmentNorms:
        return self.console.rulebook.attachments

    def attach_file(self, draft: Draft, path: Path) -> Future[Attachment]:
        return self.attach_bytes(draft, path.name, path.read_bytes())

    def attach_bytes(self, draft: Draft, name: str, content: bytes) -> Future[Attachment]:
        future: Future[Attachment] = Future()

        def arrive() -> None:
            media = self.norms.media_of(name)
            file = Attachment(
                uuid7(self.console.clock.now(), self.console.clock.entropy(10)),
                name,
                media.key if media is not None else "",
                len(content),
                hashlib.sha256(content).hexdigest(),
            )
            found = file_breach(file, self.norms)
            if found is not None:
                future.set_exception(RefusedError(found.code, **found.params))
                return
            world = self.console.world
            world.drafts.setdefault(draft.id, draft)
            world.attached.setdefault(draft.id, []).append(file)
            world.contents[file.id] = content
            future.set_result(file)
            self._publish(file.id)

        if self.late:
            self._coming.append(arrive)
        else:
            arrive()
        return future

    def attach_again(
        self, draft: Draft, files: Sequence[Attachment]
    ) -> Future[tuple[Attachment, ...]]:
        world = self.console.world
        world.drafts.setdefault(draft.id, draft)
        world.attached.setdefault(draft.id, []).extend(files)
        for each in files:
            self._publish(each.id)
        return _done(tuple(files))

    def arrive(self) -> None:
        """What was held back comes."""
        coming, self._coming = self._coming, []
        for each in coming:
            each()

    def detach(self, attachment: str) -> Future[None]:
        for files in self.console.world.attached.values():
            files[:] = [each for each in files if each.id != attachment]
        self._publish(attachment)
        return _done(None)

    def of_draft(self, draft_id: str) -> list[Attachment]:
        return self.console.reader.draft_attachments(draft_id)

    def states(self, attachments: Sequence[Attachment]) -> Mapping[str, AttachmentState]:
        known = self.console.world.files
        absent = AttachmentPhase.ABSENT
        return {
            each.id: known.get(each.id, AttachmentState(absent, 0, each.size))
            for each in attachments
        }

    def fetch(self, appeal: Ref, attachment: Attachment) -> Future[None]:
        self.asked.append(("fetch", attachment.id))
        self.put(attachment, AttachmentPhase.WANTED)
        return _done(None)

    def stop_fetching(self, attachment: str) -> Future[None]:
        self.asked.append(("stop", attachment))
        state = self.console.world.files[attachment]
        self.console.world.files[attachment] = replace(state, phase=AttachmentPhase.ABSENT)
        self._publish(attachment)
        return _done(None)

    def put(
        self,
        attachment: Attachment,
        phase: AttachmentPhase,
        *,
        had: int = 0,
        content: bytes = b"",
        error: str = "",
    ) -> None:
        """So much of a file of a message is here."""
        world = self.console.world
        had = attachment.size if phase is AttachmentPhase.HERE else had
        world.files[attachment.id] = AttachmentState(phase, had, attachment.size, error)
        world.contents[attachment.id] = content
        self._publish(attachment.id)

    def content(self, attachment: Attachment) -> bytes | None:
        found = self.console.world.contents.get(attachment.id, b"")
        return found if len(found) == attachment.size else None

    def save_as(self, attachment: Attachment, path: Path) -> Future[Path]:
        path.write_bytes(self.console.world.contents[attachment.id])
        return _done(path)

    def _publish(self, attachment: str) -> None:
        self.console.changes.publish(Changes(attachments=frozenset({attachment})))


def _done(value: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(value)
    return future
