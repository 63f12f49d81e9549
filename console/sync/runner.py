"""The runner: the sync thread; does what the machine decides, and tells it what became of it."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol, TypeVar

from console.changes import ChangeFeed, Changes
from console.domain.ids import Ref
from console.errors import (
    AuthError,
    OtklikError,
    ProtocolError,
    RejectedError,
    SignInNeededError,
    StoreError,
)
from console.ports import (
    Clock,
    FeedPosition,
    Precedence,
    Remote,
    Store,
    SyncReader,
    Transaction,
    WaitingEntry,
    WaitingFetch,
)
from console.readmodel import Link, SessionInfo, SyncStatus
from console.sync import carrier, pull, push
from console.sync.machine import Action, Announce, Machine, Moment, Pull, Push, Rest
from console.sync.transfers import Fetch, Upload
from console.wire.schema import ArchivePage, Away, Page, Presence, Rows
from console.workers import THREADS, Workers

T = TypeVar("T")

log = logging.getLogger(__name__)

PAGE_ROWS = 1000
"""Rows of a page of the change feed."""

PIECE_ROWS = 150
FIRST_PIECE_ROWS = 1_200
"""Rows of a transaction that takes some in: a draft waits for one at most. A first sync, during
which there is little to write drafts about, takes a page at once and is done in half the time."""

_UNREADABLE_SECONDS = 5.0
"""How long to leave a store alone that could not be read."""

FORGET_ROWS = 50
"""Appeals of a transaction that forgets a branch."""


class Session(Protocol):
    """The part of the client that begins and ends sessions."""

    @property
    def has_session(self) -> bool:
        """Whether there is a session to continue."""

    def sign_out(self) -> None:
        """End the session."""

    def forget_session(self) -> None:
        """Have no session any more."""


class Connected(Remote, Session, Protocol):
    """The client as sync uses it."""

    def interrupt(self) -> None:
        """Make every request fail that is under way, and every later one."""

    def break_off(self) -> None:
        """Make every request fail that is under way, and no later one."""

    def close(self) -> None:
        """Give back the connections."""


class Listener(Protocol):
    """Who listens to pokes while there is somebody to be poked by."""

    def start(self) -> None:
        """Begin."""

    def listen(self) -> None:
        """There is a session and a link."""

    def pause(self) -> None:
        """There is no session or no link."""

    def listen_anew(self) -> None:
        """There is something else to be poked about than before."""

    def close(self) -> None:
        """End."""


class _ClosingError(Exception):
    """The program is being closed; what was under way is done again at the next start."""


class SyncRunner:
    """Owns the sync thread. Methods may be called on any thread, and return at once.

    ``connect`` makes the client and its listener, on the sync thread: importing HTTP must not
    delay the first page. ``clock_offset`` gives the measured offset in seconds, ``kept_bytes`` how
    much of the files of messages may stay here.
    """

    def __init__(
        self,
        *,
        store: Store,
        reader: SyncReader,
        connect: Callable[[Callable[[], None]], tuple[Connected, Listener]],
        machine: Machine,
        clock: Clock,
        changes: ChangeFeed,
        server: str,
        clock_offset: Callable[[], float],
        kept_bytes: Callable[[], int],
        workers: Workers = THREADS,
    ) -> None:
        self._store = store
        self._reader = reader
        self._connect = connect
        self._machine = machine
        self._clock = clock
        self._changes = changes
        self._server = server
        self._clock_offset = clock_offset
        self._kept_bytes = kept_bytes
        self._workers = workers
        self._wake = workers.signal()
        self._inbox: deque[Callable[[], None]] = deque()
        self._closing = False
        self._ended = False
        self._status = SyncStatus(Link.STARTING)
        self._position = FeedPosition()
        self._present: tuple[Sequence[Presence], Sequence[Away]] | None = None
        self._ahead: tuple[Mapping[str, int], Page] | None = None
        self._entries: list[WaitingEntry] = []
        self._entries_stale = True
        self._unread = False
        self._fetches: list[WaitingFetch] = []
        self._fetches_stale = True
        self._fetches_unread = False
        self._client: Connected | None = None
        self._listener: Listener | None = None
        self._thread = workers.worker(self._run, name="sync")
        self._unsubscribe = changes.subscribe(self._heard)

    # ------------------------------------------------------------------ from any thread

    def start(self) -> None:
        """Begin to synchronise."""
        self._thread.start()

    def close(self) -> None:
        """End, whatever is under way: it is done again at the next start."""
        self._unsubscribe()
        with self._wake:
            self._closing = True
            self._wake.notify()
            client = self._client
        if client is not None:
            client.interrupt()
        if self._thread.is_alive():
            self._thread.join()

    def status(self) -> SyncStatus:
        """What the status bar says."""
        return self._status

    def try_now(self) -> None:
        """Do not wait any longer; pull, and try what has failed."""
        self._post(self._machine.wanted_now)

    def set_work_offline(self, work_offline: bool) -> None:
        """Leave the network alone at once, whatever is under way, or not any more."""
        self._post(lambda: self._machine.set_work_offline(work_offline, self._moment()))
        with self._wake:
            client = self._client
        if work_offline and client is not None:
            client.break_off()  # a server that does not answer would be waited for

    def set_presence(
        self, ref: Ref | None, *, typing: bool = False, lease_until: datetime | None = None
    ) -> None:
        """The operator has this appeal open (None: none), under a soft lease while they write.

        A lease that was told lasts until its time, or until `end_lease`.
        """
        self._post(
            lambda: self._machine.opened(
                ref, typing=typing, lease_until=lease_until, at=self._moment()
            )
        )

    def end_lease(self, ref: Ref) -> None:
        """The operator writes to this appeal no more."""
        self._post(lambda: self._machine.lease_ended(ref, self._moment()))

    def set_away(self, *, away: bool, until: datetime | None = None) -> None:
        """The operator has a break, until an instant (UTC) or until they are back; or is back."""
        self._post(lambda: self._machine.went_away(away=away, until=until, at=self._moment()))

    def sign_in(self, login: str, password: str) -> Future[SessionInfo]:
        """Begin a session; `AuthError` or `RemoteError` through the future."""
        return self._ask(lambda: self._sign_in(login, password))

    def sign_out(self) -> Future[None]:
        """End the session; drafts and outbox stay for the next one."""
        return self._ask(self._sign_out)

    def search(self, text: str, *, before: str = "") -> Future[ArchivePage]:
        """Look through the server's archive; `RemoteError` through the future where it cannot be.

        A server that is not reached is said so at once: nobody waits for a search until it is.
        """
        return self._ask(lambda: self._remote.search(text, before=before))

    def poked(self) -> None:
        """The server says that there is something new."""
        self._post(self._machine.poked)

    # ------------------------------------------------------------------ the thread

    def _run(self) -> None:
        try:
            self._begin()
            while not self._is_closing():
                self._hear()
                if self._could_read(self._look_at_outbox):
                    self._carry_out(self._decide())
                else:
                    self._rest(_UNREADABLE_SECONDS)
        except _ClosingError:
            log.info("sync ended in the middle of something; it goes on at the next start")
        finally:
            self._end()

    def _begin(self) -> None:
        client, listener = self._connect(self.poked)
        with self._wake:
            self._client, self._listener = client, listener
        listener.start()
        while not self._is_closing() and not self._could_read(lambda: self._look_around(client)):
            self._rest(_UNREADABLE_SECONDS)
            self._hear()

    def _look_around(self, client: Connected) -> None:
        """Who is signed in, and how far their mirror is."""
        self._position = self._reader.position()
        signed_in = self._reader.session() is not None and client.has_session
        self._machine.began(
            signed_in=signed_in,
            complete=self._position.complete,
            had=0 if self._position.complete else self._reader.mirrored_rows(),
        )
        if not signed_in:
            self._machine.session_lost(self._moment())

    def _end(self) -> None:
        if self._listener is not None:
            self._listener.close()
        if self._client is not None:
            self._client.close()
        with self._wake:
            self._ended = True
            waiting, self._inbox = tuple(self._inbox), deque()
        for job in waiting:  # whoever asked is told that nobody will answer
            job()

    def _hear(self) -> None:
        """Carry out what other threads have asked for."""
        while True:
            with self._wake:
                if not self._inbox or self._closing:
                    return
                job = self._inbox.popleft()
            job()

    def _look_at_outbox(self) -> None:
        with self._wake:
            self._unread, self._entries_stale = self._unread or self._entries_stale, False
            self._fetches_unread |= self._fetches_stale
            self._fetches_stale = False
        if self._unread:
            self._entries = self._reader.waiting()
            self._unread = False
        if self._fetches_unread:
            self._fetches = self._reader.fetches()
            self._fetches_unread = False

    def _could_read(self, read: Callable[[], None]) -> bool:
        """Whether the store let itself be read; if not, the status says so."""
        try:
            read()
        except OtklikError as error:
            self._failed(error, None)
            self._tell_status()
            return False
        return True

    def _decide(self) -> Action:
        action = self._machine.next(self._entries, self._moment(), fetches=self._fetches)
        self._tell_status()
        return action

    def _carry_out(self, action: Action) -> None:
        if not isinstance(action, Pull):
            self._ahead = None  # what was fetched for the very next pull grows old
        match action:
            case Pull(count, ahead):
                self._attempt(lambda: self._pull(count=count, ahead=ahead))
            case Push(entry):
                self._attempt(lambda: self._push(entry))
            case Upload():
                self._upload(action)
            case Fetch():
                self._fetch(action)
            case Announce(notice):
                self._attempt(lambda: self._remote.presence(notice))
                self._machine.announced(self._moment())
            case Rest(seconds):
                self._rest(seconds)

    def _rest(self, seconds: float | None) -> None:
        with self._wake:
            self._wake.wait_for(
                lambda: self._inbox or self._closing or self._entries_stale or self._fetches_stale,
                timeout=seconds,
            )

    # ------------------------------------------------------------------ pull

    def _pull(self, *, count: bool, ahead: bool) -> None:
        position = self._position
        page = self._fetched_ahead() or self._remote.changes(
            position.cursors, limit=PAGE_ROWS, count=count, run=position.run
        )
        if pull.is_of_another_past(page, position):
            log.info("the server's database is another one, or an older one; all is read anew")
            self._position, self._present = self._do(pull.start_over), None
            self._machine.started_over(self._moment())
            return
        self._listen_for(page)
        self._forget_foreign(page)
        self._take_foremost(page)
        if not self._is_old_news(page):
            self._take_in(page, ahead=ahead and page.more)
        self._machine.pulled(
            len(page.rows), self._moment(), more=page.more, remaining=page.remaining
        )

    def _listen_for(self, page: Page) -> None:
        """The stream of pokes tells of the branches that were ours when it began."""
        before = set(self._position.branches)
        if self._listener is not None and before and before != set(page.branches):
            self._listener.listen_anew()

    def _take_foremost(self, first: Page) -> None:
        """Before the ``first`` page of a first sync, what the operator would look for first."""
        if self._position.complete or self._position.cursors or not first.more:
            return
        page = self._remote.foremost()
        if page.epoch != first.epoch or not set(page.branches) <= set(first.branches):
            return  # something moved in between, and the feed will say what
        for rows in pull.pieces(page.rows, size=FIRST_PIECE_ROWS):
            self._do(lambda transaction, rows=rows: pull.take_piece(transaction, rows))  # type: ignore[misc]

    def _is_old_news(self, page: Page) -> bool:
        """Whether the page brings nothing at all: a quiet poll leaves the disk alone."""
        return (
            not len(page.rows)
            and not page.gone
            and (page.presence, page.away) == self._present
            and pull.position_after(page, self._position, complete=self._position.complete)
            == self._position
        )

    def _take_in(self, page: Page, *, ahead: bool = False) -> None:
        """The rows in pieces, the last of them with the page's end.

        ``ahead``: while the store is busy with the last piece, the next page is fetched.
        """
        size = PIECE_ROWS if self._position.complete else FIRST_PIECE_ROWS
        *pieces, last = pull.pieces(page.rows, size=size) or (Rows(),)
        for rows in pieces:
            self._do(lambda transaction, rows=rows: pull.take_piece(transaction, rows))  # type: ignore[misc]
        complete = self._position.complete or not page.more
        ended = self._store.submit(
            lambda tx: pull.take_end(tx, page, complete=complete, last=last),
            precedence=Precedence.SYNC,
        )
        if ahead:
            self._fetch_ahead(page)
        self._position = ended.result()
        self._present = (page.presence, page.away)

    def _fetch_ahead(self, page: Page) -> None:
        """Fetch what follows ``page``; should that fail, it is asked for again when it is due."""
        try:
            self._ahead = (
                page.cursors,
                self._remote.changes(page.cursors, limit=PAGE_ROWS, count=False, run=page.run),
            )
        except OtklikError as error:
            log.info("the next page could not be fetched ahead: %s", type(error).__name__)

    def _fetched_ahead(self) -> Page | None:
        """The page that follows where the mirror stands, if it was fetched meanwhile.

        The last page is always asked for anew: what it says is what entries are judged by.
        """
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            return None
        cursors, page = ahead
        return page if page.more and cursors == self._position.cursors else None

    def _forget_foreign(self, page: Page) -> None:
        """Branches that are not ours any more go out of the mirror, a few rows at a time."""
        if set(self._position.branches) <= set(page.branches):
            return
        self._position = self._do(lambda tx: pull.leave_feeds(tx, page.branches))
        while self._do(lambda tx: tx.mirror.forget_branches(page.branches, limit=FORGET_ROWS)):
            pass

    # ------------------------------------------------------------------ push

    def _push(self, entry: WaitingEntry) -> None:
        prepared = self._do(
            lambda tx: push.prepare(tx, entry.seq),
            precedence=Precedence.OPERATOR,
            before_commit="before_in_flight",
            after_commit="after_in_flight",
        )
        if prepared is None:
            self._machine.pushed(entry, self._moment())
            return
        try:
            answer = self._remote.push(prepared.envelope)
        except OtklikError as failure:
            error = failure
            self._do(lambda tx: push.failed(tx, entry.seq, error, again=prepared.again))
            if isinstance(error, RejectedError):
                self._machine.pushed(entry, self._moment())
            else:
                self._failed(error, entry)
            return
        keep = self._kept_bytes()
        self._position = self._do(
            lambda tx: push.settle(tx, entry.seq, answer, keep=keep),
            before_commit="before_ack_commit",
            after_commit="after_ack_commit",
        )
        self._machine.pushed(entry, self._moment())

    # ------------------------------------------------------------------ files

    def _upload(self, upload: Upload) -> None:
        attachment = upload.file.attachment.id
        try:
            sent = carrier.send(upload, reader=self._reader, remote=self._remote, do=self._do)
        except OtklikError as error:
            self._failed(error, upload.entry)
            return
        at = self._moment()
        match sent.outcome:
            case carrier.Outcome.MOVED if sent.complete:
                self._machine.upload_ended(attachment, at)
            case carrier.Outcome.MOVED:
                self._machine.uploaded(attachment, sent.offset, at)
            case carrier.Outcome.ASK_AGAIN:
                self._machine.upload_again(attachment, at)
            case carrier.Outcome.TOO_LARGE:
                if not self._machine.piece_too_large(at):
                    self._attempt(lambda: carrier.refuse(upload, "attachment_too_large", self._do))
            case carrier.Outcome.SETTLED:
                self._machine.upload_again(attachment, at)
                self._machine.pushed(upload.entry, at)

    def _fetch(self, fetch: Fetch) -> None:
        try:
            carrier.fetch(fetch, reader=self._reader, remote=self._remote, do=self._do)
        except OtklikError as error:
            self._failed(error, None, fetch=fetch.file)
            return
        self._machine.fetched(fetch.file.attachment.id, self._moment())

    # ------------------------------------------------------------------ sessions

    def _sign_in(self, login: str, password: str) -> SessionInfo:
        session = self._remote.sign_in(login, password)
        info = self._do(
            lambda tx: tx.account.begin(session.operator, session.branches, self._server),
            precedence=Precedence.OPERATOR,
        )
        self._pause()
        self._machine.signed_in(self._moment())
        return info

    def _sign_out(self) -> None:
        self._pause()
        self._remote.sign_out()
        self._do(lambda tx: tx.account.end(), precedence=Precedence.OPERATOR)
        self._machine.session_lost(self._moment())

    def _pause(self) -> None:
        self._ahead = None
        if self._listener is not None:
            self._listener.pause()

    # ------------------------------------------------------------------ failures and status

    def _attempt(self, request: Callable[[], None]) -> None:
        try:
            request()
        except OtklikError as error:
            self._failed(error, None)

    def _failed(
        self,
        error: OtklikError,
        entry: WaitingEntry | None,
        *,
        fetch: WaitingFetch | None = None,
    ) -> None:
        if self._is_closing():
            raise _ClosingError from error
        at = self._moment()
        if isinstance(error, SignInNeededError):
            self._forget_session()
            self._machine.session_lost(at)
        elif isinstance(error, AuthError | ProtocolError):
            self._machine.failed(error, at)
        else:
            self._machine.failed(error, at, entry, fetch=fetch)
        log.info("a request came to nothing: %s", type(error).__name__)

    def _forget_session(self) -> None:
        assert self._client is not None
        try:
            self._client.forget_session()
        except OtklikError as error:
            # The token stays where it is, and is refused again at the next start.
            log.error("a session that is over could not be forgotten: %s", type(error).__name__)

    def _tell_status(self) -> None:
        offset = round(self._clock_offset() * 1000)
        status = self._machine.status(self._entries, clock_offset_ms=offset)
        if self._listener is not None:
            if self._machine.is_listening:
                self._listener.listen()
            elif status.link is not Link.STARTING:
                self._listener.pause()
        if status != self._status:
            self._status = status
            self._changes.publish(Changes(status=True))

    # ------------------------------------------------------------------ small things

    @property
    def _remote(self) -> Connected:
        if self._client is None or self._is_closing():
            raise _ClosingError
        return self._client

    def _do(
        self,
        job: Callable[[Transaction], T],
        *,
        precedence: Precedence = Precedence.SYNC,
        before_commit: str = "",
        after_commit: str = "",
    ) -> T:
        """Carry out a job at the store and wait for it."""
        future = self._store.submit(
            job, precedence=precedence, before_commit=before_commit, after_commit=after_commit
        )
        return future.result()

    def _moment(self) -> Moment:
        return Moment(self._clock.monotonic(), self._clock.now())

    def _is_closing(self) -> bool:
        with self._wake:
            return self._closing

    def _heard(self, changes: Changes) -> None:
        if changes.outbox or changes.everything:
            with self._wake:
                self._entries_stale = True
                self._wake.notify()
        if changes.attachments or changes.everything:
            with self._wake:
                self._fetches_stale = True
                self._wake.notify()

    def _post(self, job: Callable[[], None]) -> bool:
        """Have the sync thread do it; False where there is none any more."""
        with self._wake:
            if self._ended:
                return False
            self._inbox.append(job)
            self._wake.notify()
            return True

    def _ask(self, work: Callable[[], T]) -> Future[T]:
        future: Future[T] = self._workers.future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(work())
            except _ClosingError:
                future.set_exception(
                    StoreError("the program is being closed", key="ui.store_closed")
                )
            except Exception as error:  # noqa: BLE001 - whoever asked is told
                future.set_exception(error)

        if not self._post(job):
            future.set_exception(StoreError("the program is being closed", key="ui.store_closed"))
        return future
