"""Looking: a search of the archive without its index, appeal by appeal, back in time.

For a query that has no words, for an index that is not whole yet, and where the index takes too
long. A request looks through a stretch of time; the longest word of the query is looked for by the
database, everything else by `domain.query_match`. What was looked through and where it goes on is
part of the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.domain.message import Message
from console.server import tables
from console.server.asked import Asked
from console.wire import codec
from console.wire.schema import ArchivePage, Rows

STRETCH = 20_000
"""Appeals that one request looks through, at most."""

_TOGETHER = 400
_MOST_FORMS = 3


def look(connection: Connection, asked: Asked, *, stretch: int = STRETCH) -> ArchivePage:
    """The newest answers of ``asked.branches``."""
    branches = asked.narrowed
    lower = _lower_end(connection, branches, asked.before_id, stretch=stretch)
    found = _answers(connection, asked, branches, lower)
    shown = found[: asked.limit]
    more = len(found) > len(shown)
    until = shown[-1][0].id if more else lower
    rows = Rows(
        appeals=tuple(appeal for appeal, _ in shown),
        messages=tuple(message for _, thread in shown for message in thread),
    )
    return ArchivePage(rows, next=until, ignored=asked.matcher.ignored)


def _lower_end(
    connection: Connection, branches: Collection[str], before: str, *, stretch: int
) -> str:
    """The id at which a stretch ends; empty where it reaches to the beginning.

    The stretch is whole for every branch: it ends at the newest of the ends of each one's share.
    """
    table, share = tables.appeals, max(1, stretch // max(1, len(branches)))
    ends = []
    for branch in branches:
        query = select(table.c.id).where(table.c.branch == branch)
        if before:
            query = query.where(table.c.id < before)
        last = connection.execute(
            query.order_by(table.c.id.desc()).offset(share - 1).limit(1)
        ).scalar()
        if last is not None:
            ends.append(last)
    return max(ends, default="")


def _answers(
    connection: Connection, asked: Asked, branches: Sequence[str], lower: str
) -> list[tuple[Appeal, tuple[Message, ...]]]:
    """The answers in a stretch, the newest first, one more than asked for if there are more."""
    refs = _candidates(connection, asked, branches, lower)
    found: list[tuple[Appeal, tuple[Message, ...]]] = []
    for start in range(0, len(refs), _TOGETHER):
        for appeal, thread in whole(connection, refs[start : start + _TOGETHER]):
            if asked.matcher.fits(appeal, thread):
                found.append((appeal, thread))
        if len(found) > asked.limit:
            break
    return found


def _candidates(
    connection: Connection, asked: Asked, branches: Sequence[str], lower: str
) -> list[Ref]:
    """The appeals of a stretch that have the longest word, themselves or in their thread."""
    longest = next(iter(asked.matcher.roots), "")
    refs: set[Ref] = set()
    for branch in branches:
        for table, key in ((tables.appeals, "id"), (tables.messages, "appeal")):
            if table is tables.messages and not longest:
                continue  # every appeal is a candidate already
            column = table.c[key]
            query = select(column).where(table.c.branch == branch, column >= lower)
            if asked.before_id:
                query = query.where(column < asked.before_id)
            if longest:
                query = query.where(_has(table, longest))
            refs.update(Ref(branch, ident) for ident in connection.execute(query).scalars())
    return sorted(refs, key=lambda ref: ref.id, reverse=True)


def _has(table: Table, word: str) -> ColumnElement[bool]:
    """A row that may have a word: not every database folds Russian letters, and ё is е."""
    forms = dict.fromkeys((word, word.capitalize(), word.upper()))
    pattern = [form.replace("е", "_").replace("Е", "_") for form in forms]
    return or_(*(table.c.body.like(f"%{one}%") for one in pattern[:_MOST_FORMS]))


def whole(connection: Connection, refs: Sequence[Ref]) -> list[tuple[Appeal, tuple[Message, ...]]]:
    """The appeals with their threads, in the given order."""
    by_branch: dict[str, list[str]] = defaultdict(list)
    for ref in refs:
        by_branch[ref.branch].append(ref.id)
    appeals: dict[Ref, Appeal] = {}
    threads: dict[Ref, list[Message]] = defaultdict(list)
    for branch, ids in by_branch.items():
        table = tables.appeals
        query = select(table.c.body).where(table.c.branch == branch, table.c.id.in_(ids))
        for body in connection.execute(query).scalars():
            appeal = codec.decode(body, Appeal)
            appeals[appeal.ref] = appeal
        said = tables.messages
        of_them = select(said.c.body).where(said.c.branch == branch, said.c.appeal.in_(ids))
        for body in connection.execute(of_them).scalars():
            message = codec.decode(body, Message)
            threads[Ref(branch, message.appeal)].append(message)
    return [
        (appeals[ref], tuple(sorted(threads[ref], key=lambda one: (one.at, one.id))))
        for ref in refs
        if ref in appeals
    ]
