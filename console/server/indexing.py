"""Indexing: the words of the archive, kept behind the feed.

Intake and mutations know nothing of the index, so it costs them nothing: a running server reads
the feed as a console does, a piece at a time, and writes the words of what has changed in a short
transaction of their own. What was there before the index is read backwards from where the feed
stood at first, the latest changes first, with a longer rest after each piece than the piece took;
so a server that has a million appeals serves them meanwhile, and goes on where it was stopped.
Where several servers have one database, the first that is ready writes a piece; the others see
that it is done.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import anyio
from sqlalchemy import Connection, Select, select, union_all, update

from console.domain.appeal import Appeal
from console.domain.message import Message
from console.fulltext.documents import document
from console.server import feed, repo, tables, word_index
from console.server.centre import Centre, OffLoop
from console.server.database import Database, insert_new
from console.server.word_index import Document
from console.wire import codec
from console.wire.schema import CENTRE, RowKind

log = logging.getLogger(__name__)

FORM = 1
"""Which form of documents the index has; with another, it is made anew."""

PIECE = 300
"""Appeals that one transaction indexes, about; more only where one change touched more."""

PERIOD = 3.0
"""Seconds between two looks at the feeds."""

_RESTS = 2.0
"""How long it rests, by how long it worked: requests are answered by the same process."""

_LEAST_REST, _MOST_REST = 0.02, 1.0
_PROGRESS = tables.archive_progress


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a branch is indexed; ``downto`` 0: all that was there before, too."""

    branch: str
    form: int
    upto: int
    downto: int
    appeals: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What one transaction writes: from this progress to that."""

    before: Progress
    after: Progress
    documents: tuple[Document, ...]
    gone: tuple[str, ...] = ()


def progress(connection: Connection) -> dict[str, Progress]:
    """How far each branch is indexed."""
    found = (Progress(*row) for row in connection.execute(select(_PROGRESS)))
    return {one.branch: one for one in found}


def is_whole(known: Mapping[str, Progress], branches: Sequence[str]) -> bool:
    """Whether everything of these branches that was there before the index is in it."""
    return all(
        (one := known.get(branch)) is not None and one.form == FORM and not one.downto
        for branch in branches
    )


def begin(connection: Connection) -> None:
    """Have every branch of the feed indexed from now on."""
    known = progress(connection)
    for branch, head in feed.heads(connection).items():
        if branch == CENTRE:
            continue
        one = known.get(branch)
        if one is None:
            row = {"branch": branch, "form": FORM, "upto": head, "downto": head, "appeals": 0}
            connection.execute(insert_new(connection, _PROGRESS), [row])
        elif one.form != FORM:
            _save(connection, replace(one, form=FORM, downto=one.upto))


def next_piece(connection: Connection, *, size: int = PIECE) -> Piece | None:
    """What is to be indexed next: what has changed, else what was there before; None for nothing.

    Nothing is locked, and what changes meanwhile has a later number and comes again.
    """
    heads, known = feed.heads(connection), progress(connection)
    for one in known.values():
        if heads.get(one.branch, 0) > one.upto:
            return _forward(connection, one, heads[one.branch], size)
    for one in known.values():
        if one.downto:
            return _backward(connection, one, size)
    return None


def write(connection: Connection, piece: Piece) -> bool:
    """Index a piece; whether nobody else had."""
    query = select(_PROGRESS).where(_PROGRESS.c.branch == piece.before.branch)
    found = connection.execute(query.with_for_update()).one_or_none()
    if found is None or Progress(*found) != piece.before:
        return False
    branch = piece.before.branch
    more = word_index.put(connection, branch, piece.documents, gone=piece.gone)
    _save(connection, replace(piece.after, appeals=piece.before.appeals + more))
    return True


def catch_up(database: Database, *, size: int = PIECE) -> int:
    """Index everything now; how many pieces that were."""
    database.write(begin)
    count = 0
    while _step(database, size):
        count += 1
    return count


def _step(database: Database, size: int) -> bool:
    """Index the next piece; whether there was one."""
    piece = database.read(lambda c: next_piece(c, size=size))
    if piece is None:
        return False
    database.write(lambda c: write(c, piece))
    return True


async def keep_indexing(centre: Centre, *, period: float = PERIOD) -> None:
    """Until cancelled; what fails is tried again at the next look."""
    failing = begun = False
    while True:
        await anyio.sleep(period)
        try:
            if not begun:
                await centre.off_loop(centre.database.write, begin)
                begun = True
            await index_all(centre.database, centre.off_loop)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look may succeed
            if not failing:
                log.warning("the archive cannot be indexed: %s", type(error).__name__)
            failing = True
        else:
            failing = False


async def index_all(database: Database, off_loop: OffLoop) -> None:
    """Index what there is; after each piece a rest, longer than the piece took."""
    while True:
        start = anyio.current_time()
        if not await off_loop(_step, database, PIECE):
            return
        took = anyio.current_time() - start
        await anyio.sleep(min(_MOST_REST, max(_LEAST_REST, _RESTS * took)))


def _save(connection: Connection, one: Progress) -> None:
    values = {"form": one.form, "upto": one.upto, "downto": one.downto, "appeals": one.appeals}
    query = update(_PROGRESS).where(_PROGRESS.c.branch == one.branch)
    connection.execute(query.values(values))


def _forward(connection: Connection, one: Progress, head: int, size: int) -> Piece:
    """What has changed since: appeals, the appeals of messages, and what is gone."""
    some = _touched(connection, one.branch, one.upto, None, size)
    upto = head
    if len(some) > size:
        cut = some[size].change
        whole = [row for row in some if row.change < cut]
        upto = whole[-1].change if whole else cut
        some = whole or _touched(connection, one.branch, one.upto, cut, None)
    ids = dict.fromkeys(row.id for row in some)
    documents = _documents(connection, one.branch, list(ids))
    there = {each.appeal for each in documents}
    gone = tuple(ident for ident in ids if ident not in there)
    return Piece(one, replace(one, upto=upto), documents, gone)


def _touched(
    connection: Connection, branch: str, since: int, upto: int | None, size: int | None
) -> list[Any]:
    """(change, appeal) after ``since``: the first ``size`` and one more, or all up to ``upto``."""
    stones = tables.tombstones
    is_appeal = stones.c.kind == str(RowKind.APPEAL)
    legs = [
        select(tables.appeals.c.change, tables.appeals.c.id),
        select(tables.messages.c.change, tables.messages.c.appeal.label("id")),
        select(stones.c.change, stones.c.id).where(is_appeal),
    ]
    bounded = [_bounded(leg, branch, since, upto, size).subquery() for leg in legs]
    both = union_all(*map(select, bounded)).subquery()
    query = select(both).order_by(both.c.change)
    return list(connection.execute(query if size is None else query.limit(size + 1)))


def _bounded(
    leg: Select[Any], branch: str, since: int, upto: int | None, size: int | None
) -> Select[Any]:
    """The part of one table, walked along its index of (branch, change)."""
    table = leg.get_final_froms()[0]
    query = leg.where(table.c.branch == branch, table.c.change > since)
    if upto is not None:
        query = query.where(table.c.change <= upto)
    return query if size is None else query.order_by(table.c.change).limit(size + 1)


def _backward(connection: Connection, one: Progress, size: int) -> Piece:
    """What was there before, from the latest change to the first; each appeal stands once."""
    table = tables.appeals
    query = select(table.c.change, table.c.id).where(table.c.branch == one.branch)
    before = query.where(table.c.change <= one.downto).order_by(table.c.change.desc())
    some = list(connection.execute(before.limit(size + 1)))
    downto = 0
    if len(some) > size:
        cut = some[size].change
        whole = [row for row in some if row.change > cut]
        downto = cut if whole else cut - 1
        some = whole or list(connection.execute(query.where(table.c.change == cut)))
    documents = _documents(connection, one.branch, [row.id for row in some])
    return Piece(one, replace(one, downto=downto), documents)


def _documents(connection: Connection, branch: str, ids: Sequence[str]) -> tuple[Document, ...]:
    """The words of appeals as they are now, with their threads."""
    found: list[Document] = []
    for start in range(0, len(ids), PIECE):
        some = ids[start : start + PIECE]
        threads: dict[str, list[Message]] = {}
        said = tables.messages
        of_them = select(said.c.body).where(said.c.branch == branch, said.c.appeal.in_(some))
        for body in connection.execute(of_them).scalars():
            message = codec.decode(body, Message)
            threads.setdefault(message.appeal, []).append(message)
        for ident, appeal in repo.find_many(connection, Appeal, branch, some).items():
            found.append(Document(ident, document(appeal, threads.get(ident, ()))))
    return tuple(found)
