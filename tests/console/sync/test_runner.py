"""The sync thread over a store and a server in memory: everything gets out, exactly once."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.clock import SystemClock
from console.domain.appeal import Appeal, Outcome, Status
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.message import MessageKind
from console.domain.mutations import AddNote, Claim, Envelope, Seen
from console.domain.operator import Operator, Role
from console.errors import AuthError, DiskError, RejectedError, StoreError, TransientError
from console.ports import FeedPosition
from console.readmodel import EntryState, Link, QueueQuery
from console.rulebook.snooze import load_snooze
from console.store.driver import connect_reader
from console.store.reader import StoreReader
from console.sync import pull
from console.sync import runner as runner_module
from console.sync.backoff import Backoff
from console.sync.machine import Machine
from console.sync.runner import SyncRunner
from console.usecases.acting import Acting
from console.usecases.outbox import OutboxUseCases
from console.usecases.queues import QueueUseCases
from console.usecases.reply import ReplyUseCases
from console.wire.schema import CENTRE, Answer, Page, RowKind
from tests.support.builders import NOON, a_message, an_appeal, an_operator, an_outage
from tests.support.console_server import (
    PASSWORD,
    ClientDouble,
    Failure,
    NobodyPokes,
    ServerDouble,
    answer_lost,
    request_lost,
    unreachable,
)
from tests.support.console_store import KEY, Store, a_store
from tests.support.files import NORMS
from tests.support.waiting import until


@dataclass(slots=True)
class Desk:
    """A workstation: its store, its sync thread, and the operator's hands."""

    store: Store
    sync: SyncRunner
    client: ClientDouble
    server: ServerDouble
    operator: Operator
    acting: Acting
    reply: ReplyUseCases
    outbox: OutboxUseCases

    def in_step(self) -> bool:
        """Whether everything is read and nothing more can leave."""
        waiting = [e for e in self.store.reader.waiting() if e.state is not EntryState.HELD]
        return self.sync.status().link is Link.ONLINE and not waiting and self.has_all()

    def has_all(self) -> bool:
        """Whether the mirror stands where the server's feeds end."""
        heads = {name: feed.head for name, feed in self.server.feeds.items()}
        return dict(self.store.reader.position().cursors) == heads

    def send(self, appeal: Appeal, text: str, *, seen: Seen | None = None) -> None:
        """Answer, having seen the appeal as it is shown here."""
        seen = seen or Seen.of(self.shown(appeal))
        draft = Draft(f"d-{text}", appeal.ref, DraftMode.REPLY, text, NOON, seen=seen)
        self.reply.send(replace(draft, outcome=Outcome.EXPLAINED)).result(30)

    def shown(self, appeal: Appeal) -> Appeal:
        view = self.store.reader.appeal(appeal.ref)
        assert view is not None
        return view.appeal


@contextmanager
def a_desk(
    folder: Path,
    server: ServerDouble,
    operator: Operator,
    *,
    signed_in: bool = True,
    poll_seconds: float = 0.05,
) -> Generator[Desk]:
    """A workstation over ``server``, its threads running until the end."""
    clock = SystemClock()
    with a_store(folder) as store:
        if signed_in:
            store.sign_in(operator)
        client = ClientDouble(server, operator.id if signed_in else "")
        changes = store.writer._changes
        machine = Machine(
            poll_seconds=poll_seconds,
            backoff=Backoff(clock.entropy, first=0.01, most=0.03),
            entry_backoff=Backoff(clock.entropy, first=0.01, most=0.03),
        )
        sync = SyncRunner(
            store=store.writer,
            reader=store.reader,
            connect=lambda poked: (client, NobodyPokes()),
            machine=machine,
            clock=clock,
            changes=changes,
            server="http://server",
            kept_bytes=lambda: NORMS.kept,
            clock_offset=lambda: 0.0,
        )
        acting = Acting(
            store.writer, clock, undo=timedelta(), norms=lambda: NORMS, snooze=load_snooze
        )
        desk = Desk(
            store=store,
            sync=sync,
            client=client,
            server=server,
            operator=operator,
            acting=acting,
            reply=ReplyUseCases(acting),
            outbox=OutboxUseCases(acting, clock),
        )
        sync.start()
        try:
            yield desk
        finally:
            sync.close()


