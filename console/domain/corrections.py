"""Corrections: which published replies named a restoration time that is not true any more.

A reply says as data which outage's time it quotes (`Message.quotes`). When the time moves, or the
planned work is called off, each resident who was told the old one is to be told the new one, once.
Where power is back, nobody is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from console.domain.appeal import Appeal, Outcome, Status
from console.domain.message import Message, MessageKind, MessageState
from console.domain.outage import Outage, OutageStatus
from console.domain.registry_names import speaks_of_return
from console.domain.template import Template

_SAME: Final = timedelta(minutes=1)
"""A time that a reply names in words is exact to the minute."""


class Change(StrEnum):
    """What became of the time that a resident was told; selects the wording."""

    LATER = "later"
    EARLIER = "earlier"
    UNKNOWN = "unknown"
    """A time was named, and there is none now."""
    KNOWN = "known"
    """It was not known, and is now."""
    CANCELLED = "cancelled"


class LineState(StrEnum):
    """What is to be done about one reply, or why nothing is."""

    TO_CORRECT = "to_correct"
    ON_ITS_WAY = "on_its_way"
    """A reply of one's own that says the present time waits in the outbox."""
    BLOCKED = "blocked"
    """Another reply of one's own waits or is held; nothing overtakes it."""
    AWAITING = "awaiting"
    """A reply waits for its approval; one at a time."""
    POWER_BACK = "power_back"
    UNREACHABLE = "unreachable"
    """Handed over, or its author is gone."""
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Line:
    """One appeal whose resident was told of an outage's end.

    ``told`` (UTC; None: that it is not known) is what ``message`` said. ``by_words``: it was read
    from plain words, not from a quote kept with the message, and is worth a look.
    """

    appeal: Appeal
    message: Message
    told: datetime | None
    state: LineState
    change: Change | None = None
    by_words: bool = False


@dataclass(frozen=True, slots=True)
class CorrectionWords:
    """The parts of corrections; ``news`` is when the next word is promised where no time is known.

    ``bodies`` has a list for every `Change`; no list is empty.
    """

    openings: tuple[Template, ...]
    bodies: Mapping[Change, tuple[Template, ...]]
    closings: tuple[Template, ...]
    news: timedelta


Promised = Callable[[Message], Sequence[datetime]]
"""The instants (UTC) that a reply names in plain words."""


def change_of(told: datetime | None, outage: Outage) -> Change | None:
    """What is to be said to a resident who was ``told`` that time; None where it is still true."""
    end = outage.expected_end()
    if outage.status is OutageStatus.CANCELLED:
        return Change.CANCELLED if told is not None else None
    if end == told:
        return None
    if end is None:
        return Change.UNKNOWN
    if told is None:
        return Change.KNOWN
    return Change.LATER if end > told else Change.EARLIER


def line_of(
    appeal: Appeal,
    messages: Iterable[Message],
    outage: Outage,
    *,
    waiting: Mapping[str, bool],
    promised: Promised | None = None,
) -> Line | None:
    """The line of one appeal; None where its resident was told nothing, or what still holds.

    ``messages`` are those of its own thread with what waits here done to it; ``waiting`` are own
    entries of it (ids), and whether each is held. Without ``promised`` plain words are not read.
    """
    thread = sorted(messages, key=lambda message: (message.at, message.id))
    ours = [m for m in thread if m.is_ours and m.is_public]
    sent = [m for m in ours if m.state is MessageState.PUBLISHED and m.id not in waiting]
    about = [m for m in sent if _speaks_of(m, outage.id)]
    if not about:
        return _by_words(appeal, thread, sent, outage, waiting=waiting, promised=promised)
    latest = about[-1]
    told = _said(latest, outage.id)
    change = None if _called_off(latest, outage) else change_of(told, outage)
    if change is None:
        if latest.corrects != outage.id:
            return None
        return Line(appeal, latest, told, LineState.CORRECTED)
    state = _state(appeal, thread, latest, outage, waiting)
    return Line(appeal, latest, told, state, change)


def _by_words(
    appeal: Appeal,
    thread: Sequence[Message],
    sent: Sequence[Message],
    outage: Outage,
    *,
    waiting: Mapping[str, bool],
    promised: Promised | None,
) -> Line | None:
    """A reply that named one of the outage's former times without quoting it."""
    if promised is None or not sent or not appeal.has_outage(outage.id):
        return None
    latest = sent[-1]
    former = [r.etr for r in outage.etr_history if r.etr and r.etr != outage.expected_end()]
    named = promised(latest) if former else ()
    told = next((at for at in former for each in named if abs(at - each) < _SAME), None)
    change = None if told is None else change_of(told, outage)
    if change is None:
        return None
    state = _state(appeal, thread, latest, outage, waiting)
    return Line(appeal, latest, told, state, change, by_words=True)


def _speaks_of(message: Message, outage: str) -> bool:
    return message.corrects == outage or any(quote.outage == outage for quote in message.quotes)


def _said(message: Message, outage: str) -> datetime | None:
    return next((quote.etr for quote in message.quotes if quote.outage == outage), None)


def _called_off(message: Message, outage: Outage) -> bool:
    """Whether the message has said that the work was called off: it names no time at all."""
    return outage.status is OutageStatus.CANCELLED and message.corrects == outage.id


def _state(
    appeal: Appeal,
    thread: Sequence[Message],
    latest: Message,
    outage: Outage,
    waiting: Mapping[str, bool],
) -> LineState:
    own = [m for m in thread if m.id in waiting and m.is_public and m.is_ours]
    if _is_back(appeal, thread, latest, outage):
        return LineState.POWER_BACK
    if appeal.status in (Status.TRANSFERRED, Status.AUTHOR_GONE):
        return LineState.UNREACHABLE
    if any(held for held in waiting.values()):
        return LineState.BLOCKED
    if own:
        now_true = [m for m in own if _speaks_of(m, outage.id) and _holds(m, outage)]
        return LineState.ON_ITS_WAY if now_true else LineState.BLOCKED
    return LineState.AWAITING if appeal.awaiting is not None else LineState.TO_CORRECT


def _holds(message: Message, outage: Outage) -> bool:
    return _called_off(message, outage) or change_of(_said(message, outage.id), outage) is None


def _is_back(appeal: Appeal, thread: Sequence[Message], latest: Message, outage: Outage) -> bool:
    """Whether there is power: by the registry, by the resident's last word, by how it ended."""
    if outage.status is OutageStatus.RESTORED:
        return True
    heard = [m for m in thread if m.kind is MessageKind.RESIDENT and m.at > latest.at]
    if heard:
        return speaks_of_return(heard[-1].text)
    solved = appeal.outcome is Outcome.SOLVED and appeal.status is Status.CLOSED
    return solved and appeal.closed_at is not None and appeal.closed_at > latest.at
