"""Streams of appeals with storms in them: ordinary weeks of nine branches, storms, and decoys.

    PYTHONPATH=. python -m tests.bench.storms.stream SEED > stream.jsonl

Every parameter is drawn from a distribution by seed; the shapes are sharp, slow, split by a gap,
spreading from a street to a line to a town, overlapping another, in towns, in villages, over
several lines and over a whole district. Written before the detector, and not changed for it.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import count
from random import Random
from typing import Final

from tests.bench.storms import voice
from tests.bench.storms.land import Land, Line, Street, Town, lands

START: Final = date(2026, 3, 2)
"""A Monday, so that every stream begins at the same point of the week."""

_DARK_TOPICS: Final = ("outage.emergency", "outage.one_house", "outage.settlement", "outage.repeat")


class Shape(StrEnum):
    """How the cries of a storm come."""

    SHARP = "sharp"
    SLOW = "slow"
    SPLIT = "split"
    SPREADING = "spreading"


class Scope(StrEnum):
    """What is dark."""

    STREET = "street"
    LINE = "line"
    VILLAGE = "village"
    LINES = "lines"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Post:
    """One appeal of a stream; ``storm`` names the episode that it belongs to, empty for none.

    ``decoy`` tells what it pretends to be: «one_author», «copied», «trouble» (a house with
    neighbours, too few to be a hotspot).
    """

    id: str
    at: datetime
    branch: str
    place: str
    street: str
    topic: str
    author: str
    text: str
    storm: str = ""
    decoy: str = ""

    def as_json(self) -> str:
        """As a line for ``otklik-server explain hotspots``."""
        row = asdict(self)
        row["at"] = self.at.isoformat()
        del row["storm"], row["decoy"]
        return json.dumps(row, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Episode:
    """A storm, or one half of a split one: the truth about it."""

    name: str
    branch: str
    shape: Shape
    scope: Scope
    towns: frozenset[str]
    overlaps: bool
    first: datetime
    last: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Stream:
    """One generated stream in the order of time; storms and decoys begin after ``quiet_until``."""

    seed: int
    posts: tuple[Post, ...]
    episodes: tuple[Episode, ...]
    lands: tuple[Land, ...]
    quiet_until: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Manners:
    """How residents of one stream write, drawn once: shares 0..1."""

    without_place: float
    without_street: float
    wrong_place: float
    wrong_topic: float
    terse: float
    again: float
    troubled: float
    neighbours: tuple[float, float]

    @staticmethod
    def draw(rng: Random) -> Manners:
        """Those of one stream."""
        return Manners(
            without_place=rng.uniform(0.05, 0.3),
            without_street=rng.uniform(0.2, 0.5),
            wrong_place=rng.uniform(0.01, 0.06),
            wrong_topic=rng.uniform(0.03, 0.2),
            terse=rng.uniform(0.2, 0.6),
            again=rng.uniform(0.05, 0.2),
            troubled=rng.uniform(0.3, 0.8),
            neighbours=(rng.uniform(0.06, 0.16), rng.uniform(0.01, 0.04)),
        )


@dataclass(slots=True)
class _Pen:
    """Writes the posts of one stream."""

    rng: Random
    manners: Manners
    numbers: Iterator[int] = field(default_factory=count)

    def author(self) -> str:
        return f"id{self.rng.randrange(10**9)}"

    def cry(
        self,
        land: Land,
        town: Town,
        street: Street,
        at: datetime,
        *,
        author: str,
        topic: str = "",
        storm: str = "",
        decoy: str = "",
    ) -> Post:
        """Someone in the dark writes, and the place is read out of it more or less well."""
        rng, manners = self.rng, self.manners
        place, spelt = town.name, voice.street_as_written(street, rng)
        where = f"на {spelt}" if rng.random() < 0.6 else f"в {town.name}"
        text = voice.dark(where, rng, terse=manners.terse)
        roll = rng.random()
        if roll < manners.without_place:
            place, spelt = "", spelt if rng.random() < 0.3 else ""
        elif roll < manners.without_place + manners.wrong_place:
            wrong = rng.choice(land.towns)
            place, spelt = wrong.name, voice.street_as_written(rng.choice(wrong.streets), rng)
        if rng.random() < manners.without_street:
            spelt = ""
        topic = topic or _one_of(_STORM_TOPICS, rng)
        if rng.random() < manners.wrong_topic:
            topic = _one_of(voice.TOPICS, rng)
        return self.post(
            land, at, place, spelt, topic=topic, author=author, text=text, storm=storm, decoy=decoy
        )

    def post(
        self,
        land: Land,
        at: datetime,
        place: str,
        street: str,
        *,
        topic: str,
        author: str,
        text: str,
        storm: str = "",
        decoy: str = "",
    ) -> Post:
        at = at.replace(microsecond=0)
        ident = f"{land.branch}-{next(self.numbers)}"
        return Post(
            ident, at, land.branch, place, street, topic, author, text, storm=storm, decoy=decoy
        )


_STORM_TOPICS: Final = {
    "outage.emergency": 70.0,
    "outage.settlement": 10.0,
    "outage.one_house": 3.0,
    "outage.frequent": 5.0,
    "danger.wire": 3.0,
    "danger.sparks": 3.0,
    "quality.phase": 1.0,
    "quality.surge": 2.0,
    "information.no_contact": 3.0,
}


def stream(seed: int, *, quiet_days: int = 21, days: int = 7, few: bool = False) -> Stream:
    """The stream of ``seed``: quiet weeks to learn from, then days with storms and decoys.

    ``few`` takes three branches alone.
    """
    rng = Random(f"storms/{seed}/stream")
    country = lands(seed)
    if few:
        country = tuple(rng.sample(country, k=3))
    pen = _Pen(rng, Manners.draw(rng))
    quiet = _instant(START, country[0]) + timedelta(days=quiet_days)
    until = quiet + timedelta(days=days)
    posts: list[Post] = []
    for land in country:
        posts += _ordinary(land, pen, quiet_days + days)
        posts += _decoys(land, pen, quiet, days)
    for storm in range(rng.randint(5, 8) if not few else rng.randint(2, 3)):
        posts += _storm(f"{seed}.{storm}", country, pen, quiet=quiet, days=days)
    posts = [post for post in posts if post.at < until]
    posts.sort(key=lambda post: (post.at, post.id))
    return Stream(seed, tuple(posts), tuple(_episodes(posts)), country, quiet, until)


def _instant(day: date, land: Land) -> datetime:
    return datetime.combine(day, datetime.min.time(), land.zone).astimezone(UTC)


def _one_of(shares: dict[str, float], rng: Random) -> str:
    return rng.choices(list(shares), weights=list(shares.values()))[0]


def _poisson(mean: float, rng: Random) -> int:
    if mean > 60:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    floor, product, found = math.exp(-mean), 1.0, -1
    while product > floor or found < 0:
        product *= rng.random()
        found += 1
    return found


# ── Ordinary days ─────────────────────────────────────────────────────────────────────────────


def _ordinary(land: Land, pen: _Pen, days: int) -> Iterator[Post]:
    rng = pen.rng
    weights = [town.share for town in land.towns]
    for number in range(days):
        day = START + timedelta(days=number)
        factor = land.weekend if day.weekday() >= 5 else 1.0
        factor *= rng.gammavariate(land.restless, 1 / land.restless)
        for hour, share in enumerate(land.hours):
            for _ in range(_poisson(land.a_day * factor * share, rng)):
                at = _instant(day, land) + timedelta(hours=hour, seconds=rng.randrange(3600))
                town = rng.choices(land.towns, weights=weights)[0]
                yield from _one_thing(land, town, at, pen)


def _one_thing(land: Land, town: Town, at: datetime, pen: _Pen) -> Iterator[Post]:
    """An appeal of an ordinary day: with a neighbour's now and then, where a fuse has blown."""
    rng, manners = pen.rng, pen.manners
    topic, street = _one_of(voice.TOPICS, rng), rng.choice(town.streets)
    author = pen.author()
    if topic not in _DARK_TOPICS:
        text, spelt = voice.other(rng), voice.street_as_written(street, rng)
        place = "" if rng.random() < manners.without_place else town.name
        known = bool(place) and rng.random() >= manners.without_street
        street_name = spelt if known else ""
        yield pen.post(land, at, place, street_name, topic=topic, author=author, text=text)
        return
    size = 1
    if rng.random() < manners.troubled:
        two, three = manners.neighbours
        roll = rng.random()
        size = 3 if roll < three else 2 if roll < three + two else 1
    decoy = "trouble" if size > 1 else ""
    yield pen.cry(land, town, street, at, author=author, topic=topic, decoy=decoy)
    for _ in range(size - 1):
        later = at + timedelta(minutes=rng.expovariate(1 / 40))
        yield pen.cry(land, town, street, later, author=pen.author(), decoy=decoy)
    if rng.random() < manners.again / 3:
        later = at + timedelta(minutes=rng.expovariate(1 / 90))
        yield pen.cry(land, town, street, later, author=author, decoy=decoy)


