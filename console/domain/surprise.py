"""How surprising a count is, and how surprising it must be to be told.

A **score** is −log₁₀ of the chance that so many cries come by themselves: 3 is one in a thousand.
The chance is the tail of a negative binomial: Poisson counts whose rate is itself uncertain (few
were seen) and differs from day to day.

The chance alone is no alarm's threshold: many windows of many places are looked at, and cries are
not independent (a blown fuse has neighbours). So the threshold is learned from what ordinary days
reach (peaks over a threshold, with the exponential tail of extreme-value theory): the greatest
score of each place and day above ``floor`` is counted, their number a day and mean excess tell
how often any higher score would be reached by chance, and the threshold is where that is the
budget of false alarms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

HIGHEST: Final = 30.0
"""Scores above this one are not told apart."""

_SMALLEST: Final = 10.0**-HIGHEST


def score_of(count: int, mean: float, shape: float) -> float:
    """The score of ``count`` or more where ``mean`` are expected.

    ``shape`` of the gamma of the rate: small where little is known of it. 0 for no surprise.
    """
    if count <= 0 or count <= mean:
        return 0.0
    if mean <= 0:
        return HIGHEST
    chance = tail(count, mean, shape)
    return min(HIGHEST, -math.log10(max(_SMALLEST, chance)))


def tail(count: int, mean: float, shape: float) -> float:
    """P(N ≥ count) of a negative binomial with that mean, for a count above it."""
    ratio = mean / (mean + shape)
    term = math.exp(
        math.lgamma(count + shape)
        - math.lgamma(shape)
        - math.lgamma(count + 1)
        + count * math.log(ratio)
        + shape * math.log1p(-ratio)
    )
    total, at = term, count
    while term > total * 1e-6:
        term *= ratio * (at + shape) / (at + 1)
        total += term
        at += 1
    return min(1.0, total)


@dataclass(frozen=True, slots=True)
class ExcessNorms:
    """What is believed of ordinary peaks before any was seen ([K]).

    ``floor`` is the score from which a peak counts; ``a_day`` how many come in a branch and day,
    ``mean`` by how much they exceed the floor; ``weight`` how many days and peaks outweigh that.
    """

    floor: float
    a_day: float
    mean: float
    weight: float


class Excesses:
    """The ordinary peaks of one branch at one level, or of all branches (its ``parent``)."""

    def __init__(self, norms: ExcessNorms, *, kept_a_day: float, parent: Excesses | None) -> None:
        self._norms = norms
        self._kept = kept_a_day
        self._parent = parent
        self._days = 0.0
        self._count = 0.0
        self._total = 0.0

    def add(self, score: float) -> None:
        """A peak of an ordinary day; below the floor it is none."""
        excess = score - self._norms.floor
        if excess <= 0:
            return
        self._count += 1
        self._total += excess
        if self._parent is not None:
            self._parent.add(score)

    def end_day(self) -> None:
        """A day of the branch is over; the parent counts days of branches."""
        self._days = self._days * self._kept + 1
        self._count *= self._kept
        self._total *= self._kept
        if self._parent is not None:
            self._parent.end_day()

    @property
    def a_day(self) -> float:
        """How many peaks come in a day."""
        believed = self._parent.a_day if self._parent is not None else self._norms.a_day
        weight = self._norms.weight
        return (self._count + weight * believed) / (self._days + weight)

    @property
    def mean(self) -> float:
        """By how much a peak exceeds the floor, on average."""
        believed = self._parent.mean if self._parent is not None else self._norms.mean
        weight = self._norms.weight
        return (self._total + weight * believed) / (self._count + weight)

    def reached(self, score: float) -> float:
        """How many times a day an ordinary day reaches ``score``."""
        return self.a_day * math.exp(-max(0.0, score - self._norms.floor) / self.mean)

    def threshold(self, budget: float) -> float:
        """The score that ordinary days reach ``budget`` times a day."""
        return self._norms.floor + self.mean * math.log(max(1.0, self.a_day / budget))
