"""Slips of the thumb: which of a few known words was meant by a word that is none.

Only what one slip explains: a letter left out, put in, doubled, exchanged for another, or two that
changed places («првод», «пров од», «искирт», «столбб»). A word that exists is taken for itself,
however near it is to another: ``alike`` are those («искал», «приводы»).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from console.domain.words import Part, Word

LEAST: Final = 4
"""Letters of the shortest word that one slip is believed of; of a beginning, one more."""

_EXCHANGED: Final = 1
"""How many more it must have where a letter is another: there are too many short words."""

_BOLD: Final = 3
_PAST: Final = ("", "а", "о", "и", "ся", "ась", "ось", "ись", "сь")
_ENDINGS: Final = (
    "",
    *"аеиоуыюя",
    "ом",
    "ем",
    "ов",
    "ев",
    "ой",
    "ей",
    "ам",
    "ям",
    "ами",
    "ями",
    "ах",
    "ях",
)
_HEAD: Final = 5
_HEADS: Final = (_HEAD - 1, _HEAD, _HEAD + 1)
_LEAST_HALF: Final = 4
_LEARNT: Final = 20_000
_DOUBLED: Final = re.compile(r"(.)\1+")
_RUSSIAN: Final = re.compile(r"[а-я]+\Z")
_APART: Final = frozenset(
    """
    а без в во вы да до же за и из к как ко ли мы на над не ни но о об обо он от по под при про с со
    так то ту у что это
    """.split()  # noqa: SIM905 - forty words, not forty lines
)
"""Words that are never the first half of a torn one."""


class Slips:
    """Mends words towards ``parts``; ``alike`` are existing words that are near one of them, and
    beginnings (with a star) of existing words that are near one's beginning."""

    def __init__(self, parts: Iterable[Part], alike: Collection[str]) -> None:
        self._parts = tuple(dict.fromkeys((p.letters, p.mark) for p in parts))
        self._alike = frozenset(alike)
        self._by_letters: dict[str, list[Part]] = {}
        self._by_lacking: dict[str, list[Part]] = {}
        for letters, mark in self._parts:
            if not _RUSSIAN.match(letters):
                continue
            part = Part(letters, mark, adjacent=False)
            self._by_letters.setdefault(letters, []).append(part)
            for meant in _whole_forms(part):
                if len(meant.letters) >= LEAST:
                    for lacking in {meant.letters, *_lacking(meant.letters)}:
                        self._by_lacking.setdefault(lacking, []).append(meant)
        known = {part.letters for some in self._by_lacking.values() for part in some}
        heads = {letters[:end] for letters in known for end in _HEADS}
        self._begins = frozenset(letters[:LEAST] for letters in self._by_letters)
        self._heads = {less for head in heads for less in (head, *_lacking(head))}
        self._longest = max(map(len, self._by_lacking), default=0)
        self._learnt: dict[str, str] = {}

    def mended(self, text: Sequence[Word]) -> tuple[Word, ...]:
        """``text`` with its slips mended; torn words are whole again, and joined ones are two."""
        found: list[Word] = []
        for word in text:
            before = found[-1] if found else None
            whole = before is not None and self._whole(before, word)
            if before is not None and whole:
                found[-1] = before._replace(
                    text=f"{before.text} {word.text}",
                    folded=before.folded + word.folded,
                    end=word.end,
                )
                continue
            halves = self._halves(word)
            found += halves or [word._replace(folded=self.mend(word.folded))]
        return tuple(found)

    def mend(self, word: str) -> str:
        """What was meant by a folded word; the word itself where no slip explains it."""
        known = self._learnt.get(word)
        if known is None:
            if len(self._learnt) >= _LEARNT:
                self._learnt.clear()
            known = self._learnt[word] = self._find(word)
        return known

    def near(self, word: str) -> Iterator[str]:
        """What has to be known of an existing word, so that it is taken for itself: the word, or
        with a star a beginning that it shares with others; nothing where it is not near."""
        if not self.may_be_near(word) or self._is_one(word):
            return
        fits = self._fits(word)
        for variant in dict.fromkeys((word, _DOUBLED.sub(r"\1", word))):
            for part, length, _ in self._candidates(variant):
                if not part.fits(part.letters + variant[length:]):
                    continue
                if part.mark != "*":
                    yield word
                elif not fits:
                    yield f"{variant[:length]}*"

    def may_be_near(self, word: str) -> bool:
        """Whether a word that begins so could be mended, told by its first letters alone."""
        head = word[:_HEAD]
        return head in self._heads or any(less in self._heads for less in _lacking(head))

    def _find(self, word: str) -> str:
        if len(word) < LEAST - 1 or word in self._alike or not _RUSSIAN.match(word):
            return word
        if not self.may_be_near(word):
            return word
        return word if self._is_one(word) else self._nearest(word)

    def _nearest(self, word: str) -> str:
        """The word with the likeliest slip undone; of one that begins like a word of danger only
        where that makes a whole one («порвод» is no «порвал»)."""
        fits = self._fits(word)
        single = _DOUBLED.sub(r"\1", word)
        best: tuple[tuple[int, bool, int], str] | None = None
        if single != word and not fits and self._fits(single, least=LEAST):
            best, single = ((1, False, -len(single)), single), word
        for variant in dict.fromkeys((word, single)):
            for part, length, cost in self._candidates(variant):
                begins, rest = variant[:length], variant[length:]
                if part.mark == "*" and (fits or f"{begins}*" in self._alike):
                    continue
                if rest and begins == part.letters[:-1]:
                    continue  # what follows is as likely another word
                if (fits and cost == _BOLD) or len(rest) > _longest_rest(part):
                    continue
                order = (cost, part.letters[0] != variant[0], -len(part.letters))
                if best is None or order < best[0]:
                    best = (order, part.letters + rest)
        return word if best is None else best[1]

    def _candidates(self, word: str) -> Iterator[tuple[Part, int, int]]:
        """Parts that ``word`` begins with but for a slip, how far, and how bold that is."""
        for length in range(LEAST - 1, min(len(word), self._longest + 1) + 1):
            begins = word[:length]
            for lacking in {begins, *_lacking(begins)}:
                for part in self._by_lacking.get(lacking, ()):
                    cost = _slip(begins, part.letters)
                    if cost and len(part.letters) >= _least(part, cost):
                        yield part, length, cost

    def _is_one(self, word: str) -> bool:
        """Whether it is a whole word of danger, not only begins like one."""
        ends = range(1, min(len(word), self._longest) + 1)
        return any(
            part.mark != "*" and part.fits(word)
            for end in ends
            for part in self._by_letters.get(word[:end], ())
        )

    def _fits(self, word: str, *, least: int = 1) -> bool:
        ends = range(least, min(len(word), self._longest) + 1)
        return any(part.fits(word) for end in ends for part in self._by_letters.get(word[:end], ()))

    def _whole(self, before: Word, word: Word) -> bool:
        """Whether two words are one that a space has torn."""
        may_be = (before.folded + word.folded[:LEAST])[:LEAST] in self._begins
        if not may_be or word.start - before.end != 1 or before.sentence != word.sentence:
            return False
        if before.folded in _APART or word.folded in _APART or len(before.folded) < 2:
            return False
        if before.folded in self._alike or word.folded in self._alike:
            return False
        both = before.folded + word.folded
        if not _RUSSIAN.match(both) or both in self._alike or len(both) <= LEAST:
            return False
        if self._fits(before.folded) or self._fits(word.folded):
            return False
        return any(
            part.fits(both)
            for end in range(1, min(len(both), self._longest) + 1)
            for part in self._by_letters.get(both[:end], ())
            if len(part.letters) > LEAST or part.mark != "*"
            if len(part.letters) >= len(before.folded) + (3 if part.mark == "*" else 1)
        )

    def _halves(self, word: Word) -> list[Word]:
        """Two words that have lost the space between them; none where there is one word."""
        folded = word.folded
        if folded[:LEAST] not in self._begins:
            return []
        if len(folded) < 2 * _LEAST_HALF or folded in self._alike or self._fits(folded):
            return []
        if not _RUSSIAN.match(folded):
            return []
        for cut in range(_LEAST_HALF, len(folded) - _LEAST_HALF + 1):
            if self._fits(folded[:cut]) and self._fits(folded[cut:]):
                middle = word.start + cut
                first = word._replace(text=word.text[:cut], folded=folded[:cut], end=middle)
                return [
                    first,
                    word._replace(text=word.text[cut:], folded=folded[cut:], start=middle),
                ]
        return []


