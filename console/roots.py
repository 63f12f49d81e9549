"""The root of a Russian word: what remains without its endings, so that its forms are one.

The Snowball stem, and of a long one also what remains without the suffix of a participle or a
verbal noun: «отключили», «отключение» and «отключен» are one.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import Any

_RUSSIAN = re.compile(r"[а-я]+\Z")
_VERBAL = re.compile(r"(?:ени|яни|ани|енн|ен|ян|ан)\Z")
_INSERTED = re.compile(r"(?<=[бпвмф])л\Z")
"""«восстановить — восстановлен»: the л comes and goes with the suffix."""
_LEAST_ROOT = 5
_LONGEST = 40


@lru_cache(maxsize=200_000)
def root(word: str) -> str:
    """A folded word without its endings; anything but a Russian word stays as it is."""
    word = word[:_LONGEST]
    if not _RUSSIAN.match(word):
        return word
    stem: str = _stemmer().stemWord(word)
    for suffix in (_VERBAL, _INSERTED):
        bare = suffix.sub("", stem)
        stem = bare if len(bare) >= _LEAST_ROOT else stem
    return stem


def prepare() -> None:
    """Import the stemmer now, so that the first search need not."""
    _stemmer()


class _Mine(threading.local):
    """A stemmer for each thread: it keeps the word that it works on."""

    stemmer: Any = None


_mine = _Mine()


def _stemmer() -> Any:
    if _mine.stemmer is None:
        import snowballstemmer

        _mine.stemmer = snowballstemmer.stemmer("russian")
    return _mine.stemmer
