"""The outages of the demonstration: a month of history, and one in every state now."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from console.demo.cases import PRESENT, Case
from console.demo.people import People
from console.demo.places import DEMO, Atlas, Settlement, Street
from console.demo.staff import DISPATCHER
from console.domain.ids import uuid7
from console.domain.outage import EtrRecord, Outage, OutageArea, OutageKind, OutageStatus

_PLANNED: Final = OutageKind.PLANNED
_MONTH: Final = 30
_STORM_HOURS: Final = 7


@dataclass(frozen=True, slots=True)
class Feeder:
    """A line out of a substation, with the transformers on it and the streets of each."""

    substation: str
    name: str
    transformers: tuple[tuple[str, tuple[Street, ...]], ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """An outage with what its appeals need to know; ``appeals`` is how many it brings.

    ``hard`` means that wind or ice brought lines down, so danger is reported too.
    """

    outage: Outage
    town: Settlement
    streets: tuple[Street, ...]
    appeals: int
    hard: bool = False

    def etr_at(self, when: datetime) -> datetime | None:
        """The restoration time as it was known at ``when`` (UTC); None if unknown."""
        known = [record for record in self.outage.etr_history if record.set_at <= when]
        return known[-1].etr if known else None

    def is_over(self, when: datetime) -> bool:
        """Whether the light was back at ``when`` (UTC)."""
        return self.outage.restored_at is not None and self.outage.restored_at <= when


@dataclass(frozen=True, slots=True)
class Bank:
    """Words of the grid: resources/demo/grid.toml."""

    table: Mapping[str, object]

    @staticmethod
    def load(folder: Path = DEMO) -> Bank:
        """Read grid.toml of ``folder``."""
        return Bank(tomllib.loads((folder / "grid.toml").read_text(encoding="utf-8")))

    def words(self, *path: str) -> Sequence[str]:
        """The list of texts at ``path``."""
        found: object = self.table
        for step in path:
            assert isinstance(found, Mapping)
            found = found[step]
        assert isinstance(found, list)
        return found


class Grid:
    """Makes outages that fit the settlements: РЭС, substation, feeder, transformer, streets."""

    def __init__(self, atlas: Atlas, bank: Bank, people: People, *, season: str) -> None:
        """``season`` is ``winter``, ``summer`` or empty: it decides what breaks."""
        self._atlas = atlas
        self._bank = bank
        self._people = people
        self._season = season
        self._feeders: dict[tuple[str, str], tuple[Feeder, ...]] = {}

    def reasons(self) -> Sequence[str]:
        """Why a dispatcher moves a time of restoration."""
        return self._bank.words("dispatcher_reasons")

    def feeders(self, town: Settlement) -> tuple[Feeder, ...]:
        """The feeders of ``town``: always the same ones, whatever the seed."""
        key = (town.branch, town.name)
        if key not in self._feeders:
            self._feeders[key] = tuple(self._build(town))
        return self._feeders[key]

    def _build(self, town: Settlement) -> Iterator[Feeder]:
        rng = Random(f"grid/{town.branch}/{town.name}")
        streets = list(self._atlas.streets(town))
        rng.shuffle(streets)
        count = max(2, len(streets) // 6)
        name = rng.choice((town.name, *self._bank.words("substation_names")))
        station = rng.choice(self._bank.words("substations"))
        station = station.format(name=name, n=rng.randint(2, 90))
        for part in range(count):
            line = rng.choice(self._bank.words("feeders")).format(
                n=part * 2 + rng.randint(1, 2) + 4, sub=town.name[:2].upper()
            )
            yield Feeder(station, line, tuple(self._posts(streets[part::count], rng)))

    def _posts(
        self, streets: Sequence[Street], rng: Random
    ) -> Iterator[tuple[str, tuple[Street, ...]]]:
        for at in range(0, len(streets), 2):
            pattern = rng.choice(self._bank.words("transformers"))
            yield (
                pattern.format(n=rng.randint(12, 480), m=rng.randint(1, 9)),
                tuple(streets[at : at + 2]),
            )

    def trouble(
        self, case: Case, town: Settlement, *, now: datetime, zone: ZoneInfo, rng: Random
    ) -> Trouble:
        """The outage of ``case`` in ``town``, seen at ``now`` (UTC)."""
        start, end = _times(case, now, zone)
        feeder = rng.choice(self.feeders(town))
        post, near = rng.choice(feeder.transformers)
        whole = case.appeals >= 8 or case.hard
        streets = (
            tuple(street for _, some in feeder.transformers for street in some) if whole else near
        )
        planned = case.kind is _PLANNED
        restored = _restored(case, now, end)
        history = tuple(self._etrs(case, now, rng))
        outage = Outage(
            branch=town.branch,
            id=uuid7(min(start, now), rng.randbytes(10)),
            kind=case.kind,
            status=case.status,
            started_at=start,
            areas=tuple(_area(town, street, planned=planned, rng=rng) for street in streets),
            version=1 + len(history) + (case.status is not OutageStatus.ACTIVE),
            res=town.res,
            substation=feeder.substation,
            feeder=feeder.name,
            transformer="" if whole else post,
            cause=self._cause(case, rng),
            crew=self._crew(town, rng) if case.crew or planned else "",
            etr=history[-1].etr if history else None,
            etr_history=history,
            planned_end=end if planned else None,
            restored_at=restored,
            residents=len(streets) * rng.randint(28, 95),
        )
        return Trouble(outage, town, streets, case.appeals, case.hard)

    def inside(
        self, outer: Trouble, case: Case, *, now: datetime, zone: ZoneInfo, rng: Random
    ) -> Trouble:
        """A nested outage: one street of ``outer`` stayed dark when the rest was restored."""
        made = self.trouble(case, outer.town, now=now, zone=zone, rng=rng)
        street = outer.streets[0]
        outage = replace(
            made.outage,
            nested_in=outer.outage.id,
            feeder=outer.outage.feeder,
            substation=outer.outage.substation,
            areas=(OutageArea(outer.town.name, f"{street.type}. {street.name}"),),
            residents=rng.randint(20, 70),
        )
        return replace(made, outage=outage, streets=(street,))

    def _cause(self, case: Case, rng: Random) -> str:
        if case.kind is _PLANNED:
            return rng.choice(self._bank.words("planned", "any"))
        if not case.crew:
            return ""
        if case.hard:
            return rng.choice(self._bank.words("causes", "wind"))
        seasonal = self._bank.words("causes", self._season) if self._season else ()
        return rng.choice((*self._bank.words("causes", "any"), *seasonal))

    def _crew(self, town: Settlement, rng: Random) -> str:
        master = self._people.someone(town, rng)
        name = f"{master.surname} {master.first[0]}."
        pattern = rng.choice(self._bank.words("crews"))
        return pattern.format(n=rng.randint(1, 6), name=name, res=town.res)

    def _etrs(self, case: Case, now: datetime, rng: Random) -> Iterator[EtrRecord]:
        for number, (set_at, etr) in enumerate(case.etrs):
            yield EtrRecord(
                etr=None if etr is None else _quarter(now + timedelta(minutes=etr)),
                set_at=now + timedelta(minutes=set_at),
                set_by=DISPATCHER,
                reason=rng.choice(self._bank.words("dispatcher_reasons")) if number else "",
            )


def _quarter(when: datetime) -> datetime:
    """The next quarter of an hour: nobody promises 14:07."""
    whole = when.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=-whole.minute % 15)


def _times(case: Case, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    if case.day is None:
        start = now + timedelta(minutes=case.start)
        end = None if case.end is None else _quarter(now + timedelta(minutes=case.end))
        return (_quarter(start) if case.kind is _PLANNED else start), end
    local = (now.astimezone(zone) + timedelta(days=case.day)).replace(
        hour=9, minute=0, second=0, microsecond=0
    )
    return local.astimezone(now.tzinfo), (local + timedelta(hours=8)).astimezone(now.tzinfo)


def _restored(case: Case, now: datetime, end: datetime | None) -> datetime | None:
    if case.restored is None:
        return None
    base = now if case.day is None or end is None else end
    return base + timedelta(minutes=case.restored)


def _area(town: Settlement, street: Street, *, planned: bool, rng: Random) -> OutageArea:
    first = rng.randint(1, 12)
    houses = f"{first}–{first + rng.randint(8, 46)}" if planned or rng.random() < 0.3 else ""
    return OutageArea(town.name, f"{street.type}. {street.name}", houses)


def present(
    grid: Grid, atlas: Atlas, zones: Mapping[str, ZoneInfo], *, now: datetime, rng: Random
) -> list[Trouble]:
    """The outages of this moment, one or more in every state, spread over all branches."""
    branches = list(atlas.branches)
    found: list[Trouble] = []
    for at, case in enumerate(PRESENT):
        if at % len(branches) == 0:
            rng.shuffle(branches)
        branch = branches[at % len(branches)]
        if case.nested:
            ended = [t for t in found if t.outage.restored_at and not _nests(found, t)]
            outer = ended[-1]
            zone = zones[outer.town.branch]
            found.append(grid.inside(outer, case, now=now, zone=zone, rng=rng))
            continue
        town = _free_town(atlas, branch, found, rng)
        found.append(grid.trouble(case, town, now=now, zone=zones[branch], rng=rng))
    return found


def _nests(found: Sequence[Trouble], outer: Trouble) -> bool:
    return any(t.outage.nested_in == outer.outage.id for t in found)


def _free_town(atlas: Atlas, branch: str, found: Sequence[Trouble], rng: Random) -> Settlement:
    """A settlement without an outage yet, so that the screens show many names."""
    taken = {(t.town.branch, t.town.name) for t in found}
    towns = [t for t in atlas.of_branch(branch) if (branch, t.name) not in taken]
    return rng.choices(towns, weights=[town.weight for town in towns])[0]


def past(
    grid: Grid,
    atlas: Atlas,
    zones: Mapping[str, ZoneInfo],
    *,
    now: datetime,
    rng: Random,
    scale: float,
) -> list[Trouble]:
    """The outages of the last 30 days that are over; ``scale`` is 1 for a usual month."""
    towns, weights = atlas.settlements, [town.weight for town in atlas.settlements]
    cases = [_past_emergency(rng) for _ in range(round(125 * scale))]
    cases += [_past_planned(rng) for _ in range(round(70 * scale))]
    found = [
        grid.trouble(case, town, now=now, zone=zones[town.branch], rng=rng)
        for case, town in zip(cases, rng.choices(towns, weights=weights, k=len(cases)), strict=True)
    ]
    for day in (rng.randint(3, 8), rng.randint(13, 24)):
        found += _storm(grid, atlas, zones, now=now, rng=rng, day=day, size=round(11 * scale))
    return found


def _storm(
    grid: Grid,
    atlas: Atlas,
    zones: Mapping[str, ZoneInfo],
    *,
    now: datetime,
    rng: Random,
    day: int,
    size: int,
) -> Iterator[Trouble]:
    """A storm over one branch: many hard outages within a few hours of one past day."""
    branch = rng.choice(atlas.branches)
    for _ in range(size):
        start = -day * 1440 + rng.randint(0, _STORM_HOURS * 60)
        case = _over(start, rng.lognormvariate(5.6, 0.4), rng, appeals=rng.randint(5, 14))
        town = rng.choice(atlas.of_branch(branch))
        hard = replace(case, hard=True)
        yield grid.trouble(hard, town, now=now, zone=zones[branch], rng=rng)


def _past_emergency(rng: Random) -> Case:
    start = -rng.randint(1440, _MONTH * 1440)
    appeals = min(26, 1 + int(rng.lognormvariate(1.2, 0.8)))
    case = _over(start, rng.lognormvariate(5.0, 0.6), rng, appeals=appeals)
    return replace(case, hard=rng.random() < 0.16)


def _over(start: int, length: float, rng: Random, *, appeals: int) -> Case:
    """An emergency that is over: half an hour to ten, its time moved in one of four."""
    length = int(min(max(length, 30), 600))
    restored = start + length
    etrs = [(start + rng.randint(15, 28), restored + rng.randint(-40, 60))]
    if length > 120 and rng.random() < 0.25:
        etrs.append((restored - 50, restored + rng.randint(-5, 70)))
    status = OutageStatus.RESTORED
    return Case(status, start, appeals, crew=True, etrs=tuple(etrs), restored=restored)


def _past_planned(rng: Random) -> Case:
    day = -rng.randint(1, _MONTH)
    return Case(
        OutageStatus.RESTORED,
        0,
        min(9, int(rng.lognormvariate(0.9, 0.7))),
        _PLANNED,
        day=day,
        restored=rng.randint(-60, 45),
    )
