"""Many seeds over several processes: every process has a stage of its own, and the table is one."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.simulation.report import Table
from tests.simulation.run import stage
from tests.simulation.schedule import draw

_HAND = 250
"""Seeds that a process is given at once: setting a stage takes it a second."""


def play(seeds: range, without: Sequence[str]) -> Table:
    """Play ``seeds`` in this process, which is made for it."""
    table = Table()
    with stage() as there:
        gc.freeze()  # nothing of the program is garbage: what a run leaves is
        gc.set_threshold(20_000, 20, 20)
        for seed in seeds:
            table.add(there.run(draw(seed, without=without)))
    return table


def play_over(seeds: range, without: Sequence[str], *, processes: int) -> Table:
    """Play ``seeds`` over so many processes."""
    table = Table()
    size = max(1, min(_HAND, -(-len(seeds) // processes)))
    hands = [seeds[n : n + size] for n in range(0, len(seeds), size)]
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=fresh) as pool:
        for done in as_completed([pool.submit(play, hand, without) for hand in hands]):
            table.merge(done.result())
    return table
