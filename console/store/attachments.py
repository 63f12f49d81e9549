"""Attachments: files in pieces, encrypted like everything else in the store.

Files of drafts and entries are the operator's own and go with them. Files of messages were fetched
from the server and are dropped, the longest unused first, where they take too much room.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from console.domain.attachment import Attachment
from console.domain.ids import Ref
from console.store import tables
from console.store.engine import upsert
from console.store.instants import to_micros
from console.store.work import Work
from console.wire.codec import decode, encode

_OWN, _UPLOAD, _FETCHED, _PIECE = tables.attachment, tables.upload, tables.fetched, tables.piece
_SENT = upsert(_UPLOAD, "attachment")
_WANT = upsert(_FETCHED, "id")


class AttachmentsPart:
    """`ports.Attachments` over one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    # ------------------------------------------------------------------ the operator's own

    def of(self, holder: str) -> tuple[Attachment, ...]:
        """The files of a draft or entry, in their order."""
        query = select(_OWN.c.body).where(_OWN.c.holder == holder).order_by(_OWN.c.place)
        return tuple(decode(body, Attachment) for (body,) in self._work.db.execute(query))

    def put_piece(self, attachment: str, begins: int, content: bytes) -> None:
        """Keep a piece of a file, whoever's it will be."""
        values = {"attachment": attachment, "begins": begins, "ends": begins + len(content)}
        self._work.db.execute(insert(_PIECE), values | {"content": content})

    def drop_pieces(self, attachment: str) -> None:
        """Forget the content of a file."""
        self._work.db.execute(delete(_PIECE).where(_PIECE.c.attachment == attachment))

    def add(self, holder: str, attachment: Attachment) -> None:
        """A file whose content is here comes to a draft."""
        last = select(func.max(_OWN.c.place)).where(_OWN.c.holder == holder)
        values = {
            "id": attachment.id,
            "operator": self._work.operator(),
            "holder": holder,
            "place": (self._work.db.execute(last).scalar() or 0) + 1,
            "body": encode(attachment),
        }
        self._work.db.execute(insert(_OWN), values)
        self._touch_own([attachment.id])

    def add_again(self, holder: str, attachment: Attachment) -> bool:
        """A file that the server has comes to a draft; False where another draft has it already."""
        known = select(_OWN.c.id).where(_OWN.c.id == attachment.id)
        if self._work.db.execute(known).first() is not None:
            return False
        # Its pieces, as far as they were fetched, are the draft's from here on.
        self._work.db.execute(delete(_FETCHED).where(_FETCHED.c.id == attachment.id))
        self.add(holder, attachment)
        self._note_upload(attachment.id, attachment.size, complete=True, again=0)
        return True

    def remove(self, attachment: str) -> None:
        """Forget a file of one's own; nothing happens if there is none."""
        mine = _OWN.c.operator == self._work.operator()
        found = self._work.db.execute(
            delete(_OWN).where(_OWN.c.id == attachment, mine).returning(_OWN.c.id)
        ).scalar()
        if found is not None:
            self._forget_own([attachment])

    def move(self, before: str, after: str) -> None:
        """Give the files of one holder to another; what the server has of them, it still has."""
        statement = update(_OWN).where(_OWN.c.holder == before).values(holder=after)
        moved = self._work.db.execute(statement.returning(_OWN.c.id)).scalars().all()
        # Whoever sends it anew gives it all its chances anew.
        again = update(_UPLOAD).where(_UPLOAD.c.attachment.in_(moved)).values(begun_again=0)
        self._work.db.execute(again)
        self._touch_own(moved)

    def drop(self, holder: str) -> None:
        """Forget the files of a draft or entry that is gone."""
        statement = delete(_OWN).where(_OWN.c.holder == holder).returning(_OWN.c.id)
        self._forget_own(self._work.db.execute(statement).scalars().all())

    # ------------------------------------------------------------------ on their way to the server

    def sent(self, attachment: str, upto: int, *, complete: bool) -> None:
        """The server has so many bytes; nothing happens if the file has gone meanwhile."""
        again = self._begun_again(attachment)
        if again is None:
            return
        self._note_upload(attachment, upto, complete=complete, again=again)

    def begin_again(self, attachment: str) -> int:
        """The server has nothing of it (any more): how often that has been since it was sent."""
        again = (self._begun_again(attachment) or 0) + 1
        self._note_upload(attachment, 0, complete=False, again=again)
        return again

    def arrived(self, holder: str, appeal: Ref, *, now: datetime, keep: int) -> None:
        """A message has these files now: what is here stays only as ``keep`` bytes allow."""
        files = self.of(holder)
        self._work.db.execute(delete(_OWN).where(_OWN.c.holder == holder))
        self._work.db.execute(delete(_UPLOAD).where(_UPLOAD.c.attachment.in_(_ids(files))))
        for attachment in files:
            had = self._here(attachment.id)
            self._put_fetched(appeal, attachment, had=had, wanted=False, now=now)
        self._touch_own(_ids(files))
        self.evict(keep)

    def _begun_again(self, attachment: str) -> int | None:
        """How often the upload of a file that is still here began again."""
        query = (
            select(func.coalesce(_UPLOAD.c.begun_again, 0))
            .select_from(_OWN.outerjoin(_UPLOAD, _UPLOAD.c.attachment == _OWN.c.id))
            .where(_OWN.c.id == attachment)
        )
        found: int | None = self._work.db.execute(query).scalar()
        return found

    def _note_upload(self, attachment: str, sent: int, *, complete: bool, again: int) -> None:
        values = {"attachment": attachment, "sent": sent, "complete": int(complete)}
        self._work.db.execute(_SENT, values | {"begun_again": again})
        self._work.touched.attachments.add(attachment)
        self._work.touched.outbox = True

    # ------------------------------------------------------------------ fetched

    def want(self, appeal: Ref, attachment: Attachment, *, now: datetime, keep: int) -> None:
        """Have a file of a message fetched, dropping of others what is over ``keep`` bytes."""
        had = self._here(attachment.id)
        wanted = had < attachment.size
        self._put_fetched(appeal, attachment, had=had, wanted=wanted, now=now)
        self.evict(keep, but_not=attachment.id)

    def unwant(self, attachment: str) -> None:
        """Fetch it no further; what is here of it stays."""
        statement = update(_FETCHED).where(_FETCHED.c.id == attachment).values(wanted=0)
        self._work.db.execute(statement)
        self._work.touched.attachments.add(attachment)

    def took(self, attachment: str, begins: int, content: bytes) -> None:
        """Some more of a file that is wanted has come."""
        known = self._fetched(attachment)
        if known is None or known.had != begins:
            return  # dropped meanwhile, or asked for anew
        self.put_piece(attachment, begins, content)
        had = begins + len(content)
        values = {"had": had, "wanted": int(had < known.size)}
        self._work.db.execute(update(_FETCHED).where(_FETCHED.c.id == attachment).values(values))
        self._work.touched.attachments.add(attachment)

    def failed(self, attachment: str, code: str) -> None:
        """A file cannot be had; what has come of it is dropped."""
        self.drop_pieces(attachment)
        values = {"had": 0, "wanted": 0, "error": code}
        self._work.db.execute(update(_FETCHED).where(_FETCHED.c.id == attachment).values(values))
        self._work.touched.attachments.add(attachment)

    def evict(self, keep: int, *, but_not: str = "") -> None:
        """Drop what was not used for longest until the rest has ``keep`` bytes."""
        query = select(_FETCHED.c.id, _FETCHED.c.had).order_by(
            _FETCHED.c.wanted, _FETCHED.c.used_at
        )
        rows = self._work.db.execute(query).all()
        over = sum(row.had for row in rows) - keep
        gone: list[str] = []
        for row in rows:
            if over <= 0:
                break
            if row.id != but_not:
                gone.append(row.id)
                over -= row.had
        self.forget_fetched(_FETCHED.c.id.in_(gone))

    def forget_fetched(self, *condition: Any) -> None:
        """Drop the fetched files of which the conditions hold."""
        statement = delete(_FETCHED).where(*condition).returning(_FETCHED.c.id)
        gone = self._work.db.execute(statement).scalars().all()
        if gone:
            self._work.db.execute(delete(_PIECE).where(_PIECE.c.attachment.in_(gone)))
            self._work.touched.attachments.update(gone)

    def _here(self, attachment: str) -> int:
        """How many bytes of a file are here: pieces come in their order, so these are its first."""
        size = func.coalesce(func.sum(_PIECE.c.ends - _PIECE.c.begins), 0)
        query = select(size).where(_PIECE.c.attachment == attachment)
        return int(self._work.db.execute(query).scalar_one())

    def _fetched(self, attachment: str) -> Any:
        query = select(_FETCHED.c.had, _FETCHED.c.size).where(_FETCHED.c.id == attachment)
        return self._work.db.execute(query).one_or_none()

    def _put_fetched(
        self, appeal: Ref, attachment: Attachment, *, had: int, wanted: bool, now: datetime
    ) -> None:
        values = {
            "id": attachment.id,
            "branch": appeal.branch,
            "appeal": appeal.id,
            "size": attachment.size,
            "had": had,
            "wanted": int(wanted),
            "error": "",
            "used_at": to_micros(now),
            "body": encode(attachment),
        }
        self._work.db.execute(_WANT, values)
        self._work.touched.attachments.add(attachment.id)

    # ------------------------------------------------------------------ small things

    def _forget_own(self, gone: Iterable[str]) -> None:
        ids = list(gone)
        if not ids:
            return
        self._work.db.execute(delete(_UPLOAD).where(_UPLOAD.c.attachment.in_(ids)))
        self._work.db.execute(delete(_PIECE).where(_PIECE.c.attachment.in_(ids)))
        self._work.db.execute(delete(_FETCHED).where(_FETCHED.c.id.in_(ids)))
        self._touch_own(ids)

    def _touch_own(self, ids: Iterable[str]) -> None:
        for ident in ids:
            self._work.touched.own["attachment", ident] = None
            self._work.touched.attachments.add(ident)


def _ids(files: Iterable[Attachment]) -> list[str]:
    return [attachment.id for attachment in files]
