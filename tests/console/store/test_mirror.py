"""The mirror: what the server said last, whatever order its words arrive in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.appeal import Appeal, OutageTag, Status
from console.domain.event import Event, EventKind
from console.domain.ids import Ref
from console.domain.message import MessageState
from console.domain.operator import Operator
from console.domain.outage import OutageStatus
from console.ports import FeedPosition
from console.readmodel import QueueQuery, QueueRow
from console.wire.schema import Presence, RowKind, Tombstone
from tests.support.builders import (
    NOON,
    a_message,
    a_reply,
    an_appeal,
    an_envelope,
    an_operator,
    an_outage,
)
from tests.support.console_store import Store


def statuses(store: Store) -> list[str]:
    ids = store.reader.queue_ids(QueueQuery("all"), now=NOON)
    return [row.status for row in store.reader.queue_rows(ids)]


def shown(store: Store, appeal: Appeal) -> Appeal:
    view = store.reader.appeal(appeal.ref)
    assert view is not None
    return view.appeal


def test_a_newer_version_replaces_an_older_one(store: Store) -> None:
    appeal = an_appeal()
    store.take(appeal)
    store.take(replace(appeal, version=2, status=Status.IN_WORK))
    assert statuses(store) == ["in_work"]


def test_an_older_version_never_replaces_a_newer_one(store: Store) -> None:
    appeal = an_appeal(version=5, status=Status.IN_WORK)
    store.take(appeal)
    store.take(replace(appeal, version=4, status=Status.NEW))
    assert statuses(store) == ["in_work"]
    assert shown(store, appeal).version == 5


def test_of_two_versions_in_one_page_the_newer_counts(store: Store) -> None:
    appeal = an_appeal(version=2, status=Status.IN_WORK)
    store.take(appeal, replace(appeal, version=1, status=Status.NEW))
    assert shown(store, appeal) == appeal


def test_a_late_answer_does_not_take_a_message_back_in_time(store: Store) -> None:
    """The ledger's answer of the first time comes after a pull has brought the approval."""
    appeal = an_appeal(version=7)
    published = a_message(appeal, state=MessageState.PUBLISHED)
    store.take(appeal, messages=[published])
    late = replace(published, state=MessageState.AWAITING)
    unknown = a_message(appeal)
    store.take(replace(appeal, version=3), messages=[late, unknown])
    view = store.reader.appeal(appeal.ref)
    assert view is not None
    assert {m.id: m.state for m in view.messages} == {
        published.id: MessageState.PUBLISHED,
        unknown.id: MessageState.PUBLISHED,
    }


def test_a_tombstone_takes_an_appeal_with_all_that_belongs_to_it(store: Store) -> None:
    appeal, other = an_appeal(), an_appeal()
    event = Event(appeal.branch, "e-1", appeal.id, NOON, EventKind.TAKEN_IN)
    store.take(appeal, other, messages=[a_message(appeal)], events=[event])
    store.do(lambda tx: tx.mirror.drop([Tombstone(RowKind.APPEAL, appeal.ref)]))
    assert store.reader.appeal(appeal.ref) is None
    assert store.reader.row_id(appeal.ref) is None
    assert store.reader.counts(now=NOON).of("all") == 1
    assert store.reader.mirrored_rows() == 1
    assert len(store.reader.queue_ids(QueueQuery("all", text="Солонцы"), now=NOON)) == 1


def test_a_message_that_is_gone_is_not_found_any_more(store: Store) -> None:
    appeal = an_appeal()
    message = a_message(appeal, text="Перезвоните про шлагбаум")
    store.take(appeal, messages=[message])
    search = QueueQuery("all", text="шлагбаум")
    assert len(store.reader.queue_ids(search, now=NOON)) == 1
    store.do(lambda tx: tx.mirror.drop([Tombstone(RowKind.MESSAGE, message.ref)]))
    assert len(store.reader.queue_ids(search, now=NOON)) == 0


def test_rows_that_are_gone_twice_or_were_never_there_do_no_harm(store: Store) -> None:
    nobody = Ref("krasnoyarsk", "nobody")
    for kind in RowKind:
        store.do(lambda tx, kind=kind: tx.mirror.drop([Tombstone(kind, nobody)] * 2))  # type: ignore[misc]
    assert store.reader.counts(now=NOON).counts["overdue"] == 0


def test_the_position_is_kept_with_every_feed(store: Store) -> None:
    assert store.reader.position() == FeedPosition()
    position = FeedPosition("epoch-1", ("omsk", "tyva"), {"omsk": 12, "_": 3}, complete=True)
    store.do(lambda tx: tx.mirror.set_position(position))
    assert store.reader.position() == position
    assert store.do(lambda tx: tx.mirror.position()) == position
    fewer = FeedPosition("epoch-1", ("omsk",), {"omsk": 13}, complete=True)
    store.do(lambda tx: tx.mirror.set_position(fewer))
    assert store.reader.position() == fewer


