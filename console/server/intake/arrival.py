"""An arrival: an appeal from outside, checked and cleaned, and the rows that it becomes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from console.domain.appeal import NOWHERE, Appeal, Author, Outcome, Status
from console.domain.bounds import FILES, Bound, breach, cleaned, cleaned_text, text_breach
from console.domain.cleaning import clean
from console.domain.event import Event, EventKind
from console.domain.message import Message, MessageKind
from console.server.intake.enrich import Enriched
from console.wire.schema import IncomingAppeal, Rows

_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_NUMBER = Bound(256)
_LINE = Bound(1_000)
_TEXT = Bound(200_000, lines=True)
"""Of a text as it came, markup and all: a post of the longest kind is a tenth of it."""

_MOST_TAGS = 100
_EARLIEST_YEAR = 2000
_FUTURE = timedelta(days=1)
"""Clocks of other systems may be ahead, and some exports give local time for UTC."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something cannot be taken in; translated as ``server.quarantine_<code>``."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        details = ", ".join(f"{key} {value}" for key, value in self.params.items())
        return f"{self.code} ({details})" if details else self.code


@dataclass(frozen=True, slots=True)
class Arrival:
    """An appeal that can be taken in; ``digest`` tells a twin with another text apart."""

    incoming: IncomingAppeal
    text: str
    digest: bytes

    @property
    def key(self) -> tuple[str, str]:
        """(source, number): what it is known by."""
        return (self.incoming.source, self.incoming.number)


def is_source(source: str) -> bool:
    """Whether ``source`` can be the key of an outside system."""
    return _SOURCE.fullmatch(source) is not None


def arrival(incoming: IncomingAppeal, *, now: datetime) -> Arrival | Reason:
    """``incoming`` checked and cleaned, or why it cannot be taken in.

    A ``field`` of the reason is named as in rules/intake.toml.
    """
    if not is_source(incoming.source):
        return Reason("source", {"value": incoming.source[:80]})
    number = incoming.number
    if not number.strip():
        return Reason("no_number", {"value": number[:80]})
    if text_breach("number", number, _NUMBER) is not None:
        return Reason("number", {"value": number[:80]})
    if not incoming.text.strip():
        return Reason("no_text")
    incoming = _without_odd(incoming)
    wrong = _out_of_bounds(incoming) or _wrong_date(incoming, now)
    if wrong is not None:
        return wrong
    text = clean(incoming.text)
    return Arrival(incoming, text, hashlib.blake2b(text.encode(), digest_size=16).digest())


def _without_odd(incoming: IncomingAppeal) -> IncomingAppeal:
    """``incoming`` with each line clean of what cannot be seen; texts keep their original."""
    author, changes = incoming.author, dict[str, object]()
    for name in ("branch", "region", "channel", "topic", "thread", "reply_to", "url"):
        changes[name] = _line(getattr(incoming, name))
    changes["reply_author"] = _line(incoming.reply_author)
    changes["author"] = Author(_line(author.name), _line(author.handle), _line(author.phone))
    changes["tags"] = tuple(map(_line, incoming.tags))
    changes["place"] = cleaned(incoming.place) if incoming.place != NOWHERE else NOWHERE
    return replace(incoming, **changes)  # type: ignore[arg-type]


def _line(text: str) -> str:
    return cleaned_text(text, _LINE) if text else text


def _out_of_bounds(incoming: IncomingAppeal) -> Reason | None:
    author = incoming.author
    texts = {"text": incoming.text, "reply_text": incoming.reply_text}
    lines = {
        "region": incoming.region or incoming.branch,
        "network": incoming.channel,
        "topic": incoming.topic,
        "thread": incoming.thread,
        "reply_to": incoming.reply_to,
        "url": incoming.url,
        "reply_author": incoming.reply_author,
        "author": author.name,
        "author_url": author.handle,
        "phone": author.phone,
        "tags": max(incoming.tags, key=len, default=""),
    }
    for bound, fields in ((_TEXT, texts), (_LINE, lines)):
        for name, text in fields.items():
            if len(text) > bound.longest:
                return Reason("too_long", {"field": name, "limit": str(bound.longest)})
    if len(incoming.tags) > _MOST_TAGS:
        return Reason("too_many", {"field": "tags", "limit": str(_MOST_TAGS)})
    if len(incoming.attachments) > FILES:
        return Reason("too_many", {"field": "attachments", "limit": str(FILES)})
    found = breach(incoming.place) if incoming.place != NOWHERE else None
    return None if found is None else Reason(found.code, found.params)


