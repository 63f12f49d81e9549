"""A scene: one resident at one address at one moment, as words and tags for the grammar."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from console.demo.grammar import Context
from console.demo.people import Person
from console.demo.places import DEMO, Address, Atlas, Street

MENTION: Final = "\ue000"
"""Stands for the mention of the company until the text is typed out."""


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
    """Facts of a scene that only some topics have; instants aware."""

    tags: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)


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
    words = _time_words(scenery.seasons, moment, rng)
    words |= _place_words(scenery.atlas, address, rng)
    words |= _person_words(person)
    words |= _number_words(scenery.seasons, moment, rng)
    words |= extras.words
    tags = _time_tags(moment) | _season_tags(scenery.seasons, moment) | address.settlement.tags
    return Context(frozenset(tags | {person.age} | extras.tags), words, female=person.female)


def _time_tags(moment: Moment) -> set[str]:
    now, start = moment.now.astimezone(moment.zone), moment.start.astimezone(moment.zone)
    elapsed = max(timedelta(0), moment.now - moment.start)
    tags = {_part_of_day(now.hour), _elapsed_tag(elapsed), f"start_{_start_part(start.hour)}"}
    days = (now.date() - start.date()).days
    same = days == 0 or elapsed < timedelta(hours=6)
    tags.add("same_day" if same else "yesterday" if days == 1 else "older")
    if now.isoweekday() <= 5:
        tags.add("weekday")
    tags.add(f"wd{start.isoweekday()}")
    return tags


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


def _season_tags(seasons: Seasons, moment: Moment) -> set[str]:
    month = moment.now.astimezone(moment.zone).month
    tags = {"winter"} if month in seasons.winter else set()
    return tags | ({"summer"} if month in seasons.summer else set())


def _time_words(seasons: Seasons, moment: Moment, rng: Random) -> dict[str, str]:
    now, start = moment.now.astimezone(moment.zone), moment.start.astimezone(moment.zone)
    told = start + timedelta(minutes=rng.choice((0, 0, 0, -5, 5, 10)))
    told = min(told, now).replace(minute=told.minute // 5 * 5)
    minutes = max(5, round((now - start).total_seconds() / 300) * 5)
    return {
        "hhmm": _clock(told, rng),
        "hh": str(told.hour),
        "clock": _clock(now, rng),
        "h": str(round((now - start).total_seconds() / 3600)),
        "mins": str(minutes),
        "date_off": _date(seasons, start, rng),
        "date_dm": start.strftime("%d.%m"),
        "etr": _clock(_round_hour(now + timedelta(hours=rng.randint(-2, 3))), rng),
        "plan_start": rng.choice(("9", "9:00", "10:00", "8:30", "9-00")),
        "plan_end": rng.choice(("17:00", "16:00", "18:00", "17-00", "15:00", "17", "18")),
    }


def _clock(when: datetime, rng: Random) -> str:
    return when.strftime(rng.choice(("%H:%M", "%H:%M", "%H-%M", "%H.%M", "%H:%M")))


def _round_hour(when: datetime) -> datetime:
    return when.replace(minute=0)


def _date(seasons: Seasons, when: datetime, rng: Random) -> str:
    numeric = rng.choice(("", "", "%d.%m.%Y", "%d.%m", "%d.%m.%y"))
    return when.strftime(numeric) if numeric else seasons.day(when)


def _place_words(atlas: Atlas, address: Address, rng: Random) -> dict[str, str]:
    town, streets = address.settlement, atlas.streets(address.settlement)
    res = _res_cases(town.res)
    start = rng.randint(1, 40)
    words = {
        "place": town.name,
        "in_place": town.where,
        "of_place": town.of,
        "district": town.district,
        "district_area": town.municipality,
        "house": address.house,
        "house_a": str(start),
        "house_b": str(start + rng.randint(4, 30)),
        "house_c": str(start + rng.randint(31, 50)),
        "flat": str(rng.randint(1, 90)),
        "street2": f"{rng.choice(streets).name}",
        "res": town.res,
        "res_gen": f"{res[0]} РЭС",
        "grid_gen": f"{res[0]} района сетей",
        "grid_dat": f"{res[1]} району сетей",
        "grid_ins": f"{res[2]} районом сетей",
    }
    return words | street_words(atlas, address.street, rng)


def street_words(atlas: Atlas, street: Street, rng: Random) -> dict[str, str]:
    """The ways to name a street."""
    forms = atlas.forms[street.type]
    g, p, d = street.cases()

    def one(kind: str) -> str:
        pattern = rng.choice(forms[kind])
        return pattern.format(n=street.name, g=g, p=p, d=d)

    return {
        "street": one("street"),
        "street_full": one("full"),
        "on_street": one("on"),
        "on_street_plain": one("plain"),
        "of_street": one("of"),
        "of_street_full": one("of_full"),
        "whole_street": one("whole"),
    }


def _res_cases(name: str) -> tuple[str, str, str]:
    """Genitive, dative and instrumental of «Кяхтинский» in «Кяхтинский РЭС»."""
    words = name.removesuffix(" РЭС").split()
    stems = [word[:-2] for word in words]
    return (
        " ".join(stem + "ого" for stem in stems),
        " ".join(stem + "ому" for stem in stems),
        " ".join(stem + "им" for stem in stems),
    )


def _person_words(person: Person) -> dict[str, str]:
    return {
        "first_name": person.first,
        "io": person.io,
        "fio": person.fio,
        "fio_short": person.fio_short,
        "phone": person.phone,
        "mention": MENTION,
    }


def _number_words(seasons: Seasons, moment: Moment, rng: Random) -> dict[str, str]:
    now = moment.now.astimezone(moment.zone)
    low, high = seasons.frost.get(now.month, (5, 12))
    volt = rng.randint(142, 189)
    past = now - timedelta(days=rng.randint(12, 70))
    far = now - timedelta(days=rng.randint(70, 300))
    recent = sorted(rng.sample(range(2, 28), 3), reverse=True)
    dates = [(now - timedelta(days=days)).strftime("%d.%m") for days in recent]
    return {
        "frost": str(rng.randint(low, high)),
        "heat": str(rng.randint(29, 36)),
        "volt": str(volt),
        "volt2": str(volt + rng.randint(6, 18)),
        "volt_high": str(rng.randint(248, 277)),
        "n2": str(rng.randint(5, 11)),
        "n10": rng.choice(("10", "12", "15", "20", "25", "30", "40", "17")),
        "year": str(rng.randint(1968, 2009)),
        "sum": _money(rng),
        "ls": str(rng.randint(200_000_000_000, 899_999_999_999)),
        "req": str(rng.randint(1200, 9800)),
        "req_tp": str(rng.randint(1_400_000, 8_900_000)),
        "tp": str(rng.randint(3, 412)),
        "date_past": _date(seasons, past, rng),
        "month_past": seasons.month_in[far.month - 1],
        "month_gen": seasons.month_of[far.month - 1],
        "date_plan": seasons.day(now + timedelta(days=rng.randint(1, 5))),
        "date_next": seasons.day(now + timedelta(days=rng.randint(1, 5))),
        "date_soon": seasons.day(now + timedelta(days=rng.randint(2, 8))),
        "date_far": seasons.day(now + timedelta(days=rng.randint(20, 45))),
        "date_ago": seasons.day(now - timedelta(days=1)),
        "date1": dates[0],
        "date2": dates[1],
        "date3": dates[2],
    }


def _money(rng: Random) -> str:
    amount = rng.choice((rng.randint(12, 98) * 100, rng.randint(10, 68) * 1000))
    pattern = rng.choice(("{} руб", "{} рублей", "{}р", "{} р."))
    spaced = f"{amount:,}".replace(",", " ")
    return pattern.format(spaced if amount >= 10_000 and rng.random() < 0.5 else amount)
