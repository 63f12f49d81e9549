"""Builders: domain objects with everything filled in, of which a test names only what matters."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from console.domain.appeal import Appeal, Author, Outcome, Place
from console.domain.ids import Ref
from console.domain.message import EtrQuote, Message, MessageKind
from console.domain.mutations import Envelope, Mutation, OpenOutage, Seen, SendReply
from console.domain.operator import Operator, Role
from console.domain.outage import EtrRecord, Outage, OutageArea, OutageKind, OutageStatus

NOON = datetime(2026, 3, 11, 5, 0, tzinfo=UTC)
"""A Wednesday, noon in Krasnoyarsk (UTC+7)."""


def an_id(prefix: str = "") -> str:
    """A fresh id."""
    return f"{prefix}{uuid.uuid4()}"


def an_appeal(**changes: Any) -> Appeal:
    """A new appeal about a dark street in Солонцы, nobody's yet."""
    appeal = Appeal(
        branch="krasnoyarsk",
        id=an_id(),
        source="im",
        number=an_id("n"),
        channel="vk",
        author=Author("Ирина Петрова", handle="https://vk.com/id1"),
        text="Нет света на Новой с утра, когда дадут?",
        created_at=NOON,
        received_at=NOON + timedelta(minutes=2),
        topic="outage.emergency",
        place=Place(settlement="Солонцы", street="Новая", house="5"),
    )
    return replace(appeal, **changes)


def an_operator(**changes: Any) -> Operator:
    """An operator of Красноярскэнерго."""
    operator = Operator(
        id=an_id("op-"),
        login=an_id("login-"),
        name="Ольга Смирнова",
        role=Role.OPERATOR,
        branches=("krasnoyarsk",),
    )
    return replace(operator, **changes)


def a_supervisor(**changes: Any) -> Operator:
    """A supervisor of Красноярскэнерго."""
    return an_operator(**({"name": "Виктор Ким", "role": Role.SUPERVISOR} | changes))


def an_outage(**changes: Any) -> Outage:
    """An emergency outage on Новая in Солонцы, power promised three hours after noon."""
    etr = NOON + timedelta(hours=3)
    outage = Outage(
        branch="krasnoyarsk",
        id=an_id("out-"),
        kind=OutageKind.EMERGENCY,
        status=OutageStatus.CREW_SENT,
        started_at=NOON - timedelta(minutes=30),
        areas=(OutageArea("Солонцы", "Новая"),),
        feeder="Ф-12",
        cause="обрыв провода",
        etr=etr,
        etr_history=(EtrRecord(etr, NOON, "op-dispatcher"),),
    )
    return replace(outage, **changes)


def a_message(appeal: Appeal, **changes: Any) -> Message:
    """A resident's comment in the thread of ``appeal``."""
    message = Message(
        branch=appeal.branch,
        id=an_id("m-"),
        appeal=appeal.id,
        kind=MessageKind.RESIDENT,
        at=NOON + timedelta(minutes=10),
        text="Ну что там со светом?",
        author_name=appeal.author.name,
    )
    return replace(message, **changes)


def an_envelope(
    mutation: Mutation, target: Appeal | Outage | Ref, author: Operator, **changes: Any
) -> Envelope:
    """``mutation`` by ``author``, who saw ``target`` as it is."""
    ref = target if isinstance(target, Ref) else target.ref
    envelope = Envelope(
        id=an_id(),
        target=ref,
        author=author.id,
        at=NOON + timedelta(minutes=15),
        mutation=mutation,
        seen=Seen.of(target) if isinstance(target, Appeal) else None,
    )
    return replace(envelope, **changes)


def a_reply(
    text: str = "Ирина, бригада на месте, свет дадим до 15:00.", **changes: Any
) -> SendReply:
    """A final reply that explains."""

    return replace(SendReply(text=text, outcome=Outcome.EXPLAINED), **changes)


def an_opening(**changes: Any) -> OpenOutage:
    """A new emergency outage in Солонцы, of which nothing more is known."""
    areas = (OutageArea("Солонцы", "Новая"),)
    return replace(OpenOutage(OutageKind.EMERGENCY, OutageStatus.ACTIVE, NOON, areas), **changes)


def quoting(outage: Outage) -> EtrQuote:
    """The restoration time of ``outage`` as it stands."""
    return EtrQuote(outage.id, outage.expected_end())
