"""Entries of an outbox for tests of its views: one of each kind, over the appeals of a world."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.ids import Ref
from console.domain.message import EtrQuote, Message, MessageKind
from console.domain.mutations import AddNote, AppealMutation, Claim, Envelope, Seen, SendReply
from console.readmodel import EntryState, HeldReason, OutboxEntry
from tests.support.fake_console import FakeConsole

LONG_NAME = "Константинопольский-Преображенский Вячеслав Александрович"
REPLY = "Свет в посёлке восстановим сегодня к 14:30, бригада на месте. "


def fill_outbox(fake: FakeConsole) -> list[Ref]:
    """Held for a moved time (1), blocked behind it (2), held without words (3), nowhere to send
    (4), tried three times (5), waiting (6), on its way (7). The appeals that they are about.
    """
    now, refs = fake.clock.now(), list(fake.world.appeals)
    first = refs[0]
    appeal = fake.world.appeals[first]
    author = replace(appeal.author, name=LONG_NAME)
    fake.world.appeals[first] = replace(appeal, author=author)
    later = Message(
        branch=first.branch,
        id="later",
        appeal=first.id,
        kind=MessageKind.RESIDENT,
        at=now - timedelta(minutes=5),
        text="Уже второй раз переносите! Когда дадут свет?",
        author_name=LONG_NAME,
    )
    quotes = (EtrQuote("out-1", now + timedelta(hours=2)),)
    moved = {"outage": "out-1", "was": _iso(now, 2), "now": _iso(now, 5)}
    held = (HeldReason("stale", "etr_moved", moved), HeldReason("stale", "new_comment"))
    fake.world.entries = [
        _entry(fake, 1, first, SendReply(REPLY * 3, quotes=quotes), held=held),
        _entry(fake, 2, first, AddNote("Позвонить диспетчеру")),
        _entry(
            fake,
            3,
            refs[1],
            Claim(),
            held=(HeldReason("refused", "claimed_by", {"operator": "op-2"}),),
        ),
        _entry(fake, 4, refs[4], SendReply(REPLY), held=(HeldReason("stale", "author_gone"),)),
        replace(
            _entry(fake, 5, refs[5], SendReply(REPLY)),
            attempts=3,
            not_before=now + timedelta(seconds=30),
        ),
        _entry(fake, 6, refs[6], SendReply(REPLY)),
        replace(_entry(fake, 7, refs[7], SendReply(REPLY)), state=EntryState.IN_FLIGHT),
    ]
    fake.world.messages[first].append(later)
    return [entry.envelope.target for entry in fake.world.entries]


def _entry(
    fake: FakeConsole,
    seq: int,
    ref: Ref,
    mutation: AppealMutation,
    *,
    held: tuple[HeldReason, ...] = (),
) -> OutboxEntry:
    assert fake.me is not None
    at = fake.clock.now() - timedelta(minutes=30 - seq)
    seen = Seen.of(fake.world.appeals[ref])
    envelope = Envelope(f"e-{seq}", ref, fake.me.id, at, mutation, seen)
    state = EntryState.HELD if held else EntryState.QUEUED
    return OutboxEntry(seq, envelope, state, at, at, held=held)


def _iso(now: object, hours: int) -> str:
    from datetime import datetime

    assert isinstance(now, datetime)
    return (now + timedelta(hours=hours)).isoformat()
