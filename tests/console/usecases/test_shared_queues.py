"""Sharing queues on a workstation: at once in the rail, in the outbox until the server has it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.ids import Ref
from console.domain.mutations import ShareQueue, WithdrawQueue
from console.domain.operator import Role
from console.domain.shared_queue import Overwritten, SharedQueue
from console.domain.transitions import RefusedError
from console.listing import QueueQuery, SharedRow
from console.ports import FeedPosition
from console.readmodel import EntryState
from console.sync import push
from console.usecases.acting import GoneError
from console.wire.schema import Answer, AnswerOutcome, Rows
from tests.support.builders import NOON, an_appeal, an_operator
from tests.support.console_store import a_store
from tests.support.console_work import Work, a_work

BRANCHES = ("krasnoyarsk", "khakassia")
QUERY = QueueQuery("open", branches=("krasnoyarsk",), text="Солонцы")
FOREIGN = SharedQueue(
    "krasnoyarsk", "q-1", "Солонцы", "open", "адрес:Солонцы", "sup-9", NOON, version=4
)


@pytest.fixture
def boss(tmp_path: Path) -> Generator[Work]:
    """A supervisor of two branches at work."""
    with a_work(tmp_path, an_operator(role=Role.SUPERVISOR, branches=BRANCHES)) as work:
        yield work


def only(work: Work) -> SharedRow:
    (row,) = work.store.reader.shared_queues()
    return row


def outgoing(work: Work) -> list[tuple[str, str]]:
    entries = work.store.reader.outbox()
    return [(one.envelope.target.branch, one.envelope.mutation.kind) for one in entries]


def test_a_queue_of_ones_own_becomes_one_of_the_branches(boss: Work) -> None:
    boss.store.take(an_appeal())
    saved = boss.queues.save("Солонцы", QUERY).result(30)
    heard = len(boss.store.heard)
    ident = boss.queues.share("Солонцы", QUERY, BRANCHES, instead_of=saved.id).result(30)
    row = only(boss)
    assert (row.id, row.name, row.query, row.branches) == (ident, "Солонцы", QUERY, BRANCHES[::-1])
    assert row.waits and row.by == boss.me.id
    assert boss.store.reader.saved_queues() == []
    assert outgoing(boss) == [(branch, "share_queue") for branch in BRANCHES]
    assert any(changes.queues for changes in boss.store.heard[heard:])
    counts = boss.store.reader.counts(now=NOON)
    assert counts.of(row.key) == len(boss.store.reader.queue_ids(QUERY, now=NOON))


def test_what_the_server_accepted_leaves_the_outbox_and_stays(boss: Work) -> None:
    boss.queues.share("Солонцы", QUERY, BRANCHES[:1]).result(30)
    entry = boss.only_entry()
    ref = entry.envelope.target
    boss.store.do(lambda tx: tx.mirror.set_position(FeedPosition("e", BRANCHES)))
    share = entry.envelope.mutation
    assert isinstance(share, ShareQueue)
    kept = SharedQueue(ref.branch, ref.id, "Солонцы", "open", share.query, boss.me.id, NOON)
    answer = Answer(entry.envelope.id, AnswerOutcome.APPLIED, Rows(queues=(kept,)), NOON)
    boss.store.do(lambda tx: push.settle(tx, entry.seq, answer))
    assert boss.store.reader.outbox() == []
    row = only(boss)
    assert (row.waits, row.query) == (False, QUERY)


def test_an_answer_about_a_branch_that_is_not_ours_any_more_brings_nothing(boss: Work) -> None:
    boss.store.do(lambda tx: tx.mirror.set_position(FeedPosition("e", BRANCHES[:1])))
    foreign = replace(FOREIGN, branch="tyva")
    answer = Answer("e-1", AnswerOutcome.APPLIED, Rows(queues=(foreign,)), NOON)
    boss.store.do(lambda tx: push.settle(tx, 77, answer))
    assert boss.store.reader.shared_queues() == []


def test_who_may_not_share_is_told_so_at_once_and_keeps_their_queue(work: Work) -> None:
    saved = work.queues.save("Мои", QUERY).result(30)
    error = work.queues.share("Мои", QUERY, BRANCHES[:1], instead_of=saved.id).exception(30)
    assert isinstance(error, RefusedError) and error.code == "role_may_not"
    assert work.store.reader.saved_queues() == [saved]
    assert work.store.reader.outbox() == []


@pytest.mark.parametrize(
    ("name", "query", "branches", "code"),
    [
        ("Моё", QueueQuery("drafts"), BRANCHES, "queue_not_for_all"),
        ("Моё", QUERY, (), "queue_needs_branch"),
        ("  ", QUERY, BRANCHES, "queue_needs_name"),
        ("Моё", QUERY, ("tyva",), "not_your_branch"),
    ],
)
def test_what_cannot_be_shared_says_why(
    boss: Work, name: str, query: QueueQuery, branches: tuple[str, ...], code: str
) -> None:
    error = boss.queues.share(name, query, branches).exception(30)
    assert isinstance(error, RefusedError) and error.code == code
    assert boss.store.reader.outbox() == []


def test_a_shared_queue_is_renamed_changed_narrowed_to_fewer_branches_and_withdrawn(
    boss: Work,
) -> None:
    ident = boss.queues.share("Солонцы", QUERY, BRANCHES).result(30)
    boss.queues.rename_shared(ident, "Солонцы, Новая").result(30)
    assert only(boss).name == "Солонцы, Новая"
    other = replace(QUERY, text="Берёзовка")
    boss.queues.share("Берёзовка", other, BRANCHES[:1], queue_id=ident).result(30)
    row = only(boss)
    assert (row.name, row.query, row.branches) == ("Берёзовка", other, BRANCHES[:1])
    boss.queues.withdraw(ident).result(30)
    assert only(boss).branches == ()
    gone = boss.queues.rename_shared(ident, "снова").exception(30)
    assert isinstance(gone, GoneError) and gone.what == "queue"
    kinds = [kind for _, kind in outgoing(boss)]
    assert kinds.count("withdraw_queue") == 2


def test_sharing_what_is_shared_just_so_asks_for_nothing(boss: Work) -> None:
    ident = boss.queues.share("Солонцы", QUERY, BRANCHES[:1]).result(30)
    boss.queues.share("Солонцы", QUERY, BRANCHES[:1], queue_id=ident).result(30)
    assert len(boss.store.reader.outbox()) == 1


def test_a_colleagues_queue_is_copied_and_then_is_ones_own(work: Work) -> None:
    work.store.take(queues=[FOREIGN])
    copied = work.queues.copy("q-1").result(30)
    assert work.store.reader.saved_queues() == [copied]
    assert (copied.name, copied.query) == ("Солонцы", QueueQuery("open", text="адрес:Солонцы"))
    work.store.take(queues=[replace(FOREIGN, version=5, withdrawn=True)])
    assert work.store.reader.saved_queues() == [copied]


def test_what_this_program_does_not_understand_is_shown_counted_nowhere_and_not_copied(
    work: Work,
) -> None:
    work.store.take(an_appeal(), queues=[replace(FOREIGN, query="луна:полная")])
    row = only(work)
    assert (row.name, row.query) == ("Солонцы", None)
    assert row.key not in work.store.reader.counts(now=NOON).counts
    error = work.queues.copy("q-1").exception(30)
    assert isinstance(error, RefusedError) and error.code == "queue_not_understood"


def test_a_change_made_without_a_link_says_which_version_it_had_seen(boss: Work) -> None:
    boss.store.take(queues=[FOREIGN])
    boss.queues.rename_shared("q-1", "Без связи").result(30)
    mutation = boss.only_entry().envelope.mutation
    assert isinstance(mutation, ShareQueue) and mutation.base == 4
    theirs = replace(FOREIGN, version=5, name="Чужое", by="sup-8")
    boss.store.take(queues=[theirs])
    row = only(boss)
    assert (row.name, row.over_by, row.over_name) == ("Без связи", "sup-8", "Чужое")


def test_what_was_overwritten_is_told_with_names(boss: Work) -> None:
    colleague = an_operator(id="sup-8", name="Громов Павел")
    over = Overwritten("sup-8", "Было", "", withdrawn=True)
    boss.store.take(queues=[replace(FOREIGN, over=over, by="sup-8")], operators=[colleague])
    row = only(boss)
    assert (row.by_name, row.over_by_name, row.over_name) == ("Громов Павел",) * 2 + ("Было",)
    assert row.over_gone


def test_in_several_branches_the_latest_change_is_shown(boss: Work) -> None:
    other = replace(FOREIGN, branch="khakassia", name="Новее", at=NOON.replace(hour=23))
    boss.store.take(queues=[FOREIGN, other])
    row = only(boss)
    assert (row.name, row.branches) == ("Новее", ("khakassia", "krasnoyarsk"))
    boss.store.take(queues=[replace(other, version=9, withdrawn=True)])
    row = only(boss)
    assert (row.name, row.branches) == ("Солонцы", ("krasnoyarsk",))


def test_an_older_version_never_replaces_a_newer_one(work: Work) -> None:
    work.store.take(queues=[FOREIGN])
    work.store.take(queues=[replace(FOREIGN, version=3, name="Старое")])
    assert only(work).name == "Солонцы"


def test_a_branch_that_is_not_ours_any_more_takes_its_queues_along(work: Work) -> None:
    work.store.take(queues=[FOREIGN, replace(FOREIGN, branch="tyva", id="q-2")])
    work.store.do(lambda tx: tx.mirror.forget_branches(["tyva"], limit=10))
    assert [row.id for row in work.store.reader.shared_queues()] == ["q-2"]
    work.store.do(lambda tx: tx.mirror.clear())
    assert work.store.reader.shared_queues() == []


def test_clearing_the_mirror_keeps_what_waits(boss: Work) -> None:
    boss.queues.share("Солонцы", QUERY, BRANCHES[:1]).result(30)
    boss.store.do(lambda tx: tx.mirror.clear())
    assert only(boss).waits


@pytest.mark.parametrize("away", ["discard", "cancel"])
def test_a_queue_that_was_refused_is_ones_own_again(boss: Work, away: str) -> None:
    ident = boss.queues.share("Солонцы", QUERY, BRANCHES[:1]).result(30)
    seq = boss.only_entry().seq
    boss.store.do(lambda tx: tx.outbox.mark(seq, EntryState.HELD))
    assert boss.store.reader.shared_queues() == []
    getattr(boss.outbox, away)(seq).result(30)
    (kept,) = boss.store.reader.saved_queues()
    assert (kept.id, kept.name, kept.query) == (ident, "Солонцы", QUERY)


def test_a_held_withdrawal_leaves_the_queue_where_it_is(boss: Work) -> None:
    boss.store.take(queues=[FOREIGN])
    boss.queues.withdraw("q-1").result(30)
    entry = boss.only_entry()
    assert entry.envelope.mutation == WithdrawQueue(4)
    assert only(boss).branches == ()
    boss.outbox.discard(entry.seq).result(30)
    assert only(boss).branches == ("krasnoyarsk",)
    assert entry.envelope.target == Ref("krasnoyarsk", "q-1")


def test_a_store_that_is_opened_again_has_them(tmp_path: Path) -> None:
    with a_work(tmp_path) as work:
        work.store.take(queues=[FOREIGN])
    with a_store(tmp_path) as store:
        assert [row.name for row in store.reader.shared_queues()] == ["Солонцы"]
