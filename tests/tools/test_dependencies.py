"""pyproject.toml declares the packages that the code imports, and no others."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.surroundings import REPOSITORY

_NEVER_IMPORTED = {
    "psycopg": "SQLAlchemy loads it for a postgresql URL",
    "tzdata": "zoneinfo reads it where the system has no time zones",
}
_OF_THE_TESTS = {
    "packaging": "pytest brings it along",
    "grimp": "import-linter is built on it",
}


def _declared() -> dict[str, set[str]]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    return {
        "program": _names(project["project"]["dependencies"]),
        "tools": _names(groups["dev"]),
    }


def _names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(one).name) for one in requirements}


def _imported(*folders: str) -> dict[str, Path]:
    """The distributions that the code below ``folders`` imports, each with one file that does."""
    distributions = packages_distributions()
    found: dict[str, Path] = {}
    for folder in folders:
        for file in sorted((REPOSITORY / folder).rglob("*.py")):
            for module in _modules(file):
                for name in distributions.get(module, [module]):
                    found.setdefault(canonicalize_name(name), file)
    return found


def _modules(file: Path) -> Iterator[str]:
    """The top-level names of the third-party modules that ``file`` imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        tops = {name.partition(".")[0] for name in names}
        yield from tops - sys.stdlib_module_names - {"console", "ui", "tests"}


@pytest.mark.parametrize(
    ("folders", "undeclared"),
    [
        (("console", "ui"), {"shiboken6"}),
        (("tests",), {"shiboken6", *_OF_THE_TESTS}),
    ],
)
def test_what_is_imported_is_declared(folders: tuple[str, ...], undeclared: set[str]) -> None:
    declared = _declared()
    allowed = declared["program"] | undeclared
    if folders == ("tests",):
        allowed |= declared["tools"]
    stray = {
        name: str(file.relative_to(REPOSITORY))
        for name, file in _imported(*folders).items()
        if name not in allowed
    }
    assert not stray


def test_what_is_declared_is_imported() -> None:
    imported = set(_imported("console", "ui")) | set(_NEVER_IMPORTED)
    assert sorted(_declared()["program"] - imported) == []
