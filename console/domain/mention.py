"""Mentions: colleagues whom a note calls by name, as «@Ершов Иван»."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from console.domain.operator import Operator, Right
from console.domain.words import fold

SIGN = "@"


class Called(NamedTuple):
    """A colleague (by id) and where the text calls them: from the sign to the end of the name."""

    operator: str
    start: int
    end: int


def colleagues_of(branch: str, operators: Iterable[Operator]) -> tuple[Operator, ...]:
    """Who may be called to an appeal of ``branch``: whoever reads there, by name."""
    able = [one for one in operators if one.may(Right.READ, branch)]
    return tuple(sorted(able, key=lambda one: (fold(one.name), one.id)))


def spelt(operator: Operator, colleagues: Iterable[Operator]) -> str:
    """How a text calls ``operator``: by name, and by login too where two have that name."""
    namesakes = [one for one in colleagues if fold(one.name) == fold(operator.name)]
    login = f" ({operator.login})" if len(namesakes) > 1 else ""
    return f"{SIGN}{operator.name}{login}"


def called_in(text: str, colleagues: Sequence[Operator]) -> tuple[Called, ...]:
    """Whom ``text`` calls, in order; of two names that fit the longer one.

    A name that two people have calls neither: only with the login it is clear who is meant.
    """
    spellings: dict[str, str] = {}
    for one in colleagues:
        spellings[fold(spelt(one, colleagues))] = one.id
        spellings.setdefault(fold(f"{SIGN}{one.login}"), one.id)
    longest_first = sorted(spellings, key=len, reverse=True)
    low = text.lower().replace("ё", "е")
    found: list[Called] = []
    at = low.find(SIGN)
    while at >= 0:
        fits = next((s for s in longest_first if _stands(low, at, s)), None)
        if fits is not None and _begins(low, at):
            found.append(Called(spellings[fits], at, at + len(fits)))
        at = low.find(SIGN, at + (len(fits) if fits else 1))
    return tuple(found)


def beginning_at(text: str, cursor: int) -> tuple[int, str] | None:
    """What is being typed of a name before ``cursor``: where its sign stands, and what follows it.

    None where no name is being typed there.
    """
    at = text.rfind(SIGN, 0, cursor)
    if at < 0 or not _begins(text, at):
        return None
    typed = text[at + 1 : cursor]
    if "\n" in typed or len(typed) > 40 or typed.count(" ") > 2 or typed.startswith(" "):
        return None
    return at, typed


def fitting(typed: str, colleagues: Iterable[Operator]) -> tuple[Operator, ...]:
    """The colleagues whose first name, surname or login begins like ``typed``."""
    wanted = fold(typed).split()
    return tuple(one for one in colleagues if _fits(wanted, one))


def _fits(wanted: Sequence[str], operator: Operator) -> bool:
    names = [*fold(operator.name).split(), fold(operator.login)]
    return all(any(name.startswith(word) for name in names) for word in wanted)


def _begins(text: str, at: int) -> bool:
    """Whether the sign stands by itself: an address of e-mail calls nobody."""
    return at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "._-")


def _stands(low: str, at: int, spelling: str) -> bool:
    end = at + len(spelling)
    return low.startswith(spelling, at) and not (end < len(low) and low[end].isalnum())
