"""Preferences: complete in words, found in both languages, and never nonsense."""

from __future__ import annotations

import pytest

from console.i18n import LANGUAGES, Catalog
from ui.commands.table import BY_ID
from ui.presenters.preferences import (
    NOTICE_CLASSES,
    PREFERENCES,
    SECTIONS,
    choice_words,
    found,
    time_of,
)
from ui.theme.appearance import CHOICES
from ui.theme.theme import ZOOMS

CATALOGS = tuple(Catalog.load(one) for one in LANGUAGES)


def keys(query: str) -> set[str]:
    return {one.key for one in found(query, CATALOGS)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_preference_and_choice_has_words(language: str) -> None:
    catalog = Catalog.load(language)
    for one in PREFERENCES:
        assert catalog.has(one.name), one.key
        words = [choice_words(one, choice, catalog) for choice in one.choices]
        assert len(set(words)) == len(words), one.key
        assert not [word for word in words if "settings." in word]
    assert all(catalog.has(f"settings.section_{section}") for section in SECTIONS)


def test_every_section_holds_something_and_nothing_is_outside() -> None:
    assert {one.section for one in PREFERENCES} == set(SECTIONS)


def test_the_choices_are_those_of_the_parts_that_they_set() -> None:
    by_key = {one.key: one for one in PREFERENCES}
    assert by_key["theme"].choices == CHOICES
    assert tuple(float(one) for one in by_key["zoom"].choices) == ZOOMS
    assert by_key["language"].choices == LANGUAGES
    assert {f"notice.{one}" for one in NOTICE_CLASSES} < by_key.keys()
    assert {one.command for one in PREFERENCES if one.command} <= BY_ID.keys()


@pytest.mark.parametrize("query", ["тёмное", "темное", "dark", "ОФОРМЛЕНИЕ", "theme"])
def test_the_theme_is_found_by_its_words_in_both_languages(query: str) -> None:
    assert "theme" in keys(query)


def test_every_word_of_the_question_must_fit() -> None:
    assert keys("опасность тихие") <= keys("опасность") | keys("тихие")
    assert keys("quiet danger") == {"quiet.danger"}
    assert keys("трактор") == set()
    assert keys("") == {one.key for one in PREFERENCES}


def test_a_value_that_makes_no_sense_is_the_default() -> None:
    by_key = {one.key: one for one in PREFERENCES}
    assert by_key["theme"].sensible("sepia") == "system"
    assert by_key["quiet.from"].sensible("25:00") == "22:00"
    assert by_key["quiet.from"].sensible("6:30") == "6:30"
    assert by_key["tray.on"].sensible("maybe") == "1"
    assert time_of("6:30").minute == 30
