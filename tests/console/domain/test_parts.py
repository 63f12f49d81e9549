"""A text cut into what a channel takes at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.channel import Channel, LengthUnit, Visibility
from console.domain.parts import MARK, parts_of


def a_channel(limit: int | None, unit: LengthUnit = LengthUnit.CHARACTERS) -> Channel:
    return Channel("vk", Visibility.PUBLIC, limit, unit)


def test_what_fits_is_one_part() -> None:
    assert parts_of("  Свет есть. ", a_channel(20)) == ("Свет есть.",)
    assert parts_of("Свет есть.", a_channel(None)) == ("Свет есть.",)
    assert parts_of("Свет есть.", None) == ("Свет есть.",)
    assert parts_of("  \n", a_channel(20)) == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Раз два три.\n\nЧетыре пять шесть семь.", ("Раз два три.", "Четыре пять шесть", "семь.")),
        ("Раз два три. Четыре пять шесть.", ("Раз два три.", "Четыре пять шесть.")),
        ("Раз два три четыре пять шесть", ("Раз два три четыре", "пять шесть")),
        ("ш" * 30, ("ш" * 18, "ш" * 12)),
    ],
)
def test_it_is_cut_at_the_end_of_a_thought(text: str, parts: tuple[str, ...]) -> None:
    assert parts_of(text, a_channel(18 + len(MARK))) == parts


def test_an_emoji_counts_twice_where_the_channel_counts_so() -> None:
    text = "💡" * 20
    assert len(parts_of(text, a_channel(26))) == 1
    assert len(parts_of(text, a_channel(26, LengthUnit.UTF16))) == 2


@given(
    st.text(alphabet="абв .!\n💡«»", max_size=300),
    st.integers(len(MARK) + 2, 80),
    st.sampled_from(LengthUnit),
)
def test_every_part_fits_and_nothing_but_white_space_is_lost(
    text: str, limit: int, unit: LengthUnit
) -> None:
    channel = a_channel(limit, unit)
    parts = parts_of(text, channel)
    assert "".join("".join(parts).split()) == "".join(text.split())
    room = limit if len(parts) == 1 else limit - len(MARK)
    assert all(part and channel.length(part) <= room for part in parts)
