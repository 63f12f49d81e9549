"""Triage, outages and saved queues: shown at once, refused at once, and one by one in bulk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.domain.appeal import OutageTag, Outcome, Place, Status
from console.domain.mutations import OpenOutage, Postpone
from console.domain.operator import Role
from console.domain.outage import Outage, OutageKind, OutageStatus
from console.domain.transitions import RefusedError
from console.errors import SignInNeededError
from console.readmodel import QueueQuery
from console.rulebook.snooze import load_snooze
from console.usecases.acting import Acting, GoneError
from console.usecases.clocks import clock_facts, main_outage
from console.usecases.outages import OutageUseCases
from tests.support.builders import NOON, a_supervisor, an_appeal, an_operator, an_outage
from tests.support.console_work import Work, a_work
from tests.support.files import NORMS


def test_a_bulk_claim_says_of_each_appeal_what_became_of_it(work: Work) -> None:
    free, taken, gone = an_appeal(), an_appeal(owner="op-other"), an_appeal()
    work.store.take(free, taken)
    work.store.heard.clear()
    results = work.triage.claim([free.ref, taken.ref, gone.ref]).result(30)
    assert [done.ref for done in results] == [free.ref, taken.ref, gone.ref]
    ok, refused, missing = (done.error for done in results)
    assert ok is None
    assert isinstance(refused, RefusedError) and refused.code == "claimed_by"
    assert isinstance(missing, GoneError)
    assert work.shown(free).owner == work.me.id
    assert len(work.store.heard) == 1, "one transaction"


def test_each_change_is_shown_at_once(work: Work) -> None:
    appeal = an_appeal()
    work.store.take(appeal)
    work.triage.set_topic(appeal.ref, "danger.wire", danger=True).result(30)
    work.triage.set_place(appeal.ref, Place("Абакан")).result(30)
    shown = work.shown(appeal)
    assert (shown.topic, shown.danger, shown.place) == ("danger.wire", True, Place("Абакан"))
    assert work.store.reader.counts(now=NOON).of("danger") == 1


def test_the_life_of_an_appeal_goes_through_the_outbox_in_order(work: Work) -> None:
    appeal = an_appeal(interim_at=NOON, status=Status.INTERIM_PUBLISHED)
    work.store.take(appeal)
    later = work.clock.now() + timedelta(days=1)
    work.triage.postpone(appeal.ref, later, "ждём бригаду").result(30)
    assert work.shown(appeal).status is Status.POSTPONED
    for rule in (
        Postpone(later + timedelta(days=90), "нескоро"),
        Postpone(later + timedelta(days=30), "ответит", awaits_resident=True),
    ):
        (done,) = work.triage.postpone_each([appeal.ref], rule).result(30)
        assert isinstance(done.error, RefusedError) and done.error.code == "snooze_too_far"
    assert work.store.reader.counts(now=NOON).of("postponed") == 1
    work.triage.resume(appeal.ref).result(30)
    work.triage.close(appeal.ref, Outcome.NO_REPLY_NEEDED).result(30)
    assert work.shown(appeal).status is Status.CLOSED
    work.triage.reopen(appeal.ref, "написал снова").result(30)
    kinds = [entry.envelope.mutation.kind for entry in work.store.reader.outbox()]
    assert kinds == ["postpone", "resume", "close", "reopen"]


def test_transfers_and_duplicates_follow_the_rules(tmp_path: Path) -> None:
    with a_work(tmp_path, a_supervisor()) as work:
        appeal, other = an_appeal(), an_appeal()
        work.store.take(appeal, other)
        work.triage.request_transfer(appeal.ref, "ГорСвет", "не наша сеть").result(30)
        work.triage.decide_transfer(appeal.ref, False, "наша").result(30)
        assert work.shown(appeal).status is Status.TRANSFER_DENIED
        itself = work.merging.merge(other.ref, other.id).exception(30)
        assert isinstance(itself, RefusedError) and itself.code == "duplicate_of_itself"
        work.merging.merge(other.ref, appeal.id).result(30)
        assert work.shown(other).duplicate_of == appeal.id
        (done,) = work.triage.assign([appeal.ref], "op-pavel").result(30)
        assert done.error is None and work.shown(appeal).owner == "op-pavel"
        (done,) = work.triage.release([appeal.ref]).result(30)
        assert done.error is None and work.shown(appeal).owner is None


def test_a_role_without_the_right_is_refused_at_once(work: Work) -> None:
    appeal = an_appeal()
    work.store.take(appeal)
    (done,) = work.triage.assign([appeal.ref], "op-pavel").result(30)
    assert isinstance(done.error, RefusedError) and done.error.code == "role_may_not"
    assert work.store.reader.outbox() == []


def test_without_a_session_nothing_is_done(work: Work) -> None:
    appeal = an_appeal()
    work.store.take(appeal)
    work.store.do(lambda tx: tx.account.end())
    error = work.triage.set_topic(appeal.ref, "x").exception(30)
    assert isinstance(error, SignInNeededError)


# ---------------------------------------------------------------------- outages


def test_tagging_many_and_undoing_it(work: Work) -> None:
    outage, appeals = an_outage(), [an_appeal(), an_appeal()]
    work.store.take(*appeals, outages=[outage])
    refs = [appeal.ref for appeal in appeals]
    tagged = work.outages.tag(refs, outage.id, confidence=0.8).result(30)
    assert [done.error for done in tagged] == [None, None]
    assert work.store.reader.counts(now=NOON).of(f"outage:{outage.id}") == 2
    again = work.outages.tag(refs[:1], outage.id).result(30)[0].error
    assert isinstance(again, RefusedError) and again.code == "already_tagged"
    work.outages.untag(refs, outage.id).result(30)
    assert work.store.reader.counts(now=NOON).of(f"outage:{outage.id}") == 0


def test_a_dispatcher_opens_moves_and_ends_an_outage(tmp_path: Path) -> None:
    with a_work(tmp_path, an_operator(role=Role.DISPATCHER)) as work:
        opened = OpenOutage(OutageKind.EMERGENCY, OutageStatus.ACTIVE, NOON, ())
        entry = work.outages.open("krasnoyarsk", opened).result(30)
        ref = entry.envelope.target
        etr = NOON + timedelta(hours=4)
        work.outages.move_etr(ref, etr, reason="сложная авария").result(30)
        shown = work.store.reader.outage(*ref)
        assert shown is not None and shown.etr == etr
        work.outages.set_status(ref, OutageStatus.RESTORED, at=etr).result(30)
        assert work.store.reader.outages() == []
        late = work.outages.move_etr(ref, None).exception(30)
        assert isinstance(late, RefusedError) and late.code == "outage_ended"


def test_an_operator_may_not_touch_the_registry(work: Work) -> None:
    outage = an_outage()
    work.store.take(outages=[outage])
    error = work.outages.move_etr(outage.ref, None).exception(30)
    assert isinstance(error, RefusedError) and error.code == "role_may_not"


def test_an_outage_is_suggested_where_place_and_time_fit(work: Work) -> None:
    outage, appeal = an_outage(), an_appeal()
    work.store.take(appeal, an_appeal(), outages=[outage, an_outage(branch="omsk")])
    first, *_ = work.outages.suggest(appeal.ref)
    assert first.outage == outage
    assert work.outages.suggest(an_appeal().ref) == ()


def test_outages_of_past_years_are_not_even_read(work: Work) -> None:
    appeal, began = an_appeal(), NOON - timedelta(days=400)
    past = [
        an_outage(status=OutageStatus.RESTORED, started_at=began, restored_at=began)
        for _ in range(50)
    ]
    work.store.take(appeal, outages=[*past, an_outage()])
    asked: list[Any] = []

    class Watched:
        appeal = work.store.reader.appeal

        def outages(self, **given: Any) -> list[Outage]:
            found = work.store.reader.outages(**given)
            asked.extend(found)
            return found

    acting = Acting(
        work.store.writer, work.clock, undo=timedelta(), norms=lambda: NORMS, snooze=load_snooze
    )
    watched = OutageUseCases(acting, Watched(), is_ours=lambda _: True)  # type: ignore[arg-type]
    assert len(watched.suggest(appeal.ref)) == len(asked) == 1


# ---------------------------------------------------------------------- queues and clocks


def test_a_queue_is_kept_renamed_and_removed(work: Work) -> None:
    query = QueueQuery("open", branches=("omsk",))
    saved = work.queues.save("  Омск  ", query).result(30)
    assert work.store.reader.saved_queues() == [saved] and saved.name == "Омск"
    renamed = work.queues.rename(saved.id, "Омск, все").result(30)
    assert work.store.reader.saved_queues() == [renamed] and renamed.query == query
    work.queues.remove(saved.id).result(30)
    assert work.store.reader.saved_queues() == []
    gone = work.queues.rename(saved.id, "снова").exception(30)
    assert isinstance(gone, GoneError) and gone.what == "queue"


@pytest.mark.parametrize("name", ["", "   "])
def test_a_queue_needs_a_name(work: Work, name: str) -> None:
    error = work.queues.save(name, QueueQuery()).exception(30)
    assert isinstance(error, RefusedError) and error.code == "queue_needs_name"


def test_the_facts_of_an_appeal_are_those_that_move_its_clocks() -> None:
    outage = an_outage(restored_at=NOON)
    appeal = an_appeal(danger=True, high_priority=True, interim_at=NOON)
    facts = clock_facts(appeal, outage=outage, is_ours=False)
    assert (facts.received_at, facts.registered_at) == (appeal.received_at, appeal.created_at)
    assert (facts.interim_published_at, facts.outage_restored_at) == (NOON, NOON)
    assert facts.danger and facts.priority_high and facts.not_ours
    assert facts.called_at is None
    assert clock_facts(replace(appeal, channel="phone")).called_at == appeal.created_at


def test_a_reopened_appeal_was_answered_once_already() -> None:
    first, again = NOON, NOON + timedelta(days=1)
    appeal = an_appeal(first_reply_at=first, reopened_at=again)
    assert clock_facts(appeal).first_answered_at == first
    only_interim = replace(appeal, interim_at=first)
    assert clock_facts(only_interim).first_answered_at == again


def test_the_outage_that_is_shown_is_the_latest_that_lasts() -> None:
    over = an_outage(id="over", status=OutageStatus.RESTORED)
    lasting = an_outage(id="lasting")
    tags = tuple(OutageTag(ident, NOON, "op") for ident in ("lasting", "over", "unknown"))
    appeal = an_appeal(outages=tags)
    assert main_outage(appeal, {"over": over, "lasting": lasting}) == lasting
    assert main_outage(appeal, {"over": over}) == over
    assert main_outage(appeal, {}) is None


def test_a_bulk_act_is_taken_back_to_what_each_appeal_had_itself(work: Work) -> None:
    one, other = an_appeal(topic="outage.planned"), an_appeal(topic="quality.low")
    gone = an_appeal()
    work.store.take(one, other)
    done = work.triage.set_topics([one.ref, other.ref, gone.ref], "danger.wire", danger=True)
    results = done.result(30)
    assert [type(each.error).__name__ for each in results] == ["NoneType", "NoneType", "GoneError"]
    work.store.heard.clear()
    back = work.triage.take_back(results[:2], reason="по ошибке").result(30)
    assert [each.error for each in back] == [None, None]
    assert len(work.store.heard) == 1, "one transaction"
    assert [(work.shown(a).topic, work.shown(a).danger) for a in (one, other)] == [
        ("outage.planned", False),
        ("quality.low", False),
    ]


def test_what_a_colleague_has_changed_since_is_not_taken_back_and_the_rest_is(work: Work) -> None:
    one, other = an_appeal(), an_appeal()
    work.store.take(one, other)
    results = work.triage.claim([one.ref, other.ref]).result(30)
    work.triage.release([other.ref]).result(30)
    back = work.triage.take_back(results, reason="по ошибке").result(30)
    assert back[0].error is None and isinstance(back[1].error, RefusedError)
    assert work.shown(one).owner is None
