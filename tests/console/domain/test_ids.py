"""Identifiers sort by time and survive being written down."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.ids import Ref, second_id, uuid7
from tests.support.builders import NOON


@given(st.binary(min_size=10, max_size=16), st.integers(1, 10**9))
def test_a_later_id_sorts_after_an_earlier_one(entropy: bytes, millis: int) -> None:
    early = uuid7(NOON, bytes(10))
    late = uuid7(NOON + timedelta(milliseconds=millis), entropy)
    assert early < late
    assert uuid.UUID(late).version == 7
    assert uuid.UUID(late).variant == uuid.RFC_4122


def test_too_little_randomness_is_refused() -> None:
    with pytest.raises(ValueError, match="10 bytes"):
        uuid7(NOON, b"short")


def test_a_reference_is_written_and_read_back() -> None:
    assert Ref.parse(str(Ref("omsk", "a/b"))) == Ref("omsk", "a/b")
    for wrong in ("omsk", "/a", "omsk/"):
        with pytest.raises(ValueError, match="not a reference"):
            Ref.parse(wrong)


def test_a_second_id_is_always_the_same_and_has_no_second_one() -> None:
    ident = uuid7(NOON, bytes(range(10)))
    again = second_id(ident)
    assert again is not None
    assert again != ident
    assert again == second_id(ident)
    assert second_id(again) is None
    assert second_id("not-a-uuid") is None