# ── Decoys ────────────────────────────────────────────────────────────────────────────────────


def _decoys(land: Land, pen: _Pen, quiet: datetime, days: int) -> Iterator[Post]:
    """One who posts and posts, and texts about something old that many copy."""
    rng = pen.rng
    for _ in range(_poisson(0.25 * days, rng)):
        yield from _one_author(land, pen, _awake(land, quiet, days, rng))
    for _ in range(_poisson(0.2 * days, rng)):
        yield from _copied(land, pen, _awake(land, quiet, days, rng))


def _one_author(land: Land, pen: _Pen, at: datetime) -> Iterator[Post]:
    rng = pen.rng
    town, author = _some_town(land, rng), pen.author()
    street = rng.choice(town.streets)
    for _ in range(rng.randint(4, 18)):
        yield pen.cry(land, town, street, at, author=author, decoy="one_author")
        at += timedelta(minutes=rng.expovariate(1 / rng.choice((2, 5, 12))))


def _copied(land: Land, pen: _Pen, at: datetime) -> Iterator[Post]:
    rng = pen.rng
    town = _some_town(land, rng)
    text = voice.old_story(town.name, rng)
    pace = rng.choice((2, 4, 9))
    for _ in range(rng.randint(5, 30)):
        place = "" if rng.random() < pen.manners.without_place else town.name
        yield pen.post(
            land,
            at,
            place,
            "",
            topic=rng.choice(("outage.frequent", "outage.emergency", "outage.settlement")),
            author=pen.author(),
            text=voice.copied(text, rng),
            decoy="copied",
        )
        at += timedelta(minutes=rng.expovariate(1 / pace))


