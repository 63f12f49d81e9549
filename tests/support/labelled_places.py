"""The labelled set of dirty texts with known places, and how the resolver stands against it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from console.domain.address import PlaceGuess, resolve
from console.domain.places import Gazetteer
from console.domain.words import fold
from console.rulebook.places import read_rows

LABELLED: Final = Path(__file__).parents[1] / "console" / "rulebook" / "places" / "labelled.tsv"
_BINS: Final = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 1.01)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, the branch that it came with (None: no hint), and what is meant in it.

    ``settlement`` is empty where none is named; ``branch`` is "" where another company serves it
    and None where the text cannot tell; ``asks``: whoever takes a place without asking is wrong.
    """

    text: str
    context: str | None
    settlement: str
    branch: str | None
    district: str
    asks: bool

    def is_meant(self, guess: PlaceGuess) -> bool:
        """Whether ``guess`` is the settlement that is meant; its branch, where that is known."""
        if not self.settlement or fold(guess.settlement) != fold(self.settlement):
            return False
        if self.branch is None:
            return True
        here = not self.district or guess.district in ("", self.district)
        return guess.branch == self.branch and here


@dataclass(slots=True)
class Score:
    """How the resolver stands on some rows; the lists hold the texts that went wrong."""

    named: int = 0
    first: int = 0
    third: int = 0
    to_ask: int = 0
    asked: int = 0
    sure: int = 0
    wrong_branch: list[str] = field(default_factory=list)
    wrong_place: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    shown: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def top_1(self) -> float:
        """The share of named settlements that come first."""
        return self.first / self.named

    @property
    def top_3(self) -> float:
        """The share of named settlements that are among the first three."""
        return self.third / self.named

    def reliability(self) -> list[tuple[float, float, int, int]]:
        """From, to, how many guesses were shown with such a confidence, how many were right."""
        return [
            (low, high, len(inside), sum(inside))
            for low, high in pairwise(_BINS)
            if (inside := [right for shown, right in self.shown if low <= shown < high])
        ]


def labelled() -> tuple[Labelled, ...]:
    """All rows, in the order of the file."""
    return tuple(_row(cells) for cells in read_rows(LABELLED))


def halves() -> tuple[Sequence[Labelled], Sequence[Labelled]]:
    """The half that is tuned on, and the half that is only counted."""
    rows = labelled()
    return rows[::2], rows[1::2]


def score(rows: Iterable[Labelled], gazetteer: Gazetteer) -> Score:
    """Run the resolver over ``rows``."""
    total = Score()
    for row in rows:
        guesses = resolve(row.text, branch=row.context, gazetteer=gazetteer)
        places = [guess for guess in guesses if guess.settlement]
        _count(total, row, places)
    return total


def milliseconds(rows: Sequence[Labelled], gazetteer: Gazetteer) -> list[float]:
    """How long each text took of this thread's own processor time, sorted."""
    took = []
    for row in rows:
        start = time.thread_time()
        resolve(row.text, branch=row.context, gazetteer=gazetteer)
        took.append((time.thread_time() - start) * 1000)
    return sorted(took)


def _row(cells: dict[str, str]) -> Labelled:
    branch = cells["branch"]
    bare = branch.rstrip("?")
    return Labelled(
        text=cells["text"],
        context=_said(cells["context"]) or None,
        settlement=_said(cells["settlement"]),
        branch={"none": "", "": None, "-": None}.get(bare, bare),
        district=_said(cells["district"]),
        asks=branch.endswith("?") or branch == "-",
    )


def _said(cell: str) -> str:
    return "" if cell == "-" else cell


def _count(total: Score, row: Labelled, places: Sequence[PlaceGuess]) -> None:
    right = [row.is_meant(guess) for guess in places]
    best = places[0] if places else None
    if row.settlement:
        total.named += 1
        total.first += any(right[:1])
        total.third += any(right[:3])
        if not any(right[:1]):
            total.missed.append(_told(row, places))
    if row.asks:
        total.to_ask += 1
        total.asked += best is None or not best.is_sure
    if best is None:
        return
    if not row.settlement or row.branch is not None:
        total.shown.append((best.confidence, right[0]))
    if not best.is_sure:
        return
    total.sure += 1
    if row.branch is None or best.branch != row.branch:
        total.wrong_branch.append(_told(row, places))
    elif row.asks or not right[0]:
        total.wrong_place.append(_told(row, places))


def _told(row: Labelled, places: Sequence[PlaceGuess]) -> str:
    read = [f"{g.settlement}/{g.branch}/{g.district} {g.confidence}" for g in places[:3]]
    meant = f"{row.settlement or '-'}/{row.branch}/{row.district}"
    return f"[{row.context}] {row.text} — {meant} — {'; '.join(read) or 'nothing'}"
