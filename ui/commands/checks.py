"""Checks of the command table: what would make a key dead or a condition senseless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from ui.commands.keys import both_layouts
from ui.commands.spec import Command
from ui.commands.when import FACTS, facts_in


def complaints(commands: Iterable[Command]) -> list[str]:
    """One sentence for each fault: an id or key that stands twice, a fact that nobody knows."""
    table = list(commands)
    return [*_twice(table), *_conflicts(table), *_unknown_facts(table)]


def _twice(table: list[Command]) -> Iterator[str]:
    seen: set[str] = set()
    for command in table:
        if command.id in seen:
            yield f"the command {command.id} stands twice"
        seen.add(command.id)


def _conflicts(table: list[Command]) -> Iterator[str]:
    for one, other in combinations(table, 2):
        if not _meet(one, other):
            continue
        shared = _keys(one) & _keys(other)
        if shared:
            yield f"{one.id} and {other.id} are both bound to {', '.join(sorted(shared))}"


def _meet(one: Command, other: Command) -> bool:
    return one.scope == other.scope or "window" in (one.scope, other.scope)


def _keys(command: Command) -> set[str]:
    return {key.lower() for key in both_layouts(command.keys)}


def _unknown_facts(table: list[Command]) -> Iterator[str]:
    for command in table:
        for fact in sorted(facts_in(command.when) - FACTS):
            yield f"{command.id} depends on “{fact}”, which nobody knows"
