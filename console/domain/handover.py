"""The handover of a shift: when an offer stands, and what somebody has done in a day.

An appeal that is offered stays its owner's until the other one has accepted it, so that nothing is
ever nobody's by being handed over, and no clock takes note of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.domain.appeal import OPEN, Appeal, Offer, OfferState
from console.domain.event import Event, EventKind

GIVEN_BACK_WITHIN = timedelta(minutes=15)
"""So long an acceptance can be taken back; later it would surprise whoever has gone home. [K]"""


def stands(appeal: Appeal) -> bool:
    """Whether the offer of ``appeal`` still means something.

    It ends with the appeal, with its answer, and with whoever else becomes its owner.
    """
    offer = appeal.offer
    if offer is None or appeal.status not in OPEN:
        return False
    return appeal.owner == (offer.to if offer.state is OfferState.ACCEPTED else offer.by)


def is_offered_to(appeal: Appeal, operator: str) -> bool:
    """Whether ``operator`` (by id) is asked to take it over."""
    offer = appeal.offer
    return offer is not None and offer.state is OfferState.OFFERED and offer.to == operator


def accepted(offer: Offer, *, now: datetime) -> Offer:
    """The offer once it was accepted at ``now``."""
    return replace(offer, state=OfferState.ACCEPTED, at=now)


def declined(offer: Offer, reason: str, *, now: datetime) -> Offer:
    """The offer once it was declined at ``now``."""
    return replace(offer, state=OfferState.DECLINED, at=now, reason=reason)


def given_back(offer: Offer, *, now: datetime) -> Offer:
    """The offer once its acceptance was taken back at ``now``: it waits as before."""
    return replace(offer, state=OfferState.OFFERED, at=now)


def words_of(note: str, brief: str) -> str:
    """What the thread keeps of an offer: the word about the appeal, then the one about all."""
    return "\n\n".join(part.strip() for part in (note, brief) if part.strip())


@dataclass(frozen=True, slots=True)
class DayAppeal:
    """An appeal in which somebody has done something today: those events alone, in any order."""

    appeal: Appeal
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What one person has done today, in numbers.

    ``first_minutes`` is the median of the minutes (by the wall clock) from intake to the first
    answer, of those that this person gave; ``in_time`` of the ``timed`` answers kept every
    deadline that binds. None or 0 of 0 where nothing was answered.
    """

    answered: int = 0
    closed: int = 0
    interim: int = 0
    calls: int = 0
    kept: int = 0
    broken: int = 0
    first_minutes: float | None = None
    in_time: int = 0
    timed: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done yet."""
        return self == DayFigures()

    @property
    def share(self) -> float | None:
        """The share (0..1) of the timed answers that were in time."""
        return self.in_time / self.timed if self.timed else None


def day_figures(
    day: Iterable[DayAppeal], *, was_in_time: Callable[[Appeal], bool | None]
) -> DayFigures:
    """The numbers of a day; ``was_in_time`` says of an answered appeal, None where none binds."""
    touched = tuple(day)
    answered = [one for one in touched if _times(one, EventKind.REPLIED)]
    judged = [found for one in answered if (found := was_in_time(one.appeal)) is not None]
    waits = [wait for one in touched if (wait := _first_wait(one)) is not None]
    return DayFigures(
        answered=len(answered),
        closed=sum(1 for one in touched if _times(one, EventKind.CLOSED)),
        interim=_all_times(touched, EventKind.INTERIM_REPLIED),
        calls=sum(1 for one in touched if _times(one, EventKind.TAKEN_IN)),
        kept=_all_times(touched, EventKind.PROMISE_KEPT),
        broken=_all_times(touched, EventKind.PROMISE_BROKEN),
        first_minutes=median(waits) if waits else None,
        in_time=sum(judged),
        timed=len(judged),
    )


def _first_wait(one: DayAppeal) -> float | None:
    """Minutes to the first answer, if it was given in these events."""
    first = one.appeal.first_reply_at
    answers = (EventKind.REPLIED, EventKind.INTERIM_REPLIED)
    if first is None or not any(e.kind in answers and e.at == first for e in one.events):
        return None
    return max(0.0, (first - one.appeal.received_at).total_seconds() / 60)


def median(values: Sequence[float]) -> float:
    """The middle of ``values`` (at least one), or the mean of the two that stand there."""
    ordered, middle = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def _times(one: DayAppeal, kind: EventKind) -> int:
    return sum(1 for event in one.events if event.kind is kind)


def _all_times(touched: Sequence[DayAppeal], kind: EventKind) -> int:
    return sum(_times(one, kind) for one in touched)
