"""A central server in memory, as the console's client shows it: for sync without a network.

It decides with the real `judge` and `apply`, keeps a ledger and a change feed, and fails when it
is told to: before it has heard of a request, or after it has carried it out. The same contract
suite runs over it and over the real client and server.
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from console.clock import Clock
from console.domain.appeal import Appeal
from console.domain.attachment import Attachment
from console.domain.event import Event
from console.domain.ids import Ref
from console.domain.lexicon import apply_word
from console.domain.message import Message
from console.domain.mutations import QUEUE_MUTATIONS, WORD_MUTATIONS, Envelope, attachments_of
from console.domain.operator import Operator
from console.domain.outage import Outage
from console.domain.shared_queue import SharedQueue
from console.domain.shared_word import SharedWord
from console.domain.sharing import apply_queue
from console.domain.transitions import (
    RefusedError,
    State,
    apply,
    apply_outage,
    is_appeal_mutation,
    needed_messages,
    receive,
)
from console.domain.verdict import Send, Stale, Superseded, judge, quotes_of
from console.errors import AuthError, OtklikError, RejectedError, SignInNeededError, TransientError
from console.wire.schema import (
    CENTRE,
    Answer,
    AnswerOutcome,
    AnswerReason,
    ArchivePage,
    Away,
    Page,
    Presence,
    PresenceNotice,
    RowKind,
    Rows,
    Session,
    Tombstone,
    UploadState,
)

T = TypeVar("T")

PASSWORD = "light-in-every-window"

Row = Appeal | Message | Event | Outage | Operator | SharedQueue | SharedWord


@dataclass(frozen=True, slots=True)
class Failure:
    """What happens to one request; ``heard`` is whether the server carries it out all the same."""

    error: OtklikError
    heard: bool = False


def unreachable() -> Failure:
    """Nothing arrives."""
    error = TransientError("no way there", code="refused", reached=False)
    return Failure(error)


def answer_lost() -> Failure:
    """The request is carried out, and its answer is lost on the way."""
    return Failure(TransientError("cut off", code="timeout", reached=True), heard=True)


def request_lost() -> Failure:
    """Nobody can tell: it was sent, and never arrived."""
    return Failure(TransientError("cut off", code="timeout", reached=True))


@dataclass(slots=True)
class _Feed:
    head: int = 0
    log: dict[tuple[str, Ref], int] = field(default_factory=dict)


@dataclass(slots=True)
class UploadedFile:
    """A file at the server; ``sent`` are the sizes of the pieces as they came."""

    said: Attachment
    content: bytearray = field(default_factory=bytearray)
    sent: list[int] = field(default_factory=list)
    bound: bool = False

    @property
    def state(self) -> UploadState:
        """What its author hears."""
        here = len(self.content)
        return UploadState(here, self.said.size, complete=here == self.said.size)


class ServerDouble:
    """The state of the centre; `client` is a workstation's view of it. Any thread may ask."""

    def __init__(self, clock: Clock, *operators: Operator, epoch: str = "epoch-1") -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self.epoch = epoch
        self.rows: dict[tuple[str, Ref], Row] = {}
        self.gone: dict[tuple[str, Ref], int] = {}
        self.feeds: dict[str, _Feed] = {CENTRE: _Feed()}
        self.run = "run-1"
        self.forgotten: set[str] = set()
        self.ledger: dict[str, Answer] = {}
        self.decided: list[Envelope] = []
        self.present: dict[str, Presence] = {}
        self.leased: dict[str, tuple[Presence, ...]] = {}
        self.away: dict[str, Away] = {}
        self.files: dict[str, UploadedFile] = {}
        self.put(*operators)

    # ------------------------------------------------------------------ what happens there

    def put(self, *rows: Row) -> None:
        """Rows as they now are."""
        with self._lock:
            for row in rows:
                key = _key(row)
                self.rows[key] = row
                self.gone.pop(key, None)
                self._note(key)

    def drop(self, kind: RowKind, ref: Ref) -> None:
        """A row is gone."""
        with self._lock:
            key = (str(kind), ref)
            self.rows.pop(key, None)
            self._note(key)
            self.gone[key] = self.feeds[ref.branch].head

    def receive(self, message: Message) -> Appeal:
        """A resident writes again."""
        with self._lock:
            ref = Ref(message.branch, message.appeal)
            after = receive(State(self.appeal(ref)), message, now=self._clock.now())
            self.put(after.appeal, *after.messages, *after.events)
            return after.appeal

    def start_over(self, epoch: str) -> None:
        """Another database with the same rows: change numbers mean nothing any more."""
        with self._lock:
            self.epoch = epoch
            self.feeds = {CENTRE: _Feed()}
            self.ledger.clear()
            self.put(*list(self.rows.values()))

    def put_back(self, run: str, *rows: Row) -> None:
        """A backup is put back: the same database with these rows, and the numbers where they were.

        Nothing but ``run`` tells a reader that what it has read is not there any more.
        """
        with self._lock:
            head = {name: known.head for name, known in self.feeds.items()}
            self.forgotten.add(self.run)
            self.run = run
            self.rows = {_key(row): row for row in rows}
            self.feeds = {CENTRE: _Feed()}
            self.put(*rows)
            for name, end in head.items():
                known = self.feeds.get(name, _Feed())
                log = {key: n + end - known.head for key, n in known.log.items()}
                self.feeds[name] = _Feed(end, log)

    def appeal(self, ref: Ref) -> Appeal:
        """An appeal as it stands."""
        with self._lock:
            found = self.rows["appeal", ref]
            assert isinstance(found, Appeal)
            return found

    def messages(self, appeal: Appeal) -> list[Message]:
        """The thread of an appeal, in the order of writing."""
        with self._lock:
            found = [m for m in self.rows.values() if isinstance(m, Message)]
            return sorted((m for m in found if m.appeal == appeal.id), key=lambda m: m.at)

    def _note(self, key: tuple[str, Ref]) -> None:
        feed = self.feeds.setdefault(key[1].branch, _Feed())
        feed.head += 1
        feed.log.pop(key, None)
        feed.log[key] = feed.head

    # ------------------------------------------------------------------ what it answers

    def page(
        self,
        operator: Operator,
        cursors: Mapping[str, int],
        *,
        limit: int,
        count: bool,
        run: str = "",
    ) -> Page:
        """The next page of the feeds in ``operator``'s scope."""
        with self._lock:
            rewound = run in self.forgotten
            cursors = {} if rewound else cursors
            branches = tuple(b for b in self.feeds if b != CENTRE and operator.covers(b))
            fresh = [
                (n, name, key)
                for name in (CENTRE, *branches)
                for key, n in self.feeds[name].log.items()
                if n > cursors.get(name, 0)
            ]
            fresh.sort()
            taken = fresh[:limit]
            position = {name: cursors.get(name, 0) for name in (CENTRE, *branches)}
            for n, name, _ in taken:
                position[name] = n
            keys = [key for _, _, key in taken]
            return Page(
                epoch=self.epoch,
                branches=branches,
                cursors=position,
                heads={name: self.feeds[name].head for name in position},
                rows=as_rows([self.rows[key] for key in keys if key in self.rows]),
                gone=tuple(
                    Tombstone(RowKind(kind), ref) for kind, ref in keys if (kind, ref) in self.gone
                ),
                presence=(*self.present.values(), *chain(*self.leased.values())),
                away=tuple(self.away.values()),
                more=len(fresh) > limit,
                server_time=self._clock.now(),
                remaining=len(fresh) - len(taken) if count else None,
                run=self.run,
                rewound=rewound,
            )

    def settle(self, envelope: Envelope) -> Answer:
        """Decide, or answer as the first time."""
        with self._lock:
            known = self.ledger.get(envelope.id)
            if known is None:
                known = self._decide(envelope)
                self.ledger[envelope.id] = known
                self.decided.append(envelope)
            return known

    def _decide(self, envelope: Envelope) -> Answer:
        actor = self.rows["operator", Ref(CENTRE, envelope.author)]
        assert isinstance(actor, Operator)
        try:
            if is_appeal_mutation(envelope.mutation):
                return self._on_appeal(envelope, actor)
            if isinstance(envelope.mutation, QUEUE_MUTATIONS):
                return self._on_queue(envelope, actor)
            if isinstance(envelope.mutation, WORD_MUTATIONS):
                return self._on_word(envelope, actor)
            return self._on_outage(envelope, actor)
        except RefusedError as error:
            reasons = (AnswerReason(error.code, error.params),)
            return self._answer(envelope, AnswerOutcome.REFUSED, Rows(), reasons)

    def _on_appeal(self, envelope: Envelope, actor: Operator) -> Answer:
        appeal = self.rows.get(("appeal", envelope.target))
        if not isinstance(appeal, Appeal):
            raise RefusedError("unknown_appeal")
        ids = [quote.outage for quote in quotes_of(envelope)]
        known = {i: self.rows.get(("outage", Ref(appeal.branch, i))) for i in ids}
        outages = {i: row for i, row in known.items() if isinstance(row, Outage)}
        match judge(envelope, appeal, outages):
            case Stale(reasons):
                rows = Rows(appeals=(appeal,), outages=tuple(outages.values()))
                told = tuple(AnswerReason(str(r.code), r.params) for r in reasons)
                return self._answer(envelope, AnswerOutcome.CONFLICT, rows, told)
            case Superseded(by):
                rows = Rows(appeals=(appeal,))
                return self._answer(envelope, AnswerOutcome.SUPERSEDED, rows, (AnswerReason(by),))
            case Send():
                pass
        needed = needed_messages(envelope.mutation)
        found = {i: self.rows.get(("message", Ref(appeal.branch, i))) for i in needed}
        messages = {i: row for i, row in found.items() if isinstance(row, Message)}
        self._bind_files(envelope)
        after = apply(State(appeal, messages), envelope, actor=actor, now=self._clock.now())
        self.put(after.appeal, *after.messages, *after.events)
        rows = Rows(appeals=(after.appeal,), messages=after.messages, events=after.events)
        return self._answer(envelope, AnswerOutcome.APPLIED, rows)

    def _bind_files(self, envelope: Envelope) -> None:
        for attachment in attachments_of(envelope.mutation):
            known = self.files.get(attachment.id)
            if known is None or not known.state.complete or known.said != attachment:
                params = {"attachment": attachment.id}
                raise RejectedError("not here", code="attachment_missing", params=params)
            known.bound = True

    def declare(self, attachment: Attachment) -> UploadState:
        """Begin an upload, or say where it stands."""
        with self._lock:
            return self.files.setdefault(attachment.id, UploadedFile(attachment)).state

    def append(self, attachment: str, offset: int, content: bytes) -> UploadState:
        """Take a piece."""
        with self._lock:
            known = self.files.get(attachment)
            if known is None:
                raise RejectedError("none", code="unknown_attachment")
            if offset != len(known.content):
                params = {"offset": str(len(known.content))}
                raise RejectedError("elsewhere", code="wrong_offset", params=params)
            known.content += content
            known.sent.append(len(content))
            digest = hashlib.sha256(known.content).hexdigest()
            if len(known.content) == known.said.size and digest != known.said.digest:
                known.content.clear()
                raise RejectedError("damaged", code="hash_mismatch")
            return known.state

    def read(self, attachment: str, begins: int, ends: int) -> bytes:
        """Bytes of a file that a message has."""
        with self._lock:
            known = self.files.get(attachment)
            if known is None or not known.state.complete:
                raise RejectedError("none", code="unknown_attachment")
            return bytes(known.content[begins:ends])

    def _on_queue(self, envelope: Envelope, actor: Operator) -> Answer:
        known = self.rows.get(("sharedqueue", envelope.target))
        before = known if isinstance(known, SharedQueue) else None
        after = apply_queue(before, envelope, actor=actor, now=self._clock.now())
        self.put(after)
        return self._answer(envelope, AnswerOutcome.APPLIED, Rows(queues=(after,)))

    def _on_word(self, envelope: Envelope, actor: Operator) -> Answer:
        known = self.rows.get(("sharedword", envelope.target))
        before = known if isinstance(known, SharedWord) else None
        after = apply_word(before, envelope, actor=actor, now=self._clock.now())
        if after != before:
            self.put(after)
        return self._answer(envelope, AnswerOutcome.APPLIED, Rows(words=(after,)))

    def _on_outage(self, envelope: Envelope, actor: Operator) -> Answer:
        known = self.rows.get(("outage", envelope.target))
        before = known if isinstance(known, Outage) else None
        after = apply_outage(before, envelope, actor=actor, now=self._clock.now())
        self.put(after)
        return self._answer(envelope, AnswerOutcome.APPLIED, Rows(outages=(after,)))

    def _answer(
        self,
        envelope: Envelope,
        outcome: AnswerOutcome,
        rows: Rows,
        reasons: tuple[AnswerReason, ...] = (),
    ) -> Answer:
        return Answer(envelope.id, outcome, rows, self._clock.now(), reasons)


