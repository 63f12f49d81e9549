"""The properties: what must be true of every run, once the faults have stopped and all has settled.

Each check compares the history (what people wrote, saw and asked for) with what stands in the
centre's database and in the stores of the workstations, read as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from console.domain.appeal import Appeal
from console.domain.attachment import Attachment
from console.domain.draft import Draft
from console.domain.event import Event, EventKind
from console.domain.ids import Ref
from console.domain.message import Message, MessageKind
from console.domain.mutations import AddNote, SendReply, attachments_of
from console.domain.operator import ALL_BRANCHES, Operator
from console.domain.outage import Outage, OutageStatus
from console.errors import DiskError
from console.i18n import Catalog
from console.ports import draft_holder, entry_holder
from console.readmodel import EntryState, HeldReason, OutboxEntry
from console.server import tables
from console.store.driver import Connection as StoreConnection
from console.store.driver import connect_reader
from console.store.entries import COLUMNS, entry_from
from console.wire.codec import decode
from tests.simulation.centre import BRANCHES, Server, utc
from tests.simulation.disks import STORE
from tests.simulation.history import Fate, Words, token_of, typed_of
from tests.simulation.people import is_published
from tests.simulation.workstation import KEY, Station
from tests.simulation.world import World

_MIRRORED = {
    "appeal": tables.appeals,
    "message": tables.messages,
    "event": tables.events,
    "outage": tables.outages,
    "operator": tables.operators,
    "shared_word": tables.shared_words,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A property that does not hold; ``what`` says what was expected, and what was found."""

    name: str
    what: str


@dataclass(slots=True)
class Tally:
    """What became of the words of a run."""

    sent: int = 0
    published: int = 0
    held: int = 0
    files: int = 0
    lost: int = 0
    doubled: int = 0
    divergences: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    """A file as the centre has it: the message that owns it, and what its bytes sum up to."""

    message: str | None
    digest: str


@dataclass(slots=True)
class _Centre:
    """The centre's rows: ``changes`` by (kind, branch, id), with the decoded ones beside."""

    bodies: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    changes: dict[tuple[str, str, str], int] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    appeals: dict[Ref, Appeal] = field(default_factory=dict)
    outages: dict[Ref, Outage] = field(default_factory=dict)
    operators: dict[str, Operator] = field(default_factory=dict)
    files: dict[Ref, _File] = field(default_factory=dict)


@dataclass(slots=True)
class _Desk:
    """What stands in the store of one station.

    ``files`` are those of drafts and entries by their holder, ``content`` what the bytes that are
    here of a file sum up to, ``claimed`` the files that an upload or a fetched one is noted of.
    """

    station: Station
    drafts: list[Draft] = field(default_factory=list)
    authors: dict[str, str] = field(default_factory=dict)
    entries: list[OutboxEntry] = field(default_factory=list)
    rows: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    branches: set[str] = field(default_factory=set)
    files: dict[str, list[Attachment]] = field(default_factory=dict)
    uploads: set[str] = field(default_factory=set)
    fetched: set[str] = field(default_factory=set)
    content: dict[str, str] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)


def check(world: World) -> tuple[list[Violation], Tally]:
    """Every violation of a settled world, and the figures for the table."""
    centre = _centre(world.server)
    desks = [_desk(station) for station in world.stations.values()]
    tally = Tally()
    found = [
        *died(world),
        *_words(world, centre, desks, tally),
        *_files(world, centre, desks, tally),
        *_names(world, centre, desks),
        *_held(desks, tally),
        *(Violation("one answer for each", what) for what in world.false_answers),
        *(Violation("held for a reason", what) for what in world.unexplained),
        *_order(world, centre),
        *_seen(world, centre),
        *_quotes(centre),
        *_moved_once(centre),
        *_intake(world, centre),
        *(
            Violation("pull before push", f"{station.name} {what}")
            for station in world.stations.values()
            for what in station.line.blind_pushes
        ),
    ]
    for desk in desks:
        found += _agreement(world, centre, desk, tally)
    return found, tally


