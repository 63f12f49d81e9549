"""A conflict in three columns: what the author saw, what is there now, what the author wrote."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.appeal import Appeal
from console.domain.message import Message, MessageKind, MessageState
from console.domain.mutations import Seen
from console.readmodel import AppealView, OutboxEntry
from ui.presenters.here import Here
from ui.presenters.names import People, status_name
from ui.presenters.outbox import entry_text
from ui.presenters.refusals import OutageOf, held_words, nothing_known

_TAIL = 4
"""So many messages that the author had seen are repeated, for the context."""


@dataclass(frozen=True, slots=True)
class Line:
    """One fact or message of a column; ``changed`` lines are marked."""

    head: str
    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """The three columns, and in one sentence each what stands between them."""

    causes: tuple[str, ...]
    saw: tuple[Line, ...]
    now: tuple[Line, ...]
    wrote: str


def comparison(
    entry: OutboxEntry,
    view: AppealView | None,
    here: Here,
    people: People,
    outage_of: OutageOf = nothing_known,
) -> Comparison:
    """The comparison for one held entry. ``view`` is None where the appeal is out of reach."""
    causes = tuple(held_words(each, here, people, outage_of) for each in entry.held)
    seen = entry.envelope.seen
    if view is None or seen is None:
        return Comparison(causes, (), (), entry_text(entry))
    others = tuple(m for m in view.messages if m.id != entry.envelope.id)
    known, fresh = _split(others, seen)
    appeal = entry.server or view.appeal
    return Comparison(
        causes=causes,
        saw=(*_seen_facts(seen, here, people), *_lines(known[-_TAIL:], here, people)),
        now=(
            *_facts_now(appeal, seen, here, people),
            *_lines(known[-_TAIL:] if not fresh else (), here, people),
            *_lines(fresh, here, people, changed=True),
        ),
        wrote=entry_text(entry),
    )


def _split(
    messages: tuple[Message, ...], seen: Seen
) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """What was on the author's screen, and what came after."""
    marks = {seen.last_resident_message, seen.last_reply} - {None}
    places = [index for index, message in enumerate(messages) if message.id in marks]
    end = max(places, default=-1) + 1
    rest = messages[end:]
    if not places and seen.last_resident_message is None:
        fresh = tuple(m for m in rest if not _is_opening(m, messages))
        return messages[: len(messages) - len(fresh)], fresh
    return messages[:end], rest


def _is_opening(message: Message, messages: tuple[Message, ...]) -> bool:
    return message is messages[0] and message.kind is MessageKind.RESIDENT


def _seen_facts(seen: Seen, here: Here, people: People) -> tuple[Line, ...]:
    return (
        Line(here.t("outbox.compare_status"), status_name(seen.status, here.catalog)),
        Line(here.t("outbox.compare_owner"), _owner(seen.owner, here, people)),
    )


def _facts_now(appeal: Appeal, seen: Seen, here: Here, people: People) -> tuple[Line, ...]:
    return (
        Line(
            here.t("outbox.compare_status"),
            status_name(appeal.status, here.catalog),
            changed=str(appeal.status) != seen.status,
        ),
        Line(
            here.t("outbox.compare_owner"),
            _owner(appeal.owner, here, people),
            changed=appeal.owner != seen.owner,
        ),
    )


def _owner(owner: str | None, here: Here, people: People) -> str:
    if owner is None:
        return here.t("outbox.compare_nobody")
    return people.name(owner, here.catalog)


def _lines(
    messages: tuple[Message, ...], here: Here, people: People, *, changed: bool = False
) -> tuple[Line, ...]:
    return tuple(
        Line(
            here.t("outbox.compare_message", who=_who(each, here, people), when=here.at(each.at)),
            each.text,
            changed,
        )
        for each in messages
        if each.state is MessageState.PUBLISHED
    )


def _who(message: Message, here: Here, people: People) -> str:
    if message.author is not None:
        return people.name(message.author, here.catalog)
    return message.author_name or here.t("appeal.nameless")
