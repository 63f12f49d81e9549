"""The read model: what screens show, as frozen rows read from mirror ⊕ outbox.

Instants are aware UTC; a presenter turns them into local words. Nothing here is a database row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from console.domain.ids import Ref
from console.domain.schedule import is_scheduled
from console.listing import EntryState as EntryState
from console.listing import Grouping as Grouping
from console.listing import Link as Link
from console.listing import PresenceRow as PresenceRow
from console.listing import QueueCounts as QueueCounts
from console.listing import QueueQuery as QueueQuery
from console.listing import QueueRow as QueueRow
from console.listing import QueueSort as QueueSort
from console.listing import SavedQueue as SavedQueue
from console.listing import SessionInfo as SessionInfo
from console.listing import SharedRow as SharedRow
from console.listing import SyncStatus as SyncStatus
from console.rescued import Rescue as Rescue
from console.rescued import RescueReason as RescueReason

if TYPE_CHECKING:
    from console.domain.appeal import Appeal, Offer
    from console.domain.draft import Draft
    from console.domain.event import Event
    from console.domain.message import Message
    from console.domain.mutations import Envelope
    from console.domain.outage import Outage
    from console.domain.query import Problem


@dataclass(frozen=True, slots=True)
class LexiconRow:
    """A word of the dictionary, or with ``use`` (of `console.wording.Use`) the ``form`` of a name.

    ``branch`` shares it; empty where it is the operator's own. ``by`` (an operator's id) added it,
    at ``at`` (UTC; None where nobody noted when). ``waits``: something of it is in the outbox.
    ``removed_by`` is who took it away again, ``over_by`` whose ``over_form`` it replaced unseen.
    """

    word: str
    use: str
    form: str
    by: str
    by_name: str
    at: datetime | None
    branch: str = ""
    waits: bool = False
    removed_by: str = ""
    removed_by_name: str = ""
    over_by: str = ""
    over_by_name: str = ""
    over_form: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is about, and where."""
        return self.branch, self.use, self.word


@dataclass(frozen=True, slots=True)
class SearchNotes:
    """What is said about a search beside its list.

    ``problems`` are what could not be understood (`domain.query.Problem`). ``also`` are words that
    were found besides those asked for, ``reading`` is the search in another keyboard layout or
    alphabet, by which it was found; ``lacking``: what is shown lacks one of the words. ``marks``
    are beginnings of words that are to be highlighted, ``whole`` words that are so as they stand.
    """

    problems: tuple[Problem, ...] = ()
    also: tuple[str, ...] = ()
    reading: str = ""
    lacking: bool = False
    marks: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """An appeal that is merged into the one shown, with its thread, oldest first."""

    appeal: Appeal
    messages: tuple[Message, ...]
    entries: tuple[OutboxEntry, ...] = ()


class LinkKind(StrEnum):
    """How another appeal has to do with the one shown."""

    DUPLICATE = "duplicate"
    """It is merged into the one shown."""
    PRIMARY = "primary"
    """The one shown is merged into it."""
    RELATED = "related"
    """Somebody linked the two."""


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """Another appeal that the shown one is linked with; ``from_here`` where that is written here.

    A link is taken back at the appeal that it is written at.
    """

    kind: LinkKind
    row: QueueRow
    from_here: bool


@dataclass(frozen=True, slots=True)
class EarlierAppeal:
    """Another appeal of the same person, with the last words that they were given."""

    row: QueueRow
    outcome: str | None
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallForm:
    """What a call-taker has written down so far, each field as it stands on the screen.

    ``began_at`` (UTC) is when the call came; ``danger`` None while nobody has said.
    """

    began_at: datetime
    channel: str = "phone"
    branch: str = ""
    address: str = ""
    settlement: str = ""
    street: str = ""
    house: str = ""
    name: str = ""
    phone: str = ""
    text: str = ""
    topic: str = ""
    note: str = ""
    outage: str = ""
    danger: bool | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """Another person's appeal under the same post."""

    ref: Ref
    author: str
    at: datetime
    text: str
    status: str


@dataclass(frozen=True, slots=True)
class AppealView:
    """All of one appeal: the projection, its thread and history, oldest first.

    ``drafts`` are also those that were begun about what is merged into it (``merged``).
    """

    appeal: Appeal
    messages: tuple[Message, ...]
    events: tuple[Event, ...]
    outages: tuple[Outage, ...]
    drafts: tuple[Draft, ...]
    entries: tuple[OutboxEntry, ...]
    siblings: int = 0
    merged: tuple[Joined, ...] = ()


