"""An event: one line of an appeal's history; written once, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from console.domain.ids import Ref


class EventKind(StrEnum):
    """What happened."""

    TAKEN_IN = "taken_in"
    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    RELEASED = "released"
    TOPIC_SET = "topic_set"
    PLACE_SET = "place_set"
    NOTE_ADDED = "note_added"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REPLIED = "replied"
    INTERIM_REPLIED = "interim_replied"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    POSTPONED = "postponed"
    RESUMED = "resumed"
    CLOSED = "closed"
    REOPENED = "reopened"
    TRANSFER_REQUESTED = "transfer_requested"
    TRANSFERRED = "transferred"
    TRANSFER_DENIED = "transfer_denied"
    MARKED_DUPLICATE = "marked_duplicate"
    UNMARKED_DUPLICATE = "unmarked_duplicate"
    DUPLICATE_JOINED = "duplicate_joined"
    DUPLICATE_LEFT = "duplicate_left"
    LINKED = "linked"
    UNLINKED = "unlinked"
    MENTIONED = "mentioned"
    MENTION_SETTLED = "mention_settled"
    DANGER_ENTERED = "danger_entered"
    DANGER_LEFT = "danger_left"
    DISPATCHED = "dispatched"
    PROMISED = "promised"
    PROMISE_MOVED = "promise_moved"
    PROMISE_KEPT = "promise_kept"
    PROMISE_BROKEN = "promise_broken"
    HANDOVER_OFFERED = "handover_offered"
    HANDOVER_WITHDRAWN = "handover_withdrawn"
    HANDOVER_DECLINED = "handover_declined"
    HANDED_OVER = "handed_over"
    HANDED_BACK = "handed_back"
    RESIDENT_WROTE = "resident_wrote"
    AUTHOR_GONE = "author_gone"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of history. ``actor`` is an operator's id, or None for the outside world.

    ``params`` are short machine values (keys, ids, instants in ISO 8601), never personal text.
    """

    branch: str
    id: str
    appeal: str
    at: datetime
    kind: EventKind
    actor: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def ref(self) -> Ref:
        """(branch, id)."""
        return Ref(self.branch, self.id)
