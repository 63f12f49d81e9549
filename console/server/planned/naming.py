"""Names of a schedule's columns, from rules/planned_work.toml, and the place of each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from console.errors import UsageError
from console.paths import RESOURCES
from console.rulebook.fields import amount
from console.rulebook.tables import Table
from console.server.intake.naming import plain

PLANNED_WORK: Final[Path] = RESOURCES / "rules" / "planned_work.toml"
FIELDS: Final = (
    *("number", "res", "district", "settlement", "street", "houses", "substation", "feeder"),
    *("transformer", "date", "end_date", "time", "start", "end", "cause", "residents", "status"),
)
_WHERE: Final = ("settlement", "street")
_SHORTEST_BEGINNING: Final = 4


@dataclass(frozen=True, slots=True)
class Names:
    """The `plain` names of each field's column, best first, and of a work that was called off.

    ``close_after`` its published end a work is over if nobody has marked it.
    """

    columns: Mapping[str, tuple[str, ...]]
    cancelled: frozenset[str]
    close_after: timedelta


def load_names(path: Path = PLANNED_WORK) -> Names:
    """The names; `ConfigError` where the file is wrong."""
    table = Table.read(path).only("columns", "status", "close_after")
    columns = table.table("columns").only(*FIELDS)
    listed = {field: tuple(map(plain, columns.texts(field))) for field in FIELDS}
    where: dict[str, str] = {}
    for field, names in listed.items():
        for name in names:
            if where.setdefault(name, field) != field:
                raise columns.wrong(field, f"names of its own; “{name}” stands elsewhere too")
    status = table.table("status").only("cancelled")
    cancelled = frozenset(map(plain, status.texts("cancelled")))
    return Names(listed, cancelled, amount(table, "close_after"))


@dataclass(frozen=True, slots=True)
class Columns:
    """The place of each field that a header has, counted from 0.

    ``absent`` are columns that were asked for by name and that it has not.
    """

    places: Mapping[str, int]
    absent: tuple[str, ...] = ()

    @property
    def missing(self) -> str:
        """The fields without which there is no work, as they are told; empty where none misses."""
        if self.absent:
            return ", ".join(self.absent)
        if not any(field in self.places for field in _WHERE):
            return "settlement or street"
        if "time" in self.places or ("start" in self.places and "end" in self.places):
            return ""
        return "time, or start and end"


def find_columns(header: Sequence[str], names: Names, *, wanted: Mapping[str, str]) -> Columns:
    """Where each field stands: as ``wanted`` says, else by its names, else by how those begin.

    `UsageError` for a field that there is not.
    """
    given = [plain(name) for name in header]
    places: dict[str, int] = {}
    absent: list[str] = []
    for field, name in wanted.items():
        if field not in FIELDS:
            raise UsageError(f"there is no field “{field}”; there are: {', '.join(FIELDS)}")
        if name and plain(name) in given:
            places[field] = given.index(plain(name))
        elif name:
            absent.append(name)
    for is_exact in (True, False):
        for field in FIELDS:
            if field in wanted or field in places:
                continue
            place = _found(given, names.columns[field], set(places.values()), is_exact=is_exact)
            if place is not None:
                places[field] = place
    return Columns(places, tuple(absent))


def _found(
    given: Sequence[str], names: Sequence[str], taken: set[int], *, is_exact: bool
) -> int | None:
    for name in names:
        for place, said in enumerate(given):
            begins = len(name) >= _SHORTEST_BEGINNING and said.startswith(f"{name} ")
            if place not in taken and (said == name if is_exact else begins):
                return place
    return None
