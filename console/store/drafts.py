"""Drafts: texts in the making, a row each, which nothing from outside ever touches."""

from __future__ import annotations

from sqlalchemy import delete, select

from console.domain.draft import Draft
from console.ports import draft_holder
from console.store import tables
from console.store.attachments import AttachmentsPart
from console.store.engine import upsert
from console.store.instants import to_micros
from console.store.work import Work
from console.wire.codec import decode, encode

TABLE = tables.draft
_UPSERT = upsert(TABLE, "id")


class DraftsPart:
    """`ports.Drafts` over one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def get(self, draft_id: str) -> Draft | None:
        """One draft."""
        body = self._work.db.execute(
            select(TABLE.c.body).where(
                TABLE.c.id == draft_id, TABLE.c.operator == self._work.operator()
            )
        ).scalar()
        return None if body is None else decode(body, Draft)

    def is_anothers(self, draft_id: str) -> bool:
        """Whether somebody else who works here has begun the draft."""
        others = TABLE.c.id == draft_id, TABLE.c.operator != self._work.operator()
        return self._work.db.execute(select(TABLE.c.id).where(*others)).scalar() is not None

    def save(self, draft: Draft) -> None:
        """Keep a draft, replacing the one of the same id."""
        appeal = draft.appeal
        if self.get(draft.id) is None:
            self._work.touched.shown.add(appeal)
        self._work.db.execute(
            _UPSERT,
            {
                "id": draft.id,
                "operator": self._work.operator(),
                "branch": appeal.branch,
                "appeal": appeal.id,
                "updated_at": to_micros(draft.updated_at),
                "body": encode(draft),
            },
        )
        self._work.touched.drafts = True
        self._work.touched.own["draft", draft.id] = None

    def remove(self, draft_id: str) -> None:
        """Forget a draft with its files; nothing happens if there is none."""
        found = self.get(draft_id)
        if found is None:
            return
        AttachmentsPart(self._work).drop(draft_holder(draft_id))
        self._work.db.execute(delete(TABLE).where(TABLE.c.id == draft_id))
        self._work.touched.drafts = True
        self._work.touched.own["draft", draft_id] = None
        self._work.touched.shown.add(found.appeal)
