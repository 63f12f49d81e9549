"""Files on their way: before their reply, past every failure, or held with a reason."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.clock import SystemClock
from console.domain.appeal import Appeal, Outcome
from console.domain.attachment import Attachment
from console.domain.draft import Draft, DraftMode
from console.domain.message import MessageKind
from console.domain.mutations import Seen
from console.domain.operator import Operator
from console.errors import OtklikError, ProtocolError, RejectedError, TransientError
from console.readmodel import AttachmentPhase, EntryState, HeldReason, Link, OutboxEntry, Upload
from console.rulebook.snooze import load_snooze
from console.sync.backoff import Backoff
from console.sync.machine import Machine
from console.sync.runner import SyncRunner
from console.sync.transfers import FIRST_PIECE, LEAST_PIECE
from console.usecases.acting import Acting
from console.usecases.attachments import AttachmentUseCases
from console.usecases.outbox import OutboxUseCases
from console.usecases.reply import ReplyUseCases
from console.wire.schema import UploadState
from tests.support.builders import NOON, a_message, an_appeal, an_operator
from tests.support.console_server import (
    ClientDouble,
    Failure,
    NobodyPokes,
    ServerDouble,
    UploadedFile,
    answer_lost,
    request_lost,
    unreachable,
)
from tests.support.console_store import Store, a_store
from tests.support.files import NORMS, a_picture, an_attachment
from tests.support.waiting import until

PATIENCE = 30.0
CONTENT = a_picture(5 * FIRST_PIECE)


class Line(ClientDouble):
    """A client whose requests about files can go wrong; ``turns`` says what moved, in order."""

    def __init__(self, server: ServerDouble, operator: str) -> None:
        super().__init__(server, operator)
        self.turns: list[str] = []
        self.on_piece: Callable[[int], None] = lambda _: None

    def upload(self, branch: str, attachment: str, offset: int, content: bytes) -> UploadState:
        self.turns.append("piece")
        self.on_piece(len(content))
        return super().upload(branch, attachment, offset, content)

    def push(self, envelope):  # type: ignore[no-untyped-def]
        self.turns.append("reply")
        return super().push(envelope)


@dataclass(slots=True)
class Desk:
    """A workstation with its sync thread running."""

    store: Store
    sync: SyncRunner
    line: Line
    server: ServerDouble
    reply: ReplyUseCases
    outbox: OutboxUseCases
    attachments: AttachmentUseCases

    def have(self, *appeals: Appeal) -> None:
        """Appeals at the server and here."""
        self.server.put(*appeals)
        until(
            lambda: all(self.store.reader.row_id(one.ref) is not None for one in appeals),
            what="the appeals to come",
        )

    def draft(self, appeal: Appeal, text: str) -> Draft:
        seen = Seen.of(appeal)
        draft = Draft(f"d-{text}", appeal.ref, DraftMode.REPLY, text, NOON, seen=seen)
        return replace(draft, outcome=Outcome.EXPLAINED)

    def send(self, appeal: Appeal, text: str, *contents: bytes) -> list[Attachment]:
        """Answer, with files of this content."""
        draft = self.draft(appeal, text)
        files = [
            self.attachments.attach_bytes(draft, f"{n}.jpg", content).result(PATIENCE)
            for n, content in enumerate(contents)
        ]
        self.reply.send(draft).result(PATIENCE)
        return files

    def published(self, appeal: Appeal) -> list[str]:
        return [m.text for m in self.server.messages(appeal) if m.kind is MessageKind.REPLY]

    def all_gone(self) -> None:
        until(lambda: not self.store.reader.outbox(), what="the outbox to be empty")

    def held(self) -> OutboxEntry:
        """The one entry, once it is held."""

        def found() -> bool:
            return any(e.state is EntryState.HELD for e in self.store.reader.outbox())

        until(found, what="an entry to be held")
        return next(e for e in self.store.reader.outbox() if e.state is EntryState.HELD)

    def at_server(self, file: Attachment) -> UploadedFile:
        return self.server.files[file.id]


@contextmanager
def a_desk(folder: Path, server: ServerDouble, operator: Operator) -> Generator[Desk]:
    clock = SystemClock()
    with a_store(folder) as store:
        store.sign_in(operator)
        line = Line(server, operator.id)
        sync = SyncRunner(
            store=store.writer,
            reader=store.reader,
            connect=lambda poked: (line, NobodyPokes()),
            machine=Machine(
                poll_seconds=0.05,
                backoff=Backoff(clock.entropy, first=0.01, most=0.03),
                entry_backoff=Backoff(clock.entropy, first=0.01, most=0.03),
            ),
            clock=clock,
            changes=store.writer._changes,
            server="http://server",
            kept_bytes=lambda: NORMS.kept,
            clock_offset=lambda: 0.0,
        )
        acting = Acting(
            store.writer, clock, undo=timedelta(), norms=lambda: NORMS, snooze=load_snooze
        )
        attachments = AttachmentUseCases(
            acting, store.writer, store.reader, clock, norms=lambda: NORMS
        )
        outbox = OutboxUseCases(acting, clock)
        sync.start()
        try:
            yield Desk(store, sync, line, server, ReplyUseCases(acting), outbox, attachments)
        finally:
            attachments.close()
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


def test_a_reply_goes_with_its_files_which_then_stay_to_be_looked_at(desk: Desk) -> None:
    appeal = an_appeal()
    desk.have(appeal)
    done: list[int] = []
    desk.store.writer._changes.subscribe(lambda _: done.extend(_progress(desk)))
    files = desk.send(appeal, "Вот фото", CONTENT, a_picture(100, seed="b"))
    desk.all_gone()
    assert desk.published(appeal) == ["Вот фото"]
    assert bytes(desk.at_server(files[0]).content) == CONTENT
    assert desk.line.turns.count("piece") >= 3 and desk.line.turns[-1] == "reply"
    (message,) = [m for m in desk.server.messages(appeal) if m.kind is MessageKind.REPLY]
    assert message.attachments == tuple(files)
    assert done == sorted(done) and len(set(done)) >= 3, "how far it is was told"
    assert desk.attachments.content(files[0]) == CONTENT
    assert desk.attachments.states(files)[files[0].id].phase is AttachmentPhase.HERE


def _progress(desk: Desk) -> list[int]:
    return [e.upload.done for e in desk.store.reader.outbox() if e.upload is not None]


def test_another_appeal_s_reply_does_not_wait_for_a_large_file(desk: Desk) -> None:
    slow, quick = an_appeal(), an_appeal()
    desk.have(slow, quick)
    sent: list[str] = []

    def while_it_goes(_: int) -> None:
        if not sent:
            sent.append("quick")
            desk.send(quick, "Быстрый")

    desk.line.on_piece = while_it_goes
    desk.send(slow, "С файлом", CONTENT)
    desk.all_gone()
    turns = desk.line.turns
    assert turns.index("reply") < len(turns) - 1 - turns[::-1].index("piece"), turns
    assert desk.published(quick) == ["Быстрый"] and desk.published(slow) == ["С файлом"]


def test_the_order_of_one_appeal_holds_although_its_first_reply_waits(desk: Desk) -> None:
    appeal = an_appeal()
    desk.have(appeal)
    desk.send(appeal, "Первый, с фото", CONTENT)
    until(lambda: "piece" in desk.line.turns, what="the file to be under way")
    desk.send(desk.server.appeal(appeal.ref), "Второй")
    until(lambda: len(desk.published(appeal)) > 0, what="the first to go")
    assert desk.published(appeal)[0] == "Первый, с фото"


@pytest.mark.parametrize("failure", [unreachable, answer_lost, request_lost])
@pytest.mark.parametrize("after", [0, 1, 3, 5])
def test_a_failure_at_any_piece_costs_that_piece_and_no_more(
    desk: Desk, failure: Callable[[], Failure], after: int
) -> None:
    appeal = an_appeal()
    desk.have(appeal)
    seen = 0

    def break_once(_: int) -> None:
        nonlocal seen
        seen += 1
        if seen == after + 1:
            desk.line.failures.append(failure())

    desk.line.on_piece = break_once
    (file,) = desk.send(appeal, "С файлом", CONTENT)
    desk.all_gone()
    there = desk.at_server(file)
    assert bytes(there.content) == CONTENT
    assert sum(there.sent) == len(CONTENT), "nothing is stored twice"
    assert desk.published(appeal) == ["С файлом"]


def test_a_file_goes_on_where_it_was_after_the_program_was_closed(
    tmp_path: Path, server: ServerDouble, olga: Operator
) -> None:
    appeal = an_appeal()
    with a_desk(tmp_path, server, olga) as desk:
        desk.have(appeal)
        desk.line.on_piece = lambda _: desk.line.cut.set() if server.files else None
        (file,) = desk.send(appeal, "С файлом", CONTENT)
        until(lambda: desk.sync.status().link is Link.OFFLINE, what="the line to be cut")
    with a_desk(tmp_path, server, olga) as again:
        again.all_gone()
        assert sum(server.files[file.id].sent) == len(CONTENT)
        assert again.published(appeal) == ["С файлом"]


def test_a_file_damaged_once_goes_again_and_damaged_twice_is_held(desk: Desk) -> None:
    appeal, other = an_appeal(), an_appeal()
    desk.have(appeal, other)
    damaged = RejectedError("damaged", code="hash_mismatch")
    desk.line.on_piece = _each_time(desk, damaged, times=1)
    desk.send(appeal, "Раз", CONTENT)
    desk.all_gone()
    desk.line.on_piece = _each_time(desk, damaged, times=2)
    desk.send(other, "Два", CONTENT)
    entry = desk.held()
    assert entry.held == (HeldReason("rejected", "hash_mismatch", {"name": "0.jpg"}),)
    desk.line.on_piece = lambda _: None
    desk.outbox.retry(entry.seq).result(PATIENCE)
    desk.all_gone()
    assert desk.published(other) == ["Два"]


def _each_time(desk: Desk, error: OtklikError, *, times: int) -> Callable[[int], None]:
    left = [error] * times

    def fail(_: int) -> None:
        if left:
            desk.line.failures.append(Failure(left.pop()))

    return fail


@pytest.mark.parametrize(
    ("error", "held"),
    [
        (
            RejectedError("no", code="quota", params={"limit": "5"}),
            HeldReason("rejected", "quota", {"limit": "5", "name": "0.jpg"}),
        ),
        (
            RejectedError(
                "no", code="attachment_refused", params={"code": "attachment_kind", "name": "x"}
            ),
            HeldReason("refused", "attachment_kind", {"name": "0.jpg"}),
        ),
        (
            RejectedError("404", code="unknown"),
            HeldReason("rejected", "no_attachments", {"name": "0.jpg"}),
        ),
    ],
)
def test_what_the_server_will_not_have_is_held_with_its_reason_and_the_text(
    desk: Desk, error: OtklikError, held: HeldReason
) -> None:
    appeal = an_appeal()
    desk.have(appeal)
    desk.line.on_piece = _each_time(desk, error, times=1)
    desk.send(appeal, "Не потерять", CONTENT)
    entry = desk.held()
    assert entry.held == (held,)
    draft = desk.outbox.cancel(entry.seq).result(PATIENCE)
    assert draft is not None and draft.text == "Не потерять"
    assert len(desk.attachments.of_draft(draft.id)) == 1
    assert desk.published(appeal) == []


def test_a_proxy_that_takes_small_requests_only_gets_small_ones_or_the_entry_is_held(
    desk: Desk,
) -> None:
    appeal, other = an_appeal(), an_appeal()
    desk.have(appeal, other)
    limit = LEAST_PIECE

    def narrow(size: int) -> None:
        if size > limit:
            desk.line.failures.append(Failure(RejectedError("413", code="too_large")))

    desk.line.on_piece = narrow
    desk.send(appeal, "С файлом", a_picture(3 * LEAST_PIECE))
    desk.all_gone()
    limit = 0
    desk.send(other, "Никак", CONTENT)
    assert desk.held().held[0].code == "attachment_too_large"


@pytest.mark.parametrize(
    "error",
    [
        TransientError("a page of the network", code="captive", reached=False),
        TransientError("500", code="server", reached=True),
        ProtocolError("not json", code="version"),
    ],
)
def test_other_troubles_of_the_line_put_off_and_lose_nothing(
    desk: Desk, error: OtklikError
) -> None:
    appeal = an_appeal()
    desk.have(appeal)
    desk.line.on_piece = _each_time(desk, error, times=1)
    desk.send(appeal, "С файлом", CONTENT)
    until(lambda: "piece" in desk.line.turns, what="the file to be under way")

    def hurried() -> bool:
        desk.sync.try_now()
        return not desk.store.reader.outbox()

    until(hurried, what="the outbox to be empty")
    assert desk.published(appeal) == ["С файлом"]


def test_a_file_that_the_server_has_lost_meanwhile_is_sent_again(desk: Desk) -> None:
    appeal = an_appeal()
    desk.have(appeal)
    lost: list[str] = []

    def lose(_: int) -> None:
        if not lost and len(desk.server.files) == 1:
            (known,) = desk.server.files.values()
            if len(known.content) + FIRST_PIECE >= len(CONTENT) // 2:
                lost.append(known.said.id)
                desk.server.files.clear()

    desk.line.on_piece = lose
    (file,) = desk.send(appeal, "С файлом", CONTENT)
    desk.all_gone()
    assert lost == [file.id] and bytes(desk.at_server(file).content) == CONTENT
    assert desk.published(appeal) == ["С файлом"]


def test_a_whole_file_that_is_gone_when_its_reply_comes_is_sent_again_once(desk: Desk) -> None:
    appeal = an_appeal()
    desk.have(appeal)
    settle, losses = desk.server.settle, [2]

    def forgetful(envelope):  # type: ignore[no-untyped-def]
        if losses[0]:
            losses[0] -= 1
            desk.server.files.clear()
        return settle(envelope)

    desk.server.settle = forgetful  # type: ignore[method-assign]
    (file,) = desk.send(appeal, "С файлом", CONTENT)
    entry = desk.held()
    assert entry.held[0].code == "attachment_missing"
    desk.outbox.retry(entry.seq).result(PATIENCE)
    desk.all_gone()
    assert bytes(desk.at_server(file).content) == CONTENT
    assert desk.published(appeal) == ["С файлом"]


def test_a_reply_that_grew_stale_while_its_file_went_is_held_and_not_sent(desk: Desk) -> None:
    appeal = an_appeal()
    desk.have(appeal)
    wrote: list[str] = []

    def write_again(_: int) -> None:
        if not wrote:
            wrote.append("comment")
            desk.server.receive(a_message(appeal, text="Уже включили, спасибо"))

    desk.line.on_piece = write_again
    desk.send(appeal, "Вслепую", CONTENT)
    assert desk.held().held[0].code == "new_comment"
    assert desk.published(appeal) == []
    assert "reply" not in desk.line.turns


def test_files_of_a_reply_that_is_stale_already_are_not_sent(desk: Desk) -> None:
    appeal = an_appeal()
    desk.have(appeal)
    draft = replace(desk.draft(appeal, "Вслепую"), seen=Seen(1, "new", None, "m-old"))
    desk.attachments.attach_bytes(draft, "0.jpg", CONTENT).result(PATIENCE)
    desk.reply.send(draft).result(PATIENCE)
    assert desk.held().held[0].code == "new_comment"
    assert desk.server.files == {}


def test_a_reply_taken_back_while_its_file_goes_is_a_draft_with_it(desk: Desk) -> None:
    appeal = an_appeal()
    desk.have(appeal)
    taken: list[Draft | None] = []

    def take_back(_: int) -> None:
        if not taken:
            (entry,) = desk.store.reader.outbox()
            taken.append(desk.outbox.cancel(entry.seq).result(PATIENCE))

    desk.line.on_piece = take_back
    desk.send(appeal, "Передумала", CONTENT)
    desk.all_gone()
    assert taken[0] is not None
    assert len(desk.attachments.of_draft(taken[0].id)) == 1
    desk.reply.send(replace(taken[0], seen=Seen.of(appeal))).result(PATIENCE)
    desk.all_gone()
    (known,) = desk.server.files.values()
    assert sum(known.sent) == len(CONTENT), "what was there has not gone twice"
    assert desk.published(appeal) == ["Передумала"]


def test_a_file_whose_content_is_lost_here_is_held_and_said_to_be_so(desk: Desk) -> None:
    appeal = an_appeal()
    desk.have(appeal)
    draft = desk.draft(appeal, "С файлом")
    file = desk.attachments.attach_bytes(draft, "0.jpg", CONTENT).result(PATIENCE)
    desk.store.do(lambda tx: tx.attachments.drop_pieces(file.id))
    desk.reply.send(draft).result(PATIENCE)
    assert desk.held().held == (HeldReason("rejected", "attachment_lost", {"name": "0.jpg"}),)


# ---------------------------------------------------------------------- fetching


def a_message_with_a_file(desk: Desk, content: bytes) -> tuple[Appeal, Attachment]:
    appeal, file = an_appeal(), an_attachment(content)
    desk.server.files[file.id] = UploadedFile(file, bytearray(content), bound=True)
    desk.server.put(a_message(appeal, attachments=(file,)))
    desk.have(appeal)
    return appeal, file


def phase(desk: Desk, file: Attachment) -> AttachmentPhase:
    return desk.attachments.states([file])[file.id].phase


def test_a_wanted_file_comes_piece_by_piece_past_a_broken_line(desk: Desk) -> None:
    appeal, file = a_message_with_a_file(desk, CONTENT)
    download, asked = desk.line.download, list[tuple[int, int]]()

    def breaking(branch: str, attachment: str, begins: int, ends: int) -> bytes:
        asked.append((begins, ends))
        if len(asked) in {2, 4}:
            raise TransientError("cut", code="network", reached=True)
        return download(branch, attachment, begins, ends)

    desk.line.download = breaking  # type: ignore[method-assign]
    desk.attachments.fetch(appeal.ref, file).result(PATIENCE)
    until(lambda: phase(desk, file) is AttachmentPhase.HERE, what="the file to come")
    assert desk.attachments.content(file) == CONTENT
    got = [ends - begins for n, (begins, ends) in enumerate(asked, 1) if n not in {2, 4}]
    assert sum(got) == len(CONTENT), "nothing came twice"


def test_a_file_that_comes_damaged_is_not_shown(desk: Desk) -> None:
    appeal, file = a_message_with_a_file(desk, CONTENT)
    desk.server.files[file.id].content[-1] ^= 1
    desk.attachments.fetch(appeal.ref, file).result(PATIENCE)
    until(lambda: phase(desk, file) is AttachmentPhase.FAILED, what="it to be noticed")
    assert desk.attachments.states([file])[file.id].error == "hash_mismatch"
    assert desk.attachments.content(file) is None


def test_a_file_that_is_not_there_any_more_says_so(desk: Desk) -> None:
    appeal, file = a_message_with_a_file(desk, CONTENT)
    desk.server.files.clear()
    desk.attachments.fetch(appeal.ref, file).result(PATIENCE)
    until(lambda: phase(desk, file) is AttachmentPhase.FAILED, what="it to be noticed")
    assert desk.attachments.states([file])[file.id].error == "unknown_attachment"
    assert desk.sync.status().link is Link.ONLINE


def test_a_file_wanted_without_a_link_comes_after_a_new_start(
    tmp_path: Path, server: ServerDouble, olga: Operator
) -> None:
    with a_desk(tmp_path, server, olga) as desk:
        appeal, file = a_message_with_a_file(desk, CONTENT)
        desk.line.cut.set()
        desk.attachments.fetch(appeal.ref, file).result(PATIENCE)
        assert phase(desk, file) is AttachmentPhase.WANTED
    with a_desk(tmp_path, server, olga) as again:
        until(lambda: phase(again, file) is AttachmentPhase.HERE, what="the file to come")


def test_progress_is_whole_when_all_is_at_the_server() -> None:
    assert Upload(5, 5).is_complete and not Upload(4, 5).is_complete
