"""The machine: what sync does next, decided without doing it.

Events come in as method calls, `next` says what to do now; the runner does it and reports back.
No thread, socket, store or clock is touched here, so a day passes in a test in no time.

The order is always: pull until nothing is missing, then judge and push one entry after another,
and pull again whenever what was pulled is not fresh any more, or there is news. However fast the
news come, one entry goes after each pull, or else who has what open. Files go last, a piece at a
time (`transfers`), so that a large one keeps nothing waiting. A failure of the link puts everything
off; a failure of one entry puts off that entry alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.domain.ids import Ref
from console.errors import OtklikError, ProtocolError, StoreError, TransientError
from console.ports import WaitingEntry, WaitingFetch
from console.readmodel import EntryState, Link, SyncStatus
from console.sync.backoff import Backoff
from console.sync.outgoing import next_outgoing
from console.sync.transfers import Fetch, Transfer, Transfers, Upload
from console.wire.schema import HeldLease, PresenceNotice

FRESH_SECONDS = 2.0
"""How long after a pull an entry may be judged by it."""

PRESENCE_SECONDS = 20.0
"""How often an open appeal is announced again; the server forgets it after 45 s."""

_PROTOCOL_SECONDS = 60.0
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Moment:
    """Now: ``ticks`` are seconds that never go back, ``wall`` is the server's time (UTC)."""

    ticks: float
    wall: datetime


@dataclass(frozen=True, slots=True)
class Pull:
    """Fetch a page of the change feed and take it in; ``count`` asks how much is left.

    ``ahead``: if there is more, the next page may be fetched while this one is being stored.
    """

    count: bool
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Push:
    """Judge this entry and deliver it."""

    entry: WaitingEntry


