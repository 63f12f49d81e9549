"""Handing over and the day, over a real store: what is left behind, offered, taken and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.appeal import Appeal, Offer, OfferState, Outcome, Status
from console.domain.draft import DraftMode
from console.domain.event import EventKind
from console.domain.mutations import AddNote, OfferHandover
from console.domain.outage import OutageStatus
from console.domain.transitions import RefusedError
from console.store import handover
from console.usecases.handover import OfferLine
from console.wire.schema import Away
from tests.support.builders import NOON, a_message, an_appeal, an_operator, an_outage
from tests.support.console_work import Work

PAVEL = an_operator(name="Павел")


def own(work: Work, **changes: object) -> Appeal:
    """An appeal of the operator's, in the mirror."""
    appeal = an_appeal(owner=work.me.id, status=Status.IN_WORK, assigned_at=NOON)
    appeal = replace(appeal, **changes)  # type: ignore[arg-type]
    work.store.take(appeal, messages=[a_message(appeal)])
    return appeal


def test_what_burns_is_ones_own_alone_and_danger_comes_first(work: Work) -> None:
    late = own(work, received_at=NOON - timedelta(hours=9))
    calm = own(work)
    danger = own(work, danger=True, danger_at=NOON)
    own(work, owner=PAVEL.id)
    own(work, owner=None)
    own(work, status=Status.CLOSED, closed_at=NOON)
    facts = work.handovers.facts()
    assert [row.ref for row in facts.own] == [danger.ref, late.ref, calm.ref]
    assert facts.more == 0


def test_the_rest_of_the_brief_is_promises_outages_drafts_and_what_is_held(work: Work) -> None:
    until = NOON + timedelta(hours=2)
    promised = own(work, promise_at=until, promised_at=NOON)
    own(work, owner=PAVEL.id, promise_at=until)
    outage, over = an_outage(), an_outage(restored_at=NOON, status=OutageStatus.RESTORED)
    work.store.take(outages=[outage, over])
    draft = replace(work.drafts.new(promised.ref, DraftMode.REPLY), text="Бригада уже")
    work.drafts.save(draft).result(5)
    work.drafts.save(work.drafts.new(promised.ref, DraftMode.NOTE)).result(5)
    facts = work.handovers.facts()
    assert [(one.row.ref, one.promise_at) for one in facts.promised] == [(promised.ref, until)]
    assert [one.id for one in facts.outages] == [outage.id]
    ((kept, row),) = [(one.draft, one.row) for one in facts.drafts]
    assert kept.text == "Бригада уже"
    assert row is not None and row.ref == promised.ref
    assert facts.held == ()


def test_an_offer_stands_at_once_and_its_refusals_stop_no_other_line(work: Work) -> None:
    first, foreign = own(work), own(work, owner=PAVEL.id)
    lines = [OfferLine(foreign.ref), OfferLine(first.ref, "ждёт ЧП", "Из черновика: бригада")]
    refused, taken = work.handovers.offer(lines, PAVEL.id, brief="всё тихо").result(5)
    assert isinstance(refused.error, RefusedError) and taken.error is None
    mutations = [entry.envelope.mutation for entry in work.store.reader.outbox()]
    assert mutations == [
        AddNote("Из черновика: бригада"),
        OfferHandover(PAVEL.id, "ждёт ЧП", "всё тихо"),
    ]
    (line,) = work.handovers.facts().offering
    assert (line.row.ref, line.offer.to, line.offer.brief) == (first.ref, PAVEL.id, "всё тихо")
    assert work.shown(first).owner == work.me.id


def test_no_words_travel_without_their_offer(work: Work) -> None:
    taken = own(work, owner=PAVEL.id)
    work.handovers.offer([OfferLine(taken.ref, words="черновик")], PAVEL.id).result(5)
    assert work.store.reader.outbox() == []


