"""Loader of the reply templates and of the catalogue of their names in resources/templates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from console.domain.appeal import Outcome
from console.domain.channel import Visibility
from console.domain.reply_template import (
    OutageState,
    PlaceState,
    ReplyKind,
    ReplyTemplate,
    Variable,
    Variables,
)
from console.domain.template import (
    Fault,
    Template,
    TemplateError,
    expand,
    normal_name,
    parse,
    unknown_fields,
)
from console.errors import ConfigError
from console.paths import RESOURCES
from console.rulebook.tables import Table, unique

TEMPLATES: Final[Path] = RESOURCES / "templates"
VARIABLES: Final[Path] = TEMPLATES / "variables.toml"
FRAGMENTS: Final[Path] = TEMPLATES / "fragments.toml"


class TemplateFileError(ConfigError):
    """The body of a template file is wrong; ``faults`` count lines within the body.

    ``fragment`` is the name of the one whose body it is, where it stands in a file of several.
    """

    def __init__(self, path: Path, faults: tuple[Fault, ...], *, fragment: str = "") -> None:
        said = "; ".join(str(TemplateError(fault)) for fault in faults)
        body = f"body of the fragment “{fragment}”" if fragment else "body"
        super().__init__(f"{path}: {body}, {said}")
        self.path = path
        self.faults = faults
        self.fragment = fragment


def load_variables(path: Path = VARIABLES) -> Variables:
    """The names that templates may use; `ConfigError` where the file is wrong."""
    tables = list(Table.read(path).only("variable").tables("variable"))
    unique((table.text("name") for table in tables), path, "name")
    unique((table.text("key") for table in tables), path, "key")
    return Variables(_variable(table) for table in tables)


def load_fragments(variables: Variables, path: Path = FRAGMENTS) -> Mapping[str, Template]:
    """The fragments that templates may have in them, by name; `TemplateFileError` for a wrong one.

    Each is as it was written, but has been put together once: none leads back to itself.
    """
    tables = list(Table.read(path).only("fragment").tables("fragment"))
    written = (normal_name(table.only("name", "body").text("name")) for table in tables)
    names = unique(written, path, "fragment name")
    fragments = {
        name: _parsed(table.text("body").strip("\n"), variables, path, fragment=name)
        for name, table in zip(names, tables, strict=True)
    }
    for name, body in fragments.items():
        try:
            expand(body, fragments, within=name)
        except TemplateError as error:
            raise TemplateFileError(path, (error.fault,), fragment=name) from error
    return fragments


def load_templates(folder: Path = TEMPLATES) -> tuple[ReplyTemplate, ...]:
    """Every template of ``folder``, by key; `ConfigError` names a wrong file and its fault."""
    variables = load_variables()
    fragments = load_fragments(variables)
    others = {VARIABLES.name, FRAGMENTS.name}
    files = sorted(file for file in folder.glob("*.toml") if file.name not in others)
    templates = tuple(load_template(file, variables, fragments) for file in files)
    unique((template.key for template in templates), folder, "template key")
    return tuple(sorted(templates, key=lambda template: template.key))


def load_template(
    path: Path, variables: Variables, fragments: Mapping[str, Template]
) -> ReplyTemplate:
    """One file; `TemplateFileError` for its body, `ConfigError` for everything else."""
    table = Table.read(path).only(
        "key",
        "title",
        "kind",
        "outcome",
        "visibility",
        "topics",
        "states",
        "place",
        "channels",
        "words",
        "body",
    )
    body = load_body(table.text("body").strip("\n"), variables, fragments, path=path)
    kind = table.choice("kind", ReplyKind, ReplyKind.FINAL)
    outcome = table.choice("outcome", Outcome) if "outcome" in table.values else None
    if outcome is not None and kind is not ReplyKind.FINAL:
        raise table.wrong("outcome", f"left out: a template of kind “{kind}” ends nothing")
    place = table.choice("place", PlaceState) if "place" in table.values else None
    return ReplyTemplate(
        key=table.text("key"),
        title=table.text("title"),
        body=body,
        kind=kind,
        outcome=outcome,
        place=place,
        visibility=table.choice("visibility", Visibility, Visibility.PUBLIC),
        topics=table.texts("topics"),
        states=tuple(_state(table, value) for value in table.texts("states")),
        channels=table.texts("channels"),
        words=table.texts("words"),
    )


def load_body(
    source: str, variables: Variables, fragments: Mapping[str, Template], *, path: Path
) -> Template:
    """A body whose fields are known and whose fragments are in it; `TemplateFileError` else."""
    body = _parsed(source, variables, path)
    try:
        return expand(body, fragments)
    except TemplateError as error:
        raise TemplateFileError(path, (error.fault,)) from error


def _parsed(source: str, variables: Variables, path: Path, *, fragment: str = "") -> Template:
    try:
        body = parse(source)
    except TemplateError as error:
        raise TemplateFileError(path, (error.fault,), fragment=fragment) from error
    if faults := unknown_fields(body, variables.by_name):
        raise TemplateFileError(path, faults, fragment=fragment)
    return body


def check_cards(
    templates: Iterable[ReplyTemplate], *, topics: Collection[str], channels: Collection[str]
) -> None:
    """`ConfigError` where a card names a topic or a channel that there is not."""
    for template in templates:
        for kind, own, known in (
            ("topic", template.topics, topics),
            ("channel", template.channels, channels),
        ):
            for key in own:
                if key not in known:
                    raise ConfigError(
                        f"template “{template.key}”: there is no {kind} “{key}”; "
                        f"the {kind}s are in resources/rules/{kind}s.toml"
                    )


def _variable(table: Table) -> Variable:
    table.only("name", "key", "example", "manual", "promises_etr")
    return Variable(
        name=table.text("name"),
        key=table.text("key"),
        example=table.text("example"),
        manual=table.flag("manual", default=False),
        promises_etr=table.flag("promises_etr", default=False),
    )


def _state(table: Table, value: str) -> OutageState:
    try:
        return OutageState(value)
    except ValueError as error:
        raise table.wrong("states", f"a list of {', '.join(OutageState)}") from error
