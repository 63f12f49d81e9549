from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.errors import ConfigError
from console.rulebook.branches import load_branches

_GOOD = """
[[branch]]
key = "omsk"
name = "Омскэнерго"
region = "Омская область"
zone = "Asia/Omsk"
lat = 54.99
lon = 73.37
"""


def test_there_are_the_nine_branches_with_their_distance_from_utc() -> None:
    noon = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    hours = {b.key: noon.astimezone(b.zone).hour - noon.hour for b in load_branches()}
    assert hours == {
        "omsk": 6,
        "barnaul": 7,
        "gorno-altaysk": 7,
        "kuzbass": 7,
        "krasnoyarsk": 7,
        "khakassia": 7,
        "tyva": 7,
        "buryatia": 8,
        "chita": 9,
    }


def test_every_branch_has_a_name_a_region_and_a_place_in_siberia() -> None:
    for branch in load_branches():
        assert branch.name
        assert branch.region
        assert 49 < branch.lat < 60
        assert 70 < branch.lon < 120


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ('zone = "Asia/Omsk"|zone = "Asia/Omks"', "branch omsk.zone.*Asia/Omks"),
        ("lat = 54.99|lat = 154.99", "branch omsk.lat"),
        ("lon = 73.37|lon = true", "branch omsk.lon"),
        ('region = "Омская область"|', "branch omsk.region"),
        ('name = "|title = "', "branch omsk.title"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(change: str, named: str, tmp_path: Path) -> None:
    before, after = change.split("|")
    file = tmp_path / "branches.toml"
    file.write_text(_GOOD.replace(before, after), encoding="utf-8")
    with pytest.raises(ConfigError, match=f"branches.toml: “{named}"):
        load_branches(file)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "branches.toml"
    file.write_text(_GOOD * 2, encoding="utf-8")
    with pytest.raises(ConfigError, match="omsk"):
        load_branches(file)
