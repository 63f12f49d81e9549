"""A queue as text in the query language: what is shared must be read by people and by programs.

    queue «open», in Omsk, about outages, with photos  →  филиал:omsk тема:outage есть:фото

The list itself (``open``, ``mine``, ``outage:ID``) is a word beside the text. What the head of the
queue narrows by stands at the beginning of the text, spelt by its keys, and becomes filters again
where it is read; what else there is stays text, and is searched for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from console.domain.query import Language, parse
from console.domain.shared_queue import SharedQueue
from console.listing import Grouping, QueueQuery, QueueSort

LISTS: Final = frozenset(
    {
        "all",
        "open",
        "mine",
        "unassigned",
        "due_soon",
        "overdue",
        "danger",
        "approval",
        "postponed",
        "answered",
        "promises",
    }
)
"""The lists that mean something to everybody; drafts, outbox and mentions are one's own."""

_PREFIXES: Final = ("outage:", "branch:", "topic:")
_FILTERS: Final[Mapping[str, str]] = {
    "branch": "branches",
    "topic": "topics",
    "channel": "channels",
    "status": "statuses",
}
"""The operators that filters of the head are spelt by, in the order of the text."""

_ANY_DAY: Final = date(2026, 1, 1)
"""Whether a date is one does not depend on the day on which it is asked."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A queue as it is shared: its list, and in the query language what narrows it."""

    queue: str
    text: str


def spelled(query: QueueQuery, language: Language) -> Spelled | None:
    """``query`` as text; None where colleagues could not make the same of it.

    That is so for lists that are one's own, for several owners at once, and where something of the
    text is no operator although it looks like one: a newer program may know it.
    """
    parts = [
        _said(language, key, tuple(getattr(query, name)))
        for key, name in _FILTERS.items()
        if getattr(query, name)
    ]
    if len(query.owners) > 1:
        return None
    parts += [_said(language, "owner", (owner or "none",)) for owner in query.owners]
    made = Spelled(query.queue, " ".join([*parts, query.text.strip()]).strip())
    return made if _read(made, language) is not None and all(parts) else None


def understood(shared: SharedQueue, language: Language) -> QueueQuery | None:
    """What is asked; None where this program does not understand all of it."""
    found = _read(Spelled(shared.queue, shared.query), language)
    if found is None:
        return None
    sorts = {str(one): one for one in QueueSort}
    groups = {str(one): one for one in Grouping}
    return replace(
        found,
        sort=sorts.get(shared.sort, QueueSort.DUE),
        group=groups.get(shared.group, Grouping.NONE),
        strict=shared.strict,
    )


def _read(made: Spelled, language: Language) -> QueueQuery | None:
    if made.queue not in LISTS and not made.queue.startswith(_PREFIXES):
        return None
    if parse(made.text, language, today=_ANY_DAY).problems:
        return None
    query, text = QueueQuery(made.queue), made.text.strip()
    for key, name in _FILTERS.items():
        word, _, rest = text.partition(" ")
        values = _values(word, key, language)
        if values:
            query, text = replace(query, **{name: values}), rest.strip()  # type: ignore[arg-type]
    return replace(query, text=text)


def _values(word: str, key: str, language: Language) -> tuple[str, ...]:
    """The keys that ``word`` filters by, if it is spelt just as `spelled` does."""
    filters = parse(word, language, today=_ANY_DAY).filters
    if len(filters) != 1 or filters[0].key != key:
        return ()
    values = filters[0].values
    return values if word == _said(language, key, values) else ()


def _said(language: Language, key: str, values: tuple[str, ...]) -> str:
    """«филиал:omsk,chita»; empty where the language has no such operator."""
    names = next((one.names for one in language.operators if one.key == key), ())
    return f"{names[0]}:{','.join(values)}" if names else ""
