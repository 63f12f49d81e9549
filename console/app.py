"""The composition root: builds a `Console` from settings; the only importer of store and remote.

Nothing here has logic of its own: it opens the profile, finds the key, and gives every part its
collaborators. What is costly to import (SQLAlchemy, HTTP, the keychain) is imported by the thread
that needs it, so that the first page is on the screen before.
"""

from __future__ import annotations

import logging
import os
import platform
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from console.changes import ChangeFeed
from console.clock import machine_time
from console.config import Settings
from console.domain.appeal import Appeal
from console.domain.outage import Outage
from console.errors import NoKeychainError, OtklikError, StoreError
from console.faultpoints import FaultPoint, from_environment
from console.logs import start_logging, stop_logging
from console.ports import Clock, DueFacts, Secrets, Store, SystemClock
from console.query_language import load_language
from console.readmodel import Rescue, RescueReason
from console.rulebook.book import Rulebook
from console.spelling.speller import Speller
from console.store import fulltext, names
from console.store.doctor import Findings, examine
from console.store.opening import NotOurKeyError, open_store
from console.store.profile import KEY_LOST, Profile
from console.store.reader import StoreReader
from console.store.vault import AskPassphrase, KeyLostError, secret_name, store_key
from console.store.writer import MakeEngine, Writer
from console.sync.backoff import Backoff
from console.sync.machine import Machine
from console.sync.runner import Connected, Listener, SyncRunner
from console.usecases.acting import Acting
from console.usecases.attachments import AttachmentUseCases
from console.usecases.calls import CallUseCases
from console.usecases.clocks import BranchClocks
from console.usecases.drafts import DraftUseCases
from console.usecases.merging import MergeUseCases
from console.usecases.outages import OutageUseCases
from console.usecases.outbox import OutboxUseCases
from console.usecases.queues import QueueUseCases
from console.usecases.reply import ReplyUseCases
from console.usecases.session import SessionUseCases
from console.usecases.spelling import SpellingUseCases
from console.usecases.triage import TriageUseCases
from console.workers import THREADS, Workers

if TYPE_CHECKING:
    from console.remote.client import Transport

log = logging.getLogger(__name__)

_OFFSET_NOISE = timedelta(milliseconds=500)

SyncControl = SyncRunner
"""What the screens may do to synchronisation: status, try now, work offline, presence."""


@dataclass(frozen=True, slots=True)
class Machinery:
    """What a console runs on; a simulation has its own, and everything else is the real thing.

    ``fault_point`` is the environment's where None, ``engine`` the store's own.
    """

    workers: Workers = THREADS
    transport: Transport | None = None
    fault_point: FaultPoint | None = None
    engine: MakeEngine | None = None


class _WarmUp:
    """Reads rules and imports what is slow, on a thread of its own."""

    def __init__(self, rulebook: Rulebook, clock: Clock) -> None:
        self._rulebook = rulebook
        self._clock = clock
        self._thread: threading.Thread | None = None

    def start(self, then: Callable[[], None]) -> None:
        """Begin, and call ``then`` at the end, on that thread."""
        self._thread = threading.Thread(target=lambda: self._run(then), name="warm-up")
        self._thread.start()

    def join(self) -> None:
        """Wait for its end, if it was begun."""
        if self._thread is not None:
            self._thread.join()

    def _run(self, then: Callable[[], None]) -> None:
        try:
            self._rulebook.prepare(self._clock.now().year)
            fulltext.prepare()
        except OtklikError as error:
            # Whoever needs the part that is wrong is told then, in a sentence.
            log.error("a part of the rules cannot be read: %s", type(error).__name__)
        then()


