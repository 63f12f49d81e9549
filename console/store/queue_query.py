"""Queue queries as SQL: which rows, in which order, along which index.

Ids come back as one JSON array made by SQLite, several times cheaper than a row each: a queue of
100,000 is read in a few hundredths of a second, and there is no OFFSET anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.appeal import Status
from console.readmodel import QueueQuery, QueueSort
from console.store.instants import to_micros

_ORDERS: Mapping[QueueSort, tuple[str, str]] = {
    QueueSort.DUE: ("ended, due_key, row", "queue_due"),
    QueueSort.NEWEST: ("created_at DESC, row DESC", "queue_created"),
    QueueSort.OLDEST: ("created_at, row", "queue_created"),
    QueueSort.PLACE: ("place_key, row", "queue_place"),
    QueueSort.AUTHOR: ("author_key, row", "queue_author"),
}
"""Each order, and the index that is in it."""

_SMALL_PART = 20
"""A queue of less than a twentieth of all rows is sooner looked up and sorted than walked."""

_FILTERS: Mapping[str, str] = {
    "branches": "branch",
    "topics": "topic",
    "channels": "channel",
    "statuses": "status",
    "owners": "owner",
}
_DRAFTS = (
    "row IN (SELECT a.row FROM draft AS d JOIN appeal AS a"
    " ON a.branch = d.branch AND a.id = d.appeal WHERE d.operator = :me)"
)
_OUTBOX = (
    "row IN (SELECT a.row FROM outbox AS o JOIN appeal AS a"
    " ON a.branch = o.branch AND a.id = o.target WHERE o.operator = :me)"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Who asks, when, and how soon is soon."""

    me: str
    now: datetime
    due_soon: timedelta

    def binding(self) -> dict[str, object]:
        """The parameters that every condition may use."""
        return {
            "me": self.me,
            "now": to_micros(self.now),
            "soon": to_micros(self.now + self.due_soon),
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters. ``along`` is the index of the order, where that is to be walked."""

    conditions: tuple[str, ...]
    order: str
    along: str
    parameters: Mapping[str, object]

    def ids(self) -> str:
        """The query for all row ids in order, as one JSON array."""
        where = f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        index = f" INDEXED BY {self.along}" if self.along else ""
        return (
            "SELECT json_group_array(row) FROM "
            f"(SELECT row FROM queue_row{index}{where} ORDER BY {self.order})"
        )

    def only(self, ids: str) -> Statement:
        """The same, of these rows (a JSON array) alone: they are few and are looked up by id."""
        return Statement(
            conditions=("row IN (SELECT value FROM json_each(:ids))", *self.conditions),
            order=self.order,
            along="",
            parameters={**self.parameters, "ids": ids},
        )


def statement(query: QueueQuery, moment: Moment, *, size: Callable[[str], int]) -> Statement:
    """The SQL of a query but for its text; a queue key that is not known has no rows.

    ``size`` gives the number of rows of a queue that is counted. A small part of the store is
    found by its own index and then sorted; for a large one the order's index is walked, which
    costs the same whatever is filtered.
    """
    parameters = moment.binding()
    conditions = [*_queue(query.queue, parameters)]
    for name, column in _FILTERS.items():
        values = getattr(query, name)
        if values:
            conditions.append(_one_of(column, values, parameters))
    order, index = _ORDERS[query.sort]
    is_large = size(_counted(query.queue, moment.me)) * _SMALL_PART >= size("all")
    return Statement(tuple(conditions), order, index if is_large else "", parameters)


def _counted(queue: str, me: str) -> str:
    """The tally key that says how large a queue is, or at most is."""
    if queue in ("due_soon", "overdue"):
        return "open"
    return f"owner:{me}" if queue == "mine" else queue


def _one_of(column: str, values: tuple[str, ...], parameters: dict[str, object]) -> str:
    """A condition on a column; a topic stands for its children, an empty owner for nobody."""
    tests: list[str] = []
    for number, value in enumerate(values):
        name = f"{column}_{number}"
        parameters[name] = value
        if column == "topic" and "." not in value:
            tests.append(f"root = :{name}")
        elif column == "owner" and not value:
            tests.append("owner IS NULL")
        else:
            tests.append(f"{column} = :{name}")
    return tests[0] if len(tests) == 1 else f"({' OR '.join(tests)})"


def _queue(key: str, parameters: dict[str, object]) -> tuple[str, ...]:
    kind, colon, value = key.partition(":")
    if colon:
        parameters["key"] = value
        return _KEYED.get(kind, ("0",))
    return _PLAIN.get(key, ("0",))


_OPEN = "ended = 0"
_PLAIN: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "open": (_OPEN,),
    "mine": (_OPEN, "owner = :me"),
    "unassigned": (_OPEN, "owner IS NULL"),
    "due_soon": (_OPEN, "due_key > :now", "due_key <= :soon"),
    "overdue": (_OPEN, "due_key <= :now"),
    "danger": ("danger = 1", _OPEN),
    "approval": (f"status = '{Status.ON_APPROVAL}'",),
    "postponed": (f"status = '{Status.POSTPONED}'",),
    "answered": ("ended = 1",),
    "drafts": (_DRAFTS,),
    "outbox": (_OUTBOX,),
}
_KEYED: Mapping[str, tuple[str, ...]] = {
    "branch": (_OPEN, "branch = :key"),
    "topic": (_OPEN, "root = :key"),
    "owner": (_OPEN, "owner = :key"),
    "outage": ("row IN (SELECT row FROM outage_tag WHERE outage = :key)",),
}

Scalar = Callable[[str, Mapping[str, object]], int]

_TIMED: Mapping[str, str] = {
    "due_soon": "SELECT count(*) FROM queue_row WHERE ended = 0 AND due_key > :now"
    " AND due_key <= :soon",
    "overdue": "SELECT count(*) FROM queue_row WHERE ended = 0 AND due_key <= :now",
    "drafts": "SELECT count(*) FROM draft WHERE operator = :me",
    "outbox": "SELECT count(*) FROM outbox WHERE operator = :me",
}


def live_counts(scalar: Scalar, moment: Moment) -> dict[str, int]:
    """The counts that no tally can hold: they change with the time of day, or with who asks."""
    binding = moment.binding()
    return {key: scalar(sql, binding) for key, sql in _TIMED.items()}
