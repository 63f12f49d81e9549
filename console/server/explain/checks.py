"""``explain checks``: what the console would say about a reply, and what it would become."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from console.domain.appeal import Outcome
from console.domain.channel import Channel, Visibility
from console.domain.finding import Finding, ReplyContext, apply_fix
from console.domain.lint import blocking
from console.domain.reply_template import ReplyKind
from console.i18n import LANGUAGES, Catalog
from console.rulebook.channels import load_channels
from console.rulebook.checks import load_checks
from console.rulebook.topics import load_topics
from console.server.explain.given import catalog_for, known_key, text_of

_EXCERPT = 60


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the ``checks`` subject with its arguments."""
    parser = subparsers.add_parser(
        "checks",
        help="what the checks find in a reply, why, and how it would be mended",
        description="Run the checks of a reply on a text file, as the console does while typing.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a text file with the reply")
    parser.add_argument("--channel", default="vk", help="key of the channel (default: vk)")
    parser.add_argument(
        "--visibility", choices=[*Visibility], help="who reads it (default: as in the channel)"
    )
    parser.add_argument("--topic", default="", help="key of the topic, such as danger.wire")
    parser.add_argument("--kind", choices=[*ReplyKind], default=ReplyKind.FINAL.value)
    parser.add_argument("--outcome", choices=[*Outcome], help="outcome of a final reply")
    parser.add_argument("--resident", default="", help="name of the resident, to check greetings")
    parser.add_argument("--lang", default=LANGUAGES[0], help=" or ".join(LANGUAGES))
    parser.add_argument("--json", action="store_true", help="data instead of lines")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace, *, out: TextIO) -> int:
    """Print the findings to ``out``; `UsageError` for a file or key that there is not."""
    catalog = catalog_for(args.lang)
    context = _context(args, catalog)
    text = text_of(args.file, catalog).rstrip("\n")
    findings = load_checks().check(text, context)
    if args.json:
        answer = _as_json(text, context, findings, catalog)
        out.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
    else:
        out.writelines(f"{line}\n" for line in _as_lines(text, context, findings, catalog))
    return 0


def finding_lines(finding: Finding, text: str, catalog: Catalog) -> Iterator[str]:
    """One finding: its weight and title, the words that are meant, why, and the remedy."""
    severity = catalog.t(f"checks.severity_{finding.severity}")
    yield f"{severity}: {catalog.t(f'checks.{finding.rule}_title')}"
    yield f"  {catalog.t('explain.where')}: {_excerpt(finding, text, catalog)}"
    yield f"  {_what(finding, catalog)}"
    yield f"  {catalog.t(f'checks.{finding.rule}_why')}"
    if finding.fix:
        yield f"  {catalog.t('checks.fixed')}:"
        yield from (f"    {line}" for line in apply_fix(text, finding.fix).split("\n"))
    allowed = "overridable" if finding.overridable else "not_overridable"
    yield f"  ({catalog.t(f'checks.{allowed}')})"


def finding_json(finding: Finding, text: str, catalog: Catalog) -> dict[str, Any]:
    """One finding as data."""
    return {
        "rule": finding.rule.value,
        "severity": finding.severity.value,
        "overridable": finding.overridable,
        "spans": [
            {"start": span.start, "end": span.end, "text": text[span.start : span.end]}
            for span in finding.spans
        ],
        "title": catalog.t(f"checks.{finding.rule}_title"),
        "what": _what(finding, catalog),
        "why": catalog.t(f"checks.{finding.rule}_why"),
        "fix": [edit._asdict() for edit in finding.fix],
        "fixed": apply_fix(text, finding.fix) if finding.fix else None,
    }


def _context(args: argparse.Namespace, catalog: Catalog) -> ReplyContext:
    channels = load_channels()
    channel = channels[known_key(args.channel, channels, "channel", catalog)]
    topics = load_topics().topics
    if args.topic:
        known_key(args.topic, topics, "topic", catalog)
    kind = ReplyKind(args.kind)
    visibility = Visibility(args.visibility) if args.visibility else channel.visibility
    return ReplyContext(
        channel=channel,
        visibility=Visibility.INTERNAL if kind is ReplyKind.NOTE else visibility,
        kind=kind,
        outcome=Outcome(args.outcome) if args.outcome else None,
        topic=args.topic,
        danger=bool(args.topic) and topics[args.topic].danger,
        resident=args.resident,
    )


def _as_lines(
    text: str, context: ReplyContext, findings: Sequence[Finding], catalog: Catalog
) -> Iterator[str]:
    yield catalog.t(f"channels.visibility_{context.visibility}")
    if context.channel is not None:
        yield length_line(text, context.channel, catalog)
    yield ""
    if not findings:
        yield catalog.t("checks.none")
        return
    for finding in findings:
        yield from finding_lines(finding, text, catalog)
        yield ""
    yield catalog.t("checks.count", count=len(findings))
    yield catalog.t("checks.blocked" if blocking(findings) else "checks.allowed")


def length_line(text: str, channel: Channel, catalog: Catalog) -> str:
    """The length of ``text`` as the channel counts it, beside its limit."""
    name = catalog.t(f"channels.{channel.key}")
    length = channel.length(text)
    if channel.limit is None:
        return f"{name}. {catalog.t('checks.length_free', length=length)}"
    return f"{name}. {catalog.t('checks.length', length=length, limit=channel.limit)}"


def _as_json(
    text: str, context: ReplyContext, findings: Sequence[Finding], catalog: Catalog
) -> dict[str, Any]:
    channel = context.channel
    return {
        "channel": None if channel is None else channel.key,
        "visibility": context.visibility.value,
        "kind": context.kind.value,
        "topic": context.topic,
        "danger": context.danger,
        "length": len(text) if channel is None else channel.length(text),
        "limit": None if channel is None else channel.limit,
        "findings": [finding_json(finding, text, catalog) for finding in findings],
        "may_be_sent": not blocking(findings),
        "may_be_sent_with_reasons": not blocking(findings, [f.rule for f in findings]),
    }


def _what(finding: Finding, catalog: Catalog) -> str:
    """What to do; a parameter that says more has a sentence of its own."""
    for name, value in finding.params.items():
        key = f"checks.{finding.rule}_{name}_what"
        if value and catalog.has(key):
            return catalog.t(key, **finding.params)
    return catalog.t(f"checks.{finding.rule}_what", **finding.params)


def _excerpt(finding: Finding, text: str, catalog: Catalog) -> str:
    """The words that are meant, each with its line and column."""
    if not finding.spans:
        return catalog.t("checks.whole_text")
    shown = []
    for start, end in finding.spans:
        words = " ".join(text[start:end].split())
        cut = words if len(words) <= _EXCERPT else f"{words[: _EXCERPT - 1]}…"
        line = text.count("\n", 0, start) + 1
        column = start - text.rfind("\n", 0, start)
        shown.append(f"{line}:{column} «{cut}»")
    return ", ".join(shown)
