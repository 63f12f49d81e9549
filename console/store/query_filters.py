"""Operators of a search as conditions on ``queue_row``, each with parameters of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.domain.appeal import Status
from console.domain.query import Filter
from console.domain.query_time import Days
from console.domain.words import fold
from console.localtime import local
from console.store.instants import NEVER, to_micros

_FILES = (
    "SELECT a.row FROM message AS m JOIN appeal AS a ON a.branch = m.branch AND a.id = m.appeal"
)
_IS: Mapping[str, str] = {
    "open": "ended = 0",
    "answered": "ended = 1",
    "overdue": "(ended = 0 AND due_key <= :now)",
    "due_soon": "(ended = 0 AND due_key > :now AND due_key <= :soon)",
    "mine": "(ended = 0 AND owner = :me)",
    "unassigned": "(ended = 0 AND owner IS NULL)",
    "danger": "danger = 1",
    "priority": "high_priority = 1",
    "approval": f"status = '{Status.ON_APPROVAL}'",
    "postponed": f"status = '{Status.POSTPONED}'",
    "unread": "(ended = 0 AND NOT EXISTS (SELECT 1 FROM read_mark AS r WHERE r.operator = :me"
    " AND r.branch = queue_row.branch AND r.appeal = queue_row.id"
    " AND r.resident_message = queue_row.resident_message))",
}
_OF_THREAD = (
    "EXISTS (SELECT 1 FROM message AS m WHERE m.branch = queue_row.branch"
    " AND m.appeal = queue_row.id AND {})"
)
_HAS: Mapping[str, str] = {
    "photo": _OF_THREAD.format("instr(CAST(m.body AS TEXT), '\"image/')"),
    "file": _OF_THREAD.format("instr(CAST(m.body AS TEXT), '\"attachments\":[{')"),
    "note": _OF_THREAD.format("CAST(m.body AS TEXT) ->> '$.kind' = 'note'"),
    "reply": _OF_THREAD.format("CAST(m.body AS TEXT) ->> '$.kind' IN ('reply', 'interim')"),
    "phone": "EXISTS (SELECT 1 FROM appeal AS a WHERE a.row = queue_row.row"
    " AND CAST(a.body AS TEXT) ->> '$.author.phone' <> '')",
    "outage": "row IN (SELECT row FROM outage_tag)",
    "draft": "EXISTS (SELECT 1 FROM draft AS d WHERE d.operator = :me"
    " AND d.branch = queue_row.branch AND d.appeal = queue_row.id)",
}


@dataclass(slots=True)
class _Asked:
    """When and where it is asked, and the parameters of all conditions."""

    now: datetime
    zones: Mapping[str, ZoneInfo]
    values: dict[str, object] = field(default_factory=dict)

    def put(self, value: object) -> str:
        """Keep a value; the name by which a condition may use it."""
        name = f"f{len(self.values)}"
        self.values[name] = value
        return f":{name}"


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that must hold, with the parameters of both kinds.

    ``covered`` look at columns alone that each order's index has; ``others`` at whole rows.
    """

    covered: tuple[str, ...]
    others: tuple[str, ...]
    parameters: Mapping[str, object]


def conditions(
    filters: tuple[Filter, ...], *, now: datetime, zones: Mapping[str, ZoneInfo]
) -> Conditions:
    """SQL conditions, all of which must hold, with their parameters.

    A date is a local one: that of the region where the appeal comes from.
    """
    asked = _Asked(now, zones)
    covered: list[str] = []
    others: list[str] = []
    for one in filters:
        condition = _KINDS[one.key](one, asked)
        condition = f"NOT ifnull({condition}, 0)" if one.excluded else condition
        fits = one.key in _COVERED or (one.key == "is" and _COVERED_STATES.issuperset(one.values))
        (covered if fits else others).append(condition)
    return Conditions(tuple(covered), tuple(others), asked.values)


def _values(column: str) -> _Kind:
    def condition(one: Filter, asked: _Asked) -> str:
        return f"{column} IN ({', '.join(map(asked.put, one.values))})"

    return condition


def _topic(one: Filter, asked: _Asked) -> str:
    tests = [f"{'topic' if '.' in value else 'root'} = {asked.put(value)}" for value in one.values]
    return f"({' OR '.join(tests)})"


