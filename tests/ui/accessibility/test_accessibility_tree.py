"""What a screen reader finds in every window, walked through AT-SPI on a real bus."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import pytest

from tests.support import daemons
from tests.support.surroundings import REPOSITORY, clean_environment

Node = Mapping[str, Any]
Page = Mapping[str, Any]

_CONTROLS = {
    "check box",
    "button menu",
    "combo box",
    "date editor",
    "dial",
    "graphic",
    "image",
    "link",
    "list",
    "list item",
    "menu item",
    "page tab",
    "password text",
    "progress bar",
    "push button",
    "radio button",
    "slider",
    "spin button",
    "table",
    "table cell",
    "text",
    "toggle button",
    "tree",
}
_PADDING = 6
_NOTHING = {"filler", "unknown", "invalid", "layered pane", "gone"}
"""Roles of things that nobody has told Qt about."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Generator[list[Page]]:
    """Every page of the walk; one process for all of it."""
    with daemons.accessibility(tmp_path_factory.mktemp("accessibility")) as environment:
        done = subprocess.run(
            [sys.executable, "-m", "tests.ui.accessibility.walk"],
            env=clean_environment(**environment),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    yield json.loads(done.stdout)


def _seen(node: Node) -> Iterator[Node]:
    if "showing" in node["states"]:
        yield node
        for child in node["children"]:
            yield from _seen(child)


def _everything(pages: list[Page]) -> Iterator[tuple[str, Node]]:
    for page in pages:
        for node in _seen(page["tree"]):
            yield page["page"], node


def _on(pages: list[Page], name: str) -> list[Node]:
    return [node for page, node in _everything(pages) if page == name]


def _told(page: str, node: Node) -> str:
    return f"{page}: {node['role']} “{node['name']}” at {node['rect']}"


def test_every_window_is_there_with_its_title(pages: list[Page]) -> None:
    assert len(pages) >= 20
    assert [page["page"] for page in pages if not page["tree"]["name"]] == []
    assert {page["tree"]["role"] for page in pages} <= {"frame", "dialog", "alert", "window"}


def test_no_control_is_without_a_name(pages: list[Page]) -> None:
    assert [
        _told(page, node)
        for page, node in _everything(pages)
        if (node["role"] in _CONTROLS or "focusable" in node["states"]) and not node["name"].strip()
    ] == []


def test_whatever_takes_the_keys_has_a_role(pages: list[Page]) -> None:
    assert [
        _told(page, node)
        for page, node in _everything(pages)
        if "focusable" in node["states"] and node["role"] in _NOTHING
    ] == []


def test_the_queue_is_a_list_whose_rows_say_everything_in_a_sentence(pages: list[Page]) -> None:
    (queue,) = [one for one in _on(pages, "appeal") if one["name"] == "Обращения"]
    assert queue["role"] == "list"
    rows = queue["children"]
    assert {row["role"] for row in rows} == {"list item"}
    assert len(rows) >= 8
    assert all(row["name"].count(". ") >= 3 for row in rows)
    assert ["selected" in row["states"] for row in rows].count(True) == 1
    tops = [row["rect"][1] for row in rows]
    assert tops == sorted(tops)


def test_the_rail_tells_which_groups_are_open(pages: list[Page]) -> None:
    (rail,) = [one for one in _on(pages, "queue") if one["name"] == "Очереди"]
    groups = [one for one in rail["children"] if "expandable" in one["states"]]
    assert any("expanded" in one["states"] for one in groups)
    assert any(one["role"] == "separator" for one in rail["children"])


def test_a_message_is_an_item_of_the_conversation(pages: list[Page]) -> None:
    lists = [one for one in _on(pages, "appeal") if one["name"] == "Переписка"]
    (thread,) = [one for one in lists if one["role"] == "list"]
    (message,) = [one for one in thread["children"] if one["role"] == "list item"]
    assert "2026" in message["name"]  # who, when, and the whole of what was said
    assert message["children"][0]["name"] in message["name"]


def test_what_is_chosen_or_ticked_is_a_state(pages: list[Page]) -> None:
    modes = [one for one in _on(pages, "reply") if one["role"] == "radio button"]
    assert Counter("checked" in one["states"] for one in modes) == {True: 1, False: 2}
    tabs = [one for one in _on(pages, "reply") if one["role"] == "page tab"]
    assert Counter("selected" in one["states"] for one in tabs)[True] == 1
    (eye,) = [one for one in _on(pages, "SignInDialog") if one["name"] == "Показать пароль"]
    assert "checkable" in eye["states"]
    assert "checked" not in eye["states"]


def test_what_cannot_be_done_now_is_said_to_be_disabled(pages: list[Page]) -> None:
    (queue,) = [page for page in pages if page["page"] == "queue"]
    able = {one["name"]: "enabled" in one["states"] for one in _items(queue["tree"])}
    assert not able["Отменить последнее действие\tCtrl+Z"]
    assert able["Найти команду\tCtrl+K"]


def _with_keys(pages: list[Page]) -> list[Page]:
    """All but the window that stands behind the lock."""
    return [page for page in pages if page["page"] != "locked window"]


def _items(node: Node) -> Iterator[Node]:
    if node["role"] == "menu item":
        yield node
    for child in node["children"]:
        yield from _items(child)


def test_a_locked_window_tells_a_reader_nothing(pages: list[Page]) -> None:
    roles = {one["role"] for one in _on(pages, "locked window")}
    assert not roles & {"list", "list item", "text", "menu item", "page tab"}
    assert not [one for one in _on(pages, "locked window") if "Тамара" in one["name"]]


def test_the_keys_stand_where_the_reader_is_told_that_they_are(pages: list[Page]) -> None:
    for page in _with_keys(pages):
        focused = [one for one in _seen(page["tree"]) if "focused" in one["states"]]
        assert focused, f"{page['page']}: nothing has the keys"


def test_tab_goes_on_as_one_reads(pages: list[Page]) -> None:
    """Part by part from the left, in a part from line to line; it comes round once."""
    for page in _with_keys(pages):
        stops = page["stops"]
        assert stops, page["page"]
        panes = [one["pane"] for one in stops]
        changes = sum(one != other for one, other in zip(panes, panes[1:] + panes[:1], strict=True))
        inner = {"ClocksPopover", "TemplatePicker"} & set(panes)
        assert changes <= len(set(panes)) + len(inner) or len(set(panes)) == 1, page["page"]
        for pane in set(panes):
            _goes_on(page["page"], [one for one in stops if one["pane"] == pane])


def _goes_on(page: str, stops: list[Mapping[str, Any]]) -> None:
    around = list(zip(stops, stops[1:] + stops[:1], strict=True))
    backward = [(one, other) for one, other in around if _is_before(other["rect"], one["rect"])]
    assert len(backward) <= 1, f"{page}: {backward}"


def _is_before(one: list[int], other: list[int]) -> bool:
    """Whether ``one`` stands above the other, or left of it in the same line."""
    common = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if 2 * common > min(one[3], other[3]):
        return one[0] < other[0]
    return one[1] < other[1]


def test_every_stop_of_the_tab_key_is_a_named_thing_of_the_tree(pages: list[Page]) -> None:
    for page in pages:
        known = [one["rect"] for one in _seen(page["tree"]) if one["name"]]
        strangers = [
            one for one in page["stops"] if not any(_is_same(one["rect"], rect) for rect in known)
        ]
        assert strangers == [], page["page"]


def _is_same(one: list[int], other: list[int]) -> bool:
    """Whether two places are the same, but for what a style sheet pads a check box with."""
    return all(abs(a - b) <= _PADDING for a, b in zip(one, other, strict=True))
