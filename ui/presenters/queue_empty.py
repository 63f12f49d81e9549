"""An empty queue in words: why nothing is shown, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from console.i18n import Catalog
from console.readmodel import Link, QueueQuery, SyncStatus

Way = Literal["", "clear", "unassigned", "retry", "reload"]

_ICONS = {
    "mine": "check-circle",
    "overdue": "check-circle",
    "danger": "check-circle",
    "drafts": "pencil",
    "approval": "approve",
}


@dataclass(frozen=True, slots=True)
class EmptyWords:
    """What is said instead of a list. ``progress`` is 0..1, -1 for unknown, None for none."""

    icon: str
    title: str
    body: str
    action: str = ""
    way: Way = ""
    progress: float | None = None


def empty_words(
    query: QueueQuery, status: SyncStatus, catalog: Catalog, *, narrowed: bool, stored: int
) -> EmptyWords:
    """Why ``query`` has nothing to show; ``stored`` is the number of appeals on this computer."""
    t = catalog.t
    if not stored and status.last_pull_at is None and not narrowed:
        if status.link in (Link.OFFLINE, Link.WORK_OFFLINE):
            return EmptyWords(
                "offline",
                t("queue.offline_title"),
                t("queue.offline_body"),
                t("queue.offline_action"),
                "retry",
            )
        return loading_words(status, catalog)
    if narrowed:
        return EmptyWords(
            "search",
            t("queue.nothing_title"),
            t("queue.nothing_body"),
            t("queue.nothing_action"),
            "clear",
        )
    icon, key = _ICONS.get(query.queue, "inbox"), f"queue.empty_{query.queue}"
    if not catalog.has(f"{key}_title"):
        return EmptyWords(icon, t("queue.empty_title"), t("queue.empty_body"))
    action = t(f"{key}_action") if catalog.has(f"{key}_action") else ""
    way: Way = "unassigned" if action else ""
    return EmptyWords(icon, t(f"{key}_title"), t(f"{key}_body"), action, way)


def loading_words(status: SyncStatus, catalog: Catalog) -> EmptyWords:
    """The first load is under way."""
    had, whole = status.progress or (0, 0)
    return EmptyWords(
        "inbox",
        catalog.t("queue.loading_title"),
        catalog.t("queue.loading_body"),
        progress=had / whole if whole else -1.0,
    )


def error_words(reason: str, catalog: Catalog) -> EmptyWords:
    """The queue could not be read."""
    t = catalog.t
    return EmptyWords("error", t("queue.error_title"), reason, t("queue.error_action"), "reload")
