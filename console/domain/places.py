"""The gazetteer: settlements, districts and streets, by the forms in which residents write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

from console.domain.name_index import NameIndex
from console.domain.words import Phrase, PhraseBook, fold

_EARTH_KM: Final = 6371.0


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town or village. ``branch`` is empty where another company serves it.

    Coordinates in degrees (WGS 84), those of the district's centre where it is not ``placed``;
    ``zone`` an IANA name; ``elsewhere`` the number of places of the same name in regions that are
    not ours; ``weak``: the name is an everyday word, too; ``district`` is empty where it is not
    known, and for what is no district's; ``seat``: the district's centre.
    """

    branch: str
    name: str
    lat: float
    lon: float
    population: int
    zone: str
    kind: str = ""
    elsewhere: int = 0
    aliases: tuple[str, ...] = ()
    weak: bool = False
    district: str = ""
    placed: bool = True
    seat: bool = False

    @property
    def municipality(self) -> str:
        """Its district in words, as addresses have it: «Манский район»; empty where not known."""
        return municipality(self.branch, self.district)

    def distance_km(self, other: Settlement | District) -> float:
        """The distance to another settlement over the ground."""
        lat, other_lat = radians(self.lat), radians(other.lat)
        half = sin((other_lat - lat) / 2) ** 2
        half += cos(lat) * cos(other_lat) * sin(radians(other.lon - self.lon) / 2) ** 2
        return 2 * _EARTH_KM * asin(sqrt(half))


@dataclass(frozen=True, slots=True)
class StreetName:
    """A common street: its name as it is written, and its usual kind («улица», «проспект»)."""

    name: str
    kind: str = "улица"


def municipality(branch: str, district: str) -> str:
    """A district in words: «Манский район», in Tuva «Кызылский кожуун»; a town's own has none."""
    if not district.endswith("ий"):
        return ""
    return f"{district} {'кожуун' if branch == 'tyva' else 'район'}"


@dataclass(frozen=True, slots=True)
class District:
    """A district («Емельяновский») and where its centre is, in degrees (WGS 84)."""

    branch: str
    name: str
    lat: float
    lon: float


class Gazetteer:
    """All settlements and common streets, and the words that name a region as a whole.

    ``regions`` are phrases such as «хакаси*» or «красноярск*_кра~» with the branch that serves
    the region; an empty branch means a region that is not ours.
    """

    def __init__(
        self,
        settlements: Iterable[Settlement],
        streets: Iterable[StreetName],
        regions: Mapping[Phrase, str],
        districts: Iterable[District] = (),
    ) -> None:
        self.settlements: tuple[Settlement, ...] = tuple(settlements)
        self.streets: tuple[StreetName, ...] = tuple(streets)
        self.regions = regions
        self.region_names = PhraseBook(regions)
        self.districts: tuple[District, ...] = tuple(districts)
        self.district_names = NameIndex()
        towns = {fold(each.name) for each in self.settlements}
        for key, district in enumerate(self.districts):
            self.district_names.add(key, district.name)
            short = district.name.removesuffix("ский")
            if "-" in short and fold(short) not in towns:
                # «Сут-Холь», «Улуг-Хем»: how the district is called in short.
                self.district_names.add(key, short, inexact=False)
        self.settlement_names = NameIndex()
        for key, settlement in enumerate(self.settlements):
            self.settlement_names.add(key, settlement.name)
            for alias in settlement.aliases:
                self.settlement_names.add(key, alias, inexact=False)
        self.street_names = NameIndex()
        for key, street in enumerate(self.streets):
            self.street_names.add(key, street.name)
            if " " not in street.name and street.name.endswith(("ая", "яя")):
                self.street_names.add(key, street.name[:-2] + "ый", inexact=False)

    def named(self, name: str, branch: str | None = None) -> tuple[Settlement, ...]:
        """The settlements of exactly this name (in ``branch``, where one is given)."""
        wanted = fold(name)
        return tuple(
            each
            for each in self.settlements
            if fold(each.name) == wanted and (branch is None or each.branch == branch)
        )
