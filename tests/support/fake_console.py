"""A console without store, network or threads: the real transitions over plain dictionaries.

`FakeConsole` has the shape of `console.app.Console`; `a_console()` fills one with a small shift.
Everything happens at once on the calling thread, the future that comes back is already done.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar, cast

from console.changes import ChangeFeed, Changes
from console.config import Settings
from console.domain.appeal import (
    ANSWERED,
    OPEN,
    Appeal,
    Author,
    OfferState,
    OutageTag,
    Outcome,
    Place,
    Status,
)
from console.domain.attachment import Attachment
from console.domain.creation import create
from console.domain.draft import Draft, DraftMode
from console.domain.event import Event
from console.domain.handover import DayAppeal, DayFigures, day_figures, is_offered_to
from console.domain.ids import Ref, uuid7
from console.domain.mention import called_in, colleagues_of
from console.domain.message import EtrQuote, Message, MessageKind
from console.domain.mutations import (
    AcceptHandover,
    AddNote,
    AppealMutation,
    Approve,
    Assign,
    Claim,
    Close,
    CreateAppeal,
    DecideTransfer,
    DeclineHandover,
    EnterDanger,
    Envelope,
    LeaveDanger,
    LinkAppeals,
    MarkDispatched,
    MarkDuplicate,
    OfferHandover,
    Postpone,
    Release,
    Reopen,
    RequestTransfer,
    Resume,
    ReturnHandover,
    ReturnReply,
    Seen,
    SendReply,
    SetPlace,
    SettleMention,
    SettlePromise,
    SetTopic,
    ShareQueue,
    TagOutage,
    UnlinkAppeals,
    UnmarkDuplicate,
    UntagOutage,
    WithdrawHandover,
    WithdrawQueue,
)
from console.domain.operator import Operator, Role
from console.domain.outage import EtrRecord, Outage, OutageArea, OutageKind, OutageStatus
from console.domain.query import Language
from console.domain.reversal import Undoing, reversal
from console.domain.shared_queue import SharedQueue
from console.domain.shared_word import SharedWord
from console.domain.sharing import apply_queue
from console.domain.similarity import Similar, same_person, similar
from console.domain.transitions import (
    RefusedError,
    State,
    apply,
    refuse_long_snooze,
    refuse_merge,
)
from console.domain.words import fold
from console.errors import OtklikError
from console.paths import RESOURCES
from console.query_language import load_language
from console.query_text import spelled, understood
from console.readmodel import (
    AppealView,
    AttachmentState,
    AwayRow,
    BoardRow,
    CallForm,
    Comment,
    DraftRow,
    EarlierAppeal,
    EntryState,
    Grouping,
    HandoverFacts,
    HeldReason,
    Joined,
    LexiconRow,
    Link,
    LinkedRow,
    LinkKind,
    OfferedRow,
    OutboxEntry,
    PresenceRow,
    PromisedRow,
    QueueCounts,
    QueueQuery,
    QueueRow,
    QueueSort,
    SavedQueue,
    SearchNotes,
    SessionInfo,
    SharedRow,
    SyncStatus,
    Thread,
)
from console.rulebook.book import Rulebook
from console.store.shared import shared_rows
from console.store.word_rows import own_lines, shared_lines
from console.usecases.acting import Done
from console.usecases.handover import OfferLine, in_time
from console.usecases.promises import PromiseFinder
from console.wire import codec
from console.wire.schema import ArchivePage, Rows
from console.wording import Use
from tests.support.fake_corrections import FakeCorrections
from tests.support.fake_files import FakeFiles
from tests.support.fake_lexicon import FakeLexicon
from tests.support.fake_spelling import FakeSpelling
from tests.support.fake_wording import FakeWording

T = TypeVar("T")

RULES = Rulebook.load()
"""The shipped rules; each part is read when a test first asks for it."""


@lru_cache(maxsize=1)
def _language() -> Language:
    return load_language(RULES.branches)


NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
"""Wednesday, noon in Novokuznetsk."""

OPERATOR = Operator("op-1", "demo", "Соколова Мария", Role.OPERATOR, ("*",))
SUPERVISOR = Operator("sup-1", "boss", "Громов Павел", Role.SUPERVISOR, ("*",))
COLLEAGUE = Operator("op-2", "ivan", "Ершов Иван", Role.OPERATOR, ("*",))


def done(value: T) -> Future[T]:
    """A future that is already there."""
    future: Future[T] = Future()
    future.set_result(value)
    return future


def failed(error: OtklikError) -> Future[Any]:
    """A future that has been refused already."""
    future: Future[Any] = Future()
    future.set_exception(error)
    return future


class FakeClock:
    """A clock that stands until somebody moves it."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._count = itertools.count(1)

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - NOON).total_seconds()

    def entropy(self, count: int) -> bytes:
        return next(self._count).to_bytes(count, "big")

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by


@dataclass(slots=True)
class World:
    """All that the fake store holds; tests change it and then `FakeConsole.publish`."""

    appeals: dict[Ref, Appeal] = field(default_factory=dict)
    messages: dict[Ref, list[Message]] = field(default_factory=dict)
    events: dict[Ref, list[Event]] = field(default_factory=dict)
    outages: dict[str, Outage] = field(default_factory=dict)
    operators: list[Operator] = field(default_factory=list)
    drafts: dict[str, Draft] = field(default_factory=dict)
    entries: list[OutboxEntry] = field(default_factory=list)
    presence: dict[Ref, tuple[PresenceRow, ...]] = field(default_factory=dict)
    away: dict[str, AwayRow] = field(default_factory=dict)
    saved: list[SavedQueue] = field(default_factory=list)
    shared: dict[Ref, SharedQueue] = field(default_factory=dict)
    lexicon: dict[Ref, SharedWord] = field(default_factory=dict)
    search_notes: SearchNotes = field(default_factory=SearchNotes)
    searches: list[str] = field(default_factory=list)
    archive: list[ArchivePage] = field(default_factory=list)
    unread: set[Ref] = field(default_factory=set)
    seen_awake: set[Ref] = field(default_factory=set)
    due: dict[Ref, datetime] = field(default_factory=dict)
    ids: dict[Ref, int] = field(default_factory=dict)
    attached: dict[str, list[Attachment]] = field(default_factory=dict)
    files: dict[str, AttachmentState] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    forms: dict[tuple[str, Use], str] = field(default_factory=dict)
    call: CallForm | None = None
    template_use: dict[str, int] = field(default_factory=dict)

    def add(self, appeal: Appeal, *, due_at: datetime | None = None) -> Ref:
        """Put an appeal in, with the resident's message."""
        self.ids.setdefault(appeal.ref, len(self.ids) + 1)
        self.appeals[appeal.ref] = appeal
        self.due[appeal.ref] = due_at or appeal.received_at + timedelta(hours=8)
        self.messages.setdefault(
            appeal.ref,
            [
                Message(
                    branch=appeal.branch,
                    id=f"{appeal.id}:0",
                    appeal=appeal.id,
                    kind=MessageKind.RESIDENT,
                    at=appeal.created_at,
                    text=appeal.text,
                    author_name=appeal.author.name,
                )
            ],
        )
        self.events.setdefault(appeal.ref, [])
        return appeal.ref


