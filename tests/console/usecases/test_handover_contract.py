"""One contract for handing over: the real store and the fake console of the window's tests."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.domain.appeal import Appeal, Offer, OfferState, Status
from console.domain.draft import DraftMode
from console.domain.event import Event, EventKind
from console.domain.handover import DayFigures
from console.domain.ids import Ref
from console.domain.operator import Operator, Role
from console.domain.transitions import RefusedError
from console.readmodel import HandoverFacts, QueueQuery
from console.usecases.handover import OfferLine
from tests.support.builders import NOON, an_appeal
from tests.support.console_work import a_work
from tests.support.fake_console import FakeClock, FakeConsole, World

ME = Operator("op-me", "me", "Ольга", Role.OPERATOR, ("krasnoyarsk",))
PAVEL = Operator("op-pavel", "pavel", "Павел", Role.OPERATOR, ("krasnoyarsk",))


@dataclass(frozen=True, slots=True)
class Hands:
    """A console in the hands of `ME`, whichever it is."""

    console: Any
    take: Callable[[Appeal, tuple[Event, ...]], None]

    def own(self, *events: Event, **changes: Any) -> Ref:
        """An appeal of mine."""
        appeal = an_appeal(owner=ME.id, status=Status.IN_WORK, assigned_at=NOON)
        appeal = replace(appeal, **changes)
        own = tuple(replace(one, appeal=appeal.id) for one in events)
        self.take(appeal, own)
        return appeal.ref

    @property
    def facts(self) -> HandoverFacts:
        """What there is to hand over."""
        found: HandoverFacts = self.console.handovers.facts()
        return found


def _fake() -> Hands:
    fake = FakeConsole(World(operators=[ME, PAVEL]), clock=FakeClock(NOON), me=ME)

    def take(appeal: Appeal, events: tuple[Event, ...]) -> None:
        fake.world.add(appeal)
        fake.world.events[appeal.ref] = list(events)

    return Hands(fake, take)


@pytest.fixture(params=["real", "fake"])
def hands(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Hands]:
    """Each of the two."""
    if request.param == "fake":
        yield _fake()
        return
    with a_work(tmp_path, ME) as work:

        def take(appeal: Appeal, events: tuple[Event, ...]) -> None:
            work.store.take(appeal, events=events)

        @dataclass
        class _Real:
            handovers = work.handovers
            drafts = work.drafts
            reader = work.store.reader

        yield Hands(_Real(), take)


def test_own_open_appeals_alone_are_there_and_danger_stands_first(hands: Hands) -> None:
    calm, danger = hands.own(), hands.own(danger=True, danger_at=NOON)
    hands.own(owner=PAVEL.id)
    hands.own(status=Status.CLOSED, closed_at=NOON)
    assert [row.ref for row in hands.facts.own] == [danger, calm]


def test_an_offer_waits_and_is_withdrawn(hands: Hands) -> None:
    ref = hands.own()
    (done,) = hands.console.handovers.offer([OfferLine(ref, "ЧП")], PAVEL.id, brief="тихо").result(
        5
    )
    assert done.error is None
    (line,) = hands.facts.offering
    assert (line.row.ref, line.offer.to, line.offer.note, line.offer.brief) == (
        ref,
        PAVEL.id,
        "ЧП",
        "тихо",
    )
    assert [row.ref for row in hands.facts.own] == [ref]
    (again,) = hands.console.handovers.offer([OfferLine(ref)], PAVEL.id).result(5)
    assert isinstance(again.error, RefusedError) and again.error.code == "already_offered"
    hands.console.handovers.withdraw([ref]).result(5)
    assert hands.facts.offering == ()


def test_what_is_offered_is_taken_over_given_back_and_declined(hands: Hands) -> None:
    ref = hands.own(owner=PAVEL.id, offer=Offer(PAVEL.id, ME.id, NOON))
    assert len(hands.console.reader.queue_ids(QueueQuery("offered"), now=NOON)) == 1
    assert hands.console.reader.counts(now=NOON).of("offered") == 1
    hands.console.handovers.accept([ref]).result(5)
    assert (hands.facts.offered, [row.ref for row in hands.facts.own]) == ((), [ref])
    hands.console.handovers.give_back([ref]).result(5)
    assert [line.row.ref for line in hands.facts.offered] == [ref]
    hands.console.handovers.decline(ref, "не успею").result(5)
    assert hands.facts.offered == () and hands.facts.own == ()
    assert hands.console.reader.counts(now=NOON).of("offered") == 0


def test_a_declined_line_counts_as_something_to_look_at(hands: Hands) -> None:
    declined = Offer(ME.id, PAVEL.id, NOON, state=OfferState.DECLINED, reason="не успею")
    ref = hands.own(offer=declined)
    assert [line.offer.reason for line in hands.facts.offering] == ["не успею"]
    assert hands.console.reader.counts(now=NOON).of("offered") == 1
    hands.console.handovers.withdraw([ref]).result(5)
    assert hands.console.reader.counts(now=NOON).of("offered") == 0


def test_promises_and_drafts_are_there_with_their_appeals(hands: Hands) -> None:
    until = NOON + timedelta(hours=1)
    ref = hands.own(promise_at=until, promised_at=NOON)
    draft = replace(hands.console.drafts.new(ref, DraftMode.REPLY), text="Бригада")
    hands.console.drafts.save(draft).result(5)
    assert [(one.row.ref, one.promise_at) for one in hands.facts.promised] == [(ref, until)]
    (kept,) = hands.facts.drafts
    assert kept.draft.text == "Бригада" and kept.row is not None and kept.row.ref == ref


def test_the_day_is_that_of_the_branch(hands: Hands) -> None:
    event = Event("krasnoyarsk", "e1", "", NOON, EventKind.CLOSED, ME.id)
    yesterday = replace(event, id="e2", at=NOON - timedelta(hours=13))
    others = replace(event, id="e3", actor=PAVEL.id)
    hands.own(event, yesterday, others)
    hands.own(yesterday)
    assert hands.console.handovers.day() == DayFigures(closed=1)
