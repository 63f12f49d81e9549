"""Where the demonstration plays: real settlements of nine branches, and plausible streets."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from console.domain.appeal import Place
from console.paths import RESOURCES

DEMO: Final[Path] = RESOURCES / "demo"

_KIND_TAGS: Final[Mapping[str, frozenset[str]]] = {
    "г": frozenset({"city", "k_city"}),
    "с": frozenset({"village", "k_village"}),
    "п": frozenset({"village", "k_settlement"}),
    "пгт": frozenset({"k_township"}),
    "рп": frozenset({"k_workers"}),
}
_NO_DISTRICT: Final = "городской округ"


@dataclass(frozen=True, slots=True)
class Settlement:
    """A real settlement; coordinates in degrees (WGS 84), forms of its name as people say them.

    ``where`` is «в Омске», ``of`` is «Омска»; ``weight`` is its share of the branch's appeals.
    """

    branch: str
    name: str
    kind: str
    district: str
    where: str
    of: str
    res: str
    weight: int
    lat: float
    lon: float

    @property
    def tags(self) -> frozenset[str]:
        """Tags for the grammar: what kind of settlement, and of which branch."""
        return _KIND_TAGS[self.kind] | {self.branch}

    @property
    def municipality(self) -> str:
        """The district as a registry names it."""
        if self.district.startswith(_NO_DISTRICT):
            return f"{_NO_DISTRICT} {self.district.removeprefix(_NO_DISTRICT).strip() or self.name}"
        return f"{self.district} район"


@dataclass(frozen=True, slots=True)
class Street:
    """A street: its type («ул», «пер») and name («Ленина», «Садовая»)."""

    type: str
    name: str

    def cases(self) -> tuple[str, str, str]:
        """Genitive, prepositional and dative of the name; a name that is a genitive stays."""
        for ending, forms in _ADJECTIVES.items():
            if self.name.endswith(ending) and " " not in self.name:
                stem = self.name.removesuffix(ending)
                genitive, prepositional, dative = forms
                return stem + genitive, stem + prepositional, stem + dative
        return self.name, self.name, self.name


# Longest first: «-ский» and «-кий» are hard, «-ний» is soft.
_ADJECTIVES: Final[Mapping[str, tuple[str, str, str]]] = {
    "кий": ("кого", "ком", "кому"),
    "хий": ("хого", "хом", "хому"),
    "тий": ("тьего", "тьем", "тьему"),
    "ий": ("его", "ем", "ему"),
    "ый": ("ого", "ом", "ому"),
    "ой": ("ого", "ом", "ому"),
    "ая": ("ой", "ой", "ой"),
    "яя": ("ей", "ей", "ей"),
    "ое": ("ого", "ом", "ому"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """A house in a street of a settlement."""

    settlement: Settlement
    street: Street
    house: str

    def place(self, *, exact: bool = True) -> Place:
        """As the domain's place; without ``exact`` only the settlement is known."""
        town = self.settlement
        full = f"{self.street.type}. {self.street.name}" if exact else ""
        return Place(
            settlement=town.name,
            municipality=town.municipality,
            street=full,
            house=self.house if exact else "",
            lat=town.lat,
            lon=town.lon,
        )


class Atlas:
    """All settlements with the streets that they have in this world."""

    def __init__(self, settlements: Sequence[Settlement], streets: Mapping[str, object]) -> None:
        self.settlements = tuple(settlements)
        self.branches = tuple(dict.fromkeys(town.branch for town in settlements))
        self.forms: Mapping[str, Mapping[str, Sequence[str]]] = streets["forms"]  # type: ignore[assignment]
        self.gardens: Sequence[str] = streets["gardens"]  # type: ignore[assignment]
        self._names = streets
        self._streets: dict[tuple[str, str], tuple[Street, ...]] = {}

    @staticmethod
    def load(folder: Path = DEMO) -> Atlas:
        """Read settlements.tsv and streets.toml of ``folder``."""
        with (folder / "settlements.tsv").open(encoding="utf-8", newline="") as file:
            rows = [_settlement(row) for row in csv.DictReader(file, delimiter="\t")]
        return Atlas(rows, tomllib.loads((folder / "streets.toml").read_text(encoding="utf-8")))

    def of_branch(self, branch: str) -> list[Settlement]:
        """The settlements of a branch."""
        return [town for town in self.settlements if town.branch == branch]

    def streets(self, town: Settlement) -> tuple[Street, ...]:
        """The streets of ``town``: always the same ones, whatever the seed."""
        key = (town.branch, town.name)
        if key not in self._streets:
            self._streets[key] = self._draw(town)
        return self._streets[key]

    def _draw(self, town: Settlement) -> tuple[Street, ...]:
        rng = Random(f"streets/{town.branch}/{town.name}")
        count = 34 if town.weight >= 12 else 22 if town.weight >= 6 else 14
        local: Sequence[str] = self._names["branches"][town.branch]  # type: ignore[index]
        near: Sequence[str] = self._names["city" if town.kind == "г" else "village"]  # type: ignore[assignment]
        common: Sequence[str] = self._names["common"]  # type: ignore[assignment]
        drawn = [
            *rng.sample(local, k=min(len(local), count // 4)),
            *rng.sample(near, k=count // 5),
            *rng.sample(common, k=count // 2 + 3),
        ]
        unique = {entry.partition(" ")[2]: entry.partition(" ")[0] for entry in drawn}
        return tuple(Street(type, name) for name, type in unique.items())

    def house(self, town: Settlement, rng: Random) -> str:
        """A house number: in a city up to 160, in a village up to 90; some with a letter."""
        number = 1 + int((160 if town.kind == "г" else 90) * rng.random() ** 1.6)
        roll = rng.random()
        if roll < 0.08:
            return f"{number}{rng.choice('абвАБ')}"
        return f"{number}/{rng.randint(1, 4)}" if roll < 0.12 else str(number)


def _settlement(row: Mapping[str, str]) -> Settlement:
    return Settlement(
        branch=row["branch"],
        name=row["name"],
        kind=row["kind"],
        district=row["district"],
        where=row["where"],
        of=row["of"],
        res=row["res"],
        weight=int(row["weight"]),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
    )
