"""Areas in a cell: «ул. Ленина 1-15; Садовая полностью» as settlements, streets and houses.

Grid companies publish planned work so, several streets in a cell, with or without types, houses
and full stops. What is no address («котельная, школа») is given back as it stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from console.domain.houses import read_houses
from console.domain.outage import OutageArea
from console.domain.street_form import capital
from console.domain.street_words import HYPHENED, KINDS, MONTHS, TERRITORIES, Kind
from console.domain.words import fold


class AreasRead(NamedTuple):
    """The areas of a text, and the pieces of it that are no address that could be read."""

    areas: tuple[OutageArea, ...]
    unread: tuple[str, ...]


_PLURAL: Final = {
    "улицы": "улица",
    "улицам": "улица",
    "переулки": "переулок",
    "переулкам": "переулок",
    "проспекты": "проспект",
    "проезды": "проезд",
    "кварталы": "квартал",
    "микрорайоны": "микрорайон",
    "тер": "",
    "территория": "",
    "проездам": "проезд",
}
_SEGMENT: Final = re.compile(r"[;\n]+")
_COMMA: Final = re.compile(r",(?![^(]*\))(?![^«]*»)")
_BEFORE_TYPE: Final = re.compile(
    r"(?<=[\w)».])\s+(?:и\s+)?(?=(?:ул|пер|пр-т|пр-кт|пр-д|просп|мкр|мкрн|наб|б-р|бул|туп|пл|ш)\.\s?"
    r"[А-ЯЁ\d«])"
    r"|(?<=[\w)».])\s+(?:и\s+)?(?=(?:СНТ|ДНТ|ТСН|ГСК|улица|переулок|проспект)\s+[А-ЯЁ«])"
)
_AFTER_HOUSE: Final = re.compile(r"(?<=\d)\.?\s+(?=[А-ЯЁ][а-яё]{3,})(?!\d)")
_WORD_NAME: Final = r"[А-ЯЁ][А-Яа-яЁё]*(?:-[А-Яа-яЁё\d]+)*"
_SETTLEMENT: Final = re.compile(
    rf"(?:(?:г|с|д|п|х|у|а|ст|рп|р\.\s?п|пгт|нп|н\.\s?п|пос|дер|гор|с\.?/?п|ж/?д\s?ст|раз)\.\s*|"
    r"(?:г|с|д|п|х|рп|пгт|город|село|деревня|пос[её]лок|станция|станица|хутор|аал|улус|разъезд|"
    r"населенный пункт)\s+)"
    rf"[«\"]?(?P<name>{_WORD_NAME}(?:[ -](?!(?:ул|пер)\b)(?:\d{{1,2}}\s)?{_WORD_NAME}){{0,2}}"
    r"(?:[- ]\d{1,2}(?!\d|\s?[-/,]))?)[»\"]?"
    r"(?P<rest>.*)",
    re.DOTALL,
)
_WHOLE_PLACE: Final = re.compile(
    r"(?:(?:вес[ьё]|вся|все|полностью)\s+)?(?:территория\s+)?"
    r"(?:н\.?\s?п\.?|населенный пункт|поселок|село|деревня|город"
    r"|улицы|потребители|абоненты|жители)?"
    r"(?:\s*\(?(?:полностью|целиком|все)\)?)?\.?"
)
_STREETLESS: Final = re.compile(r"(?:без\s+улиц\w*|улиц\s+нет|нет\s+улиц|-+)\.?")
_HOUSES: Final = re.compile(
    r"(?:\d|[(№]|(?:дома?х?|дд?|уч|участ\w+|вл|домовладени\w+|№+)\b\.?\s*(?:№|\d)|неч|чет(?:н|\b)"
    r"|(?:с|со|от|по|до)\s+(?:№\s?)?\d|кроме|за исключением|корп|стр\.|лит"
    r"|все\s+(?:дома|номера)|(?:полностью|целиком|частично|вся|все|весь|част)\b|частный сектор)"
)
_NAMING_NUMBER: Final = re.compile(
    rf"\d{{1,3}}(?:\s?-?\s?(?:я|й|ая|ой|ый|го|ти)\b|\s+(?:лет|года?|съезда?|{'|'.join(MONTHS)}|"
    r"партсъезда|гвардейск\w+|стрелков\w+|сентября|августа|июня|декабря)\b|\s+[А-ЯЁ][а-яё]{2,})",
    re.IGNORECASE,
)
_NUMBERED: Final = frozenset({"микрорайон", "квартал", "линия", "проезд", "просека", "аллея"})
_LED_BY: Final = re.compile(
    r"(?:по|на|населени\w+|потребител\w+|абонент\w+|жил\w+\s+дом\w*|частн\w+\s+дом\w*|дома?|часть|адрес\w*)\s*:?"
    r"\s+(?=(?:по\s+)?[А-Яа-яЁё]{1,12}[.\s]*[А-ЯЁ«\d])"
)
_TYPE: Final = re.compile(r"[А-Яа-яЁё]+(?:-[а-яё]{1,2}\b)?\.?")
_NAME_PART: Final = re.compile(
    r"\s*(?:[«\"][^»\"]{1,60}[»\"]|[А-Яа-яЁё]+(?:-[А-Яа-яЁё\d]+)*\.?|\d{1,3}-?(?:я|й|ая|ой|ый|го)\b)"
)
_MOST_WORDS: Final = 5
_SPACES: Final = re.compile(r"\s+")


def read_areas(text: str, *, settlement: str = "") -> AreasRead:
    """The areas that ``text`` names; ``settlement`` is the one that stands in another cell.

    A settlement without streets is itself an area; so is ``settlement`` where ``text`` is empty or
    says that all of it is meant. A street without a settlement is given back unread.
    """
    reader = _Reader(settlement_name(settlement))
    for segment in _SEGMENT.split(text.replace("\xa0", " ")):
        for piece in _pieces(segment):
            reader.take(piece)
    return reader.done()


def settlement_name(text: str) -> str:
    """A settlement's name without its type: «п. Солонцы» is «Солонцы»."""
    plain = _SPACES.sub(" ", text.strip(" .,;"))
    found = _SETTLEMENT.fullmatch(plain)
    return found["name"] if found is not None and not found["rest"].strip(" .,") else plain