def died(world: World) -> list[Violation]:
    """The threads that ended by an error that nobody took."""
    return [Violation("a thread dies", f"{who}: {error!r}") for who, error in world.kernel.crashes]


# ---------------------------------------------------------------------- words


def _words(
    world: World, centre: _Centre, desks: Iterable[_Desk], tally: Tally
) -> Iterator[Violation]:
    published: dict[str, list[Message]] = {}
    for message in centre.messages:
        published.setdefault(token_of(message.text), []).append(message)
    drafts: dict[str, list[Draft]] = {}
    entries: dict[str, list[OutboxEntry]] = {}
    for desk in desks:
        for draft in desk.drafts:
            token = token_of(draft.text)
            # An approver's own wording, taken back, is another text than its author's; so it is
            # where a restored backup has never heard of the author's.
            settled = token in published or token in world.vanished
            if not settled or token not in world.history.reworded:
                drafts.setdefault(token, []).append(draft)
        for entry in desk.entries:
            entries.setdefault(token_of(_text(entry)), []).append(entry)
    aside = set[str]().union(*(desk.aside for desk in desks))
    for token, words in world.history.words.items():
        here = (entries.get(token, []), drafts.get(token, []))
        found = _Found(published.get(token, []), *here, aside)
        yield from _one_text(world, words, found, tally)


@dataclass(frozen=True, slots=True)
class _Found:
    published: list[Message]
    entries: list[OutboxEntry]
    drafts: list[Draft]
    aside: set[str]


def _one_text(world: World, words: Words, found: _Found, tally: Tally) -> Iterator[Violation]:
    published, entries, drafts = found.published, found.entries, found.drafts
    places = len(published) + len(entries) + len(drafts)
    tally.sent += words.sent is Fate.YES
    tally.published += bool(published)
    if len(published) > 1 or (published and entries):
        tally.doubled += 1
        yield Violation("published once", f"{_who(words)} stands {_places(published, entries)}")
    if places > 1 and not (len(published) > 1 or (published and entries)):
        yield Violation("in one place", f"{_who(words)} is in {places} places at once")
    if places == 0 and words.is_kept and words.thrown is Fate.NO:
        if words.token in world.vanished | found.aside:
            return  # the centre's backup was older than it; or it lies beside, with its key lost
        tally.lost += 1
        yield Violation("nothing is lost", f"{_who(words)} is nowhere")
    if words.sent is Fate.YES and drafts:
        yield Violation("what is sent is sent", f"{_who(words)} was sent, and is a draft again")
    texts = [m.text for m in published] + [_text(e) for e in entries] + [d.text for d in drafts]
    for text in texts:
        if typed_of(text) < words.kept:
            tally.lost += 1
            left = f"{words.kept} keys kept, {typed_of(text)} left"
            yield Violation("every key survives", f"{_who(words)}: {left}")


def _names(world: World, centre: _Centre, desks: Iterable[_Desk]) -> Iterator[Violation]:
    """Whose words they are is never another; an approver's wording of them is the approver's."""
    found = [(token_of(m.text), m.author, "published") for m in centre.messages if m.is_ours]
    for desk in desks:
        found += [(token_of(d.text), desk.authors[d.id], "a draft") for d in desk.drafts]
        found += [(token_of(_text(e)), e.envelope.author, "in an outbox") for e in desk.entries]
    for token, author, place in found:
        words = world.history.words.get(token)
        if words is None or (place == "a draft" and token in world.history.reworded):
            continue
        if author != words.author:
            yield Violation("in nobody else's name", f"{_who(words)} is {place} of {author}")


def _places(published: list[Message], entries: list[OutboxEntry]) -> str:
    there = f"{len(published)} times at the centre"
    return there if not entries else f"{there} and {len(entries)} times in an outbox"


def _who(words: Words) -> str:
    kind = "the note" if words.note else "the answer"
    return f"{kind} {words.token} of {words.author} at {words.station} (sent: {words.sent})"