@dataclass(frozen=True, slots=True)
class Console:
    """Everything that a face of the program works with; made by `open_console`, no Qt in it.

    ``reader`` may be used on any thread. `start` and `close` are called once each.
    """

    settings: Settings
    clock: Clock
    rulebook: Rulebook
    reader: StoreReader
    changes: ChangeFeed
    session: SessionUseCases
    triage: TriageUseCases
    merging: MergeUseCases
    calls: CallUseCases
    reply: ReplyUseCases
    drafts: DraftUseCases
    attachments: AttachmentUseCases
    outages: OutageUseCases
    outbox: OutboxUseCases
    queues: QueueUseCases
    spelling: SpellingUseCases
    sync: SyncControl
    rescue: Rescue | None
    """What had to be done about the store at this start, to be told to the person."""

    _writer: Writer
    _profile: Profile
    _log: logging.Handler
    _warming: _WarmUp

    def start(self) -> None:
        """Start the threads: store, sync, poke."""
        self._writer.start()
        self.sync.start()

    def warm_up(self, then: Callable[[], None] = lambda: None) -> None:
        """Read rules and import what is slow on a thread of its own; once the first page stands.

        Else the first appeal, search or reply would wait for it on the thread that asks. ``then``
        is called on that thread, once all is there that stays.
        """
        self._warming.start(then)

    def close(self) -> None:
        """End every thread; what the operator asked for is on the disk before."""
        self._warming.join()
        self.spelling.close()
        self.attachments.close()
        self.sync.close()
        self._writer.close()
        self.reader.close()
        self._profile.unlock()
        stop_logging(self._log)


def open_console(
    settings: Settings,
    *,
    clock: Clock,
    secrets: Secrets,
    passphrase: AskPassphrase,
    rulebook: Rulebook | None = None,
    machinery: Machinery | None = None,
) -> Console:
    """A console over the profile of ``settings``, ready to read; `Console.start` lets it act.

    ``passphrase`` is asked where there is no keychain, with the reason (see `store.vault`).
    A damaged store, or one whose key is lost, is set aside and begun anew (`Console.rescue`).
    `StoreError` or `NoKeychainError` where the store cannot be opened; it is not touched then.
    """
    rules = rulebook or Rulebook.load()
    runs_on = machinery or Machinery()
    fault_point = runs_on.fault_point or from_environment(os.environ)
    profile = Profile(settings.profile)
    profile.create()
    profile.lock()
    try:
        opening = _Opening(profile, secrets, passphrase, clock, BookClocks(rules))
        key, rescue = opening.run()
    except BaseException:
        profile.unlock()
        raise
    reader = _reader(settings, profile, key, rules)
    changes = ChangeFeed()
    writer = Writer(
        profile.store,
        key,
        clocks=BookClocks(rules),
        changes=changes,
        fault_point=fault_point,
        workers=runs_on.workers,
        engine=runs_on.engine,
    )
    _resume_offset(clock, reader)
    acting = Acting(
        writer,
        clock,
        undo=timedelta(seconds=settings.undo_seconds),
        norms=lambda: rules.attachments,
    )
    sync = SyncRunner(
        store=writer,
        reader=reader,
        connect=_Connect(settings, writer, clock, secrets, profile, fault_point, runs_on),
        machine=Machine(
            poll_seconds=settings.poll_seconds,
            backoff=Backoff(clock.entropy),
            entry_backoff=Backoff(clock.entropy),
        ),
        clock=clock,
        changes=changes,
        server=settings.server,
        clock_offset=lambda: _offset(clock).total_seconds(),
        kept_bytes=lambda: rules.attachments.kept,
        workers=runs_on.workers,
    )
    return Console(
        settings=settings,
        clock=clock,
        rulebook=rules,
        reader=reader,
        changes=changes,
        session=SessionUseCases(reader.session, sync),
        triage=TriageUseCases(acting),
        merging=MergeUseCases(acting),
        calls=CallUseCases(acting),
        reply=ReplyUseCases(acting, operators=reader.operators),
        drafts=DraftUseCases(acting, reader, clock, fault_point=fault_point),
        attachments=AttachmentUseCases(
            acting,
            writer,
            reader,
            clock,
            norms=lambda: rules.attachments,
            workers=runs_on.workers,
        ),
        outages=OutageUseCases(acting, reader, is_ours=_IsOurs(rules)),
        outbox=OutboxUseCases(acting, clock),
        queues=QueueUseCases(acting),
        spelling=SpellingUseCases(Speller(), acting, reader),
        sync=sync,
        rescue=rescue,
        _writer=writer,
        _profile=profile,
        _log=start_logging(profile.logs),
        _warming=_WarmUp(rules, clock),
    )


