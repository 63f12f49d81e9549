"""The outages that the demonstration shows at its start: every state that the registry knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from console.domain.outage import OutageKind, OutageStatus


@dataclass(frozen=True, slots=True)
class Case:
    """One outage to be made; times are minutes from now, negative in the past.

    ``etrs`` are (set at, restoration time), with None for «not known any more». Planned work with
    ``day`` runs from 9:00 to 17:00 local time that many days from today, whatever ``start`` says,
    and its ``restored`` counts from that end.
    """

    status: OutageStatus
    start: int
    appeals: int
    kind: OutageKind = OutageKind.EMERGENCY
    crew: bool = False
    etrs: tuple[tuple[int, int | None], ...] = ()
    end: int | None = None
    restored: int | None = None
    day: int | None = None
    nested: bool = False
    hard: bool = False


_ACTIVE: Final = OutageStatus.ACTIVE
_CREW: Final = OutageStatus.CREW_SENT
_BACK: Final = OutageStatus.RESTORED
_SOON: Final = OutageStatus.ANNOUNCED
_PLAN: Final = OutageKind.PLANNED

PRESENT: Final[tuple[Case, ...]] = (
    # New: nobody has gone out yet.
    Case(_ACTIVE, -9, 4),
    Case(_ACTIVE, -21, 5, hard=True),
    Case(_ACTIVE, -34, 3),
    Case(_ACTIVE, -47, 4),
    # A crew is on its way or looking for the place; nobody knows how long it takes.
    Case(_CREW, -38, 5, crew=True),
    Case(_CREW, -66, 8, crew=True, hard=True),
    Case(_CREW, -83, 6, crew=True),
    # The time of restoration is known.
    Case(_CREW, -75, 7, crew=True, etrs=((-40, 95),)),
    Case(_CREW, -140, 13, crew=True, etrs=((-70, 60),), hard=True),
    Case(_CREW, -190, 11, crew=True, etrs=((-120, 45),)),
    Case(_CREW, -105, 6, crew=True, etrs=((-55, 150),)),
    Case(_CREW, -260, 15, crew=True, etrs=((-200, 130),), hard=True),
    Case(_CREW, -58, 4, crew=True, etrs=((-25, 40),)),
    # It was known, then withdrawn.
    Case(_CREW, -230, 10, crew=True, etrs=((-150, -30), (-40, None))),
    Case(_CREW, -330, 14, crew=True, etrs=((-260, -60), (-75, None)), hard=True),
    # Moved twice.
    Case(_CREW, -390, 22, crew=True, etrs=((-300, -120), (-135, -10), (-25, 110)), hard=True),
    Case(_CREW, -280, 12, crew=True, etrs=((-220, -90), (-100, 15), (-12, 75))),
    # Promised, and the time has passed.
    Case(_CREW, -310, 11, crew=True, etrs=((-220, -25),)),
    # Restored within the last hours.
    Case(_BACK, -420, 16, crew=True, etrs=((-350, -190),), restored=-200, hard=True),
    Case(_BACK, -350, 9, crew=True, etrs=((-290, -150),), restored=-160),
    Case(_BACK, -240, 8, crew=True, etrs=((-180, -60),), restored=-75),
    Case(_BACK, -150, 6, crew=True, etrs=((-110, -20),), restored=-35),
    Case(_BACK, -560, 12, crew=True, etrs=((-480, -300), (-310, -220)), restored=-230),
    Case(_BACK, -200, 5, crew=True, restored=-120),
    Case(_BACK, -95, 4, crew=True, restored=-12),
    # Restored, but not for everybody: a second one inside the first.
    Case(_ACTIVE, -8, 6, nested=True),
    Case(_CREW, -55, 7, crew=True, etrs=((-20, 80),), nested=True),
    # Planned work under way, and late.
    Case(_ACTIVE, -150, 6, _PLAN, end=150),
    Case(_ACTIVE, -100, 4, _PLAN, end=230),
    Case(_ACTIVE, -210, 5, _PLAN, end=60),
    Case(_ACTIVE, -60, 3, _PLAN, end=330),
    Case(_ACTIVE, -360, 14, _PLAN, end=-85),
    Case(_ACTIVE, -420, 11, _PLAN, end=-40, etrs=((-30, 60),)),
    # Planned work done, called off, and announced.
    Case(_BACK, -520, 6, _PLAN, end=-60, restored=-95),
    Case(_BACK, -480, 4, _PLAN, end=-130, restored=-120),
    Case(OutageStatus.CANCELLED, 0, 3, _PLAN, day=2),
    Case(_SOON, 0, 3, _PLAN, day=1),
    Case(_SOON, 0, 4, _PLAN, day=1),
    Case(_SOON, 0, 2, _PLAN, day=2),
    Case(_SOON, 0, 3, _PLAN, day=2),
    Case(_SOON, 0, 1, _PLAN, day=3),
    Case(_SOON, 0, 2, _PLAN, day=4),
    Case(_SOON, 0, 1, _PLAN, day=6),
    Case(_SOON, 0, 0, _PLAN, day=8),
    Case(_SOON, 0, 1, _PLAN, day=10),
)
"""What is dark, late, promised, withdrawn or announced at the start of the demonstration."""
