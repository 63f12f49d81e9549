"""The findings of the checks in words: what is wrong, why it matters, what can be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from console.domain.appeal import Outcome
from console.domain.attachment import Attachment
from console.domain.channel import Channel
from console.domain.draft import Draft, DraftMode
from console.domain.finding import Edit, Finding, OutageNow, ReplyContext, Rule, Severity
from console.domain.message import MessageKind
from console.domain.outage import Outage, OutageStatus
from console.domain.reply_template import ReplyKind
from console.domain.words import Span
from console.readmodel import AppealView
from console.template_values import until_words
from ui.commands.table import keys_of
from ui.presenters.composer import clock_words, visibility_of
from ui.presenters.here import Here

_KINDS: Mapping[Severity, str] = {
    Severity.BLOCK: "danger",
    Severity.WARN: "warning",
    Severity.HINT: "info",
}
_REPLY_KINDS: Mapping[DraftMode, ReplyKind] = {
    DraftMode.REPLY: ReplyKind.FINAL,
    DraftMode.INTERIM: ReplyKind.INTERIM,
    DraftMode.NOTE: ReplyKind.NOTE,
}
_SAID_ELSEWHERE = frozenset({"empty"})


@dataclass(frozen=True, slots=True)
class CheckFace:
    """One finding, in final words.

    ``key`` names it from one check to the next; ``kind`` is danger, warning or info. ``reason`` is
    set where the author has overruled it. ``fix`` are the edits of one key press.
    """

    key: str
    rule: str
    kind: str
    severity: str
    title: str
    what: str
    why: str
    spans: tuple[Span, ...]
    fix: tuple[Edit, ...]
    can_override: bool
    reason: str = ""


def check_faces(
    findings: Iterable[Finding], overrides: Mapping[str, str], here: Here
) -> tuple[CheckFace, ...]:
    """The findings as the panel lists them: what blocks first, what was overruled last."""
    faces = []
    seen: dict[str, int] = {}
    for finding in findings:
        rule = str(finding.rule)
        if rule in _SAID_ELSEWHERE:
            continue
        seen[rule] = seen.get(rule, 0) + 1
        faces.append(_face(finding, f"{rule}:{seen[rule]}", overrides.get(rule, ""), here))
    return tuple(sorted(faces, key=lambda face: bool(face.reason)))


PHOTO_PROOF = "photo_proof"
"""The hint of `photo_face`; no rule of the checks, for it looks at files, not at words alone."""


def proven(findings: Iterable[Finding], files: Iterable[Attachment]) -> tuple[Finding, ...]:
    """The findings, less the one that asks for a proof where a file is attached."""
    has_file = any(True for _ in files)
    return tuple(f for f in findings if not (has_file and f.rule is Rule.NO_PROOF))


def photo_face(
    claims: tuple[Span, ...],
    mode: DraftMode,
    files: Iterable[Attachment],
    coming: Iterable[str],
    here: Here,
) -> tuple[CheckFace, ...]:
    """A hint where a final reply claims work that can be seen, and shows nothing of it."""
    if not claims or mode is not DraftMode.REPLY or any(files) or any(coming):
        return ()
    keys = keys_of("reply.attach", here.catalog)
    return (
        CheckFace(
            key=PHOTO_PROOF,
            rule=PHOTO_PROOF,
            kind=_KINDS[Severity.HINT],
            severity=here.t(f"checks.severity_{Severity.HINT}"),
            title=here.t("proof.title"),
            what=here.t("proof.what", keys=keys),
            why=here.t("proof.why"),
            spans=claims[:1],
            fix=(),
            can_override=False,
        ),
    )


def rule_title(rule: str, here: Here) -> str:
    """The name of a rule; its key for one that was removed since."""
    key = f"checks.{rule}_title"
    return here.t(key) if here.catalog.has(key) else rule


def rule_words(findings: Iterable[Finding], here: Here) -> dict[str, str]:
    """What each found rule asks for, for the sentence that refuses to send."""
    return {str(each.rule): rule_title(str(each.rule), here) for each in findings}


def summary(faces: Iterable[CheckFace], here: Here) -> tuple[str, str]:
    """What the head of the panel says, and the kind of its colour."""
    open_ = [face for face in faces if not face.reason]
    if not open_:
        return here.t("composer.checks_clean"), "ok"
    worst = next((k for k in _KINDS.values() if any(f.kind == k for f in open_)), "info")
    return here.t("composer.checks_count", count=len(open_)), worst


def reply_context(
    view: AppealView,
    draft: Draft,
    channel: Channel | None,
    zone: ZoneInfo,
    *,
    outcome: Outcome | None,
    names: tuple[str, ...],
    now: datetime,
) -> ReplyContext:
    """What the checks are told about a draft for ``view``."""
    appeal = view.appeal
    ours = (
        message.text
        for message in view.messages
        if message.kind in (MessageKind.REPLY, MessageKind.INTERIM)
    )
    return ReplyContext(
        channel=channel,
        visibility=visibility_of(draft.mode, channel),
        kind=_REPLY_KINDS[draft.mode],
        outcome=outcome,
        topic=appeal.topic,
        danger=appeal.danger,
        resident=appeal.author.name,
        outages=tuple(_outage_now(outage, zone) for outage in view.outages),
        quotes=draft.quotes,
        names=names,
        promise=_promise(draft, zone, now),
    ).with_others(*ours)


def _promise(draft: Draft, zone: ZoneInfo, now: datetime) -> str:
    at = draft.promise_at
    return until_words(at, zone=zone, now=now) if at is not None and at > now else ""


def _outage_now(outage: Outage, zone: ZoneInfo) -> OutageNow:
    end = outage.expected_end()
    clock = "" if end is None else clock_words(end, zone)[0]
    return OutageNow(outage.id, end, clock, outage.status is OutageStatus.RESTORED)


def _face(finding: Finding, key: str, reason: str, here: Here) -> CheckFace:
    rule = str(finding.rule)
    return CheckFace(
        key=key,
        rule=rule,
        kind=_KINDS[finding.severity],
        severity=here.t(f"checks.severity_{finding.severity}"),
        title=rule_title(rule, here),
        what=_what(finding, here),
        why=here.t(f"checks.{rule}_why"),
        spans=finding.spans,
        fix=finding.fix,
        can_override=finding.overridable,
        reason=reason,
    )


def _what(finding: Finding, here: Here) -> str:
    """The sentence; one that knows more is taken where there is something to know."""
    for name, value in finding.params.items():
        key = f"checks.{finding.rule}_{name}_what"
        if value and here.catalog.has(key):
            return here.t(key, **dict(finding.params))
    return here.t(f"checks.{finding.rule}_what", **dict(finding.params))
