"""Words of a Russian text with their places, and phrases to be found among them.

A phrase is written in rule files as words in order, with at most two others between them:
``нет свет*``. Marks:

    свет*          the word begins so (свет, света, светлый)
    провод~        the word with any case ending (провод, проводами; not «проводил»)
    провод~ + вис* any order, within seven words of one sentence
    горит_столб~   next to each other, nothing between

«ё» equals «е» and case does not matter. A phrase of one word is not found after «не».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_SENTENCE_END: Final = re.compile(r"[.!?…\n]")
_PIECE: Final = re.compile(r"(_?)([^\W_]+)([*~]?)")
_PHRASE_GAP: Final = 2
_PHRASE_WINDOW: Final = 7
_KEY: Final = 3
_CASE_ENDING: Final = re.compile(
    r"(?:[аеиоуыэюяь]|ом|ем|[оеь]в|[оеь]й|[ая]м|[ая]ми|[ая]х|ою|ью|ь[яею]|ьев|ьям|ьями|ьях)?\Z"
)


class Word(NamedTuple):
    """One word or number of a text: itself, folded for comparison, its place, its sentence."""

    text: str
    folded: str
    start: int
    end: int
    sentence: int


class Span(NamedTuple):
    """A half-open range of characters in a text."""

    start: int
    end: int


def fold(text: str) -> str:
    """``text`` for comparison: lower case, «ё» as «е»."""
    return text.lower().replace("ё", "е")


def words(text: str) -> tuple[Word, ...]:
    """The words and numbers of ``text``; a hyphen parts words."""
    lowered = fold(text)
    if len(lowered) != len(text):
        # A letter or two (such as «İ») get longer in lower case, and every place would be off.
        lowered = "".join(low if len(low := fold(letter)) == 1 else letter for letter in text)
    found: list[Word] = []
    sentence = end = 0
    for match in _WORD.finditer(text):
        start, stop = match.span()
        if start - end > 1 or text[end:start] != " ":
            sentence += _SENTENCE_END.search(text, end, start) is not None
        end = stop
        found.append(Word(match[0], lowered[start:stop], start, stop, sentence))
    return tuple(found)


class PhraseSyntaxError(ValueError):
    """A phrase of a rule file that cannot be read; the message quotes it."""


class Part(NamedTuple):
    """One word of a phrase: its letters, what may follow them, whether it stands right next."""

    letters: str
    mark: str
    adjacent: bool

    def fits(self, folded: str) -> bool:
        """Whether a folded word is this one."""
        if not self.mark:
            return folded == self.letters
        if not folded.startswith(self.letters):
            return False
        return self.mark == "*" or _CASE_ENDING.match(folded, len(self.letters)) is not None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it is written in a rule file, and its parts."""

    source: str
    parts: tuple[Part, ...] = field(compare=False)
    ordered: bool = field(compare=False)

    @staticmethod
    def parse(source: str) -> Phrase:
        """The phrase written as ``source``; `PhraseSyntaxError` where it cannot be read."""
        folded = fold(source)
        pieces = _PIECE.findall(folded)
        if not pieces or _PIECE.sub("", folded).replace("+", "").strip():
            raise PhraseSyntaxError(
                f"“{source}”: a phrase has words and figures, with the marks * ~ _ and + alone"
            )
        ordered = "+" not in source
        if not ordered and "_" in source:
            raise PhraseSyntaxError(f"“{source}”: + (any order) and _ (next to) exclude each other")
        parts = tuple(Part(letters, mark, bool(glue)) for glue, letters, mark in pieces)
        return Phrase(source, parts, ordered)


class Found(NamedTuple):
    """A phrase found in a text, and the span from its first to its last word."""

    phrase: Phrase
    span: Span


class PhraseBook:
    """Many phrases, each looked up by its first letters, so that a text is walked once."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_letters: dict[str, list[tuple[Phrase, Part]]] = {}
        for phrase in phrases:
            for part in phrase.parts[:1] if phrase.ordered else phrase.parts:
                self._by_letters.setdefault(part.letters[:_KEY], []).append((phrase, part))
        self._short = any(len(letters) < _KEY for letters in self._by_letters)

    def find(self, text: Sequence[Word]) -> tuple[Found, ...]:
        """Every phrase that occurs in ``text``, at each of its places, first to last."""
        found: list[Found] = []
        ends: dict[Phrase, int] = {}
        look = self._by_letters.get
        for at, word in enumerate(text):
            folded = word.folded
            candidates = look(folded[:_KEY])
            if self._short:
                candidates = self._with_short(folded, candidates)
            if candidates is None:
                continue
            for phrase, part in candidates:
                if not part.fits(folded) or word.start < ends.get(phrase, 0):
                    continue
                span = _in_order(phrase, text, at) if phrase.ordered else _near(phrase, text, at)
                if span is not None:
                    ends[phrase] = span.end
                    found.append(Found(phrase, span))
        return tuple(found)

    def _with_short(
        self, folded: str, candidates: list[tuple[Phrase, Part]] | None
    ) -> list[tuple[Phrase, Part]] | None:
        """The candidates, and those whose first part has one or two letters."""
        for length in range(1, min(len(folded), _KEY)):
            more = self._by_letters.get(folded[:length])
            if more is not None:
                candidates = more if candidates is None else [*candidates, *more]
        return candidates


def _in_order(phrase: Phrase, text: Sequence[Word], at: int) -> Span | None:
    if len(phrase.parts) == 1 and at and text[at - 1].folded == "не":
        return None
    last = at
    for part in phrase.parts[1:]:
        gap = 0 if part.adjacent else _PHRASE_GAP
        ahead = range(last + 1, min(last + 2 + gap, len(text)))
        hit = next((i for i in ahead if part.fits(text[i].folded)), None)
        if hit is None:
            return None
        last = hit
    return Span(text[at].start, text[last].end)


def _near(phrase: Phrase, text: Sequence[Word], at: int) -> Span | None:
    """The span of all parts among the words from ``at`` to the window's or sentence's end."""
    sentence = text[at].sentence
    window = [w for w in text[at : at + _PHRASE_WINDOW] if w.sentence == sentence]
    end = text[at].end
    for part in phrase.parts:
        hit = next((word for word in window if part.fits(word.folded)), None)
        if hit is None:
            return None
        end = max(end, hit.end)
    return Span(text[at].start, end)
