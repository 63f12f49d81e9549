"""Queue queries as SQL: which rows, in which order, along which index.

Ids come back as JSON arrays made by SQLite, several times cheaper than a row each. A large queue
is read in parts, each of so many entries of the index of its order, whether they belong to the
queue or not: the first part is there within a few milliseconds at a million appeals, however rare
what is looked for, and between two parts whoever reads may find that it is not wanted any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from console.domain.status import Status
from console.listing import QueueQuery, QueueSort
from console.store.instants import to_micros


@dataclass(frozen=True, slots=True)
class Order:
    """An order of rows: the columns of its key, the index that is in it, and which way.

    ``behind`` is a condition on what stands before these columns in the index.
    """

    columns: tuple[str, str]
    index: str
    descending: bool = False
    behind: str = ""

    @property
    def sql(self) -> str:
        """What stands behind ORDER BY."""
        return ", ".join(f"{one} DESC" if self.descending else one for one in self.columns)

    @property
    def beyond(self) -> tuple[str, ...]:
        """Conditions: after the row whose key is bound as ``after0`` and ``after1``.

        One of them holds. Each is a place in the index; an OR of them, or a comparison of both
        columns at once, would be looked for entry by entry.
        """
        (first, row), sign = self.columns, "<" if self.descending else ">"
        return (f"{first} = :after0 AND {row} {sign} :after1", f"{first} {sign} :after0")


_ORDERS: Mapping[QueueSort, Order] = {
    QueueSort.DUE: Order(("due_key", "row"), "queue_due"),
    QueueSort.MATCH: Order(("created_at", "row"), "queue_created", descending=True),
    QueueSort.NEWEST: Order(("created_at", "row"), "queue_created", descending=True),
    QueueSort.OLDEST: Order(("created_at", "row"), "queue_created"),
    QueueSort.PLACE: Order(("place_key", "row"), "queue_place"),
    QueueSort.AUTHOR: Order(("author_key", "row"), "queue_author"),
}

_DUE = _ORDERS[QueueSort.DUE]

_FEW, _FEW_DUE = 3_000, 10_000
"""A queue of no more rows is sooner looked up and sorted than the first of it is walked to; what is
due of some queues has an index of its own, where nothing has to be sorted."""

_MANY_IN_DANGER = 12_000
"""A lane of danger of no more rows is sorted within half a frame."""

_LANE_INDEX = "queue_danger"

_HAVE_DUE = ("mine", "approval", "postponed", "topic", "owner")

_OWN_INDEX: Mapping[str, str] = {
    "mine": "queue_owner",
    "owner": "queue_owner",
    "approval": "queue_status",
    "postponed": "queue_status",
}
"""The index that finds a small queue. It is named: SQLite would sooner read `queue_due` whole."""

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


_PROMISES = "row IN (SELECT row FROM mark WHERE key = 'promise')"
_OFFERED_KEYS = "key IN ('offered_to:' || :me, 'declined:' || :me)"
_OFFERED = f"row IN (SELECT row FROM mark WHERE {_OFFERED_KEYS})"
_MENTIONS = "row IN (SELECT row FROM mark WHERE key = 'mention:' || :me)"


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


Key = tuple[Any, ...]
"""The values of an order's two columns in one row."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters. ``walked`` is whether the index of the order is to be walked.

    ``found_by`` is the index by which all rows are found instead, empty where SQLite chooses.
    """

    conditions: tuple[str, ...]
    order: Order
    walked: bool
    parameters: Mapping[str, object]
    found_by: str = ""

    def ids(self) -> str:
        """The query for all row ids in order, as one JSON array."""
        # A promise is due whether its appeal was answered or not.
        apart = self.order is _DUE and _PROMISES not in self.conditions
        first = "ended, " if apart else ""
        index = f" INDEXED BY {self.found_by}" if self.found_by else ""
        return (
            f"SELECT json_group_array(row) FROM (SELECT row FROM queue_row{index}"
            f"{_where(self.conditions)} ORDER BY {first}{self.order.sql})"
        )

    def only(self, ids: str) -> Statement:
        """The same, of these rows (a JSON array) alone: they are few and are looked up by id."""
        return Statement(
            conditions=("row IN (SELECT value FROM json_each(:ids))", *self.conditions),
            order=self.order,
            walked=False,
            parameters={**self.parameters, "ids": ids},
        )

    def among(self, rows: str) -> Statement:
        """The same of these rows (a JSON array), in whichever order; `only` narrows it further."""
        return replace(
            self,
            conditions=("row IN (SELECT value FROM json_each(:among))", *self.conditions),
            walked=False,
            parameters={**self.parameters, "among": rows},
        )

    def in_danger(self, *, size: Callable[[str], int]) -> Statement:
        """The same, of the open appeals of the lane of danger.

        Those of a large queue are sorted from an index of their own; very many are walked to as
        well, for the first rows' sake.
        """
        conditions = dict.fromkeys((*_PLAIN["danger"], *self.conditions))
        return replace(
            self,
            conditions=tuple(conditions),
            walked=self.walked and size("danger") > _MANY_IN_DANGER,
            found_by=self.found_by or (_LANE_INDEX if self.walked else ""),
        )

    def below_danger(self) -> Statement:
        """The same, without those that stand above all."""
        return replace(self, conditions=(*self.conditions, _NOT_IN_DANGER))

    def segments(self) -> tuple[Statement, ...]:
        """The parts of the order's index that the queue is in, one after another."""
        if self.order is not _DUE:
            return (self,)
        wanted = [one for one in (_OPEN, _ANSWERED) if one in self.conditions]
        return tuple(
            replace(self, order=replace(_DUE, behind=one)) for one in wanted or (_OPEN, _ANSWERED)
        )

    def last_key(self, after: Key | None, entries: int) -> tuple[str, Mapping[str, object]]:
        """The query for the key of the entry that stands so many on in the index; none at its end.

        ``after`` is the key of the entry before the first one, None at the beginning.
        """
        walk = self._entries(after, self.order.columns)
        return f"{walk} LIMIT 1 OFFSET {entries - 1}", {**self.parameters, **_bind(after)}

    def part(self, after: Key | None, entries: int) -> tuple[str, Mapping[str, object]]:
        """The query for the ids that belong to the queue among so many entries of the index."""
        first = self.order.columns[0]
        covered = [first, *(one for one in _FILTERED if one != first), "row"]
        inner = f"{self._entries(after, covered)} LIMIT {entries}"
        return (
            f"SELECT json_group_array(row) FROM ({inner}){_where(self.conditions)}",
            {**self.parameters, **_bind(after)},
        )

    def _entries(self, after: Key | None, columns: Sequence[str]) -> str:
        """Entries of the index; none of those outside of the queue's bounds in it is looked at."""
        bounds = [self.order.behind] if self.order.behind else []
        if bounds:
            bounds += [one for one in self.conditions if one in _DUE_BOUNDS]
        walks = [
            f"SELECT {', '.join(columns)} FROM queue_row INDEXED BY {self.order.index}"
            f"{_where([*bounds, *beyond])}"
            for beyond in ([()] if after is None else [(one,) for one in self.order.beyond])
        ]
        return f"{' UNION ALL '.join(walks)} ORDER BY {self.order.sql}"


