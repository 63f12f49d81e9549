"""Grouping: the rows of a queue put together by what they have in common, and how they are shown.

A heading stands in the list of ids as a negative number: -1 is the first group's.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from console.i18n import Catalog
from console.listing import Grouping

_OF_SEVERAL = (Grouping.THREAD, Grouping.RESIDENT)
"""Of these one row alone is no group."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same key, in the order of the queue; an empty key has the rest."""

    key: str
    title: str
    ids: array[int] = field(default_factory=lambda: array("q"))


def grouped(
    ids: Sequence[int], keys: Sequence[tuple[str, str]], kind: Grouping
) -> tuple[Group, ...]:
    """The groups in the order of their first rows, the rest last; ``keys`` with their titles."""
    found: dict[str, Group] = {}
    for row_id, (key, title) in zip(ids, keys, strict=True):
        group = found.get(key)
        if group is None:
            group = found[key] = Group(key, title)
        group.ids.append(row_id)
    if kind in _OF_SEVERAL:
        alone = {one.ids[0] for one in found.values() if one.key and len(one.ids) == 1}
        if alone:
            found = {key: one for key, one in found.items() if not key or len(one.ids) > 1}
            together = alone | set(found.pop("", Group("", "")).ids)
            found[""] = Group("", "", array("q", filter(together.__contains__, ids)))
    rest = found.pop("", None)
    return (*found.values(), *([rest] if rest is not None else []))


def laid_out(groups: Sequence[Group], folded: Collection[str]) -> array[int]:
    """The list of ids with a heading before each group, and nothing behind a folded one."""
    shown = array("q")
    for number, group in enumerate(groups):
        shown.append(-1 - number)
        if group.key not in folded:
            shown.extend(group.ids)
    return shown


def heading(group: Group, kind: Grouping, catalog: Catalog) -> str:
    """What a heading says, but for its count."""
    if not group.key:
        return catalog.t(f"queues.group_{kind}_rest")
    return catalog.t(f"queues.group_{kind}_one", title=group.title)


def heading_spoken(group: Group, kind: Grouping, catalog: Catalog, *, folded: bool) -> str:
    """The heading in one sentence, for a screen reader and the tooltip."""
    state = catalog.t("queues.group_folded" if folded else "queues.group_unfolded")
    return catalog.t(
        "queues.group_spoken",
        title=heading(group, kind, catalog),
        count=len(group.ids),
        state=state,
    )
