"""Whether an appeal answers a query: for one appeal at hand, without an index.

The console's store has an index and SQL of its own (`console.fulltext.finder`); this is the plain
meaning of a query, by which the server looks through its archive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from console.domain.appeal import ANSWERED, Appeal, Status
from console.domain.message import Message, MessageKind
from console.domain.query import Filter, Query
from console.domain.query_spelling import family
from console.domain.words import fold

_PIECE = re.compile(r"[^\W_]+")
_NOT_DIGIT = re.compile(r"\D")
_PHONE = re.compile(r"(?<![^\W_])\+?\d(?:[\s()–-]*\d){6,10}(?![^\W_])")
_LONGEST_ENDING, _LEAST_STEM = 7, 4
_NATIONAL = 10

Root = Callable[[str], str]

UNKNOWN_HERE = frozenset({"due"})
"""Operators that ask for what only a console knows."""

_UNKNOWN_STATES = frozenset({"overdue", "due_soon", "unread"})


@dataclass(frozen=True, slots=True)
class Matcher:
    """A query made ready. ``me`` asks at ``now`` (aware UTC); ``zones`` are the branches' own."""

    query: Query
    root: Root
    me: str
    now: datetime
    zones: Mapping[str, tzinfo] = field(default_factory=dict)

    @property
    def ignored(self) -> tuple[str, ...]:
        """The keys of operators that cannot be answered here, and do not narrow."""
        return tuple(dict.fromkeys(one.key for one in self.query.filters if _is_unknown(one)))

    @property
    def roots(self) -> tuple[str, ...]:
        """What every answer has somewhere: roots and numbers, the longest first."""
        wanted = [self._stem(word) for word in self._words()]
        return tuple(sorted(dict.fromkeys(wanted), key=lambda one: (-len(one), one)))

    def fits(self, appeal: Appeal, messages: Sequence[Message]) -> bool:
        """Whether an appeal with its thread is an answer."""
        return self.holds(appeal, messages) and self._has_words(appeal, messages)

    def holds(self, appeal: Appeal, messages: Sequence[Message]) -> bool:
        """Whether the operators let it through, whatever words it has."""
        return all(
            self._holds(one, appeal, messages) is not one.excluded
            for one in self.query.filters
            if not _is_unknown(one)
        )

    # ------------------------------------------------------------------ words

    def _words(self) -> Iterator[str]:
        """The words that are needed: phones and what is small are looked at apart."""
        plain = _PHONE.sub(" ", self.query.plain)
        texts = [one for one in self.query.texts if one.exact and not one.excluded]
        found = [*_PIECE.findall(fold(plain)), *(word for one in texts for word in one.words)]
        needed = [word for word in found if len(word) > 2 or word.isdigit()]
        yield from needed or found

    def _has_words(self, appeal: Appeal, messages: Sequence[Message]) -> bool:
        texts = list(_texts(appeal, messages))
        tokens = {word for text in texts for word in _PIECE.findall(fold(text))}
        if not all(self._has(word, tokens) for word in self._words()):
            return False
        digits = [_NOT_DIGIT.sub("", text) for text in (appeal.author.phone, appeal.text)]
        for phone in _PHONE.findall(self.query.plain):
            tail = _NOT_DIGIT.sub("", phone)[-_NATIONAL:]
            if not any(tail in one for one in digits):
                return False
        said = [f" {' '.join(_PIECE.findall(fold(text)))} " for text in texts]
        for one in self.query.texts:
            phrase = f" {' '.join(one.words)} "
            if one.exact and not one.excluded and not any(phrase in text for text in said):
                return False
            if one.excluded and all(self._has(word, tokens) for word in one.words):
                return False
        return True

    def _stem(self, word: str) -> str:
        """What the forms of a word begin with, and those of its family where that is enough."""
        stem = self.root(word)
        common = _common((stem, family(stem)))
        return common if len(common) >= _LEAST_STEM else stem

    def _has(self, word: str, tokens: set[str]) -> bool:
        root = self._stem(word)
        if word.isdigit() or len(root) < 3:
            return word in tokens or (len(word) > 3 and any(t.startswith(word) for t in tokens))
        return any(
            token.startswith(root) and len(token) - len(root) <= _LONGEST_ENDING for token in tokens
        )

    # ------------------------------------------------------------------ operators

    def _holds(self, one: Filter, appeal: Appeal, messages: Sequence[Message]) -> bool:
        if one.key == "at" and one.days is not None:
            return self._on_days(one, appeal)
        if one.key == "is":
            return any(self._is(value, appeal) for value in one.values)
        if one.key == "has":
            return any(_has_what(value, appeal, messages) for value in one.values)
        if one.key == "owner":
            return any(self._owned(value, appeal) for value in one.values)
        return _FIELDS[one.key](one, appeal)

    def _on_days(self, one: Filter, appeal: Appeal) -> bool:
        zone = self.zones.get(appeal.branch)
        if zone is None or one.days is None:
            return False
        days = one.days.seen_on(self.now.astimezone(zone).date())
        day = appeal.created_at.astimezone(zone).date()
        if one.sign == "<":
            return day < days.first
        return day > days.last if one.sign == ">" else days.first <= day <= days.last

    def _owned(self, value: str, appeal: Appeal) -> bool:
        if value == "none":
            return appeal.owner is None
        return appeal.owner == (self.me if value == "me" else value)

    def _is(self, value: str, appeal: Appeal) -> bool:
        return {
            "open": appeal.is_open,
            "answered": appeal.status in ANSWERED,
            "mine": appeal.owner == self.me,
            "unassigned": appeal.owner is None,
            "danger": appeal.danger,
            "priority": appeal.high_priority,
            "approval": appeal.status is Status.ON_APPROVAL,
            "postponed": appeal.status is Status.POSTPONED,
        }.get(value, True)


