"""A search in words: what is said about it, what may be typed next, and what is highlighted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain.folding import fold
from console.i18n import LANGUAGES, Catalog

if TYPE_CHECKING:  # the first page has no search
    from console.domain.query import Language, Operator, Problem
    from console.readmodel import SearchNotes

_WORD = re.compile(r"[^\W_]+")
_LAST = re.compile(r"(?:^|(?<=\s))(?P<minus>-?)(?P<rest>[^\s\"]*|[^\s\":]+:\"[^\"]*)\Z")
_ASKS = re.compile(r"(?P<name>[^\W\d_]+):(?P<value>.*)\Z")
_SHORT, _SHORT_ENDING, _LONGEST_ENDING = 4, 3, 6
_FAR, _BEFORE = 24, 8
_MOST_VALUES, _MOST_OPERATORS, _MOST_RECENT, _MOST_TYPED = 6, 3, 5, 4


@dataclass(frozen=True, slots=True)
class Marks:
    """What is to be highlighted: words that begin so, and words that are so."""

    begin: tuple[str, ...] = ()
    whole: frozenset[str] = frozenset()

    @staticmethod
    def of(notes: SearchNotes) -> Marks:
        """The marks of a search."""
        return Marks(notes.marks, frozenset(notes.whole))

    def __bool__(self) -> bool:
        return bool(self.begin or self.whole)

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """The places in ``text`` that are highlighted, as (start, end)."""
        if not self:
            return ()
        return tuple(
            (found.start(), found.end())
            for found in _WORD.finditer(text)
            if self._is_marked(fold(found[0]))
        )

    def _is_marked(self, word: str) -> bool:
        if word in self.whole or word in self.begin:
            return True
        if not word.startswith(self.begin):
            return False
        longest = max(len(one) for one in self.begin if word.startswith(one))
        ending = _SHORT_ENDING if longest <= _SHORT else _LONGEST_ENDING
        return longest > 2 and len(word) - longest <= ending

    def excerpt(self, text: str) -> str:
        """``text`` from a little before the first highlighted word on, where that is far in."""
        spans = self.spans(text)
        if not spans or spans[0][0] <= _FAR:
            return text
        start = text.rfind(" ", 0, spans[0][0] - _BEFORE) + 1
        return f"…{text[start:]}"


NOTHING_MARKED = Marks()


def note_lines(notes: SearchNotes, catalog: Catalog) -> tuple[str, ...]:
    """What is said about a search, each a sentence."""
    t = catalog.t
    lines = [_problem(one, catalog) for one in notes.problems]
    if notes.reading:
        lines.append(t("search.reading", text=notes.reading))
    if notes.also:
        lines.append(t("search.also", words=", ".join(notes.also)))
    elif notes.lacking:
        lines.append(t("search.lacking"))
    return tuple(lines)


def _problem(problem: Problem, catalog: Catalog) -> str:
    params = dict(problem.params)
    like = "_like" if params.get("like") else ""
    return catalog.t(f"search.{problem.code}{like}", **params)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may be typed next: ``words`` on the button, ``text`` of the whole field.

    ``kind``: operator, value, word or recent.
    """

    words: str
    text: str
    kind: str


def suggestions(
    text: str,
    language: Language,
    catalog: Catalog,
    *,
    recent: Sequence[str] = (),
    words: Sequence[str] = (),
) -> tuple[Suggestion, ...]:
    """What may be typed next; ``words`` begin with the last word that was typed."""
    if not text.strip():
        return tuple(Suggestion(one, one, "recent") for one in recent[:_MOST_RECENT])
    found = _LAST.search(text)
    if found is None or not found["rest"]:
        return ()
    before = text[: found.start()] + found["minus"]
    asked = _ASKS.match(found["rest"])
    if asked is not None:
        operator = language.named(asked["name"])
        if operator is None:
            return ()
        return tuple(_values(operator, asked["name"], asked["value"], before, catalog))
    named = _operators(found["rest"], before, language, catalog)
    typed = tuple(Suggestion(word, f"{before}{word} ", "word") for word in words)
    return (*named, *typed)[:_MOST_TYPED]


def last_word(text: str) -> str:
    """The word that is being typed, folded; empty where an operator is, or nothing."""
    found = _LAST.search(text)
    rest = found["rest"] if found else ""
    return fold(rest) if rest.isalpha() else ""


def _operators(
    typed: str, before: str, language: Language, catalog: Catalog
) -> tuple[Suggestion, ...]:
    begun = fold(typed)
    names = [_own_name(one, catalog) for one in language.operators]
    fit = [name for name in names if fold(name).startswith(begun) and len(begun) < len(name) + 1]
    return tuple(
        Suggestion(f"{name}:", f"{before}{name}:", "operator") for name in fit[:_MOST_OPERATORS]
    )


def _values(
    operator: Operator, name: str, typed: str, before: str, catalog: Catalog
) -> list[Suggestion]:
    begun = fold(typed.strip('"'))
    found = []
    for key, names in operator.values.items():
        shown = _own_value(key, names, catalog)
        known = [fold(key), *map(fold, names)]
        if any(one.startswith(begun) or f" {begun}" in one for one in known) and begun != shown:
            said = f'"{shown}"' if " " in shown or "." in shown else shown
            found.append(Suggestion(shown, f"{before}{name}:{said} ", "value"))
    return found[:_MOST_VALUES]


def _own_name(operator: Operator, catalog: Catalog) -> str:
    """The first name of an operator in the language of the window."""
    place = LANGUAGES.index(catalog.language) if catalog.language in LANGUAGES else 0
    return operator.names[min(place, len(operator.names) - 1)]


def _own_value(key: str, names: Sequence[str], catalog: Catalog) -> str:
    """The name of a value in the language of the window; its key in English where it has none."""
    russian = [one for one in names if not one.isascii()]
    if catalog.language == "en":
        return next((one for one in names if one.isascii() and one[:1].isupper()), key)
    return russian[0] if russian else key
