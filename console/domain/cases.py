"""Names of places and streets in the cases in which a reply speaks of them.

«в Солонцах», «из Богучан», «на улице Садовой», «по переулку Тихому». Rules go by the ending, for
few of these names stand in a dictionary; what the rules cannot know (whether «Топки» has «Топок» or
«Топков») is a list of exceptions, and the operator's correction is stronger than both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.domain.street_words import ABBREVIATED, HYPHENED, KINDS
from console.domain.words import fold


class Case(StrEnum):
    """The cases that replies need."""

    GENITIVE = "genitive"
    DATIVE = "dative"
    PREPOSITIONAL = "prepositional"


Forms = tuple[str, str, str]
"""Endings in the order of `Case`."""

Exceptions = Mapping[str, Mapping[Case, str]]
"""Whole names, folded, and their forms."""

_ORDER: Final = tuple(Case)

_MASCULINE: Final[Forms] = ("ого", "ому", "ом")
_MASCULINE_SOFT: Final[Forms] = ("его", "ему", "ем")
_FEMININE: Final[Forms] = ("ой", "ой", "ой")
_FEMININE_SOFT: Final[Forms] = ("ей", "ей", "ей")
_PLURAL: Final[Forms] = ("ых", "ым", "ых")
_PLURAL_SOFT: Final[Forms] = ("их", "им", "их")

_VOWELS: Final = "аеёиоуыэюя"
_HISSING: Final = "жчшщ"
_THEN_I: Final = "гкхжчшщ"
"""Letters after which no «ы» is written."""

_ADJECTIVE: Final = re.compile(
    r"(?:[^аеёиоуыэюя](?:ый|ий|ая|яя|ое|ее|ые|ие)|(?:[нтв]|ск|цк|стр|больш|прям|цветн)ой)\Z"
)
_FOREIGN: Final = re.compile(r"(?:аксы|[эуюё]|ээли|[аеиоуыэюя]{2}[иы]|эе|ио)\Z")
_FEMININE_SIGN: Final = re.compile(r"(?:бирь|тюмень|казань|пермь|обь|рязань|астрахань|твердь)\Z")
_FLEETING: Final = re.compile(
    r"(?:[^аеёиоуыэюя](?:док|сок|рок|лок|бок)|[аеиоуыэюя](?:док|рок|лок))\Z"
)
_SOCIETIES: Final = frozenset({"снт", "днт", "тсн", "ст", "гск", "кп"})


def place_in(name: str, case: Case, *, exceptions: Exceptions | None = None) -> str:
    """The name of a place in a case: «Солонцах», «Нижней Пойме», «Усть-Абакана»."""
    known = (exceptions or {}).get(fold(name), {}).get(case)
    if known:
        return known
    words = name.split()
    if len(words) > 1:
        return _several(words, case, exceptions or {})
    if "-" in name:
        return _hyphened(name.split("-"), case, exceptions or {})
    return _one(name, case)


def within(name: str, *, exceptions: Exceptions | None = None) -> str:
    """«в Солонцах», «во Власихе»."""
    form = place_in(name, Case.PREPOSITIONAL, exceptions=exceptions)
    return f"{_in(form)} {form}"


def street_within(street: str) -> str:
    """«на улице Садовой», «в переулке Тихом», «на Ленина»."""
    declined, inside = _street(street, Case.PREPOSITIONAL)
    return f"{_in(declined) if inside else 'на'} {declined}"


def street_along(street: str) -> str:
    """«по улице Садовой», «по переулку Тихому»."""
    return f"по {_street(street, Case.DATIVE)[0]}"


def _in(word: str) -> str:
    cluster = len(word) > 1 and word[0].lower() in "вф" and word[1].lower() not in _VOWELS
    return "во" if cluster else "в"


# ── Places ────────────────────────────────────────────────────────────────────────────────────


def _several(words: list[str], case: Case, exceptions: Exceptions) -> str:
    """«Нижняя Пойма» declines both, «Вершина Тёи» the first, «Памяти 13 Борцов» nothing."""
    if any(word[:1].isdigit() for word in words):
        return " ".join(words)
    adjectives = 0
    while adjectives < len(words) - 1 and _is_adjective(words[adjectives]):
        adjectives += 1
    declined = [_adjective(word, case) for word in words[:adjectives]]
    head = place_in(words[adjectives], case, exceptions=exceptions)
    return " ".join([*declined, head, *words[adjectives + 1 :]])


def _hyphened(parts: list[str], case: Case, exceptions: Exceptions) -> str:
    """«Усть-Абакан» declines its end, «Камень-на-Оби» its beginning, «Ленинск-Кузнецкий» both."""
    declining = {len(parts) - 1}
    if "на" in parts:
        declining = {0}
    elif _is_adjective(parts[-1]) and _agrees(parts[0], parts[-1]):
        declining.add(0)
    if _FOREIGN.search(fold("-".join(parts))):
        return "-".join(parts)
    done = [
        place_in(part, case, exceptions=exceptions) if at in declining else part
        for at, part in enumerate(parts)
    ]
    return "-".join(done)


def _agrees(noun: str, adjective: str) -> bool:
    """«Ленинск-Кузнецкий» is a Ленинск; «Верх-Ануйское» is no «Верх»."""
    masculine = noun[-1] not in _VOWELS and adjective.endswith(("ий", "ый", "ой"))
    return masculine and fold(noun) not in ("верх", "усть")


def _one(name: str, case: Case) -> str:
    if len(name) < 2 or not name.isalpha():
        return name
    if _is_adjective(name):
        return _adjective(name, case)
    if _FOREIGN.search(fold(name)) or name.endswith("ё"):
        return name
    decline = _BY_ENDING.get(name[-1].lower(), _consonant)
    return decline(name)[_ORDER.index(case)]


def _is_adjective(word: str) -> bool:
    return len(word) > 4 and _ADJECTIVE.search(word) is not None


def _adjective(word: str, case: Case) -> str:
    stem, ending = word[:-2], word[-2:]
    soft = ending in ("яя", "ее") or (ending == "ий" and stem[-1] not in "гкх")
    hissing = stem[-1] in _HISSING and not fold(stem).endswith("больш")
    soft = soft or (hissing and ending in ("ая", "ое", "ее"))
    if ending in ("ая", "яя"):
        forms = _FEMININE_SOFT if soft else _FEMININE
    elif ending in ("ые", "ие"):
        forms = _PLURAL if ending == "ые" else _PLURAL_SOFT
    else:
        forms = _MASCULINE_SOFT if soft else _MASCULINE
    return stem + forms[_ORDER.index(case)]


def _a(name: str) -> Forms:
    stem = name[:-1]
    return (stem + ("и" if stem[-1] in _THEN_I else "ы"), stem + "е", stem + "е")


def _ya(name: str) -> Forms:
    stem = name[:-1]
    if stem.endswith("и"):
        return (stem + "и", stem + "и", stem + "и")
    return (stem + "и", stem + "е", stem + "е")


def _o(name: str) -> Forms:
    stem = name[:-1]
    return (stem + "а", stem + "у", stem + "е")


def _e(name: str) -> Forms:
    stem = name[:-1]
    if stem.endswith("и"):
        return (stem + "я", stem + "ю", stem + "и")
    if stem.endswith("ь"):
        return (stem + "я", stem + "ю", name)
    return (stem + "а", stem + "у", name)


def _soft_sign(name: str) -> Forms:
    stem = name[:-1]
    if _FEMININE_SIGN.search(fold(name)):
        return (stem + "и", stem + "и", stem + "и")
    if fold(name).endswith("мень"):
        stem = stem[:-2] + "н"
    return (stem + "я", stem + "ю", stem + "е")


def _short_i(name: str) -> Forms:
    stem = name[:-1]
    return (stem + "я", stem + "ю", stem + "е")


def _y(name: str) -> Forms:
    """Plurals: «Солонцы», «Богучаны»."""
    stem = name[:-1]
    if stem.endswith("онц"):
        genitive = stem + "ов"
    elif stem.endswith("ц"):
        genitive = stem + "ев"
    else:
        genitive = stem if stem.endswith(("ан", "ян")) else stem + "ов"
    return (genitive, stem + "ам", stem + "ах")


def _i(name: str) -> Forms:
    """Plurals: «Ключи», «Мыски», «Черёмушки»."""
    stem = name[:-1]
    if stem[-1] not in _THEN_I:
        return (stem + "ей", stem + "ям", stem + "ях")
    if stem[-1] in _HISSING:
        return (stem + "ей", stem + "ам", stem + "ах")
    genitive = stem + "ов"
    if re.search(r"[шжч]к\Z", stem):
        genitive = stem[:-1] + "ек"
    elif re.search(r"енк\Z", stem):
        genitive = stem[:-1] + "ок"
    return (genitive, stem + "ам", stem + "ах")


def _consonant(name: str) -> Forms:
    stem = name
    if name.endswith("ец") and len(name) > 3:
        before = name[:-2]
        soft = "ь" if before.endswith("л") else ("й" if before[-1] in _VOWELS else "")
        stem = before + soft + "ц"
    elif _FLEETING.search(name) and len(name) > 4:
        stem = name[:-2] + name[-1]
    return (stem + "а", stem + "у", stem + "е")


_BY_ENDING: Final[Mapping[str, Callable[[str], Forms]]] = {
    "а": _a,
    "я": _ya,
    "о": _o,
    "е": _e,
    "ь": _soft_sign,
    "й": _short_i,
    "ы": _y,
    "и": _i,
}


# ── Streets ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind of street declines, and whether one is in it or on it."""

    dative: str
    prepositional: str
    inside: bool = False


