"""Which planned work of a schedule is which of the registry: the same, moved, or a new one.

A request's number says it for sure. Without numbers a work is known by where it is: at the same
time it is the same, at another it has moved, if it has not begun yet and the shift is within two
weeks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Final, NamedTuple

from console.domain.outage import OutageArea, OutageKind, OutageStatus
from console.domain.outage_state import OutageState
from console.domain.words import fold
from console.server.planned.work import Work

MOVED_WITHIN: Final = timedelta(days=14)
"""A work at the same place further away in time is another one ([K])."""

_ALIKE: Final = 0.5
Tokens = frozenset[tuple[str, ...]]


class Matched(NamedTuple):
    """A work with its id in the registry's sources; ``over``: it ended before it was heard of."""

    work: Work
    id: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """The works of a schedule with their ids, and what else the registry has for these days."""

    works: tuple[Matched, ...]
    gone: tuple[OutageState, ...]


def match(works: Sequence[Work], known: Mapping[str, OutageState], *, now: datetime) -> Match:
    """``known`` is what the same source has said before, by its ids; ``now`` aware UTC."""
    ids: dict[int, str] = dict(_by_number(works, known, now))
    taken = set(ids.values())
    free = {id_: state for id_, state in known.items() if not id_.startswith("n-")}
    tokens = {id_: _tokens(state.areas, state) for id_, state in free.items()}
    for place, work in enumerate(works):
        if place not in ids:
            alike = _alike(work, free, tokens, taken)
            same = [(share, id_) for share, id_ in alike if free[id_].started_at == work.start]
            if same:
                ids[place] = max(same)[1]
                taken.add(ids[place])
    for place, work in enumerate(works):
        if place not in ids:
            ids[place] = _moved(work, free, tokens, taken, now) or _new_id(work, taken | set(known))
            taken.add(ids[place])
    matched = tuple(
        Matched(work, ids[place], over=ids[place] not in known and work.end <= now)
        for place, work in enumerate(works)
    )
    return Match(matched, _gone(works, known, taken, now))


def state_of(matched: Matched, *, branch: str, now: datetime) -> OutageState:
    """What the schedule says of a work, as a state of the registry's intake."""
    work = matched.work
    return OutageState(
        id=matched.id,
        branch=branch,
        at=now,
        kind=OutageKind.PLANNED,
        status=OutageStatus.CANCELLED if work.cancelled else OutageStatus.ANNOUNCED,
        started_at=work.start,
        planned_end=work.end,
        etr=work.end,  # so that each end that was announced stands in the history
        areas=work.areas,
        res=work.res,
        substation=work.substation,
        feeder=work.feeder,
        transformer=work.transformer,
        cause=work.cause,
        residents=work.residents,
        objects={"request": work.number[:64]} if work.number else {},
    )


def _by_number(
    works: Sequence[Work], known: Mapping[str, OutageState], now: datetime
) -> Iterable[tuple[int, str]]:
    """Stretches of one request: those of a known beginning first, then the others in their order.

    So a request whose first day has left the schedule is not moved by a day, and what has begun is
    not moved at all.
    """
    of_request: dict[str, list[int]] = {}
    for place, work in enumerate(works):
        if work.number:
            of_request.setdefault(f"n-{_digest(fold(work.number))}-", []).append(place)
    for prefix, places in of_request.items():
        free = {
            state.started_at: id_
            for id_, state in sorted(known.items(), reverse=True)
            if id_.startswith(prefix)
        }
        left = []
        for place in sorted(places, key=lambda one: (works[one].start, one)):
            id_ = free.pop(works[place].start, None)
            if id_ is None:
                left.append(place)
            else:
                yield place, id_
        ids = [free[start] for start in sorted(free) if start > now]
        parts = (f"{prefix}{part}" for part in range(1, len(known) + len(works) + 1))
        new = (id_ for id_ in parts if id_ not in known)
        yield from zip(left, chain(ids, new), strict=False)


def _moved(
    work: Work,
    free: Mapping[str, OutageState],
    tokens: Mapping[str, Tokens],
    taken: set[str],
    now: datetime,
) -> str | None:
    near = [
        (abs(free[id_].started_at - work.start), id_)
        for share, id_ in _alike(work, free, tokens, taken)
        if share >= _ALIKE and free[id_].started_at > now and work.end > now
    ]
    near = [(shift, id_) for shift, id_ in near if shift <= MOVED_WITHIN]
    return min(near)[1] if near else None


def _alike(
    work: Work, free: Mapping[str, OutageState], tokens: Mapping[str, Tokens], taken: set[str]
) -> list[tuple[float, str]]:
    mine = _tokens(work.areas, work)
    found = []
    for id_ in free:
        theirs = tokens[id_]
        common = len(mine & theirs)
        if common and id_ not in taken:
            found.append((common / len(mine | theirs), id_))
    return found


def _tokens(areas: Iterable[OutageArea], grid: Work | OutageState) -> Tokens:
    """Where a work is: its streets, without houses, or the object of the grid in a settlement."""
    streets = {(fold(area.settlement), fold(area.street)) for area in areas}
    named = "/".join(part for part in (grid.feeder, grid.transformer) if part)
    objects = {(town, "=", fold(named)) for town, _ in streets} if named else set()
    return frozenset(streets | objects)


def _gone(
    works: Sequence[Work], known: Mapping[str, OutageState], taken: set[str], now: datetime
) -> tuple[OutageState, ...]:
    """Announced for the days of the schedule, not begun, and not in it any more."""
    if not works:
        return ()
    first, last = min(work.start for work in works), max(work.end for work in works)
    left = [
        state
        for id_, state in known.items()
        if id_ not in taken
        and state.status is OutageStatus.ANNOUNCED
        and state.started_at > now
        and first <= state.started_at <= last
    ]
    return tuple(sorted(left, key=lambda state: (state.started_at, state.id)))


def _new_id(work: Work, taken: set[str]) -> str:
    where = "|".join(sorted("/".join(token) for token in _tokens(work.areas, work)))
    for part in range(len(taken) + 1):
        id_ = f"w-{_digest(f'{work.start.isoformat()}|{where}|{part}')}"
        if id_ not in taken:
            return id_
    raise AssertionError("one of so many is free")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
