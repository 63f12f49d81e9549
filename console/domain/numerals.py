"""Numerals: numbers of a Russian text that are written in words, folded, in the cases they need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_FORMS: Final = (
    "один одного одну одной",
    "два две двух двум",
    "три трех трем",
    "четыре четырех четырем",
    "пять пяти",
    "шесть шести",
    "семь семи",
    "восемь восьми",
    "девять девяти",
    "десять десяти",
    "одиннадцать одиннадцати",
    "двенадцать двенадцати",
)
_MORE: Final = {15: "пятнадцать пятнадцати", 20: "двадцать двадцати", 30: "тридцать тридцати"} | {
    40: "сорок сорока",
    2: "пару пары",
}

NUMBERS: Final[Mapping[str, int]] = {
    word: number for number, forms in enumerate(_FORMS, 1) for word in forms.split()
} | {word: number for number, forms in _MORE.items() for word in forms.split()}
"""How many: «двух» is 2, «пару» too."""

NUMBER: Final = "(?:" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
"""The part of a pattern that takes any of them."""

_ORDINALS: Final = (
    *("первого", "второго", "третьего", "четвертого", "пятого", "шестого", "седьмого", "восьмого"),
    *("девятого", "десятого", "одиннадцатого", "двенадцатого", "тринадцатого", "четырнадцатого"),
    *("пятнадцатого", "шестнадцатого", "семнадцатого", "восемнадцатого", "девятнадцатого"),
    *("двадцатого",),
)
_TENS: Final = {"двадцать": 20, "тридцать": 30}

ORDINAL: Final = r"(?:(?:двадцать|тридцать)\s)?(?:" + "|".join((*_ORDINALS, "тридцатого")) + ")"
"""The part of a pattern that takes an ordinal in the genitive, up to the thirty-first."""


def number(word: str) -> int:
    """The number that figures, or a word of `NUMBERS`, mean."""
    return int(word) if word.isdigit() else NUMBERS[word]


def ordinal(word: str) -> int:
    """The number that figures, or words of `ORDINAL`, mean."""
    if word.isdigit():
        return int(word)
    tens, _, last = word.rpartition(" ")
    return 30 if last == "тридцатого" else _TENS.get(tens, 0) + _ORDINALS.index(last) + 1
