"""Tense: which words of a sentence speak of what comes, of what has been, or ask the resident.

The endings of Russian verbs tell most of it («напишем», «починили», «пришлите»); what they do not
tell, or tell wrongly, is listed in resources/rules/promises.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.domain.words import Phrase, PhraseBook, Span, words


class Tense(StrEnum):
    """What a word says of the time of its clause."""

    AHEAD = "ahead"
    """It is yet to come."""
    BEHIND = "behind"
    """It has been, or is."""
    ASKS = "asks"
    """The resident shall do it."""
    NEVER = "never"
    """Nothing in the clause is a promise."""
    NEUTRAL = "neutral"
    """Its ending deceives: it says nothing."""


@dataclass(frozen=True, slots=True)
class PromiseRules:
    """The words of resources/rules/promises.toml.

    ``parts`` are minutes after midnight at which a part of the day is over (after 1440 in the
    next day). ``ahead`` are words of what is yet to come, ``behind`` of what has been, ``asks``
    of what the resident shall do; ``never`` silences the clause; ``neutral`` are words whose
    ending deceives.
    """

    parts: Mapping[str, int]
    ahead: tuple[Phrase, ...]
    behind: tuple[Phrase, ...]
    asks: tuple[Phrase, ...]
    never: tuple[Phrase, ...]
    neutral: tuple[Phrase, ...]


_AHEAD: Final = re.compile(
    r"(?:[иеё]м(?:ся)?|[еиёю]т(?:ся)?|[уюая]т(?:ся)?|ешь|ишь|будет|будут|будем)\Z"
)
_BEHIND: Final = re.compile(r"(?:[аеиоуыя]л[аои]?|[аеиоуыя]л[аои]?с[ья])\Z|(?:[еа]н[аоы]?|[её]н)\Z")
_ASKS: Final = re.compile(r"(?:йте|ите|ьте)(?:сь)?\Z")


class PromiseWords:
    """The rules of promises, ready to be looked up."""

    def __init__(self, rules: PromiseRules) -> None:
        self.parts = rules.parts
        self._tense: dict[Phrase, Tense] = {}
        for tense in Tense:
            phrases: Sequence[Phrase] = getattr(rules, tense)
            self._tense.update(dict.fromkeys(phrases, tense))
        self._book = PhraseBook(self._tense)

    def tenses(self, sentence: str) -> tuple[tuple[Span, Tense], ...]:
        """The words of ``sentence`` that say whether it speaks of what comes or has been."""
        found = words(sentence)
        known = {span: self._tense[phrase] for phrase, span in self._book.find(found)}
        told = list(known.items())
        covered = {place for span in known for place in range(span.start, span.end)}
        for word in found:
            if word.start in covered or len(word.folded) < 4:
                continue
            tense = _tense_of(word.folded)
            if tense is not None:
                told.append((Span(word.start, word.end), tense))
        return tuple(sorted(told))


def _tense_of(folded: str) -> Tense | None:
    """What the ending of a word says of its time, as far as it does."""
    if _ASKS.search(folded):
        return Tense.ASKS
    if _BEHIND.search(folded):
        return Tense.BEHIND
    return Tense.AHEAD if _AHEAD.search(folded) else None
