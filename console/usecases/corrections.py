"""Corrections: the replies that named a restoration time which has moved, and one press for all.

A correction goes into its own thread, once: its id derives from outage, time, appeal and what its
author had seen, so that what is asked again is the same; of two people who ask at once the second
is superseded, here or at the server, because the resident has been told by then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from console.correction_text import Wanted, correction_text
from console.domain.appeal import Outcome
from console.domain.corrections import Change, Line, LineState, line_of
from console.domain.ids import Ref, uuid7
from console.domain.message import EtrQuote, Message
from console.domain.mutations import Seen, SendReply
from console.domain.operator import Right
from console.domain.outage import Outage, OutageStatus
from console.domain.promise import PromiseKind
from console.domain.told import told_as
from console.domain.transitions import RefusedError
from console.errors import OtklikError
from console.ports import Clock, Reader, Transaction
from console.readmodel import EntryState, Thread
from console.rulebook.book import Rulebook
from console.template_values import Setting
from console.usecases.acting import Acting, Done
from console.usecases.promises import PromiseFinder
from console.wording import Wording

PIECE = 20
"""Corrections of one transaction: other work of the store gets its turn in between."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One line with its wording; ``text`` is empty where there is nothing to send."""

    line: Line
    text: str = ""
    promise_at: datetime | None = None

    @property
    def ref(self) -> Ref:
        """The appeal."""
        return self.line.appeal.ref

    @property
    def may_go(self) -> bool:
        """Whether the press sends it; what was read from plain words is to be ticked first."""
        return self.line.state is LineState.TO_CORRECT and bool(self.text)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that was said of one outage's end. ``is_late``: even its newest time has passed."""

    outage: Outage
    lines: tuple[Correction, ...]
    is_late: bool = False

    @property
    def to_send(self) -> tuple[Correction, ...]:
        """What one press sends: all that is certain."""
        return tuple(each for each in self.lines if each.may_go and not each.line.by_words)


@dataclass(frozen=True, slots=True)
class Moved:
    """An outage of which so many residents know another time than is true."""

    outage: Outage
    count: int


