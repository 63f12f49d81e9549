"""Around an appeal: what else there is of its author, its post, its street and its words.

Candidates come along an index, never from a walk of the store; whether they are what was looked for
is decided on the rows themselves. Some of it takes tens of milliseconds in a large store: not for
the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from console.domain.appeal import Appeal, Author, Status
from console.domain.ids import Ref
from console.domain.message import Message
from console.domain.phone import is_whole, national
from console.domain.similarity import same_person
from console.fulltext import documents
from console.readmodel import Comment, EarlierAppeal, LinkedRow, LinkKind, QueueRow
from console.roots import root
from console.store.instants import from_micros, to_micros
from console.store.queue_rows import duplicates_of, linked_to, street_key
from console.wire.codec import decode, encode

Rows = Callable[[str, Mapping[str, object]], Iterable[Any]]
ReadRows = Callable[[Sequence[int]], list[QueueRow]]

_MANY: Final = 200
_TEXT_HITS: Final = 40
_TELLING: Final = 4
"""Words of a text that are looked for at once: the longest are the rarest."""
_NEAR: Final = timedelta(days=4)

_BODIES = """
SELECT a.row, a.body, q.status, q.owner FROM json_each(:ids) AS wanted
JOIN appeal AS a ON a.row = wanted.value JOIN queue_row AS q ON q.row = a.row
"""
_FOUND = "SELECT rowid FROM words WHERE words MATCH :words ORDER BY rowid DESC LIMIT :most"
_STREET = """
SELECT row FROM queue_row INDEXED BY queue_place
WHERE place_key >= :first AND place_key < :last AND branch = :branch LIMIT :most
"""
_THREAD = """
SELECT q.branch, q.id, q.author, q.created_at, a.body, q.status
FROM queue_row AS q INDEXED BY queue_thread JOIN appeal AS a ON a.row = q.row
WHERE q.branch = :branch AND q.thread = :thread AND q.thread <> '' AND q.id <> :id
ORDER BY q.created_at LIMIT :most
"""
_ROW = "SELECT row FROM appeal WHERE branch = :branch AND id = :id"
_MARKED = "SELECT row FROM mark WHERE key = :key ORDER BY row LIMIT :most"
_MESSAGE = "SELECT body FROM message WHERE branch = :branch AND id = :id"


def of_person(
    rows: Rows, read: ReadRows, author: Author, *, but: Ref | None, limit: int
) -> list[EarlierAppeal]:
    """The appeals of the same profile or phone, newest first; never by name alone."""
    found = [
        (row, appeal)
        for row, appeal in _appeals(rows, _rows_of_person(rows, author))
        if appeal.ref != but and same_person(author, appeal.author)
    ]
    found.sort(key=lambda each: each[1].created_at, reverse=True)
    shown = {row.ref: row for row in read([row for row, _ in found[:limit]])}
    return [
        _earlier(rows, appeal, shown[appeal.ref])
        for _, appeal in found[:limit]
        if appeal.ref in shown
    ]


def candidates(rows: Rows, appeal: Appeal) -> list[Appeal]:
    """What may be the same as ``appeal``, for `similarity.similar` to judge; in no order."""
    ids: dict[int, None] = dict.fromkeys(_rows_of_person(rows, appeal.author))
    ids.update(dict.fromkeys(_rows_of_street(rows, appeal)))
    ids.update(dict.fromkeys(_rows_of_text(rows, appeal)))
    return [
        other
        for _, other in _appeals(rows, ids)
        if other.ref != appeal.ref and other.branch == appeal.branch
    ]


def comments(rows: Rows, appeal: Appeal, *, limit: int = _MANY) -> list[Comment]:
    """What other people wrote under the same post, oldest first."""
    key = {"branch": appeal.branch, "thread": appeal.thread, "id": appeal.id, "most": limit}
    found = []
    for branch, ident, author, at, body, status in rows(_THREAD, key):
        other = decode(body, Appeal)
        if not same_person(appeal.author, other.author):
            found.append(Comment(Ref(branch, ident), author, from_micros(at), other.text, status))
    return found


def linked(rows: Rows, read: ReadRows, appeal: Appeal) -> list[LinkedRow]:
    """What the appeal is merged with or linked to, from either side."""
    found: dict[int, tuple[LinkKind, bool]] = {}
    if appeal.duplicate_of is not None:
        _add(found, _row_of(rows, Ref(appeal.branch, appeal.duplicate_of)), LinkKind.PRIMARY)
    for row in _marked(rows, duplicates_of(appeal.ref)):
        _add(found, row, LinkKind.DUPLICATE, here=False)
    for other in appeal.related:
        _add(found, _row_of(rows, Ref(appeal.branch, other)), LinkKind.RELATED)
    for row in _marked(rows, linked_to(appeal.ref)):
        _add(found, row, LinkKind.RELATED, here=False)
    told = []
    for row, (kind, here) in found.items():
        told += [LinkedRow(kind, each, here) for each in read([row])]
    return told


def _add(
    found: dict[int, tuple[LinkKind, bool]], row: int | None, kind: LinkKind, *, here: bool = True
) -> None:
    if row is not None:
        found.setdefault(row, (kind, here))


def _marked(rows: Rows, key: str) -> Iterator[int]:
    return (row for (row,) in rows(_MARKED, {"key": key, "most": _MANY}))


def _row_of(rows: Rows, ref: Ref) -> int | None:
    for (row,) in rows(_ROW, {"branch": ref.branch, "id": ref.id}):
        return int(row)
    return None


def _rows_of_person(rows: Rows, author: Author) -> list[int]:
    found: dict[int, None] = {}
    if is_whole(author.phone):
        found.update(dict.fromkeys(_by_words(rows, [national(author.phone)], _MANY)))
    whole = max(documents.plain_words(author.handle), key=len, default="")
    if whole:
        found.update(dict.fromkeys(_by_words(rows, [whole], _MANY)))
    return list(found)


def _rows_of_street(rows: Rows, appeal: Appeal) -> list[int]:
    first = street_key(appeal.place)
    if not first:
        return []
    key = {"first": first, "last": f"{first}\uffff", "branch": appeal.branch, "most": 5 * _MANY}
    listed = encode([row for (row,) in rows(_STREET, key)]).decode()
    near = {
        "ids": listed,
        "since": to_micros(appeal.created_at - _NEAR),
        "until": to_micros(appeal.created_at + _NEAR),
        "most": _MANY,
    }
    return [row for (row,) in rows(_NEAR_IN_TIME, near)]


_NEAR_IN_TIME = """
SELECT row FROM queue_row WHERE row IN (SELECT value FROM json_each(:ids))
  AND created_at BETWEEN :since AND :until LIMIT :most
