"""The dictionaries: Hunspell for Russian and English, with the words and names of our trade."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import snowballstemmer
from rapidfuzz.distance import OSA

from console.domain.spelling import Script, script_of
from console.paths import RESOURCES

OURS: Final = RESOURCES / "spelling"
KNOWN: Final = OURS / "known.txt"
PLACES: Final = (
    RESOURCES / "places" / "settlements.tsv",
    RESOURCES / "places" / "streets.tsv",
    RESOURCES / "places" / "added.tsv",
)
MOST: Final = 7
"""How many suggestions are worth reading."""

_FAR: Final = 3
_ALIKE: Final = str.maketrans("aceopxykbhmtABCEHKMOPTXY", "асеорхукьнмтАВСЕНКМОРТХУ")
"""Latin letters that look like Russian ones."""

_LETTERS: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_HEARD: Final = str.maketrans("еояыэздбгжщй", "иаииистпкшши")
"""Russian letters that are heard as another one, and are written for it."""


class Dictionaries:
    """Knows the words of two languages and of our trade; making it takes a quarter of a second."""

    def __init__(self) -> None:
        self._russian = _hunspell("ru_RU", OURS)
        self._english = _hunspell("en_US", None)
        self._stemmer = snowballstemmer.stemmer("russian")
        self._known: dict[str, str] = {}
        self._stems: set[str] = set()
        self.learn(_trade())
        for file in PLACES:
            self.learn(_names(file))

    def learn(self, words: Iterable[str]) -> None:
        """Know these as well, in every form of theirs."""
        for word in words:
            folded = fold(word)
            self._known.setdefault(folded, word)
            self._stems |= {folded, self._stem(folded)}

    def misspelt(self, words: Iterable[str]) -> list[str]:
        """Those of ``words`` that no dictionary knows."""
        return [word for word in words if not self._knows(word)]

    def suggest(self, word: str) -> list[str]:
        """What may have been meant, the likeliest first; at most `MOST`."""
        script = script_of(word)
        if script is Script.MIXED:
            word = word.translate(_ALIKE)
            if self._knows(word):
                return [word]
        speller = self._english if script is Script.ENGLISH else self._russian
        slips = (one for one in _slips(word, script) if speller.spell(one))
        ordered = [*self._near(word), *slips, *speller.suggest(word)]
        found = dict.fromkeys(one for one in ordered if one != word)
        return sorted(found, key=lambda one: _distance(one, word))[:MOST]

    def _knows(self, word: str) -> bool:
        script = script_of(word)
        if script is Script.OTHER:
            return True
        if script is Script.MIXED:
            return False
        speller = self._english if script is Script.ENGLISH else self._russian
        return bool(speller.spell(word.replace("’", "'"))) or self._is_ours(word)

    def _is_ours(self, word: str) -> bool:
        folded = fold(word)
        return (
            folded in self._known
            or self._stem(folded) in self._stems
            or ("-" in folded and all(self._knows(part) for part in word.split("-") if part))
        )

    def _near(self, word: str) -> Iterator[str]:
        folded = fold(word)
        if len(folded) < 4:
            return
        for known, written in self._known.items():
            if written[0].isupper() and not word[0].isupper():
                continue  # a place, and nobody has written of one
            if OSA.distance(folded, known, score_cutoff=_FAR - 1) < _FAR:
                yield written[:1].upper() + written[1:] if word[0].isupper() else written

    def _stem(self, folded: str) -> str:
        return str(self._stemmer.stemWord(folded))


def _distance(one: str, other: str) -> int:
    """How far two words are apart; letters that sound alike count half, a cut word more."""
    near, far = fold(one), fold(other)
    heard = OSA.distance(_sound(near), _sound(far))
    return OSA.distance(near, far) + heard + 2 * (near.count(" ") + near.count("-"))


def _sound(folded: str) -> str:
    """Roughly how a word is heard: neither doubled letters nor those that sound alike differ."""
    heard = folded.translate(_HEARD)
    return "".join(one for one, before in zip(heard, " " + heard, strict=False) if one != before)


def _slips(word: str, script: Script) -> Iterator[str]:
    """What is one key away from ``word``, all of it: of a short word Hunspell finds too much.

    It stops after fifteen, in an order of its own, and what sounds alike may be behind them.
    """
    if script is not Script.RUSSIAN:
        return
    for at in range(len(word) + 1):
        for letter in _LETTERS:
            yield word[:at] + letter + word[at:]
            if at < len(word):
                yield word[:at] + letter + word[at + 1 :]


def fold(word: str) -> str:
    """A word as it is compared: small letters, no «yo»."""
    return word.casefold().replace("ё", "е").replace("’", "'")


@lru_cache(maxsize=1)
def _trade() -> tuple[str, ...]:
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


def _names(file: Path) -> Iterator[str]:
    """Every word with a capital letter in a table of places."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            for part in line.replace("\t", " ").replace("-", " ").replace("|", " ").split():
                if part[0].isupper() and script_of(part) is Script.RUSSIAN:
                    yield part


def _hunspell(name: str, folder: Path | None) -> Any:
    from hunspell import Hunspell

    # On Windows a folder's name in Russian is understood in this encoding alone.
    encoding = "UTF-8" if sys.platform == "win32" else None
    place = None if folder is None else os.fspath(folder)
    return Hunspell(name, hunspell_data_dir=place, system_encoding=encoding)
