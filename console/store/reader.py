"""The reader: query-only reads of the projection, on whichever thread asks.

It speaks to the driver directly: the first page must not wait for SQLAlchemy to be imported.
Each thread has a connection of its own, opened at its first read.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from console.domain.ids import Ref
from console.listing import (
    Grouping,
    PresenceRow,
    QueueCounts,
    QueueQuery,
    QueueRow,
    QueueSort,
    SavedQueue,
    SessionInfo,
    SharedRow,
)
from console.store import names, page, queue_query
from console.store.counted import KeptCounts
from console.store.driver import DatabaseError, connect_reader, disk_error
from console.store.instants import NEVER, from_micros, to_micros
from console.store.lanes import Lanes, closed
from console.store.profile import note_damage
from console.wire.codec import decode, encode

if TYPE_CHECKING:
    from console.domain.appeal import Author
    from console.domain.attachment import Attachment
    from console.domain.draft import Draft
    from console.domain.handover import DayAppeal
    from console.domain.operator import Operator
    from console.domain.outage import Outage
    from console.domain.query import Language
    from console.domain.similarity import Similar
    from console.fulltext.vocabulary import Vocabulary
    from console.ports import FeedPosition, WaitingEntry, WaitingFetch
    from console.readmodel import (
        AppealView,
        AttachmentState,
        AwayRow,
        BoardRow,
        CallForm,
        Comment,
        EarlierAppeal,
        HandoverFacts,
        LexiconRow,
        LinkedRow,
        OutboxEntry,
        SearchNotes,
        Thread,
    )
    from console.store.seeker import Seeker
    from console.wording import Use

_NOBODY = ""
_FIRST_ENTRIES, _ENTRIES = 2_000, 32_000
"""Entries of an index that are read for the first part of a queue, and at most for a further one:
each has twice as many as the one before, so that few rows too many are read for the first page."""
_MANY_TOUCHED = 5_000
"""Appeals touched at once of which each queue is sooner counted whole."""
_RESTLESS = ("due_soon", "overdue", "drafts", "outbox", "mentions", "promises")
"""Lists in which appeals come and go without being touched, or that are soon counted."""
_ROWS_OF = """
SELECT a.row FROM json_each(:refs) AS wanted JOIN appeal AS a
  ON a.branch = wanted.value ->> 0 AND a.id = wanted.value ->> 1
