"""The work of one transaction: its connection, who is signed in, and what it has touched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from console.changes import Changes
from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.errors import SignInNeededError
from console.store import names, tables
from console.store.own import OwnKey


@dataclass(slots=True)
class Touched:
    """What a transaction changed; becomes its `Changes` when it commits.

    ``appeals``, ``outages``, shared ``queues`` and ``words`` are to be projected anew; ``shown``
    are appeals whose row looks different without being projected (a draft, a read mark). ``fresh``
    keeps decoded server rows. ``own`` are the operator's own rows (see `own`), by table and key.
    """

    appeals: dict[Ref, None] = field(default_factory=dict)
    outages: dict[Ref, None] = field(default_factory=dict)
    queues: dict[Ref, None] = field(default_factory=dict)
    words: dict[Ref, None] = field(default_factory=dict)
    shown: set[Ref] = field(default_factory=set)
    gone_rows: set[int] = field(default_factory=set)
    fresh: dict[Ref, Appeal] = field(default_factory=dict)
    own: dict[OwnKey, None] = field(default_factory=dict)
    attachments: set[str] = field(default_factory=set)
    drafts: bool = False
    outbox: bool = False
    operators: bool = False
    saved_queues: bool = False
    own_words: bool = False
    presence: bool = False
    status: bool = False
    everything: bool = False

    def changes(self) -> Changes:
        """What to publish."""
        return Changes(
            appeals=frozenset(self.appeals) | self.shown,
            outages=frozenset(self.outages),
            attachments=frozenset(self.attachments),
            drafts=self.drafts,
            outbox=self.outbox,
            operators=self.operators,
            queues=bool(self.queues) or self.saved_queues,
            words=bool(self.words) or self.own_words,
            presence=self.presence,
            status=self.status,
            everything=self.everything,
        )


class Work:
    """Shared by the parts of one transaction."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.touched = Touched()
        self._operator: str | None = None
        self._operator_known = False

    def operator_or_none(self) -> str | None:
        """The id of the signed-in operator."""
        if not self._operator_known:
            found = self.db.execute(
                select(tables.meta.c.value).where(tables.meta.c.key == names.OPERATOR)
            ).scalar()
            self._operator, self._operator_known = found, True
        return self._operator

    def operator(self) -> str:
        """The id of the signed-in operator; `SignInNeededError` if there is none."""
        found = self.operator_or_none()
        if found is None:
            raise SignInNeededError("nobody is signed in; sign in and try again")
        return found

    def operator_changed(self) -> None:
        """Another operator is signed in from here on."""
        self._operator_known = False

    def touch_appeals(self, refs: Iterable[Ref]) -> None:
        """Project these appeals anew before the commit."""
        for ref in refs:
            self.touched.appeals[ref] = None
