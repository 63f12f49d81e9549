"""Schedules: when a reply leaves whose author has chosen an hour for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

SCHEDULED_FROM: Final = timedelta(minutes=5)
"""What waits for so long was scheduled by its author; an undo window is seconds."""

FARTHEST: Final = timedelta(days=31)
"""How far ahead a reply can be scheduled: what it says would hardly be true any more."""


def is_scheduled(asked_at: datetime, not_before: datetime) -> bool:
    """Whether an entry was meant to leave at an instant of its author's choice."""
    return not_before - asked_at >= SCHEDULED_FROM
