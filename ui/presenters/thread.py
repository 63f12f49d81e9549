"""The thread of an appeal as bubbles: theirs, ours, notes, and how our own are faring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.domain.appeal import Appeal
from console.domain.attachment import Attachment
from console.domain.message import Message, MessageKind, MessageState
from console.domain.mutations import AddNote, Approve, ReturnReply, SendReply
from console.readmodel import AppealView, AttachmentState, EntryState, OutboxEntry
from ui.presenters.appeal import Chip
from ui.presenters.checks import rule_title
from ui.presenters.files import FilePress, message_files
from ui.presenters.here import Here
from ui.presenters.later import leaves_words, waits_for_its_hour
from ui.presenters.links import Link, links_in
from ui.presenters.names import People, outcome_name
from ui.presenters.refusals import OutageOf, held_words, nothing_known

_BOUND_TO_TEXT = (SendReply, AddNote)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message, in final words.

    ``kind`` is resident, reply, interim or note, ``state`` published, awaiting, returned, queued,
    in_flight or held; both select colours in the theme. ``day`` heads the bubble where a new
    local day begins. ``remarks`` stand below the text, each with the kind of its colour;
    ``decidable`` says that the reader may approve or return it, ``reworkable`` that it is the
    reader's own and was returned.
    """

    id: str
    kind: str
    state: str
    who: str
    when: str
    when_full: str
    text: str
    day: str
    labels: tuple[Chip, ...]
    remarks: tuple[Chip, ...]
    links: tuple[Link, ...]
    files: tuple[FilePress, ...] = ()
    decidable: bool = False
    reworkable: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether it stands on the right."""
        return self.kind != "resident"


class Thread:
    """The messages of one appeal, each made into a bubble only when it is asked for."""

    def __init__(
        self,
        view: AppealView,
        here: Here,
        people: People,
        *,
        may_approve: bool = False,
        outage_of: OutageOf = nothing_known,
        files: Mapping[str, AttachmentState] | None = None,
        online: bool = True,
    ) -> None:
        """``files`` says how much of each attachment is here, ``online`` whether more can come."""
        self._files = files or {}
        self._online = online
        self._here = here
        self._people = people
        self._may_approve = may_approve
        self._outage_of = outage_of
        self._messages = _messages(view)
        self._entries = _entries_by_message(view)
        self._shown = view.appeal.id
        self._numbers = {each.appeal.id: each.appeal.number for each in view.merged}

    def __len__(self) -> int:
        return len(self._messages)

    def ids(self) -> tuple[str, ...]:
        """The ids of all messages, oldest first."""
        return tuple(message.id for message in self._messages)

    def bubbles(self, start: int, stop: int) -> tuple[Bubble, ...]:
        """The bubbles from ``start`` to before ``stop``, oldest first."""
        return tuple(self._bubble(index) for index in range(max(0, start), min(stop, len(self))))

    def _bubble(self, index: int) -> Bubble:
        message, here = self._messages[index], self._here
        entry = self._entries.get(message.id)
        state = _state(message, entry)
        return Bubble(
            id=message.id,
            kind=str(message.kind),
            state=state,
            who=self._who(message),
            when=here.clock(message.at),
            when_full=here.full(message.at),
            text=message.text,
            day=self._day(index),
            labels=tuple(self._labels(message, _label(state, entry), entry)),
            remarks=tuple(self._remarks(message, entry)),
            links=links_in(message.text) if message.kind is MessageKind.RESIDENT else (),
            files=message_files(
                message.attachments, self._files, here.catalog, online=self._online
            ),
            decidable=self._may_approve and state == "awaiting",
            reworkable=state == "returned" and message.author == self._people.me,
        )

    def _day(self, index: int) -> str:
        day = self._here.day(self._messages[index].at)
        if index == 0:
            return day
        return "" if self._here.day(self._messages[index - 1].at) == day else day

    def _who(self, message: Message) -> str:
        if message.kind is MessageKind.RESIDENT:
            return message.author_name.strip() or self._here.t("appeal.nameless")
        if message.author and message.author == self._people.me:
            return self._here.t("thread.you")
        return message.author_name or self._people.name(message.author, self._here.catalog)

    def _labels(self, message: Message, state: str, entry: OutboxEntry | None) -> list[Chip]:
        t = self._here.t
        labels = []
        if message.appeal != self._shown:
            number = self._here.t("appeal.number", number=self._numbers.get(message.appeal, ""))
            labels.append(Chip(t("kin.from", number=number), "neutral", t("kin.from_hint")))
        if message.kind is MessageKind.NOTE:
            labels.append(Chip(t("thread.note"), "note", t("thread.note_hint")))
        if message.kind is MessageKind.INTERIM:
            labels.append(Chip(t("thread.interim"), "info"))
        if entry is not None and waits_for_its_hour(entry, self._here.now):
            labels.append(Chip(leaves_words(entry.not_before, self._here), _STATE_KINDS[state]))
        elif state in _STATE_KINDS:
            labels.append(Chip(t(f"thread.state_{state}"), _STATE_KINDS[state]))
        return labels

    def _remarks(self, message: Message, entry: OutboxEntry | None) -> list[Chip]:
        here, remarks = self._here, []
        if entry is not None and entry.state is EntryState.HELD:
            remarks += [
                Chip(held_words(reason, here, self._people, self._outage_of), "danger")
                for reason in entry.held
            ]
        if message.state is MessageState.RETURNED:
            who = self._people.name(message.decided_by, here.catalog)
            text = here.t("thread.returned_by", who=who, reason=message.return_reason)
            remarks.append(Chip(text, "danger"))
        if message.kind is MessageKind.INTERIM and message.promise_at is not None:
            until = here.at_zoned(message.promise_at)
            remarks.append(Chip(here.t("thread.promised", until=until), "info"))
        if message.outcome and message.kind is MessageKind.REPLY:
            outcome = outcome_name(message.outcome, here.catalog)
            remarks.append(Chip(here.t("thread.outcome", outcome=outcome), "neutral"))
        remarks += [
            Chip(
                here.t("thread.override", rule=rule_title(each.rule, here), reason=each.reason),
                "neutral",
            )
            for each in message.overrides
        ]
        if message.decided_by and message.state is MessageState.PUBLISHED:
            who = self._people.name(message.decided_by, here.catalog)
            remarks.append(Chip(here.t("thread.approved_by", who=who), "neutral"))
        return remarks


_STATE_KINDS: Mapping[str, str] = {
    "awaiting": "warning",
    "returned": "danger",
    "queued": "info",
    "in_flight": "info",
    "unanswered": "warning",
    "held": "danger",
}


def _state(message: Message, entry: OutboxEntry | None) -> str:
    """Where a message stands: the outbox knows better than the mirror."""
    return str(message.state) if entry is None else str(entry.state)


def _label(state: str, entry: OutboxEntry | None) -> str:
    """What is said of it: one that was tried in vain is not on its way."""
    tried = entry is not None and entry.state is EntryState.IN_FLIGHT and bool(entry.last_error)
    return "unanswered" if tried else state


def _messages(view: AppealView) -> tuple[Message, ...]:
    """The thread with the appeal's own text first and what is only in the outbox last.

    What is merged into it stands among it, in the order of time.
    """
    messages = _own(view.appeal, view.messages)
    if view.merged:
        first, *later = messages
        for each in view.merged:
            later += _own(each.appeal, each.messages)
        messages = [first, *sorted(later, key=lambda message: (message.at, message.id))]
    known = {message.id for message in messages}
    messages += [
        _pending(entry)
        for entry in view.entries
        if isinstance(entry.envelope.mutation, _BOUND_TO_TEXT) and entry.envelope.id not in known
    ]
    return tuple(messages)


def _own(appeal: Appeal, messages: Sequence[Message]) -> list[Message]:
    opening = _opening(appeal)
    first = messages[:1]
    if any(m.kind is MessageKind.RESIDENT and m.text == opening.text for m in first):
        return list(messages)
    return [opening, *messages]


def files_of(view: AppealView) -> tuple[Attachment, ...]:
    """The files of a thread, also of what is still in the outbox, each once."""
    return tuple(file for message in _messages(view) for file in message.attachments)


def _opening(appeal: Appeal) -> Message:
    return Message(
        branch=appeal.branch,
        id=f"{appeal.id}:text",
        appeal=appeal.id,
        kind=MessageKind.RESIDENT,
        at=appeal.created_at,
        text=appeal.text,
        author_name=appeal.author.name,
    )


def _pending(entry: OutboxEntry) -> Message:
    envelope = entry.envelope
    mutation = envelope.mutation
    assert isinstance(mutation, SendReply | AddNote)
    kind = MessageKind.NOTE
    if isinstance(mutation, SendReply):
        kind = MessageKind.INTERIM if mutation.interim else MessageKind.REPLY
    return Message(
        branch=envelope.target.branch,
        id=envelope.id,
        appeal=envelope.target.id,
        kind=kind,
        at=envelope.at,
        text=mutation.text,
        author_name="",
        author=envelope.author,
        promise_at=getattr(mutation, "promise_at", None),
        attachments=getattr(mutation, "attachments", ()),
    )


def _entries_by_message(view: AppealView) -> dict[str, OutboxEntry]:
    """The outbox entries by the message that each is about."""
    found = {}
    merged = (entry for each in view.merged for entry in each.entries)
    for entry in (*view.entries, *merged):
        mutation = entry.envelope.mutation
        if isinstance(mutation, _BOUND_TO_TEXT):
            found[entry.envelope.id] = entry
        elif isinstance(mutation, Approve | ReturnReply):
            found[mutation.message] = entry
    return found
