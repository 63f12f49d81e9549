"""A conflict in three columns: what the author saw, what is there now, what the author wrote."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.appeal import Appeal
from console.domain.message import Message, MessageKind, MessageState
from console.domain.mutations import Approve, Seen, SendReply
from console.readmodel import AppealView, OutboxEntry
from ui.presenters.here import Here
from ui.presenters.names import People, status_name
from ui.presenters.outbox import entry_text
from ui.presenters.refusals import OutageOf, held_words, nothing_known

_TAIL = 4
"""So many messages that the author had seen are repeated, for the context."""


@dataclass(frozen=True, slots=True)
class Line:
    """One fact or message of a column; what is ``changed`` or ``new`` carries a mark."""

    head: str
    text: str
    changed: bool = False
    new: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """The three columns, and in one sentence each what stands between them.

    With ``gone`` the appeal is out of reach; ``saw`` is also empty where nobody noted it.
    """

    causes: tuple[str, ...]
    saw: tuple[Line, ...]
    now: tuple[Line, ...]
    wrote: str
    gone: bool = False


def comparison(
    entry: OutboxEntry,
    view: AppealView | None,
    here: Here,
    people: People,
    outage_of: OutageOf = nothing_known,
) -> Comparison:
    """The comparison for one held entry. ``view`` is None where the appeal is out of reach."""
    causes = tuple(held_words(each, here, people, outage_of) for each in entry.held)
    wrote, seen = entry_text(entry), entry.envelope.seen
    if view is None:
        return Comparison(causes, (), (), wrote, gone=True)
    others = tuple(m for m in view.messages if m.id != entry.envelope.id)
    appeal = entry.server or view.appeal
    if seen is None:
        now = (*_facts(appeal, here, people), *_lines(others[-_TAIL:], here, people))
        return Comparison(causes, (), now, wrote)
    known, fresh = _split(others, seen)
    was, is_ = _etr_lines(entry, here)
    return Comparison(
        causes=causes,
        saw=(*_seen_facts(seen, here, people), *was, *_lines(known[-_TAIL:], here, people)),
        now=(
            *_facts(appeal, here, people, seen=seen),
            *is_,
            *_lines(known[-_TAIL:] if not fresh else (), here, people),
            *_lines(fresh, here, people, new=True),
        ),
        wrote=wrote,
    )


def _etr_lines(entry: OutboxEntry, here: Here) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The restoration times that the text quotes, and what has become of them."""
    mutation = entry.envelope.mutation
    quotes = mutation.quotes if isinstance(mutation, SendReply | Approve) else ()
    quoted = {quote.outage: quote.etr for quote in quotes}
    head = here.t("outbox.compare_etr")
    was: list[Line] = []
    now: list[Line] = []
    for reason in entry.held:
        outage = reason.params.get("outage", "")
        if reason.code == "etr_moved":
            was.append(Line(head, _instant(reason.params.get("was", ""), here)))
            now.append(Line(head, _instant(reason.params.get("now", ""), here), changed=True))
        elif reason.code in ("outage_restored", "outage_cancelled"):
            if outage in quoted:
                etr = quoted[outage]
                was.append(Line(head, here.at_zoned(etr) if etr else _unknown(here)))
            state = reason.code.removeprefix("outage_")
            now.append(Line(head, here.t(f"outbox.compare_{state}"), changed=True))
    return tuple(was), tuple(now)


def _instant(text: str, here: Here) -> str:
    return here.instant(text) if text else _unknown(here)


def _unknown(here: Here) -> str:
    return here.t("outbox.compare_no_etr")


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


def _facts(
    appeal: Appeal, here: Here, people: People, *, seen: Seen | None = None
) -> tuple[Line, ...]:
    return (
        Line(
            here.t("outbox.compare_status"),
            status_name(appeal.status, here.catalog),
            changed=seen is not None and str(appeal.status) != seen.status,
        ),
        Line(
            here.t("outbox.compare_owner"),
            _owner(appeal.owner, here, people),
            changed=seen is not None and appeal.owner != seen.owner,
        ),
    )


def _owner(owner: str | None, here: Here, people: People) -> str:
    if owner is None:
        return here.t("outbox.compare_nobody")
    return people.name(owner, here.catalog)


def _lines(
    messages: tuple[Message, ...], here: Here, people: People, *, new: bool = False
) -> tuple[Line, ...]:
    return tuple(
        Line(
            here.t("outbox.compare_message", who=_who(each, here, people), when=here.at(each.at)),
            each.text,
            new=new,
        )
        for each in messages
        if each.state is MessageState.PUBLISHED
    )


def _who(message: Message, here: Here, people: People) -> str:
    if message.author is not None:
        return people.name(message.author, here.catalog)
    return message.author_name or here.t("appeal.nameless")
