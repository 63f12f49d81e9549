"""Loader of the gazetteer in resources/places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from console.domain.declension import name_forms
from console.domain.places import District, Gazetteer, Settlement, StreetName
from console.domain.words import Phrase, PhraseSyntaxError, fold
from console.errors import ConfigError
from console.paths import RESOURCES

PLACES: Final[Path] = RESOURCES / "places"
SETTLEMENTS: Final[Path] = PLACES / "settlements.tsv"
ADDED: Final[Path] = PLACES / "added.tsv"
DISTRICTS: Final[Path] = PLACES / "districts.tsv"
STREETS: Final[Path] = PLACES / "streets.tsv"
REGIONS: Final[Path] = PLACES / "regions.tsv"
EVERYDAY: Final[Path] = PLACES / "everyday.txt"


_ADJECTIVE: Final = ("ский", "ское", "ская", "цкий", "цкое", "овый", "ной", "вой")
"""Endings of villages that streets and districts have as well; believed of known places alone."""


def load_gazetteer(folder: Path = PLACES) -> Gazetteer:
    """Settlements, streets and regions; `ConfigError` names a wrong file and line.

    Takes some tens of milliseconds: make it once, when it is first needed.
    """
    streets = tuple(_streets(folder / STREETS.name))
    everyday = frozenset(_lines(folder / EVERYDAY.name))
    for street in streets:
        parts = name_forms(street.name)
        everyday |= parts[0] if len(parts) == 1 else frozenset()
    settlements = _settlements(folder / SETTLEMENTS.name, everyday)
    districts = tuple(_districts(folder / DISTRICTS.name))
    return Gazetteer(settlements, streets, dict(_regions(folder / REGIONS.name)), districts)


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a tab-separated file by column; lines with # are comments."""
    columns: list[str] = []
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not columns:
            columns = cells
        elif len(cells) != len(columns):
            raise ConfigError(
                f"{path}, line {number}: {len(cells)} cells instead of {len(columns)}; "
                "cells are separated by one tab"
            )
        else:
            yield dict(zip(columns, cells, strict=True))


def _settlements(path: Path, everyday: frozenset[str]) -> Iterator[Settlement]:
    for cells in read_rows(path):
        try:
            yield _settlement(cells, everyday)
        except (KeyError, ValueError) as error:
            raise ConfigError(f"{path}: “{cells.get('name')}”: {error!r}") from error


def _settlement(cells: Mapping[str, str], everyday: frozenset[str]) -> Settlement:
    aliases = tuple(part.strip() for part in cells["aliases"].split(",") if part.strip())
    return Settlement(
        branch=cells["branch"],
        name=cells["name"],
        lat=float(cells["lat"]),
        lon=float(cells["lon"]),
        population=int(cells["population"]),
        zone=cells["zone"],
        kind=cells["kind"],
        elsewhere=int(cells["elsewhere"]),
        aliases=aliases,
        weak=_is_everyday(cells["name"], everyday)
        or (cells["place"] == "district" and cells["name"].endswith(_ADJECTIVE)),
        district=cells["district"],
        placed=cells["place"] != "district",
        seat=cells["place"] == "seat",
    )


def _is_everyday(name: str, everyday: frozenset[str]) -> bool:
    parts = name_forms(name)
    adjective = fold(name).endswith(("ый", "ий", "ная", "ное", "ые"))
    return len(parts) == 1 and (adjective or bool(parts[0] & everyday))


def _districts(path: Path) -> Iterator[District]:
    """The districts that have a name of their own; a town's surroundings are called by the town."""
    for cells in read_rows(path):
        if cells["district"].endswith("ий"):
            lat, lon = float(cells["lat"]), float(cells["lon"])
            yield District(cells["branch"], cells["district"], lat, lon)


def _streets(path: Path) -> Iterator[StreetName]:
    for cells in read_rows(path):
        yield StreetName(cells["name"], cells["kind"] or "улица")


def _regions(path: Path) -> Iterator[tuple[Phrase, str]]:
    for cells in read_rows(path):
        try:
            yield Phrase.parse(cells["words"]), cells["branch"]
        except PhraseSyntaxError as error:
            raise ConfigError(f"{path}: {error}") from error


def _lines(path: Path) -> Iterator[str]:
    for line in _text(path).split("\n"):
        if line.strip() and not line.startswith("#"):
            yield from fold(line).split()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from error
