"""What stays for good is not looked through again, and whoever has warmed up says so."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

from console.app import open_throwaway
from console.config import Settings
from ui.garbage import rarely_collect, spare_what_stays

_SCRIPT = """
import gc
from ui.garbage import spare_what_stays
kept = [[n] for n in range(100_000)]
spare_what_stays()
assert len(gc.get_objects()) < 10_000, len(gc.get_objects())
one = []; one.append(one); del one
assert gc.collect() >= 1, "what is made later is still collected"
"""


def test_what_is_there_is_not_looked_through_again_and_later_garbage_is_collected() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_console_that_has_warmed_up_says_so_once(tmp_path: Path) -> None:
    console = open_throwaway(Settings(profile=tmp_path, server="http://127.0.0.1:9"))
    told: list[bool] = []
    console.start()
    console.warm_up(lambda: told.append(gc.isenabled()))
    console.close()
    assert told == [True], "it is told before close() returns"


def test_a_start_looks_for_garbage_rarely_and_afterwards_as_usual() -> None:
    usual = gc.get_threshold()
    try:
        rarely_collect()
        assert gc.get_threshold()[0] > 10 * usual[0]
        spare_what_stays()
        assert gc.get_threshold() == usual
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)
