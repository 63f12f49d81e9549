"""The end of a shift: what one leaves behind, handing it over, what the day was, and a break."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from console.domain.appeal import Appeal
from console.domain.calendar import WorkCalendar
from console.domain.clocks import ClockState
from console.domain.deadline import ladder
from console.domain.handover import DayFigures, day_figures
from console.domain.ids import Ref
from console.domain.mutations import (
    AcceptHandover,
    AddNote,
    DeclineHandover,
    OfferHandover,
    ReturnHandover,
    WithdrawHandover,
)
from console.domain.preset import Bearing
from console.errors import OtklikError
from console.ports import Clock, Reader, Transaction
from console.readmodel import HandoverFacts, OutboxEntry
from console.rulebook.book import Rulebook
from console.usecases.acting import Acting, Done
from console.usecases.clocks import clock_facts


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One appeal to be offered: a word about it, and a draft's words that are to travel along.

    ``words`` become an internal note as they are; the draft itself stays with its author.
    """

    ref: Ref
    note: str = ""
    words: str = ""


class HandoverUseCases:
    """Every future resolves after the commit; what refuses does not stop the other lines.

    `facts` and `day` read the store at once, and belong on another thread than the window's.
    """

    def __init__(self, acting: Acting, reader: Reader, clock: Clock, rulebook: Rulebook) -> None:
        self._acting = acting
        self._reader = reader
        self._clock = clock
        self._rulebook = rulebook

    def facts(self) -> HandoverFacts:
        """What there is to hand over, and what is on its way."""
        return self._reader.handover()

    def day(self) -> DayFigures:
        """What the operator has done today, by each branch's clock."""
        now = self._clock.now()
        return day_figures(
            self._reader.own_day(now=now), was_in_time=in_time(self._rulebook, now=now)
        )

    def offer(
        self, lines: Sequence[OfferLine], to: str, *, brief: str = ""
    ) -> Future[tuple[Done, ...]]:
        """Offer one's own appeals to a colleague (by id); ``brief`` is about all of them."""

        def each(transaction: Transaction) -> Iterator[Done]:
            for line in lines:
                try:
                    self._offer(transaction, line, to, brief)
                except OtklikError as error:
                    yield Done(line.ref, error)
                else:
                    yield Done(line.ref)

        return self._acting.run(lambda transaction: tuple(each(transaction)))

    def accept(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        """Take over what one was offered."""
        return self._acting.act_on_each(refs, AcceptHandover())

    def give_back(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        """Take one's acceptance back, soon after it."""
        return self._acting.act_on_each(refs, ReturnHandover())

    def decline(self, ref: Ref, reason: str) -> Future[OutboxEntry]:
        """Not take it over; whoever offered it is told why."""
        return self._acting.act(ref, DeclineHandover(reason))

    def withdraw(self, refs: Sequence[Ref]) -> Future[tuple[Done, ...]]:
        """Take one's offers back, or take note of their having been declined."""
        return self._acting.act_on_each(refs, WithdrawHandover())

    def _offer(self, transaction: Transaction, line: OfferLine, to: str, brief: str) -> None:
        offer = OfferHandover(to, line.note, brief)
        self._acting.checked(transaction, line.ref, offer)  # no note without its offer
        if line.words.strip():
            self._acting.enqueue(transaction, line.ref, AddNote(line.words))
        self._acting.enqueue(transaction, line.ref, offer)


def in_time(rulebook: Rulebook, *, now: datetime) -> Callable[[Appeal], bool | None]:
    """Says of an answered appeal whether it kept every deadline that binds; None without one."""

    def judge(appeal: Appeal) -> bool | None:
        calendar: WorkCalendar | None = rulebook.calendars.get(appeal.branch)
        if calendar is None:
            return None
        topic = rulebook.topics.topics.get(appeal.topic)
        facts = clock_facts(appeal, is_ours=topic is None or topic.ours)
        clocks = ladder(facts, rulebook.presets, calendar, now=now).clocks
        states = {clock.state for clock in clocks if clock.rule.bearing is Bearing.BINDS}
        ended = states & {ClockState.MET, ClockState.MISSED}
        return None if not ended else ClockState.MISSED not in ended

    return judge
