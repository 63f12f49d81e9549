"""Shrinking: the smallest part of a failing schedule that still fails in the same way.

Items are left out by halves, quarters, eighths (Zeller's ddmin), then one by one; then stations.
Because each item has a salt of its own, the others mean what they meant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.simulation.schedule import Item, Schedule

Fails = Callable[[Schedule], bool]


def shrunk(schedule: Schedule, fails: Fails, *, most: int = 400) -> Schedule:
    """A smaller schedule for which ``fails`` holds too, found in at most ``most`` runs."""
    budget = _Budget(fails, most)
    found = _fewer_items(schedule, budget)
    found = _fewer_stations(found, budget)
    return _fewer_items(found, budget)


class _Budget:
    def __init__(self, fails: Fails, most: int) -> None:
        self._fails = fails
        self._left = most

    def fails(self, schedule: Schedule) -> bool:
        if self._left <= 0:
            return False
        self._left -= 1
        return self._fails(schedule)


def _fewer_items(schedule: Schedule, budget: _Budget) -> Schedule:
    items, parts = schedule.items, 2
    while len(items) >= 2:
        smaller = _without_a_part(schedule, items, parts, budget)
        if smaller is not None:
            items, parts = smaller, max(2, parts - 1)
        elif parts >= len(items):
            break
        else:
            parts = min(len(items), parts * 2)
    return replace(schedule, items=items)


def _without_a_part(
    schedule: Schedule, items: tuple[Item, ...], parts: int, budget: _Budget
) -> tuple[Item, ...] | None:
    size = -(-len(items) // parts)
    for start in range(0, len(items), size):
        rest = items[:start] + items[start + size :]
        if budget.fails(replace(schedule, items=rest)):
            return rest
    return None


def _fewer_stations(schedule: Schedule, budget: _Budget) -> Schedule:
    while len(schedule.people) > 1:
        fewer = replace(schedule, people=schedule.people[:-1])
        if not budget.fails(fewer):
            break
        schedule = fewer
    return schedule
