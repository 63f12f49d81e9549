"""The case forms of a Russian place name, generated from its nominative.

Generating forms rather than stripping endings keeps «Берёзовка», «Берёзово» and «Берёзовский»
apart in «в Берёзовке», «в Берёзове» and «в Берёзовском».
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from console.domain.words import fold

_VOWELS: Final = "аеиоуыэюя"

_ADJECTIVE: Final = (
    (re.compile(r"(?:ый|ий|ой)\Z"), "ый ий ой ого его ому ему ым им ом ем"),
    (re.compile(r"(?:ая|яя)\Z"), "ая яя ой ей ую юю ою"),
    (re.compile(r"(?:ое|ее)\Z"), "ое ее ого его ому ему ым им ом ем"),
    (re.compile(r"(?:ые|ие)\Z"), "ые ие ых их ым им ыми ими"),
)
_NOUN: Final = {
    "а": "а ы и е у ой ей ою",
    "я": "я и е ю ей ью",
    "о": "о а у ом ем е ым",
    "е": "е я ю ем и а у ях",
    "ы": "ы ов ев ам ами ах _",
    "и": "и ей ов ев ям ам ями ами ях ах _",
    "ь": "ь и я ю ью ем е",
    "й": "й я ю ем е и",
}
# «_» is the ending that is none: «из Богучан».
_CONSONANT: Final = "а у ом ем е ы ым"
_FLEETING: Final = re.compile(r"(?<=[^аеиоуыэюяьйц])(?:ец|ок|ек)\Z")
_FLEETING_SOFT: Final = re.compile(r"(?<=[^аеиоуыэюяьй])ень\Z")


def forms(word: str) -> frozenset[str]:
    """The folded case forms of one folded word, the nominative among them.

    Some forms that no grammar has are among them too; they do no harm.
    """
    if len(word) < 2:
        return frozenset({word})
    for pattern, endings in _ADJECTIVE:
        if len(word) > 4 and pattern.search(word):
            found = _with(word[:-2], endings) | {word}
            # «Чикой» and «Танхой» are nouns, «Боровой» is not: take both.
            return found | _with(word[:-1], _NOUN["й"]) if word.endswith("ой") else found
    last = word[-1]
    if last in _NOUN:
        found = _with(word[:-1], _NOUN[last]) | {word}
        if last == "и" and word.endswith("ки"):
            found |= {word[:-2] + "ок", word[:-2] + "ек"}
        if _FLEETING_SOFT.search(word):
            found |= _with(word[:-3] + "н", "я ю ем е")
        return frozenset(found)
    if last in _VOWELS:
        return frozenset({word})
    found = _with(word, _CONSONANT) | {word}
    if _FLEETING.search(word):
        found |= _with(word[:-2] + word[-1], "а у ом ем е")
    return frozenset(found)


def name_forms(name: str) -> tuple[frozenset[str], ...]:
    """The folded forms of each part of a name; a hyphen parts, too.

    Before a hyphen nothing declines («Усть-Абакан»), except in «Камень-на-Оби» and before an
    adjective («в Ленинске-Кузнецком»).
    """
    parts: list[frozenset[str]] = []
    for word in fold(name).split():
        pieces = word.split("-")
        declining = {len(pieces) - 1}
        if len(pieces) > 1 and pieces[-1].endswith(("ий", "ый", "ая")):
            declining.add(0)
        if "на" in pieces:
            declining = {0}
        for place, piece in enumerate(pieces):
            parts.append(forms(piece) if place in declining else frozenset({piece}))
    return tuple(parts)


def _with(stem: str, endings: str | Iterable[str]) -> frozenset[str]:
    listed = endings.split() if isinstance(endings, str) else endings
    made = (stem + ending.strip("_") for ending in listed)
    return frozenset(form for form in made if len(form) > 1)
