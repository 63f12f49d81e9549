"""An operator at work: every use case over a real store and a clock that stands."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from console.domain.appeal import Appeal
from console.domain.operator import Operator
from console.readmodel import OutboxEntry
from console.rulebook.book import Rulebook
from console.rulebook.snooze import load_snooze
from console.usecases.acting import Acting
from console.usecases.attachments import AttachmentUseCases
from console.usecases.calls import CallUseCases
from console.usecases.danger import DangerUseCases
from console.usecases.drafts import DraftUseCases
from console.usecases.handover import HandoverUseCases
from console.usecases.merging import MergeUseCases
from console.usecases.outages import OutageUseCases
from console.usecases.outbox import OutboxUseCases
from console.usecases.promises import PromiseFinder, PromiseUseCases
from console.usecases.queues import QueueUseCases
from console.usecases.reply import ReplyUseCases
from console.usecases.triage import TriageUseCases
from tests.support.builders import an_operator
from tests.support.clock import StandingClock
from tests.support.console_store import Store, a_store
from tests.support.files import NORMS

RULES = Rulebook.load()
UNDO = timedelta(seconds=10)


@dataclass(slots=True)
class Work:
    """What the operator has in hand. ``points`` are the fault points that were passed."""

    store: Store
    clock: StandingClock
    me: Operator
    points: list[str]
    triage: TriageUseCases
    merging: MergeUseCases
    calls: CallUseCases
    reply: ReplyUseCases
    danger: DangerUseCases
    handovers: HandoverUseCases
    promised: PromiseUseCases
    drafts: DraftUseCases
    outages: OutageUseCases
    outbox: OutboxUseCases
    attachments: AttachmentUseCases
    queues: QueueUseCases

    def shown(self, appeal: Appeal) -> Appeal:
        """The appeal as the screen shows it."""
        view = self.store.reader.appeal(appeal.ref)
        assert view is not None
        return view.appeal

    def only_entry(self) -> OutboxEntry:
        """The one entry of the outbox."""
        (entry,) = self.store.reader.outbox()
        return entry


@contextmanager
def a_work(folder: Path, operator: Operator | None = None) -> Generator[Work]:
    """A store in ``folder`` with somebody signed in, and all that they can do."""
    clock, points = StandingClock(), list[str]()
    me = operator or an_operator()
    with a_store(folder, fault_point=points.append) as store:
        store.sign_in(me)
        acting = Acting(store.writer, clock, undo=UNDO, norms=lambda: NORMS, snooze=load_snooze)
        attachments = AttachmentUseCases(
            acting, store.writer, store.reader, clock, norms=lambda: NORMS
        )
        yield Work(
            store=store,
            clock=clock,
            me=me,
            points=points,
            triage=TriageUseCases(acting),
            merging=MergeUseCases(acting),
            calls=CallUseCases(acting),
            reply=ReplyUseCases(
                acting, operators=store.reader.operators, promised=PromiseFinder(RULES)
            ),
            danger=DangerUseCases(acting),
            handovers=HandoverUseCases(acting, store.reader, clock, RULES),
            promised=PromiseUseCases(acting),
            drafts=DraftUseCases(acting, store.reader, clock, fault_point=points.append),
            outages=OutageUseCases(acting, store.reader, is_ours=lambda _: True),
            outbox=OutboxUseCases(acting, clock, language=store.reader.search_language),
            attachments=attachments,
            queues=QueueUseCases(acting, store.reader.search_language),
        )
        attachments.close()
