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
from functools import lru_cache
from typing import Final, NamedTuple

from console.domain.folding import fold as fold

_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_SENTENCE_END: Final = re.compile(r"[.!?…\n]")
_PIECE: Final = re.compile(r"(_?)([^\W_]+)([*~]?)")
_RELATIVE_DAYS: Final = frozenset(
    {"сегодня", "сегодняшний", "завтра", "завтрашний", "послезавтра", "вчера", "позавчера"}
)
_PHRASE_GAP: Final = 2
_PHRASE_WINDOW: Final = 7
_KEY: Final = 3
_LEARNT: Final = 50_000
"""Words that a book remembers: more than a year of appeals has, few enough for any memory."""

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


# Topics, priority and place each ask for the words of one text, one after another.
@lru_cache(maxsize=4)
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


def relative_days(text: str) -> tuple[str, ...]:
    """The words of ``text`` that name a day by its distance from today, as they are written."""
    found = (word.text for word in words(text) if word.folded in _RELATIVE_DAYS)
    return tuple(dict.fromkeys(found))


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


class _Fitting(NamedTuple):
    """What a word can be: the phrases that may begin at it, and the parts of any that it fits."""

    begins: tuple[int, ...]
    parts: tuple[int, ...]


class PhraseBook:
    """Many phrases, looked up word by word, so that a text is walked once.

    What a word can be is remembered, for the same words come again and again; and a phrase is
    only sought where each of its parts stands somewhere in the text.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = tuple(phrases)
        self._by_letters: dict[str, list[tuple[int, int, Part, bool]]] = {}
        self._needs: list[frozenset[int]] = []
        self._fitting: dict[str, _Fitting] = {}
        parts: dict[tuple[str, str], int] = {}
        for number, phrase in enumerate(self._phrases):
            needs = [parts.setdefault((p.letters, p.mark), len(parts)) for p in phrase.parts]
            self._needs.append(frozenset(needs))
            for place, (part, ident) in enumerate(zip(phrase.parts, needs, strict=True)):
                begins = not phrase.ordered or not place
                entry = (number, ident, part, begins)
                self._by_letters.setdefault(part.letters[:_KEY], []).append(entry)

    def find(self, text: Sequence[Word]) -> tuple[Found, ...]:
        """Every phrase that occurs in ``text``, at each of its places, first to last."""
        fitting = [self._fitting.get(w.folded) or self._learn(w.folded) for w in text]
        there: set[int] = set()
        for each in fitting:
            there.update(each.parts)
        found: list[Found] = []
        ends: dict[int, int] = {}
        for at, (begins, _) in enumerate(fitting):
            for number in begins:
                if not self._needs[number] <= there or text[at].start < ends.get(number, 0):
                    continue
                phrase = self._phrases[number]
                span = _in_order(phrase, text, at) if phrase.ordered else _near(phrase, text, at)
                if span is not None:
                    ends[number] = span.end
                    found.append(Found(phrase, span))
        return tuple(found)

    def _learn(self, folded: str) -> _Fitting:
        """What a word can be, found by its first letters, and remembered."""
        shorter = (folded[:length] for length in range(1, min(len(folded), _KEY)))
        heads = (folded[:_KEY], *shorter)
        entries = [e for head in heads for e in self._by_letters.get(head, ()) if e[2].fits(folded)]
        begins = dict.fromkeys(number for number, _, _, begins in entries if begins)
        learnt = _Fitting(tuple(begins), tuple({ident for _, ident, _, _ in entries}))
        if len(self._fitting) >= _LEARNT:
            self._fitting.clear()
        self._fitting[folded] = learnt
        return learnt


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
    window = text[at : at + _PHRASE_WINDOW]
    end = text[at].end
    for part in phrase.parts:
        for word in window:
            if word.sentence != sentence:
                return None
            if part.fits(word.folded):
                end = max(end, word.end)
                break
        else:
            return None
    return Span(text[at].start, end)
