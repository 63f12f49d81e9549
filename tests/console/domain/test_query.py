"""The query language: what is typed is never refused, and an operator that is wrong is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.query import Filter, Language, Query, parse
from console.domain.query_time import Days, read_days, read_length
from console.query_language import load_language
from console.rulebook.branches import load_branches

TODAY = date(2026, 11, 18)


@pytest.fixture(scope="module")
def language() -> Language:
    return load_language(load_branches())


def asked(text: str, language: Language) -> Query:
    return parse(text, language, today=TODAY)


def test_words_phrases_and_exclusions_are_told_apart(language: Language) -> None:
    query = asked('нет воды -авария "нет света" ленина-12', language)
    assert query.plain == "нет воды ленина-12"
    assert [one.text for one in query.texts if one.exact] == ["нет света"]
    assert [one.text for one in query.texts if one.excluded] == ["авария"]
    assert not query.problems


@pytest.mark.parametrize(
    ("russian", "english"),
    [
        ("от:Иванов", "from:Иванов"),
        ("филиал:омск", "branch:omsk"),
        ("тема:аварийное", "topic:emergency"),
        ("срок<2ч", "due<2h"),
        ("есть:фото", "has:photo"),
        ("статус:новое", "status:new"),
        ("это:просрочено", "is:overdue"),
        ("дата:вчера", "at:yesterday"),
        ("кто:я", "owner:me"),
        ("канал:телефон", "channel:phone"),
        ("отключение:нет", "outage:no"),
    ],
)
def test_operators_mean_the_same_in_both_languages(
    russian: str, english: str, language: Language
) -> None:
    one, other = asked(russian, language), asked(english, language)
    assert one.filters == other.filters
    assert len(one.filters) == 1
    assert not one.problems


def test_a_branch_is_known_by_its_key_its_name_and_its_region(language: Language) -> None:
    for said in ("krasnoyarsk", "Красноярскэнерго", "красноярск", '"Красноярский край"'):
        assert asked(f"филиал:{said}", language).filters[0].values == ("krasnoyarsk",)
    assert asked("филиал:омск,чита", language).filters[0].values == ("omsk", "chita")


def test_a_minus_before_an_operator_turns_it_round(language: Language) -> None:
    assert asked("-филиал:омск", language).filters[0].excluded
    assert not asked("-филиал:омск", language).texts


def test_what_is_due_is_said_by_length_by_day_or_by_name(language: Language) -> None:
    assert asked("срок<2ч", language).filters == (Filter("due", "<", (), length=2 * HOUR),)
    assert asked("due>1d", language).filters[0].length == 24 * HOUR
    assert asked("срок:сегодня", language).filters[0].days == Days(TODAY, TODAY, TODAY)
    assert asked("срок:просрочен", language).filters[0].values == ("overdue",)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("срок<вчерашний", "bad_length"),
        ("дата:32.13", "bad_date"),
        ("филиал:марс", "unknown_value"),
        ("есть:совесть", "unknown_value"),
        ("филил:омск", "unknown_operator"),
        ("от:", "no_value"),
    ],
)
def test_a_wrong_operator_gets_a_word_and_no_refusal(
    text: str, code: str, language: Language
) -> None:
    query = asked(f"свет {text}", language)
    assert [one.code for one in query.problems] == [code]
    assert query.plain.startswith("свет")


def test_an_unknown_operator_is_looked_for_as_words_and_the_near_one_named(
    language: Language,
) -> None:
    query = asked("филил:омск", language)
    assert query.problems[0].params == {"name": "филил", "like": "филиал"}
    assert query.plain == "филил:омск"


@pytest.mark.parametrize(
    "text", ["https://vk.com/id1", "18:00", "42:36:0102001:118", "http://a.b", "в 18:00-19:00"]
)
def test_addresses_and_times_are_no_operators(text: str, language: Language) -> None:
    query = asked(text, language)
    assert not query.problems
    assert not query.filters


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("18.11", date(2026, 11, 18), date(2026, 11, 18)),
        ("25.12", date(2025, 12, 25), date(2025, 12, 25)),
        ("5.11.26", date(2026, 11, 5), date(2026, 11, 5)),
        ("2026-11-01", date(2026, 11, 1), date(2026, 11, 1)),
        ("11.2026", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("вчера", date(2026, 11, 17), date(2026, 11, 17)),
        ("неделя", date(2026, 11, 16), TODAY),
        ("10.11..12.11", date(2026, 11, 10), date(2026, 11, 12)),
        ("10.11–12.11", date(2026, 11, 10), date(2026, 11, 12)),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, first: date, last: date) -> None:
    found = read_days(text, TODAY)
    assert found is not None
    assert (found.first, found.last) == (first, last)


def test_yesterday_is_another_day_where_it_is_another_day() -> None:
    yesterday = read_days("вчера", TODAY)
    assert yesterday is not None
    assert yesterday.seen_on(date(2026, 11, 19)).first == TODAY
    assert Days(TODAY, TODAY).seen_on(date(2026, 11, 19)).first == TODAY


@pytest.mark.parametrize("text", ["31.11.2026", "12.11..10.11", "", "..", "00.00"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_days(text, TODAY) is None


def test_a_length_of_time_has_a_unit_or_is_in_hours() -> None:
    assert read_length("30 мин") == HOUR / 2
    assert read_length("2") == 2 * HOUR
    assert read_length("1н") == 7 * 24 * HOUR
    assert read_length("2 попугая") is None


@given(st.text(max_size=60))
def test_any_text_is_understood_somehow(text: str) -> None:
    query = parse(text, SHIPPED, today=TODAY)
    said = "".join(one.text for one in query.texts)
    assert all(letter in text for letter in said)


SHIPPED = load_language(load_branches())