@dataclass(frozen=True, slots=True)
class Announce:
    """Say what the operator has open."""

    notice: PresenceNotice


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do for so many seconds (None: until an event)."""

    seconds: float | None


Action = Pull | Push | Announce | Upload | Fetch | Rest


@dataclass(slots=True)
class _Failure:
    since: datetime
    retry_ticks: float
    retry_at: datetime


class Machine:
    """Decides; see the module. Used by one thread."""

    def __init__(self, *, poll_seconds: float, backoff: Backoff, entry_backoff: Backoff) -> None:
        self._poll_seconds = poll_seconds
        self._backoff = backoff
        self._entry_backoff = entry_backoff
        self._link = Link.STARTING
        self._since: datetime | None = None
        self._signed_in = False
        self._work_offline = False
        self._pull_wanted = True
        self._pulled_ticks: float | None = None
        self._pulled_at: datetime | None = None
        self._just_pulled = False
        self._first = True
        self._progress: tuple[int, int] | None = None
        self._whole: int | None = None
        self._failure: _Failure | None = None
        self._error = ""
        self._undo_until: dict[str, float] = {}
        self._put_off: dict[str, float] = {}
        self._notice = PresenceNotice(None)
        self._leases: dict[Ref, datetime] = {}
        self._announce_ticks: float | None = None
        self._transfers = Transfers()

    # ------------------------------------------------------------------ what to do

    def next(
        self,
        entries: Sequence[WaitingEntry],
        at: Moment,
        *,
        fetches: Sequence[WaitingFetch] = (),
    ) -> Action:
        """What to do now; ``entries`` is the outbox, oldest first, ``fetches`` are files wanted."""
        idle = self._idle(at)
        if idle is not None:
            return idle
        wanted = self._pull_wanted or self._next_poll(at) <= at.ticks
        scheduled = {e.id for e in entries if e.is_scheduled and _scheduled_left(e, at.wall) > 0}
        outgoing = next_outgoing(
            entries, now=at.ticks, due=self._due(entries, at), scheduled=scheduled
        )
        if outgoing.entry is not None:
            return self._push(outgoing.entry, at, wanted=wanted)
        transfer = self._transfer(outgoing.upload, fetches, at)
        if self._is_to_announce(at) and (self._just_pulled or not wanted):
            self._just_pulled = False
            return Announce(self._notice)
        if wanted and not (transfer and self._just_pulled):
            return self._pull_now()
        if transfer is not None:
            return self._begin(transfer, at)
        return Rest(self._rest(outgoing.next_at, at, fetches))

    # ------------------------------------------------------------------ what the world says

    def began(self, *, signed_in: bool, complete: bool, had: int) -> None:
        """The store has been looked at: is there a session, was a first sync ever completed?"""
        self._signed_in = signed_in
        self._first = not complete
        self._progress = (had, had) if self._first and had else None
        self._whole = None

    def signed_in(self, at: Moment) -> None:
        """Somebody signed in: read at once, in their scope."""
        self._signed_in = True
        self._forget_failure()
        self._set_link(Link.WORK_OFFLINE if self._work_offline else Link.STARTING, at)
        self._pull_first()
        self._leases.clear()
        self._notice = replace(self._notice, appeal=None, typing=False, lease_until=None, leases=())
        self._announce_ticks = at.ticks if self._notice.away else None

    def session_lost(self, at: Moment) -> None:
        """The server wants a new sign-in; nothing leaves before, and nothing is touched."""
        self._signed_in = False
        self._forget_failure()
        self._set_link(Link.SIGN_IN_NEEDED, at)

    def poked(self) -> None:
        """The server has something new."""
        self._pull_wanted = True

    def wanted_now(self) -> None:
        """The operator does not want to wait: try at once, single entries included."""
        self._forget_failure()
        self._put_off.clear()
        self._pull_wanted = True

    def set_work_offline(self, offline: bool, at: Moment) -> None:
        """The operator wants to be left alone by the network, or not any more."""
        if offline == self._work_offline:
            return
        self._work_offline = offline
        online = Link.STARTING if self._signed_in else Link.SIGN_IN_NEEDED
        self._set_link(Link.WORK_OFFLINE if offline else online, at)
        if not offline:
            self.wanted_now()

    def opened(
        self,
        ref: Ref | None,
        *,
        typing: bool,
        at: Moment,
        lease_until: datetime | None = None,
    ) -> None:
        """The operator has another appeal open, or none, or writes to it under a soft lease.

        A lease lasts until its time or `lease_ended`, whatever is opened meanwhile: who looks
        something up in another appeal is writing to the first all the same.
        """
        if ref is not None and lease_until is not None:
            self._leases[ref] = lease_until
        self._notify(self._as_leased(replace(self._notice, appeal=ref, typing=typing), at), at)

    def lease_ended(self, ref: Ref, at: Moment) -> None:
        """What was begun there is sent, or put away: nobody need wait for it."""
        if self._leases.pop(ref, None) is not None:
            self._notify(self._as_leased(self._notice, at), at)

    def _as_leased(self, notice: PresenceNotice, at: Moment) -> PresenceNotice:
        self._leases = {ref: until for ref, until in self._leases.items() if until > at.wall}
        others = tuple(
            HeldLease(ref, until) for ref, until in self._leases.items() if ref != notice.appeal
        )
        own = None if notice.appeal is None else self._leases.get(notice.appeal)
        return replace(notice, lease_until=own, leases=others)

    def went_away(self, *, away: bool, until: datetime | None, at: Moment) -> None:
        """The operator has a break, or is back from it."""
        self._notify(replace(self._notice, away=away, away_until=until if away else None), at)

    def _notify(self, notice: PresenceNotice, at: Moment) -> None:
        if notice != self._notice:
            self._notice = notice
            self._announce_ticks = at.ticks

    # ------------------------------------------------------------------ what became of it

    def pulled(self, rows: int, at: Moment, *, more: bool, remaining: int | None) -> None:
        """A page has been taken in."""
        self._reached(at)
        self._count(rows, remaining)
        if more:
            self._pull_wanted = True
            if self._first:
                self._set_link(Link.SYNCING, at)
            return
        self._first = False
        self._progress = None
        self._pulled_ticks, self._pulled_at = at.ticks, at.wall
        self._just_pulled = True
        self._set_link(Link.ONLINE, at)

    def started_over(self, at: Moment) -> None:
        """The server's database is another one: everything is read anew."""
        self._first, self._progress, self._whole = True, None, None
        self._pull_first()
        self._set_link(Link.SYNCING, at)

    def pushed(self, entry: WaitingEntry, at: Moment) -> None:
        """An entry has been answered, whatever the answer, or judged not to go."""
        self._reached(at)
        self._entry_backoff.reset()
        self._put_off.pop(entry.id, None)

    def uploaded(self, attachment: str, offset: int, at: Moment) -> None:
        """The server has so much of a file, and wants more."""
        self._reached(at)
        self._transfers.stands(attachment, offset)
        self._transfers.moved(at.ticks)

    def upload_ended(self, attachment: str, at: Moment) -> None:
        """The server has all of a file: its reply is judged by what is pulled from here on."""
        self._reached(at)
        self._transfers.ask_again(attachment)
        self._transfers.moved(at.ticks)
        self._pull_first()

    def upload_again(self, attachment: str, at: Moment) -> None:
        """A file begins anew."""
        self._reached(at)
        self._transfers.ask_again(attachment)

    def piece_too_large(self, at: Moment) -> bool:
        """Something takes no piece of this size: send smaller ones; False where there are none."""
        self._reached(at)
        return self._transfers.smaller()

    def fetched(self, attachment: str, at: Moment) -> None:
        """A piece of a wanted file has come, or it is certain that none will."""
        self._reached(at)
        self._transfers.moved(at.ticks)
        self._put_off.pop(attachment, None)

    def announced(self, at: Moment) -> None:
        """Presence has been said (or cannot be; it is not worth more)."""
        self._notice = self._as_leased(self._notice, at)
        notice = self._notice
        shown = notice.appeal is not None or notice.away or notice.leases
        self._announce_ticks = at.ticks + PRESENCE_SECONDS if shown else None

    def failed(
        self,
        error: OtklikError,
        at: Moment,
        entry: WaitingEntry | None = None,
        *,
        fetch: WaitingFetch | None = None,
    ) -> None:
        """A request came to nothing. Only a server that fails over one thing is that thing's."""
        self._transfers.broken_off()
        about = entry.id if entry is not None else fetch.attachment.id if fetch else None
        if about is not None and isinstance(error, TransientError) and error.code == "server":
            wait = self._entry_backoff.next(at_least=error.retry_after or 0.0)
            self._put_off[about] = at.ticks + wait
            return
        wait = self._wait(error)
        known = self._failure
        self._error = _code(error)
        self._failure = _Failure(
            since=at.wall if known is None else known.since,
            retry_ticks=at.ticks + wait,
            retry_at=at.wall + timedelta(seconds=wait),
        )
        self._pull_first()
        self._set_link(Link.OFFLINE, at)

    def status(self, entries: Sequence[WaitingEntry], *, clock_offset_ms: int) -> SyncStatus:
        """What the status bar says."""
        held = sum(1 for entry in entries if entry.state is EntryState.HELD)
        said = SyncStatus(
            link=self._link,
            since=self._since,
            waiting=len(entries) - held,
            held=held,
            progress=self._progress,
            last_pull_at=self._pulled_at,
            clock_offset_ms=clock_offset_ms,
        )
        if self._link is not Link.OFFLINE:
            return said
        failure = self._failure  # None while it is being tried because the operator wants to know
        next_try_at = failure.retry_at if failure is not None else None
        return replace(said, next_try_at=next_try_at, error=self._error)

    @property
    def is_listening(self) -> bool:
        """Whether pokes are worth listening to now."""
        return self._link in (Link.ONLINE, Link.SYNCING)

    # ------------------------------------------------------------------ inside

    def _idle(self, at: Moment) -> Rest | None:
        """Whether nothing may be sent at all now, and for how long."""
        if not self._signed_in or self._work_offline:
            return Rest(None)
        if self._failure is not None and at.ticks < self._failure.retry_ticks:
            return Rest(self._failure.retry_ticks - at.ticks)
        return None

    def _push(self, entry: WaitingEntry, at: Moment, *, wanted: bool) -> Push | Pull:
        """Deliver an entry, if it can be judged by what was just pulled."""
        if not self._is_fresh(at) or (wanted and not self._just_pulled):
            return self._pull_now()
        self._just_pulled = False
        return Push(entry)

    def _begin(self, transfer: Transfer, at: Moment) -> Transfer | Pull:
        """Move a piece; a stale reply is held before its files are sent, not after."""
        asks = isinstance(transfer, Upload) and transfer.offset is None
        if asks and not self._is_fresh(at):
            return self._pull_now()
        self._just_pulled = False
        self._transfers.begun(transfer, at.ticks)
        return transfer

    def _pull_now(self) -> Pull:
        """A page; of a first sync the server counts once what is to come, which takes it long."""
        self._pull_wanted = self._just_pulled = False
        return Pull(count=self._first and self._whole is None, ahead=self._first)

    def _transfer(
        self, entry: WaitingEntry | None, fetches: Sequence[WaitingFetch], at: Moment
    ) -> Transfer | None:
        """The piece of a file that is next, if any; not before the first sync has ended."""
        if self._first:
            return None
        due = (file for file in fetches if self._put_off.get(file.attachment.id, 0.0) <= at.ticks)
        return self._transfers.next(entry, next(due, None))

    def _pull_first(self) -> None:
        """Whatever was pulled is no ground to judge by any more."""
        self._pull_wanted = True
        self._pulled_ticks = None

    def _due(self, entries: Sequence[WaitingEntry], at: Moment) -> dict[str, float]:
        """Until when each entry waits, in ticks: for its undo window, and where it has failed.

        The window is measured from when the entry is first seen here, and is never longer than
        it was made: a clock that was wrong when it was asked for, or is now, keeps nothing back.
        What is scheduled goes by the clock, for ticks do not count while a computer sleeps, and
        its author may choose another hour.
        """
        self._undo_until = {
            entry.id: at.ticks + _scheduled_left(entry, at.wall)
            if entry.is_scheduled
            else self._undo_until.get(entry.id, at.ticks + _undo_left(entry, at.wall))
            for entry in entries
        }
        return {
            ident: max(until, self._put_off.get(ident, until))
            for ident, until in self._undo_until.items()
        }

    def _is_to_announce(self, at: Moment) -> bool:
        return self._announce_ticks is not None and at.ticks >= self._announce_ticks

    def _is_fresh(self, at: Moment) -> bool:
        return self._pulled_ticks is not None and at.ticks - self._pulled_ticks <= FRESH_SECONDS

    def _next_poll(self, at: Moment) -> float:
        """When to pull without being told to, in ticks."""
        polled = at.ticks if self._pulled_ticks is None else self._pulled_ticks
        return polled + self._poll_seconds

    def _rest(self, next_at: float | None, at: Moment, fetches: Sequence[WaitingFetch]) -> float:
        """Seconds until the next poll, entry, wanted file or announcement."""
        waits = [self._next_poll(at) - at.ticks]
        put_off = (self._put_off.get(file.attachment.id, 0.0) for file in fetches)
        waits += (until - at.ticks for until in put_off if until > at.ticks)
        if next_at is not None:
            waits.append(next_at - at.ticks)
        if self._announce_ticks is not None:
            waits.append(self._announce_ticks - at.ticks)
        return max(0.0, min(waits))

    def _reached(self, at: Moment) -> None:
        self._forget_failure()
        if self._link is Link.OFFLINE:
            self._set_link(Link.STARTING, at)

    def _forget_failure(self) -> None:
        self._failure = None
        self._backoff.reset()

    def _wait(self, error: OtklikError) -> float:
        if isinstance(error, ProtocolError):
            return _PROTOCOL_SECONDS
        asked = error.retry_after if isinstance(error, TransientError) else None
        return self._backoff.next(at_least=asked or 0.0)

    def _count(self, rows: int, remaining: int | None) -> None:
        if self._first:
            had = rows + (self._progress[0] if self._progress else 0)
            if remaining is not None:
                self._whole = had + remaining
            self._progress = (had, max(had, self._whole or 0))

    def _set_link(self, link: Link, at: Moment) -> None:
        if link is not self._link:
            self._link, self._since = link, at.wall


def _undo_left(entry: WaitingEntry, now: datetime) -> float:
    window = (entry.not_before - entry.asked_at).total_seconds()
    return max(0.0, min(window, (entry.not_before - now).total_seconds()))


def _scheduled_left(entry: WaitingEntry, now: datetime) -> float:
    return max(0.0, (entry.not_before - now).total_seconds())


def _code(error: OtklikError) -> str:
    if isinstance(error, StoreError):
        return "disk"
    return error.code if isinstance(error, TransientError | ProtocolError) else _UNKNOWN
