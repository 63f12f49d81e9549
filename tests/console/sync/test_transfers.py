"""Files between pulls and replies: a piece a turn, nothing kept waiting, nothing stuck."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.domain.attachment import Attachment
from console.domain.ids import Ref
from console.errors import OtklikError, TransientError
from console.ports import WaitingEntry, WaitingFetch, WaitingUpload
from console.readmodel import EntryState, Link
from console.sync.backoff import Backoff
from console.sync.machine import (
    FRESH_SECONDS,
    PRESENCE_SECONDS,
    Action,
    Announce,
    Machine,
    Moment,
    Pull,
    Push,
    Rest,
)
from console.sync.transfers import FIRST_PIECE, LEAST_PIECE, MOST_PIECE, Fetch, Upload
from tests.support.builders import NOON

POLL = 20.0
SIZE = 3 * MOST_PIECE


def a_file(ident: str = "f-1", size: int = SIZE) -> Attachment:
    return Attachment(ident, "a.jpg", "image/jpeg", size, "0" * 64)


def an_entry(seq: int = 1, target: str = "a", *files: Attachment) -> WaitingEntry:
    ref = Ref("omsk", target)
    entry = WaitingEntry(seq, f"e-{seq}", ref, EntryState.QUEUED, NOON, frozenset({ref}), NOON)
    return replace(entry, uploads=tuple(WaitingUpload("omsk", file) for file in files))


def a_fetch(ident: str = "m-1", had: int = 0) -> WaitingFetch:
    return WaitingFetch("omsk", a_file(ident), had)


class Shift:
    """A machine whose mirror is complete, its outbox, what is wanted, and the time."""

    def __init__(self) -> None:
        self.machine = Machine(
            poll_seconds=POLL, backoff=Backoff(bytes), entry_backoff=Backoff(bytes)
        )
        self.at = Moment(1000.0, NOON)
        self.entries: list[WaitingEntry] = []
        self.fetches: list[WaitingFetch] = []
        self.machine.began(signed_in=True, complete=True, had=0)

    def step(self) -> Action:
        return self.machine.next(self.entries, self.at, fetches=self.fetches)

    def pass_(self, seconds: float) -> None:
        self.at = Moment(self.at.ticks + seconds, self.at.wall + timedelta(seconds=seconds))

    def pull(self) -> None:
        assert isinstance(self.step(), Pull)
        self.machine.pulled(0, self.at, more=False, remaining=None)

    def ask(self, *, offset: int = 0) -> None:
        """Expect that the server is asked where an upload stands."""
        action = self.step()
        assert isinstance(action, Upload) and action.offset is None
        self.machine.uploaded(action.file.attachment.id, offset, self.at)

    def send(self, *, taking: float = 1.0) -> Upload:
        """Expect a piece to be sent, and let it arrive."""
        action = self.step()
        assert isinstance(action, Upload) and action.offset is not None
        self.pass_(taking)
        upto = min(action.offset + action.size, action.file.attachment.size)
        if upto < action.file.attachment.size:
            self.machine.uploaded(action.file.attachment.id, upto, self.at)
        else:
            self.machine.upload_ended(action.file.attachment.id, self.at)
            self.entries = [replace(entry, uploads=()) for entry in self.entries]
        return action

    def broken(self, error: OtklikError | None = None) -> None:
        entry = self.entries[0] if self.entries else None
        fallen = error or TransientError("cut", code="network", reached=True)
        self.machine.failed(fallen, self.at, entry)


def test_a_reply_goes_after_its_files_against_a_fresh_pull() -> None:
    shift = Shift()
    shift.entries = [an_entry(1, "a", a_file())]
    shift.pull()
    shift.ask()
    while shift.entries[0].uploads:
        shift.send(taking=0.01)
    assert shift.at.ticks - 1000.0 < FRESH_SECONDS
    shift.pull()
    assert isinstance(shift.step(), Push)


def test_files_are_not_sent_for_a_reply_that_has_not_been_judged_lately() -> None:
    shift = Shift()
    shift.pull()
    shift.pass_(FRESH_SECONDS + 1)
    shift.entries = [an_entry(1, "a", a_file())]
    shift.pull()
    shift.ask()
    shift.pass_(FRESH_SECONDS + 1)
    assert isinstance(shift.step(), Upload), "once begun, it goes on without a pull for each piece"


def test_other_replies_and_pulls_go_between_two_pieces() -> None:
    shift = Shift()
    shift.entries = [an_entry(1, "a", a_file()), an_entry(2, "b")]
    shift.pull()
    assert isinstance(shift.step(), Push)
    shift.entries.pop()
    shift.ask()
    shift.send()
    shift.machine.poked()
    shift.pull()
    shift.send()
    shift.entries.append(an_entry(3, "c"))
    action = shift.step()
    while isinstance(action, Pull):
        shift.machine.pulled(0, shift.at, more=False, remaining=None)
        action = shift.step()
    assert isinstance(action, Push) and action.entry.seq == 3


def test_the_order_of_one_appeal_holds_while_its_first_reply_waits_for_a_file() -> None:
    shift = Shift()
    shift.entries = [an_entry(1, "a", a_file()), an_entry(2, "a"), an_entry(3, "a", a_file("f-2"))]
    shift.pull()
    shift.ask()
    action = shift.step()
    assert isinstance(action, Upload) and action.entry.seq == 1


def test_news_that_never_stop_do_not_keep_a_file_back() -> None:
    shift = Shift()
    shift.entries = [an_entry(1, "a", a_file())]
    moved = 0
    for _ in range(12):
        shift.machine.poked()
        action = shift.step()
        if isinstance(action, Pull):
            shift.machine.pulled(1, shift.at, more=False, remaining=None)
        else:
            assert isinstance(action, Upload)
            moved += 1
            shift.machine.uploaded("f-1", moved, shift.at)
    assert moved >= 5


def test_who_has_an_appeal_open_is_said_while_a_file_goes() -> None:
    shift = Shift()
    shift.entries = [an_entry(1, "a", a_file(size=10**9))]
    shift.machine.opened(Ref("omsk", "a"), typing=True, at=shift.at)
    announced = 0
    while shift.at.ticks < 1000.0 + 3 * PRESENCE_SECONDS:
        action = shift.step()
        shift.pass_(1.0)
        match action:
            case Pull():
                shift.machine.pulled(0, shift.at, more=False, remaining=None)
            case Announce():
                announced += 1
                shift.machine.announced(shift.at)
            case Upload():
                shift.machine.uploaded("f-1", 1, shift.at)
            case _:
                raise AssertionError(action)
    assert announced == 3


def test_after_a_failure_the_server_is_asked_where_it_stands() -> None:
    shift = Shift()
    shift.entries = [an_entry(1, "a", a_file())]
    shift.pull()
    shift.ask()
    first = shift.send()
    shift.broken()
    assert isinstance(shift.step(), Rest)
    shift.pass_(60.0)
    shift.pull()
    shift.ask(offset=first.size)
    again = shift.step()
    assert isinstance(again, Upload)
    assert (again.offset, again.size) == (first.size, first.size // 2)


def test_a_server_that_fails_over_one_file_puts_off_that_entry_alone() -> None:
    shift = Shift()
    shift.entries = [an_entry(1, "a", a_file()), an_entry(2, "b", a_file("f-2"))]
    shift.pull()
    shift.ask()
    shift.broken(TransientError("500", code="server", reached=True))
    assert shift.machine.status((), clock_offset_ms=0).link is Link.ONLINE
    action = shift.step()
    assert isinstance(action, Upload) and action.entry.seq == 2


def test_pieces_grow_on_a_quick_line_and_shrink_on_a_slow_one() -> None:
    shift = Shift()
    shift.entries = [an_entry(1, "a", a_file(size=10**9))]
    shift.pull()
    shift.ask()
    sizes = [shift.send(taking=0.1).size for _ in range(4)]
    assert sizes[-1] == MOST_PIECE and sizes == sorted(sizes)
    slow = [shift.send(taking=3.5).size for _ in range(5)]
    assert slow == sorted(slow, reverse=True) and slow[-1] == LEAST_PIECE
    assert shift.send(taking=1.0).size == shift.send(taking=1.0).size == LEAST_PIECE
    assert LEAST_PIECE < FIRST_PIECE < MOST_PIECE


def test_a_piece_that_something_will_not_take_is_made_smaller_until_it_cannot_be() -> None:
    shift = Shift()
    shift.entries = [an_entry(1, "a", a_file())]
    shift.pull()
    shift.ask()
    tries = 0
    while shift.machine.piece_too_large(shift.at):
        tries += 1
    action = shift.step()
    assert isinstance(action, Upload) and action.size == LEAST_PIECE and tries > 0


def test_what_is_wanted_comes_in_turns_with_what_is_sent() -> None:
    shift = Shift()
    shift.entries = [an_entry(1, "a", a_file())]
    shift.fetches = [a_fetch("m-1"), a_fetch("m-2")]
    shift.pull()
    kinds = []
    for _ in range(4):
        action = shift.step()
        assert isinstance(action, Upload | Fetch)
        kinds.append(type(action))
        if isinstance(action, Fetch):
            assert action.file.attachment.id == "m-1"
            shift.machine.fetched("m-1", shift.at)
        else:
            shift.machine.uploaded("f-1", 1, shift.at)
    assert kinds == [Fetch, Upload, Fetch, Upload]


def test_a_file_that_the_server_fails_over_is_put_off_and_nothing_else() -> None:
    shift = Shift()
    shift.fetches = [a_fetch("m-1"), a_fetch("m-2")]
    shift.pull()
    failed = TransientError("500", code="server", reached=True)
    shift.machine.failed(failed, shift.at, fetch=shift.fetches[0])
    action = shift.step()
    assert isinstance(action, Fetch) and action.file.attachment.id == "m-2"
    shift.fetches.pop()
    rest = shift.step()
    assert isinstance(rest, Rest) and rest.seconds is not None
    assert 0 < rest.seconds < POLL
    shift.pass_(rest.seconds)
    assert isinstance(shift.step(), Fetch)


def test_without_a_session_or_a_wish_for_one_no_file_moves() -> None:
    shift = Shift()
    shift.entries, shift.fetches = [an_entry(1, "a", a_file())], [a_fetch()]
    shift.pull()
    shift.machine.set_work_offline(True, shift.at)
    assert shift.step() == Rest(None)
    shift.machine.set_work_offline(False, shift.at)
    shift.machine.session_lost(shift.at)
    assert shift.step() == Rest(None)


def test_files_wait_for_the_end_of_a_first_sync() -> None:
    shift = Shift()
    shift.machine.began(signed_in=True, complete=False, had=0)
    shift.fetches = [a_fetch()]
    assert isinstance(shift.step(), Pull)
    shift.machine.pulled(10, shift.at, more=True, remaining=5)
    shift.pull()
    assert isinstance(shift.step(), Fetch)


@given(st.data())
def test_whatever_happens_every_reply_gets_out_with_its_files_before_it(
    data: st.DataObject,
) -> None:
    shift = Shift()
    files = {f"f-{n}": 0 for n in range(3)}
    size = 2 * FIRST_PIECE
    shift.entries = [
        an_entry(1, "a", a_file("f-0", size), a_file("f-1", size)),
        an_entry(2, "a"),
        an_entry(3, "b", a_file("f-2", size)),
    ]
    left = [entry.seq for entry in shift.entries]
    for turn in range(400):
        if not left:
            break
        action = shift.step()
        shift.pass_(0.2)
        troubled = turn < 200 and data.draw(st.integers(0, 5)) == 0
        match action:
            case Rest(seconds):
                assert seconds is not None
                shift.pass_(max(seconds, 0.01))
            case _ if troubled:
                entry = getattr(action, "entry", None)
                code = data.draw(st.sampled_from(["server", "network"]))
                shift.machine.failed(TransientError("", code=code, reached=True), shift.at, entry)
            case Pull():
                shift.machine.pulled(0, shift.at, more=False, remaining=None)
            case Upload(entry, file, offset, piece):
                ident = file.attachment.id
                assert offset in (None, files[ident])
                if offset is not None:
                    files[ident] = min(size, offset + piece)
                if files[ident] < size:
                    shift.machine.uploaded(ident, files[ident], shift.at)
                else:
                    shift.machine.upload_ended(ident, shift.at)
                shift.entries = [
                    replace(
                        one,
                        uploads=tuple(u for u in one.uploads if files[u.attachment.id] < size),
                    )
                    for one in shift.entries
                ]
            case Push(entry):
                assert not entry.uploads
                shift.machine.pushed(entry, shift.at)
                shift.entries = [one for one in shift.entries if one.seq != entry.seq]
                left.remove(entry.seq)
            case _:
                raise AssertionError(action)
    assert left == []