@pytest.fixture
def olga() -> Operator:
    return an_operator(id="op-olga", login="olga")


@pytest.fixture
def server(olga: Operator) -> ServerDouble:
    return ServerDouble(SystemClock(), olga)


@pytest.fixture
def desk(tmp_path: Path, server: ServerDouble, olga: Operator) -> Iterator[Desk]:
    with a_desk(tmp_path, server, olga) as opened:
        yield opened


def replies(server: ServerDouble, appeal: Appeal) -> list[str]:
    return [m.text for m in server.messages(appeal) if m.kind is MessageKind.REPLY]


def in_step(desk: Desk) -> None:
    until(desk.in_step, what="everything to be read and sent")


# ---------------------------------------------------------------------- reading


def test_everything_there_is_comes_and_later_changes_follow(
    desk: Desk, server: ServerDouble
) -> None:
    appeals = [an_appeal() for _ in range(7)]
    server.put(*appeals, an_outage(), a_message(appeals[0]))
    in_step(desk)
    assert desk.store.reader.counts(now=NOON).of("all") == 7
    server.put(replace(appeals[0], version=2, status=Status.IN_WORK))
    server.drop(RowKind.APPEAL, appeals[1].ref)
    in_step(desk)
    assert desk.shown(appeals[0]).status is Status.IN_WORK
    assert desk.store.reader.counts(now=NOON).of("all") == 6


def test_a_queue_that_is_shared_comes_to_the_branch_and_to_nobody_else(
    tmp_path: Path, server: ServerDouble, olga: Operator
) -> None:
    boss = an_operator(id="op-boss", login="boss", role=Role.SUPERVISOR)
    elsewhere = an_operator(id="op-omsk", login="omsk", branches=("omsk",))
    server.put(boss, elsewhere, an_appeal(), an_appeal(branch="omsk"))
    query = QueueQuery("open", text="Солонцы")
    for name in ("boss", "olga", "omsk"):
        (tmp_path / name).mkdir()
    with (
        a_desk(tmp_path / "boss", server, boss) as theirs,
        a_desk(tmp_path / "olga", server, olga) as here,
        a_desk(tmp_path / "omsk", server, elsewhere) as far,
    ):
        queues = QueueUseCases(theirs.acting, theirs.store.reader.search_language)
        ident = queues.share("Солонцы", query, ["krasnoyarsk"]).result(30)
        until(lambda: bool(here.store.reader.shared_queues()), what="the queue to come")
        (row,) = here.store.reader.shared_queues()
        assert (row.id, row.query, row.waits) == (ident, query, False)
        until(lambda: not theirs.store.reader.outbox(), what="the answer")
        assert [one.waits for one in theirs.store.reader.shared_queues()] == [False]
        queues.withdraw(ident).result(30)
        until(
            lambda: not here.store.reader.shared_queues()[0].branches, what="the queue to be gone"
        )
        server.put(an_appeal(branch="omsk"))
        until(lambda: far.store.reader.counts(now=NOON).of("all") == 2, what="what is theirs")
        assert far.store.reader.shared_queues() == []


