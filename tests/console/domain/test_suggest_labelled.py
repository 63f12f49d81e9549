"""Suggestions on the labelled set: right where they are sure, and sure of most."""

from __future__ import annotations

from console.server.intake.enrich import default_enricher
from tests.bench.suggest_set import halves, score


def test_a_sure_suggestion_is_right_and_most_appeals_get_one() -> None:
    rules = default_enricher()
    tuned, held = halves()
    assert len(tuned) + len(held) >= 300
    for rows in (tuned, held):
        found = score(rows, rules)
        assert found.precision >= 0.97, found.wrong
        assert found.coverage >= 0.8, found.silent
