"""The account: who is signed in at this installation, and small values that it keeps."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from console.domain.operator import Operator
from console.errors import SignInNeededError
from console.readmodel import SessionInfo
from console.store import names, tables
from console.store.engine import upsert
from console.store.work import Work
from console.wire.codec import decode, encode

_META = tables.meta
_SET = upsert(_META, "key")


class AccountPart:
    """`ports.Account` over one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def session(self) -> SessionInfo | None:
        """Who is signed in here."""
        found = self.value(names.SESSION)
        return None if found is None else decode(found, SessionInfo)

    def actor(self) -> Operator:
        """The signed-in operator with the rights that the server last said."""
        operator = self._work.operator()
        body = self._work.db.execute(
            select(tables.operator.c.body).where(tables.operator.c.id == operator)
        ).scalar()
        kept = body if body is not None else self.value(names.ACTOR)
        if kept is None:
            raise SignInNeededError("the signed-in operator is not known here; sign in again")
        return decode(kept, Operator)

    def begin(self, operator: Operator, branches: Sequence[str], server: str) -> SessionInfo:
        """Remember who signed in; their drafts and outbox come back into sight."""
        info = SessionInfo(
            operator=operator.id,
            login=operator.login,
            name=operator.name,
            role=str(operator.role),
            branches=tuple(branches),
            server=server,
        )
        self.set_value(names.OPERATOR, operator.id)
        self.set_value(names.SESSION, encode(info).decode())
        self.set_value(names.ACTOR, encode(operator).decode())
        self._operator_changed()
        return info

    def end(self) -> None:
        """Remember that nobody is signed in; drafts and outbox stay, out of sight."""
        for key in (names.OPERATOR, names.SESSION, names.ACTOR):
            self.set_value(key, None)
        self._operator_changed()

    def value(self, key: str) -> str | None:
        """A small value."""
        return self._work.db.execute(select(_META.c.value).where(_META.c.key == key)).scalar()

    def set_value(self, key: str, value: str | None) -> None:
        """Keep a small value, or with None forget it."""
        if value is None:
            self._work.db.execute(delete(_META).where(_META.c.key == key))
        else:
            self._work.db.execute(_SET, {"key": key, "value": value})
        if key in names.OWN:
            self._work.touched.own["meta", key] = None

    def _operator_changed(self) -> None:
        self._work.operator_changed()
        self._work.touched.everything = True