class FakeReader:
    """`console.ports.Reader` over a `World`."""

    def __init__(self, world: World, me: Callable[[], str], *, due_soon: timedelta) -> None:
        self._world = world
        self._me = me
        self._due_soon = due_soon
        self.reads: list[str] = []
        self.touched: list[Collection[Ref] | None] = []

    def queue_ids(
        self, query: QueueQuery, *, now: datetime, limit: int | None = None
    ) -> Sequence[int]:
        self.reads.append("queue_ids")
        found = [one for one in self._world.appeals.values() if self._matches(one, query, now)]
        found.sort(key=lambda one: self._place_of(one, query.sort))
        return [self._world.ids[one.ref] for one in found][:limit]

    def queue_parts(
        self, query: QueueQuery, *, now: datetime
    ) -> Generator[Sequence[int], None, None]:
        yield self.queue_ids(query, now=now)

    def search_words(self, beginning: str, *, now: datetime) -> list[str]:
        self.reads.append("search_words")
        words = {w for one in self._world.appeals.values() for w in one.text.lower().split()}
        return sorted(word for word in words if beginning and word.startswith(beginning))[:5]

    def search_language(self) -> Language:
        return _language()

    def searches(self) -> list[str]:
        return list(self._world.searches)

    def search_notes(self, query: QueueQuery, *, now: datetime) -> SearchNotes:
        return self._world.search_notes

    def group_keys(self, ids: Sequence[int], kind: Grouping) -> list[tuple[str, str]]:
        by_id = {row_id: ref for ref, row_id in self._world.ids.items()}
        return [self._group_key(self._world.appeals[by_id[one]], kind) for one in ids]

    def _group_key(self, appeal: Appeal, kind: Grouping) -> tuple[str, str]:
        author = appeal.author
        tagged = [one.outage for one in appeal.outages if one.outage in self._world.outages]
        areas = self._world.outages[tagged[-1]].areas if tagged else ()
        where = areas[0].settlement if areas else ""
        key, title = {
            Grouping.OUTAGE: (tagged[-1] if tagged else "", where),
            Grouping.PLACE: (appeal.place.settlement, appeal.place.settlement),
            Grouping.THREAD: (appeal.thread, appeal.text[:120]),
            Grouping.RESIDENT: (author.handle or author.phone, author.name),
        }[kind]
        return (f"{appeal.branch}/{key}" if key else "", title)

    def queue_rows(self, ids: Sequence[int]) -> list[QueueRow]:
        self.reads.append("queue_rows")
        by_id = {row_id: ref for ref, row_id in self._world.ids.items()}
        refs = [by_id[row_id] for row_id in ids if row_id in by_id]
        return [self._row(self._world.appeals[ref]) for ref in refs if ref in self._world.appeals]

    def row_id(self, ref: Ref) -> int | None:
        return self._world.ids.get(ref) if ref in self._world.appeals else None

    def counts(self, *, now: datetime, touched: Collection[Ref] | None = None) -> QueueCounts:
        self.touched.append(touched)
        keys = ["all", "open", "mine", "unassigned", "due_soon", "overdue", "danger", "approval"]
        keys += ["drafts", "offered", "mentions", "promises", "outbox", "postponed", "answered"]
        keys += sorted({f"branch:{ref.branch}" for ref in self._world.appeals})
        topics = {one.topic.split(".")[0] for one in self._world.appeals.values() if one.topic}
        keys += sorted(f"topic:{topic}" for topic in topics)
        counts = {key: len(self.queue_ids(QueueQuery(key), now=now)) for key in keys}
        for saved in self._world.saved:
            counts[f"saved:{saved.id}"] = len(self.queue_ids(saved.query, now=now))
        for shared in self.shared_queues():
            if shared.query is not None and shared.branches:
                counts[shared.key] = len(self.queue_ids(shared.query, now=now))
        return QueueCounts(counts)

    def appeal(self, ref: Ref) -> AppealView | None:
        world = self._world
        found = world.appeals.get(ref)
        if found is None:
            return None
        merged = self._merged(ref)
        return AppealView(
            appeal=found,
            messages=tuple(world.messages.get(ref, ())),
            events=tuple(world.events.get(ref, ())),
            outages=tuple(
                world.outages[tag.outage] for tag in found.outages if tag.outage in world.outages
            ),
            drafts=tuple(
                one
                for one in world.drafts.values()
                if one.appeal == ref or one.appeal in {joined.appeal.ref for joined in merged}
            ),
            entries=tuple(one for one in world.entries if one.envelope.target == ref),
            siblings=sum(
                1
                for one in world.appeals.values()
                if found.thread and one.thread == found.thread and one.ref != ref
            ),
            merged=merged,
        )

    def _merged(self, ref: Ref) -> tuple[Joined, ...]:
        world = self._world
        return tuple(
            Joined(one, tuple(world.messages.get(one.ref, ())))
            for one in world.appeals.values()
            if one.duplicate_of == ref.id and one.branch == ref.branch
        )

    def earlier_of(
        self, author: Author, *, but: Ref | None = None, limit: int = 20
    ) -> list[EarlierAppeal]:
        found = [
            one
            for one in self._world.appeals.values()
            if one.ref != but and same_person(author, one.author)
        ]
        found.sort(key=lambda one: one.created_at, reverse=True)
        return [self._earlier(one) for one in found[:limit]]

    def _earlier(self, appeal: Appeal) -> EarlierAppeal:
        messages = self._world.messages.get(appeal.ref, ())
        reply = next((one for one in messages if one.id == appeal.last_reply), None)
        outcome = None if appeal.outcome is None else str(appeal.outcome)
        return EarlierAppeal(
            self._row(appeal),
            outcome,
            "" if reply is None else reply.text,
            None if reply is None else reply.at,
        )

    def similar_to(self, ref: Ref) -> list[Similar]:
        found = self._world.appeals.get(ref)
        return [] if found is None else list(similar(found, self._world.appeals.values()))

    def linked_to(self, ref: Ref) -> list[LinkedRow]:
        found = self._world.appeals.get(ref)
        if found is None:
            return []
        linked = []
        for one in self._world.appeals.values():
            if found.duplicate_of == one.id:
                linked.append(LinkedRow(LinkKind.PRIMARY, self._row(one), True))
            elif one.duplicate_of == ref.id:
                linked.append(LinkedRow(LinkKind.DUPLICATE, self._row(one), False))
            elif one.id in found.related:
                linked.append(LinkedRow(LinkKind.RELATED, self._row(one), True))
            elif ref.id in one.related:
                linked.append(LinkedRow(LinkKind.RELATED, self._row(one), False))
        return linked

    def comments_beside(self, ref: Ref) -> list[Comment]:
        found = self._world.appeals[ref]
        others = [
            Comment(one.ref, one.author.name, one.created_at, one.text, str(one.status))
            for one in self._world.appeals.values()
            if found.thread and one.thread == found.thread
            if not same_person(found.author, one.author)
        ]
        return sorted(others, key=lambda one: one.at)

    def call(self) -> CallForm | None:
        return self._world.call

    def outages(
        self,
        *,
        branch: str | None = None,
        active_only: bool = True,
        since: datetime | None = None,
    ) -> list[Outage]:
        found = [
            one
            for one in self._world.outages.values()
            if (branch is None or one.branch == branch) and (one.is_dark or not active_only)
            if one.is_dark or since is None or one.started_at >= since
        ]
        return sorted(found, key=lambda one: one.started_at, reverse=True)

    def outage(self, branch: str, outage: str) -> Outage | None:
        found = self._world.outages.get(outage)
        return found if found is not None and found.branch == branch else None

    def actor(self) -> Operator | None:
        return next((one for one in self._world.operators if one.id == self._me()), None)

    def quoted_outages(self, *, now: datetime) -> list[Outage]:
        return []

    def told_threads(self, outage: Ref, *, tagged: bool = True) -> list[Thread]:
        return []

    def operators(self) -> list[Operator]:
        return sorted(self._world.operators, key=lambda one: one.name)

    def drafts(self) -> list[Draft]:
        return sorted(self._world.drafts.values(), key=lambda one: one.updated_at, reverse=True)

    def draft(self, draft_id: str) -> Draft | None:
        return self._world.drafts.get(draft_id)

    def outbox(self) -> list[OutboxEntry]:
        return sorted(self._world.entries, key=lambda one: one.seq)

    def presence(self) -> Mapping[Ref, tuple[PresenceRow, ...]]:
        return dict(self._world.presence)

    def away(self, *, now: datetime) -> Mapping[str, AwayRow]:
        return {
            key: one
            for key, one in self._world.away.items()
            if one.until is None or one.until > now
        }

    def handover(self) -> HandoverFacts:
        world, me = self._world, self._me()
        own = [one for one in world.appeals.values() if one.is_open and one.owner == me]
        own.sort(key=self._urgency)
        appeals = sorted(world.appeals.values(), key=self._urgency)
        offers = [(self._row(one), one.offer) for one in appeals if one.offer is not None]
        promised = [
            PromisedRow(self._row(one), one.promise_at)
            for one in world.appeals.values()
            if one.owner == me and one.promise_at is not None
        ]
        return HandoverFacts(
            own=tuple(self._row(one) for one in own),
            promised=tuple(sorted(promised, key=lambda one: one.promise_at)),
            outages=tuple(self.outages()),
            drafts=tuple(
                DraftRow(
                    one,
                    self._row(world.appeals[one.appeal]) if one.appeal in world.appeals else None,
                )
                for one in self.drafts()
                if one.text.strip()
            ),
            held=tuple(one for one in self.outbox() if one.state is EntryState.HELD),
            offered=tuple(
                OfferedRow(row, offer)
                for row, offer in offers
                if offer.to == me and offer.state is OfferState.OFFERED
            ),
            offering=tuple(
                OfferedRow(row, offer)
                for row, offer in offers
                if offer.by == me and offer.state is not OfferState.ACCEPTED
            ),
        )

    def _urgency(self, appeal: Appeal) -> Any:
        return (not appeal.danger, self._world.due[appeal.ref], appeal.id)

    def own_day(self, *, now: datetime) -> list[DayAppeal]:
        world, me = self._world, self._me()
        found = []
        for ref, appeal in world.appeals.items():
            midnight = now.astimezone(RULES.zones[ref.branch]).replace(
                hour=0, minute=0, second=0, microsecond=0
            )
            mine = tuple(
                one for one in world.events.get(ref, ()) if one.actor == me and one.at >= midnight
            )
            if mine:
                found.append(DayAppeal(appeal, mine))
        return found

    def board(self, *, now: datetime) -> list[BoardRow]:
        groups: dict[tuple[str, str | None], list[Appeal]] = {}
        for one in self._world.appeals.values():
            groups.setdefault((one.branch, one.owner), []).append(one)
        return [self._board_row(key, group, now) for key, group in sorted(groups.items(), key=str)]

    def saved_queues(self) -> list[SavedQueue]:
        return list(self._world.saved)

    def shared_queues(self) -> list[SharedRow]:
        rows = sorted(self._world.shared.values(), key=lambda one: (one.id, one.branch))
        stored = [(one.branch, codec.encode(one), 0) for one in rows]
        return shared_rows(stored, _language(), lambda one: self._name(one) or one)

    def draft_attachments(self, draft_id: str) -> list[Attachment]:
        return list(self._world.attached.get(draft_id, ()))

    def attachment_states(self, ids: Sequence[str]) -> Mapping[str, AttachmentState]:
        return {one: self._world.files[one] for one in ids if one in self._world.files}

    def attachment_bytes(self, attachment: str, begins: int, ends: int) -> bytes:
        return self._world.contents.get(attachment, b"")[begins:ends]

    def own_words(self) -> frozenset[str]:
        return frozenset(self._world.words)

    def own_forms(self) -> Mapping[tuple[str, Use], str]:
        return dict(self._world.forms)

    def shared_words(self) -> frozenset[str]:
        rows = self._world.lexicon.values()
        return frozenset(one.word for one in rows if not one.use and not one.removed_by)

    def shared_forms(self, branch: str) -> Mapping[tuple[str, Use], str]:
        rows = [one for one in self._world.lexicon.values() if one.use and not one.removed_by]
        return {(fold(x.word), Use(x.use)): x.form for x in rows if x.branch == branch}

    def lexicon(self) -> list[LexiconRow]:
        me, world = self._me(), self._world
        own = [(word, "", "", 0) for word in sorted(world.words)]
        own += [(name, use.value, form, 0) for (name, use), form in sorted(world.forms.items())]
        shared = [(codec.encode(one), 0) for one in world.lexicon.values()]

        def name_of(one: str) -> str:
            return self._name(one) or one

        return [*own_lines(own, me, name_of(me)), *shared_lines(shared, name_of)]

    def template_usage(self) -> Mapping[str, int]:
        return dict(self._world.template_use)

    def _board_row(
        self, key: tuple[str, str | None], group: list[Appeal], now: datetime
    ) -> BoardRow:
        waiting = [one for one in group if one.is_open]
        oldest = min(waiting, key=lambda one: one.received_at, default=None)
        late = [one for one in waiting if self._world.due[one.ref] <= now]
        soon = [one for one in waiting if self._is_soon(one, now)]
        return BoardRow(
            branch=key[0],
            owner=key[1],
            owner_name=self._name(key[1]),
            open=len(waiting),
            due_soon=len(soon),
            overdue=len(late),
            awaiting=sum(1 for one in group if one.awaiting),
            answered_today=sum(1 for one in group if one.status in ANSWERED),
            oldest=oldest.ref if oldest else None,
            oldest_at=oldest.received_at if oldest else None,
        )

    def _is_soon(self, appeal: Appeal, now: datetime) -> bool:
        due = self._world.due[appeal.ref]
        return appeal.status in OPEN and now < due <= now + self._due_soon

    def _name(self, operator: str | None) -> str:
        return next((one.name for one in self._world.operators if one.id == operator), "")

    def _place_of(self, appeal: Appeal, sort: QueueSort) -> Any:
        """Danger stands above all, whatever the order but that of likeness."""
        if sort is QueueSort.MATCH:
            return self._key(appeal, sort)
        return (not (appeal.danger and appeal.status not in ANSWERED), self._key(appeal, sort))

    def _key(self, appeal: Appeal, sort: QueueSort) -> Any:
        if sort in (QueueSort.NEWEST, QueueSort.MATCH):
            return -appeal.received_at.timestamp()
        if sort is QueueSort.OLDEST:
            return appeal.received_at
        if sort is QueueSort.PLACE:
            return (appeal.place.settlement, appeal.place.street, appeal.received_at)
        if sort is QueueSort.AUTHOR:
            return appeal.author.name.casefold()
        return (appeal.status not in OPEN, self._world.due[appeal.ref], appeal.id)

    def _matches(self, appeal: Appeal, query: QueueQuery, now: datetime) -> bool:
        return (
            self._in_queue(appeal, query.queue, now)
            and (not query.branches or appeal.branch in query.branches)
            and (not query.topics or appeal.topic.split(".")[0] in query.topics)
            and (not query.channels or appeal.channel in query.channels)
            and (not query.statuses or appeal.status in query.statuses)
            and (not query.owners or (appeal.owner or "") in query.owners)
            and query.text.strip().casefold() in f"{appeal.text} {appeal.author.name}".casefold()
        )

    def _in_queue(self, appeal: Appeal, queue: str, now: datetime) -> bool:
        world, ref = self._world, appeal.ref
        kind, _, name = queue.partition(":")
        is_open = appeal.status in OPEN
        tests: dict[str, bool] = {
            "all": True,
            "open": is_open,
            "mine": is_open and appeal.owner == self._me(),
            "unassigned": is_open and appeal.owner is None,
            "due_soon": self._is_soon(appeal, now),
            "overdue": is_open and world.due[ref] <= now,
            "danger": is_open and appeal.danger,
            "approval": appeal.awaiting is not None,
            "drafts": any(one.appeal == ref for one in world.drafts.values()),
            "mentions": bool(appeal.mentions_of(self._me())),
            "outbox": any(one.envelope.target == ref for one in world.entries),
            "postponed": appeal.status is Status.POSTPONED,
            "answered": appeal.status in ANSWERED,
            "branch": is_open and appeal.branch == name,
            "topic": is_open and appeal.topic.split(".")[0] == name,
            "promises": appeal.promise_at is not None,
            "offered": is_offered_to(appeal, self._me()) or _came_back(appeal, self._me()),
            "outage": appeal.has_outage(name),
        }
        return tests.get(kind, False)

    def _row(self, appeal: Appeal) -> QueueRow:
        world, ref = self._world, appeal.ref
        tag = next((one for one in appeal.outages if one.outage in world.outages), None)
        outage = world.outages[tag.outage] if tag else None
        entry = next((one for one in world.entries if one.envelope.target == ref), None)
        paused = appeal.status is Status.POSTPONED
        parts = (appeal.place.settlement, appeal.place.street, appeal.place.house)
        return QueueRow(
            ref=ref,
            number=appeal.number,
            status=str(appeal.status),
            topic=appeal.topic,
            danger=appeal.danger,
            high_priority=appeal.high_priority,
            channel=appeal.channel,
            author=appeal.author.name,
            place=", ".join(part for part in parts if part),
            first_line=appeal.text.partition("\n")[0],
            created_at=appeal.created_at,
            started_at=appeal.received_at,
            due_at=world.due[ref] if appeal.status in OPEN else None,
            preset="danger" if appeal.danger else "im_standard",
            paused=paused,
            owner=appeal.owner,
            owner_name=self._name(appeal.owner),
            outage=outage.id if outage else None,
            outage_status=str(outage.status) if outage else None,
            outage_etr=outage.expected_end() if outage else None,
            outbox_state=str(entry.state) if entry else None,
            has_draft=any(one.appeal == ref for one in world.drafts.values()),
            unread=ref in world.unread,
            woken="" if ref in world.seen_awake else appeal.woken_by,
        )


