"""Names by the forms of their words, found in a text as they are, run together, or misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from console.domain.declension import LONGEST_ENDING, Paradigm, Stem, name_paradigms
from console.domain.words import Word, fold

_TYPO_FROM: Final = 6
"""Letters from which a name may be misspelt."""

_LEARNT: Final = 50_000
"""Words whose near names an index remembers."""

_HEAD, _TAIL = 4, 3
"""A word one letter off (never the first) keeps its first four letters, or those at the end of
its stem."""

_SHORTENED: Final = {
    "красн": ("кр", "крас", "красн"),
    "больш": ("бол", "больш"),
    "мал": ("мал",),
    "нижн": ("ниж", "нижн"),
    "верхн": ("верх", "верхн"),
    "стар": ("стар", "ст"),
    "нов": ("нов",),
    "северн": ("сев",),
}
"""How the adjective before a name is cut short: «Кр. Чикой», «Ниж. Ингаш»."""

_JOINED_FROM: Final = 7
"""Letters from which two words may be one name that was written apart: «Мухор Шибирь»."""

_SAME_SOUND: Final = str.maketrans("оейыэябдгвзжщю", "аииииипткфсшшу", "ьъ")


@dataclass(frozen=True, slots=True)
class Named:
    """A name found in a text: how many words it takes, whether in its nominative, or misspelt."""

    length: int
    exact: bool
    typo: bool = False


class _Name(NamedTuple):
    parts: tuple[Paradigm, ...]
    nominative: str
    keys: list[int]


class NameIndex:
    """Names by the stems of their words; ``find`` gives what begins at a word of a text.

    A name that many keys share (there are thirty villages Берёзовка) is kept once.
    """

    def __init__(self) -> None:
        self._names: list[_Name] = []
        self._known: dict[str, int] = {}
        self._stems: dict[str, list[tuple[frozenset[str], int]]] = {}
        self._heads: dict[str, list[int]] = {}
        self._sounds: dict[str, list[int]] = {}
        self._slips: dict[str, tuple[tuple[int, Named], ...]] = {}

    def add(self, key: int, name: str, *, inexact: bool = True) -> None:
        """Let ``key`` be found by ``name``; ``inexact``: also misspelt, and run together."""
        self._add(key, fold(name), inexact=inexact)
        if inexact and "-" in name:
            self._add(key, fold(name).replace("-", ""), inexact=inexact)

    def _add(self, key: int, name: str, *, inexact: bool) -> None:
        if name in self._known:
            keys = self._names[self._known[name]].keys
            if key not in keys[-1:]:
                keys.append(key)
            return
        number = self._known[name] = len(self._names)
        parts = name_paradigms(name)
        self._names.append(_Name(parts, name.replace("-", " "), [key]))
        for stem in parts[0]:
            self._stems.setdefault(stem.letters, []).append((stem.endings, number))
        if len(parts) > 1:
            self._add_shortened(parts[0], number)
        elif inexact and len(name) >= _TYPO_FROM:
            self._add_near(parts[0], number)

    def _add_shortened(self, first: Paradigm, number: int) -> None:
        for short in _SHORTENED.get(first[0].letters, ()):
            self._stems.setdefault(short, []).append((frozenset({""}), number))

    def _add_near(self, word: Paradigm, number: int) -> None:
        for stem in word:
            tail = f"{stem.letters[0]}…{stem.letters[-_TAIL:]}"
            for bucket in {stem.letters[:_HEAD], tail}:
                self._heads.setdefault(bucket, []).append(number)
            self._sounds.setdefault(sound(stem.letters), []).append(number)

    def begins(self, folded: str) -> bool:
        """Whether any name begins with this word, in some form of it."""
        return next(self._starting(folded), None) is not None

    def _starting(self, folded: str) -> Iterator[int]:
        """The names whose first word is this one, in some form of it."""
        for cut in range(min(LONGEST_ENDING, len(folded) - 1) + 1):
            end = len(folded) - cut
            for endings, number in self._stems.get(folded[:end], ()):
                if folded[end:] in endings:
                    yield number

    def find(self, text: Sequence[Word], at: int) -> list[tuple[int, Named]]:
        """The keys whose name begins at word ``at``, only those of the longest name."""
        longest = 0
        found: list[tuple[int, bool]] = []
        for number in dict.fromkeys(self._starting(text[at].folded)):
            parts = self._names[number].parts
            length = len(parts)
            if length >= longest and _fits(text, at, parts):
                if length > longest:
                    longest, found = length, []
                said = " ".join(word.folded for word in text[at : at + length])
                found.append((number, said == self._names[number].nominative))
        # A place may be found by its name and by an alias; what is exact counts.
        by_key: dict[int, Named] = {}
        for number, exact in sorted(found, key=lambda each: each[1]):
            by_key |= dict.fromkeys(self._names[number].keys, Named(longest, exact))
        return list(by_key.items())

    def find_joined(self, text: Sequence[Word], at: int) -> list[tuple[int, Named]]:
        """The keys whose one-word name is written as two words, from word ``at`` on."""
        if at + 1 >= len(text):
            return []
        first, second = text[at], text[at + 1]
        joined = first.folded + second.folded
        apart = second.start - first.end != 1
        if apart or len(joined) < _JOINED_FROM or min(len(first.folded), len(second.folded)) < 3:
            return []
        numbers = [n for n in self._starting(joined) if len(self._names[n].parts) == 1]
        return [(key, Named(2, exact=False)) for n in numbers for key in self._names[n].keys]

    def find_misspelt(self, word: str) -> tuple[tuple[int, Named], ...]:
        """The keys whose one-word name has a form near the folded ``word``.

        Near is one letter off, or sounding alike: «Лесасибирск», «Наваалтайск».
        """
        if len(word) < _TYPO_FROM:
            return ()
        if word not in self._slips:
            if len(self._slips) >= _LEARNT:
                self._slips.clear()
            numbers = sorted(set(self._misspelt(word)) | set(self._sounding(word)))
            self._slips[word] = tuple(
                (key, Named(1, exact=False, typo=True))
                for number in numbers
                for key in self._names[number].keys
            )
        return self._slips[word]

    def _misspelt(self, word: str) -> Iterator[int]:
        buckets = {word[:_HEAD]}
        for cut in range(LONGEST_ENDING + 1):
            buckets.add(f"{word[0]}…{word[: len(word) - cut][-_TAIL:]}")
        near = {number for bucket in buckets for number in self._heads.get(bucket, ())}
        for number in near:
            if any(_one_off(stem, word) for stem in self._names[number].parts[0]):
                yield number

    def _sounding(self, word: str) -> Iterator[int]:
        for cut in range(LONGEST_ENDING + 1):
            stem, ending = word[: len(word) - cut], word[len(word) - cut :]
            for number in self._sounds.get(sound(stem), ()):
                for each in self._names[number].parts[0]:
                    if ending in each.endings and sound(each.letters) == sound(stem):
                        yield number


def sound(word: str) -> str:
    """What a folded word sounds like to who writes by ear: no doubles, о as а, е as и, б as п."""
    heard = word.translate(_SAME_SOUND)
    return "".join(b for a, b in zip(" " + heard, heard, strict=False) if a != b)


def _fits(text: Sequence[Word], at: int, parts: Sequence[Paradigm]) -> bool:
    """Whether the words from ``at`` are the parts; the first is known to be."""
    if at + len(parts) > len(text):
        return False
    return all(
        any(stem.fits(text[at + place].folded) for stem in parts[place])
        for place in range(1, len(parts))
    )


def _one_off(stem: Stem, word: str) -> bool:
    """Whether one edit makes ``word`` of the stem with one of its endings."""
    letters, length = stem.letters, len(word)
    if letters[0] != word[0] or not len(letters) - 1 <= length <= len(letters) + LONGEST_ENDING + 1:
        return False
    return any(
        abs(len(letters) + len(ending) - length) < 2 and one_letter_off(word, letters + ending)
        for ending in stem.endings
        if len(letters) + len(ending) >= _TYPO_FROM
    )


def one_letter_off(one: str, other: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours turns one into other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    if short[at + 1 :] == long[at + 1 :]:
        return True
    swapped = short[at : at + 2] == long[at : at + 2][::-1]
    return swapped and short[at + 2 :] == long[at + 2 :]


def index_of(names: Iterable[tuple[int, str]]) -> NameIndex:
    """An index of exact names."""
    index = NameIndex()
    for key, name in names:
        index.add(key, name, inexact=False)
    return index
