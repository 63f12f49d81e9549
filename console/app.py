"""The composition root: builds a `Console` from settings; the only importer of store and remote.

Nothing here has logic of its own: it opens the profile, finds the key, and gives every part its
collaborators. What is costly to import (SQLAlchemy, HTTP, the keychain) is imported by the thread
that needs it, so that the first page is on the screen before.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from console import roots
from console.changes import ChangeFeed
from console.clock import SystemClock, machine_time
from console.config import Settings
from console.errors import NoKeychainError, OtklikError, StoreError
from console.faultpoints import FaultPoint, from_environment
from console.logs import start_logging, stop_logging
from console.rescued import Rescue, RescueReason
from console.rulebook.book import Rulebook
from console.store import names
from console.store.opening import NotOurKeyError, open_store
from console.store.profile import KEY_LOST, Profile
from console.store.reader import StoreReader
from console.store.vault import AskPassphrase, KeyLostError, secret_name, store_key
from console.store.writer import MakeEngine, Writer
from console.workers import THREADS, Workers

if TYPE_CHECKING:
    from console.domain.appeal import Appeal
    from console.domain.outage import Outage
    from console.domain.query import Language
    from console.ports import Clock, DueFacts, Secrets, Store
    from console.remote.client import Transport
    from console.store.doctor import Findings
    from console.sync.runner import Connected, Listener, SyncRunner
    from console.usecases.acting import Acting
    from console.usecases.attachments import AttachmentUseCases
    from console.usecases.calls import CallUseCases
    from console.usecases.clocks import BranchClocks
    from console.usecases.corrections import CorrectionUseCases
    from console.usecases.danger import DangerUseCases
    from console.usecases.drafts import DraftUseCases
    from console.usecases.handover import HandoverUseCases
    from console.usecases.lexicon import LexiconUseCases
    from console.usecases.merging import MergeUseCases
    from console.usecases.outages import OutageUseCases
    from console.usecases.outbox import OutboxUseCases
    from console.usecases.promises import PromiseFinder, PromiseUseCases
    from console.usecases.queues import QueueUseCases
    from console.usecases.reply import ReplyUseCases
    from console.usecases.search import SearchUseCases
    from console.usecases.session import SessionUseCases
    from console.usecases.spelling import SpellingUseCases
    from console.usecases.triage import TriageUseCases
    from console.usecases.wording import WordingUseCases

log = logging.getLogger(__name__)

_OFFSET_NOISE = timedelta(milliseconds=500)


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

    def __init__(self, rulebook: Rulebook, clock: Clock, reader: StoreReader) -> None:
        self._rulebook = rulebook
        self._clock = clock
        self._reader = reader
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
            roots.prepare()
            StoreReader.prepare()
            self._reader.prepare_search(now=self._clock.now())
        except OtklikError as error:
            # Whoever needs the part that is wrong is told then, in a sentence.
            log.error("a part of the rules cannot be read: %s", type(error).__name__)
        then()


@dataclass(frozen=True, slots=True)
class _Opened:
    """A profile that nobody else has open, with its store."""

    profile: Profile
    key: bytes
    reader: StoreReader
    rescue: Rescue | None


class Console:
    """Everything that a face of the program works with; made by `open_console`, no Qt in it.

    ``reader`` may be used on any thread. `start` and `close` are called once each. What is asked
    of it is made, and imported, when it is first asked for: the first page needs the reader alone.
    ``rescue`` is what had to be done about the store at this start, to be told to the person.
    """

    def __init__(
        self,
        settings: Settings,
        opened: _Opened,
        *,
        clock: Clock,
        secrets: Secrets,
        rulebook: Rulebook,
        runs_on: Machinery,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.rulebook = rulebook
        self.reader = opened.reader
        self.rescue = opened.rescue
        self.changes = ChangeFeed()
        self._secrets = secrets
        self._runs_on = runs_on
        self._profile = opened.profile
        self._fault_point = runs_on.fault_point or from_environment(os.environ)
        self._warming = _WarmUp(rulebook, clock, opened.reader)
        self._log = start_logging(opened.profile.logs)
        self._writer = Writer(
            opened.profile.store,
            opened.key,
            clocks=BookClocks(rulebook),
            changes=self.changes,
            fault_point=self._fault_point,
            workers=runs_on.workers,
            engine=runs_on.engine,
        )

    @cached_property
    def session(self) -> SessionUseCases:
        """Signing in and out."""
        from console.usecases.session import SessionUseCases

        return SessionUseCases(
            self.reader.session,
            lambda: self.sync,
            acting=lambda: self._acting,
            value=self.reader.value,
        )

    @cached_property
    def triage(self) -> TriageUseCases:
        """Claim, assign, tag, postpone, close."""
        from console.usecases.triage import TriageUseCases

        return TriageUseCases(self._acting)

    @cached_property
    def merging(self) -> MergeUseCases:
        """One appeal of several, and links."""
        from console.usecases.merging import MergeUseCases

        return MergeUseCases(self._acting)

    @cached_property
    def calls(self) -> CallUseCases:
        """Appeals by phone."""
        from console.usecases.calls import CallUseCases

        return CallUseCases(self._acting)

    @cached_property
    def reply(self) -> ReplyUseCases:
        """Sending and approving."""
        from console.usecases.reply import ReplyUseCases

        return ReplyUseCases(self._acting, operators=self.reader.operators, promised=self.promises)

    @cached_property
    def promises(self) -> PromiseFinder:
        """What a reply promises."""
        from console.usecases.promises import PromiseFinder

        return PromiseFinder(self.rulebook)

    @cached_property
    def promised(self) -> PromiseUseCases:
        """How promises ended."""
        from console.usecases.promises import PromiseUseCases

        return PromiseUseCases(self._acting)

    @cached_property
    def handovers(self) -> HandoverUseCases:
        """The end of a shift."""
        from console.usecases.handover import HandoverUseCases

        return HandoverUseCases(self._acting, self.reader, self.clock, self.rulebook)

    @cached_property
    def corrections(self) -> CorrectionUseCases:
        """Restoration times that were told and have moved."""
        from console.usecases.corrections import CorrectionUseCases

        return CorrectionUseCases(
            self._acting,
            self.reader,
            self.clock,
            self.rulebook,
            wording=self.wording.current,
            promises=self.promises,
        )

    @cached_property
    def danger(self) -> DangerUseCases:
        """The lane of danger."""
        from console.usecases.danger import DangerUseCases

        return DangerUseCases(self._acting)

    @cached_property
    def drafts(self) -> DraftUseCases:
        """What is being written."""
        from console.usecases.drafts import DraftUseCases

        return DraftUseCases(self._acting, self.reader, self.clock, fault_point=self._fault_point)

    @cached_property
    def attachments(self) -> AttachmentUseCases:
        """Files."""
        from console.usecases.attachments import AttachmentUseCases

        return AttachmentUseCases(
            self._acting,
            self._writer,
            self.reader,
            self.clock,
            norms=lambda: self.rulebook.attachments,
            workers=self._runs_on.workers,
        )

    @cached_property
    def outages(self) -> OutageUseCases:
        """The registry of outages."""
        from console.usecases.outages import OutageUseCases

        return OutageUseCases(self._acting, self.reader, is_ours=_IsOurs(self.rulebook))

    @cached_property
    def outbox(self) -> OutboxUseCases:
        """What waits to be delivered."""
        from console.usecases.outbox import OutboxUseCases

        return OutboxUseCases(self._acting, self.clock, language=self.reader.search_language)

    @cached_property
    def queues(self) -> QueueUseCases:
        """Saved and shared queues, and what has been read."""
        from console.usecases.queues import QueueUseCases

        return QueueUseCases(self._acting, self.reader.search_language)

    @cached_property
    def searches(self) -> SearchUseCases:
        """What was searched for."""
        from console.usecases.search import SearchUseCases

        return SearchUseCases(self._acting)

    @cached_property
    def spelling(self) -> SpellingUseCases:
        """The dictionary."""
        from console.spelling.speller import Speller
        from console.usecases.spelling import SpellingUseCases

        return SpellingUseCases(Speller(), self._acting, self.reader)

    @cached_property
    def wording(self) -> WordingUseCases:
        """Names in the right case."""
        from console.usecases.wording import WordingUseCases

        return WordingUseCases(lambda: self.rulebook.wording, self._acting, self.reader)

    @cached_property
    def lexicon(self) -> LexiconUseCases:
        """Words and forms that were added, here and by colleagues."""
        from console.usecases.lexicon import LexiconUseCases

        return LexiconUseCases(self._acting, self.reader)

    @cached_property
    def sync(self) -> SyncRunner:
        """Synchronisation: how it stands, and what a person may do to it."""
        from console.sync.backoff import Backoff
        from console.sync.machine import Machine
        from console.sync.runner import SyncRunner

        settings, clock, rules = self.settings, self.clock, self.rulebook
        return SyncRunner(
            store=self._writer,
            reader=self.reader,
            connect=_Connect(
                settings,
                self._writer,
                clock,
                self._secrets,
                self._profile,
                self._fault_point,
                self._runs_on,
            ),
            machine=Machine(
                poll_seconds=settings.poll_seconds,
                backoff=Backoff(clock.entropy),
                entry_backoff=Backoff(clock.entropy),
            ),
            clock=clock,
            changes=self.changes,
            server=settings.server,
            clock_offset=lambda: _offset(clock).total_seconds(),
            kept_bytes=lambda: rules.attachments.kept,
            workers=self._runs_on.workers,
        )

    @cached_property
    def _acting(self) -> Acting:
        from console.usecases.acting import Acting

        return Acting(
            self._writer,
            self.clock,
            undo=timedelta(seconds=self.settings.undo_seconds),
            norms=lambda: self.rulebook.attachments,
            snooze=lambda: self.rulebook.snooze,
        )

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
        made = vars(self)  # what nobody has asked for has nothing to end
        if "spelling" in made:
            self.spelling.close()
        if "attachments" in made:
            self.attachments.close()
        if "sync" in made:
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
    profile = Profile(settings.profile)
    profile.create()
    profile.lock()
    try:
        opening = _Opening(profile, secrets, passphrase, clock, BookClocks(rules))
        key, rescue = opening.run()
    except BaseException:
        profile.unlock()
        raise
    opened = _Opened(profile, key, _reader(settings, profile, key, rules), rescue)
    _resume_offset(clock, opened.reader)
    return Console(
        settings,
        opened,
        clock=clock,
        secrets=secrets,
        rulebook=rules,
        runs_on=machinery or Machinery(),
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
    from console.store.doctor import examine

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
        language=_ReadLanguage(rules),
    )


@dataclass(frozen=True, slots=True)
class _ReadLanguage:
    """Reads the query language at the first search."""

    rulebook: Rulebook

    def __call__(self) -> Language:
        from console.query_language import load_language

        return load_language(self.rulebook.branches)


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
        from console.usecases.clocks import BranchClocks

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
        import platform

        from console.remote.client import HttpRemote
        from console.remote.poke import PokeListener
        from console.sync.backoff import Backoff

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
