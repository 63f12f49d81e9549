from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.domain.promise import PromiseKind, find_promises
from console.rulebook.calendars import load_calendars
from console.rulebook.promises import load_promises

WORDS = load_promises()
OMSK = load_calendars()["omsk"]
NOW = datetime(2026, 11, 12, 4, 20, tzinfo=UTC)
"""Thursday, 10:20 in Omsk."""


def found(text: str) -> list[tuple[str, PromiseKind, str]]:
    promises = find_promises(text, WORDS, now=NOW, calendar=OMSK)
    return [
        (f"{p.due.astimezone(OMSK.zone):%d.%m %H:%M}", p.kind, text[p.span.start : p.span.end])
        for p in promises
    ]


@pytest.mark.parametrize(
    ("text", "due", "kind", "said"),
    [
        ("Включим до 18:00.", "12.11 18:00", PromiseKind.CLOCK, "до 18:00"),
        ("Приедем завтра в 10:00.", "13.11 10:00", PromiseKind.CLOCK, "завтра в 10:00"),
        ("Поменяем опору завтра.", "13.11 18:00", PromiseKind.DAY, "завтра"),
        (
            "Ответим в течение трёх рабочих дней.",
            "17.11 18:00",
            PromiseKind.TERM,
            "в течение трёх рабочих дней",
        ),
        ("Включим через полчаса.", "12.11 10:50", PromiseKind.CLOCK, "через полчаса"),
    ],
)
def test_a_promise_has_its_instant_its_kind_and_its_place(
    text: str, due: str, kind: PromiseKind, said: str
) -> None:
    assert found(text) == [(due, kind, said)]


def test_a_place_in_a_later_sentence_is_counted_from_the_beginning_of_the_text() -> None:
    text = "Здравствуйте!\nИщем обрыв. Включим до 18:00."
    assert found(text) == [("12.11 18:00", PromiseKind.CLOCK, "до 18:00")]


def test_the_same_instant_said_twice_is_one_promise() -> None:
    assert len(found("Включим до 18:00. Повторим: включим до 18:00.")) == 1


def test_an_explicit_today_that_is_past_is_said_to_be_past() -> None:
    assert found("Сегодня до 9:00 включим.") == [
        ("12.11 09:00", PromiseKind.CLOCK, "Сегодня до 9:00")
    ]


def test_a_day_that_does_not_exist_and_a_term_beyond_two_years_are_none() -> None:
    assert found("Сделаем 31 ноября.") == []
    assert found("Ответим в течение 999 дней.") == []
    assert found("Ответим до 31.12.2099.") == []


@pytest.mark.parametrize(
    "text", ["", "   ", "до", "в течение", "00:00:00", "İİ до 18:00", "12.13.14"]
)
def test_odd_texts_break_nothing(text: str) -> None:
    found(text)