"""
_META = "SELECT value FROM meta WHERE key = :key"
_OUTAGES = """
SELECT body FROM (
    SELECT branch, started_at, body FROM outage_row WHERE active = 1
    UNION ALL
    SELECT branch, started_at, body FROM outage_row
    WHERE active = 0 AND NOT :active AND started_at >= :since
)
WHERE :branch IS NULL OR branch = :branch ORDER BY started_at DESC
"""
_PRESENCE = """
SELECT p.branch, p.appeal, p.operator, ifnull(o.name, p.operator), p.typing, p.lease_until
FROM presence AS p LEFT JOIN operator AS o ON o.id = p.operator
WHERE p.operator <> :me ORDER BY p.since
"""

_OWN_WORDS = """
SELECT word, '', '', at FROM own_word WHERE operator = :me
UNION ALL
SELECT iif(said = '', name, said), usage, form, at FROM own_form WHERE operator = :me
"""
_AWAY = "SELECT operator, since, until FROM away WHERE until IS NULL OR until > :now"


class StoreReader:
    """`ports.Reader` and `ports.SyncReader` over the encrypted file."""

    def __init__(
        self,
        path: Path,
        key: bytes,
        *,
        due_soon: timedelta,
        zones: Mapping[str, ZoneInfo],
        language: Callable[[], Language] | None = None,
    ) -> None:
        self._path = path
        self._due_soon = due_soon
        self._zones = zones
        self._language = language
        self._counted = KeptCounts()
        self._lanes = Lanes(lambda: connect_reader(path, key))

    @staticmethod
    def prepare() -> None:
        """Import now what opening an appeal needs; the first page does without."""
        from console.store import appeal_view, around, board, entries, files, shared

        assert all((appeal_view, around, board, entries, files, shared)), "all of them are modules"

    def close(self) -> None:
        """Close the connections of every thread; a read under way ends with a `StoreError`."""
        self._lanes.close()
        if "_seeker" in vars(self):  # else nobody has searched
            self._seeker.close()

    # ------------------------------------------------------------------ queues

    def queue_ids(
        self, query: QueueQuery, *, now: datetime, limit: int | None = None
    ) -> Sequence[int]:
        """The ids of all rows of a queue in its order, or of so many of the first."""
        ids = array("q")
        for part in self.queue_parts(query, now=now):
            ids.extend(part)
            if limit is not None and len(ids) >= limit:
                return ids[:limit]
        return ids

    def queue_parts(
        self, query: QueueQuery, *, now: datetime
    ) -> Generator[Sequence[int], None, None]:
        """The same part by part, all of one state; the first is soon there, and may be empty."""
        with self._snapshot():
            yield from self._parts(query, self._moment(now))

    def group_keys(self, ids: Sequence[int], kind: Grouping) -> list[tuple[str, str]]:
        """What each of these rows is put together by, and its title; empty where it has none."""
        return page.group_keys(self._one, ids, kind)

    def queue_rows(self, ids: Sequence[int]) -> list[QueueRow]:
        """The rows of these ids, in the given order; a vanished one is left out."""
        return page.queue_rows(self._one, ids, me=self._me())

    def row_id(self, ref: Ref) -> int | None:
        """The id of an appeal's row, None if it is not in the store."""
        sql = "SELECT row FROM appeal WHERE branch = :branch AND id = :id"
        found: int | None = self._one(sql, {"branch": ref.branch, "id": ref.id})
        return found

    def counts(self, *, now: datetime, touched: Collection[Ref] | None = None) -> QueueCounts:
        """Live counts of every queue; since the last ones these appeals have been touched.

        None: whatever there is. Queues under a name are counted whole then, and where they depend
        on the time of day.
        """
        with self._snapshot():
            moment = self._moment(now)
            counts = dict(self._rows("SELECT key, n FROM tally WHERE n > 0", {}))
            counts |= queue_query.live_counts(self._one, moment)
            counts["mine"] = counts.get(f"owner:{moment.me}", 0)
            counts |= self._kept_counts(moment, touched)
            return QueueCounts(counts)

    def saved_queues(self) -> list[SavedQueue]:
        """The operator's own queues, in the order of saving."""
        sql = "SELECT body FROM saved_queue WHERE operator = :me ORDER BY row"
        return [decode(body, SavedQueue) for (body,) in self._rows(sql, {"me": self._me()})]

    def _kept_counts(
        self, moment: queue_query.Moment, touched: Collection[Ref] | None
    ) -> dict[str, int]:
        queues = {f"saved:{one.id}": one.query for one in self.saved_queues()}
        shared = [one for one in self.shared_queues() if one.branches]
        queues |= {one.key: one.query for one in shared if one.query is not None}
        self._counted.keep(queues)
        rows = self._rows_of(touched) if queues and touched is not None else None
        return {
            key: self._counted.count(
                key,
                query,
                partial(self._parts, query, moment),
                me=moment.me,
                touched=None if self._changes_by_itself(query, moment) else rows,
            )
            for key, query in queues.items()
        }

    def _changes_by_itself(self, query: QueueQuery, moment: queue_query.Moment) -> bool:
        """Whether appeals come and go in it that nobody touches: with time, or with a draft."""
        if query.queue in _RESTLESS:
            return True
        return bool(query.text.strip()) and self._seeker.is_restless(query.text, now=moment.now)

    def _rows_of(self, refs: Collection[Ref]) -> Collection[int] | None:
        """The rows of these appeals; None where there are many, or one is here no more."""
        if len(refs) > _MANY_TOUCHED:
            return None
        rows = [row for (row,) in self._rows(_ROWS_OF, {"refs": encode(list(refs)).decode()})]
        return rows if len(rows) == len(refs) else None

    def shared_queues(self) -> list[SharedRow]:
        """The queues that are shared with branches in scope, by name; also withdrawn ones."""
        sql = "SELECT branch, body, waits FROM shared_row ORDER BY id, branch"
        with self._snapshot():
            rows = list(self._rows(sql, {}))
            if not rows:
                return []
            from console.store import shared

            return shared.shared_rows(rows, self._seeker.language, self._name)

    def _name(self, operator: str) -> str:
        sql = "SELECT name FROM operator WHERE id = :id"
        return self._one(sql, {"id": operator}) or operator

    def search_notes(self, query: QueueQuery, *, now: datetime) -> SearchNotes:
        """What is to be said about the search of ``query``."""
        with self._snapshot():
            return self._seeker.notes(query, now=now)

    def search_words(self, beginning: str, *, now: datetime) -> list[str]:
        """Words of appeals that begin so, as people write them, the most frequent first."""
        with self._snapshot():
            return self._seeker.words(beginning, now=now)

    def search_language(self) -> Language:
        """The operators of the query language."""
        return self._seeker.language

    def searches(self) -> list[str]:
        """What the operator searched for, the latest first."""
        kept = decode(self.value(names.SEARCHES) or "{}", dict[str, list[str]])
        return kept.get(self._me(), [])

    def prepare_search(self, *, now: datetime) -> None:
        """Read the vocabulary now, so that the first search need not do without."""
        self._seeker.prepare(now=now)

    @cached_property
    def _seeker(self) -> Seeker:
        from console.domain.query import Language
        from console.store.seeker import Seeker

        return Seeker(
            self._one,
            self._vocabulary,
            language=self._language or Language,
            zones=self._zones,
            size=self._size,
        )

    def _vocabulary(self) -> Vocabulary:
        from console.fulltext import vocabulary
        from console.fulltext.vocabulary import Vocabulary

        with self._lanes.reading() as connection, self._explained():
            connection.execute("PRAGMA query_only = OFF")
            connection.execute(vocabulary.MAKE)
            connection.execute("PRAGMA query_only = ON")
            rows = connection.execute(vocabulary.WORDS).fetchall()
        return Vocabulary(rows, self._size("all"))

    def _parts(
        self,
        query: QueueQuery,
        moment: queue_query.Moment,
        among: Collection[int] | None = None,
    ) -> Iterator[array[int]]:
        """Ordered ids; those of the lane of danger stand above all, whatever the order.

        With ``among`` those of these rows alone.

        Not in a search: what was looked for stands in the order that was asked for, and the lane
        would have to be read whole before its first row.
        """
        statement = queue_query.statement(query, moment, size=self._size)
        if among is not None:
            statement = statement.among(encode(list(among)).decode())
        if query.text or query.sort is QueueSort.MATCH or not self._size("danger"):
            yield from self._found(query, statement, moment)
            return
        yield from self._found(query, statement.in_danger(size=self._size), moment)
        if query.queue != "danger":
            yield from self._found(query, statement.below_danger(), moment)

    def _found(
        self, query: QueueQuery, statement: queue_query.Statement, moment: queue_query.Moment
    ) -> Iterator[array[int]]:
        """Ordered ids, those alone that the text of ``query`` finds."""
        if not query.text:
            return self._walk(statement)
        return self._seeker.parts(query, statement, now=moment.now, walk=self._walk)

    def _walk(self, statement: queue_query.Statement) -> Iterator[array[int]]:
        """The ids of a statement: in one part, or in several along the index of its order."""
        if not statement.walked:
            yield self._ordered(statement)
            return
        entries = _FIRST_ENTRIES
        for segment in statement.segments():
            after: queue_query.Key | None = None
            while True:
                last = next(self._rows(*segment.last_key(after, entries)), None)
                yield array("q", decode(self._one(*segment.part(after, entries)), list[int]))
                entries = min(2 * entries, _ENTRIES)
                if last is None:
                    break
                after = last

    def _ordered(self, statement: queue_query.Statement) -> array[int]:
        return array("q", decode(self._one(statement.ids(), statement.parameters), list[int]))

    def _size(self, key: str) -> int:
        found = self._one("SELECT n FROM tally WHERE key = :key", {"key": key})
        return 0 if found is None else int(found)

    # ------------------------------------------------------------------ one appeal

    def appeal(self, ref: Ref) -> AppealView | None:
        """All of one appeal, None if it is not in the store."""
        from console.store import appeal_view

        with self._snapshot():
            me = self._me()
            return appeal_view.appeal_view(self._rows, ref, me=me, actor=self.actor())

    def earlier_of(
        self, author: Author, *, but: Ref | None = None, limit: int = 20
    ) -> list[EarlierAppeal]:
        """Other appeals of the same profile or phone, newest first; off the window's thread."""
        from console.store import around

        with self._snapshot():
            return around.of_person(self._rows, self.queue_rows, author, but=but, limit=limit)

    def similar_to(self, ref: Ref) -> list[Similar]:
        """What may be the same appeal once more, the surest first; off the window's thread."""
        from console.domain.similarity import similar
        from console.store import around

        with self._snapshot():
            view = self.appeal(ref)
            if view is None:
                return []
            return list(similar(view.appeal, around.candidates(self._rows, view.appeal)))

    def linked_to(self, ref: Ref) -> list[LinkedRow]:
        """What an appeal is merged with or linked to, from either side."""
        from console.store import around

        with self._snapshot():
            view = self.appeal(ref)
            return [] if view is None else around.linked(self._rows, self.queue_rows, view.appeal)

    def comments_beside(self, ref: Ref) -> list[Comment]:
        """What other people wrote under the same post, oldest first."""
        from console.store import appeal_view, around

        with self._snapshot():
            found = appeal_view.mirrored(self._rows, ref)
            return [] if found is None else around.comments(self._rows, found)

    def presence(self) -> Mapping[Ref, tuple[PresenceRow, ...]]:
        """Which colleagues are in which appeal."""
        found: dict[Ref, tuple[PresenceRow, ...]] = {}
        rows = self._rows(_PRESENCE, {"me": self._me()})
        for branch, appeal, operator, name, typing, until in rows:
            ref = Ref(branch, appeal)
            row = PresenceRow(ref, operator, name, bool(typing), from_micros(until))
            found[ref] = (*found.get(ref, ()), row)
        return found

    # ------------------------------------------------------------------ registries

    def outages(
        self,
        *,
        branch: str | None = None,
        active_only: bool = True,
        since: datetime | None = None,
    ) -> list[Outage]:
        """The registry, newest first; of what is over only what began at ``since`` or later."""
        from console.domain.outage import Outage

        begun = -NEVER if since is None else to_micros(since)
        parameters = {"branch": branch, "active": active_only, "since": begun}
        return [decode(body, Outage) for (body,) in self._rows(_OUTAGES, parameters)]

    def outage(self, branch: str, outage: str) -> Outage | None:
        """One outage."""
        from console.domain.outage import Outage

        sql = "SELECT body FROM outage_row WHERE branch = :branch AND id = :id"
        body = self._one(sql, {"branch": branch, "id": outage})
        return None if body is None else decode(body, Outage)

    def quoted_outages(self, *, now: datetime) -> list[Outage]:
        """Outages that go on, or were called off, of which published replies speak."""
        from console.store import corrections

        return corrections.quoted_outages(self._rows, now=to_micros(now))

    def told_threads(self, outage: Ref, *, tagged: bool = True) -> list[Thread]:
        """Threads that quote the outage, or are linked with it; off the window's thread."""
        from console.store import corrections

        with self._snapshot():
            me, actor = self._me(), self.actor()
            return corrections.told_threads(self._rows, outage, me=me, actor=actor, tagged=tagged)

    def operators(self) -> list[Operator]:
        """Colleagues, by name."""
        sql = "SELECT body FROM operator ORDER BY name, id"
        return [_operator(body) for (body,) in self._rows(sql, {})]

    def away(self, *, now: datetime) -> Mapping[str, AwayRow]:
        """Which colleagues (by id) have a break that is not over at ``now``."""
        from console.readmodel import AwayRow
        from console.store.instants import from_micros

        return {
            operator: AwayRow(operator, from_micros(since), from_micros(until))
            for operator, since, until in self._rows(_AWAY, {"now": to_micros(now)})
        }

    def handover(self) -> HandoverFacts:
        """What there is to hand over, and what is being handed over; off the window's thread."""
        from dataclasses import replace

        from console.store import handover

        with self._snapshot():
            found = handover.facts(
                self._rows,
                self.queue_rows,
                me=self._me(),
                actor=self.actor(),
                drafts=self.drafts(),
                entries=self.outbox(),
            )
            return replace(found, outages=tuple(self.outages()))

    def own_day(self, *, now: datetime) -> list[DayAppeal]:
        """What the operator has done today, by each branch's clock; off the window's thread."""
        from console.store import handover

        with self._snapshot():
            return handover.own_day(
                self._rows, me=self._me(), actor=self.actor(), zones=self._zones, now=now
            )

    def board(self, *, now: datetime) -> list[BoardRow]:
        """The supervisor's board: a row for each branch and owner with open or answered work."""
        from console.store import board

        with self._snapshot():
            return board.board_rows(self._rows, now=now, due_soon=self._due_soon, zones=self._zones)

    # ------------------------------------------------------------------ the operator's own

    def drafts(self) -> list[Draft]:
        """All drafts, newest first."""
        from console.domain.draft import Draft

        sql = "SELECT body FROM draft WHERE operator = :me ORDER BY updated_at DESC, id"
        return [decode(body, Draft) for (body,) in self._rows(sql, {"me": self._me()})]

    def draft(self, draft_id: str) -> Draft | None:
        """One draft."""
        from console.domain.draft import Draft

        sql = "SELECT body FROM draft WHERE operator = :me AND id = :id"
        body = self._one(sql, {"me": self._me(), "id": draft_id})
        return None if body is None else decode(body, Draft)

    def outbox(self) -> list[OutboxEntry]:
        """All entries, oldest first; a held one with the appeal as it stands at the server."""
        from console.store import appeal_view, files
        from console.store.entries import COLUMNS, entry_from

        sql = f"SELECT {', '.join(COLUMNS)} FROM outbox WHERE operator = :me ORDER BY seq"
        with self._snapshot():
            entries = [entry_from(row) for row in self._rows(sql, {"me": self._me()})]
            found = files.with_upload(self._rows, entries)
            return [
                appeal_view.with_server(
                    entry, appeal_view.mirrored(self._rows, entry.envelope.target)
                )
                for entry in found
            ]

    def call(self) -> CallForm | None:
        """The call that was being written down, None where none was."""
        from console.readmodel import CallForm

        kept = decode(self.value(names.CALLS) or "{}", dict[str, CallForm])
        return kept.get(self._me())

    def draft_attachments(self, draft_id: str) -> list[Attachment]:
        """The files of a draft, in the order of attaching."""
        from console.ports import draft_holder
        from console.store import files

        return files.of_holder(self._rows, draft_holder(draft_id))

    def attachment_states(self, ids: Sequence[str]) -> Mapping[str, AttachmentState]:
        """How much of these files is on this workstation; of one not mentioned, nothing."""
        from console.store import files

        return files.states(self._rows, ids)

    def attachment_bytes(self, attachment: str, begins: int, ends: int) -> bytes:
        """Bytes of a file, as far as they are here."""
        from console.store import files

        return files.content(self._rows, attachment, begins, ends)

    def own_words(self) -> frozenset[str]:
        """The words that the operator has added to the dictionary."""
        sql = "SELECT word FROM own_word WHERE operator = :me"
        return frozenset(word for (word,) in self._rows(sql, {"me": self._me()}))

    def own_forms(self) -> Mapping[tuple[str, Use], str]:
        """The forms of names that the operator has corrected, by folded name and use.

        A use that this program does not know is left out.
        """
        sql = "SELECT name, usage, form FROM own_form WHERE operator = :me"
        return self._forms(sql, {"me": self._me()})

    def shared_words(self) -> frozenset[str]:
        """The words that the operator's branches share."""
        sql = "SELECT word FROM word_row WHERE live = 1 AND usage = ''"
        return frozenset(word for (word,) in self._rows(sql, {}))

    def shared_forms(self, branch: str) -> Mapping[tuple[str, Use], str]:
        """The forms of names that a branch shares, by folded name and use."""
        sql = """
        SELECT word, usage, form FROM word_row WHERE branch = :branch AND live = 1 AND usage <> ''
        """
        return self._forms(sql, {"branch": branch})

    def _forms(self, sql: str, parameters: Mapping[str, object]) -> Mapping[tuple[str, Use], str]:
        from console.wording import Use

        uses = {use.value: use for use in Use}
        rows = self._rows(sql, parameters)
        return {(name, uses[use]): form for name, use, form in rows if use in uses}

    def lexicon(self) -> list[LexiconRow]:
        """Every word and form, own and shared, in no order; also shared ones that were removed."""
        from console.store import word_rows
        from console.wording import Use

        name_of, me = cache(self._name), self._me()
        with self._snapshot():
            shared = self._rows("SELECT body, waits FROM word_row", {})
            own = self._rows(_OWN_WORDS, {"me": me})
            lines = (
                *word_rows.own_lines(own, me, name_of(me)),
                *word_rows.shared_lines(shared, name_of),
            )
        uses = {"", *(use.value for use in Use)}
        return [line for line in lines if line.use in uses]

    def template_usage(self) -> Mapping[str, int]:
        """How often this operator sent each template."""
        sql = "SELECT template, times FROM template_use WHERE operator = :me"
        return dict(self._rows(sql, {"me": self._me()}))

    def session(self) -> SessionInfo | None:
        """Who is signed in."""
        found = self.value(names.SESSION)
        return None if found is None else decode(found, SessionInfo)

    def actor(self) -> Operator | None:
        """The signed-in operator with the rights that the server last said."""
        from console.domain.operator import Operator

        sql = "SELECT body FROM operator WHERE id = :me"
        kept = self._one(sql, {"me": self._me()}) or self.value(names.ACTOR)
        return None if kept is None else decode(kept, Operator)

    def value(self, key: str) -> str | None:
        """A small value of this installation."""
        found: str | None = self._one(_META, {"key": key})
        return found

    # ------------------------------------------------------------------ for sync

    def waiting(self) -> list[WaitingEntry]:
        """The outbox as sync decides by it, oldest first."""
        from console.store.entries import WAITING, waiting_from

        return [waiting_from(row) for row in self._rows(WAITING, {"me": self._me()})]

    def fetches(self) -> list[WaitingFetch]:
        """The files of messages that are wanted and not here whole, the first wanted first."""
        from console.store import files

        return files.fetches(self._rows)

    def position(self) -> FeedPosition:
        """Where the mirror stands."""
        from console.ports import FeedPosition

        with self._snapshot():
            cursors = self._rows("SELECT feed, position FROM feed_cursor", {})
            return FeedPosition(
                epoch=self.value(names.EPOCH) or "",
                branches=decode(self.value(names.BRANCHES) or "[]", tuple[str, ...]),
                cursors=dict(cursors),
                complete=self.value(names.COMPLETE) is not None,
                run=self.value(names.RUN) or "",
                ahead=self.value(names.AHEAD) is not None,
            )

    def mirrored_rows(self) -> int:
        """How many server rows there are."""
        return sum(
            int(self._one(f"SELECT count(*) FROM {table}", {}))
            for table in (
                "appeal",
                "message",
                "event",
                "outage",
                "operator",
                "shared_queue",
                "shared_word",
            )
        )

    # ------------------------------------------------------------------ the connection

    def _moment(self, now: datetime) -> queue_query.Moment:
        return queue_query.Moment(self._me(), now, self._due_soon)

    def _me(self) -> str:
        return self.value(names.OPERATOR) or _NOBODY

    def _one(self, sql: str, parameters: Mapping[str, object]) -> Any:
        """The first column of the first row, None if there is no row."""
        with self._lanes.reading() as connection, self._explained():
            row = connection.execute(sql, dict(parameters)).fetchone()
        return None if row is None else row[0]

    def _rows(self, sql: str, parameters: Mapping[str, object]) -> Iterator[Any]:
        with self._lanes.reading() as connection, self._explained():
            return iter(connection.execute(sql, dict(parameters)).fetchall())

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """A driver's error as one that a person can act on; damage is noted for the next start."""
        try:
            yield
        except (DatabaseError, MemoryError) as error:
            if self._lanes.are_closed:
                raise closed() from error
            told = disk_error(error, self._path)
            if told.code == "damaged":
                note_damage(self._path)
            raise told from error

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """Several reads of one state: what commits meanwhile is not seen."""
        with self._lanes.reading() as connection:
            if connection.in_transaction:
                yield
                return
            with self._explained():
                connection.execute("BEGIN")
            try:
                yield
            finally:
                with self._explained():
                    connection.commit()  # nothing happens where an error has ended it already


@lru_cache(maxsize=2_000)
def _operator(body: bytes) -> Operator:
    """A colleague as decoded before: every opened appeal asks for all of them several times."""
    from console.domain.operator import Operator

    return decode(body, Operator)
