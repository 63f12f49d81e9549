"""Fault points: nothing in an ordinary run, the end of the process in a test that asks for it."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from console.errors import UsageError
from console.faultpoints import POINTS, VARIABLE, from_environment, never
from tests.support.surroundings import clean_environment


def test_an_ordinary_run_has_none() -> None:
    assert from_environment({}) is never
    assert from_environment({VARIABLE: ""}) is never
    for point in POINTS:
        never(point)


def test_a_point_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"after_lunch.*after_send_commit"):
        from_environment({VARIABLE: "after_lunch"})


@pytest.mark.parametrize("point", POINTS)
def test_a_process_dies_at_its_point_and_at_no_other(point: str) -> None:
    others = [other for other in POINTS if other != point]
    program = (
        "import os; from console.faultpoints import from_environment\n"
        f"reach = from_environment(os.environ)\nfor other in {others}: reach(other)\n"
        f"print('alive', flush=True)\nreach({point!r})\nprint('still alive', flush=True)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env=clean_environment(**{VARIABLE: point}),
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, b"alive\n")
