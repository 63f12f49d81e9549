"""Ports: what use cases and sync ask of the world, as protocols; adapters stand outside.

`Clock` gives time and randomness, `Reader` reads the projection on the calling thread, `Secrets`
keeps keys and tokens in the operating system's keychain. `Store` is the single writer: it runs
jobs, each a function of one `Transaction`. `Remote` is the central server. `Clocks` says which
deadline of an appeal binds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from console.clock import Clock as Clock
from console.clock import SystemClock as SystemClock
from console.domain.ids import Ref
from console.domain.schedule import is_scheduled
from console.precedence import Precedence as Precedence

if TYPE_CHECKING:
    from console.domain.appeal import Appeal, Author
    from console.domain.attachment import Attachment
    from console.domain.draft import Draft
    from console.domain.handover import DayAppeal
    from console.domain.message import Message
    from console.domain.mutations import Envelope
    from console.domain.operator import Operator
    from console.domain.outage import Outage
    from console.domain.query import Language
    from console.domain.shared_queue import SharedQueue
    from console.domain.shared_word import SharedWord
    from console.domain.similarity import Similar
    from console.readmodel import (
        AppealView,
        AttachmentState,
        AwayRow,
        BoardRow,
        CallForm,
        Comment,
        EarlierAppeal,
        EntryState,
        Grouping,
        HandoverFacts,
        HeldReason,
        LexiconRow,
        LinkedRow,
        OutboxEntry,
        PresenceRow,
        QueueCounts,
        QueueQuery,
        QueueRow,
        SavedQueue,
        SearchNotes,
        SessionInfo,
        SharedRow,
        Thread,
    )
    from console.wire.schema import (
        Answer,
        ArchivePage,
        Away,
        Page,
        Presence,
        PresenceNotice,
        Rows,
        Session,
        Tombstone,
        UploadState,
    )
    from console.wording import CorrectedForm, Use

T = TypeVar("T")


class Secrets(Protocol):
    """A keychain: small secrets by name."""

    def get(self, name: str) -> str | None:
        """The secret, or None if there is none of that name."""

    def set(self, name: str, value: str) -> None:
        """Keep a secret, replacing an older one."""

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens if there is none."""


