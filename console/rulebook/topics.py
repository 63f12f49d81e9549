"""Loaders of the topics and of the priority rules in resources/rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from console.domain.priority import WORD_FACTORS, Factor, PriorityRules
from console.domain.topic import Topic, TopicBook
from console.domain.words import Phrase, PhraseSyntaxError
from console.paths import RESOURCES
from console.rulebook.tables import Table, unique

TOPICS: Path = RESOURCES / "rules" / "topics.toml"
PRIORITY: Path = RESOURCES / "rules" / "priority.toml"

_WEIGHTS: Final = {"strong": 2.0, "words": 1.0, "weak": 0.5}


def load_topics(path: Path = TOPICS) -> TopicBook:
    """The topics in the file's order; `ConfigError` where the file is wrong."""
    table = Table.read(path).only("topic", "outside")
    unique((topic.text("key") for topic in table.tables("topic")), path, "topic")
    topics = [_topic(topic) for topic in table.tables("topic")]
    keys = {topic.key for topic in topics}
    for topic in topics:
        if topic.root not in keys:
            raise table.wrong(
                f"topic {topic.key}", f"a child of a root; there is no “{topic.root}”"
            )
    return TopicBook(topics, dict(_outside(table.table("outside"), keys)))


def load_priority(path: Path = PRIORITY) -> PriorityRules:
    """The points and words of priority; `ConfigError` where the file is wrong."""
    table = Table.read(path).only(
        "high_from", "many_residents", "frost_below", "repeat_within_days", "points", "words"
    )
    points = table.table("points").only(*Factor)
    phrases = table.table("words").only(*WORD_FACTORS)
    return PriorityRules(
        points={factor: points.whole(factor, 0) for factor in Factor},
        phrases={factor: _phrases(phrases, factor) for factor in WORD_FACTORS},
        frost_below=table.number("frost_below"),
        many_residents=table.whole("many_residents"),
        repeat_within=timedelta(days=table.whole("repeat_within_days")),
        high_from=table.whole("high_from"),
    )


def _topic(table: Table) -> Topic:
    table.only("key", "danger", "ours", "reaction", *_WEIGHTS)
    weights: dict[Phrase, float] = {}
    for name, weight in _WEIGHTS.items():
        for phrase in _phrases(table, name):
            weights[phrase] = max(weight, weights.get(phrase, 0.0))
    return Topic(
        key=table.text("key"),
        danger=table.flag("danger", default=False),
        ours=table.flag("ours", default=True),
        reaction=table.flag("reaction", default=True),
        phrases=tuple(weights.items()),
    )


def _phrases(table: Table, key: str) -> tuple[Phrase, ...]:
    try:
        return tuple(Phrase.parse(source) for source in table.texts(key))
    except PhraseSyntaxError as error:
        raise table.wrong(key, f"a list of phrases: {error}") from error


def _outside(table: Table, keys: set[str]) -> Iterator[tuple[str, str]]:
    for name in table.values:
        key = table.text(name)
        if key not in keys:
            raise table.wrong(name, f"the key of a topic in this file, not “{key}”")
        yield name, key
