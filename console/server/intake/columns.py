"""Columns: which column of a file holds which field of an appeal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from console.errors import UsageError
from console.server.intake.naming import Naming, plain
from console.server.intake.sheet import Cell

REQUIRED = ("number", "text")


@dataclass(frozen=True, slots=True)
class Columns:
    """The header of a file, and the place of each field that it has."""

    header: tuple[str, ...]
    places: Mapping[str, int]

    def cell(self, cells: Sequence[Cell], field: str) -> Cell:
        """The cell of ``field``, None where the file or the row has none."""
        place = self.places.get(field)
        return cells[place] if place is not None and place < len(cells) else None

    def name(self, field: str) -> str:
        """The column's name in the file."""
        return self.header[self.places[field]]


def parse_map(options: Iterable[str]) -> dict[str, str]:
    """``field=header,field=header`` as a mapping; an empty header keeps the field from any."""
    wanted: dict[str, str] = {}
    for part in (part for option in options for part in option.split(",") if part.strip()):
        field, equals, header = part.partition("=")
        if not equals:
            raise UsageError(f"--map takes FIELD=HEADER,…, and “{part}” has no “=”")
        wanted[field.strip()] = header.strip()
    return wanted


def find_columns(
    header: Sequence[str], naming: Naming, *, wanted: Mapping[str, str] | None = None
) -> Columns:
    """Where each field stands: as ``wanted`` says, else by the known names.

    `UsageError` that lists what there is, for a field or column that is not there.
    """
    wanted = wanted or {}
    by_name = {plain(name): place for place, name in reversed(list(enumerate(header)))}
    places: dict[str, int] = {}
    for field, name in wanted.items():
        if field not in naming.columns:
            raise UsageError(f"there is no field “{field}”; there are: {', '.join(naming.columns)}")
        if name and plain(name) not in by_name:
            raise UsageError(f"the file has no column “{name}”; it has: {_listed(header)}")
        if name:
            places[field] = by_name[plain(name)]
    taken = set(places.values())
    for field, names in naming.columns.items():
        found = next((by_name[name] for name in names if name in by_name), None)
        if field not in wanted and found is not None and found not in taken:
            places[field] = found
    for field in REQUIRED:
        if field not in places:
            raise UsageError(
                f"no column holds the {field}; name it with --map {field}=HEADER; "
                f"the file has: {_listed(header)}"
            )
    return Columns(tuple(header), places)


def has_columns(
    header: Sequence[str], naming: Naming, *, wanted: Mapping[str, str] | None = None
) -> bool:
    """Whether ``header`` has all that is required and ``wanted``."""
    try:
        find_columns(header, naming, wanted=wanted)
    except UsageError:
        return False
    return True


def _listed(header: Sequence[str]) -> str:
    return ", ".join(name for name in header if name)
