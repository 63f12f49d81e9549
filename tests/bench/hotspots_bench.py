"""How soon storms are found, and how often nothing is: the radar beside two plain rules.

    PYTHONPATH=. python tests/bench/hotspots_bench.py [--seeds N] [--wrong]

Each seed is a generated stream (tests/bench/storms): three quiet weeks of nine branches, then a
week with storms and decoys. The radar was made on the first half of the seeds; the second half was
looked at only when it was done. The plain rules are fixed N in M minutes and an EWMA of counts,
each in every variant of a sweep. Of each that variant is shown which has the least median delay
among those with no more false alarms than the radar, so they are fitted to the very streams they
are judged on; and that with the fewest false alarms among those that find as many storms.
A storm that is never found has an infinite delay.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping
from itertools import product
from statistics import median
from typing import Final

from console.domain.hotspot import HotspotNorms
from console.rulebook.hotspots import load_hotspots
from tests.bench.storms.score import Found, Judge, Result
from tests.bench.storms.stream import stream
from tests.bench.storms.watchers import Ewma, Fixed, dark, radar

SEEDS: Final = 16


def variants() -> Iterator[Fixed | Ewma]:
    """Every variant of the plain rules."""
    for count, minutes in product((2, 3, 4, 5, 6, 7, 8, 10, 12, 15), (15, 30, 60, 120, 240)):
        for by_street, once in product((False, True), (False, True)):
            yield Fixed(count, minutes, by_street, once)
    for minutes, weight in product((15, 30, 60), (0.05,)):
        for sigmas, least in product((3.0, 5.0, 8.0, 12.0, 20.0, 35.0), (3, 4, 5, 6)):
            yield Ewma(minutes, weight, sigmas, least)


def measure(seed: int, norms: HotspotNorms) -> Mapping[object, Result]:
    """The result of the radar (under «radar») and of each variant over one stream."""
    made = stream(seed)
    judge = Judge(made)
    results: dict[object, Result] = {"radar": judge.score(radar(made, norms))}
    cries = list(dark(made))
    later = [cry for cry in cries if cry.post.at >= made.quiet_until]
    for variant in variants():
        # What is fixed learns nothing from the quiet weeks.
        results[variant] = judge.score(variant(later if isinstance(variant, Fixed) else cries))
    return results


def best(results: Mapping[object, Result], kind: type, *, false_a_day: float) -> object:
    """The variant of a kind with the least delay at no more false alarms; the most it finds."""
    allowed = [
        variant
        for variant, result in results.items()
        if isinstance(variant, kind) and result.false_a_day <= false_a_day
    ]
    return min(
        allowed,
        key=lambda v: (results[v].appeals, results[v].minutes, -results[v].recall),
        default=None,
    )


def as_many(results: Mapping[object, Result], kind: type, *, recall: float) -> object:
    """The variant of a kind with the fewest false alarms that finds as many storms."""
    enough = [
        variant
        for variant, result in results.items()
        if isinstance(variant, kind) and result.recall >= recall
    ]
    return min(enough, key=lambda v: (results[v].false_a_day, results[v].appeals), default=None)


def both(one: Result, other: Result) -> tuple[int, float, float]:
    """How many storms two have found, and the ratio of their median delays over these alone.

    In appeals and in minutes; below 1 the first is sooner.
    """
    pairs = [(a, b) for a, b in zip(one.found, other.found, strict=True) if _found(a, b)]
    if not pairs:
        return 0, math.nan, math.nan
    appeals = median(a.appeals for a, _ in pairs) / median(b.appeals for _, b in pairs)
    minutes = median(a.minutes for a, _ in pairs) / median(b.minutes for _, b in pairs)
    return len(pairs), appeals, minutes


def _found(one: Found, other: Found) -> bool:
    return one.is_found and other.is_found


def main() -> None:
    """Print both halves."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many streams")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first of them")
    parser.add_argument("--wrong", action="store_true", help="name the storms that were missed")
    options = parser.parse_args()
    norms = load_hotspots()
    first, half, end = options.first, options.first + options.seeds // 2, options.seeds
    halves = (("made on", range(first, half)), ("only counted", range(half, first + end)))
    for name, seeds in halves:
        total: dict[object, Result] = {}
        for seed in seeds:
            for watcher, result in measure(seed, norms).items():
                total[watcher] = total.get(watcher, Result()) + result
        _show(name, total, wrong=options.wrong)


def _show(name: str, total: Mapping[object, Result], *, wrong: bool) -> None:
    ours = total["radar"]
    print(f"\n{name}: {len(ours.found)} storms, {ours.branch_days:.0f} days of branches")
    print(f"{'':58} appeals  minutes  recall  precision  false a day and branch")
    rows: dict[str, object] = {"radar": "radar"}
    for kind in (Fixed, Ewma):
        rule = kind.__name__.lower()
        rows[f"{rule}, as few false"] = best(total, kind, false_a_day=ours.false_a_day)
        rows[f"{rule}, as many found"] = as_many(total, kind, recall=ours.recall)
    for label, key in rows.items():
        if key is None:
            print(f"{label}: no variant")
            continue
        said = label if key == label else f"{label}: {key}"
        one = total[key]
        print(
            f"{said[:58]:58} {one.appeals:7.1f} {one.minutes:8.1f}  {one.recall:6.3f}  "
            f"{one.precision:9.3f}  {one.false_a_day:8.3f}"
        )
    for label in ("fixed, as few false", "fixed, as many found"):
        plain = total.get(rows[label])
        if plain is not None:
            found, appeals, minutes = both(ours, plain)
            print(
                f"delay as a share of «{label}» (target 0.50): {ours.appeals / plain.appeals:.2f} "
                f"in appeals, {ours.minutes / plain.minutes:.2f} in minutes; over the {found} "
                f"storms that both found {appeals:.2f} and {minutes:.2f}"
            )
    storms = sum(one.is_found for one in ours.found)
    print(f"hotspots told for each storm that was found: {ours.right / max(1, storms):.2f}")
    for low, high in ((0.0, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
        told = [right for confidence, right in ours.sure if low <= confidence < high]
        if told:
            print(
                f"  told with a confidence of {low:.1f} to {min(high, 1):.1f}: {len(told)}, "
                f"right {sum(told) / len(told):.2f}"
            )
    print(f"false alarms were about: {dict(ours.decoyed or {})}")
    if wrong:
        for storm in ours.found:
            if not storm.is_found:
                print(f"  missed: {storm.episode.name}, {storm.episode.size} appeals")


if __name__ == "__main__":
    main()
