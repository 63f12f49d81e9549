"""The query language as it is shipped: operators of resources/rules/search.toml with all names.

Branches, topics, channels and statuses are known by their keys and by their names in every
language of the window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from console.domain.appeal import Status
from console.domain.branch import Branch
from console.domain.query import Language, Operator
from console.i18n import LANGUAGES, Catalog
from console.paths import RESOURCES
from console.rulebook.tables import Table

OPERATORS: Final[Path] = RESOURCES / "rules" / "search.toml"
KINDS: Final = ("set", "text", "days", "length")


def load_language(branches: Iterable[Branch], *, path: Path = OPERATORS) -> Language:
    """Read the operators; `ConfigError` where one is wrong."""
    catalogs = [Catalog.load(language) for language in LANGUAGES]
    known: dict[str, Mapping[str, tuple[str, ...]]] = {
        "branch": {one.key: (one.name, one.region) for one in branches},
        "topic": _area("topics", catalogs),
        "channel": _area("channels", catalogs),
        "status": {str(s): _names(f"status_names.status_{s}", catalogs) for s in Status},
    }
    return Language(tuple(_operators(path, known)))


def _operators(
    path: Path, known: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> Iterable[Operator]:
    taken: dict[str, str] = {}
    for table in Table.read(path).only("operator").tables("operator"):
        table.only("key", "names", "kind", "values", "open")
        key, names, kind = table.text("key"), table.texts("names"), table.text("kind")
        if kind not in KINDS:
            raise table.wrong("kind", f"one of {', '.join(KINDS)}")
        for name in names:
            if taken.setdefault(name, key) != key:
                raise table.wrong("names", f"unlike those of “{taken[name]}”: “{name}”")
        values = dict(known.get(key, {}))
        own = table.table("values")
        values |= {one: own.texts(one) for one in own.values}
        yield Operator(key, names, kind, values, open=table.flag("open", default=False))


def _names(key: str, catalogs: Iterable[Catalog]) -> tuple[str, ...]:
    return tuple(catalog.t(key) for catalog in catalogs if catalog.has(key))


def _area(area: str, catalogs: Sequence[Catalog]) -> Mapping[str, tuple[str, ...]]:
    """Every key of an area of the translations with its names."""
    keys = [key for key in catalogs[0].messages if key.startswith(f"{area}.")]
    return {key.removeprefix(f"{area}."): _names(key, catalogs) for key in keys}