def _common(words: Sequence[str]) -> str:
    """The letters that all words begin with."""
    short, *others = sorted(words, key=len)
    for at, letter in enumerate(short):
        if any(word[at] != letter for word in others):
            return short[:at]
    return short


def _texts(appeal: Appeal, messages: Sequence[Message]) -> Iterator[str]:
    place, author = appeal.place, appeal.author
    yield from (appeal.text, author.name, author.handle, author.phone, appeal.number)
    yield f"{place.settlement} {place.municipality} {place.street} {place.house}"
    yield " ".join(appeal.tags)
    yield from (message.text for message in messages)


def _has_what(value: str, appeal: Appeal, messages: Sequence[Message]) -> bool:
    files = [each for message in messages for each in message.attachments]
    kinds = {message.kind for message in messages}
    return {
        "photo": any(each.media.startswith("image/") for each in files),
        "file": bool(files),
        "phone": bool(appeal.author.phone),
        "outage": bool(appeal.outages),
        "note": MessageKind.NOTE in kinds,
        "reply": bool(kinds & {MessageKind.REPLY, MessageKind.INTERIM}),
    }.get(value, True)


def _is_unknown(one: Filter) -> bool:
    return one.key in UNKNOWN_HERE or (
        (one.key == "is" and not _UNKNOWN_STATES.isdisjoint(one.values))
        or (one.key == "has" and "draft" in one.values)
    )


def _contains(text: str, one: Filter) -> bool:
    stems = [word[: max(4, len(word) - 2)] for value in one.values for word in fold(value).split()]
    return all(stem in fold(text) for stem in stems)


def _in_outage(one: Filter, appeal: Appeal) -> bool:
    tagged = [tag.outage.lower() for tag in appeal.outages]
    return any(
        bool(tagged)
        if value == "any"
        else not tagged
        if value == "none"
        else any(value.lower() in tag for tag in tagged)
        for value in one.values
    )


_FIELDS: Mapping[str, Callable[[Filter, Appeal], bool]] = {
    "branch": lambda one, appeal: appeal.branch in one.values,
    "channel": lambda one, appeal: appeal.channel in one.values,
    "status": lambda one, appeal: str(appeal.status) in one.values,
    "topic": lambda one, appeal: any(
        appeal.topic == value or appeal.topic.partition(".")[0] == value for value in one.values
    ),
    "from": lambda one, appeal: _contains(appeal.author.name, one),
    "place": lambda one, appeal: _contains(
        f"{appeal.place.settlement} {appeal.place.street} {appeal.place.house}", one
    ),
    "number": lambda one, appeal: one.values[0].lower() in appeal.number.lower(),
    "phone": lambda one, appeal: _NOT_DIGIT.sub("", appeal.author.phone).endswith(
        _NOT_DIGIT.sub("", one.values[0])[-_NATIONAL:]
    ),
    "outage": _in_outage,
}
