"""A hotspot in the making: what it has, and what it looks like from outside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from console.domain.branch_watch import ORDER, BranchWatch, Spark
from console.domain.hotspot import Family, Hotspot, HotspotState, Level, Scope, Threshold
from console.domain.surprise import score_of

_SURE = 0.99


@dataclass(slots=True, eq=False)
class Blaze:
    """A hotspot while it is watched; instants are seconds since 1970."""

    id: str
    watch: BranchWatch
    family: Family
    scope: Scope
    found_at: float
    threshold: Threshold
    sparks: list[Spark] = field(default_factory=list)
    maybe: list[Spark] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)
    since: float = 0.0
    last: float = 0.0
    rose_at: float | None = None
    score: float = 0.0
    weight: float = 0.0
    expected: float = 0.0
    state: HotspotState = HotspotState.CANDIDATE
    closed: bool = False
    into: str = ""

    @property
    def stands(self) -> bool:
        """Whether nobody has refused it and no other has taken it in."""
        return self.state in (HotspotState.CANDIDATE, HotspotState.CONFIRMED)

    def is_kin(self, other: Blaze) -> bool:
        """Whether the two could be one."""
        return self.watch is other.watch and self.family == other.family

    # ── What is its ───────────────────────────────────────────────────────────────────────────

    def covers(self, scopes: tuple[Scope, ...]) -> bool:
        """Whether an appeal of these places is surely part of it."""
        return self.scope in scopes

    def may_cover(self, scopes: tuple[Scope, ...]) -> bool:
        """Whether it may be: from the same settlement, without a street."""
        if ORDER[self.scope.level] >= ORDER[Level.SETTLEMENT]:
            return False
        if scopes[0].level not in (Level.SETTLEMENT, Level.FEEDER):
            return False
        town = next((scope for scope in scopes if scope.level is Level.SETTLEMENT), None)
        return town is not None and any(town in spark.scopes for spark in self.sparks)

    def take(self, spark: Spark) -> None:
        """A cry becomes part of it."""
        spark.owner = self.id
        self.watch.calm(spark)
        (self.sparks if self.covers(spark.scopes) else self.maybe).append(spark)
        self.since = min(self.since or spark.at, spark.at)
        self.last = max(self.last, spark.at)

    def absorb(self, other: Blaze) -> None:
        """Another one was a part of this one."""
        for spark in (*other.sparks, *other.maybe):
            self.take(spark)
        self.repeats += other.repeats
        other.state, other.into, other.closed = HotspotState.MERGED, self.id, True
        self.found_at = min(self.found_at, other.found_at)

    def lose(self, taken: set[Spark]) -> None:
        """A part of it turned out to be another one."""
        self.sparks = [spark for spark in self.sparks if spark not in taken]
        self.maybe = [spark for spark in self.maybe if spark not in taken]

    def narrow(self, scope: Scope) -> None:
        """It is smaller than it seemed; what lies beside it was ordinary."""
        self.scope = scope
        everything = [*self.sparks, *self.maybe]
        self.sparks = [spark for spark in everything if self.covers(spark.scopes)]
        rest = [spark for spark in everything if not self.covers(spark.scopes)]
        self.maybe = [spark for spark in rest if self.may_cover(spark.scopes)]
        for spark in rest:
            spark.owner = self.id if spark in self.maybe else ""
        self.threshold = self.watch.threshold(scope, self.family)

    def dissolve(self, into: str) -> None:
        """Nothing much is left of it: what is left was ordinary."""
        for spark in (*self.sparks, *self.maybe):
            spark.owner = ""
        self.state, self.into, self.closed = HotspotState.MERGED, into, True

    def still_burns(self) -> bool:
        """Whether what it has is still worth telling."""
        if len(self.sparks) < self.watch.norms.least:
            return False
        self.weigh()
        return self.weight >= self.threshold.needed

    @property
    def is_over(self) -> bool:
        """Whether nothing came for the gap, or nobody has judged it for too long."""
        watch, norms = self.watch, self.watch.norms
        waits = self.state is HotspotState.CANDIDATE
        endless = waits and self.last - self.since > norms.longest.total_seconds()
        return endless or watch.now - self.last > norms.gap.total_seconds()

    @property
    def was_ordinary(self) -> bool:
        """Whether it was less than a storm: small, endless, or only new to us."""
        if self.watch.newcomer or self.last - self.since > self.watch.norms.longest.total_seconds():
            return True
        return self.score < self.threshold.needed + self.watch.norms.grown

    @property
    def is_diffuse(self) -> bool:
        """Whether it was found as a whole, and did not rise from a part of it."""
        return self.rose_at is None and self.scope.level is not Level.STREET

    def rise(self, scope: Scope) -> None:
        """It is larger than it seemed."""
        self.scope, self.rose_at = scope, self.watch.now
        everything = [*self.sparks, *self.maybe]
        self.sparks = [spark for spark in everything if self.covers(spark.scopes)]
        self.maybe = [spark for spark in everything if not self.covers(spark.scopes)]
        self.threshold = self.watch.threshold(scope, self.family)

    def weigh(self) -> None:
        """Count anew what is expected, and how surprising it is."""
        rhythm, watch = self.watch.rhythm, self.watch
        load = max((rhythm.load_at(self.last)) - min(s.load for s in self.sparks), 0.0)
        load = max(load, rhythm.least(watch.norms.shortest.total_seconds() / 60))
        self.expected, shape = watch.expected(self.scope, self.family, load=load)
        self.weight = score_of(len(self.sparks) - 1, self.expected, shape)
        self.score = max(self.score, self.weight)

    def above(self) -> list[Scope]:
        """The places that it lies in, the smallest first."""
        found = {
            scope.level: scope
            for spark in self.sparks
            for scope in spark.scopes
            if ORDER[scope.level] > ORDER[self.scope.level]
        }
        return sorted(found.values(), key=lambda scope: ORDER[scope.level])

    # ── What it looks like ────────────────────────────────────────────────────────────────────

    def shown(self) -> Hotspot:
        """It as it stands now."""
        level, norms = self.scope.level, self.watch.norms
        chance = self.watch.chance(self.scope, self.family, self.score)
        confidence = min(_SURE, self.watch.confidence(self.scope, self.family, self.score))
        if self.threshold.days < norms.newcomer_days:
            confidence = min(confidence, norms.newcomer_confidence)
        named = ORDER[level]
        return Hotspot(
            id=self.id,
            branch=self.watch.branch,
            level=level,
            family=self.family.key,
            topic=_commonest(spark.cry.topic for spark in self.sparks),
            place=self._place() if named <= ORDER[Level.SETTLEMENT] else "",
            street=self._street() if level is Level.STREET else "",
            feeder=self.scope.name if level is Level.FEEDER else "",
            district=self.scope.name if level is Level.DISTRICT else "",
            since=_instant(self.since),
            last=_instant(self.last),
            found_at=_instant(self.found_at),
            rose_at=None if self.rose_at is None else _instant(self.rose_at),
            seen=len(self.sparks),
            expected=round(self.expected, 3),
            evidence=tuple(spark.cry.id for spark in self.sparks),
            maybe=tuple(spark.cry.id for spark in self.maybe),
            repeats=tuple(self.repeats),
            score=round(self.score, 2),
            chance=chance,
            confidence=round(confidence, 2),
            threshold=self.threshold,
            state=self.state,
            closed=self.closed,
            into=self.into,
        )

    def _place(self) -> str:
        return _commonest(spark.cry.settlement for spark in self.sparks)

    def _street(self) -> str:
        return _commonest(spark.cry.street for spark in self.sparks)


def _commonest(words: object) -> str:
    counted = Counter(word for word in words if word)  # type: ignore[attr-defined]
    return str(counted.most_common(1)[0][0]) if counted else ""


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
