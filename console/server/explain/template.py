"""``explain template``: what a template file says, needs, and becomes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from console.domain.channel import Channel
from console.domain.finding import Finding, ReplyContext
from console.domain.reply_template import ReplyTemplate, Variables
from console.domain.template import Fault, Field, Filled, fill
from console.domain.topic import TopicBook
from console.errors import UsageError
from console.i18n import LANGUAGES, Catalog
from console.rulebook.channels import load_channels
from console.rulebook.checks import load_checks
from console.rulebook.templates import (
    TemplateFileError,
    check_cards,
    load_body,
    load_fragments,
    load_template,
    load_variables,
)
from console.rulebook.topics import load_topics
from console.server.explain.checks import finding_json, finding_lines, length_line
from console.server.explain.given import catalog_for, text_of


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the ``template`` subject with its arguments."""
    parser = subparsers.add_parser(
        "template",
        help="what a template needs and what it becomes",
        description="Read a template file (.toml with its card, or a text file with the body "
        "alone) and print its fields, two drafts made of it, and what the checks say.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the template")
    parser.add_argument("--lang", default=LANGUAGES[0], help=" or ".join(LANGUAGES))
    parser.add_argument("--json", action="store_true", help="data instead of lines")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace, *, out: TextIO) -> int:
    """Print the explanation to ``out``.

    A template that is wrong is a `UsageError` with every fault; with ``--json`` the faults are
    printed as data and the exit code is 1.
    """
    catalog = catalog_for(args.lang)
    variables = load_variables()
    try:
        template = _read(args.file, variables, catalog)
    except TemplateFileError as error:
        said = [_fault(fault, catalog) for fault in error.faults]
        if not args.json:
            raise UsageError(f"{error.path}: {' '.join(said)}") from error
        faults = [_fault_json(fault, catalog) for fault in error.faults]
        out.write(json.dumps({"faults": faults}, ensure_ascii=False, indent=2) + "\n")
        return 1
    shown = _Explained.of(template, variables)
    if args.json:
        out.write(json.dumps(shown.as_json(catalog), ensure_ascii=False, indent=2) + "\n")
    else:
        out.writelines(f"{line}\n" for line in shown.as_lines(catalog))
    return 0


def _read(path: Path, variables: Variables, catalog: Catalog) -> ReplyTemplate:
    source, fragments = text_of(path, catalog), load_fragments(variables)
    if path.suffix == ".toml" and path.is_file():  # a pipe can be read only once: it is a body
        template = load_template(path, variables, fragments)
        check_cards([template], topics=load_topics().topics, channels=load_channels())
        return template
    body = load_body(source.strip("\n"), variables, fragments, path=path)
    return ReplyTemplate(path.stem, path.stem, body)


def _fault(fault: Fault, catalog: Catalog) -> str:
    what = catalog.t(f"template.fault_{fault.code}", **fault.params)
    if "near" in fault.params:
        near = "near" if fault.params["near"] else "no_near"
        what = f"{what} {catalog.t(f'template.fault_{near}', **fault.params)}"
    return catalog.t("template.fault_where", line=fault.line, column=fault.column, what=what)


def _fault_json(fault: Fault, catalog: Catalog) -> dict[str, Any]:
    return {
        "code": fault.code.value,
        "line": fault.line,
        "column": fault.column,
        **fault.params,
        "message": _fault(fault, catalog),
    }