class Reader(Protocol):
    """Query-only reads of the projection; quick enough for the main thread.

    A queue is a list of row ids (`queue_ids`), of which pages are read (`queue_rows`).
    """

    def queue_ids(
        self, query: QueueQuery, *, now: datetime, limit: int | None = None
    ) -> Sequence[int]:
        """The ids of all rows of a queue in its order, or of so many of the first."""

    def queue_parts(
        self, query: QueueQuery, *, now: datetime
    ) -> Generator[Sequence[int], None, None]:
        """The same part by part, all of one state; the first is soon there, and may be empty.

        `listing.LONGER` among them says that the next part takes longer than a frame.
        """

    def search_notes(self, query: QueueQuery, *, now: datetime) -> SearchNotes:
        """What is to be said about the search of ``query``, and highlighted in what it found."""

    def search_words(self, beginning: str, *, now: datetime) -> list[str]:
        """Words of appeals that begin so, as people write them, the most frequent first."""

    def search_language(self) -> Language:
        """The operators of the query language."""

    def searches(self) -> list[str]:
        """What the operator searched for, the latest first."""

    def group_keys(self, ids: Sequence[int], kind: Grouping) -> list[tuple[str, str]]:
        """What each of these rows is put together by, and its title; empty where it has none."""

    def queue_rows(self, ids: Sequence[int]) -> list[QueueRow]:
        """The rows of these ids, in the given order; a vanished one is left out."""

    def row_id(self, ref: Ref) -> int | None:
        """The id of an appeal's row, None if it is not in the store."""

    def counts(self, *, now: datetime, touched: Collection[Ref] | None = None) -> QueueCounts:
        """Live counts of every queue; since the last ones these appeals have been touched.

        None: whatever there is.
        """

    def appeal(self, ref: Ref) -> AppealView | None:
        """All of one appeal, None if it is not in the store."""

    def earlier_of(
        self, author: Author, *, but: Ref | None = None, limit: int = 20
    ) -> list[EarlierAppeal]:
        """Other appeals of the same profile or phone, newest first; off the window's thread."""

    def similar_to(self, ref: Ref) -> list[Similar]:
        """What may be the same appeal once more, the surest first; off the window's thread."""

    def linked_to(self, ref: Ref) -> list[LinkedRow]:
        """What an appeal is merged with or linked to, from either side."""

    def call(self) -> CallForm | None:
        """The call that was being written down, None where none was."""

    def comments_beside(self, ref: Ref) -> list[Comment]:
        """What other people wrote under the same post, oldest first."""

    def outages(
        self,
        *,
        branch: str | None = None,
        active_only: bool = True,
        since: datetime | None = None,
    ) -> list[Outage]:
        """The registry, newest first; of what is over only what began at ``since`` or later."""

    def outage(self, branch: str, outage: str) -> Outage | None:
        """One outage."""

    def actor(self) -> Operator | None:
        """The signed-in operator with their rights."""

    def quoted_outages(self, *, now: datetime) -> list[Outage]:
        """Outages that go on, or were called off, of which published replies speak."""

    def told_threads(self, outage: Ref, *, tagged: bool = True) -> list[Thread]:
        """Threads in which a reply quotes the outage, or (``tagged``) that are linked with it."""

    def operators(self) -> list[Operator]:
        """Colleagues, by name."""

    def drafts(self) -> list[Draft]:
        """All drafts, newest first."""

    def draft(self, draft_id: str) -> Draft | None:
        """One draft."""

    def outbox(self) -> list[OutboxEntry]:
        """All entries, oldest first."""

    def presence(self) -> Mapping[Ref, tuple[PresenceRow, ...]]:
        """Who is in which appeal."""

    def away(self, *, now: datetime) -> Mapping[str, AwayRow]:
        """Which colleagues (by id) have a break that is not over at ``now``."""

    def handover(self) -> HandoverFacts:
        """What there is to hand over, and what is being handed over; off the window's thread."""

    def own_day(self, *, now: datetime) -> list[DayAppeal]:
        """What the operator has done today, by each branch's clock; off the window's thread."""

    def board(self, *, now: datetime) -> list[BoardRow]:
        """The supervisor's board: a row for each branch and owner with open or answered work."""

    def shared_queues(self) -> list[SharedRow]:
        """The queues that are shared with branches in scope, by name; also withdrawn ones."""

    def saved_queues(self) -> list[SavedQueue]:
        """The operator's own queues, in the order of saving."""

    def draft_attachments(self, draft_id: str) -> list[Attachment]:
        """The files of a draft, in the order of attaching."""

    def attachment_states(self, ids: Sequence[str]) -> Mapping[str, AttachmentState]:
        """How much of these files is on this workstation; of one not mentioned, nothing."""

    def attachment_bytes(self, attachment: str, begins: int, ends: int) -> bytes:
        """Bytes of a file, as far as they are here."""

    def own_words(self) -> frozenset[str]:
        """The words that the operator has added to the dictionary."""

    def own_forms(self) -> Mapping[tuple[str, Use], str]:
        """The forms of names that the operator has corrected, by folded name and use."""

    def shared_words(self) -> frozenset[str]:
        """The words that the operator's branches share."""

    def shared_forms(self, branch: str) -> Mapping[tuple[str, Use], str]:
        """The forms of names that a branch shares, by folded name and use."""

    def lexicon(self) -> list[LexiconRow]:
        """Every word and form, own and shared, in no order; also shared ones that were removed."""

    def template_usage(self) -> Mapping[str, int]:
        """How often this operator sent each template."""


@dataclass(frozen=True, slots=True)
class DueFacts:
    """The clock of an appeal that binds: its rule's key, where it began and when it is due (UTC).

    All None (and ``preset`` empty) where nothing with a fixed deadline is open; ``paused`` where
    that is so because a pause is.
    """

    preset: str = ""
    started_at: datetime | None = None
    due_at: datetime | None = None
    paused: bool = False


class Clocks(Protocol):
    """Which deadline of an appeal binds; pure, so that its answer can be stored."""

    def due(self, appeal: Appeal, outages: Mapping[str, Outage]) -> DueFacts:
        """The binding clock of ``appeal``; ``outages`` holds those it is tagged with, by id.

        Of an outage it may look at its start, its restoration, and whether it still lasts; the
        answer is asked for anew when one of these changes.
        """


