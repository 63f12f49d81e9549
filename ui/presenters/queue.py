"""The queue in words: what the two lines of a row say, and its ring at a given moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console import localtime
from console.domain.status import ANSWERED, OutageStatus, Status
from console.i18n import Catalog
from console.listing import EntryState, PresenceRow, QueueRow
from ui.presenters.lease import held_words, row_words
from ui.presenters.names import channel_name, short_name, status_name, topic_name

FACTS = ("branch", "topic", "place", "owner", "channel", "number")
"""What a row shows beside author, clock and words, as one likes."""

SHOWN = frozenset(("topic", "place", "owner", "channel"))
"""What of it is shown as delivered."""

SHARES = 48
"""A ring is painted anew when its share has moved by one of so many steps."""

_SOON = 0.8
_STATUS_ICONS: Mapping[str, str] = {
    Status.ON_APPROVAL: "approve",
    Status.RETURNED: "undo",
    Status.PUBLISHED: "check",
    Status.CONTROL: "eye",
    Status.CLOSED: "check-circle",
    Status.INTERIM_PUBLISHED: "history",
    Status.POSTPONED: "pause",
    Status.TRANSFER_REQUESTED: "transfer",
    Status.TRANSFERRED: "transfer",
    Status.TRANSFER_DENIED: "transfer",
    Status.DUPLICATE: "copy",
    Status.AUTHOR_GONE: "user-off",
}
"""The statuses that take room on a row; new, assigned and in work go without saying."""
_ICONS: Mapping[str, str] = {
    "im": "thread",
    "vk": "chat",
    "ok": "chat",
    "telegram": "chat",
    "max": "chat",
    "pos": "portal",
    "phone": "phone",
    "site": "globe",
    "email": "mail",
    "office": "office",
}


@dataclass(frozen=True, slots=True)
class Ringing:
    """A row's clock at one moment: equal values look the same, so nothing need be painted.

    ``short`` says the same where there is little room: «−40 мин» for «просрочено на 40 мин».
    """

    words: str
    kind: str
    step: int
    short: str = ""

    @property
    def share(self) -> float:
        """The part of the time that is used up, 0..1."""
        return self.step / SHARES


@dataclass(frozen=True, slots=True)
class Mark:
    """A small sign on a row: an icon, its colour's token, and what it means in words."""

    icon: str
    token: str
    words: str


@dataclass(frozen=True, slots=True)
class QueueLine:
    """All words of a row but those of its clock. ``owner_kind``: mine, other or none.

    ``status`` of one that has ``woken`` says why, until it is opened: what it was put off as is old
    by then. ``status_short`` says it where there is little room.

    ``branch``, ``number`` and ``topic`` are empty where they are not to be shown; ``where`` is
    place and branch, as far as they are.
    """

    author: str
    place: str
    branch: str
    where: str
    number: str
    topic: str
    text: str
    channel: str
    channel_icon: str
    outage: str
    outage_kind: str
    owner: str
    owner_initials: str
    owner_kind: str
    status: str
    status_short: str
    status_icon: str
    woken: bool
    marks: tuple[Mark, ...]
    unread: bool
    danger: bool