def _text(entry: OutboxEntry) -> str:
    mutation = entry.envelope.mutation
    return mutation.text if isinstance(mutation, SendReply | AddNote) else ""


# ---------------------------------------------------------------------- files


def _files(
    world: World, centre: _Centre, desks: Iterable[_Desk], tally: Tally
) -> Iterator[Violation]:
    """What was attached goes with its words, whole, and nothing else stays claimed."""
    for message in centre.messages:
        words = world.history.words.get(token_of(message.text))
        yield from _right_files(words, message.attachments, "at the centre")
        for attachment in message.attachments:
            found = centre.files.get(Ref(message.branch, attachment.id))
            if found is None or (found.message, found.digest) != (message.id, attachment.digest):
                who = token_of(message.text)
                yield Violation("files go whole", f"{who} stands there, and of its file {found}")
            tally.files += 1
    for desk in desks:
        yield from _files_here(world, centre, desk)
        yield from _nothing_claimed(desk)
    yield from _nothing_claimed_at(centre)


def _files_here(world: World, centre: _Centre, desk: _Desk) -> Iterator[Violation]:
    reworded = world.history.reworded
    holders = [
        (draft_holder(d.id), world.history.words.get(token_of(d.text)), d.appeal.branch, False)
        for d in desk.drafts
        if token_of(d.text) not in reworded
    ] + [
        (
            entry_holder(e.envelope.id),
            world.history.words.get(token_of(_text(e))),
            e.envelope.target.branch,
            e.state is EntryState.HELD,
        )
        for e in desk.entries
    ]
    for holder, words, branch, held in holders:
        files = desk.files.get(holder, [])
        yield from _right_files(words, files, f"with {holder} at {desk.station.name}")
        for file in files:
            there = centre.files.get(Ref(branch, file.id))
            whole = desk.content.get(file.id) == file.digest
            whole = whole or (there is not None and there.digest == file.digest)
            if not (whole or held or desk.station.name in world.damaged):
                what = f"{file.name} of {holder} at {desk.station.name} is not whole"
                yield Violation("files stay whole", what)
    for entry in desk.entries:
        named = sorted(file.id for file in attachments_of(entry.envelope.mutation))
        mine = sorted(f.id for f in desk.files.get(entry_holder(entry.envelope.id), []))
        if named != mine:
            what = f"entry {entry.seq} at {desk.station.name} names {named}, and has {mine}"
            yield Violation("files go with their words", what)


def _right_files(
    words: Words | None, files: Iterable[Attachment], where: str
) -> Iterator[Violation]:
    """All that were attached for certain, and none that was taken off."""
    if words is None:
        return
    found = {file.digest for file in files}
    missing = [d for d, fate in words.files.items() if fate is Fate.YES and d not in found]
    wrong = [d for d in found if words.files.get(d, Fate.NO) is Fate.NO]
    if missing or wrong:
        what = f"{_who(words)} {where}: {len(missing)} files lost, {len(wrong)} that are not its"
        yield Violation("files go with their words", what)


def _nothing_claimed(desk: _Desk) -> Iterator[Violation]:
    """What was thrown away, or has gone out, leaves no file behind as anybody's."""
    holders = {draft_holder(draft.id) for draft in desk.drafts}
    holders |= {entry_holder(entry.envelope.id) for entry in desk.entries}
    own = {file.id for files in desk.files.values() for file in files}
    left = {
        "holders": desk.files.keys() - holders,
        "uploads": desk.uploads - own,
        "contents": desk.content.keys() - own - desk.fetched,
    }
    for what, ids in left.items():
        # What is left of a file by a disk that was full goes at the next start.
        if ids and not (what == "contents" and desk.station.disk_fails):
            yield Violation("no file stays claimed", f"{desk.station.name}: {what} {sorted(ids)}")


def _nothing_claimed_at(centre: _Centre) -> Iterator[Violation]:
    named = {
        (Ref(message.branch, attachment.id), message.id)
        for message in centre.messages
        for attachment in message.attachments
    }
    for ref, file in centre.files.items():
        if file.message is not None and (ref, file.message) not in named:
            what = f"{ref} is of {file.message}, which does not name it"
            yield Violation("no file stays claimed", what)


