"""How a resident types: capitals, punctuation, misspellings, emoji."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from console.demo.places import DEMO

_SPACES: Final = re.compile(r"[ \t]+")
_BEFORE_MARK: Final = re.compile(r"\s+([,.!?;:])")
_DOUBLED: Final = re.compile(r"([!?…,;:])[.,](?=\s|$)")
_TWO_DOTS: Final = re.compile(r"(?<!\.)\.\.(?!\.)")
_LEADING: Final = re.compile(r"^[\s,.;:]+")
_UNTIDY: Final = re.compile(r"^[,.;:]|\s[,.!?;:]|[!?…,;:.][.,]")
_SENTENCE: Final = re.compile(r"(\w+)?([.!?…])(\s+)([а-яё])")
_WORD: Final = re.compile(r"[а-яёА-ЯЁ]+(?:-[а-яё]+)?")


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's manner. ``slips`` is the chance of a mistyped word, ``habit`` of a misspelt one.

    ``case`` is normal, lower, caps or shout (one sentence); ``marks`` is full, open (no full stop
    at the end), none, loud, glued, dots or lines.
    """

    case: str = "normal"
    marks: str = "full"
    slips: float = 0.0
    habit: float = 0.0


CAREFUL: Final = Voice()
"""An official letter by somebody who reads it once more."""

_CASES: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "young": (("normal", 38), ("lower", 58), ("caps", 1), ("shout", 3)),
    "middle": (("normal", 70), ("lower", 20), ("caps", 4), ("shout", 6)),
    "elder": (("normal", 74), ("lower", 8), ("caps", 14), ("shout", 4)),
}
_MARKS: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "young": (("open", 48), ("none", 26), ("full", 12), ("loud", 6), ("lines", 3), ("glued", 5)),
    "middle": (("open", 34), ("full", 34), ("none", 8), ("loud", 12), ("glued", 7), ("dots", 5)),
    "elder": (("full", 40), ("loud", 16), ("none", 10), ("dots", 16), ("glued", 10), ("open", 8)),
}


def voice_of(age: str, rng: Random) -> Voice:
    """A manner that fits an age."""
    cases, marks = _CASES[age], _MARKS[age]
    careless = rng.random() ** 2
    return Voice(
        case=rng.choices([c for c, _ in cases], weights=[w for _, w in cases])[0],
        marks=rng.choices([m for m, _ in marks], weights=[w for _, w in marks])[0],
        slips=0.045 * careless,
        habit=0.55 * careless,
    )


class Typist:
    """Turns a well-formed text into one as its author would have typed it."""

    def __init__(self, table: Mapping[str, object]) -> None:
        habits: Mapping[str, str] = table["habits"]  # type: ignore[assignment]
        self._habits = {
            word: tuple(one.replace("_", " ") for one in wrong.split())
            for word, wrong in habits.items()
        }
        self._abbreviations = frozenset(str(table["abbreviations"]).split())
        self._near = dict(_neighbours(table["neighbours"]))  # type: ignore[arg-type]

    @staticmethod
    def load(folder: Path = DEMO) -> Typist:
        """Read typos.toml of ``folder``."""
        return Typist(tomllib.loads((folder / "typos.toml").read_text(encoding="utf-8")))

    def tidy(self, text: str) -> str:
        """``text`` with its spaces, doubled marks and capitals in order."""
        text = " ".join(text.split())
        if _UNTIDY.search(text):
            text = _LEADING.sub("", _BEFORE_MARK.sub(r"\1", text))
            text = _TWO_DOTS.sub(".", _DOUBLED.sub(r"\1", text))
        text = _SENTENCE.sub(self._capital, text)
        return text[:1].upper() + text[1:]

    def _capital(self, found: re.Match[str]) -> str:
        word = found[1] or ""
        if found[2] == "." and (
            len(word) <= 1 or word.lower() in self._abbreviations or word.isdigit()
        ):
            return found[0]
        return f"{word}{found[2]}{found[3]}{found[4].upper()}"

    def type_out(self, text: str, voice: Voice, rng: Random) -> str:
        """A tidy ``text`` as ``voice`` types it."""
        if voice.habit or voice.slips:
            text = _WORD.sub(lambda m: self._word(m[0], voice, rng), text)
        if rng.random() < 0.93 and voice is not CAREFUL:
            text = text.replace("ё", "е").replace("Ё", "Е")
        return _cased(_marked(text, voice.marks, rng), voice.case, rng)

    def _word(self, word: str, voice: Voice, rng: Random) -> str:
        if (wrong := self._habits.get(word.lower())) and rng.random() < voice.habit:
            chosen = rng.choice(wrong)
            return chosen.capitalize() if word[0].isupper() else chosen
        if rng.random() < voice.habit * 0.5:
            word = _grammar_slip(word)
        if len(word) >= 5 and word.islower() and rng.random() < voice.slips:
            return self._slip(word, rng)
        return word

    def _slip(self, word: str, rng: Random) -> str:
        """One letter dropped, doubled, exchanged with the next, or hit beside."""
        at = rng.randrange(1, len(word) - 1)
        kind = rng.random()
        if kind < 0.35:
            return word[:at] + word[at + 1 :]
        if kind < 0.55:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if kind < 0.68:
            return word[:at] + word[at] + word[at:]
        near = self._near.get(word[at], word[at])
        return word[:at] + rng.choice(near) + word[at + 1 :]


def _neighbours(rows: list[str]) -> dict[str, str]:
    return {
        letter: "".join(row[max(0, at - 1) : at] + row[at + 1 : at + 2])
        for row in rows
        for at, letter in enumerate(row)
    }


def _grammar_slip(word: str) -> str:
    if word.endswith("ться"):
        return word[:-4] + "тся"
    if word.endswith("тся"):
        return word[:-3] + "ться"
    if word.endswith("шь"):
        return word[:-1]
    return word.replace("нн", "н") if "нн" in word else word


def _marked(text: str, marks: str, rng: Random) -> str:
    if marks == "open":
        text = text.removesuffix(".")
    elif marks == "none":
        text = _SPACES.sub(" ", re.sub(r"[,.!;:«»]+(?=\s|$)|[«»]", "", text)).strip()
    elif marks == "loud":
        text = re.sub(r"\?+", "?" * rng.randint(1, 4), text)
        text = re.sub(r"!+|\.$", "!" * rng.randint(1, 4), text)
    elif marks == "glued":
        text = re.sub(r"([а-яё])([,.!?]) (?=[А-Яа-яё])", r"\1\2", text)
    elif marks == "dots":
        text = re.sub(r"(?<=[а-яё]{4})\.(?=\s|$)", rng.choice(("...", "..", "....")), text)
    elif marks == "lines":
        text = re.sub(r"(?<=[а-яё!?]{4})([.!?]) ", r"\1\n", text)
    return text


def _cased(text: str, case: str, rng: Random) -> str:
    if case == "lower":
        return text.lower()
    if case == "caps":
        return text.upper()
    if case == "shout":
        parts = re.split(r"(?<=[.!?]) ", text)
        at = rng.randrange(len(parts))
        parts[at] = parts[at].upper()
        return " ".join(parts)
    return text
