"""The rescue: whatever happens to the store's file, what the operator wrote comes back."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from console.domain.mutations import SendReply
from console.errors import NoKeychainError
from console.readmodel import AttachmentPhase, EntryState, RescueReason
from console.remote.secrets import MemorySecrets
from console.store import own
from console.store.copy_file import Copy
from console.store.driver import connect_writer
from console.store.migrate import migrate
from console.store.opening import NotOurKeyError
from console.store.own import OwnKey, Row
from console.store.profile import ProfileInUseError, note_damage
from console.store.rescue import Salvage, merged, salvage
from console.store.schema import STEPS, VERSION
from tests.simulation.disk.disk import cut_short, flip
from tests.support.builders import an_appeal
from tests.support.console_desk import Locked, a_console, a_desk, begin_day
from tests.support.console_store import KEY
from tests.support.files import a_picture

PAGE = 4096
BROKEN = r"store\.opening: the store is damaged"
OLDER = r"store\.opening: the store is older than its copy"


def a_day(folder: Path) -> None:
    """Two drafts, and two replies in the outbox."""
    with a_desk(folder) as desk:
        _, (first, second, third) = begin_day(desk)
        desk.write(first.ref, "Первый черновик")
        desk.write(second.ref, "Второй черновик")
        desk.send(desk.write(third.ref, "Первый ответ"))
        desk.send(desk.write(third.ref, "Второй ответ"))


def _wiped(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _first_page_flipped(path: Path) -> None:
    flip(path, page=0, chance=Random(1))


def _cut_in_half(path: Path) -> None:
    cut_short(path, size=path.stat().st_size // 2 // PAGE * PAGE)


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_store_of_an_older_program_is_no_damage_and_opens_with_its_full_outbox(
    tmp_path: Path, version: int
) -> None:
    a_day(tmp_path / "day")
    with closing(connect_writer(tmp_path / "day" / "store.db", KEY)) as store:
        rows = own.read_all(store)
    (tmp_path / "older").mkdir()
    with closing(connect_writer(tmp_path / "older" / "store.db", KEY)) as store:
        migrate(store, STEPS[:version])
        for (table, _), row in rows.items():
            own._insert(store, table, row)
    with a_desk(tmp_path / "older") as desk:
        assert desk.rescue is None
        assert desk.texts() == ["Второй черновик", "Первый черновик"]
        assert desk.waiting() == ["Первый ответ", "Второй ответ"]


@pytest.mark.parametrize(
    "harm", [_wiped, _first_page_flipped, _cut_in_half], ids=lambda harm: harm.__name__[1:]
)
@pytest.mark.expected_logs(BROKEN, OLDER)
def test_a_damaged_store_is_set_aside_and_what_was_written_comes_from_the_copy(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    a_day(tmp_path)
    harm(tmp_path / "store.db")
    note_damage(tmp_path / "store.db")
    damaged = (tmp_path / "store.db").read_bytes()
    with a_desk(tmp_path) as desk:
        assert desk.rescue is not None
        assert (desk.rescue.why, desk.rescue.drafts, desk.rescue.entries) == ("damaged", 2, 2)
        kept = tmp_path / "aside" / desk.rescue.aside / "store.db"
        assert kept.read_bytes() == damaged, "the damaged file is not as it was found"
        assert desk.texts() == ["Второй черновик", "Первый черновик"]
        assert desk.waiting() == ["Первый ответ", "Второй ответ"]
        assert not desk.store.reader.position().complete, "the mirror is to be read anew"
    with a_desk(tmp_path) as again:
        assert again.rescue is None, "a rescue is told once"
        assert again.waiting() == ["Первый ответ", "Второй ответ"]


def a_photographed_day(folder: Path) -> tuple[str, str]:
    """A draft and a reply, each with a photo; the ids of these."""
    with a_desk(folder) as desk:
        _, (first, second, _) = begin_day(desk)
        drafts = [desk.write(appeal.ref, "Вот фото") for appeal in (first, second)]
        photos = [
            desk.attachments.attach_bytes(draft, "a.jpg", a_picture(9000, seed=draft.id)).result(30)
            for draft in drafts
        ]
        desk.send(drafts[1])
        return photos[0].id, photos[1].id


@pytest.mark.expected_logs(BROKEN, OLDER)
def test_photos_come_out_of_a_store_that_is_damaged_elsewhere(tmp_path: Path) -> None:
    a_photographed_day(tmp_path)
    note_damage(tmp_path / "store.db")
    with a_desk(tmp_path) as desk:
        assert desk.rescue is not None and desk.rescue.why == "damaged"
        (draft,) = desk.store.reader.drafts()
        (entry,) = desk.store.reader.outbox()
        assert isinstance(entry.envelope.mutation, SendReply)
        photos = [*desk.attachments.of_draft(draft.id), *entry.envelope.mutation.attachments]
        assert len(photos) == 2
        for photo in photos:
            content = desk.attachments.content(photo)
            assert content is not None
            assert hashlib.sha256(content).hexdigest() == photo.digest


@pytest.mark.expected_logs(BROKEN, OLDER)
def test_photos_that_cannot_be_read_any_more_are_still_named(tmp_path: Path) -> None:
    ids = a_photographed_day(tmp_path)
    _wiped(tmp_path / "store.db")
    note_damage(tmp_path / "store.db")
    with a_desk(tmp_path) as desk:
        (draft,) = desk.store.reader.drafts()
        (photo,) = desk.attachments.of_draft(draft.id)
        assert photo.id == ids[0] and desk.attachments.content(photo) is None
        assert desk.attachments.states([photo])[photo.id].phase is AttachmentPhase.ABSENT
        assert desk.store.reader.waiting()[0].uploads[0].attachment.id == ids[1]


def test_what_a_killed_run_had_half_read_is_gone_at_the_next_start(tmp_path: Path) -> None:
    ids = a_photographed_day(tmp_path)
    with a_desk(tmp_path) as desk:
        desk.store.do(lambda tx: tx.attachments.put_piece("half", 0, b"half a file"))
    with a_desk(tmp_path) as desk:
        assert desk.store.reader.attachment_bytes("half", 0, 100) == b""
        assert desk.rescue is None
        assert all(desk.store.reader.attachment_bytes(one, 0, 9000) for one in ids)


@pytest.mark.parametrize("harm", [_emptied, _gone], ids=lambda harm: harm.__name__[1:])
@pytest.mark.expected_logs(OLDER)
def test_a_store_that_is_empty_or_gone_takes_what_was_written_from_the_copy(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    a_day(tmp_path)
    harm(tmp_path / "store.db")
    with a_desk(tmp_path) as desk:
        assert desk.rescue is not None
        assert (desk.rescue.why, desk.rescue.aside) == (RescueReason.BEHIND, "")
        assert desk.texts() == ["Второй черновик", "Первый черновик"]
        assert desk.waiting() == ["Первый ответ", "Второй ответ"]


@pytest.mark.expected_logs(OLDER)
def test_an_older_file_that_was_put_back_does_not_bring_back_what_has_left(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        _, (appeal, *_) = begin_day(desk)
        gone = desk.send(desk.write(appeal.ref, "Уже ушло"))
    before = (tmp_path / "store.db").read_bytes()
    with a_desk(tmp_path) as desk:
        desk.store.do(lambda tx: tx.outbox.remove(gone.seq))
        desk.write(appeal.ref, "Новый черновик", ident="new")
    (tmp_path / "store.db").write_bytes(before)
    with a_desk(tmp_path) as desk:
        assert desk.waiting() == []
        assert desk.texts() == ["Новый черновик"]
        view = desk.store.reader.appeal(appeal.ref)
        assert view is not None
        assert view.appeal.status == appeal.status, "the projection still shows what has left"


@pytest.mark.expected_logs(BROKEN, OLDER, r"store\.writer: the copy of the outbox could not")
def test_without_a_usable_copy_the_rows_that_can_be_read_come_from_the_store(
    tmp_path: Path,
) -> None:
    a_day(tmp_path)
    _damage(tmp_path, "appeal")
    with a_desk(tmp_path) as desk:
        (tmp_path / "store-copy.db").write_bytes(b"nothing that anybody can read" * 400)
        desk.write(an_appeal().ref, "Третий черновик", ident="third")
    note_damage(tmp_path / "store.db")
    with a_desk(tmp_path) as desk:
        assert desk.rescue is not None
        assert (desk.rescue.drafts, desk.rescue.entries) == (3, 2)
        assert "Третий черновик" in desk.texts()
        set_aside = {file.name for file in (tmp_path / "aside").rglob("*.db")}
        assert set_aside == {"store.db", "store-copy.db"}


def test_every_page_of_a_store_may_be_lost_and_no_word_with_it(tmp_path: Path) -> None:
    a_day(tmp_path / "whole")
    pages = (tmp_path / "whole" / "store.db").stat().st_size // PAGE
    noticed = 0
    for page in range(pages):
        folder = tmp_path / str(page)
        shutil.copytree(tmp_path / "whole", folder)
        flip(folder / "store.db", page=page, chance=Random(page))
        note_damage(folder / "store.db")
        found = salvage(folder / "store.db", KEY)
        noticed += not found.whole
        with _copied(folder) as copied:
            kept = merged(found, copied)
        assert _texts(kept) == 4, f"page {page} took a text with it"
    assert noticed >= 4, "no page of the operator's own was ever hit"


@pytest.mark.expected_logs(BROKEN)
def test_a_key_that_opens_neither_file_is_not_damage_and_touches_nothing(tmp_path: Path) -> None:
    a_day(tmp_path)
    before = _contents(tmp_path)
    with pytest.raises(NotOurKeyError), a_desk(tmp_path, key=bytes(32)):
        pass
    assert _contents(tmp_path) == before


def test_a_copy_that_is_behind_is_renewed_from_the_store(tmp_path: Path) -> None:
    a_day(tmp_path)
    (tmp_path / "store-copy.db").unlink()
    with a_desk(tmp_path) as desk:
        assert desk.rescue is None
    with _copied(tmp_path) as copied:
        assert _texts(copied.rows) == 4


def test_what_the_store_alone_still_has_waits_for_a_person_where_nobody_knows_its_age() -> None:
    entry = {"seq": 4, "id": "e", "state": "queued", "held": "[]", "envelope": "{}"}
    copy = Salvage(7, {("draft", "d"): {"id": "d", "updated_at": 1, "body": "{}"}}, whole=True)
    unknown = Salvage(None, {("outbox", "4"): entry})
    (held,) = [row for (table, _), row in merged(unknown, copy).items() if table == "outbox"]
    assert (held["state"], "rescued" in held["held"]) == (EntryState.HELD, True)
    newer = Salvage(9, {("outbox", "4"): entry})
    assert merged(newer, copy)["outbox", "4"]["state"] == EntryState.QUEUED
    older = Salvage(6, {("outbox", "4"): entry}, whole=True)
    assert ("outbox", "4") not in merged(older, copy)


def test_the_newer_of_two_drafts_is_rescued() -> None:
    copy = Salvage(7, {("draft", "d"): {"id": "d", "updated_at": 5, "body": "{}"}}, whole=True)
    unknown = Salvage(None, {("draft", "d"): {"id": "d", "updated_at": 4, "body": "{}"}})
    assert merged(unknown, copy)["draft", "d"]["updated_at"] == 5
    unknown = Salvage(None, {("draft", "d"): {"id": "d", "updated_at": 6, "body": "{}"}})
    assert merged(unknown, copy)["draft", "d"]["updated_at"] == 6


# ---------------------------------------------------------------------- what tests look at


def _damage(folder: Path, table: str) -> None:
    """Flip the page on which a table begins."""
    connection = connect_writer(folder / "store.db", KEY)
    sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
    (page,) = connection.execute(sql, (table,)).fetchone()
    connection.close()
    flip(folder / "store.db", page=page - 1, chance=Random(1))


@contextmanager
def _copied(folder: Path) -> Generator[Salvage]:
    """The copy of a profile, to look at."""
    with closing(Copy(folder / "store-copy.db", KEY)) as copy:
        yield Salvage(copy.number, copy.rows(), whole=True)


def _texts(rows: Mapping[OwnKey, Row]) -> int:
    assert set(own.TABLES) >= {table for table, _ in rows}
    said = [str(row) for (table, _), row in rows.items() if table in ("draft", "outbox")]
    return sum("черновик" in row or "ответ" in row for row in said)


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.glob("*.db")}


# ---------------------------------------------------------------------- the key, and two programs


@pytest.mark.expected_logs(r"console\.app: the key of the store is lost")
def test_a_store_whose_key_is_lost_is_set_aside_with_its_name_and_opens_with_the_key_again(
    tmp_path: Path,
) -> None:
    profile, keychain = tmp_path / "profile", MemorySecrets()
    with a_console(profile, keychain) as console:
        assert console.rescue is None
    before, name = _contents(profile), (profile / "profile-id").read_text()
    with a_console(profile, MemorySecrets()) as console:
        assert console.rescue is not None
        assert console.rescue.why is RescueReason.KEY_LOST
        aside = profile / "aside" / console.rescue.aside
        assert _contents(aside) == before, "the store was not kept as it was"
        assert console.session.current is None
    assert (profile / "profile-id").read_text() != name
    back = tmp_path / "back"
    shutil.copytree(aside, back)
    with a_console(back, keychain) as console:
        assert console.rescue is None


def test_a_locked_keychain_is_no_lost_key_and_nothing_is_set_aside(tmp_path: Path) -> None:
    with a_console(tmp_path, MemorySecrets()):
        pass
    before = _contents(tmp_path)
    with pytest.raises(NoKeychainError) as caught, a_console(tmp_path, Locked()):
        pass
    assert caught.value.code == "locked"
    assert _contents(tmp_path) == before
    assert not (tmp_path / "aside").exists()


def test_a_second_program_on_the_profile_says_so_and_touches_nothing(tmp_path: Path) -> None:
    keychain = MemorySecrets()
    with a_console(tmp_path, keychain):
        before = sorted(file.name for file in tmp_path.rglob("*"))
        with pytest.raises(ProfileInUseError), a_console(tmp_path, keychain):
            pass
        assert sorted(file.name for file in tmp_path.rglob("*")) == before