# ---------------------------------------------------------------------- held entries


def _held(desks: Iterable[_Desk], tally: Tally) -> Iterator[Violation]:
    for desk in desks:
        for entry in desk.entries:
            if entry.state is not EntryState.HELD:
                continue
            tally.held += bool(_text(entry))
            if not entry.held:
                yield Violation("held for a reason", f"entry {entry.seq} at {desk.station.name}")
            for reason in entry.held:
                if not _is_told(reason):
                    yield Violation("held for a reason that can be read", f"{reason}")


@lru_cache(maxsize=1)
def _catalog() -> Catalog:
    return Catalog.load("ru")


@lru_cache(maxsize=256)
def _known_key(key: str) -> bool:
    return _catalog().t(key) != key


def _is_told(reason: HeldReason) -> bool:
    area = {"stale": "stale", "refused": "refusal"}.get(reason.source)
    return bool(reason.code) and (area is None or _known_key(f"{area}.other"))


# ---------------------------------------------------------------------- order and sight


def _order(world: World, centre: _Centre) -> Iterator[Violation]:
    """What one person asked of one appeal is carried out in the order of the outbox.

    Not what a centre that was put back had forgotten, and a delivery from before brings it again:
    its outbox has had an answer, and has gone on.
    """
    done: dict[tuple[str, str, Ref], list[tuple[int, int, str]]] = {}
    for event in centre.events:
        envelope = event.id.partition(":")[0]
        asked = world.history.asked.get(envelope)
        if envelope in world.forgotten:
            continue
        if asked is None or asked.target != Ref(event.branch, event.appeal):
            continue  # a merge is also told in the appeal that it leads to, and waits in its own
        change = centre.changes["event", event.branch, event.id]
        key = (asked.station, asked.author, Ref(event.branch, event.appeal))
        done.setdefault(key, []).append((change, asked.seq, envelope))
    for (station, author, ref), entries in done.items():
        entries.sort()
        places = [seq for _, seq, _ in entries]
        if places != sorted(places):
            yield Violation(
                "first come, first served",
                f"{author} at {station} on {ref}: entries were carried out as {places}",
            )


def _seen(world: World, centre: _Centre) -> Iterator[Violation]:
    """Before an answer was published, its author had seen every message that stood there."""
    at = {
        event.params.get("message", ""): (centre.changes["event", event.branch, event.id], event)
        for event in centre.events
        if event.kind in (EventKind.REPLIED, EventKind.INTERIM_REPLIED)
    }
    first = _first_changes(centre)
    for message in centre.messages:
        published = at.get(message.id)
        if not is_published(message) or published is None:
            continue
        change, event = published
        seen = _eyes(world, message, event)
        if seen is None:
            continue
        for other in centre.messages:
            if other.appeal != message.appeal or other.id in seen or other.id == message.id:
                continue
            if other.author is not None and other.author == event.actor:
                continue
            if _stood_there(other) and first.get(other.id, change) < change:
                yield Violation(
                    "nobody answers blindly",
                    f"{token_of(message.text)} of {event.actor} went out although "
                    f"«{other.text[:40]}» had not been seen",
                )


def _eyes(world: World, message: Message, event: Event) -> frozenset[str] | None:
    """What the publisher had seen: the author, or who approved."""
    envelope = event.id.partition(":")[0]
    if envelope in world.history.approvals:
        return world.history.approvals[envelope]
    words = world.history.words.get(token_of(message.text))
    if words is None or envelope != message.id:
        return None
    return words.seen


def _stood_there(other: Message) -> bool:
    return other.kind is MessageKind.RESIDENT or is_published(other)


