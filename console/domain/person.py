"""A person's name as channels write it, and how to address that person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.domain.words import fold

_CYRILLIC_WORD: Final = re.compile(r"[А-ЯЁа-яё]+(?:-[А-ЯЁа-яё]+)*")
_PATRONYMIC: Final = re.compile(r"(?:ович|евич|ьич|инич|овна|евна|ична|инична)$")
_SURNAME: Final = re.compile(
    r"(?:ов|ова|ев|ева|ин|ина|ын|ына|ский|ская|цкий|цкая|ской|цкой|енко|чук|щук|юк|ых|их|дзе|"
    r"швили|ян)$"
)
# Surnames of Tuva without such an ending, and first names that have one.
_SURNAMES: Final = frozenset(
    fold(
        """монгуш ооржак ондар кужугет хертек иргит донгак тюлюш сарыглар кыргыс салчак куулар
        ховалыг оюн маады сат доржу дажы долаан чульдум"""
    ).split()
)
_NOT_SURNAMES: Final = frozenset(
    fold(
        """марина полина ирина галина арина алина карина кристина екатерина валентина ангелина
        регина антонина василина мальвина сабина аделина эвелина георгина константин валентин
        вениамин мартин августин марьян севастьян демьян касьян лукьян айдын"""
    ).split()
)
_MAX_WORDS: Final = 4


class NamePart(StrEnum):
    """What one word of a person's name is."""

    FIRST = "first"
    PATRONYMIC = "patronymic"
    SURNAME = "surname"


@dataclass(frozen=True, slots=True)
class NameWord:
    """One word of a name, with its capital letters, and what it is."""

    text: str
    part: NamePart


def name_words(name: str) -> tuple[NameWord, ...]:
    """The words of a person's name in their order; empty where it is none, or not clear."""
    parts = name.split()
    if not 1 <= len(parts) <= _MAX_WORDS or not all(_CYRILLIC_WORD.fullmatch(p) for p in parts):
        return ()
    proper = [_capital(part) for part in parts]
    middle = next((i for i, p in enumerate(proper) if i and _PATRONYMIC.search(fold(p))), None)
    first = _first_name(proper) if middle is None else middle - 1
    if first is None and len(proper) > 1:
        return ()
    known = {first: NamePart.FIRST, middle: NamePart.PATRONYMIC}
    return tuple(NameWord(word, known.get(at, NamePart.SURNAME)) for at, word in enumerate(proper))


def _first_name(proper: list[str]) -> int | None:
    """Where the first name stands among the words of a name without a patronymic."""
    if len(proper) == 1:
        return None if _is_surname(proper[0]) else 0
    if len(proper) > 2:
        return None
    if _is_surname(proper[0]):
        return None if _is_surname(proper[1]) else 1
    return 0


def addressee(name: str) -> str:
    """How a letter to the person called ``name`` begins: «Ольга Петровна», «Ольга», or empty.

    Takes first name and patronymic whatever their order, a first name alone where there is no
    patronymic. Empty for a nick-name, a community, Latin letters, and wherever it is not clear:
    no name is better than a wrong one.
    """
    spoken = (NamePart.FIRST, NamePart.PATRONYMIC)
    return " ".join(word.text for word in name_words(name) if word.part in spoken)


def _capital(word: str) -> str:
    """«Анна-Мария», and «Кызыл-оол», where «-оол» (son) is no name of its own."""
    first, *more = word.split("-")
    small = [part.lower().startswith("оол") for part in more]
    rest = [p.lower() if s else _first_capital(p) for p, s in zip(more, small, strict=True)]
    return "-".join((_first_capital(first), *rest))


def _first_capital(word: str) -> str:
    return word[:1].upper() + word[1:].lower()


def _is_surname(word: str) -> bool:
    folded = fold(word)
    if folded in _SURNAMES:
        return True
    return folded not in _NOT_SURNAMES and len(folded) > 4 and bool(_SURNAME.search(folded))
