"""What lists show: the rows of a queue, and how they are asked for.

A part of the read model (`console.readmodel`) that stands apart, because the first page of the
queue is painted before the rest of it is imported.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from console.domain.ids import Ref

LONGER: Final = array("q")
"""The part of a queue, an empty one, that says that the next takes longer; known by identity."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One row of the queue: all that its two lines show, nothing to be looked up while painting.

    ``due_at`` is the binding clock's (None: nothing binds), ``started_at`` where it began, so that
    the ring's share can be painted; ``preset`` its name. ``outage_etr`` is shown on the chip.
    ``answer_waits`` is whether the answer that the status speaks of is still on this workstation;
    ``woken`` what has woken a postponed one (`domain.snooze.Wake`), until the operator opens it.
    """

    ref: Ref
    number: str
    status: str
    topic: str
    danger: bool
    high_priority: bool
    channel: str
    author: str
    place: str
    first_line: str
    created_at: datetime
    started_at: datetime | None
    due_at: datetime | None
    preset: str
    paused: bool
    owner: str | None
    owner_name: str
    outage: str | None
    outage_status: str | None
    outage_etr: datetime | None
    outbox_state: str | None
    has_draft: bool
    unread: bool
    answer_waits: bool = False
    woken: str = ""


class QueueSort(StrEnum):
    """The orders of a queue. ``MATCH`` is by how well a search is answered, else by age."""

    DUE = "due"
    MATCH = "match"
    NEWEST = "newest"
    OLDEST = "oldest"
    PLACE = "place"
    AUTHOR = "author"


class Grouping(StrEnum):
    """What the rows of a queue are put together by."""

    NONE = "none"
    OUTAGE = "outage"
    PLACE = "place"
    THREAD = "thread"
    RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """Which appeals, in which order.

    ``queue`` is a queue's key: ``all open mine unassigned due_soon overdue danger approval drafts
    outbox postponed answered mentions promises offered`` or ``branch:KEY``, ``topic:ROOT`` (a topic
    root and its children), ``outage:ID``. The further filters narrow it; ``text`` is a search in
    the query language (`domain.query`), ``strict``: for just what it says, spelt as it is; empty
    tuples do not filter. ``group`` changes neither which appeals there are, nor their order in a
    group. In every order but that of likeness, the open appeals of the lane of danger stand above
    all.
    """

    queue: str = "open"
    sort: QueueSort = QueueSort.DUE
    text: str = ""
    branches: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    strict: bool = False
    group: Grouping = Grouping.NONE


@dataclass(frozen=True, slots=True)
class SavedQueue:
    """A query that the operator keeps under a name."""

    id: str
    name: str
    query: QueueQuery


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A queue that is shared with branches in scope, as it stands with what waits in the outbox.

    ``query`` is None where this program does not understand what is asked (``text``, as its author
    put it): it comes from a newer one, and no list would be the right one. ``branches`` is empty of
    one that was withdrawn. ``by_name`` changed it last, at ``at`` (UTC); ``over_by`` and
    ``over_name`` are whose change, and of which name, that replaced unseen (see
    `domain.shared_queue`), empty where it did not.
    """

    id: str
    name: str
    query: QueueQuery | None
    text: str
    branches: tuple[str, ...]
    by: str
    by_name: str
    at: datetime
    waits: bool = False
    over_by: str = ""
    over_by_name: str = ""
    over_name: str = ""
    over_gone: bool = False

    @property
    def key(self) -> str:
        """Its line of the rail."""
        return f"shared:{self.id}"


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """Live counts by queue key (as in `QueueQuery.queue`, and ``saved:ID``, ``shared:ID``)."""

    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, key: str) -> int:
        """The count of a queue, 0 if it has none."""
        return self.counts.get(key, 0)


class EntryState(StrEnum):
    """The states of an outbox entry; acknowledged means gone."""

    QUEUED = "queued"
    IN_FLIGHT = "in_flight"
    HELD = "held"


class Link(StrEnum):
    """How the console stands with the server."""

    STARTING = "starting"
    SYNCING = "syncing"
    ONLINE = "online"
    OFFLINE = "offline"
    WORK_OFFLINE = "work_offline"
    SIGN_IN_NEEDED = "sign_in_needed"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the status bar says. ``progress`` is (rows had, rows in all) of a first sync.

    ``error`` is a machine code (`dns`, `refused`, `timeout`, `tls`, `captive`, `server`,
    `protocol`, …) translated as ``link.error_<code>``.
    """

    link: Link
    since: datetime | None = None
    waiting: int = 0
    held: int = 0
    next_try_at: datetime | None = None
    error: str = ""
    progress: tuple[int, int] | None = None
    last_pull_at: datetime | None = None
    clock_offset_ms: int = 0


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """A colleague who has the appeal open."""

    appeal: Ref
    operator: str
    name: str
    typing: bool
    lease_until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether they have a soft lease at ``now``: they are writing, and it locks nothing."""
        return self.lease_until is not None and self.lease_until > now


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """Who is signed in."""

    operator: str
    login: str
    name: str
    role: str
    branches: tuple[str, ...]
    server: str
