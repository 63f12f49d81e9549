"""The case forms of a Russian place name, told from its nominative.

Knowing forms rather than stripping endings keeps «Берёзовка», «Берёзово» and «Берёзовский»
apart in «в Берёзовке», «в Берёзове» and «в Берёзовском». A form is a stem and an ending that the
stem may have; thousands of names share some dozen sets of endings.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from console.domain.words import fold


class Stem(NamedTuple):
    """The letters that stay, and what may follow them (the empty ending among it)."""

    letters: str
    endings: frozenset[str]

    def fits(self, word: str) -> bool:
        """Whether a folded word is this stem with one of its endings."""
        return word.startswith(self.letters) and word[len(self.letters) :] in self.endings


Paradigm = tuple[Stem, ...]
"""A word in all its cases: most need one stem, «Городок» («городке») needs two."""

LONGEST_ENDING: Final = 3


def _endings(listed: str) -> frozenset[str]:
    # «_» is the ending that is none: «из Богучан».
    return frozenset(ending.strip("_") for ending in listed.split())


_VOWELS: Final = "аеиоуыэюя"
_ADJECTIVE: Final = (
    (re.compile(r"(?:ый|ий|ой)\Z"), _endings("ый ий ой ого его ому ему ым им ом ем")),
    (re.compile(r"(?:ая|яя)\Z"), _endings("ая яя ой ей ую юю ою")),
    (re.compile(r"(?:ое|ее)\Z"), _endings("ое ее ого его ому ему ым им ом ем")),
    (re.compile(r"(?:ые|ие)\Z"), _endings("ые ие ых их ым им ыми ими")),
)
_NOUN: Final = {
    "а": _endings("а ы и е у ой ей ою"),
    "я": _endings("я и е ю ей ью"),
    "о": _endings("о а у ом ем е ым"),
    "е": _endings("е я ю ем и а у ях"),
    "ы": _endings("ы ов ев ам ами ах _"),
    "и": _endings("и ей ов ев ям ам ями ами ях ах _"),
    "ь": _endings("ь и я ю ью ем е"),
    "й": _endings("й я ю ем е и"),
}
_CONSONANT: Final = _endings("_ а у ом ем е ы ым")
_FLED: Final = _endings("а у ом ем е")
_FLED_SOFT: Final = _endings("я ю ем е")
_ALONE: Final = _endings("_")
_FLEETING: Final = re.compile(r"(?<=[^аеиоуыэюяьйц])(?:ец|ок|ек)\Z")
_FLEETING_SOFT: Final = re.compile(r"(?<=[^аеиоуыэюяьй])ень\Z")


def paradigm(word: str) -> Paradigm:
    """The case forms of one folded word, the nominative among them.

    Some forms that no grammar has are among them too; they do no harm.
    """
    if len(word) < 2:
        return (Stem(word, _ALONE),)
    for pattern, endings in _ADJECTIVE:
        if len(word) > 4 and pattern.search(word):
            adjective = Stem(word[:-2], endings)
            # «Чикой» and «Танхой» are nouns, «Боровой» is not: take both.
            return (adjective, Stem(word[:-1], _NOUN["й"])) if word.endswith("ой") else (adjective,)
    last = word[-1]
    if last in _NOUN:
        return (Stem(word[:-1], _NOUN[last]), *_second_stem(word))
    if last in _VOWELS:
        return (Stem(word, _ALONE),)
    if _FLEETING.search(word):
        return (Stem(word, _CONSONANT), Stem(word[:-2] + word[-1], _FLED))
    return (Stem(word, _CONSONANT),)


def _second_stem(word: str) -> Paradigm:
    """«Мыски»: «мысок»; «Камень»: «камня»."""
    if word.endswith("ки"):
        return (Stem(word[:-2] + "ок", _ALONE), Stem(word[:-2] + "ек", _ALONE))
    if _FLEETING_SOFT.search(word):
        return (Stem(word[:-3] + "н", _FLED_SOFT),)
    return ()


def forms(word: str) -> frozenset[str]:
    """The folded case forms of one folded word, written out."""
    written = {word}
    for stem in paradigm(word):
        written |= {stem.letters + ending for ending in stem.endings}
    return frozenset(form for form in written if len(form) > 1 or form == word)


def name_paradigms(name: str) -> tuple[Paradigm, ...]:
    """The case forms of each part of a name; a hyphen parts, too.

    Before a hyphen nothing declines («Усть-Абакан»), except in «Камень-на-Оби» and before an
    adjective («в Ленинске-Кузнецком»).
    """
    parts: list[Paradigm] = []
    for word in fold(name).split():
        pieces = word.split("-")
        declining = {len(pieces) - 1}
        if len(pieces) > 1 and pieces[-1].endswith(("ий", "ый", "ая")):
            declining.add(0)
        if "на" in pieces:
            declining = {0}
        for place, piece in enumerate(pieces):
            parts.append(paradigm(piece) if place in declining else (Stem(piece, _ALONE),))
    return tuple(parts)


def name_forms(name: str) -> tuple[frozenset[str], ...]:
    """The case forms of each part of a name, written out."""
    return tuple(
        frozenset(stem.letters + ending for stem in part for ending in stem.endings)
        for part in name_paradigms(name)
    )