UNCLEAR: Final = "unclear"
"""The code of a `HeldReason`: turned away, but only after a delivery without an answer."""


@dataclass(frozen=True, slots=True)
class HeldReason:
    """Why an entry is held. ``source``: stale (verdict), refused (rules), rejected (protocol) or
    rescued (from a damaged store; it may have been taken back since).

    Rejected with the code `UNCLEAR`: an earlier delivery had no answer, and this one was turned
    away (``params``: code), so that the change may have been carried out.
    """

    source: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upload:
    """How far the files of an entry have come to the server, in bytes."""

    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        """Whether the entry's words may go, as far as its files are concerned."""
        return self.done >= self.total


class AttachmentPhase(StrEnum):
    """Where a file of a message stands on this workstation."""

    ABSENT = "absent"
    """Only some of it is here, or nothing, and nobody waits for the rest."""

    WANTED = "wanted"
    """It is being fetched, or will be once there is a connection."""

    HERE = "here"
    """It can be looked at."""

    FAILED = "failed"
    """It could not be had, see `AttachmentState.error`; asking again tries again."""


@dataclass(frozen=True, slots=True)
class AttachmentState:
    """How much of a file is here: ``had`` of ``size`` bytes.

    ``error`` is a machine code of `AttachmentPhase.FAILED` (``unknown_attachment``,
    ``not_allowed``, ``hash_mismatch``…), translated as ``attachment.error_<code>``.
    """

    phase: AttachmentPhase
    had: int
    size: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A durable mutation on its way. ``attempts`` counts POSTs, ``last_error`` is the latest.

    ``upload`` is None where no files go with it.
    """

    seq: int
    envelope: Envelope
    state: EntryState
    created_at: datetime
    not_before: datetime
    attempts: int = 0
    held: tuple[HeldReason, ...] = ()
    last_error: str = ""
    server: Appeal | None = None
    upload: Upload | None = None

    @property
    def is_scheduled(self) -> bool:
        """Whether its author chose when it is to leave (``not_before``)."""
        return is_scheduled(self.envelope.at, self.not_before)

    @property
    def may_have_arrived(self) -> bool:
        """Whether a delivery of it may have been carried out: it must not be taken back then."""
        unclear = any(reason.code == UNCLEAR for reason in self.held)
        return self.state is EntryState.IN_FLIGHT or unclear

    @property
    def is_answered(self) -> bool:
        """Whether the server may have an answer for it, so that sent anyway it needs a new id."""
        return not any(reason.source in {"rejected", "rescued"} for reason in self.held)


@dataclass(frozen=True, slots=True)
class AwayRow:
    """A colleague who has a break; ``until`` None: until they are back."""

    operator: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """An appeal that is being handed over."""

    row: QueueRow
    offer: Offer


@dataclass(frozen=True, slots=True)
class PromisedRow:
    """An appeal of the operator's that stands under a promise."""

    row: QueueRow
    promise_at: datetime


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft of the operator's; ``row`` is None where its appeal is not here."""

    draft: Draft
    row: QueueRow | None


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    """What an operator leaves behind at the end of a shift, and what is on its way.

    ``own`` are their open appeals, those in danger first, then by what binds first; ``outages``
    the open ones of their branches. ``offered`` waits for them, ``offering`` is what they have
    offered themselves and nobody has accepted. ``more`` own appeals are not listed.
    """

    own: tuple[QueueRow, ...] = ()
    promised: tuple[PromisedRow, ...] = ()
    outages: tuple[Outage, ...] = ()
    drafts: tuple[DraftRow, ...] = ()
    held: tuple[OutboxEntry, ...] = ()
    offered: tuple[OfferedRow, ...] = ()
    offering: tuple[OfferedRow, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Thread:
    """An appeal with its thread, oldest first, and what waits here for it; nothing merged in."""

    appeal: Appeal
    messages: tuple[Message, ...]
    entries: tuple[OutboxEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of the supervisor's board. ``owner`` None: the unassigned of the branch.

    ``oldest_at`` is the intake instant of the oldest open appeal.
    """

    branch: str
    owner: str | None
    owner_name: str
    open: int
    due_soon: int
    overdue: int
    awaiting: int
    answered_today: int
    oldest: Ref | None
    oldest_at: datetime | None
