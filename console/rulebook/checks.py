"""Loader of the checks of a reply in resources/rules/checks.toml and abbreviations.toml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from console.domain.finding import Rule, Severity
from console.domain.lint import CheckData, Checks, RuleSetting
from console.domain.lint_language import Abbreviation, Abbreviations
from console.domain.lint_privacy import allowed_digits
from console.domain.lint_substance import Group, Lexicon
from console.domain.words import Phrase, PhraseSyntaxError, fold
from console.paths import RESOURCES
from console.rulebook.promises import PROMISES, load_promises
from console.rulebook.tables import Table

CHECKS: Path = RESOURCES / "rules" / "checks.toml"
ABBREVIATIONS: Path = RESOURCES / "rules" / "abbreviations.toml"

_SUBSTANCE: Final = (
    Group.PROBLEM,
    Group.PROOF,
    Group.DONE,
    Group.PROMISE,
    Group.VAGUE,
    Group.RATING,
    Group.CALL,
    Group.EMPTY_TALK,
)


_TABLES = ("rule", "privacy", "safety", "interim", "substance", "gerund", "names", "formal")


def load_checks(
    path: Path = CHECKS, *, abbreviations: Path = ABBREVIATIONS, promises: Path = PROMISES
) -> Checks:
    """The checks as the files set them; `ConfigError` where one is wrong."""
    table = Table.read(path).only(*_TABLES)
    privacy = table.table("privacy").only("phones", "email_domains")
    gerund = table.table("gerund").only("also", "never")
    safety = table.table("safety").only("distances", "numbers", "text")
    interim = table.table("interim").only("next_news")
    if "{time}" not in interim.text("next_news"):
        raise interim.wrong("next_news", "a sentence with {time} in it")
    substance = table.table("substance").only(*_SUBSTANCE, "undated_topics", "phone_topics")
    formal = _formal(table.table("formal"))
    groups = {group: _phrases(substance, group) for group in _SUBSTANCE}
    groups |= {group: _phrases(safety, group) for group in (Group.DISTANCE, Group.NUMBER)}
    return Checks(
        CheckData(
            settings=_settings(table.table("rule")),
            abbreviations=load_abbreviations(abbreviations),
            promises=load_promises(promises),
            lexicon=Lexicon({**groups, Group.FORMAL: tuple(formal)}),
            formal=formal,
            safety_text=safety.text("text"),
            next_news=interim.text("next_news"),
            undated_topics=frozenset(substance.texts("undated_topics")),
            phone_topics=frozenset(substance.texts("phone_topics")),
            phones=allowed_digits(privacy.texts("phones")),
            email_domains=frozenset(privacy.texts("email_domains")),
            names=_names(table.table("names").only("same")),
            gerunds=frozenset(fold(word) for word in gerund.texts("also")),
            not_gerunds=frozenset(fold(word) for word in gerund.texts("never")),
        )
    )


def load_abbreviations(path: Path = ABBREVIATIONS) -> Abbreviations:
    """The abbreviations with their six cases; `ConfigError` where the file is wrong."""
    table = Table.read(path).only("allowed", "lower", "abbreviation")
    known = [_abbreviation(each) for each in table.tables("abbreviation")]
    return Abbreviations(known, table.texts("allowed"), table.texts("lower"))


def _abbreviation(table: Table) -> Abbreviation:
    table.only("short", "topic", "forms")
    forms = table.texts("forms")
    if len(forms) != 6:
        raise table.wrong("forms", "six texts, one for each case")
    one, two, three, four, five, six = forms
    return Abbreviation(
        table.text("short"), (one, two, three, four, five, six), table.text("topic", "")
    )


def _settings(table: Table) -> Mapping[Rule, RuleSetting]:
    table.only(*Rule)
    return {rule: _setting(table, rule) for rule in Rule}


def _setting(table: Table, rule: Rule) -> RuleSetting:
    if rule not in table.values:
        raise table.wrong(rule, "there, as { severity = …, overridable = … }")
    setting = table.table(rule).only("severity", "overridable", "on")
    return RuleSetting(
        severity=setting.choice("severity", Severity),
        overridable=setting.flag("overridable"),
        on=setting.flag("on", default=True),
    )


def _names(table: Table) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(fold(line).split()) for line in table.texts("same"))


def _phrases(table: Table, key: str) -> tuple[Phrase, ...]:
    return tuple(_phrase(table, key, source) for source in table.texts(key))


def _formal(table: Table) -> Mapping[Phrase, str]:
    table.only("rewrite", "replace")
    replace = table.table("replace")
    phrases = {_phrase(table, "rewrite", source): "" for source in table.texts("rewrite")}
    for source in replace.values:
        phrases[_phrase(replace, source, source)] = replace.text(source)
    return phrases


def _phrase(table: Table, key: str, source: str) -> Phrase:
    try:
        return Phrase.parse(source)
    except PhraseSyntaxError as error:
        raise table.wrong(key, f"a list of phrases: {error}") from error
