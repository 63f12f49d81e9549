"""A key that had been lost and comes back: what was written under it comes back too, once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from console.app import Console
from console.domain.appeal import Appeal
from console.domain.mutations import SendReply
from console.domain.operator import Operator
from console.ports import Secrets
from console.readmodel import Rescue, RescueReason
from console.remote.secrets import MemorySecrets
from console.store.copy_file import Copy
from console.store.profile import KEY_LOST, Profile
from console.store.retake import retake
from console.store.vault import secret_name
from tests.support.builders import NOON, an_appeal, an_operator
from tests.support.clock import StandingClock
from tests.support.console_desk import Desk, Locked, a_console, a_desk
from tests.support.console_store import EightHours, Store
from tests.support.files import a_picture

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
BACK = r"store\.retake: the key of an earlier store is back"


@dataclass(slots=True)
class Office:
    """A profile whose key was lost once, the keychain, and what is worked on there."""

    folder: Path
    secrets: MemorySecrets = field(default_factory=MemorySecrets)
    clock: StandingClock = field(default_factory=StandingClock)
    me: Operator = field(default_factory=an_operator)
    appeals: tuple[Appeal, ...] = field(
        default_factory=lambda: tuple(an_appeal(received_at=NOON) for _ in range(4))
    )

    @contextmanager
    def desk(self, key: bytes) -> Generator[Desk]:
        """At work, signed in."""
        with a_desk(self.folder, key=key, clock=self.clock) as desk:
            desk.store.sign_in(self.me)
            desk.store.take(*self.appeals)
            yield desk

    def lose_key(self) -> Profile:
        """Set the store aside as the program does; it as a profile."""
        profile = Profile(self.folder)
        aside = profile.set_aside(KEY_LOST, now=NOON, copy=True, id_=True)
        return Profile(aside)

    def begin_anew(self) -> Profile:
        """Lose the key, and have a new store an hour later; the old one as a profile."""
        aside = self.lose_key()
        self.clock.move(timedelta(hours=1))
        with self.desk(NEW):
            return aside

    def find_key(self, aside: Profile, key: bytes = OLD) -> None:
        """The entry is in the keychain again."""
        self.secrets.set(secret_name(aside), key.hex())

    def retake(self, secrets: Secrets | None = None) -> Rescue | None:
        """What the program does at a start."""
        profile = Profile(self.folder)
        return retake(profile, NEW, secrets or self.secrets, clocks=EightHours(), now=NOON)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def an_old_day(office: Office) -> list[str]:
    """A draft and two replies, as they stand when the key is lost; the ids of the replies."""
    with office.desk(OLD) as desk:
        desk.write(office.appeals[0].ref, "Старый черновик")
        return [
            desk.send(desk.write(office.appeals[1].ref, text)).envelope.id
            for text in ("Первый старый ответ", "Второй старый ответ")
        ]


@pytest.mark.expected_logs(BACK)
def test_drafts_and_outbox_come_back_before_what_was_written_since(office: Office) -> None:
    old = an_old_day(office)
    aside = office.lose_key()
    office.clock.move(timedelta(hours=1))
    with office.desk(NEW) as desk:
        desk.write(office.appeals[0].ref, "Новый черновик")
        new = desk.send(desk.write(office.appeals[2].ref, "Новый ответ")).envelope.id
    office.find_key(aside)
    rescue = office.retake()
    assert rescue == Rescue(RescueReason.KEY_FOUND, 1, 2, aside.folder.name, NOON)
    with office.desk(NEW) as desk:
        assert desk.rescue is None, "store and copy are in step"
        assert desk.texts() == ["Новый черновик", "Старый черновик"]
        entries = desk.store.reader.outbox()
        assert [entry.envelope.id for entry in entries] == [*old, new]
        view = desk.store.reader.appeal(office.appeals[1].ref)
        assert view is not None and len(view.entries) == 2, "what waits is shown with its appeal"


@pytest.mark.expected_logs(BACK)
def test_what_came_back_comes_once_though_the_note_in_the_folder_was_lost(office: Office) -> None:
    an_old_day(office)
    aside = office.begin_anew()
    office.find_key(aside)
    assert office.retake() is not None
    with office.desk(NEW) as desk:
        for entry in desk.store.reader.outbox():
            desk.outbox.cancel(entry.seq).result(30)
        for draft in desk.store.reader.drafts():
            desk.drafts.discard(draft.id).result(30)
    assert Profile(office.folder).locked_away() == []
    assert office.retake() is None
    (aside.folder / "retaken").unlink()
    assert office.retake() is None
    assert Profile(office.folder).locked_away() == [], "the note is made good"
    with office.desk(NEW) as desk:
        assert desk.waiting() == []
        assert desk.texts() == []


@pytest.mark.expected_logs(BACK)
def test_what_came_back_is_in_the_copy_as_well(office: Office) -> None:
    old = an_old_day(office)
    aside = office.lose_key()
    office.clock.move(timedelta(hours=1))
    with office.desk(NEW) as desk:
        new = desk.send(desk.write(office.appeals[2].ref, "Новый ответ")).envelope.id
    office.find_key(aside)
    office.retake()
    with closing(Copy(office.folder / "store-copy.db", NEW)) as copy:
        rows = copy.rows()
    kept = sorted((row["seq"], row["id"]) for (table, _), row in rows.items() if table == "outbox")
    assert [ident for _, ident in kept] == [*old, new]
    with office.desk(NEW) as desk:
        last = desk.send(desk.write(office.appeals[3].ref, "Самый новый ответ"))
        assert last.seq > kept[-1][0]


@pytest.mark.expected_logs(BACK)
def test_photos_come_back_with_their_draft(office: Office) -> None:
    with office.desk(OLD) as desk:
        draft = desk.write(office.appeals[0].ref, "Вот фото")
        photo = desk.attachments.attach_bytes(draft, "a.jpg", a_picture(9000)).result(30)
    aside = office.begin_anew()
    office.find_key(aside)
    office.retake()
    with office.desk(NEW) as desk:
        content = desk.attachments.content(photo)
        assert content is not None
        assert hashlib.sha256(content).hexdigest() == photo.digest


def _key_is_another(office: Office, aside: Profile) -> None:
    office.find_key(aside, NEW)


def _key_is_no_key(office: Office, aside: Profile) -> None:
    office.secrets.set(secret_name(aside), "не ключ")


def _key_is_missing(office: Office, aside: Profile) -> None:
    office.secrets.delete(secret_name(aside))


@pytest.mark.parametrize(
    "state", [_key_is_another, _key_is_no_key, _key_is_missing], ids=lambda one: one.__name__[1:]
)
@pytest.mark.expected_logs(BACK)
def test_as_long_as_the_key_does_not_open_it_nothing_is_touched_and_each_start_looks_again(
    office: Office, state: Callable[[Office, Profile], None]
) -> None:
    an_old_day(office)
    aside = office.begin_anew()
    before = {file.name: file.read_bytes() for file in aside.folder.glob("*.db")}
    state(office, aside)
    assert office.retake() is None
    assert {file.name: file.read_bytes() for file in aside.folder.glob("*.db")} == before
    office.find_key(aside)
    found = office.retake()
    assert found is not None and found.entries == 2


@pytest.mark.expected_logs(BACK)
def test_a_keychain_that_is_locked_now_is_asked_again_later(office: Office) -> None:
    an_old_day(office)
    aside = office.begin_anew()
    office.find_key(aside)
    assert office.retake(Locked()) is None
    assert office.retake() is not None


@pytest.mark.expected_logs(BACK)
def test_a_store_that_was_damaged_meanwhile_gives_back_what_its_copy_has(office: Office) -> None:
    an_old_day(office)
    aside = office.begin_anew()
    aside.store.write_bytes(bytes(aside.store.stat().st_size))
    office.find_key(aside)
    found = office.retake()
    assert found is not None and (found.drafts, found.entries) == (1, 2)


@pytest.mark.expected_logs(BACK)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_stores_come_back_in_the_order_in_which_they_were_written(
    office: Office, order: tuple[int, int]
) -> None:
    asides = []
    for text in ("Первый", "Второй"):
        with office.desk(OLD) as desk:
            desk.send(desk.write(office.appeals[1].ref, text))
        asides.append(office.lose_key())
        office.clock.move(timedelta(hours=1))
    with office.desk(NEW) as desk:
        desk.send(desk.write(office.appeals[1].ref, "Третий"))
    for at in order:
        office.find_key(asides[at])
        found = office.retake()
        assert found is not None and found.entries == 1
    with office.desk(NEW) as desk:
        assert desk.waiting() == ["Первый", "Второй", "Третий"]


@pytest.mark.expected_logs(BACK, r"console\.app: the key of the store is lost")
def test_the_program_says_that_the_key_was_lost_then_that_it_was_found_then_nothing(
    tmp_path: Path,
) -> None:
    keychain = MemorySecrets()
    with a_console(tmp_path, keychain) as console:
        _sign_in_and_send(console)
        name = secret_name(Profile(tmp_path))
    key = keychain.get(name)
    keychain.delete(name)
    told = []
    for turn in range(4):
        with a_console(tmp_path, keychain) as console:
            told.append(None if console.rescue is None else str(console.rescue.why))
        if turn == 1:
            assert key is not None
            keychain.set(name, key)
    assert told == ["key_lost", None, "key_found", None]
    with a_console(tmp_path, keychain) as console:
        console._writer.submit(lambda tx: tx.account.begin(ME, ("*",), "http://server")).result(30)
        (entry,) = console.reader.outbox()
        assert isinstance(entry.envelope.mutation, SendReply)


ME = an_operator()


def _sign_in_and_send(console: Console) -> None:
    desk = Desk(
        profile=console._profile,
        rescue=None,
        store=_store(console),
        drafts=console.drafts,
        reply=console.reply,
        outbox=console.outbox,
        attachments=console.attachments,
    )
    appeal = an_appeal(received_at=NOON)
    desk.store.sign_in(ME)
    desk.store.take(appeal)
    desk.send(desk.write(appeal.ref, "Ответ"))


def _store(console: Console) -> Store:
    return Store(console._profile.store, console._writer, console.reader)
