"""An operator's own words: kept in the encrypted store, each operator's apart, and in the copy."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future
from contextlib import closing

import pytest

from console.domain.transitions import RefusedError
from console.store.copy_file import Copy, copy_path
from console.usecases.spelling import SpellingUseCases
from tests.support.builders import an_operator
from tests.support.console_store import KEY
from tests.support.console_work import Work


class NoDictionary:
    """Is not asked here."""

    closed = False

    def check(self, words: Collection[str]) -> Future[frozenset[str]]:
        raise AssertionError("nobody asks")

    def suggest(self, word: str) -> Future[tuple[str, ...]]:
        raise AssertionError("nobody asks")

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def spelling(work: Work) -> SpellingUseCases:
    return SpellingUseCases(NoDictionary(), work.reply._acting, work.store.reader)


def test_a_word_is_added_once_and_forgotten(spelling: SpellingUseCases) -> None:
    for word in ("Эзендер", "Изеннер", "Эзендер"):
        spelling.add(word).result(30)
    assert spelling.own() == {"Эзендер", "Изеннер"}
    spelling.remove("Эзендер").result(30)
    assert spelling.own() == {"Изеннер"}


@pytest.mark.parametrize("word", ["два слова", "10кВ", "", "х" * 61, "a@b.ru"])
def test_what_is_no_word_is_refused(spelling: SpellingUseCases, word: str) -> None:
    refused = spelling.add(word).exception(30)
    assert isinstance(refused, RefusedError) and refused.code == "not_a_word"
    assert spelling.own() == frozenset()


def test_words_are_an_operators_own(work: Work, spelling: SpellingUseCases) -> None:
    spelling.add("Эзендер").result(30)
    work.store.sign_in(an_operator(id="u2"))
    assert spelling.own() == frozenset()
    work.store.sign_in(work.me)
    assert spelling.own() == {"Эзендер"}


def test_words_stand_in_the_copy_too(work: Work, spelling: SpellingUseCases) -> None:
    spelling.add("Эзендер").result(30)
    with closing(Copy(copy_path(work.store.path), KEY)) as copy:
        kept = [row["word"] for (table, _), row in copy.rows().items() if table == "own_word"]
    assert kept == ["Эзендер"]