"""


def _rows_of_text(rows: Rows, appeal: Appeal) -> list[int]:
    """Those that have the telling words of the text in common, half of them at least."""
    said = sorted(set(documents.plain_words(appeal.text)), key=lambda w: (-len(w), w))
    telling = [word for word in said if len(word) > 3][: 2 * _TELLING]
    found: dict[int, None] = {}
    for half in (telling[::2], telling[1::2]):
        if len(half) >= 2:
            found.update(dict.fromkeys(_by_words(rows, half, _TEXT_HITS)))
    return list(found)


def _by_words(rows: Rows, some: Iterable[str], most: int) -> list[int]:
    expression = " AND ".join(f'"{root(word)}"' for word in some)
    return [row for (row,) in rows(_FOUND, {"words": expression, "most": most})]


def _appeals(rows: Rows, ids: Iterable[int]) -> Iterator[tuple[int, Appeal]]:
    """The appeals at these rows, standing as they are shown."""
    for row, body, status, owner in rows(_BODIES, {"ids": encode(list(ids)).decode()}):
        yield row, replace(decode(body, Appeal), status=Status(status), owner=owner)


def _earlier(rows: Rows, appeal: Appeal, row: QueueRow) -> EarlierAppeal:
    answer, at = "", appeal.published_at
    if appeal.last_reply is not None:
        for (body,) in rows(_MESSAGE, {"branch": appeal.branch, "id": appeal.last_reply}):
            reply = decode(body, Message)
            answer, at = reply.text, reply.at
    outcome = None if appeal.outcome is None else str(appeal.outcome)
    return EarlierAppeal(row, outcome, answer, at)
