"""What the radar knows of one branch: its rhythm, the rates of its places, and the last hours."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from console.domain.copies import Copies
from console.domain.hotspot import Cry, Family, HotspotNorms, Lesson, Level, Scope, Threshold
from console.domain.rhythm import Rhythm
from console.domain.surprise import Excesses, score_of

DAY: Final = 86_400.0
_LADDER: Final = frozenset({1, 2, 3, 4, 5, 7, 9, 12, 16, 21, 28, 37, 50})
_MOST: Final = max(_LADDER)
_VAGUE: Final = (Level.SETTLEMENT, Level.DISTRICT, Level.BRANCH)
"""Levels that also get what is part of a smaller hotspot and did not say of which."""

_LONG_SILENCE: Final = 400
_FIRST_GUESS: Final = 5
"""Children that a parent is thought to have beside those that were seen."""

Place = tuple[Scope, str]
"""A scope and the key of a family: what is counted apart."""


@dataclass(slots=True, eq=False)
class Spark:
    """A cry that counts; ``scopes`` are its places, the smallest first, the branch last."""

    cry: Cry
    at: float
    load: float
    family: Family
    scopes: tuple[Scope, ...]
    owner: str = ""
    refused: bool = False
    gone: bool = False

    def scope(self, level: Level) -> Scope | None:
        """Its place at a level, where it is known."""
        return next((scope for scope in self.scopes if scope.level is level), None)

    @property
    def is_free(self) -> bool:
        """Whether no hotspot has it."""
        return not self.owner and not self.refused


@dataclass(frozen=True, slots=True)
class Sign:
    """The most surprising window of one place that ends now."""

    scope: Scope
    score: float
    count: int
    since: float


@dataclass(slots=True)
class _Seen:
    """A count that fades, as it was on a day."""

    count: float = 0.0
    day: float = 0.0


@dataclass(slots=True)
class _Caution:
    decades: float
    at: float


@dataclass(slots=True)
class BranchWatch:
    """One branch; ``common`` are the peaks of all branches. Instants are seconds since 1970."""

    branch: str
    norms: HotspotNorms
    zone: ZoneInfo
    common: dict[tuple[str, Level], Excesses]
    near: dict[Place, list[Spark]] = field(default_factory=dict)
    now: float = 0.0
    rhythm: Rhythm = field(init=False)
    copies: Copies = field(init=False)
    _order: deque[Spark] = field(default_factory=deque)
    _ids: dict[str, float] = field(default_factory=dict)
    _authors: dict[tuple[str, str], Spark] = field(default_factory=dict)
    _seen: dict[Place, _Seen] = field(default_factory=dict)
    _parents: dict[Scope, Scope] = field(default_factory=dict)
    _children: dict[tuple[Scope, Level], int] = field(default_factory=dict)
    _peaks: dict[Place, float] = field(default_factory=dict)
    _ordinary: dict[tuple[str, Level], Excesses] = field(default_factory=dict)
    _cautions: dict[Place, _Caution] = field(default_factory=dict)
    _thresholds: dict[tuple[str, Level], float] = field(default_factory=dict)
    _started: float = 0.0
    _today: int = 0
    _kept: float = field(init=False)

    def __post_init__(self) -> None:
        self._kept = 0.5 ** (DAY / self.norms.half_life.total_seconds())
        self.rhythm = Rhythm(self.zone, self.norms.rhythm, kept_a_day=self._kept)
        self.copies = Copies(self.norms.copies)
        for family in self.norms.families:
            for level in family.levels:
                key = (family.key, level)
                norms = self.norms.levels[level].ordinary
                self._ordinary[key] = Excesses(
                    norms, kept_a_day=self._kept, parent=self.common[key]
                )

    @property
    def days(self) -> float:
        """Days since the first appeal."""
        return (self.now - self._started) / DAY if self._started else 0.0

    # ── Time ──────────────────────────────────────────────────────────────────────────────────

    def move(self, at: float) -> bool:
        """The clock goes on to ``at``: what leaves the horizon is learned. Whether a day ended."""
        if not self._started:
            self._started = at
        self.now = max(self.now, at)
        leaving = self.now - self.norms.horizon.total_seconds()
        while self._order and self._order[0].at < leaving:
            self._leave(self._order.popleft())
        today = datetime.fromtimestamp(self.now, self.zone).toordinal()
        ended = today - self._today if self._today else 0
        self._today = today
        if ended > 0:
            self._end_days(min(ended, _LONG_SILENCE))
        return ended > 0

    def is_new(self, ident: str, at: float) -> bool:
        """Whether an appeal of that id has not come within the horizon."""
        new = ident not in self._ids
        self._ids[ident] = at
        return new

    def _leave(self, spark: Spark) -> None:
        spark.gone = True
        for scope in spark.scopes:
            place = (scope, spark.family.key)
            some = self.near[place]
            some.remove(spark)
            if not some:
                del self.near[place]
        if not spark.owner:
            self.learn(spark)

    def learn(self, spark: Spark) -> None:
        """Count what was ordinary."""
        self.rhythm.learn(spark.at)
        today = self.now / DAY
        for scope in spark.scopes:
            seen = self._seen.setdefault((scope, spark.family.key), _Seen(day=today))
            seen.count = seen.count * self._kept ** (today - seen.day) + 1
            seen.day = today

    def _end_days(self, days: int) -> None:
        peaks, self._peaks = self._peaks, {}
        if not self._is_new:
            for (scope, family), score in peaks.items():
                self._ordinary[family, scope.level].add(score)
            for ordinary in self._ordinary.values():
                for _ in range(days):
                    ordinary.end_day()
        self._thresholds.clear()
        self._forget()

    def _forget(self) -> None:
        """Once a day: what nothing can ask for any more."""
        leaving = self.now - self.norms.horizon.total_seconds()
        self._ids = {ident: at for ident, at in self._ids.items() if at >= leaving}
        once = self.now - self.norms.author_once.total_seconds()
        self._authors = {key: spark for key, spark in self._authors.items() if spark.at >= once}
        today = self.now / DAY
        self._seen = {
            place: seen
            for place, seen in self._seen.items()
            if seen.count * self._kept ** (today - seen.day) > 0.01
        }

    # ── Filing ────────────────────────────────────────────────────────────────────────────────

    def earlier_of(self, cry: Cry, family: Family) -> Spark | None:
        """What the same author wrote of the same thing within the time in which it counts once."""
        author = cry.author.strip().casefold()
        spark = self._authors.get((family.key, author)) if author else None
        if spark is None or self.now - spark.at > self.norms.author_once.total_seconds():
            return None
        return spark

    def file(self, spark: Spark) -> None:
        """Put a cry that counts among what came lately."""
        author = spark.cry.author.strip().casefold()
        if author:
            self._authors[spark.family.key, author] = spark
        self._order.append(spark)
        self._file(spark, spark.scopes)

    def refile(self, spark: Spark, scopes: Sequence[Scope]) -> bool:
        """An author has said more exactly where it is; whether that is new."""
        known = {scope.level for scope in spark.scopes}
        town = spark.scope(Level.SETTLEMENT)
        if spark.gone or (town is not None and town not in scopes):
            return False
        new = [scope for scope in scopes if scope.level not in known]
        if not new:
            return False
        spark.scopes = tuple(sorted((*new, *spark.scopes), key=lambda scope: ORDER[scope.level]))
        self._file(spark, new)
        return True

    def _file(self, spark: Spark, scopes: Sequence[Scope]) -> None:
        town = spark.scope(Level.SETTLEMENT)
        branch = spark.scopes[-1]
        for scope in scopes:
            self.near.setdefault((scope, spark.family.key), []).append(spark)
            if scope.level is not Level.BRANCH and scope not in self._parents:
                small = scope.level in (Level.STREET, Level.FEEDER) and town is not None
                parent = town if small and town is not None else branch
                self._parents[scope] = parent
                kin = (parent, scope.level)
                self._children[kin] = self._children.get(kin, 0) + 1

    # ── What is expected ──────────────────────────────────────────────────────────────────────

    def rate(self, scope: Scope, family: Family) -> tuple[float, float]:
        """(appeals in one load, shape of how sure that is) of a place.

        A gamma-Poisson estimate: the place's own count, shrunk to its share of its parent's.
        """
        if scope.level is Level.BRANCH:
            believed = family.a_day
        else:
            parent = self._parents.get(scope, Scope(self.branch, Level.BRANCH))
            kin = self._children.get((parent, scope.level), 0) + _FIRST_GUESS
            believed = self.rate(parent, family)[0] / kin
        weight = self.norms.levels[scope.level].prior_days
        seen = self._seen.get((scope, family.key))
        count = 0.0 if seen is None else seen.count * self._kept ** (self.now / DAY - seen.day)
        shape = count + weight * believed
        return shape / (self._exposure() + weight), shape

    def expected(self, scope: Scope, family: Family, *, load: float) -> tuple[float, float]:
        """(mean, shape) of the appeals of a place over so much load."""
        rate, shape = self.rate(scope, family)
        return rate * load, 1 / (self.norms.restless + 1 / max(shape, 1e-6))

    def _exposure(self) -> float:
        kept = self._kept
        return float((1 - kept**self.days) / (1 - kept))

    # ── What is surprising ────────────────────────────────────────────────────────────────────

    def signs(
        self, spark: Spark, *, below: Level | None = None, within: str = ""
    ) -> Iterator[Sign]:
        """The most surprising window of each of its places, those with another cry in them.

        Only of places ``below`` a level; what the hotspot ``within`` has counts as free.
        """
        load = self.rhythm.load_at(self.now)
        for scope in spark.scopes:
            if below is not None and ORDER[scope.level] >= ORDER[below]:
                return
            some = self.near[scope, spark.family.key]
            if len(some) > 1 and scope.level in spark.family.levels:
                sign = self._sign(spark, scope, some, load=load, within=within)
                if sign is not None:
                    place = (scope, spark.family.key)
                    self._peaks[place] = max(self._peaks.get(place, 0.0), sign.score)
                    yield sign

    def _sign(
        self, spark: Spark, scope: Scope, some: Sequence[Spark], *, load: float, within: str
    ) -> Sign | None:
        """Windows from each of the last cries until now; given one cry, how many others."""
        rate, shape = self.rate(scope, spark.family)
        shape = 1 / (self.norms.restless + 1 / max(shape, 1e-6))
        least = self.rhythm.least(self.norms.shortest.total_seconds() / 60)
        spill = self.norms.spill if scope.level in _VAGUE else 0.0
        others = owned = 0
        best: Sign | None = None
        for one in reversed(some):
            if one is spark or one.refused:
                continue
            if one.owner and one.owner != within:
                owned += 1
                continue
            others += 1
            if others not in _LADDER:
                continue
            mean = rate * max(load - one.load, least) + spill * owned
            score = score_of(others, mean, shape)
            if score > 0 and (best is None or score > best.score):
                best = Sign(scope, score, others + 1, one.at)
            if others >= _MOST:
                break
        return best

    def calm(self, spark: Spark) -> None:
        """What a hotspot has taken was no ordinary peak."""
        for scope in spark.scopes:
            self._peaks.pop((scope, spark.family.key), None)

    # ── What must be reached ──────────────────────────────────────────────────────────────────

    def needed(self, scope: Scope, family: Family) -> float:
        """The score from which this place is told of."""
        key = (family.key, scope.level)
        ordinary = self._thresholds.get(key)
        if ordinary is None:
            ordinary = self._ordinary[key].threshold(self._budget(scope.level, family))
            ordinary = min(self.norms.score_to, max(self.norms.score_from, ordinary))
            self._thresholds[key] = ordinary
        return ordinary + self.newcomer + (self.caution(scope, family) if self._cautions else 0.0)

    def threshold(self, scope: Scope, family: Family) -> Threshold:
        """The same with its reasons."""
        caution = self.caution(scope, family)
        needed = self.needed(scope, family)
        budget = self._budget(scope.level, family)
        ordinary = needed - caution - self.newcomer
        return Threshold(needed, ordinary, self.newcomer, caution, budget, self.days)

    @property
    def _is_new(self) -> bool:
        return self.days < self.norms.newcomer_days / 2

    @property
    def newcomer(self) -> float:
        """Decades that are asked for more while the branch is hardly known."""
        known = min(1.0, self.days / self.norms.newcomer_days) if self.norms.newcomer_days else 1
        return self.norms.newcomer_decades * (1 - known)

    def _budget(self, level: Level, family: Family) -> float:
        return self.norms.false_a_day * family.share * self.norms.levels[level].share

    def confidence(self, scope: Scope, family: Family, score: float) -> float:
        """The share of hotspots with such a score that are real (0..1).

        Real ones are thought to be spread over families and levels as the budget is.
        """
        share = family.share * self.norms.levels[scope.level].share
        real = self.norms.real_a_day * share
        return real / (real + self.chance(scope, family, score))

    def chance(self, scope: Scope, family: Family, score: float) -> float:
        """How many times a day the branch reaches such a score by itself."""
        bare = max(0.0, score - self.caution(scope, family))
        return self._ordinary[family.key, scope.level].reached(bare)

    # ── What refusals teach ───────────────────────────────────────────────────────────────────

    def refuse(self, scope: Scope, family: Family, score: float) -> None:
        """A hotspot here was none: such a score is ordinary, and this place is given more time."""
        self.ordinary(scope, family, score)
        decades = min(self.norms.most, self.caution(scope, family) + self.norms.step)
        self._cautions[scope, family.key] = _Caution(decades, self.now)

    def ordinary(self, scope: Scope, family: Family, score: float) -> None:
        """Such a score was one of an ordinary day, within bounds.

        Not while the branch is hardly known: what surprises then is what was believed of it.
        """
        if self._is_new:
            return
        bounded = min(score, self.needed(scope, family) + self.norms.step)
        self._ordinary[family.key, scope.level].add(bounded)
        self._thresholds.pop((family.key, scope.level), None)

    def caution(self, scope: Scope, family: Family) -> float:
        """How many decades refusals have added here; halved with each ``forgotten``."""
        caution = self._cautions.get((scope, family.key))
        if caution is None:
            return 0.0
        halves = (self.now - caution.at) / self.norms.forgotten.total_seconds()
        left = float(caution.decades * 0.5**halves)
        return left if left >= 0.05 else 0.0

    def lessons(self) -> Iterator[tuple[Scope, str, float, float]]:
        """(place, family, decades, when it was last refused) of each caution."""
        families = {family.key: family for family in self.norms.families}
        for (scope, key), caution in self._cautions.items():
            if decades := self.caution(scope, families[key]):
                yield scope, key, decades, caution.at


ORDER: Final = {level: at for at, level in enumerate(Level)}
"""Levels in order, the smallest first."""

__all__ = ["DAY", "ORDER", "BranchWatch", "Lesson", "Sign", "Spark"]