def _pieces(segment: str) -> Iterator[str]:
    for part in _COMMA.split(segment):
        for typed in _BEFORE_TYPE.split(part):
            if _inner_number(typed):
                yield typed
            else:
                yield from _AFTER_HOUSE.split(typed)


def _inner_number(piece: str) -> bool:
    """Whether a number in the piece is part of a name: «ул. 40 лет Победы», «ул. 8 Марта»."""
    found = re.search(r"\d", piece)
    return found is not None and _NAMING_NUMBER.match(piece, found.start()) is not None


@dataclass(slots=True)
class _Street:
    name: str
    houses: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """Pieces between commas, one after another: each begins something, or goes on with it."""

    settlement: str
    areas: list[OutageArea] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    street: _Street | None = None
    plural: str = ""
    is_bare: bool = True
    """Nothing has been said of the present settlement yet."""

    def take(self, piece: str) -> None:
        said = _SPACES.sub(" ", piece).strip(" .:-–—")
        said = re.sub(r"^и\s+", "", said)
        led = _LED_BY.match(said)
        said = said[led.end() :] if led is not None and not _kind_at(said) else said
        if not said:
            return
        folded = fold(said)
        place = _SETTLEMENT.match(said)
        if place is not None and not _kind_at(said):
            self._turn_to(place["name"])
            self.take(place["rest"])
        elif self.street is None and (self._is_all(folded) or folded == fold(self.settlement)):
            self._whole()
        elif _HOUSES.match(folded) and not _NAMING_NUMBER.match(said):
            self._add_houses(said)
        elif not self._begin_street(said):
            self.unread.append(said)

    def done(self) -> AreasRead:
        self._end_settlement()
        known = [area for area in dict.fromkeys(self.areas) if area.settlement]
        lost = [area.street for area in self.areas if not area.settlement]
        return AreasRead(tuple(known), (*self.unread, *lost))

    def _is_all(self, folded: str) -> bool:
        return bool(_STREETLESS.fullmatch(folded)) or (
            _WHOLE_PLACE.fullmatch(folded) is not None and bool(self.settlement)
        )

    def _turn_to(self, settlement: str) -> None:
        if fold(settlement) == fold(self.settlement) and self.is_bare:
            return
        self._end_settlement(is_other=bool(self.areas or self.unread or self.street))
        self.settlement, self.plural, self.is_bare = settlement, "", True

    def _end_settlement(self, *, is_other: bool = True) -> None:
        self._end_street()
        if self.is_bare and is_other and self.settlement and not self.unread:
            self.areas.append(OutageArea(self.settlement))

    def _whole(self) -> None:
        self.areas.append(OutageArea(self.settlement))
        self.is_bare = False

    def _end_street(self) -> None:
        street, self.street = self.street, None
        if street is None:
            return
        houses = ", ".join(street.houses)
        self.unread += [f"{street.name}: {piece}" for piece in read_houses(houses).unread]
        is_whole = read_houses(houses).whole and not re.search(r"\d", houses)
        self.areas.append(OutageArea(self.settlement, street.name, "" if is_whole else houses))

    def _add_houses(self, said: str) -> None:
        if self.street is None:
            self.unread.append(said)
        else:
            self.street.houses.append(_unwrapped(said))

    def _begin_street(self, said: str) -> bool:
        kind, start = _kind_at(said) or ("", 0)
        if fold(said.split(maxsplit=1)[0].strip(":.")) in _PLURAL:
            self.plural = kind
        name, rest = _name(said[start:].lstrip(" .:"), kind)
        trailing = _trailing_kind(name) if not kind else None
        if trailing is not None and not trailing[1][:1].isdigit():
            kind, name = trailing  # «5-я линия» stays as it is said
        if not re.search(r"[А-Яа-яЁё]{2}|\d", name) or not (kind or trailing or name[:1].isupper()):
            # «ленина 5» without its type or a capital may be anything: «школа», «насосная».
            return False
        self._end_street()
        self.is_bare = False
        kind = kind or self.plural
        name = name if name[:1].isupper() or name[:1].isdigit() else capital(name)
        self.street = _Street(f"{kind} {name}".strip())
        if rest:
            self.street.houses.append(_unwrapped(rest))
        return True