def test_a_first_sync_goes_on_where_it_was_closed(
    tmp_path: Path, server: ServerDouble, olga: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed at any page: what was read is not read again, and nothing is missing."""
    monkeypatch.setattr(runner_module, "PAGE_ROWS", 5)
    for _ in range(40):
        server.put(an_appeal())
    pages = 0
    for _ in range(100):
        with a_desk(tmp_path, server, olga) as desk:
            progressed = _some_pages(desk, server)
            pages += desk.client.pages
        if progressed:
            break
    with a_desk(tmp_path, server, olga) as desk:
        in_step(desk)
        assert desk.store.reader.counts(now=NOON).of("all") == 40
        assert desk.store.reader.position().complete
    assert pages <= 60, "pages were read again and again"


def _some_pages(desk: Desk, server: ServerDouble) -> bool:
    """Let a few pages come; whether that was all."""
    before = desk.store.reader.mirrored_rows()
    until(
        lambda: desk.store.reader.mirrored_rows() > before or desk.has_all(),
        what="another page",
    )
    return desk.has_all()


def test_a_first_sync_shows_its_progress(
    tmp_path: Path, server: ServerDouble, olga: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "PAGE_ROWS", 5)
    for _ in range(19):
        server.put(an_appeal())
    seen: list[tuple[int, int]] = []
    with a_desk(tmp_path, server, olga, signed_in=False) as desk:

        def look(_: object) -> None:
            progress = desk.sync.status().progress
            if progress is not None:
                seen.append(progress)

        desk.store.writer._changes.subscribe(look)
        desk.sync.sign_in("olga", PASSWORD).result(30)
        in_step(desk)
        assert desk.sync.status().progress is None
    assert [had for had, _ in seen] == sorted(had for had, _ in seen)
    assert (5, 20) in seen and (15, 20) in seen


def test_a_first_sync_fetches_the_next_page_while_the_store_is_busy_and_the_last_one_anew(
    tmp_path: Path, server: ServerDouble, olga: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "PAGE_ROWS", 5)
    for _ in range(14):
        server.put(an_appeal())
    asked = _Asked(monkeypatch)
    take_end, late = pull.take_end, list[Page]()

    def take_when_asked(tx: Any, page: Page, **named: Any) -> FeedPosition:
        if page.more and not asked.within(10, page.cursors):
            late.append(page)
        return take_end(tx, page, **named)

    monkeypatch.setattr(pull, "take_end", take_when_asked)
    with a_desk(tmp_path, server, olga) as desk:
        in_step(desk)
    assert late == []
    first_sync = [tuple(sorted(cursors.items())) for cursors in asked.cursors[:4]]
    assert len(set(first_sync)) == 3
    assert first_sync[2] == first_sync[3], "entries are judged by the last page"


def test_a_page_that_was_fetched_ahead_is_forgotten_where_the_one_before_it_is_not_stored(
    tmp_path: Path, server: ServerDouble, olga: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "PAGE_ROWS", 5)
    for _ in range(19):
        server.put(an_appeal())
    asked = _Asked(monkeypatch)
    take_end, refused = pull.take_end, list[Page]()

    def take_or_refuse(tx: Any, page: Page, **named: Any) -> FeedPosition:
        if page.more and not refused:
            refused.append(page)
            assert asked.within(10, page.cursors)
            raise StoreError("no room")
        return take_end(tx, page, **named)

    monkeypatch.setattr(pull, "take_end", take_or_refuse)
    with a_desk(tmp_path, server, olga) as desk:
        in_step(desk)
        assert desk.store.reader.counts(now=NOON).of("all") == 19
    assert asked.cursors[2] == asked.cursors[0], "the page that was not stored is asked for anew"


class _Asked:
    """The cursors with which pages are asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cursors: list[Mapping[str, int]] = []
        self._new = threading.Condition()
        changes = ClientDouble.changes

        def ask(client: ClientDouble, cursors: Mapping[str, int], **named: Any) -> Page:
            with self._new:
                self.cursors.append(dict(cursors))
                self._new.notify_all()
            return changes(client, cursors, **named)

        monkeypatch.setattr(ClientDouble, "changes", ask)

    def within(self, seconds: float, cursors: Mapping[str, int]) -> bool:
        """Wait till a page after these is asked for; whether it was."""
        with self._new:
            return self._new.wait_for(lambda: dict(cursors) in self.cursors, seconds)


def test_another_database_is_read_anew_and_keeps_what_is_ours(
    desk: Desk, server: ServerDouble
) -> None:
    kept, lost = an_appeal(), an_appeal()
    server.put(kept, lost)
    in_step(desk)
    draft = Draft("d-1", kept.ref, DraftMode.NOTE, "наше", NOON)
    desk.store.do(lambda tx: tx.drafts.save(draft))
    desk.client.cut.set()
    desk.acting.act(kept.ref, Claim()).result(30)
    server.rows.pop(("appeal", lost.ref))
    server.start_over("epoch-2")
    desk.client.cut.clear()
    desk.sync.try_now()
    in_step(desk)
    assert desk.store.reader.position().epoch == "epoch-2"
    assert desk.store.reader.counts(now=NOON).of("all") == 1
    assert desk.store.reader.drafts() == [draft]
    assert server.appeal(kept.ref).owner == desk.operator.id


def test_a_backup_put_back_is_read_anew_although_its_numbers_are_where_they_were(
    desk: Desk, server: ServerDouble, olga: Operator
) -> None:
    kept, lost = an_appeal(), an_appeal()
    server.put(kept, lost)
    changed = replace(kept, version=2, topic="quality.voltage")
    server.put(changed)
    in_step(desk)
    server.put_back("run-2", olga, kept)
    desk.sync.try_now()
    until(
        lambda: desk.store.reader.position().run == "run-2",
        what="the console to hear of the other run",
    )
    in_step(desk)
    assert desk.store.reader.counts(now=NOON).of("all") == 1
    view = desk.store.reader.appeal(kept.ref)
    assert view is not None and view.appeal == kept


def test_a_branch_taken_from_us_is_forgotten_but_not_its_drafts(
    tmp_path: Path, server: ServerDouble
) -> None:
    both = an_operator(id="op-both", branches=("krasnoyarsk", "omsk"))
    server.put(both)
    ours, theirs = an_appeal(), an_appeal(branch="omsk")
    server.put(ours, theirs)
    with a_desk(tmp_path, server, both) as desk:
        in_step(desk)
        draft = Draft("d-1", theirs.ref, DraftMode.REPLY, "не потерять", NOON)
        desk.store.do(lambda tx: tx.drafts.save(draft))
        server.put(replace(both, branches=("krasnoyarsk",)))
        until(
            lambda: desk.store.reader.position().branches == ("krasnoyarsk",),
            what="the other branch to be forgotten",
        )
        assert desk.store.reader.counts(now=NOON).of("all") == 1
        assert desk.store.reader.appeal(theirs.ref) is None
        assert desk.store.reader.drafts() == [draft]
        assert "omsk" not in desk.store.reader.position().cursors
        server.put(both)
        until(lambda: desk.store.reader.appeal(theirs.ref) is not None, what="it to come back")
        assert desk.store.reader.counts(now=NOON).of("all") == 2


def test_the_stream_of_pokes_is_begun_anew_when_our_branches_change_and_only_then(
    tmp_path: Path, server: ServerDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tells of the feeds that were ours when it began: of a new branch nobody would poke us."""
    anew: list[int] = []
    monkeypatch.setattr(NobodyPokes, "listen_anew", lambda _: anew.append(1))
    mover = an_operator(id="op-mover", branches=("krasnoyarsk",))
    server.put(mover, an_appeal())
    with a_desk(tmp_path, server, mover) as desk:
        in_step(desk)
        assert not anew
        server.put(replace(mover, branches=("krasnoyarsk", "omsk")), an_appeal(branch="omsk"))
        until(lambda: desk.store.reader.counts(now=NOON).of("all") == 2, what="its appeal")
        server.put(an_appeal(branch="omsk"))
        until(lambda: desk.store.reader.counts(now=NOON).of("all") == 3, what="another one")
    assert len(anew) == 1


def test_no_row_of_a_branch_is_forgotten_while_its_cursor_is_kept(
    tmp_path: Path, server: ServerDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed half-way and given back, a branch whose cursor stayed would never be whole again."""
    monkeypatch.setattr(runner_module, "FORGET_ROWS", 1)
    both = an_operator(id="op-both", branches=("krasnoyarsk", "omsk"))
    theirs = [an_appeal(branch="omsk") for _ in range(3)]
    server.put(both, an_appeal(), *theirs)
    seen: list[tuple[int, bool]] = []
    with a_desk(tmp_path, server, both) as desk:
        in_step(desk)
        reader = desk.store.reader

        def look(_: object) -> None:
            left = sum(reader.row_id(appeal.ref) is not None for appeal in theirs)
            seen.append((left, "omsk" in reader.position().cursors))

        desk.store.writer._changes.subscribe(look)
        server.put(replace(both, branches=("krasnoyarsk",)))
        until(lambda: reader.position().branches == ("krasnoyarsk",), what="it to be forgotten")
    assert {left for left, _ in seen} >= {0, 1, 2}, "a few rows at a time"
    assert not any(has_cursor for left, has_cursor in seen if left < 3)


# ---------------------------------------------------------------------- sending


def test_a_reply_is_on_the_server_once_and_out_of_the_outbox(
    desk: Desk, server: ServerDouble
) -> None:
    appeal = an_appeal()
    server.put(appeal)
    in_step(desk)
    desk.send(appeal, "Свет дадут к трём")
    in_step(desk)
    assert replies(server, appeal) == ["Свет дадут к трём"]
    assert desk.store.reader.outbox() == []
    assert desk.shown(appeal) == server.appeal(appeal.ref)


@pytest.mark.parametrize("failure", [unreachable, answer_lost, request_lost])
def test_a_delivery_that_broke_is_made_again_and_counted_once(
    desk: Desk, server: ServerDouble, failure: Callable[[], Failure]
) -> None:
    appeal = an_appeal()
    server.put(appeal)
    in_step(desk)
    desk.client.failures.extend([None, failure(), None, failure()])
    desk.send(appeal, "Бригада выехала")
    in_step(desk)
    assert replies(server, appeal) == ["Бригада выехала"]
    assert len(server.decided) == 1


def test_what_may_have_arrived_cannot_be_taken_back(desk: Desk, server: ServerDouble) -> None:
    appeal = an_appeal()
    server.put(appeal)
    in_step(desk)
    desk.sync.set_work_offline(True)
    until(lambda: desk.sync.status().link is Link.WORK_OFFLINE, what="to be offline")
    desk.send(appeal, "Может быть, дошло")
    (entry,) = desk.store.reader.outbox()
    desk.store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.IN_FLIGHT, attempts=1))
    refused = desk.outbox.cancel(entry.seq).exception(30)
    assert refused is not None and getattr(refused, "code", "") == "in_flight"
    desk.sync.set_work_offline(False)
    in_step(desk)
    assert replies(server, appeal) == ["Может быть, дошло"]


