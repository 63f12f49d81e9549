"""The land on which storms are generated: branches, settlements, streets and the grid under them.

Everything is drawn from distributions by seed. Nothing here knows how storms are detected.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from console.rulebook.branches import load_branches
from console.rulebook.places import load_gazetteer

_STREETS: Final = (
    "Ленина Советская Мира Гагарина Садовая Школьная Молодёжная Центральная Лесная Новая "
    "Набережная Степная Октябрьская Комсомольская Партизанская Пушкина Кирова Калинина Чапаева "
    "Горького Первомайская Заречная Зелёная Полевая Строителей Рабочая Пионерская Красноармейская "
    "Дзержинского Титова Победы Чкалова Матросова Крупской Юбилейная Солнечная Луговая Сосновая "
    "Берёзовая Западная Северная Южная Восточная Энергетиков Дорожная Совхозная Фрунзе Суворова "
    "Куйбышева Маяковского Некрасова Островского Трактовая Кооперативная Больничная Спортивная "
    "Кедровая Весенняя Подгорная Нагорная Озёрная Дружбы Мичурина Железнодорожная Вокзальная"
)
_LANES: Final = "Школьный Садовый Почтовый Лесной Короткий Речной Рабочий Тихий Северный"


@dataclass(frozen=True, slots=True)
class Street:
    """A street: ``kind`` is «улица» or «переулок»."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A feeder with (settlement, street) of each street on it."""

    name: str
    ends: tuple[tuple[str, Street], ...]


@dataclass(frozen=True, slots=True)
class Town:
    """A settlement with its streets; ``share`` of the branch's appeals is 0..1."""

    name: str
    res: str
    population: int
    share: float
    streets: tuple[Street, ...]

    @property
    def is_village(self) -> bool:
        """Whether one line is most of it."""
        return self.population < 5_000


@dataclass(frozen=True, slots=True)
class Land:
    """One branch as it was drawn. ``a_day`` is how many appeals an ordinary day brings it.

    ``hours`` are 24 shares of a day by local hour, ``weekend`` the factor of Saturday and Sunday,
    ``restless`` the shape of the gamma factor by which days differ (small: they differ much).
    """

    branch: str
    zone: ZoneInfo
    a_day: float
    hours: tuple[float, ...]
    weekend: float
    restless: float
    towns: tuple[Town, ...]
    lines: tuple[Line, ...]
    known: frozenset[str]
    """The lines whose streets the registry knows."""


def lands(seed: int) -> tuple[Land, ...]:
    """The nine branches of ``seed``."""
    rng = Random(f"storms/{seed}/land")
    return tuple(_land(branch.key, branch.zone, rng) for branch in load_branches())


def _land(branch: str, zone: ZoneInfo, rng: Random) -> Land:
    towns = tuple(_towns(branch, rng))
    lines = tuple(_lines(towns, rng))
    share_known = rng.uniform(0.3, 0.9)
    return Land(
        branch=branch,
        zone=zone,
        a_day=min(320.0, max(25.0, rng.lognormvariate(math.log(110), 0.55))),
        hours=_hours(rng),
        weekend=rng.uniform(0.5, 0.95),
        restless=rng.uniform(6.0, 40.0),
        towns=towns,
        lines=lines,
        known=frozenset(line.name for line in lines if rng.random() < share_known),
    )


@cache
def _settlements() -> dict[str, tuple[tuple[str, int, str], ...]]:
    """(name, people, district) by branch; a name that stands twice is taken once."""
    found: dict[str, dict[str, tuple[str, int, str]]] = {}
    for place in sorted(load_gazetteer().settlements, key=lambda s: s.population):
        if place.population > 0:
            row = (place.name, place.population, place.district)
            found.setdefault(place.branch, {})[place.name] = row
    return {
        branch: tuple(sorted(rows.values(), key=lambda row: (-row[1], row[0])))
        for branch, rows in found.items()
    }


def _towns(branch: str, rng: Random) -> Iterator[Town]:
    rows = _settlements()[branch]
    largest, rest = rows[:8], list(rows[8:])
    chosen = [*largest, *rng.sample(rest, k=min(len(rest), rng.randint(25, 70)))]
    bent = rng.uniform(0.6, 0.95)  # people of a city write less for each than those of a village
    weights = [people**bent for _, people, _ in chosen]
    for (name, people, district), weight in zip(chosen, weights, strict=True):
        count = max(3, min(65, round(people**0.42 * rng.uniform(0.35, 0.8))))
        yield Town(
            name=name,
            res=district or name,
            population=people,
            share=weight / sum(weights),
            streets=tuple(_streets(count, rng)),
        )


def _streets(count: int, rng: Random) -> Iterator[Street]:
    all_streets, all_lanes = _STREETS.split(), _LANES.split()
    lanes = min(len(all_lanes), count // 8)
    names = rng.sample(all_streets, k=min(len(all_streets), count - lanes))
    yield from (Street("улица", name) for name in names)
    yield from (Street("переулок", name) for name in rng.sample(all_lanes, k=lanes))


def _lines(towns: Sequence[Town], rng: Random) -> Iterator[Line]:
    """A town has several lines; a line of the country goes through one to three villages."""
    number = 0
    for town in towns:
        if town.is_village:
            continue
        streets = list(town.streets)
        rng.shuffle(streets)
        while streets:
            size = rng.randint(3, 11)
            number += 1
            yield Line(f"Ф-{number}", tuple((town.name, one) for one in streets[:size]))
            del streets[:size]
    by_res: dict[str, list[Town]] = {}
    for town in towns:
        if town.is_village:
            by_res.setdefault(town.res, []).append(town)
    for villages in by_res.values():
        while villages:
            size = rng.choice((1, 1, 2, 3))
            number += 1
            on_it, villages[:size] = villages[:size], []
            yield Line(f"Ф-{number}", tuple((v.name, one) for v in on_it for one in v.streets))


def _hours(rng: Random) -> tuple[float, ...]:
    """A night that sleeps, a peak in the morning and one in the evening; where, is drawn."""
    morning, evening = rng.gauss(9.5, 0.8), rng.gauss(19.5, 0.9)
    night = rng.uniform(0.02, 0.12)
    weight_morning, weight_evening = rng.uniform(0.5, 1.3), rng.uniform(0.6, 1.6)
    raw = [
        night
        + 0.35 * (8 <= hour < 22)
        + weight_morning * math.exp(-(((hour - morning) / 2.2) ** 2))
        + weight_evening * math.exp(-(((hour - evening) / 2.4) ** 2))
        for hour in range(24)
    ]
    return tuple(weight / sum(raw) for weight in raw)
