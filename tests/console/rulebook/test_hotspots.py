"""The norms of hotspots: what ships makes sense, and a mistake is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.errors import ConfigError
from console.rulebook.hotspots import HOTSPOTS, load_hotspots
from console.rulebook.topics import load_topics


def test_every_topic_of_a_family_is_one_of_ours_and_danger_burns_with_the_dark() -> None:
    norms, topics = load_hotspots(), load_topics().topics
    assert {topic for family in norms.families for topic in family.topics} <= set(topics)
    keys = ("outage.emergency", "danger.wire", "quality.low", "outage.planned", "thanks", "")
    families = [norms.family_of(key) for key in keys]
    assert [family and family.key for family in families] == [
        "power",
        "power",
        "quality",
        "planned",
        None,
        None,
    ]


def test_hours_are_shares_of_a_day_and_weekdays_of_a_mean_one() -> None:
    rhythm = load_hotspots().rhythm
    assert sum(rhythm.hours) == pytest.approx(1)
    assert sum(rhythm.weekdays) == pytest.approx(7)


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ("least = 3", "least = 1", "“least” must be 2 or more"),
        ("least = 3", "leats = 3", "“leats” must be one of"),
        ("gap_minutes = 180", "gap_minutes = 600", "no less than the gap"),
        ("score_to = 14.0", "score_to = 1.0", "no less than score_from"),
        ("weekdays = [1.08,", "weekdays = [", "a list of 7 numbers"),
        ('"street", "feeder", "settlement", "branch"]', '"house"]', "not “house”"),
        ("share = 0.14", "share = 0.4", "shares sum up to 1"),
        ('topics = ["quality"]', 'topics = ["outage"]', "which is in power"),
        ("rise_chance = 0.001", "rise_chance = nan", "rise_chance"),
    ],
)
def test_a_mistake_in_the_norms_is_named(good: str, bad: str, words: str, tmp_path: Path) -> None:
    text = HOTSPOTS.read_text(encoding="utf-8")
    assert good in text
    file = tmp_path / "hotspots.toml"
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        load_hotspots(file)