def _unwrapped(houses: str) -> str:
    """«(1-15)» as «1-15»."""
    said = houses.strip(" ,:-–—.")
    if said.startswith("(") and said.endswith(")") and said.count("(") == 1:
        return said[1:-1].strip()
    return said


def _kind_at(said: str) -> tuple[str, int] | None:
    """The type of a street at the beginning of ``said``, and where it ends."""
    found = _TYPE.match(said)
    if found is None:
        return None
    word = fold(found[0]).rstrip(".")
    rest = said[found.end() :].lstrip()
    if word in _PLURAL and rest:
        return _PLURAL[word], found.end()
    parts = tuple(word.split("-"))
    if len(parts) == 2 and parts in HYPHENED:
        return HYPHENED[parts[0], parts[1]], found.end()
    kind: Kind | None = KINDS.get(word)
    if kind is None or not rest:
        return None
    if kind.name in TERRITORIES and not found[0].rstrip(".").isupper():
        return None
    return kind.name, found.end()


def _trailing_kind(name: str) -> tuple[str, str] | None:
    """«Садовая ул.», «Тихий переулок»: the type, and the name without it."""
    head, _, last = name.rstrip(".").rpartition(" ")
    word = fold(last)
    if "-" in word and tuple(word.split("-")) in HYPHENED:
        one, other = word.split("-")
        return HYPHENED[one, other], head
    kind = KINDS.get(word)
    return (kind.name, head) if head and kind is not None else None


def _name(said: str, kind: str) -> tuple[str, str]:
    """The name of a street at the beginning of ``said``, and what follows: houses, or nothing."""
    at = _number_of_name(said, kind)
    count = 0
    while count < _MOST_WORDS:
        rest = said[at:].lstrip(" .")
        if not rest or (_HOUSES.match(fold(rest)) and not _ordinal_at(rest)):
            break
        found = _NAME_PART.match(said, at)
        if found is None:
            break
        at, count = found.end(), count + 1
    name = said[:at].strip(" ,.:-–—")
    return _SPACES.sub(" ", re.sub(r"[«»\"]", "", name)), said[at:].strip(" ,:.")


def _ordinal_at(rest: str) -> bool:
    return re.match(r"\d{1,3}-?(?:я|й|ая|ой|ый|го)\b", fold(rest)) is not None


def _number_of_name(said: str, kind: str) -> int:
    """Where a number ends that a name begins with: «40 лет Победы», «5-я», «микрорайон 3»."""
    found = _NAMING_NUMBER.match(said)
    if found is not None:
        return found.end()
    alone = re.match(r"\d{1,3}(?!\d|\s?[-/])", said) if kind in _NUMBERED else None
    return alone.end() if alone is not None else 0
