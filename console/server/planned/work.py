"""A planned work that a schedule names, and the doubts about cells that could not be understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from console.domain.outage import OutageArea


@dataclass(frozen=True, slots=True)
class Work:
    """One stretch of one planned work; ``start`` and ``end`` are aware UTC."""

    start: datetime
    end: datetime
    areas: tuple[OutageArea, ...]
    number: str = ""
    res: str = ""
    substation: str = ""
    feeder: str = ""
    transformer: str = ""
    cause: str = ""
    residents: int | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell that was not understood: its address, what it says, and why (a key of planned.json).

    ``row`` is all of its row, for the quarantine.
    """

    address: str
    code: str
    value: str
    row: tuple[str, ...]
    params: Mapping[str, str] = field(default_factory=dict)
