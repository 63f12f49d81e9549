"""Fresh seeds and every seed that ever failed: each property holds in every run.

The fresh ones differ from run to run and are named in the message of a failure, which tells the
shrunk story. One of them again: ``python -m tests.simulation replay SEED``.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.simulation.report import failed_seeds, smallest, told
from tests.simulation.run import Outcome, Stage, stage
from tests.simulation.schedule import FAULTS, draw
from tests.simulation.shrink import shrunk
from tests.support.surroundings import REPOSITORY

SHARES = 12
SEEDS_OF_A_SHARE = 25
"""Twelve times twenty-five fresh seeds: three hundred."""

_KNOWN = failed_seeds(Path(__file__).with_name("failed_seeds.txt").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def there() -> Generator[Stage]:
    """The stage on which the runs of this process are played."""
    with stage() as made:
        yield made


def _first_seed() -> int:
    """The same in every worker of one test run, another in the next."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=4).digest(), "big")


def _expect_all(there: Stage, outcome: Outcome) -> None:
    if outcome.violations:
        pytest.fail("\n".join(told(there, smallest(there, outcome))), pytrace=False)


@pytest.mark.parametrize("share", range(SHARES))
def test_every_property_holds_in_fresh_runs(there: Stage, share: int) -> None:
    first = _first_seed() + share * SEEDS_OF_A_SHARE
    print(f"seeds {first} to {first + SEEDS_OF_A_SHARE - 1}")
    for seed in range(first, first + SEEDS_OF_A_SHARE):
        _expect_all(there, there.run(draw(seed)))


@pytest.mark.parametrize(("version", "seed"), _KNOWN)
def test_a_seed_that_failed_once_does_so_no_more(there: Stage, version: int, seed: int) -> None:
    _expect_all(there, there.run(draw(seed, version=version)))


def test_the_same_seed_is_the_same_run(there: Stage) -> None:
    seed = Random(_first_seed()).getrandbits(20)
    first = there.run(draw(seed))
    there.run(draw(seed + 1))
    again = there.run(draw(seed), keep_story=True)
    assert (again.digest, again.seconds) == (first.digest, first.seconds), f"seed {seed}"


def test_it_is_the_same_in_another_process_with_another_hash_seed(there: Stage) -> None:
    code = (
        "from tests.simulation.run import stage\n"
        "from tests.simulation.schedule import draw\n"
        "with stage() as there: print(*(there.run(draw(seed)).digest for seed in (3, 37, 82)))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "4711", "PYTHONPATH": str(REPOSITORY)}
    other = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    assert other.stdout.split() == [there.run(draw(seed)).digest for seed in (3, 37, 82)]


def test_a_fault_that_is_switched_off_does_not_happen(there: Stage) -> None:
    everything = tuple(FAULTS)
    for seed in range(5):
        outcome = there.run(draw(seed, without=everything))
        assert not outcome.faults and not outcome.violations


def test_each_fault_is_drawn_now_and_then() -> None:
    drawn = {item.kind for seed in range(2000) for item in draw(seed).items}
    assert set(FAULTS) <= drawn


def test_shrinking_keeps_only_what_is_needed() -> None:
    whole = next(s for seed in range(1000) if len((s := draw(seed)).items) > 20)
    needed = {whole.items[3], whole.items[11]}
    small = shrunk(whole, lambda schedule: needed <= set(schedule.items))
    assert set(small.items) == needed
    assert len(small.people) == 1


def test_a_broken_run_is_told_in_words_with_the_way_to_see_it_again(there: Stage) -> None:
    lines = told(there, replace(draw(7), items=draw(7).items[:4]))
    assert lines[0].startswith("seed 7 of version ")
    assert lines[-2:] == ["every property holds", "replay: python -m tests.simulation replay 7"]