@dataclass(frozen=True, slots=True)
class FeedPosition:
    """Where the mirror stands: the server's incarnation, our scope, and a cursor for each feed.

    ``complete`` is whether everything was ever read to the end, ``run`` the life of the server
    that gave the cursors. ``ahead`` is whether answers have brought rows since, which the cursors
    know nothing of.
    """

    epoch: str = ""
    branches: tuple[str, ...] = ()
    cursors: Mapping[str, int] = field(default_factory=dict)
    complete: bool = False
    run: str = ""
    ahead: bool = False


class Mirror(Protocol):
    """What the server last said, within one transaction. Sync alone writes here."""

    def appeal(self, ref: Ref) -> Appeal | None:
        """The appeal as the server has it."""

    def outage(self, ref: Ref) -> Outage | None:
        """The outage as the server has it."""

    def queue(self, ref: Ref) -> SharedQueue | None:
        """The shared queue as the server has it."""

    def word(self, ref: Ref) -> SharedWord | None:
        """The shared word as the server has it."""

    def put(self, rows: Rows) -> None:
        """Take server rows; an older version never replaces a newer one."""

    def drop(self, gone: Sequence[Tombstone]) -> None:
        """Forget rows that are gone."""

    def put_presence(self, presence: Sequence[Presence]) -> None:
        """Replace who is in which appeal."""

    def put_away(self, away: Sequence[Away]) -> None:
        """Replace who has a break."""

    def position(self) -> FeedPosition:
        """Where the mirror stands."""

    def set_position(self, position: FeedPosition) -> None:
        """Remember where the mirror stands after this transaction."""

    def clear(self) -> None:
        """Forget everything the server said; outbox and drafts stay."""

    def forget_branches(self, keep: Sequence[str], *, limit: int) -> bool:
        """Forget up to ``limit`` appeals of branches not in ``keep``; whether some are left."""


class Outbox(Protocol):
    """The signed-in operator's entries, within one transaction."""

    def entry(self, seq: int) -> OutboxEntry | None:
        """One entry, if it is there still."""

    def entries(self) -> tuple[OutboxEntry, ...]:
        """All entries, oldest first."""

    def add(self, envelope: Envelope, *, not_before: datetime, now: datetime) -> OutboxEntry:
        """Put an envelope at the end."""

    def replace(self, seq: int, envelope: Envelope, *, not_before: datetime) -> OutboxEntry:
        """Put another envelope into an entry's place in the order, QUEUED; its files stay its."""

    def mark(
        self,
        seq: int,
        state: EntryState,
        *,
        held: Sequence[HeldReason] = (),
        error: str = "",
        attempts: int = 0,
    ) -> None:
        """Change the state of an entry."""

    def remove(self, seq: int) -> None:
        """Take an entry out, with the files that are still its own."""


class Drafts(Protocol):
    """The signed-in operator's drafts, within one transaction."""

    def is_anothers(self, draft_id: str) -> bool:
        """Whether somebody else who works here has begun the draft."""

    def get(self, draft_id: str) -> Draft | None:
        """One draft."""

    def save(self, draft: Draft) -> None:
        """Keep a draft, replacing the one of the same id."""

    def remove(self, draft_id: str) -> None:
        """Forget a draft with its files; nothing happens if there is none."""


def draft_holder(draft_id: str) -> str:
    """The holder of a draft's files."""
    return f"draft:{draft_id}"


def entry_holder(envelope_id: str) -> str:
    """The holder of an outbox entry's files, by the id of its envelope."""
    return f"entry:{envelope_id}"


@dataclass(frozen=True, slots=True)
class WaitingFetch:
    """A file of a message that somebody wants to see; ``had`` of its bytes are here."""

    branch: str
    attachment: Attachment
    had: int