def _some_town(land: Land, rng: Random) -> Town:
    return rng.choices(land.towns, weights=[town.share for town in land.towns])[0]


def _awake(land: Land, quiet: datetime, days: int, rng: Random) -> datetime:
    """An instant at which people write, by the branch's own rhythm."""
    day = quiet.astimezone(land.zone).date() + timedelta(days=rng.randrange(days))
    hour = rng.choices(range(24), weights=land.hours)[0]
    at = _instant(day, land) + timedelta(hours=hour, seconds=rng.randrange(3600))
    return max(at, quiet)


# ── Storms ────────────────────────────────────────────────────────────────────────────────────

Where = Callable[[float], tuple[Town, Street]]
"""Where a cry comes from, given how far (0..1) the storm has gone."""


def _storm(
    name: str, country: Sequence[Land], pen: _Pen, *, quiet: datetime, days: int
) -> Iterator[Post]:
    """A storm, now and then with another one over it in the same branch."""
    rng = pen.rng
    land = rng.choice(country)
    # Wind does not sleep: some storms begin at night, when few write.
    at = _awake(land, quiet, days, rng)
    if rng.random() < 0.3:
        at = quiet + timedelta(hours=rng.uniform(0, 24 * days - 12))
    yield from _one_storm(f"{name}a", land, pen, at, overlaps=False)
    if rng.random() < 0.2:
        later = at + timedelta(minutes=rng.uniform(5, 90))
        yield from _one_storm(f"{name}b", land, pen, later, overlaps=True)


def _one_storm(name: str, land: Land, pen: _Pen, at: datetime, *, overlaps: bool) -> Iterator[Post]:
    rng = pen.rng
    shape = rng.choices(list(Shape), weights=(40, 20, 20, 20))[0]
    scope = rng.choices(list(Scope), weights=(20, 30, 20, 20, 10))[0]
    where, places = _where(land, scope, shape, rng)
    median = {Scope.STREET: 12, Scope.LINE: 24, Scope.VILLAGE: 18}.get(scope, 60)
    size = max(6, min(400, round(rng.lognormvariate(math.log(median), 0.7))))
    parts = [(at, size)]
    if shape is Shape.SPLIT:
        first = max(6, round(size * rng.uniform(0.3, 0.7)))
        gap = timedelta(hours=rng.uniform(4, 9))
        parts = [(at, first), (at + gap, max(6, size - first))]
    for number, (begin, cries) in enumerate(parts):
        label = f"{name}{number}/{shape}/{scope}/{'over' if overlaps else 'alone'}/{places}"
        yield from _burst(label, land, pen, where, begin=begin, size=cries, shape=shape)