def test_clearing_keeps_the_outbox_and_the_drafts(store: Store, olga: Operator) -> None:
    appeal, outage = an_appeal(), an_outage()
    tagged = replace(appeal, outages=(OutageTag(outage.id, NOON, olga.id),))
    store.take(tagged, outages=[outage], operators=[olga], messages=[a_message(appeal)])
    store.enqueue(an_envelope(a_reply(), appeal, olga))
    store.do(lambda tx: tx.mirror.set_position(FeedPosition("e", ("x",), {"x": 1}, complete=True)))
    store.do(lambda tx: tx.mirror.clear())
    assert store.reader.mirrored_rows() == 0
    assert store.reader.position() == FeedPosition()
    assert store.reader.outages(active_only=False) == []
    assert len(store.reader.outbox()) == 1
    counts = dict(store.reader.counts(now=NOON).counts)
    assert {key: n for key, n in counts.items() if n} == {"outbox": 1}
    store.take(tagged, outages=[outage])
    assert shown(store, appeal).status is Status.PUBLISHED


def test_a_branch_that_is_not_ours_any_more_is_forgotten_bit_by_bit(store: Store) -> None:
    ours = [an_appeal() for _ in range(3)]
    foreign = [an_appeal(branch="omsk") for _ in range(5)]
    store.take(*ours, *foreign, outages=[an_outage(branch="omsk"), an_outage()])
    rounds = 0
    while store.do(lambda tx: tx.mirror.forget_branches(("krasnoyarsk",), limit=2)):
        rounds += 1
    assert rounds == 2
    assert {row.ref.branch for row in _all(store)} == {"krasnoyarsk"}
    assert len(_all(store)) == 3
    assert [o.branch for o in store.reader.outages()] == ["krasnoyarsk"]


def test_presence_is_replaced_whole_and_told_once(store: Store, olga: Operator) -> None:
    pavel = an_operator(name="Павел")
    store.take(operators=[pavel])
    appeal = an_appeal().ref
    there = [Presence(appeal, pavel.id, typing=True, since=NOON)]
    mine = Presence(appeal, olga.id, typing=False, since=NOON)
    store.do(lambda tx: tx.mirror.put_presence([*there, mine]))
    store.heard.clear()
    store.do(lambda tx: tx.mirror.put_presence([*there, replace(mine, since=NOON)]))
    assert store.heard == []
    rows = store.reader.presence()[appeal]
    assert [(row.name, row.typing, row.lease_until) for row in rows] == [("Павел", True, None)]
    leased = replace(there[0], lease_until=NOON + timedelta(minutes=10))
    store.do(lambda tx: tx.mirror.put_presence([leased, mine]))
    (row,) = store.reader.presence()[appeal]
    assert row.holds(NOON) and not row.holds(NOON + timedelta(minutes=10))
    assert [one.presence for one in store.heard] == [True]
    store.heard.clear()
    store.do(lambda tx: tx.mirror.put_presence([]))
    assert store.reader.presence() == {}
    assert [one.presence for one in store.heard] == [True]


def test_an_outage_that_ends_moves_the_clock_of_its_appeals(store: Store) -> None:
    outage = an_outage()
    appeal = an_appeal(outages=(OutageTag(outage.id, NOON, "op"),))
    store.take(appeal, outages=[outage])
    (row,) = _all(store)
    assert row.due_at == appeal.received_at + timedelta(hours=9)
    assert (row.outage, row.outage_status) == (outage.id, "crew_sent")
    assert row.outage_etr == outage.etr
    store.heard.clear()
    store.take(outages=[replace(outage, version=2, status=OutageStatus.RESTORED)])
    (row,) = _all(store)
    assert row.due_at == appeal.received_at + timedelta(hours=8)
    assert row.outage_status == "restored"
    assert store.heard[-1].appeals == {appeal.ref}
    assert store.heard[-1].outages == {outage.ref}


def test_an_outage_that_comes_after_its_appeal_is_shown_with_it(store: Store) -> None:
    outage = an_outage()
    store.take(an_appeal(outages=(OutageTag(outage.id, NOON, "op"),)))
    assert _all(store)[0].outage_status is None
    store.take(outages=[outage])
    assert _all(store)[0].outage_status == "crew_sent"


def test_events_are_told_as_changes_of_their_appeal(store: Store) -> None:
    appeal = an_appeal()
    store.take(appeal)
    store.heard.clear()
    event = Event(appeal.branch, "e-1", appeal.id, NOON, EventKind.CLAIMED, "op", {"to": "op"})
    store.take(events=[event, event])
    assert store.heard[-1].appeals == {appeal.ref}
    view = store.reader.appeal(appeal.ref)
    assert view is not None and view.events == (event,)


def _all(store: Store) -> list[QueueRow]:
    return store.reader.queue_rows(store.reader.queue_ids(QueueQuery("all"), now=NOON))
