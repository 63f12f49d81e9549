"""The phrase grammar: what its notation means, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from console.demo.grammar import Context, Grammar, Speaker
from console.errors import ConfigError


class GivenWords:
    """The words of a context, as given."""

    def __init__(self, **words: str) -> None:
        self._words = words

    def find(self, name: str) -> str | None:
        return self._words.get(name)


def a_context(*tags: str, female: bool = False, **words: str) -> Context:
    return Context(frozenset(tags), GivenWords(**words), female=female)


def a_speaker(tmp_path: Path, text: str) -> Speaker:
    (tmp_path / "phrases.txt").write_text(text, encoding="utf-8")
    return Speaker(Grammar.load(tmp_path), Random(1))


def test_a_name_in_braces_is_a_word_of_the_context_before_it_is_a_rule(tmp_path: Path) -> None:
    speaker = a_speaker(tmp_path, "= a\n{place}, {b}\n= b\nfrom the rule\n= place\nnowhere\n")
    assert speaker.say("a", a_context(place="Omsk")) == "Omsk, from the rule"


def test_a_suffix_raises_or_lowers_the_first_letter(tmp_path: Path) -> None:
    speaker = a_speaker(tmp_path, "= a\n{w_cap} {v_low}\n")
    assert speaker.say("a", a_context(w="on Lenina", v="The wire")) == "On Lenina the wire"


def test_angle_brackets_choose_by_gender(tmp_path: Path) -> None:
    speaker = a_speaker(tmp_path, "= a\n<he|she> wrote\n")
    assert speaker.say("a", a_context(female=True)) == "she wrote"
    assert speaker.say("a", a_context()) == "he wrote"


def test_an_alternative_with_tags_waits_for_its_context(tmp_path: Path) -> None:
    speaker = a_speaker(tmp_path, "= a\n?winter? cold\n?!winter,night? dark\n")
    assert {speaker.say("a", a_context("winter", "night")) for _ in range(5)} == {"cold"}
    assert {speaker.say("a", a_context("night")) for _ in range(5)} == {"dark"}
    assert speaker.say("a", a_context()) == ""


def test_no_alternative_returns_before_the_others_had_their_turn(tmp_path: Path) -> None:
    lines = "".join(f"phrase {number}\n" for number in range(20))
    speaker = a_speaker(tmp_path, f"= a\n{lines}")
    assert len({speaker.say("a", a_context()) for _ in range(20)}) == 20


def test_a_weight_deals_an_alternative_more_often(tmp_path: Path) -> None:
    speaker = a_speaker(tmp_path, "= a\n3* often\nseldom\n")
    said = [speaker.say("a", a_context()) for _ in range(8)]
    assert (said.count("often"), said.count("seldom")) == (6, 2)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("= a\none [two\n", "“]” is missing"),
        ("= a\none ] two\n", "stands alone"),
        ("= a\n<only one>\n", "a gender needs two forms"),
        ("= a\none } two\n", "stands alone"),
        ("= a\none\n= a\ntwo\n", "defined twice"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint) as raised:
        a_speaker(tmp_path, text)
    assert "phrases.txt" in str(raised.value)


def test_an_unknown_name_and_a_circle_are_named(tmp_path: Path) -> None:
    speaker = a_speaker(tmp_path, "= a\n{nobody}\n= b\n{c}\n= c\n{b}\n")
    with pytest.raises(ConfigError, match="nobody"):
        speaker.say("a", a_context())
    with pytest.raises(ConfigError, match="leads back to itself"):
        speaker.say("b", a_context())
