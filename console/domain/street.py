"""Streets in a resident's words: «на пятой», «ул ленина», «Тихий переулок», «в СНТ "Берёзка"»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from console.domain.house import find_house
from console.domain.name_index import Named
from console.domain.places import Gazetteer
from console.domain.street_form import (
    FEMININE_ENDINGS,
    MASCULINE_ENDINGS,
    capital,
    is_feminine_adjective,
    is_masculine_adjective,
    masculine_name,
    nominative,
)
from console.domain.street_words import (
    ABBREVIATED,
    AFTER_ORDINAL,
    FEMININE,
    FEMININE_ENDS,
    HYPHENED,
    KINDS,
    LEADS,
    LOOSE,
    MONTHS,
    ORDINAL_SUFFIX,
    PREPOSITIONS,
    STOPS,
    TERRITORIES,
    Kind,
    ordinal_of,
)
from console.domain.words import Span, Word, fold


class StreetSign(StrEnum):
    """What made a word a street."""

    TYPED = "street_typed"
    """It stands beside «улица», «пер.» …"""
    KNOWN = "street_known"
    """It is a common street, after «на», «по», or before a house number."""
    ORDINAL = "street_ordinal"
    """A numbered street without its type: «на пятой»."""
    AFTER_PLACE = "street_after_place"
    """A capitalised word between a settlement and a house number."""


@dataclass(frozen=True, slots=True)
class StreetFound:
    """A street in a text: as it is written in an address, how it was known, and its place.

    ``typo``: it was one letter off from a common street.
    """

    street: str
    sign: StreetSign
    span: Span
    last_word: int
    typo: bool = False


_LONGEST_SHORT: Final = 4
_DOUBLED: Final = re.compile(r"(.)\1")
_VERB: Final = re.compile(r"(?:[еуюая]т|ит|ли|ла|ло|ть|ем|им)\Z")
_PLAIN_STREET: Final = re.compile(r"[а-я]{3}(?:[ое]ва|ина|ого|[а-я]ая)\Z")
_STREET: Final = Kind("улица", feminine=True)
_LANE: Final = Kind("переулок", feminine=False)
_OTHER_GENDER: Final = "?"
"""The kind of a known adjective in the masculine: a lane, a quarter, who knows."""


def find_streets(
    text: str, said: Sequence[Word], gazetteer: Gazetteer, *, places: Sequence[range] = ()
) -> tuple[StreetFound, ...]:
    """The streets in ``text``, whose words are ``said``; ``places`` are words of settlements."""
    reader = _StreetReader(text, said, gazetteer, places)
    found: list[StreetFound] = []
    taken = -1
    for each in sorted(reader.all(), key=lambda f: (f.span.start, -f.span.end)):
        if each.span.start > taken:
            found.append(each)
            taken = each.span.end - 1
    return tuple(found)


class _Name(NamedTuple):
    """A street's name that was read: as written, the word after it, and whether it is known."""

    name: str
    end: int
    ordinal: int = 0
    feminine: bool = True
    known: str = ""
    typo: bool = False


