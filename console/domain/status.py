"""The statuses of appeals and outages, and what they mean for what is owed."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """The life of an appeal (domain.md §2): the main line first, then the side states."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_WORK = "in_work"
    ON_APPROVAL = "on_approval"
    RETURNED = "returned"
    PUBLISHED = "published"
    CONTROL = "control"
    CLOSED = "closed"
    INTERIM_PUBLISHED = "interim_published"
    POSTPONED = "postponed"
    TRANSFER_REQUESTED = "transfer_requested"
    TRANSFERRED = "transferred"
    TRANSFER_DENIED = "transfer_denied"
    DUPLICATE = "duplicate"
    AUTHOR_GONE = "author_gone"


ENDED: frozenset[Status] = frozenset(
    {Status.CLOSED, Status.TRANSFERRED, Status.DUPLICATE, Status.AUTHOR_GONE}
)
"""Nothing more is owed; the appeal leaves the working queues."""

ANSWERED: frozenset[Status] = frozenset({Status.PUBLISHED, Status.CONTROL}) | ENDED
"""The final answer is out (or none is owed): the reaction clocks have stopped."""

OPEN: frozenset[Status] = frozenset(Status) - ANSWERED
"""Somebody still has to answer."""


class OutageStatus(StrEnum):
    """The life of an outage; being late is derived, see `Outage.is_late`."""

    ANNOUNCED = "announced"
    ACTIVE = "active"
    CREW_SENT = "crew_sent"
    RESTORED = "restored"
    CANCELLED = "cancelled"
