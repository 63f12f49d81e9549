"""A restoration time moves: who was told the old one is told the new one, once, and nobody else.

The server is the real application, the consoles are real ones over encrypted files, the wire is a
socket; one console is killed by ``SIGKILL`` between two pieces of its corrections.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from console.app import Console
from console.domain.appeal import Appeal, Author, OutageTag, Outcome, Status
from console.domain.corrections import LineState
from console.domain.draft import DraftMode
from console.domain.ids import Ref
from console.domain.message import EtrQuote, Message, MessageKind, MessageState
from console.domain.mutations import Seen
from console.domain.operator import Operator
from console.domain.outage import EtrRecord, Outage
from console.faultpoints import VARIABLE
from console.localtime import clock
from console.readmodel import EntryState
from console.rulebook.book import Rulebook
from console.server import repo, tables
from console.usecases.corrections import PIECE, Plan
from console.wire import codec
from console.wire.schema import Rows
from tests.stories.colleague import PATIENCE, a_colleague
from tests.stories.correction_console import correct_all, opened
from tests.support.builders import a_message, a_supervisor, an_appeal, an_outage
from tests.support.server import PASSWORD, LiveServer, live_server
from tests.support.surroundings import clean_environment
from tests.support.waiting import until

NOW = datetime.now(UTC).replace(microsecond=0, second=0)
HOUR = timedelta(hours=1)
RULES = Rulebook.load()
OLD, NEW = NOW + 3 * HOUR, NOW + 6 * HOUR
NAMES = ("Анна Петрова", "Иван Сомов", "Ольга Ким", "Пётр Лис", "Мария Зуева")
CHANNELS = ("vk", "telegram", "email", "ok", "pos", "max", "site")


@dataclass(slots=True)
class Cluster:
    """Forty appeals of one outage; ``told`` are those that a published reply told the old time."""

    outage: Outage
    moved: Outage
    other: Outage
    rows: Rows = field(default_factory=Rows)
    told: list[Ref] = field(default_factory=list)
    waiting: list[Ref] = field(default_factory=list)
    by_words: list[Ref] = field(default_factory=list)
    states: dict[Ref, LineState] = field(default_factory=dict)
    _count: int = 0

    def add(self, number: int, text: str = "Свет дадим позже.", **how: Any) -> list[Ref]:
        """So many appeals with a reply of ours; ``how``: quote, tagged, appeal, more, message."""
        found = []
        for _ in range(number):
            appeal, messages = self._one(text, **how)
            found.append(appeal.ref)
            self.rows = replace(
                self.rows,
                appeals=(*self.rows.appeals, appeal),
                messages=(*self.rows.messages, *messages),
            )
        return found

    def _one(
        self,
        text: str,
        *,
        quote: EtrQuote | None = None,
        tagged: bool = True,
        appeal: dict[str, Any] | None = None,
        message: dict[str, Any] | None = None,
        after: str = "",
        replies: int = 1,
    ) -> tuple[Appeal, list[Message]]:
        self._count += 1
        at = NOW - HOUR + timedelta(minutes=self._count)
        made = an_appeal(
            author=Author(NAMES[self._count % len(NAMES)]),
            channel=CHANNELS[self._count % len(CHANNELS)],
            thread="post-1",
            received_at=at,
            created_at=at,
            status=Status.PUBLISHED,
            outcome=Outcome.EXPLAINED,
            outages=(OutageTag(self.outage.id, at, "op"),) if tagged else (),
        )
        quotes = () if quote is None else (quote,)
        ours = [
            a_message(
                made,
                kind=MessageKind.REPLY,
                author="op",
                at=at + timedelta(minutes=1 + place),
                text=text,
                quotes=quotes,
            )
            for place in range(replies)
        ]
        ours = [replace(each, **(message or {})) for each in ours]
        last = ours[-1].id if ours else None
        made = replace(made, last_reply=last, **(appeal or {}))
        theirs = [a_message(made, at=NOW, text=after)] if after else []
        return made, [*ours, *theirs]


def a_cluster() -> Cluster:
    """Every mixture of states, forty in all."""
    outage = an_outage(
        started_at=NOW - 2 * HOUR, etr=OLD, etr_history=(EtrRecord(OLD, NOW - HOUR, "op"),)
    )
    moved = replace(
        outage,
        etr=NEW,
        version=2,
        etr_history=(*outage.etr_history, EtrRecord(NEW, NOW, "op")),
    )
    other = an_outage(started_at=NOW - HOUR, etr=OLD)
    cluster = Cluster(outage, moved, other)
    old, new = EtrQuote(outage.id, OLD), EtrQuote(outage.id, NEW)
    ended = {"closed_at": NOW, "status": Status.CLOSED}
    told = cluster.told
    told += cluster.add(10, quote=old)
    interim = {"kind": MessageKind.INTERIM, "promise_at": OLD}
    told += cluster.add(
        4, quote=old, message=interim, appeal={"status": Status.INTERIM_PUBLISHED, "outcome": None}
    )
    merged = {"status": Status.DUPLICATE, "status_before": Status.PUBLISHED}
    told += cluster.add(2, quote=old, appeal=merged | {"duplicate_of": told[0].id})
    told += cluster.add(2, quote=old, appeal=ended)
    told += cluster.add(2, quote=old, tagged=False)
    told += cluster.add(1, quote=old, replies=2)
    cluster.add(2, quote=new)
    cluster.add(2)
    cluster.add(2, quote=EtrQuote(other.id, OLD), tagged=False)
    is_open = {"status": Status.IN_WORK, "outcome": None}
    _state(cluster, LineState.POWER_BACK, 2, quote=old, after="Свет дали, спасибо!")
    _state(cluster, LineState.POWER_BACK, 2, quote=old, appeal=ended | {"outcome": "solved"})
    _state(cluster, LineState.UNREACHABLE, 1, quote=old, appeal={"status": Status.TRANSFERRED})
    _state(cluster, LineState.UNREACHABLE, 1, quote=old, appeal={"status": Status.AUTHOR_GONE})
    right = {"corrects": outage.id, "text": "Новый срок."}
    _state(cluster, LineState.CORRECTED, 1, quote=new, message=right)
    cluster.add(2, quote=old, message={"state": MessageState.AWAITING}, appeal=is_open)
    cluster.waiting += cluster.add(2, appeal=is_open, replies=0)
    cluster.add(1, appeal=is_open, replies=0)
    local = clock(OLD, RULES.zones["krasnoyarsk"])
    cluster.by_words += cluster.add(1, f"Свет включим сегодня до {local}.")
    return cluster


def _state(cluster: Cluster, state: LineState, number: int, **how: Any) -> None:
    cluster.states |= dict.fromkeys(cluster.add(number, **how), state)


@contextmanager
def _centre(folder: Path, *people: Operator) -> Generator[tuple[LiveServer, Cluster]]:
    cluster = a_cluster()
    with live_server(folder, operators=people, branches=("krasnoyarsk",)) as server:
        rows = replace(cluster.rows, outages=(cluster.outage, cluster.other))
        server.database.write(lambda c: repo.put_rows(c, rows))
        yield server, cluster


def _corrections(server: LiveServer, outage: Outage) -> list[Message]:
    """The corrections that the server has published."""
    with server.database.read(lambda c: c.execute(select(tables.messages.c.body))) as found:
        bodies = found.scalars().all()
    messages = [codec.decode(body, Message) for body in bodies]
    sent = [m for m in messages if m.corrects == outage.id and m.at > NOW]
    return [m for m in sent if m.state is MessageState.PUBLISHED]


def _plan(console: Console, outage: Outage) -> Plan:
    plan = console.corrections.plan(outage.ref)
    assert plan is not None
    return plan


def _listed(plan: Plan) -> Iterator[Ref]:
    return (each.ref for each in plan.to_send)


def test_exactly_who_was_told_the_old_time_is_told_the_new_one_once(tmp_path: Path) -> None:
    boss, second = a_supervisor(), a_supervisor(name="Анна Ли")
    with (
        _centre(tmp_path, boss, second) as (server, cluster),
        a_colleague(tmp_path / "one", server.url, boss, rulebook=RULES) as one,
        a_colleague(tmp_path / "two", server.url, second, rulebook=RULES) as two,
    ):
        outage = cluster.outage
        assert len(cluster.rows.appeals) == 40
        later, held = cluster.waiting
        _reply(one, later, outage, not_before=one.clock.now() + HOUR)
        one.outages.move_etr(outage.ref, NEW, reason="сложнее").result(PATIENCE)
        for console in (one, two):
            until(partial(_is_moved, console, outage), what="the new time", within=PATIENCE)
        _reply(one, held, outage)
        until(lambda: _held(one) == [held], what="the stale reply held", within=PATIENCE)

        plans = [_plan(console, outage) for console in (one, two)]
        for plan in plans:
            assert sorted(_listed(plan)) == sorted(cluster.told)
            states = {each.ref: each.line.state for each in plan.lines}
            assert cluster.states.items() <= states.items()
            assert [x.ref for x in plan.lines if x.line.by_words] == cluster.by_words
            assert len(plan.lines) == len(cluster.told) + len(cluster.states) + 1
            texts = {each.text for each in plan.to_send}
            assert len(texts) == len(cluster.told)
        futures = [
            future
            for console, plan in zip((one, two), plans, strict=True)
            for future in console.corrections.send(plan.outage, plan.to_send)
        ]
        for future in futures:
            assert all(done.error is None for done in future.result(PATIENCE))
        until(lambda: not _leaving(one) and not _leaving(two), what="all out", within=PATIENCE)

        assert _held(two) == []
        assert sorted(e.envelope.target for e in one.reader.outbox()) == sorted(cluster.waiting)
        sent = _corrections(server, outage)
        assert sorted(Ref(m.branch, m.appeal) for m in sent) == sorted(cluster.told)
        assert all(m.quotes == (EtrQuote(outage.id, NEW),) for m in sent)
        kinds = {m.appeal: m.kind for m in sent}
        assert [kinds[ref.id] for ref in cluster.told[10:14]] == [MessageKind.INTERIM] * 4
        for console in (one, two):
            for message in sent:
                _until_known(console, message)
            after = _plan(console, outage)
            done = [each for each in after.lines if each.line.state is LineState.CORRECTED]
            assert len(done) == len(cluster.told) + 1
            assert after.to_send == ()
            assert console.corrections.moved() == ()


def _until_known(console: Console, message: Message) -> None:
    ref = Ref(message.branch, message.appeal)

    def is_known() -> bool:
        view = console.reader.appeal(ref)
        return view is not None and message.id in {each.id for each in view.messages}

    until(is_known, what="what has been sent", within=PATIENCE)


def _reply(console: Console, ref: Ref, outage: Outage, **more: Any) -> None:
    """A reply that quotes the old time, sent by somebody who has seen the appeal."""
    until(lambda: console.reader.appeal(ref) is not None, what="the appeal", within=PATIENCE)
    view = console.reader.appeal(ref)
    assert view is not None
    draft = replace(
        console.drafts.new(ref, DraftMode.REPLY),
        text="Свет дадим к обещанному часу.",
        outcome=Outcome.EXPLAINED,
        quotes=(EtrQuote(outage.id, OLD),),
        seen=Seen.of(view.appeal),
        no_promise=True,
    )
    console.reply.send(draft, **more).result(PATIENCE)


def _is_moved(console: Console, outage: Outage) -> bool:
    found = console.reader.outage(outage.branch, outage.id)
    return found is not None and found.version > 1 and not _leaving(console)


def _held(console: Console) -> list[Ref]:
    entries = console.reader.outbox()
    return [e.envelope.target for e in entries if e.state is EntryState.HELD]


def _leaving(console: Console) -> list[Ref]:
    now = console.clock.now()
    return [
        e.envelope.target
        for e in console.reader.outbox()
        if e.state is not EntryState.HELD and e.not_before <= now
    ]


def test_a_console_killed_midway_corrects_each_once_when_it_is_back(tmp_path: Path) -> None:
    boss = a_supervisor()
    profile, secrets = tmp_path / "desk", tmp_path / "keys"
    with _centre(tmp_path, boss) as (server, cluster):
        outage = cluster.moved
        server.database.write(lambda c: repo.put_rows(c, Rows(outages=(outage,))))
        asked = [str(profile), server.url, boss.login, PASSWORD, *outage.ref, str(secrets)]
        died = subprocess.run(
            [sys.executable, "-m", "tests.stories.correction_console", *asked],
            env=clean_environment() | {VARIABLE: "after_send_commit"},
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert died.returncode == -signal.SIGKILL, died.stderr.decode()
        assert len(cluster.told) > PIECE
        console = opened(profile, server.url, secrets, rulebook=RULES)
        try:
            assert correct_all(console, outage.ref) == len(cluster.told) - PIECE
            until(lambda: not console.reader.outbox(), what="all out", within=PATIENCE)
            assert correct_all(console, outage.ref) == 0
        finally:
            console.close()
        sent = _corrections(server, outage)
        assert sorted(Ref(m.branch, m.appeal) for m in sent) == sorted(cluster.told)
