"""``otklik-server reliability``: who was without power for too long, or soon will have been."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from console.errors import UsageError
from console.server.commandline import Subparsers, add_database, add_language, opened

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from console.domain.appeal import Place
    from console.domain.branch import Branch
    from console.domain.outage import Outage
    from console.domain.reliability import Reliability, ReliabilityNorms, Spell
    from console.i18n import Catalog

_MOST_IDS = 5


def add_parser(subparsers: Subparsers[Any]) -> None:
    """Add ``reliability`` with its arguments."""
    parser = subparsers.add_parser(
        "reliability",
        help="addresses over the norm of hours without power, or near it",
        description="List the addresses of a branch that were without power for longer than the "
        "norm allows (candidates for a recalculation) or soon will have been; or count the hours "
        "of one address.",
        epilog="The norm is that of deadlines.toml; reliability.toml says what counts and when it "
        "is warned.",
    )
    parser.add_argument("--branch", required=True, metavar="KEY", help="key of the branch")
    parser.add_argument(
        "--address",
        default="",
        metavar="TEXT",
        help="one address: a settlement, a street with its type, a house, divided by commas",
    )
    parser.add_argument("--year", type=int, metavar="N", help="another year than the present one")
    parser.add_argument("--json", action="store_true", help="data instead of lines")
    add_language(parser, of="the lines")
    add_database(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace, *, out: TextIO) -> int:
    """Print the list, or the hours of one address."""
    from console.clock import SystemClock
    from console.domain.reliability import candidates, reliability
    from console.i18n import Catalog
    from console.rulebook.branches import load_branches
    from console.rulebook.reliability import load_reliability

    branches = {branch.key: branch for branch in load_branches()}
    if args.branch not in branches:
        known = ", ".join(branches)
        raise UsageError(f"there is no branch “{args.branch}”; there are: {known}")
    if args.year is not None and not 2000 <= args.year <= 2089:
        raise UsageError(f"--year {args.year}: a year from 2000 to 2089 is needed")
    branch, norms, catalog = branches[args.branch], load_reliability(), Catalog.load(args.lang)
    place = _place(args.address, catalog) if args.address else None
    outages, now = _outages(args), SystemClock().now()
    if place is None:
        some = candidates(outages, norms=norms, zone=branch.zone, now=now, year=args.year)
        lines = tuple((_where(c.area), c.reliability) for c in some)
    else:
        stands = reliability(place, outages, norms=norms, zone=branch.zone, now=now, year=args.year)
        lines = ((", ".join(filter(None, (place.settlement, place.street, place.house))), stands),)
    report = _Report(branch, norms, catalog, now, lines, is_one=place is not None)
    if args.json:
        out.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n")
    else:
        out.writelines(f"{line}\n" for line in report.as_lines())
    return 0


def _outages(args: argparse.Namespace) -> tuple[Outage, ...]:
    from console.server import repo

    database = opened(args)
    try:
        return database.read(lambda connection: tuple(repo.outages(connection, args.branch)))
    finally:
        database.close()


def _place(address: str, catalog: Catalog) -> Place:
    """«Солонцы, ул. Садовая, 5» as a place; `UsageError` where it is none."""
    from console.domain.appeal import Place
    from console.domain.area_text import read_areas, settlement_name

    town, _, rest = address.partition(",")
    settlement = settlement_name(town)
    if not rest.strip():
        if not settlement or any(letter.isdigit() for letter in settlement):
            raise UsageError(catalog.t("reliability.no_address", address=address))
        return Place(settlement)
    read = read_areas(rest, settlement=settlement)
    if len(read.areas) != 1 or read.unread or not settlement:
        raise UsageError(catalog.t("reliability.no_address", address=address))
    (area,) = read.areas
    return Place(settlement, street=area.street, house=area.houses)


def _where(area: Any) -> str:
    return ", ".join(filter(None, (area.settlement, area.street, area.houses)))


@dataclass(frozen=True, slots=True)
class _Report:
    """What is told; ``is_one``: of one address, with each of its spells."""

    branch: Branch
    norms: ReliabilityNorms
    catalog: Catalog
    now: datetime
    lines: tuple[tuple[str, Reliability], ...]
    is_one: bool

    def as_lines(self) -> Iterator[str]:
        """The norm, then each address with what is over."""
        from console.deadline_text import hours

        row, year = (hours(one, self.catalog) for one in (self.norms.in_a_row, self.norms.in_year))
        yield self.catalog.t("reliability.norm", in_a_row=row, in_year=year)
        if not self.lines:
            yield self.catalog.t("reliability.nobody")
        for where, stands in self.lines:
            yield self.catalog.t(
                "reliability.line",
                stage=self.catalog.t(f"reliability.stage_{stands.stage}"),
                where=where,
                in_year=hours(stands.in_year, self.catalog),
                longest=hours(stands.longest, self.catalog),
            )
            yield from (f"  · {line}" for line in self._details(stands))

    def _details(self, stands: Reliability) -> Iterator[str]:
        from console.deadline_text import hours

        if stands.over:
            yield self.catalog.t("reliability.over", over=hours(stands.over, self.catalog))
        if stands.lasting is not None:
            yield self._lasting(stands.lasting)
        if self.is_one:
            yield from map(self._spell, (spell for spell in stands.spells if not spell.lasts))
        if stands.unsure:
            ids = ", ".join(stands.unsure[:_MOST_IDS])
            more = "…" if len(stands.unsure) > _MOST_IDS else ""
            yield self.catalog.t("reliability.unsure", count=len(stands.unsure), ids=f"{ids}{more}")

    def _lasting(self, spell: Spell) -> str:
        from console.deadline_text import hours

        left = self.norms.in_a_row - spell.length
        return self.catalog.t(
            "reliability.lasting" if left.total_seconds() > 0 else "reliability.lasting_over",
            since=self._at(spell.start),
            length=hours(spell.length, self.catalog),
            left=hours(left, self.catalog),
        )

    def _spell(self, spell: Spell) -> str:
        from console.deadline_text import hours

        return self.catalog.t(
            "reliability.spell",
            since=self._at(spell.start),
            until=self._at(spell.end),
            length=hours(spell.length, self.catalog),
        )

    def _at(self, instant: datetime) -> str:
        from console import localtime

        return localtime.full(instant, self.branch.zone, self.catalog)

    def as_json(self) -> Mapping[str, Any]:
        """The same as data; lengths in hours, instants in local time with its offset."""
        return {
            "branch": self.branch.key,
            "now": self._local(self.now),
            "norm": {
                "in_a_row_hours": _hours(self.norms.in_a_row),
                "in_year_hours": _hours(self.norms.in_year),
            },
            "addresses": [self._address(where, stands) for where, stands in self.lines],
        }

    def _address(self, where: str, stands: Reliability) -> Mapping[str, Any]:
        return {
            "where": where,
            "stage": str(stands.stage),
            "in_year_hours": _hours(stands.in_year),
            "longest_hours": _hours(stands.longest),
            "over_in_a_row_hours": _hours(stands.over_in_a_row),
            "over_in_year_hours": _hours(stands.over_in_year),
            "spells": [
                {
                    "begins": self._local(spell.start),
                    "ends": None if spell.lasts else self._local(spell.end),
                    "hours": _hours(spell.length),
                    "outages": list(spell.outages),
                }
                for spell in stands.spells
            ],
            "unsure": list(stands.unsure),
        }

    def _local(self, instant: datetime) -> str:
        return instant.astimezone(self.branch.zone).isoformat(timespec="minutes")


def _hours(length: timedelta) -> float:
    return round(length.total_seconds() / 3600, 2)
