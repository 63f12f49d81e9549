"""The mirror: what the server last said. Sync is its only writer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, insert, select, true
from sqlalchemy.dialects.sqlite import insert as insert_or

from console.domain.appeal import Appeal
from console.domain.event import Event
from console.domain.ids import Ref
from console.domain.message import Message, MessageState
from console.domain.outage import Outage
from console.domain.shared_queue import SharedQueue
from console.domain.shared_word import SharedWord
from console.ports import FeedPosition
from console.store import names, tables
from console.store.attachments import AttachmentsPart
from console.store.engine import batch, upsert
from console.store.instants import to_micros
from console.store.schema import MIRRORED, PROJECTED
from console.store.work import Work
from console.wire.codec import decode, encode
from console.wire.schema import Away, Presence, RowKind, Rows, Tombstone

_APPEAL, _MESSAGE, _EVENT, _OUTAGE = tables.appeal, tables.message, tables.event, tables.outage
_PUT_APPEAL = batch(upsert(_APPEAL, "branch", "id"), "branch", "id", "version", "body")
_MESSAGE_COLUMNS = ("branch", "id", "appeal", "body")
_PUT_MESSAGE = batch(upsert(_MESSAGE, "branch", "id"), *_MESSAGE_COLUMNS)
_ADD_MESSAGE = batch(insert_or(_MESSAGE).on_conflict_do_nothing(), *_MESSAGE_COLUMNS)
_ADD_DEED = batch(
    insert_or(tables.deed).on_conflict_do_nothing(), "operator", "at", "branch", "appeal"
)
_ADD_QUOTE = batch(
    insert_or(tables.quote).on_conflict_do_nothing(), "branch", "outage", "appeal", "message"
)
_PUT_EVENT = batch(upsert(_EVENT, "branch", "appeal", "id"), "branch", "appeal", "id", "body")
_PUT_OUTAGE = upsert(_OUTAGE, "branch", "id")
_PUT_OPERATOR = upsert(tables.operator, "id")
_QUEUE = tables.shared_queue
_PUT_QUEUE = upsert(_QUEUE, "branch", "id")
_WORD = tables.shared_word
_PUT_WORD = upsert(_WORD, "branch", "id")
_POSITION = (names.EPOCH, names.BRANCHES, names.COMPLETE, names.RUN, names.AHEAD)

_VERSIONS = """
SELECT a.branch, a.id, a.version
FROM json_each(?) AS wanted JOIN {table} AS a
  ON a.branch = wanted.value ->> 0 AND a.id = wanted.value ->> 1
"""


_Versioned = Appeal | Outage | SharedQueue | SharedWord


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Rows of one kind: those to take, and the keys of those that are older than ours."""

    take: list[Any]
    older: frozenset[Ref]


