"""People: what operators, dispatchers and supervisors do at a workstation, through the use cases.

Each deed is a function of the `Person` and of chance. It does what the window does: reads what is
on the screen, asks a use case, and waits for its answer. What the rules refuse is refused at once,
and that is no failure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from console.app import Console
from console.domain.appeal import Outcome
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.message import EtrQuote, Message, MessageKind, MessageState
from console.domain.mutations import AddNote, OpenOutage, Seen, SendReply
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.domain.transitions import RefusedError
from console.errors import OtklikError
from console.readmodel import AppealView, EntryState, OutboxEntry
from console.usecases.acting import Done
from console.wording import Use
from tests.simulation.history import Fate, History, Words, token_of, typed_of
from tests.simulation.kernel import Kernel
from tests.simulation.workstation import Station
from tests.support.files import JPEG

DRAFT_SECONDS = 0.3
"""Within this time of a keystroke the composer asks for its text to be kept."""

ATTACHING = 0.35
"""How often an answer gets a file."""

SIZES = (200, 5_000, 60_000, 150_000, 300_000)
"""Bytes of a file: the last ones go in a few pieces, or in many where the line is bad."""


class Surroundings(Protocol):
    """What a person knows of the world."""

    kernel: Kernel
    history: History
    refs: list[Ref]
    version: int

    def tell(self, who: str, what: str) -> None:
        """A line of the story."""


@dataclass(slots=True)
class Person:
    """Whoever sits at a station, for the length of one deed."""

    world: Surroundings
    station: Station
    console: Console
    rng: Random

    @property
    def me(self) -> str:
        """The id of who is signed in; empty if nobody is."""
        session = self.console.session.current
        return "" if session is None else session.operator

    def tell(self, what: str) -> None:
        """A line of the story."""
        self.world.tell(f"{self.me or 'nobody'} at {self.station.name}", what)

    def an_appeal(self) -> AppealView | None:
        """One of the appeals that are on the screen here."""
        refs = self.world.refs
        if not refs:
            return None
        start = self.rng.randrange(len(refs))
        for ref in (*refs[start:], *refs[:start]):
            view = self.console.reader.appeal(ref)
            if view is not None:
                return view
        return None

    def an_entry(self, *states: EntryState, seq: int | None = None) -> OutboxEntry | None:
        """One of the entries of the outbox, or the one of that number."""
        found = [entry for entry in self.console.reader.outbox() if entry.state in states]
        found = [entry for entry in found if seq in (None, entry.seq)]
        return self.rng.choice(found) if found else None

    def went_in(self, entry: OutboxEntry) -> OutboxEntry:
        """The outbox has taken it."""
        outbox = f"{self.station.name}/{self.station.outboxes}"
        self.world.history.went_in(outbox, self.me, entry)
        return entry

    def all_went_in(self, done: Sequence[Done], what: str) -> None:
        """What became of a bulk call."""
        for one in done:
            if one.error is not None:
                self.tell(f"{what}: {_said(one.error)}")
        known = self.world.history.asked
        for entry in self.console.reader.outbox():
            if entry.envelope.id not in known:
                self.went_in(entry)


# ---------------------------------------------------------------------- words


def answer(person: Person) -> None:
    """Open an appeal, write an answer, and send it after some thought; or think better of it."""
    words, draft = _begun(person)
    if words is None or draft is None:
        return
    with _open_in_a_composer(person, words):
        _answered(person, words, draft)


def _answered(person: Person, words: Words, draft: Draft) -> None:
    draft = _typed(person, words, draft)
    _attached(person, words, draft)
    if person.rng.random() < 0.3:
        return
    person.world.kernel.sleep(person.rng.choice((0.0, 1.0, 20.0, 90.0)))
    if person.rng.random() < 0.5:
        draft = _looked_again(person, words, draft)
    entry = _sent(person, words, draft)
    if entry is not None and person.rng.random() < 0.2:
        person.world.kernel.sleep(person.rng.choice((0.2, 1.0, 5.0, 30.0)))
        take_back(person, entry.seq)


def left_open(person: Person) -> None:
    """Begin an answer, walk away from the open composer, and go on with it, whoever that is."""
    words, draft = _begun(person)
    if words is None or draft is None:
        return
    with _open_in_a_composer(person, words):
        draft = _typed(person, words, draft)
        person.world.kernel.sleep(person.rng.choice((20.0, 90.0, 150.0)))
        if person.rng.random() < 0.6:
            _attach_one(person, words, draft, JPEG + person.rng.randbytes(200))
        if person.rng.random() < 0.7:
            _sent(person, words, draft)


def go_on_writing(person: Person) -> None:
    """Take up a draft again."""
    found = _a_draft(person)
    if found is not None:
        words, draft = found
        with _open_in_a_composer(person, words):
            draft = _typed(person, words, _looked_again(person, words, draft))
            _attached(person, words, draft)


def send_draft(person: Person) -> None:
    """Send a draft that has been lying about, as it was written."""
    found = _a_draft(person)
    if found is not None:
        with _open_in_a_composer(person, found[0]):
            _sent(person, *found)


def throw_draft_away(person: Person) -> None:
    """Discard a draft."""
    found = _a_draft(person)
    if found is None:
        return
    words, draft = found
    words.thrown = Fate.MAYBE
    person.console.drafts.discard(draft.id).result()
    words.thrown = Fate.YES
    person.tell(f"throws the draft {words.token} away")


def note(person: Person) -> None:
    """Write an internal note."""
    view = person.an_appeal()
    if view is None:
        return
    words = person.world.history.write(person.station.name, person.me, view.appeal.ref, note=True)
    words.typed = 1
    words.sent = Fate.MAYBE
    try:
        person.went_in(person.console.reply.note(view.appeal.ref, words.text()).result())
    except OtklikError:
        words.sent = Fate.NO
        raise
    words.sent, words.kept = Fate.YES, 1
    person.tell(f"notes {words.token} on {_named(view)}")


@contextmanager
def _open_in_a_composer(person: Person, words: Words) -> Iterator[None]:
    person.station.composing.add(words.token)
    try:
        yield
        person.console.sync.set_presence(None)
    finally:
        person.station.composing.discard(words.token)


def _begun(person: Person) -> tuple[Words | None, Draft | None]:
    view = person.an_appeal()
    if view is None:
        return None, None
    ref = view.appeal.ref
    if person.rng.random() < 0.2:
        person.console.sync.set_presence(ref, typing=True)
    mode = DraftMode.INTERIM if person.rng.random() < 0.3 else DraftMode.REPLY
    words = person.world.history.write(person.station.name, person.me, ref)
    words.seen = _public(view.messages)
    draft = person.console.drafts.new(ref, mode)
    quotes = tuple(
        EtrQuote(outage.id, outage.expected_end())
        for outage in view.outages
        if outage.is_dark and person.rng.random() < 0.7
    )
    if mode is DraftMode.INTERIM:
        draft = replace(draft, promise_at=_now(person) + timedelta(hours=4))
    else:
        draft = replace(draft, outcome=Outcome.EXPLAINED)
    words.quoted, words.begun_at = frozenset(q.outage for q in quotes), person.world.kernel.now
    person.tell(f"begins the answer {words.token} to {_named(view)}")
    return words, replace(draft, quotes=quotes)


def _typed(person: Person, words: Words, draft: Draft) -> Draft:
    """Some keys, with the composer's delay before each keeping."""
    for _ in range(person.rng.randrange(1, 4)):
        words.typed += person.rng.randrange(1, 9)
        person.world.kernel.sleep(person.rng.uniform(0.0, DRAFT_SECONDS))
        typed = words.typed
        draft = replace(draft, text=words.text())
        person.console.drafts.save(draft).result()
        words.kept = max(words.kept, typed)
    person.tell(f"has typed {words.typed} keys of {words.token}")
    return draft


