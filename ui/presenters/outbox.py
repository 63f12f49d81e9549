"""The outbox in words: what waits, what is held and why, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from console.domain.draft import Draft
from console.domain.ids import Ref
from console.domain.mutations import AddNote, Approve, SendReply, ShareQueue, ShareWord
from console.readmodel import (
    UNCLEAR,
    EntryState,
    HeldReason,
    Link,
    OutboxEntry,
    SyncStatus,
)
from ui.presenters.errors import link_reason
from ui.presenters.files import upload_words
from ui.presenters.here import Here
from ui.presenters.later import leaves_words, waits_for_its_hour
from ui.presenters.names import People
from ui.presenters.refusals import OutageOf, held_words, is_own_reply, nothing_known

_LINE = 160
_NOWHERE_TO_SEND = frozenset({"author_gone", "appeal_gone", "not_your_branch"})
_STATE_KINDS: Mapping[EntryState, str] = {
    EntryState.QUEUED: "info",
    EntryState.IN_FLIGHT: "info",
    EntryState.HELD: "danger",
}

HereOf = Callable[[Ref], Here]
"""How to speak of one appeal: each has its region's clock."""


@dataclass(frozen=True, slots=True)
class About:
    """The appeal that an entry is about, in two short texts; empty where it is not known here."""

    who: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class EntryFace:
    """One entry of the outbox, in final words.

    ``what`` names the change, ``about`` the appeal, ``line`` the beginning of the text (``text``
    is all of it) or, without one, the first cause; ``why`` is how it stands with the first cause,
    for the list; ``causes`` say why it is held or has not gone yet and ``advice`` what to do or,
    while it waits, how far its files have come; ``can`` are the commands that make sense now.
    ``draft`` is the id of a draft that stands here because its appeal is nowhere else.
    """

    seq: int
    ref: Ref
    what: str
    about: str
    line: str
    text: str
    state: str
    state_words: str
    why: str
    kind: str
    since: str
    causes: tuple[str, ...]
    advice: str
    can: tuple[str, ...]
    draft: str = ""


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """The head of the view: how many wait and how many need a person."""

    text: str
    kind: str


def outbox_faces(
    entries: Iterable[OutboxEntry],
    here_of: HereOf,
    people: People,
    *,
    about: Callable[[Ref], About],
    outage_of: OutageOf = nothing_known,
    link: Link = Link.ONLINE,
) -> tuple[EntryFace, ...]:
    """All entries: the held ones first, for they need a person; each group oldest first.

    ``link`` says what those that wait are waiting for.
    """
    ordered = sorted(entries, key=lambda e: (e.state is not EntryState.HELD, e.seq))
    held = {e.envelope.target: e.seq for e in reversed(ordered) if e.state is EntryState.HELD}
    return tuple(
        _face(
            entry,
            here_of(entry.envelope.target),
            people,
            about,
            outage_of,
            waits_for=_waits_for(entry, held, link),
        )
        for entry in ordered
    )


def _waits_for(entry: OutboxEntry, held: Mapping[Ref, int], link: Link) -> str:
    """Why an entry that could go does not: ``blocked`` by an earlier one, the link, or nothing.

    ``unanswered``: it went, and nobody knows whether it has arrived.
    """
    apart = link in (Link.OFFLINE, Link.WORK_OFFLINE, Link.SIGN_IN_NEEDED)
    if entry.state is EntryState.IN_FLIGHT and (apart or entry.last_error):
        return "unanswered"
    if entry.state is not EntryState.QUEUED:
        return ""
    if held.get(entry.envelope.target, entry.seq) < entry.seq:
        return "blocked"
    return str(link) if apart else ""


def lost_drafts(
    drafts: Iterable[Draft], is_here: Callable[[Ref], bool], *, status: SyncStatus
) -> tuple[Draft, ...]:
    """The drafts whose appeal is not on this computer any more: no queue leads to them.

    Nobody knows before everything has been pulled: an appeal may only not have come yet.
    """
    if status.progress is not None or status.last_pull_at is None:
        return ()
    return tuple(draft for draft in drafts if draft.text.strip() and not is_here(draft.appeal))


