"""How the name of a street is written: its case, its gender, its capital letters."""

from __future__ import annotations

import re
from typing import Final

from console.domain.street_words import END_STRESSED, Kind
from console.domain.words import fold

_OBLIQUE: Final = re.compile(r"(?:ой|ую|ей|юю|ою|ая|яя)\Z")
_SOFT: Final = ("верхн", "нижн", "весенн", "осенн", "зимн", "летн", "дальн", "крайн", "средн")

FEMININE_ENDINGS: Final = ("ая", "яя", "ой", "ей", "ую", "юю")
"""Case endings of an adjective in the feminine, as «Садовая» has them."""

MASCULINE_ENDINGS: Final = re.compile(r"(?:ом|ем|ому|ему|ого|его|ый|ий|ой)\Z")
"""Case endings of an adjective in the masculine, as «Садовый» has them."""


def nominative(name: str, kind: Kind) -> str:
    """An adjective of a street in the nominative and in its kind's gender; other names as is."""
    if " " in name:
        return name
    if kind.name == "шоссе" and name.endswith(("ий", "ый")):
        return f"{name[:-2]}ое"
    feminine = _OBLIQUE.search(name)
    if feminine is not None and len(name) > 4 and kind.feminine:
        soft = feminine.group() in ("ей", "юю", "яя")
        return name[: feminine.start()] + ("яя" if soft else "ая")
    masculine = MASCULINE_ENDINGS.search(name)
    is_genitive = name.endswith(("ого", "его", "ой", "ый", "ий"))
    if masculine is None or len(name) <= 4 or kind.feminine or is_genitive:
        return name
    return masculine_name(name[: masculine.start()], kind)


def masculine_name(stem: str, kind: Kind) -> str:
    """The adjective of ``stem`` in the masculine (neuter for «шоссе»): «Лесной», «Садовый»."""
    if kind.name == "шоссе":
        return f"{stem}ое"
    if fold(stem) in END_STRESSED:
        return f"{stem}ой"
    return stem + ("ий" if stem[-1:] in "кгхжшщч" or fold(stem).endswith(_SOFT) else "ый")


def is_feminine_adjective(folded: str) -> bool:
    """Whether a folded word looks like an adjective in the feminine."""
    return len(folded) > 4 and _OBLIQUE.search(folded) is not None


def is_masculine_adjective(folded: str) -> bool:
    """Whether a folded word looks like an adjective in the masculine."""
    return len(folded) > 4 and MASCULINE_ENDINGS.search(folded) is not None


def capital(word: str) -> str:
    """``word`` with its first letter alone in capitals."""
    return word[:1].upper() + word[1:].lower()
