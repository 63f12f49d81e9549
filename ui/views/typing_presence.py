"""Typing presence: colleagues see that somebody writes, and under which soft lease.

That one types is over soon after the last key; the lease lasts as long as the rules say, is renewed
by writing on, and ends with the sheet. Where a draft lies it goes on while its author looks
something up in another appeal. It keeps nobody from anything.
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
        self._until: dict[Ref, datetime] = {}
        self._who = ""
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
        view = self._composing.view
        if view is not None:
            self._end_lease(view.appeal.ref)
        self.stop()

    def left(self, ref: Ref, *, written: bool) -> None:
        """Another appeal than ``ref`` is opened, and whoever opens it says so.

        Where nothing was ``written``, nothing is waited for either.
        """
        self._timer.stop()
        self._told = False
        if not written:
            self._end_lease(ref)

    def stop(self) -> None:
        """Nobody types any more."""
        self._timer.stop()
        if self._told:
            self._tell(typing=False)

    def _end_lease(self, ref: Ref) -> None:
        if self._until.pop(ref, None) is not None:
            self._composing.context.console.sync.end_lease(ref)

    def _renew(self) -> bool:
        """Whether there is a lease, and it is longer than before; a note needs none."""
        sheet, view = self._composing.sheet, self._composing.view
        if sheet is None or view is None or sheet.mode is DraftMode.NOTE:
            return False
        context, ref = self._composing.context, view.appeal.ref
        session = context.session
        if session is not None and session.operator != self._who:
            self._who = session.operator
            self._until.clear()
        now, before = context.now(), self._until.get(ref)
        until = context.console.rulebook.leases.renewed(before, now)
        if until is None or until == before:
            return False
        self._until = {one: end for one, end in self._until.items() if end > now} | {ref: until}
        return True

    def _tell(self, *, typing: bool) -> None:
        self._told = typing
        view = self._composing.view
        if view is not None:
            ref = view.appeal.ref
            self._composing.context.console.sync.set_presence(
                ref, typing=typing, lease_until=self._until.get(ref)
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
