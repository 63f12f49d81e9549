"""Reliability of supply: how long an address was dark in a row and in the year, against the norm.

The third category of reliability allows 72 hours a year and 24 in a row (ПП РФ № 861, п. 31(6));
what is over it is a reason for a recalculation. Outages that overlap are dark once. The year is
that of the address's own region.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from console.domain.appeal import Place
from console.domain.area import holds, same_street
from console.domain.houses import numbers_in, read_houses, shown
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.domain.words import fold

_ZERO: Final = timedelta()
MOST_HOUSES: Final = 500
"""Houses of one street that are looked at one by one."""


@dataclass(frozen=True, slots=True)
class ReliabilityNorms:
    """The limits, and when it is warned of before they are passed ([K] but for the limits).

    ``warn_in_a_row``: of an outage that lasts; ``gap``: what is dark again sooner than that was
    dark all the time. ``counted`` are the kinds of outages that count; ``announced`` planned work
    counts as it was published, until somebody says otherwise.
    """

    in_a_row: timedelta
    in_year: timedelta
    warn_in_a_row: timedelta
    warn_in_year: timedelta
    gap: timedelta
    counted: frozenset[OutageKind]
    announced: bool


class Stage(StrEnum):
    """How an address stands to the norm."""

    OVER = "over"
    WARNING = "warning"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Spell:
    """Dark without a break from ``start`` to ``end`` (UTC); ``lasts``: it has not ended yet."""

    start: datetime
    end: datetime
    outages: tuple[str, ...]
    lasts: bool

    @property
    def length(self) -> timedelta:
        """How long it was dark, or has been up to now."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Reliability:
    """An address's year: its spells, oldest first, and what they come to.

    ``unsure`` are outages of which nobody can say whether the address was in them.
    """

    spells: tuple[Spell, ...]
    in_year: timedelta
    longest: timedelta
    over_in_a_row: timedelta
    over_in_year: timedelta
    stage: Stage
    unsure: tuple[str, ...] = ()

    @property
    def lasting(self) -> Spell | None:
        """The spell that has not ended."""
        return next((spell for spell in self.spells if spell.lasts), None)

    @property
    def over(self) -> timedelta:
        """What is over the norm by the stricter of the two limits."""
        return max(self.over_in_a_row, self.over_in_year)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Addresses of one street that stand alike; ``houses`` is empty where it is all the others."""

    area: OutageArea
    reliability: Reliability


def reliability(
    place: Place,
    outages: Iterable[Outage],
    *,
    norms: ReliabilityNorms,
    zone: ZoneInfo,
    now: datetime,
    year: int | None = None,
) -> Reliability:
    """How ``place`` stands at ``now`` (aware UTC) in ``year``, else in the present one there."""
    in_it: list[Outage] = []
    unsure: list[str] = []
    for outage in outages:
        held = holds(place, outage.areas)
        if held:
            in_it.append(outage)
        elif held is None and _dark(outage, norms, now) is not None:
            unsure.append(outage.id)
    return _reckoned(in_it, norms, zone, now=now, year=year, unsure=tuple(sorted(unsure)))


def candidates(
    outages: Iterable[Outage],
    *,
    norms: ReliabilityNorms,
    zone: ZoneInfo,
    now: datetime,
    year: int | None = None,
) -> tuple[Candidate, ...]:
    """Every address that is over the norm or near it, what is furthest over first.

    Addresses are those that the outages name: houses that stand alike are told together, a street
    without its houses is what is left of it.
    """
    dark = [outage for outage in outages if _dark(outage, norms, now) is not None]
    found: list[Candidate] = []
    for town, some in _by_settlement(dark).items():
        for street in _streets(town, some):
            here = [outage for outage in some if _touches(outage, town, street)]
            worst = _reckoned(here, norms, zone, now=now, year=year)
            if worst.stage is not Stage.WITHIN:
                found += _of_street(town, street, here, norms, zone, now=now, year=year)
    ranks = {stage: rank for rank, stage in enumerate(Stage)}
    found.sort(key=lambda c: (ranks[c.reliability.stage], -c.reliability.over, c.area.settlement))
    return tuple(found)


# ── Addresses ─────────────────────────────────────────────────────────────────────────────────


def _by_settlement(outages: Iterable[Outage]) -> Mapping[str, Sequence[Outage]]:
    named: dict[str, str] = {}
    found: dict[str, list[Outage]] = {}
    for outage in outages:
        towns = {named.setdefault(fold(a.settlement), a.settlement) for a in outage.areas}
        for town in sorted(towns):
            found.setdefault(town, []).append(outage)
    return found


def _streets(town: str, outages: Iterable[Outage]) -> tuple[str, ...]:
    """The streets that are named in a settlement, each once; empty for the settlement itself."""
    named: list[str] = []
    for area in _areas(town, outages):
        known = any(area.street == one or same_street(area.street, one) for one in named)
        if not known:
            named.append(area.street)
    return tuple(named)


def _areas(town: str, outages: Iterable[Outage]) -> Iterator[OutageArea]:
    wanted = fold(town)
    for outage in outages:
        yield from (area for area in outage.areas if fold(area.settlement) == wanted)


def _touches(outage: Outage, town: str, street: str) -> bool:
    return any(
        not area.street or area.street == street or same_street(area.street, street)
        for area in _areas(town, [outage])
    )


def _of_street(
    town: str,
    street: str,
    outages: Sequence[Outage],
    norms: ReliabilityNorms,
    zone: ZoneInfo,
    *,
    now: datetime,
    year: int | None,
) -> Iterator[Candidate]:
    alike: dict[Reliability, list[str]] = {}
    for house in ("", *_houses(town, street, outages)):
        place = Place(town, street=street, house=house)
        stands = reliability(place, outages, norms=norms, zone=zone, now=now, year=year)
        if stands.stage is not Stage.WITHIN:
            alike.setdefault(stands, []).append(house)
    for stands, houses in alike.items():
        # Houses that stand as the rest of their street does are not told apart from it.
        listed = "" if "" in houses else ", ".join(houses)
        yield Candidate(OutageArea(town, street, listed), stands)


def _houses(town: str, street: str, outages: Iterable[Outage]) -> tuple[str, ...]:
    if not street:
        return ()
    named = (
        shown(house)
        for area in _areas(town, outages)
        if area.street and same_street(area.street, street)
        for house in numbers_in(read_houses(area.houses), most=MOST_HOUSES)
    )
    return tuple(dict.fromkeys(named))[:MOST_HOUSES]


# ── Hours ─────────────────────────────────────────────────────────────────────────────────────


def _reckoned(
    outages: Iterable[Outage],
    norms: ReliabilityNorms,
    zone: ZoneInfo,
    *,
    now: datetime,
    year: int | None,
    unsure: tuple[str, ...] = (),
) -> Reliability:
    year = year if year is not None else now.astimezone(zone).year
    begin, end = (datetime(one, 1, 1, tzinfo=zone) for one in (year, year + 1))
    dark = (span for outage in outages if (span := _dark(outage, norms, now)) is not None)
    spells = tuple(s for s in _joined(dark, norms.gap) if s.end > begin and s.start < end)
    in_year = sum((min(s.end, end) - max(s.start, begin) for s in spells), _ZERO)
    longest = max((spell.length for spell in spells), default=_ZERO)
    over_in_a_row = sum((max(_ZERO, s.length - norms.in_a_row) for s in spells), _ZERO)
    over_in_year = max(_ZERO, in_year - norms.in_year)
    lasting = any(spell.lasts and spell.length >= norms.warn_in_a_row for spell in spells)
    if over_in_a_row or over_in_year:
        stage = Stage.OVER
    else:
        is_near = lasting or in_year >= norms.warn_in_year
        stage = Stage.WARNING if is_near else Stage.WITHIN
    return Reliability(spells, in_year, longest, over_in_a_row, over_in_year, stage, unsure)


def _dark(outage: Outage, norms: ReliabilityNorms, now: datetime) -> Spell | None:
    """From when until when an outage kept its area dark; None where it did not, or not yet."""
    if outage.kind not in norms.counted or outage.status is OutageStatus.CANCELLED:
        return None
    end = outage.restored_at
    if end is None and outage.status is OutageStatus.ANNOUNCED:
        end = outage.expected_end() if norms.announced else None
        if end is None:
            return None
    lasts = end is None or end > now
    stop = now if end is None else min(end, now)
    if stop <= outage.started_at:
        return None
    return Spell(outage.started_at, stop, (outage.id,), lasts)


def _joined(spells: Iterable[Spell], gap: timedelta) -> Iterator[Spell]:
    """Spells that overlap, or follow within ``gap``, as one."""
    present: Spell | None = None
    for spell in sorted(spells, key=lambda one: (one.start, one.end, one.outages)):
        if present is not None and spell.start - present.end <= gap:
            present = Spell(
                present.start,
                max(present.end, spell.end),
                (*present.outages, *spell.outages),
                present.lasts or spell.lasts,
            )
            continue
        if present is not None:
            yield present
        present = spell
    if present is not None:
        yield present
