"""The radar: finds hotspots in a stream of appeals, one appeal in, the changed hotspots out.

It keeps what came within the horizon (hours), counters of each place, and nothing else: an appeal
costs the same after a year as on the first day. What leaves the horizon without being part of a
hotspot is ordinary, and is learned from. Pure: the same stream gives the same hotspots, so it runs
over the server's intake and over a local store alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from console.domain.area import street_key
from console.domain.blaze import Blaze
from console.domain.branch_watch import DAY, BranchWatch, Sign, Spark
from console.domain.grid_tree import GridTree
from console.domain.hotspot import (
    Cry,
    Family,
    Hotspot,
    HotspotNorms,
    HotspotState,
    Lesson,
    Level,
    Scope,
)
from console.domain.surprise import Excesses, tail
from console.domain.words import fold

_CHILD: Final = {
    Level.FEEDER: Level.STREET,
    Level.SETTLEMENT: Level.STREET,
    Level.DISTRICT: Level.SETTLEMENT,
    Level.BRANCH: Level.SETTLEMENT,
}
_LOUD_ENOUGH: Final = 3
"""Cries of one part that count when it is asked how much burns: one part alone is not all."""

_REMEMBERED: Final = 30 * DAY
"""How long a closed hotspot can still be confirmed or refused."""


class Radar:
    """Finds the hotspots of branches. Not for several threads at once."""

    def __init__(
        self,
        norms: HotspotNorms,
        zones: Mapping[str, ZoneInfo],
        *,
        tree: GridTree | None = None,
    ) -> None:
        """``zones`` are the branches that there are; ``tree`` is what is known of the grid."""
        self._norms = norms
        self._zones = zones
        self.tree = tree or GridTree()
        self._watches: dict[str, BranchWatch] = {}
        self._open: dict[tuple[str, str], list[Blaze]] = {}
        self._all: dict[str, Blaze] = {}
        kept = 0.5 ** (DAY / norms.half_life.total_seconds())
        self._common = {
            (family.key, level): Excesses(
                norms.levels[level].ordinary, kept_a_day=kept, parent=None
            )
            for family in norms.families
            for level in family.levels
        }

    # ── Appeals come ──────────────────────────────────────────────────────────────────────────

    def feel(self, cry: Cry) -> tuple[Hotspot, ...]:
        """Take an appeal; the hotspots that it changed, new ones among them.

        `KeyError` for a branch that there is not. An appeal whose id has come, one older than the
        horizon, and one about what makes no hotspot change none; nor does the order of two that
        come within the same hours matter much.
        """
        watch = self._watch(cry.branch)
        at = cry.at.timestamp()
        closed = self._go_on(watch, at)
        family = self._norms.family_of(cry.topic)
        late = watch.now - at > self._norms.horizon.total_seconds()
        if family is None or late or not watch.is_new(cry.id, at):
            return _shown(closed)
        return _shown([*closed, *self._count(watch, cry, family, at)])

    def pass_time(self, now: datetime) -> tuple[Hotspot, ...]:
        """Nothing came until ``now`` (aware): the hotspots that have ended by that."""
        closed: list[Blaze] = []
        for watch in self._watches.values():
            closed += self._go_on(watch, now.timestamp())
        return _shown(closed)

    def hotspots(self) -> tuple[Hotspot, ...]:
        """All that are remembered, the newest first."""
        return _shown(sorted(self._all.values(), key=lambda blaze: -blaze.found_at))

    # ── People decide ─────────────────────────────────────────────────────────────────────────

    def confirm(self, ident: str) -> Hotspot:
        """A dispatcher knows it for real; `KeyError` for one that is not remembered.

        What was refused or merged stays so.
        """
        blaze = self._all[ident]
        if blaze.stands:
            blaze.state = HotspotState.CONFIRMED
        return blaze.shown()

    def refuse(self, ident: str) -> Hotspot:
        """It is none: its appeals were ordinary, and the place needs more from now on.

        How much more is bounded and is forgotten by and by (`HotspotNorms`); `lessons` tells.
        """
        blaze = self._all[ident]
        if not blaze.stands:
            return blaze.shown()
        blaze.state, blaze.closed = HotspotState.REFUSED, True
        self._shut(blaze)
        self._release(blaze)
        blaze.watch.refuse(blaze.scope, blaze.family, blaze.score)
        return blaze.shown()

    def merge(self, idents: Iterable[str], *, into: str) -> Hotspot:
        """Several are one; it takes the smallest level that covers them all.

        Left as they are: those of another branch or family, and what was refused or merged.
        """
        blaze = self._all[into]
        for ident in idents:
            other = self._all[ident]
            if other is blaze or not (other.stands and blaze.stands and blaze.is_kin(other)):
                continue
            if other.scope != blaze.scope:
                blaze.rise(_covering(blaze, other))
            blaze.absorb(other)
            self._shut(other)
        blaze.weigh()
        return blaze.shown()

    def lessons(self) -> tuple[Lesson, ...]:
        """What refusals have taught, place by place."""
        return tuple(
            Lesson(scope, family, round(decades, 2), datetime.fromtimestamp(at, UTC))
            for watch in self._watches.values()
            for scope, family, decades, at in watch.lessons()
        )

    # ── Inside ────────────────────────────────────────────────────────────────────────────────

    def _watch(self, branch: str) -> BranchWatch:
        if branch not in self._watches:
            zone = self._zones[branch]
            self._watches[branch] = BranchWatch(branch, self._norms, zone, self._common)
        return self._watches[branch]

    def _go_on(self, watch: BranchWatch, at: float) -> list[Blaze]:
        """Time passes; the hotspots in which nothing came for the gap are over."""
        if watch.move(at):
            old = watch.now - _REMEMBERED
            for ident in [i for i, b in self._all.items() if b.closed and b.last < old]:
                del self._all[ident]
        over: list[Blaze] = []
        for family in self._norms.families:
            for blaze in self._burning(watch, family):
                if blaze.is_over:
                    blaze.closed = True
                    over.append(blaze)
        for blaze in over:
            self._shut(blaze)
            if blaze.state is HotspotState.CANDIDATE and blaze.was_ordinary:
                self._release(blaze)
                watch.ordinary(blaze.scope, blaze.family, blaze.score)
        return over

    def _release(self, blaze: Blaze) -> None:
        """What it had was ordinary: it is learned, and makes no hotspot again."""
        for spark in (*blaze.sparks, *blaze.maybe):
            spark.owner, spark.refused = "", True
            if spark.gone:
                blaze.watch.learn(spark)

    def _burning(self, watch: BranchWatch, family: Family) -> list[Blaze]:
        return self._open.get((watch.branch, family.key), [])

    def _shut(self, blaze: Blaze) -> None:
        some = self._open.get((blaze.watch.branch, blaze.family.key), [])
        if blaze in some:
            some.remove(blaze)

    def _count(self, watch: BranchWatch, cry: Cry, family: Family, at: float) -> list[Blaze]:
        scopes = self._scopes(cry)
        copied = watch.copies.has(cry.text, at)
        before = watch.earlier_of(cry, family)
        if before is not None or copied:
            more = before is not None and watch.refile(before, scopes)
            blaze = self._home(watch, family, scopes)
            if blaze is not None:
                blaze.repeats.append(cry.id)
            changed = [blaze] if blaze is not None else []
            if more and before is not None and before.is_free:
                changed += [one for one in self._judge(watch, before) if one not in changed]
            return changed
        spark = Spark(cry, at, watch.rhythm.load_at(at), family, scopes)
        watch.file(spark)
        return self._judge(watch, spark)

    def _judge(self, watch: BranchWatch, spark: Spark) -> list[Blaze]:
        """A cry belongs to a hotspot, begins one, or is one more of an ordinary day."""
        blaze = self._home(watch, spark.family, spark.scopes)
        if blaze is None:
            # All signs, not only the first loud one: what is seen of each place is learned from.
            sign = self._loudest(watch, spark, list(watch.signs(spark)))
            if sign is None:
                return []
            blaze = self._kindle(watch, spark, sign)
            for part in self._inside(blaze, sign.scope):
                if self._burns_around(part, sign.scope):
                    return [*self._rise(part, sign.scope), *self._spread(part), part]
            self._set_alight(blaze)
        else:
            blaze.take(spark)
            if blaze.is_diffuse and (apart := self._split(blaze, spark)) is not None:
                return [*self._spread(apart), blaze, apart]
        return [*self._spread(blaze), blaze]

    def _split(self, whole: Blaze, spark: Spark) -> Blaze | None:
        """A part of ``whole`` that burns while the rest does not: it is a hotspot of its own."""
        watch = whole.watch
        sign = self._loudest(
            watch, spark, watch.signs(spark, below=whole.scope.level, within=whole.id)
        )
        if sign is None:
            return None
        part = self._kindle(watch, spark, sign, within=whole.id)
        if self._burns_around(part, whole.scope):
            return None
        told = sum(one.scope(sign.scope.level) is not None for one in whole.sparks)
        if 2 * len(part.sparks) > told:
            whole.narrow(sign.scope)
            return None
        self._set_alight(part, within=whole.id)
        whole.lose({*part.sparks, *part.maybe})
        if not whole.still_burns():
            whole.dissolve(part.id)
            self._shut(whole)
        return part

    def _home(self, watch: BranchWatch, family: Family, scopes: tuple[Scope, ...]) -> Blaze | None:
        """The hotspot that these places are in: surely, else perhaps."""
        some = self._burning(watch, family)
        sure = [blaze for blaze in some if blaze.covers(scopes)]
        found = sure or [blaze for blaze in some if blaze.may_cover(scopes)]
        return max(found, key=lambda blaze: blaze.last, default=None)

    def _loudest(self, watch: BranchWatch, spark: Spark, signs: Iterable[Sign]) -> Sign | None:
        """The sign of the smallest place that is told of."""
        for sign in signs:
            enough = sign.count >= self._norms.least
            if enough and sign.score >= watch.needed(sign.scope, spark.family):
                return sign
        return None

    def _kindle(self, watch: BranchWatch, spark: Spark, sign: Sign, *, within: str = "") -> Blaze:
        """The hotspot of a sign, before anybody knows of it."""
        family = spark.family
        taken = [
            one
            for one in watch.near[sign.scope, family.key]
            if _is_free(one, within) and one.at >= sign.since
        ]
        return Blaze(
            id=self._name(taken[0], sign.scope),
            watch=watch,
            family=family,
            scope=sign.scope,
            found_at=watch.now,
            threshold=watch.threshold(sign.scope, family),
            sparks=taken,
            since=taken[0].at,
            score=sign.score,
        )

    def _name(self, first: Spark, scope: Scope) -> str:
        """An id that tells where it began; the same stream gives the same ids."""
        bare = f"{first.cry.id}~{first.family.key}"
        if bare not in self._all:
            return bare
        names = (f"{bare}~{scope.level}{more or ''}" for more in count())
        return next(name for name in names if name not in self._all)

    def _set_alight(self, blaze: Blaze, *, within: str = "") -> None:
        """It takes what is its own, and from now on what comes."""
        taken, blaze.sparks = blaze.sparks, []
        for one in taken:
            blaze.take(one)
        self._take_vague(blaze, within=within)
        self._open.setdefault((blaze.watch.branch, blaze.family.key), []).append(blaze)
        self._all[blaze.id] = blaze

    def _take_vague(self, blaze: Blaze, *, within: str) -> None:
        """What came meanwhile from the same settlement without saying where."""
        watch, family = blaze.watch, blaze.family
        towns = {town for s in blaze.sparks if (town := s.scope(Level.SETTLEMENT)) is not None}
        for town in towns:
            for one in watch.near.get((town, family.key), []):
                if _is_free(one, within) and one.at >= blaze.since and blaze.may_cover(one.scopes):
                    blaze.take(one)

    def _spread(self, blaze: Blaze) -> list[Blaze]:
        """It rises as long as more burns around it than would by chance; what it takes in."""
        taken: list[Blaze] = []
        for scope in blaze.above():
            if scope.level in blaze.family.levels and self._burns_around(blaze, scope):
                taken += self._rise(blaze, scope)
        blaze.weigh()
        return taken

    def _burns_around(self, blaze: Blaze, scope: Scope) -> bool:
        """Whether several parts of ``scope`` burn, more than would by chance."""
        watch, child = blaze.watch, _CHILD[scope.level]
        own = {part for spark in blaze.sparks if (part := spark.scope(child)) is not None}
        around = Counter(
            part
            for one in watch.near[scope, blaze.family.key]
            if one.at >= blaze.since and not one.refused and one.owner != blaze.id
            if (part := one.scope(child)) is not None and part not in own
        )
        if not around or len(around) + max(1, len(own)) < self._norms.levels[scope.level].children:
            return False
        load = watch.rhythm.load_at(watch.now) - blaze.sparks[0].load
        load = max(load, watch.rhythm.least(self._norms.shortest.total_seconds() / 60))
        mean, shape = watch.expected(scope, blaze.family, load=load)
        mean = max(1e-9, mean - watch.expected(blaze.scope, blaze.family, load=load)[0])
        cries = sum(min(count, _LOUD_ENOUGH) for count in around.values())
        return cries > mean and tail(cries, mean, shape) <= self._norms.rise_chance

    def _inside(self, blaze: Blaze, scope: Scope) -> list[Blaze]:
        """The other hotspots in a place."""
        return [
            other
            for other in self._burning(blaze.watch, blaze.family)
            if other is not blaze and scope in (other.scope, *other.above())
        ]

    def _rise(self, blaze: Blaze, scope: Scope) -> list[Blaze]:
        watch = blaze.watch
        blaze.rise(scope)
        inside = self._inside(blaze, scope)
        for other in inside:
            blaze.absorb(other)
            self._shut(other)
        for one in watch.near[scope, blaze.family.key]:
            if one.is_free and one.at >= blaze.since:
                blaze.take(one)
        return inside

    def _scopes(self, cry: Cry) -> tuple[Scope, ...]:
        branch, town = cry.branch, fold(cry.settlement).strip()
        whole = Scope(branch, Level.BRANCH)
        if not town:
            return (whole,)
        street = _street(cry.street)
        feeder = self.tree.feeder(branch, town, street)
        district = self.tree.district(branch, town)
        found = [
            Scope(branch, Level.STREET, street, town) if street else None,
            Scope(branch, Level.FEEDER, feeder) if feeder else None,
            Scope(branch, Level.SETTLEMENT, town),
            Scope(branch, Level.DISTRICT, district) if district else None,
            whole,
        ]
        return tuple(scope for scope in found if scope is not None)


def _is_free(spark: Spark, within: str) -> bool:
    """Whether no hotspot has it, or the one that is being parted."""
    return spark.is_free or (bool(within) and spark.owner == within)


def _covering(one: Blaze, other: Blaze) -> Scope:
    """The smallest place that both lie in."""
    mine = [one.scope, *one.above()]
    theirs = {other.scope, *other.above()}
    return next(scope for scope in mine if scope in theirs)


def _shown(blazes: Iterable[Blaze]) -> tuple[Hotspot, ...]:
    return tuple(blaze.shown() for blaze in dict.fromkeys(blazes))


_street = lru_cache(maxsize=20_000)(street_key)
