"""The labelled set of suggestions: appeals beside the registry of their hour, and what they mean.

The scenes and what their columns mean are in ``tests/bench/data/suggest/scenes.txt``. A text goes
the way that intake goes: place, topic and branch are what the rules make of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from console.domain.appeal import Place
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.domain.suggest import AppealClue, Suggestion, suggest
from console.server.intake.enrich import RuleEnricher
from console.wire.schema import IncomingAppeal

SCENES: Final = Path(__file__).parent / "data" / "suggest" / "scenes.txt"
NOON: Final = datetime(2026, 1, 20, 5, 0, tzinfo=UTC)
NONE, OPEN = "-", "?"

_STATES: Final = {
    "e": (OutageKind.EMERGENCY, OutageStatus.ACTIVE),
    "c": (OutageKind.EMERGENCY, OutageStatus.CREW_SENT),
    "r": (OutageKind.EMERGENCY, OutageStatus.RESTORED),
    "p": (OutageKind.PLANNED, OutageStatus.ANNOUNCED),
    "w": (OutageKind.PLANNED, OutageStatus.ACTIVE),
    "x": (OutageKind.PLANNED, OutageStatus.CANCELLED),
}
_STREET: Final = re.compile(r"(?P<street>[^(]+?)\s*(?:\((?P<houses>[^)]*)\))?\Z")


@dataclass(frozen=True, slots=True)
class Labelled:
    """An appeal, the outages of its branch, and the one it is about.

    ``answer`` is an outage's id, `NONE`, or `OPEN` where nobody could tell.
    """

    branch: str
    outages: tuple[Outage, ...]
    answer: str
    kind: str
    at: datetime
    given: Place
    text: str


@dataclass(slots=True)
class Score:
    """How the suggestion stands on some appeals; the lists tell what went wrong."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    spoke: int = 0
    wrong: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    to_find: int = 0
    found: int = 0

    @property
    def precision(self) -> float:
        """Of the suggestions that were said to be sure, the share that is right."""
        return (self.spoke - len(self.wrong)) / max(1, self.spoke)

    @property
    def coverage(self) -> float:
        """Of the appeals that are about an outage of the registry, the share that is surely so."""
        return self.found / max(1, self.to_find)


def halves() -> tuple[Sequence[Labelled], Sequence[Labelled]]:
    """The scenes that are tuned on, and those that are only counted."""
    scenes = list(_scenes())
    tuned = [row for scene in scenes[::2] for row in scene]
    return tuned, [row for scene in scenes[1::2] for row in scene]


def score(rows: Iterable[Labelled], rules: RuleEnricher) -> Score:
    """Suggest for every appeal as the console would."""
    total = Score()
    for row in rows:
        clue = clue_of(row, rules)
        _count(total, row, clue, suggest(clue, row.outages))
    return total


def clue_of(row: Labelled, rules: RuleEnricher) -> AppealClue:
    """What is known of an appeal once intake has read it."""
    incoming = IncomingAppeal("im", "1", row.text, row.at, branch=row.branch, place=row.given)
    known = rules.enrich(incoming, row.text)
    topic = rules.topics.topics.get(known.topic)
    return AppealClue(
        branch=known.branch,
        place=known.place,
        at=row.at,
        text=row.text,
        topic=known.topic,
        ours=topic is None or topic.ours,
    )


def _count(total: Score, row: Labelled, clue: AppealClue, found: Sequence[Suggestion]) -> None:
    sure = next((each for each in found if each.sure), None)
    said = sure.outage.id if sure is not None else NONE
    meant = row.answer if row.answer not in (NONE, OPEN) else NONE
    total.asked[row.kind] += 1
    total.right[row.kind] += said == meant
    total.to_find += meant != NONE
    total.found += said == meant != NONE
    if sure is not None:
        total.spoke += 1
    if said == meant:
        return
    scores = ", ".join(f"{each.outage.id} {each.confidence}" for each in found) or "nothing"
    told = f"[{row.kind}] {row.text} — {row.answer} — {scores} — {_read(clue)}"
    (total.wrong if sure is not None else total.silent).append(told)


def _read(clue: AppealClue) -> str:
    place = clue.place
    return f"{place.settlement}/{place.street}/{place.house} {clue.topic}"


# ── The file ──────────────────────────────────────────────────────────────────────────────────


def _scenes() -> Iterator[list[Labelled]]:
    branch, outages, rows = "", list[Outage](), list[Labelled]()
    for line in SCENES.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            if rows:
                yield rows
            branch, outages, rows = line[1:].strip(), [], []
        elif line.startswith("o "):
            outages.append(_outage(branch, line[2:].split("\t")))
        elif line.startswith("a "):
            rows.append(_appeal(branch, tuple(outages), line[2:].split("\t")))
    yield rows


def _outage(branch: str, cells: Sequence[str]) -> Outage:
    ident, state, start, end, areas, cause = cells
    kind, status = _STATES[state]
    until = None if end == "-" else _hour(end)
    over = status is OutageStatus.RESTORED
    planned = kind is OutageKind.PLANNED
    return Outage(
        branch=branch,
        id=ident,
        kind=kind,
        status=status,
        started_at=_hour(start),
        areas=tuple(_areas(areas)),
        cause=cause,
        etr=None if over or planned else until,
        planned_end=until if planned else None,
        restored_at=until if over else None,
    )


def _areas(text: str) -> Iterator[OutageArea]:
    for part in text.split(" / "):
        settlement, _, streets = part.partition(":")
        if not streets.strip():
            yield OutageArea(settlement.strip())
        for street in filter(None, (each.strip() for each in streets.split(";"))):
            found = _STREET.fullmatch(street)
            assert found is not None, street
            yield OutageArea(settlement.strip(), found["street"], found["houses"] or "")


def _appeal(branch: str, outages: tuple[Outage, ...], cells: Sequence[str]) -> Labelled:
    answer, kind, hour, given, text = cells
    settlement, _, street = given.strip("[]").partition(", ")
    assert answer in {NONE, OPEN, *(each.id for each in outages)}, text
    place = Place(settlement=settlement, street=street)
    return Labelled(branch, outages, answer, kind, _hour(hour), place, text)


def _hour(text: str) -> datetime:
    return NOON + timedelta(hours=float(text))
