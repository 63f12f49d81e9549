"""The machine: pull, judge, push, and what a failure puts off; a day of it in no time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.ids import Ref
from console.errors import (
    OtklikError,
    ProtocolError,
    RejectedError,
    StoreError,
    TransientError,
)
from console.ports import WaitingEntry
from console.readmodel import EntryState, Link, SyncStatus
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
from console.wire.schema import HeldLease, PresenceNotice
from tests.support.builders import NOON

POLL = 20.0
APPEAL = Ref("omsk", "a-1")


def no_share(count: int) -> bytes:
    """Entropy that makes every wait its shortest: half of the whole."""
    return bytes(count)


def refused() -> TransientError:
    return TransientError("nobody there", code="refused", reached=False)


def an_entry(seq: int = 1, **changes: object) -> WaitingEntry:
    target = changes.pop("target", APPEAL)
    values = {
        "seq": seq,
        "id": f"e-{seq}",
        "target": target,
        "state": EntryState.QUEUED,
        "not_before": NOON,
        "waits_for": frozenset({target}),
        "asked_at": NOON,
    }
    return WaitingEntry(**(values | changes))  # type: ignore[arg-type]


class Day:
    """A machine, its outbox and the time; `step` asks what to do, `pass_` lets time pass."""

    def __init__(self, *, signed_in: bool = True, complete: bool = True) -> None:
        self.machine = Machine(
            poll_seconds=POLL, backoff=Backoff(no_share), entry_backoff=Backoff(no_share)
        )
        self.at = Moment(1000.0, NOON)
        self.entries: list[WaitingEntry] = []
        self.machine.began(signed_in=signed_in, complete=complete, had=0)

    def step(self) -> Action:
        return self.machine.next(self.entries, self.at)

    def pass_(self, seconds: float) -> None:
        self.at = Moment(self.at.ticks + seconds, self.at.wall + timedelta(seconds=seconds))

    def pull(self, *, more: bool = False, rows: int = 0, remaining: int | None = None) -> None:
        """Expect a pull, and let it succeed."""
        assert isinstance(self.step(), Pull)
        self.machine.pulled(rows, self.at, more=more, remaining=remaining)

    def fail(self, error: OtklikError | None = None) -> None:
        """Expect a pull, and let it fail."""
        assert isinstance(self.step(), Pull)
        self.machine.failed(error or refused(), self.at)

    def push(self) -> WaitingEntry:
        """Expect a push, and let it be answered."""
        action = self.step()
        assert isinstance(action, Push)
        self.machine.pushed(action.entry, self.at)
        self.entries.remove(action.entry)
        return action.entry

    @property
    def link(self) -> Link:
        return self.status.link

    @property
    def status(self) -> SyncStatus:
        return self.machine.status(self.entries, clock_offset_ms=0)


# ---------------------------------------------------------------------- the order of things


def test_nothing_is_pushed_before_everything_is_pulled() -> None:
    day = Day()
    day.entries = [an_entry()]
    day.pull(more=True)
    day.pull(more=True)
    day.pull()
    assert day.push().seq == 1
    assert isinstance(day.step(), Rest)


def test_a_reply_asked_for_later_is_judged_by_a_fresh_pull() -> None:
    day = Day()
    day.pull()
    day.pass_(FRESH_SECONDS + 0.1)
    day.entries = [an_entry()]
    day.pull()
    day.push()


def test_many_replies_go_on_one_pull_while_it_is_fresh() -> None:
    day = Day()
    day.pull()
    day.entries = [an_entry(n, target=Ref("omsk", f"a-{n}")) for n in range(1, 6)]
    assert [day.push().seq for _ in range(5)] == [1, 2, 3, 4, 5]


def test_a_poke_is_a_pull_and_a_quiet_minute_is_one_too() -> None:
    day = Day()
    day.pull()
    assert day.step() == Rest(POLL)
    day.machine.poked()
    day.pull()
    day.pass_(POLL / 2)
    assert day.step() == Rest(POLL / 2)
    day.pass_(POLL / 2)
    day.pull()
    assert day.step() == Rest(POLL)


def test_a_stream_of_news_keeps_nothing_from_leaving() -> None:
    day = Day()
    day.pull()
    day.entries = [an_entry(n, target=Ref("omsk", f"a-{n}")) for n in range(1, 4)]
    gone = []
    for _ in range(6):
        day.machine.poked()
        action = day.step()
        if isinstance(action, Push):
            day.machine.pushed(action.entry, day.at)
            day.entries.remove(action.entry)
            gone.append(action.entry.seq)
        else:
            day.machine.pulled(1, day.at, more=False, remaining=None)
    assert gone == [1, 2, 3]


def test_a_stream_of_news_does_not_keep_presence_back() -> None:
    day = Day()
    day.pull()
    day.machine.opened(APPEAL, typing=True, at=day.at)
    actions = []
    for _ in range(3):
        day.machine.poked()
        actions.append(day.step())
        if isinstance(actions[-1], Announce):
            day.machine.announced(day.at)
        else:
            day.machine.pulled(1, day.at, more=False, remaining=None)
    assert [type(action) for action in actions] == [Announce, Pull, Pull]


def test_what_is_due_waits_for_the_whole_of_the_news() -> None:
    day = Day()
    day.pull()
    day.entries = [an_entry()]
    day.push()
    day.entries = [an_entry(2)]
    day.machine.poked()
    day.pull(more=True)
    day.pull(more=True)
    day.pull()
    assert day.push().seq == 2


@pytest.mark.parametrize("what", ["signed_in", "started_over"])
def test_nothing_leaves_on_what_was_pulled_before_another_beginning(what: str) -> None:
    day = Day()
    day.pull()
    day.entries = [an_entry()]
    getattr(day.machine, what)(day.at)
    day.pull()
    day.push()


def test_a_poke_during_a_pull_is_not_lost() -> None:
    day = Day()
    assert isinstance(day.step(), Pull)
    day.machine.poked()
    day.machine.pulled(3, day.at, more=False, remaining=None)
    day.pull()


# ---------------------------------------------------------------------- failures of the link


def test_a_failure_puts_everything_off_and_says_until_when() -> None:
    day = Day()
    day.entries = [an_entry()]
    day.fail()
    status = day.status
    assert (status.link, status.error, status.since) == (Link.OFFLINE, "refused", NOON)
    assert status.next_try_at == NOON + timedelta(seconds=0.5)
    assert day.step() == Rest(0.5)
    day.pass_(0.5)
    day.pull()
    again = day.status
    assert (again.link, again.error, again.next_try_at) == (Link.ONLINE, "", None)


def test_each_failure_waits_longer_up_to_a_minute() -> None:
    day, waits = Day(), []
    for _ in range(9):
        day.fail()
        rest = day.step()
        assert isinstance(rest, Rest) and rest.seconds is not None
        waits.append(rest.seconds)
        day.pass_(rest.seconds)
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert day.status.since == NOON
    day.pull()
    day.machine.poked()
    day.fail()
    assert day.step() == Rest(0.5)


def test_what_the_server_asks_for_is_waited_for() -> None:
    day = Day()
    day.fail(TransientError("busy", code="busy", reached=True, retry_after=17.0))
    assert day.step() == Rest(17.0)


def test_a_server_of_another_protocol_is_left_alone_for_a_minute() -> None:
    day = Day()
    day.fail(ProtocolError("newer", code="version"))
    assert (day.step(), day.status.error) == (Rest(60.0), "version")


def test_a_full_disk_is_said_and_tried_again() -> None:
    day = Day()
    day.fail(StoreError("full"))
    assert (day.link, day.status.error) == (Link.OFFLINE, "disk")


def test_trying_now_does_not_wait() -> None:
    day = Day()
    day.fail()
    day.machine.wanted_now()
    day.pull()


def test_trying_now_does_not_forget_why_there_was_no_link() -> None:
    day = Day()
    day.fail(StoreError("the disk is full"))
    day.machine.wanted_now()
    assert (day.link, day.status.error, day.status.next_try_at) == (Link.OFFLINE, "disk", None)
    day.pull()
    assert (day.link, day.status.error) == (Link.ONLINE, "")


def test_after_an_outage_of_the_link_nothing_leaves_unseen() -> None:
    day = Day()
    day.pull()
    day.entries = [an_entry()]
    action = day.step()
    assert isinstance(action, Push)
    day.machine.failed(refused(), day.at, action.entry)
    day.pass_(1.0)
    assert isinstance(day.step(), Pull)


# ---------------------------------------------------------------------- failures of one entry


def test_an_entry_that_the_server_fails_over_does_not_keep_others_back() -> None:
    day = Day()
    poison = an_entry(1)
    day.entries = [poison, an_entry(2), an_entry(3, target=Ref("omsk", "a-2"))]
    day.pull()
    action = day.step()
    assert action == Push(poison)
    day.machine.failed(TransientError("500", code="server", reached=True), day.at, poison)
    assert day.link is Link.ONLINE
    assert day.push().seq == 3
    rest = day.step()
    assert isinstance(rest, Rest) and rest.seconds == 0.5
    day.pass_(0.5)
    assert day.push() == poison
    assert day.push().seq == 2


def test_a_rejected_entry_is_the_entrys_own_matter() -> None:
    """The runner holds it; were it told to the machine, the link would be the one to blame."""
    day = Day()
    day.pull()
    day.entries = [an_entry()]
    day.machine.pushed(day.entries[0], day.at)
    assert day.link is Link.ONLINE


# ---------------------------------------------------------------------- the operator


def test_without_a_session_there_is_only_rest() -> None:
    day = Day(signed_in=False)
    day.machine.session_lost(day.at)
    day.entries = [an_entry()]
    assert day.step() == Rest(None)
    assert day.link is Link.SIGN_IN_NEEDED
    day.machine.signed_in(day.at)
    day.pull()
    day.push()


def test_a_lost_session_pauses_everything_and_touches_nothing() -> None:
    day = Day()
    day.pull()
    day.entries = [an_entry()]
    day.machine.session_lost(day.at)
    day.machine.poked()
    assert day.step() == Rest(None)
    assert (day.status.waiting, day.status.error) == (1, "")


def test_working_offline_is_left_only_by_the_operator() -> None:
    day = Day()
    day.pull()
    day.machine.set_work_offline(True, day.at)
    day.entries = [an_entry()]
    day.machine.poked()
    day.pass_(3600)
    assert (day.step(), day.link) == (Rest(None), Link.WORK_OFFLINE)
    day.machine.set_work_offline(False, day.at)
    day.pull()
    day.push()
    assert day.link is Link.ONLINE


def test_going_online_without_a_session_asks_for_one_again() -> None:
    day = Day(signed_in=False)
    day.machine.session_lost(day.at)
    day.machine.set_work_offline(True, day.at)
    assert day.link is Link.WORK_OFFLINE
    day.machine.set_work_offline(False, day.at)
    assert (day.step(), day.link) == (Rest(None), Link.SIGN_IN_NEEDED)


def test_signing_in_while_working_offline_does_not_pretend_to_connect() -> None:
    day = Day(signed_in=False)
    day.machine.session_lost(day.at)
    day.machine.set_work_offline(True, day.at)
    day.machine.signed_in(day.at)
    assert (day.step(), day.link) == (Rest(None), Link.WORK_OFFLINE)
    day.machine.set_work_offline(False, day.at)
    day.pull()
    assert day.link is Link.ONLINE


def test_an_undo_window_is_waited_for_to_the_second() -> None:
    day = Day()
    day.pull()
    day.entries = [an_entry(not_before=NOON + timedelta(seconds=5))]
    assert day.step() == Rest(5.0)
    day.pass_(5.0)
    day.pull()
    day.push()


def test_what_is_scheduled_leaves_at_its_hour_also_where_the_computer_has_slept() -> None:
    day = Day()
    day.pull()
    nine = NOON + timedelta(hours=21)
    day.entries = [an_entry(not_before=nine), an_entry(2)]
    day.push()  # what was asked for later waits for no hour but its own
    day.entries = day.entries[:1]
    assert isinstance(day.step(), Rest)
    day.at = Moment(day.at.ticks + 60.0, nine - timedelta(seconds=5))  # ticks slept, too
    day.pull()
    assert day.step() == Rest(5.0)
    day.pass_(5.0)
    day.pull()
    day.push()


def test_another_hour_takes_the_place_of_the_first() -> None:
    day = Day()
    day.pull()
    day.entries = [an_entry(not_before=NOON + timedelta(hours=1))]
    assert isinstance(day.step(), Rest)
    day.entries = [an_entry(not_before=NOON + timedelta(hours=1), asked_at=NOON)]
    sooner = NOON + timedelta(minutes=6)
    day.entries = [an_entry(not_before=sooner)]
    day.pass_(360.0)
    day.pull()
    day.push()


def test_what_is_scheduled_and_then_fails_keeps_its_appeal_in_order() -> None:
    day = Day()
    day.pull()
    hour = NOON + timedelta(minutes=10)
    day.entries = [an_entry(not_before=hour), an_entry(2, not_before=hour, asked_at=hour)]
    day.pass_(600.0)
    day.pull()
    first = day.entries[0]
    assert day.step() == Push(first)
    day.machine.failed(TransientError("500", code="server", reached=True), day.at, first)
    assert isinstance(day.step(), Rest)


def test_a_reply_stamped_by_a_clock_hours_ahead_waits_for_its_undo_window_alone() -> None:
    day = Day()
    day.pull()
    ahead = NOON + timedelta(hours=5)
    day.entries = [an_entry(asked_at=ahead, not_before=ahead + timedelta(seconds=5))]
    assert day.step() == Rest(5.0)
    day.pass_(5.0)
    day.pull()
    day.push()


def test_a_clock_that_is_set_does_not_begin_an_undo_window_anew() -> None:
    day = Day()
    day.pull()
    day.entries = [an_entry(not_before=NOON + timedelta(seconds=5))]
    assert day.step() == Rest(5.0)
    day.at = Moment(day.at.ticks + 3.0, NOON - timedelta(hours=7))
    assert day.step() == Rest(2.0)


def test_a_clock_that_is_set_does_not_put_a_failed_entry_off_for_longer() -> None:
    day = Day()
    day.pull()
    day.entries = [an_entry()]
    day.machine.failed(TransientError("500", code="server", reached=True), day.at, day.entries[0])
    day.at = Moment(day.at.ticks + 1.0, NOON - timedelta(hours=7))
    day.push()


def test_waiting_and_held_are_counted_apart() -> None:
    day = Day()
    day.entries = [an_entry(1, state=EntryState.HELD), an_entry(2), an_entry(3)]
    assert (day.status.waiting, day.status.held) == (2, 1)


# ---------------------------------------------------------------------- presence


def test_an_open_appeal_is_announced_and_announced_again() -> None:
    day = Day()
    day.pull()
    day.machine.opened(APPEAL, typing=False, at=day.at)
    action = day.step()
    assert isinstance(action, Announce) and action.notice.appeal == APPEAL
    day.machine.announced(day.at)
    assert day.step() == Rest(PRESENCE_SECONDS)
    day.pass_(PRESENCE_SECONDS)
    day.pull()
    assert isinstance(day.step(), Announce)


def test_a_soft_lease_goes_with_the_appeal_and_is_said_again_as_it_is() -> None:
    day = Day()
    day.pull()
    until = NOON + timedelta(minutes=10)
    day.machine.opened(APPEAL, typing=False, at=day.at)
    day.machine.announced(day.at)
    day.machine.opened(APPEAL, typing=True, lease_until=until, at=day.at)
    for _ in range(2):
        action = day.step()
        assert isinstance(action, Announce) and action.notice.lease_until == until
        day.machine.announced(day.at)
        day.pass_(PRESENCE_SECONDS)
        day.pull()


def test_a_soft_lease_goes_on_while_another_appeal_is_looked_at() -> None:
    day = Day()
    day.pull()
    until, other = NOON + timedelta(minutes=10), Ref(APPEAL.branch, "another")
    held = (HeldLease(APPEAL, until),)

    def said() -> PresenceNotice:
        action = day.step()
        assert isinstance(action, Announce)
        day.machine.announced(day.at)
        return action.notice

    day.machine.opened(APPEAL, typing=True, lease_until=until, at=day.at)
    assert said().leases == ()
    day.machine.opened(other, typing=False, at=day.at)
    assert said() == PresenceNotice(other, leases=held)
    day.machine.opened(None, typing=False, at=day.at)
    assert said().leases == held
    day.machine.opened(APPEAL, typing=False, at=day.at)
    assert said() == PresenceNotice(APPEAL, lease_until=until), "who comes back has it still"
    day.machine.opened(other, typing=False, at=day.at)
    day.machine.lease_ended(APPEAL, day.at)
    assert said() == PresenceNotice(other)
    day.machine.opened(APPEAL, typing=False, lease_until=until, at=day.at)
    day.machine.opened(None, typing=False, at=day.at)
    assert said().leases == held
    day.pass_(600)
    day.pull()
    assert said().leases == held, "its end is the server's to see, and is not said again"
    assert day.step() == Rest(POLL)


def test_leaving_an_appeal_is_announced_once() -> None:
    day = Day()
    day.pull()
    day.machine.opened(APPEAL, typing=True, at=day.at)
    day.machine.announced(day.at)
    day.machine.opened(None, typing=False, at=day.at)
    action = day.step()
    assert isinstance(action, Announce) and action.notice.appeal is None
    day.machine.announced(day.at)
    assert day.step() == Rest(POLL)


def test_a_break_is_said_again_and_outlives_a_sign_in() -> None:
    day = Day()
    day.pull()
    day.machine.went_away(away=True, until=None, at=day.at)
    action = day.step()
    assert isinstance(action, Announce)
    assert (action.notice.appeal, action.notice.away) == (None, True)
    day.machine.announced(day.at)
    assert day.step() == Rest(PRESENCE_SECONDS)
    day.machine.signed_in(day.at)
    day.pull()
    assert isinstance(day.step(), Announce)
    day.machine.went_away(away=False, until=None, at=day.at)
    action = day.step()
    assert isinstance(action, Announce) and not action.notice.away
    day.machine.announced(day.at)
    assert isinstance(day.step(), Rest)


def test_the_same_presence_is_not_news() -> None:
    day = Day()
    day.pull()
    for _ in range(3):
        day.machine.opened(APPEAL, typing=False, at=day.at)
    day.machine.announced(day.at)
    day.machine.opened(APPEAL, typing=False, at=day.at)
    assert isinstance(day.step(), Rest)


# ---------------------------------------------------------------------- the first sync


def test_a_first_sync_says_how_far_it_is() -> None:
    day = Day(complete=False)
    assert day.step() == Pull(count=True, ahead=True)
    day.machine.pulled(100, day.at, more=True, remaining=900)
    begun = day.status
    assert (begun.link, begun.progress) == (Link.SYNCING, (100, 1000))
    assert day.step() == Pull(count=False, ahead=True), "to count takes the server long"
    day.machine.pulled(0, day.at, more=True, remaining=None)
    assert day.status.progress == (100, 1000)
    day.pull(more=True, rows=500, remaining=400)
    assert day.status.progress == (600, 1000)
    day.pull(rows=400, remaining=0)
    done = day.status
    assert (done.link, done.progress) == (Link.ONLINE, None)
    day.machine.poked()
    assert day.step() == Pull(count=False)


def test_a_resumed_first_sync_counts_what_is_there() -> None:
    day = Day(complete=False)
    day.machine.began(signed_in=True, complete=False, had=600)
    day.pull(more=True, rows=100, remaining=300)
    assert day.status.progress == (700, 1000)


def test_another_database_is_read_from_the_beginning() -> None:
    day = Day()
    day.pull()
    day.machine.poked()
    assert isinstance(day.step(), Pull)
    day.machine.started_over(day.at)
    assert (day.link, day.status.progress) == (Link.SYNCING, None)
    assert day.step() == Pull(count=True, ahead=True)


# ---------------------------------------------------------------------- whatever happens


_EVENTS: dict[str, Callable[[Day], object]] = {
    "poke": lambda d: d.machine.poked(),
    "now": lambda d: d.machine.wanted_now(),
    "offline": lambda d: d.machine.set_work_offline(True, d.at),
    "online": lambda d: d.machine.set_work_offline(False, d.at),
    "lost": lambda d: d.machine.session_lost(d.at),
    "signed in": lambda d: d.machine.signed_in(d.at),
    "open": lambda d: d.machine.opened(APPEAL, typing=True, at=d.at),
    "wait": lambda d: d.pass_(7.0),
    "reply": lambda d: d.entries.append(an_entry(len(d.entries) + 1 + int(d.at.ticks))),
}


@given(st.lists(st.sampled_from([*_EVENTS, "ok", "fail", "fail one"]), max_size=60))
def test_whatever_happened_everything_gets_out_once_the_link_is_back(events: list[str]) -> None:
    day = Day()
    for event in events:
        if event in _EVENTS:
            _EVENTS[event](day)
        else:
            _carry_out(day, event)
    day.machine.signed_in(day.at)
    day.machine.set_work_offline(False, day.at)
    for _ in range(20 + 4 * len(day.entries)):
        _carry_out(day, "ok")
    assert day.entries == []
    assert day.link is Link.ONLINE


def _carry_out(day: Day, event: str) -> None:
    action = day.step()
    one = event == "fail one" and isinstance(action, Push)
    match action:
        case Rest(seconds):
            day.pass_(0.0 if seconds is None else seconds)
        case Push(entry) if one:
            day.machine.failed(TransientError("", code="server", reached=True), day.at, entry)
        case Push(entry) if event == "fail":
            day.machine.failed(refused(), day.at, entry)
        case Push(entry):
            day.machine.pushed(entry, day.at)
            day.entries.remove(entry)
        case Announce() | Pull() if event != "ok":
            day.machine.failed(refused(), day.at)
        case Announce():
            day.machine.announced(day.at)
        case Pull():
            day.machine.pulled(1, day.at, more=False, remaining=None)


@pytest.mark.parametrize("error", [RejectedError("no", code="bad_request")])
def test_a_rejected_pull_waits_as_any_failure(error: OtklikError) -> None:
    day = Day()
    day.fail(error)
    assert (day.link, day.status.error) == (Link.OFFLINE, "unknown")