class Attachments(Protocol):
    """Files, within one transaction: of the operator's drafts and entries, and of messages.

    The first stand with a holder (`draft_holder`, `entry_holder`) and are the operator's own; the
    second are copies of what the server has, and may go at any time.
    """

    def of(self, holder: str) -> tuple[Attachment, ...]:
        """The files of a draft or entry, in their order."""

    def put_piece(self, attachment: str, begins: int, content: bytes) -> None:
        """Keep a piece of a file, whoever's it will be; one that nobody's is goes at a start."""

    def drop_pieces(self, attachment: str) -> None:
        """Forget the content of a file."""

    def add(self, holder: str, attachment: Attachment) -> None:
        """A file whose content is here comes to a draft."""

    def add_again(self, holder: str, attachment: Attachment) -> bool:
        """A file that the server has comes to a draft; False where another draft has it already."""

    def remove(self, attachment: str) -> None:
        """Forget a file of one's own; nothing happens if there is none."""

    def move(self, before: str, after: str) -> None:
        """Give the files of one holder to another; what the server has of them, it still has."""

    def sent(self, attachment: str, upto: int, *, complete: bool) -> None:
        """The server has so many bytes; nothing happens if the file has gone meanwhile."""

    def begin_again(self, attachment: str) -> int:
        """The server has nothing of it (any more): how often that has been since it was sent."""

    def arrived(self, holder: str, appeal: Ref, *, now: datetime, keep: int) -> None:
        """A message has these files now: what is here stays only as `keep` bytes allow."""

    def want(self, appeal: Ref, attachment: Attachment, *, now: datetime, keep: int) -> None:
        """Have a file of a message fetched, dropping of others what is over ``keep`` bytes."""

    def unwant(self, attachment: str) -> None:
        """Fetch it no further; what is here of it stays."""

    def took(self, attachment: str, begins: int, content: bytes) -> None:
        """Some more of a file that is wanted has come."""

    def failed(self, attachment: str, code: str) -> None:
        """A file cannot be had; what has come of it is dropped."""


class Desk(Protocol):
    """What the signed-in operator keeps for themselves, within one transaction."""

    def save_call(self, form: CallForm | None) -> None:
        """Keep the form of the call that is being written down, or with None forget it."""

    def save_searches(self, texts: Sequence[str]) -> None:
        """Keep what was searched for, the latest first, in place of what was kept."""

    def searches(self) -> tuple[str, ...]:
        """What was searched for, the latest first."""

    def save_queue(self, queue: SavedQueue) -> None:
        """Keep a saved queue, replacing the one of the same id."""

    def saved_queue(self, queue_id: str) -> SavedQueue | None:
        """One saved queue."""

    def remove_queue(self, queue_id: str) -> None:
        """Forget a saved queue."""

    def mark_read(self, ref: Ref) -> None:
        """Remember that the operator has seen the appeal as it now stands."""

    def add_word(self, word: str, *, now: datetime) -> None:
        """Take a word into the operator's own dictionary; one that is there stays as it was."""

    def remove_word(self, word: str) -> None:
        """Forget a word of the operator's own dictionary."""

    def correct_form(self, corrected: CorrectedForm, *, now: datetime) -> None:
        """Remember how the operator wants a name spoken of."""

    def forget_form(self, name: str, use: Use) -> None:
        """Speak of a name by the rules again."""

    def count_template(self, template: str) -> None:
        """Remember that the operator has sent this template once more."""


class Account(Protocol):
    """Who is signed in, and small values of this installation, within one transaction."""

    def session(self) -> SessionInfo | None:
        """Who is signed in here."""

    def actor(self) -> Operator:
        """The signed-in operator with their rights; `SignInNeededError` if there is none."""

    def begin(self, operator: Operator, branches: Sequence[str], server: str) -> SessionInfo:
        """Remember who signed in; their drafts and outbox come back into sight."""

    def end(self) -> None:
        """Remember that nobody is signed in; drafts and outbox stay, out of sight."""

    def value(self, key: str) -> str | None:
        """A small value."""

    def set_value(self, key: str, value: str | None) -> None:
        """Keep a small value, or with None forget it."""


class Transaction(Protocol):
    """One transaction of the store.

    Everything that is written becomes durable, and is published, when the job that was given the
    transaction returns; nothing of it if the job raises.
    """

    @property
    def mirror(self) -> Mirror:
        """What the server said."""

    @property
    def outbox(self) -> Outbox:
        """What the operator wants changed."""

    @property
    def drafts(self) -> Drafts:
        """What the operator is writing."""

    @property
    def attachments(self) -> Attachments:
        """The files of drafts, entries and messages."""

    @property
    def desk(self) -> Desk:
        """What the operator keeps."""

    @property
    def account(self) -> Account:
        """Who the operator is."""

    def appeal(self, ref: Ref, *, before: int | None = None) -> Appeal | None:
        """The projected appeal: mirror ⊕ outbox, or ⊕ those entries alone that precede one."""

    def message(self, ref: Ref) -> Message | None:
        """One projected message (``ref`` is its own)."""

    def outage(self, ref: Ref) -> Outage | None:
        """The projected outage."""

    def queue(self, ref: Ref) -> SharedQueue | None:
        """The projected shared queue."""

    def word(self, ref: Ref) -> SharedWord | None:
        """The projected shared word, also one that was removed."""

    def keep_word(self, envelope: Envelope) -> None:
        """A word or form that was not shared stays its author's own, if the branch has no such."""

    def shared_queue(self, queue_id: str) -> tuple[SharedQueue, ...]:
        """The rows of a queue that stands in one or several branches, none of them withdrawn."""


