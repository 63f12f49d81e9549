"""What had to be done about the store at a start, to be told to the person; of the read model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RescueReason(StrEnum):
    """Why the operator's own rows had to be rescued when the store was opened."""

    DAMAGED = "damaged"
    """The file could not be read as it was written."""

    BEHIND = "behind"
    """The file was older than its copy: commits were lost, or an old file was put back."""

    KEY_LOST = "key_lost"
    """The key is not in the keychain any more: nothing of the old store can be read."""

    KEY_FOUND = "key_found"
    """The key of a store that was set aside is back: what was written there has come here."""


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was done about the store at this start; ``aside`` names the folder of the old file."""

    why: RescueReason
    drafts: int
    entries: int
    aside: str
    at: datetime
