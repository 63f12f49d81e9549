"""The mention watch: notices that somebody has called the signed-in person by name."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from console.changes import Changes
from console.domain.ids import Ref
from console.readmodel import QueueQuery
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader

_MOST = 50
_BEGINNING = 120


@dataclass(frozen=True, slots=True)
class Call:
    """One is called to an appeal by a colleague (by name), in a note that begins so."""

    ref: Ref
    note: str
    by: str
    text: str


class MentionWatch(QObject):
    """`mentioned` carries a `Call`, once for each note; nothing is told of what was there before.

    For notifications: whoever shows or sounds them listens here.
    """

    mentioned = Signal(object)

    def __init__(
        self, context: UiContext, bridge: Bridge, loader: QueueLoader, *, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._bridge = bridge
        self._loader = loader
        self._operator = ""
        self._known: frozenset[str] | None = None
        bridge.changed.connect(self._on_changes)

    def begin(self, _: str = "") -> None:
        """Take note of who called before, once the first queue is on the screen."""
        if self._known is None:
            self.look()

    def look(self) -> None:
        """Read who calls, off this thread."""
        session = self._context.session
        operator = session.operator if session else ""
        if operator != self._operator:
            self._operator, self._known = operator, None
        if operator:
            self._loader.read(
                "mentions",
                lambda: self._read(operator),
                then=lambda calls: self._on_read(operator, calls),
                failed=self._bridge.failed.emit,
                owner=self,
            )

    def _on_changes(self, changes: Changes) -> None:
        if changes.appeals or changes.everything:
            self.look()

    def _read(self, operator: str) -> list[Call]:
        reader = self._context.console.reader
        ids = list(reader.queue_ids(QueueQuery("mentions"), now=self._context.now()))[:_MOST]
        if not ids:
            return []
        names = {one.id: one.name for one in reader.operators()}
        calls: list[Call] = []
        for row in reader.queue_rows(ids):
            view = reader.appeal(row.ref)
            if view is None:
                continue
            texts = {message.id: message.text for message in view.messages}
            for mention in view.appeal.mentions_of(operator):
                text = " ".join(texts.get(mention.note, "").split())[:_BEGINNING]
                calls.append(Call(row.ref, mention.note, names.get(mention.by, ""), text))
        return calls

    def _on_read(self, operator: str, calls: list[Call]) -> None:
        if operator != self._operator:
            return
        known, self._known = self._known, frozenset(call.note for call in calls)
        for call in calls if known is not None else ():
            if call.note not in (known or ()):
                self.mentioned.emit(call)