@dataclass(frozen=True, slots=True)
class WaitingUpload:
    """A file that has to be at the server before its entry may go."""

    branch: str
    attachment: Attachment


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """What sync must know of an outbox entry to decide whether it may go.

    ``waits_for`` are the appeals and outages whose earlier entries go before it. ``asked_at`` and
    ``not_before`` were read from one clock, right or wrong: what lies between is the undo window,
    unless it ``is_scheduled``: then ``not_before`` is the instant that its author chose.
    ``uploads`` are its files that the server does not have whole.
    """

    seq: int
    id: str
    target: Ref
    state: EntryState
    not_before: datetime
    waits_for: frozenset[Ref]
    asked_at: datetime
    uploads: tuple[WaitingUpload, ...] = ()

    @property
    def is_scheduled(self) -> bool:
        """Whether its author chose when it is to leave; what is asked for later does not wait."""
        return is_scheduled(self.asked_at, self.not_before)


class SyncReader(Protocol):
    """Query-only reads of what sync decides by, on its own thread."""

    def fetches(self) -> list[WaitingFetch]:
        """The files of messages that are wanted and not here whole, the first wanted first."""

    def attachment_bytes(self, attachment: str, begins: int, ends: int) -> bytes:
        """Bytes of a file, as far as they are here."""

    def waiting(self) -> list[WaitingEntry]:
        """The signed-in operator's outbox, oldest first."""

    def position(self) -> FeedPosition:
        """Where the mirror stands."""

    def mirrored_rows(self) -> int:
        """How many server rows there are."""

    def session(self) -> SessionInfo | None:
        """Who is signed in."""


class Store(Protocol):
    """The single writer."""

    def submit(
        self,
        job: Callable[[Transaction], T],
        *,
        precedence: Precedence = Precedence.OPERATOR,
        before_commit: str = "",
        after_commit: str = "",
    ) -> Future[T]:
        """Run ``job`` in one transaction on the store's thread.

        The future resolves after the commit, with what the job returned or raised. An operator's
        job is on the disk by then. The last two name fault points, for tests that kill us there.
        """


class Remote(Protocol):
    """The central server. A method blocks until the answer, and raises `console.errors`:

    `TransientError`, `SignInNeededError`, `ProtocolError` or `RejectedError`.
    """

    def sign_in(self, login: str, password: str) -> Session:
        """Begin a session; `AuthError` for a wrong login or password."""

    def sign_out(self) -> None:
        """End the session at the server."""

    def changes(
        self, cursors: Mapping[str, int], *, limit: int, count: bool, run: str = ""
    ) -> Page:
        """The next page of the change feed; with ``count``, how many rows are still to come.

        ``run`` is the `Page.run` of the page that brought the cursors.
        """

    def foremost(self) -> Page:
        """What an operator would look for first: rows of their scope, which come again in turn."""

    def search(self, text: str, *, before: str = "") -> ArchivePage:
        """Answers from the archive of the server; ``before`` is the `next` of the page before."""

    def push(self, envelope: Envelope) -> Answer:
        """Deliver a mutation; the same answer for every delivery of the same envelope."""

    def presence(self, notice: PresenceNotice) -> None:
        """Say what the operator has open."""

    def declare(self, branch: str, attachment: Attachment) -> UploadState:
        """Begin to send a file, or hear where an earlier attempt stands."""

    def upload(self, branch: str, attachment: str, offset: int, content: bytes) -> UploadState:
        """Send the piece of a file (by id) that begins at ``offset``."""

    def download(self, branch: str, attachment: str, begins: int, ends: int) -> bytes:
        """Bytes of a file (by id), at least one of those asked for."""