_KINDS: Final = {
    "улица": _Kind("улице", "улице"),
    "переулок": _Kind("переулку", "переулке", inside=True),
    "проспект": _Kind("проспекту", "проспекте"),
    "микрорайон": _Kind("микрорайону", "микрорайоне", inside=True),
    "бульвар": _Kind("бульвару", "бульваре"),
    "площадь": _Kind("площади", "площади"),
    "шоссе": _Kind("шоссе", "шоссе"),
    "тракт": _Kind("тракту", "тракте"),
    "набережная": _Kind("набережной", "набережной"),
    "проезд": _Kind("проезду", "проезде", inside=True),
    "тупик": _Kind("тупику", "тупике", inside=True),
    "линия": _Kind("линии", "линии"),
    "просека": _Kind("просеке", "просеке"),
    "квартал": _Kind("кварталу", "квартале", inside=True),
    "жилмассив": _Kind("жилмассиву", "жилмассиве", inside=True),
    "аллея": _Kind("аллее", "аллее"),
}
_ORDINAL: Final = re.compile(r"(\d+)-(я|й|е)\Z")
_RUN_ON: Final = re.compile(r"(?<=[а-я])\.(?=[^\s.])")


def _street(street: str, case: Case) -> tuple[str, bool]:
    """The street in a case, and whether one is in it («в переулке») rather than on it."""
    words = [_whole(word) for word in _RUN_ON.sub(". ", street).split()]
    if not words or words[0].lower() in _SOCIETIES:
        return street, bool(words)
    kind = next((word for word in words if word.lower() in _KINDS), "")
    names = [word for word in words if word != kind]
    declines = all(_ORDINAL.fullmatch(word) or _is_adjective(word) for word in names)
    done = [_street_word(word, case) for word in names] if declines else _ordinals(names, case)
    if not kind:
        return " ".join(done), False
    how = _KINDS[kind.lower()]
    said = how.dative if case is Case.DATIVE else how.prepositional
    at = words.index(kind)
    return " ".join([*done[:at], said, *done[at:]]), how.inside


def _whole(word: str) -> str:
    """A type that is cut short in full: «ул.» is «улица», «пр-т» is «проспект»."""
    bare = fold(word.rstrip("."))
    first, _, second = bare.partition("-")
    if second:
        return HYPHENED.get((first, second), word)
    return KINDS[bare].name if bare in ABBREVIATED else word


def _street_word(word: str, case: Case) -> str:
    ordinal = _ORDINAL.fullmatch(word)
    if ordinal is None:
        return _adjective(word, case)
    if ordinal[2] == "я":
        return f"{ordinal[1]}-й"
    return f"{ordinal[1]}-{'му' if case is Case.DATIVE else 'м'}"


def _ordinals(words: list[str], case: Case) -> list[str]:
    return [_street_word(word, case) if _ORDINAL.fullmatch(word) else word for word in words]
