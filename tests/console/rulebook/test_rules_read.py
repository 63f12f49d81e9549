"""How well the shipped rules read texts that were labelled before they were tuned."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.finding import Rule
from console.errors import ConfigError
from console.rulebook import build_alike
from console.rulebook.danger import ALIKE, DANGER, load_danger
from console.rulebook.promises import PROMISES, load_promises
from tests.bench.rules_bench import Score, halves, readings


def worst(name: str, *, precision: float, recall: float) -> dict[str, Score]:
    """Rules of a set that stay below the bounds, on all of it or on the half that was not seen."""
    return {
        f"{rule} ({half})": score
        for rule, half, score in halves(name)
        if half != "tuned" and (score.precision < precision or score.recall < recall)
    }


def test_every_rule_speaks_up_in_labelled_replies_and_nowhere_else() -> None:
    assert len(readings("replies")) >= 220
    assert {rule for rule, _, _ in halves("replies")} == set(Rule)
    assert worst("replies", precision=0.95, recall=0.85) == {}


def test_danger_is_found_in_labelled_appeals_and_rarely_cried() -> None:
    assert len(readings("danger")) >= 320
    assert worst("danger", precision=0.8, recall=0.98) == {}


def test_danger_is_found_where_it_is_mistyped_and_not_in_words_that_are_near() -> None:
    assert len(readings("danger_typos")) >= 130
    assert worst("danger_typos", precision=0.8, recall=0.98) == {}


def test_the_words_near_those_of_danger_were_made_for_the_present_ones() -> None:
    assert build_alike.digest() in ALIKE.read_text("utf-8"), (
        "run: python -m console.rulebook.build_alike"
    )


def test_promises_of_labelled_replies_are_found_with_their_instant() -> None:
    assert len(readings("promises")) >= 150
    assert worst("promises", precision=0.95, recall=0.95) == {}


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ('all = ["wire", "down"]', 'all = ["wire", "dwon"]', "dwon"),
        ('all = ["bare"]', "all = []", "a list of groups"),
        ("within = 7", "within = 0", "number of words"),
        ('calm_all = ["lesson"', 'calm_all = ["lessons"', "lessons"),
        ('key = "bare"', 'key = "wire"', "stands twice"),
        ('"провод~"', '"провод?"', "a list of phrases"),
    ],
)
def test_a_mistake_in_the_signs_of_danger_is_named(
    good: str, bad: str, words: str, tmp_path: Path
) -> None:
    text = DANGER.read_text(encoding="utf-8")
    assert good in text
    file = tmp_path / "danger.toml"
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        load_danger(file)


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ('evening = "22:00"', 'evening = "22"', "evening.*a time"),
        ('evening = "22:00"', 'evenings = "22:00"', "evenings"),
        ('"погас"', '"погас!"', "a list of phrases"),
    ],
)
def test_a_mistake_in_the_words_of_promises_is_named(
    good: str, bad: str, words: str, tmp_path: Path
) -> None:
    text = PROMISES.read_text(encoding="utf-8")
    assert good in text
    file = tmp_path / "promises.toml"
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        load_promises(file)
