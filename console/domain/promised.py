"""The promise that an appeal stands under: made by a reply, then kept, broken or moved.

A promise lives until somebody has said how it ended, also after the appeal was closed. The next
reply to the resident ends it: in time it is kept, too late it was broken, and one that promises a
later time has moved it. Without another reply, an operator says so (`SettlePromise`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from console.domain.appeal import Appeal
from console.domain.event import EventKind
from console.domain.message import Message

NOTHING: Mapping[str, Any] = {
    "promise_at": None,
    "promised_at": None,
    "promise_message": None,
    "later_promises": (),
}
"""The fields of an appeal that stands under no promise."""


class Told(NamedTuple):
    """What happened to a promise, as an event of the history says it."""

    kind: EventKind
    params: Mapping[str, str]


def after_reply(
    appeal: Appeal, message: Message, *, now: datetime
) -> tuple[Mapping[str, Any], tuple[Told, ...]]:
    """The fields of ``appeal`` once ``message`` is out at ``now``, and what the history says."""
    told: list[Told] = []
    old, new = appeal.promise_at, message.promise_at
    if old is not None and (new is None or now > old):
        told.append(_ended(old, kept=now <= old))
    if new is None:
        return NOTHING, tuple(told)
    if old is not None and now <= old < new:
        told.append(
            Told(EventKind.PROMISE_MOVED, {"from": old.isoformat(), "until": new.isoformat()})
        )
    elif new != old:
        told.append(Told(EventKind.PROMISED, {"until": new.isoformat()}))
    made = {
        "promise_at": new,
        "promised_at": now,
        "promise_message": message.id,
        "later_promises": tuple(sorted(at for at in message.later_promises if at > new)),
    }
    return made, tuple(told)


def settled(appeal: Appeal, *, kept: bool, now: datetime) -> tuple[Mapping[str, Any], Told]:
    """The fields once the promise is said to be kept or broken; the next of its reply is due."""
    assert appeal.promise_at is not None, "asked by transitions"
    told = _ended(appeal.promise_at, kept=kept)
    if not appeal.later_promises:
        return NOTHING, told
    following, *rest = appeal.later_promises
    changes = {"promise_at": following, "promised_at": now, "later_promises": tuple(rest)}
    return changes, told


def _ended(until: datetime, *, kept: bool) -> Told:
    kind = EventKind.PROMISE_KEPT if kept else EventKind.PROMISE_BROKEN
    return Told(kind, {"until": until.isoformat()})