def test_what_is_offered_to_me_is_taken_over_and_given_back_by_one_step(work: Work) -> None:
    offers = []
    for _ in range(2):
        appeal = own(work, owner=PAVEL.id)
        with_offer = replace(
            appeal, version=2, offer=_offer(PAVEL.id, to=work.me.id), owner=PAVEL.id
        )
        work.store.take(with_offer)
        offers.append(with_offer.ref)
    assert {line.row.ref for line in work.handovers.facts().offered} == set(offers)
    assert all(one.error is None for one in work.handovers.accept(offers).result(5))
    facts = work.handovers.facts()
    assert facts.offered == ()
    assert {row.ref for row in facts.own} == set(offers)
    assert all(one.error is None for one in work.handovers.give_back(offers).result(5))
    facts = work.handovers.facts()
    assert {line.row.ref for line in facts.offered} == set(offers)
    assert facts.own == ()


def test_a_declined_line_is_seen_by_whoever_offered_it(work: Work) -> None:
    offer = replace(_offer(work.me.id, to=PAVEL.id), state=OfferState.DECLINED, reason="не успею")
    appeal = own(work, offer=offer)
    (line,) = work.handovers.facts().offering
    assert (line.offer.state, line.offer.reason) == (OfferState.DECLINED, "не успею")
    work.handovers.withdraw([appeal.ref]).result(5)
    assert work.handovers.facts().offering == ()


def test_the_day_counts_what_i_did_though_it_has_not_left_yet(work: Work) -> None:
    appeal = own(work, received_at=NOON - timedelta(minutes=30))
    own(work, owner=PAVEL.id)
    draft = work.drafts.new(appeal.ref, DraftMode.REPLY)
    work.reply.send(replace(draft, text="Свет дали.", outcome=Outcome.EXPLAINED)).result(5)
    figures = work.handovers.day()
    assert (figures.answered, figures.first_minutes, figures.interim) == (1, 30, 0)
    assert (figures.in_time, figures.timed) == (1, 1)
    work.clock.move(timedelta(days=1))
    assert work.handovers.day().is_empty


def test_what_the_server_says_i_did_is_counted_by_its_day(work: Work) -> None:
    appeal = own(work)
    work.triage.set_topic(appeal.ref, "quality.low").result(5)
    (entry,) = work.store.reader.outbox()
    view = work.store.reader.appeal(appeal.ref)
    assert view is not None
    closed = [replace(e, id="e", kind=EventKind.CLOSED) for e in view.events]
    work.outbox.discard(entry.seq).result(5)
    work.store.take(events=closed)
    assert work.handovers.day().closed == 1


def test_breaks_are_replaced_whole_and_end_at_their_hour(work: Work) -> None:
    until = NOON + timedelta(minutes=30)
    put = [Away(PAVEL.id, NOON, until), Away("op-open", NOON)]
    work.store.do(lambda tx: tx.mirror.put_away(put))
    assert set(work.store.reader.away(now=NOON)) == {PAVEL.id, "op-open"}
    assert set(work.store.reader.away(now=until)) == {"op-open"}
    work.store.heard.clear()
    work.store.do(lambda tx: tx.mirror.put_away(put))
    assert work.store.heard == []
    work.store.do(lambda tx: tx.mirror.put_away([]))
    assert [one.presence for one in work.store.heard] == [True]
    assert work.store.reader.away(now=NOON) == {}


def test_every_look_goes_along_an_index(work: Work) -> None:
    own(work)
    assert work.handovers.facts().own
    plans = [
        (handover._OWN, {"me": "x", "most": 1}),
        (handover._MARKED, {"key": "x", "most": 1}),
        (handover._DEEDS, {"me": "x", "since": 0}),
        (handover._ANSWERED, {"branch": "omsk", "since": 0, "me": "x"}),
    ]
    for sql, parameters in plans:
        told = [row[-1] for row in work.store.reader._rows(f"EXPLAIN QUERY PLAN {sql}", parameters)]
        assert not [line for line in told if line.startswith("SCAN")], told


def _offer(by: str, *, to: str) -> Offer:
    return Offer(by, to, NOON, "ждёт ЧП", "смена")