def _came_back(appeal: Appeal, me: str) -> bool:
    offer = appeal.offer
    return offer is not None and offer.by == me and offer.state is OfferState.DECLINED


class FakeConsole:
    """The shape of `console.app.Console`. `sent` is every envelope that was asked for."""

    def __init__(
        self,
        world: World,
        *,
        clock: FakeClock | None = None,
        me: Operator = OPERATOR,
        online: bool = True,
        settings: Settings | None = None,
    ) -> None:
        self.world = world
        self.clock = clock or FakeClock()
        self.settings = settings or Settings(RESOURCES, "http://127.0.0.1:1")
        self.changes = ChangeFeed()
        self.sent: list[Envelope] = []
        self.me: Operator | None = me
        self.online = online
        self.sync_status = SyncStatus(
            Link.ONLINE if online else Link.OFFLINE, since=self.clock.now()
        )
        due_soon = timedelta(minutes=self.settings.due_soon_minutes)
        self.reader = FakeReader(world, lambda: self.me.id if self.me else "", due_soon=due_soon)
        self.session = _Session(self)
        self.triage = _Triage(self)
        self.merging = _Merging(self)
        self.danger = _Danger(self)
        self.handovers = _Handovers(self)
        self.promises = PromiseFinder(RULES)
        self.promised = _Promised(self)
        self.calls = _Calls(self)
        self.reply = _Reply(self)
        self.drafts = _Drafts(self)
        self.outages = _Outages(self)
        self.outbox = _Outbox(self)
        self.queues = _Queues(self)
        self.searches = _Searches(self)
        self.attachments = FakeFiles(self)
        self.spelling = FakeSpelling(self)
        self.wording = FakeWording(self)
        self.corrections = FakeCorrections(self)
        self.lexicon = FakeLexicon(self)
        self.sync = _Sync(self)
        self.rulebook = RULES

    def publish(self, *refs: Ref, **more: Any) -> None:
        """Tell the listeners that these appeals (and whatever else) have changed."""
        self.changes.publish(Changes(appeals=frozenset(refs), **more))

    def start(self) -> None:
        """Nothing to start."""

    def close(self) -> None:
        """Nothing to close."""

    def act(
        self, ref: Ref, mutation: AppealMutation, *, not_before: datetime | None = None
    ) -> OutboxEntry:
        """Apply ``mutation`` now; in the outbox while the fake is offline, or it is to wait."""
        assert self.me is not None
        appeal = self.world.appeals[ref]
        now = self.clock.now()
        envelope = Envelope(
            uuid7(now, self.clock.entropy(10)), ref, self.me.id, now, mutation, Seen.of(appeal)
        )
        messages = {one.id: one for one in self.world.messages.get(ref, [])}
        refuse_long_snooze(envelope, RULES.snooze, now=now)
        applied = apply(State(appeal, messages), envelope, actor=self.me, now=now)
        self.world.appeals[ref] = applied.appeal
        for message in applied.messages:
            messages[message.id] = message
        self.world.messages[ref] = list(messages.values())
        self.world.events.setdefault(ref, []).extend(applied.events)
        self.sent.append(envelope)
        undo = timedelta(seconds=self.outbox.undo_seconds if envelope.is_publishing else 0.0)
        leaves = not_before or now + undo
        entry = OutboxEntry(len(self.sent), envelope, EntryState.QUEUED, now, leaves)
        stays = not self.online or leaves > now
        if stays:
            self.world.entries.append(entry)
        self.publish(ref, outbox=stays, status=stays)
        return entry

    def attempt(
        self, ref: Ref, mutation: AppealMutation, *, not_before: datetime | None = None
    ) -> Future[Any]:
        """`act`, with the refusal in the future."""
        future: Future[Any] = Future()
        try:
            future.set_result(self.act(ref, mutation, not_before=not_before))
        except OtklikError as error:
            future.set_exception(error)
        return future

    def each(self, refs: Iterable[Ref], mutation: AppealMutation) -> Future[tuple[Done, ...]]:
        """`act` on each, with the refusals one by one."""
        results: list[Done] = []
        for ref in refs:
            before = self.world.appeals.get(ref)
            try:
                self.act(ref, mutation)
                results.append(Done(ref, None, before, mutation))
            except OtklikError as error:
                results.append(Done(ref, error))
        return done(tuple(results))

    def take_back(self, one: Done, reason: str) -> Done:
        """One appeal as it was before, as far as the rules allow it."""
        assert self.me is not None
        if one.before is None or one.mutation is None:
            return Done(one.ref)
        failed: OtklikError | None = None
        undoing = Undoing(self.me.id, self.clock.now(), reason)
        for mutation in reversal(one.before, one.mutation, undoing):
            try:
                self.act(one.ref, mutation)
            except OtklikError as error:
                failed = failed or error
        return Done(one.ref, failed)


