"""Errors in sentences: in the language of the window, and never a word of another one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from console.errors import ConfigError, DiskError, OtklikError
from console.i18n import LANGUAGES, Catalog
from console.usecases.acting import GoneError
from tests.support.surroundings import REPOSITORY
from tests.support.ui_builders import PEOPLE, here
from ui.presenters.errors import sentence_of
from ui.presenters.refusals import error_words

RU = Catalog.load("ru")
_KEY = re.compile(r"(ui|cli)\.[a-z_]+")
_LATIN = re.compile(r"[A-Za-z]{3,}")


def keys_of_errors() -> Iterator[tuple[str, str]]:
    """Every ``key="area.name"`` that an error is raised with, and where."""
    for folder in ("console", "ui"):
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "key":
                    for value in ast.walk(node.value):
                        text = value.value if isinstance(value, ast.Constant) else None
                        if isinstance(text, str) and _KEY.fullmatch(text):
                            yield text, f"{path.name}:{node.value.lineno}"


def test_the_sentences_that_errors_name_are_there() -> None:
    found = dict(keys_of_errors())
    assert len(found) > 10
    catalogs = [Catalog.load(language) for language in LANGUAGES]
    missing = {
        key: where
        for key, where in found.items()
        if not key.endswith("_") and not all(catalog.has(key) for catalog in catalogs)
    }
    assert missing == {}


def test_a_store_that_cannot_write_is_told_in_russian_alone() -> None:
    error = DiskError("database or disk is full", code="full")
    said = sentence_of(error, RU)
    assert "На диске нет места" in said
    assert not _LATIN.search(said)


def test_an_error_without_a_sentence_is_quoted_after_a_russian_one() -> None:
    said = sentence_of(ConfigError("checks.toml: no such rule"), RU)
    assert said == "Не получилось. Подробности для поддержки: «checks.toml: no such rule»."


def test_an_error_without_any_words_has_its_title() -> None:
    assert sentence_of(OtklikError(), RU) == "Не получилось"


def test_views_of_an_appeal_tell_errors_in_the_same_words() -> None:
    gone = GoneError("draft")
    assert error_words(gone, here(), PEOPLE) == sentence_of(gone, here().catalog)
    assert error_words(gone, here("en"), PEOPLE) == "This draft is not here any more."


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_words_of_a_server_are_quoted(language: str) -> None:
    error = OtklikError("ended", key="ui.demo_ended", words="OSError: no room")
    assert "OSError: no room" in sentence_of(error, Catalog.load(language))
