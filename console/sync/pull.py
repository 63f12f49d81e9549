"""Pulling: a page of the change feed, cut into pieces that never keep the store busy for long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from console.domain.appeal import Appeal
from console.domain.event import Event
from console.domain.ids import Ref
from console.domain.message import Message
from console.ports import FeedPosition, Transaction
from console.wire.schema import CENTRE, Page, Rows

_NOTHING = Rows()


@dataclass(slots=True)
class _Bundle:
    """What a page brings of one appeal; taken in together, so that it is indexed once."""

    appeals: list[Appeal] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.appeals) + len(self.messages) + len(self.events)


def pieces(rows: Rows, *, size: int) -> list[Rows]:
    """``rows`` in pieces of about ``size``, what belongs to one appeal never apart.

    Outages and operators come first, for the rows of appeals show them; with them what is shared.
    """
    return list(_pieces(rows, size))


def _pieces(rows: Rows, size: int) -> Iterator[Rows]:
    beside = Rows(
        outages=rows.outages, operators=rows.operators, queues=rows.queues, words=rows.words
    )
    if len(beside):
        yield beside
    piece: list[_Bundle] = []
    count = 0
    for bundle in _bundles(rows):
        piece.append(bundle)
        count += len(bundle)
        if count >= size:
            yield _joined(piece)
            piece, count = [], 0
    if piece:
        yield _joined(piece)


def take_piece(transaction: Transaction, rows: Rows) -> None:
    """Some rows of a page; the cursor stays, so after a crash they are read again."""
    transaction.mirror.put(rows)
    _acknowledge(transaction, rows)


def take_end(
    transaction: Transaction, page: Page, *, complete: bool, last: Rows = _NOTHING
) -> FeedPosition:
    """The end of a page: its ``last`` rows, what is gone, who is where, and with it the cursor."""
    mirror = transaction.mirror
    position = position_after(page, mirror.position(), complete=complete)
    mirror.put(last)
    _acknowledge(transaction, last)
    mirror.drop(page.gone)
    mirror.put_presence(page.presence)
    mirror.put_away(page.away)
    mirror.set_position(position)
    return position


def position_after(page: Page, before: FeedPosition, *, complete: bool) -> FeedPosition:
    """Where the mirror stands once the page has been taken in."""
    ahead = before.ahead and page.more
    return FeedPosition(page.epoch, page.branches, page.cursors, complete, page.run, ahead)


def is_of_another_past(page: Page, position: FeedPosition) -> bool:
    """Whether the mirror holds what the server's database has never held, or holds no more.

    Rows that answers brought have no cursor yet. Of those nobody can say, once the server has been
    started anew, whether it was started over the database that gave them or over a backup of it.
    """
    if position.epoch not in ("", page.epoch):
        return True
    uncertain = position.ahead and position.run != page.run
    return bool(position.cursors) and (page.rewound or uncertain)


def leave_feeds(transaction: Transaction, keep: Sequence[str]) -> FeedPosition:
    """Have no cursor of a branch that is not ours any more, before its rows are forgotten.

    Should it become ours again half-way, it is read from the beginning, and nothing is missing.
    """
    before = transaction.mirror.position()
    cursors = {feed: at for feed, at in before.cursors.items() if feed in (*keep, CENTRE)}
    after = replace(before, cursors=cursors)
    transaction.mirror.set_position(after)
    return after


def start_over(transaction: Transaction) -> FeedPosition:
    """Another database is at the other end: the mirror is dropped, outbox and drafts stay."""
    transaction.mirror.clear()
    return transaction.mirror.position()


def _acknowledge(transaction: Transaction, rows: Rows) -> None:
    """What the feed shows as done leaves the outbox, though its own answer never came."""
    if not rows.events or transaction.account.session() is None:
        return
    done = {event.id.partition(":")[0] for event in rows.events}
    for entry in transaction.outbox.entries():
        if entry.envelope.id in done:
            transaction.outbox.remove(entry.seq)


def _bundles(rows: Rows) -> Sequence[_Bundle]:
    found: dict[Ref, _Bundle] = {}
    for appeal in rows.appeals:
        found.setdefault(appeal.ref, _Bundle()).appeals.append(appeal)
    for message in rows.messages:
        found.setdefault(Ref(message.branch, message.appeal), _Bundle()).messages.append(message)
    for event in rows.events:
        found.setdefault(Ref(event.branch, event.appeal), _Bundle()).events.append(event)
    return [found[ref] for ref in sorted(found)]


def _joined(bundles: Sequence[_Bundle]) -> Rows:
    return Rows(
        appeals=tuple(row for bundle in bundles for row in bundle.appeals),
        messages=tuple(row for bundle in bundles for row in bundle.messages),
        events=tuple(row for bundle in bundles for row in bundle.events),
    )
