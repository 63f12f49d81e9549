"""The refresh: the projection brought up to date for what a transaction touched, before it commits.

Everything is done in batches of statements, never row by row: that is what makes a page of the
change feed cheap (full text above all: one delete and one insert for the whole batch).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.domain.message import Message
from console.domain.operator import Operator
from console.domain.outage import Outage
from console.errors import SignInNeededError
from console.fulltext import documents
from console.ports import Clocks
from console.readmodel import OutboxEntry
from console.store import tables
from console.store.account import AccountPart
from console.store.engine import batch, upsert
from console.store.mirror import MirrorPart
from console.store.outbox import OutboxPart
from console.store.projection import (
    PLACEHOLDER,
    placeholder,
    project_appeal,
    project_outage,
    project_queue,
    project_word,
)
from console.store.queue_rows import (
    TALLY_COLUMNS,
    clock_of,
    marked,
    marks,
    outage_row,
    queue_row,
    tally_keys,
)
from console.store.word_rows import word_row
from console.store.work import Work
from console.usecases.clocks import main_outage
from console.wire.codec import decode, encode

_BATCH = 500
_FARTHEST = 8
"""Merges are told so far along: nobody has made a longer chain of them."""
_ROW_COLUMNS = tuple(column.name for column in tables.queue_row.columns)
_PUT_ROW = batch(upsert(tables.queue_row, "row"), *_ROW_COLUMNS)
_row_values = itemgetter(*_ROW_COLUMNS)
_PUT_OUTAGE = upsert(tables.outage_row, "branch", "id")
_PUT_QUEUE = upsert(tables.shared_row, "branch", "id")
_PUT_WORD = upsert(tables.word_row, "branch", "id")
_ADD_TAG = batch(insert(tables.outage_tag).on_conflict_do_nothing(), "outage", "row")
_COUNT = insert(tables.tally)
_COUNT = _COUNT.on_conflict_do_update(
    index_elements=["key"], set_={"n": tables.tally.c.n + _COUNT.excluded.n}
)
_COUNT_ALL = batch(_COUNT, "key", "n")

_APPEALS = """
SELECT a.branch, a.id, a.row, a.body
FROM json_each(?) AS wanted JOIN appeal AS a
  ON a.branch = wanted.value ->> 0 AND a.id = wanted.value ->> 1
"""
_MESSAGES = """
SELECT m.branch, m.appeal, m.body
FROM json_each(?) AS wanted JOIN message AS m
  ON m.branch = wanted.value ->> 0 AND m.appeal = wanted.value ->> 1
"""
_BEFORE = f"""
SELECT row, words_digest, {TALLY_COLUMNS} FROM queue_row
WHERE row IN (SELECT value FROM json_each(?))
"""
_KEEP_PLACE = batch(
    insert(tables.appeal).on_conflict_do_nothing(), "branch", "id", "version", "body"
)
_ADD_MARK = batch(insert(tables.mark).on_conflict_do_nothing(), "key", "row")
_MERGED_INTO = """
SELECT m.key FROM appeal AS a JOIN mark AS m ON m.row = a.row
WHERE a.branch = ? AND a.id = ? AND m.key LIKE 'duplicate:%'
"""
_MARKS_BEFORE = "SELECT row, key FROM mark WHERE row IN (SELECT value FROM json_each(?))"
_TAGS_BEFORE = "SELECT row, outage FROM outage_tag WHERE row IN (SELECT value FROM json_each(?))"
_OUTAGE_BODIES = """
SELECT o.branch, o.id, o.body
FROM json_each(?) AS wanted JOIN outage_row AS o
  ON o.branch = wanted.value ->> 0 AND o.id = wanted.value ->> 1
