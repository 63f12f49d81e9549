"""The projection: mirror ⊕ outbox, as pure functions of both.

A held entry is not projected: its words are with nobody, and the screen must not say otherwise.
An entry that the rules would refuse now is passed over; the server's answer will say why.

An appeal that was written down here stands in the mirror's table as a placeholder of version 0,
made from its entry and gone with it: the server's row takes its place, and its number in lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from console.domain.appeal import Appeal
from console.domain.creation import create
from console.domain.event import Event
from console.domain.lexicon import apply_word
from console.domain.message import Message
from console.domain.mutations import CreateAppeal, Envelope
from console.domain.operator import Operator
from console.domain.outage import Outage
from console.domain.shared_queue import SharedQueue
from console.domain.shared_word import SharedWord
from console.domain.sharing import apply_queue
from console.domain.transitions import Applied, RefusedError, State, apply, apply_outage
from console.readmodel import EntryState, OutboxEntry

Row = TypeVar("Row", Outage, SharedQueue, SharedWord)


@dataclass(frozen=True, slots=True)
class Projected:
    """An appeal with what waits in the outbox done to it; ``messages`` by id, in no order."""

    appeal: Appeal
    messages: Mapping[str, Message]
    events: tuple[Event, ...] = ()


def project_appeal(
    appeal: Appeal,
    messages: Mapping[str, Message],
    *,
    entries: Iterable[OutboxEntry],
    actor: Operator | None,
) -> Projected:
    """``appeal`` after its waiting ``entries``, each as of the instant it was asked for.

    ``messages`` are the known messages of the thread: at least those that an entry speaks of.
    """
    entries = tuple(entries)
    state, events = State(appeal, dict(messages)), list[Event]()
    begun = _begun(entries, actor) if appeal.version == PLACEHOLDER else None
    if begun is not None:
        state = State(begun.appeal, {message.id: message for message in begun.messages})
        events.extend(begun.events)
    for envelope in _waiting(entries):
        if actor is None:
            break
        if envelope.id in state.messages:
            continue  # the server has it already, only its answer is still under way
        try:
            after = apply(state, envelope, actor=actor, now=envelope.at)
        except RefusedError:
            continue
        state = State(after.appeal, {**state.messages, **{m.id: m for m in after.messages}})
        events.extend(after.events)
    return Projected(state.appeal, state.messages, tuple(events))


PLACEHOLDER = 0
"""The version of an appeal that the server has not heard of."""


def placeholder(entries: Iterable[OutboxEntry], actor: Operator | None) -> Appeal | None:
    """The appeal that one of ``entries`` writes down, held or not: its words must be found."""
    begun = _begun(entries, actor)
    return None if begun is None else begun.appeal


def _begun(entries: Iterable[OutboxEntry], actor: Operator | None) -> Applied | None:
    for entry in entries:
        envelope = entry.envelope
        if actor is None or not isinstance(envelope.mutation, CreateAppeal):
            continue
        try:
            made = create(envelope, actor=actor, now=envelope.at)
        except RefusedError:
            return None
        return replace(made, appeal=replace(made.appeal, version=PLACEHOLDER))
    return None


def project_outage(
    outage: Outage | None, *, entries: Iterable[OutboxEntry], actor: Operator | None
) -> Outage | None:
    """``outage`` (None: the server has none of that id) after its waiting ``entries``."""
    return _project(outage, apply_outage, entries=entries, actor=actor)


def project_queue(
    queue: SharedQueue | None, *, entries: Iterable[OutboxEntry], actor: Operator | None
) -> SharedQueue | None:
    """``queue`` (None: the server has none of that id) after its waiting ``entries``."""
    return _project(queue, apply_queue, entries=entries, actor=actor)


def project_word(
    word: SharedWord | None, *, entries: Iterable[OutboxEntry], actor: Operator | None
) -> SharedWord | None:
    """``word`` (None: the server has none of that id) after its waiting ``entries``."""
    return _project(word, apply_word, entries=entries, actor=actor)


def _project(
    row: Row | None,
    change: Callable[..., Row],
    *,
    entries: Iterable[OutboxEntry],
    actor: Operator | None,
) -> Row | None:
    """What is refused changes nothing, and the entries behind it are tried all the same."""
    if actor is None:
        return row
    for envelope in _waiting(entries):
        try:
            row = change(row, envelope, actor=actor, now=envelope.at)
        except RefusedError:
            continue
    return row


def _waiting(entries: Iterable[OutboxEntry]) -> Iterable[Envelope]:
    return (entry.envelope for entry in entries if entry.state is not EntryState.HELD)
