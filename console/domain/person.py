"""A person's name as channels write it, and how to address that person."""

from __future__ import annotations

import re
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


def addressee(name: str) -> str:
    """How a letter to the person called ``name`` begins: «Ольга Петровна», «Ольга», or empty.

    Takes first name and patronymic whatever their order, a first name alone where there is no
    patronymic. Empty for a nick-name, a community, Latin letters, and wherever it is not clear:
    no name is better than a wrong one.
    """
    parts = name.split()
    if not 1 <= len(parts) <= _MAX_WORDS or not all(_CYRILLIC_WORD.fullmatch(p) for p in parts):
        return ""
    proper = [_capital(part) for part in parts]
    middle = next((i for i, p in enumerate(proper) if i and _PATRONYMIC.search(fold(p))), None)
    if middle is not None:
        return f"{proper[middle - 1]} {proper[middle]}"
    if len(proper) == 1:
        return "" if _is_surname(proper[0]) else proper[0]
    if len(proper) > 2:
        return ""
    first, second = proper
    if _is_surname(first) and not _is_surname(second):
        return second
    return "" if _is_surname(first) else first


def _capital(word: str) -> str:
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))


def _is_surname(word: str) -> bool:
    folded = fold(word)
    if folded in _SURNAMES:
        return True
    return folded not in _NOT_SURNAMES and len(folded) > 4 and bool(_SURNAME.search(folded))
