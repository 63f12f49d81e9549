"""The simulation's command line: many seeds over all cores, or one of them told as a story."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from collections.abc import Sequence

from tests.simulation.many import play_over
from tests.simulation.mutants import MUTANTS, hunt_all
from tests.simulation.report import smallest, told
from tests.simulation.run import stage
from tests.simulation.schedule import FAULTS, VERSION, Schedule, draw


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 where every property held in every run."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    many = commands.add_parser("run", help="play many seeds and print the table")
    many.add_argument("--seeds", type=int, default=300)
    many.add_argument("--first", type=int, help="the first seed (default: a fresh one)")
    many.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    one = commands.add_parser("replay", help="tell one seed as a story")
    one.add_argument("seed", type=int)
    one.add_argument("--version", type=int, default=VERSION, help="of the schedule, as it was told")
    one.add_argument("--whole", action="store_true", help="do not leave out what is not needed")
    bugs = commands.add_parser("mutants", help="plant bugs, and count the seeds that catch them")
    bugs.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MUTANTS))
    bugs.add_argument("--seeds", type=int, default=1000, help="give a mutant up after so many")
    bugs.add_argument("--first", type=int, default=1)
    bugs.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    for each in (many, one):
        each.add_argument(
            "--without", default="", metavar="KIND,…", help=f"faults: {', '.join(FAULTS)}"
        )
    given = parser.parse_args(arguments)
    if given.command == "mutants":
        names = given.names or list(MUTANTS)
        return _hunt(names, given.first, given.seeds, processes=given.processes)
    without = tuple(kind for kind in given.without.split(",") if kind)
    unknown = set(without) - set(FAULTS)
    if unknown:
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    if given.command == "replay":
        return _replay(draw(given.seed, without=without, version=given.version), whole=given.whole)
    first = secrets.randbelow(2**31) if given.first is None else given.first
    return _run(range(first, first + given.seeds), without, processes=given.processes)


def _run(seeds: range, without: tuple[str, ...], *, processes: int) -> int:
    print(f"seeds {seeds.start} to {seeds.stop - 1}, {processes} processes", flush=True)
    began = time.monotonic()
    table = play_over(seeds, without, processes=processes)
    print("\n".join(table.lines(seconds=time.monotonic() - began)))
    for seed, what in sorted(table.failed.items()):
        print(f"FAILED  seed {seed}: {what[:300]}")
    if table.failed:
        _replay(draw(min(table.failed), without=without), whole=False)
    return 1 if table.failed else 0


def _hunt(names: Sequence[str], first: int, seeds: int, *, processes: int) -> int:
    unknown = set(names) - set(MUTANTS)
    if unknown:
        raise SystemExit(f"no such mutant: {', '.join(sorted(unknown))}")
    print(f"{'planted bug':<36}{'seeds':>8}  caught by", flush=True)
    caught = []
    for one in hunt_all(names, first=first, most=seeds, processes=processes):
        print(one.line(), flush=True)
        caught.append(one)
    alive = [one.name for one in caught if one.seeds is None]
    print(f"{len(caught) - len(alive)} of {len(caught)} caught within {seeds} seeds")
    return 1 if alive else 0


def _replay(drawn: Schedule, *, whole: bool) -> int:
    with stage() as there:
        outcome = there.run(drawn)
        schedule = outcome.schedule
        if outcome.violations and not whole:
            schedule = smallest(there, outcome)
        print("\n".join(told(there, schedule)))
    return 1 if outcome.violations else 0


if __name__ == "__main__":
    sys.exit(main())
