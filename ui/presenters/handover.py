"""The end of a shift in words: what one leaves behind, what is being handed over, and the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.appeal import Offer, OfferState
from console.domain.draft import DraftMode
from console.domain.handover import DayFigures
from console.domain.ids import Ref
from console.domain.outage import Outage
from console.readmodel import (
    AwayRow,
    DraftRow,
    HandoverFacts,
    OfferedRow,
    OutboxEntry,
    PromisedRow,
    QueueRow,
)
from ui.presenters.here import Here
from ui.presenters.names import People
from ui.presenters.outage import etr_words, outage_title
from ui.presenters.refusals import held_words

SHOWN = 40
"""So many lines of a section are shown: a brief is short, the queue has all of them."""

_WORDS = 160
_SOON = timedelta(hours=1)

HereOf = Callable[[str], Here]
"""How to speak of the appeals of a branch."""


@dataclass(frozen=True, slots=True)
class LineFace:
    """One line, in final words.

    ``key`` names it from one refresh to the next. ``chip`` says how it stands, in words and a kind;
    ``lines`` are (text, kind) below the title. It opens ``ref``, the outbox entry ``seq`` or the
    queue ``queue``; ``can`` are what its buttons do: accept decline withdraw again keep.
    """

    key: str
    title: str
    short: str
    chip: str = ""
    chip_kind: str = "neutral"
    lines: tuple[tuple[str, str], ...] = ()
    ref: Ref | None = None
    seq: int | None = None
    queue: str = ""
    can: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """All of it as one sentence, for who hears the window."""
        said = (self.title, self.chip, *(text for text, _ in self.lines))
        return ". ".join(part.rstrip(".") for part in said if part)


@dataclass(frozen=True, slots=True)
class SectionFace:
    """Lines under a heading; ``more`` says how many are not shown, ``queue`` leads to them."""

    key: str
    title: str
    lines: tuple[LineFace, ...]
    lead: str = ""
    more: str = ""
    queue: str = ""


@dataclass(frozen=True, slots=True)
class FigureFace:
    """A number of the day with its name; ``hint`` says how it is counted."""

    value: str
    name: str
    hint: str


def sections(
    facts: HandoverFacts, here_of: HereOf, people: People, *, branch_here: Here
) -> tuple[SectionFace, ...]:
    """The brief; sections in which nothing stands are left out."""
    return tuple(_Brief(facts, here_of, people, branch_here).sections())


def figures(day: DayFigures, here: Here) -> tuple[FigureFace, ...]:
    """The numbers of the day; a dash where there is nothing to take a share or a median of."""
    t, share = here.t, day.share
    nothing = t("handover.no_figure")
    minutes = day.first_minutes
    first = nothing if minutes is None else here.length(timedelta(minutes=round(minutes)))
    in_time = nothing if share is None else t("handover.percent", value=round(share * 100))
    promises = f"{day.kept} / {day.broken}" if day.kept or day.broken else nothing
    values = (
        ("answered", str(day.answered)),
        ("closed", str(day.closed)),
        ("interim", str(day.interim)),
        ("calls", str(day.calls)),
        ("first", first),
        ("in_time", in_time),
        ("promises", promises),
    )
    return tuple(
        FigureFace(value, t(f"handover.figure_{name}"), t(f"handover.figure_{name}_hint"))
        for name, value in values
    )


def away_words(row: AwayRow, here: Here) -> str:
    """That a colleague has a break, and until when: «на перерыве до 14:30»."""
    if row.until is None:
        return here.t("handover.away")
    return here.t("handover.away_until", time=here.clock(row.until))


def break_words(until: datetime | None, here: Here) -> tuple[str, str]:
    """What the banner says to whoever has the break, and its kind."""
    if until is None:
        return here.t("handover.break_open"), "info"
    if until <= here.now:
        return here.t("handover.break_over", time=here.clock(until)), "warning"
    return here.t("handover.break_until", time=here.clock(until)), "info"


def row_title(row: QueueRow, here: Here) -> tuple[str, str]:
    """An appeal in one line: who and where, and in short only who."""
    who = row.author or here.t("appeal.nameless")
    return " · ".join(part for part in (who, row.place) if part), who


@dataclass(frozen=True, slots=True)
class _Brief:
    facts: HandoverFacts
    here_of: HereOf
    people: People
    here: Here

    def sections(self) -> Iterator[SectionFace]:
        facts = self.facts
        waiting = [one for one in facts.offering if one.offer.state is OfferState.OFFERED]
        back = [one for one in facts.offering if one.offer.state is OfferState.DECLINED]
        yield from self._section("offered", [self._offered(one) for one in facts.offered])
        yield from self._section("declined", [self._declined(one) for one in back])
        yield from self._section("waiting", [self._waiting(one) for one in waiting])
        burning = [self._burning(row) for row in facts.own]
        yield from self._section("burning", burning, queue="mine", more=facts.more)
        promised = [self._promised(one) for one in facts.promised]
        yield from self._section("promises", promised, queue="promises")
        yield from self._section("outages", [self._outage(one) for one in facts.outages])
        drafts = [self._draft(one) for one in facts.drafts]
        yield from self._section("drafts", drafts, queue="drafts")
        yield from self._section("held", [self._held(one) for one in facts.held], queue="outbox")

    def _section(
        self, key: str, lines: list[LineFace], *, queue: str = "", more: int = 0
    ) -> Iterator[SectionFace]:
        if not lines:
            return
        t, count = self.here.t, len(lines) + more
        rest = count - SHOWN
        lead = t("handover.lead_offered") if key == "offered" else ""
        yield SectionFace(
            key=key,
            title=t("handover.heading", name=t(f"handover.section_{key}"), count=count),
            lines=tuple(lines[:SHOWN]),
            lead=lead,
            more=t("handover.more", count=rest) if rest > 0 else "",
            queue=queue,
        )

    def _row(self, key: str, row: QueueRow, **more: object) -> LineFace:
        here = self.here_of(row.ref.branch)
        title, short = row_title(row, here)
        chip, kind = _due(row, here)
        said = {"chip": chip, "chip_kind": kind} | more
        return LineFace(f"{key}:{row.ref}", title, short, ref=row.ref, **said)  # type: ignore[arg-type]

    def _burning(self, row: QueueRow) -> LineFace:
        return self._row("own", row, lines=((_short(row.first_line), "small"),))

    def _promised(self, one: PromisedRow) -> LineFace:
        here = self.here_of(one.row.ref.branch)
        over = one.promise_at <= here.now
        near = one.promise_at - here.now <= _SOON
        key = "handover.promise_over" if over else "handover.promise_due"
        return self._row(
            "promise",
            one.row,
            chip=here.t(key, time=here.at_zoned(one.promise_at)),
            chip_kind="danger" if over else "warning" if near else "info",
        )

    def _outage(self, outage: Outage) -> LineFace:
        here = self.here_of(outage.branch)
        title = outage_title(outage, here)
        return LineFace(
            f"outage:{outage.ref}",
            title,
            title,
            lines=((etr_words(outage, here), "small"),),
            queue=f"outage:{outage.id}",
        )

    def _draft(self, one: DraftRow) -> LineFace:
        here, draft = self.here_of(one.draft.appeal.branch), one.draft
        title, short = here.t("handover.draft_lost"), here.t("handover.draft_lost")
        if one.row is not None:
            title, short = row_title(one.row, here)
        kind = "note" if draft.mode is DraftMode.NOTE else "reply"
        return LineFace(
            f"draft:{draft.id}",
            title,
            short,
            chip=here.t(f"handover.draft_{kind}"),
            chip_kind="warning",
            lines=((_short(draft.text), "small"),),
            ref=draft.appeal if one.row is not None else None,
            queue="" if one.row is not None else "outbox",
        )

    def _held(self, entry: OutboxEntry) -> LineFace:
        here = self.here_of(entry.envelope.target.branch)
        what = here.t(f"outbox.kind_{entry.envelope.mutation.kind}")
        who = entry.server.author.name if entry.server is not None else ""
        cause = held_words(entry.held[0], here, self.people) if entry.held else ""
        return LineFace(
            f"held:{entry.seq}",
            " · ".join(part for part in (what, who) if part),
            what,
            chip=here.t("outbox.state_held"),
            chip_kind="danger",
            lines=((cause, "small"),) if cause else (),
            seq=entry.seq,
        )

    def _offered(self, one: OfferedRow) -> LineFace:
        here = self.here_of(one.row.ref.branch)
        who = self.people.name(one.offer.by, here.catalog)
        return self._row(
            "offered",
            one.row,
            lines=((_short(one.row.first_line), "small"), *_words(one.offer, here, who)),
            can=("accept", "decline"),
        )

    def _declined(self, one: OfferedRow) -> LineFace:
        here = self.here_of(one.row.ref.branch)
        who = self.people.name(one.offer.to, here.catalog)
        words = here.t("handover.declined_by", name=who, reason=one.offer.reason)
        return self._row("declined", one.row, lines=((words, "warning"),), can=("again", "keep"))

    def _waiting(self, one: OfferedRow) -> LineFace:
        here = self.here_of(one.row.ref.branch)
        words = here.t("handover.waits_for", name=self.people.name(one.offer.to, here.catalog))
        return self._row("waiting", one.row, lines=((words, "small"),), can=("withdraw",))


def _words(offer: Offer, here: Here, who: str) -> Iterator[tuple[str, str]]:
    yield here.t("handover.offered_by", name=who, time=here.at(offer.at)), "small"
    if offer.note:
        yield here.t("handover.note_said", text=_short(offer.note)), ""
    if offer.brief:
        yield here.t("handover.brief_said", text=_short(offer.brief)), ""


def _due(row: QueueRow, here: Here) -> tuple[str, str]:
    """How an appeal stands by what binds first, danger named first."""
    danger = here.t("handover.danger")
    if row.due_at is None:
        words, kind = here.t("handover.paused" if row.paused else "handover.no_due"), "neutral"
    elif row.due_at <= here.now:
        late = here.length(here.now - row.due_at)
        words, kind = here.t("handover.overdue", time=late), "danger"
    else:
        near = row.due_at - here.now <= _SOON
        words, kind = here.t("handover.due", time=here.at_zoned(row.due_at)), "info"
        kind = "warning" if near else kind
    if row.danger:
        return f"{danger} · {words}", "danger"
    return words, kind


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WORDS else f"{flat[: _WORDS - 1]}…"
