"""Help: complete in both languages, with the keys that there are, and found by a word."""

from __future__ import annotations

import re

import pytest

from console.i18n import LANGUAGES, Catalog
from ui.presenters.help import CONTEXTS, FIRST, folder_of, pages, search

_LINK = re.compile(r"(!?)\[[^\]]+\]\(([^)]+)\)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_a_title_its_keys_and_its_links(language: str) -> None:
    catalog = Catalog.load(language)
    read = pages(catalog)
    names = {one.name for one in read}
    assert len(read) >= 8
    for page in read:
        assert page.title
        assert "{{" not in page.text
        for picture, target in _LINK.findall(page.text):
            if picture:
                assert (folder_of(catalog) / target).is_file(), f"{page.name}: {target}"
            else:
                assert target.removesuffix(".md") in names, f"{page.name}: {target}"


def test_both_languages_have_the_same_pages() -> None:
    russian, english = (pages(Catalog.load(one)) for one in LANGUAGES)
    assert [one.name for one in russian] == [one.name for one in english]
    assert {FIRST, *CONTEXTS.values()} <= {one.name for one in russian}


def test_a_word_of_a_title_comes_first_and_every_word_must_be_there() -> None:
    read = pages(Catalog.load("ru"))
    assert search(read, "уведомления")[0].name == "70-notices"
    assert {one.name for one in search(read, "задержано")} == {"50-outbox"}
    assert [one.name for one in search(read, "тихие часы")] == ["70-notices"]
    assert search(read, "трактор") == ()
    assert search(read, "чёрновик") == search(read, "черновик") != ()


def test_the_keys_are_those_of_the_table() -> None:
    text = "\n".join(page.text for page in pages(Catalog.load("en")))
    assert "**Ctrl+Enter**" in text
    assert "**F1**" in text
