"""Loader of the place names whose cases no rule tells, resources/places/cases.tsv."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from console.domain.cases import Case, Exceptions
from console.domain.words import fold
from console.errors import ConfigError
from console.rulebook.places import PLACES, read_rows

CASES: Final[Path] = PLACES / "cases.tsv"


def load_cases(path: Path = CASES) -> Exceptions:
    """The forms by the folded name; `ConfigError` names a wrong file and line."""
    found: dict[str, dict[Case, str]] = {}
    for cells in read_rows(path):
        try:
            found[fold(cells["name"])] = {case: cells[case.value] for case in Case}
        except KeyError as error:
            raise ConfigError(f"{path}: there is no column {error}") from error
    return found
