"""Which words of a text have a spelling to be checked, and where they stand."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST: Final = 60
"""Letters of a word; what is longer is no word."""

_ABBREVIATION: Final = 6
"""Letters that a word in capitals may have and still be taken for an abbreviation."""

_LEFT_OUT: Final = re.compile(
    r"""
    \{[^{}\n]*\}                                  # a field that is not filled in yet
    | \[(?:club|id|public)\d+\|                   # a mention of a page, up to its words
    | (?:https?://|www\.)\S+                      # an address
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                # an e-mail
    | (?<!\w)[\w-]+(?:\.[\w-]+)*\.(?:ru|рф|com|org|net|info)\b(?:/\S*)?
    | (?<!\w)[@\#]\w+                             # a nickname or a tag
    """,
    re.VERBOSE | re.IGNORECASE,
)
_RUN: Final = re.compile(r"\w+(?:[-'’\u0301]\w+)*\u0301?")
_RUSSIAN: Final = re.compile(r"[а-яё'’-]+", re.IGNORECASE)
_ENGLISH: Final = re.compile(r"[a-z'’-]+", re.IGNORECASE)
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff'’-]+")
_STRESS: Final = "\u0301"


class Script(StrEnum):
    """In which letters a word is written; ``mixed`` is wrong in any language."""

    RUSSIAN = "ru"
    ENGLISH = "en"
    MIXED = "mixed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SpelledWord:
    """A word to be checked; ``text`` is without stress marks, the offsets are with them."""

    start: int
    end: int
    text: str


def words_to_check(text: str) -> tuple[SpelledWord, ...]:
    """The words of ``text`` that have a spelling, first to last.

    Left out are addresses, e-mails, nicknames, fields of templates, whatever has a digit in it,
    abbreviations in capitals, and single letters.
    """
    kept = _LEFT_OUT.sub(lambda match: " " * len(match.group()), text)
    found = (
        SpelledWord(run.start(), run.end(), run.group().replace(_STRESS, ""))
        for run in _RUN.finditer(kept)
    )
    return tuple(word for word in found if _has_spelling(word.text))


def is_word(text: str) -> bool:
    """Whether ``text`` is one word that has a spelling, and nothing else."""
    return len(text) <= LONGEST and [word.text for word in words_to_check(text)] == [text]


def script_of(word: str) -> Script:
    """In which letters ``word`` is written; other languages of the regions are ``other``."""
    if _RUSSIAN.fullmatch(word):
        return Script.RUSSIAN
    if _ENGLISH.fullmatch(word):
        return Script.ENGLISH
    if _CYRILLIC.fullmatch(word):
        return Script.OTHER
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return Script.MIXED if names == {"CYRILLIC", "LATIN"} else Script.OTHER


def _has_spelling(word: str) -> bool:
    if not 1 < len(word) <= LONGEST or not word.replace("-", "").replace("'", "").isalpha():
        return "’" in word and 1 < len(word) <= LONGEST and not any(map(str.isdigit, word))
    return not (word.isupper() and len(word) <= _ABBREVIATION)
