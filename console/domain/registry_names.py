"""Names of the registry in a resident's words: whether a text names this street of this outage.

Residents leave out what a reader of any text would need («на Гримау темно»), but the registry says
what to look for: a name that it has is believed without «улица» before it. A number is part of the
name («12-я Амурская» is not «14-я»), a title or a first name need not be said («на Тихонова»).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from console.domain.street_words import (
    HYPHENED,
    KINDS,
    LEADS,
    ORDINAL_SUFFIX,
    ordinal_of,
)
from console.domain.words import Word, fold, words

_ENDING: Final = re.compile(
    r"(?:ая|яя|ой|ей|ую|юю|ый|ий|ого|его|ому|ему|ом|ем|ые|ых|ым|а|я|у|ю|е|ы|и|о|ь|й)\Z"
)
_SHORTEST: Final = 3
_UNITS: Final = frozenset(
    {
        *("область", "обл", "области", "район", "района", "районе", "край", "республика"),
        *("школа", "больница", "подстанция", "садик", "рынок"),
    }
)
"""What follows an adjective that is no street: «Ленинградская область»."""


class Named(NamedTuple):
    """A street as the registry has it: its type («» where none), numbers and words of its name."""

    kind: str
    numbers: tuple[str, ...]
    name: tuple[str, ...]


@lru_cache(maxsize=20_000)
def stem(folded: str) -> str:
    """A word without its case: «садовой» and «садовая» are «садов», «гримау» stays."""
    bare = _ENDING.sub("", folded)
    return bare if len(bare) >= _SHORTEST else folded


@lru_cache(maxsize=5_000)
def named(street: str) -> Named:
    """The parts of a street's name, for `names_street`."""
    kind, numbers, name = "", list[str](), list[str]()
    said = words(street)
    at = 0
    while at < len(said):
        word = said[at].folded
        two = HYPHENED.get((word, said[at + 1].folded)) if at + 1 < len(said) else None
        known = KINDS.get(word)
        if two is not None or (known is not None and len(said) > 1):
            kind = kind or two or (known.name if known else "")
            at += 2 if two is not None else 1
            continue
        if word.isdigit() or ordinal_of(word):
            numbers.append(word if word.isdigit() else str(ordinal_of(word)))
        elif not (numbers and word in ORDINAL_SUFFIX):
            name.append(stem(word))
        at += 1
    return Named(kind, tuple(numbers), tuple(name))


def names_street(text: str, street: str) -> bool:
    """Whether ``text`` names ``street`` in any case, with or without its type."""
    wanted = named(street)
    said = words(text)
    if not wanted.name:
        return bool(wanted.numbers) and _numbered(said, wanted)
    return any(_stands_at(said, at, wanted) for at in range(len(said)))


def names_settlement(text: str, settlement: str) -> bool:
    """Whether ``text`` names ``settlement`` in any case («в Самагалтае»)."""
    wanted = [stem(word.folded) for word in words(settlement)]
    said = [stem(word.folded) for word in words(text)]
    length = len(wanted)
    return any(said[at : at + length] == wanted for at in range(len(said) - length + 1))


def _stands_at(said: Sequence[Word], at: int, wanted: Named) -> bool:
    """Whether the last word of the name is the one at ``at``, and nothing near it contradicts."""
    if stem(said[at].folded) != wanted.name[-1]:
        return False
    following = said[at + 1].folded if at + 1 < len(said) else ""
    if following in _UNITS:
        return False
    first = at
    for word in reversed(wanted.name[:-1]):
        if first and stem(said[first - 1].folded) == word:
            first -= 1
        elif word not in _LEFT_OUT and len(word) > _SHORTEST and not _is_first_name(wanted):
            return False
    if not _same_number(said, first, wanted):
        return False
    return _same_kind(said, first, at, wanted)


_LEFT_OUT: Final = frozenset(stem(word) for word in LEADS)