def lost_faces(drafts: Iterable[Draft], here_of: HereOf) -> tuple[EntryFace, ...]:
    """What was typed about appeals that are gone; ``seq`` counts down from -1."""
    return tuple(
        _lost_face(draft, here_of(draft.appeal), seq=-at) for at, draft in enumerate(drafts, 1)
    )


def _lost_face(draft: Draft, here: Here, *, seq: int) -> EntryFace:
    state = here.t("outbox.state_lost")
    return EntryFace(
        seq=seq,
        ref=draft.appeal,
        what=here.t("outbox.kind_draft"),
        about="",
        line=_first_line(draft.text),
        text=draft.text,
        state=str(EntryState.HELD),
        state_words=state,
        why=state,
        kind="danger",
        since=here.t("outbox.draft_since", time=here.at_zoned(draft.updated_at)),
        causes=(here.t("stale.appeal_gone"),),
        advice=here.t("outbox.advice_lost_draft"),
        can=("outbox.discard",),
        draft=draft.id,
    )


def summary(entries: Iterable[OutboxEntry], here: Here, *, lost: int = 0) -> OutboxSummary:
    """What the head says; ``lost`` drafts are left without their appeals."""
    all_ = tuple(entries)
    held = sum(1 for entry in all_ if entry.state is EntryState.HELD)
    waiting = len(all_) - held
    said = [here.t("outbox.summary_held", count=held)] if held else []
    said += [here.t("outbox.summary_lost", count=lost)] if lost else []
    said += [here.t("outbox.summary_waiting", count=waiting)] if waiting else []
    if said:
        return OutboxSummary(" · ".join(said), "danger" if held or lost else "info")
    return OutboxSummary(here.t("outbox.summary_empty"), "ok")


def entry_text(entry: OutboxEntry) -> str:
    """The words that an entry carries; empty for a change without any."""
    mutation = entry.envelope.mutation
    if isinstance(mutation, SendReply | AddNote):
        return mutation.text
    if isinstance(mutation, Approve):
        return mutation.text or ""
    return ""


def _face(
    entry: OutboxEntry,
    here: Here,
    people: People,
    about: Callable[[Ref], About],
    outage_of: OutageOf,
    *,
    waits_for: str,
) -> EntryFace:
    text = entry_text(entry)
    target = about(entry.envelope.target)
    known = target != About()
    causes = _causes(entry, here, people, outage_of)
    state_words = _state_words(entry, here, waits_for)
    return EntryFace(
        seq=entry.seq,
        ref=entry.envelope.target,
        what=_what(entry, here),
        about=" · ".join(part for part in (target.who, target.number) if part),
        line=_first_line(text or "".join(causes[:1])),
        text=text,
        state=str(entry.state),
        state_words=state_words,
        why=_why(state_words, causes if text and entry.held else (), here),
        kind="warning" if waits_for else _STATE_KINDS[entry.state],
        since=here.t("outbox.since", time=here.at_zoned(entry.created_at)),
        causes=causes,
        advice=_advice(entry, here, people, waits_for=waits_for, known=known),
        can=_can(entry, known=known, schedulable=isinstance(entry.envelope.mutation, SendReply)),
    )


def _causes(entry: OutboxEntry, here: Here, people: People, outage_of: OutageOf) -> tuple[str, ...]:
    if entry.state is EntryState.HELD:
        return tuple(held_words(each, here, people, outage_of) for each in entry.held)
    if not entry.last_error:
        return ()
    return (here.t("outbox.last_error", reason=link_reason(entry.last_error, here.catalog)),)


def _why(state: str, causes: tuple[str, ...], here: Here) -> str:
    if not causes:
        return state
    cause = causes[0][:1].lower() + causes[0][1:]
    return here.t("outbox.why", state=state, cause=cause.removesuffix("."))


