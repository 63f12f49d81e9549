"""Queue rows as they are stored: one appeal of the projection as columns, and where it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from console.domain.appeal import ANSWERED, Appeal, OfferState, Place, Status
from console.domain.ids import Ref
from console.domain.outage import Outage, OutageStatus
from console.ports import DueFacts
from console.store.instants import NEVER, to_micros
from console.wire.codec import encode

_FIRST_LINE = 240
"""Characters of the text that a row shows; the rest is cut by the width of the window anyway."""

TALLY_COLUMNS = "branch, root, status, ended, danger, owner"
"""What `tally_keys` takes, in this order."""


def queue_row(
    appeal: Appeal, due: DueFacts, *, row: int, outage: str | None, words_digest: int
) -> dict[str, Any]:
    """The columns of ``queue_row`` for a projected appeal that is shown with ``outage``."""
    place = place_line(appeal.place)
    return {
        "row": row,
        "branch": appeal.branch,
        "id": appeal.id,
        "number": appeal.number,
        "status": str(appeal.status),
        "ended": int(appeal.status in ANSWERED),
        "topic": appeal.topic,
        "root": appeal.topic.partition(".")[0],
        "danger": int(appeal.danger),
        "high_priority": int(appeal.high_priority),
        "channel": appeal.channel,
        "author": appeal.author.name,
        "place": place,
        "first_line": " ".join(appeal.text[: 2 * _FIRST_LINE].split())[:_FIRST_LINE],
        "thread": appeal.thread,
        "resident_message": appeal.last_resident_message or "",
        "created_at": to_micros(appeal.created_at),
        "received_at": to_micros(appeal.received_at),
        "answered_at": to_micros(appeal.published_at or appeal.closed_at),
        "started_at": to_micros(due.started_at),
        "due_at": to_micros(due.due_at),
        "due_key": NEVER if due.due_at is None else to_micros(due.due_at),
        "preset": due.preset,
        "paused": int(due.paused),
        "owner": appeal.owner,
        "outage": outage,
        "author_key": _sort_key(appeal.author.name),
        "place_key": _sort_key(place),
        "words_digest": words_digest,
        "woken": _woken(appeal),
    }


def _woken(appeal: Appeal) -> str:
    """What has woken it, and which waking it is: an operator has seen one, and not the next."""
    if not (appeal.woken_by and appeal.is_open):
        return ""
    return f"{appeal.woken_by}:{len(appeal.pauses)}"


def place_line(place: Place) -> str:
    """A place in one line, the largest part first: «Солонцы, Новостройки, 5»."""
    return ", ".join(part for part in (place.settlement, place.street, place.house) if part)


def street_key(place: Place) -> str:
    """What the sort key of every place in that street begins with; empty without a street."""
    if not (place.settlement and place.street):
        return ""
    return _sort_key(place_line(replace(place, house="")))


def tally_keys(columns: Sequence[Any]) -> Iterator[str]:
    """The queues that a row with these `TALLY_COLUMNS` is in, whatever the time of day."""
    branch, root, status, ended, danger, owner = columns
    yield "all"
    if ended:
        yield "answered"
        return
    yield "open"
    yield f"branch:{branch}"
    yield "unassigned" if owner is None else f"owner:{owner}"
    if root:
        yield f"topic:{root}"
    if danger:
        yield "danger"
    if status == Status.ON_APPROVAL:
        yield "approval"
    elif status == Status.POSTPONED:
        yield "postponed"


PROMISE = "promise"
"""The mark of the appeals that stand under a promise of ours."""


def marks(appeal: Appeal) -> Iterator[str]:
    """What few appeals are found by: see ``mark`` in `console.store.schema`."""
    if appeal.duplicate_of is not None:
        yield duplicates_of(Ref(appeal.branch, appeal.duplicate_of))
    for other in appeal.related:
        yield linked_to(Ref(appeal.branch, other))
    for mention in appeal.mentions:
        yield mentioned(mention.operator)
    if appeal.promise_at is not None:
        yield PROMISE
        if appeal.owner is not None:
            yield promised_by(appeal.owner)
    if appeal.offer is not None:
        if appeal.offer.state is not OfferState.ACCEPTED:
            yield offered_by(appeal.offer.by)
        if appeal.offer.state is OfferState.OFFERED:
            yield offered_to(appeal.offer.to)
        if appeal.offer.state is OfferState.DECLINED:
            yield declined_of(appeal.offer.by)


def duplicates_of(ref: Ref) -> str:
    """The mark of the appeals that are merged into one."""
    return f"duplicate:{ref}"


def linked_to(ref: Ref) -> str:
    """The mark of the appeals from which a link leads to one."""
    return f"related:{ref}"


def mentioned(operator: str) -> str:
    """The mark of the appeals to which an operator (by id) was called by name."""
    return f"mention:{operator}"


def promised_by(operator: str) -> str:
    """The mark of an operator's (by id) appeals that stand under a promise of ours."""
    return f"promise:{operator}"


def offered_by(operator: str) -> str:
    """The mark of the appeals that an operator (by id) has offered, declined ones among them."""
    return f"offered_by:{operator}"


def offered_to(operator: str) -> str:
    """The mark of the appeals that wait for an operator (by id) to take them over."""
    return f"offered_to:{operator}"


def declined_of(operator: str) -> str:
    """The mark of the appeals that an operator (by id) has offered in vain."""
    return f"declined:{operator}"


def marked(key: str) -> Ref | None:
    """The appeal that a mark names, if it names one."""
    kind, _, name = key.partition(":")
    return Ref.parse(name) if kind in ("duplicate", "related") else None


def outage_row(outage: Outage) -> dict[str, Any]:
    """The columns of ``outage_row`` for a projected outage; ``etr`` is its expected end."""
    return {
        "branch": outage.branch,
        "id": outage.id,
        "status": str(outage.status),
        "active": int(
            outage.restored_at is None and outage.status not in ("restored", "cancelled")
        ),
        "started_at": to_micros(outage.started_at),
        "restored_at": to_micros(outage.restored_at),
        "etr": to_micros(outage.expected_end()),
        "body": encode(outage),
    }


def clock_of(outage: Outage | None) -> tuple[int, int | None, int] | None:
    """What clocks of tagged appeals depend on: start, restoration, and whether it still lasts."""
    if outage is None:
        return None
    return to_micros(outage.started_at), to_micros(outage.restored_at), int(is_active(outage))


def is_active(outage: Outage) -> bool:
    """Whether it is still to come or going on."""
    return outage.status not in (OutageStatus.RESTORED, OutageStatus.CANCELLED)


def _sort_key(text: str) -> str:
    """Sorts as people expect, whatever the case; the unnamed come last."""
    folded = text.casefold().replace("ё", "е").strip(" «»\"'")
    return folded or "\uffff"
