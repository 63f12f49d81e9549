"""The reader: one appeal, the registries, the board, and what belongs to whom."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from console.domain.appeal import OutageTag, Status
from console.domain.draft import Draft, DraftMode
from console.domain.event import Event, EventKind
from console.domain.mutations import Claim, Seen
from console.domain.operator import Operator
from console.domain.outage import OutageStatus
from console.readmodel import QueueQuery, SavedQueue
from tests.support.builders import (
    NOON,
    a_message,
    a_reply,
    an_appeal,
    an_envelope,
    an_operator,
    an_outage,
    quoting,
)
from tests.support.console_store import Store


def test_a_view_has_all_of_an_appeal_oldest_first(store: Store, olga: Operator) -> None:
    outage = an_outage()
    appeal = an_appeal(thread="wall-1", outages=(OutageTag(outage.id, NOON, olga.id),))
    late = a_message(appeal, at=NOON + timedelta(hours=2))
    early = a_message(appeal, at=NOON)
    events = [
        Event(appeal.branch, f"e{n}", appeal.id, NOON + timedelta(minutes=n), EventKind.TAGGED)
        for n in (2, 1)
    ]
    store.take(
        appeal,
        an_appeal(thread="wall-1"),
        an_appeal(thread="wall-1", branch="omsk"),
        an_appeal(),
        messages=[late, early],
        events=events,
        outages=[outage],
    )
    view = store.reader.appeal(appeal.ref)
    assert view is not None
    assert view.appeal == appeal
    assert view.messages == (early, late)
    assert [event.id for event in view.events] == ["e1", "e2"]
    assert view.outages == (outage,)
    assert view.siblings == 1
    assert (view.drafts, view.entries) == ((), ())


def test_what_is_not_there_is_none(store: Store) -> None:
    nobody = an_appeal().ref
    assert store.reader.appeal(nobody) is None
    assert store.reader.row_id(nobody) is None
    assert store.reader.draft("d") is None
    assert store.reader.outage("omsk", "o") is None
    assert store.reader.session() is None
    assert store.reader.actor() is None
    assert not (store.reader.outbox() or store.reader.drafts() or store.reader.operators())


def test_a_draft_comes_back_as_it_was(store: Store, olga: Operator) -> None:
    appeal = an_appeal()
    draft = Draft(
        "d-1",
        appeal.ref,
        DraftMode.INTERIM,
        "Бригада\nвыехала 🚒",
        NOON,
        cursor=7,
        template="interim",
        quotes=(quoting(an_outage()),),
        promise_at=NOON + timedelta(hours=3),
        seen=Seen.of(appeal),
    )
    store.do(lambda tx: tx.drafts.save(draft))
    assert store.reader.draft("d-1") == draft
    assert store.reader.drafts() == [draft]
    assert store.do(lambda tx: tx.drafts.get("d-1")) == draft


def test_drafts_are_newest_first_and_a_saved_one_replaces_itself(
    store: Store, olga: Operator
) -> None:
    ref = an_appeal().ref
    for number in range(3):
        at = NOON + timedelta(minutes=number)
        store.do(lambda tx, n=number, at=at: tx.drafts.save(_draft(f"d-{n}", at=at)))  # type: ignore[misc]
    again = Draft("d-0", ref, DraftMode.REPLY, "снова", NOON + timedelta(hours=1))
    store.do(lambda tx: tx.drafts.save(again))
    assert [draft.id for draft in store.reader.drafts()] == ["d-0", "d-2", "d-1"]
    assert store.reader.drafts()[0].text == "снова"


def _draft(ident: str, *, at: object = NOON) -> Draft:
    return Draft(ident, an_appeal().ref, DraftMode.REPLY, ident, at)  # type: ignore[arg-type]


def test_everybody_has_their_own(store: Store, olga: Operator) -> None:
    appeal = an_appeal()
    store.take(appeal)
    store.do(lambda tx: tx.drafts.save(_draft("d-1")))
    store.do(lambda tx: tx.desk.save_queue(SavedQueue("q-1", "Мои", QueueQuery())))
    store.do(lambda tx: tx.desk.count_template("etr_known"))
    store.do(lambda tx: tx.desk.count_template("etr_known"))
    store.enqueue(an_envelope(Claim(), appeal, olga))
    reader = store.reader
    assert reader.template_usage() == {"etr_known": 2}
    store.sign_in(an_operator())
    assert (reader.drafts(), reader.outbox(), reader.saved_queues()) == ([], [], [])
    assert reader.template_usage() == {}
    assert reader.draft("d-1") is None
    assert store.do(lambda tx: tx.drafts.get("d-1")) is None
    store.do(lambda tx: tx.drafts.remove("d-1"))
    store.do(lambda tx: tx.desk.remove_queue("q-1"))
    store.sign_in(olga)
    assert [len(x) for x in (reader.drafts(), reader.outbox(), reader.saved_queues())] == [1, 1, 1]


def test_saved_queues_stay_in_the_order_of_saving(store: Store, olga: Operator) -> None:
    for name in ("Б", "А", "В"):
        store.do(lambda tx, n=name: tx.desk.save_queue(SavedQueue(f"q-{n}", n, QueueQuery())))  # type: ignore[misc]
    store.do(lambda tx: tx.desk.save_queue(SavedQueue("q-Б", "Я", QueueQuery("mine"))))
    assert [queue.name for queue in store.reader.saved_queues()] == ["Я", "А", "В"]


def test_colleagues_are_by_name_and_their_rights_are_the_servers(
    store: Store, olga: Operator
) -> None:
    assert store.reader.actor() == olga
    newer = replace(olga, needs_approval=True)
    anna = an_operator(name="Анна")
    store.take(operators=[newer, anna])
    assert store.reader.operators() == [anna, newer]
    assert store.reader.actor() == newer
    assert store.do(lambda tx: tx.account.actor()) == newer
    session = store.reader.session()
    assert session is not None and session.operator == olga.id


def test_the_registry_is_newest_first_and_may_leave_out_what_is_over(store: Store) -> None:
    old = an_outage(started_at=NOON - timedelta(days=1))
    over = an_outage(status=OutageStatus.RESTORED, restored_at=NOON)
    planned = an_outage(status=OutageStatus.ANNOUNCED, started_at=NOON + timedelta(days=1))
    foreign = an_outage(branch="omsk")
    store.take(outages=[old, over, planned, foreign])
    reader = store.reader
    assert reader.outages(branch="krasnoyarsk") == [planned, old]
    assert reader.outages(branch="krasnoyarsk", active_only=False) == [planned, over, old]
    assert set(reader.outages()) == {planned, old, foreign}
    recent = reader.outages(branch="krasnoyarsk", active_only=False, since=NOON)
    assert recent == [planned, old], "what lasts is there, however long ago it began"
    assert reader.outage("omsk", foreign.id) == foreign
    assert reader.outage("krasnoyarsk", foreign.id) is None


def test_the_board_counts_each_branch_and_owner(store: Store, olga: Operator) -> None:
    late = an_appeal(received_at=NOON - timedelta(hours=9), owner=olga.id, status=Status.IN_WORK)
    waiting = an_appeal(owner=olga.id, status=Status.ON_APPROVAL)
    soon = an_appeal(received_at=NOON - timedelta(hours=7, minutes=30), owner=olga.id)
    nobodys = an_appeal()
    yesterday = an_appeal(status=Status.PUBLISHED, owner=olga.id)
    today = replace(yesterday, id="t", number="t", published_at=NOON)
    yesterday = replace(yesterday, published_at=NOON - timedelta(hours=13))
    gone = an_appeal(status=Status.CLOSED, owner="op-gone", closed_at=NOON)
    store.take(late, waiting, soon, nobodys, yesterday, today, gone, operators=[olga])
    unassigned, hers, others = store.reader.board(now=NOON)
    assert (unassigned.owner, unassigned.open) == (None, 1)
    assert (hers.owner_name, hers.open, hers.overdue, hers.due_soon) == (olga.name, 3, 1, 1)
    assert (hers.awaiting, hers.answered_today) == (1, 1)
    assert (hers.oldest, hers.oldest_at) == (late.ref, late.received_at)
    assert (others.owner_name, others.open, others.answered_today) == ("op-gone", 0, 1)
    assert others.oldest is None


def test_today_begins_at_midnight_of_the_branch(store: Store, olga: Operator) -> None:
    """In Krasnoyarsk (UTC+7) the day of noon began at 17:00 UTC of the day before."""
    midnight = NOON.replace(hour=17, minute=0) - timedelta(days=1)
    for number, at in enumerate((midnight - timedelta(seconds=1), midnight)):
        store.take(an_appeal(id=f"a{number}", status=Status.PUBLISHED, published_at=at))
    (line,) = store.reader.board(now=NOON)
    assert line.answered_today == 1


def test_a_thread_reads_on_a_connection_of_its_own(store: Store, olga: Operator) -> None:
    store.take(an_appeal())
    store.reader.counts(now=NOON)
    seen: list[int] = []
    thread = threading.Thread(
        target=lambda: seen.append(store.reader.counts(now=NOON).of("all")), name="other-reader"
    )
    thread.start()
    thread.join(30)
    assert seen == [1]


def test_several_reads_of_one_answer_see_one_state(store: Store, olga: Operator) -> None:
    """A commit between the reads of an appeal must not show half of it."""
    appeal = an_appeal()
    store.take(appeal)
    with store.reader._snapshot():
        before = store.reader.appeal(appeal.ref)
        store.enqueue(an_envelope(a_reply(), appeal, olga))
        assert store.reader.appeal(appeal.ref) == before
    assert store.reader.appeal(appeal.ref) != before


def test_a_reader_cannot_write(store: Store) -> None:
    from console.store.driver import DatabaseError

    with store.reader._lanes.reading() as connection:
        for statement in ("DELETE FROM appeal", "CREATE TABLE t (a)", "PRAGMA user_version = 99"):
            try:
                connection.execute(statement)
            except DatabaseError as error:
                assert "readonly" in str(error)
        assert connection.execute("PRAGMA user_version").fetchone()[0] != 99
