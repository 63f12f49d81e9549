"""A transaction of the store: its parts, the projection as it stands within, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from console.changes import Changes
from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.domain.message import Message
from console.domain.mutations import Envelope, ShareWord
from console.domain.outage import Outage
from console.domain.shared_queue import SharedQueue
from console.domain.shared_word import SharedWord
from console.domain.transitions import is_appeal_mutation
from console.errors import SignInNeededError
from console.ports import Clocks
from console.readmodel import OutboxEntry
from console.store import names, own, tables
from console.store.account import AccountPart
from console.store.attachments import AttachmentsPart
from console.store.desk import DeskPart
from console.store.drafts import DraftsPart
from console.store.mirror import MirrorPart
from console.store.outbox import OutboxPart
from console.store.own import OwnChange, OwnKey, Row
from console.store.projection import (
    Projected,
    placeholder,
    project_appeal,
    project_outage,
    project_queue,
    project_word,
)
from console.store.refresh import Refresh
from console.store.work import Work
from console.wording import CorrectedForm, Use

if TYPE_CHECKING:
    from sqlalchemy import Connection as Engaged

    from console.store.driver import Connection


class StoreTransaction:
    """`ports.Transaction` over one database transaction."""

    def __init__(self, db: Engaged, clocks: Clocks) -> None:
        self._work = Work(db)
        self._clocks = clocks
        self.mirror = MirrorPart(self._work)
        self.outbox = OutboxPart(self._work)
        self.drafts = DraftsPart(self._work)
        self.attachments = AttachmentsPart(self._work)
        self.desk = DeskPart(self._work)
        self.account = AccountPart(self._work)
        self.own_change: OwnChange | None = None
        """After `finish`: what has changed of the operator's own."""

    def appeal(self, ref: Ref, *, before: int | None = None) -> Appeal | None:
        """The projected appeal: mirror ⊕ outbox, or ⊕ those entries alone that precede one."""
        found = self._project(ref, before=before)
        return None if found is None else found.appeal

    def message(self, ref: Ref) -> Message | None:
        """One projected message (``ref`` is its own)."""
        known = self.mirror.message(ref)
        if known is None:
            return None
        found = self._project(Ref(ref.branch, known.appeal), {ref.id: known})
        return known if found is None else found.messages.get(ref.id)

    def outage(self, ref: Ref) -> Outage | None:
        """The projected outage."""
        return project_outage(
            self.mirror.outage(ref),
            entries=self.outbox.of((ref,)).get(ref, ()),
            actor=self.account.actor(),
        )

    def queue(self, ref: Ref) -> SharedQueue | None:
        """The projected shared queue."""
        return project_queue(
            self.mirror.queue(ref),
            entries=self.outbox.of((ref,)).get(ref, ()),
            actor=self.account.actor(),
        )

    def word(self, ref: Ref) -> SharedWord | None:
        """The projected shared word."""
        return project_word(
            self.mirror.word(ref),
            entries=self.outbox.of((ref,)).get(ref, ()),
            actor=self.account.actor(),
        )

    def keep_word(self, envelope: Envelope) -> None:
        """A word or form that was not shared stays its author's own, if the branch has no such."""
        share = envelope.mutation
        if not isinstance(share, ShareWord):
            return
        shared = self.word(envelope.target)
        if shared is not None and not shared.removed_by:
            return
        if not share.use:
            self.desk.add_word(share.word, now=envelope.at)
        elif share.use in {use.value for use in Use}:
            form = CorrectedForm(share.word, Use(share.use), share.form)
            self.desk.correct_form(form, now=envelope.at)

    def shared_queue(self, queue_id: str) -> tuple[SharedQueue, ...]:
        """The rows of a queue that stands in one or several branches, none of them withdrawn."""
        table = tables.shared_row
        found = self._work.db.execute(
            select(table.c.branch).where(table.c.id == queue_id).order_by(table.c.branch)
        )
        rows = [self.queue(Ref(branch, queue_id)) for (branch,) in found]
        return tuple(row for row in rows if row is not None and not row.withdrawn)

    def finish(self) -> Changes:
        """Bring the projection up to date, just before the commit; what to publish after it."""
        if self._work.touched.everything:
            self.outbox.touch_all()
        Refresh(self._work, self._clocks).run()
        touched = self._work.touched
        if touched.own:
            self.own_change = own.note_change(self._raw(), touched.own)
        return touched.changes()

    def restore(self, number: int, rows: Mapping[OwnKey, Row]) -> None:
        """Have these and no other rows as the operator's own: what a copy has kept."""
        self.outbox.touch_all()
        own.replace_all(self._raw(), rows)
        self.account.set_value(names.OWN_CHANGE, str(number))
        self._work.operator_changed()
        self._work.touched.own.clear()
        self._work.touched.everything = True

    def adopt(self, rows: Mapping[OwnKey, Row]) -> tuple[OwnKey, ...]:
        """Have these as well as what is here, where they are not; what came, by its new keys."""
        came, moved = own.adopt(self._raw(), rows)
        self.outbox.touch_all()
        self._work.touched.own.update(dict.fromkeys((*came, *moved)))
        return came

    def _raw(self) -> Connection:
        """The driver's own connection, within this very transaction."""
        return cast("Connection", self._work.db.connection.driver_connection)

    def _project(
        self, ref: Ref, messages: dict[str, Message] | None = None, *, before: int | None = None
    ) -> Projected | None:
        entries = self.outbox.of((ref,)).get(ref, [])
        if before is not None:
            entries = [entry for entry in entries if entry.seq < before]
        try:
            actor = self.account.actor()
        except SignInNeededError:
            actor = None
        appeal = self.mirror.appeal(ref) or placeholder(entries, actor)
        if appeal is None:
            return None
        known = dict(messages or {})
        for message in _spoken_of(entries) - known.keys():
            found = self.mirror.message(Ref(ref.branch, message))
            if found is not None:
                known[message] = found
        return project_appeal(appeal, known, entries=entries, actor=actor)


def _spoken_of(entries: list[OutboxEntry]) -> set[str]:
    """Ids of the messages that the entries speak of, or would be if the server had them."""
    from console.domain.transitions import needed_messages

    return {
        ident
        for entry in entries
        if is_appeal_mutation(entry.envelope.mutation)
        for ident in (entry.envelope.id, *needed_messages(entry.envelope.mutation))
    }
