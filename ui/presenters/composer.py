"""The composer in words: who will read it, how much fits, what stands against sending it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from console import localtime
from console.domain.appeal import Appeal, Outcome
from console.domain.channel import Channel, Visibility
from console.domain.draft import Draft, DraftMode
from console.domain.finding import Finding, Severity
from console.domain.message import EtrQuote
from console.domain.mutations import Envelope, Seen, SendReply
from console.domain.outage import Outage, OutageStatus
from console.domain.template import find_gaps
from console.domain.verdict import Stale, StaleCode, StaleReason, judge
from console.readmodel import AppealView, EntryState, OutboxEntry
from ui.commands.table import keys_of
from ui.presenters.here import Here
from ui.presenters.later import leaves_words

_NEAR_LIMIT = 0.9
_SEND: Mapping[str, tuple[str, ...]] = {
    "send": ("do_send",),
    "approval": ("do_approval",),
    "note": ("do_note", "do_note_short"),
}
_OVER = frozenset({OutageStatus.RESTORED, OutageStatus.CANCELLED})
_MOVED = frozenset({StaleCode.ETR_MOVED, StaleCode.OUTAGE_RESTORED, StaleCode.OUTAGE_CANCELLED})


@dataclass(frozen=True, slots=True)
class ModeFace:
    """How a mode is shown: ``kind`` (public, private, internal) and ``icon`` select the look.

    ``audience`` says who will read it in few words, ``title`` what it is as well. ``send`` is what
    its button says, the longest words first.
    """

    mode: DraftMode
    kind: str
    icon: str
    title: str
    audience: str
    hint: str
    placeholder: str
    send: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """How much of the channel's limit is used; ``kind`` is dim, warning or danger."""

    text: str
    kind: str
    hint: str


class Where(StrEnum):
    """Where the cursor goes when something stands against sending."""

    TEXT = "text"
    OUTCOME = "outcome"
    PROMISE = "promise"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that stands against sending: its words, where to go, and which characters."""

    words: str
    where: Where
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed over last: the entry of the outbox as it was ``first``.

    Its envelope has the id that its message has, too.
    """

    first: OutboxEntry
    mode: DraftMode
    approval: bool

    @property
    def entry(self) -> str:
        """The id of its envelope."""
        return self.first.envelope.id


@dataclass(frozen=True, slots=True)
class Writing:
    """What is in the composer at one moment.

    ``overridden`` are the rules that the author has overruled; ``news`` is what has changed and
    has not been read yet.
    """

    mode: DraftMode
    text: str
    outcome: Outcome | None = None
    promise_at: datetime | None = None
    findings: tuple[Finding, ...] = ()
    overridden: frozenset[str] = frozenset()
    news: tuple[StaleReason, ...] = ()
    awaiting: bool = False


def visibility_of(mode: DraftMode, channel: Channel | None) -> Visibility:
    """Who will read a text of ``mode``; an unknown channel is taken for a public one."""
    if mode is DraftMode.NOTE:
        return Visibility.INTERNAL
    return Visibility.PUBLIC if channel is None else channel.visibility


def mode_face(
    mode: DraftMode, channel: Channel | None, here: Here, *, approval: bool = False
) -> ModeFace:
    """How ``mode`` is shown for an appeal of ``channel``; ``approval``: it is approved first."""
    kind = str(visibility_of(mode, channel))
    icon = {"public": "globe", "private": "user", "internal": "lock"}[kind]
    name = "note" if mode is DraftMode.NOTE else f"{mode}_{kind}"
    send = "note" if mode is DraftMode.NOTE else "approval" if approval else "send"
    return ModeFace(
        mode=mode,
        kind=kind,
        icon=icon,
        title=here.t(f"composer.title_{name}"),
        audience=here.t(f"composer.audience_{kind}"),
        hint=here.t(f"composer.hint_{kind}"),
        placeholder=here.t(
            f"composer.placeholder_{mode}", keys=keys_of("reply.template", here.catalog, nth=1)
        ),
        send=tuple(here.t(f"composer.{key}") for key in _SEND[send]),
    )


