"""A scripted day at the real store: drafts, replies, pages from the server, answers, all of it.

Each step says whether its author is promised that it is on the disk when it has been done. What a
person would find after each step is written down, so that a restart can be held against it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from console.domain.appeal import Appeal
from console.domain.message import Message, MessageKind
from console.domain.mutations import SendReply
from console.domain.operator import Operator
from console.ports import FeedPosition, Precedence, Transaction
from console.readmodel import EntryState, HeldReason
from console.store.driver import connect_reader
from console.store.reader import StoreReader
from console.sync import pull, push
from console.wire.schema import Answer, AnswerOutcome, Page, RowKind, Rows, Tombstone
from tests.support.builders import NOON, a_message, an_appeal, an_operator
from tests.support.console_desk import PATIENCE, Desk
from tests.support.console_store import KEY

APPEALS = 6


@dataclass(frozen=True, slots=True)
class Own:
    """What the operator has written, as they would find it."""

    drafts: tuple[tuple[str, str], ...]
    outbox: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the server has said, and up to where."""

    appeals: tuple[tuple[str, int], ...]
    messages: int
    cursors: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that a restart may be held against."""

    own: Own
    told: Told


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done. ``durable``: it must survive whatever comes after."""

    name: str
    do: Callable[[Desk], object]
    durable: bool = True


class Day:
    """The steps of a day of one operator."""

    def __init__(self) -> None:
        self.me: Operator = an_operator(id="op-day", login="day")
        self.appeals = [
            an_appeal(id=f"a-{n}", number=f"n-{n}", received_at=NOON, text=f"Нет света {n} " * 12)
            for n in range(APPEALS)
        ]

    def steps(self) -> list[Step]:
        """In their order."""
        first, second, third, *_ = self.appeals
        return [
            Step("sign in", lambda desk: _operate(desk, self._sign_in)),
            *self._page(1, self.appeals, more=False),
            self._draft("d-1", first, "Здр"),
            self._draft("d-1", first, "Здравствуйте! Бригада выехала."),
            self._draft("d-2", second, "Уточните, пожалуйста, номер дома."),
            self._send("d-1"),
            Step("in flight", lambda desk: _operate(desk, lambda tx: push.prepare(tx, 1))),
            self._draft("d-2", second, "Уточните, пожалуйста, номер дома и подъезд."),
            Step(
                "answer",
                lambda desk: _arrive(desk, lambda tx: push.settle(tx, 1, self._answer(tx))),
                durable=False,
            ),
            *self._page(2, [replace(third, version=2, text="Свет дали, спасибо")], more=True),
            self._draft("d-3", third, "Рады помочь."),
            self._send("d-3"),
            self._send("d-2"),
            Step(
                "held",
                lambda desk: _arrive(
                    desk,
                    lambda tx: tx.outbox.mark(
                        2, EntryState.HELD, held=[HeldReason("stale", "new_comment")]
                    ),
                ),
                durable=False,
            ),
            Step("taken back", lambda desk: desk.outbox.cancel(3).result(PATIENCE)),
            Step(
                "tombstone",
                lambda desk: _arrive(
                    desk,
                    lambda tx: tx.mirror.drop([Tombstone(RowKind.APPEAL, self.appeals[5].ref)]),
                ),
                durable=False,
            ),
            self._draft("d-4", first, "Последний черновик дня."),
            Step("thrown away", lambda desk: desk.drafts.discard("d-4").result(PATIENCE)),
            self._draft("d-5", first, "Этот останется."),
        ]

    def _sign_in(self, tx: Transaction) -> None:
        tx.account.begin(self.me, self.me.branches, "http://server")

    def _page(self, number: int, appeals: list[Appeal], *, more: bool) -> list[Step]:
        rows = Rows(
            appeals=tuple(appeals),
            messages=tuple(a_message(one, id=f"m-{number}-{one.id}") for one in appeals),
        )
        page = Page(
            epoch="e",
            branches=self.me.branches,
            cursors={self.me.branches[0]: 10 * number},
            heads={},
            rows=rows,
            gone=(),
            presence=(),
            more=more,
            server_time=NOON,
            remaining=None,
        )

        def end(tx: Transaction) -> FeedPosition:
            return pull.take_end(tx, page, complete=not more)

        return [
            Step(
                f"piece of page {number}",
                lambda desk, piece=piece: _arrive(  # type: ignore[misc]
                    desk, lambda tx: pull.take_piece(tx, piece)
                ),
                durable=False,
            )
            for piece in pull.pieces(rows, size=6)
        ] + [Step(f"end of page {number}", lambda desk: _arrive(desk, end), durable=False)]

    def _draft(self, ident: str, appeal: Appeal, text: str) -> Step:
        return Step(f"draft {ident}", lambda desk: desk.write(appeal.ref, text, ident=ident))

    def _send(self, ident: str) -> Step:
        def send(desk: Desk) -> object:
            draft = desk.store.reader.draft(ident)
            assert draft is not None
            return desk.send(draft)

        return Step(f"send {ident}", send)

    def _answer(self, tx: Transaction) -> Answer:
        entry = tx.outbox.entry(1)
        assert entry is not None and isinstance(entry.envelope.mutation, SendReply)
        appeal = replace(self.appeals[0], version=2)
        said = Message(
            branch=appeal.branch,
            id=entry.envelope.id,
            appeal=appeal.id,
            kind=MessageKind.REPLY,
            at=NOON,
            text=entry.envelope.mutation.text,
            author_name=self.me.name,
            author=self.me.id,
        )
        rows = Rows(appeals=(appeal,), messages=(said,))
        return Answer(entry.envelope.id, AnswerOutcome.APPLIED, rows, NOON)


def found_by(reader: StoreReader, path: Path) -> Found:
    """What a person finds in a store."""
    connection = connect_reader(path, KEY)
    try:
        appeals = connection.execute("SELECT id, version FROM appeal ORDER BY id").fetchall()
        (messages,) = connection.execute("SELECT count(*) FROM message").fetchone()
    finally:
        connection.close()
    return Found(
        Own(
            tuple(sorted((draft.id, draft.text) for draft in reader.drafts())),
            tuple(
                (entry.envelope.target.id, str(entry.state), _text(entry.envelope.mutation))
                for entry in reader.outbox()
            ),
        ),
        Told(tuple(appeals), messages, tuple(sorted(reader.position().cursors.items()))),
    )


def _operate(desk: Desk, job: Callable[[Transaction], object]) -> object:
    return desk.store.writer.submit(job).result(PATIENCE)


def _arrive(desk: Desk, job: Callable[[Transaction], object]) -> object:
    return desk.store.writer.submit(job, precedence=Precedence.SYNC).result(PATIENCE)


def _text(mutation: object) -> str:
    return mutation.text if isinstance(mutation, SendReply) else ""
