"""Reversal: which mutations bring an appeal back to what it was before one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.domain.appeal import Appeal, Status
from console.domain.mutations import (
    AppealMutation,
    Assign,
    Claim,
    LeaveDanger,
    Postpone,
    Release,
    Resume,
    SetTopic,
    TagOutage,
    UntagOutage,
)


@dataclass(frozen=True, slots=True)
class Undoing:
    """Who takes back (an operator's id) and when (UTC), and what is said where a reason is due."""

    me: str
    now: datetime
    reason: str = ""


def reversal(
    before: Appeal, mutation: AppealMutation, undoing: Undoing
) -> tuple[AppealMutation, ...]:
    """What leads back to ``before``, in this order; empty where nothing does."""
    back = _BACK.get(type(mutation))
    return () if back is None else tuple(back(before, mutation, undoing))


def _give_back(before: Appeal, _: object, __: Undoing) -> list[AppealMutation]:
    return [Release() if before.owner is None else Assign(before.owner)]


def _take_again(before: Appeal, _: object, undoing: Undoing) -> list[AppealMutation]:
    """Who gave up what was theirs takes it again; to assign, many have not the right."""
    if before.owner is None:
        return []
    return [Claim() if before.owner == undoing.me else Assign(before.owner)]


def _topic_back(before: Appeal, mutation: SetTopic, undoing: Undoing) -> list[AppealMutation]:
    """The topic as it was; out of the lane of danger, if the topic has led into it."""
    entered = mutation.danger and not before.danger
    out: list[AppealMutation] = [LeaveDanger(undoing.reason)] if entered else []
    return [*out, SetTopic(before.topic, before.danger)]


def _untag(_: Appeal, mutation: TagOutage, __: Undoing) -> list[AppealMutation]:
    return [UntagOutage(mutation.outage)]


def _tag_again(before: Appeal, mutation: UntagOutage, _: Undoing) -> list[AppealMutation]:
    return [
        TagOutage(tag.outage, tag.confidence)
        for tag in before.outages
        if tag.outage == mutation.outage
    ]


def _postponed_as_before(before: Appeal, _: object, undoing: Undoing) -> list[AppealMutation]:
    until = before.postponed_until
    if before.status is not Status.POSTPONED or until is None or until <= undoing.now:
        return []
    reason = before.pauses[-1].reason if before.pauses else undoing.reason
    return [
        Postpone(
            until,
            reason,
            before.postponed_outage,
            before.postponed_outage_version,
            before.awaits_resident,
        )
    ]


def _not_postponed(before: Appeal, mutation: object, undoing: Undoing) -> list[AppealMutation]:
    if before.status is Status.POSTPONED:
        return _postponed_as_before(before, mutation, undoing) or [Resume()]
    return [Resume()]


_Back = Callable[[Appeal, Any, Undoing], list[AppealMutation]]
_BACK: Mapping[type[Any], _Back] = {
    Claim: _give_back,
    Assign: _give_back,
    Release: _take_again,
    SetTopic: _topic_back,
    TagOutage: _untag,
    UntagOutage: _tag_again,
    Postpone: _not_postponed,
    Resume: _postponed_as_before,
}