def open_personal(
    settings: Settings, *, passphrase: AskPassphrase, rulebook: Rulebook | None = None
) -> Console:
    """`open_console` for the person at this computer: its clock, its keychain."""
    from console.remote.secrets import KeychainSecrets

    return open_console(
        settings,
        clock=SystemClock(),
        secrets=KeychainSecrets(),
        passphrase=passphrase,
        rulebook=rulebook,
    )


def open_throwaway(settings: Settings, *, rulebook: Rulebook | None = None) -> Console:
    """`open_console` with a key that ends with this process: for the demonstration.

    The profile should be a throw-away one too; nobody can open its store again.
    """
    from console.remote.secrets import MemorySecrets

    return open_console(
        settings,
        clock=SystemClock(),
        secrets=MemorySecrets(),
        passphrase=lambda _: None,
        rulebook=rulebook,
    )


def open_reader(settings: Settings, *, passphrase: AskPassphrase) -> StoreReader:
    """The profile's store to look at, beside a console that may have it open; close it after."""
    profile, key = _existing(settings, passphrase)
    return _reader(settings, profile, key, Rulebook.load())


def examine_profile(settings: Settings, *, passphrase: AskPassphrase) -> Findings:
    """What the doctor finds in the profile's store; nothing is changed, and nobody is kept out."""
    profile, key = _existing(settings, passphrase)
    return examine(profile.store, key)


def _existing(settings: Settings, passphrase: AskPassphrase) -> tuple[Profile, bytes]:
    from console.remote.secrets import KeychainSecrets

    profile = Profile(settings.profile)
    if not profile.store.exists():
        raise StoreError(
            f"{profile.folder}: there is no store in this profile yet", key="ui.store_none"
        )
    entropy = SystemClock().entropy
    return profile, store_key(profile, KeychainSecrets(), ask=passphrase, entropy=entropy)


def _reader(settings: Settings, profile: Profile, key: bytes, rules: Rulebook) -> StoreReader:
    return StoreReader(
        profile.store,
        key,
        due_soon=timedelta(minutes=settings.due_soon_minutes),
        zones=rules.zones,
        language=lambda: load_language(rules.branches),
    )


@dataclass(frozen=True, slots=True)
class _IsOurs:
    """Whether the grid company answers for a topic; one that nobody knows is ours."""

    rulebook: Rulebook

    def __call__(self, topic: str) -> bool:
        known = self.rulebook.topics.topics.get(topic)
        return known is None or known.ours


