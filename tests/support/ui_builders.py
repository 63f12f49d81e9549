"""Builders for tests of the window: an appeal, its view, messages, outages and entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.appeal import Appeal, Author, Place, Status
from console.domain.ids import Ref
from console.domain.message import Message, MessageKind
from console.domain.mutations import Envelope, Mutation, Seen, SendReply
from console.domain.operator import Operator, Role
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.i18n import Catalog
from console.readmodel import AppealView, EntryState, OutboxEntry
from ui.presenters.here import Here
from ui.presenters.names import People

NOW = datetime(2026, 3, 18, 8, 0, tzinfo=UTC)
"""A Wednesday: 15:00 in Кызыл, 14:00 in Омск."""

KYZYL = ZoneInfo("Asia/Krasnoyarsk")
OMSK = ZoneInfo("Asia/Omsk")
PEOPLE = People({"u1": "Анна Петрова", "u2": "Борис Ким", "u3": "Вера Сидорова"}, me="u1")


def here(language: str = "ru", **changes: Any) -> Here:
    """Кызыл at `NOW`, seen from Омск."""
    return replace(
        Here(Catalog.load(language), NOW, zone=KYZYL, branch="tyva", home=OMSK), **changes
    )


def an_appeal(**changes: Any) -> Appeal:
    """An appeal from Кызыл of forty minutes ago, owned by u1."""
    appeal = Appeal(
        branch="tyva",
        id="a1",
        source="im",
        number="40217",
        channel="vk",
        author=Author("Чойгана Ондар", "vk.com/choygana"),
        text="Второй час нет света на Кочетова, когда дадут?",
        created_at=NOW - timedelta(minutes=40),
        received_at=NOW - timedelta(minutes=40),
        status=Status.IN_WORK,
        topic="outage.emergency",
        place=Place("Кызыл", "", "ул. Кочетова", "12"),
        owner="u1",
        assigned_at=NOW - timedelta(minutes=30),
    )
    return replace(appeal, **changes)


def a_message(ident: str, **changes: Any) -> Message:
    """A resident's message of ten minutes ago."""
    message = Message(
        branch="tyva",
        id=ident,
        appeal="a1",
        kind=MessageKind.RESIDENT,
        at=NOW - timedelta(minutes=10),
        text="Ну что там?",
        author_name="Чойгана Ондар",
    )
    return replace(message, **changes)


def a_view(appeal: Appeal | None = None, **parts: Any) -> AppealView:
    """All of one appeal, with the parts given."""
    whole: dict[str, Any] = {
        "messages": (),
        "events": (),
        "outages": (),
        "drafts": (),
        "entries": (),
    }
    return AppealView(appeal=appeal or an_appeal(), **(whole | parts))


def an_outage(**changes: Any) -> Outage:
    """An emergency in Кызыл since an hour and a half; power is expected at 16:30 there."""
    outage = Outage(
        branch="tyva",
        id="o1",
        kind=OutageKind.EMERGENCY,
        status=OutageStatus.CREW_SENT,
        started_at=NOW - timedelta(minutes=90),
        areas=(OutageArea("Кызыл", "ул. Кочетова"),),
        feeder="Ф-7",
        cause="обрыв провода",
        crew="бригада 3",
        etr=NOW + timedelta(minutes=90),
    )
    return replace(outage, **changes)


def an_envelope(mutation: Mutation | None = None, **changes: Any) -> Envelope:
    """A reply of u1 to the appeal, just asked for."""
    envelope = Envelope(
        id="m1",
        target=Ref("tyva", "a1"),
        author="u1",
        at=NOW,
        mutation=mutation or SendReply("Свет дадут к 16:30."),
        seen=Seen.of(an_appeal()),
    )
    return replace(envelope, **changes)


def an_entry(envelope: Envelope | None = None, **changes: Any) -> OutboxEntry:
    """That reply, waiting to be sent."""
    entry = OutboxEntry(
        seq=1,
        envelope=envelope or an_envelope(),
        state=EntryState.QUEUED,
        created_at=NOW,
        not_before=NOW,
    )
    return replace(entry, **changes)


def an_operator(ident: str = "u1", **changes: Any) -> Operator:
    """An operator of Тыва."""
    person = Operator(ident, f"login-{ident}", PEOPLE.names[ident], Role.OPERATOR, ("tyva",))
    return replace(person, **changes)
