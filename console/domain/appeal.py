"""An appeal: what a resident wrote or said, and everything that is true of it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain.ids import Ref
from console.domain.pause import Pause
from console.domain.status import ANSWERED as ANSWERED
from console.domain.status import ENDED as ENDED
from console.domain.status import OPEN as OPEN
from console.domain.status import Status as Status


class Outcome(StrEnum):
    """How an appeal ended."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    NO_REPLY_NEEDED = "no_reply_needed"


@dataclass(frozen=True, slots=True)
class Author:
    """The resident: name as shown in the channel, profile address, phone of a caller."""

    name: str
    handle: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is dark. Empty strings where nobody said; coordinates in degrees (WGS 84)."""

    settlement: str = ""
    municipality: str = ""
    street: str = ""
    house: str = ""
    lat: float | None = None
    lon: float | None = None


OWN_SOURCE = "otklik"
"""The source of appeals that were written down here: on the phone, in the office."""

NOWHERE = Place()
"""Nobody said where."""


@dataclass(frozen=True, slots=True)
class OutageTag:
    """A link from an appeal to an outage, who set it and how sure the suggestion was (0..1)."""

    outage: str
    at: datetime
    by: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A colleague (by id) who was called by name in a note, and has not been here since."""

    operator: str
    note: str
    at: datetime
    by: str


class OfferState(StrEnum):
    """How an offer stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Offer:
    """That its owner wants to hand an appeal over to a colleague (both by id).

    ``note`` is about this appeal, ``brief`` about all that was offered with it. ``at`` (UTC) is
    when it came to stand as it does, ``reason`` why it was declined.
    """

    by: str
    to: str
    at: datetime
    note: str = ""
    brief: str = ""
    state: OfferState = OfferState.OFFERED
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ToldEtr:
    """What a resident was told last of when an outage (by id) ends; None: that nobody knows yet."""

    outage: str
    etr: datetime | None
    message: str


@dataclass(frozen=True, slots=True)
class DispatchMark:
    """That the grid's dispatcher knows of the danger: who told whom, when (UTC), and what."""

    by: str
    at: datetime
    told: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal. All instants are aware UTC; `version` grows by one with every change.

    ``branch`` decides the region, and with it the clock, of everything about the appeal.
    ``source`` and ``number`` are the outside system and its number: unique together.
    ``thread`` is the key of the post or conversation in the channel.
    ``topic`` is a key of resources/rules/topics, ``channel`` a key of resources/rules/channels.
    ``duplicate_of`` is the id of its primary while it is merged into another appeal of the branch,
    and ``status_before`` what separating them would give back. ``related`` are ids of appeals of
    the branch that it was linked to from here. One made by a call-taker has the source
    `OWN_SOURCE`, and no number before the server gave it one.
    ``danger``: it is in the lane that is counted in minutes, since ``danger_at``; ``dispatched``
    once a dispatcher was told. ``promise_at`` is what we have promised next, ``promised_at`` when
    and ``promise_message`` in which reply; ``later_promises`` are further ones of that reply.
    ``postponed_until`` is the latest date while it is postponed; before that it wakes when its
    resident writes (for which it waits where ``awaits_resident``), or when ``postponed_outage`` is
    not any more as in that version. ``woken_by`` (`snooze.Wake`) stands until somebody goes on.
    ``offer`` is the latest handover, as long as it means something (`handover.stands`).
    ``told`` is one for each outage whose restoration time a published reply has quoted; older
    sides know nothing of it.
    """

    branch: str
    id: str
    source: str
    number: str
    channel: str
    author: Author
    text: str
    created_at: datetime
    received_at: datetime
    version: int = 1
    status: Status = Status.NEW
    outcome: Outcome | None = None
    topic: str = ""
    danger: bool = False
    danger_at: datetime | None = None
    dispatched: DispatchMark | None = None
    high_priority: bool = False
    priority: int = 0
    place: Place = NOWHERE
    original: str | None = None
    thread: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()
    owner: str | None = None
    assigned_at: datetime | None = None
    first_reply_at: datetime | None = None
    interim_at: datetime | None = None
    promise_at: datetime | None = None
    promised_at: datetime | None = None
    promise_message: str | None = None
    later_promises: tuple[datetime, ...] = ()
    returned_at: datetime | None = None
    published_at: datetime | None = None
    closed_at: datetime | None = None
    postponed_until: datetime | None = None
    postponed_outage: str | None = None
    postponed_outage_version: int | None = None
    awaits_resident: bool = False
    woken_by: str = ""
    reopened_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    outages: tuple[OutageTag, ...] = ()
    duplicate_of: str | None = None
    status_before: Status | None = None
    related: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    last_resident_message: str | None = None
    last_resident_at: datetime | None = None
    last_reply: str | None = None
    last_reply_by: str | None = None
    awaiting: str | None = None
    offer: Offer | None = None
    told: tuple[ToldEtr, ...] = ()

    @property
    def ref(self) -> Ref:
        """(branch, id)."""
        return Ref(self.branch, self.id)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer."""
        return self.status in OPEN

    @property
    def needs_dispatch(self) -> bool:
        """Whether life is in danger and no dispatcher was told yet."""
        return self.danger and self.dispatched is None

    def mentions_of(self, operator: str) -> tuple[Mention, ...]:
        """Where that colleague was called by name and has not been heard since."""
        return tuple(mention for mention in self.mentions if mention.operator == operator)

    def has_outage(self, outage: str) -> bool:
        """Whether the appeal is tagged with that outage."""
        return any(tag.outage == outage for tag in self.outages)
