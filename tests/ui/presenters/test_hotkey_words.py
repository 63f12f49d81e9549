"""Hotkeys in words: what may be one, why not, and what became of it."""

from __future__ import annotations

from typing import get_args

import pytest

from console.i18n import LANGUAGES, Catalog
from ui.presenters.hotkeys import (
    KEYS,
    Objection,
    State,
    chord,
    objection,
    objection_words,
    state_words,
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Ctrl+Alt+O", None),
        ("Ctrl+Alt+Щ", None),
        ("Ctrl+Shift+1", None),
        ("Meta+F2", None),
        ("Alt+Home", "few"),
        ("Pause", None),
        ("O", "bare"),
        ("F9", "bare"),
        ("Shift+F9", "bare"),
        ("Ctrl+C", "few"),
        ("Alt+F4", "system"),
        ("Ctrl+Alt+F1", "system"),
        ("Ctrl+Shift+L", "command"),
        ("Ctrl+Alt+Ё", "unknown"),
        ("Ctrl+Alt++", "unknown"),
        ("Ctrl+", "unknown"),
        ("", "unknown"),
    ],
)
def test_keys_that_others_need_are_refused(text: str, why: Objection | None) -> None:
    assert objection(text) == why


def test_a_cyrillic_letter_is_the_key_that_it_stands_on() -> None:
    assert str(chord("Alt+Ctrl+Щ")) == "Ctrl+Alt+O"
    assert {str(chord(key)) for key in KEYS} == set(KEYS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_objection_is_a_sentence_with_the_keys(language: str) -> None:
    catalog = Catalog.load(language)
    words = [state_words(one, "Ctrl+Alt+O", catalog) for one in get_args(State)]
    words += [objection_words("Ctrl+Shift+L", one, catalog) for one in get_args(Objection)]
    assert len(set(words)) == len(words)
    assert not [one for one in words if "‹" in one or "{{" in one or not one.endswith(".")]
    assert "Super+O" in state_words("on", "Ctrl+Alt+O", catalog, said="Super+O")