def _burst(
    label: str,
    land: Land,
    pen: _Pen,
    where: Where,
    *,
    begin: datetime,
    size: int,
    shape: Shape,
) -> Iterator[Post]:
    rng = pen.rng
    authors: list[tuple[str, Town, Street]] = []
    if shape in (Shape.SLOW, Shape.SPREADING):
        length = rng.uniform(90, 300)
        into = sorted(length * math.sqrt(rng.random()) for _ in range(size))
    else:
        rise, fall = rng.uniform(3, 25), rng.uniform(15, 90)
        into = sorted(
            rng.gammavariate(2, rise / 2) + (rng.random() < 0.5) * rng.expovariate(1 / fall)
            for _ in range(size)
        )
    viral = voice.dark("в нашем районе", rng, terse=0) if rng.random() < 0.25 else ""
    for minutes in into:
        at = begin + timedelta(minutes=minutes - into[0])
        town, street = where(minutes / into[-1])
        author = pen.author()
        if authors and rng.random() < pen.manners.again:
            author, town, street = rng.choice(authors)
        authors.append((author, town, street))
        post = pen.cry(land, town, street, at, author=author, storm=label)
        if viral and rng.random() < 0.3:
            post = _with_text(post, voice.copied(viral, rng))
        yield post


def _with_text(post: Post, text: str) -> Post:
    return Post(**{**asdict(post), "text": text})


def _where(land: Land, scope: Scope, shape: Shape, rng: Random) -> tuple[Where, str]:
    """What is dark, as a function of how far the storm has gone, and the names of its places."""
    towns = {town.name: town for town in land.towns}
    if scope is Scope.DISTRICT:
        ends = _district(land, rng)
    elif scope is Scope.VILLAGE:
        village = rng.choice([town for town in land.towns if town.is_village] or land.towns)
        ends = [(village.name, street) for street in village.streets]
    else:
        line = _some_line(land, towns, rng)
        ends = list(line.ends)
        if scope is Scope.STREET:
            town, street = rng.choice(ends)
            ends = [(town, street)]
        elif scope is Scope.LINES:
            near = [one for one in land.lines if one.ends[0][0] == line.ends[0][0]]
            for more in rng.sample(near, k=min(len(near), rng.randint(2, 4))):
                ends += more.ends
    weights = [rng.expovariate(1.0) + 0.1 for _ in ends]

    def somewhere(done: float) -> tuple[Town, Street]:
        reach = len(ends)
        if shape is Shape.SPREADING:
            reach = max(1, math.ceil(len(ends) * min(1.0, 0.1 + done)))
        name, street = rng.choices(ends[:reach], weights=weights[:reach])[0]
        return towns[name], street

    return somewhere, "+".join(sorted({name for name, _ in ends}))


def _some_line(land: Land, towns: dict[str, Town], rng: Random) -> Line:
    """Any line; one in a large town is hit as often as its streets are many."""
    return rng.choices(land.lines, weights=[len(line.ends) for line in land.lines])[0]


def _district(land: Land, rng: Random) -> list[tuple[str, Street]]:
    by_res: dict[str, list[Town]] = {}
    for town in land.towns:
        by_res.setdefault(town.res, []).append(town)
    several = [some for some in by_res.values() if len(some) > 1] or list(by_res.values())
    hit = rng.choice(several)
    return [(town.name, street) for town in hit for street in town.streets]


def _episodes(posts: Iterable[Post]) -> Iterator[Episode]:
    """The storms as they stand in the stream; those cut off by its end are left as they are."""
    by_name: dict[str, list[Post]] = {}
    for post in posts:
        if post.storm:
            by_name.setdefault(post.storm, []).append(post)
    for name, cries in by_name.items():
        _, shape, scope, how, places = name.split("/")
        yield Episode(
            name=name,
            branch=cries[0].branch,
            shape=Shape(shape),
            scope=Scope(scope),
            towns=frozenset(places.split("+")),
            overlaps=how == "over",
            first=cries[0].at,
            last=cries[-1].at,
            size=len(cries),
        )


def main() -> None:
    """Print the stream of a seed as JSON lines."""
    for post in stream(int(sys.argv[1])).posts:
        sys.stdout.write(post.as_json() + "\n")


if __name__ == "__main__":
    main()
