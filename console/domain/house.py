"""A house number in a resident's words: «5А», «7/2», «д. 12 корп. 2», «дома 5, 7 и 9»."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from console.domain.words import Span

_HOUSE: Final = re.compile(
    r"""\s{0,3}[,.]?\s{0,3}(?:(?:дома?х?|доме|дому|д)\b\.?|№)?\s{0,2}№?\s{0,2}
    (?P<number>\d{1,4})(?!\d|[:.]\d|\s?%)
    (?:\s?/\s?(?P<part>\d{1,3}))?
    (?:-(?P<flat>\d{1,4})(?!\d|-?[яйо]))?
    (?:\s?[«"'`]?(?P<letter>[А-Яа-яЁё])[»"'`]?(?![А-Яа-яЁё-]))?
    (?:\s{0,2},?\s{0,2}(?:корпус|корп|к)\.?\s?(?P<block>\d{1,3}))?
    (?:\s{0,2},?\s{0,2}(?:строение|стр)\.?\s?(?P<building>\d{1,3}))?""",
    re.VERBOSE | re.IGNORECASE,
)
_MORE_HOUSES: Final = re.compile(r"\s?(?:,|и)\s?(\d{1,4}[А-Яа-я]?)(?![\w:/-]|\.\d)")
_ANY_HOUSE: Final = re.compile(
    r"(?<![А-Яа-яЁё\d])(?:дома?х?|доме|дому|д)\b\.?\s{0,2}№?\s{0,2}(?=\d)", re.I
)
_UNIT_AFTER: Final = re.compile(
    r"\s?(?:час|ч\b|мин|дн|день|сут|лет\b|год|раз|руб|вольт|в\b|квт|кв\b(?!\.?\s?\d)|ква|градус|°|км|"
    r"м\b|метр|%|"
    r"дом|июн|июл|янв|фев|март|мар\b|апр|мая|авг|сен|окт|ноя|дек|утра|вечера|ночи|чел|семей|"
    r"подъезд|этаж|фаз|недел|месяц|тысяч|процент|-?[йя]\b|-?(?:го|ой|ая|му)\b)",
    re.IGNORECASE,
)


class HouseFound(NamedTuple):
    """House numbers in a text, «5А» or «7/2» or «5, 7, 9»."""

    house: str
    span: Span


def find_house(text: str, start: int) -> HouseFound | None:
    """The house number that follows directly at ``start``, in the form «5А», «7/2», «5, 7, 9»."""
    found = _HOUSE.match(text, start)
    if found is None or _UNIT_AFTER.match(text, found.end("number")):
        return None
    letter = found["letter"] or ""
    end = found.end()
    spaced = letter.islower() and text[found.start("letter") - 1] == " "
    if spaced and text[end : end + 1] not in ("", *".,;!?"):
        # «Мира 5 а у соседей»: a lone small letter is a word of the sentence.
        letter, end = "", found.start("letter") - 1
    house = found["number"] + (f"/{found['part']}" if found["part"] else "") + letter.upper()
    house += f" корп. {found['block']}" if found["block"] else ""
    house += f" стр. {found['building']}" if found["building"] else ""
    while (more := _MORE_HOUSES.match(text, end)) and not _UNIT_AFTER.match(text, more.end()):
        house += f", {more[1].upper()}"
        end = more.end()
    return HouseFound(house, Span(found.start("number"), end))


def find_any_house(text: str) -> HouseFound | None:
    """The first number that stands after «дом»."""
    for found in _ANY_HOUSE.finditer(text):
        house = find_house(text, found.end())
        if house is not None:
            return house
    return None