def counter(text: str, channel: Channel | None, mode: DraftMode, here: Here) -> Counter:
    """The length of ``text`` against the channel's limit; a note has none."""
    if channel is None or channel.limit is None or mode is DraftMode.NOTE:
        return Counter(here.t("composer.count", count=len(text)), "dim", "")
    used, limit = channel.length(text), channel.limit
    words = here.t("composer.count_of", used=_number(used), limit=_number(limit))
    if used > limit:
        over = here.t("composer.over", count=used - limit)
        return Counter(words, "danger", over)
    left = here.t("composer.left", count=limit - used)
    return Counter(words, "warning" if used >= limit * _NEAR_LIMIT else "dim", left)


def blockers(
    writing: Writing, channel: Channel | None, here: Here, *, rule_words: Mapping[str, str]
) -> tuple[Blocker, ...]:
    """What stands against sending, in the order of being mended: the text comes first."""
    found = list(_in_text(writing, channel, here, rule_words))
    if writing.mode is DraftMode.REPLY and writing.outcome is None:
        found.append(Blocker(here.t("composer.block_outcome"), Where.OUTCOME))
    if writing.mode is DraftMode.INTERIM:
        if writing.promise_at is None:
            found.append(Blocker(here.t("composer.block_promise"), Where.PROMISE))
        elif writing.promise_at <= here.now:
            found.append(Blocker(here.t("composer.block_promise_past"), Where.PROMISE))
    if writing.awaiting and writing.mode is not DraftMode.NOTE:
        found.append(Blocker(here.t("refusal.another_awaits"), Where.TEXT))
    if writing.news:
        found.append(Blocker(here.t("composer.block_news"), Where.NEWS))
    return tuple(found)


def _in_text(
    writing: Writing, channel: Channel | None, here: Here, rule_words: Mapping[str, str]
) -> Iterable[Blocker]:
    text = writing.text
    if not text.strip():
        yield Blocker(here.t("composer.block_empty"), Where.TEXT)
        return
    if writing.mode is not DraftMode.NOTE:
        for gap in find_gaps(text)[:1]:
            words = here.t("composer.block_gap", name=gap.name)
            yield Blocker(words, Where.TEXT, gap.start, gap.end)
        left = channel.left(text) if channel is not None else None
        if left is not None and left < 0:
            words = here.t("composer.block_too_long", count=-left)
            yield Blocker(words, Where.TEXT, len(text), len(text))
    for finding in writing.findings:
        if finding.severity is not Severity.BLOCK or finding.rule in writing.overridden:
            continue
        if finding.rule in ("empty", "gap", "too_long"):
            continue  # said above, in the words of the composer
        start, end = finding.spans[0] if finding.spans else (len(text), len(text))
        name = rule_words.get(str(finding.rule), str(finding.rule))
        yield Blocker(here.t("composer.block_finding", what=name), Where.TEXT, start, end)


def first_words(handed: Handed, here: Here, *, short: bool = False) -> str:
    """What is said at once, before anything was read anew; ``short`` is without a key."""
    return _waiting_words(handed, handed.first, here, short=short)


def _waiting_words(handed: Handed, entry: OutboxEntry, here: Here, *, short: bool = False) -> str:
    """How an entry that waits is spoken of: when it leaves, and how it is taken back."""
    if handed.mode is DraftMode.NOTE and not entry.is_scheduled:
        return here.t("composer.noted")
    ahead = entry.not_before > here.now
    if ahead and entry.is_scheduled:
        return leaves_words(entry.not_before, here)
    if ahead and not short:
        keys = keys_of("edit.undo", here.catalog)
        return here.t("later.undo", next=here.from_now(entry.not_before), keys=keys)
    return here.t("composer.sent_approval" if handed.approval else "composer.sent")


def sent_words(handed: Handed, view: AppealView, here: Here) -> str | None:
    """What has become of it: empty where the thread says it better, None where it cannot be told.

    The latter is so in a ``view`` that was read before the entry was there, or after it was taken
    back.
    """
    waiting = next((e for e in view.entries if e.envelope.id == handed.entry), None)
    if waiting is not None and waiting.state is EntryState.HELD:
        return ""
    if waiting is not None:
        return _waiting_words(handed, waiting, here)
    if handed.mode is DraftMode.NOTE:
        return here.t("composer.noted")
    reply = next((m for m in view.messages if m.id == handed.entry), None)
    return here.t(f"composer.sent_{reply.state}") if reply is not None else None


