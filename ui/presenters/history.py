"""The history of an appeal: its events as lines that a person can read."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.event import Event, EventKind
from console.domain.ids import Ref
from console.readmodel import AppealView
from ui.presenters.here import Here
from ui.presenters.names import People, outcome_name, topic_name
from ui.presenters.outage import outage_title
from ui.presenters.refusals import OutageOf, nothing_known


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event: ``day`` heads it where a new local day begins; ``link`` opens another appeal."""

    id: str
    day: str
    when: str
    when_full: str
    who: str
    what: str
    link: Ref | None = None


def history(
    view: AppealView, here: Here, people: People, outage_of: OutageOf = nothing_known
) -> tuple[HistoryLine, ...]:
    """The events of ``view``, newest first."""
    lines: list[HistoryLine] = []
    last_day = ""
    for event in sorted(view.events, key=lambda each: (each.at, each.id), reverse=True):
        day = here.day(event.at)
        lines.append(
            HistoryLine(
                id=event.id,
                day=day if day != last_day else "",
                when=here.clock(event.at),
                when_full=here.full(event.at),
                who=_who(event, view, here, people),
                what=_what(event, here, people, outage_of),
                link=_link(event),
            )
        )
        last_day = day
    return tuple(lines)


def _who(event: Event, view: AppealView, here: Here, people: People) -> str:
    if event.actor is not None:
        return people.name(event.actor, here.catalog)
    if event.kind is EventKind.RESIDENT_WROTE:
        return view.appeal.author.name or here.t("appeal.nameless")
    return here.t("history.outside")


def _what(event: Event, here: Here, people: People, outage_of: OutageOf) -> str:
    params: dict[str, object] = dict(event.params)
    for name in ("to", "from"):
        if name in event.params and event.kind in _ABOUT_PEOPLE:
            params[name] = people.name(event.params[name], here.catalog)
    if "outage" in event.params:
        params["outage"] = outage_title(outage_of(event.params["outage"]), here)
    if "topic" in event.params:
        params["topic"] = topic_name(event.params["topic"], here.catalog)
    if "outcome" in event.params:
        params["outcome"] = outcome_name(event.params["outcome"], here.catalog)
    if "until" in event.params:
        params["until"] = here.instant(event.params["until"])
    return here.t(f"history.{event.kind}", **params)


_ABOUT_PEOPLE = (EventKind.CLAIMED, EventKind.ASSIGNED, EventKind.RELEASED)


def _link(event: Event) -> Ref | None:
    if event.kind is EventKind.MARKED_DUPLICATE and event.params.get("of"):
        return Ref(event.branch, event.params["of"])
    return None
