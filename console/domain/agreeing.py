"""Agreeing comments: «+1», «и у нас», «плюсую» say that somebody has the same trouble, no more."""

from __future__ import annotations

import re
from typing import Final

from console.domain.words import fold

_SIGNS: Final = re.compile(r"[^\w+]+")
_PLUS: Final = re.compile(r"(?<!\S)\+{1,5}\s?\d{0,3}(?!\S)")
_PHRASES: Final = frozenset(
    fold(
        """плюс|плюс один|плюсую|плюсуюсь|плюсик|и у нас|и у нас тоже|у нас тоже|у нас также|
        у нас так же|и у меня|у меня тоже|тоже|аналогично|такая же ситуация|та же ситуация|
        та же история|такая же история|такая же беда|та же беда|то же самое|тоже самое|
        присоединяюсь|поддерживаю|согласен|согласна|и мы|мы тоже|и мы тоже|и нас тоже|нас тоже|
        и у нас нет|у нас тоже нет|тоже нет|и у нас нет света|у нас тоже нет света"""
    )
    .replace("\n", " ")
    .split("|")
)
_KNOWN: Final = frozenset(" ".join(phrase.split()) for phrase in _PHRASES)


def is_agreeing(text: str) -> bool:
    """Whether a comment says nothing of its own but that the same holds for its author."""
    said = " ".join(_SIGNS.sub(" ", fold(text)).split())
    if not said:
        return False
    bare = " ".join(_PLUS.sub(" ", said).split())
    return not bare or bare in _KNOWN