def _owner(one: Filter, asked: _Asked) -> str:
    tests = []
    for value in one.values:
        if value == "me":
            tests.append("owner = :me")
        elif value == "none":
            tests.append("owner IS NULL")
        else:
            # SQLite folds Latin letters alone: names are compared as they are written, too.
            names = {value, value.capitalize(), value.lower()}
            likes = [f"name LIKE {asked.put(f'%{name}%')}" for name in sorted(names)]
            tests.append(
                f"owner IN (SELECT id FROM operator WHERE id = {asked.put(value)}"
                f" OR {' OR '.join(likes)})"
            )
    return f"({' OR '.join(tests)})"


def _contained(column: str) -> _Kind:
    def condition(one: Filter, asked: _Asked) -> str:
        words = [word for value in one.values for word in fold(value).split()]
        tests = [f"instr({column}, {asked.put(_stem(word))})" for word in words]
        return f"({' AND '.join(tests)})"

    return condition


def _stem(word: str) -> str:
    """A name without its case ending: «Иванову» is found as «Иванов»."""
    for ending in ("ой", "ого", "ому", "ым", "ом", "ем", "ей", "а", "у", "ю", "я", "е", "ы", "и"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _number(one: Filter, asked: _Asked) -> str:
    said = one.values[0]  # SQLite folds Latin letters alone
    each = [f"instr(number, {asked.put(form)})" for form in {said, said.upper(), said.lower()}]
    return f"({' OR '.join(each)})"


def _phone(one: Filter, asked: _Asked) -> str:
    digits = "".join(char for char in one.values[0] if char.isdigit())[-10:]
    return (
        "EXISTS (SELECT 1 FROM appeal AS a WHERE a.row = queue_row.row"
        f" AND CAST(a.body AS TEXT) ->> '$.author.phone' LIKE {asked.put(f'%{digits}')})"
    )


def _outage(one: Filter, asked: _Asked) -> str:
    tests = []
    for value in one.values:
        if value in ("any", "none"):
            test = "row IN (SELECT row FROM outage_tag)"
            tests.append(test if value == "any" else f"NOT {test}")
        else:
            tests.append(
                "row IN (SELECT row FROM outage_tag WHERE"
                f" instr(lower(outage), lower({asked.put(value)})))"
            )
    return f"({' OR '.join(tests)})"


def _due(one: Filter, asked: _Asked) -> str:
    if one.length is not None:
        sign = ">" if one.sign == ">" else "<="
        until = asked.put(to_micros(asked.now + one.length))
        return f"(ended = 0 AND due_key < {NEVER} AND due_key {sign} {until})"
    if one.days is not None:
        return f"(ended = 0 AND {_on_days('due_key', one, one.days, asked)})"
    tests = {
        "overdue": _IS["overdue"],
        "none": f"(ended = 0 AND due_key = {NEVER})",
    }
    return f"({' OR '.join(tests[value] for value in one.values)})"


def _at(one: Filter, asked: _Asked) -> str:
    assert one.days is not None
    return _on_days("created_at", one, one.days, asked)


def _on_days(column: str, one: Filter, days: Days, asked: _Asked) -> str:
    """A condition for each zone that branches are in."""
    by_zone: dict[ZoneInfo, list[str]] = defaultdict(list)
    for branch, zone in asked.zones.items():
        by_zone[zone].append(branch)
    tests = []
    for zone, branches in by_zone.items():
        there = days.seen_on(local(asked.now, zone).date())
        begin = datetime.combine(there.first, time(), zone)
        end = datetime.combine(there.last + timedelta(days=1), time(), zone)
        bounds = {
            ":": [(">=", begin), ("<", end)],
            "<": [("<", begin)],
            ">": [(">=", end)],
        }[one.sign]
        within = [f"{column} {sign} {asked.put(to_micros(at))}" for sign, at in bounds]
        where = f"branch IN ({', '.join(map(asked.put, branches))})"
        tests.append(f"({' AND '.join([*within, where])})")
    return f"({' OR '.join(tests)})" if tests else "0"


def _named(conditions: Mapping[str, str]) -> _Kind:
    def condition(one: Filter, _asked: _Asked) -> str:
        return f"({' OR '.join(conditions[value] for value in one.values)})"

    return condition


_Kind = Callable[[Filter, _Asked], str]
_KINDS: Mapping[str, _Kind] = {
    "from": _contained("author_key"),
    "place": _contained("place_key"),
    "phone": _phone,
    "number": _number,
    "branch": _values("branch"),
    "channel": _values("channel"),
    "status": _values("status"),
    "topic": _topic,
    "owner": _owner,
    "due": _due,
    "at": _at,
    "outage": _outage,
    "has": _named(_HAS),
    "is": _named(_IS),
}


_COVERED = frozenset({"branch", "channel", "status", "topic", "due", "outage"})
_COVERED_STATES = frozenset(_IS) - {"unread", "priority"}
