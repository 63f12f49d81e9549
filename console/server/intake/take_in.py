"""Taking in: a batch of outside appeals into the database, each (source, number) once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from console.clock import Clock
from console.domain import transitions
from console.domain.appeal import Appeal, Author, Status
from console.domain.event import Event
from console.domain.ids import Ref, uuid7
from console.domain.message import Message
from console.domain.operator import Operator
from console.server import attachments, repo, tables
from console.server.database import Database, insert_rows, is_among
from console.server.intake.arrival import Arrival, Reason, arrival, new_rows, resident_message
from console.server.intake.enrich import Enriched, Enricher
from console.wire.schema import IncomingAppeal, IntakeReport, Rows

CHUNK = 500
"""Appeals of one transaction, and of one change number in each branch."""

Key = tuple[str, str]


class Fate(StrEnum):
    """What became of one appeal of a batch, where nothing stood against it."""

    TAKEN = "taken"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of each appeal of a batch, in order, and the feeds' new ends."""

    fates: tuple[Fate | Reason, ...]
    heads: Mapping[str, int]

    @property
    def report(self) -> IntakeReport:
        """The three counts, which sum to the batch, and each reason with the place it stands at."""
        reasons = [(place, fate) for place, fate in enumerate(self.fates, 1) if _is_reason(fate)]
        return IntakeReport(
            taken=self.fates.count(Fate.TAKEN),
            already_known=self.fates.count(Fate.KNOWN),
            quarantined=len(reasons),
            reasons=tuple(f"{place}: {reason}" for place, reason in reasons),
        )


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes appeals in; idempotent on (source, number)."""

    database: Database
    clock: Clock
    enricher: Enricher

    def take_in(self, appeals: Sequence[IncomingAppeal], *, scope: Operator | None = None) -> Taken:
        """Take ``appeals`` in, in their order; only those of the branches that ``scope`` covers.

        Each `CHUNK` is one transaction: what was interrupted continues when it is sent again. A
        number that is known with the same text is “known”; with another text it is refused, since
        one of the two would be lost. A fault (409) where a file that one names has not been sent
        whole to its branch: nothing of that chunk is taken in. A comment with ``reply_to`` goes on
        with the thread that its own author began.
        """
        fates: list[Fate | Reason] = []
        heads: dict[str, int] = {}
        for start in range(0, len(appeals), CHUNK):
            chunk = _Chunk(self, scope, self.clock.now())
            chunk.plan(appeals[start : start + CHUNK])
            heads |= chunk.commit()
            fates += chunk.fates()
        return Taken(tuple(fates), heads)

    def new_id(self, now: datetime) -> str:
        """A fresh id."""
        return uuid7(now, self.clock.entropy(10))


@dataclass(frozen=True, slots=True)
class _Plan:
    place: int
    arrived: Arrival
    known: Enriched
    appeal_id: str
    message_id: str


@dataclass(slots=True)
class _Chunk:
    """One transaction's worth: what is decided before it, and its work."""

    intake: Intake
    scope: Operator | None
    now: datetime
    decided: dict[int, Fate | Reason] = field(default_factory=dict)
    plans: list[_Plan] = field(default_factory=list)
    tried: bool = False

    def plan(self, appeals: Sequence[IncomingAppeal]) -> None:
        """Everything that costs time, before a lock is taken."""
        arrivals: dict[int, Arrival] = {}
        for place, incoming in enumerate(appeals):
            checked = arrival(incoming, now=self.now)
            if isinstance(checked, Reason):
                self.decided[place] = checked
            else:
                arrivals[place] = checked
        keys = [arrived.key for arrived in arrivals.values()]
        digests = self.intake.database.read(lambda c: _digests(c, keys))
        for place, arrived in arrivals.items():
            known = digests.get(arrived.key)
            found = _compare(arrived, known) if known else self._plan(place, arrived)
            if found is None:
                digests[arrived.key] = arrived.digest
            else:
                self.decided[place] = found

    def _plan(self, place: int, arrived: Arrival) -> Reason | None:
        incoming = arrived.incoming
        known = self.intake.enricher.enrich(incoming, arrived.text)
        if not known.branch:
            return Reason("branch", {"value": incoming.branch or incoming.region})
        if self.scope is not None and not self.scope.covers(known.branch):
            return Reason("not_your_branch", {"value": known.branch})
        ids = (self.intake.new_id(self.now), self.intake.new_id(self.now))
        self.plans.append(_Plan(place, arrived, known, *ids))
        return None

    def commit(self) -> dict[str, int]:
        """Write what is planned, in one transaction; the feeds' new ends."""
        if not self.plans:
            return {}
        outcome, heads = self.intake.database.write(self._write)
        self.decided |= outcome
        return heads

    def _write(self, connection: Connection) -> tuple[dict[int, Fate | Reason], dict[str, int]]:
        # Another process may have taken some in since they were planned. Then the insert of numbers
        # fails, all this runs again, and only then is it worth looking once more.
        again, self.tried = self.tried, True
        keys = [plan.arrived.key for plan in self.plans] if again else []
        digests = _digests(connection, keys)
        outcome: dict[int, Fate | Reason] = {}
        threads = _Threads(connection, self.now)
        threads.load(self.plans)
        for plan in self.plans:
            known = digests.get(plan.arrived.key)
            if known is None:
                threads.take(plan)
                self._bind_files(connection, threads, plan)
            outcome[plan.place] = _compare(plan.arrived, known) if known else Fate.TAKEN
        return outcome, threads.write()

    def _bind_files(self, connection: Connection, threads: _Threads, plan: _Plan) -> None:
        files = plan.arrived.incoming.attachments
        if files:
            branch = threads.refs[plan.arrived.key].branch
            author = "" if self.scope is None else self.scope.id
            attachments.bind(connection, branch, files, author=author, to=plan.message_id)

    def fates(self) -> list[Fate | Reason]:
        """What became of each, in order."""
        return [self.decided[place] for place in sorted(self.decided)]


