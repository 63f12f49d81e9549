"""The head of an appeal: who writes, from where, about what, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from console.domain.appeal import ANSWERED, Appeal, Place, Status
from console.domain.ids import Ref
from console.readmodel import AppealView, EntryState, PresenceRow
from ui.presenters.here import Here
from ui.presenters.lease import held_words
from ui.presenters.names import (
    People,
    channel_name,
    outcome_name,
    status_kind,
    status_name,
    topic_name,
)
from ui.presenters.promises import open_promise


@dataclass(frozen=True, slots=True)
class Chip:
    """A word in a frame; ``kind`` selects its colours in the theme, ``hint`` explains it."""

    text: str
    kind: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts: a label, its value, and the whole of it for a tooltip."""

    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that must be known before answering; ``link`` opens another appeal.

    ``action`` is what the button says that does so, empty for the usual words; with a ``command``
    it runs that instead.
    """

    text: str
    kind: str
    link: Ref | None = None
    action: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class AppealFace:
    """The head of an appeal, in final words.

    ``name`` is never empty; ``line`` is number and channel; ``chips`` come most pressing
    first; ``notices`` are banners; ``also_here`` says which colleagues have it open.
    """

    ref: Ref
    name: str
    contact: str
    place: str
    line: str
    owner: str
    is_mine: bool
    chips: tuple[Chip, ...]
    notices: tuple[Notice, ...]
    siblings: str
    also_here: str


def appeal_face(
    view: AppealView,
    here: Here,
    people: People,
    *,
    presence: tuple[PresenceRow, ...] = (),
    numbers: Mapping[str, str] | None = None,
) -> AppealFace:
    """The head of ``view``; ``numbers`` are the numbers of other appeals by id."""
    appeal = view.appeal
    return AppealFace(
        ref=appeal.ref,
        name=appeal.author.name.strip() or here.t("appeal.nameless"),
        contact=_contact(appeal),
        place=place_line(appeal.place) or here.t("appeal.no_place"),
        line=_line(appeal, here),
        owner=_owner(appeal, here, people),
        is_mine=bool(people.me) and appeal.owner == people.me,
        chips=(*_chips(appeal, here, waits=reply_waits(view)), *_merged_chip(view, here)),
        notices=(*_called(appeal, here, people), *_notices(view, here, numbers or {})),
        siblings=here.t("appeal.siblings", count=view.siblings) if view.siblings else "",
        also_here=_also_here(presence, here, people),
    )


def place_line(place: Place) -> str:
    """A place in one line, the most telling part first; empty where nobody said."""
    parts = [place.settlement]
    if place.street:
        parts.append(f"{place.street}, {place.house}" if place.house else place.street)
    elif place.municipality and place.municipality != place.settlement:
        parts.append(place.municipality)
    return ", ".join(part for part in parts if part)


def facts(view: AppealView, here: Here, *, branch: str) -> tuple[Fact, ...]:
    """The facts of an appeal, those with a value alone, in a fixed order; see `facts_title`."""
    appeal = view.appeal
    rows = [
        _moment("received", appeal.received_at, here),
        _moment("created", _if_differs(appeal.created_at, appeal.received_at), here),
        _moment("assigned", appeal.assigned_at, here),
        _moment("first_reply", appeal.first_reply_at, here),
        _moment("promise", appeal.promise_at, here),
        _moment("postponed_until", appeal.postponed_until, here),
        _moment("returned", appeal.returned_at, here),
        _moment("reopened", appeal.reopened_at, here),
        _moment("closed", appeal.closed_at, here),
        _text("outcome", _outcome(appeal, here), here),
        _text("branch", branch, here),
        _text("municipality", appeal.place.municipality, here),
        _text("address", _address(appeal.place), here),
        _text("phone", appeal.author.phone, here),
        _text("tags", ", ".join(appeal.tags), here),
    ]
    return tuple(row for row in rows if row is not None)


def facts_title(here: Here) -> str:
    """The head of the facts: whose clock it is, where that is not the operator's own."""
    if not here.is_foreign(here.now):
        return here.t("inspector.facts")
    return here.t("inspector.facts_in_zone", zone=here.zone_name(here.now))


def _contact(appeal: Appeal) -> str:
    parts = (appeal.author.phone, appeal.author.handle)
    return " · ".join(part for part in parts if part)


def _line(appeal: Appeal, here: Here) -> str:
    number = here.t("appeal.number", number=appeal.number) if appeal.number else ""
    number = number or here.t("kin.no_number")
    return f"{number} · {channel_name(appeal.channel, here.catalog)}"


def _owner(appeal: Appeal, here: Here, people: People) -> str:
    if appeal.owner is None:
        return here.t("appeal.nobody_owns")
    return here.t("appeal.owner", name=people.name(appeal.owner, here.catalog))


def reply_waits(view: AppealView) -> bool:
    """Whether words to the resident are still here: what is shown as answered is not so yet."""
    return any(
        entry.envelope.is_publishing and entry.state is not EntryState.HELD
        for entry in view.entries
    )


