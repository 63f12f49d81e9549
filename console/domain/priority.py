"""How urgent an appeal is beyond its clock: points for what makes darkness worse.

Danger, the number of residents, a school or hospital, frost with electric heating, and a repeat
within 90 days raise it (domain.md §4); the points are data in resources/rules/priority.toml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from console.domain.words import Phrase, PhraseBook, words


class Factor(StrEnum):
    """What raises a priority."""

    DANGER = "danger"
    MEDICAL = "medical"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    CHILDREN = "children"
    FROST = "frost"
    ELECTRIC_HEATING = "electric_heating"
    MANY_RESIDENTS = "many_residents"
    LONG_DARK = "long_dark"
    REPEAT = "repeat"


WORD_FACTORS: frozenset[Factor] = frozenset(
    {
        Factor.MEDICAL,
        Factor.SCHOOL,
        Factor.HOSPITAL,
        Factor.CHILDREN,
        Factor.ELECTRIC_HEATING,
        Factor.LONG_DARK,
    }
)
"""The factors that are read from the text of an appeal."""


@dataclass(frozen=True, slots=True)
class PriorityRules:
    """Points of each factor, the words of some, and the thresholds.

    ``frost_below`` is in degrees Celsius; ``many_residents`` a number of people;
    ``repeat_within`` the time in which a second appeal of the same place is a repeat;
    ``high_from`` the points from which an appeal is marked as of high priority.
    """

    points: Mapping[Factor, int]
    phrases: Mapping[Factor, tuple[Phrase, ...]]
    frost_below: float = -20.0
    many_residents: int = 100
    repeat_within: timedelta = timedelta(days=90)
    high_from: int = 30
    factor_of: Mapping[Phrase, Factor] = field(init=False, repr=False, compare=False)
    book: PhraseBook = field(init=False, repr=False, compare=False)
    """Both follow from ``phrases``; they are made once, for a book costs more than a search."""

    def __post_init__(self) -> None:
        """Make the book of all phrases."""
        factor_of = {phrase: factor for factor, group in self.phrases.items() for phrase in group}
        object.__setattr__(self, "factor_of", factor_of)
        object.__setattr__(self, "book", PhraseBook(factor_of))


class PriorityReason(NamedTuple):
    """A factor that counted, its points, and the words or the number that spoke for it."""

    factor: Factor
    points: int
    detail: str


@dataclass(frozen=True, slots=True)
class Priority:
    """Points, whether they make the appeal one of high priority, and why."""

    points: int
    high: bool
    reasons: tuple[PriorityReason, ...]


def priority(
    text: str,
    rules: PriorityRules,
    *,
    danger: bool = False,
    residents: int | None = None,
    temperature: float | None = None,
    at: datetime | None = None,
    earlier: Sequence[datetime] = (),
) -> Priority:
    """The priority of an appeal.

    ``residents`` without power, ``temperature`` outside in °C, ``earlier`` the instants of the
    appeals from the same place (UTC), ``at`` the instant of this one; None where unknown.
    """
    found = dict(_in_words(text, rules))
    if danger:
        found[Factor.DANGER] = ""
    if residents is not None and residents >= rules.many_residents:
        found[Factor.MANY_RESIDENTS] = str(residents)
    if temperature is not None and temperature <= rules.frost_below:
        found[Factor.FROST] = f"{temperature:g}"
    repeats = [] if at is None else [e for e in earlier if e < at <= e + rules.repeat_within]
    if repeats:
        found[Factor.REPEAT] = str(len(repeats))
    reasons = tuple(
        PriorityReason(factor, rules.points[factor], found[factor])
        for factor in Factor
        if factor in found and rules.points.get(factor)
    )
    total = sum(reason.points for reason in reasons)
    return Priority(total, total >= rules.high_from, reasons)


def _in_words(text: str, rules: PriorityRules) -> Mapping[Factor, str]:
    return {
        rules.factor_of[hit.phrase]: text[hit.span.start : hit.span.end]
        for hit in rules.book.find(words(text))
    }
