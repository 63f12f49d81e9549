"""The shipped phrases: every name means something, and every subject can be spoken of."""

from __future__ import annotations

from random import Random

import pytest

from console.demo.grammar import Context, Grammar, Speaker
from console.demo.places import DEMO
from console.demo.scene import WORDS
from console.demo.subjects import (
    AFTER_RESTORED,
    ANY_DAY,
    OF_ANNOUNCED,
    OF_EMERGENCY,
    OF_PLANNED,
    OF_STORM,
    Weighted,
)
from console.demo.texts import REGISTERS, Writer
from console.demo.voice import Typist
from console.rulebook.topics import load_topics

SUBJECTS = [
    *OF_EMERGENCY,
    *OF_STORM,
    *AFTER_RESTORED,
    *OF_ANNOUNCED,
    *OF_PLANNED,
    *ANY_DAY,
]
TOLD_BY_AN_ANSWER = {"promise", "restored"}


class AnyWord:
    """A context that has every word."""

    def find(self, name: str) -> str | None:
        return "слово" if name in WORDS or name in TOLD_BY_AN_ANSWER else None


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return Grammar.load(DEMO / "phrases")


def test_every_name_in_braces_is_a_rule_or_a_word_of_a_scene(grammar: Grammar) -> None:
    assert grammar.words_needed() <= WORDS.keys() | TOLD_BY_AN_ANSWER


@pytest.mark.parametrize("weighted", SUBJECTS, ids=lambda w: f"{w.subject.rule}-{w.subject.topic}")
def test_every_subject_can_be_written_about_through_every_channel(
    grammar: Grammar, weighted: Weighted
) -> None:
    writer = Writer(Speaker(grammar, Random(1)), Typist.load())
    subject = weighted.subject
    context = Context(frozenset({"el_min", "same_day", "wd1", *subject.tags}), AnyWord())
    registers = {name for table in REGISTERS.values() for name, _ in table}
    rules = {writer.rule(subject.rule, register) for register in registers}
    for rule in rules:
        assert all(writer.ours(rule, context).strip() for _ in range(30)), rule


@pytest.mark.parametrize("weighted", SUBJECTS, ids=lambda w: f"{w.subject.rule}-{w.subject.topic}")
def test_every_subject_has_a_topic_that_the_rules_know(weighted: Weighted) -> None:
    assert weighted.subject.topic in load_topics().topics


@pytest.mark.parametrize("social", [True, False])
def test_every_answer_can_be_given(grammar: Grammar, social: bool) -> None:
    speaker = Speaker(grammar, Random(1))
    tags = frozenset({"social", "morning"} if social else {"morning"})
    names = [name for name in grammar.rules if name.startswith("r.") and name != "r.danger"]
    for name in names:
        assert all(speaker.say(name, Context(tags, AnyWord())) for _ in range(10)), name


@pytest.mark.parametrize("kind", ["wire", "spark", "open", "pole", "tree"])
def test_every_danger_has_an_answer_of_its_own(grammar: Grammar, kind: str) -> None:
    context = Context(frozenset({"social", kind}), AnyWord())
    assert Speaker(grammar, Random(1)).say("r.danger", context)
