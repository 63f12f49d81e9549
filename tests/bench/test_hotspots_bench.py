"""A small run of the bench of hotspots: what it measures, and that the radar keeps its bounds."""

from __future__ import annotations

from console.rulebook.hotspots import load_hotspots
from tests.bench.storms.score import Judge
from tests.bench.storms.stream import stream
from tests.bench.storms.watchers import radar


def test_the_radar_finds_generated_storms_soon_and_rarely_cries_for_nothing() -> None:
    made = stream(2, quiet_days=9, days=4, few=True)
    result = Judge(made).score(radar(made, load_hotspots()))
    assert len(result.found) >= 2
    assert result.recall >= 0.6
    assert result.appeals <= 10
    assert result.false_a_day <= 1.0