def _least(part: Part, cost: int) -> int:
    """Letters that a part must have for a slip to be believed."""
    return LEAST + (part.mark == "*") + _EXCHANGED * (cost == _BOLD)


def _longest_rest(part: Part) -> int:
    """Letters that may follow: of a beginning as many as endings have."""
    return 7 if part.mark == "*" else 0


def _whole_forms(part: Part) -> Iterator[Part]:
    """A word with its case endings written out, or a verb's past with its own, so that a slip may
    be in them, too."""
    is_past = part.mark == "*" and part.letters.endswith("л")
    if part.mark != "~":
        yield part
    if part.mark == "~" or is_past:
        for ending in _PAST if is_past else _ENDINGS:
            yield Part(part.letters + ending, "", adjacent=False)


def _lacking(word: str) -> Iterator[str]:
    """``word`` with one letter less."""
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _slip(written: str, meant: str) -> int:
    """How bold it is to take one for the other: 1 letters changed places or one is missing or too
    many, 3 one is another; 0 where it takes more than one slip, or none. The first letter is
    where people look: only two that changed places are believed there."""
    at = 0
    while at < len(written) and at < len(meant) and written[at] == meant[at]:
        at += 1
    rest, wanted = written[at:], meant[at:]
    if rest[:2][::-1] == wanted[:2] and len(wanted) > 1 and rest[2:] == wanted[2:]:
        return 1
    if not at or rest == wanted:
        return 0
    if rest == wanted[1:] or rest[1:] == wanted:
        return 1
    return _BOLD * (rest[1:] == wanted[1:])
