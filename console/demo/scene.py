"""A scene: one resident at one address at one moment, as words and tags for the grammar."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from console.demo.grammar import Context
from console.demo.people import Person
from console.demo.places import DEMO, Address, Atlas

MENTION: Final = "\ue000"
"""Stands for the mention of the company until the text is typed out."""


Maker: TypeAlias = "Callable[[Scene], str]"
"""Puts one word of a scene."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When: ``now`` of writing and ``start`` of the trouble (aware), in the zone of the place."""

    now: datetime
    start: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Seasons:
    """Months in words and their weather; month 1 is January."""

    month_in: tuple[str, ...]
    month_of: tuple[str, ...]
    winter: frozenset[int]
    summer: frozenset[int]
    frost: Mapping[int, tuple[int, int]]

    @staticmethod
    def load(folder: Path = DEMO) -> Seasons:
        """Read calendar.toml of ``folder``."""
        table = tomllib.loads((folder / "calendar.toml").read_text(encoding="utf-8"))
        return Seasons(
            month_in=tuple(table["month_in"]),
            month_of=tuple(table["month_of"]),
            winter=frozenset(table["winter"]),
            summer=frozenset(table["summer"]),
            frost={int(month): (a, b) for month, (a, b) in table["frost"].items()},
        )

    def season(self, when: datetime) -> str:
        """``winter``, ``summer`` or empty."""
        if when.month in self.winter:
            return "winter"
        return "summer" if when.month in self.summer else ""

    def day(self, when: datetime) -> str:
        """Day and month in words: «14 ноября»."""
        return f"{when.day} {self.month_of[when.month - 1]}"


@dataclass(frozen=True, slots=True)
class Scenery:
    """What scenes are made with."""

    atlas: Atlas
    seasons: Seasons


@dataclass(frozen=True, slots=True)
class Extras:
    """Facts of a scene that only some topics have; ``makers`` put theirs in words when asked."""

    tags: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)
    makers: Mapping[str, Maker] = field(default_factory=dict)


NO_EXTRAS: Final = Extras()


def context_of(
    scenery: Scenery,
    person: Person,
    *,
    address: Address,
    moment: Moment,
    rng: Random,
    extras: Extras = NO_EXTRAS,
) -> Context:
    """Words and tags for `Speaker.say` of what ``person`` has to tell."""
    scene = Scene(scenery, person, address=address, moment=moment, rng=rng, extras=extras)
    tags = scene.tags() | address.settlement.tags | extras.tags
    tags |= {person.age, "nameless"} if person.nameless else {person.age}
    return Context(frozenset(tags), scene, female=person.female)