def _first_changes(centre: _Centre) -> dict[str, int]:
    """At which change each message became public: its own row's, or that of its publication."""
    found = {
        message.id: centre.changes["message", message.branch, message.id]
        for message in centre.messages
    }
    for event in centre.events:
        if event.kind in (EventKind.REPLIED, EventKind.INTERIM_REPLIED):
            found[event.params.get("message", "")] = centre.changes["event", event.branch, event.id]
    return found


def _quotes(centre: _Centre) -> Iterator[Violation]:
    """A restoration time that an answer quotes was the one in force when it went out."""
    for message in centre.messages:
        if not is_published(message):
            continue
        for quote in message.quotes:
            outage = centre.outages.get(Ref(message.branch, quote.outage))
            if outage is None:
                continue
            at = message.decided_at or message.at
            known = [r.etr for r in outage.etr_history if r.set_at < at]
            if known and known[-1] != quote.etr:
                yield Violation(
                    "no stale restoration time",
                    f"{token_of(message.text)} quotes {quote.etr}, in force was {known[-1]}",
                )
            if outage.status in (OutageStatus.RESTORED, OutageStatus.CANCELLED):
                ended = centre.changes["outage", outage.branch, outage.id]
                sent = centre.changes["message", message.branch, message.id]
                if sent > ended:
                    yield Violation(
                        "no stale restoration time",
                        f"{token_of(message.text)} quotes an outage that was over",
                    )


def _moved_once(centre: _Centre) -> Iterator[Violation]:
    """A restoration time moves once for each asking; people give no two the same."""
    for outage in centre.outages.values():
        moves = [(record.etr, record.set_by) for record in outage.etr_history]
        if len(set(moves)) < len(moves):
            yield Violation("carried out once", f"{outage.ref} was moved twice to the same time")


def _intake(world: World, centre: _Centre) -> Iterator[Violation]:
    times: dict[str, int] = {}
    for message in centre.messages:
        if message.external is not None:
            times[message.external] = times.get(message.external, 0) + 1
    for number, count in times.items():
        if count > 1:
            yield Violation("taken in once", f"{number} of the outside system stands {count} times")
    for appeal in centre.appeals.values():
        if appeal.number not in times:
            yield Violation("taken in whole", f"appeal {appeal.number} has no message")


# ---------------------------------------------------------------------- agreement


def _agreement(world: World, centre: _Centre, desk: _Desk, tally: Tally) -> Iterator[Violation]:
    station = desk.station
    session = station.console.session.current if station.console is not None else None
    operator = None if session is None else centre.operators.get(session.operator)
    if operator is None or not operator.active:
        return
    scope = set(BRANCHES if ALL_BRANCHES in operator.branches else operator.branches)
    if station.console is not None:
        off = (station.console.clock.now() - utc(world.kernel.now)).total_seconds()
        if abs(off) > 5.0:
            yield Violation("the time is right", f"{station.name} is off by {off:.0f} s")
    foreign = desk.branches - scope
    if foreign:
        yield Violation("nothing foreign", f"{station.name} of {operator.login} holds {foreign}")
    expected = {
        key: body for key, body in centre.bodies.items() if key[1] in scope or key[0] == "operator"
    }
    for key in sorted(expected.keys() | desk.rows.keys()):
        if expected.get(key) == desk.rows.get(key):
            continue
        tally.divergences += 1
        yield Violation(
            "all agree", f"{station.name}: {key} {_difference(expected, desk.rows, key)}"
        )


def _difference(
    expected: Mapping[tuple[str, str, str], bytes],
    found: Mapping[tuple[str, str, str], bytes],
    key: tuple[str, str, str],
) -> str:
    if key not in found:
        return "is not there"
    if key not in expected:
        return "is there, and not at the centre"
    ours, theirs = decode(found[key], dict[str, object]), decode(expected[key], dict[str, object])
    differ = [name for name in theirs if ours.get(name) != theirs[name]]
    return "; ".join(f"{n} is {ours.get(n)}, at the centre {theirs[n]}" for n in differ)


# ---------------------------------------------------------------------- reading


