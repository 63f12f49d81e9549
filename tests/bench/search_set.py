"""The labelled set of search: appeals as residents write them, and queries as operators type them.

The data and what its kinds mean are in ``tests/bench/data/search``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from console.demo.world import generate
from console.domain.appeal import Appeal, Author, Place
from console.domain.ids import Ref, uuid7
from console.domain.message import Message, MessageKind
from console.wire.schema import Rows

FOLDER = Path(__file__).parent / "data" / "search"
NOW = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
OTHERS = 3_000
"""Appeals of the demonstration among which those of the set have to be found."""

FIRST = 10


@dataclass(frozen=True, slots=True)
class Pair:
    """A query, and the appeal that is looked for. ``half``: tune or held."""

    query: str
    kind: str
    appeal: str
    half: str


def pairs() -> list[Pair]:
    """All labelled pairs."""
    return [Pair(**row) for row in _rows("queries.jsonl")]


def targets() -> Iterator[tuple[str, Appeal, list[Message]]]:
    """The appeals of the set: key, appeal and thread, spread over the last 30 days."""
    for number, row in enumerate(_rows("appeals.jsonl")):
        at = NOW - timedelta(minutes=number * 7919 % 43_200)
        ident = uuid7(at, number.to_bytes(10, "big"))
        appeal = Appeal(
            branch=row["branch"],
            id=ident,
            source="im",
            number=row.get("number", str(70_000_000 + number * 7919)),
            channel=row["channel"],
            author=Author(row["name"], phone=row.get("phone", "")),
            text=row["text"],
            created_at=at,
            received_at=at,
            topic="outage.emergency",
            place=Place(row["settlement"], street=row["street"], house=row["house"]),
            last_resident_message=f"{ident}-0",
        )
        said = [row["text"], *row.get("more", ())]
        messages = [
            Message(
                branch=appeal.branch,
                id=f"{ident}-{place}",
                appeal=ident,
                kind=MessageKind.RESIDENT,
                at=at + timedelta(minutes=place),
                text=text,
                author_name=row["name"],
            )
            for place, text in enumerate(said)
        ]
        yield row["key"], appeal, messages


def put(take: Callable[[Rows], object], *, others: int = OTHERS) -> dict[str, Ref]:
    """Have everything taken in, in pieces; the references of the set's appeals by key."""
    world = generate(3, NOW, appeals=others)
    threads: dict[str, list[Message]] = defaultdict(list)
    for message in world.messages:
        threads[message.appeal].append(message)
    take(Rows(outages=world.outages, operators=world.operators))
    for piece in _pieces(world.appeals, 500):
        said = tuple(message for one in piece for message in threads[one.id])
        take(Rows(appeals=tuple(piece), messages=said))
    found = list(targets())
    messages = tuple(message for _, _, thread in found for message in thread)
    take(Rows(appeals=tuple(appeal for _, appeal, _ in found), messages=messages))
    return {key: appeal.ref for key, appeal, _ in found}


@dataclass(frozen=True, slots=True)
class Recall:
    """How many of the pairs of each kind have their appeal among the first ten, and the others."""

    found: Mapping[str, int]
    asked: Mapping[str, int]
    missed: Sequence[Pair]

    @property
    def share(self) -> float:
        """0..1 over all kinds."""
        return sum(self.found.values()) / max(1, sum(self.asked.values()))


def recall(
    asked: Iterable[Pair], search: Callable[[str], Sequence[Ref]], refs: Mapping[str, Ref]
) -> Recall:
    """Ask everything; ``search`` gives references, the best first."""
    found: dict[str, int] = defaultdict(int)
    counted: dict[str, int] = defaultdict(int)
    missed = []
    for pair in asked:
        counted[pair.kind] += 1
        if refs[pair.appeal] in list(search(pair.query))[:FIRST]:
            found[pair.kind] += 1
        else:
            missed.append(pair)
    return Recall(found, counted, missed)


def _rows(name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _pieces(rows: Sequence[Appeal], size: int) -> Iterator[Sequence[Appeal]]:
    for at in range(0, len(rows), size):
        yield rows[at : at + size]
