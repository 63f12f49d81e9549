"""A finding: what a check says about a reply, where, and how to mend it; and its context."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from console.domain.appeal import Outcome
from console.domain.channel import Channel, Visibility
from console.domain.message import EtrQuote
from console.domain.reply_template import ReplyKind
from console.domain.words import Span, fold, words


class Severity(StrEnum):
    """How much a finding weighs."""

    BLOCK = "block"
    """The reply does not leave before it is mended (or overruled, where that is allowed)."""
    WARN = "warn"
    """Replies are sent back for it."""
    HINT = "hint"
    """It could be said better."""


class Rule(StrEnum):
    """The checks; the title and the reason of each are in the translations."""

    EMPTY = "empty"
    GAP = "gap"
    TOO_LONG = "too_long"
    PHONE = "phone"
    LANDLINE = "landline"
    FLAT = "flat"
    ACCOUNT = "account"
    EMAIL = "email"
    THIRD_PERSON = "third_person"
    DANGER_TEXT = "danger_text"
    ETR_DIFFERS = "etr_differs"
    WRONG_NAME = "wrong_name"
    NO_DATE = "no_date"
    NO_PROOF = "no_proof"
    NO_NEXT_NEWS = "no_next_news"
    VAGUE_TERM = "vague_term"
    RATING = "rating"
    ONLY_PHONE = "only_phone"
    IDENTICAL = "identical"
    LEGAL_REFERENCES = "legal_references"
    ABBREVIATION = "abbreviation"
    GERUND_CHAIN = "gerund_chain"
    FORMAL = "formal"


class Edit(NamedTuple):
    """Replace the characters from ``start`` to ``end`` by ``text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found. ``spans`` are empty where the text as a whole is meant.

    ``params`` are for the sentence of the translations. ``fix`` are the edits of a mechanical
    remedy (empty where only a person can mend it). ``overridable``: whether the author may
    overrule it with a reason.
    """

    rule: Rule
    severity: Severity
    overridable: bool
    spans: tuple[Span, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    fix: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What one check reports, before its rule's severity is known."""

    spans: tuple[Span, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    fix: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class OutageNow:
    """An outage of the appeal as it stands now.

    ``etr`` (UTC) is its restoration time, None where unknown; ``clock`` the same as «18:00» in
    the appeal's local time, empty where unknown.
    """

    id: str
    etr: datetime | None
    clock: str = ""
    restored: bool = False


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """What the checks know about the reply besides its text.

    ``resident`` is the name of the author of the appeal as the channel shows it; ``others`` are
    fingerprints (`fingerprint`) of the other replies in the thread; ``quotes`` the restoration
    times that came into the text from a template; ``names`` people who may be named in public
    (the operator, the head of the branch). ``promise`` is the promised time of the next news in
    the words of a reply («сегодня до 17:00»), empty where none has been promised.
    """

    channel: Channel | None = None
    visibility: Visibility = Visibility.PUBLIC
    kind: ReplyKind = ReplyKind.FINAL
    outcome: Outcome | None = None
    topic: str = ""
    danger: bool = False
    resident: str = ""
    outages: tuple[OutageNow, ...] = ()
    quotes: tuple[EtrQuote, ...] = ()
    others: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    promise: str = ""

    def with_others(self, *texts: str) -> ReplyContext:
        """The same with the other replies of the thread, made ready once for every keystroke."""
        return replace(self, others=frozenset(fingerprint(text) for text in texts))


_HELLO = (
    r"(?:здравствуйте|доброе утро|добрый (?:день|вечер)|приветствуем|доброго (?:дня|времени суток))"
)
_NAME = r"[А-ЯЁ][а-яё-]{1,24}(?:\s[А-ЯЁ][а-яё-]{1,24}){0,2}"
_GREETING = re.compile(
    rf"\A\s*(?:(?:(?-i:{_NAME}),\s)?{_HELLO}(?:,[^!.?\n]{{0,60}})?(?=\s?[!.?,\n]|\s*\Z)[!.?,]*|"
    r"уважаем\w{2}\s[^!.?,\n]{1,60}[!.?,]+)",
    re.I,
)


def greeting_end(text: str) -> int:
    """Where the greeting at the beginning of ``text`` ends; 0 where there is none."""
    found = _GREETING.match(text)
    return found.end() if found else 0


def fingerprint(text: str) -> str:
    """What makes two replies the same to a reader: the words, without greeting and name."""
    return " ".join(word.folded for word in words(fold(_GREETING.sub("", text, count=1))))


def apply_fix(text: str, fix: tuple[Edit, ...]) -> str:
    """``text`` with the edits made; they must not overlap."""
    for edit in sorted(fix, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
