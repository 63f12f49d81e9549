"""The shipped norms of reliability, and what is said of wrong ones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from console.domain.outage import OutageKind
from console.errors import ConfigError
from console.rulebook.reliability import RELIABILITY, load_reliability


def test_the_shipped_norms_are_those_of_the_third_category() -> None:
    norms = load_reliability()
    assert (norms.in_a_row, norms.in_year) == (timedelta(hours=24), timedelta(hours=72))
    assert norms.warn_in_a_row == timedelta(hours=20)
    assert norms.counted == frozenset(OutageKind)


@pytest.mark.parametrize(
    ("was", "now", "key"),
    [
        ('preset = "restore_category_3"', 'preset = "danger"', "preset"),
        ('warn_in_a_row = "20h"', 'warn_in_a_row = "25h"', "warn_in_a_row"),
        ('warn_in_year = "60h"', 'warn_in_year = "80h"', "warn_in_year"),
        ('"planned"]', '"plannd"]', "kinds"),
        ('gap = "10m"', 'gap = "ten"', "gap"),
    ],
)
def test_a_wrong_norm_is_named(tmp_path: Path, was: str, now: str, key: str) -> None:
    wrong = tmp_path / "reliability.toml"
    text = RELIABILITY.read_text("utf-8")
    assert was in text
    wrong.write_text(text.replace(was, now), "utf-8")
    with pytest.raises(ConfigError, match=f"“{key}”"):
        load_reliability(wrong)
