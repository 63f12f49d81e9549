"""The places resolver against the labelled set: what it finds, asks about, and gets wrong.

    python -m tests.bench.places_bench [--misses]

Both halves of the set, each with: how often the settlement that is meant comes first, and how often
among the first three; how often it asks where only a person can tell; what it took in silence, and
how much of that was a wrong branch; what its confidence is worth; and milliseconds a text. Beside
them what the gazetteer costs: to load, and to keep.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections.abc import Sequence

from console.rulebook.places import load_gazetteer
from tests.support.labelled_places import Labelled, Score, halves, labelled, milliseconds, score


def main(arguments: Sequence[str]) -> int:
    """Print the table; ``--misses`` names what was missed in the half that is tuned on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true")
    args = parser.parse_args(arguments)
    start = time.perf_counter()
    gazetteer = load_gazetteer()
    loaded = (time.perf_counter() - start) * 1000
    tracemalloc.start()
    kept = load_gazetteer()
    memory = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    print(f"gazetteer: {len(kept.settlements)} settlements, {loaded:.0f} ms, {memory:.1f} MB")
    for name, rows in zip(("tuned on", "only counted"), halves(), strict=True):
        _tell(name, rows, score(rows, gazetteer))
        if args.misses and name == "tuned on":
            _name_misses(score(rows, gazetteer))
    took = milliseconds(labelled(), gazetteer)
    middle, late = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"a text: p50 {middle:.2f} ms, p95 {late:.2f} ms, max {took[-1]:.2f} ms")
    return 0


def _tell(name: str, rows: Sequence[Labelled], got: Score) -> None:
    print(f"\n{name}: {len(rows)} texts, {got.named} with a settlement")
    print(f"  top-1 {got.top_1:.3f}   top-3 {got.top_3:.3f}")
    print(f"  only a person can tell: {got.to_ask}, asked {got.asked}")
    print(f"  taken in silence: {got.sure}, wrong branch {len(got.wrong_branch)},", end=" ")
    print(f"wrong place in the right branch {len(got.wrong_place)}")
    print("  confidence shown   guesses   right")
    for low, high, count, right in got.reliability():
        print(f"  {low:.2f} to {min(high, 1):.2f}      {count:6}   {right / count:6.2f}")


def _name_misses(got: Score) -> None:
    for title, texts in (
        ("wrong branch", got.wrong_branch),
        ("wrong place", got.wrong_place),
        ("not first", got.missed),
    ):
        for text in texts:
            print(f"    {title}: {text}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