class _StreetReader:
    """One text's streets, by every sign that there is."""

    def __init__(
        self, text: str, said: Sequence[Word], gazetteer: Gazetteer, places: Sequence[range]
    ) -> None:
        self._text = text
        self._words = said
        self._gazetteer = gazetteer
        self._places = {word for place in places for word in place}
        self._after_place = {place.stop for place in places}
        self._shouted = text.isupper()

    def all(self) -> Iterator[StreetFound]:
        for at in range(len(self._words)):
            kind, length = self._kind(at)
            if kind is not None:
                yield from self._typed(at, at + length, kind)
            elif at not in self._places and self._may_begin(at):
                yield from self._untyped(at)

    # ── Beside «улица» ──────────────────────────────────────────────────────────────────────

    def _kind(self, at: int) -> tuple[Kind | None, int]:
        word = self._words[at].folded
        after = self._words[at + 1] if at + 1 < len(self._words) else None
        if after is not None and self._text[self._words[at].end : after.start] in ("-", "/"):
            name = HYPHENED.get((word, after.folded))
            return (None, 0) if name is None else (Kind(name, name in FEMININE), 2)
        kind = KINDS.get(word)
        if len(word) == 1 and self._words[at].text.isupper() and not self._shouted:
            return None, 0  # «Хомушку Ш. Х.»: an initial
        if kind is None or (word in ("ст", "ш", "пл", "кп", "мик") and not self._abbreviates(at)):
            return None, 0
        return kind, 1

    def _abbreviates(self, at: int) -> bool:
        """Whether a short word is written like an abbreviation: a full stop, or capital letters."""
        word = self._words[at]
        short = len(word.text) <= _LONGEST_SHORT
        return short and (self._text[word.end : word.end + 1] == "." or word.text.isupper())

    def _typed(self, at: int, after: int, kind: Kind) -> Iterator[StreetFound]:
        short = after - at > 1 or self._words[at].folded in ABBREVIATED or self._abbreviates(at)
        if self._joined(after - 1, after, also=".," if short else ""):
            own = kind.name in TERRITORIES
            name = self._as_said(after) if own else self._name(after, trusted=True)
            plain = short and kind.name not in TERRITORIES and kind.name not in LOOSE
            if name is not None and (plain or self._is_likely(name, after, kind)):
                yield self._found(kind, name, at, name.end - 1)
                return
        for start in range(max(0, at - 3), at):
            if start in self._places or not self._joined(at - 1, at):
                continue
            name = self._name(start, trusted=False)
            if name is not None and name.end == at and self._may_lead(name, start, kind):
                yield self._found(kind, name, start, after - 1)
                return

    def _is_likely(self, name: _Name, at: int, kind: Kind) -> bool:
        """Whether the words beside a whole «улица» are its name: not «на улице зима»."""
        if kind.name in TERRITORIES:
            return self._is_capital(at) or _VERB.search(self._words[at].folded) is None
        if name.known or name.ordinal:
            return True
        if kind.name in LOOSE:
            return self._is_capital(at) and at not in self._places
        if self._is_capital(at):
            return True
        end = self._words[name.end - 1].end
        return (
            is_feminine_adjective(self._words[at].folded) or find_house(self._text, end) is not None
        )

    def _as_said(self, at: int) -> _Name | None:
        """The name of a gardeners' society: its own words, whatever streets are called."""
        if not self._is_name_word(at):
            return None
        end = at + 1 + self._continues(at, at + 1)
        return _Name(" ".join(capital(word.text) for word in self._words[at:end]), end)

    def _may_lead(self, name: _Name, at: int, kind: Kind) -> bool:
        """Whether a name stands before its type: «Садовая улица», not «горячая линия»."""
        if name.known or name.ordinal:
            return True
        adjective = is_feminine_adjective if kind.feminine else is_masculine_adjective
        return kind.name not in LOOSE and adjective(self._words[at].folded)

    def _is_capital(self, at: int) -> bool:
        return self._words[at].text[:1].isupper() and not self._shouted

    def _found(self, kind: Kind, name: _Name, first: int, last: int) -> StreetFound:
        span = Span(self._words[first].start, self._words[last].end)
        street = _written(kind, name)
        return StreetFound(street, StreetSign.TYPED, span, last, name.typo)

    # ── By itself ───────────────────────────────────────────────────────────────────────────

    def _may_begin(self, at: int) -> bool:
        """Whether `_untyped` can find anything here: most words of a text can be no street."""
        word = self._words[at]
        return (
            word.text[:1].isupper()
            or word.folded.isdigit()
            or self._gazetteer.street_names.begins(word.folded)
            or ordinal_of(word.folded) > 0
        )

    def _untyped(self, at: int) -> Iterator[StreetFound]:
        before = self._words[at - 1].folded if at else ""
        led = before in PREPOSITIONS and self._joined(at - 1, at)
        if self._names_a_district(at + 1):
            return
        ordinal = self._ordinal(at)
        if ordinal is not None:
            alone = self._stands_alone(at, ordinal.end) and not self._counts_time(ordinal.end)
            if before in ("на", "по") and ordinal.feminine and alone:
                yield self._bare(at, ordinal, StreetSign.ORDINAL)
            return
        known = self._known(at)
        if known is not None:
            house = find_house(self._text, self._words[known.end - 1].end)
            after_place = at in self._after_place and self._words[at].text[:1].isupper()
            certain = after_place or house is not None or " лет " in known.name
            if certain or (led and self._stands_alone(at, known.end)):
                yield self._bare(at, known, StreetSign.KNOWN)
            return
        surname = _PLAIN_STREET.search(self._words[at].folded) is not None
        if self._is_capital(at) and (at in self._after_place or surname):
            name = self._name(at, trusted=False)
            if name is not None and find_house(self._text, self._words[name.end - 1].end):
                yield self._bare(at, name, StreetSign.AFTER_PLACE)

    def _bare(self, at: int, name: _Name, sign: StreetSign) -> StreetFound:
        if name.ordinal and not name.name:
            street = f"{name.ordinal}-{'я' if name.feminine else 'й'}"
        else:
            # «на Ленина» may be a street or an avenue; «на Садовой» is a street.
            feminine = name.known != _OTHER_GENDER and name.name.endswith(FEMININE_ENDINGS)
            street = _written(_STREET, name) if feminine else _numbered(name)
        last = name.end - 1
        return StreetFound(street, sign, Span(self._words[at].start, self._words[last].end), last)

    def _names_a_district(self, at: int) -> bool:
        """«Алтайский район» is no street."""
        return at < len(self._words) and self._words[at].folded.startswith(
            ("район", "округ", "кра")
        )

    def _stands_alone(self, at: int, end: int) -> bool:
        """Whether no noun follows: «на садовой нет света», not «на новой остановке»."""
        if self._words[at].text[:1].isupper() and not self._shouted:
            return True
        if end >= len(self._words) or not self._joined(end - 1, end):
            return True
        return self._words[end].folded in STOPS or self._words[end].folded.isdigit()

    def _counts_time(self, at: int) -> bool:
        return at < len(self._words) and self._words[at].folded in AFTER_ORDINAL

    # ── Names ───────────────────────────────────────────────────────────────────────────────

    def _name(self, at: int, *, trusted: bool) -> _Name | None:
        """The name that begins at word ``at``; ``trusted``: it follows «улица», typos allowed."""
        if at >= len(self._words) or (at in self._places and not trusted):
            return None
        ordinal = self._ordinal(at)
        if ordinal is not None:
            return self._after_ordinal(ordinal)
        known = self._known(at)
        if known is not None:
            return known
        word = self._words[at].folded
        if word.isdigit():
            return self._numbered(at)
        if word in STOPS or word in KINDS or len(word) < 2:
            return self._initials(at)
        return self._unknown(at, trusted=trusted)

    def _unknown(self, at: int, *, trusted: bool) -> _Name | None:
        """A name that is in no list: misspelt, capitalised, or an adjective."""
        word = self._words[at]
        if trusted:
            misspelt = self._gazetteer.street_names.find_misspelt(word.folded)
            if misspelt and self._is_slip(word.folded, misspelt):
                return self._of_index(at, misspelt, typo=True)
        adjective = is_feminine_adjective(word.folded) or is_masculine_adjective(word.folded)
        if not trusted and not self._is_capital(at) and not adjective:
            return None
        end = at + 1
        if word.folded in LEADS or self._continues(at, end):
            end += self._is_name_word(end)
        return _Name(" ".join(capital(w.text) for w in self._words[at:end]), end)

    def _known(self, at: int) -> _Name | None:
        found = self._gazetteer.street_names.find(self._words, at)
        if not found:
            return None
        known = self._of_index(at, found)
        end = known.end
        if end - at == 1 and self._continues(at, end) and self._is_name_word(end):
            second = self._words[end]
            if second.folded.endswith(("а", "я")) and not is_feminine_adjective(second.folded):
                name = f"{capital(self._words[at].text)} {capital(second.text)}"
                return _Name(name, end + 1, known=known.known)
        return known

    def _of_index(
        self, at: int, found: Sequence[tuple[int, Named]], *, typo: bool = False
    ) -> _Name:
        key, named = found[0]
        street = self._gazetteer.streets[key]
        said = self._words[at]
        adjective = " " not in street.name and street.name.endswith(("ая", "яя"))
        if adjective and not typo and not said.folded.endswith(FEMININE_ENDINGS):
            # «по Овражному»: a lane or a quarter of the same adjective.
            found_end = MASCULINE_ENDINGS.search(said.folded)
            stem = said.text[: found_end.start()] if found_end else said.text
            return _Name(masculine_name(capital(stem), _LANE), at + 1, known=_OTHER_GENDER)
        return _Name(street.name, at + named.length, known=street.kind, typo=typo)

    def _is_slip(self, word: str, misspelt: Sequence[tuple[int, Named]]) -> bool:
        """Whether a near name is meant: «ленена» is, «Обская» is no «Омская».

        Of adjectives only a doubled letter is taken for a slip («Весеняя»).
        """
        if not is_feminine_adjective(word) and not is_masculine_adjective(word):
            return True
        name = fold(self._gazetteer.streets[misspelt[0][0]].name)
        if word[:-2] == name[:-2]:
            return False  # another gender of the same adjective
        return _DOUBLED.sub(r"\1", word)[:-2] == _DOUBLED.sub(r"\1", name)[:-2]

    def _ordinal(self, at: int) -> _Name | None:
        word = self._words[at].folded
        end = at + 1
        if word.isdigit() and len(word) <= 2 and end < len(self._words):
            suffix = self._words[end]
            glue = self._text[self._words[at].end : suffix.start]
            if glue in ("", "-") and suffix.folded in ORDINAL_SUFFIX:
                feminine = suffix.folded in ("я", "ая", "ой", "ю", "ую")
                return _Name("", end + 1, ordinal=int(word), feminine=feminine)
            return None
        number = ordinal_of(word)
        if not number:
            return None
        return _Name("", end, ordinal=number, feminine=word.endswith(tuple(FEMININE_ENDS)))

    def _after_ordinal(self, ordinal: _Name) -> _Name | None:
        """«1-я Советская»; the number alone where nothing like a name follows."""
        if self._counts_time(ordinal.end):
            return None
        known = self._known(ordinal.end) if ordinal.end < len(self._words) else None
        if known is not None and self._joined(ordinal.end - 1, ordinal.end):
            return known._replace(ordinal=ordinal.ordinal, feminine=ordinal.feminine)
        if self._is_name_word(ordinal.end) and self._words[ordinal.end].text[:1].isupper():
            name = capital(self._words[ordinal.end].text)
            return ordinal._replace(name=name, end=ordinal.end + 1)
        return ordinal

    def _numbered(self, at: int) -> _Name | None:
        """«9 Мая», «40 лет Победы»: a number that is no house."""
        after = [w.folded for w in self._words[at + 1 : at + 3]]
        if after and after[0] in MONTHS:
            return _Name(f"{self._words[at].text} {capital(after[0])}", at + 2)
        if len(after) == 2 and after[0] == "лет" and after[1] not in STOPS:
            return _Name(f"{self._words[at].text} лет {capital(after[1])}", at + 3)
        return None

    def _initials(self, at: int) -> _Name | None:
        """«К. Маркса», «А. С. Пушкина»."""
        end = at
        while end < len(self._words) and len(self._words[end].text) == 1 and end - at < 2:
            if not self._words[end].text.isupper() or self._text[self._words[end].end] != ".":
                return None
            end += 1
        if end == at or not self._is_name_word(end):
            return None
        letters = "".join(f"{w.text}. " for w in self._words[at:end])
        return _Name(letters + capital(self._words[end].text), end + 1)

    def _continues(self, at: int, end: int) -> bool:
        """Whether the capitalised word at ``end`` belongs to the name begun at ``at``."""
        if end >= len(self._words) or not self._joined(at, end) or self._shouted:
            return False
        both = self._words[at].text[:1].isupper() and self._words[end].text[:1].isupper()
        return both and not self._gazetteer.settlement_names.find(self._words, end)

    def _is_name_word(self, at: int) -> bool:
        if at >= len(self._words):
            return False
        word = self._words[at].folded
        return word.isalpha() and len(word) > 2 and word not in STOPS and word not in KINDS

    def _joined(self, one: int, other: int, *, also: str = "") -> bool:
        """Whether nothing but spaces, a hyphen, quotes (or a mark in ``also``) is between."""
        if not 0 <= one < other < len(self._words):
            return False
        between = self._text[self._words[one].end : self._words[other].start]
        return between.strip(" -«\"'`" + also) == "" and "\n" not in between


def _numbered(name: _Name) -> str:
    """A name without a type, with its number where it has one."""
    return f"{name.ordinal}-я {name.name}" if name.ordinal else name.name


def _written(kind: Kind, name: _Name) -> str:
    """The street as an address has it: «улица Садовая», «5-я линия», «СНТ «Берёзка»»."""
    number = f"{name.ordinal}-{'я' if kind.feminine else 'й'}" if name.ordinal else ""
    if not name.name:
        return f"{number} {kind.name}"
    if kind.name in TERRITORIES:
        return f"{kind.name} «{name.name}»"
    proper = name.name if name.known == kind.name else nominative(name.name, kind)
    return " ".join(part for part in (kind.name, number, proper) if part)
