"""The locks hold what pyproject.toml asks for, with hashes for every platform, and no address."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.surroundings import REPOSITORY

_PROGRAM, _TOOLS = "requirements.lock", "requirements-dev.lock"


@dataclass(frozen=True, slots=True)
class Pin:
    """One line of a lock: the version, where it applies, and how many files it may be."""

    version: str
    marker: str
    hashes: int


@lru_cache(maxsize=2)
def _pins(lock: str) -> dict[str, Pin]:
    text = (REPOSITORY / lock).read_text(encoding="utf-8").replace("\\\n", "")
    pins: dict[str, Pin] = {}
    for line in text.splitlines():
        match = re.fullmatch(
            r"(?P<name>[\w.-]+)==(?P<version>\S+)( ; (?P<marker>.+?))?\s+(?P<rest>--hash=.+)", line
        )
        assert match, f"{lock}: not a pin with hashes: {line[:80]}"
        hashes = match["rest"].count("--hash=sha256:")
        pins[match["name"]] = Pin(match["version"], match["marker"] or "", hashes)
    return pins


def _project() -> dict[str, list[str]]:
    """What pyproject.toml asks for, by the lock that must hold it."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    return {_PROGRAM: project["project"]["dependencies"] + groups["build"], _TOOLS: groups["dev"]}


@pytest.mark.parametrize("lock", [_PROGRAM, _TOOLS])
def test_the_lock_holds_a_fitting_version_of_everything_asked_for(lock: str) -> None:
    pins = _pins(lock)
    stale = [
        asked
        for asked in _project()[lock]
        if (pin := pins.get(canonicalize_name(Requirement(asked).name))) is None
        or pin.version not in Requirement(asked).specifier
    ]
    assert not stale, "run `make lock`"


def test_both_locks_agree_on_what_they_share() -> None:
    program, tools = _pins(_PROGRAM), _pins(_TOOLS)
    assert {name: tools[name].version for name in tools if name in program} == {
        name: pin.version for name, pin in program.items() if name in tools
    }


@pytest.mark.parametrize(
    "name", ["pyside6-essentials", "sqlcipher3", "sqlalchemy", "psycopg-binary", "cffi", "msgspec"]
)
def test_a_compiled_package_is_locked_for_more_than_one_platform(name: str) -> None:
    assert _pins(_PROGRAM)[name].hashes >= 4


def test_windows_finds_what_only_windows_needs() -> None:
    assert "win32" in _pins(_PROGRAM)["pywin32-ctypes"].marker
    assert "win32" in _pins(_PROGRAM)["colorama"].marker


@pytest.mark.parametrize("lock", [_PROGRAM, _TOOLS])
def test_the_lock_names_no_address(lock: str) -> None:
    assert "://" not in (REPOSITORY / lock).read_text(encoding="utf-8")