def _chips(appeal: Appeal, here: Here, *, waits: bool) -> list[Chip]:
    chips = []
    if appeal.danger:
        chips.append(Chip(here.t("appeal.danger"), "danger", here.t("appeal.danger_hint")))
    elif appeal.high_priority:
        hint = here.t("appeal.high_priority_hint")
        chips.append(Chip(here.t("appeal.high_priority"), "warning", hint))
    if waits:
        hint = here.t("appeal.reply_waits_hint")
        chips.append(Chip(here.t("appeal.reply_waits"), "warning", hint))
    else:
        status = status_name(appeal.status, here.catalog)
        chips.append(Chip(status, status_kind(appeal.status), here.t("appeal.status_hint")))
    topic = topic_name(appeal.topic, here.catalog)
    chips.append(Chip(topic, "neutral", here.t("appeal.topic_hint", topic=topic)))
    return chips


def _merged_chip(view: AppealView, here: Here) -> list[Chip]:
    count = len(view.merged)
    if not count:
        return []
    hint = here.t("kin.notice_merged", count=count)
    return [Chip(here.t("kin.chip_merged", count=count), "info", hint)]


def _called(appeal: Appeal, here: Here, people: People) -> list[Notice]:
    """Who calls one by name wants to be answered."""
    callers = dict.fromkeys(mention.by for mention in appeal.mentions_of(people.me))
    if not people.me or not callers:
        return []
    names = ", ".join(people.name(one, here.catalog) for one in callers)
    text = here.t("kin.called", names=names)
    action = here.t("kin.called_action")
    return [Notice(text, "warning", action=action, command="appeal.settle_mention")]


def _promise(appeal: Appeal, here: Here) -> list[Notice]:
    """What we have promised stands over the appeal until somebody has said how it ended."""
    found = open_promise(appeal, here)
    if found is None:
        return []
    action = here.t("promised.settle")
    return [Notice(*found, action=action, command="promise.settle")]


def _offer(view: AppealView, here: Here) -> list[Notice]:
    """Who is merged into an answered appeal has had no answer by that."""
    waiting = [
        each.appeal
        for each in view.merged
        if each.appeal.status_before is not None and each.appeal.status_before not in ANSWERED
    ]
    if view.appeal.status not in ANSWERED or not waiting:
        return []
    text = here.t("kin.offer_answer", count=len(waiting))
    return [Notice(text, "info", waiting[0].ref, here.t("kin.offer_action"))]


def _notices(view: AppealView, here: Here, numbers: Mapping[str, str]) -> list[Notice]:
    appeal = view.appeal
    found = [*_promise(appeal, here), *_offer(view, here)]
    if appeal.duplicate_of is not None:
        number = numbers.get(appeal.duplicate_of, "")
        text = (
            here.t("appeal.duplicate_of_number", number=number)
            if number
            else here.t("appeal.duplicate_of")
        )
        found.append(Notice(text, "info", Ref(appeal.branch, appeal.duplicate_of)))
    if appeal.status is Status.AUTHOR_GONE:
        found.append(Notice(here.t("appeal.author_gone"), "warning"))
    if appeal.postponed_until is not None:
        until = here.at_zoned(appeal.postponed_until)
        reason = appeal.pauses[-1].reason if appeal.pauses else ""
        text = here.t("appeal.postponed", until=until, reason=reason)
        waits = _waits_for(appeal, here)
        found.append(Notice(f"{text.rstrip('.')}. {waits}" if waits else text, "warning"))
    woken = f"snooze.woken_{appeal.woken_by}"
    if appeal.woken_by and appeal.is_open and here.catalog.has(woken):
        found.append(Notice(here.t(woken), "info"))
    if appeal.status is Status.TRANSFER_REQUESTED:
        found.append(Notice(here.t("appeal.transfer_requested"), "warning"))
    return found


def _waits_for(appeal: Appeal, here: Here) -> str:
    """What brings a postponed appeal back before its date; empty where only that does."""
    if appeal.postponed_outage is not None:
        return here.t("snooze.waits_outage")
    return here.t("snooze.waits_resident") if appeal.awaits_resident else ""


def _also_here(presence: tuple[PresenceRow, ...], here: Here, people: People) -> str:
    others = [row for row in presence if row.operator != people.me]
    held = held_words(others, here.now, here.catalog, me=people.me)
    if not others or held:
        return held
    names = ", ".join(row.name for row in others)
    typing = any(row.typing for row in others)
    return here.t("appeal.colleague_types" if typing else "appeal.colleague_reads", names=names)


def _moment(key: str, instant: datetime | None, here: Here) -> Fact | None:
    if instant is None:
        return None
    label = here.t(f"inspector.fact_{key}")
    return Fact(label, here.at(instant), here.full(instant))


def _if_differs(instant: datetime, other: datetime) -> datetime | None:
    return None if abs((instant - other).total_seconds()) < 60 else instant


def _text(key: str, value: str, here: Here) -> Fact | None:
    return Fact(here.t(f"inspector.fact_{key}"), value, value) if value else None


def _outcome(appeal: Appeal, here: Here) -> str:
    return "" if appeal.outcome is None else outcome_name(appeal.outcome, here.catalog)


def _address(place: Place) -> str:
    parts = (place.settlement, place.street, place.house)
    return ", ".join(part for part in parts if part)
