"""Bounds: how long each text of a mutation may be, how large each number, and what no text holds.

One table for both sides: the console refuses before anything is queued, so that the words stay
where they were typed, and the server refuses what comes past a console. The limits are ours ([K]):
each is several times what the longest channel, the widest cabinet column or any calendar of the
centre needs, and still small enough that no row is a burden to those who mirror it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, NamedTuple, TypeVar

from console.domain.cleaning import tidy

T = TypeVar("T")


class Bound(NamedTuple):
    """A text may have ``longest`` characters; one with ``lines`` may also have line ends."""

    longest: int
    lines: bool = False


KEY: Final = Bound(64)
"""An id, or a key of resources/: what the server's key columns hold."""

NAME: Final = Bound(200)
"""A name of a person, place or thing, in one line."""

ADDRESS: Final = Bound(1_000)
"""The address of a profile."""

QUERY: Final = Bound(4_000)
"""A question in the query language, with every branch, topic and status named."""

REASON: Final = Bound(2_000, lines=True)
"""Why something was done, or a list of houses."""

TEXT: Final = Bound(20_000, lines=True)
"""Words to a resident or a note: the longest channel with a limit (site) takes 8,000."""

MANY: Final = 200
"""Parts of one kind in one mutation: quotes, overruled checks, streets of an outage."""

FILES: Final = 20
"""Attachments of one message, whatever the norms of its channel say."""

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2090, 1, 1, tzinfo=UTC)
"""Instants outside of these are a slip, and none could be shown in every zone and calendar."""

TEXTS: Final[Mapping[str, Bound]] = {
    "text": TEXT,
    "reason": REASON,
    "fact": REASON,
    "cause": REASON,
    "houses": REASON,
    "said": TEXT,
    "note": TEXT,
    "brief": REASON,
    "told": NAME,
    "what": REASON,
    "to": NAME,
    "settlement": NAME,
    "municipality": NAME,
    "street": NAME,
    "house": NAME,
    "res": NAME,
    "substation": NAME,
    "feeder": NAME,
    "transformer": NAME,
    "crew": NAME,
    "topic": KEY,
    "template": KEY,
    "rule": KEY,
    "message": KEY,
    "outage": KEY,
    "corrects": KEY,
    "of": KEY,
    "mentions": KEY,
    "channel": KEY,
    "handle": ADDRESS,
    "phone": KEY,
    "nested_in": KEY,
    "id": KEY,
    "name": NAME,
    "queue": NAME,
    "query": QUERY,
    "sort": KEY,
    "group": KEY,
    "word": NAME,
    "use": KEY,
    "form": NAME,
    "media": NAME,
    "digest": KEY,
}
"""The bound of every text of every mutation, by the name of its field."""

NUMBERS: Final[Mapping[str, tuple[float, float]]] = {
    "confidence": (0, 1),
    "lat": (-90, 90),
    "lon": (-180, 180),
    "residents": (0, 10_000_000),
    "base": (0, 2**53),
    "outage_version": (0, 2**53),
    "size": (0, 100 * 1024 * 1024),
}
"""The least and the greatest value of every number, by the name of its field."""

COUNTS: Final[Mapping[str, int]] = {"attachments": FILES}
"""How many parts there may be of a kind of which there may not be `MANY`."""

_ODD: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_END: Final = re.compile(r"[\r\n]")
_LINE_ENDS: Final = re.compile(r"\s*[\r\n]\s*")


@dataclass(frozen=True, slots=True)
class Breach:
    """What is out of bounds; ``code`` and ``params`` are those of a refusal.

    ``code``: ``too_long`` (characters), ``too_many`` (parts), ``odd_characters`` (controls, or
    line ends in what has one line), ``out_of_range`` (numbers, instants).
    """

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


def breach(value: object) -> Breach | None:
    """The first thing in ``value`` (a mutation, or one of its parts) that is out of bounds."""
    for name, part in _parts(value, ""):
        found = _breach(name, part)
        if found is not None:
            return found
    return None


def text_breach(name: str, text: str, bound: Bound) -> Breach | None:
    """What is wrong with one text by this bound; ``name`` is only to be told."""
    if len(text) > bound.longest:
        return _over("too_long", name, bound.longest, len(text))
    if _ODD.search(text) or (not bound.lines and _LINE_END.search(text)):
        return Breach("odd_characters", {"field": name})
    return None


def cleaned(value: T) -> T:
    """``value`` (a mutation, or one of its parts) without characters that nobody can see.

    What is pasted brings them along. Line ends in a text of one line become spaces.
    """
    changed: Any = _cleaned(value, "")
    return changed  # type: ignore[no-any-return]


def cleaned_text(text: str, bound: Bound) -> str:
    """One text without characters that nobody can see."""
    seen = tidy(text)
    if seen.isprintable():
        return seen
    seen = _ODD.sub("", seen)
    return seen if bound.lines else _LINE_ENDS.sub(" ", seen)


def _parts(value: object, name: str) -> Iterator[tuple[str, object]]:
    if is_dataclass(value):
        for each in fields(value):
            yield from _parts(getattr(value, each.name), each.name)
        return
    yield name, value
    if isinstance(value, tuple):
        for item in value[:MANY]:
            yield from _parts(item, name)


def _breach(name: str, part: object) -> Breach | None:
    if isinstance(part, str) and not isinstance(part, Enum):
        return text_breach(name, part, TEXTS[name])
    if isinstance(part, tuple) and len(part) > (most := COUNTS.get(name, MANY)):
        return _over("too_many", name, most, len(part))
    if isinstance(part, datetime) and not EARLIEST <= part < LATEST:
        return Breach("out_of_range", {"field": name})
    if isinstance(part, int | float) and not isinstance(part, bool):
        least, greatest = NUMBERS[name]
        if not least <= part <= greatest:
            return Breach("out_of_range", {"field": name})
    return None


def _over(code: str, name: str, limit: int, length: int) -> Breach:
    return Breach(code, {"field": name, "limit": str(limit), "length": str(length)})


def _cleaned(value: Any, name: str) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: getattr(value, each.name) for each in fields(value)}
        after = {key: _cleaned(part, key) for key, part in parts.items()}
        changed = {key: part for key, part in after.items() if part is not parts[key]}
        return replace(value, **changed) if changed else value
    if isinstance(value, tuple):
        items = tuple(_cleaned(item, name) for item in value)
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    if isinstance(value, str) and not isinstance(value, Enum):
        after_text = cleaned_text(value, TEXTS[name])
        return value if after_text == value else after_text
    return value
