"""A desk: a profile opened as the program opens it, with somebody at work and no network."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from console.app import Console, open_console
from console.changes import ChangeFeed
from console.config import Settings
from console.domain.appeal import Appeal, Outcome
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.mutations import SendReply
from console.domain.operator import Operator
from console.errors import NoKeychainError
from console.faultpoints import never
from console.ports import Secrets
from console.readmodel import OutboxEntry, Rescue
from console.remote.secrets import MemorySecrets
from console.rulebook.snooze import load_snooze
from console.store.opening import open_store
from console.store.profile import Profile
from console.store.reader import StoreReader
from console.store.writer import Writer
from console.usecases.acting import Acting
from console.usecases.attachments import AttachmentUseCases
from console.usecases.drafts import DraftUseCases
from console.usecases.outbox import OutboxUseCases
from console.usecases.reply import ReplyUseCases
from tests.support.builders import NOON, an_appeal, an_operator
from tests.support.clock import StandingClock
from tests.support.console_store import KEY, ZONES, EightHours, Store
from tests.support.files import NORMS

PATIENCE = 30.0


@dataclass(slots=True)
class Desk:
    """An open profile. ``rescue`` is what had to be done to open it."""

    profile: Profile
    rescue: Rescue | None
    store: Store
    drafts: DraftUseCases
    reply: ReplyUseCases
    outbox: OutboxUseCases
    attachments: AttachmentUseCases

    def write(self, ref: Ref, text: str, *, ident: str = "") -> Draft:
        """A draft, on the disk when this returns."""
        draft = self.drafts.new(ref, DraftMode.REPLY)
        draft = replace(draft, text=text, id=ident or draft.id, outcome=Outcome.EXPLAINED)
        return self.drafts.save(draft).result(PATIENCE)

    def send(self, draft: Draft) -> OutboxEntry:
        """Into the outbox, on the disk when this returns."""
        return self.reply.send(draft).result(PATIENCE)

    def texts(self) -> list[str]:
        """What the drafts say, in order."""
        return sorted(draft.text for draft in self.store.reader.drafts())

    def waiting(self) -> list[str]:
        """What the replies in the outbox say, in their order."""
        mutations = [entry.envelope.mutation for entry in self.store.reader.outbox()]
        return [mutation.text for mutation in mutations if isinstance(mutation, SendReply)]


@contextmanager
def a_desk(
    folder: Path, *, key: bytes = KEY, clock: StandingClock | None = None
) -> Generator[Desk]:
    """The profile in ``folder``, made where there is none; ids are as new as ``clock``."""
    profile, clock = Profile(folder), clock or StandingClock()
    profile.create()
    profile.lock()
    try:
        rescue = open_store(profile, key, clocks=EightHours(), now=clock.now())
        changes = ChangeFeed()
        writer = Writer(profile.store, key, clocks=EightHours(), changes=changes, fault_point=never)
        reader = StoreReader(profile.store, key, due_soon=timedelta(minutes=60), zones=ZONES)
        acting = Acting(
            writer, clock, undo=timedelta(seconds=10), norms=lambda: NORMS, snooze=load_snooze
        )
        writer.start()
        attachments = AttachmentUseCases(acting, writer, reader, clock, norms=lambda: NORMS)
        try:
            yield Desk(
                profile=profile,
                rescue=rescue,
                store=Store(profile.store, writer, reader),
                drafts=DraftUseCases(acting, reader, clock, fault_point=never),
                reply=ReplyUseCases(acting),
                outbox=OutboxUseCases(acting, clock),
                attachments=attachments,
            )
        finally:
            attachments.close()
            writer.close()
            reader.close()
    finally:
        profile.unlock()


def begin_day(desk: Desk, *, appeals: int = 3) -> tuple[Operator, list[Appeal]]:
    """Sign somebody in and take in appeals, as after a first sync."""
    me = an_operator()
    desk.store.sign_in(me)
    taken = [an_appeal(received_at=NOON) for _ in range(appeals)]
    desk.store.take(*taken)
    return me, taken


@contextmanager
def a_console(folder: Path, secrets: Secrets) -> Generator[Console]:
    """The whole console, with no server to be reached."""
    console = open_console(
        Settings(profile=folder, server="http://127.0.0.1:9"),
        clock=StandingClock(),
        secrets=secrets,
        passphrase=lambda _: None,
    )
    console.start()
    try:
        yield console
    finally:
        console.close()


class Locked(MemorySecrets):
    """A keychain that nobody has unlocked."""

    def get(self, name: str) -> str | None:
        """Refuses."""
        raise NoKeychainError("the keychain is locked", code="locked")
