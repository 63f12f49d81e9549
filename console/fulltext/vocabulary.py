"""The vocabulary: the Russian words that appeals are found by, each with how many appeals have it.

It is read from the full-text index, takes no room in the store and costs nothing while rows arrive;
it may be some minutes old, so nothing that is searched for exactly depends on it. What it is for:
other forms of a root, words that begin so, and words that were mistyped.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.query_spelling import bare_family, family

WORDS = """
SELECT term, doc FROM temp.vocabulary WHERE term >= 'а' AND term < 'ѐ'
"""
MAKE = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, 'row')"

_MOST_FORMS = 24
MOST_BEGINNINGS = 64
_MOST_NEAR = 12
_LONGEST = 32
MOST_WORDS = 120_000
"""The rarest go beyond that: they cost memory, and are found where they are spelt right."""


@dataclass(frozen=True, slots=True)
class Near:
    """A word of the vocabulary that another may have been meant as, ``distance`` letters apart."""

    word: str
    distance: int


class Vocabulary:
    """The words of ``appeals`` appeals; made once, and then only read, by any thread."""

    def __init__(self, rows: Iterable[tuple[str, int]] = (), appeals: int = 0) -> None:
        """``rows`` are words of the index with how many appeals have them."""
        self.appeals = appeals
        known = sorted((row for row in rows if len(row[0]) <= _LONGEST), key=_by_count)
        self.counts = dict(known[:MOST_WORDS])
        self._sorted = sorted(self.counts)
        self._families: dict[str, list[str]] = defaultdict(list)
        self._bare: dict[str, list[str]] = defaultdict(list)
        self._lengths: dict[int, list[str]] = defaultdict(list)
        for word in self.counts:
            self._families[family(word)].append(word)
            self._lengths[len(word)].append(word)
            without = bare_family(word)
            if without:
                self._bare[without].append(word)

    def count(self, words: Iterable[str]) -> int:
        """At most how many appeals have one of these words."""
        return sum(self.counts.get(word, 0) for word in words)

    def rarity(self, count: int) -> float:
        """How much a word says that ``count`` appeals have: 0.1 … about 15."""
        return max(0.1, math.log((self.appeals + 1) / (count + 0.5)))

    def forms(self, root: str) -> tuple[str, ...]:
        """Words of the same root as another part of speech, the most frequent first."""
        return tuple(self._families.get(family(root), ()))[:_MOST_FORMS]

    def kin(self, root: str) -> tuple[str, ...]:
        """Words that are of the same root but for a prefix."""
        key, own = bare_family(root), family(root)
        found = [*self._families.get(key, ()), *self._bare.get(key, ()), *self._bare.get(own, ())]
        return tuple(dict.fromkeys(found))[:_MOST_FORMS]

    def beginning(self, letters: str) -> tuple[str, ...]:
        """Words that begin so, the most frequent first, not more than `MOST_BEGINNINGS`."""
        start = bisect_left(self._sorted, letters)
        end = bisect_left(self._sorted, letters + "\uffff")
        found = sorted(self._sorted[start:end], key=lambda word: -self.counts[word])
        return tuple(found[:MOST_BEGINNINGS])

    def near(self, root: str) -> tuple[Near, ...]:
        """Words that ``root`` may be a misspelling of, or that may be one of it; closest first."""
        allowed = _allowed(root)
        if not allowed:
            return ()
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found: list[Near] = []
        for length in range(len(root) - allowed, len(root) + allowed + 1):
            some = self._lengths.get(length, ())
            for word, distance, _ in process.extract(
                root, some, scorer=OSA.distance, score_cutoff=allowed, limit=_MOST_NEAR
            ):
                if word != root:
                    found.append(Near(word, int(distance)))
        found.sort(key=lambda one: (one.distance, one.word[0] != root[0], -self.counts[one.word]))
        least = found[0].distance if found else 0
        return tuple(one for one in found if one.distance <= max(1, least))[:_MOST_NEAR]


def _allowed(root: str) -> int:
    """How many letters of a word of that length may be wrong."""
    return 0 if len(root) < 4 else 1 if len(root) < 7 else 2


def _by_count(row: tuple[str, int]) -> int:
    return -row[1]
