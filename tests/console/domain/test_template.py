"""The template language: what it says, what it refuses, and that it can reach nothing."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.message import EtrQuote
from console.domain.template import (
    MAX_SOURCE,
    MAX_VALUE,
    FaultCode,
    TemplateError,
    expand,
    fill,
    find_gaps,
    parse,
    unknown_fields,
)
from tests.support.growth import growth

ETR = EtrQuote("outage-1", datetime(2026, 1, 20, 11, 0, tzinfo=UTC))


def filled(source: str, **values: str) -> str:
    return fill(parse(source), {name.replace("_", " "): v for name, v in values.items()}).text


def fault_of(source: str) -> tuple[FaultCode, int, int]:
    with pytest.raises(TemplateError) as refused:
        parse(source)
    fault = refused.value.fault
    return (fault.code, fault.line, fault.column)


def test_a_field_is_replaced_by_its_value() -> None:
    assert filled("Здравствуйте, {имя}!", имя="Анна") == "Здравствуйте, Анна!"


def test_a_name_may_have_spaces_and_any_case() -> None:
    assert filled("{ Населённый   Пункт }", населённый_пункт="солонцы") == "Солонцы"


def test_a_capital_letter_in_the_name_gives_the_value_one() -> None:
    assert filled("{Причина}, {причина}", причина="обрыв") == "Обрыв, обрыв"


def test_a_block_goes_when_any_of_its_fields_is_empty() -> None:
    source = "Свет будет.[[ Причина — {причина}, начало — {начало}.]] Ждите."
    assert filled(source, причина="ветер", начало="") == "Свет будет. Ждите."
    both = filled(source, причина="ветер", начало="в 9:00")
    assert both == "Свет будет. Причина — ветер, начало — в 9:00. Ждите."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("А [[{б} ]]в", "А в"),
        ("А [[({б})]].", "А."),
        ("А\n\n[[{б}]]\n\nВ", "А\n\nВ"),
        ("А\n[[{б}]]\nВ", "А\nВ"),
        ("[[{б}\n]]В", "В"),
        ("А[[ {б}]]", "А"),
        ("[[{б}]] [[{в}]]", ""),
        ("А [[{б}]] {в}", "А {в}"),
    ],
)
def test_a_dropped_block_leaves_no_hole(source: str, text: str) -> None:
    assert filled(source) == text


def test_a_field_without_value_stays_visible_and_is_named_as_a_gap() -> None:
    draft = fill(parse("Свет [[{причина} ]]включим {восстановление}. {Имя}"), {"имя": "  "})
    assert draft.text == "Свет включим {восстановление}. {имя}"
    assert [gap.name for gap in draft.gaps] == ["восстановление", "имя"]
    assert [draft.text[g.start : g.end] for g in draft.gaps] == ["{восстановление}", "{имя}"]
    assert draft.cursor == draft.gaps[0].start
    assert find_gaps(draft.text) == draft.gaps


def test_without_gaps_the_cursor_is_at_the_end() -> None:
    draft = fill(parse("Да"), {})
    assert draft.cursor == 2


def test_braces_in_a_residents_name_are_letters_and_no_gap() -> None:
    draft = fill(parse("{имя}, {адрес}"), {"имя": "{адрес}[[x]]", "адрес": "Мира\n5 \x00"})
    assert draft.text == "(адрес)[[x]], Мира 5"
    assert find_gaps(draft.text) == ()


def test_markup_in_a_value_is_not_read() -> None:
    assert filled("{имя}", имя="<b>{{x}}</b> %s {0}") == "<b>((x))</b> %s (0)"


def test_a_huge_value_is_cut() -> None:
    assert len(filled("{имя}", имя="а" * 99_999)) == MAX_VALUE


def test_escapes_are_the_letters_themselves() -> None:
    assert filled(r"\{имя\} \[\[да\]\] \\ [1] ]") == r"{имя} [[да]] \ [1] ]"


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("Раз\nдва {имя", (FaultCode.OPEN_FIELD, 2, 5)),
        ("{имя {адрес}}", (FaultCode.OPEN_FIELD, 1, 1)),
        ("да}", (FaultCode.STRAY_BRACE, 1, 3)),
        ("[[{имя}", (FaultCode.OPEN_BLOCK, 1, 1)),
        ("да ]]", (FaultCode.STRAY_BRACKETS, 1, 4)),
        ("[[{а} [[{б}]] ]]", (FaultCode.NESTED_BLOCK, 1, 7)),
        ("[[да]]", (FaultCode.BLOCK_WITHOUT_FIELD, 1, 1)),
        ("{}", (FaultCode.BAD_NAME, 1, 1)),
        ("{имя.__class__}", (FaultCode.BAD_NAME, 1, 1)),
        ("{имя()}", (FaultCode.BAD_NAME, 1, 1)),
        ("{a|b}", (FaultCode.BAD_NAME, 1, 1)),
        ("{0}", (FaultCode.BAD_NAME, 1, 1)),
        ("{" + "а" * 41 + "}", (FaultCode.BAD_NAME, 1, 1)),
        (r"\n", (FaultCode.BAD_ESCAPE, 1, 1)),
        ("да\\", (FaultCode.BAD_ESCAPE, 1, 3)),
        ("", (FaultCode.EMPTY, 1, 1)),
        (" \n ", (FaultCode.EMPTY, 1, 1)),
    ],
)
def test_a_mistake_is_named_with_its_place(source: str, fault: tuple[FaultCode, int, int]) -> None:
    assert fault_of(source) == fault


def test_a_source_over_the_limit_is_refused() -> None:
    assert fault_of("а" * (MAX_SOURCE + 1))[0] is FaultCode.TOO_LONG
    parse("а" * MAX_SOURCE)


def test_an_unknown_name_is_a_fault_that_lists_near_ones() -> None:
    template = parse("{имя}\n[[{востановление}]]")
    (fault,) = unknown_fields(template, ["имя", "восстановление", "улица"])
    assert (fault.code, fault.line, fault.column) == (FaultCode.UNKNOWN_FIELD, 2, 3)
    assert fault.params == {"name": "востановление", "near": "{восстановление}"}


def test_the_restoration_time_is_quoted_only_where_it_stands_in_the_text() -> None:
    quotes = {"восстановление": ETR, "окончание": ETR}
    values = {"восстановление": "до 18:00", "окончание": "до 18:00"}
    assert fill(parse("{восстановление} {окончание}"), values, quotes=quotes).quotes == (ETR,)
    assert fill(parse("[[{имя} {восстановление}]]да"), values, quotes=quotes).quotes == ()
    assert fill(parse("{восстановление}"), {}, quotes=quotes).quotes == ()


@given(st.text(alphabet="{}[]\\ абв\n", max_size=60))
def test_any_source_is_read_or_refused_and_what_is_read_can_be_filled(source: str) -> None:
    try:
        template = parse(source)
    except TemplateError as error:
        lines = source.split("\n")
        assert 1 <= error.fault.line <= len(lines)
        return
    draft = fill(template, {"а": "{б}"})
    for gap in draft.gaps:
        assert draft.text[gap.start : gap.end] == f"{{{gap.name}}}"


@pytest.mark.parametrize("unit", ["{а}", "[[{а}]]", "[[", "{", "\\{", "]]", "[[{а} "])
def test_reading_and_filling_take_time_linear_in_the_length(unit: str) -> None:
    def read_and_fill(source: str) -> None:
        with contextlib.suppress(TemplateError):
            fill(parse(source), {})
        find_gaps(source)

    # Quadratic work would take 64 times as long for 8 times the text.
    assert growth(read_and_fill, of=unit, length=1_200) < 30


# ------------------------------------------------------------------------------ fragments

GREETING = {
    "приветствие": parse("Здравствуйте[[, {имя}]]!"),
    "звоните": parse("звоните 112"),
    "опасность": parse("Если искрит, {> звоните}."),
}


def test_a_fragment_stands_in_its_place_with_those_in_it() -> None:
    whole = expand(parse("{> Приветствие} {> опасность}\nСвет будет {срок}."), GREETING)
    assert fill(whole, {"имя": "Анна"}).text == (
        "Здравствуйте, Анна! Если искрит, звоните 112.\nСвет будет {срок}."
    )
    assert fill(whole, {}).text.startswith("Здравствуйте! ")
    assert [each.name for each in whole.fields()] == ["имя", "срок"]


def test_a_template_without_fragments_is_as_it_was() -> None:
    template = parse("Свет будет [[{срок}]].")
    assert expand(template, {}) == template


def test_a_fragment_that_is_not_put_in_cannot_be_filled_in() -> None:
    with pytest.raises(ValueError, match="expand"):
        fill(parse("{> приветствие}"), {})


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("Раз\n{> привет", (FaultCode.OPEN_FIELD, 2, 1)),
        ("{>}", (FaultCode.BAD_NAME, 1, 1)),
        ("[[{имя} {> приветствие}]]", (FaultCode.FRAGMENT_IN_BLOCK, 1, 9)),
    ],
)
def test_a_fragment_that_is_written_wrong_is_told_with_its_place(
    source: str, fault: tuple[FaultCode, int, int]
) -> None:
    assert fault_of(source) == fault


def test_a_fragment_that_there_is_not_is_told_with_what_comes_near() -> None:
    with pytest.raises(TemplateError) as refused:
        expand(parse("Да.\n  {> приветстви}"), GREETING)
    fault = refused.value.fault
    assert (fault.code, fault.line, fault.column) == (FaultCode.UNKNOWN_FRAGMENT, 2, 3)
    assert fault.params == {"name": "приветстви", "near": "{> приветствие}"}


def test_a_fragment_that_leads_back_to_itself_is_told_with_its_way() -> None:
    fragments = {"а": parse("раз\nдва {> б}"), "б": parse("{> в}"), "в": parse("{> а}")}
    with pytest.raises(TemplateError) as refused:
        expand(fragments["а"], fragments, within="а")
    fault = refused.value.fault
    assert (fault.code, fault.line, fault.column) == (FaultCode.FRAGMENT_CYCLE, 2, 5)
    assert fault.params == {"path": "а → б → в → а"}


def test_fragments_that_double_each_other_end_at_the_limit() -> None:
    fragments = {"н": parse("ах" * 50)}
    for one, other in zip("абвгдежзик", "набвгдежзи", strict=True):
        fragments[one] = parse(f"{{> {other}}}{{> {other}}}{{> {other}}}{{> {other}}}")
    with pytest.raises(TemplateError) as refused:
        expand(parse("{> к}"), fragments)
    assert refused.value.fault.code is FaultCode.TOO_LONG