def _what(entry: OutboxEntry, here: Here) -> str:
    mutation = entry.envelope.mutation
    if isinstance(mutation, SendReply):
        if mutation.approval:
            return here.t("outbox.kind_for_approval")
        if mutation.interim:
            return here.t("outbox.kind_interim")
    if isinstance(mutation, ShareQueue):
        return here.t("outbox.kind_share_queue", name=mutation.name)
    if isinstance(mutation, ShareWord):
        key = "outbox.kind_share_form" if mutation.use else "outbox.kind_share_word"
        return here.t(key, word=mutation.word, form=mutation.form)
    return here.t(f"outbox.kind_{mutation.kind}")


def _state_words(entry: OutboxEntry, here: Here, waits_for: str) -> str:
    if waits_for_its_hour(entry, here.now) and waits_for != "blocked":
        return leaves_words(entry.not_before, here)
    if waits_for and not (waits_for == Link.OFFLINE and entry.attempts):
        return here.t(f"outbox.state_{waits_for}")
    if entry.state is EntryState.QUEUED and entry.attempts:
        words = here.t("outbox.tried", count=entry.attempts)
        if entry.not_before > here.now:
            return here.t("outbox.tried_next", tried=words, next=here.from_now(entry.not_before))
        return words
    if entry.state is EntryState.QUEUED and entry.not_before > here.now:
        return here.t("outbox.can_be_taken_back", next=here.from_now(entry.not_before))
    return here.t(f"outbox.state_{entry.state}")


def _advice(entry: OutboxEntry, here: Here, people: People, *, waits_for: str, known: bool) -> str:
    if waits_for in ("blocked", "unanswered"):
        return here.t(f"outbox.advice_{waits_for}")
    if entry.state is not EntryState.HELD:
        return upload_words(entry.upload, here.catalog)
    best = _what_to_do(entry.held)
    if best == "colleague" and all(
        is_own_reply(reason.code, reason.params, people.me)
        for reason in entry.held
        if reason.code == "colleague_answered"
    ):
        best = "own_reply"
    if not known and entry_text(entry):
        best = "lost"
    elif not known and best == "nowhere":
        best = "lost_change"
    if best == "refused" and "outbox.edit" in _can(entry, known=known):
        best = "rework"
    return here.t(f"outbox.advice_{best}")


_ADVICE = (
    (frozenset({"rescued"}), "rescued"),
    (frozenset({UNCLEAR}), "unclear"),
    (_NOWHERE_TO_SEND, "nowhere"),
    (frozenset({"etr_moved", "outage_restored", "outage_cancelled"}), "outage"),
    (frozenset({"colleague_answered"}), "colleague"),
    (frozenset({"too_large"}), "too_large"),
)


def _what_to_do(held: tuple[HeldReason, ...]) -> str:
    """The advice for the gravest of the reasons."""
    codes = {reason.code for reason in held}
    for known, advice in _ADVICE:
        if codes & known:
            return advice
    sources = {reason.source for reason in held}
    if "stale" in sources:
        return "stale"
    return "refused" if "refused" in sources else "rejected"


def _can(entry: OutboxEntry, *, known: bool, schedulable: bool = False) -> tuple[str, ...]:
    """The commands that make sense; what is on its way is left alone.

    A draft of an appeal that is not ``known`` here would never be found again.
    """
    if entry.state is EntryState.IN_FLIGHT:
        return ()
    has_text = bool(entry_text(entry))
    back = has_text and known and not entry.may_have_arrived
    edit = ("outbox.edit",) if back else ()
    if entry.state is EntryState.QUEUED:
        later = ("outbox.reschedule",) if schedulable else ()
        return (*edit, *later, "outbox.discard")
    stuck = {reason.code for reason in entry.held} & _NOWHERE_TO_SEND
    lost = has_text and not known and not entry.may_have_arrived
    retry = () if stuck or lost else ("outbox.retry",)
    compare = ("outbox.compare",) if has_text else ()
    return (*retry, *edit, *compare, "outbox.discard")


def _first_line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LINE else f"{flat[: _LINE - 1]}…"
