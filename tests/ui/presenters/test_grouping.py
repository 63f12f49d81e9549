"""Rows put together by what they have in common."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.i18n import LANGUAGES, Catalog
from console.listing import Grouping
from ui.presenters.grouping import grouped, heading, heading_spoken, laid_out

kinds = st.sampled_from([one for one in Grouping if one is not Grouping.NONE])


def keyed(*keys: str) -> list[tuple[str, str]]:
    return [(key, key.upper()) for key in keys]


@given(st.lists(st.sampled_from("abc "), max_size=40), kinds)
def test_every_row_is_in_one_group_in_the_order_of_the_queue(
    keys: list[str], kind: Grouping
) -> None:
    ids = list(range(100, 100 + len(keys)))
    groups = grouped(ids, keyed(*(key.strip() for key in keys)), kind)
    assert sorted(one for group in groups for one in group.ids) == ids
    assert all(list(group.ids) == sorted(group.ids) for group in groups)
    assert [group.key for group in groups].count("") <= 1
    assert "" not in [group.key for group in groups[:-1]]
    named = [group.ids[0] for group in groups if group.key]
    assert named == sorted(named)


def test_one_row_alone_is_no_group_of_a_post_or_a_person() -> None:
    keys = keyed("a", "", "b", "a", "c")
    posts = grouped([1, 2, 3, 4, 5], keys, Grouping.THREAD)
    assert [(one.key, list(one.ids)) for one in posts] == [("a", [1, 4]), ("", [2, 3, 5])]
    places = grouped([1, 2, 3, 4, 5], keys, Grouping.PLACE)
    assert [one.key for one in places] == ["a", "b", "c", ""]


def test_a_folded_group_shows_its_heading_alone() -> None:
    groups = grouped([7, 8, 9], keyed("a", "b", "a"), Grouping.PLACE)
    assert list(laid_out(groups, ())) == [-1, 7, 9, -2, 8]
    assert list(laid_out(groups, {"a"})) == [-1, -2, 8]


def test_headings_have_words_in_both_languages() -> None:
    for language in LANGUAGES:
        catalog = Catalog.load(language)
        for kind in Grouping:
            assert catalog.has(f"queues.group_{kind}")
            assert catalog.has(f"commands.queue.group.{kind}")
            if kind is Grouping.NONE:
                continue
            for group in grouped([1, 2, 3], keyed("a", "a", ""), kind):
                said = heading_spoken(group, kind, catalog, folded=True)
                assert "‹" not in said and "{" not in said
                assert heading(group, kind, catalog) in said