def test_a_reply_past_an_unread_comment_is_held_with_its_words(
    desk: Desk, server: ServerDouble
) -> None:
    appeal = an_appeal()
    server.put(appeal)
    in_step(desk)
    desk.client.cut.set()
    desk.send(appeal, "Уже всё починили")
    server.receive(a_message(appeal, text="Опять погасло!"))
    desk.client.cut.clear()
    desk.sync.try_now()
    until(lambda: desk.sync.status().held == 1, what="the reply to be held")
    (held,) = desk.store.reader.outbox()
    assert [reason.code for reason in held.held] == ["new_comment"]
    assert held.envelope.mutation.text == "Уже всё починили"  # type: ignore[union-attr]
    assert replies(server, appeal) == []
    # Its author has read the comment now, and says: send it anyway.
    until(desk.has_all, what="the comment to be here")
    again = desk.outbox.retry(held.seq).result(30)
    assert again.envelope.id != held.envelope.id and again.seq == held.seq
    in_step(desk)
    assert replies(server, appeal) == ["Уже всё починили"]


def test_a_held_reply_keeps_the_next_one_of_its_appeal_back_and_no_other(
    desk: Desk, server: ServerDouble
) -> None:
    moved, calm = an_appeal(), an_appeal()
    server.put(moved, calm)
    in_step(desk)
    desk.client.cut.set()
    desk.send(moved, "первый")
    desk.acting.act(moved.ref, AddNote("второй")).result(30)
    desk.send(calm, "спокойный")
    server.receive(a_message(moved))
    desk.client.cut.clear()
    desk.sync.try_now()
    until(lambda: replies(server, calm) == ["спокойный"], what="the other reply to leave")
    until(lambda: desk.sync.status().held == 1, what="the first to be held")
    assert server.appeal(moved.ref).version == 2, "only the resident's comment"