@dataclass(slots=True)
class _Part:
    console: FakeConsole


class _Session(_Part):
    accounts: Mapping[str, Operator] = {one.login: one for one in (OPERATOR, SUPERVISOR, COLLEAGUE)}

    @property
    def current(self) -> SessionInfo | None:
        me = self.console.me
        if me is None:
            return None
        return SessionInfo(
            me.id, me.login, me.name, str(me.role), me.branches, self.console.settings.server
        )

    def sign_in(self, login: str, password: str) -> Future[SessionInfo]:
        from console.errors import AuthError

        future: Future[SessionInfo] = Future()
        account = self.accounts.get(login)
        if account is None or not password:
            future.set_exception(AuthError("wrong login or password"))
            return future
        self.console.me = account
        current = self.current
        assert current is not None
        future.set_result(current)
        self.console.publish(everything=True, status=True)
        return future

    password: str | None = "correct horse"
    """What opens the screen; None where only the server knows."""

    def opens(self, password: str) -> bool | None:
        return None if self.password is None else password == self.password

    def sign_out(self) -> Future[None]:
        self.console.me = None
        self.console.publish(everything=True, status=True)
        return done(None)


class _Triage(_Part):
    def claim(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        return self.console.each(refs, Claim())

    def assign(self, refs: Sequence[Ref], to: str) -> Future[tuple[Done, ...]]:
        return self.console.each(refs, Assign(to))

    def release(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        return self.console.each(refs, Release())

    def set_topics(
        self, refs: Sequence[Ref], topic: str, *, danger: bool = False
    ) -> Future[tuple[Done, ...]]:
        return self.console.each(refs, SetTopic(topic, danger))

    def postpone_each(self, refs: Sequence[Ref], rule: Postpone) -> Future[tuple[Done, ...]]:
        return self.console.each(refs, rule)

    def resume_each(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        return self.console.each(refs, Resume())

    def take_back(self, results: Sequence[Done], *, reason: str) -> Future[tuple[Done, ...]]:
        return done(tuple(self.console.take_back(one, reason) for one in results))

    def set_topic(self, ref: Ref, topic: str, *, danger: bool = False) -> Future[Any]:
        return self.console.attempt(ref, SetTopic(topic, danger))

    def set_place(self, ref: Ref, place: Place) -> Future[Any]:
        return self.console.attempt(ref, SetPlace(place))

    def postpone(self, ref: Ref, until: datetime, reason: str) -> Future[Any]:
        return self.console.attempt(ref, Postpone(until, reason))

    def resume(self, ref: Ref) -> Future[Any]:
        return self.console.attempt(ref, Resume())

    def close(self, ref: Ref, outcome: Outcome, *, fact: str = "") -> Future[Any]:
        return self.console.attempt(ref, Close(outcome, fact))

    def reopen(self, ref: Ref, reason: str) -> Future[Any]:
        return self.console.attempt(ref, Reopen(reason))

    def request_transfer(self, ref: Ref, to: str, reason: str) -> Future[Any]:
        return self.console.attempt(ref, RequestTransfer(to, reason))

    def decide_transfer(self, ref: Ref, granted: bool, reason: str) -> Future[Any]:
        return self.console.attempt(ref, DecideTransfer(granted, reason))


class _Merging(_Part):
    def merge(self, ref: Ref, into: str) -> Future[Any]:
        primary = self.console.world.appeals.get(Ref(ref.branch, into))
        if primary is not None and primary.duplicate_of not in (None, ref.id):
            into = primary.duplicate_of or into
            primary = self.console.world.appeals.get(Ref(ref.branch, into))
        try:
            in_danger = self.console.world.appeals[ref].needs_dispatch
            refuse_merge(ref.id, primary, of=into, in_danger=in_danger)
        except OtklikError as error:
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed
        future = self.console.attempt(ref, MarkDuplicate(into))
        self.console.publish(Ref(ref.branch, into))
        return future

    def separate(self, ref: Ref) -> Future[Any]:
        primary = self.console.world.appeals[ref].duplicate_of
        future = self.console.attempt(ref, UnmarkDuplicate())
        if primary is not None:
            self.console.publish(Ref(ref.branch, primary))
        return future

    def link(self, ref: Ref, to: str) -> Future[Any]:
        return self.console.attempt(ref, LinkAppeals(to))

    def unlink(self, ref: Ref, to: str) -> Future[Any]:
        return self.console.attempt(ref, UnlinkAppeals(to))

    def settle_mention(self, ref: Ref) -> Future[Any]:
        return self.console.attempt(ref, SettleMention())


class _Handovers(_Part):
    def facts(self) -> HandoverFacts:
        return self.console.reader.handover()

    def day(self) -> DayFigures:
        now = self.console.clock.now()
        day = self.console.reader.own_day(now=now)
        return day_figures(day, was_in_time=in_time(RULES, now=now))

    def offer(
        self, lines: Sequence[OfferLine], to: str, *, brief: str = ""
    ) -> Future[tuple[Done, ...]]:
        results: list[Done] = []
        for line in lines:
            (one,) = self.console.each((line.ref,), OfferHandover(to, line.note, brief)).result()
            if one.error is None and line.words.strip():
                self.console.act(line.ref, AddNote(line.words))
            results.append(one)
        return done(tuple(results))

    def accept(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        return self.console.each(refs, AcceptHandover())

    def give_back(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        return self.console.each(refs, ReturnHandover())

    def decline(self, ref: Ref, reason: str) -> Future[Any]:
        return self.console.attempt(ref, DeclineHandover(reason))

    def withdraw(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        return self.console.each(refs, WithdrawHandover())


class _Danger(_Part):
    def enter(self, ref: Ref) -> Future[Any]:
        return self.console.attempt(ref, EnterDanger())

    def leave(self, ref: Ref, reason: str) -> Future[Any]:
        return self.console.attempt(ref, LeaveDanger(reason))

    def dispatched(self, ref: Ref, told: str, what: str = "") -> Future[Any]:
        return self.console.attempt(ref, MarkDispatched(told, what))


class _Promised(_Part):
    def settle(self, ref: Ref, *, kept: bool) -> Future[Any]:
        return self.console.attempt(ref, SettlePromise(kept))


class _Calls(_Part):
    def keep(self, form: CallForm) -> Future[None]:
        self.console.world.call = form
        return done(None)

    def forget(self) -> Future[None]:
        self.console.world.call = None
        return done(None)

    def write_down(self, branch: str, call: CreateAppeal) -> Future[Any]:
        console, future = self.console, Future[Any]()
        assert console.me is not None
        now = console.clock.now()
        ref = Ref(branch, uuid7(now, console.clock.entropy(10)))
        ident = uuid7(now, console.clock.entropy(10))
        envelope = Envelope(ident, ref, console.me.id, now, call)
        try:
            made = create(envelope, actor=console.me, now=now)
        except OtklikError as error:
            future.set_exception(error)
            return future
        console.world.messages[ref] = list(made.messages)
        console.world.events[ref] = list(made.events)
        console.world.add(made.appeal)
        console.world.call = None
        console.sent.append(envelope)
        entry = OutboxEntry(len(console.sent), envelope, EntryState.QUEUED, now, now)
        if not console.online:
            console.world.entries.append(entry)
        console.publish(ref, outbox=not console.online, status=True, drafts=True)
        future.set_result(entry)
        return future


class _Reply(_Part):
    approved_by: Seen | None = None

    def send(
        self, draft: Draft, *, approval: bool = False, not_before: datetime | None = None
    ) -> Future[OutboxEntry]:
        interim = draft.mode is DraftMode.INTERIM
        promised = self.console.promises(draft, self.console.clock.now())
        mutation = SendReply(
            draft.text,
            None if interim else draft.outcome,
            interim=interim,
            promise_at=promised[0] if promised else None,
            later_promises=promised[1:],
            quotes=draft.quotes,
            template=draft.template,
            overrides=draft.overrides,
            approval=approval,
        )
        if draft.mode is DraftMode.NOTE:
            future = self.note(draft.appeal, draft.text)
        else:
            future = self.console.attempt(draft.appeal, mutation, not_before=not_before)
        if future.exception() is None:
            self.console.world.drafts.pop(draft.id, None)
            self.console.publish(draft.appeal, drafts=True)
        return future

    def note(self, ref: Ref, text: str) -> Future[Any]:
        colleagues = colleagues_of(ref.branch, self.console.world.operators)
        called = tuple(one.operator for one in called_in(text, colleagues))
        return self.console.attempt(ref, AddNote(text, mentions=called))

    def approve(
        self,
        ref: Ref,
        message: str,
        text: str | None = None,
        quotes: tuple[EtrQuote, ...] = (),
        *,
        seen: Seen | None = None,
    ) -> Future[Any]:
        self.approved_by = seen
        return self.console.attempt(ref, Approve(message, text, quotes))

    def return_reply(self, ref: Ref, message: str, reason: str) -> Future[Any]:
        return self.console.attempt(ref, ReturnReply(message, reason))


class _Drafts(_Part):
    def new(self, ref: Ref, mode: DraftMode) -> Draft:
        console = self.console
        now = console.clock.now()
        seen = Seen.of(console.world.appeals[ref])
        return Draft(uuid7(now, console.clock.entropy(10)), ref, mode, "", now, seen=seen)

    def save(self, draft: Draft) -> Future[Draft]:
        kept = replace(draft, updated_at=self.console.clock.now())
        self.console.world.drafts[draft.id] = kept
        self.console.publish(draft.appeal, drafts=True)
        return done(kept)

    def discard(self, draft_id: str) -> Future[None]:
        draft = self.console.world.drafts.pop(draft_id, None)
        if draft is not None:
            self.console.publish(draft.appeal, drafts=True)
        return done(None)


class _Outages(_Part):
    def tag(
        self, refs: Sequence[Ref], outage: str, *, confidence: float | None = None
    ) -> Future[tuple[Done, ...]]:
        return self.console.each(refs, TagOutage(outage, confidence))

    def untag(self, refs: Sequence[Ref], outage: str) -> Future[tuple[Done, ...]]:
        return self.console.each(refs, UntagOutage(outage))

    def suggest(self, ref: Ref) -> list[Any]:
        return []


class _Outbox(_Part):
    decided_by: Seen | None = None
    undo_seconds = 0.0

    def set_undo_window(self, seconds: float) -> None:
        self.undo_seconds = seconds

    def cancel(self, seq: int) -> Future[Draft | None]:
        entry = self._entry(seq)
        self._drop(seq)
        mutation = entry.envelope.mutation
        if not isinstance(mutation, SendReply | AddNote):
            return done(None)
        mode = DraftMode.NOTE if isinstance(mutation, AddNote) else DraftMode.REPLY
        draft = self.console.drafts.new(entry.envelope.target, mode)
        draft = replace(draft, text=mutation.text)
        self.console.world.drafts[draft.id] = draft
        self.console.publish(draft.appeal, drafts=True)
        return done(draft)

    def retry(self, seq: int, *, shown: Seen | None = None) -> Future[OutboxEntry]:
        entry, now = self._entry(seq), self.console.clock.now()
        self.decided_by = shown
        after = replace(entry, state=EntryState.QUEUED, held=(), not_before=now)
        world = self.console.world
        world.entries = [after if one.seq == seq else one for one in world.entries]
        self.console.publish(outbox=True, status=True)
        return done(after)

    def reschedule(self, seq: int, until: datetime | None) -> Future[OutboxEntry]:
        after = replace(self._entry(seq), not_before=until or self.console.clock.now())
        world = self.console.world
        world.entries = [after if one.seq == seq else one for one in world.entries]
        self.console.publish(outbox=True, status=True)
        return done(after)

    def discard(self, seq: int) -> Future[None]:
        self._entry(seq)
        return self._drop(seq)

    def _entry(self, seq: int) -> OutboxEntry:
        return next(one for one in self.console.world.entries if one.seq == seq)

    def _drop(self, seq: int) -> Future[None]:
        world = self.console.world
        world.entries = [one for one in world.entries if one.seq != seq]
        self.console.publish(outbox=True, status=True)
        return done(None)


class _Searches(_Part):
    def remember(self, text: str) -> Future[None]:
        world = self.console.world
        world.searches = [text, *(one for one in world.searches if not text.startswith(one))]
        return done(None)

    def forget(self) -> Future[None]:
        self.console.world.searches = []
        return done(None)


class _Queues(_Part):
    def save(self, name: str, query: QueueQuery) -> Future[SavedQueue]:
        saved = SavedQueue(f"q{len(self.console.world.saved) + 1}", name, query)
        self.console.world.saved.append(saved)
        self.console.publish(queues=True)
        return done(saved)

    def rename(self, queue_id: str, name: str) -> Future[None]:
        world = self.console.world
        world.saved = [replace(x, name=name) if x.id == queue_id else x for x in world.saved]
        self.console.publish(status=True)
        return done(None)

    def remove(self, queue_id: str) -> Future[None]:
        world = self.console.world
        world.saved = [one for one in world.saved if one.id != queue_id]
        self.console.publish(status=True)
        return done(None)

    def share(
        self,
        name: str,
        query: QueueQuery,
        branches: Sequence[str],
        *,
        queue_id: str = "",
        instead_of: str = "",
    ) -> Future[str]:
        text = spelled(query, _language())
        if text is None:
            return failed(RefusedError("queue_not_for_all"))
        ident = queue_id or f"s{len(self.console.world.shared) + 1}"
        known = {one.branch: one for one in self._rows(ident)}
        for branch in branches:
            base = known[branch].version if branch in known else 0
            look = {"sort": str(query.sort), "group": str(query.group), "strict": query.strict}
            mutation = ShareQueue(name, text.queue, text.text, base=base, **look)  # type: ignore[arg-type]
            self._change(Ref(branch, ident), mutation)
        for branch in known.keys() - set(branches):
            self._change(Ref(branch, ident), WithdrawQueue(known[branch].version))
        if instead_of:
            self.remove(instead_of)
        self.console.publish(queues=True)
        return done(ident)

    def rename_shared(self, queue_id: str, name: str) -> Future[None]:
        for row in self._rows(queue_id):
            mutation = ShareQueue(
                name, row.queue, row.query, row.sort, row.group, row.strict, row.version
            )
            self._change(row.ref, mutation)
        self.console.publish(queues=True)
        return done(None)

    def withdraw(self, queue_id: str) -> Future[None]:
        for row in self._rows(queue_id):
            self._change(row.ref, WithdrawQueue(row.version))
        self.console.publish(queues=True)
        return done(None)

    def copy(self, queue_id: str, name: str = "") -> Future[SavedQueue]:
        row = self._rows(queue_id)[0]
        query = understood(row, _language())
        if query is None:
            return failed(RefusedError("queue_not_understood"))
        return self.save(name or row.name, query)

    def _rows(self, queue_id: str) -> list[SharedQueue]:
        known = self.console.world.shared.values()
        return [one for one in known if one.id == queue_id and not one.withdrawn]

    def _change(self, ref: Ref, mutation: ShareQueue | WithdrawQueue) -> None:
        world, console = self.console.world, self.console
        now = console.clock.now()
        assert console.me is not None
        envelope = Envelope(
            uuid7(now, console.clock.entropy(10)), ref, console.me.id, now, mutation
        )
        before = world.shared.get(ref)
        world.shared[ref] = apply_queue(before, envelope, actor=console.me, now=now)

    def mark_read(self, ref: Ref) -> Future[None]:
        world = self.console.world
        woken = ref in world.appeals and world.appeals[ref].woken_by and ref not in world.seen_awake
        if ref in world.unread or woken:
            world.unread.discard(ref)
            world.seen_awake.add(ref)
            self.console.publish(ref)
        return done(None)


class _Sync(_Part):
    def status(self) -> SyncStatus:
        entries = self.console.world.entries
        held = sum(1 for one in entries if one.state is EntryState.HELD)
        return replace(self.console.sync_status, waiting=len(entries) - held, held=held)

    def try_now(self) -> None:
        self.console.sync_status = replace(self.console.sync_status, next_try_at=None)
        self.console.publish(status=True)

    def set_work_offline(self, work_offline: bool) -> None:
        link = Link.WORK_OFFLINE if work_offline else Link.ONLINE
        self.console.online = not work_offline
        self.console.sync_status = replace(self.console.sync_status, link=link)
        self.console.publish(status=True)

    def search(self, text: str, *, before: str = "") -> Future[ArchivePage]:
        """The pages of `World.archive`, one after another."""
        at = int(before or "0")
        pages = self.console.world.archive
        return done(pages[at] if at < len(pages) else ArchivePage(Rows()))

    def set_presence(
        self, ref: Ref | None, *, typing: bool = False, lease_until: datetime | None = None
    ) -> None:
        """Nobody else is there to see it."""

    def end_lease(self, ref: Ref) -> None:
        """Nor this."""

    away: tuple[bool, datetime | None] = (False, None)
    """What was last said of a break."""

    def set_away(self, *, away: bool, until: datetime | None = None) -> None:
        self.away = (away, until)


_VOICES: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "Марина Кузнецова",
        "Солонцы",
        "ул. Пятая",
        "outage.emergency",
        "В Солонцах на Пятой нет света с 7 утра, дома ребёнок маленький, когда дадут??",
    ),
    (
        "Алексей П.",
        "Берёзовка",
        "ул. Мира",
        "quality.low",
        "Напряжение 170 вольт третий день, холодильник не запускается",
    ),
    (
        "Тамара Ильинична",
        "Новокузнецк",
        "пр. Октябрьский",
        "danger.wire",
        "Провод оборвался и искрит возле детской площадки!!! срочно приезжайте",
    ),
    (
        "Серёга",
        "Минусинск",
        "",
        "outage.planned",
        "почему не предупредили об отключении? работаю из дома, всё пропало",
    ),
    (
        "Ольга Ветрова",
        "Белокуриха",
        "ул. Славского",
        "connection.status",
        "Подала заявку на техприсоединение в августе, до сих пор тишина",
    ),
    (
        "Дмитрий Н.",
        "Улан-Удэ",
        "мкр. Сокол",
        "outage.emergency",
        "опять свет моргает, каждый вечер одно и то же, сколько можно терпеть",
    ),
    (
        "Анна",
        "Горно-Алтайск",
        "ул. Чорос-Гуркина",
        "thanks",
        "Спасибо бригаде, приехали ночью в метель и всё починили за час!",
    ),
    (
        "Баир Д.",
        "Чита",
        "ул. Бабушкина",
        "outage.repeat",
        "Свет дали в обед и через два часа снова отключили весь посёлок",
    ),
    (
        "Екатерина Сафронова",
        "Абакан",
        "ул. Щетинкина",
        "infrastructure.lighting",
        "Не горят фонари на Щетинкина от 15 до 40 дома, дети идут из школы в темноте",
    ),
    (
        "Виктор Павлович",
        "Омск",
        "ул. 3-я Автомобильная",
        "outage.emergency",
        "Сгорел счётчик после скачка, кто будет платить?",
    ),
)
_BRANCHES = (
    "omsk",
    "barnaul",
    "gorno-altaysk",
    "kuzbass",
    "krasnoyarsk",
    "khakassia",
    "tyva",
    "buryatia",
    "chita",
)
_CHANNELS = ("vk", "ok", "telegram", "im", "pos", "phone", "site", "email", "max", "office")


def an_appeal(number: int = 1, **changes: Any) -> Appeal:
    """One appeal of the fake shift, the same for the same number."""
    author, settlement, street, topic, text = _VOICES[number % len(_VOICES)]
    at = NOON - timedelta(minutes=11 * number + 7)
    appeal = Appeal(
        branch=_BRANCHES[number % len(_BRANCHES)],
        id=f"a{number:05d}",
        source="im",
        number=str(48_000 + number),
        channel=_CHANNELS[number % len(_CHANNELS)],
        author=Author(author),
        text=text,
        created_at=at,
        received_at=at,
        topic=topic,
        danger=topic.startswith("danger"),
        place=Place(settlement=settlement, street=street),
    )
    return replace(appeal, **changes)


def an_outage(ident: str = "out-1", **changes: Any) -> Outage:
    """An emergency outage of Krasnoyarsk's suburb, power promised in two hours."""
    etr = NOON + timedelta(hours=2, minutes=30)
    outage = Outage(
        branch="krasnoyarsk",
        id=ident,
        kind=OutageKind.EMERGENCY,
        status=OutageStatus.CREW_SENT,
        started_at=NOON - timedelta(hours=4),
        areas=(OutageArea("Солонцы", "ул. Пятая"),),
        feeder="10 кВ 12-4",
        cause="обрыв провода",
        etr=etr,
        etr_history=(EtrRecord(etr, NOON - timedelta(hours=3), "sup-1"),),
    )
    return replace(outage, **changes)


def a_world(appeals: int = 40) -> World:
    """A shift of that many appeals in every state that the queue can show."""
    world = World(operators=[OPERATOR, SUPERVISOR, COLLEAGUE])
    world.outages = {"out-1": an_outage()}
    for number in range(appeals):
        world.add(_in_state(number), due_at=_due(number))
    refs = list(world.appeals)
    for ref in refs[1:4]:
        world.presence[ref] = (PresenceRow(ref, COLLEAGUE.id, COLLEAGUE.name, typing=False),)
    world.unread.update(refs[::3])
    return world


def _in_state(number: int) -> Appeal:
    changes: dict[str, Any] = {}
    if number % 3 == 0:
        changes |= {"owner": OPERATOR.id, "status": Status.ASSIGNED, "assigned_at": NOON}
    elif number % 7 == 0:
        changes |= {"owner": COLLEAGUE.id, "status": Status.IN_WORK, "assigned_at": NOON}
    if number % 10 == 0:
        changes |= {"branch": "krasnoyarsk", "outages": (OutageTag("out-1", NOON, "op-1", 0.9),)}
    if number % 17 == 5:
        changes |= {"status": Status.POSTPONED, "postponed_until": NOON + timedelta(days=2)}
    if number % 19 == 6:
        changes |= {"status": Status.PUBLISHED, "published_at": NOON}
    return an_appeal(number, **changes)


def _due(number: int) -> datetime:
    return NOON + timedelta(minutes=(number * 37) % 480 - 65)


def a_console(appeals: int = 40, **more: Any) -> FakeConsole:
    """A fake console over `a_world`, with a draft and two outbox entries in it."""
    console = FakeConsole(a_world(appeals), **more)
    refs = list(console.world.appeals)
    if len(refs) > 12:
        now = console.clock.now()
        draft = Draft("draft-1", refs[6], DraftMode.REPLY, "Здравствуйте! Бригада", now)
        console.world.drafts[draft.id] = draft
        envelope = Envelope("e-1", refs[9], "op-1", now, SendReply("Свет дадут к 14:30."))
        held = (HeldReason("stale", "new_comment"),)
        console.world.entries = [
            OutboxEntry(1, envelope, EntryState.HELD, now, now, held=held),
            OutboxEntry(
                2, replace(envelope, id="e-2", target=refs[12]), EntryState.QUEUED, now, now
            ),
        ]
    return console


def as_console(fake: FakeConsole) -> Any:
    """The fake, for constructors that ask for the real class."""
    return cast(Any, fake)
