"""The schedule: what will happen in a run, drawn from its seed before anything happens.

It is a list of items, each with an instant, an actor and a salt of its own, so that any of them can
be left out and the others mean what they meant: that is what makes a failing run shrink.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from tests.simulation.network import WIRE_FAULTS
from tests.simulation.people import DEEDS

VERSION = 4
"""With this number a seed means the same run; an older one draws what was there at its time, and
its people do what they did then: attached no files, for example."""

PEOPLE: tuple[str, ...] = ("olga", "semyon", "irina", "viktor", "dina", "anna")
"""The logins of those who may sit at a station; see `tests.simulation.world.OPERATORS`."""

STATION_FAULTS: Mapping[str, int] = {
    "kill": 6,
    "kill_at_step": 14,
    "restart": 3,
    "second_instance": 1,
    "clock_wrong": 3,
    "clock_jump": 3,
    "keychain_locked": 2,
    "keychain_emptied": 1,
    "newer_store": 1,
    "work_offline": 2,
    "pokes_lost": 2,
    "another_person": 2,
    "disk_full": 3,
    "power_cut": 4,
    "store_flipped": 2,
    "store_cut_short": 1,
    "store_put_back": 2,
    "copy_lost": 1,
}
CENTRE_FAULTS: Mapping[str, int] = {
    "server_away": 4,
    "server_kill": 6,
    "server_restored": 3,
    "session_revoked": 4,
    "role_changed": 3,
    "moved": 5,
    "disabled": 2,
}
CENTRE_DEEDS: Mapping[str, int] = {
    "appeal": 8,
    "comment": 12,
    "again": 4,
    "author_gone": 1,
    "appeal_deleted": 1,
    "outage": 3,
    "etr_moves": 7,
}
_SINCE: Mapping[str, int] = {
    "disk_full": 2,
    "power_cut": 2,
    "store_flipped": 2,
    "store_cut_short": 2,
    "store_put_back": 2,
    "copy_lost": 2,
    "reorder": 3,
    "turned_away": 3,
    "put_back": 3,
    "meanwhile": 3,
    "outage": 3,
    "etr_moves": 3,
    "share_word": 4,
    "overtaken": 4,
}
"""The version of the schedule that first drew a kind, where that was not the first one."""

_ON_WIRES: Sequence[str] = [*WIRE_FAULTS] + [
    kind for kind in WIRE_FAULTS if _SINCE.get(kind, 1) > 2
]
"""Those of requests; the ones that need the right moment stand twice."""

FAULTS: tuple[str, ...] = (*WIRE_FAULTS, *STATION_FAULTS, *CENTRE_FAULTS)
"""Every fault that can be switched off by name."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happens: ``at`` in seconds, ``who`` a station's name, or empty."""

    at: float
    kind: str
    who: str
    salt: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """A run to be made. ``people`` sit at the stations, in their order."""

    seed: int
    people: tuple[str, ...]
    poll_seconds: float
    undo_seconds: float
    items: tuple[Item, ...]
    version: int = VERSION


def draw(seed: int, *, without: Sequence[str] = (), version: int = VERSION) -> Schedule:
    """The schedule of ``seed``; kinds of faults in ``without`` do not happen."""
    rng = Random(f"{version}/{seed}")
    on_wires = [kind for kind in _ON_WIRES if _SINCE.get(kind, 1) <= version]
    at_stations, at_centre = _known(STATION_FAULTS, version), _known(CENTRE_DEEDS, version)
    people = tuple(rng.sample(PEOPLE, rng.choice((1, 2, 2, 2, 3))))
    stations = tuple(f"ws{n + 1}" for n in range(len(people)))
    length = rng.choice((60.0, 300.0, 900.0, 3600.0))
    items = [Item(rng.uniform(0.0, 5.0), "appeal", "", rng.getrandbits(32)) for _ in range(2)]
    if version > 2 and rng.random() < 0.4:
        items.append(Item(rng.uniform(5.0, 9.0), "outage", "", rng.getrandbits(32)))
    deeds = dict(_known({name: weight for name, (_, weight) in DEEDS.items()}, version))
    if version > 2:
        deeds["move_etr"] = 9
    for _ in range(rng.randrange(5, 20) if version < 3 else rng.randrange(4, 19)):
        kind = _weighted(rng, deeds)
        items.append(_item(rng, length, kind, rng.choice(stations)))
    for _ in range(rng.randrange(1, 6)):
        items.append(_item(rng, length, _weighted(rng, at_centre), ""))
    calm = rng.random() < 0.1
    for _ in range(0 if calm else rng.randrange(1, 7)):
        which = rng.random()
        if which < 0.55:
            items.append(_item(rng, length, rng.choice(on_wires), rng.choice(stations)))
        elif which < 0.8:
            kind = _weighted(rng, at_stations)
            items.append(_item(rng, length, kind, rng.choice(stations)))
        else:
            items.append(_item(rng, length, _weighted(rng, CENTRE_FAULTS), ""))
    kept = (item for item in items if item.kind not in without)
    return Schedule(
        seed=seed,
        people=people,
        poll_seconds=rng.choice((20.0, 120.0, 600.0)) if length <= 300 else 600.0,
        undo_seconds=rng.choice((0.0, 0.0, 5.0, 30.0)),
        items=tuple(sorted(kept, key=lambda item: (item.at, item.salt))),
        version=version,
    )


def _item(rng: Random, length: float, kind: str, who: str) -> Item:
    # Things cluster: half of them happen within the first minutes, on top of each other.
    at = 5.0 + (rng.uniform(0.0, 60.0) if rng.random() < 0.5 else rng.uniform(0.0, length))
    return Item(at, kind, who, rng.getrandbits(32))


def _known(kinds: Mapping[str, int], version: int) -> Mapping[str, int]:
    return {kind: n for kind, n in kinds.items() if _SINCE.get(kind, 1) <= version}


def _weighted(rng: Random, weights: Mapping[str, int]) -> str:
    return rng.choices(list(weights), cum_weights=list(accumulate(weights.values())))[0]
