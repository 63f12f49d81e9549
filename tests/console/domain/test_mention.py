"""Whom a note calls by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.mention import beginning_at, called_in, colleagues_of, fitting, spelt
from tests.support.builders import an_operator

IVAN = an_operator(id="i", login="ivan", name="Ершов Иван")
OLGA = an_operator(id="o", login="olga", name="Смирнова Ольга Петровна")
OTHER = an_operator(id="x", login="ivan2", name="Ершов Иван")


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Ершов Иван, взгляните", ["i"]),
        ("спросите @ершов иван и @olga.", ["i", "o"]),
        ("@Смирнова Ольга Петровна", ["o"]),
        ("@Ершов Иванович", []),
        ("пишите на ivan@olga.ru", []),
        ("@", []),
        ("@Ершов  Иван", []),
    ],
)
def test_a_name_calls_whole_and_by_itself(text: str, called: list[str]) -> None:
    assert [one.operator for one in called_in(text, (IVAN, OLGA))] == called


def test_of_two_namesakes_only_the_login_says_who_is_meant() -> None:
    both = (IVAN, OTHER)
    assert called_in("@Ершов Иван", both) == ()
    assert spelt(OTHER, both) == "@Ершов Иван (ivan2)"
    assert [one.operator for one in called_in(spelt(OTHER, both), both)] == ["x"]


def test_whoever_reads_in_the_branch_may_be_called() -> None:
    far, gone = replace(IVAN, branches=("omsk",)), replace(OLGA, active=False)
    assert colleagues_of("krasnoyarsk", (far, gone, OTHER)) == (OTHER,)


def test_what_is_being_typed_begins_at_its_sign() -> None:
    assert beginning_at("см. @Ерш", 8) == (4, "Ерш")
    assert beginning_at("a@b", 3) is None
    assert beginning_at("@Ерш\nдалее", 10) is None
    assert [one.id for one in fitting("ив ер", (IVAN, OLGA))] == ["i"]
