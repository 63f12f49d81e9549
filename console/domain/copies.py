"""Texts that were written before: near-copies among what came lately, found by an index.

Of each text the smallest hashes of its triples of words stand there. Two texts that are nearly the
same share some of them almost surely, and only such pairs are compared letter by letter.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from console.domain.similarity import text_share
from console.domain.words import fold

_SKETCH: Final = 8
_SHARED: Final = 2
_LONGEST: Final = 2_000
_MOST: Final = 5_000
"""Texts remembered at once; of a flood the oldest are forgotten first."""


@dataclass(frozen=True, slots=True)
class CopyNorms:
    """From how many words on a text is somebody's own, and what share makes a copy ([K])."""

    words: int
    share: float
    remembered: float
    """Seconds."""


class Copies:
    """The texts of one branch that came within the last while."""

    def __init__(self, norms: CopyNorms) -> None:
        self._norms = norms
        self._texts: deque[tuple[float, str, tuple[int, ...]]] = deque()
        self._by_hash: dict[int, str] = {}

    def has(self, text: str, at: float) -> bool:
        """Whether a near-copy of ``text`` came before; ``text`` is remembered from now on."""
        self._forget(at - self._norms.remembered)
        said = fold(text[:_LONGEST]).split()
        if len(said) < self._norms.words:
            return False
        threes = (" ".join(said[at : at + 3]) for at in range(len(said) - 2))
        triples = {crc32(three.encode()) for three in threes}
        sketch = tuple(sorted(triples)[:_SKETCH])
        shared = Counter(self._by_hash[one] for one in sketch if one in self._by_hash)
        found = any(
            count >= _SHARED and text_share(text, other) >= self._norms.share
            for other, count in shared.items()
        )
        self._texts.append((at, text, sketch))
        self._by_hash.update(dict.fromkeys(sketch, text))
        return found

    def _forget(self, before: float) -> None:
        while self._texts and (self._texts[0][0] < before or len(self._texts) > _MOST):
            _, text, sketch = self._texts.popleft()
            for one in sketch:
                if self._by_hash.get(one) == text:
                    del self._by_hash[one]
