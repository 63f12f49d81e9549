"""A page of the queue: rows by their ids, with all that their two lines show.

A page is one step of the database. Each step hands the interpreter to whichever thread wants it,
and has to wait until it is handed back: 128 of them beside a thread that computes took 60 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from console.domain.ids import Ref
from console.listing import Grouping, QueueRow
from console.store.instants import from_micros
from console.wire.codec import decode, encode

One = Callable[[str, Mapping[str, object]], Any]
"""The first column of the first row of a query."""

_PAGE = """
SELECT json_group_array(json_array(
       q.branch, q.id, q.number, q.status, q.topic, q.danger, q.high_priority, q.channel,
       q.author, q.place, q.first_line, q.created_at, q.started_at, q.due_at, q.preset, q.paused,
       q.owner, p.name, q.outage, o.status, o.etr,
       (SELECT min(state) FROM outbox AS b
        WHERE b.operator = :me AND b.branch = q.branch AND b.target = q.id),
       EXISTS (SELECT 1 FROM draft AS d
        WHERE d.operator = :me AND d.branch = q.branch AND d.appeal = q.id)
        OR EXISTS (SELECT 1 FROM mark AS m JOIN appeal AS a ON a.row = m.row
        JOIN draft AS d ON d.operator = :me AND d.branch = a.branch AND d.appeal = a.id
        WHERE m.key = 'duplicate:' || q.branch || '/' || q.id),
       q.ended = 0 AND NOT EXISTS (SELECT 1 FROM read_mark AS r
        WHERE r.operator = :me AND r.branch = q.branch AND r.appeal = q.id
          AND r.resident_message = q.resident_message),
       q.ended = 1 AND EXISTS (SELECT 1 FROM outbox AS b
        WHERE b.operator = :me AND b.branch = q.branch AND b.target = q.id AND b.state <> 'held'
          AND CAST(b.envelope AS TEXT) ->> '$.kind' IN ('send_reply', 'approve', 'close')),
       iif(q.woken = '' OR EXISTS (SELECT 1 FROM read_mark AS r
        WHERE r.operator = :me AND r.branch = q.branch AND r.appeal = q.id AND r.woken = q.woken),
        '', substr(q.woken, 1, instr(q.woken, ':') - 1))
       ) ORDER BY wanted.key)
FROM json_each(:ids) AS wanted
CROSS JOIN queue_row AS q ON q.row = wanted.value
LEFT JOIN operator AS p ON p.id = q.owner
LEFT JOIN outage_row AS o ON o.branch = q.branch AND o.id = q.outage
"""


_SETTLEMENT = "substr(q.place, 1, instr(q.place || ',', ',') - 1)"
_CONTACT = """coalesce(nullif(CAST(a.body AS TEXT) ->> '$.author.handle', ''),
    nullif(CAST(a.body AS TEXT) ->> '$.author.phone', ''), '')"""
_AREA = """(SELECT coalesce(CAST(o.body AS TEXT) ->> '$.areas[0].settlement', o.id)
    || ifnull(', ' || nullif(CAST(o.body AS TEXT) ->> '$.areas[0].street', ''), '')
    FROM outage_row AS o WHERE o.branch = q.branch AND o.id = q.outage)"""
_GROUPS: Mapping[Grouping, tuple[str, str]] = {
    Grouping.OUTAGE: ("q.outage", _AREA),
    Grouping.PLACE: (_SETTLEMENT, _SETTLEMENT),
    Grouping.THREAD: ("q.thread", "substr(q.first_line, 1, 120)"),
    Grouping.RESIDENT: (_CONTACT, "q.author"),
}
"""The key within a branch, and the title; a resident is known by profile or phone."""


def group_keys(one: One, ids: Sequence[int], kind: Grouping) -> list[tuple[str, str]]:
    """Key and title of the group of each of these rows; empty for a row that has none."""
    if not ids:
        return []
    key, title = _GROUPS[kind]
    # Half of the time where nothing of it is needed: SQLite would look each one up all the same.
    body = " LEFT JOIN appeal AS a ON a.row = wanted.value" if kind is Grouping.RESIDENT else ""
    found = one(
        "SELECT json_group_array(json_array(iif(k IS NULL OR k = '', '', branch || '/' || k),"
        f" ifnull(t, '')) ORDER BY n) FROM (SELECT wanted.key AS n, q.branch, {key} AS k,"
        f" {title} AS t FROM json_each(:ids) AS wanted"
        f" LEFT JOIN queue_row AS q ON q.row = wanted.value{body})",
        {"ids": encode(list(ids)).decode()},
    )
    return decode(found, list[tuple[str, str]])


def queue_rows(one: One, ids: Sequence[int], *, me: str) -> list[QueueRow]:
    """The rows of these ids, in the given order; a vanished one is left out."""
    if not ids:
        return []
    found = one(_PAGE, {"ids": encode(list(ids)).decode(), "me": me})
    return [_queue_row(row) for row in decode(found, list[list[Any]])]


def _queue_row(row: Sequence[Any]) -> QueueRow:
    return QueueRow(
        ref=Ref(row[0], row[1]),
        number=row[2],
        status=row[3],
        topic=row[4],
        danger=bool(row[5]),
        high_priority=bool(row[6]),
        channel=row[7],
        author=row[8],
        place=row[9],
        first_line=row[10],
        created_at=from_micros(row[11]),
        started_at=from_micros(row[12]),
        due_at=from_micros(row[13]),
        preset=row[14],
        paused=bool(row[15]),
        owner=row[16],
        owner_name=row[17] or row[16] or "",
        outage=row[18],
        outage_status=row[19],
        outage_etr=from_micros(row[20]),
        outbox_state=row[21],
        has_draft=bool(row[22]),
        unread=bool(row[23]),
        answer_waits=bool(row[24]),
        woken=row[25],
    )
