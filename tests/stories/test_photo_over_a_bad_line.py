"""A photo of the mended pole over a village line: it arrives once and whole, with its reply.

Eight megabytes, a line that breaks again and again, a program that is killed in the middle: what
has arrived is never sent twice, and no other resident waits for it.
"""

from __future__ import annotations

import hashlib
import signal
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from console.domain.appeal import Appeal, Outcome
from console.domain.draft import DraftMode
from console.domain.message import Message, MessageKind
from console.readmodel import AttachmentPhase
from console.server import repo, tables
from console.sync.transfers import MOST_PIECE
from console.wire.schema import Rows
from tests.stories.photographer import LOGIN, PATIENCE, TEXT, all_gone, open_desk, send_photo
from tests.support.builders import an_appeal, an_operator
from tests.support.daemons import running
from tests.support.files import a_picture
from tests.support.server import LiveServer, live_server
from tests.support.surroundings import REPOSITORY, clean_environment
from tests.support.village_line import VillageLine
from tests.support.waiting import until

SIZE = 8 * 1024 * 1024
MEGABYTE = 1024 * 1024
OVERHEAD = 2048
"""Bytes of a request beside the piece that it carries: its lines and, of some, a small body."""


@dataclass(slots=True)
class Village:
    """A server behind a line, with appeals, and a photo on the disk."""

    server: LiveServer
    line: VillageLine
    folder: Path
    appeal: Appeal
    other: Appeal
    photo: Path

    def replies(self, appeal: Appeal) -> list[Message]:
        """What the resident can read."""
        found = self.server.database.read(lambda c: repo.thread(c, appeal.ref))
        return [message for message in found if message.kind is MessageKind.REPLY]

    def stored(self) -> int:
        """How much of the photo is at the server."""
        query = select(tables.attachments.c.stored)
        return sum(self.server.database.read(lambda c: c.execute(query).scalars().all()))

    def arrived(self) -> bytes:
        """The photo as the server has it."""
        query = select(tables.attachment_pieces.c.content).order_by(
            tables.attachment_pieces.c.begins
        )
        return b"".join(self.server.database.read(lambda c: c.execute(query).scalars().all()))


@pytest.fixture
def village(tmp_path: Path) -> Generator[Village]:
    with _village(tmp_path) as made:
        yield made


@contextmanager
def _village(folder: Path) -> Generator[Village]:
    photo, olga = folder / "опора.jpg", an_operator(login=LOGIN)
    photo.write_bytes(a_picture(SIZE))
    appeal, other = an_appeal(channel="email"), an_appeal()
    with (
        live_server(folder / "centre", operators=[olga]) as server,
        closing(VillageLine(server.url)) as line,
    ):
        server.database.write(lambda c: repo.put_rows(c, Rows(appeals=(appeal, other))))
        desk = folder / "desk"
        desk.mkdir()
        yield Village(server, line, desk, appeal, other, photo)


def test_a_line_that_breaks_at_any_byte_costs_a_piece_each_time(village: Village) -> None:
    line = village.line
    cuts = [MEGABYTE // 2, MEGABYTE + 77, 2 * MEGABYTE, 3 * MEGABYTE, 5 * MEGABYTE, 7 * MEGABYTE]
    console = open_desk(village.folder, line.url)
    try:
        before = line.sent
        line.cut_after(*(before + cut for cut in cuts))
        send_photo(console, village.appeal.ref, village.photo)
        all_gone(console)
    finally:
        console.close()
    assert line.cuts == len(cuts)
    assert village.arrived() == village.photo.read_bytes()
    (reply,) = village.replies(village.appeal)
    assert (reply.text, len(reply.attachments)) == (TEXT, 1)
    most = SIZE + len(cuts) * MOST_PIECE + line.requests * OVERHEAD
    assert line.sent - before <= most, "what had arrived was sent again"


def test_another_resident_s_answer_goes_while_the_photo_is_on_its_way(village: Village) -> None:
    console = open_desk(village.folder, village.line.url)
    try:
        village.line.silence_after(village.line.sent + 2 * MEGABYTE)
        send_photo(console, village.appeal.ref, village.photo)
        until(village.line.silent.is_set, what="the line to fall silent", within=PATIENCE)
        draft = replace(
            console.drafts.new(village.other.ref, DraftMode.REPLY),
            text="Свет дадут к 15:00.",
            outcome=Outcome.EXPLAINED,
        )
        console.reply.send(draft).result(PATIENCE)
        village.line.speak()
        until(lambda: bool(village.replies(village.other)), what="the answer", within=PATIENCE)
        assert village.stored() < SIZE, "the answer did not wait for the photo"
        all_gone(console)
        assert len(village.replies(village.appeal)) == 1
    finally:
        console.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_program_killed_in_the_middle_goes_on_where_it_was(village: Village) -> None:
    line = village.line
    for killed_after in (MEGABYTE, 4 * MEGABYTE):
        line.silence_after(killed_after)
        with running(_photographer(village), stop=signal.SIGKILL, env=clean_environment()):
            until(line.silent.is_set, what="the photo to be half-way", within=PATIENCE)
        assert village.replies(village.appeal) == []
        assert 0 < village.stored() < SIZE
        line.speak()
    with running(_photographer(village), env=clean_environment()) as last:
        assert last.wait(PATIENCE) == 0
    assert village.arrived() == village.photo.read_bytes()
    assert [message.text for message in village.replies(village.appeal)] == [TEXT]
    assert line.sent <= SIZE + 2 * MOST_PIECE + line.requests * OVERHEAD


def _photographer(village: Village) -> list[str]:
    module = "tests.stories.photographer"
    given = (village.folder, village.line.url, *village.appeal.ref, village.photo)
    start = f"import sys; sys.path.insert(0, {str(REPOSITORY)!r}); import runpy; "
    start += f"sys.argv[0] = ''; runpy.run_module({module!r}, run_name='__main__')"
    return [sys.executable, "-c", start, *map(str, given)]


def test_a_colleague_looks_at_the_photo_over_the_same_line(
    village: Village, tmp_path: Path
) -> None:
    console = open_desk(village.folder, village.server.url)
    try:
        send_photo(console, village.appeal.ref, village.photo)
        all_gone(console)
    finally:
        console.close()
    (reply,) = village.replies(village.appeal)
    (photo,) = reply.attachments
    colleague = tmp_path / "colleague"
    colleague.mkdir()
    console = open_desk(colleague, village.line.url)
    try:
        ref = village.appeal.ref
        until(lambda: console.reader.row_id(ref) is not None, what="the appeal", within=PATIENCE)
        village.line.cut_after(*(village.line.sent + n * 400 for n in range(3, 9, 2)))
        console.attachments.fetch(ref, photo).result(PATIENCE)

        def here() -> bool:
            console.sync.try_now()
            return console.attachments.states([photo])[photo.id].phase is AttachmentPhase.HERE

        until(here, what="the photo to come", within=PATIENCE)
        content = console.attachments.content(photo)
        assert content is not None
        assert hashlib.sha256(content).hexdigest() == photo.digest
        saved = console.attachments.save_as(photo, tmp_path / "saved.jpg").result(PATIENCE)
        assert saved.read_bytes() == village.photo.read_bytes()
    finally:
        console.close()