def _where(conditions: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _bind(after: Key | None) -> dict[str, object]:
    return {f"after{number}": value for number, value in enumerate(after or ())}


def statement(query: QueueQuery, moment: Moment, *, size: Callable[[str], int]) -> Statement:
    """The SQL of a query but for its text; a queue key that is not known has no rows.

    ``size`` gives the number of rows of a queue that is counted. A small one is found by its own
    index and then sorted; for a large one the order's index is walked, which costs the same
    whatever is filtered, and has the first rows soon.
    """
    parameters = moment.binding()
    conditions = [*_queue(query.queue, parameters)]
    for name, column in _FILTERS.items():
        values = getattr(query, name)
        if values:
            conditions.append(_one_of(column, values, parameters))
    of_its_own = query.sort is QueueSort.DUE and query.queue.partition(":")[0] in _HAVE_DUE
    is_large = size(_counted(query.queue, moment.me)) > (_FEW_DUE if of_its_own else _FEW)
    return Statement(
        tuple(conditions),
        _ORDERS[query.sort],
        is_large,
        parameters,
        found_by=_OWN_INDEX.get(query.queue.partition(":")[0], ""),
    )


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
_SOON = ("due_key > :now", "due_key <= :soon")
_OVERDUE = ("due_key <= :now",)
_ANSWERED = "ended = 1"
_NOT_IN_DANGER = f"NOT (danger = 1 AND {_OPEN})"
_DUE_BOUNDS = frozenset((*_SOON, *_OVERDUE))
"""Conditions on the column that `queue_due` is in the order of."""

_FILTERED = ("ended", "due_key", "branch", "owner", "root", "topic", "channel", "status", "danger")
"""What queues filter by: every index of an order holds these."""

_PLAIN: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "open": (_OPEN,),
    "mine": (_OPEN, "owner = :me"),
    "unassigned": (_OPEN, "owner IS NULL"),
    "due_soon": (_OPEN, *_SOON),
    "overdue": (_OPEN, *_OVERDUE),
    "danger": ("danger = 1", _OPEN),
    "approval": (_OPEN, f"status = '{Status.ON_APPROVAL}'"),
    "postponed": (_OPEN, f"status = '{Status.POSTPONED}'"),
    "answered": (_ANSWERED,),
    "drafts": (_DRAFTS,),
    "mentions": (_MENTIONS,),
    "promises": (_PROMISES,),
    "offered": (_OFFERED,),
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
    "mentions": "SELECT count(*) FROM mark WHERE key = 'mention:' || :me",
    "promises": "SELECT count(*) FROM mark WHERE key = 'promise'",
    "offered": f"SELECT count(*) FROM mark WHERE {_OFFERED_KEYS}",
    "outbox": "SELECT count(*) FROM outbox WHERE operator = :me",
}


def live_counts(scalar: Scalar, moment: Moment) -> dict[str, int]:
    """The counts that no tally can hold: they change with the time of day, or with who asks."""
    binding = moment.binding()
    return {key: scalar(sql, binding) for key, sql in _TIMED.items()}
