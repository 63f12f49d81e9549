"""Notices: what happens that somebody should be told of, each once, a storm in one sentence.

Pure: `Watch` compares what it is shown with what it has seen, `batch` sums up. Times are aware.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from console.domain.appeal import ENDED
from console.domain.ids import Ref
from console.i18n import Catalog
from console.readmodel import EntryState, Link, QueueRow, SyncStatus
from ui.presenters.names import topic_name

ORDER: tuple[str, ...] = (
    "danger",
    "deadline_100",
    "held",
    "mention",
    "assigned",
    "deadline_80",
    "new",
    "deadline_50",
    "sync",
)
"""The classes, what is most urgent first; of several at once only the first is heard."""

_SHARES = (("deadline_50", 0.5), ("deadline_80", 0.8), ("deadline_100", 1.0))
_HANDED = ("offered", "back")
_SEPARATELY = 2
_MOST_TOLD = 20_000
_LOST_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that has happened. ``state`` tells kinds of one class apart (sync: lost, back)."""

    kind: str
    ref: Ref | None = None
    who: str = ""
    place: str = ""
    topic: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is shown. ``ref`` is what a click opens; None opens the queue ``queue``."""

    kind: str
    title: str
    body: str
    ref: Ref | None = None
    queue: str = "open"


@dataclass(slots=True)
class Watch:
    """Finds out what is news to ``me``; what was so before ``since`` is none."""

    me: str
    since: datetime
    _mine: set[Ref] = field(default_factory=set)
    _called: set[Ref] = field(default_factory=set)
    _offered: set[Ref] = field(default_factory=set)
    _danger: dict[Ref, bool] = field(default_factory=dict)
    _told: OrderedDict[tuple[str, str], None] = field(default_factory=OrderedDict)
    _looked: datetime | None = None
    _lost: bool = False

    def begin(
        self,
        mine: Iterable[QueueRow],
        called: Iterable[QueueRow] = (),
        offered: Iterable[QueueRow] = (),
    ) -> None:
        """What is mine, where I was called and what I was offered: nobody need be told of it."""
        self._called = {row.ref for row in called}
        self._offered = {row.ref for row in offered}
        for row in mine:
            self._mine.add(row.ref)
            self._danger[row.ref] = row.danger
            if row.outbox_state == EntryState.HELD:
                self._told["held", str(row.ref)] = None

    def look(self, rows: Iterable[QueueRow]) -> list[Happening]:
        """Rows that a commit has touched."""
        return [one for row in rows for one in self._news(row)]

    def called(self, rows: Iterable[QueueRow]) -> list[Happening]:
        """The appeals in whose notes I am called now, until I have taken note of it."""
        now = {row.ref: row for row in rows}
        news = [_about("mention", row) for ref, row in now.items() if ref not in self._called]
        self._called = set(now)
        return news

    def offered(self, rows: Iterable[QueueRow]) -> list[Happening]:
        """The appeals that I am asked to take over now, and those that came back declined."""
        now = {row.ref: row for row in rows}
        news = [
            replace(_about("assigned", row), state="back" if row.owner == self.me else "offered")
            for ref, row in now.items()
            if ref not in self._offered
        ]
        self._offered = set(now)
        return news

    def tick(self, mine: Iterable[QueueRow], now: datetime) -> list[Happening]:
        """Which clocks of my appeals have passed a half, four fifths or their end since last."""
        before, self._looked = self._looked or self.since, now
        return [
            _about(kind, row)
            for row in mine
            for kind in _passed(row, before, now)
            if self._first(kind, f"{row.ref} {row.due_at}")
        ]

    def link(self, status: SyncStatus, now: datetime) -> list[Happening]:
        """Whether the connection has been lost for a while, or is back after that."""
        if status.link is Link.OFFLINE:
            since = status.since or now
            if not self._lost and now - since >= _LOST_AFTER:
                self._lost = True
                return [Happening("sync", state="lost")]
        elif status.link is Link.ONLINE and self._lost:
            self._lost = False
            return [Happening("sync", state="back")]
        return []

    def _news(self, row: QueueRow) -> list[Happening]:
        found: list[Happening] = []
        fresh = row.created_at >= self.since
        was_danger = self._danger.get(row.ref, not fresh)
        self._danger[row.ref] = row.danger
        is_mine = row.owner is not None and row.owner == self.me
        was_mine = row.ref in self._mine
        (self._mine.add if is_mine else self._mine.discard)(row.ref)
        if row.outbox_state == EntryState.HELD:
            if self._first("held", str(row.ref)):
                found.append(_about("held", row))
        else:
            self._told.pop(("held", str(row.ref)), None)
        if row.status in ENDED:
            return found
        if row.danger and not was_danger and self._first("danger", str(row.ref)):
            found.append(_about("danger", row))
        elif is_mine and not was_mine and row.outbox_state is None:
            found.append(_about("assigned", row))
        elif fresh and row.owner is None and self._first("new", str(row.ref)):
            found.append(_about("new", row))
        return found

    def _first(self, kind: str, key: str) -> bool:
        if (kind, key) in self._told:
            return False
        self._told[kind, key] = None
        while len(self._told) > _MOST_TOLD:
            self._told.popitem(last=False)
        return True


def _about(kind: str, row: QueueRow) -> Happening:
    return Happening(kind, row.ref, row.author, row.place, row.topic)


def _passed(row: QueueRow, before: datetime, now: datetime) -> list[str]:
    """The last mark that the clock of a row has passed; of several only that one is told."""
    if row.due_at is None or row.paused or row.started_at is None:
        return []
    whole = row.due_at - row.started_at
    passed = [kind for kind, share in _SHARES if before < row.started_at + whole * share <= now]
    return passed[-1:]


def batch(
    happenings: Sequence[Happening], catalog: Catalog, *, discreet: bool = False
) -> list[Notice]:
    """What to show for all that has happened since last: a few one by one, many in a sum.

    ``discreet``: the screen is locked, so nobody's name is said.
    """
    notices: list[Notice] = []
    for kind in ORDER:
        of_kind = [one for one in happenings if one.kind == kind]
        if kind == "sync":
            of_kind = of_kind[-1:]
        separately = of_kind if len(of_kind) <= _SEPARATELY else of_kind[:1]
        notices += [_notice(one, catalog, discreet=discreet) for one in separately]
        rest = len(of_kind) - len(separately)
        if rest:
            t = catalog.t
            notices.append(Notice(kind, t(f"notify.{kind}"), t(f"notify.more_{kind}", count=rest)))
    return notices


def _notice(one: Happening, catalog: Catalog, *, discreet: bool) -> Notice:
    t = catalog.t
    title = t(f"notify.sync_{one.state}" if one.kind == "sync" else f"notify.{one.kind}")
    if one.kind == "assigned" and one.state in _HANDED:
        title = t(f"handover.notice_{one.state}")
    if one.kind == "sync":
        return Notice(one.kind, title, t(f"notify.sync_{one.state}_body"))
    if discreet:
        return Notice(one.kind, title, t("notify.locked"), one.ref)
    topic = topic_name(one.topic, catalog) if one.topic else ""
    body = ". ".join(part for part in (one.who or t("queue.nameless"), one.place, topic) if part)
    return Notice(one.kind, title, body, one.ref)


def is_quiet(at: time, begins: time, ends: time) -> bool:
    """Whether ``at`` lies in the quiet hours; they may go over midnight. None where both agree."""
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends
