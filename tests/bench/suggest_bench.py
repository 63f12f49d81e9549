"""Suggestions of outages: how often a sure one is right, and how many appeals get one.

    python -m tests.bench.suggest_bench [--wrong]

The labelled set (``tests/bench/data/suggest/scenes.txt``), for the half that the suggestion was
tuned by and the half that it was not: precision where it speaks, coverage, and by kind of decoy
the share that came out as meant (said of the right one, or silent). ``--wrong`` names the others.
"""

from __future__ import annotations

import argparse
import sys

from console.server.intake.enrich import default_enricher
from tests.bench.suggest_set import Score, halves, score


def main(arguments: list[str]) -> int:
    """Print both halves beside each other."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--wrong", action="store_true")
    options, _ = parser.parse_known_args(arguments)
    rules = default_enricher()
    for name, rows in zip(("tuned on", "held out"), halves(), strict=True):
        found = score(rows, rules)
        print(
            f"{name}: {len(rows)} appeals, precision {found.precision:.3f} where it speaks"
            f" ({found.spoke}), coverage {found.coverage:.3f} (of {found.to_find})"
        )
        _kinds(found)
        if options.wrong:
            _told(found)
    return 0


def _kinds(found: Score) -> None:
    for kind, asked in sorted(found.asked.items()):
        print(f"  {kind:12} {found.right[kind]:4} of {asked}")


def _told(found: Score) -> None:
    for title, lines in (("said wrongly", found.wrong), ("not said", found.silent)):
        print(f"  {title}:", *lines, sep="\n    ")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
