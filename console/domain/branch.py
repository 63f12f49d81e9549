"""A branch: one regional company of the grid, whose region sets the clock of its appeals."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch (филиал). Its key stands in every id, address and file name; it never changes.

    ``zone`` is the IANA time zone of its region, not of the operator who answers (domain.md §1).
    ``lat`` and ``lon`` (degrees, WGS 84) are where a map opens when nothing better is known.
    """

    key: str
    name: str
    region: str
    zone: ZoneInfo
    lat: float
    lon: float