"""
_TAGGED = """
SELECT a.branch, a.id FROM outage_tag AS t JOIN appeal AS a ON a.row = t.row
WHERE t.outage = ? AND a.branch = ?
"""


class Refresh:
    """Brings the projection up to date at the end of one transaction."""

    def __init__(self, work: Work, clocks: Clocks) -> None:
        self._work = work
        self._clocks = clocks
        self._mirror = MirrorPart(work)
        self._outbox = OutboxPart(work)
        self._tally: Counter[str] = Counter()
        self._actor: Operator | None = None

    def run(self) -> None:
        """Project every touched outage, then every touched appeal."""
        touched = self._work.touched
        lists = touched.queues or touched.words
        if not (touched.appeals or touched.outages or lists or touched.gone_rows):
            return
        self._actor = self._actor_or_none()
        self._refresh_queues(tuple(touched.queues))
        self._refresh_words(tuple(touched.words))
        outages = tuple(touched.outages)
        waiting = self._outbox.of(outages)
        for ref in outages:
            self._refresh_outage(ref, waiting.get(ref, ()))
        refs = tuple(touched.appeals)  # the appeals of outages that have moved among them
        for start in range(0, len(refs), _BATCH):
            self._refresh_appeals(refs[start : start + _BATCH])
        self._forget_rows(touched.gone_rows)
        self._write_tally()

    # ------------------------------------------------------------------ outages

    def _refresh_outage(self, ref: Ref, entries: Sequence[OutboxEntry]) -> None:
        table = tables.outage_row
        where = (table.c.branch == ref.branch, table.c.id == ref.id)
        found = self._work.db.execute(
            select(table.c.started_at, table.c.restored_at, table.c.active).where(*where)
        ).first()
        before = None if found is None else tuple(found)
        after = project_outage(self._mirror.outage(ref), entries=entries, actor=self._actor)
        if after is None:
            self._work.db.execute(delete(table).where(*where))
        else:
            self._work.db.execute(_PUT_OUTAGE, outage_row(after))
        tagged = [Ref(*row) for row in self._work.db.exec_driver_sql(_TAGGED, (ref.id, ref.branch))]
        self._work.touched.shown.update(tagged)
        if before != clock_of(after):
            self._work.touch_appeals(tagged)

    # ------------------------------------------------------------------ shared queues

    def _refresh_queues(self, refs: Sequence[Ref]) -> None:
        table, waiting = tables.shared_row, self._outbox.of(refs) if refs else {}
        for ref in refs:
            entries = waiting.get(ref, ())
            after = project_queue(self._mirror.queue(ref), entries=entries, actor=self._actor)
            if after is None:
                where = (table.c.branch == ref.branch, table.c.id == ref.id)
                self._work.db.execute(delete(table).where(*where))
            else:
                values = {"branch": ref.branch, "id": ref.id, "waits": int(bool(entries))}
                self._work.db.execute(_PUT_QUEUE, values | {"body": encode(after)})

    def _refresh_words(self, refs: Sequence[Ref]) -> None:
        table, waiting = tables.word_row, self._outbox.of(refs) if refs else {}
        values = []
        for ref in refs:
            entries = waiting.get(ref, ())
            after = project_word(self._mirror.word(ref), entries=entries, actor=self._actor)
            if after is None:
                where = (table.c.branch == ref.branch, table.c.id == ref.id)
                self._work.db.execute(delete(table).where(*where))
            else:
                values.append(word_row(after, waits=bool(entries)))
        if values:
            self._work.db.execute(_PUT_WORD, values)

    # ------------------------------------------------------------------ appeals

    def _refresh_appeals(self, refs: Sequence[Ref]) -> None:
        wanted = encode(list(refs)).decode()
        entries = self._outbox.of(refs)
        self._keep_places(entries)
        rows, appeals = self._appeals(wanted)
        self._drop_places(rows, appeals, entries)
        if not appeals:
            return
        messages = self._messages(wanted)
        shown = {}
        for ref, appeal in appeals.items():
            known = messages.get(ref, {})
            waiting = entries.get(ref)
            if waiting:
                done = project_appeal(appeal, known, entries=waiting, actor=self._actor)
                appeals[ref], messages[ref] = done.appeal, dict(done.messages)
            shown[ref] = documents.document(appeals[ref], messages.get(ref, {}).values())
        row_list = encode(list(rows.values())).decode()
        digests = self._uncount(row_list)
        outages = self._outages(appeals.values())
        values = []
        for ref, appeal in appeals.items():
            its = {ref.id: outages[ref] for ref in _tagged(appeal) if ref in outages}
            outage = main_outage(appeal, its)
            values.append(
                queue_row(
                    appeal,
                    self._clocks.due(appeal, its),
                    row=rows[ref],
                    outage=None if outage is None else outage.id,
                    words_digest=documents.digest(shown[ref]),
                )
            )
        self._work.db.exec_driver_sql(_PUT_ROW, [_row_values(value) for value in values])
        for value in values:
            self._count(value, +1)
        self._write_words({rows[ref]: text for ref, text in shown.items()}, digests)
        self._write_tags({rows[ref]: appeal for ref, appeal in appeals.items()}, row_list)
        self._write_marks({rows[ref]: appeal for ref, appeal in appeals.items()}, row_list)

    def _keep_places(self, entries: Mapping[Ref, Sequence[OutboxEntry]]) -> None:
        """What was written down here and the server has not answered is in its lists too."""
        made = [(ref, placeholder(waiting, self._actor)) for ref, waiting in entries.items()]
        values = [
            (ref.branch, ref.id, PLACEHOLDER, encode(appeal))
            for ref, appeal in made
            if appeal is not None
        ]
        if values:
            self._work.db.exec_driver_sql(_KEEP_PLACE, values)

    def _drop_places(
        self,
        rows: dict[Ref, int],
        appeals: dict[Ref, Appeal],
        entries: Mapping[Ref, Sequence[OutboxEntry]],
    ) -> None:
        """What was written down here and thrown away is nowhere any more."""
        for ref in [ref for ref, appeal in appeals.items() if appeal.version == PLACEHOLDER]:
            if placeholder(entries.get(ref, ()), self._actor) is None:
                table, row = tables.appeal, rows.pop(ref)
                self._work.db.execute(delete(table).where(table.c.row == row))
                self._work.touched.gone_rows.add(row)
                del appeals[ref]

    def _appeals(self, wanted: str) -> tuple[dict[Ref, int], dict[Ref, Appeal]]:
        fresh = self._work.touched.fresh
        rows: dict[Ref, int] = {}
        appeals: dict[Ref, Appeal] = {}
        for branch, ident, row, body in self._work.db.exec_driver_sql(_APPEALS, (wanted,)).all():
            ref = Ref(branch, ident)
            rows[ref] = row
            appeals[ref] = fresh.get(ref) or decode(body, Appeal)
        return rows, appeals

    def _messages(self, wanted: str) -> dict[Ref, dict[str, Message]]:
        found: dict[Ref, dict[str, Message]] = {}
        for branch, appeal, body in self._work.db.exec_driver_sql(_MESSAGES, (wanted,)).all():
            message = decode(body, Message)
            found.setdefault(Ref(branch, appeal), {})[message.id] = message
        return found

    def _outages(self, appeals: Iterable[Appeal]) -> dict[Ref, Outage]:
        """The outages that these appeals are tagged with; always of the appeal's own branch."""
        refs = {ref for appeal in appeals for ref in _tagged(appeal)}
        if not refs:
            return {}
        found = self._work.db.exec_driver_sql(_OUTAGE_BODIES, (encode(list(refs)).decode(),))
        return {Ref(branch, ident): decode(body, Outage) for branch, ident, body in found}

    def _write_words(self, texts: Mapping[int, str], digests: Mapping[int, int]) -> None:
        changed = [
            (row, text) for row, text in texts.items() if digests.get(row) != documents.digest(text)
        ]
        known = [(row,) for row, _ in changed if row in digests]
        if known:
            self._work.db.exec_driver_sql("DELETE FROM words WHERE rowid = ?", known)
        if changed:
            self._work.db.exec_driver_sql(
                "INSERT INTO words (rowid, stems) VALUES (?, ?)", sorted(changed)
            )

    def _write_tags(self, appeals: Mapping[int, Appeal], row_list: str) -> None:
        before = {
            (row, outage)
            for row, outage in self._work.db.exec_driver_sql(_TAGS_BEFORE, (row_list,))
        }
        after = {(row, tag.outage) for row, appeal in appeals.items() for tag in appeal.outages}
        table = tables.outage_tag
        for row, outage in before - after:
            self._work.db.execute(delete(table).where(table.c.row == row, table.c.outage == outage))
            self._tally[f"outage:{outage}"] -= 1
        added = sorted(after - before)
        if added:
            self._work.db.exec_driver_sql(_ADD_TAG, [(outage, row) for row, outage in added])
            self._tally.update(f"outage:{outage}" for _, outage in added)

    def _write_marks(self, appeals: Mapping[int, Appeal], row_list: str) -> None:
        before = {
            (row, key) for row, key in self._work.db.exec_driver_sql(_MARKS_BEFORE, (row_list,))
        }
        after = {(row, key) for row, appeal in appeals.items() for key in marks(appeal)}
        table = tables.mark
        for row, key in before - after:
            self._work.db.execute(delete(table).where(table.c.row == row, table.c.key == key))
        added = sorted(after - before)
        if added:
            self._work.db.exec_driver_sql(_ADD_MARK, [(key, row) for row, key in added])
        for _, key in before | after:
            self._tell_marked(key)

    def _tell_marked(self, key: str) -> None:
        """Whoever looks at a primary, or at the other end of a link, sees what changed here."""
        seen = self._work.touched.shown
        ref = marked(key)
        for _ in range(_FARTHEST):
            if ref is None:
                return
            seen.add(ref)
            found = self._work.db.exec_driver_sql(_MERGED_INTO, (ref.branch, ref.id)).scalar()
            ref = None if found is None else marked(found)

    # ------------------------------------------------------------------ counting

    def _uncount(self, row_list: str) -> dict[int, int]:
        """Take the rows as they were out of the tally; their word digests by row."""
        digests: dict[int, int] = {}
        for row, digest, *columns in self._work.db.exec_driver_sql(_BEFORE, (row_list,)).all():
            digests[row] = digest
            self._tally.subtract(tally_keys(columns))
        return digests

    def _count(self, value: Mapping[str, Any], by: int) -> None:
        columns = [value[name] for name in TALLY_COLUMNS.split(", ")]
        for key in tally_keys(columns):
            self._tally[key] += by

    def _write_tally(self) -> None:
        moved = [(key, n) for key, n in self._tally.items() if n]
        if moved:
            self._work.db.exec_driver_sql(_COUNT_ALL, moved)

    def _forget_rows(self, rows: Iterable[int]) -> None:
        listed = sorted(rows)
        if not listed:
            return
        row_list = encode(listed).decode()
        self._uncount(row_list)
        self._write_tags({}, row_list)
        self._write_marks({}, row_list)
        gone = [(row,) for row in listed]
        for statement in (
            "DELETE FROM queue_row WHERE row = ?",
            "DELETE FROM words WHERE rowid = ?",
        ):
            self._work.db.exec_driver_sql(statement, gone)

    def _actor_or_none(self) -> Operator | None:
        try:
            return AccountPart(self._work).actor()
        except SignInNeededError:
            return None


def _tagged(appeal: Appeal) -> list[Ref]:
    return [Ref(appeal.branch, tag.outage) for tag in appeal.outages]