class MirrorPart:
    """`ports.Mirror` over one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def appeal(self, ref: Ref) -> Appeal | None:
        """The appeal as the server has it."""
        fresh = self._work.touched.fresh.get(ref)
        if fresh is not None:
            return fresh
        body = self._body(_APPEAL, ref)
        return None if body is None else decode(body, Appeal)

    def message(self, ref: Ref) -> Message | None:
        """The message as the server has it."""
        body = self._body(_MESSAGE, ref)
        return None if body is None else decode(body, Message)

    def outage(self, ref: Ref) -> Outage | None:
        """The outage as the server has it."""
        body = self._body(_OUTAGE, ref)
        return None if body is None else decode(body, Outage)

    def queue(self, ref: Ref) -> SharedQueue | None:
        """The shared queue as the server has it."""
        body = self._body(_QUEUE, ref)
        return None if body is None else decode(body, SharedQueue)

    def word(self, ref: Ref) -> SharedWord | None:
        """The shared word as the server has it."""
        body = self._body(_WORD, ref)
        return None if body is None else decode(body, SharedWord)

    def put(self, rows: Rows) -> None:
        """Take server rows; an older version never replaces a newer one."""
        older = self._put_appeals(rows.appeals)
        self._put_messages(rows.messages, older)
        self._put_events(rows.events)
        touched = self._work.touched
        self._put_bodies(_OUTAGE, _PUT_OUTAGE, rows.outages, touched.outages)
        self._put_bodies(_QUEUE, _PUT_QUEUE, rows.queues, touched.queues)
        self._put_bodies(_WORD, _PUT_WORD, rows.words, touched.words)
        if rows.operators:
            values = [{"id": o.id, "name": o.name, "body": encode(o)} for o in rows.operators]
            self._work.db.execute(_PUT_OPERATOR, values)
            touched.operators = True

    def drop(self, gone: Sequence[Tombstone]) -> None:
        """Forget rows that are gone."""
        for tombstone in gone:
            ref = tombstone.ref
            match tombstone.kind:
                case RowKind.APPEAL:
                    self._drop_appeal(ref)
                case RowKind.MESSAGE:
                    self._drop_message(ref)
                case RowKind.OUTAGE:
                    self._delete(_OUTAGE, branch=ref.branch, id=ref.id)
                    self._work.touched.outages[ref] = None
                case RowKind.OPERATOR:
                    self._delete(tables.operator, id=ref.id)
                    self._work.touched.operators = True

    def put_presence(self, presence: Sequence[Presence]) -> None:
        """Replace who is in which appeal."""
        table = tables.presence
        shown = ("branch", "appeal", "operator", "typing", "lease_until")
        columns = [table.c[name] for name in shown]
        before = {tuple(row) for row in self._work.db.execute(select(*columns))}
        values: list[dict[str, object]] = [
            {
                "branch": p.appeal.branch,
                "appeal": p.appeal.id,
                "operator": p.operator,
                "typing": int(p.typing),
                "since": to_micros(p.since),
                "lease_until": to_micros(p.lease_until),
            }
            for p in presence
        ]
        if before == {tuple(value[name] for name in shown) for value in values}:
            return
        self._work.db.execute(delete(table))
        if values:
            self._work.db.execute(upsert(table, "branch", "appeal", "operator"), values)
        self._work.touched.presence = True

    def put_away(self, away: Sequence[Away]) -> None:
        """Replace who has a break."""
        table = tables.away
        before = {tuple(row) for row in self._work.db.execute(select(table))}
        after = {(one.operator, to_micros(one.since), to_micros(one.until)) for one in away}
        if before == after:
            return
        self._work.db.execute(delete(table))
        values = [{"operator": o, "since": since, "until": until} for o, since, until in after]
        if values:
            self._work.db.execute(insert(table), values)
        self._work.touched.presence = True

    def position(self) -> FeedPosition:
        """Where the mirror stands."""
        meta, cursor = tables.meta.c, tables.feed_cursor.c
        wanted = select(meta.key, meta.value).where(meta.key.in_(_POSITION))
        kept = {row.key: row.value for row in self._work.db.execute(wanted)}
        cursors = self._work.db.execute(select(cursor.feed, cursor.position))
        return FeedPosition(
            epoch=kept.get(names.EPOCH, ""),
            branches=decode(kept.get(names.BRANCHES, "[]"), tuple[str, ...]),
            cursors={row.feed: row.position for row in cursors},
            complete=names.COMPLETE in kept,
            run=kept.get(names.RUN, ""),
            ahead=names.AHEAD in kept,
        )

    def set_position(self, position: FeedPosition) -> None:
        """Remember where the mirror stands after this transaction."""
        values = {
            names.EPOCH: position.epoch,
            names.BRANCHES: encode(position.branches).decode(),
            names.RUN: position.run,
        }
        if position.complete:
            values[names.COMPLETE] = ""
        if position.ahead:
            values[names.AHEAD] = ""
        self._work.db.execute(delete(tables.meta).where(tables.meta.c.key.in_(_POSITION)))
        self._work.db.execute(
            insert(tables.meta), [{"key": key, "value": value} for key, value in values.items()]
        )
        self._work.db.execute(delete(tables.feed_cursor))
        cursors = [{"feed": f, "position": p} for f, p in position.cursors.items()]
        if cursors:
            self._work.db.execute(insert(tables.feed_cursor), cursors)

    def clear(self) -> None:
        """Forget everything the server said; outbox and drafts stay."""
        for table in (*MIRRORED, *PROJECTED):
            self._work.db.exec_driver_sql(f"DELETE FROM {table}")
        AttachmentsPart(self._work).forget_fetched(true())
        self._work.db.exec_driver_sql("INSERT INTO words (words) VALUES ('delete-all')")
        self.set_position(FeedPosition())
        touched = self._work.touched
        touched.fresh.clear()
        touched.everything = True

    def forget_branches(self, keep: Sequence[str], *, limit: int) -> bool:
        """Forget up to ``limit`` appeals of branches not in ``keep``; whether some are left."""
        foreign = select(_APPEAL.c.branch, _APPEAL.c.id).where(_APPEAL.c.branch.not_in(keep))
        found = [Ref(*row) for row in self._work.db.execute(foreign.limit(limit + 1))]
        for ref in found[:limit]:
            self._drop_appeal(ref)
        AttachmentsPart(self._work).forget_fetched(tables.fetched.c.branch.not_in(keep))
        outages = select(_OUTAGE.c.branch, _OUTAGE.c.id).where(_OUTAGE.c.branch.not_in(keep))
        self.drop([Tombstone(RowKind.OUTAGE, Ref(*row)) for row in self._work.db.execute(outages)])
        queues = select(_QUEUE.c.branch, _QUEUE.c.id).where(_QUEUE.c.branch.not_in(keep))
        for ref in [Ref(*row) for row in self._work.db.execute(queues)]:
            self._delete(_QUEUE, branch=ref.branch, id=ref.id)
            self._work.touched.queues[ref] = None
        words = select(_WORD.c.branch, _WORD.c.id).where(_WORD.c.branch.not_in(keep))
        for ref in [Ref(*row) for row in self._work.db.execute(words)]:
            self._delete(_WORD, branch=ref.branch, id=ref.id)
            self._work.touched.words[ref] = None
        return len(found) > limit

    # ------------------------------------------------------------------ rows in

    def _put_appeals(self, appeals: Sequence[Appeal]) -> frozenset[Ref]:
        rows = self._sort("appeal", appeals)
        if rows.take:
            values = [(a.branch, a.id, a.version, encode(a)) for a in rows.take]
            self._work.db.exec_driver_sql(_PUT_APPEAL, values)
            for appeal in rows.take:
                self._work.touched.fresh[appeal.ref] = appeal
            self._work.touch_appeals(appeal.ref for appeal in rows.take)
        return rows.older

    def _put_messages(self, messages: Sequence[Message], older: frozenset[Ref]) -> None:
        """A stored answer may be older than what a pull has brought since: it only adds then."""
        late = [m for m in messages if Ref(m.branch, m.appeal) in older]
        now = [m for m in messages if Ref(m.branch, m.appeal) not in older]
        for statement, group in ((_PUT_MESSAGE, now), (_ADD_MESSAGE, late)):
            values = [
                (m.branch, m.id, m.appeal, encode(m))
                for m in sorted(group, key=lambda m: (m.branch, m.id))
            ]
            if values:
                self._work.db.exec_driver_sql(statement, values)
        self._note_quotes(messages)
        self._work.touch_appeals(Ref(m.branch, m.appeal) for m in messages)

    def _note_quotes(self, messages: Sequence[Message]) -> None:
        """What a reply has said of an outage's end is found again by the outage."""
        quotes = sorted(
            {
                (m.branch, outage, m.appeal, m.id)
                for m in messages
                if m.state is MessageState.PUBLISHED
                for outage in (*(q.outage for q in m.quotes), m.corrects)
                if outage is not None
            }
        )
        if quotes:
            self._work.db.exec_driver_sql(_ADD_QUOTE, quotes)

    def _put_events(self, events: Sequence[Event]) -> None:
        if not events:
            return
        self._note_deeds(events)
        values = [
            (e.branch, e.appeal, e.id, encode(e))
            for e in sorted(events, key=lambda e: (e.branch, e.appeal, e.id))
        ]
        self._work.db.exec_driver_sql(_PUT_EVENT, values)
        self._work.touched.shown.update(Ref(e.branch, e.appeal) for e in events)

    def _note_deeds(self, events: Sequence[Event]) -> None:
        """What the signed-in operator has done is found again by its day."""
        me = self._work.operator_or_none()
        if me is None:
            return
        deeds = sorted({(me, to_micros(e.at), e.branch, e.appeal) for e in events if e.actor == me})
        if deeds:
            self._work.db.exec_driver_sql(_ADD_DEED, deeds)

    def _put_bodies(
        self, table: Table, put: Any, rows: Sequence[_Versioned], touched: dict[Ref, None]
    ) -> None:
        """Rows that are kept by key and version alone; they are to be projected anew."""
        newest = self._sort(table.name, rows).take
        if newest:
            values = [
                {"branch": row.branch, "id": row.id, "version": row.version, "body": encode(row)}
                for row in newest
            ]
            self._work.db.execute(put, values)
            touched.update(dict.fromkeys(row.ref for row in newest))

    def _sort(self, table: str, rows: Sequence[_Versioned]) -> _Sorted:
        """The newest of each key, in key order (which the indexes like), without older ones."""
        if not rows:
            return _Sorted([], frozenset())
        newest: dict[Ref, _Versioned] = {}
        for row in rows:
            known = newest.get(row.ref)
            if known is None or row.version >= known.version:
                newest[row.ref] = row
        ours = self._versions(table, newest)
        older = frozenset(ref for ref, row in newest.items() if row.version < ours.get(ref, 0))
        take = [newest[ref] for ref in sorted(newest) if ref not in older]
        return _Sorted(take, older)

    def _versions(self, table: str, refs: Iterable[Ref]) -> dict[Ref, int]:
        found = self._work.db.exec_driver_sql(
            _VERSIONS.format(table=table), (encode(list(refs)).decode(),)
        )
        return {Ref(branch, ident): version for branch, ident, version in found}

    # ------------------------------------------------------------------ rows out

    def _drop_appeal(self, ref: Ref) -> None:
        row = self._work.db.execute(
            select(_APPEAL.c.row).where(_APPEAL.c.branch == ref.branch, _APPEAL.c.id == ref.id)
        ).scalar()
        self._delete(_APPEAL, branch=ref.branch, id=ref.id)
        self._delete(_MESSAGE, branch=ref.branch, appeal=ref.id)
        self._delete(_EVENT, branch=ref.branch, appeal=ref.id)
        self._delete(tables.quote, branch=ref.branch, appeal=ref.id)
        self._delete(tables.read_mark, branch=ref.branch, appeal=ref.id)
        fetched = tables.fetched.c
        AttachmentsPart(self._work).forget_fetched(
            fetched.branch == ref.branch, fetched.appeal == ref.id
        )
        touched = self._work.touched
        touched.fresh.pop(ref, None)
        touched.appeals[ref] = None
        if row is not None:
            touched.gone_rows.add(row)

    def _drop_message(self, ref: Ref) -> None:
        appeal = self._work.db.execute(
            select(_MESSAGE.c.appeal).where(
                _MESSAGE.c.branch == ref.branch, _MESSAGE.c.id == ref.id
            )
        ).scalar()
        if appeal is not None:
            self._delete(_MESSAGE, branch=ref.branch, id=ref.id)
            self._delete(tables.quote, branch=ref.branch, appeal=appeal, message=ref.id)
            self._work.touched.appeals[Ref(ref.branch, appeal)] = None

    def _delete(self, table: Any, **where: str) -> None:
        conditions = (table.c[name] == value for name, value in where.items())
        self._work.db.execute(delete(table).where(*conditions))

    def _body(self, table: Any, ref: Ref) -> bytes | None:
        found: bytes | None = self._work.db.execute(
            select(table.c.body).where(table.c.branch == ref.branch, table.c.id == ref.id)
        ).scalar()
        return found
