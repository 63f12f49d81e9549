"""Bounds: every text, number and instant of a mutation has its limits, here and on the server."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import bounds
from console.domain.appeal import Place
from console.domain.bounds import Breach, breach, cleaned
from console.domain.message import Override
from console.domain.mutations import (
    BY_KIND,
    AddNote,
    Mutation,
    Postpone,
    RequestTransfer,
    SendReply,
    SetPlace,
    SetTopic,
    TagOutage,
)
from console.domain.transitions import RefusedError, State, apply, apply_outage
from tests.support.builders import (
    NOON,
    a_supervisor,
    an_appeal,
    an_envelope,
    an_opening,
    an_operator,
)


def _leaves(type_: typing.Any, name: str = "") -> set[tuple[str, type]]:
    """(field, type) of everything that a value of this type can hold."""
    if typing.get_origin(type_) in (typing.Union, types.UnionType, tuple):
        return {leaf for arg in typing.get_args(type_) for leaf in _leaves(arg, name)}
    if is_dataclass(type_):
        hints = typing.get_type_hints(type_)
        return {leaf for f in fields(type_) for leaf in _leaves(hints[f.name], f.name)}
    skip = type_ in (bool, type(None), Ellipsis) or issubclass(type_, Enum)
    return set() if skip else {(name, type_)}


@pytest.mark.parametrize("mutation", BY_KIND.values(), ids=list(BY_KIND))
def test_every_text_and_number_of_a_mutation_has_a_bound(mutation: type[Mutation]) -> None:
    for name, type_ in _leaves(mutation):
        known = {str: bounds.TEXTS, int: bounds.NUMBERS, float: bounds.NUMBERS}
        assert type_ is datetime or name in known[type_], f"{name} of {mutation.kind} is unbounded"


@pytest.mark.parametrize(
    "mutation",
    [
        SetTopic("t" * 65),
        AddNote("n" * 20_001),
        SendReply("r" * 20_001),
        Postpone(NOON, "r" * 2_001),
        RequestTransfer("x" * 201, "reason"),
        SetPlace(Place(street="у" * 201)),
        SendReply("text", overrides=(Override("rule", "r" * 2_001),)),
    ],
)
def test_what_is_too_long_is_found_wherever_it_stands(mutation: Mutation) -> None:
    found = breach(mutation)
    assert found is not None and found.code == "too_long"
    assert int(found.params["length"]) == int(found.params["limit"]) + 1


def test_what_is_as_long_as_it_may_be_passes() -> None:
    assert breach(AddNote("n" * 20_000)) is None
    assert breach(SendReply("text", overrides=(Override("rule", "r"),) * 200)) is None


def test_too_many_parts_are_refused_however_short_each_is() -> None:
    many = (Override("rule", "r"),) * 201
    assert breach(SendReply("text", overrides=many)) == Breach(
        "too_many", {"field": "overrides", "limit": "200", "length": "201"}
    )


@pytest.mark.parametrize("bad", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_characters_that_nobody_can_see_are_refused(bad: str) -> None:
    for mutation in (AddNote(f"a{bad}b"), SetTopic(f"a{bad}"), TagOutage(f"{bad}o")):
        found = breach(mutation)
        assert found is not None and found.code == "odd_characters"


def test_lines_are_for_texts_and_not_for_names() -> None:
    assert breach(AddNote("one\ntwo\tthree")) is None
    assert breach(SetPlace(Place(street="one\ntwo"))) == Breach(
        "odd_characters", {"field": "street"}
    )


@pytest.mark.parametrize(
    "mutation",
    [
        TagOutage("o", confidence=float("inf")),
        TagOutage("o", confidence=float("nan")),
        TagOutage("o", confidence=-0.1),
        SetPlace(Place(lat=91.0)),
        SetPlace(Place(lon=-181.0)),
        replace(an_opening(), residents=10**30),
        replace(an_opening(), residents=-1),
        replace(an_opening(), started_at=datetime(1, 1, 1, tzinfo=UTC)),
        replace(an_opening(), etr=datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_numbers_and_instants_beyond_all_reason_are_refused(mutation: Mutation) -> None:
    found = breach(mutation)
    assert found is not None and found.code == "out_of_range"


@given(st.text())
def test_a_cleaned_text_is_never_refused_for_its_characters(text: str) -> None:
    for mutation in (AddNote(text), SetPlace(Place(street=text)), SetTopic(text)):
        after = cleaned(mutation)
        found = breach(after)
        assert found is None or found.code == "too_long"
        assert cleaned(after) == after


def test_cleaning_keeps_what_can_be_seen() -> None:
    text = "Здравствуйте!\n\n\tСвет дадут к 15:00 👨‍👩‍👧 — <b>не раньше</b>.  "
    assert cleaned(AddNote(text)) == AddNote(text)
    assert cleaned(AddNote("a\r\nb\x0bc\0")) == AddNote("a\nb\nc")
    assert cleaned(SetPlace(Place(street="ул.\nМира\0"))) == SetPlace(Place(street="ул. Мира"))


def test_the_rules_refuse_what_is_out_of_bounds_before_anything_else() -> None:
    appeal, operator = an_appeal(), an_operator()
    with pytest.raises(RefusedError) as refused:
        apply(
            State(appeal),
            an_envelope(SetTopic("x" * 100_000), appeal, operator),
            actor=operator,
            now=NOON,
        )
    assert refused.value.code == "too_long"
    assert refused.value.params == {"field": "topic", "limit": "64", "length": "100000"}


def test_an_outage_has_the_same_bounds() -> None:
    opening = replace(an_opening(), cause="c\0")
    boss = a_supervisor()
    with pytest.raises(RefusedError, match="odd_characters"):
        apply_outage(None, an_envelope(opening, an_appeal().ref, boss), actor=boss, now=NOON)
