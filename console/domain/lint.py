"""The checks of a reply: one pass over its text, every finding with its place and its remedy.

The checks are those for which replies are sent back in practice (domain.md §5). They run at every
keystroke, so each is linear in the length of the text and the phrases are looked up all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from console.domain import lint_language, lint_privacy, lint_substance
from console.domain.channel import Visibility
from console.domain.finding import Finding, Found, ReplyContext, Rule, Severity
from console.domain.lint_language import Abbreviations
from console.domain.lint_substance import Group, Lexicon, Marks
from console.domain.promise import promises_a_time
from console.domain.reply_template import ReplyKind
from console.domain.template import find_gaps
from console.domain.tense import PromiseWords
from console.domain.words import Phrase, Span, Word, words

MAX_CHECKED: Final = 20_000
"""Characters that are looked at; every channel takes less."""

_WEIGHT: Final = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.HINT: 2}


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """How one rule is set in resources/rules/checks.toml."""

    severity: Severity
    overridable: bool
    on: bool = True


@dataclass(frozen=True, slots=True)
class CheckData:
    """Everything that the checks take from the rule files.

    ``lexicon`` has the phrases of all groups, ``formal`` the plain words to say instead of some
    officialese (empty where there are none), ``safety_text`` what a reply about danger must say,
    ``next_news`` a sentence that announces the next news, with ``{time}`` in it.
    ``names`` are sets of folded forms of one first name («саша», «александр»). ``undated_topics``
    are root topics in which no date is owed, ``phone_topics`` those about calling us, ``phones``
    official numbers as figures alone, ``email_domains`` the company's, ``gerunds`` and
    ``not_gerunds`` folded words.
    """

    settings: Mapping[Rule, RuleSetting]
    abbreviations: Abbreviations
    lexicon: Lexicon
    promises: PromiseWords
    formal: Mapping[Phrase, str]
    safety_text: str
    next_news: str
    undated_topics: frozenset[str] = frozenset()
    phone_topics: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    email_domains: frozenset[str] = frozenset()
    names: tuple[frozenset[str], ...] = ()
    gerunds: frozenset[str] = frozenset()
    not_gerunds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Reply:
    """A text with what several checks need of it, made once."""

    text: str
    words: Sequence[Word]
    marks: Marks
    context: ReplyContext
    has_when: bool
    is_promised: bool
    has_gaps: bool


class Checks:
    """The checks as the rule files set them."""

    def __init__(self, data: CheckData) -> None:
        self._data = data

    @property
    def safety_text(self) -> str:
        """What a reply about danger must say."""
        return self._data.safety_text

    def check(self, text: str, context: ReplyContext) -> tuple[Finding, ...]:
        """The findings: what blocks first, then in the order of the text.

        A note for colleagues is checked for being whole alone. While a field is unfilled, dates
        are not asked for: the field may become one.
        """
        shown = text[:MAX_CHECKED]
        found_words = words(shown)
        reply = _Reply(
            shown,
            found_words,
            self._data.lexicon.mark(found_words),
            context,
            has_when=lint_substance.has_when(shown),
            is_promised=promises_a_time(shown, self._data.promises),
            has_gaps=bool(_blanks(shown)),
        )
        findings = [
            Finding(rule, setting.severity, setting.overridable, f.spans, f.params, f.fix)
            for rule, run in self._wanted(reply)
            if (setting := self._data.settings[rule]).on
            for f in run()
        ]
        return tuple(sorted(findings, key=_order))

    def _wanted(self, reply: _Reply) -> Iterator[tuple[Rule, Callable[[], Iterable[Found]]]]:
        text, context = reply.text, reply.context
        yield Rule.EMPTY, lambda: _empty(text)
        yield Rule.GAP, lambda: _gaps(text)
        if context.kind is ReplyKind.NOTE or context.visibility is Visibility.INTERNAL:
            return
        yield Rule.TOO_LONG, lambda: _too_long(text, context)
        if not text.strip():
            return
        if context.visibility is Visibility.PUBLIC:
            yield from self._private(reply)
        yield from self._substance(reply)
        yield from self._language(reply)

    def _private(self, reply: _Reply) -> Iterator[tuple[Rule, Callable[[], Iterable[Found]]]]:
        text, data = reply.text, self._data
        yield Rule.PHONE, lambda: lint_privacy.phone(text, data.phones)
        yield Rule.LANDLINE, lambda: lint_privacy.landline(text, data.phones)
        yield Rule.FLAT, lambda: lint_privacy.flat(text)
        yield Rule.ACCOUNT, lambda: lint_privacy.account(text, data.phones)
        yield Rule.EMAIL, lambda: lint_privacy.email(text, data.email_domains)
        yield Rule.THIRD_PERSON, lambda: lint_privacy.third_person(text, reply.context)

    def _substance(self, reply: _Reply) -> Iterator[tuple[Rule, Callable[[], Iterable[Found]]]]:
        text, marks, context = reply.text, reply.marks, reply.context
        dated = reply.has_when or reply.has_gaps
        safety, news = self._data.safety_text, self._data.next_news
        root = context.topic.partition(".")[0]
        yield (
            Rule.DANGER_TEXT,
            lambda: lint_substance.danger_text(text, marks, context, safety=safety),
        )
        yield Rule.ETR_DIFFERS, lambda: lint_substance.etr_differs(text, marks, context)
        yield Rule.WRONG_NAME, lambda: lint_substance.wrong_name(text, context, self._data.names)
        if root not in self._data.undated_topics:
            yield Rule.NO_DATE, lambda: lint_substance.no_date(text, marks, context, has_when=dated)
        yield Rule.NO_PROOF, lambda: lint_substance.no_proof(marks, context, has_when=dated)
        yield (
            Rule.NO_NEXT_NEWS,
            lambda: lint_substance.no_next_news(
                text, context, news=news, has_when=reply.is_promised or reply.has_gaps
            ),
        )
        yield Rule.VAGUE_TERM, lambda: lint_substance.vague_term(text, marks)
        yield Rule.RATING, lambda: lint_substance.rating(text, marks, context)
        if context.topic not in self._data.phone_topics:
            yield Rule.ONLY_PHONE, lambda: self._only_phone(reply, has_when=dated)
        yield Rule.IDENTICAL, lambda: lint_substance.identical(text, context)

    def _only_phone(self, reply: _Reply, *, has_when: bool) -> Iterable[Found]:
        phones = self._data.phones
        return lint_substance.only_phone(
            reply.text, reply.marks, reply.context, phones=phones, has_when=has_when
        )

    def _language(self, reply: _Reply) -> Iterator[tuple[Rule, Callable[[], Iterable[Found]]]]:
        text, found, data = reply.text, reply.words, self._data
        topic, officialese = reply.context.topic, reply.marks.hits.get(Group.FORMAL, ())
        yield Rule.LEGAL_REFERENCES, lambda: lint_language.legal_references(text)
        yield Rule.ABBREVIATION, lambda: data.abbreviations.check(text, found, topic)
        yield (
            Rule.GERUND_CHAIN,
            lambda: lint_language.gerund_chain(found, also=data.gerunds, never=data.not_gerunds),
        )
        yield Rule.FORMAL, lambda: lint_language.formal(text, officialese, data.formal)


def blocking(findings: Iterable[Finding], overruled: Iterable[str] = ()) -> tuple[Finding, ...]:
    """The findings that keep a reply from being sent; ``overruled`` are rules with a reason."""
    passed = set(overruled)
    return tuple(
        finding
        for finding in findings
        if finding.severity is Severity.BLOCK
        and not (finding.overridable and finding.rule in passed)
    )


def _order(finding: Finding) -> tuple[int, int, str]:
    at = finding.spans[0].start if finding.spans else -1
    return (_WEIGHT[finding.severity], at, finding.rule)


def _empty(text: str) -> Iterator[Found]:
    if not text.strip():
        yield Found()


def _gaps(text: str) -> Iterator[Found]:
    blanks = _blanks(text)
    if blanks:
        names = ", ".join(text[span.start : span.end] for span in blanks)
        yield Found(blanks, {"names": names})


def _blanks(text: str) -> tuple[Span, ...]:
    """Fields of a template, and what people leave in their place: «ХХ:ХХ», «[имя]», «____»."""
    left = (Span(*found.span()) for found in lint_language.BLANK.finditer(text))
    gaps = (Span(gap.start, gap.end) for gap in find_gaps(text))
    return tuple(sorted({*left, *gaps}))


def _too_long(text: str, context: ReplyContext) -> Iterator[Found]:
    channel = context.channel
    left = None if channel is None else channel.left(text)
    if channel is not None and left is not None and left < 0:
        over = Span(max(0, len(text) + left), len(text))
        yield Found((over,), {"limit": str(channel.limit), "over": str(-left)})
