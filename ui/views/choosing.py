"""Choosing: what a reply comes to, and when the next news is promised."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from console.domain.appeal import Outcome
from ui.presenters.composer import promise_words
from ui.views.composing import Composing
from ui.views.draft_desk import DraftDesk
from ui.views.send_bar import SendBar


class Choosing(QObject):
    """`chosen` comes after each choice."""

    chosen = Signal()

    def __init__(self, composing: Composing, desk: DraftDesk, bar: SendBar) -> None:
        super().__init__(bar)
        self._composing = composing
        self._desk = desk
        self._bar = bar
        bar.outcome_chosen.connect(self.outcome)
        bar.promise_chosen.connect(self.promise)

    def outcome(self, outcome: Outcome) -> None:
        """How the appeal ends with this reply."""
        sheet = self._composing.sheet
        if sheet is not None:
            self._desk.choose(sheet, outcome)
            self._done()

    def promise(self, instant: datetime) -> None:
        """When the next news comes (UTC)."""
        sheet = self._composing.sheet
        if sheet is not None:
            self._desk.promise(sheet, instant)
            self._done()

    def promise_something(self) -> None:
        """The nearest of the usual promises, where none has been given: it is shown, and theirs."""
        sheet = self._composing.sheet
        if sheet is not None and sheet.draft.promise_at is None:
            self.promise(self._composing.usual_promise())

    def show(self) -> None:
        """What has been chosen."""
        sheet, here = self._composing.sheet, self._composing.here()
        at = sheet.draft.promise_at if sheet else None
        self._bar.show_outcome(sheet.draft.outcome if sheet else None)
        self._bar.show_promise(*promise_words(at, here))

    def _done(self) -> None:
        self.show()
        self._bar.say("")
        self.chosen.emit()