def _wrong_date(incoming: IncomingAppeal, now: datetime) -> Reason | None:
    for name in ("created_at", "reply_at", "closed_at"):
        value: datetime | None = getattr(incoming, name)
        if value is None:
            continue
        if value.tzinfo is None or value.year < _EARLIEST_YEAR or value > now + _FUTURE:
            return Reason("date", {"field": name, "value": value.isoformat()})
    return None


def new_rows(
    arrived: Arrival, known: Enriched, *, appeal_id: str, message_id: str, now: datetime
) -> Rows:
    """A new appeal with its first message and its history; answered where the past says so."""
    incoming = arrived.incoming
    created = incoming.created_at or now
    original = incoming.text if incoming.text != arrived.text else None
    appeal = Appeal(
        branch=known.branch,
        id=appeal_id,
        source=incoming.source,
        number=incoming.number,
        channel=incoming.channel,
        author=incoming.author,
        text=arrived.text,
        created_at=created,
        received_at=now,
        topic=known.topic,
        danger=known.danger,
        danger_at=now if known.danger else None,
        high_priority=known.high_priority,
        priority=known.priority,
        place=known.place,
        original=original,
        thread=incoming.thread,
        url=incoming.url,
        tags=known.tags,
        last_resident_message=message_id,
        last_resident_at=created,
    )
    first = resident_message(arrived, appeal, message_id=message_id, now=now)
    taken_in = _event(appeal, EventKind.TAKEN_IN, at=now, source=incoming.source)
    past = _past(appeal, incoming)
    return Rows(
        appeals=past.appeals or (appeal,),
        messages=(first, *past.messages),
        events=(taken_in, *past.events),
    )


def resident_message(
    arrived: Arrival, appeal: Appeal, *, message_id: str, now: datetime
) -> Message:
    """What the resident wrote, as a message of the thread of ``appeal``."""
    incoming = arrived.incoming
    return Message(
        branch=appeal.branch,
        id=message_id,
        appeal=appeal.id,
        kind=MessageKind.RESIDENT,
        at=incoming.created_at or now,
        text=arrived.text,
        author_name=incoming.author.name,
        original=incoming.text if incoming.text != arrived.text else None,
        external=incoming.number,
        attachments=incoming.attachments,
    )


def _past(appeal: Appeal, incoming: IncomingAppeal) -> Rows:
    """The appeal as it stood in the outside system, where it had been answered or ended there."""
    text = clean(incoming.reply_text) if incoming.reply_text else ""
    if not text and incoming.outcome is None:
        return Rows()
    outcome = incoming.outcome or Outcome.EXPLAINED
    end = incoming.closed_at
    at = max(incoming.reply_at or end or appeal.created_at, appeal.created_at)
    messages: tuple[Message, ...] = ()
    events: list[Event] = []
    if text:
        reply = Message(
            branch=appeal.branch,
            id=f"{appeal.id}.reply",
            appeal=appeal.id,
            kind=MessageKind.REPLY,
            at=at,
            text=text,
            author_name=incoming.reply_author,
            original=incoming.reply_text if incoming.reply_text != text else None,
            outcome=str(outcome),
        )
        messages = (reply,)
        events.append(_event(appeal, EventKind.REPLIED, at=at, message=reply.id))
        appeal = replace(
            appeal,
            status=Status.PUBLISHED,
            outcome=outcome,
            first_reply_at=at,
            published_at=at,
            last_reply=reply.id,
        )
    if incoming.outcome is not None or end is not None:
        closed_at = max(end or at, at)
        events.append(_event(appeal, EventKind.CLOSED, at=closed_at, outcome=str(outcome)))
        appeal = replace(appeal, status=Status.CLOSED, outcome=outcome, closed_at=closed_at)
    return Rows(appeals=(appeal,), messages=messages, events=tuple(events))


def _event(appeal: Appeal, kind: EventKind, *, at: datetime, **params: str) -> Event:
    return Event(appeal.branch, f"{appeal.id}:{kind}", appeal.id, at, kind, params=params)
