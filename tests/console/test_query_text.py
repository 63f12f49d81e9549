"""A queue as text and back: what is shared asks for the same everywhere, or is not shared."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest

from console.domain.query import Language
from console.domain.shared_queue import SharedQueue
from console.listing import Grouping, QueueQuery, QueueSort
from console.query_language import load_language
from console.query_text import LISTS, spelled, understood
from console.rulebook.branches import load_branches
from tests.support.builders import NOON


@lru_cache(maxsize=1)
def language() -> Language:
    return load_language(load_branches())


def shared(queue: str, query: str, **more: object) -> SharedQueue:
    row = SharedQueue("omsk", "q-1", "Очередь", queue, query, "sup-1", NOON)
    return replace(row, **more)  # type: ignore[arg-type]


def there_and_back(query: QueueQuery) -> QueueQuery | None:
    text = spelled(query, language())
    assert text is not None
    row = shared(
        text.queue,
        text.text,
        sort=str(query.sort),
        group=str(query.group),
        strict=query.strict,
    )
    return understood(row, language())


@pytest.mark.parametrize(
    "query",
    [
        *(QueueQuery(name) for name in sorted(LISTS)),
        QueueQuery("outage:0190-ab"),
        QueueQuery("branch:omsk", sort=QueueSort.NEWEST),
        QueueQuery("topic:outage", group=Grouping.PLACE),
        QueueQuery("open", branches=("omsk", "chita"), topics=("outage", "quality")),
        QueueQuery("all", channels=("vk",), statuses=("on_approval", "new"), text="вода -авария"),
        QueueQuery("open", text='"нет света" от:иванов срок<2ч', strict=True),
        QueueQuery("open", text="филиал:омск  Солонцы", sort=QueueSort.MATCH),
    ],
    ids=str,
)
def test_a_queue_comes_back_as_it_went(query: QueueQuery) -> None:
    assert there_and_back(query) == query


def test_the_text_can_be_read_by_people() -> None:
    query = QueueQuery("open", branches=("omsk",), topics=("outage",), text="есть:фото Солонцы")
    text = spelled(query, language())
    assert text is not None and (text.queue, text.text) == (
        "open",
        "филиал:omsk тема:outage есть:фото Солонцы",
    )


def test_a_filter_that_somebody_typed_as_it_is_spelt_asks_for_the_same() -> None:
    found = there_and_back(QueueQuery("open", text="филиал:omsk вода"))
    assert found == QueueQuery("open", branches=("omsk",), text="вода")


@pytest.mark.parametrize("owner", ["", "op-1"])
def test_an_owner_is_asked_for_by_the_operator_of_the_search(owner: str) -> None:
    text = spelled(QueueQuery("open", owners=(owner,)), language())
    assert text is not None and text.text == f"кто:{owner or 'none'}"


@pytest.mark.parametrize(
    "query",
    [
        QueueQuery("drafts"),
        QueueQuery("outbox"),
        QueueQuery("mentions"),
        QueueQuery("open", owners=("op-1", "op-2")),
        QueueQuery("open", text="дом:5"),
        QueueQuery("open", text="срок<скоро"),
        QueueQuery("open", branches=("atlantis",)),
    ],
    ids=str,
)
def test_what_others_could_not_make_the_same_of_is_not_shared(query: QueueQuery) -> None:
    assert spelled(query, language()) is None


@pytest.mark.parametrize(
    ("queue", "text"),
    [
        ("by_the_moon", ""),
        ("open", "луна:полная"),
        ("open", "филиал:atlantis"),
        ("open", "это:левитирует вода"),
        ("open", "срок<послезавтра-когда-нибудь"),
    ],
)
def test_what_a_newer_program_asks_for_is_not_guessed_at(queue: str, text: str) -> None:
    assert understood(shared(queue, text), language()) is None


def test_an_order_or_a_grouping_that_is_not_known_changes_nothing_of_the_list() -> None:
    found = understood(shared("open", "", sort="by_mood", group="moon"), language())
    assert found == QueueQuery("open")