class ClientDouble:
    """`sync.runner.Connected` over a `ServerDouble`; ``failures`` befall its next requests.

    While ``cut`` is set, nothing gets through at all.
    """

    def __init__(self, server: ServerDouble, operator: str = "") -> None:
        self.server = server
        self.operator = operator
        self.failures: deque[Failure | None] = deque()
        self.cut = threading.Event()
        self.broken_off = threading.Event()
        self.pages = 0
        self.closed = False

    @property
    def has_session(self) -> bool:
        return bool(self.operator)

    def sign_in(self, login: str, password: str) -> Session:
        def work() -> Session:
            found = [
                row
                for row in self.server.rows.values()
                if isinstance(row, Operator) and row.login == login and row.active
            ]
            if not found or password != PASSWORD:
                raise AuthError("login or password is wrong")
            self.operator = found[0].id
            return Session(
                access_token="a",
                refresh_token="r",
                expires_in=900,
                operator=found[0],
                branches=tuple(b for b in self.server.feeds if b != CENTRE),
                epoch=self.server.epoch,
                server_time=self.server._clock.now(),
            )

        return self._ask(work)

    def sign_out(self) -> None:
        self.operator = ""

    def forget_session(self) -> None:
        self.operator = ""

    def changes(
        self, cursors: Mapping[str, int], *, limit: int, count: bool, run: str = ""
    ) -> Page:
        def work() -> Page:
            self.pages += 1
            return self.server.page(self._me(), cursors, limit=limit, count=count, run=run)

        return self._ask(work)

    def foremost(self) -> Page:
        def work() -> Page:
            page = self.server.page(self._me(), {}, limit=1, count=False)
            return replace(page, cursors={}, more=True)

        return self._ask(work)

    def search(self, text: str, *, before: str = "") -> ArchivePage:
        def work() -> ArchivePage:
            rows = [row for row in self.server.rows.values() if isinstance(row, Appeal)]
            mine = [row for row in rows if self._me().covers(row.branch)]
            return ArchivePage(Rows(appeals=tuple(row for row in mine if text in row.text)))

        return self._ask(work)

    def push(self, envelope: Envelope) -> Answer:
        return self._ask(lambda: self.server.settle(envelope))

    def presence(self, notice: PresenceNotice) -> None:
        def work() -> None:
            me = self._me().id
            self.server.present.pop(me, None)
            now = self.server._clock.now()
            self.server.away.pop(me, None)
            if notice.away:
                self.server.away[me] = Away(me, now, notice.away_until)
            self.server.leased[me] = tuple(
                Presence(one.appeal, me, False, now, one.until) for one in notice.leases
            )
            if notice.appeal is not None:
                self.server.present[me] = Presence(
                    notice.appeal, me, notice.typing, now, notice.lease_until
                )

        self._ask(work)

    def declare(self, branch: str, attachment: Attachment) -> UploadState:
        assert self._me().covers(branch)
        return self._ask(lambda: self.server.declare(attachment))

    def upload(self, branch: str, attachment: str, offset: int, content: bytes) -> UploadState:
        assert self._me().covers(branch)
        return self._ask(lambda: self.server.append(attachment, offset, content))

    def download(self, branch: str, attachment: str, begins: int, ends: int) -> bytes:
        assert self._me().covers(branch)
        return self._ask(lambda: self.server.read(attachment, begins, ends))

    def interrupt(self) -> None:
        self.cut.set()

    def break_off(self) -> None:
        self.broken_off.set()

    def close(self) -> None:
        self.closed = True

    def _me(self) -> Operator:
        found = self.server.rows.get(("operator", Ref(CENTRE, self.operator)))
        if not isinstance(found, Operator) or not found.active:
            raise SignInNeededError("the session has ended")
        return found

    def _ask(self, work: Callable[[], T]) -> T:
        failure = self.failures.popleft() if self.failures else None
        if self.cut.is_set():
            raise unreachable().error
        if failure is None:
            return work()
        if failure.heard:
            work()
        raise failure.error


class NobodyPokes:
    """`sync.runner.Listener` where no poke ever comes."""

    def start(self) -> None:
        """Nothing to begin."""

    def listen(self) -> None:
        """Nothing to hear."""

    def listen_anew(self) -> None:
        """Nobody pokes."""

    def pause(self) -> None:
        """Nothing to stop."""

    def close(self) -> None:
        """Nothing to end."""


def _key(row: Row) -> tuple[str, Ref]:
    if isinstance(row, Operator):
        return ("operator", Ref(CENTRE, row.id))
    return (type(row).__name__.lower(), row.ref)


def as_rows(rows: Sequence[Row]) -> Rows:
    """Rows of any kinds, by kind."""
    return Rows(
        appeals=tuple(r for r in rows if isinstance(r, Appeal)),
        messages=tuple(r for r in rows if isinstance(r, Message)),
        events=tuple(r for r in rows if isinstance(r, Event)),
        outages=tuple(r for r in rows if isinstance(r, Outage)),
        operators=tuple(r for r in rows if isinstance(r, Operator)),
        queues=tuple(r for r in rows if isinstance(r, SharedQueue)),
        words=tuple(r for r in rows if isinstance(r, SharedWord)),
    )
