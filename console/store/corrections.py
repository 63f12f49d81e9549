"""Who was told when an outage ends, read from the store along the index of quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from console.domain.ids import Ref
from console.domain.operator import Operator
from console.domain.outage import Outage
from console.readmodel import Thread
from console.store.appeal_view import thread
from console.wire.codec import decode

Rows = Callable[[str, Mapping[str, object]], Iterable[Any]]

_QUOTING = "SELECT DISTINCT appeal FROM quote WHERE branch = :branch AND outage = :outage"
_TAGGED = """
SELECT a.id FROM outage_tag AS t JOIN appeal AS a ON a.row = t.row
WHERE t.outage = :outage AND a.branch = :branch
"""
_CHANGED = """
SELECT o.body FROM outage_row AS o
WHERE (o.active = 1 OR (o.status = 'cancelled' AND o.etr > :now))
  AND EXISTS (SELECT 1 FROM quote AS q WHERE q.branch = o.branch AND q.outage = o.id)
ORDER BY o.started_at DESC
"""


def quoted_outages(rows: Rows, *, now: int) -> list[Outage]:
    """Outages that are not over, or were called off, and that published replies speak of.

    ``now`` in microseconds: nobody waits any more for what was to be over by then.
    """
    return [decode(body, Outage) for (body,) in rows(_CHANGED, {"now": now})]


def told_threads(
    rows: Rows, outage: Ref, *, me: str, actor: Operator | None, tagged: bool
) -> list[Thread]:
    """The threads in which a reply quotes ``outage``; ``tagged``: also those linked with it."""
    key = {"branch": outage.branch, "outage": outage.id}
    ids = {ident for (ident,) in rows(_QUOTING, key)}
    if tagged:
        ids |= {ident for (ident,) in rows(_TAGGED, key)}
    found = (thread(rows, Ref(outage.branch, ident), me=me, actor=actor) for ident in sorted(ids))
    return [each for each in found if each is not None]