def _is_first_name(wanted: Named) -> bool:
    """«Бориса Полевого», «Базара Ринчино»: of two words without a number the last one tells."""
    return len(wanted.name) == 2 and not wanted.numbers


def _same_number(said: Sequence[Word], first: int, wanted: Named) -> bool:
    """The numbers that stand before the name are those of the street: «5-й Кировской»."""
    before = _numbers_before(said, first)
    if wanted.numbers:
        return before[:1] == list(wanted.numbers[:1])
    # «дом 5 Садовая» and «4-я Кировская»: only an ordinal belongs to the name.
    return not before or not _is_ordinal(said, first)


def _numbers_before(said: Sequence[Word], first: int) -> list[str]:
    at = first - 1
    while at >= 0 and (said[at].folded in ORDINAL_SUFFIX or said[at].folded in KINDS):
        at -= 1
    if at < 0:
        return []
    word = said[at].folded
    number = word if word.isdigit() else str(ordinal_of(word) or "")
    return [number] if number else []


def _is_ordinal(said: Sequence[Word], first: int) -> bool:
    word = said[first - 1].folded
    return word in ORDINAL_SUFFIX or bool(ordinal_of(word))


def _same_kind(said: Sequence[Word], first: int, last: int, wanted: Named) -> bool:
    """A type is compared only where both have one: «пер. Садовый» is not «ул. Садовая»."""
    around = [said[first - 1].folded] if first else []
    around += [said[last + 1].folded] if last + 1 < len(said) else []
    kinds = {KINDS[word].name for word in around if word in KINDS}
    return not kinds or not wanted.kind or wanted.kind in kinds


def _numbered(said: Sequence[Word], wanted: Named) -> bool:
    """«3-й микрорайон»: the number with its type beside it."""
    folded = [word.folded for word in said]
    for at, word in enumerate(folded):
        if word not in wanted.numbers and str(ordinal_of(word)) not in wanted.numbers:
            continue
        near = folded[max(0, at - 1) : at] + folded[at + 1 : at + 3]
        if any(each in KINDS and KINDS[each].name == wanted.kind for each in near):
            return True
    return False


def speaks_of_dark(text: str) -> bool:
    """Whether the words are about having no power, not about something else in a dark street."""
    return _DARK.search(fold(text)) is not None


def speaks_of_return(text: str) -> bool:
    """Whether the words say that the power is back."""
    return any(
        _BACK.search(sentence) is not None and _NOT_BACK.search(sentence) is None
        for sentence in _SENTENCES.findall(fold(text))
    )


def asks_ahead(text: str) -> bool:
    """Whether the words are about a day to come or announced work, not about this moment."""
    return _AHEAD.search(fold(text)) is not None and not speaks_of_now(text)


def speaks_of_now(text: str) -> bool:
    """Whether the words say that it is dark at this moment."""
    return _NOW.search(fold(text)) is not None


_DARK: Final = re.compile(
    r"\bсвет|электри|темн|темен|\bтьм|отключ|отруб|выруб|обесточ|погас|\bтока\b|напряжени\w* нет|"
    r"нет напряжени|замерза"
)
_BACK: Final = re.compile(
    r"(?:дали|включили|появил\w*|есть|вернул\w*|загорел\w*)\s(?:\w+\s){0,2}(?:свет|электр)|"
    r"(?:свет|электр)\w*\s(?:\w+\s){0,2}(?:дали|появил|включили|есть\b|вернул|загорел)|"
    r"\A\W*включили"
)
_NOT_BACK: Final = re.compile(r"\?|\bне\b|\bнет\b|когда|если|пока")
_SENTENCES: Final = re.compile(r"[^.!?\n]+[.!?]*")
_AHEAD: Final = re.compile(r"\b(?:после)?завтра|планов|по плану|объявлен|объявлял|работы на\b")
_NOW: Final = re.compile(
    r"сейчас|погас|пропал|внезапно|нет света|света нет|без света|темно|не горит|обесточ"
)