@dataclass(slots=True)
class _Threads:
    """The appeals that a chunk begins or goes on with, and their new rows."""

    connection: Connection
    now: datetime
    refs: dict[Key, Ref] = field(default_factory=dict)
    before: dict[Ref, Appeal] = field(default_factory=dict)
    appeals: dict[Ref, Appeal] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    numbers: list[dict[str, object]] = field(default_factory=list)

    def load(self, plans: Sequence[_Plan]) -> None:
        """Find and lock the appeals whose threads the plans may go on with."""
        parents = [
            (plan.arrived.incoming.source, plan.arrived.incoming.reply_to)
            for plan in plans
            if plan.arrived.incoming.reply_to
        ]
        for row in _numbers(self.connection, parents):
            self.refs[(row.source, row.number)] = Ref(row.branch, row.appeal)
        for ref in sorted(set(self.refs.values())):
            appeal = repo.find(self.connection, Appeal, ref, lock=True)
            if appeal is not None:
                self.before[ref] = appeal

    def take(self, plan: _Plan) -> None:
        """The rows of one arrival: in the thread that its author began, or a new appeal."""
        arrived = plan.arrived
        parent = self._parent(arrived.incoming)
        if parent is None:
            rows = new_rows(
                arrived,
                plan.known,
                appeal_id=plan.appeal_id,
                message_id=plan.message_id,
                now=self.now,
            )
            appeal = rows.appeals[0]
            self.messages += rows.messages
            self.events += rows.events
        else:
            message = resident_message(arrived, parent, message_id=plan.message_id, now=self.now)
            after = transitions.receive(
                transitions.State(parent), message, now=self.now, danger=plan.known.danger
            )
            appeal = after.appeal
            self.messages += after.messages
            self.events += after.events
            self._tell_primary(appeal, message, danger=plan.known.danger)
        self.appeals[appeal.ref] = appeal
        self.refs[arrived.key] = appeal.ref
        self.numbers.append(_number(arrived, appeal))

    def _tell_primary(self, appeal: Appeal, message: Message, *, danger: bool) -> None:
        """What is written to a merged appeal is told where it will be answered."""
        primary = self._primary(appeal)
        if primary is not None:
            after = transitions.receive_from_duplicate(
                primary, message, now=self.now, danger=danger
            )
            self.appeals[primary.ref] = after.appeal
            self.events += after.events

    def _primary(self, appeal: Appeal) -> Appeal | None:
        """Where the merges of ``appeal`` end; None where it is not merged, or nowhere to be found.

        There is no circle (`transitions.refuse_merge`); ``seen`` is for a database that lies.
        """
        seen: set[str] = set()
        found: Appeal | None = appeal
        while found is not None and found.status is Status.DUPLICATE:
            if found.duplicate_of is None or found.id in seen:
                return None
            seen.add(found.id)
            found = self._known(Ref(appeal.branch, found.duplicate_of))
        return None if found is appeal else found

    def _known(self, ref: Ref) -> Appeal | None:
        found = self.appeals.get(ref) or self.before.get(ref)
        if found is None:
            found = repo.find(self.connection, Appeal, ref, lock=True)
            if found is not None:
                self.before[ref] = found
        return found

    def _parent(self, incoming: IncomingAppeal) -> Appeal | None:
        ref = self.refs.get((incoming.source, incoming.reply_to)) if incoming.reply_to else None
        if ref is None:
            return None
        appeal = self.appeals.get(ref) or self.before.get(ref)
        same = appeal is not None and _same_person(appeal.author, incoming.author)
        return appeal if same else None

    def write(self) -> dict[str, int]:
        """Put everything; the feeds' new ends."""
        if not self.numbers:
            return {}
        insert_rows(self.connection, tables.numbers, self.numbers)
        rows = Rows(
            appeals=tuple(self.appeals.values()),
            messages=tuple(self.messages),
            events=tuple(self.events),
        )
        return repo.put_rows(self.connection, rows, new=self.appeals.keys() - self.before.keys())


def _compare(arrived: Arrival, digest: bytes) -> Fate | Reason:
    if arrived.digest == digest:
        return Fate.KNOWN
    return Reason("other_text", {"value": arrived.incoming.number})


def _same_person(one: Author, other: Author) -> bool:
    if one.handle and other.handle:
        return one.handle == other.handle
    return bool(one.name) and one.name == other.name


def _number(arrived: Arrival, appeal: Appeal) -> dict[str, object]:
    source, number = arrived.key
    return {
        "source": source,
        "number": number,
        "branch": appeal.branch,
        "appeal": appeal.id,
        "text_digest": arrived.digest,
    }


def _digests(connection: Connection, keys: Iterable[Key]) -> dict[Key, bytes]:
    return {(n.source, n.number): bytes(n.text_digest) for n in _numbers(connection, keys)}


@dataclass(frozen=True, slots=True)
class _Number:
    source: str
    number: str
    branch: str
    appeal: str
    text_digest: bytes


def _numbers(connection: Connection, keys: Iterable[Key]) -> list[_Number]:
    by_source: dict[str, list[str]] = {}
    for source, number in keys:
        by_source.setdefault(source, []).append(number)
    table = tables.numbers
    found: list[_Number] = []
    for source, some in by_source.items():
        query = select(table).where(
            table.c.source == source, is_among(connection, table.c.number, some)
        )
        found += (_Number(*row) for row in connection.execute(query))
    return found


def _is_reason(fate: Fate | Reason) -> bool:
    return isinstance(fate, Reason)
