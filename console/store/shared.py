"""Shared queues for the rail: the rows of several branches put together, and understood or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from console.domain.query import Language
from console.domain.shared_queue import SharedQueue
from console.listing import SharedRow
from console.query_text import understood
from console.wire.codec import decode

StoredRow = tuple[str, bytes, int]
"""Branch, body, and whether something of it waits in the outbox."""


def shared_rows(
    rows: Iterable[StoredRow], language: Language, name_of: Callable[[str], str]
) -> list[SharedRow]:
    """One line for each queue, by name; ``rows`` come by id, ``name_of`` is of an operator's id.

    In each branch it may have been changed by somebody else: what was changed last is shown.
    """
    decoded = [(decode(body, SharedQueue), bool(waits)) for _, body, waits in rows]
    lines = [
        _line([queue for queue, _ in some], language, name_of, waits=any(w for _, w in some))
        for some in (list(group) for _, group in groupby(decoded, key=lambda one: one[0].id))
    ]
    return sorted(lines, key=lambda one: (one.name.casefold().replace("ё", "е"), one.id))


def _line(
    queues: Sequence[SharedQueue],
    language: Language,
    name_of: Callable[[str], str],
    *,
    waits: bool,
) -> SharedRow:
    live = [one for one in queues if not one.withdrawn]
    latest = max(live or queues, key=attrgetter("at", "version", "branch"))
    over = latest.over
    return SharedRow(
        id=latest.id,
        name=latest.name,
        query=understood(latest, language),
        text=latest.query,
        branches=tuple(one.branch for one in live),
        by=latest.by,
        by_name=name_of(latest.by),
        at=latest.at,
        waits=waits,
        over_by="" if over is None else over.by,
        over_by_name="" if over is None else name_of(over.by),
        over_name="" if over is None else over.name,
        over_gone=over is not None and over.withdrawn,
    )
