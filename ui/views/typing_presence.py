"""Typing presence: colleagues see that somebody writes, and under which soft lease.

That one types is over soon after the last key; the lease lasts as long as the rules say, is renewed
by writing on, and ends with the sheet. It keeps nobody from anything.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, QTimer

from console.domain.draft import DraftMode
from console.domain.ids import Ref
from console.listing import Link
from ui.context import UiContext
from ui.presenters.lease import warning_words
from ui.views.composing import Composing

_SEEN = frozenset({Link.ONLINE, Link.SYNCING, Link.STARTING})
"""How the console stands with the server while colleagues hear of it, or are about to."""

TYPING_MILLIS = 8_000
"""How long after the last key colleagues still see that somebody types."""


class TypingPresence(QObject):
    """Tells of the appeal that is shown when a key is pressed."""

    def __init__(
        self, composing: Composing, *, parent: QObject, millis: int = TYPING_MILLIS
    ) -> None:
        super().__init__(parent)
        self._composing = composing
        self._told = False
        self._until: datetime | None = None
        self._timer = QTimer(self, singleShot=True, interval=millis)
        self._timer.timeout.connect(self.stop)

    def typed(self) -> None:
        """A key was pressed."""
        if self._renew() or not self._told:
            self._tell(typing=True)
        self._timer.start()

    def begin(self) -> None:
        """A sheet was begun, or gone on with: it is said before the first key."""
        if self._renew():
            self._tell(typing=self._told)

    def end(self) -> None:
        """The sheet is put away, or sent: nobody need wait for it."""
        self._timer.stop()
        if self._told or self._until is not None:
            self._until = None
            self._tell(typing=False)

    def forget(self) -> None:
        """Another appeal is opened, and whoever opens it says so: the lease was of the former."""
        self._timer.stop()
        self._told, self._until = False, None

    def stop(self) -> None:
        """Nobody types any more."""
        self._timer.stop()
        if self._told:
            self._tell(typing=False)

    def _renew(self) -> bool:
        """Whether there is a lease, and it is longer than before; a note needs none."""
        sheet = self._composing.sheet
        if sheet is None or sheet.mode is DraftMode.NOTE:
            return False
        context, before = self._composing.context, self._until
        self._until = context.console.rulebook.leases.renewed(before, context.now())
        return self._until != before

    def _tell(self, *, typing: bool) -> None:
        self._told = typing
        view = self._composing.view
        if view is not None:
            self._composing.context.console.sync.set_presence(
                view.appeal.ref, typing=typing, lease_until=self._until
            )


def lease_warning(context: UiContext, ref: Ref) -> str:
    """What who begins to write to ``ref`` should know of colleagues; empty for nothing."""
    console, session = context.console, context.session
    return warning_words(
        console.reader.presence().get(ref, ()),
        context.now(),
        context.catalog,
        me=session.operator if session else "",
        online=console.sync.status().link in _SEEN,
    )