def test_what_the_server_fails_over_does_not_stop_the_rest(
    desk: Desk, server: ServerDouble
) -> None:
    bad, good = an_appeal(), an_appeal()
    server.put(bad, good)
    in_step(desk)
    desk.client.cut.set()
    desk.send(bad, "плохой")
    desk.send(good, "хороший")
    broken = Failure(TransientError("500", code="server", reached=True))
    desk.client.failures.extend([None, broken])
    desk.client.cut.clear()
    desk.sync.try_now()
    in_step(desk)
    assert replies(server, bad) == ["плохой"] and replies(server, good) == ["хороший"]


def test_what_the_server_turns_away_is_not_said_to_be_the_links_fault(
    desk: Desk, server: ServerDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = an_appeal(), an_appeal()
    server.put(bad, good)
    in_step(desk)
    links = set[Link]()
    desk.sync._changes.subscribe(lambda _: links.add(desk.sync.status().link))
    push, words = ClientDouble.push, "не влезает"

    def turned_away(client: ClientDouble, envelope: Envelope) -> Answer:
        if getattr(envelope.mutation, "text", "") == words:
            raise RejectedError("too much", code="too_large")
        return push(client, envelope)

    monkeypatch.setattr(ClientDouble, "push", turned_away)
    desk.send(bad, words)
    desk.send(good, "хороший")
    until(lambda: replies(server, good) == ["хороший"], what="the other reply to go out")
    in_step(desk)
    assert Link.OFFLINE not in links
    assert [entry.state for entry in desk.store.reader.outbox()] == [EntryState.HELD]


def test_a_restart_in_the_middle_delivers_once(
    tmp_path: Path, server: ServerDouble, olga: Operator
) -> None:
    appeal = an_appeal()
    server.put(appeal)
    with a_desk(tmp_path, server, olga) as desk:
        in_step(desk)
        desk.client.failures.extend([None, answer_lost(), *[unreachable()] * 1000])
        desk.send(appeal, "ровно один раз")
        until(lambda: replies(server, appeal) != [], what="the server to have it")
    with a_desk(tmp_path, server, olga) as desk:
        in_step(desk)
        assert desk.store.reader.outbox() == []
        assert desk.shown(appeal) == server.appeal(appeal.ref)
    assert replies(server, appeal) == ["ровно один раз"]


# ---------------------------------------------------------------------- sessions


def test_a_lost_session_pauses_everything_until_somebody_signs_in(
    desk: Desk, server: ServerDouble, olga: Operator
) -> None:
    appeal = an_appeal()
    server.put(appeal)
    in_step(desk)
    server.put(replace(olga, active=False))
    until(lambda: desk.sync.status().link is Link.SIGN_IN_NEEDED, what="the session to be lost")
    desk.send(appeal, "подождёт")
    assert desk.store.reader.session() is not None
    refused = desk.sync.sign_in("olga", PASSWORD).exception(30)
    assert isinstance(refused, AuthError)
    assert desk.sync.status().link is Link.SIGN_IN_NEEDED
    server.put(olga)
    desk.sync.sign_in("olga", PASSWORD).result(30)
    in_step(desk)
    assert replies(server, appeal) == ["подождёт"]


@pytest.mark.expected_logs(r"could not be forgotten: DiskError")
def test_a_session_that_ends_while_the_disk_is_full_is_lost_all_the_same(
    desk: Desk, server: ServerDouble, olga: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: ClientDouble) -> None:
        raise DiskError("no room", code="full")

    monkeypatch.setattr(ClientDouble, "forget_session", refused)
    server.put(replace(olga, active=False))
    until(lambda: desk.sync.status().link is Link.SIGN_IN_NEEDED, what="the session to be lost")
    server.put(olga)
    desk.sync.sign_in("olga", PASSWORD).result(30)
    in_step(desk)


def test_one_persons_outbox_never_leaves_in_anothers_name(desk: Desk, server: ServerDouble) -> None:
    anna = an_operator(id="op-anna", login="anna", name="Анна")
    appeal = an_appeal()
    server.put(anna, appeal)
    in_step(desk)
    desk.client.cut.set()
    desk.send(appeal, "слова Ольги")
    desk.sync.sign_out().result(30)
    assert desk.store.reader.session() is None
    desk.client.cut.clear()
    desk.sync.sign_in("anna", PASSWORD).result(30)
    in_step(desk)
    assert (desk.store.reader.outbox(), replies(server, appeal)) == ([], [])
    desk.sync.sign_out().result(30)
    desk.sync.sign_in("olga", PASSWORD).result(30)
    in_step(desk)
    assert replies(server, appeal) == ["слова Ольги"]
    assert server.decided[-1].author == "op-olga"


def test_signing_in_without_a_link_says_so(tmp_path: Path, server: ServerDouble) -> None:
    olga = server.rows["operator", Ref(CENTRE, "op-olga")]
    assert isinstance(olga, Operator)
    with a_desk(tmp_path, server, olga, signed_in=False) as desk:
        desk.client.cut.set()
        error = desk.sync.sign_in("olga", PASSWORD).exception(30)
        assert isinstance(error, TransientError) and error.code == "refused"


# ---------------------------------------------------------------------- the thread


def test_what_is_asked_after_the_end_is_answered_with_the_end(
    tmp_path: Path, server: ServerDouble, olga: Operator
) -> None:
    with a_desk(tmp_path, server, olga) as desk:
        in_step(desk)
    error = desk.sync.sign_in("olga", PASSWORD).exception(30)
    assert isinstance(error, StoreError)
    desk.sync.try_now()
    desk.sync.set_presence(None)
    assert desk.client.closed


def test_closing_interrupts_a_request_that_hangs(
    tmp_path: Path, server: ServerDouble, olga: Operator
) -> None:
    class Hanging(ClientDouble):
        def changes(self, *args: object, **more: object) -> object:  # type: ignore[override]
            asked.set()
            self.cut.wait(30)
            raise unreachable().error

    asked = threading.Event()
    with a_desk(tmp_path, server, olga) as desk:
        in_step(desk)
        desk.client.__class__ = Hanging
        desk.sync.try_now()
        assert asked.wait(30)


def test_working_offline_waits_for_no_request_that_hangs(
    tmp_path: Path, server: ServerDouble, olga: Operator
) -> None:
    class Hanging(ClientDouble):
        def changes(self, *args: object, **more: object) -> object:  # type: ignore[override]
            asked.set()
            assert self.broken_off.wait(30)
            raise unreachable().error

    asked = threading.Event()
    with a_desk(tmp_path, server, olga) as desk:
        in_step(desk)
        desk.client.__class__ = Hanging
        desk.sync.try_now()
        assert asked.wait(30)
        desk.sync.set_work_offline(True)
        until(lambda: desk.sync.status().link is Link.WORK_OFFLINE, what="to be left alone")
        desk.client.__class__ = ClientDouble
        desk.sync.set_work_offline(False)
        in_step(desk)


def test_presence_reaches_the_others(desk: Desk, server: ServerDouble) -> None:
    appeal = an_appeal()
    server.put(appeal)
    in_step(desk)
    desk.sync.set_presence(appeal.ref, typing=True)
    until(lambda: "op-olga" in server.present, what="to be seen")
    assert server.present["op-olga"].typing
    desk.sync.set_presence(None)
    until(lambda: "op-olga" not in server.present, what="to be gone")


def test_status_changes_are_told_once_each(desk: Desk, server: ServerDouble) -> None:
    in_step(desk)
    desk.store.heard.clear()
    for _ in range(3):
        desk.sync.try_now()
    in_step(desk)
    links = [one for one in desk.store.heard if one.status]
    assert len(links) <= 3


# ---------------------------------------------------------------------- whatever happens

_ACTION = st.sampled_from(["reply", "claim", "comment", "cut", "mend", "break", "swallow"])


@settings(max_examples=max(1, settings().max_examples // 3))
@given(st.lists(st.tuples(_ACTION, st.integers(0, 2)), max_size=25))
def test_everything_gets_out_or_is_held_and_nothing_is_out_twice(
    actions: list[tuple[str, int]],
) -> None:
    olga = an_operator(id="op-olga", login="olga")
    server = ServerDouble(SystemClock(), olga)
    appeals = [an_appeal(id=f"a{n}", number=f"a{n}") for n in range(3)]
    server.put(*appeals)
    asked: dict[str, list[str]] = {appeal.id: [] for appeal in appeals}
    with tempfile.TemporaryDirectory() as folder, a_desk(Path(folder), server, olga) as desk:
        in_step(desk)
        for number, (action, which) in enumerate(actions):
            appeal = appeals[which]
            match action:
                case "reply":
                    desk.send(appeal, f"{appeal.id}-{number:02}")
                    asked[appeal.id].append(f"{appeal.id}-{number:02}")
                case "claim":
                    desk.acting.act(appeal.ref, Claim()).exception(30)
                case "comment":
                    server.receive(a_message(appeal, id=f"m{number}"))
                case "cut":
                    desk.client.cut.set()
                case "mend":
                    desk.client.cut.clear()
                case "break":
                    desk.client.failures.append(request_lost())
                case "swallow":
                    desk.client.failures.append(answer_lost())
        desk.client.cut.clear()
        desk.sync.try_now()
        until(lambda: _is_settled(desk), what="everything to be out or held")
        held = {
            getattr(entry.envelope.mutation, "text", "") for entry in desk.store.reader.outbox()
        }
        for appeal in appeals:
            out = replies(server, appeal)
            assert out == [text for text in asked[appeal.id] if text not in held]
        assert len(desk.store.reader.queue_ids(QueueQuery("all"), now=NOON)) == 3


def _is_settled(desk: Desk) -> bool:
    """Whether every entry is held, or behind a held one."""
    entries = desk.store.reader.outbox()
    held = {e.envelope.target for e in entries if e.state is EntryState.HELD}
    status = desk.sync.status()
    return (
        desk.has_all()
        and all(entry.envelope.target in held for entry in entries)
        and status.link is Link.ONLINE
        and status.waiting + status.held == len(entries)
    )


def test_a_quiet_poll_leaves_the_disk_alone(desk: Desk, server: ServerDouble) -> None:
    server.put(an_appeal())
    in_step(desk)
    with connect_reader(desk.store.path, KEY) as looking:
        look = "PRAGMA data_version"
        before = looking.execute(look).fetchone()
        pages = desk.client.pages
        until(lambda: desk.client.pages > pages + 3, what="some polls")
        assert looking.execute(look).fetchone() == before
        server.put(an_appeal())
        until(lambda: looking.execute(look).fetchone() != before, what="something new")
    looking.close()


@pytest.mark.parametrize("what", ["position", "waiting"])
def test_a_store_that_cannot_be_read_for_a_while_does_not_end_sync(
    tmp_path: Path,
    server: ServerDouble,
    olga: Operator,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    monkeypatch.setattr(runner_module, "_UNREADABLE_SECONDS", 0.01)
    whole, failures = getattr(StoreReader, what), iter(range(3))

    def failing(reader: StoreReader) -> object:
        if threading.current_thread().name == "sync" and next(failures, None) is not None:
            raise DiskError("a page cannot be read", code="io")
        return whole(reader)

    monkeypatch.setattr(StoreReader, what, failing)
    appeal = an_appeal()
    server.put(appeal)
    with a_desk(tmp_path, server, olga) as desk:
        until(lambda: desk.store.reader.row_id(appeal.ref) is not None, what="the appeal")
    assert next(failures, None) is None, "nothing failed"
