"""A topic: what an appeal is about; and the guess of it from the words of the appeal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from console.domain.words import Phrase, PhraseBook, Span, fold, words


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of resources/rules/topics.toml; ``key`` is ``root`` or ``root.child``.

    ``danger``: life may be at risk, the answer carries the safety text.
    ``ours``: whether the grid company answers for it at all.
    ``reaction``: whether an answer is owed (spam has none).
    ``phrases`` suggest the topic, each with its weight (1 is a plain hint).
    """

    key: str
    danger: bool = False
    ours: bool = True
    reaction: bool = True
    phrases: tuple[tuple[Phrase, float], ...] = ()

    @property
    def root(self) -> str:
        """The key of the root topic that this one belongs to."""
        return self.key.partition(".")[0]


class TopicReason(NamedTuple):
    """A phrase that speaks for a topic, and where it stands in the text."""

    phrase: str
    span: Span
    weight: float


@dataclass(frozen=True, slots=True)
class TopicGuess:
    """A topic that a text may be about; ``confidence`` is 0..1."""

    key: str
    confidence: float
    danger: bool
    reasons: tuple[TopicReason, ...]


class TopicBook:
    """All topics, in the file's order, ready to be guessed from a text."""

    def __init__(self, topics: Iterable[Topic], outside: Mapping[str, str] | None = None) -> None:
        """``outside``: names of topics in other systems, in any spelling → our keys."""
        self.topics: Mapping[str, Topic] = {topic.key: topic for topic in topics}
        self._outside = {_plain(name): key for name, key in (outside or {}).items()}
        self._weights: dict[Phrase, list[tuple[str, float]]] = {}
        for topic in self.topics.values():
            for phrase, weight in topic.phrases:
                self._weights.setdefault(phrase, []).append((topic.key, weight))
        self._book = PhraseBook(self._weights)
        self._order = {key: place for place, key in enumerate(self.topics)}

    def guess(self, text: str) -> tuple[TopicGuess, ...]:
        """The topics that the words of ``text`` speak for: danger first, then the surest."""
        first: dict[Phrase, Span] = {}
        for phrase, span in self._book.find(words(text)):
            first.setdefault(phrase, span)
        reasons: dict[str, list[TopicReason]] = {}
        for phrase, span in first.items():
            for key, weight in self._weights[phrase]:
                reasons.setdefault(key, []).append(TopicReason(phrase.source, span, weight))
        guesses = (self._guess(key, found) for key, found in reasons.items())
        return tuple(sorted((g for g in guesses if g.confidence > 0), key=self._rank))

    def from_outside(self, *names: str) -> str | None:
        """Our key for a topic (and its group) as another system names it; None if unknown.

        The names are tried in order and as a whole; then the words of all together are taken
        for a text, and only a sure guess counts.
        """
        for name in names:
            known = self._outside.get(_plain(name))
            if known is not None:
                return known
        guesses = self.guess(" ".join(names))
        sure = bool(guesses) and guesses[0].confidence >= 0.6
        return guesses[0].key if sure else None

    def _guess(self, key: str, reasons: Sequence[TopicReason]) -> TopicGuess:
        weight = sum(reason.weight for reason in reasons)
        confidence = round(1 - 0.45**weight, 2) if weight > 0 else 0.0
        ordered = tuple(sorted(reasons, key=lambda r: (-r.weight, r.span)))
        return TopicGuess(key, confidence, self.topics[key].danger, ordered)

    def _rank(self, guess: TopicGuess) -> tuple[bool, float, int]:
        return (
            not (guess.danger and guess.confidence > 0.5),
            -guess.confidence,
            self._order[guess.key],
        )


def _plain(name: str) -> str:
    """A topic's name without case, punctuation and «ё»."""
    return " ".join(word.folded for word in words(fold(name)))
