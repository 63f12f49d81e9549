"""An empty queue in words: why nothing is shown, and the way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from console.i18n import Catalog
from console.listing import Link, QueueQuery, SyncStatus
from ui.commands.table import keys_of

Way = Literal["", "clear", "unassigned", "retry", "go_online", "outbox", "reload"]

_ICONS = {
    "mine": "check-circle",
    "overdue": "check-circle",
    "danger": "check-circle",
    "drafts": "pencil",
    "mentions": "at",
    "promises": "check-circle",
    "approval": "approve",
}

_APART: Mapping[Link, tuple[str, Way]] = {
    Link.OFFLINE: ("offline", "retry"),
    Link.WORK_OFFLINE: ("work_offline", "go_online"),
    Link.SIGN_IN_NEEDED: ("sign_in", ""),
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
    query: QueueQuery,
    status: SyncStatus,
    catalog: Catalog,
    *,
    narrowed: bool,
    stored: int,
    lost: int = 0,
) -> EmptyWords:
    """Why ``query`` has nothing to show; ``stored`` is the number of appeals on this computer.

    ``lost`` drafts are left without their appeals.
    """
    t = catalog.t
    if not stored and status.last_pull_at is None and not narrowed:
        if status.link in _APART:
            key, out = _APART[status.link]
            action = t(f"queue.{key}_action") if out else ""
            title, body = t(f"queue.{key}_title"), t(f"queue.{key}_body")
            return EmptyWords("offline", title, body, action, out)
        return loading_words(status, catalog)
    if narrowed:
        key = "nothing" if status.progress is None else "partial_nothing"
        body = t(f"queue.{key}_body")
        if query.text and status.link not in _APART:
            archive = t("search.archive_hint", keys=keys_of("search.archive", catalog))
            body = f"{body} {archive}"
        return EmptyWords(
            "search",
            t(f"queue.{key}_title"),
            body,
            t("queue.nothing_action"),
            "clear",
        )
    if status.progress is not None:  # “nothing is overdue” would not be known to be true
        words = loading_words(status, catalog)
        body = "partial_offline_body" if status.link in _APART else "partial_body"
        return replace(words, title=t("queue.partial_title"), body=t(f"queue.{body}"))
    if query.queue == "drafts" and lost:
        title, body = t("queue.empty_drafts_title"), t("queue.lost_drafts_body", count=lost)
        return EmptyWords("pencil", title, body, t("queue.lost_drafts_action"), "outbox")
    return _empty_queue(query.queue, catalog)


def looking_words(catalog: Catalog) -> EmptyWords:
    """A large queue is still being read, and what has been read has nothing to show yet."""
    t = catalog.t
    return EmptyWords("search", t("queues.looking_title"), t("queues.looking_body"), progress=-1.0)


def _empty_queue(queue: str, catalog: Catalog) -> EmptyWords:
    t = catalog.t
    icon, key = _ICONS.get(queue, "inbox"), f"queue.empty_{queue}"
    if not catalog.has(f"{key}_title"):
        return EmptyWords(icon, t("queue.empty_title"), t("queue.empty_body"))
    action = t(f"{key}_action") if catalog.has(f"{key}_action") else ""
    way: Way = "unassigned" if action else ""
    return EmptyWords(icon, t(f"{key}_title"), t(f"{key}_body"), action, way)


def loading_words(status: SyncStatus, catalog: Catalog) -> EmptyWords:
    """The first load is under way."""
    had, whole = status.progress or (0, 0)
    share = had / whole if had < whole else -1.0  # all that is there: nobody has said how much more
    return EmptyWords(
        "inbox",
        catalog.t("queue.loading_title"),
        catalog.t("queue.loading_body"),
        progress=share,
    )


def error_words(reason: str, catalog: Catalog) -> EmptyWords:
    """The queue could not be read."""
    t = catalog.t
    return EmptyWords("error", t("queue.error_title"), reason, t("queue.error_action"), "reload")
