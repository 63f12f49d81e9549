"""Templates are found by what the operator remembers of them, typos and all."""

from __future__ import annotations

import pytest

from console.rulebook.templates import load_templates
from console.template_search import TemplateSearch
from tests.bench import composer_bench

SEARCH = TemplateSearch(load_templates())


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("сгорел холодильник", "burnt-appliances"),
        ("сгорела техника", "burnt-appliances"),
        ("счечик", "metering"),
        ("напрежение", "low-voltage"),
        ("не дозвонится", "no-contact"),
        ("СНТ", "not-ours-snt"),
        ("перенос срока", "outage-moved"),
        ("фонари", "not-ours-lighting"),
        ("плановы", "outage-planned"),
        ("мелкими шажками", "danger-wire"),
        ("storm", "storm"),
        ("благодарим", "thanks"),
    ],
)
def test_a_template_is_found_by_title_body_or_search_words(query: str, key: str) -> None:
    assert key in [found.template.key for found in SEARCH.search(query)][:3]


def test_the_labelled_queries_find_their_templates() -> None:
    """Forms, typos and other words; the halves tuned on and only measured: see the bench."""
    assert composer_bench.found(composer_bench.read("template_queries.tsv"), SEARCH) >= 0.95


def test_where_no_template_has_every_word_those_with_some_are_found() -> None:
    assert SEARCH.search("фонари абракадабра")[0].template.key == "not-ours-lighting"


def test_nonsense_finds_nothing_and_an_empty_query_everything() -> None:
    assert SEARCH.search("ъъъъъъ") == ()
    assert len(SEARCH.search("  ")) == len(load_templates())
