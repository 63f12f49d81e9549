"""The writer: one transaction a job, the operator first, nothing half-done."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from console.domain.draft import Draft, DraftMode
from console.errors import StoreError
from console.ports import Precedence, Transaction
from tests.support.builders import NOON, an_appeal, an_operator
from tests.support.console_store import Store, a_store


def a_draft(text: str = "Здравствуйте!", ident: str = "d-1") -> Draft:
    return Draft(ident, an_appeal().ref, DraftMode.REPLY, text, NOON)


def test_a_future_resolves_with_what_the_job_returned(store: Store) -> None:
    assert store.writer.submit(lambda _: 7).result(30) == 7


def test_a_job_that_raises_leaves_nothing_and_tells_its_asker(store: Store) -> None:
    store.sign_in(an_operator())

    def half(tx: Transaction) -> None:
        tx.drafts.save(a_draft())
        raise StoreError("the disk fell out")

    future = store.writer.submit(half)
    with pytest.raises(StoreError, match="fell out"):
        future.result(30)
    assert store.reader.drafts() == []


def test_the_thread_goes_on_after_a_bug_in_a_job(store: Store) -> None:
    future = store.writer.submit(lambda _: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        future.result(30)
    assert store.writer.submit(lambda _: "alive").result(30) == "alive"


def test_changes_are_told_after_the_commit_and_before_the_future(store: Store) -> None:
    store.sign_in(an_operator())
    seen: list[int] = []
    # The listener reads on a connection of its own: it sees the row only if it is committed.
    store.heard.clear()
    store.writer._changes.subscribe(lambda _: seen.append(len(store.reader.drafts())))
    store.do(lambda tx: tx.drafts.save(a_draft()))
    assert seen == [1]
    assert [one.drafts for one in store.heard] == [True]


def test_a_job_that_changes_nothing_tells_nobody(store: Store) -> None:
    store.heard.clear()
    store.do(lambda tx: tx.account.session())
    assert store.heard == []


def test_the_operators_job_goes_before_everything_that_has_arrived(store: Store) -> None:
    gate, order = threading.Event(), list[str]()
    first = store.writer.submit(lambda _: gate.wait(30), precedence=Precedence.SYNC)
    arrived = [_arrive(store, order, number) for number in range(3)]
    typed = store.writer.submit(lambda _: order.append("draft"))
    gate.set()
    asked: list[Future[Any]] = [first, *arrived, typed]
    for future in asked:
        future.result(30)
    assert order == ["draft", "page 0", "page 1", "page 2"]


def _arrive(store: Store, order: list[str], number: int) -> Future[None]:
    return store.writer.submit(lambda _: order.append(f"page {number}"), precedence=Precedence.SYNC)


def test_closing_finishes_what_the_operator_asked_and_drops_what_arrived(tmp_path: Path) -> None:
    gate = threading.Event()
    with a_store(tmp_path) as store:
        store.sign_in(an_operator())
        store.writer.submit(lambda _: gate.wait(30))
        typed = store.writer.submit(lambda tx: tx.drafts.save(a_draft()))
        arrived = store.writer.submit(lambda _: None, precedence=Precedence.SYNC)
        closing = threading.Thread(target=store.writer.close, name="closing")
        closing.start()
        gate.set()
        closing.join(30)
        assert typed.done() and typed.exception() is None
        assert arrived.cancelled()
        with pytest.raises(StoreError, match="closed"):
            store.writer.submit(lambda _: None).result(30)
        assert len(store.reader.drafts()) == 1


@pytest.mark.expected_logs(r"the store could not write")
def test_a_full_disk_is_said_in_a_sentence(store: Store) -> None:
    store.sign_in(an_operator())
    limit = store.do(_limit_to_present_size)
    assert limit > 0
    with pytest.raises(StoreError, match="free some space"):
        store.do(lambda tx: tx.drafts.save(a_draft("я" * 500_000)))
    store.do(lambda tx: tx.drafts.save(a_draft("коротко")))
    assert [draft.text for draft in store.reader.drafts()] == ["коротко"]


def _limit_to_present_size(tx: Transaction) -> int:
    work = tx.drafts._work  # type: ignore[attr-defined]
    pages = work.db.exec_driver_sql("PRAGMA page_count").scalar()
    return int(work.db.exec_driver_sql(f"PRAGMA max_page_count = {pages + 8}").scalar())


def test_many_threads_may_ask_at_once(store: Store) -> None:
    store.sign_in(an_operator())

    def ask(number: int) -> None:
        store.do(lambda tx: tx.drafts.save(a_draft(str(number), f"d-{number}")))

    threads = [threading.Thread(target=ask, args=(n,), name=f"asker-{n}") for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(int(draft.text) for draft in store.reader.drafts()) == list(range(16))
