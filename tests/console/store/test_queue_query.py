"""Queues against a plain Python model of what each of them is."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from console.domain.appeal import ANSWERED, Appeal, Author, OutageTag, Place, Status
from console.domain.draft import Draft, DraftMode
from console.domain.mutations import AddNote, SendReply
from console.domain.operator import Operator
from console.domain.pause import Pause
from console.domain.snooze import Wake, woken
from console.readmodel import EntryState, Grouping, QueueQuery, QueueSort, SavedQueue
from console.store import queue_query, reader
from console.store.driver import connect_reader
from tests.support.builders import NOON, an_appeal, an_envelope, an_operator, an_outage
from tests.support.console_store import KEY, EightHours, Store, a_store

ME = an_operator(id="op-me")
OUTAGE = an_outage(id="out-1")
LATER = NOON + timedelta(hours=6)
"""The moment at which the queues are looked at."""


def a_shift(count: int = 300) -> list[Appeal]:
    """Appeals of every kind, the same in every run."""
    rng = random.Random(7)
    return [
        an_appeal(
            id=f"a{number:03}",
            number=str(10_000 + number),
            branch=rng.choice(("krasnoyarsk", "omsk", "tyva")),
            channel=rng.choice(("vk", "ok", "phone")),
            status=rng.choice(list(Status)),
            topic=rng.choice(("outage.emergency", "outage.planned", "quality.low", "outage", "")),
            danger=rng.random() < 0.2,
            owner=rng.choice((ME.id, "op-other", None)),
            author=Author(rng.choice(("Яна", "анна", "Ёлкин Пётр", "Егор", "«Лампа»", ""))),
            place=Place(rng.choice(("Солонцы", "Абакан", "ачинск", ""))),
            created_at=NOON + timedelta(minutes=rng.randrange(-600, 300)),
            received_at=NOON + timedelta(minutes=rng.randrange(-600, 300)),
            outages=(OutageTag(OUTAGE.id, NOON, ME.id),) if rng.random() < 0.2 else (),
            promise_at=NOON if rng.random() < 0.2 else None,
        )
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def shift() -> list[Appeal]:
    return a_shift()


@pytest.fixture(scope="module")
def filled(shift: list[Appeal], tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    folder: Path = tmp_path_factory.mktemp("filled")
    with a_store(folder) as store:
        store.sign_in(ME)
        store.take(*shift, outages=[OUTAGE])
        for appeal in shift[:5]:
            draft = Draft(f"d-{appeal.id}", appeal.ref, DraftMode.NOTE, "…", NOON)
            store.do(lambda tx, d=draft: tx.drafts.save(d))  # type: ignore[misc]
        store.enqueue(an_envelope(AddNote("!"), shift[7], ME))
    yield folder


@pytest.fixture
def store(filled: Path) -> Generator[Store]:
    with a_store(filled) as opened:
        yield opened


def due(appeal: Appeal) -> object:
    outages = {OUTAGE.id: OUTAGE} if appeal.branch == OUTAGE.branch else {}
    return EightHours().due(appeal, outages).due_at


def is_open(appeal: Appeal) -> bool:
    return appeal.status not in ANSWERED


def _is_overdue(appeal: Appeal) -> bool:
    at = due(appeal)
    return is_open(appeal) and at is not None and at <= LATER  # type: ignore[operator]


def _is_due_soon(appeal: Appeal) -> bool:
    at = due(appeal)
    return is_open(appeal) and at is not None and LATER < at <= LATER + timedelta(hours=1)  # type: ignore[operator]


_MEANING: dict[str, Callable[[Appeal], bool]] = {
    "all": lambda a: True,
    "open": is_open,
    "answered": lambda a: not is_open(a),
    "mine": lambda a: is_open(a) and a.owner == ME.id,
    "unassigned": lambda a: is_open(a) and a.owner is None,
    "danger": lambda a: is_open(a) and a.danger,
    "approval": lambda a: a.status is Status.ON_APPROVAL,
    "postponed": lambda a: a.status is Status.POSTPONED,
    "overdue": _is_overdue,
    "due_soon": _is_due_soon,
    "branch:omsk": lambda a: is_open(a) and a.branch == "omsk",
    "topic:outage": lambda a: is_open(a) and a.topic.partition(".")[0] == "outage",
    "owner:op-other": lambda a: is_open(a) and a.owner == "op-other",
    "outage:out-1": lambda a: a.has_outage("out-1"),
    "drafts": lambda a: a.id < "a005",
    "outbox": lambda a: a.id == "a007",
    "promises": lambda a: a.promise_at is not None,
    "nonsense": lambda a: False,
    "nonsense:x": lambda a: False,
}


def found(store: Store, query: QueueQuery) -> list[str]:
    ids = store.reader.queue_ids(query, now=LATER)
    return [row.ref.id for row in store.reader.queue_rows(ids)]


@pytest.mark.parametrize(("queue", "sort"), list(product(_MEANING, QueueSort)))
def test_a_queue_holds_what_it_says_in_every_order(
    store: Store, shift: list[Appeal], queue: str, sort: QueueSort
) -> None:
    ids = found(store, QueueQuery(queue, sort))
    assert sorted(ids) == sorted(a.id for a in shift if _MEANING[queue](a))
    by_id = {appeal.id: appeal for appeal in shift}
    lane = [by_id[ident].danger and is_open(by_id[ident]) for ident in ids]
    above = 0 if sort is QueueSort.MATCH else sum(lane)
    assert all(lane[:above])
    for part in (ids[:above], ids[above:]):
        keys = [_order(by_id[ident], sort) for ident in part]
        assert keys == sorted(keys, reverse=sort in (QueueSort.NEWEST, QueueSort.MATCH))


def _order(appeal: Appeal, sort: QueueSort) -> tuple[object, ...]:
    if sort is QueueSort.DUE:
        at = due(appeal)
        return (not is_open(appeal), at is None, at or NOON)
    if sort in (QueueSort.NEWEST, QueueSort.MATCH, QueueSort.OLDEST):
        return (appeal.created_at,)
    text = appeal.author.name if sort is QueueSort.AUTHOR else appeal.place.settlement
    folded = text.casefold().replace("ё", "е").strip("«»")
    return (folded == "", folded)


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        (QueueQuery("all", branches=("omsk", "tyva")), lambda a: a.branch in ("omsk", "tyva")),
        (QueueQuery("all", topics=("outage",)), lambda a: a.topic.startswith("outage")),
        (QueueQuery("all", topics=("outage.planned",)), lambda a: a.topic == "outage.planned"),
        (
            QueueQuery("all", topics=("outage.planned", "quality")),
            lambda a: a.topic in ("outage.planned", "quality.low"),
        ),
        (QueueQuery("all", channels=("vk",)), lambda a: a.channel == "vk"),
        (QueueQuery("all", statuses=("new", "closed")), lambda a: a.status in ("new", "closed")),
        (QueueQuery("all", owners=(ME.id, "")), lambda a: a.owner in (ME.id, None)),
        (
            QueueQuery("open", QueueSort.PLACE, branches=("omsk",), channels=("ok", "phone")),
            lambda a: is_open(a) and a.branch == "omsk" and a.channel in ("ok", "phone"),
        ),
        (QueueQuery("mine", branches=("nowhere",)), lambda a: False),
        (QueueQuery("drafts", text="10003"), lambda a: a.id == "a003"),
    ],
)
def test_filters_narrow_a_queue(
    store: Store, shift: list[Appeal], query: QueueQuery, meaning: Callable[[Appeal], bool]
) -> None:
    assert sorted(found(store, query)) == sorted(a.id for a in shift if meaning(a))


@pytest.mark.parametrize("sort", QueueSort)
def test_a_large_queue_is_the_same_however_small_the_parts_it_is_read_in(
    store: Store, monkeypatch: pytest.MonkeyPatch, sort: QueueSort
) -> None:
    queries = [QueueQuery(key, sort) for key in _MEANING]
    queries += [
        QueueQuery("all", sort, branches=("omsk", "tyva"), owners=("",)),
        QueueQuery("open", sort, statuses=("new",), topics=("outage",)),
    ]
    looked_up = [found(store, query) for query in queries]
    for name, few in (("_FEW", 0), ("_FEW_DUE", 0), ("_MANY_IN_DANGER", 0)):
        monkeypatch.setattr(queue_query, name, few)
    for name, entries in (("_FIRST_ENTRIES", 3), ("_ENTRIES", 7)):
        monkeypatch.setattr(reader, name, entries)
    assert [found(store, query) for query in queries] == looked_up
    parts = list(store.reader.queue_parts(QueueQuery("all", sort), now=LATER))
    assert len(parts) > 40 and max(map(len, parts)) <= 7, "the lane of danger is read so, too"


def test_of_a_large_queue_only_the_first_rows_are_read_where_more_are_not_wanted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = store.reader.queue_ids(QueueQuery(), now=LATER)
    monkeypatch.setattr(queue_query, "_FEW", 0)
    monkeypatch.setattr(reader, "_FIRST_ENTRIES", 50)
    monkeypatch.setattr(reader, "_ENTRIES", -1)  # a second part would be refused
    assert list(store.reader.queue_ids(QueueQuery(), now=LATER, limit=20)) == list(everything)[:20]


def test_rows_are_put_together_by_outage_place_post_and_person(tmp_path: Path) -> None:
    anna = Author("Анна", phone="+79130000001")
    appeals = [
        an_appeal(id="a1", branch="omsk", author=anna, place=Place("Солонцы", street="Новая")),
        an_appeal(id="a2", branch="omsk", author=Author("Нюра", handle="vk.com/n"), thread="w-1"),
        an_appeal(id="a3", branch="tyva", author=anna, place=Place("Солонцы"), thread="w-1"),
    ]
    tag = OutageTag("out-1", NOON, ME.id)
    home = an_outage(id="out-1", branch="omsk")
    with a_store(tmp_path) as store:
        store.sign_in(ME)
        store.take(replace(appeals[0], outages=(tag,)), *appeals[1:], outages=[home])
        ids = [store.reader.row_id(one.ref) or 0 for one in appeals]
        keys = {
            kind: [key for key, _ in store.reader.group_keys([*ids, 999], kind)]
            for kind in Grouping
            if kind is not Grouping.NONE
        }
        titles = dict(store.reader.group_keys(ids, Grouping.OUTAGE))
    assert keys == {
        Grouping.OUTAGE: ["omsk/out-1", "", "", ""],
        Grouping.PLACE: ["omsk/Солонцы", keys[Grouping.PLACE][1], "tyva/Солонцы", ""],
        Grouping.THREAD: ["", "omsk/w-1", "tyva/w-1", ""],
        Grouping.RESIDENT: ["omsk/+79130000001", "omsk/vk.com/n", "tyva/+79130000001", ""],
    }
    assert titles["omsk/out-1"].startswith(home.areas[0].settlement)


def test_counts_are_the_lengths_of_their_queues(store: Store) -> None:
    counts = store.reader.counts(now=LATER)
    keys = [key for key in _MEANING if not key.startswith("nonsense")]
    keys += ["branch:krasnoyarsk", "branch:tyva", "topic:quality"]
    expected = {key: len(store.reader.queue_ids(QueueQuery(key), now=LATER)) for key in keys}
    assert {key: counts.of(key) for key in keys} == expected


def test_a_saved_queue_is_counted_with_its_filters_and_its_text(store: Store) -> None:
    query = QueueQuery("all", text="солонцы", branches=("omsk",))
    store.do(lambda tx: tx.desk.save_queue(SavedQueue("q1", "Солонцы в Омске", query)))
    expected = len(store.reader.queue_ids(query, now=LATER))
    assert store.reader.counts(now=LATER).of("saved:q1") == expected > 0
    store.do(lambda tx: tx.desk.remove_queue("q1"))
    assert store.reader.saved_queues() == []


def test_text_in_a_query_is_never_sql(store: Store, shift: list[Appeal]) -> None:
    evil = "'; DROP TABLE queue_row; --"
    for query in (
        QueueQuery(queue=f"branch:{evil}"),
        QueueQuery(queue=evil),
        QueueQuery("all", branches=(evil,), owners=(evil,)),
        QueueQuery("all", text=f'" OR words MATCH "{evil}'),
        QueueQuery("all", text='NEAR( * AND "'),
    ):
        store.reader.queue_ids(query, now=LATER)
    assert len(found(store, QueueQuery("all"))) == len(shift)


def test_rows_come_in_the_asked_order_and_a_vanished_one_is_left_out(store: Store) -> None:
    ids = list(store.reader.queue_ids(QueueQuery("all"), now=LATER))[:10]
    rows = store.reader.queue_rows(ids)
    backwards = store.reader.queue_rows([*reversed(ids), 999_999, ids[0]])
    assert backwards == [*reversed(rows), rows[0]]
    assert store.reader.queue_rows([]) == []


def test_many_hits_and_few_hits_are_found_alike(tmp_path: Path) -> None:
    """A search with more hits than are looked up one by one is a sieve over the order."""
    appeals = [an_appeal(id=f"b{n:04}", number=str(n)) for n in range(1_100)]
    rare = replace(appeals[500], text="Искрит столб")
    appeals[500] = rare
    with a_store(tmp_path) as store:
        store.take(*appeals)
        assert found(store, QueueQuery("all", text="столб")) == [rare.id]
        common = QueueQuery("all", QueueSort.OLDEST, text="солонцы")
        assert found(store, common) == [appeal.id for appeal in appeals]
        assert found(store, replace(common, statuses=("closed",))) == []


def test_who_has_a_draft_or_an_entry_is_marked_in_the_row(store: Store) -> None:
    (row,) = store.reader.queue_rows(store.reader.queue_ids(QueueQuery("outbox"), now=LATER))
    assert (row.outbox_state, row.has_draft) == (EntryState.QUEUED, False)
    drafts = store.reader.queue_rows(store.reader.queue_ids(QueueQuery("drafts"), now=LATER))
    assert all(row.has_draft and row.outbox_state is None for row in drafts)


def test_unread_is_what_has_news_since_it_was_read(tmp_path: Path) -> None:
    appeal = an_appeal()
    with a_store(tmp_path) as store:
        store.sign_in(ME)
        store.take(appeal)

        def is_unread() -> bool:
            return store.reader.queue_rows(store.reader.queue_ids(QueueQuery(), now=LATER))[
                0
            ].unread

        assert is_unread()
        store.do(lambda tx: tx.desk.mark_read(appeal.ref))
        assert not is_unread()
        assert store.heard[-1].appeals == {appeal.ref}
        store.take(replace(appeal, version=2, last_resident_message="m-2"))
        assert is_unread()
        store.do(lambda tx: tx.desk.mark_read(appeal.ref))
        _other(store)
        assert is_unread()


def test_what_has_woken_it_stands_in_the_row_until_each_operator_has_opened_it(
    tmp_path: Path,
) -> None:
    sleeping = replace(
        an_appeal(status=Status.POSTPONED),
        pauses=(Pause(NOON, None, "ждём"),),
        postponed_until=NOON,
    )
    awake, _ = woken(sleeping, Wake.OUTAGE, now=LATER)
    again = replace(awake, version=9, woken_by="time", pauses=(*awake.pauses, awake.pauses[0]))
    with a_store(tmp_path) as store:
        store.sign_in(ME)
        store.take(sleeping)

        def why() -> str:
            return store.reader.queue_rows(store.reader.queue_ids(QueueQuery(), now=LATER))[0].woken

        assert why() == ""
        store.do(lambda tx: tx.desk.mark_read(sleeping.ref))
        store.take(awake)
        assert why() == "outage"
        store.do(lambda tx: tx.desk.mark_read(sleeping.ref))
        assert why() == ""
        store.take(again)
        assert why() == "time", "the next waking is news again"
        store.do(lambda tx: tx.desk.mark_read(sleeping.ref))
        other = _other(store)
        assert why() == "time", "who has not opened it has not seen it"
        going_on = SendReply("Бригада едет.", interim=True, promise_at=LATER)
        store.enqueue(an_envelope(going_on, again, other))
        assert why() == "", "somebody goes on"


def _other(store: Store) -> Operator:
    other = an_operator()
    store.sign_in(other)
    return other


@pytest.mark.parametrize("sort", [one for one in QueueSort if one is not QueueSort.MATCH])
def test_the_lane_of_danger_of_a_large_queue_is_found_without_reading_a_row(
    store: Store, monkeypatch: pytest.MonkeyPatch, sort: QueueSort
) -> None:
    monkeypatch.setattr(queue_query, "_FEW", 0)
    query = QueueQuery("all", sort, branches=("omsk",), topics=("outage",), channels=("vk",))
    moment = queue_query.Moment(ME.id, NOON, timedelta(hours=1))
    lane = queue_query.statement(query, moment, size=lambda _: 100).in_danger(size=lambda _: 100)
    raw = connect_reader(store.path, KEY)
    plan = raw.execute(f"EXPLAIN QUERY PLAN {lane.ids()}", dict(lane.parameters)).fetchall()
    raw.close()
    assert any("COVERING INDEX queue_danger" in step for *_, step in plan), plan