def _centre(server: Server) -> _Centre:
    def work(connection: Connection) -> _Centre:
        found = _Centre()
        for kind, table in _MIRRORED.items():
            columns = (table.c.branch, table.c.id, table.c.change, table.c.body)
            for branch, ident, change, body in connection.execute(select(*columns)):
                found.bodies[kind, branch, ident] = body.encode()
                found.changes[kind, branch, ident] = change
        found.files = _files_of(connection)
        return found

    found = server.read(work)
    for (kind, branch, ident), body in found.bodies.items():
        match kind:
            case "message":
                found.messages.append(decode(body, Message))
            case "event":
                found.events.append(decode(body, Event))
            case "appeal":
                found.appeals[Ref(branch, ident)] = decode(body, Appeal)
            case "outage":
                found.outages[Ref(branch, ident)] = decode(body, Outage)
            case "operator":
                found.operators[ident] = decode(body, Operator)
    return found


def _files_of(connection: Connection) -> dict[Ref, _File]:
    files, pieces = tables.attachments.c, tables.attachment_pieces.c
    rows = connection.execute(select(files.branch, files.id, files.message)).all()
    query = select(pieces.branch, pieces.attachment, pieces.content) if rows else None
    sums: dict[Ref, Any] = {}
    if query is not None:
        for branch, ident, content in connection.execute(
            query.order_by(pieces.branch, pieces.attachment, pieces.begins)
        ):
            sums.setdefault(Ref(branch, ident), hashlib.sha256()).update(content)
    return {
        Ref(branch, ident): _File(message, _hex(sums.get(Ref(branch, ident))))
        for branch, ident, message in rows
    }


def _hex(summed: Any) -> str:
    return "" if summed is None else str(summed.hexdigest())


def _desk(station: Station) -> _Desk:
    desk = _Desk(station)
    with closing(connect_reader(station.profile / STORE, station.key)) as connection:
        _read_desk(connection, desk)
    for path in station.profile.glob(f"aside/*key-lost*/{STORE}"):
        desk.aside |= _tokens_in(path, station)
    return desk


def _tokens_in(path: Path, station: Station) -> set[str]:
    """The texts in a store that was set aside: it opens with the key that it was made with."""
    kept = _Desk(station)
    for key in (KEY, station.key):
        try:
            with closing(connect_reader(path, key)) as connection:
                _read_desk(connection, kept)
                break
        except DiskError:
            continue
    return {token_of(d.text) for d in kept.drafts} | {token_of(_text(e)) for e in kept.entries}


def _read_desk(connection: StoreConnection, desk: _Desk) -> None:
    desk.drafts = [decode(body, Draft) for (body,) in connection.execute("SELECT body FROM draft")]
    desk.authors = dict(connection.execute("SELECT id, operator FROM draft"))
    columns = ", ".join(COLUMNS)
    desk.entries = [entry_from(row) for row in connection.execute(f"SELECT {columns} FROM outbox")]
    for kind in _MIRRORED:
        branch = "'_'" if kind == "operator" else "branch"
        for where, ident, body in connection.execute(f"SELECT {branch}, id, body FROM {kind}"):
            desk.rows[kind, where, ident] = bytes(body)
            if kind != "operator":
                desk.branches.add(where)
    for holder, body in connection.execute("SELECT holder, body FROM attachment"):
        desk.files.setdefault(holder, []).append(decode(body, Attachment))
    desk.uploads = {ident for (ident,) in connection.execute("SELECT attachment FROM upload")}
    desk.fetched = {ident for (ident,) in connection.execute("SELECT id FROM fetched")}
    sums: dict[str, Any] = {}
    query = "SELECT attachment, content FROM piece ORDER BY attachment, begins"
    for ident, content in connection.execute(query):
        sums.setdefault(ident, hashlib.sha256()).update(content)
    desk.content = {ident: _hex(summed) for ident, summed in sums.items()}
    for table in ("presence", "queue_row", "outage_row"):
        desk.branches.update(
            branch for (branch,) in connection.execute(f"SELECT DISTINCT branch FROM {table}")
        )
