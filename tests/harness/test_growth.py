"""Linear and quadratic work are told apart."""

from __future__ import annotations

from tests.support.growth import growth


def _linear(text: str) -> int:
    return sum(1 for letter in text if letter == "a")


def _quadratic(text: str) -> int:
    return sum(_linear(text[at:]) for at in range(0, len(text), 10))


def test_linear_work_grows_with_the_text() -> None:
    assert growth(_linear, of="ab", length=20_000) < 16


def test_quadratic_work_grows_much_faster() -> None:
    assert growth(_quadratic, of="ab", length=1_000) > 30
