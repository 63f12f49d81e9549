"""Full text: an appeal is found by any form of its words, by its numbers, and by a phone."""

from __future__ import annotations

import sys
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console import roots
from console.domain.appeal import Author, Place
from console.fulltext import documents
from console.readmodel import QueueQuery
from tests.support.builders import NOON, a_message, an_appeal
from tests.support.console_store import Store


def finds(store: Store, text: str) -> bool:
    return len(store.reader.queue_ids(QueueQuery("all", text=text), now=NOON)) == 1


@pytest.fixture
def stored(store: Store) -> Store:
    appeal = an_appeal(
        number="ИМ-48213",
        text="Отключили воду и свет! Провод искрит, ёлка горит. Тел. 8 (913) 123-45-67, кв. 12",
        author=Author("Алёна Ёлкина", handle="vk.com/alyona", phone="+73912000102"),
        place=Place("Горно-Алтайск", "Майминский район", "Чорос-Гуркина", "5а"),
        tags=("срочно",),
    )
    message = a_message(appeal, text="Приезжала бригада, трансформатор не починили")
    store.take(appeal, messages=[message])
    return store


@pytest.mark.parametrize(
    "text",
    [
        "отключение",
        "отключили",
        "отключен",
        "откл",
        "вода",
        "воды свет",
        "СВЕТА",
        "провода искрят",
        "елка",
        "ёлка",
        "трансформаторы",
        "бригаду",
        "48213",
        "ИМ-48213",
        "482",
        "алена елкина",
        "Ёлкина Алёна",
        "alyona",
        "горно-алтайск",
        "гуркина 5а",
        "майминском",
        "срочно",
        "+7 913 123-45-67",
        "89131234567",
        "9131234567",
        "1234567",
        "4567",
        "73912000102",
        "8 391 200 01 02",
        "12",
    ],
)
def test_it_is_found_by(stored: Store, text: str) -> None:
    assert finds(stored, text)
    assert finds(stored, f"  {text} ")


@pytest.mark.parametrize(
    "text", ["котельная", "свет котельная", "9131234568", "48214", "алена петрова"]
)
def test_it_is_not_found_by(stored: Store, text: str) -> None:
    assert not finds(stored, text)


@pytest.mark.parametrize("text", ["", "   ", "!!!", '"', "—"])
def test_a_search_for_nothing_is_no_search(stored: Store, text: str) -> None:
    assert finds(stored, text)


@pytest.mark.parametrize(
    "forms",
    [
        ("отключили", "отключение", "отключён", "отключениями"),
        ("вода", "воды", "водой"),
        ("провод", "провода", "проводами"),
        ("авария", "аварии", "аварий"),
        ("напряжение", "напряжения", "напряжением"),
        ("восстановили", "восстановление", "восстановлен"),
    ],
)
def test_the_forms_of_a_word_have_one_root(forms: tuple[str, ...]) -> None:
    assert len({roots.root(form.replace("ё", "е")) for form in forms}) == 1


@given(text=st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_any_text_can_be_searched_for(stored: Store, text: str) -> None:
    assert finds(stored, text) in (True, False)


def test_threads_that_ask_for_roots_at_once_get_those_that_one_alone_gets() -> None:
    words = [f"{begin}{end}" for begin in BEGINS for end in ENDS]
    right = [roots.root.__wrapped__(word) for word in words]
    found: list[list[str]] = []

    def ask() -> None:
        found.append([roots.root.__wrapped__(word) for word in words])

    threads = [threading.Thread(target=ask) for _ in range(3)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert found == [right] * len(threads)


BEGINS = ("отключ", "провод", "напряж", "трансформатор", "освещ", "восстановл", "энерг", "столб")
ENDS = ("ение", "или", "ами", "енного", "ом", "ениями", "ы", "ающийся", "ой", "ите")


def test_a_document_names_each_word_once_and_says_when_it_changed() -> None:
    appeal = an_appeal(text="Свет свет света")
    once, again = documents.document(appeal, []), documents.document(appeal, [])
    assert once.split().count("свет") == 1
    assert documents.digest(once) == documents.digest(again)
    assert documents.digest(once) != documents.digest(
        documents.document(appeal, [a_message(appeal)])
    )
