"""A day without a link: all that was written goes out once and in order, and nothing blindly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from console.app import Console, open_console
from console.config import Settings
from console.domain.appeal import Appeal, Outcome, Status
from console.domain.draft import DraftMode
from console.domain.ids import Ref
from console.domain.message import EtrQuote, Message, MessageKind
from console.domain.mutations import Seen
from console.domain.operator import Operator
from console.domain.outage import Outage, OutageStatus
from console.domain.transitions import State, apply, receive
from console.readmodel import EntryState, Link
from console.remote.secrets import MemorySecrets
from console.server import repo
from console.server.tables import messages
from console.wire.codec import decode
from console.wire.schema import Rows
from tests.support.builders import (
    a_message,
    a_reply,
    an_appeal,
    an_envelope,
    an_id,
    an_operator,
    an_outage,
    quoting,
)
from tests.support.clock import StandingClock
from tests.support.server import PASSWORD, LiveServer, live_server
from tests.support.waiting import until

PATIENCE = 40.0
STEADY = 20
"""Appeals that nobody else touches while the console is away; each gets two or three replies."""
REPLIES = 50
SHIFT = timedelta(hours=9)
HELD_FOR = {
    "comment": "new_comment",
    "colleague": "colleague_answered",
    "gone": "author_gone",
    "moved": "etr_moved",
    "restored": "outage_restored",
}
"""What happens to an appeal meanwhile, and why the reply to it must wait for a person."""


def test_fifty_replies_of_an_offline_day_go_out_once_in_order_and_what_moved_on_is_held(
    tmp_path: Path,
) -> None:
    clock, me, colleague = StandingClock(), an_operator(), an_operator(name="Баир Цыренов")
    steady = [an_appeal(text=f"Нет света, дом {n}") for n in range(STEADY)]
    moving = {what: an_appeal(text=f"Темно: {what}") for what in HELD_FOR}
    outages = {what: an_outage() for what in ("moved", "restored")}
    with (
        live_server(tmp_path / "centre", operators=[me, colleague], clock=clock) as server,
        _console(tmp_path / "desk", server, me, clock) as console,
    ):
        _put(server, Rows(appeals=(*steady, *moving.values()), outages=tuple(outages.values())))
        _wait_for(console, [*steady, *moving.values()])
        console.sync.set_work_offline(True)
        until(lambda: console.sync.status().link is Link.WORK_OFFLINE, what="offline")

        written: dict[Ref, list[str]] = {}
        for number in range(REPLIES):
            appeal = steady[number % STEADY]
            text = f"Ответ {number}: бригада работает, свет будет до 15:00."
            _answer(console, appeal.ref, text)
            written.setdefault(appeal.ref, []).append(text)
            clock.move(SHIFT / REPLIES)
        for what, appeal in moving.items():
            quotes = (quoting(outages[what]),) if what in outages else ()
            _answer(console, appeal.ref, f"Вслепую: {what}", quotes=quotes)
        assert len(console.reader.outbox()) == REPLIES + len(moving)
        assert _delivered(server) == []

        _meanwhile(server, moving, outages, colleague)
        console.sync.set_work_offline(False)

        def settled() -> bool:
            entries = console.reader.outbox()
            return all(entry.state is EntryState.HELD for entry in entries)

        until(settled, what="the outbox to settle", within=PATIENCE)
        delivered = [m for m in _delivered(server) if m.author == me.id]
        assert Counter(m.text for m in delivered) == Counter(
            text for texts in written.values() for text in texts
        )
        for ref, texts in written.items():
            assert [m.text for m in delivered if m.appeal == ref.id] == texts, "out of order"
        held = {e.envelope.target: e for e in console.reader.outbox()}
        for what, appeal in moving.items():
            entry = held[appeal.ref]
            assert HELD_FOR[what] in {reason.code for reason in entry.held}
            assert getattr(entry.envelope.mutation, "text", "") == f"Вслепую: {what}"
        assert len(held) == len(moving)


@pytest.mark.parametrize("choice", ["retry", "edit", "discard"])
def test_a_person_decides_about_what_was_held(tmp_path: Path, choice: str) -> None:
    clock, me = StandingClock(), an_operator()
    appeal = an_appeal()
    with (
        live_server(tmp_path / "centre", operators=[me], clock=clock) as server,
        _console(tmp_path / "desk", server, me, clock) as console,
    ):
        _put(server, Rows(appeals=(appeal,)))
        _wait_for(console, [appeal])
        console.sync.set_work_offline(True)
        _answer(console, appeal.ref, "Уже чиним.")
        _comment(server, appeal)
        console.sync.set_work_offline(False)

        def held() -> bool:
            return [e.state for e in console.reader.outbox()] == [EntryState.HELD]

        until(held, what="the reply to be held", within=PATIENCE)
        (entry,) = console.reader.outbox()
        if choice == "retry":
            console.outbox.retry(entry.seq).result(PATIENCE)
            until(lambda: len(_delivered(server)) == 1, what="delivery", within=PATIENCE)
        elif choice == "edit":
            draft = console.outbox.cancel(entry.seq).result(PATIENCE)
            assert draft is not None and draft.text == "Уже чиним."
            assert [d.text for d in console.reader.drafts()] == ["Уже чиним."]
        else:
            console.outbox.discard(entry.seq).result(PATIENCE)
        until(lambda: not console.reader.outbox(), what="an empty outbox", within=PATIENCE)
        assert len(_delivered(server)) == (1 if choice == "retry" else 0)


@contextmanager
def _console(
    folder: Path, server: LiveServer, person: Operator, clock: StandingClock
) -> Generator[Console]:
    console = open_console(
        Settings(profile=folder, server=server.url, poll_seconds=0.2),
        clock=clock,
        secrets=MemorySecrets(),
        passphrase=lambda _: None,
    )
    console.start()
    try:
        console.session.sign_in(person.login, PASSWORD).result(PATIENCE)
        yield console
    finally:
        console.close()


def _put(server: LiveServer, rows: Rows) -> None:
    heads = server.database.write(lambda c: repo.put_rows(c, rows))
    server.centre.announce(heads)


def _wait_for(console: Console, appeals: Sequence[Appeal]) -> None:
    until(
        lambda: all(console.reader.appeal(appeal.ref) for appeal in appeals),
        what="the appeals to arrive",
        within=PATIENCE,
    )


def _answer(console: Console, ref: Ref, text: str, *, quotes: tuple[EtrQuote, ...] = ()) -> None:
    view = console.reader.appeal(ref)
    assert view is not None
    draft = replace(
        console.drafts.new(ref, DraftMode.REPLY),
        text=text,
        quotes=quotes,
        seen=Seen.of(view.appeal),
        outcome=Outcome.EXPLAINED,
    )
    console.drafts.save(draft).result(PATIENCE)
    console.reply.send(draft).result(PATIENCE)


def _meanwhile(
    server: LiveServer,
    moving: dict[str, Appeal],
    outages: dict[str, Outage],
    colleague: Operator,
) -> None:
    """What the world did while the console was away."""
    _comment(server, moving["comment"])
    theirs = moving["colleague"]
    after = apply(
        State(theirs),
        an_envelope(a_reply(), theirs, colleague),
        actor=colleague,
        now=theirs.created_at,
    )
    gone = replace(moving["gone"], status=Status.AUTHOR_GONE, version=2)
    etr = outages["moved"].etr
    assert etr is not None
    _put(
        server,
        Rows(
            appeals=(after.appeal, gone),
            messages=after.messages,
            outages=(
                replace(outages["moved"], etr=etr + timedelta(hours=4), version=2),
                replace(outages["restored"], status=OutageStatus.RESTORED, version=2),
            ),
        ),
    )


def _comment(server: LiveServer, appeal: Appeal) -> None:
    message = a_message(appeal, id=an_id("m-"))
    after = receive(State(appeal), message, now=appeal.created_at)
    _put(server, Rows(appeals=(after.appeal,), messages=after.messages))


def _delivered(server: LiveServer) -> list[Message]:
    """The replies that the server holds, in the order in which it took them."""
    query = select(messages.c.body).order_by(messages.c.change)
    bodies = server.database.read(lambda c: list(c.execute(query).scalars()))
    found = [decode(body, Message) for body in bodies]
    return [message for message in found if message.kind is MessageKind.REPLY]
