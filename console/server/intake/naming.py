"""Names of outside systems: regions, columns, networks and results, from rules/intake.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from console.domain.appeal import Outcome
from console.domain.branch import Branch
from console.paths import RESOURCES
from console.rulebook.tables import Table

INTAKE: Path = RESOURCES / "rules" / "intake.toml"

_NOT_WORD = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """``name`` as it is compared: no case, punctuation, repeated spaces, and «ё» as «е»."""
    return _NOT_WORD.sub(" ", name.casefold().replace("ё", "е")).strip()


@dataclass(frozen=True, slots=True)
class Result:
    """What «Итог» means: how the appeal ended, or None where it has not.

    With ``needs_end`` it ended only if something else says so too. ``tag`` is for the tags of an
    appeal that stays open.
    """

    outcome: Outcome | None
    tag: str = ""
    needs_end: bool = False


@dataclass(frozen=True, slots=True)
class Naming:
    """Everything of the file, by `plain` name; ``columns`` are those of each field, best first."""

    default_branch: str
    default_tag: str
    regions: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]]
    networks: Mapping[str, str]
    results: Mapping[str, Result]
    usual_kinds: frozenset[str]

    def branch_of(self, region: str) -> str | None:
        """The branch key of a region's name, None for an unknown one."""
        return self.regions.get(plain(region))


def load_naming(branches: Iterable[Branch], path: Path = INTAKE) -> Naming:
    """The names, together with those of the branches; `ConfigError` where the file is wrong."""
    branches = tuple(branches)
    keys = {branch.key for branch in branches}
    table = Table.read(path).only(
        "default_branch", "default_tag", "regions", "columns", "networks", "result", "kinds"
    )
    default = table.text("default_branch")
    if default not in keys:
        raise table.wrong("default_branch", f"one of {', '.join(sorted(keys))}, not “{default}”")
    regions = {plain(name): b.key for b in branches for name in (b.region, b.name, b.key)}
    columns = _names(table.table("columns"))
    return Naming(
        default_branch=default,
        default_tag=table.text("default_tag", ""),
        regions=regions | _names(table.table("regions").only(*keys)),
        columns=_by_key(columns),
        networks=_names(table.table("networks")),
        results=dict(_results(table)),
        usual_kinds=frozenset(map(plain, table.table("kinds").only("usual").texts("usual"))),
    )


def _names(table: Table) -> dict[str, str]:
    """Plain name → the key it stands for; `ConfigError` where one name stands for two."""
    found: dict[str, str] = {}
    for key in table.values:
        for name in table.texts(key):
            if found.setdefault(plain(name), key) != key:
                raise table.wrong(key, f"names of its own; “{name}” stands elsewhere too")
    return found


def _by_key(names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, key in names.items():
        found[key] = (*found.get(key, ()), name)
    return found


def _results(table: Table) -> Iterable[tuple[str, Result]]:
    for row in table.tables("result"):
        row.only("names", "outcome", "tag", "needs_end")
        outcome = row.choice("outcome", Outcome) if "outcome" in row.values else None
        result = Result(outcome, row.text("tag", ""), row.flag("needs_end", default=False))
        yield from ((plain(name), result) for name in row.texts("names"))
