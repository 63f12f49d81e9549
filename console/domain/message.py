"""A message: one entry of an appeal's thread, written by a resident or by us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain.attachment import Attachment
from console.domain.ids import Ref


class MessageKind(StrEnum):
    """Who speaks, and what for."""

    RESIDENT = "resident"
    REPLY = "reply"
    INTERIM = "interim"
    NOTE = "note"


class MessageState(StrEnum):
    """Where one of our messages stands; a resident's message is always published."""

    PUBLISHED = "published"
    AWAITING = "awaiting"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class EtrQuote:
    """A restoration time that a text quotes: which outage, and the time as it then stood (UTC).

    ``etr`` is None where the text says that the time is not known yet.
    """

    outage: str
    etr: datetime | None


@dataclass(frozen=True, slots=True)
class Override:
    """A check that the author chose to overrule, and why; kept with the message."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a thread. ``text`` is plain; ``original`` is what came in, where it differed.

    ``id`` of our own messages is the id of the mutation that sent them, so that the console's
    optimistic copy and the server's row are the same message. ``mentions`` are the ids of the
    colleagues whom a note calls by name. ``corrects`` is the outage (by id) whose restoration time
    it puts right, after an earlier reply had named another.
    """

    branch: str
    id: str
    appeal: str
    kind: MessageKind
    at: datetime
    text: str
    author_name: str
    author: str | None = None
    state: MessageState = MessageState.PUBLISHED
    original: str | None = None
    external: str | None = None
    quotes: tuple[EtrQuote, ...] = ()
    template: str | None = None
    outcome: str | None = None
    promise_at: datetime | None = None
    later_promises: tuple[datetime, ...] = ()
    overrides: tuple[Override, ...] = ()
    decided_by: str | None = None
    decided_at: datetime | None = None
    return_reason: str = ""
    attachments: tuple[Attachment, ...] = ()
    mentions: tuple[str, ...] = ()
    corrects: str | None = None

    @property
    def ref(self) -> Ref:
        """(branch, id)."""
        return Ref(self.branch, self.id)

    @property
    def is_ours(self) -> bool:
        """Whether an operator wrote it."""
        return self.kind is not MessageKind.RESIDENT

    @property
    def is_public(self) -> bool:
        """Whether the resident can read it (once published)."""
        return self.kind is not MessageKind.NOTE
