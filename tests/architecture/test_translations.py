"""The translations are complete: every area, key, plural form and placeholder, both ways."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

import pytest

from console.i18n import LANGUAGES, Catalog
from console.paths import RESOURCES
from tests.support.surroundings import REPOSITORY

_ALL_FORMS = ("one", "few", "many", "other")
_FORMS = {"ru": {"one", "few", "many"}, "en": {"one", "other"}}
_PLURAL = re.compile(r"^(?P<base>.+)_(?P<form>one|few|many|other)$")
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_CYRILLIC = re.compile(r"[а-яё]+", re.IGNORECASE)
_I18N = RESOURCES / "i18n"
_AREAS = sorted({file.stem for file in _I18N.glob("*/*.json")})

_RUSSIAN_IN_ENGLISH = {
    "Отклик",  # the product's name
    "Русский",  # a language is named in itself
}
_RUSSIAN_ON_PURPOSE = (
    "commands.view.language",  # who reads no English must find the switch
    "template.variable_*",  # examples of what a Russian reply says
    "tour.*",  # what the tour types to residents, who are Russian whoever watches
    "template.variable_*",  # examples of forms that only Russian has
)
_THE_SAME_IN_BOTH = {
    "MAX",
    "English",
    "Telegram",
    "Enter",
    "Backspace",
    "Delete",
    "Tab",
    "Esc",
    "Home",
    "End",
}


@dataclass(frozen=True, slots=True)
class Message:
    """A key without its plural suffix: the forms it has, and the parameters of all of them."""

    forms: frozenset[str]
    parameters: frozenset[str]


@lru_cache(maxsize=256)
def _texts(language: str, area: str) -> dict[str, str]:
    """The area's file as it is; fails for a key that stands there twice, or is no text."""
    file = _I18N / language / f"{area}.json"
    pairs: list[tuple[str, str]] = json.loads(
        file.read_text(encoding="utf-8"), object_pairs_hook=list
    )
    texts = dict(pairs)
    assert len(texts) == len(pairs), f"{file.name}: a key stands there twice"
    wrong = [key for key, text in pairs if not isinstance(text, str) or not text.strip()]
    assert not wrong, f"{file.name}: not a text, or an empty one: {wrong}"
    return texts


def _messages(language: str, area: str) -> dict[str, Message]:
    texts = _texts(language, area)
    messages: dict[str, Message] = {}
    for key, text in texts.items():
        base, form = _split(key, texts)
        before = messages.get(base, Message(frozenset(), frozenset()))
        messages[base] = Message(
            before.forms | ({form} if form else set()),
            before.parameters | set(_PLACEHOLDER.findall(text)),
        )
    return messages


def _split(key: str, texts: Mapping[str, str]) -> tuple[str, str]:
    """``key`` as base and plural form; a lone ``…_other`` that counts nothing is a name."""
    match = _PLURAL.match(key)
    if match is None:
        return key, ""
    siblings = [form for form in _ALL_FORMS if f"{match['base']}_{form}" in texts]
    counts = len(siblings) > 1 or "count" in _PLACEHOLDER.findall(texts[key])
    return (match["base"], match["form"]) if counts else (key, "")


@pytest.mark.parametrize("area", _AREAS)
def test_both_languages_have_the_same_messages_with_the_same_parameters(area: str) -> None:
    russian, english = _messages("ru", area), _messages("en", area)
    assert set(russian) == set(english)
    differing = {
        key: (sorted(russian[key].parameters), sorted(english[key].parameters))
        for key in russian
        if russian[key].parameters - {"count"} != english[key].parameters - {"count"}
    }
    assert not differing


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", _AREAS)
def test_every_counted_message_has_each_plural_form(area: str, language: str) -> None:
    incomplete = {
        key: sorted(message.forms)
        for key, message in _messages(language, area).items()
        if message.forms and message.forms != _FORMS[language]
    }
    assert not incomplete


@pytest.mark.parametrize("area", _AREAS)
def test_no_text_is_left_in_the_other_language(area: str) -> None:
    russian, english = _texts("ru", area), _texts("en", area)
    left_russian = {
        key: text
        for key, text in english.items()
        # A template's fields are Russian words in braces, whatever language explains them.
        if not any(fnmatch(f"{area}.{key}", pattern) for pattern in _RUSSIAN_ON_PURPOSE)
        and set(_CYRILLIC.findall(re.sub(r"\{[^}]*\}", "", text))) - _RUSSIAN_IN_ENGLISH
    }
    left_english = {
        key: text
        for key, text in russian.items()
        if text == english.get(key) and _latin_words(text) - _THE_SAME_IN_BOTH
    }
    assert (left_russian, left_english) == ({}, {})


def _latin_words(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]{3,}", _PLACEHOLDER.sub("", text)))


def test_every_message_that_the_code_asks_for_exists() -> None:
    catalogue = Catalog.load("ru")
    missing = [
        f"{file.relative_to(REPOSITORY)}:{asked.line}: {asked.key}"
        for file in _sources()
        for asked in _asked(file)
        if not _has(catalogue, asked)
    ]
    assert not missing, "\n".join(missing)


def test_a_planted_unknown_message_is_found(tmp_path: Path) -> None:
    file = tmp_path / "planted.py"
    file.write_text('t("time.tomorow")\nself.tr.t(f"time.moth_{n}")\nt("time.tomorrow", at=1)\n')
    catalogue = Catalog.load("ru")
    assert [asked.key for asked in _asked(file) if not _has(catalogue, asked)] == [
        "time.tomorow",
        "time.moth_",
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that the code asks for: its whole key, or the beginning of a composed one."""

    key: str
    whole: bool
    line: int


def _sources() -> Iterator[Path]:
    for top in ("console", "ui"):
        yield from sorted((REPOSITORY / top).rglob("*.py"))


def _asked(file: Path) -> Iterator[Asked]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _called(node.func) == "t" and node.args:
            yield from _keys(node.args[0])


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _keys(argument: ast.expr) -> Iterator[Asked]:
    if isinstance(argument, ast.IfExp):
        yield from _keys(argument.body)
        yield from _keys(argument.orelse)
    elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield Asked(argument.value, whole=True, line=argument.lineno)
    elif isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        beginning = str(argument.values[0].value)
        if "." in beginning:
            yield Asked(beginning, whole=False, line=argument.lineno)


def _has(catalogue: Catalog, asked: Asked) -> bool:
    if asked.whole:
        return catalogue.has(asked.key)
    return any(key.startswith(asked.key) for key in catalogue.messages)
