"""The grid as far as it is known: the feeder of a street, the district of a settlement.

Learned from the registry's outages, each of which names its feeder and its streets, or read from a
list. What is not known stays unknown: a place then has no level there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from console.domain.area import street_key
from console.domain.outage import Outage
from console.domain.words import fold


class Branching(NamedTuple):
    """That a street (empty: the whole settlement) of a branch hangs on a feeder."""

    branch: str
    settlement: str
    street: str = ""
    feeder: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class GridTree:
    """What hangs on what; keys are folded."""

    feeders: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    districts: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @staticmethod
    def of(known: Iterable[Branching]) -> GridTree:
        """The tree of a list; of two answers to one question the later is taken."""
        feeders: dict[tuple[str, str, str], str] = {}
        districts: dict[tuple[str, str], str] = {}
        for one in known:
            town = fold(one.settlement)
            if one.feeder:
                feeders[one.branch, town, street_key(one.street)] = one.feeder
            if one.district:
                districts[one.branch, town] = one.district
        return GridTree(feeders, districts)

    @staticmethod
    def of_outages(outages: Iterable[Outage]) -> GridTree:
        """The tree as the registry has told it; a feeder is known by its substation, too."""
        return GridTree.of(
            Branching(
                outage.branch,
                area.settlement,
                area.street,
                " / ".join(filter(None, (outage.substation, outage.feeder)))
                if outage.feeder
                else "",
                outage.res,
            )
            for outage in outages
            for area in outage.areas
        )

    def feeder(self, branch: str, settlement: str, street: str) -> str:
        """The feeder of a street key, else that of its whole settlement; empty where unknown."""
        town = fold(settlement)
        return self.feeders.get((branch, town, street)) or self.feeders.get((branch, town, ""), "")

    def district(self, branch: str, settlement: str) -> str:
        """The district (РЭС) of a settlement; empty where unknown."""
        return self.districts.get((branch, fold(settlement)), "")
