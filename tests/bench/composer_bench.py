"""How well the composer helps: spelling, and the search of templates.

    PYTHONPATH=. python tests/bench/composer_bench.py [--wrong]

The labelled words and queries are in tests/bench/composer; the odd lines of each were tuned on,
the even ones only measured. ``--wrong`` prints what was found otherwise than it is labelled.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.domain.spelling import words_to_check
from console.rulebook.templates import load_templates
from console.spelling.dictionaries import Dictionaries, fold
from console.template_search import TemplateSearch

SETS: Final = Path(__file__).parent / "composer"
FEW: Final = 3
"""How many of the first results are looked at."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What was typed and what was meant; ``tuned`` where the program may have been fitted to it."""

    typed: str
    meant: str
    tuned: bool


Wrong = Callable[[str], None]


def _quietly(_: str) -> None:
    """What went wrong is not told."""


def _aloud(said: str) -> None:
    print(f"    {said}")


def read(name: str) -> tuple[Pair, ...]:
    """A labelled set."""
    lines = (SETS / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple(Pair(typed, meant, at % 2 == 0) for at, (typed, meant) in enumerate(rows))


def judged(pairs: Iterable[Pair], dictionaries: Dictionaries, wrong: Wrong = _quietly) -> float:
    """The share of words that are underlined where they are misspelt, and only there."""

    def is_right(pair: Pair) -> bool:
        texts = (word.text for word in words_to_check(pair.typed))
        right = bool(dictionaries.misspelt(texts)) == (pair.meant != "=")
        if not right:
            wrong(f"{pair.typed}: {'not ' if pair.meant != '=' else ''}underlined")
        return right

    return _share(is_right(pair) for pair in pairs)


def meant(
    pairs: Iterable[Pair], dictionaries: Dictionaries, wrong: Wrong = _quietly
) -> list[float]:
    """Of misspelt words, the shares meant by the first suggestion, and by one of `FEW`."""
    places = []
    for pair in pairs:
        if pair.meant == "=":
            continue
        said = [fold(one) for one in dictionaries.suggest(pair.typed)]
        place = said.index(fold(pair.meant)) if fold(pair.meant) in said else FEW
        places.append(place)
        if place >= FEW:
            wrong(f"{pair.typed}: {said}, not {pair.meant}")
    return [_share(place < most for place in places) for most in (1, FEW)]


def found(pairs: Iterable[Pair], search: TemplateSearch, wrong: Wrong = _quietly) -> float:
    """The share of queries whose template is among the first `FEW`."""

    def has(pair: Pair) -> bool:
        keys = [each.template.key for each in search.search(pair.typed)][:FEW]
        if pair.meant not in keys:
            wrong(f"{pair.typed}: {keys}, not {pair.meant}")
        return pair.meant in keys

    return _share(has(pair) for pair in pairs)


def _share(hits: Iterable[bool]) -> float:
    listed = list(hits)
    return sum(listed) / len(listed) if listed else 1.0


def _halves(pairs: tuple[Pair, ...]) -> Iterator[tuple[str, tuple[Pair, ...]]]:
    yield "tuned on", tuple(pair for pair in pairs if pair.tuned)
    yield "only measured", tuple(pair for pair in pairs if not pair.tuned)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--wrong", action="store_true")
    asked, _ = parser.parse_known_args()
    wrong: Wrong = _aloud if asked.wrong else _quietly
    dictionaries, search = Dictionaries(), TemplateSearch(load_templates())
    words, queries = read("misspellings.tsv"), read("template_queries.tsv")
    print(f"spelling, {len(words)} words: judged rightly; what was meant is the first suggestion,")
    print(f"  is one of the first {FEW}")
    for name, half in _halves(words):
        first, few = meant(half, dictionaries, wrong)
        print(f"  {name:14} {judged(half, dictionaries, wrong):.2f}  {first:.2f}  {few:.2f}")
    print(f"templates, {len(queries)} queries: found among the first three")
    for name, half in _halves(queries):
        print(f"  {name:14} {found(half, search, wrong):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
