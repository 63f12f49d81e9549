"""An outage: where the grid is off, since when, why, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain.ids import Ref
from console.domain.status import OutageStatus as OutageStatus


class OutageKind(StrEnum):
    """Whether anybody meant it."""

    EMERGENCY = "emergency"
    PLANNED = "planned"


DARK: frozenset[OutageStatus] = frozenset({OutageStatus.ACTIVE, OutageStatus.CREW_SENT})
"""Residents are without power now."""


@dataclass(frozen=True, slots=True)
class OutageArea:
    """A settlement, or one street of it; ``houses`` is free text such as «1–15 нечётные, 22»."""

    settlement: str
    street: str = ""
    houses: str = ""


@dataclass(frozen=True, slots=True)
class EtrRecord:
    """One estimated time of restoration (UTC; None = unknown), who set it and when."""

    etr: datetime | None
    set_at: datetime
    set_by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ForeignId:
    """What another system calls the outage, or an object of the grid that is named in it.

    ``id`` is kept as it came (in IEC 61968 an mRID); ``of`` says of what it is: «outage»,
    «substation», «feeder», «transformer» or another object's name there.
    """

    system: str
    id: str
    of: str = "outage"


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage of one branch; instants are aware UTC, ``etr_history`` is oldest first.

    ``foreign``: the ids of systems that speak of it, too; an older side leaves it out.
    """

    branch: str
    id: str
    kind: OutageKind
    status: OutageStatus
    started_at: datetime
    areas: tuple[OutageArea, ...]
    version: int = 1
    res: str = ""
    substation: str = ""
    feeder: str = ""
    transformer: str = ""
    cause: str = ""
    crew: str = ""
    etr: datetime | None = None
    etr_history: tuple[EtrRecord, ...] = ()
    planned_end: datetime | None = None
    restored_at: datetime | None = None
    nested_in: str | None = None
    residents: int | None = None
    foreign: tuple[ForeignId, ...] = ()

    @property
    def ref(self) -> Ref:
        """(branch, id)."""
        return Ref(self.branch, self.id)

    @property
    def is_dark(self) -> bool:
        """Whether residents are without power because of it."""
        return self.status in DARK

    def expected_end(self) -> datetime | None:
        """The ETR, or for planned work without one its planned end (UTC)."""
        return self.etr if self.etr is not None else self.planned_end

    def ended_at(self) -> datetime | None:
        """When power came back; for announced work of which nobody has said more, when it was to.

        Work that was announced and never marked would otherwise be about every later appeal there.
        """
        if self.status is OutageStatus.ANNOUNCED:
            return self.expected_end()
        return self.restored_at

    def is_late(self, now: datetime) -> bool:
        """Whether power was promised back before ``now`` and is not."""
        end = self.expected_end()
        return self.is_dark and end is not None and end < now