def news_since(
    draft: Draft, appeal: Appeal, outages: Mapping[str, Outage], *, me: str
) -> tuple[StaleReason, ...]:
    """What has changed since the author looked: exactly what would hold the reply back.

    A moved restoration time is not among it: that is mended in the text, see `moved_quotes`.
    """
    return tuple(r for r in _reasons(draft, appeal, outages, me=me) if r.code not in _MOVED)


def moved_quotes(
    draft: Draft, appeal: Appeal, outages: Mapping[str, Outage], *, me: str
) -> tuple[StaleReason, ...]:
    """The quoted restoration times that are no longer true."""
    return tuple(r for r in _reasons(draft, appeal, outages, me=me) if r.code in _MOVED)


def _reasons(
    draft: Draft, appeal: Appeal, outages: Mapping[str, Outage], *, me: str
) -> tuple[StaleReason, ...]:
    if draft.mode is DraftMode.NOTE:
        return ()
    reply = SendReply(draft.text, quotes=draft.quotes)
    seen = draft.seen or Seen.of(appeal)
    verdict = judge(
        Envelope(draft.id, draft.appeal, me, draft.updated_at, reply, seen), appeal, outages
    )
    return verdict.reasons if isinstance(verdict, Stale) else ()


def clock_words(instant: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """How a text may write the clock of ``instant``: «9:00» and «09:00», midnight as «24:00»."""
    there = localtime.local(instant, zone)
    short = f"{there.hour}:{there.minute:02d}"
    found = [short] if there.hour >= 10 else [short, f"0{short}"]
    if (there.hour, there.minute) == (0, 0):
        found.insert(0, "24:00")
    return tuple(found)


def quotes_in(
    text: str, known: Sequence[EtrQuote], outages: Iterable[Outage], zone: ZoneInfo
) -> tuple[EtrQuote, ...]:
    """The restoration times that ``text`` quotes.

    Those that are known already (from a template) stay while their clock stands in the text, and
    one of «time unknown» while there is any text; a tagged outage's present time counts as quoted
    as soon as somebody types it.
    """
    if not text.strip():
        return ()
    found = [
        quote
        for quote in known
        if quote.etr is None or any(_says(text, c) for c in clock_words(quote.etr, zone))
    ]
    about = {quote.outage for quote in found if quote.etr is not None}
    for outage in outages:
        end = outage.expected_end()
        if outage.id in about or end is None or outage.status in _OVER:
            continue
        if any(_says(text, clock) for clock in clock_words(end, zone)):
            found = [quote for quote in found if quote.outage != outage.id]
            found.append(EtrQuote(outage.id, end))
    return tuple(dict.fromkeys(found))


def _says(text: str, clock: str) -> bool:
    """Whether that clock stands in the text, and not as a part of another number."""
    at = text.find(clock)
    while at >= 0:
        before = text[at - 1] if at else " "
        after = text[at + len(clock) : at + len(clock) + 1] or " "
        if not before.isdigit() and before != ":" and not after.isdigit():
            return True
        at = text.find(clock, at + 1)
    return False


def promise_choices(here: Here, outages: Iterable[Outage]) -> tuple[tuple[str, datetime], ...]:
    """Ready answers to «when will they hear more»: in an hour or two, or when power is back.

    Nobody promises 23:39: a time is one of the next quarter of an hour.
    """
    choices = [
        (here.t("composer.promise_in", time=here.length(gap)), _quarter(here.now + gap))
        for gap in (timedelta(hours=1), timedelta(hours=2), timedelta(hours=4))
    ]
    for outage in outages:
        end = outage.expected_end()
        if end is not None and end > here.now:
            words = here.t("composer.promise_by_etr", time=here.at_zoned(end))
            choices.append((words, end))
    return tuple(choices)


def promise_words(at: datetime | None, here: Here) -> tuple[str, ...]:
    """When the next news was promised, from the longest words to the shortest; none for none."""
    if at is None:
        return ()
    by = here.t("composer.promise")
    return (f"{by} {here.at_zoned(at)}", f"{by} {here.at(at)}", here.at(at))


def _quarter(instant: datetime) -> datetime:
    """The next full quarter of an hour; zones differ by quarters, so it is one everywhere."""
    over = timedelta(minutes=instant.minute % 15, seconds=instant.second)
    whole = instant.replace(microsecond=0) - over
    return whole if whole == instant else whole + timedelta(minutes=15)


def _number(value: int) -> str:
    """With thin spaces between thousands."""
    return f"{value:,}".replace(",", "\u202f")
