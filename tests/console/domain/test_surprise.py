"""Scores, thresholds and the rhythm: checked against sums, and against what they must approach."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from console.domain.copies import Copies, CopyNorms
from console.domain.rhythm import Rhythm, RhythmNorms
from console.domain.surprise import Excesses, ExcessNorms, score_of, tail

MONDAY = datetime(2026, 3, 1, 18, tzinfo=UTC).timestamp()
"""Midnight in Omsk."""

FLAT = RhythmNorms((1 / 24,) * 24, (1.0,) * 7, 50, 2)


def _plain(count: int, mean: float, shape: float) -> float:
    chance = shape / (shape + mean)
    below: float = sum(
        math.exp(math.lgamma(k + shape) - math.lgamma(shape) - math.lgamma(k + 1))
        * math.pow(chance, shape)
        * math.pow(1 - chance, k)
        for k in range(count)
    )
    return 1 - below


@pytest.mark.parametrize(("count", "mean", "shape"), [(1, 0.2, 0.5), (4, 1.5, 3), (12, 6, 20)])
def test_the_tail_is_one_less_the_sum_below(count: int, mean: float, shape: float) -> None:
    assert tail(count, mean, shape) == pytest.approx(_plain(count, mean, shape), rel=1e-4)


def test_a_sure_rate_is_poisson_and_an_unsure_one_surprises_less() -> None:
    poisson = 1 - math.exp(-1) * (1 + 1 + 1 / 2 + 1 / 6)
    assert tail(4, 1.0, 1e7) == pytest.approx(poisson, rel=1e-3)
    assert score_of(4, 1.0, 1e7) > score_of(4, 1.0, 2.0) > score_of(4, 1.0, 0.2) > 0
    assert score_of(2, 3.0, 1.0) == score_of(0, 0.0, 1.0) == 0


def test_the_threshold_is_reached_as_often_as_the_budget_allows() -> None:
    rng = Random(5)
    ordinary = Excesses(ExcessNorms(1.5, 1.0, 1.0, 5), kept_a_day=1.0, parent=None)
    for _ in range(400):
        for _ in range(2):
            ordinary.add(1.5 + rng.expovariate(1 / 0.6))
        ordinary.end_day()
    assert ordinary.a_day == pytest.approx(2, rel=0.1)
    assert ordinary.mean == pytest.approx(0.6, rel=0.1)
    threshold = ordinary.threshold(0.05)
    assert ordinary.reached(threshold) == pytest.approx(0.05)
    assert ordinary.threshold(0.01) > threshold > ordinary.threshold(0.5)


def test_a_branch_without_history_believes_what_all_branches_have_seen() -> None:
    norms = ExcessNorms(1.5, 1.0, 1.0, 5)
    common = Excesses(norms, kept_a_day=1.0, parent=None)
    busy = Excesses(norms, kept_a_day=1.0, parent=common)
    for _ in range(200):
        busy.add(4.5)
        busy.end_day()
    silent = Excesses(norms, kept_a_day=1.0, parent=common)
    assert silent.mean == pytest.approx(common.mean)
    assert common.mean == pytest.approx(3, rel=0.05)


def test_load_runs_by_one_a_day_and_fast_where_many_write() -> None:
    rhythm = Rhythm(ZoneInfo("Asia/Omsk"), FLAT, kept_a_day=1.0)
    for day in range(28):
        for minute in range(60):
            evening = MONDAY + timedelta(days=day, hours=19, minutes=minute).total_seconds()
            rhythm.load_at(evening)
            rhythm.learn(evening)
    start = MONDAY + timedelta(days=28).total_seconds()
    hours = [rhythm.load_at(start + 3600 * hour) for hour in range(25)]
    paces = [after - before for before, after in pairwise(hours)]
    assert paces.index(max(paces)) == 19
    assert paces[19] > 0.8
    assert hours[24] - hours[0] == pytest.approx(1, rel=0.05)


def test_a_copy_is_found_among_many_texts_and_short_cries_are_nobodys() -> None:
    copies = Copies(CopyNorms(words=8, share=0.65, remembered=3600))
    text = "В марте прошлого года двое суток не было света, сгорела техника, никто не ответил"
    assert not copies.has(text, 0)
    for number in range(50):
        other = f"На улице номер {number} нет света с {number} часов, соседи звонят, ответа нет"
        copies.has(other, 1)
    assert copies.has(f"Репост! {text} людям", 2)
    assert not copies.has("Нет света", 3)
    assert not copies.has("Нет света", 4)
    assert not copies.has(text, 9000)