class CorrectionUseCases:
    """`moved` and `plan` read the store at once, and belong on another thread than the window's."""

    def __init__(
        self,
        acting: Acting,
        reader: Reader,
        clock: Clock,
        rulebook: Rulebook,
        *,
        wording: Callable[[str], Wording],
        promises: PromiseFinder,
    ) -> None:
        """``wording`` is how a branch speaks of names; ``promises`` reads plain words."""
        self._acting = acting
        self._reader = reader
        self._clock = clock
        self._rulebook = rulebook
        self._wording = wording
        self._promises = promises

    def moved(self) -> tuple[Moved, ...]:
        """The outages with replies to be corrected that the signed-in operator may answer."""
        actor = self._reader.actor()
        found = []
        for outage in self._reader.quoted_outages(now=self._clock.now()):
            if actor is None or not actor.may(Right.ANSWER, outage.branch) or outage.version == 1:
                continue
            threads = self._reader.told_threads(outage.ref, tagged=False)
            lines = (_line(each, outage) for each in threads)
            open_ones = sum(1 for x in lines if x is not None and x.state is LineState.TO_CORRECT)
            if open_ones:
                found.append(Moved(outage, open_ones))
        return tuple(found)

    def plan(self, ref: Ref) -> Plan | None:
        """Who was told what of an outage, with the wording for each; None if it is not here."""
        outage = self._reader.outage(ref.branch, ref.id)
        if outage is None:
            return None
        threads = self._reader.told_threads(ref)
        found = [
            line for each in threads if (line := _line(each, outage, self._promised)) is not None
        ]
        found.sort(key=lambda line: (line.by_words, line.appeal.thread, line.appeal.id))
        late = outage.is_late(self._clock.now())
        return Plan(outage, tuple(self._worded(found, outage, late=late)), late)

    def send(
        self, outage: Outage, corrections: Sequence[Correction]
    ) -> list[Future[tuple[Done, ...]]]:
        """Put corrections into the outbox, as they were shown, in pieces, in that order.

        Each future resolves after its piece is on the disk. What refuses, because it has been told
        meanwhile (``already_told``) or the time has moved on, does not stop the others.
        """
        chosen = [each for each in corrections if each.may_go]
        pieces = [chosen[at : at + PIECE] for at in range(0, len(chosen), PIECE)]
        return [self._send(outage, piece) for piece in pieces]

    def recall(self, refs: Sequence[Ref], outage: str) -> Future[int]:
        """Take back the corrections of an outage that have not left; how many that were."""
        wanted = set(refs)

        def job(transaction: Transaction) -> int:
            back = [
                entry
                for entry in transaction.outbox.entries()
                if entry.state is EntryState.QUEUED
                and entry.envelope.target in wanted
                and isinstance(entry.envelope.mutation, SendReply)
                and entry.envelope.mutation.corrects == outage
            ]
            for entry in back:
                transaction.outbox.remove(entry.seq)
            return len(back)

        return self._acting.run(job)

    # ------------------------------------------------------------------ inside

    def _send(self, outage: Outage, piece: Sequence[Correction]) -> Future[tuple[Done, ...]]:
        def job(transaction: Transaction) -> tuple[Done, ...]:
            return tuple(self._each(transaction, outage, one) for one in piece)

        return self._acting.run(
            job, before_commit="before_send_commit", after_commit="after_send_commit"
        )

    def _each(self, transaction: Transaction, outage: Outage, one: Correction) -> Done:
        try:
            self._enqueue(transaction, outage, one)
        except OtklikError as error:
            return Done(one.ref, error)
        return Done(one.ref)

    def _enqueue(self, transaction: Transaction, outage: Outage, one: Correction) -> None:
        now = transaction.outage(outage.ref)
        if now is None or (now.status, now.expected_end()) != (
            outage.status,
            outage.expected_end(),
        ):
            raise RefusedError("etr_moved_meanwhile")
        actor = transaction.account.actor()
        mutation = self._mutation(one, outage, approval=actor.needs_approval)
        appeal = transaction.appeal(one.ref)
        if appeal is not None and told_as(appeal, outage.id, mutation.quotes):
            raise RefusedError("already_told")
        seen = Seen.of(one.line.appeal)
        ident = correction_id(outage, one.ref, author=actor.id, seen=seen)
        self._acting.enqueue(transaction, one.ref, mutation, seen=seen, ident=ident)

    def _mutation(self, one: Correction, outage: Outage, *, approval: bool) -> SendReply:
        """Who still waits for an answer keeps waiting; an answered one is answered again."""
        line = one.line
        interim = line.appeal.is_open and one.promise_at is not None
        outcome = line.appeal.outcome or Outcome.EXPLAINED
        called_off = outage.status is OutageStatus.CANCELLED
        return SendReply(
            text=one.text,
            outcome=None if interim else outcome,
            interim=interim,
            promise_at=one.promise_at,
            quotes=() if called_off else (EtrQuote(outage.id, outage.expected_end()),),
            approval=approval,
            corrects=outage.id,
        )

    def _worded(self, lines: Sequence[Line], outage: Outage, *, late: bool) -> Iterator[Correction]:
        """Those that are to be corrected with their words, each in its turn."""
        turns, words = count(), self._rulebook.corrections
        now = self._clock.now()
        setting = self._setting(outage.branch, now)
        for line in lines:
            change = line.change
            called_off = change is Change.CANCELLED
            if (
                line.state is not LineState.TO_CORRECT
                or change is None
                or (late and not called_off)
            ):
                yield Correction(line)
                continue
            news = outage.expected_end() or now + words.news
            promise_at = None if called_off else news
            text = correction_text(
                Wanted(line.appeal, outage, change, line.told, promise_at),
                words,
                self._rulebook.variables,
                setting=setting,
                turn=next(turns),
                channel=self._rulebook.channels.get(line.appeal.channel),
            )
            yield Correction(line, text, promise_at)

    def _setting(self, branch: str, now: datetime) -> Setting:
        actor = self._reader.actor()
        name = actor.name if actor is not None else ""
        return Setting(
            self._rulebook.zones[branch], now, operator=name, wording=self._wording(branch)
        )

    def _promised(self, message: Message) -> Sequence[datetime]:
        found = self._promises.find(message.branch, message.text, now=message.at)
        return [each.due for each in found if each.kind is PromiseKind.CLOCK]


def correction_id(outage: Outage, appeal: Ref, *, author: str, seen: Seen) -> str:
    """The id of one correction: the same for the same author, appeal, time and state of both."""
    end = outage.expected_end()
    told = f"{outage.ref}\n{outage.status}\n{end.isoformat() if end else ''}\n{appeal}\n{author}"
    looked = f"{seen.status}\n{seen.owner}\n{seen.last_resident_message}\n{seen.last_reply}"
    digest = hashlib.blake2b(f"{told}\n{looked}".encode(), digest_size=10).digest()
    moved = outage.etr_history[-1].set_at if outage.etr_history else outage.started_at
    return uuid7(moved, digest)


def _line(
    thread: Thread, outage: Outage, promised: Callable[[Message], Sequence[datetime]] | None = None
) -> Line | None:
    waiting = {
        entry.envelope.id: entry.state is EntryState.HELD
        for entry in thread.entries
        if entry.state is EntryState.HELD or entry.envelope.is_publishing
    }
    return line_of(thread.appeal, thread.messages, outage, waiting=waiting, promised=promised)