@dataclass(frozen=True, slots=True)
class QueueWords:
    """How to say things about queue rows: language, zones by branch, and who is looking."""

    catalog: Catalog
    zones: Mapping[str, ZoneInfo]
    me: str
    due_soon: timedelta
    facts: frozenset[str] = SHOWN
    branches: Mapping[str, str] = field(default_factory=dict)

    def line(self, row: QueueRow, now: datetime) -> QueueLine:
        """The words of ``row``; ``now`` decides only how its outage's hour is said."""
        t = self.catalog.t
        mine = row.owner is not None and row.owner == self.me
        status, short, icon = self._status(row)
        owner = t("queue.mine") if mine else short_name(row.owner_name) or t("queue.colleague")
        facts = self.facts
        branch = self._branch(row) if "branch" in facts else ""
        place = row.place if "place" in facts else ""
        number = t("columns.number_said", number=row.number) if row.number else ""
        return QueueLine(
            author=row.author or t("queue.nameless"),
            place=row.place,
            branch=branch,
            where=" · ".join(filter(None, (branch, place))),
            number=number if "number" in facts else "",
            topic=topic_name(row.topic, self.catalog) if "topic" in facts else "",
            text=row.first_line,
            channel=channel_name(row.channel, self.catalog),
            channel_icon=_ICONS.get(row.channel, "chat"),
            outage=self._outage(row, now),
            outage_kind=_outage_kind(row.outage_status),
            owner=t("queue.unassigned") if row.owner is None else owner,
            owner_initials=_initials(row.owner_name) if row.owner else "",
            owner_kind="none" if row.owner is None else ("mine" if mine else "other"),
            status=status,
            status_short=short,
            status_icon=icon,
            woken=icon == "alarm",
            marks=tuple(self._marks(row)),
            unread=row.unread,
            danger=row.danger,
        )

    def held(self, people: Sequence[PresenceRow], now: datetime) -> str:
        """Which colleague is writing to it and how long that is known; empty if none."""
        return row_words(people, now, self.catalog, me=self.me)

    def present(self, people: Sequence[PresenceRow], now: datetime) -> str:
        """Who else has the appeal open, in words; empty if nobody."""
        held = held_words(people, now, self.catalog, me=self.me)
        if held:
            return held
        others = [one for one in people if one.operator != self.me]
        if not others:
            return ""
        typing = [one for one in others if one.typing]
        key = "queue.typing" if typing else "queue.reading"
        names = ", ".join(short_name(one.name) for one in typing or others)
        return self.catalog.t(key, names=names)

    def ringing(self, row: QueueRow, now: datetime) -> Ringing:
        """The clock of ``row`` at ``now``."""
        t = self.catalog.t
        if row.due_at is None:
            if row.answer_waits:
                return Ringing(t("queues.answer_waits"), "none", 0, t("queues.answer_waits_short"))
            answered = Status(row.status) in ANSWERED
            return Ringing(
                t("queue.answered" if answered else "queue.no_clock"),
                "done" if answered else "none",
                0,
            )
        share = _share(row, now)
        if row.paused:
            return Ringing(t("queue.paused"), "paused", _step(share))
        left = row.due_at - now
        if left <= timedelta(0):
            return Ringing(self._late(-left), "overdue", SHARES, self._lateshort_name(-left))
        soon = left <= self.due_soon or share >= _SOON
        return Ringing(self._left(left), "soon" if soon else "ok", _step(share))

    def spoken(self, row: QueueRow, now: datetime) -> str:
        """The whole row in one sentence, for a screen reader and the tooltip."""
        line, ringing = self.line(row, now), self.ringing(row, now)
        parts = (
            self.catalog.t("queue.danger") if row.danger else "",
            line.author,
            line.number,
            line.branch,
            line.place,
            topic_name(row.topic, self.catalog),
            ringing.words,
            line.status if line.woken else "",
            status_name(row.status, self.catalog) if line.status else "",
            line.channel,
            line.outage,
            line.owner,
            *(mark.words for mark in line.marks),
            line.text,
        )
        return ". ".join(part.rstrip(".") for part in parts if part)

    def _status(self, row: QueueRow) -> tuple[str, str, str]:
        """What the chip says in many words and in few, and its sign; empty where it says nothing.

        A waking of a newer server that has no words here is passed over.
        """
        t, words = self.catalog.t, f"waking.row_{row.woken}"
        if row.woken and self.catalog.has(words):
            return t(words), t(f"{words}_short"), "alarm"
        if row.answer_waits or row.status not in _STATUS_ICONS:
            return "", "", ""
        said = t(f"queue.status_{row.status}")
        return said, said, _STATUS_ICONS[row.status]

    def _branch(self, row: QueueRow) -> str:
        full = self.branches.get(row.ref.branch, row.ref.branch)
        return full.partition(" – ")[0]

    def _late(self, by: timedelta) -> str:
        if by < timedelta(minutes=1):
            return self.catalog.t("queue.just_overdue")
        return self.catalog.t("queue.overdue", time=self._length(by))

    def _lateshort_name(self, by: timedelta) -> str:
        return self.catalog.t("queue.overdue_short", time=self._length(by))

    def _left(self, left: timedelta) -> str:
        if left < timedelta(minutes=1):
            return self.catalog.t("queue.under_a_minute")
        return self._length(left)

    def _length(self, amount: timedelta) -> str:
        """A length as finely as anybody would act upon: days, then hours, then minutes."""
        if amount >= timedelta(days=2):
            amount = timedelta(days=amount.days)
        elif amount >= timedelta(hours=10):
            amount -= amount % timedelta(hours=1)
        return localtime.duration(amount, self.catalog)

    def _outage(self, row: QueueRow, now: datetime) -> str:
        if row.outage is None or row.outage_status is None:
            return ""
        t, status = self.catalog.t, OutageStatus(row.outage_status)
        if status in (OutageStatus.RESTORED, OutageStatus.CANCELLED):
            return t(f"queue.outage_{status}")
        if row.outage_etr is None:
            return t("queue.outage_no_etr")
        if row.outage_etr < now:
            return t("queue.outage_late")
        zone = self.zones.get(row.ref.branch) or ZoneInfo("UTC")
        return t(
            "queue.outage_until",
            time=localtime.moment(row.outage_etr, zone, now, self.catalog),
        )

    def _marks(self, row: QueueRow) -> list[Mark]:
        t, marks = self.catalog.t, []
        if row.high_priority and not row.danger:
            marks.append(Mark("chevron-up", "warning", t("queue.high_priority")))
        if row.outbox_state == EntryState.HELD:
            marks.append(Mark("held", "danger", t("queue.held")))
        elif row.outbox_state is not None:
            marks.append(Mark("outbox", "info", t("queue.in_outbox")))
        if row.has_draft:
            marks.append(Mark("pencil", "internal", t("queue.has_draft")))
        return marks


def _outage_kind(status: str | None) -> str:
    if status in (OutageStatus.RESTORED, OutageStatus.CANCELLED):
        return "ok"
    return "outage"


def _share(row: QueueRow, now: datetime) -> float:
    if row.due_at is None or row.started_at is None or row.due_at <= row.started_at:
        return 1.0 if row.due_at is not None and row.due_at <= now else 0.0
    whole = (row.due_at - row.started_at).total_seconds()
    return min(1.0, max(0.0, (now - row.started_at).total_seconds() / whole))


def _step(share: float) -> int:
    return int(share * SHARES)


def _initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2]).upper()