class Scene:
    """The words of one scene. Each is made when first asked for, and then stays the same."""

    def __init__(
        self,
        scenery: Scenery,
        person: Person,
        *,
        address: Address,
        moment: Moment,
        rng: Random,
        extras: Extras,
    ) -> None:
        self.atlas = scenery.atlas
        self.seasons = scenery.seasons
        self.person = person
        self.address = address
        self.town = address.settlement
        self.rng = rng
        self.now = moment.now.astimezone(moment.zone)
        self.start = min(moment.start, moment.now).astimezone(moment.zone)
        self._known = dict(extras.words)
        self._makers = extras.makers

    def find(self, name: str) -> str | None:
        """The word ``name`` of this scene, None if scenes have none of that name."""
        known = self._known.get(name)
        if known is None and (maker := self._makers.get(name) or WORDS.get(name)):
            known = self._known[name] = maker(self)
        return known

    def said(self, *names: str) -> dict[str, str]:
        """Those of ``names`` that have been put in words already."""
        return {name: self._known[name] for name in names if name in self._known}

    def tags(self) -> set[str]:
        """The moment as tags: season, time of day, how long the trouble has lasted."""
        now, start = self.now, self.start
        elapsed = now - start
        days = (now.date() - start.date()).days
        same = days == 0 or elapsed < timedelta(hours=6)
        return {
            _part_of_day(now.hour),
            _elapsed_tag(elapsed),
            f"start_{_start_part(start.hour)}",
            "same_day" if same else "yesterday" if days == 1 else "older",
            "weekday" if now.isoweekday() <= 5 else "weekend",
            f"wd{start.isoweekday()}",
            self.seasons.season(now),
        }

    def told(self) -> datetime:
        """The start as people remember it: to five minutes, sometimes a little off."""
        told = self.start + timedelta(minutes=self.rng.choice((0, 0, 0, -5, 5, 10)))
        told = min(told, self.now)
        return told.replace(minute=told.minute // 5 * 5)

    def clock(self, when: datetime) -> str:
        """Hours and minutes as people type them."""
        return f"{when.hour:02}{self.rng.choice('::-.:')}{when.minute:02}"

    def date(self, when: datetime) -> str:
        """A date in words or in figures."""
        roll = self.rng.random()
        if roll < 0.4:
            return self.seasons.day(when)
        figures = f"{when.day:02}.{when.month:02}"
        if roll < 0.6:
            return figures
        return f"{figures}.{when.year if roll < 0.8 else when.year % 100}"

    def ago(self, days: int, most: int) -> datetime:
        """A day between so many and at ``most`` days ago."""
        return self.now - timedelta(days=self.rng.randint(days, most))

    def ahead(self, days: int, most: int) -> str:
        """A day ahead, in words."""
        return self.seasons.day(self.now + timedelta(days=self.rng.randint(days, most)))

    def street(self, form: str) -> str:
        """The street in one of the ways to name it."""
        street = self.address.street
        g, p, d = street.cases()
        pattern = self.rng.choice(self.atlas.forms[street.type][form])
        return pattern.format(n=street.name, g=g, p=p, d=d)

    def res(self, ending: str) -> str:
        """«Кяхтинский» of «Кяхтинский РЭС» in another case."""
        words = self.town.res.removesuffix(" РЭС").split()
        return " ".join(word[:-2] + ending for word in words)

    def number(self, low: int, high: int) -> str:
        """A whole number as text."""
        return str(self.rng.randint(low, high))

    def after(self, word: str, least: int, most: int) -> str:
        """A number somewhat greater than the one of another word."""
        return str(int(self.find(word) or 0) + self.rng.randint(least, most))

    def money(self) -> str:
        """A sum in roubles as people write it."""
        rng = self.rng
        amount = rng.choice((rng.randint(12, 98) * 100, rng.randint(10, 68) * 1000))
        spaced = f"{amount:,}".replace(",", " ") if rng.random() < 0.4 else str(amount)
        return rng.choice(("{} руб", "{} рублей", "{}р", "{} р.")).format(spaced)

    def earlier(self, at: int) -> str:
        """The ``at``-th of three recent days, oldest first, as day and month in figures."""
        days = (self.rng.randint(19, 27), self.rng.randint(10, 18), self.rng.randint(2, 9))
        when = self.now - timedelta(days=days[at])
        return f"{when.day:02}.{when.month:02}"


WORDS: Final[Mapping[str, Maker]] = {
    # time
    "hhmm": lambda s: s.clock(s.told()),
    "hh": lambda s: str(s.start.hour),
    "clock": lambda s: s.clock(s.now),
    "h": lambda s: str(round((s.now - s.start).total_seconds() / 3600)),
    "mins": lambda s: str(max(5, round((s.now - s.start).total_seconds() / 300) * 5)),
    "date_off": lambda s: s.date(s.start),
    "date_dm": lambda s: f"{s.start.day:02}.{s.start.month:02}",
    "etr": lambda s: s.clock((s.now + timedelta(hours=s.rng.randint(-2, 3))).replace(minute=0)),
    "plan_start": lambda s: s.rng.choice(("9", "9:00", "10:00", "8:30", "9-00")),
    "plan_end": lambda s: s.rng.choice(("17:00", "16:00", "18:00", "17-00", "15:00", "17", "18")),
    "date_past": lambda s: s.date(s.ago(12, 70)),
    "month_past": lambda s: s.seasons.month_in[s.ago(70, 300).month - 1],
    "month_gen": lambda s: s.seasons.month_of[s.ago(30, 200).month - 1],
    "date_plan": lambda s: s.ahead(1, 5),
    "date_next": lambda s: s.ahead(1, 5),
    "date_soon": lambda s: s.ahead(2, 8),
    "date_far": lambda s: s.ahead(20, 45),
    "date_ago": lambda s: s.seasons.day(s.now - timedelta(days=1)),
    "date1": lambda s: s.earlier(0),
    "date2": lambda s: s.earlier(1),
    "date3": lambda s: s.earlier(2),
    "year": lambda s: s.number(1968, 2009),
    # place
    "place": lambda s: s.town.name,
    "in_place": lambda s: s.town.where,
    "of_place": lambda s: s.town.of,
    "district": lambda s: s.town.district,
    "district_area": lambda s: s.town.municipality,
    "street": lambda s: s.street("street"),
    "street_name": lambda s: s.address.street.name,
    "street_full": lambda s: s.street("full"),
    "on_street": lambda s: s.street("on"),
    "on_street_plain": lambda s: s.street("plain"),
    "of_street": lambda s: s.street("of"),
    "of_street_full": lambda s: s.street("of_full"),
    "whole_street": lambda s: s.street("whole"),
    "street2": lambda s: s.rng.choice(s.atlas.streets(s.town)).name,
    "house": lambda s: s.address.house,
    "house_a": lambda s: s.number(1, 40),
    "house_b": lambda s: s.after("house_a", 4, 30),
    "house_c": lambda s: s.after("house_b", 2, 20),
    "flat": lambda s: s.number(1, 90),
    "snt": lambda s: s.rng.choice(s.atlas.gardens),
    "res": lambda s: s.town.res,
    "res_gen": lambda s: f"{s.res('ого')} РЭС",
    "grid_gen": lambda s: f"{s.res('ого')} района сетей",
    "grid_dat": lambda s: f"{s.res('ому')} району сетей",
    "grid_in": lambda s: f"{s.res('ом')} районе сетей",
    "grid_ins": lambda s: f"{s.res('им')} районом сетей",
    # person
    "first_name": lambda s: s.person.first,
    "io": lambda s: s.person.io,
    "fio": lambda s: s.person.fio,
    "fio_short": lambda s: s.person.fio_short,
    "phone": lambda s: s.person.phone,
    "mention": lambda _: MENTION,
    # numbers
    "frost": lambda s: s.number(*s.seasons.frost.get(s.now.month, (5, 12))),
    "heat": lambda s: s.number(29, 36),
    "volt": lambda s: s.number(142, 189),
    "volt2": lambda s: s.after("volt", 6, 18),
    "volt_high": lambda s: s.number(248, 277),
    "n2": lambda s: s.number(5, 11),
    "n10": lambda s: s.rng.choice(("10", "12", "15", "20", "25", "30", "40", "17")),
    "sum": lambda s: s.money(),
    "ls": lambda s: s.number(200_000_000_000, 899_999_999_999),
    "req": lambda s: s.number(1200, 9800),
    "req_tp": lambda s: s.number(1_400_000, 8_900_000),
    "tp": lambda s: s.number(3, 412),
}
"""Every word that a phrase may put in braces besides the rules, and how a scene makes it."""


def _part_of_day(hour: int) -> str:
    if hour < 5 or hour >= 23:
        return "night"
    return "morning" if hour < 11 else "day" if hour < 17 else "evening"


def _start_part(hour: int) -> str:
    if hour < 5 or hour >= 23:
        return "night"
    return "morning" if hour < 11 else "noon" if hour < 16 else "evening"


def _elapsed_tag(elapsed: timedelta) -> str:
    hours = elapsed.total_seconds() / 3600
    if hours < 0.75:
        return "el_min"
    if hours < 8.6:
        return f"h{max(1, round(hours))}"
    if hours < 24:
        return "hmore" if hours < 20.5 else "hlate"
    return f"day{min(3, round(hours / 24))}"
