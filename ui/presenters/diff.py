"""The difference of two id lists, as the row operations that a Qt model announces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_MOVES = 24
"""Beyond so many single moves it is cheaper to announce a new layout."""

MOST_ROWS = 120_000
"""Of more rows between the first and the last difference nobody looks at each."""

_BLOCK = 512
_FEW = 64


@dataclass(frozen=True, slots=True)
class Remove:
    """Rows ``first``..``last`` go."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Move:
    """The row ``source`` goes to where it then is row ``target``."""

    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows ``first``..``last`` come; their ids are those of the new list."""

    first: int
    last: int


Operation = Remove | Move | Insert


def difference(old: Sequence[int], new: Sequence[int]) -> list[Operation] | None:
    """The operations that, one after another, turn ``old`` into ``new``; ids stand once in each.

    None where more than `MOST_MOVES` rows have changed places, or more than `MOST_ROWS` would have
    to be compared: announce a new layout instead.
    Removals come first (from the end), then moves, then insertions (from the start).
    """
    head = _common_head(old, new)
    tail = _common_tail(old, new, head)
    if max(len(old), len(new)) - tail - head > MOST_ROWS:
        return None
    was, now = list(old[head : len(old) - tail]), list(new[head : len(new) - tail])
    if not was and not now:
        return []
    before, after = set(was), set(now)
    kept, removed = _without(was, before - after)
    wanted, inserted = _without(now, after - before)
    moves = _moves(kept, wanted)
    if moves is None:
        return None
    operations: list[Operation] = [
        Remove(head + first, head + last) for first, last in reversed(list(_runs(removed)))
    ]
    operations += [Move(head + move.source, head + move.target) for move in moves]
    operations += [Insert(head + first, head + last) for first, last in _runs(inserted)]
    return operations


def _common_head(old: Sequence[int], new: Sequence[int], i: int = 0, j: int = 0) -> int:
    """How many are the same, from ``old[i]`` and ``new[j]`` on."""
    most, at = min(len(old) - i, len(new) - j), 0
    while at + _BLOCK <= most and old[i + at : i + at + _BLOCK] == new[j + at : j + at + _BLOCK]:
        at += _BLOCK
    while at < most and old[i + at] == new[j + at]:
        at += 1
    return at


def _common_tail(old: Sequence[int], new: Sequence[int], head: int) -> int:
    most, at = min(len(old), len(new)) - head, 0
    end, new_end = len(old), len(new)
    while (
        at + _BLOCK <= most
        and old[end - at - _BLOCK : end - at] == new[new_end - at - _BLOCK : new_end - at]
    ):
        at += _BLOCK
    while at < most and old[end - at - 1] == new[new_end - at - 1]:
        at += 1
    return at


def _without(ids: list[int], some: set[int]) -> tuple[list[int], list[int]]:
    """``ids`` less ``some`` of them, and where those stood."""
    if not some:
        return ids, []
    if len(some) > _FEW:
        places = [at for at, one in enumerate(ids) if one in some]
        return [one for one in ids if one not in some], places
    places, left = sorted(ids.index(one) for one in some), list(ids)
    for at in reversed(places):
        del left[at]
    return left, places


def _moves(kept: list[int], wanted: list[int]) -> list[Move] | None:
    """The single moves that turn one order of the same ids into another."""
    movers = _movers(kept, wanted)
    if movers is None:
        return None
    at_work, moves = list(kept), []
    for place, one in sorted((wanted.index(one), one) for one in movers):
        source = at_work.index(one)
        del at_work[source]
        target = at_work.index(wanted[place - 1]) + 1 if place else 0
        at_work.insert(target, one)
        if source != target:
            moves.append(Move(source, target))
    return moves


def _movers(kept: list[int], wanted: list[int]) -> set[int] | None:
    """Few ids without which both orders are the same; None where there are too many.

    At each disagreement the one that is farther from its place is taken for the mover.
    """
    movers: set[int] = set()
    i = j = 0
    while i < len(kept) and j < len(wanted):
        a, b = kept[i], wanted[j]
        if a == b:
            same = _common_head(kept, wanted, i, j)
            i, j = i + same, j + same
        elif a in movers:
            i += 1
        elif b in movers:
            j += 1
        elif len(movers) == MOST_MOVES:
            return None
        elif wanted.index(a, j) - j >= kept.index(b, i) - i:
            movers.add(a)
            i += 1
        else:
            movers.add(b)
            j += 1
    return movers


def _runs(places: Iterable[int]) -> Iterable[tuple[int, int]]:
    first = last = -2
    for at in places:
        if at == last + 1:
            last = at
            continue
        if first >= 0:
            yield first, last
        first = last = at
    if first >= 0:
        yield first, last
