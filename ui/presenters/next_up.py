"""The next appeal in words: why this one and no other."""

from __future__ import annotations

from datetime import datetime

from console.listing import QueueRow
from ui.presenters.queue import QueueWords


def why(row: QueueRow, now: datetime, words: QueueWords) -> str:
    """«Горит раньше всех: осталось 12 мин», without a full stop."""
    t = words.catalog.t
    if row.due_at is None:
        return t("next.why_danger_plain" if row.danger else "next.why_oldest")
    left = words.ringing(row, now).words
    kind = "danger" if row.danger else "due"
    return t(f"next.why_{kind}_late" if row.due_at <= now else f"next.why_{kind}", left=left)
