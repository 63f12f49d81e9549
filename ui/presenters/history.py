"""The history of an appeal: everything that happened, as lines that a person can read and filter.

Events of the server, what clocks did, what waits in the outbox, and who is looking now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from console.domain.event import Event, EventKind
from console.domain.ids import Ref
from console.domain.message import Message
from console.readmodel import AppealView, EntryState, PresenceRow
from ui.presenters.clocks import ClockMoment
from ui.presenters.here import Here
from ui.presenters.names import People, outcome_name, topic_name
from ui.presenters.outage import outage_title
from ui.presenters.refusals import OutageOf, nothing_known

_BEGINNING = 200


class Strand(StrEnum):
    """What a line is about; a person may look at one strand alone."""

    WORDS = "words"
    WORK = "work"
    CLOCKS = "clocks"
    OUTAGES = "outages"
    LINKS = "links"
    PEOPLE = "people"


_STRANDS: Mapping[EventKind, Strand] = {
    EventKind.TAKEN_IN: Strand.WORDS,
    EventKind.RESIDENT_WROTE: Strand.WORDS,
    EventKind.REPLIED: Strand.WORDS,
    EventKind.INTERIM_REPLIED: Strand.WORDS,
    EventKind.SUBMITTED: Strand.WORDS,
    EventKind.RETURNED: Strand.WORDS,
    EventKind.NOTE_ADDED: Strand.WORDS,
    EventKind.AUTHOR_GONE: Strand.WORDS,
    EventKind.POSTPONED: Strand.CLOCKS,
    EventKind.RESUMED: Strand.CLOCKS,
    EventKind.TAGGED: Strand.OUTAGES,
    EventKind.UNTAGGED: Strand.OUTAGES,
    EventKind.MARKED_DUPLICATE: Strand.LINKS,
    EventKind.UNMARKED_DUPLICATE: Strand.LINKS,
    EventKind.DUPLICATE_JOINED: Strand.LINKS,
    EventKind.DUPLICATE_LEFT: Strand.LINKS,
    EventKind.LINKED: Strand.LINKS,
    EventKind.UNLINKED: Strand.LINKS,
    EventKind.CLAIMED: Strand.PEOPLE,
    EventKind.ASSIGNED: Strand.PEOPLE,
    EventKind.RELEASED: Strand.PEOPLE,
    EventKind.MENTIONED: Strand.PEOPLE,
    EventKind.MENTION_SETTLED: Strand.PEOPLE,
    EventKind.HANDOVER_OFFERED: Strand.PEOPLE,
    EventKind.HANDOVER_WITHDRAWN: Strand.PEOPLE,
    EventKind.HANDOVER_DECLINED: Strand.PEOPLE,
    EventKind.HANDED_OVER: Strand.PEOPLE,
    EventKind.HANDED_BACK: Strand.PEOPLE,
    EventKind.PROMISED: Strand.CLOCKS,
    EventKind.PROMISE_MOVED: Strand.CLOCKS,
    EventKind.PROMISE_KEPT: Strand.CLOCKS,
    EventKind.PROMISE_BROKEN: Strand.CLOCKS,
}
"""The strand of each kind of event; any other is work."""

_ABOUT_PEOPLE = (
    EventKind.CLAIMED,
    EventKind.ASSIGNED,
    EventKind.RELEASED,
    EventKind.HANDOVER_OFFERED,
    EventKind.HANDOVER_WITHDRAWN,
    EventKind.HANDOVER_DECLINED,
    EventKind.HANDED_OVER,
    EventKind.HANDED_BACK,
)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line: ``day`` heads it where a new local day begins; ``link`` opens another appeal.

    ``detail`` is the beginning of the words that it tells of.
    """

    id: str
    day: str
    when: str
    when_full: str
    who: str
    what: str
    link: Ref | None = None
    strand: Strand = Strand.WORK
    detail: str = ""

    @property
    def copied(self) -> str:
        """The line as text of its own: instant, who, what."""
        said = f"{self.what}: {self.detail}" if self.detail else self.what
        return " · ".join(part for part in (self.when_full, self.who, said) if part)


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the appeal: numbers of others by id, its clocks, who is looking."""

    numbers: Mapping[str, str]
    clocks: tuple[ClockMoment, ...] = ()
    present: tuple[PresenceRow, ...] = ()


NOTHING_AROUND = Around({})


@dataclass(frozen=True, slots=True)
class _Line:
    at: datetime
    line: HistoryLine


def history(
    view: AppealView,
    here: Here,
    people: People,
    outage_of: OutageOf = nothing_known,
    *,
    around: Around = NOTHING_AROUND,
) -> tuple[HistoryLine, ...]:
    """All that happened to the appeal of ``view``, newest first."""
    teller = _Teller(view, here, people, outage_of, around)
    found = sorted(teller.lines(), key=lambda each: (each.at, each.line.id), reverse=True)
    return with_days((each.line for each in found), [each.at for each in found], here)


def with_days(
    lines: Iterable[HistoryLine], instants: Iterable[datetime], here: Here
) -> tuple[HistoryLine, ...]:
    """``lines`` with each new local day above its first one."""
    headed: list[HistoryLine] = []
    last = ""
    for line, at in zip(lines, instants, strict=True):
        day = here.day(at)
        headed.append(_on(line, day if day != last else ""))
        last = day
    return tuple(headed)


def of_strands(
    lines: tuple[HistoryLine, ...], strands: frozenset[Strand]
) -> tuple[HistoryLine, ...]:
    """The lines of these strands (all, where none is named), each day above its first one."""
    if not strands:
        return lines
    kept: list[HistoryLine] = []
    day = ""
    for line in lines:
        day = line.day or day
        if line.strand in strands:
            kept.append(_on(line, day))
            day = ""
    return tuple(kept)


def others_in(view: AppealView) -> frozenset[str]:
    """The ids of other appeals that the history names."""
    named = (event.params.get(name) for event in view.events for name in ("of", "appeal"))
    return frozenset(one for one in named if one)


class _Teller:
    def __init__(
        self,
        view: AppealView,
        here: Here,
        people: People,
        outage_of: OutageOf,
        around: Around,
    ) -> None:
        self._view = view
        self._here = here
        self._people = people
        self._outage_of = outage_of
        self._around = around
        self._messages = {message.id: message for message in view.messages}
        for joined in view.merged:
            self._messages |= {message.id: message for message in joined.messages}
        self._waiting = {
            entry.envelope.id for entry in view.entries if entry.state is not EntryState.HELD
        }

    def lines(self) -> Iterator[_Line]:
        """Every line, in no order."""
        here = self._here
        for event in self._view.events:
            yield _Line(event.at, self._event(event))
        for moment in self._around.clocks:
            line = self._plain(f"clock:{moment.id}", moment.at, moment.words, Strand.CLOCKS)
            yield _Line(moment.at, line)
        for entry in self._view.entries:
            if entry.state is EntryState.HELD:
                kind = here.t(f"outbox.kind_{entry.envelope.mutation.kind}")
                words = here.t("history.held", what=kind)
                line = self._plain(f"held:{entry.seq}", entry.created_at, words, Strand.WORK)
                yield _Line(entry.created_at, line)
        for row in self._around.present:
            if row.operator != self._people.me:
                key = "inspector.present_types" if row.typing else "inspector.present_reads"
                words = here.t(key, name=row.name)
                yield _Line(
                    here.now, self._plain(f"here:{row.operator}", here.now, words, Strand.PEOPLE)
                )

    def _plain(self, ident: str, at: datetime, words: str, strand: Strand) -> HistoryLine:
        here = self._here
        return HistoryLine(ident, "", here.clock(at), here.full(at), "", words, strand=strand)

    def _event(self, event: Event) -> HistoryLine:
        here = self._here
        return HistoryLine(
            id=event.id,
            day="",
            when=here.clock(event.at),
            when_full=here.full(event.at),
            who=self._who(event),
            what=self._what(event),
            link=_link(event),
            strand=_STRANDS.get(event.kind, Strand.WORK),
            detail=self._detail(event),
        )

    def _who(self, event: Event) -> str:
        if event.actor is not None:
            return self._people.name(event.actor, self._here.catalog)
        if event.kind is EventKind.RESIDENT_WROTE:
            message = self._messages.get(event.params.get("message", ""))
            name = message.author_name if message else self._view.appeal.author.name
            return name or self._here.t("appeal.nameless")
        return self._here.t("history.outside")

    def _what(self, event: Event) -> str:
        here, people = self._here, self._people
        params: dict[str, object] = dict(event.params)
        for name in ("to", "from"):
            if name in event.params and event.kind in _ABOUT_PEOPLE:
                params[name] = people.name(event.params[name], here.catalog)
        if "operators" in event.params:
            called = event.params["operators"].split()
            params["operators"] = ", ".join(people.name(one, here.catalog) for one in called)
        if "outage" in event.params:
            params["outage"] = outage_title(self._outage_of(event.params["outage"]), here)
        if "topic" in event.params:
            params["topic"] = topic_name(event.params["topic"], here.catalog)
        if "outcome" in event.params:
            params["outcome"] = outcome_name(event.params["outcome"], here.catalog)
        if "until" in event.params:
            params["until"] = here.instant(event.params["until"])
        if event.kind is EventKind.PROMISE_MOVED:
            params["from"] = here.instant(event.params["from"])
        for name in ("of", "appeal"):
            if name in event.params:
                params[name] = self._number(event.params[name])
        there = event.kind is EventKind.RESIDENT_WROTE and "appeal" in event.params
        key = "history.resident_wrote_there" if there else f"history.{event.kind}"
        if event.kind is EventKind.RESUMED and "why" in event.params:
            key = f"snooze.resumed_{event.params['why']}"
        words = here.t(key, **params)
        if event.id.partition(":")[0] in self._waiting:
            return here.t("history.waiting", what=words)
        return words

    def _number(self, appeal: str) -> str:
        number = self._around.numbers.get(appeal, "")
        if not number:
            return self._here.t("history.unknown_number")
        return self._here.t("appeal.number", number=number)

    def _detail(self, event: Event) -> str:
        if event.kind is EventKind.TAKEN_IN:
            return _beginning(self._view.appeal.text)
        message = self._messages.get(event.params.get("message", ""))
        return "" if message is None else _detail_of(message, event)


def _detail_of(message: Message, event: Event) -> str:
    if event.kind is EventKind.RETURNED and message.return_reason:
        return _beginning(message.return_reason)
    return _beginning(message.text)


def _beginning(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _BEGINNING else f"{flat[: _BEGINNING - 1]}…"


def _link(event: Event) -> Ref | None:
    other = event.params.get("of") or event.params.get("appeal")
    return Ref(event.branch, other) if other else None


def _on(line: HistoryLine, day: str) -> HistoryLine:
    return line if line.day == day else replace(line, day=day)