@dataclass(frozen=True, slots=True)
class _Explained:
    """A template with two drafts: of example values, and of the resident's name alone."""

    template: ReplyTemplate
    variables: Variables
    full: Filled
    bare: Filled
    context: ReplyContext
    findings: tuple[Finding, ...]
    channels: tuple[Channel, ...]

    @staticmethod
    def of(template: ReplyTemplate, variables: Variables) -> _Explained:
        topics: TopicBook = load_topics()
        examples = variables.examples()
        name = variables.by_key["addressee"]
        full = fill(template.body, examples)
        channels = tuple(each for each in load_channels().values() if template.suits(each))
        context = ReplyContext(
            channel=min(channels, key=lambda c: c.limit or 10**9) if channels else None,
            visibility=template.visibility,
            kind=template.kind,
            topic=template.topics[0] if template.topics else "",
            danger=any(topics.topics[key].danger for key in template.topics),
            resident=name.example,
        )
        return _Explained(
            template=template,
            variables=variables,
            full=full,
            bare=fill(template.body, {name.name: name.example}),
            context=context,
            findings=load_checks().check(full.text, context),
            channels=channels,
        )

    def as_lines(self, catalog: Catalog) -> Iterator[str]:
        """The card, the fields, the drafts and the findings."""
        template = self.template
        yield catalog.t("template.explain_title", title=template.title, name=template.key)
        for label, value in self._card(catalog):
            yield f"{catalog.t(f'template.explain_{label}')}: {value}"
        yield ""
        yield f"{catalog.t('template.explain_fields')}:"
        for name, how in self._fields(catalog):
            yield f"  {{{name}}} — {how}"
        for label, draft in (("preview", self.full), ("bare", self.bare)):
            yield ""
            yield f"{catalog.t(f'template.explain_{label}')}:"
            yield from (f"  {line}".rstrip() for line in draft.text.split("\n"))
        yield ""
        if self.context.channel is not None:
            yield length_line(self.full.text, self.context.channel, catalog)
        if not self.findings:
            none = catalog.t("template.explain_checks_none")
            yield f"{catalog.t('template.explain_checks')}: {none}"
            return
        yield f"{catalog.t('template.explain_checks')}:"
        for finding in self.findings:
            yield from finding_lines(finding, self.full.text, catalog)

    def as_json(self, catalog: Catalog) -> dict[str, Any]:
        """The same as data."""
        template = self.template
        return {
            "key": template.key,
            "title": template.title,
            "kind": template.kind.value,
            "visibility": template.visibility.value,
            "topics": list(template.topics),
            "states": [state.value for state in template.states],
            "channels": [channel.key for channel in self.channels],
            "fields": [
                {
                    "name": each.name,
                    "required": each.name in template.body.required(),
                    "manual": self.variables.by_name[each.name].manual,
                    "promises_etr": self.variables.by_name[each.name].promises_etr,
                }
                for each in self._used()
            ],
            "preview": self.full.text,
            "bare": self.bare.text,
            "gaps": [gap._asdict() for gap in self.bare.gaps],
            "findings": [finding_json(f, self.full.text, catalog) for f in self.findings],
        }

    def _card(self, catalog: Catalog) -> Iterator[tuple[str, str]]:
        template = self.template
        everything = catalog.t("template.explain_any")
        topics = [catalog.t(f"topics.{key}") for key in template.topics]
        states = [catalog.t(f"template.state_{state}") for state in template.states]
        channels = [catalog.t(f"channels.{each.key}") for each in self.channels]
        yield "kind", catalog.t(f"template.kind_{template.kind}")
        yield "visibility", catalog.t(f"channels.visibility_{template.visibility}")
        yield "topics", ", ".join(topics) or everything
        yield "states", ", ".join(states) or everything
        yield "channels", ", ".join(channels)

    def _fields(self, catalog: Catalog) -> Iterator[tuple[str, str]]:
        required = self.template.body.required()
        for each in self._used():
            need = "required" if each.name in required else "optional"
            variable = self.variables.by_name[each.name]
            how = [
                catalog.t(f"template.variable_{variable.key}"),
                catalog.t(f"template.explain_{need}"),
            ]
            if variable.manual:
                how.append(catalog.t("template.explain_manual"))
            yield variable.name, ", ".join(how)

    def _used(self) -> Iterator[Field]:
        yield from {each.name: each for each in self.template.body.fields()}.values()
