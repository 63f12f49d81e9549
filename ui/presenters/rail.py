"""The rail in words: the queues of the left edge, in groups, each with its live count."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from console.domain.branch import Branch
from console.i18n import Catalog
from console.listing import QueueCounts, SavedQueue, SharedRow
from ui.presenters.names import topic_name

Emphasis = Literal["none", "zero", "warning", "danger"]

WORK: tuple[tuple[str, str], ...] = (
    ("danger", "danger"),
    ("mine", "user"),
    ("unassigned", "user-off"),
    ("due_soon", "clock"),
    ("overdue", "alarm"),
    ("approval", "approve"),
    ("mentions", "at"),
    ("promises", "clock"),
    ("drafts", "pencil"),
    ("outbox", "outbox"),
)
"""The queues of one's own work: key and icon."""

OVERVIEW: tuple[tuple[str, str], ...] = (
    ("open", "inbox"),
    ("postponed", "pause"),
    ("answered", "check-circle"),
    ("all", "list"),
)
"""The queues of everything."""

GROUPS = ("branches", "topics", "saved", "shared")
"""The groups that can be folded."""


@dataclass(frozen=True, slots=True)
class RailRow:
    """One line: a queue (``key`` as in `QueueQuery.queue`, or ``saved:ID``, ``shared:ID``), a
    group's heading (``group:NAME``), or a gap (empty key). ``note`` is what else is to be said of a
    queue: who shared it, or that this program does not understand it.
    """

    key: str
    text: str = ""
    icon: str = ""
    count: int | None = None
    emphasis: Emphasis = "none"
    folded: bool = False
    shortcut: str = ""
    note: str = ""

    @property
    def is_heading(self) -> bool:
        """Whether it folds a group."""
        return self.key.startswith("group:")

    @property
    def is_queue(self) -> bool:
        """Whether it can be opened."""
        return bool(self.key) and not self.is_heading


@dataclass(frozen=True, slots=True)
class RailWorld:
    """What the rail is made of: branches in scope, roots of topics, one's own queues and those
    that are shared.
    """

    counts: QueueCounts
    branches: Sequence[Branch]
    topics: Sequence[str]
    saved: Sequence[SavedQueue]
    shared: Sequence[SharedRow] = ()
    held: int = 0
    board: bool = False


def rail_rows(
    world: RailWorld, catalog: Catalog, *, folded: Collection[str] = ()
) -> tuple[RailRow, ...]:
    """All lines from top to bottom; groups without members are left out."""
    return tuple(_rows(world, catalog, folded))


def queue_title(key: str, world: RailWorld, catalog: Catalog) -> str:
    """The name of a queue, for headings."""
    kind, _, name = key.partition(":")
    if kind == "branch":
        full = next((one.name for one in world.branches if one.key == name), name)
        return full.partition(" – ")[0]
    if kind == "topic":
        return topic_name(name, catalog)
    if kind == "saved":
        return next((one.name for one in world.saved if one.id == name), name)
    if kind == "shared":
        return next((one.name for one in world.shared if one.id == name), name)
    if kind == "outage":
        return catalog.t("queue.of_outage")
    return catalog.t(f"queue.name_{key}")


def count_words(count: int) -> str:
    """A count that fits its place: ``1 234`` with a thin space, ``12 тыс.`` is never needed."""
    return f"{count:,}".replace(",", "\u202f")


def _rows(world: RailWorld, catalog: Catalog, folded: Collection[str]) -> Iterator[RailRow]:
    if world.board:
        yield RailRow("board", catalog.t("queue.name_board"), "board")
        yield RailRow("")
    offered = world.counts.of("offered")
    yield RailRow(
        "shift",
        catalog.t("queue.name_shift"),
        "users",
        count=offered or None,
        emphasis="warning" if offered else "none",
    )
    yield from (_queue(key, icon, world, catalog) for key, icon in WORK)
    yield RailRow("")
    yield from (_queue(key, icon, world, catalog) for key, icon in OVERVIEW)
    groups: tuple[tuple[str, str, list[str]], ...] = (
        ("branches", "branch", [f"branch:{one.key}" for one in world.branches]),
        ("topics", "topic", [f"topic:{one}" for one in world.topics]),
        ("saved", "bookmark", [f"saved:{one.id}" for one in world.saved]),
        ("shared", "users", [one.key for one in world.shared if one.branches]),
    )
    for name, icon, keys in groups:
        if not keys:
            continue
        yield RailRow(f"group:{name}", catalog.t(_HEADINGS[name]), icon, folded=name in folded)
        if name not in folded:
            yield from (_queue(key, "", world, catalog) for key in keys)


_HEADINGS: Mapping[str, str] = {
    "branches": "queue.group_branches",
    "topics": "queue.group_topics",
    "saved": "queue.group_saved",
    "shared": "shared_queues.group",
}


def shared_note(shared: SharedRow, catalog: Catalog) -> str:
    """Who shared a queue, and how it stands."""
    t = catalog.t
    if shared.query is None:
        return t("shared_queues.not_understood", name=shared.name)
    parts = [t("shared_queues.by", who=shared.by_name)]
    if shared.waits:
        parts.append(t("shared_queues.waits"))
    return " ".join(parts)


def _queue(key: str, icon: str, world: RailWorld, catalog: Catalog) -> RailRow:
    count = world.counts.of(key)
    shared = next((one for one in world.shared if one.key == key), None)
    if shared is not None:
        note = shared_note(shared, catalog)
        if shared.query is None:
            return RailRow(key, shared.name, "info", emphasis="zero", note=note)
        return RailRow(
            key, shared.name, icon, count=count, emphasis=_emphasis(key, count, 0), note=note
        )
    return RailRow(
        key,
        queue_title(key, world, catalog),
        icon,
        count=count,
        emphasis=_emphasis(key, count, world.held),
    )


def _emphasis(key: str, count: int, held: int) -> Emphasis:
    if not count:
        return "zero"
    if key in ("overdue", "danger") or (key == "outbox" and held):
        return "danger"
    return "warning" if key == "due_soon" else "none"
