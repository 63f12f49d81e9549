"""The places resolver against the labelled set; tests/bench/places_bench.py has the whole table."""

from __future__ import annotations

from console.rulebook.places import load_gazetteer
from tests.support.labelled_places import halves, labelled, score


def test_on_both_halves_it_finds_what_is_meant_and_never_takes_a_wrong_branch_unasked() -> None:
    assert len(labelled()) >= 320
    gazetteer = load_gazetteer()
    for rows in halves():
        got = score(rows, gazetteer)
        assert got.top_1 >= 0.94, got.missed
        assert got.top_3 >= 0.96, got.missed
        assert got.wrong_branch == []
        assert got.asked == got.to_ask
        assert len(got.wrong_place) <= 0.025 * got.sure, got.wrong_place
        # What is shown as nearly certain is.
        near = [(count, right) for low, _, count, right in got.reliability() if low >= 0.7]
        assert sum(right for _, right in near) >= 0.97 * sum(count for count, _ in near)