def _attached(person: Person, words: Words, draft: Draft) -> None:
    """Now and then a file or more than a channel takes; one may be taken off again."""
    rng = person.rng
    if person.world.version < 3 or rng.random() >= ATTACHING:
        return
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        _attach_one(person, words, draft, JPEG + rng.randbytes(rng.choice(SIZES)))
    mine = person.console.attachments.of_draft(draft.id)
    if mine and rng.random() < 0.15:
        off = rng.choice(mine)
        words.files[off.digest] = Fate.MAYBE
        person.console.attachments.detach(off.id).result()
        words.files[off.digest] = Fate.NO
        person.tell(f"takes a file off {words.token}")


def _attach_one(person: Person, words: Words, draft: Draft, content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    name = f"опора {len(words.files) + 1}.jpg"
    words.files[digest] = Fate.MAYBE
    try:
        person.console.attachments.attach_bytes(draft, name, content).result()
    except RefusedError as error:
        words.files[digest] = Fate.NO
        person.tell(f"may not attach {name} to {words.token}: {error.code}")
        return
    words.files[digest] = Fate.YES
    person.world.history.operations["attach"] += 1
    person.tell(f"attaches {name} of {len(content)} bytes to {words.token}")


def _looked_again(person: Person, words: Words, draft: Draft) -> Draft:
    """The thread beside the composer is shown anew, and its author goes on all the same."""
    view = person.console.reader.appeal(draft.appeal)
    if view is None:
        return draft
    words.seen = _public(view.messages)
    known = {outage.id: outage for outage in view.outages}
    quotes = tuple(
        EtrQuote(q.outage, known[q.outage].expected_end()) if q.outage in known else q
        for q in draft.quotes
    )
    return replace(draft, seen=Seen.of(view.appeal), quotes=quotes)


def _sent(person: Person, words: Words, draft: Draft) -> OutboxEntry | None:
    actor = person.console.reader.actor()
    if actor is None:
        return None
    approval = actor.needs_approval or person.rng.random() < 0.15
    before, words.sent = words.sent, Fate.MAYBE
    try:
        entry = person.console.reply.send(draft, approval=approval).result()
    except OtklikError:
        words.sent = before
        raise
    person.went_in(entry)
    words.sent, words.kept = Fate.YES, max(words.kept, typed_of(draft.text))
    person.tell(f"sends {words.token}{' for approval' if approval else ''}")
    return entry


def _a_draft(person: Person) -> tuple[Words, Draft] | None:
    """A draft that no composer holds; an approver's wording that was taken back stays."""
    busy = person.station.composing
    drafts = [
        draft
        for draft in person.console.reader.drafts()
        if token_of(draft.text) not in busy | person.world.history.reworded | {""}
    ]
    if not drafts:
        return None
    draft = person.rng.choice(drafts)
    words = person.world.history.words[token_of(draft.text)]
    words.typed = typed_of(draft.text)
    return words, draft


# ---------------------------------------------------------------------- the outbox


def take_back(person: Person, seq: int | None = None) -> None:
    """Take an entry out of the outbox, any or that one; its words become a draft."""
    entry = person.an_entry(EntryState.QUEUED, EntryState.HELD, seq=seq)
    if entry is None:
        return
    words = _words_of(person, entry)
    before = words.sent if words else Fate.NO
    if words:
        words.sent = Fate.MAYBE
    draft = person.console.outbox.cancel(entry.seq).result()
    if words and draft is not None:
        words.sent = Fate.NO
        words.seen = _seen_now(person, draft.appeal)
        person.tell(f"takes {words.token} back")
    elif words:
        words.sent = before


def send_anyway(person: Person, seq: int | None = None) -> None:
    """Look at what a held entry is held for, and send it all the same."""
    entry = person.an_entry(EntryState.HELD, seq=seq)
    if entry is None:
        return
    words = _words_of(person, entry)
    before = words.seen if words else frozenset[str]()
    if words:
        words.seen = _seen_now(person, entry.envelope.target)
    try:
        after = person.console.outbox.retry(entry.seq).result()
    except OtklikError:
        if words:
            words.seen = before
        raise
    approvals = person.world.history.approvals
    if entry.envelope.id in approvals:
        approvals[after.envelope.id] = _seen_now(person, entry.envelope.target)
    person.went_in(after)
    person.tell(f"sends entry {entry.seq} anyway")


def throw_entry_away(person: Person) -> None:
    """Discard an entry of the outbox, words and all."""
    entry = person.an_entry(EntryState.HELD)
    if entry is None:
        return
    words = _words_of(person, entry)
    if words:
        words.thrown = Fate.MAYBE
    person.console.outbox.discard(entry.seq).result()
    # A delivery that is still under way may arrive after what stood behind it in the outbox.
    person.world.history.asked.pop(entry.envelope.id, None)
    if words:
        words.thrown = Fate.YES
        person.tell(f"throws {words.token} out of the outbox")


def _words_of(person: Person, entry: OutboxEntry) -> Words | None:
    mutation = entry.envelope.mutation
    if not isinstance(mutation, SendReply | AddNote):
        return None
    return person.world.history.words.get(token_of(mutation.text))


# ---------------------------------------------------------------------- triage


def claim(person: Person) -> None:
    """Take an appeal."""
    _each(person, "claims", lambda console, ref: console.triage.claim([ref]).result())


def release(person: Person) -> None:
    """Put an appeal back."""
    _each(person, "releases", lambda console, ref: console.triage.release([ref]).result())


def assign(person: Person) -> None:
    """Give an appeal to a colleague."""
    colleagues = person.console.reader.operators()
    if colleagues:
        to = person.rng.choice(colleagues).id
        _each(person, f"gives {to}", lambda console, ref: console.triage.assign([ref], to).result())


def set_topic(person: Person) -> None:
    """Say what an appeal is about."""
    topic = person.rng.choice(("outage.emergency", "outage.planned", "quality.voltage"))
    _one(person, "sets the topic of", lambda c, ref: c.triage.set_topic(ref, topic).result())


def close(person: Person) -> None:
    """End an appeal."""
    outcome = person.rng.choice((Outcome.NO_REPLY_NEEDED, Outcome.EXPLAINED))
    _one(person, "closes", lambda c, ref: c.triage.close(ref, outcome).result())


def reopen(person: Person) -> None:
    """Open an appeal again."""
    _one(person, "reopens", lambda c, ref: c.triage.reopen(ref, "снова темно").result())


def postpone(person: Person) -> None:
    """Put an appeal off."""
    until = _now(person) + timedelta(days=1)
    _one(person, "postpones", lambda c, ref: c.triage.postpone(ref, until, "ремонт").result())


def request_transfer(person: Person) -> None:
    """Say that it is another network's."""
    _one(
        person,
        "asks for the transfer of",
        lambda c, ref: c.triage.request_transfer(ref, "горсети", "не наша сеть").result(),
    )


def decide_transfer(person: Person) -> None:
    """Decide about a transfer."""
    granted = person.rng.random() < 0.5
    _one(
        person,
        "decides the transfer of",
        lambda c, ref: c.triage.decide_transfer(ref, granted, "так").result(),
    )


def mark_duplicate(person: Person) -> None:
    """Say that two appeals are one."""
    other = person.an_appeal()
    if other is not None:
        of = other.appeal.id
        _one(person, "marks as a duplicate", lambda c, r: c.merging.merge(r, of).result())


def read(person: Person) -> None:
    """Open an appeal and look at it."""
    view = person.an_appeal()
    if view is not None:
        person.console.sync.set_presence(view.appeal.ref)
        person.console.queues.mark_read(view.appeal.ref).result()
        person.world.kernel.sleep(person.rng.choice((1.0, 25.0)))
        person.console.sync.set_presence(None)


def approve(person: Person) -> None:
    """Publish an answer that waits for approval."""
    found = _awaiting(person)
    if found is None:
        return
    view, message = found
    text = f"{message.text}." if person.rng.random() < 0.3 else None
    if text:
        person.world.history.reworded.add(token_of(text))
    reply = person.console.reply
    entry = reply.approve(view.appeal.ref, message.id, text, message.quotes).result()
    person.went_in(entry)
    person.world.history.approvals[entry.envelope.id] = _public(view.messages)
    person.tell(f"approves {token_of(message.text)}")


def return_answer(person: Person) -> None:
    """Send an answer back to its author."""
    found = _awaiting(person)
    if found is None:
        return
    view, message = found
    reply = person.console.reply
    person.went_in(reply.return_reply(view.appeal.ref, message.id, "вежливее").result())
    person.tell(f"returns {token_of(message.text)}")


def _awaiting(person: Person) -> tuple[AppealView, Message] | None:
    for ref in person.world.refs:
        view = person.console.reader.appeal(ref)
        if view is not None and view.appeal.awaiting is not None:
            for message in view.messages:
                if message.id == view.appeal.awaiting:
                    return view, message
    return None


# ---------------------------------------------------------------------- outages


def open_outage(person: Person) -> None:
    """Enter an outage."""
    actor = person.console.reader.actor()
    session = person.console.session.current
    if actor is None or session is None or not session.branches:
        return
    now = _now(person)
    asked = OpenOutage(
        outage_kind=OutageKind.EMERGENCY,
        status=OutageStatus.ACTIVE,
        started_at=now,
        areas=(OutageArea("Солонцы"),),
        etr=now + timedelta(hours=3),
    )
    branch = person.rng.choice(session.branches)
    person.went_in(person.console.outages.open(branch, asked).result())
    person.tell(f"enters an outage in {branch}")


def move_etr(person: Person) -> None:
    """Move the time of restoration."""
    outage = _an_outage(person)
    if outage is not None:
        etr = _now(person) + timedelta(hours=person.rng.randrange(1, 9))
        person.went_in(person.console.outages.move_etr(outage.ref, etr).result())
        person.tell("moves a restoration time")


def end_outage(person: Person) -> None:
    """The power is back, or the outage never was."""
    outage = _an_outage(person)
    if outage is not None:
        status = person.rng.choice((OutageStatus.RESTORED, OutageStatus.CANCELLED))
        at = _now(person)
        person.went_in(person.console.outages.set_status(outage.ref, status, at=at).result())
        person.tell(f"an outage is {status}")


def tag(person: Person) -> None:
    """Link an appeal to an outage."""
    outage, view = _an_outage(person), person.an_appeal()
    if outage is not None and view is not None:
        done = person.console.outages.tag([view.appeal.ref], outage.id).result()
        person.all_went_in(done, "tags")


def untag(person: Person) -> None:
    """Remove a link."""
    view = person.an_appeal()
    if view is not None and view.appeal.outages:
        outage = view.appeal.outages[0].outage
        done = person.console.outages.untag([view.appeal.ref], outage).result()
        person.all_went_in(done, "untags")


def _an_outage(person: Person) -> Outage | None:
    found = person.console.reader.outages()
    return person.rng.choice(found) if found else None


# ---------------------------------------------------------------------- small things


def try_now(person: Person) -> None:
    """Press «try now»."""
    person.console.sync.try_now()


def _each(person: Person, what: str, deed: Callable[[Console, Ref], tuple[Done, ...]]) -> None:
    view = person.an_appeal()
    if view is not None:
        person.all_went_in(deed(person.console, view.appeal.ref), what)
        person.tell(f"{what} {_named(view)}")


def _one(person: Person, what: str, deed: Callable[[Console, Ref], OutboxEntry]) -> None:
    view = person.an_appeal()
    if view is not None:
        person.went_in(deed(person.console, view.appeal.ref))
        person.tell(f"{what} {_named(view)}")


def _public(messages: Sequence[Message]) -> frozenset[str]:
    return frozenset(m.id for m in messages if m.kind is not MessageKind.NOTE)


def _seen_now(person: Person, ref: Ref) -> frozenset[str]:
    view = person.console.reader.appeal(ref)
    return frozenset() if view is None else _public(view.messages)


def share_word(person: Person) -> None:
    """Add a word or a form for the branch, or take one away again."""
    session = person.console.session.current
    if session is None or not session.branches:
        return
    rng, console = person.rng, person.console
    branch = rng.choice(sorted(session.branches))
    rows = [row for row in console.lexicon.rows() if row.branch]
    if rows and rng.random() < 0.3:
        row = rng.choice(sorted(rows, key=lambda row: row.key))
        console.lexicon.remove((row,)).result()
        what = f"takes {row.word} away from {row.branch}"
    elif rng.random() < 0.5:
        word = rng.choice(("реклоузер", "Эзендер", "шкаф"))
        console.spelling.add(word, branch=branch).result()
        what = f"adds {word} to {branch}"
    else:
        form = rng.choice(("в Шире", "в селе Шира", "в посёлке Шира"))
        console.wording.correct("Шира", Use.PLACE_IN, form, branch=branch, share=True).result()
        what = f"has {form} in {branch}"
    person.all_went_in((), what)
    person.tell(what)


def _now(person: Person) -> datetime:
    return person.console.clock.now()


def _named(view: AppealView) -> str:
    return f"appeal {view.appeal.number} of {view.appeal.branch}"


def _said(error: OtklikError) -> str:
    return f"{type(error).__name__} {error}"


def is_published(message: Message) -> bool:
    """Whether a resident can read it."""
    return message.is_public and message.is_ours and message.state is MessageState.PUBLISHED


Deed = Callable[[Person], None]

DEEDS: Mapping[str, tuple[Deed, int]] = {
    "answer": (answer, 30),
    "go_on_writing": (go_on_writing, 6),
    "send_draft": (send_draft, 8),
    "throw_draft_away": (throw_draft_away, 2),
    "note": (note, 8),
    "take_back": (take_back, 4),
    "send_anyway": (send_anyway, 5),
    "throw_entry_away": (throw_entry_away, 1),
    "claim": (claim, 6),
    "release": (release, 2),
    "assign": (assign, 3),
    "set_topic": (set_topic, 3),
    "close": (close, 3),
    "reopen": (reopen, 2),
    "postpone": (postpone, 1),
    "request_transfer": (request_transfer, 1),
    "decide_transfer": (decide_transfer, 1),
    "mark_duplicate": (mark_duplicate, 1),
    "read": (read, 3),
    "approve": (approve, 6),
    "return_answer": (return_answer, 3),
    "open_outage": (open_outage, 5),
    "move_etr": (move_etr, 5),
    "end_outage": (end_outage, 3),
    "tag": (tag, 5),
    "untag": (untag, 1),
    "try_now": (try_now, 2),
    "share_word": (share_word, 4),
    "left_open": (left_open, 0),
}
"""What a person may do, and how often it is done beside the others; 0: by who leaves, alone."""