class BookClocks:
    """`ports.Clocks` by the rulebook, which is read when the first deadline is asked for."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def due(self, appeal: Appeal, outages: Mapping[str, Outage]) -> DueFacts:
        """The binding clock of ``appeal``."""
        return self._clocks.due(appeal, outages)

    @cached_property
    def _clocks(self) -> BranchClocks:
        rules = self._rulebook
        return BranchClocks(
            rules.presets,
            rules.calendars,
            is_ours=_IsOurs(rules),
        )


@dataclass(frozen=True, slots=True)
class _Opening:
    """Finds the key and opens the store; where the key is lost, sets the store aside for it."""

    profile: Profile
    secrets: Secrets
    passphrase: AskPassphrase
    clock: Clock
    clocks: BookClocks

    def run(self) -> tuple[bytes, Rescue | None]:
        """The key, and what was rescued."""
        try:
            key, rescue = self._open()
            return key, rescue or self._retaken(key)
        except (KeyLostError, NotOurKeyError):
            now = self.clock.now()
            log.error("the key of the store is lost: the store is set aside until it is found")
            aside = self.profile.set_aside(KEY_LOST, now=now, copy=True, id_=True)
            key, _ = self._open()
            return key, Rescue(RescueReason.KEY_LOST, 0, 0, aside.name, now)

    def _retaken(self, key: bytes) -> Rescue | None:
        """What an earlier store gives back whose key is found; a start tells of one thing."""
        if not self.profile.locked_away():
            return None
        from console.store.retake import retake

        now = self.clock.now()
        try:
            return retake(self.profile, key, self.secrets, clocks=self.clocks, now=now)
        except StoreError as error:
            # The present store opens all the same; the next start tries again.
            log.error("an earlier store could not be taken over: %s", type(error).__name__)
            return None

    def _open(self) -> tuple[bytes, Rescue | None]:
        key = store_key(self.profile, self.secrets, ask=self.passphrase, entropy=self.clock.entropy)
        now = self.clock.now()
        return key, open_store(self.profile, key, clocks=self.clocks, now=now)


@dataclass(frozen=True, slots=True)
class _Connect:
    """Makes the client and its listener, on the sync thread."""

    settings: Settings
    store: Store
    clock: Clock
    secrets: Secrets
    profile: Profile
    fault_point: FaultPoint
    runs_on: Machinery

    def __call__(self, poked: Callable[[], None]) -> tuple[Connected, Listener]:
        from console.remote.client import HttpRemote
        from console.remote.poke import PokeListener

        client = HttpRemote(
            self.settings.server,
            tokens=RefreshTokens(self.store, self.secrets, self.profile),
            on_offset=self._on_offset,
            device=platform.node(),
            transport=self.runs_on.transport,
            fault_point=self.fault_point,
            wall=self.clock.wall if isinstance(self.clock, SystemClock) else machine_time,
            workers=self.runs_on.workers,
        )
        listener = PokeListener(
            client.pokes,
            poked=poked,
            hang_up=client.hang_up,
            backoff=Backoff(self.clock.entropy, most=30.0),
            workers=self.runs_on.workers,
        )
        return client, listener

    def _on_offset(self, offset: timedelta) -> None:
        """Use a measured offset; one that moved is kept for a start without a network."""
        moved = abs(offset - _offset(self.clock)) > _OFFSET_NOISE
        _learn(self.clock, offset)
        if moved:
            micros = str(offset // timedelta(microseconds=1))
            self.store.submit(lambda tx: tx.account.set_value(names.CLOCK_OFFSET, micros))


class RefreshTokens:
    """`remote.client.TokenKeeper`: in the keychain where there is one, else in the store."""

    def __init__(self, store: Store, secrets: Secrets, profile: Profile) -> None:
        self._store = store
        self._secrets = secrets
        self._name = secret_name(profile, "refresh-token")
        self._in_store = profile.wrapped_key.exists()

    def load(self) -> str | None:
        """The token, None if nobody is signed in."""
        if not self._in_store:
            try:
                return self._secrets.get(self._name)
            except NoKeychainError:
                self._in_store = True
        return self._store.submit(lambda tx: tx.account.value(names.REFRESH_TOKEN)).result()

    def save(self, token: str) -> None:
        """Keep the token; it is durable when this returns."""
        if not self._in_store:
            try:
                self._secrets.set(self._name, token)
                return
            except NoKeychainError:
                self._in_store = True
        self._set(token)

    def forget(self) -> None:
        """Keep none any more."""
        if not self._in_store:
            try:
                self._secrets.delete(self._name)
            except NoKeychainError:
                self._in_store = True
        self._set(None)

    def _set(self, token: str | None) -> None:
        self._store.submit(lambda tx: tx.account.set_value(names.REFRESH_TOKEN, token)).result()


def _learn(clock: Clock, offset: timedelta) -> None:
    """Have the clock show the server's time; a clock that a test holds stays as it is."""
    if isinstance(clock, SystemClock):
        clock.offset = offset


def _offset(clock: Clock) -> timedelta:
    return clock.offset if isinstance(clock, SystemClock) else timedelta()


def _resume_offset(clock: Clock, reader: StoreReader) -> None:
    """After a start without a network the last measured offset is the best there is."""
    kept = reader.value(names.CLOCK_OFFSET)
    if kept is not None:
        _learn(clock, timedelta(microseconds=int(kept)))
