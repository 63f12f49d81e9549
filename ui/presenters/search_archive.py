"""The archive in words: rows for appeals that are on the server alone, and how far it is looked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from console import localtime
from console.domain.appeal import ANSWERED, Appeal, Status
from console.domain.ids import Ref
from console.domain.message import Message
from console.i18n import Catalog
from console.readmodel import AppealView, QueueRow, SearchNotes
from console.wire.schema import ArchivePage
from ui.presenters.here import Here
from ui.presenters.queue import QueueWords, Ringing

_FIRST_LINE = 240
_TIME_DIGITS, _VERSION = 12, 7


@dataclass(frozen=True, slots=True)
class Answers:
    """What was found so far, the best first, and where the search would go on."""

    appeals: tuple[Appeal, ...] = ()
    messages: Mapping[Ref, tuple[Message, ...]] = field(default_factory=dict)
    next: str = ""
    ignored: tuple[str, ...] = ()
    notes: SearchNotes = field(default_factory=SearchNotes)

    def and_(self, page: ArchivePage) -> Answers:
        """With another page."""
        messages = dict(self.messages)
        for message in page.rows.messages:
            ref = Ref(message.branch, message.appeal)
            messages[ref] = (*messages.get(ref, ()), message)
        known = {appeal.ref for appeal in self.appeals}
        fresh = tuple(one for one in page.rows.appeals if one.ref not in known)
        said = SearchNotes(also=page.also, reading=page.reading, lacking=page.lacking)
        notes = self.notes if self.appeals else said
        return Answers((*self.appeals, *fresh), messages, page.next, page.ignored, notes)

    def view(self, appeal: Appeal) -> AppealView:
        """One of them, to be read."""
        return AppealView(appeal, self.messages.get(appeal.ref, ()), (), (), (), ())


class ArchiveWords(QueueWords):
    """How to say things about rows of the archive: when they came, for no clock runs there."""

    __slots__ = ()

    def ringing(self, row: QueueRow, now: datetime) -> Ringing:
        """When ``row`` came, in its region's time; the ring only tells what was answered."""
        ended = Status(row.status) in ANSWERED
        zone = self.zones.get(row.ref.branch)
        came = localtime.moment(row.created_at, zone, now, self.catalog) if zone else ""
        return Ringing(came, "done" if ended else "none", 0)


def row_of(appeal: Appeal, names: Mapping[str, str]) -> QueueRow:
    """How an appeal of the archive looks in a list: no clock runs here."""
    place = appeal.place
    return QueueRow(
        ref=appeal.ref,
        number=appeal.number,
        status=str(appeal.status),
        topic=appeal.topic,
        danger=appeal.danger,
        high_priority=appeal.high_priority,
        channel=appeal.channel,
        author=appeal.author.name,
        place=", ".join(part for part in (place.settlement, place.street, place.house) if part),
        first_line=" ".join(appeal.text[: 2 * _FIRST_LINE].split())[:_FIRST_LINE],
        created_at=appeal.created_at,
        started_at=None,
        due_at=None,
        preset="",
        paused=False,
        owner=appeal.owner,
        owner_name=names.get(appeal.owner or "", appeal.owner or ""),
        outage=None,
        outage_status=None,
        outage_etr=None,
        outbox_state=None,
        has_draft=False,
        unread=False,
    )


def state_line(answers: Answers, here: Here, *, looking: bool) -> str:
    """How much was found, and how far back it was looked."""
    t = here.t
    count = t("search.archive_found", count=len(answers.appeals))
    reached = _instant_of(answers.next)
    if looking:
        if reached is None:
            return t("search.archive_begun")
        return f"{count}. {t('search.archive_looking', day=here.day(reached))}"
    if not answers.next:
        return f"{count}. {t('search.archive_all')}"
    far = "" if reached is None else f" {t('search.archive_until', day=here.day(reached))}"
    return f"{count}.{far}"


def ignored_line(ignored: Iterable[str], names: Mapping[str, str], catalog: Catalog) -> str:
    """Which operators do nothing in the archive; empty for none."""
    said = ", ".join(f"{names.get(key, key)}:" for key in ignored)
    return catalog.t("search.archive_ignored", names=said) if said else ""


def _instant_of(ident: str) -> datetime | None:
    """When an id was made, where it says so (UUIDv7)."""
    digits = ident.replace("-", "")
    try:
        if len(digits) != 32 or int(digits[_TIME_DIGITS], 16) != _VERSION:
            return None
        return datetime.fromtimestamp(int(digits[:_TIME_DIGITS], 16) / 1000, UTC)
    except ValueError:
        return None
