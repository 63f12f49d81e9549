"""Errors in words: the disk's troubles and a rescue are told in one's own language."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from console.errors import DiskError
from console.i18n import Catalog
from console.readmodel import Rescue, RescueReason
from console.store.driver import _ADVICE
from tests.support.ui_builders import PEOPLE, here
from ui.presenters.errors import is_bug, rescue_words, sentence_of, title_of
from ui.presenters.refusals import error_words

AT = datetime(2026, 11, 23, tzinfo=UTC)
LATIN = re.compile(r"[a-z]{3,}")


@pytest.mark.parametrize("code", sorted(_ADVICE))
def test_each_trouble_of_the_disk_is_a_sentence_without_the_machine_s_own_words(code: str) -> None:
    error = DiskError("store.db: database or disk is full (13)", code=code)
    catalog = Catalog.load("ru")
    assert not is_bug(error)
    for words in (sentence_of(error, catalog), title_of(error, catalog)):
        assert not LATIN.search(words), words
    assert sentence_of(error, Catalog.load("en")).endswith(".")
    assert error_words(error, here(), PEOPLE) == sentence_of(error, here().catalog)


@pytest.mark.parametrize(
    ("drafts", "entries", "said"),
    [
        (1, 2, "Спасено: 1 черновик, 2 изменения в исходящих."),
        (0, 5, "Спасено: 0 черновиков, 5 изменений в исходящих."),
    ],
)
def test_a_rescue_says_what_was_rescued_and_where_the_old_file_is(
    drafts: int, entries: int, said: str
) -> None:
    rescue = Rescue(RescueReason.DAMAGED, drafts, entries, "2026-11-23-damaged", AT)
    words = rescue_words(rescue, Catalog.load("ru"))
    assert said in words
    assert "aside/2026-11-23-damaged" in words


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("why", list(RescueReason))
def test_every_reason_has_words(why: RescueReason, language: str) -> None:
    words = rescue_words(Rescue(why, 1, 1, "folder", AT), Catalog.load(language))
    assert "rescue_" not in words
    assert "{{" not in words
